/*
 * Each form has a check that says yes only to what value_put would write without a
 * change.  The checks look at up to 16 bytes at once and may look behind the
 * text's end (see cell.h); bits of bytes behind it are masked away.
 */
#include "collect/mapping/quick.h"

#include <string.h>

#include "collect/rows/bytes16.h"

#ifdef BYTES16
/*
 * No digits, or few enough for a spreadsheet to have kept them; or something behind them that is in no
 * number: see normal_spoiled.
 */
static inline bool is_unspoiled(struct span s)
{
	unsigned digits = bytes16_bits(bytes16_within(bytes16_load(s.ptr), '0', 10));
	unsigned whole = (unsigned)__builtin_ctz(~digits);
	char next;

	if (!whole || whole >= s.len)
		return !whole || s.len <= 15;
	if (whole == 16)
		return false;
	next = s.ptr[whole];
	return next != '.' && next != ',' && (next | 32) != 'e';
}

/* No blanks at the ends; control characters are not plain. */
static inline bool is_trimmed(struct span s)
{
	return s.len && s.ptr[0] != ' ' && s.ptr[s.len - 1] != ' ';
}

/*
 * What normal_name leaves alone: no blanks at the ends, none doubled; nothing from U+0300 on
 * (lead bytes from CCh), and no blank that does not break (C2h A0h).
 */
static inline bool is_name(struct span s)
{
	unsigned before = 1;	/* the byte before was a blank */

	for (size_t i = 0; i < s.len; i += 16) {
		bytes16 x = bytes16_load(s.ptr + i);
		unsigned all = bytes16_low(s.len - i);
		unsigned blank = bytes16_bits(bytes16_equal(x, ' ')) & all;
		bytes16 high = _mm_cmpeq_epi8(_mm_max_epu8(x, _mm_set1_epi8((char)0xcc)), x);

		if ((blank & (blank << 1 | before)) ||
		    (bytes16_bits(bytes16_or(high, bytes16_equal(x, (char)0xa0))) & all))
			return false;
		before = blank >> 15;
	}
	return s.len && s.ptr[s.len - 1] != ' ';
}

/* An optional minus, digits, at most one point with 1 to 6 digits behind it. */
static inline bool is_number(struct span s)
{
	size_t minus = s.len && s.ptr[0] == '-';
	bytes16 x = bytes16_load(s.ptr + minus);
	size_t len = s.len - minus;
	unsigned all, digits, point, decimals;

	if (!len || len > 16)
		return false;
	all = bytes16_low(len);
	digits = bytes16_bits(bytes16_within(x, '0', 10)) & all;
	point = bytes16_bits(bytes16_equal(x, '.')) & all;
	/* A zero in front stands alone. */
	if (!(digits & 1) || (s.ptr[minus] == '0' && (digits & 2)))
		return false;
	if (digits == all)
		return true;
	/* One point: without its bit all the others are digits. */
	if ((digits | point) != all || (point & (point - 1)))
		return false;
	decimals = (unsigned)len - (unsigned)__builtin_ctz(point) - 1;
	return decimals - 1 < 6;
}

/* Small letters, digits, + - _ and single dots around one @. */
static inline bool is_address(struct span s)
{
	uint64_t at = 0, dots = 0, marks;
	size_t where;

	if (s.len < 5 || s.len > 64)
		return false;
	for (size_t i = 0; i < s.len; i += 16) {
		bytes16 x = bytes16_load(s.ptr + i);
		bytes16 dot = bytes16_equal(x, '.'), sign = bytes16_equal(x, '@');
		bytes16 good = bytes16_or(bytes16_within(x, 'a', 26), bytes16_within(x, '0', 10));

		good = bytes16_or(good, bytes16_or(bytes16_equal(x, '-'), bytes16_equal(x, '_')));
		good = bytes16_or(good, bytes16_or(bytes16_equal(x, '+'), dot));
		good = bytes16_or(good, sign);
		if (~bytes16_bits(good) & bytes16_low(s.len - i))
			return false;
		at |= (uint64_t)(bytes16_bits(sign) & bytes16_low(s.len - i)) << i;
		dots |= (uint64_t)(bytes16_bits(dot) & bytes16_low(s.len - i)) << i;
	}
	marks = at | dots;
	if (!at || (at & (at - 1)) || (marks & marks << 1) || (marks & 1) ||
	    marks >> (s.len - 1))
		return false;
	where = (size_t)__builtin_ctzll(at);
	return dots >> where && s.ptr[where + 1] != '-' && s.ptr[s.len - 1] != '-';
}

static inline unsigned two_digits(const char *p)
{
	return (unsigned)(p[0] - '0') * 10 + (unsigned)(p[1] - '0');
}

/*
 * Are the 19 bytes at P "2024-03-01T09:30:00", blank or T in the middle, of a day up to
 * the 28th?  Later days need the calendar.
 */
static inline bool is_second(const char *p)
{
	const bytes16 marks = _mm_setr_epi8(0, 0, 0, 0, '-', 0, 0, '-', 0, 0, 0,
					    0, 0, ':', 0, 0);
	bytes16 x = bytes16_load(p);
	/* Digits in the first 16 bytes: all but 4, 7, 10 and 13. */
	unsigned digits = bytes16_bits(bytes16_within(x, '0', 10));
	unsigned fixed = bytes16_bits(_mm_cmpeq_epi8(x, marks));

	return (digits & 0xdb6f) == 0xdb6f && (fixed & 0x2090) == 0x2090 &&
	       (p[10] == ' ' || p[10] == 'T') && p[16] == ':' &&
	       (unsigned char)(p[17] - '0') < 6 && (unsigned char)(p[18] - '0') < 10 &&
	       two_digits(p + 5) - 1 < 12 && two_digits(p + 8) - 1 < 28 && two_digits(p + 11) < 24 &&
	       p[14] < '6' && (p[0] == '2' || memcmp(p, "1980", 4) >= 0) && p[0] != '9';
}

/* The record's own form: ".000Z" behind the second. */
static inline bool is_record_moment(struct span s)
{
	const char *p = s.ptr + 19;

	return s.len == 24 && p[0] == '.' && (unsigned char)(p[1] - '0') < 10 &&
	       (unsigned char)(p[2] - '0') < 10 && (unsigned char)(p[3] - '0') < 10 &&
	       p[4] == 'Z' && is_second(s.ptr);
}

enum quick quick_way(const struct plan *p, const struct target *t)
{
	const struct plan_style *style = &p->style;

	if (t->column < 0)
		return QUICK_NOT;
	switch (t->field.form) {
	case FORM_PLAIN:
		return QUICK_COPY;
	case FORM_TEXT:
		return t->field.hint == HINT_ORDER ? QUICK_ORDER : QUICK_TRIMMED;
	case FORM_NAME:
		return QUICK_NAME;
	case FORM_EMAIL:
		return style->gmail ? QUICK_NOT : QUICK_EMAIL;
	case FORM_MONEY:
		if (!span_absent(t->field.currency))
			return QUICK_NOT;
		return style->point == '.' ? QUICK_NUMBER : QUICK_NOT;
	case FORM_NUMBER:
		return style->point == '.' ? QUICK_NUMBER : QUICK_NOT;
	case FORM_MOMENT:
		if (!span_absent(style->date_format))
			return QUICK_NOT;
		return style->utc ? QUICK_UTC : QUICK_RECORD_MOMENT;
	default:
		return QUICK_NOT;
	}
}

static inline __attribute__((always_inline)) bool is_right(enum quick way, struct span s)
{
	switch (way) {
	case QUICK_COPY:
		return true;
	case QUICK_TRIMMED:
		return is_trimmed(s);
	case QUICK_ORDER:
		return is_trimmed(s) && is_unspoiled(s) && !null_looks_fit(&null_word_looks, s);
	case QUICK_NAME:
		return is_name(s);
	case QUICK_EMAIL:
		return is_address(s);
	case QUICK_NUMBER:
		return is_number(s);
	case QUICK_UTC:
		return (s.len == 19 && is_second(s.ptr)) || is_record_moment(s);
	case QUICK_RECORD_MOMENT:
		return is_record_moment(s);
	default:
		return false;
	}
}

#else
/* Without vectors there is nothing to win but by plain copies. */
static inline bool is_unspoiled(struct span s)
{
	return (unsigned char)(s.ptr[0] - '0') > 9;
}

enum quick quick_way(const struct plan *p, const struct target *t)
{
	(void)p;
	return t->column >= 0 && t->field.form == FORM_PLAIN ? QUICK_COPY : QUICK_NOT;
}

static inline bool is_right(enum quick way, struct span s)
{
	(void)s;
	return way == QUICK_COPY;
}
#endif

/* 16 bytes at a time, of at least one: up to 15 more are read and written. */
static inline char *copy_over(char *to, const char *from, size_t len)
{
	size_t i = 0;

	do {
		memcpy(to + i, from + i, 16);
		i += 16;
	} while (i < len);
	return to + len;
}

static inline char *put_moment(char *to, struct span s)
{
	memcpy(to, s.ptr, 19);
	to[10] = 'T';
	memcpy(to + 19, s.len == 19 ? ".000Z" : s.ptr + 19, 5);
	return to + 24;
}

/* What a member may take, beside its prefix and its text. */
#define MEMBER_ROOM 40

/* The member of C at TO, where there is room; where it ends, or NULL: it is not plainly right. */
static inline __attribute__((always_inline)) char *put_cell(char *to, const struct quick_step *q, const struct cell *c)
{
	struct span s = c->text;

	if (!s.len || c->kind == CELL_RAW || !is_right((enum quick)q->way, s) ||
	    (q->identifies && !is_unspoiled(s)))
		return NULL;
	to = copy_over(to, q->prefix, q->prefix_len);
	/* What is not a text: a number or a word as it stands. */
	if (q->way == QUICK_NUMBER || (q->way == QUICK_COPY && c->kind != CELL_TEXT))
		return copy_over(to, s.ptr, s.len);
	*to++ = '"';
	to = q->way < QUICK_UTC ? copy_over(to, s.ptr, s.len) : put_moment(to, s);
	*to++ = '"';
	return to;
}

struct quick_step quick_step_of(const struct target *t)
{
	return (struct quick_step){
		.prefix = t->prefix.ptr,
		.prefix_len = (unsigned)t->prefix.len,
		.column = t->column,
		.way = t->contest ? QUICK_NOT : (uint8_t)t->quick,
		.identifies = t->identifies,
	};
}

bool quick_put(const struct target *t, struct span prefix, const struct cell *c,
	       struct buf *out)
{
	struct quick_step q = {prefix.ptr, (unsigned)prefix.len, t->column, (uint8_t)t->quick, t->identifies};
	char *to;

	buf_reserve(out, prefix.len + c->text.len + MEMBER_ROOM);
	to = put_cell(out->ptr + out->len, &q, c);
	if (to)
		out->len = (size_t)(to - out->ptr);
	return to != NULL;
}

/* Room for the member of Q and C at TO, which may move. */
static inline char *make_room(char *to, const struct quick_step *q, const struct cell *c, struct buf *out)
{
	size_t need = q->prefix_len + c->text.len + MEMBER_ROOM;

	if (need <= (size_t)(out->ptr + out->cap - to))
		return to;
	out->len = (size_t)(to - out->ptr);
	buf_grow(out, need);
	return out->ptr + out->len;
}

size_t quick_run(const struct quick_step *steps, size_t count, const struct row *row,
		 const struct null_words *nulls, struct buf *out)
{
	static const struct null_words none;
	const struct null_looks *looks = nulls ? &nulls->looks : &none.looks;
	const struct quick_step *q = steps, *end = steps + count;
	const bool plain = !row->plains && row->plain;
	char *to = out->ptr + out->len, *next;

	for (; q < end && q->column >= 0; q++) {
		const struct cell *c = &row->cells[q->column];

		if (c->kind == CELL_NONE)
			continue;
		if (q->way == QUICK_NOT || !c->text.len || null_looks_fit(looks, c->text) ||
		    !(plain || (row->plains && row->plains[q->column])))
			break;
		to = make_room(to, q, c, out);
		next = put_cell(to, q, c);
		if (!next)
			break;
		to = next;
	}
	out->len = (size_t)(to - out->ptr);
	return (size_t)(q - steps);
}
