#include "unify/identity/known_identifiers.h"

/* The longest value of the built-in lists, and a little more. */
#define FOLDED_MAX 64

/* What stands for "nothing" in identifiers of any type. */
static const struct span nothing[] = {
	SPAN("-1"), SPAN("null"), SPAN("(null)"), SPAN("nil"), SPAN("none"),
	SPAN("n/a"), SPAN("na"), SPAN("nan"), SPAN("undefined"),
	SPAN("unknown"), SPAN("anonymous"), SPAN("test"), SPAN("void"),
	SPAN("not-specified"), SPAN("user_null"),
};

static const struct span no_email[] = {
	SPAN("test@test.com"), SPAN("a@a.com"), SPAN("x@x.com"),
	SPAN("noemail@noemail.com"), SPAN("none@none.com"),
};

static const struct span no_phone[] = {
	SPAN("1234567890"), SPAN("0123456789"), SPAN("5555555555"),
};

#define IS_LISTED(list, text) is_listed(list, sizeof(list) / sizeof *(list), text)

static bool is_listed(const struct span *list, size_t count, struct span text)
{
	for (size_t i = 0; i < count; i++) {
		if (span_equal(list[i], text))
			return true;
	}
	return false;
}

/* VALUE in lower case, in FOLDED; absent: it is longer than what is listed. */
static struct span fold_value(struct span value, char folded[FOLDED_MAX])
{
	if (value.len > FOLDED_MAX)
		return SPAN_NONE;
	for (size_t i = 0; i < value.len; i++)
		folded[i] = span_lower(value.ptr[i]);
	return (struct span){folded, value.len};
}

static bool is_no_email(struct span value)
{
	char folded[FOLDED_MAX];

	return IS_LISTED(no_email, fold_value(value, folded));
}

/*
 * A phone number has 7 to 15 digits (E.164's largest), and not all the same;
 * the keyboard's rows are no numbers either, with or without a country code 1.
 */
static bool is_no_phone(struct span value)
{
	char digits[16];
	size_t count = 0;
	bool same = true;

	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] < '0' || value.ptr[i] > '9')
			continue;
		if (count == 15)
			return true;
		same = same && (!count || value.ptr[i] == digits[0]);
		digits[count++] = value.ptr[i];
	}
	if (count < 7 || same)
		return true;
	if (IS_LISTED(no_phone, ((struct span){digits, count})))
		return true;
	return count == 11 && digits[0] == '1' &&
	       IS_LISTED(no_phone, ((struct span){digits + 1, count - 1}));
}

#define NEVER UINT32_MAX

/* network_user_id and previous_id are what formats write of cookies and logins of every
 * source (cdp-formats(5)). */
const struct known_identifier known_identifiers[] = {
	/* name			ranked	shared	several	limit	records, people	placeholders */
	{SPAN("user_id"),	true,	true,	false,	1,	NEVER, NEVER,	NULL},
	{SPAN("email"),		true,	false,	true,	0,	0, 0,		is_no_email},
	{SPAN("phone"),		true,	false,	true,	0,	10, 4,		is_no_phone},
	{SPAN("device_id"),	true,	true,	true,	0,	20, 5,		NULL},
	{SPAN("anonymous_id"),	true,	true,	true,	0,	20, 5,		NULL},
	{SPAN("network_user_id"), false, true,	false,	0,	0, 0,		NULL},
	{SPAN("previous_id"),	false,	true,	false,	0,	0, 0,		NULL},
};

const size_t known_identifier_count = sizeof known_identifiers / sizeof *known_identifiers;

const struct known_identifier *known_identifier_find(struct span type)
{
	for (size_t i = 0; i < known_identifier_count; i++) {
		if (span_equal(known_identifiers[i].name, type))
			return &known_identifiers[i];
	}
	return NULL;
}

/* The place of TYPE by priority; that of all others is the number of rows. */
static size_t rank_type(struct span type)
{
	const struct known_identifier *known = known_identifier_find(type);

	return known && known->ranked ? (size_t)(known - known_identifiers) : known_identifier_count;
}

int known_identifier_compare(struct span a, struct span b)
{
	size_t x = rank_type(a), y = rank_type(b);

	if (x != y)
		return x < y ? -1 : 1;
	return x < known_identifier_count ? 0 : span_compare(a, b);
}

static bool is_blank(struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] != '0' && value.ptr[i] != '-')
			return false;
	}
	return true;
}

bool known_identifier_is_placeholder(struct span type, struct span value)
{
	const struct known_identifier *known = known_identifier_find(type);
	char folded[FOLDED_MAX];

	if (is_blank(value) || (known && known->is_placeholder && known->is_placeholder(value)))
		return true;
	return IS_LISTED(nothing, fold_value(value, folded));
}
