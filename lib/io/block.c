#include "io/block.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/mem.h"
#include "io/input.h"

#ifdef __SSE2__
/*
 * Sixteen bytes at a time: each lane counts its newlines, up to the 255 that
 * a byte holds, then the lanes are summed.
 */
static uint64_t count_wide(const char **at, const char *end)
{
	const __m128i newline = _mm_set1_epi8('\n');
	const __m128i zero = _mm_setzero_si128();
	const char *p = *at;
	uint64_t lines = 0;

	while (end - p >= 16) {
		size_t steps = (size_t)(end - p) / 16;
		__m128i lanes = zero;

		for (steps = steps < 255 ? steps : 255; steps; steps--) {
			__m128i bytes = _mm_loadu_si128((const __m128i *)p);

			lanes = _mm_sub_epi8(lanes, _mm_cmpeq_epi8(bytes, newline));
			p += 16;
		}
		lanes = _mm_sad_epu8(lanes, zero);
		lines += (uint64_t)_mm_extract_epi16(lanes, 0) +
			 (uint64_t)_mm_extract_epi16(lanes, 4);
	}
	*at = p;
	return lines;
}
#endif

uint64_t input_count_lines(struct span s)
{
	const char *at = s.len ? s.ptr : "";
	const char *end = at + s.len;
	uint64_t lines = 0;

#ifdef __SSE2__
	lines = count_wide(&at, end);
#endif
	for (; at < end; at++)
		lines += *at == '\n';
	return lines;
}

void block_release(struct block *b)
{
	mem_free(b->ptr);
	*b = BLOCK_INIT;
}

void block_cutter_release(struct block_cutter *c)
{
	buf_release(&c->carry);
}

static void block_room(struct block *b, size_t cap)
{
	if (b->cap >= cap)
		return;
	b->ptr = mem_grow(b->ptr, cap, 1);
	b->cap = cap;
}

/* Reads on until B holds GOAL bytes, or the input ends. */
static int fill_block(struct block_cutter *c, struct input *in, struct block *b,
		      size_t goal, struct error *err)
{
	ptrdiff_t got;

	block_room(b, goal);
	while (b->len < goal && !c->ended) {
		got = input_read(in, b->ptr + b->len, goal - b->len, err);
		if (got < 0)
			return -1;
		b->len += (size_t)got;
		c->ended = !got;
	}
	return 0;
}

/*
 * The length of B's whole lines; 0 when it has no line end from FROM on.  A CR
 * at the very end may be half of a CR LF, and ends a line only when nothing
 * follows.
 */
static size_t whole_lines(const struct block_cutter *c, const struct block *b,
			  size_t from)
{
	const char *start = b->ptr + from;
	size_t len = b->len - from;
	const char *lf = memrchr(start, '\n', len);
	const char *cr;

	if (!c->by_cr)
		return lf ? (size_t)(lf + 1 - b->ptr) : 0;
	if (len && start[len - 1] == '\r' && !c->ended)
		len--;
	cr = memrchr(start, '\r', len);
	if (!cr || (lf && lf > cr))
		cr = lf;
	return cr ? (size_t)(cr + 1 - b->ptr) : 0;
}

/* Classic Mac files: decided by the first block. */
static bool ends_with_cr(const struct block *b)
{
	return !memchr(b->ptr, '\n', b->len) && memchr(b->ptr, '\r', b->len);
}

/* CR, LF and CR LF each end a line. */
static uint64_t count_cr_lines(const char *ptr, size_t len)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < len; i++) {
		bool pair = ptr[i] == '\r' && i + 1 < len && ptr[i + 1] == '\n';

		lines += (ptr[i] == '\n' || ptr[i] == '\r') && !pair;
	}
	return lines;
}

static uint64_t count_lines(const struct block_cutter *c, const char *ptr,
			    size_t len)
{
	if (c->by_cr)
		return count_cr_lines(ptr, len);
	return input_count_lines((struct span){ptr, len});
}

static int line_too_long(const struct block_cutter *c, const struct input *in,
			 const struct block *b, size_t start, size_t max,
			 struct error *err)
{
	uint64_t line = b->line + count_lines(c, b->ptr, start);

	if (max >= 1 << 20)
		error_failed(err, "line is longer than %zu MiB", max >> 20);
	else
		error_failed(err, "line is longer than %zu bytes", max);
	error_place(err, input_name(in), line, 0);
	return -1;
}

/*
 * Fills B until it holds a whole line or the input has ended: *WHOLE gets the
 * length of its whole lines.  Lines are at most MAX bytes without their end, and
 * B begins with a line, so B needs never more than MAX and the two bytes of CR LF.
 */
static int gather_block(struct block_cutter *c, struct input *in, struct block *b,
			size_t target, size_t max, size_t *whole, struct error *err)
{
	size_t limit = max + 2;
	size_t goal = target;
	size_t from = 0;

	if (b->len >= goal / 2)
		goal = b->len + target;
	for (;;) {
		goal = goal < limit ? goal : limit;
		if (fill_block(c, in, b, goal, err))
			return -1;
		if (c->line == 1)
			c->by_cr = ends_with_cr(b);
		*whole = whole_lines(c, b, from);
		if (*whole || c->ended)
			return 0;
		if (b->len >= limit)
			return line_too_long(c, in, b, 0, max, err);
		from = c->by_cr && b->len ? b->len - 1 : b->len;
		goal = b->len + (b->len > target ? b->len : target);
	}
}

/* Sees to it that the carry holds a byte, or the end is known. */
static int look_ahead(struct block_cutter *c, struct input *in,
		      size_t target, struct error *err)
{
	char ahead[4096];
	size_t size = target < sizeof ahead ? target : sizeof ahead;
	ptrdiff_t got;

	if (c->carry.len || c->ended)
		return 0;
	got = input_read(in, ahead, size, err);
	if (got < 0)
		return -1;
	buf_put(&c->carry, ahead, (size_t)got);
	c->ended = !got;
	return 0;
}

int block_cut(struct block_cutter *c, struct input *in, struct block *b,
	      size_t target, size_t max, struct error *err)
{
	size_t whole = 0;

	if (!c->line)
		c->line = 1;
	block_room(b, c->carry.len > target ? c->carry.len : target);
	b->len = 0;
	b->line = c->line;
	b->offset = c->offset;
	b->last = b->open = false;
	if (c->carry.len)
		memcpy(b->ptr, c->carry.ptr, c->carry.len);
	b->len = c->carry.len;
	buf_clear(&c->carry);
	if (gather_block(c, in, b, target, max, &whole, err))
		return -1;
	if (!b->len)
		return 0;
	if (c->ended) {
		b->last = true;
		b->open = whole < b->len;
		if (b->len - whole > max)
			return line_too_long(c, in, b, whole, max, err);
		return 1;
	}
	buf_put(&c->carry, b->ptr + whole, b->len - whole);
	b->len = whole;
	c->line += count_lines(c, b->ptr, b->len);
	c->offset += b->len;
	if (look_ahead(c, in, target, err))
		return -1;
	b->last = c->ended;
	return 1;
}
