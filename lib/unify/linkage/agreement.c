#include "unify/linkage/agreement.h"

#include <string.h>

#include "base/mem.h"
#include "text/phonetic.h"
#include "text/similarity.h"
#include "unify/identity/female_form.h"
#include "unify/identity/person_name.h"
#include "unify/linkage/letters.h"

/* Entries of a cache; half a MiB, which stays near the core. */
#define CACHE_BITS 16

enum { NAME_LIKE = 2, NAME_SOUND, NAME_CLOSE, NAME_NICK, NAME_CLOSER, NAME_EXACT,
       NAME_EXCHANGED };
enum { TEXT_LIKE = 2, TEXT_CLOSE, TEXT_WORDS, TEXT_CLOSER, TEXT_EXACT,
       TEXT_EXCHANGED };
enum { CODE_TWO = 2, CODE_ONE, CODE_EXACT };
enum { DATE_YEAR = 2, DATE_PARTS, DATE_ONE, DATE_EXACT };
enum { EMAIL_LIKE = 2, EMAIL_CLOSE, EMAIL_USER, EMAIL_EXACT };
enum { CATEGORY_ONE = 2, CATEGORY_EXACT };

const struct agreement_scale *agreement_scale(enum column_kind kind)
{
	static const char *const name[] = {
		"missing", "different", "alike (0.70)", "sounds alike",
		"close (0.88)", "nickname or initial", "closer (0.92)", "same",
		"exchanged",
	};
	static const char *const text[] = {
		"missing", "different", "alike (0.6)", "close (0.8)",
		"same words", "closer (0.9)", "same", "exchanged",
	};
	static const char *const code[] = {
		"missing", "different", "two edits", "one edit", "same",
	};
	static const char *const date[] = {
		"missing", "different", "within a year", "two of three parts",
		"one edit", "same",
	};
	static const char *const email[] = {
		"missing", "different", "user alike", "close", "same user",
		"same",
	};
	static const char *const category[] = {
		"missing", "different", "one edit", "same",
	};
	static const struct agreement_scale scales[] = {
		[COLUMN_NAME] = {NAME_EXCHANGED, NAME_EXACT, NAME_EXCHANGED, name},
		[COLUMN_TEXT] = {TEXT_EXCHANGED, TEXT_EXACT, TEXT_EXCHANGED, text},
		[COLUMN_CODE] = {CODE_EXACT, CODE_EXACT, 0, code},
		[COLUMN_DATE] = {DATE_EXACT, DATE_EXACT, 0, date},
		[COLUMN_EMAIL] = {EMAIL_EXACT, EMAIL_EXACT, 0, email},
		[COLUMN_CATEGORY] = {CATEGORY_EXACT, CATEGORY_EXACT, 0, category},
	};

	return &scales[kind];
}

/* Is one the other's first letter? */
static bool is_initial(struct span a, struct span b)
{
	return (a.len == 1 || b.len == 1) && a.ptr[0] == b.ptr[0];
}

static bool share_nickname(const struct word *a, const struct word *b)
{
	for (int i = 0; i < NICKNAME_GROUPS_MAX; i++) {
		for (int j = 0; j < NICKNAME_GROUPS_MAX; j++) {
			if (a->nicknames[i] && a->nicknames[i] == b->nicknames[j])
				return true;
		}
	}
	return false;
}

/* Jaro-Winkler, or 0 where the letters alone make it less than 0.7. */
static double winkler_of(const struct word *a, const struct word *b)
{
	double common = letters_common(a, b), x = (double)a->text.len, y = (double)b->text.len;

	if ((common / x + common / y + 1) / 3 < 0.7 - 1e-9)
		return 0;
	return similarity_winkler(a->text, b->text);
}

/* The last word of a first name, where it says a generation (person_name.h); else absent. */
static struct span generation_of(struct span name)
{
	for (unsigned char g = GENERATION_SENIOR; g <= GENERATION_FOURTH; g++) {
		struct span suffix = person_name_suffix(g);
		size_t at = name.len - suffix.len;

		if (name.len > suffix.len + 1 && span_ends(name, suffix) && name.ptr[at - 1] == ' ')
			return span_sub(name, at, suffix.len);
	}
	return SPAN_NONE;
}

/* Karl the elder and Karl the younger, or Jan and Jana: names that are alike and never one. */
static bool are_two_names(const struct word *a, const struct word *b)
{
	struct span x = generation_of(a->text), y = generation_of(b->text);

	return (x.len && y.len && !span_equal(x, y)) || female_form_parts(a->text, b->text);
}

static unsigned compare_names(const struct word *a, const struct word *b)
{
	double alike = winkler_of(a, b);

	if (alike >= 0.70 && are_two_names(a, b))
		return AGREEMENT_ELSE;
	if (alike >= 0.92)
		return NAME_CLOSER;
	if (share_nickname(a, b) || is_initial(a->text, b->text))
		return NAME_NICK;
	if (alike >= 0.88)
		return NAME_CLOSE;
	return alike >= 0.70 ? NAME_LIKE : AGREEMENT_ELSE;
}

/* Either code will do: Soundex hears through slips that Double Metaphone trusts. */
static bool sound_alike(const struct vocabulary *v, uint32_t a, uint32_t b)
{
	uint32_t sound = v->words[a].sound;

	return (sound && sound == v->words[b].sound) || phonetic_alike(v->codes[a], v->codes[b]);
}

/* The words of a text, cut at blanks; more than WORDS_MAX are not looked at. */
#define WORDS_MAX 12

static int cut_words(struct span text, struct span *out)
{
	int count = 0;

	while (!span_absent(text) && count < WORDS_MAX)
		out[count++] = span_cut(&text, ' ');
	return count;
}

/* Is one the other, or its begin: "st" of "street"?  Numbers are not cut short. */
static bool is_short_for(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;

	return !memcmp(a.ptr, b.ptr, len) &&
	       (a.len == b.len || a.ptr[len - 1] > '9');
}

/* Finds a word of LIST for WORD, not USED: itself, or short for it unless WHOLE. */
static bool find_word(struct span word, const struct span *list, int count,
		      unsigned *used, bool whole)
{
	for (int i = 0; i < count; i++) {
		if (*used >> i & 1 || (whole ? !span_equal(word, list[i])
				       : !is_short_for(word, list[i])))
			continue;
		*used |= 1u << i;
		return true;
	}
	return false;
}

/* Are all words of one in the other, in whatever order, two at least? */
static bool have_same_words(const struct word *a, const struct word *b)
{
	struct span x[WORDS_MAX], y[WORDS_MAX];
	int m = cut_words(a->text, x), n = cut_words(b->text, y), whole = 0;
	unsigned found = 0, used = 0;

	if (m > n)
		return have_same_words(b, a);
	for (int i = 0; i < m; i++) {
		if (find_word(x[i], y, n, &used, true)) {
			found |= 1u << i;
			whole += x[i].len > 2;
		}
	}
	for (int i = 0; i < m; i++) {
		if (!(found >> i & 1) && find_word(x[i], y, n, &used, false))
			found |= 1u << i;
	}
	return m > 1 && whole && found == (1u << m) - 1;
}

/* Words that are in both begin alike. */
static bool may_have_same_words(const struct word *a, const struct word *b)
{
	return !(a->starts & ~b->starts) || !(b->starts & ~a->starts);
}

static unsigned compare_texts(const struct word *a, const struct word *b)
{
	size_t x = a->text.len, y = b->text.len, longer = x < y ? y : x;
	double alike;

	/* What is not in both has to be edited: at least so much. */
	alike = (longer - letters_common(a, b)) * 5 > longer * 2 ? 0
		: similarity_edit(a->text, b->text);
	if (alike >= 0.9)
		return TEXT_CLOSER;
	if (may_have_same_words(a, b) && have_same_words(a, b))
		return TEXT_WORDS;
	if (alike >= 0.8)
		return TEXT_CLOSE;
	return alike >= 0.6 ? TEXT_LIKE : AGREEMENT_ELSE;
}

static unsigned compare_codes(const struct word *a, const struct word *b)
{
	size_t shorter = a->text.len < b->text.len ? a->text.len : b->text.len;

	if (similarity_within(a->text, b->text, 1))
		return CODE_ONE;
	return shorter >= 6 && similarity_within(a->text, b->text, 2)
	       ? CODE_TWO : AGREEMENT_ELSE;
}

static bool same_two(const char *a, const char *b)
{
	return a[0] == b[0] && a[1] == b[1];
}

/* One digit of eight is another, or two neighbours are exchanged. */
static bool is_one_edit(const char *a, const char *b)
{
	int first = 0, count = 0;

	for (int i = 0; i < 8; i++) {
		if (a[i] == b[i])
			continue;
		if (!count++)
			first = i;
	}
	return count == 1 || (count == 2 && a[first] == b[first + 1] &&
			      a[first + 1] == b[first]);
}

/* Ten years in the days of a word: of parents and children month and day may agree. */
#define GENERATION (10 * 372)

/* Dates are texts of eight digits. */
static unsigned compare_dates(const struct word *a, const struct word *b)
{
	const char *x = a->text.ptr, *y = b->text.ptr;
	bool year = same_two(x, y) && same_two(x + 2, y + 2);
	int parts = year + same_two(x + 4, y + 4) + same_two(x + 6, y + 6);
	uint32_t gap = a->day > b->day ? a->day - b->day : b->day - a->day;

	if (is_one_edit(x, y) ||
	    (year && same_two(x + 4, y + 6) && same_two(x + 6, y + 4)))
		return DATE_ONE;
	if (parts == 2)
		return year || gap < GENERATION ? DATE_PARTS : AGREEMENT_ELSE;
	return gap <= 372 ? DATE_YEAR : AGREEMENT_ELSE;
}

static struct span user_of(const struct word *w)
{
	return span_sub(w->text, 0, span_find_byte(w->text, '@'));
}

static unsigned compare_emails(const struct word *a, const struct word *b)
{
	if (a->user == b->user)
		return EMAIL_USER;
	if (similarity_winkler(a->text, b->text) >= 0.92)
		return EMAIL_CLOSE;
	return similarity_winkler(user_of(a), user_of(b)) >= 0.88
	       ? EMAIL_LIKE : AGREEMENT_ELSE;
}

static unsigned compare_categories(const struct word *a, const struct word *b)
{
	size_t shorter = a->text.len < b->text.len ? a->text.len : b->text.len;

	return shorter >= 3 && similarity_within(a->text, b->text, 1)
	       ? CATEGORY_ONE : AGREEMENT_ELSE;
}

unsigned agreement_of_words(const struct column *column, uint32_t a, uint32_t b)
{
	static unsigned (*const compare[])(const struct word *, const struct word *) = {
		[COLUMN_NAME] = compare_names,
		[COLUMN_TEXT] = compare_texts,
		[COLUMN_CODE] = compare_codes,
		[COLUMN_DATE] = compare_dates,
		[COLUMN_EMAIL] = compare_emails,
		[COLUMN_CATEGORY] = compare_categories,
	};

	unsigned level;

	if (a == b)
		return agreement_scale(column->kind)->exact;
	if (column->running)
		return AGREEMENT_ELSE;
	if (a > b) {
		uint32_t swap = a;

		a = b;
		b = swap;
	}
	level = compare[column->kind](column_word(column, a), column_word(column, b));
	if (column->kind == COLUMN_NAME && level < NAME_SOUND &&
	    !are_two_names(column_word(column, a), column_word(column, b)) &&
	    sound_alike(column->vocabulary, a, b))
		return NAME_SOUND;
	return level;
}

/*
 * Direct-mapped: a newer pair takes an older one's place.  An entry is a mix of
 * column and words, which tells pairs apart but for one in 2^60, and the level
 * in the low bits.
 */
struct agreement_cache {
	uint64_t entries[1 << CACHE_BITS];
};

struct agreement_cache *agreement_cache_new(void)
{
	return mem_zero(1, sizeof(struct agreement_cache));
}

void agreement_cache_free(struct agreement_cache *c)
{
	mem_free(c);
}

/* Codes, dates and categories are compared as fast as looked up. */
static bool is_worth_keeping(enum column_kind kind)
{
	return kind == COLUMN_NAME || kind == COLUMN_TEXT || kind == COLUMN_EMAIL;
}

unsigned agreement_level_of(const struct columns *c, size_t i,
			    struct agreement_cache *cache, uint32_t a, uint32_t b)
{
	const struct column *column = &c->list[i];
	uint64_t mixed, *at;

	if (!cache || !is_worth_keeping(column->kind))
		return agreement_of_words(column, a, b);
	mixed = a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
	mixed = (mixed + ((uint64_t)i << 28)) * UINT64_C(0x9E3779B97F4A7C15);
	mixed ^= mixed >> 32;
	mixed *= UINT64_C(0xD6E8FEB86659FD93);
	at = &cache->entries[mixed >> (64 - CACHE_BITS)];
	mixed &= ~(uint64_t)(AGREEMENT_LEVELS - 1);
	if ((*at & ~(uint64_t)(AGREEMENT_LEVELS - 1)) != mixed || !(*at & (AGREEMENT_LEVELS - 1)))
		*at = mixed | agreement_of_words(column, a, b);
	return (unsigned)(*at & (AGREEMENT_LEVELS - 1));
}

/* Does A say in COLUMN what B says in the twin, and the other way round? */
static bool is_exchanged(const uint32_t *a, const uint32_t *b, size_t i, size_t twin)
{
	return a[i] && a[twin] && a[i] != a[twin] && a[i] == b[twin] && a[twin] == b[i];
}

bool agreement_exchanged(const struct columns *c, size_t i, const uint32_t *a,
			 const uint32_t *b)
{
	int twin = c->list[i].twin;

	return twin > (int)i && a[i] != b[i] && is_exchanged(a, b, i, (size_t)twin);
}

bool agreement_names_agree(enum column_kind kind, unsigned level)
{
	return kind == COLUMN_NAME && level >= NAME_CLOSE;
}

bool agreement_nearly_same(enum column_kind kind, unsigned level)
{
	return kind == COLUMN_NAME && (level == NAME_CLOSE || level == NAME_CLOSER);
}

bool agreement_like_name(enum column_kind kind, unsigned level)
{
	return kind == COLUMN_EMAIL && (level == EMAIL_LIKE || level == EMAIL_CLOSE);
}

uint64_t agreement_pattern(const struct columns *c, struct agreement_cache *cache,
			   uint32_t a, uint32_t b)
{
	const uint32_t *x = columns_row(c, a), *y = columns_row(c, b);
	uint64_t pattern = 0, skip = 0;
	bool names_agree = false;

	for (size_t i = 0; i < c->count; i++) {
		const struct column *column = &c->list[i];
		unsigned level;

		if (!x[i] || !y[i] || skip >> i & 1)
			continue;
		if (x[i] == y[i]) {
			level = agreement_scale(column->kind)->exact;
		} else if (agreement_exchanged(c, i, x, y)) {
			level = agreement_scale(column->kind)->exchanged;
			skip |= (uint64_t)1 << column->twin;
		} else {
			level = agreement_level_of(c, i, cache, x[i], y[i]);
		}
		if (agreement_names_agree(column->kind, level))
			names_agree = true;
		if (names_agree && agreement_like_name(column->kind, level))
			continue;
		pattern |= (uint64_t)level << (i * AGREEMENT_BITS);
	}
	return pattern;
}
