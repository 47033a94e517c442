/*
 * Double Metaphone (Philips, C/C++ Users Journal, June 2000): how a name of
 * English, Germanic, Slavic, Romance or Greek origin may be said, as one code
 * or two.
 *
 * A letter's sound depends on its neighbours, with many an exception.  So what
 * is known is a table: for each letter its rules, of which the first that fits
 * gives the sounds and says how many letters they take.  A rule looks at the
 * letters from its own on and at those before it, and at what kind of word it is.
 *
 * It follows Philips' program, but for what folding accents takes away before: c with a
 * cedilla is a plain c here.
 */
#include "text/phonetic.h"

#include <string.h>

/* What a rule may ask of the whole word, in bits. */
enum {
	GERMAN = 1,		/* begins with VAN, VON (words of their own) or SCH */
	SCH = 2,		/* begins with SCH */
	SLAVIC = 4,		/* has W, K or CZ: Slavic, or Germanic after all */
	PLAIN = 8,		/* has not */
	MAC = 16,		/* begins with MC */
	MILD = 32,		/* does not begin with DANGER, RANGER or MANGER */
	SAN = 64,		/* begins with SAN, a word of its own */
	SPANISH = 128,		/* ends in A, O, AS or OS */
};

/*
 * Patterns are alternatives between blanks.  In them `v` is a vowel, `c` none, `e` neither E
 * nor I, `.` any letter, `_` a blank or the word's end, `$` its end, and `^` its begin.
 * Of letters from the own one on `c` and `e` may be the end, too.
 */
struct rule {
	const char *here;	/* begins at the letter itself */
	const char *before;	/* ends before it; NULL: anything */
	const char *unless;	/* the same, and must not fit; NULL: nothing */
	unsigned word;		/* all of these */
	const char *first, *second;	/* sounds; of most rules they are the same */
	unsigned take;		/* letters */
};

#define END {0}

static const struct rule rules_b[] = {
	{"BB", NULL, NULL, 0, "P", "P", 2},
	{"B", NULL, NULL, 0, "P", "P", 1},
	END
};

static const struct rule rules_c[] = {
	/* Bach, Bacher; Caesar, chianti, Michael, chemistry but chore */
	{"CHER", "BA MA", NULL, 0, "K", "K", 2},
	{"CHe", "cA", NULL, 0, "K", "K", 2},
	{"CAESAR", "^", NULL, 0, "S", "S", 2},
	{"CHIA", NULL, NULL, 0, "K", "K", 2},
	{"CHAE", ".", NULL, 0, "K", "X", 2},
	{"CHORE", "^", NULL, 0, "X", "X", 2},
	{"CHARAC CHARIS CHOR CHYM CHEM", "^", NULL, 0, "K", "K", 2},
	/* Schumacher, orchestra, architect, Wachtler, Wechsler, Tichner */
	{"CH", NULL, NULL, GERMAN, "K", "K", 2},
	{"CHES CHID", "OR", NULL, 0, "K", "K", 2},
	{"CHIT", "AR", NULL, 0, "K", "K", 2},
	{"CHT CHS", NULL, NULL, 0, "K", "K", 2},
	{"CHL CHR CHN CHM CHB CHH CHF CHV CHW CH_", "^ A E O U", NULL, 0, "K", "K", 2},
	{"CH", "^", NULL, 0, "X", "X", 2},
	{"CH", NULL, NULL, MAC, "K", "K", 2},
	{"CH", NULL, NULL, 0, "X", "K", 2},
	/* Czerny, focaccia; McClelland, accident, succeed, Bacci, bellocchio */
	{"CZ", NULL, "WI", 0, "S", "X", 2},
	{"CCIA", NULL, NULL, 0, "X", "X", 3},
	{"CCE CCI", "^M", NULL, 0, "K", "K", 1},
	{"CC", "^M", NULL, 0, "K", "K", 2},
	{"CCHU", NULL, NULL, 0, "K", "K", 2},
	{"CCE CCI CCH", "^A", NULL, 0, "KS", "KS", 3},
	{"CCEE CCES", "U", NULL, 0, "KS", "KS", 3},
	{"CCE CCI CCH", NULL, NULL, 0, "X", "X", 3},
	{"CC CK CG CQ", NULL, NULL, 0, "K", "K", 2},
	/* Italian and English: ciao, cell; Mac Gregor */
	{"CIO CIE CIA", NULL, NULL, 0, "S", "X", 2},
	{"CI CE CY", NULL, NULL, 0, "S", "S", 2},
	{"C_C C_Q C_G", NULL, NULL, 0, "K", "K", 3},
	{"C", NULL, NULL, 0, "K", "K", 1},
	END
};

static const struct rule rules_d[] = {
	/* edge, Edgar */
	{"DGI DGE DGY", NULL, NULL, 0, "J", "J", 3},
	{"DG", NULL, NULL, 0, "TK", "TK", 2},
	{"DT DD", NULL, NULL, 0, "T", "T", 2},
	{"D", NULL, NULL, 0, "T", "T", 1},
	END
};

static const struct rule rules_f[] = {
	{"FF", NULL, NULL, 0, "F", "F", 2},
	{"F", NULL, NULL, 0, "F", "F", 1},
	END
};

static const struct rule rules_g[] = {
	/* Burgh, Ghislane, ghost; silent in Hugh, bough, Broughton; laugh, Leigh */
	{"GH", "c", NULL, 0, "K", "K", 2},
	{"GHI", "^", NULL, 0, "J", "J", 2},
	{"GH", "^", NULL, 0, "K", "K", 2},
	{"GH", "B. H. D. B.. H.. D.. B... H...", NULL, 0, "", "", 2},
	{"GH", "C.U G.U L.U R.U T.U", NULL, 0, "F", "F", 2},
	{"GH", "I", NULL, 0, "", "", 2},
	{"GH", NULL, NULL, 0, "K", "K", 2},
	/* agnes, Cagney, Bologna, Wagner; tagliaro */
	{"GN", "^v", NULL, PLAIN, "KN", "N", 2},
	{"GNEY", NULL, NULL, 0, "KN", "KN", 2},
	{"GN", NULL, NULL, PLAIN, "N", "KN", 2},
	{"GN", NULL, NULL, 0, "KN", "KN", 2},
	{"GLI", NULL, NULL, PLAIN, "KL", "L", 2},
	/* Gerber, Gibbs; hamburger but danger, energy but orgy; Getty, Berger, Rogier */
	{"GY GES GEP GEB GEL GEY GIB GIL GIN GIE GEI GER", "^", NULL, 0, "K", "J", 2},
	{"GER", NULL, "E I", MILD, "K", "J", 2},
	{"GY", NULL, "E I R O", MILD, "K", "J", 2},
	{"GE GI GY", NULL, NULL, GERMAN, "K", "K", 2},
	{"GGI", "A O", NULL, GERMAN, "K", "K", 2},
	{"GET", NULL, NULL, 0, "K", "K", 2},
	{"GIER_", NULL, NULL, 0, "J", "J", 2},
	{"GE GI GY", NULL, NULL, 0, "J", "K", 2},
	{"GGI", "A O", NULL, 0, "J", "K", 2},
	{"GG", NULL, NULL, 0, "K", "K", 2},
	{"G", NULL, NULL, 0, "K", "K", 1},
	END
};

static const struct rule rules_h[] = {
	{"Hv", "^ v", NULL, 0, "H", "H", 2},
	{"H", NULL, NULL, 0, "", "", 1},
	END
};

static const struct rule rules_j[] = {
	/* San Jacinto, Jose; Yankelovich, Bajador; hallelujah, Hajek */
	{"J", NULL, NULL, SAN, "H", "H", 1},
	{"JOSE_", "^", NULL, 0, "H", "H", 1},
	{"JOSE", NULL, NULL, 0, "J", "H", 1},
	{"JJ", "^", NULL, 0, "J", "A", 2},
	{"J", "^", NULL, 0, "J", "A", 1},
	{"JA JO", "v", NULL, PLAIN, "J", "H", 1},
	{"J$", NULL, NULL, 0, "J", "", 1},
	{"JL JT JK JS JN JM JB JZ", NULL, NULL, 0, "", "", 1},
	{"JJ", NULL, "S K L", 0, "J", "J", 2},
	{"JJ", NULL, NULL, 0, "", "", 2},
	{"J", NULL, "S K L", 0, "J", "J", 1},
	{"J", NULL, NULL, 0, "", "", 1},
	END
};

static const struct rule rules_k[] = {
	{"KK", NULL, NULL, 0, "K", "K", 2},
	{"K", NULL, NULL, 0, "K", "K", 1},
	END
};

static const struct rule rules_l[] = {
	/* Spanish: cabrillo, gallegos */
	{"LLO$ LLA$", "I", NULL, 0, "L", "", 2},
	{"LLE$", "A", NULL, 0, "L", "", 2},
	{"LLE", "A", NULL, SPANISH, "L", "", 2},
	{"LL", NULL, NULL, 0, "L", "L", 2},
	{"L", NULL, NULL, 0, "L", "L", 1},
	END
};

static const struct rule rules_m[] = {
	/* dumb, thumb, Plumber */
	{"MB$ MBER", "U", NULL, 0, "M", "M", 2},
	{"MM", NULL, NULL, 0, "M", "M", 2},
	{"M", NULL, NULL, 0, "M", "M", 1},
	END
};

static const struct rule rules_n[] = {
	{"NN", NULL, NULL, 0, "N", "N", 2},
	{"N", NULL, NULL, 0, "N", "N", 1},
	END
};

static const struct rule rules_p[] = {
	/* Campbell, raspberry */
	{"PH", NULL, NULL, 0, "F", "F", 2},
	{"PP PB", NULL, NULL, 0, "P", "P", 2},
	{"P", NULL, NULL, 0, "P", "P", 1},
	END
};

static const struct rule rules_q[] = {
	{"QQ", NULL, NULL, 0, "K", "K", 2},
	{"Q", NULL, NULL, 0, "K", "K", 1},
	END
};

static const struct rule rules_r[] = {
	/* French: Rogier, but Hochmeier */
	{"R$", "IE", "MEIE MAIE", PLAIN, "", "R", 1},
	{"RR", NULL, NULL, 0, "R", "R", 2},
	{"R", NULL, NULL, 0, "R", "R", 1},
	END
};

static const struct rule rules_s[] = {
	/* island, Carlisle, sugar, Oppenheim; Italian and Armenian: Gianassian */
	{"SL", "I Y", NULL, 0, "", "", 1},
	{"SUGAR", "^", NULL, 0, "X", "S", 1},
	{"SHEIM SHOEK SHOLM SHOLZ", NULL, NULL, 0, "S", "S", 2},
	{"SH", NULL, NULL, 0, "X", "X", 2},
	{"SIO SIA", NULL, NULL, SLAVIC, "S", "S", 3},
	{"SIO SIA", NULL, NULL, 0, "S", "X", 3},
	/* Smith is Schmidt, Snider is Schneider; -sz- */
	{"SZ", NULL, NULL, 0, "S", "X", 2},
	{"SM SN SL SW", "^", NULL, 0, "S", "X", 1},
	/* Schermerhorn, Schenker; Dutch: school, Schooner; Schlesinger, Schwartz */
	{"SCHER SCHEN", NULL, NULL, 0, "X", "SK", 3},
	{"SCHOO SCHUY SCHED SCHEM", NULL, NULL, 0, "SK", "SK", 3},
	{"SCHW", "^", NULL, 0, "X", "X", 3},
	{"SCHc", "^", NULL, 0, "X", "S", 3},
	{"SCH", NULL, NULL, 0, "X", "X", 3},
	{"SCI SCE SCY", NULL, NULL, 0, "S", "S", 3},
	{"SC", NULL, NULL, 0, "SK", "SK", 3},
	/* French: resnais, Artois */
	{"S$", "AI OI", NULL, 0, "", "S", 1},
	{"SS", NULL, NULL, 0, "S", "S", 2},
	{"S", NULL, NULL, 0, "S", "S", 1},
	END
};

static const struct rule rules_t[] = {
	/* Thomas, Thames; smith */
	{"TION TIA TCH", NULL, NULL, 0, "X", "X", 3},
	{"THOM THAM", NULL, NULL, 0, "T", "T", 2},
	{"TH TTH", NULL, NULL, GERMAN, "T", "T", 2},
	{"TH TTH", NULL, NULL, 0, "0", "T", 2},
	{"TT TD", NULL, NULL, 0, "T", "T", 2},
	{"T", NULL, NULL, 0, "T", "T", 1},
	END
};

static const struct rule rules_v[] = {
	{"VV", NULL, NULL, 0, "F", "F", 2},
	{"V", NULL, NULL, 0, "F", "F", 1},
	END
};

static const struct rule rules_w[] = {
	/* Wasserman is Vasserman, Whitney; Arnow, Filipowsky, Schwartz; Filipowicz */
	{"WR", NULL, NULL, 0, "R", "R", 2},
	{"WICZ WITZ", "^", NULL, 0, "ATS", "FFX", 4},
	{"Wv", "^", NULL, 0, "A", "F", 1},
	{"WH", "^", NULL, 0, "A", "A", 1},
	{"W$", "v", NULL, 0, "", "F", 1},
	{"WSKI WSKY", "E O", NULL, 0, "", "F", 1},
	{"W", NULL, NULL, SCH, "", "F", 1},
	{"WICZ WITZ", NULL, NULL, 0, "TS", "FX", 4},
	{"W", NULL, NULL, 0, "", "", 1},
	END
};

static const struct rule rules_x[] = {
	/* Xavier; French: breaux */
	{"X", "^", NULL, 0, "S", "S", 1},
	{"X$", "AU OU", NULL, 0, "", "", 1},
	{"XC XX", NULL, NULL, 0, "KS", "KS", 2},
	{"X", NULL, NULL, 0, "KS", "KS", 1},
	END
};

static const struct rule rules_z[] = {
	/* Chinese: Zhao; Italian and Slavic: Pozzi, Zdzislaw */
	{"ZH", NULL, NULL, 0, "J", "J", 2},
	{"ZZO ZZI ZZA", NULL, NULL, 0, "S", "TS", 2},
	{"ZZ", ".", "T", SLAVIC, "S", "TS", 2},
	{"Z", ".", "T", SLAVIC, "S", "TS", 1},
	{"ZZ", NULL, NULL, 0, "S", "S", 2},
	{"Z", NULL, NULL, 0, "S", "S", 1},
	END
};

static const struct rule rules_vowel[] = {
	{".", "^", NULL, 0, "A", "A", 1},
	{".", NULL, NULL, 0, "", "", 1},
	END
};

static const struct rule *const rules[26] = {
	rules_vowel, rules_b, rules_c, rules_d, rules_vowel, rules_f, rules_g,
	rules_h, rules_vowel, rules_j, rules_k, rules_l, rules_m, rules_n,
	rules_vowel, rules_p, rules_q, rules_r, rules_s, rules_t, rules_vowel,
	rules_v, rules_w, rules_x, rules_vowel, rules_z,
};

#define LETTERS_MAX 120
#define CODE_MAX 4

struct spelling {
	char text[LETTERS_MAX + 1];	/* capitals, single blanks between words, 0 */
	size_t len;
	unsigned word;		/* what it is, of the above */
};

/* Apostrophes are nothing, other signs blanks. */
static void spell_word(struct spelling *s, struct span name)
{
	bool gap = false;

	for (size_t i = 0; i < name.len && s->len + 1 < LETTERS_MAX; i++) {
		char c = span_lower(name.ptr[i]);

		if (c < 'a' || c > 'z') {
			gap = gap || c != '\'';
			continue;
		}
		if (gap && s->len)
			s->text[s->len++] = ' ';
		gap = false;
		s->text[s->len++] = (char)(c - 32);
	}
}

static bool is_vowel(char c)
{
	return c && strchr("AEIOUY", c);
}

/* Does C, a letter, a blank or 0 at the end, fit into the pattern's place P? */
static bool fits_letter(char p, char c)
{
	switch (p) {
	case 'v':
		return is_vowel(c);
	case 'c':
		return !is_vowel(c);
	case 'e':
		return c != 'E' && c != 'I';
	case '.':
		return c;
	case '_':
		return c == ' ' || !c;
	case '$':
		return !c;
	default:
		return p == c;
	}
}

/* Does what stands from AT on fit into one of the patterns? */
static bool fits_here(const struct spelling *s, size_t at, const char *p)
{
	while (p) {
		const char *c = s->text + at;

		while (*p && *p != ' ' && fits_letter(*p, *c)) {
			p++;
			c++;
		}
		if (!*p || *p == ' ')
			return true;
		p = strchr(p, ' ');
		if (p)
			p++;
	}
	return false;
}

/* Does what stands before AT fit into one of them? */
static bool fits_before(const struct spelling *s, size_t at, const char *patterns)
{
	for (const char *p = patterns; *p; p += *p == ' ') {
		bool start = *p == '^', fits;
		size_t len = strcspn(p += start, " ");

		fits = start ? at == len : at >= len;
		for (size_t i = 0; i < len && fits; i++)
			fits = fits_letter(p[i], s->text[at - len + i]);
		if (fits)
			return true;
		p += len;
	}
	return false;
}

/* Does one of the patterns fit anywhere? */
static bool has_text(const struct spelling *s, const char *patterns)
{
	for (size_t i = 0; i < s->len; i++) {
		if (fits_here(s, i, patterns))
			return true;
	}
	return false;
}

static unsigned kind_of(const struct spelling *s)
{
	unsigned kind = has_text(s, "W K CZ") ? SLAVIC : PLAIN;

	if (!fits_here(s, 0, "DANGER RANGER MANGER"))
		kind |= MILD;
	if (fits_here(s, 0, "SCH"))
		kind |= GERMAN | SCH;
	if (fits_here(s, 0, "VAN_ VON_"))
		kind |= GERMAN;
	if (fits_here(s, 0, "MC"))
		kind |= MAC;
	if (fits_here(s, 0, "SAN_"))
		kind |= SAN;
	if (has_text(s, "A$ O$ AS$ OS$"))
		kind |= SPANISH;
	return kind;
}

static const struct rule *rule_for(const struct spelling *s, size_t at)
{
	const struct rule *r = rules[s->text[at] - 'A'];

	while ((r->word & s->word) != r->word || !fits_here(s, at, r->here) ||
	       (r->before && !fits_before(s, at, r->before)) ||
	       (r->unless && fits_before(s, at, r->unless)))
		r++;
	return r;
}

/* Adds SOUNDS as far as there is room. */
static void put_code(char *code, size_t *len, const char *sounds)
{
	for (; *sounds && *len < CODE_MAX; sounds++)
		code[(*len)++] = *sounds;
}

bool phonetic_double(struct span name, struct phonetic_codes *out)
{
	struct spelling s = {{0}, 0, 0};
	size_t first = 0, second = 0, at;

	*out = (struct phonetic_codes){{0}, {0}};
	spell_word(&s, name);
	s.word = kind_of(&s);
	at = fits_here(&s, 0, "GN KN PN WR PS");
	while (at < s.len && (first < CODE_MAX || second < CODE_MAX)) {
		const struct rule *r;

		if (s.text[at] == ' ') {
			at++;
			continue;
		}
		r = rule_for(&s, at);
		put_code(out->first, &first, r->first);
		put_code(out->second, &second, r->second);
		at += r->take;
	}
	return first || second;
}

/* Four bits a letter, of the sixteen that there may be. */
static uint32_t pack_codes(const char code[4])
{
	static const char letters[] = "A0FHJKLMNPRSTX";
	uint32_t packed = 0;

	for (int i = 0; i < CODE_MAX; i++)
		packed = packed << 4 | (code[i] ? (uint32_t)(strchr(letters, code[i]) - letters) + 1 : 0);
	return packed;
}

/* A name with a single code has it twice: an empty one is never in common. */
uint32_t phonetic_pack(const struct phonetic_codes *codes)
{
	uint32_t first = pack_codes(codes->first), second = pack_codes(codes->second);

	return (first ? first : second) << 16 | (second ? second : first);
}
