#include "collect/rows/typed_value.h"

#include "base/decimal.h"

enum kind {
	TEXT = 1 << VALUE_TEXT,
	NUMBER = 1 << VALUE_NUMBER,
	TRUTH = 1 << VALUE_TRUE | 1 << VALUE_FALSE,
	NOTHING = 1 << VALUE_NULL,
	DIGITS = 1 << 20,	/* a text that is a number */
	NONE = 1 << 21,		/* whatever it is, there is no value */
};

static const struct {
	struct span tag;
	unsigned kinds;
} tags[] = {
	{SPAN("$oid"), TEXT}, {SPAN("$date"), TEXT | NUMBER}, {SPAN("$numberDecimal"), TEXT},
	{SPAN("$numberDouble"), TEXT}, {SPAN("$numberLong"), TEXT}, {SPAN("$numberInt"), TEXT},
	{SPAN("$symbol"), TEXT}, {SPAN("$uuid"), TEXT},
	{SPAN("S"), TEXT}, {SPAN("N"), DIGITS}, {SPAN("BOOL"), TRUTH}, {SPAN("NULL"), TRUTH | NONE},
	{SPAN("stringValue"), TEXT}, {SPAN("integerValue"), TEXT | NUMBER}, {SPAN("doubleValue"), NUMBER},
	{SPAN("booleanValue"), TRUTH}, {SPAN("timestampValue"), TEXT}, {SPAN("referenceValue"), TEXT},
	{SPAN("nullValue"), NOTHING | TEXT | NONE},
	{SPAN("string"), TEXT}, {SPAN("long"), NUMBER}, {SPAN("int"), NUMBER}, {SPAN("double"), NUMBER},
	{SPAN("float"), NUMBER}, {SPAN("boolean"), TRUTH},
};

bool typed_value_begins(struct span text)
{
	static const char firsts[] = "$SNBsidbtrnlf";
	const char *p = text.ptr + 1, *end = text.ptr + text.len;

	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	if (p + 1 >= end || *p != '"')
		return false;
	for (const char *c = firsts; *c; c++)
		if (p[1] == *c)
			return true;
	return false;
}

static bool is_number(struct value text)
{
	struct decimal d;

	return !text.escaped && decimal_parse(span_sub(text.raw, 1, text.raw.len - 2), &d);
}

static bool fits(struct value v, unsigned kinds)
{
	return (kinds >> v.kind & 1) || ((kinds & DIGITS) && v.kind == VALUE_TEXT && is_number(v));
}

bool typed_value_read(struct value object, struct value *out, struct span *tag)
{
	struct member m, other;
	struct span inner;
	struct scan s;

	scan_start(&s, object.raw);
	if (scan_enter(&s, '{', NULL) || scan_member(&s, &m, NULL) <= 0 || scan_member(&s, &other, NULL))
		return false;
	if (m.value.kind == VALUE_OBJECT && span_equal(m.key, SPAN("$date")) &&
	    !typed_value_read(m.value, &m.value, &inner))
		return false;
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		if (!span_equal(m.key, tags[i].tag) || !fits(m.value, tags[i].kinds))
			continue;
		*tag = m.key;
		*out = m.value;
		if (tags[i].kinds & NONE)
			*out = (struct value){SPAN("null"), VALUE_NULL, false};
		return true;
	}
	return false;
}
