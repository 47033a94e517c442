/*
 * The scanner.
 *
 * Problem: every tool reads every byte of the record stream, and most want a
 * few members of each line.  A tree costs an allocation and a copy per value;
 * trusting the line would let damage through.
 *
 * Choice: one forward pass that checks everything and keeps nothing but places
 * in the text.  A text's plain bytes are passed 16 at a time, with one compare
 * for the closing quote, the backslash, control characters and what is beyond
 * ASCII together; only those are then looked at singly.  A nested value is
 * passed in a loop with one bit a level (object or array), so that depth costs
 * 125 bytes of stack, whatever a hostile line holds.
 *
 * Functions here return the place behind what they passed, or NULL with *ERR.
 */
#include "record/scan.h"

#include <stdio.h>
#include <string.h>

#include "record/bytes.h"

/* What stands at AT, for a message. */
static const char *describe_byte(const struct scan *s, const char *at,
				 char out[ERROR_QUOTE_MAX])
{
	int len = 1;

	if (at >= s->end)
		return "the end of the line";
	if (s->end - at >= 3 && !memcmp(at, "\xef\xbb\xbf", 3))
		return "a byte order mark";
	if ((unsigned char)*at >= 0x80)
		len = utf8_length(at, s->end);
	if (!len || (unsigned char)*at < 0x20 || *at == 0x7f) {
		snprintf(out, ERROR_QUOTE_MAX, "byte 0x%02X",
			 (unsigned char)*at);
		return out;
	}
	return error_quote((struct span){at, (size_t)len}, out);
}

static const char *fault_text(const struct scan *s, const char *at,
			      struct error *err, const char *text)
{
	if (!err)
		return NULL;
	error_data(err, "not JSON: %s", text);
	err->column = (uint64_t)(at - s->begin) + 1;
	return NULL;
}

/* EXPECTED should stand at AT, where the text ceases to be what NOT says. */
__attribute__((noinline, cold))
static const char *fault_not(const struct scan *s, const char *at,
			     struct error *err, const char *not,
			     const char *expected)
{
	char found[ERROR_QUOTE_MAX];

	if (!err)
		return NULL;
	error_data(err, "not %s: %s expected, found %s", not, expected,
		   describe_byte(s, at, found));
	err->column = (uint64_t)(at - s->begin) + 1;
	return NULL;
}

static const char *fault_at(const struct scan *s, const char *at,
			    struct error *err, const char *expected)
{
	return fault_not(s, at, err, "JSON", expected);
}

/* P is at a backslash. */
static const char *escape_end(const struct scan *s, const char *p,
			      struct error *err)
{
	if (s->end - p < 2)
		return fault_at(s, s->end, err, "'\"'");
	switch (p[1]) {
	case '"': case '\\': case '/':
	case 'b': case 'f': case 'n': case 'r': case 't':
		return p + 2;
	case 'u':
		if (hex_four(p + 2, s->end) >= 0)
			return p + 6;
		return fault_text(s, p, err,
				  "\\u needs four hexadecimal digits");
	default:
		return fault_text(s, p, err, "unknown escape in a text");
	}
}

/* P is at a byte of a text that is not plain and not its closing quote. */
__attribute__((noinline))
static const char *special_end(const struct scan *s, const char *p,
			       bool *escaped, struct error *err)
{
	if (*p == '\\') {
		*escaped = true;
		return escape_end(s, p, err);
	}
	if ((unsigned char)*p < 0x20)
		return fault_text(s, p, err,
				  "a control character in a text must be escaped");
	/* Scripts beyond ASCII come in runs. */
	do {
		int len = utf8_length(p, s->end);

		if (!len)
			return fault_text(s, p, err, "a text is not UTF-8");
		p += len;
	} while (p < s->end && (unsigned char)*p >= 0x80);
	return p;
}

/* P is behind the opening quote; returns the closing one's place. */
static inline const char *text_end(const struct scan *s, const char *p,
				   bool *escaped, struct error *err)
{
	for (;;) {
		p = plain_run(p, s->end);
		if (p == s->end)
			return fault_at(s, p, err, "'\"'");
		if (*p == '"')
			return p;
		p = special_end(s, p, escaped, err);
		if (!p)
			return NULL;
	}
}

static const char *word_end(const struct scan *s, const char *p,
			    struct value *v, struct error *err)
{
	static const struct {
		const char *text;
		size_t len;
		enum value_kind kind;
	} words[] = {
		{"true", 4, VALUE_TRUE},
		{"false", 5, VALUE_FALSE},
		{"null", 4, VALUE_NULL},
	};
	size_t left = (size_t)(s->end - p);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (left < words[i].len || memcmp(p, words[i].text, words[i].len))
			continue;
		v->kind = words[i].kind;
		return p + words[i].len;
	}
	return fault_at(s, p, err, "a value");
}

/*
 * A text, number, true, false or null at P, which is before the end.  A copy of
 * it in each of the two callers is worth 8 % of a line's time.
 */
__attribute__((always_inline))
static inline const char *scalar_end(const struct scan *s, const char *p,
				     struct value *v, struct error *err)
{
	const char *bad;

	if (*p == '"') {
		v->kind = VALUE_TEXT;
		p = text_end(s, p + 1, &v->escaped, err);
		return p ? p + 1 : NULL;
	}
	if (*p != '-' && !byte_is_digit(*p))
		return word_end(s, p, v, err);
	v->kind = VALUE_NUMBER;
	p = number_end(p, s->end, &bad);
	return p ? p : fault_at(s, bad, err, "a digit");
}

/* Behind a key: over the colon to the value, which is before the end. */
static inline const char *colon_end(const struct scan *s, const char *p,
				    struct error *err)
{
	if (p == s->end || *p != ':') {
		p = blank_run(p, s->end);
		if (p == s->end || *p != ':')
			return fault_at(s, p, err, "':'");
	}
	p = blank_run(p + 1, s->end);
	return p < s->end ? p : fault_at(s, p, err, "a value");
}

/* Over a key and its colon; P is where the key should begin. */
static inline const char *key_end(const struct scan *s, const char *p,
				  struct error *err)
{
	bool escaped;

	if (p == s->end || *p != '"')
		return fault_at(s, p, err, "a key in quotes");
	p = text_end(s, p + 1, &escaped, err);
	return p ? colon_end(s, p + 1, err) : NULL;
}

/* The containers around a place inside a nested value. */
struct nest {
	uint64_t objects[SCAN_DEPTH_MAX / 64 + 1];	/* a bit a level */
	int depth;
	bool object;	/* the innermost is one */
};

static inline bool nest_push(struct nest *n, bool object)
{
	uint64_t bit = (uint64_t)1 << (n->depth & 63);

	if (n->depth >= SCAN_DEPTH_MAX)
		return false;
	if (n->object)
		n->objects[n->depth >> 6] |= bit;
	else
		n->objects[n->depth >> 6] &= ~bit;
	n->depth++;
	n->object = object;
	return true;
}

static inline void nest_pop(struct nest *n)
{
	n->depth--;
	n->object = n->objects[n->depth >> 6] >> (n->depth & 63) & 1;
}

static const char *too_deep(const struct scan *s, const char *p,
			    struct error *err)
{
	if (!err)
		return NULL;
	error_data(err, "nested deeper than %d levels", SCAN_DEPTH_MAX);
	err->column = (uint64_t)(p - s->begin) + 1;
	return NULL;
}

/*
 * Over the opening bracket at P to the first value inside, or to the closing
 * bracket at once (*EMPTY).
 */
static inline const char *open_end(const struct scan *s, const char *p,
				   struct nest *n, bool *empty,
				   struct error *err)
{
	if (!nest_push(n, *p == '{'))
		return too_deep(s, p, err);
	p = blank_run(p + 1, s->end);
	if (p == s->end)
		return fault_at(s, p, err, n->object ? "a key or '}'" : "a value or ']'");
	*empty = *p == (n->object ? '}' : ']');
	if (*empty || !n->object)
		return p;
	return key_end(s, p, err);
}

/*
 * Behind a value: closes what ends here, and steps over a comma (and the key)
 * to the next value.
 */
static inline const char *next_value(const struct scan *s, const char *p,
				     struct nest *n, int outside,
				     struct error *err)
{
	while (n->depth > outside) {
		p = blank_run(p, s->end);
		if (p == s->end)
			break;
		if (*p == ',') {
			p = blank_run(p + 1, s->end);
			if (n->object)
				return key_end(s, p, err);
			return p < s->end ? p : fault_at(s, p, err, "a value");
		}
		if (*p != (n->object ? '}' : ']'))
			break;
		nest_pop(n);
		p++;
	}
	if (n->depth == outside)
		return p;
	return fault_at(s, p, err, n->object ? "',' or '}'" : "',' or ']'");
}

/* P is at '{' or '['. */
static const char *container_end(const struct scan *s, const char *p,
				 struct error *err)
{
	struct nest nest;
	struct value inner;
	bool empty;

	nest.depth = s->depth;
	nest.object = false;
	do {
		empty = false;
		if (*p == '{' || *p == '[') {
			p = open_end(s, p, &nest, &empty, err);
			if (p && !empty)
				continue;
		} else {
			p = scalar_end(s, p, &inner, err);
		}
		if (p)
			p = next_value(s, p, &nest, s->depth, err);
	} while (p && nest.depth > s->depth);
	return p;
}

void scan_start(struct scan *s, struct span text)
{
	if (span_absent(text))
		text = SPAN("");
	s->begin = text.ptr;
	s->at = text.ptr;
	s->end = text.ptr + text.len;
	s->depth = 0;
	s->first = false;
	s->close = '\0';
}

int scan_enter(struct scan *s, char open, struct error *err)
{
	s->at = blank_run(s->at, s->end);
	if (s->at == s->end || *s->at != open) {
		if (open == '{')
			fault_not(s, s->at, err, "an object", "'{'");
		else
			fault_not(s, s->at, err, "an array", "'['");
		return -1;
	}
	if (s->depth >= SCAN_DEPTH_MAX) {
		too_deep(s, s->at, err);
		return -1;
	}
	s->at++;
	s->depth++;
	s->first = true;
	s->close = open == '{' ? '}' : ']';
	return 0;
}

int scan_step(struct scan *s, struct error *err)
{
	const char *p = blank_run(s->at, s->end);

	s->at = p;
	if (p < s->end && *p == s->close) {
		s->at++;
		s->depth--;
		return 0;
	}
	if (s->first) {
		s->first = false;
		return 1;
	}
	if (p < s->end && *p == ',') {
		s->at = blank_run(p + 1, s->end);
		return 1;
	}
	fault_at(s, p, err, s->close == '}' ? "',' or '}'" : "',' or ']'");
	return -1;
}

static inline int read_value(struct scan *s, struct value *v, struct error *err)
{
	const char *p = s->at;

	v->escaped = false;
	if (*p == '{' || *p == '[') {
		v->kind = *p == '{' ? VALUE_OBJECT : VALUE_ARRAY;
		p = container_end(s, p, err);
	} else {
		p = scalar_end(s, p, v, err);
	}
	if (!p)
		return -1;
	v->raw = span_between(s->at, p);
	s->at = p;
	return 0;
}

int scan_value(struct scan *s, struct value *v, struct error *err)
{
	s->at = blank_run(s->at, s->end);
	if (s->at == s->end) {
		fault_at(s, s->at, err, "a value");
		return -1;
	}
	return read_value(s, v, err);
}

int scan_key(struct scan *s, struct span *key, bool *escaped, struct error *err)
{
	int got = scan_step(s, err);
	const char *end;

	if (got <= 0)
		return got;
	if (s->at == s->end || *s->at != '"') {
		fault_at(s, s->at, err, "a key in quotes");
		return -1;
	}
	*escaped = false;
	end = text_end(s, s->at + 1, escaped, err);
	if (!end)
		return -1;
	*key = span_between(s->at + 1, end);
	end = colon_end(s, end + 1, err);
	if (!end)
		return -1;
	s->at = end;
	return 1;
}

/* The LEFT bytes at P begin with KEY. */
static inline bool begins_value(const char *p, size_t left, struct span key)
{
#ifdef __SSE2__
	if (left >= 16 && key.len <= 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i y = _mm_loadu_si128((const __m128i *)(const void *)key.ptr);
		unsigned same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, y));

		return !(~same & ((1u << key.len) - 1));
	}
#endif
	return left >= key.len && !memcmp(p, key.ptr, key.len);
}

bool scan_guess(struct scan *s, struct span key)
{
	const char *p = s->at;

	if (p == s->end || (!s->first && *p++ != ','))
		return false;
	if (!begins_value(p, (size_t)(s->end - p), key))
		return false;
	p += key.len;
	if (p == s->end || byte_is_blank(*p))
		return false;
	s->first = false;
	s->at = p;
	return true;
}

int scan_member(struct scan *s, struct member *m, struct error *err)
{
	int got = scan_key(s, &m->key, &m->key_escaped, err);

	if (got <= 0)
		return got;
	return read_value(s, &m->value, err) ? -1 : 1;
}

int scan_element(struct scan *s, struct value *v, struct error *err)
{
	int got = scan_step(s, err);

	if (got <= 0)
		return got;
	return scan_value(s, v, err) ? -1 : 1;
}

int scan_finish(struct scan *s, struct error *err)
{
	s->at = blank_run(s->at, s->end);
	if (s->at == s->end)
		return 0;
	fault_at(s, s->at, err, "the end of the line");
	return -1;
}

int scan_whole(struct span text, struct value *v, struct error *err)
{
	struct scan s;

	scan_start(&s, text);
	return scan_value(&s, v, err) || scan_finish(&s, err) ? -1 : 0;
}
