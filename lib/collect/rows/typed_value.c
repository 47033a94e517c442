#include "collect/rows/typed_value.h"

#include <pthread.h>
#include <stdatomic.h>

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

#define TAG_MAX 14

static uint16_t tag_lengths[256];	/* by the first byte, a bit for each length: no other key is a tag */
static _Atomic bool indexed;

static void index_tags(void)
{
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		tag_lengths[(unsigned char)tags[i].tag.ptr[0]] |= (uint16_t)(1u << tags[i].tag.len);
	atomic_store_explicit(&indexed, true, memory_order_release);
}

static bool is_tag_like(const char *key, size_t len)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (!atomic_load_explicit(&indexed, memory_order_acquire))
		pthread_once(&once, index_tags);
	return tag_lengths[(unsigned char)*key] >> len & 1;
}

/* All objects of all records come here: most are told by their first key's first byte and its length. */
bool typed_value_begins(struct span text)
{
	const char *p = text.ptr + 1, *end = text.ptr + text.len;
	size_t len = 0;

	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	if (p == end || *p++ != '"')
		return false;
	while (len <= TAG_MAX && p + len < end && p[len] != '"')
		len++;
	if (!len || len > TAG_MAX || p + len == end || !is_tag_like(p, len))
		return false;
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (span_equal((struct span){p, len}, tags[i].tag))
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
