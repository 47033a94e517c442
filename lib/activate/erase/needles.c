#include "activate/erase/needles.h"

#include <string.h>

#include "base/mem.h"

#define GRAM 4
#define NONE UINT32_MAX
#define BITS_MIN 15		/* 4 KiB */
#define BITS_MAX 24

/* NEEDLE has the bytes GRAM at OFFSET. */
struct needle_place {
	uint32_t gram;
	uint32_t needle;
	uint32_t offset;
	uint32_t next;
};

void needles_release(struct needles *n)
{
	arena_release(&n->texts);
	map_release(&n->known);
	mem_free(n->list);
	mem_free(n->bits);
	mem_free(n->places);
	mem_free(n->heads);
	*n = NEEDLES_INIT;
}

bool needles_add(struct needles *n, struct span text, uint32_t owner, uint32_t how)
{
	char *lower;
	bool added;

	if (text.len < NEEDLE_MIN)
		return false;
	lower = arena_bytes(&n->texts, text.len);
	for (size_t i = 0; i < text.len; i++)
		lower[i] = span_lower(text.ptr[i]);
	map_put(&n->known, (struct span){lower, text.len}, &added);
	if (!added)
		return true;
	n->list = mem_room(n->list, n->count, &n->cap, sizeof *n->list);
	n->list[n->count++] = (struct needle){{lower, text.len}, owner, how};
	return true;
}

/* Capitals and small letters give the same; some other bytes do, too, which comparing tells apart. */
static uint32_t gram_at(const char *p)
{
	uint32_t gram;

	memcpy(&gram, p, GRAM);
	return gram | 0x20202020;
}

static uint32_t mix(uint32_t gram)
{
	return gram * UINT32_C(0x9e3779b1);
}

static void add_place(struct needles *n, size_t count, uint32_t needle, uint32_t offset)
{
	uint32_t gram = gram_at(n->list[needle].text.ptr + offset);
	uint32_t hash = mix(gram), *head = &n->heads[hash >> n->heads_shift];
	uint32_t bit = hash >> n->bits_shift;

	n->places[count] = (struct needle_place){gram, needle, offset, *head};
	*head = (uint32_t)count;
	n->bits[bit >> 6] |= (uint64_t)1 << (bit & 63);
}

/*
 * Any STEP places in a row of a needle will do.  Phone numbers and ids differ at their end, addresses at
 * their front ("@example.com").
 */
static size_t first_place(const struct needles *n, const struct needle *needle)
{
	char c = needle->text.ptr[0];

	return c == '+' || (c >= '0' && c <= '9') ? needle->text.len - (GRAM - 1) - n->step : 0;
}

static unsigned bits_for(size_t count, unsigned most)
{
	unsigned bits = BITS_MIN;

	while (bits < most && ((size_t)1 << bits) < count)
		bits++;
	return bits;
}

void needles_build(struct needles *n)
{
	size_t shortest = SIZE_MAX, count = 0;
	unsigned bits, heads;

	for (size_t i = 0; i < n->count; i++)
		if (n->list[i].text.len < shortest)
			shortest = n->list[i].text.len;
	if (!n->count)
		return;
	n->step = shortest - (GRAM - 1);
	bits = bits_for(n->count * n->step * 64, BITS_MAX);
	heads = bits_for(n->count * n->step, BITS_MAX);
	n->bits = mem_zero(((size_t)1 << bits) / 64, sizeof *n->bits);
	n->bits_shift = 32 - bits;
	n->heads = mem_alloc(((size_t)1 << heads) * sizeof *n->heads);
	memset(n->heads, 0xff, ((size_t)1 << heads) * sizeof *n->heads);
	n->heads_shift = 32 - heads;
	n->places = mem_grow(NULL, n->count * n->step, sizeof *n->places);
	for (uint32_t i = 0; i < n->count; i++) {
		size_t first = first_place(n, &n->list[i]);

		for (size_t k = 0; k < n->step; k++)
			add_place(n, count++, i, (uint32_t)(first + k));
	}
}

static bool same_folded(const char *p, struct span lower)
{
	for (size_t i = 0; i < lower.len; i++)
		if (span_lower(p[i]) != lower.ptr[i])
			return false;
	return true;
}

/* The next needle of the chain at W->place that has TEXT's four bytes at W->at and the rest around them. */
static bool check_places(struct needle_walk *w, struct needle_hit *hit)
{
	const struct needles *n = w->needles;
	struct span text = w->text;
	uint32_t gram = w->place == NONE ? 0 : gram_at(text.ptr + w->at);

	while (w->place != NONE) {
		const struct needle_place *place = &n->places[w->place];
		const struct needle *needle = &n->list[place->needle];

		w->place = place->next;
		if (place->gram != gram || w->at < w->from + place->offset ||
		    w->at - place->offset + needle->text.len > text.len ||
		    !same_folded(text.ptr + w->at - place->offset, needle->text))
			continue;
		*hit = (struct needle_hit){w->at - place->offset, needle};
		return true;
	}
	return false;
}

void needles_start(struct needle_walk *w, const struct needles *n, struct span text, size_t from)
{
	/* The first step leads to FROM. */
	*w = (struct needle_walk){n, text, from, from - n->step, NONE};
}

/* May a needle have the four bytes at P? */
static inline uint64_t is_set(const uint64_t *bits, unsigned shift, const char *p)
{
	uint32_t bit = mix(gram_at(p)) >> shift;

	return bits[bit >> 6] >> (bit & 63) & 1;
}

/* The next place from P on, in steps, whose bit is set; up to END.  Four places a turn. */
static size_t find_place(const struct needles *n, const char *text, size_t p, size_t end)
{
	const size_t step = n->step;
	const uint64_t *bits = n->bits;
	const unsigned shift = n->bits_shift;

	while (p + 3 * step <= end) {
		const char *at = text + p;

		if (is_set(bits, shift, at) | is_set(bits, shift, at + step) | is_set(bits, shift, at + 2 * step) |
		    is_set(bits, shift, at + 3 * step))
			break;
		p += 4 * step;
	}
	while (p <= end && !is_set(bits, shift, text + p))
		p += step;
	return p;
}

bool needles_next(struct needle_walk *w, struct needle_hit *hit)
{
	const struct needles *n = w->needles;
	size_t end;

	if (!n->count || w->text.len < GRAM)
		return false;
	end = w->text.len - GRAM;
	while (!check_places(w, hit)) {
		w->at = find_place(n, w->text.ptr, w->at + n->step, end);
		if (w->at > end)
			return false;
		w->place = n->heads[mix(gram_at(w->text.ptr + w->at)) >> n->heads_shift];
	}
	return true;
}

bool needles_find(const struct needles *n, struct span text, size_t from, struct needle_hit *hit)
{
	struct needle_walk w;

	needles_start(&w, n, text, from);
	return needles_next(&w, hit);
}
