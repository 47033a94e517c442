#include "unify/index/validity.h"

#include "base/buf.h"
#include "text/null_word.h"
#include "unify/index/dropped.h"

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

static const struct span places[] = {
	SPAN("address"), SPAN("address_2"), SPAN("street"), SPAN("city"),
	SPAN("postcode"), SPAN("postal_code"), SPAN("zip"), SPAN("state"),
	SPAN("country"),
};

static const struct span no_birthday[] = {
	SPAN("0000-00-00"), SPAN("1900-01-01"), SPAN("1901-01-01"),
	SPAN("9999-12-31"),
};

static bool is_town(struct span key)
{
	return span_equal(key, SPAN("city")) || span_equal(key, SPAN("town")) || span_ends(key, SPAN("_place"));
}

static bool is_placeholder(struct span key, struct span text)
{
	unsigned kinds = null_word_kinds(text);

	if (span_equal_nocase(text, SPAN("none")))
		return LISTED(places, key);
	if (!(kinds & NULL_TRAIT))
		return false;
	if ((kinds & NULL_PERSON) && span_ends(key, SPAN("name")))
		return false;
	return !((kinds & NULL_TOWN) && is_town(key));
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

static bool is_birthday(struct span key)
{
	return span_equal(key, SPAN("birth_date")) || span_equal(key, SPAN("birthday"));
}

static bool is_invalid_text(const struct blocked *b, struct span key,
			    struct span text)
{
	text = span_trim(text);
	if (text.len && is_placeholder(key, text))
		return true;
	if (span_equal(key, SPAN("email")))
		return is_no_email(text) || (b && blocked_is(b, key, text));
	if (span_equal(key, SPAN("phone")))
		return b && blocked_is(b, key, text);
	if (is_birthday(key))
		return LISTED(no_birthday, span_sub(text, 0, 10));
	return false;
}

bool validity_says_nothing(const struct blocked *b, struct span key, struct span text)
{
	int word = b ? blocked_listed(b, key, text) : -1;

	return word > 0 || (word < 0 && is_invalid_text(b, key, text));
}

bool validity_invalid(const struct blocked *b, struct span key, struct value v)
{
	struct buf decoded = BUF_INIT;
	struct span text;
	bool invalid;

	if (v.kind != VALUE_TEXT && (v.kind != VALUE_NUMBER || !b))
		return false;
	text = value_text(v, &decoded);
	invalid = v.kind == VALUE_TEXT ? validity_says_nothing(b, key, text)
				       : blocked_listed(b, key, text) > 0;
	buf_release(&decoded);
	return invalid;
}

bool validity_doubtful(struct span key, struct value v)
{
	return v.kind == VALUE_TEXT && is_birthday(key) &&
	       span_equal(span_sub(v.raw, 1, 10), SPAN("1970-01-01"));
}

void validity_note(struct dropped *to, const struct blocked *b, struct span key, struct value v)
{
	struct buf decoded = BUF_INIT;
	struct span text = value_text(v, &decoded);

	if (!b || blocked_listed(b, key, text) < 0)
		dropped_note(to, key, text);
	buf_release(&decoded);
}
