#include "text/null_word.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "text/unicode.h"

#define ANY (NULL_CELL | NULL_FORM | NULL_ID | NULL_TRAIT)
#define TOLD (NULL_FORM | NULL_ID | NULL_TRAIT)	/* somebody says that there is nothing */
#define CODE (NULL_FORM | NULL_ID)		/* too short, or too common, for free text */

/* Folded (see fold_word); within a kind by where it comes from. */
static const struct null_entry {
	const char *text;
	unsigned kinds;
} words[] = {
	/* Databases and programs. */
	{"null", ANY | NULL_PERSON}, {"\\n", ANY}, {"(null)", ANY}, {"<null>", ANY}, {"[null]", ANY},
	{"nan", ANY | NULL_PERSON | NULL_TOWN}, {"-nan", ANY}, {"+nan", ANY}, {"nat", CODE | NULL_PERSON},
	{"<na>", ANY}, {"nil", TOLD | NULL_PERSON}, {"<nil>", ANY}, {"undefined", ANY},
	{"[object object]", ANY}, {"dbnull", ANY}, {"#null", ANY},
	{"1.#qnan", TOLD}, {"-1.#ind", TOLD}, {"1.#ind", TOLD}, {"-1.#qnan", TOLD}, {"#n/a n/a", ANY},
	/* Spreadsheets, in the languages that they speak. */
	{"#n/a", ANY}, {"#na", ANY}, {"#ref!", ANY}, {"#value!", ANY}, {"#div/0!", ANY}, {"#name?", ANY},
	{"#num!", ANY}, {"#null!", ANY}, {"#error!", ANY}, {"#calc!", ANY}, {"#spill!", ANY},
	{"#field!", ANY}, {"#getting data", ANY}, {"#nv", ANY}, {"#bezug!", ANY}, {"#wert!", ANY},
	{"#zahl!", ANY}, {"#valeur!", ANY}, {"#nombre!", ANY}, {"#nom?", ANY}, {"#n/d", ANY},
	{"#valor!", ANY}, {"#rif!", ANY}, {"#valore!", ANY}, {"#nome?", ANY}, {"#verw!", ANY},
	{"#waarde!", ANY}, {"#adr!", ANY}, {"#arg!", ANY},
	/* People who write that there is nothing. */
	{"n/a", ANY}, {"n.a.", ANY}, {"n.a", ANY}, {"n / a", ANY}, {"n. a.", ANY}, {"k.a.", ANY}, {"k. a.", ANY},
	{"keine angabe", ANY}, {"keine angaben", ANY}, {"(not set)", ANY}, {"(not provided)", ANY},
	{"-", ANY}, {"--", ANY}, {"---", ANY}, {"\xe2\x80\x93", ANY}, {"\xe2\x80\x94", ANY},
	{"0000-00-00", ANY}, {"0000-00-00 00:00:00", ANY}, {"0000-00-00t00:00:00", ANY},
	{"0001-01-01t00:00:00", TOLD}, {"0001-01-01 00:00:00", TOLD}, {"00.00.0000", TOLD}, {"00/00/0000", TOLD},
	/* English. */
	{"unknown", TOLD}, {"not available", TOLD}, {"not provided", TOLD}, {"not specified", TOLD},
	{"not set", TOLD}, {"not given", TOLD}, {"not known", TOLD}, {"not applicable", TOLD},
	{"not disclosed", NULL_FORM}, {"not defined", TOLD}, {"unspecified", TOLD}, {"no data", TOLD},
	{"no value", TOLD}, {"no information", TOLD}, {"missing", CODE}, {"missing value", TOLD},
	{"unavailable", CODE}, {"to be determined", TOLD}, {"to be defined", TOLD},
	{"tbd", TOLD}, {"t.b.d.", TOLD}, {"tba", CODE}, {"empty", CODE}, {"blank", CODE},
	{"unset", TOLD}, {"prefer not to say", NULL_FORM}, {"no entry", TOLD},
	{"none", CODE | NULL_PERSON}, {"na", CODE | NULL_PERSON}, {"nd", CODE}, {"n/d", TOLD}, {"n.d.", TOLD},
	{"n/k", TOLD}, {"n/v", TOLD}, {"none given", TOLD}, {"not a number", TOLD}, {"void", NULL_ID},
	/* German. */
	{"unbekannt", TOLD}, {"nicht bekannt", TOLD}, {"nicht angegeben", TOLD}, {"nicht verf\xc3\xbcgbar", TOLD},
	{"nicht vorhanden", TOLD}, {"nicht gesetzt", TOLD}, {"ohne angabe", TOLD}, {"ohne angaben", TOLD},
	{"leer", CODE}, {"kein", CODE}, {"keine", CODE}, {"keiner", CODE}, {"fehlt", CODE},
	/* French. */
	{"inconnu", TOLD}, {"inconnue", TOLD}, {"non renseign\xc3\xa9", TOLD}, {"non renseigne", TOLD},
	{"non communiqu\xc3\xa9", TOLD}, {"non d\xc3\xa9""fini", TOLD}, {"non disponible", TOLD},
	{"non pr\xc3\xa9""cis\xc3\xa9", TOLD}, {"non sp\xc3\xa9""cifi\xc3\xa9", TOLD}, {"sans objet", TOLD},
	{"vide", CODE}, {"aucun", CODE}, {"aucune", CODE}, {"n.c.", TOLD},
	/* Spanish and Portuguese. */
	{"desconocido", TOLD}, {"desconocida", TOLD}, {"sin datos", TOLD}, {"sin dato", TOLD},
	{"sin especificar", TOLD}, {"no especificado", TOLD}, {"no disponible", TOLD}, {"no definido", TOLD},
	{"no informado", TOLD}, {"sin informaci\xc3\xb3n", TOLD}, {"ninguno", CODE}, {"ninguna", CODE},
	{"desconhecido", TOLD}, {"desconhecida", TOLD}, {"n\xc3\xa3o informado", TOLD}, {"nao informado", TOLD},
	{"n\xc3\xa3o dispon\xc3\xadvel", TOLD}, {"sem informa\xc3\xa7\xc3\xa3o", TOLD}, {"nenhum", CODE},
	/* Italian and Romanian. */
	{"sconosciuto", TOLD}, {"sconosciuta", TOLD}, {"non disponibile", TOLD}, {"non specificato", TOLD},
	{"non definito", TOLD}, {"nessuno", CODE}, {"nessuna", CODE}, {"necunoscut", TOLD},
	/* Dutch and the languages of the north. */
	{"onbekend", TOLD}, {"niet bekend", TOLD}, {"niet opgegeven", TOLD}, {"niet ingevuld", TOLD},
	{"niet beschikbaar", TOLD}, {"n.v.t.", TOLD}, {"nvt", CODE}, {"geen", CODE}, {"leeg", CODE},
	{"ok\xc3\xa4nd", TOLD}, {"ok\xc3\xa4nt", TOLD}, {"ej angivet", TOLD}, {"ej angiven", TOLD}, {"uppgift saknas", TOLD},
	{"ukendt", TOLD}, {"ikke oplyst", TOLD}, {"ukjent", TOLD}, {"ikke oppgitt", TOLD},
	{"tuntematon", TOLD}, {"ei tiedossa", TOLD},
	/* Polish, Czech, Slovak, Hungarian, Turkish. */
	{"nieznany", TOLD}, {"nieznana", TOLD}, {"nieznane", TOLD}, {"brak danych", TOLD}, {"brak", CODE},
	{"nie podano", TOLD}, {"nezn\xc3\xa1m\xc3\xbd", TOLD}, {"nezn\xc3\xa1m\xc3\xa1", TOLD}, {"neuvedeno", TOLD},
	{"nezn\xc3\xa1my", TOLD}, {"ismeretlen", TOLD}, {"nincs megadva", TOLD}, {"bilinmiyor", TOLD},
	{"belirtilmemi\xc5\x9f", TOLD},
	/* Greek, Russian, Ukrainian. */
	{"\xce\xac\xce\xb3\xce\xbd\xcf\x89\xcf\x83\xcf\x84\xce\xbf", TOLD},
	{"\xd0\xbd\xd0\xb5\xd0\xb8\xd0\xb7\xd0\xb2\xd0\xb5\xd1\x81\xd1\x82\xd0\xbd\xd0\xbe", TOLD},
	{"\xd0\xbd\xd0\xb5 \xd1\x83\xd0\xba\xd0\xb0\xd0\xb7\xd0\xb0\xd0\xbd\xd0\xbe", TOLD},
	{"\xd0\xbd\xd0\xb5\xd1\x82 \xd0\xb4\xd0\xb0\xd0\xbd\xd0\xbd\xd1\x8b\xd1\x85", TOLD},
	{"\xd0\xbd\xd0\xb5\xd0\xb2\xd1\x96\xd0\xb4\xd0\xbe\xd0\xbc\xd0\xbe", TOLD},
	/* Japanese, Chinese, Korean. */
	{"\xe4\xb8\x8d\xe6\x98\x8e", TOLD}, {"\xe3\x81\xaa\xe3\x81\x97", CODE}, {"\xe6\x9c\xaa\xe8\xa8\xad\xe5\xae\x9a", TOLD},
	{"\xe6\x9c\xaa\xe7\x9f\xa5", TOLD}, {"\xe6\x97\xa0", CODE}, {"\xec\x97\x86\xec\x9d\x8c", CODE},
	/* Who buys without an account, and who is nobody. */
	{"guest", NULL_ID}, {"guests", NULL_ID}, {"guest user", NULL_ID}, {"guest customer", NULL_ID}, {"guest checkout", NULL_ID},
	{"guest order", NULL_ID}, {"guest account", NULL_ID}, {"gast", NULL_ID}, {"gastkonto", NULL_ID},
	{"gastbestellung", NULL_ID}, {"gastkunde", NULL_ID}, {"gastbenutzer", NULL_ID}, {"invit\xc3\xa9", NULL_ID},
	{"invit\xc3\xa9""e", NULL_ID}, {"invite", NULL_ID}, {"invitado", NULL_ID}, {"invitada", NULL_ID}, {"convidado", NULL_ID},
	{"convidada", NULL_ID}, {"ospite", NULL_ID}, {"go\xc5\x9b\xc4\x87", NULL_ID}, {"g\xc3\xa4st", NULL_ID}, {"g\xc3\xa6st", NULL_ID},
	{"gjest", NULL_ID}, {"vieras", NULL_ID}, {"misafir", NULL_ID}, {"vend\xc3\xa9g", NULL_ID}, {"oaspete", NULL_ID},
	{"\xd0\xb3\xd0\xbe\xd1\x81\xd1\x82\xd1\x8c", NULL_ID}, {"\xd0\xb3\xd1\x96\xd1\x81\xd1\x82\xd1\x8c", NULL_ID},
	{"\xe3\x82\xb2\xe3\x82\xb9\xe3\x83\x88", NULL_ID}, {"\xe6\xb8\xb8\xe5\xae\xa2", NULL_ID}, {"\xe8\xae\xbf\xe5\xae\xa2", NULL_ID},
	{"\xea\xb2\x8c\xec\x8a\xa4\xed\x8a\xb8", NULL_ID},
	{"anonymous", NULL_ID}, {"anonymous user", NULL_ID}, {"anonym", NULL_ID}, {"anonyme", NULL_ID},
	{"anonimo", NULL_ID}, {"an\xc3\xb3nimo", NULL_ID}, {"anonymus", NULL_ID}, {"anon", NULL_ID}, {"anonymized", NULL_ID},
	{"anonymised", NULL_ID}, {"anonymisiert", NULL_ID}, {"nobody", NULL_ID}, {"niemand", NULL_ID},
	{"walk in", NULL_ID}, {"walk in customer", NULL_ID}, {"cash customer", NULL_ID}, {"cash sale", NULL_ID},
	{"barverkauf", NULL_ID}, {"barkunde", NULL_ID}, {"laufkunde", NULL_ID}, {"laufkundschaft", NULL_ID},
	{"no account", NULL_ID}, {"no login", NULL_ID}, {"not logged in", NULL_ID}, {"logged out", NULL_ID},
	{"not identified", NULL_ID}, {"unidentified", NULL_ID}, {"unregistered", NULL_ID}, {"unassigned", NULL_ID},
	{"user null", NULL_ID}, {"user undefined", NULL_ID}, {"null null", NULL_ID}, {"undefined undefined", NULL_ID},
	{"test", NULL_ID}, {"testing", NULL_ID}, {"test user", NULL_ID}, {"testuser", NULL_ID}, {"testkunde", NULL_ID},
	{"test customer", NULL_ID}, {"dummy", NULL_ID}, {"placeholder", NULL_ID}, {"default", NULL_ID},
	{"asdf", NULL_ID}, {"asdfasdf", NULL_ID}, {"qwerty", NULL_ID}, {"qwertz", NULL_ID},
	{"deleted", NULL_ID}, {"redacted", NULL_ID}, {"[deleted]", TOLD}, {"[redacted]", TOLD}, {"[removed]", TOLD},
	{"(deleted)", TOLD}, {"(redacted)", TOLD}, {"deleted user", NULL_ID},
	{"false", NULL_ID}, {"true", NULL_ID}, {"error", NULL_ID}, {"invalid", NULL_ID}, {"none none", NULL_ID},
	/* Numbers that stand for none: the least, the largest; a device that many phones claim to be. */
	{"-1", NULL_ID}, {"-2147483648", NULL_ID}, {"2147483647", NULL_ID}, {"4294967295", NULL_ID},
	{"9223372036854775807", NULL_ID}, {"-9223372036854775808", NULL_ID}, {"18446744073709551615", NULL_ID},
	{"ffffffff ffff ffff ffff ffffffffffff", NULL_ID}, {"ffffffffffffffffffffffffffffffff", NULL_ID},
	{"02:00:00:00:00:00", NULL_ID}, {"9774d56d682e549c", NULL_ID},
};

#define WORDS (sizeof words / sizeof *words)

/* Longer texts are no words. */
#define WORD_MAX 40

const char *null_word_at(size_t i, unsigned *kinds)
{
	if (i >= WORDS)
		return NULL;
	*kinds = words[i].kinds;
	return words[i].text;
}

static struct map built_in;	/* folded word -> kinds */
static struct null_looks cell_looks;
struct null_looks null_word_looks;

/* What begins with FIRST may be a word, whatever follows. */
static void allow_all(struct null_looks *l, unsigned first)
{
	l->lengths[first] = UINT32_MAX;
	l->seconds[first] = UINT64_MAX;
}

static uint64_t bit_of(unsigned char c)
{
	return UINT64_C(1) << (c & 63);
}

/* The second byte of WORD as it may stand in a cell: what is beyond ASCII may be composed in other ways. */
static uint64_t bits_of_second(struct span word)
{
	unsigned char c = word.len > 1 ? (unsigned char)word.ptr[1] : ' ';

	if (c >= 0x80)
		return UINT64_MAX;
	if (c == ' ')	/* or what is folded to one */
		return bit_of(' ') | bit_of('\t') | bit_of('_') | bit_of('-') | bit_of(0xc2);
	return bit_of(c) | (c >= 'a' && c <= 'z' ? bit_of((unsigned char)(c - 32)) : 0);
}

static void add_look(struct null_looks *l, unsigned char first, size_t length, uint64_t seconds)
{
	l->lengths[first] |= UINT32_C(1) << (length < NULL_LENGTH_MAX ? length : NULL_LENGTH_MAX);
	l->seconds[first] |= seconds;
}

/* WORD as it may stand in a cell: also with a blank behind it. */
static void add_word(struct null_looks *l, struct span word)
{
	unsigned char first = (unsigned char)word.ptr[0];
	uint64_t seconds = bits_of_second(word);

	for (size_t i = 0; i <= 1; i++) {
		add_look(l, first, word.len + i, seconds);
		if (first >= 'a' && first <= 'z')
			add_look(l, (unsigned char)(first - 'a' + 'A'), word.len + i, seconds);
	}
}

static bool is_opening(char c)
{
	return c == '(' || c == '<' || c == '[' || c == '{' || c == '"' || c == '\'';
}

/* What begins with a blank, a bracket or a quote is worth the long look. */
static void add_marks(struct null_looks *l)
{
	for (unsigned c = 0; c < 256; c++) {
		if (c == ' ' || c == '\t' || is_opening((char)c))
			allow_all(l, c);
	}
}

/* Beginnings of texts that are no words of the list, but of one sign, templates, or of other letters. */
static void add_signs(struct null_looks *l)
{
	for (unsigned c = 0; c < 256; c++) {
		bool letter = (c | 32) >= 'a' && (c | 32) <= 'z' && (c | 32) != 'x';

		if (!letter && !(c >= '1' && c <= '9') && c != '+')
			allow_all(l, c);
	}
}

static void index_words(void)
{
	for (size_t i = 0; i < WORDS; i++) {
		struct span word = span_of(words[i].text);
		size_t at = map_put(&built_in, word, NULL);

		built_in.entries[at].number = words[i].kinds;
		add_word(&null_word_looks, word);
		if (words[i].kinds & NULL_CELL)
			add_word(&cell_looks, word);
	}
	add_marks(&cell_looks);
	add_signs(&null_word_looks);
}

static _Atomic bool indexed;

static void index_once(void)
{
	index_words();
	atomic_store_explicit(&indexed, true, memory_order_release);
}

/* Each value of each record asks: pthread_once is only called until it is done. */
static inline const struct map *built_in_words(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (!atomic_load_explicit(&indexed, memory_order_acquire))
		pthread_once(&once, index_once);
	return &built_in;
}

static bool is_letter(char c)
{
	return (c | 32) >= 'a' ? (c | 32) <= 'z' || (unsigned char)c >= 0x80 : (unsigned char)c >= 0x80;
}

/* Small letters; what joins two letters, and any run of blanks, is one blank. */
static struct span fold_ascii(struct span s, char *out)
{
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = span_lower(s.ptr[i]);

		/* "\xc3\x9c" is a capital, and "\xc3\xbc" its small letter; "\xc3\x9f" has none. */
		if (i && s.ptr[i - 1] == '\xc3' && (unsigned char)c < 0x9f)
			c = (char)(c | 0x20);
		if ((c == '_' || c == '-') && i && i + 1 < s.len && is_letter(s.ptr[i - 1]) &&
		    is_letter(s.ptr[i + 1]))
			c = ' ';
		if ((c == ' ' || c == '\t') && len && out[len - 1] == ' ')
			continue;
		out[len++] = c;
	}
	return (struct span){out, len};
}

/* Is all beyond ASCII a letter of U+00C0 to U+00FF, whose small form is near, as in most names of Europe? */
static bool is_latin1(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c >= 0x80 && (c != 0xc3 || ++i == s.len || (unsigned char)s.ptr[i] == 0x97 ||
				  (unsigned char)s.ptr[i] == 0xb7))
			return false;
	}
	return true;
}

/* S with blanks that do not break as blanks, where it has such. */
static struct span plain_blanks(struct span s, char *out)
{
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		bool hard = s.ptr[i] == '\xc2' && i + 1 < s.len && s.ptr[i + 1] == '\xa0';

		out[len++] = hard ? ' ' : s.ptr[i];
		i += hard;
	}
	return span_trim((struct span){out, len});
}

/* S as the list has it, in OUT; absent: longer than any word. */
static struct span fold_word(struct span s, char out[WORD_MAX])
{
	struct arena scratch = ARENA_INIT;
	char blanks[WORD_MAX];
	bool ascii = true;

	s = span_trim(s);
	if (s.len > WORD_MAX)
		return SPAN_NONE;
	for (size_t i = 0; i < s.len; i++)
		ascii = ascii && (unsigned char)s.ptr[i] < 0x80;
	if (ascii || is_latin1(s))
		return fold_ascii(s, out);
	s = unicode_lower(unicode_nfc(plain_blanks(s, blanks), &scratch), &scratch);
	s = s.len > WORD_MAX ? SPAN_NONE : fold_ascii(s, out);
	arena_release(&scratch);
	return s;
}

static bool is_closed_by(char open, char close)
{
	switch (open) {
	case '(': return close == ')';
	case '<': return close == '>';
	case '[': return close == ']';
	case '{': return close == '}';
	case '"': return close == '"';
	case '\'': return close == '\'';
	default: return false;
	}
}

/* "{{user_id}}", "${user_id}", "%user_id%", "*|EMAIL|*", "{user_id}", "<%= id %>", "[[id]]": a
 * template that nobody filled. */
static bool is_template(struct span s)
{
	static const struct {
		const char *open, *close;
	} signs[] = {
		{"{{", "}}"}, {"${", "}"}, {"#{", "}"}, {"%%", "%%"}, {"*|", "|*"}, {"<%", "%>"}, {"[[", "]]"},
	};

	if (s.len < 4 || !memchr("{$#%*<[", s.ptr[0], 7))
		return false;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		if (s.len > 4 && span_starts(s, span_of(signs[i].open)) &&
		    span_ends(s, span_of(signs[i].close)))
			return true;
	}
	if (!((s.ptr[0] == '{' && s.ptr[s.len - 1] == '}') ||
			   (s.ptr[0] == '%' && s.ptr[s.len - 1] == '%')))
		return false;
	for (size_t i = 1; i + 1 < s.len; i++) {
		if (!is_letter(s.ptr[i]) && s.ptr[i] != '_' && s.ptr[i] != '.' && s.ptr[i] != ' ')
			return false;
	}
	return true;
}

/* Texts that are no words, but made of one sign. */
static unsigned signs_kinds(struct span s)
{
	size_t zeros = 0, crosses = 0, signs = 0, marks = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		zeros += c == '0';
		crosses += c == 'x';
		marks += c == '.' || c == '?' || c == '-';
		signs += c < 0x80 && !(c >= '0' && c <= '9') && !is_letter((char)c);
	}
	if (!s.len || marks == s.len || (crosses == s.len && s.len > 2))
		return TOLD;
	return zeros + signs == s.len ? NULL_ID : 0;
}

/* FOLDED is not in the list. */
static unsigned unlisted_kinds(struct span folded)
{
	const struct map *list = built_in_words();
	size_t at;

	if (folded.len > 2 && is_closed_by(folded.ptr[0], folded.ptr[folded.len - 1])) {
		at = map_find(list, span_trim(span_sub(folded, 1, folded.len - 2)));
		if (at != MAP_NONE) {
			unsigned kinds = (unsigned)list->entries[at].number & ~(unsigned)(NULL_PERSON | NULL_TOWN);

			return kinds & NULL_FORM ? kinds | NULL_TRAIT : kinds;
		}
	}
	return is_template(folded) ? TOLD : signs_kinds(folded);
}

unsigned null_word_kinds(struct span text)
{
	const struct map *list = built_in_words();
	char folded[WORD_MAX];
	struct span word;
	size_t at;

	if (text.len && !null_looks_fit(&null_word_looks, text))
		return 0;
	word = fold_word(text, folded);
	if (span_absent(word))
		return 0;
	at = map_find(list, word);
	if (at == MAP_NONE)
		return unlisted_kinds(word);
	/* NAN is a code of three letters; what programs write has small ones. */
	if (span_equal(word, SPAN("nan")) && span_equal(span_trim(text), SPAN("NAN")))
		return (unsigned)list->entries[at].number & ~(unsigned)NULL_CELL;
	return (unsigned)list->entries[at].number;
}

/* The words of REST, commas between. */
static void take_words(struct null_words *w, struct span rest)
{
	while (!span_absent(rest)) {
		char folded[WORD_MAX];
		struct span word = fold_word(span_cut(&rest, ','), folded);

		if (span_absent(word) || !word.len)
			continue;
		map_put(&w->own, word, NULL);
		if ((unsigned char)word.ptr[0] < 0x80)
			add_word(&w->looks, word);
		else	/* another case may have another first byte */
			for (unsigned c = 0x80; c < 256; c++)
				allow_all(&w->looks, c);
	}
}

struct null_words *null_words_new(const char *setting)
{
	struct null_words *w = mem_zero(1, sizeof *w);
	struct span rest = span_trim(setting ? span_of(setting) : SPAN(""));

	built_in_words();
	w->only = span_equal(rest, SPAN("only")) || span_starts(rest, SPAN("only "));
	if (w->only)
		rest = span_sub(rest, 4, rest.len);
	else
		w->looks = cell_looks;
	take_words(w, rest);
	if (w->own.count)
		add_marks(&w->looks);
	return w;
}

void null_words_free(struct null_words *w)
{
	if (!w)
		return;
	map_release(&w->own);
	mem_free(w);
}

unsigned null_words_kinds(const struct null_words *w, struct span text)
{
	char folded[WORD_MAX];

	if (w->own.count) {
		struct span word = fold_word(text, folded);

		if (!span_absent(word) && map_find(&w->own, word) != MAP_NONE)
			return ANY;
	}
	return w->only ? 0 : null_word_kinds(text);
}
