/* Single values of a validated text. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/bytes.h"
#include "record/scan.h"
#include "record/text.h"
#include "time/moment.h"

/* Without the quotes. */
static struct span inner(struct value v)
{
	return (struct span){v.raw.ptr + 1, v.raw.len - 2};
}

static bool decoded_equal(struct span raw, struct span s)
{
	struct buf b = BUF_INIT;
	bool same;

	text_decode(&b, raw);
	same = span_equal(buf_view(&b), s);
	buf_release(&b);
	return same;
}

bool member_is(const struct member *m, struct span key)
{
	return m->key_escaped ? decoded_equal(m->key, key)
			      : span_equal(m->key, key);
}

struct value value_member(struct value object, struct span key)
{
	struct scan s;
	struct member m;

	if (object.kind != VALUE_OBJECT)
		return VALUE_ABSENT;
	scan_start(&s, object.raw);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0)
		if (member_is(&m, key))
			return m.value;
	return VALUE_ABSENT;
}

static struct value element(struct value array, uint64_t number)
{
	struct scan s;
	struct value v;

	scan_start(&s, array.raw);
	scan_enter(&s, '[', NULL);
	while (scan_element(&s, &v, NULL) > 0)
		if (!number--)
			return v;
	return VALUE_ABSENT;
}

struct value value_path(struct value object, struct span path)
{
	struct value v = object;

	while (!span_absent(path)) {
		struct span key = span_cut(&path, '.');
		uint64_t number;

		if (v.kind != VALUE_ARRAY)
			v = value_member(v, key);
		else if (span_number(key, &number))
			v = element(v, number);
		else
			return VALUE_ABSENT;
	}
	return v;
}

bool value_is_text(struct value v, struct span s)
{
	if (v.kind != VALUE_TEXT)
		return false;
	return v.escaped ? decoded_equal(inner(v), s) : span_equal(inner(v), s);
}

struct span value_text(struct value v, struct buf *scratch)
{
	size_t from = scratch->len;

	switch (v.kind) {
	case VALUE_TEXT:
		if (!v.escaped)
			return inner(v);
		text_decode(scratch, inner(v));
		return buf_since(scratch, from);
	case VALUE_NUMBER:
	case VALUE_TRUE:
	case VALUE_FALSE:
		return v.raw;
	default:
		return SPAN_NONE;
	}
}

struct span member_key(const struct member *m, struct buf *scratch)
{
	size_t from = scratch->len;

	if (!m->key_escaped)
		return m->key;
	text_decode(scratch, m->key);
	return buf_since(scratch, from);
}

void value_decode(struct value v, struct buf *out)
{
	if (v.kind == VALUE_TEXT && v.escaped)
		text_decode(out, inner(v));
	else if (v.kind == VALUE_TEXT)
		buf_span(out, inner(v));
	else if (v.kind == VALUE_NUMBER || v.kind == VALUE_TRUE ||
		 v.kind == VALUE_FALSE)
		buf_span(out, v.raw);
}

bool value_decimal(struct value v, struct decimal *out)
{
	struct buf b = BUF_INIT;
	struct span text;
	bool ok;

	if (v.kind != VALUE_NUMBER && v.kind != VALUE_TEXT)
		return false;
	text = value_text(v, &b);
	ok = decimal_parse(text, out);
	buf_release(&b);
	return ok;
}

/* A JSON number by strtod, which needs a NUL behind it. */
static bool double_slow(struct span text, double *out)
{
	char small[64];
	char *copy = text.len < sizeof small ? small
					     : mem_alloc(text.len + 1);

	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	*out = strtod(copy, NULL);
	if (copy != small)
		mem_free(copy);
	return isfinite(*out);
}

/*
 * Up to 15 digits with at most 22 decimals: both the digits and the power of
 * ten are exact doubles, so their quotient is the nearest one (Clinger, "How
 * to read floating point numbers accurately", 1990).
 */
static bool double_fast(struct span text, double *out)
{
	static const double tens[] = {
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15,
	};
	const char *p = text.ptr;
	const char *end = p + text.len;
	bool minus = p < end && *p == '-';
	uint64_t digits = 0;
	size_t places = 0;
	bool point = false;

	p += minus;
	if (end - p > 16)
		return false;
	for (; p < end; p++) {
		if (*p == '.') {
			point = true;
			continue;
		}
		if (!byte_is_digit(*p))
			return false;
		digits = digits * 10 + (uint64_t)(*p - '0');
		places += point;
	}
	if (digits > 999999999999999 || places > 15)
		return false;
	*out = (double)digits / tens[places];
	if (minus)
		*out = -*out;
	return true;
}

bool value_double(struct value v, double *out)
{
	struct buf b = BUF_INIT;
	struct span text;
	bool ok;

	if (v.kind != VALUE_NUMBER && v.kind != VALUE_TEXT)
		return false;
	text = value_text(v, &b);
	ok = v.kind == VALUE_NUMBER || text_is_number(text);
	ok = ok && (double_fast(text, out) || double_slow(text, out));
	buf_release(&b);
	return ok;
}

bool value_moment(struct value v, int64_t *out)
{
	struct buf b = BUF_INIT;
	bool ok;

	if (v.kind != VALUE_TEXT)
		return false;
	ok = moment_parse_record(value_text(v, &b), out);
	buf_release(&b);
	return ok;
}
