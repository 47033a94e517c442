#include "text/similarity.h"

#include <string.h>

#define WORD 64			/* bytes that a mask of positions covers */
#define BOOST 0.7		/* Winkler's C program; his paper says 0.6 */
#define SCALE 0.1
#define PREFIX 4

struct texts {
	const unsigned char *a;
	const unsigned char *b;
	unsigned la;
	unsigned lb;
};

static unsigned cut_common(struct span s)
{
	return s.len < SIMILARITY_MAX ? (unsigned)s.len : SIMILARITY_MAX;
}

static struct texts texts_of(struct span a, struct span b)
{
	return (struct texts){
		(const unsigned char *)a.ptr, (const unsigned char *)b.ptr,
		cut_common(a), cut_common(b),
	};
}

static unsigned larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Only the entries of bytes in either text are set; lb is at most WORD. */
static void set_masks(const struct texts *t, uint64_t masks[256])
{
	for (unsigned i = 0; i < t->la; i++)
		masks[t->a[i]] = 0;
	for (unsigned i = 0; i < t->lb; i++)
		masks[t->b[i]] = 0;
	for (unsigned i = 0; i < t->lb; i++)
		masks[t->b[i]] |= (uint64_t)1 << i;
}

/* Bits FROM up to, not including, TO. */
static uint64_t bits_between(unsigned from, unsigned to)
{
	uint64_t below = to >= WORD ? UINT64_MAX : ((uint64_t)1 << to) - 1;

	return from >= WORD ? 0 : below & ~(((uint64_t)1 << from) - 1);
}

/* Matches in the order of a, those in the order of b; returns how many. */
struct matches {
	unsigned char a[SIMILARITY_MAX];
	unsigned char b[SIMILARITY_MAX];
};

static unsigned match_short(const struct texts *t, unsigned window,
			    struct matches *m)
{
	uint64_t masks[256], used = 0;
	unsigned count = 0, n = 0;

	set_masks(t, masks);
	for (unsigned i = 0; i < t->la; i++) {
		uint64_t free = masks[t->a[i]] & ~used &
				bits_between(i > window ? i - window : 0,
					     i + window + 1);

		if (!free)
			continue;
		used |= free & -free;
		m->a[count++] = t->a[i];
	}
	for (; used; used &= used - 1)
		m->b[n++] = t->b[__builtin_ctzll(used)];
	return count;
}

static unsigned match_long(const struct texts *t, unsigned window,
			   struct matches *m)
{
	bool used[SIMILARITY_MAX] = {false};
	unsigned count = 0, n = 0;

	for (unsigned i = 0; i < t->la; i++) {
		unsigned j = i > window ? i - window : 0;
		unsigned end = smaller(i + window + 1, t->lb);

		while (j < end && (used[j] || t->b[j] != t->a[i]))
			j++;
		if (j >= end)
			continue;
		used[j] = true;
		m->a[count++] = t->a[i];
	}
	for (unsigned j = 0; j < t->lb; j++) {
		if (used[j])
			m->b[n++] = t->b[j];
	}
	return count;
}

double similarity_jaro(struct span a, struct span b)
{
	struct texts t = texts_of(a, b);
	unsigned half = larger(t.la, t.lb) / 2;
	unsigned window = half ? half - 1 : 0;
	unsigned count, moved = 0;
	struct matches m;
	double n;

	if (!t.la && !t.lb)
		return 1;
	count = larger(t.la, t.lb) <= WORD ? match_short(&t, window, &m)
					   : match_long(&t, window, &m);
	if (!count)
		return 0;
	for (unsigned i = 0; i < count; i++)
		moved += m.a[i] != m.b[i];
	n = count;
	return (n / t.la + n / t.lb + (n - moved / 2) / n) / 3;
}

double similarity_winkler(struct span a, struct span b)
{
	double jaro = similarity_jaro(a, b);
	size_t most = a.len < b.len ? a.len : b.len, prefix = 0;

	if (jaro <= BOOST)
		return jaro;
	while (prefix < PREFIX && prefix < most && a.ptr[prefix] == b.ptr[prefix])
		prefix++;
	return jaro + (double)prefix * SCALE * (1 - jaro);
}

/* Without what is the same at both ends: it changes no distance. */
static void strip_common(struct texts *t)
{
	while (t->la && t->lb && t->a[t->la - 1] == t->b[t->lb - 1]) {
		t->la--;
		t->lb--;
	}
	while (t->la && t->lb && *t->a == *t->b) {
		t->a++;
		t->b++;
		t->la--;
		t->lb--;
	}
}

/*
 * Myers' algorithm: one column of the table in two words, the places where it
 * goes up and where it goes down; lb is 1 to WORD.
 */
static unsigned distance_short(const struct texts *t)
{
	uint64_t masks[256], up = UINT64_MAX, down = 0;
	uint64_t last = (uint64_t)1 << (t->lb - 1);
	unsigned distance = t->lb;

	set_masks(t, masks);
	for (unsigned i = 0; i < t->la; i++) {
		uint64_t same = masks[t->a[i]] | down;
		uint64_t zero = (((same & up) + up) ^ up) | same;
		uint64_t right = down | ~(zero | up);
		uint64_t left = up & zero;

		distance += (right & last) != 0;
		distance -= (left & last) != 0;
		right = right << 1 | 1;
		up = left << 1 | ~(zero | right);
		down = right & zero;
	}
	return distance;
}

static unsigned distance_long(const struct texts *t)
{
	unsigned row[SIMILARITY_MAX + 1];

	for (unsigned j = 0; j <= t->lb; j++)
		row[j] = j;
	for (unsigned i = 1; i <= t->la; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= t->lb; j++) {
			unsigned swap = diagonal + (t->a[i - 1] != t->b[j - 1]);

			diagonal = row[j];
			row[j] = smaller(swap, smaller(row[j], row[j - 1]) + 1);
		}
	}
	return row[t->lb];
}

unsigned similarity_levenshtein(struct span a, struct span b)
{
	struct texts t = texts_of(a, b);

	strip_common(&t);
	if (!t.la || !t.lb)
		return t.la + t.lb;
	return t.lb <= WORD ? distance_short(&t) : distance_long(&t);
}

double similarity_edit(struct span a, struct span b)
{
	unsigned longer = larger(cut_common(a), cut_common(b));

	if (!longer)
		return 1;
	return 1 - (double)similarity_levenshtein(a, b) / longer;
}

/*
 * Lowrance and Wagner (1975): an exchange may have edits in between, so the
 * last row in which each byte stood is remembered.
 */
static unsigned distance_damerau(const struct texts *t)
{
	static const unsigned far = 2 * SIMILARITY_MAX;
	uint16_t table[SIMILARITY_MAX + 2][SIMILARITY_MAX + 2];
	unsigned char rows[256] = {0};

	table[0][0] = (uint16_t)far;
	for (unsigned i = 0; i <= t->la; i++) {
		table[i + 1][0] = (uint16_t)far;
		table[i + 1][1] = (uint16_t)i;
	}
	for (unsigned j = 0; j <= t->lb; j++) {
		table[0][j + 1] = (uint16_t)far;
		table[1][j + 1] = (uint16_t)j;
	}
	for (unsigned i = 1; i <= t->la; i++) {
		unsigned column = 0;

		for (unsigned j = 1; j <= t->lb; j++) {
			unsigned k = rows[t->b[j - 1]], l = column;
			bool same = t->a[i - 1] == t->b[j - 1];
			unsigned least = table[i][j] + !same;

			if (same)
				column = j;
			least = smaller(least, table[i + 1][j] + 1u);
			least = smaller(least, table[i][j + 1] + 1u);
			least = smaller(least, table[k][l] + (i - k - 1) + 1 + (j - l - 1));
			table[i + 1][j + 1] = (uint16_t)least;
		}
		rows[t->a[i - 1]] = (unsigned char)i;
	}
	return table[t->la + 1][t->lb + 1];
}

unsigned similarity_damerau(struct span a, struct span b)
{
	struct texts t = texts_of(a, b);

	strip_common(&t);
	if (!t.la || !t.lb)
		return t.la + t.lb;
	return distance_damerau(&t);
}

bool similarity_within(struct span a, struct span b, unsigned limit)
{
	struct texts t = texts_of(a, b);

	if (larger(t.la, t.lb) - smaller(t.la, t.lb) > limit)
		return false;
	strip_common(&t);
	if (!t.la || !t.lb)
		return t.la + t.lb <= limit;
	if (limit < 2)
		return limit == 1 && t.la == t.lb &&
		       (t.la == 1 || (t.la == 2 && t.a[0] == t.b[1] &&
				      t.a[1] == t.b[0]));
	/* An exchange is two edits of Levenshtein's, who is faster. */
	if (t.lb <= WORD && distance_short(&t) > 2 * limit)
		return false;
	return distance_damerau(&t) <= limit;
}
