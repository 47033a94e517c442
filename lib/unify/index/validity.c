#include "unify/index/validity.h"

#include "base/buf.h"

/* The longest placeholder and its quotes. */
#define PLACEHOLDER_MAX 32

bool validity_empty(struct value v)
{
	struct span inside = {v.raw.ptr + 1, v.raw.len - 2};

	if (v.kind == VALUE_NULL || v.kind == VALUE_NONE)
		return true;
	if (v.kind != VALUE_TEXT && v.kind != VALUE_ARRAY &&
	    v.kind != VALUE_OBJECT)
		return false;
	return !inside.len ||
	       ((unsigned char)inside.ptr[0] <= ' ' && !span_trim(inside).len);
}

static bool listed(const struct span *list, size_t count, struct span text)
{
	for (size_t i = 0; i < count; i++) {
		if (span_equal_nocase(list[i], text))
			return true;
	}
	return false;
}

#define LISTED(list, text) listed(list, sizeof(list) / sizeof *(list), text)

static const struct span nothing[] = {
	SPAN("n/a"), SPAN("#n/a"), SPAN("n.a."), SPAN("(null)"),
	SPAN("<null>"), SPAN("undefined"), SPAN("unknown"),
	SPAN("not specified"), SPAN("not-specified"), SPAN("not available"),
};

/* Nothing, too, but names of people. */
static const struct span or_a_name[] = {
	SPAN("null"), SPAN("nil"), SPAN("nan"),
};

static const struct span places[] = {
	SPAN("address"), SPAN("address_2"), SPAN("street"), SPAN("city"),
	SPAN("postcode"), SPAN("postal_code"), SPAN("zip"), SPAN("state"),
	SPAN("country"),
};

static const struct span no_birthday[] = {
	SPAN("0000-00-00"), SPAN("1900-01-01"), SPAN("1901-01-01"),
	SPAN("9999-12-31"),
};

static bool only_marks(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c != '-' && c != '.' && c != '?')
			return false;
	}
	return true;
}

static bool is_placeholder(struct span key, struct span text)
{
	switch (span_lower(text.ptr[0])) {
	case 'n':
		if (LISTED(or_a_name, text))
			return !span_ends(key, SPAN("name"));
		if (span_equal_nocase(text, SPAN("none")))
			return LISTED(places, key);
		return LISTED(nothing, text);
	case '#': case '(': case '<': case 'u':
		return LISTED(nothing, text);
	case '-': case '.': case '?':
		return only_marks(text);
	default:
		return false;
	}
}

/* One @ with something before it, a dot behind it, no blank. */
static bool is_no_email(struct span text)
{
	size_t at = span_find_byte(text, '@');
	struct span domain = span_sub(text, at + 1, text.len);
	size_t dot = span_find_byte(domain, '.');

	return !at || at >= text.len || !dot || dot + 1 >= domain.len ||
	       span_find_byte(domain, '@') < domain.len ||
	       span_find_byte(text, ' ') < text.len;
}

static bool is_invalid_text(const struct blocked *b, struct span key,
			    struct span text)
{
	text = span_trim(text);
	if (text.len <= PLACEHOLDER_MAX && text.len && is_placeholder(key, text))
		return true;
	if (span_equal(key, SPAN("email")))
		return is_no_email(text) || (b && blocked_is(b, key, text));
	if (span_equal(key, SPAN("phone")))
		return b && blocked_is(b, key, text);
	if (span_equal(key, SPAN("birth_date")) || span_equal(key, SPAN("birthday")))
		return LISTED(no_birthday, span_sub(text, 0, 10));
	return false;
}

bool validity_invalid(const struct blocked *b, struct span key, struct value v)
{
	struct buf decoded = BUF_INIT;
	bool invalid;
	int word = -1;

	if (v.kind != VALUE_TEXT && (v.kind != VALUE_NUMBER || !b))
		return false;
	if (b)
		word = blocked_listed(b, key, value_text(v, &decoded));
	buf_clear(&decoded);
	invalid = word > 0 ||
		  (word < 0 && v.kind == VALUE_TEXT &&
		   is_invalid_text(b, key, value_text(v, &decoded)));
	buf_release(&decoded);
	return invalid;
}
