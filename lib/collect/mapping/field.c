#include "collect/mapping/field.h"

#include <pthread.h>
#include <string.h>

#include "base/buf.h"
#include "base/currency.h"
#include "base/map.h"
#include "collect/mapping/compound_header.h"
#include "collect/mapping/field_table.h"
#include "expr/expr.h"
#include "text/latin.h"
#include "text/unicode.h"

static const struct {
	struct span name;
	enum section section;
} sections[] = {
	{SPAN("ids"), SECTION_IDS},
	{SPAN("traits"), SECTION_TRAITS},
	{SPAN("props"), SECTION_PROPS},
	{SPAN("properties"), SECTION_PROPS},
	{SPAN("context"), SECTION_CONTEXT},
	{SPAN("consent"), SECTION_CONSENT},
};
#define SECTION_NAMES (sizeof sections / sizeof *sections)

/* The key of a number of the source itself: % stands for its name. */
#define SOURCE_ID "%_id"

static const char *const top_names[] = {"type", "id", "version", "time", "source", "event"};

static struct field field_of_known(const struct known_field *k)
{
	return (struct field){.section = k->section, .form = k->form, .hint = k->hint, .key = span_of(k->key)};
}

static const struct known_field *known_by_name(struct span name)
{
	for (size_t i = 0; i < field_table_count; i++)
		if (span_equal(name, span_of(field_table[i].name)))
			return &field_table[i];
	return NULL;
}

/* The form of KEY where it is given by its full path. */
static struct field field_of_path(enum section section, struct span key)
{
	struct field f = {.section = section, .form = FORM_PLAIN, .hint = HINT_NONE, .key = key};

	/* There it is said yes or no to the purpose itself, whatever the known column of it asks. */
	if (section == SECTION_CONSENT)
		f.form = FORM_CONSENT;
	for (size_t i = 0; i < field_table_count && section != SECTION_CONSENT; i++) {
		const struct known_field *k = &field_table[i];

		if (k->section == section && span_equal(key, span_of(k->key)))
			return field_of_known(k);
	}
	if (section == SECTION_IDS) {
		f.form = FORM_TEXT;
		f.hint = HINT_PERSON;
	}
	return f;
}

bool field_is_known(const struct field *f)
{
	for (size_t i = 0; i < field_table_count; i++) {
		struct span key = span_of(field_table[i].key);

		if (field_table[i].section != f->section)
			continue;
		/* '%' stands for the source: see fill_source. */
		if (key.len && key.ptr[0] == '%' ? span_ends(f->key, span_sub(key, 1, key.len)) :
						   span_equal(f->key, key))
			return true;
	}
	return false;
}

static bool key_is_good(enum section section, struct span key)
{
	size_t dot = span_find_byte(key, '.');

	if (!key.len || key.ptr[0] == '.' || key.ptr[key.len - 1] == '.')
		return false;
	return dot == key.len || section == SECTION_CONTEXT;
}

/*
 * `traits.address.city`: inside a section other than the context a dot is part
 * of no key, since records are flat there.
 */
static int field_of_dotted(struct span name, size_t dot, struct arena *a,
			   struct field *out, struct error *err)
{
	struct span head = span_sub(name, 0, dot);
	struct span key = span_sub(name, dot + 1, name.len);
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < SECTION_NAMES; i++) {
		if (!span_equal(head, sections[i].name))
			continue;
		if (!key_is_good(sections[i].section, key))
			return error_usage(err, "%s is not a field: write %.*s.NAME, without further dots",
					   error_quote(name, quoted), SPAN_ARG(head));
		*out = field_of_path(sections[i].section, arena_copy(a, key));
		return 0;
	}
	return error_usage(err, "unknown field %s: fields are event, time, id, version, type, source, ids.X, traits.X, "
			   "props.X, context.X.Y, consent.X, or a name without a dot",
			   error_quote(name, quoted));
}

static const struct span source_prefix = SPAN("source_");

/* source_id, source_order_id */
static bool is_of_source(struct span name)
{
	return span_starts(name, source_prefix) && span_ends(name, SPAN("id")) &&
	       name.ptr[name.len - 3] == '_';
}

/* "source_order_id" -> "%_order_id" */
static struct span put_source_mark(struct span name, struct arena *a)
{
	struct buf text = BUF_INIT;
	struct span kept;

	buf_char(&text, '%');
	buf_span(&text, span_sub(name, source_prefix.len - 1, name.len));
	kept = arena_copy(a, buf_view(&text));
	buf_release(&text);
	return kept;
}

int field_of_name(struct span name, bool identify, struct arena *a,
		  struct field *out, struct error *err)
{
	size_t dot = span_find_byte(name, '.');
	const struct known_field *known;

	if (dot < name.len)
		return field_of_dotted(name, dot, a, out, err);
	if (span_equal(name, SPAN("source"))) {
		*out = (struct field){.section = SECTION_SOURCE, .form = FORM_TEXT, .hint = HINT_NONE, .key = SPAN("")};
		return 0;
	}
	if (is_of_source(name)) {
		*out = field_of_path(SECTION_IDS, put_source_mark(name, a));
		return 0;
	}
	known = known_by_name(name);
	if (known) {
		*out = field_of_known(known);
		return 0;
	}
	if (span_ends(name, SPAN("_id")) && name.len > 3) {
		*out = field_of_path(SECTION_IDS, arena_copy(a, name));
		return 0;
	}
	*out = field_of_rest(arena_copy(a, name), identify);
	return 0;
}

struct field field_of_rest(struct span folded, bool identify)
{
	return (struct field){.section = identify ? SECTION_TRAITS : SECTION_PROPS, .form = FORM_PLAIN, .hint = HINT_NONE, .key = folded};
}

struct span field_squash(struct span header, struct arena *a)
{
	struct buf folded = BUF_INIT;
	struct span kept;
	size_t len = 0;

	expr_fold_name(header, &folded);
	for (size_t i = 0; i < folded.len; i++) {
		/* "N\302\272 pedido", which is written with the sign of degrees as well. */
		if (span_starts(span_sub(buf_view(&folded), i, folded.len), SPAN("\302\272")))
			i++;
		else if (folded.ptr[i] != '_')
			folded.ptr[len++] = folded.ptr[i];
	}
	folded.len = len;
	kept = latin_letters(unicode_strip_marks(unicode_fold_case(arena_copy(a, buf_view(&folded)), a), a), a);
	buf_release(&folded);
	return kept;
}

struct span field_fill_source(struct span key, struct span source,
			      struct arena *a)
{
	struct buf text = BUF_INIT;
	struct span kept;

	if (!key.len || key.ptr[0] != '%')
		return key;
	expr_fold_name(source, &text);
	buf_span(&text, span_sub(key, 1, key.len));
	kept = arena_copy(a, buf_view(&text));
	buf_release(&text);
	return kept;
}

/* The place of WORD in LIST, words separated by blanks, or -1. */
static int word_place(struct span list, struct span word)
{
	for (int i = 0; !span_absent(list); i++)
		if (span_equal(span_cut(&list, ' '), word))
			return i;
	return -1;
}

/* Columns of contacts: when one was made is a fact about it, not its time. */
static const char contact_times[] = "updatedat updated lastmodified modifiedat lastupdated timestamp time "
	"lastmodifieddate lastmodifiedat lastchanged modifieddate lastactivitydate updateddate "
	"dateupdated datemodified";

/* In orders these are times, the last to be asked; of a contact they are facts. */
static const char contact_births[] = "createddate createdate datecreated creationdate";

static const struct known_field *birth_row(void)
{
	size_t i = 0;

	while (!span_equal(span_of(field_table[i].key), SPAN("created_at")))
		i++;
	return &field_table[i];
}

static const char clock_headers[] = "time uhrzeit zeit heure hora ora tijd timeofday ordertime purchasetime "
	"transactiontime eventtime saletime";
static const char zone_headers[] = "timezone tz zeitzone timezonename fuseauhoraire zonahoraria";

static bool is_listed(struct span header, const char *list)
{
	struct arena a = ARENA_INIT;
	struct span word = field_squash(header, &a);
	bool listed = word.len && word_place(span_of(list), word) >= 0;

	arena_release(&a);
	return listed;
}

/* "Created (UTC)", "created_utc" -> "Created", "created"; false: no such end. */
static bool cut_utc(struct span header, struct span *base)
{
	struct span s = span_trim(header), end;
	bool wrapped = s.len && strchr(")]", s.ptr[s.len - 1]) != NULL;

	s.len -= wrapped;
	end = span_sub(s, s.len < 3 ? 0 : s.len - 3, s.len);
	if (s.len < 5 || !(span_equal_nocase(end, SPAN("utc")) || span_equal_nocase(end, SPAN("gmt"))) ||
	    !strchr(wrapped ? "([" : " _-", s.ptr[s.len - 4]))
		return false;
	*base = span_trim(span_sub(s, 0, s.len - 4));
	return base->len > 0;
}

bool field_is_clock(struct span header)
{
	struct arena a = ARENA_INIT;
	struct compound_header c;
	bool clock;

	cut_utc(header, &header);
	clock = is_listed(header, clock_headers) || (compound_header(field_squash(header, &a), &c) && c.clock);
	arena_release(&a);
	return clock;
}

bool field_is_zone(struct span header)
{
	return is_listed(header, zone_headers);
}

bool field_is_event_type(struct span header)
{
	return is_listed(header, "eventtype");
}

bool field_is_action(struct span header)
{
	return is_listed(header, "action actiontype actionname activitytype activityname behaviortype "
			 "behaviourtype interactiontype useraction eventaction eventkind");
}

static const struct known_field *time_row(void)
{
	size_t i = 0;

	while (field_table[i].section != SECTION_TIME)
		i++;
	return &field_table[i];
}

/* All the headers: made once, as a source may make up a million names to look up. */
static struct map all_headers;	/* word -> place in its row, behind the row's number */
#define PLACE_BITS 16

static void index_headers(void)
{
	for (size_t i = 0; i < field_table_count; i++) {
		struct span list = span_of(field_table[i].headers);

		for (uint64_t place = 0; !span_absent(list); place++) {
			bool added;
			size_t at = map_put(&all_headers, span_cut(&list, ' '), &added);

			if (added)
				all_headers.entries[at].number = i << PLACE_BITS | place;
		}
	}
}

/* The row whose headers hold WORD, and its place there; NULL: none. */
static const struct known_field *header_row(struct span word, bool identify, int *place)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const struct known_field *k;
	uint64_t number;
	size_t at;

	pthread_once(&once, index_headers);
	*place = identify ? word_place(span_of(contact_times), word) : -1;
	if (*place >= 0)
		return time_row();
	at = map_find(&all_headers, word);
	if (at == MAP_NONE)
		return NULL;
	number = all_headers.entries[at].number;
	k = &field_table[number >> PLACE_BITS];
	*place = (int)(number & ((1u << PLACE_BITS) - 1));
	if (!identify || k->section != SECTION_TIME)
		return k;
	return word_place(span_of(contact_births), word) >= 0 ? birth_row() : NULL;
}

/* "Order #" -> "Order number"; the sign of numero ahead -> "nomer ..." */
static struct span put_number(struct span header, struct arena *a)
{
	static const struct span numero = SPAN("\342\204\226");
	struct buf text = BUF_INIT;
	struct span kept, name = span_trim(header);
	bool ahead = span_starts(name, numero);

	if (!ahead && (name.len < 2 || !span_ends(name, SPAN("#"))))
		return header;
	if (ahead)
		buf_lit(&text, "nomer ");
	buf_span(&text, ahead ? span_sub(name, numero.len, name.len) : span_sub(name, 0, name.len - 1));
	if (!ahead)
		buf_lit(&text, " number");
	kept = arena_copy(a, buf_view(&text));
	buf_release(&text);
	return kept;
}

/* A number that several people may share: beside one of their own it is none of theirs. */
static bool names_group(struct span word)
{
	static const char groups[] = "accountid accountno accountkey accountnumber householdkey householdid householdno hhid";

	return word_place(span_of(groups), word) >= 0;
}

/* HubSpot has a column for each kind of mail: who opted out of "Opted out of email: Product news" denies that. */
static bool is_kind_of_mail(struct span header, struct span word, struct arena *a, struct field *out)
{
	size_t colon = span_find_byte(header, ':');
	struct span kind = span_trim(span_sub(header, colon + 1, header.len));
	struct buf folded = BUF_INIT;

	if (!span_starts(word, SPAN("optedoutofemail")) || !kind.len)
		return false;
	expr_fold_name(kind, &folded);
	*out = field_of_path(SECTION_CONSENT, arena_copy(a, buf_view(&folded)));
	out->form = FORM_OPT_OUT;
	buf_release(&folded);
	return true;
}

/* Its "no" says nothing, and its "yes" outweighs what others say: see consent_columns.h. */
#define RANK_OPT_OUT 1000

/* The same without its unit: see cut_units. */
static bool field_of_word(struct span header, struct span source, bool identify,
			  struct arena *a, struct field *out, unsigned *rank)
{
	struct span word = field_squash(put_number(header, a), a);
	const struct known_field *k;
	struct compound_header c;
	int place = -1;

	if (!word.len)
		return false;
	k = header_row(word, identify, &place);
	if (!k && compound_header(word, &c)) {
		k = header_row(c.word, identify, &place);
		place += (int)c.rank;
	}
	if (k) {
		*out = field_of_known(k);
		out->key = field_fill_source(out->key, source, a);
		*rank = (unsigned)place;
		if (out->form == FORM_OPT_OUT)
			*rank += RANK_OPT_OUT;
		if (out->section == SECTION_IDS && names_group(word))
			*rank += 2000;
	} else if (identify && span_equal(word, SPAN("id"))) {
		*out = field_of_path(SECTION_IDS, field_fill_source(SPAN(SOURCE_ID), source, a));
		*rank = 1000;
		return true;
	} else if (is_kind_of_mail(header, word, a, out)) {
		*rank = RANK_OPT_OUT;
		return true;
	}
	return k != NULL;
}

/* Codes that a name may end with in small letters: others are words ("all", "top", "try"). */
static bool is_common_code(struct span s)
{
	static const char codes[] = "eur usd gbp chf jpy aud cad nzd sek nok dkk pln czk huf inr cny brl mxn zar sgd hkd";

	return s.len == 3 && word_place(span_of(codes), s) >= 0;
}

static bool is_capital_code(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < 'A' || s.ptr[i] > 'Z')
			return false;
	return s.len == 3 && currency_at(s, false) == s.len;
}

/* "TOTAL (ALL)", "PRICE_TOP": in a header of capitals alone, a code that is a word is taken for the word. */
static bool is_shouted_word(struct span header, struct span s)
{
	for (size_t i = 0; i < header.len; i++)
		if (header.ptr[i] >= 'a' && header.ptr[i] <= 'z')
			return false;
	return span_equal(s, SPAN("ALL")) || span_equal(s, SPAN("TOP"));
}

static bool is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* A currency in parentheses: a code, a sign or a word. */
static bool is_currency(struct span s)
{
	return s.len == 3 && is_letter(s.ptr[0]) && is_letter(s.ptr[1]) && is_letter(s.ptr[2]) ? is_capital_code(s) || is_common_code(s) : s.len && currency_at(s, false) == s.len;
}

/* "$", "€", "US$" */
static bool is_sign(struct span s)
{
	return s.len && (!is_letter(*s.ptr) || s.ptr[s.len - 1] == '$') && currency_at(s, false) == s.len;
}

/* "Euro", "euros": shorter ones are words of other things as well. */
static bool is_word(struct span s)
{
	return s.len >= 4 && currency_at(s, false) == s.len;
}

/*
 * What a header says of taxes begins so.  Behind `sides` only an amount may follow ("Total net weight" has none), behind
 * `beside` the name of a tax, or in parentheses all but what changes the amount ("Total (before discount)").
 */
static const char tax_words[] = "ttc ht htva";
static const char tax_sides[] = "gross net brutto netto bruto neto lordo";
static const char tax_amounts[] = "amount amounts value price total sum sales revenue turnover paid of betrag umsatz preis wert summe "
	"montant a paye importe pagado";
static const char tax_beside[] = "inc incl included including inclusive inkl inklusive excl exkl ex excluding exclusive exclusief "
	"inclusief with without before after con sin com sem avec sans hors mit ohne senza met zonder";
static const char taxes[] = "tax taxes vat gst mwst ust iva tva taxe btw moms impuestos impostos steuer steuern";
static const char tax_included[] = "incl inkl incluido incluida inclusa incluso inclus incluse";
static const char tax_excluded[] = "ht htva net netto neto excl exkl ex excluding exclusive exclusief without before sin sem "
	"sans hors ohne senza zonder";
static const char other_parts[] = "discount discounts rabatt rabatte rabais remise remises descuento descuentos desconto descontos "
	"sconto sconti korting coupon coupons refund refunds return returns fee fees";

static bool is_in(const char *list, struct span word)
{
	return word.len && word_place(span_of(list), word) >= 0;
}

/* "TTC", "brutto", "incl. VAT", "con IVA", "IVA incluido": does S, folded, say whether taxes are in an amount? */
static bool is_about_taxes(struct span s, bool wrapped)
{
	struct span rest = s, first = span_cut(&rest, '_'), second = SPAN("");

	if (!span_absent(rest))
		second = span_cut(&rest, '_');
	if (is_in(tax_sides, first))
		return !second.len || is_in(taxes, second) || is_in(tax_amounts, second);
	if (is_in(tax_beside, first))
		return is_in(taxes, second) || (wrapped && !(is_in(tax_excluded, first) && is_in(other_parts, second)));
	return is_in(tax_words, first) || (is_in(taxes, first) && is_in(tax_included, second));
}

/* The same of S as it stands; *NET is set where taxes are not in. */
static bool says_taxes(struct span s, bool wrapped, bool *net)
{
	struct buf folded = BUF_INIT;
	struct span rest;
	bool does;

	expr_fold_name(s, &folded);
	rest = buf_view(&folded);
	does = rest.len && is_about_taxes(rest, wrapped);
	if (does)
		*net |= is_in(tax_excluded, span_cut(&rest, '_'));
	buf_release(&folded);
	return does;
}

/* Where in NAME, behind its first word, what it says of taxes begins; its length: nowhere. */
static size_t find_taxes(struct span name, bool *net)
{
	for (size_t i = 1; i < name.len; i++)
		if (strchr(" _", name.ptr[i - 1]) && !strchr(" _([", name.ptr[i]) &&
		    says_taxes(span_sub(name, i, name.len), false, net))
			return i;
	return name.len;
}

/* Where the last word of S, which may stand in parentheses, begins; 0: it is the only one. */
static size_t last_word(struct span s)
{
	char close = s.ptr[s.len - 1];
	size_t at = s.len;

	if (close == ')' || close == ']') {
		while (at && s.ptr[at - 1] != (close == ')' ? '(' : '['))
			at--;
		return at ? at - 1 : 0;
	}
	while (at && s.ptr[at - 1] != ' ' && s.ptr[at - 1] != '_')
		at--;
	/* "amountUSD" */
	if (s.len > at + 3 && s.ptr[s.len - 4] >= 'a' && s.ptr[s.len - 4] <= 'z' && is_capital_code(span_sub(s, s.len - 3, s.len)))
		return s.len - 3;
	return at;
}

/* "amount in" -> "amount", "Total -" -> "Total" */
static struct span drop_in(struct span base)
{
	static const struct span before[] = {SPAN("in"), SPAN("en")};

	base = span_trim(base);
	while (base.len && strchr("_,-:/", base.ptr[base.len - 1]))
		base = span_trim(span_sub(base, 0, base.len - 1));
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		if (base.len > 3 && span_ends(base, before[i]) && strchr(" _", base.ptr[base.len - 3]))
			return span_trim(span_sub(base, 0, base.len - 3));
	return base;
}

/* What is left of a header, and the currency that it named; absent: none. */
struct units {
	struct span base;
	struct span currency;
	bool net;	/* it says that taxes are not in its amounts */
};

/* "EUR Total", "€ Betrag" */
static bool cut_front(struct units *u)
{
	size_t at = span_find_byte(u->base, ' ');
	struct span unit = span_sub(u->base, 0, at);

	if (at == u->base.len || !(is_capital_code(unit) || is_sign(unit)))
		return false;
	u->currency = unit;
	u->base = span_trim(span_sub(u->base, at, u->base.len));
	return true;
}

/* The last word, or what stands in parentheses at the end. */
static bool cut_last(struct units *u)
{
	size_t at = u->base.len ? last_word(u->base) : 0;
	struct span unit = span_sub(u->base, at, u->base.len);
	bool wrapped = at && (*unit.ptr == '(' || *unit.ptr == '[');

	if (wrapped)
		unit = span_trim(span_sub(unit, 1, unit.len - 2));
	if (!at || is_shouted_word(u->base, unit))
		return false;
	if (wrapped ? is_currency(unit) : is_capital_code(unit) || is_common_code(unit) || is_sign(unit) || is_word(unit))
		u->currency = unit;
	else if (!wrapped || !says_taxes(unit, true, &u->net))
		return false;
	u->base = drop_in(span_sub(u->base, 0, at));
	return true;
}

static bool cut_taxes(struct units *u)
{
	size_t at = find_taxes(u->base, &u->net);

	if (at == u->base.len)
		return false;
	u->base = drop_in(span_sub(u->base, 0, at));
	return true;
}

/*
 * "Total (EUR)", "Amount in USD", "price_eur", "Prix TTC (€)", "Total incl. VAT": HEADER without what it says of its
 * amounts, in *OUT.  False: it says nothing of the kind.
 */
static bool cut_units(struct span header, struct units *out)
{
	bool cut = false;

	*out = (struct units){.base = span_trim(header), .currency = SPAN_NONE};
	while (out->base.len && (cut_last(out) || cut_taxes(out)))
		cut = true;
	if (span_absent(out->currency) && out->base.len && cut_front(out))
		cut = true;
	return cut && out->base.len;
}

bool field_of_header(struct span header, struct span source, bool identify,
		     struct arena *a, struct field *out, unsigned *rank)
{
	struct units u;

	/* "taxes included" is yes or no. */
	if (cut_units(header, &u) && field_of_word(u.base, source, identify, a, out, rank) && out->form == FORM_MONEY &&
	    !span_equal(out->key, SPAN("tax"))) {
		/* Of two totals that without taxes comes later, as its name is not that of the whole. */
		*rank += u.net ? 500 : 0;
		if (!span_absent(u.currency))
			out->currency = arena_copy(a, u.currency);
		return true;
	}
	return field_of_word(header, source, identify, a, out, rank);
}

bool field_of_utc(struct span header, struct span source, bool identify, struct arena *a, struct field *out, unsigned *rank)
{
	struct span base;

	return cut_utc(header, &base) && field_of_word(base, source, identify, a, out, rank) && out->section == SECTION_TIME;
}

/* What stands in a section by its path: the known field of that name, else itself. */
static struct field in_section(enum section section, struct span rest,
			       struct span source, struct arena *a, unsigned *rank)
{
	struct field f;
	struct buf folded = BUF_INIT;
	size_t dot = span_find_byte(rest, '.');

	if (section == SECTION_CONTEXT && dot < rest.len) {
		/* The groups of the context keep their members' names. */
		struct buf key = BUF_INIT;

		buf_span(&key, span_sub(rest, 0, dot + 1));
		expr_fold_name(span_sub(rest, dot + 1, rest.len), &folded);
		buf_span(&key, buf_view(&folded));
		f = field_of_path(section, arena_copy(a, buf_view(&key)));
		buf_release(&key);
		buf_release(&folded);
		return f;
	}
	if (section != SECTION_CONSENT &&
	    field_of_header(rest, source, false, a, &f, rank) &&
	    (f.section == section ||
	     (section == SECTION_TRAITS && f.section == SECTION_IDS)))
		return f;
	*rank = 0;
	expr_fold_name(rest, &folded);
	f = field_of_path(section, arena_copy(a, buf_view(&folded)));
	buf_release(&folded);
	return f;
}

/* Of one word: where it may lie. */
#define RANK_PLACES 4

/* The person of a call, as Segment's libraries send it along with events. */
static const struct span person = SPAN("context.traits.");

bool field_is_section(struct span path)
{
	if (span_equal(path, span_sub(person, 0, person.len - 1)))
		return true;
	for (size_t i = 0; i < SECTION_NAMES; i++)
		if (span_equal(path, sections[i].name))
			return true;
	return false;
}

bool field_of_member(struct span path, struct span source, bool identify,
		     struct arena *a, struct field *out, unsigned *rank)
{

	*rank = 0;
	if (span_starts(path, person)) {
		*out = in_section(SECTION_TRAITS, span_sub(path, person.len, path.len),
				  source, a, rank);
		*rank = *rank * RANK_PLACES + 2;
		return true;
	}
	for (size_t i = 0; i < SECTION_NAMES; i++) {
		struct span name = sections[i].name;

		if (!span_starts(path, name) || path.len < name.len + 2 ||
		    path.ptr[name.len] != '.')
			continue;
		*out = in_section(sections[i].section,
				  span_sub(path, name.len + 1, path.len), source, a, rank);
		*rank *= RANK_PLACES;
		return true;
	}
	if (!field_of_header(path, source, identify, a, out, rank))
		return false;
	*rank = *rank * RANK_PLACES + 1;
	return true;
}

void field_put_name(const struct field *f, struct buf *out)
{
	if (f->section < sizeof top_names / sizeof *top_names) {
		buf_text_put(out, top_names[f->section]);
		return;
	}
	for (size_t i = 0; i < SECTION_NAMES; i++) {
		if (sections[i].section == f->section) {
			buf_span(out, sections[i].name);
			break;
		}
	}
	buf_char(out, '.');
	buf_span(out, f->key);
}

bool field_table_row(size_t i, const char **name, const char **headers)
{
	if (i >= field_table_count)
		return false;
	*name = field_table[i].name;
	*headers = field_table[i].headers;
	return true;
}
