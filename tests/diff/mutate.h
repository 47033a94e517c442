/*
 * Damaged and merely changed JSON for the differential tests: lines like the
 * records', then a few changes each, some that keep them whole.  The same on
 * every machine for the same seed.
 */
#ifndef DIFF_MUTATE_H
#define DIFF_MUTATE_H

#include "base/buf.h"
#include "tests/unit/support.h"

static const char *const mutate_seeds[] = {
	"{\"type\":\"track\",\"id\":\"m-1\",\"time\":\"2024-03-01T09:30:00.000Z\","
	"\"source\":\"shop\",\"event\":\"Order Completed\",\"ids\":{\"email\":"
	"\"ada@example.com\",\"shop_id\":\"17850\"},\"props\":{\"order_id\":\"5001\","
	"\"revenue\":106.53,\"currency\":\"EUR\",\"products\":[{\"name\":\"Lamp\","
	"\"price\":19.99,\"quantity\":2},{\"name\":\"Łampa \\\"x\\\"\",\"price\":-0.5}]}}",
	"{\"type\":\"identify\",\"id\":\"c-9\",\"source\":\"crm\",\"ids\":{\"email\":"
	"\"bo@example.org\",\"phone\":\"+442079460018\"},\"traits\":{\"first_name\":"
	"\"Bo\",\"city\":\"Köln\",\"age\":41,\"vip\":true,\"note\":null},\"consent\":"
	"{\"email\":\"granted\",\"ads\":\"denied\"}}",
	"{\"type\":\"page\",\"id\":\"p\",\"time\":\"2024-12-31T23:59:59.999Z\",\"context\":"
	"{\"page\":{\"url\":\"https://example.com/a?b=c&d=%20\",\"title\":\"A\\u00e9"
	"\\ud83d\\ude00\\n\"},\"ip\":\"192.0.2.7\",\"user_agent\":\"Mozilla/5.0 (X11)\"}}",
	"{ \"big\" : 9007199254740993 , \"e\" : [ 1e5 , -2.5E-10 , 0 , -0 , 1E+2 ] }",
	"{\"empty\" : [ { } , [ ] , \"\" ] , \"deep\" : [[[[{\"a\":[[{}]]}]]]] }",
	"{\"東京\":\"渋谷区\",\"k\\u0065y\":\"\\\\ \\/ \\b\\f\\n\\r\\t\",\"emoji\":\"😀😀\"}",
	"[true,false,null,\"x\",12.50,{\"a\":1,\"b\":{\"a\":2}}]",
	"\"a text of more than sixteen bytes, with é and \\u0041 in it\"",
	"-123.456e-7",
};

static const char *const mutate_tokens[] = {
	"\"", "\\", "\\\"", "\\u0041", "\\u0000", "\\ud800", "\\udc00",
	"\\ud83d\\ude00", "\\u00", "\\x", "{", "}", "[", "]", ",", ":", "[]", "{}",
	"null", "true", "false", "nul", "0", "-", "1", "01", ".", ".5", "e", "1e5",
	"1e999", "99999999999999999999", " ", "\t", "\r", "\n", "\v", "\f", "\x01",
	"\x1f", "\x7f", "\x80", "\xc3\xa9", "\xc3", "\xe6\x9d\xb1", "\xed\xa0\x80",
	"\xf0\x9f\x98\x80", "\xf4\x90\x80\x80", "\xc0\xaf", "\xef\xbb\xbf", "\xff",
	"\"a\":1,", ",\"b\":[]", "\"\":", "/**/", "'", "NaN", "+1", "[[[[[[[[",
	"]]]]]]]]", "a plain run of text",
};

static inline void mutate_splice(struct buf *b, size_t at, size_t len,
				 struct span by)
{
	struct buf tail = BUF_INIT;

	buf_span(&tail, buf_since(b, at + len));
	b->len = at;
	buf_span(b, by);
	buf_span(b, buf_view(&tail));
	buf_release(&tail);
}

/* Another digit, letter or blank where one stands: mostly still JSON. */
static inline void mutate_kindly(struct buf *b, size_t at, uint64_t *state)
{
	char c = b->ptr[at];

	if (c >= '0' && c <= '9')
		b->ptr[at] = (char)('0' + support_below(state, 10));
	else if (c >= 'a' && c <= 'z')
		b->ptr[at] = (char)('a' + support_below(state, 26));
	else if (c == ',' || c == ':' || c == '{' || c == '[')
		mutate_splice(b, at + 1, 0, SPAN(" \t"));
	else if (c == '}' || c == ']')
		mutate_splice(b, at, 0, SPAN("\r\n"));
}

static inline void mutate_once(struct buf *b, uint64_t *state)
{
	size_t at = support_below(state, b->len + 1);
	size_t left = b->len - at;
	size_t len = support_below(state, (left < 24 ? left : 24) + 1);
	const char *token = mutate_tokens[support_below(state,
						COUNT_OF(mutate_tokens))];
	struct buf copy = BUF_INIT;

	switch (support_below(state, 8)) {
	case 0:
		mutate_splice(b, at, 0, span_of(token));
		break;
	case 1:
		mutate_splice(b, at, len < 2 ? len : 1, span_of(token));
		break;
	case 2:
		mutate_splice(b, at, len, SPAN(""));
		break;
	case 3:
		buf_put(&copy, b->ptr + at, len);
		mutate_splice(b, at, 0, buf_view(&copy));
		break;
	case 4:
		if (left)
			b->ptr[at] = (char)support_random(state);
		break;
	case 5:
		if (support_below(state, 4) == 0)
			b->len = at;
		break;
	default:
		if (left)
			mutate_kindly(b, at, state);
		break;
	}
	buf_release(&copy);
}

/* SEED with one to three changes. */
static inline void mutate(struct span seed, struct buf *out, uint64_t *state)
{
	size_t changes = 1 + support_below(state, 3);

	buf_clear(out);
	buf_span(out, seed);
	while (changes--)
		mutate_once(out, state);
}

static inline struct span mutate_any_seed(uint64_t *state)
{
	return span_of(mutate_seeds[support_below(state, COUNT_OF(mutate_seeds))]);
}

#endif
