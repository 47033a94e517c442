#include "match/agreement.h"

#include <stdlib.h>

#include "base/mem.h"
#include "match/similarity.h"

/* Entries of a cache; half a MiB, which stays near the core. */
#define CACHE_BITS 16

enum { NAME_LIKE = 2, NAME_SOUND, NAME_CLOSE, NAME_NICK, NAME_CLOSER, NAME_EXACT,
       NAME_EXCHANGED };
enum { TEXT_LIKE = 2, TEXT_CLOSE, TEXT_CLOSER, TEXT_EXACT, TEXT_EXCHANGED };
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
		"closer (0.9)", "same", "exchanged",
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

static unsigned compare_names(const struct word *a, const struct word *b)
{
	double alike = similarity_winkler(a->text, b->text);

	if (alike >= 0.92)
		return NAME_CLOSER;
	if (share_nickname(a, b) || is_initial(a->text, b->text))
		return NAME_NICK;
	if (alike >= 0.88)
		return NAME_CLOSE;
	if (a->sound && a->sound == b->sound)
		return NAME_SOUND;
	return alike >= 0.70 ? NAME_LIKE : AGREEMENT_ELSE;
}

static unsigned compare_texts(const struct word *a, const struct word *b)
{
	size_t x = a->text.len, y = b->text.len;
	double alike;

	/* Lengths alone make it less than 0.6. */
	if ((x < y ? y - x : x - y) * 5 > (x < y ? y : x) * 2)
		return AGREEMENT_ELSE;
	alike = similarity_edit(a->text, b->text);
	if (alike >= 0.9)
		return TEXT_CLOSER;
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

static bool same_part(const struct word *a, const struct word *b, size_t from,
		      size_t other, size_t len)
{
	return !memcmp(a->text.ptr + from, b->text.ptr + other, len);
}

static unsigned compare_dates(const struct word *a, const struct word *b)
{
	bool year = same_part(a, b, 0, 0, 4);
	int parts = year + same_part(a, b, 4, 4, 2) + same_part(a, b, 6, 6, 2);
	uint32_t gap = a->day > b->day ? a->day - b->day : b->day - a->day;

	if (similarity_within(a->text, b->text, 1) ||
	    (year && same_part(a, b, 4, 6, 2) && same_part(a, b, 6, 4, 2)))
		return DATE_ONE;
	if (parts == 2)
		return DATE_PARTS;
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

	if (a == b)
		return agreement_scale(column->kind)->exact;
	if (a > b) {
		uint32_t swap = a;

		a = b;
		b = swap;
	}
	return compare[column->kind](column_word(column, a),
				     column_word(column, b));
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

static unsigned level_of(const struct columns *c, size_t i,
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
static bool is_exchanged(const struct columns *c, size_t i, uint32_t a, uint32_t b)
{
	const struct column *x = &c->list[i], *y = &c->list[x->twin];
	uint32_t first = x->cells[a], last = y->cells[a];

	return first && last && first != last && first == y->cells[b] &&
	       last == x->cells[b];
}

/*
 * Addresses are made from names: where the names agree, that the addresses are
 * alike says nothing more.
 */
static bool is_like_name(unsigned level)
{
	return level == EMAIL_LIKE || level == EMAIL_CLOSE;
}

uint64_t agreement_pattern(const struct columns *c, struct agreement_cache *cache,
			   uint32_t a, uint32_t b)
{
	uint64_t pattern = 0, skip = 0;
	bool names_agree = false;

	for (size_t i = 0; i < c->count; i++) {
		const struct column *column = &c->list[i];
		uint32_t x = column->cells[a], y = column->cells[b];
		unsigned level;

		if (!x || !y || skip >> i & 1)
			continue;
		if (x == y) {
			level = agreement_scale(column->kind)->exact;
		} else if (column->twin > (int)i && is_exchanged(c, i, a, b)) {
			level = agreement_scale(column->kind)->exchanged;
			skip |= (uint64_t)1 << column->twin;
		} else {
			level = level_of(c, i, cache, x, y);
		}
		if (column->kind == COLUMN_NAME && level >= NAME_CLOSE)
			names_agree = true;
		if (column->kind == COLUMN_EMAIL && names_agree && is_like_name(level))
			continue;
		pattern |= (uint64_t)level << (i * AGREEMENT_BITS);
	}
	return pattern;
}
