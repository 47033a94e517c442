#include "unify/identity/known_identifiers.h"

#include "base/error.h"
#include "text/null_word.h"
#include "unify/identity/words.h"

/* The longest value of the built-in lists, and a little more. */
#define FOLDED_MAX 64

static const struct span no_email[] = {
	SPAN("test@test.com"), SPAN("a@a.com"), SPAN("x@x.com"), SPAN("a@b.com"), SPAN("a@b.c"),
	SPAN("noemail@noemail.com"), SPAN("none@none.com"),
};

/* Machines write from these, whatever their domain. */
static const struct span no_reader[] = {
	SPAN("noreply"), SPAN("no-reply"), SPAN("no_reply"), SPAN("no.reply"), SPAN("donotreply"),
	SPAN("do-not-reply"), SPAN("do_not_reply"), SPAN("do.not.reply"), SPAN("nepasrepondre"),
	SPAN("ne-pas-repondre"), SPAN("keine-antwort"), SPAN("nichtantworten"), SPAN("mailer-daemon"),
};

/* What forms are given when somebody has no address: so, at a domain that is nobody's. */
static const struct span no_mailbox[] = {
	SPAN("noemail"), SPAN("no-email"), SPAN("no.email"), SPAN("no_email"), SPAN("nomail"),
	SPAN("no-mail"), SPAN("nomail"), SPAN("keinemail"), SPAN("keine-email"), SPAN("keineemail"), SPAN("noname"),
};

static const struct span no_domain[] = {
	SPAN("example.com"), SPAN("example.org"), SPAN("example.net"), SPAN("test.com"), SPAN("test.de"),
	SPAN("none.com"), SPAN("noemail.com"), SPAN("nomail.com"), SPAN("email.com"), SPAN("domain.com"),
	SPAN("na.com"), SPAN("null.com"), SPAN("unknown.com"), SPAN("nowhere.com"), SPAN("invalid.com"),
};

/* What else people type into a field that must be filled, before the @ and behind it. */
static const struct span typed_words[] = {
	SPAN("no"), SPAN("non"), SPAN("nein"), SPAN("nope"), SPAN("null"), SPAN("none"), SPAN("na"), SPAN("nil"), SPAN("keine"),
	SPAN("abc"), SPAN("aaa"), SPAN("asd"), SPAN("qwe"), SPAN("123"), SPAN("1234"), SPAN("12345"), SPAN("123456"),
	SPAN("kunde"), SPAN("customer"), SPAN("client"), SPAN("cliente"), SPAN("klant"), SPAN("email"), SPAN("mail"),
	SPAN("user"), SPAN("name"), SPAN("fake"), SPAN("noreply"), SPAN("xyz"), SPAN("blah"), SPAN("foo"),
};

/* Where everybody may have an address; nobody has these, or everybody writes them. */
static const struct span free_mail[] = {
	SPAN("gmail.com"), SPAN("googlemail.com"), SPAN("hotmail.com"), SPAN("outlook.com"), SPAN("yahoo.com"),
	SPAN("web.de"), SPAN("gmx.de"), SPAN("gmx.net"), SPAN("t-online.de"), SPAN("icloud.com"), SPAN("mail.com"), SPAN("aol.com"),
};

static const struct span nobodys_names[] = {
	SPAN("test"), SPAN("guest"), SPAN("gast"), SPAN("none"), SPAN("null"), SPAN("na"), SPAN("no"), SPAN("keine"), SPAN("abc"),
	SPAN("asdf"), SPAN("123"), SPAN("1234"), SPAN("noemail"), SPAN("nomail"), SPAN("no-email"), SPAN("undefined"), SPAN("unknown"),
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

/* Is NAME, before the @, what stands for no address where the DOMAIN is nobody's? */
static bool is_no_mailbox(struct span name, struct span domain)
{
	bool reserved = span_ends(domain, SPAN(".invalid")) || span_ends(domain, SPAN(".test")) ||
			span_ends(domain, SPAN(".example"));

	if (!reserved && !IS_LISTED(no_domain, domain))
		return false;
	if (IS_LISTED(no_mailbox, name) || span_equal(name, SPAN("none")))
		return true;
	/* null@... may be Ms Null's. */
	return (null_word_kinds(name) & (NULL_ID | NULL_PERSON)) == NULL_ID;
}

/* "keine@keine.de", "asdf@asdf.com": one such word on both sides; "test@gmail.com". */
static bool is_typed_twice(struct span name, struct span domain)
{
	struct span site = span_sub(domain, 0, span_find_byte(domain, '.'));

	if (IS_LISTED(free_mail, domain))
		return IS_LISTED(nobodys_names, name);
	return span_equal(name, site) && (IS_LISTED(typed_words, name) || IS_LISTED(no_mailbox, name) ||
					  (null_word_kinds(name) & NULL_ID));
}

static bool is_no_email(struct span value)
{
	char folded[FOLDED_MAX];
	struct span address = fold_value(value, folded), name, domain;
	size_t at;

	if (span_absent(address))
		return false;
	at = span_find_byte(address, '@');
	name = span_sub(address, 0, at);
	domain = span_sub(address, at + 1, address.len);
	return IS_LISTED(no_email, address) || IS_LISTED(no_reader, name) || is_no_mailbox(name, domain) ||
	       is_typed_twice(name, domain);
}

/* A run of so many equal digits at the end, or of zeros, is typed to fill a field. */
#define SAME_MAX 8
#define ZEROS_MAX 7

/* "12345678": each of the last digits one more than the one before. */
#define RISING_MAX 8

static bool is_typed(const char *digits, size_t count)
{
	size_t same = 1, rising = 1;

	for (size_t i = count - 1; i > 0 && digits[i - 1] == digits[i]; i--)
		same++;
	for (size_t i = count - 1; i > 0 && digits[i - 1] + 1 == digits[i]; i--)
		rising++;
	return same >= SAME_MAX || (digits[count - 1] == '0' && same >= ZEROS_MAX) ||
	       rising >= RISING_MAX;
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

	value = span_sub(value, 0, span_find(value, SPAN(";ext=")));
	if (span_find_byte(value, ';') + span_find_byte(value, '|') + span_find_byte(value, ',') < 3 * value.len)
		return false;	/* several numbers in one text */
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] < '0' || value.ptr[i] > '9')
			continue;
		if (count == 15)
			return true;
		same = same && (!count || value.ptr[i] == digits[0]);
		digits[count++] = value.ptr[i];
	}
	if (count < 7 || same || is_typed(digits, count))
		return true;
	if (IS_LISTED(no_phone, ((struct span){digits, count})))
		return true;
	return count == 11 && digits[0] == '1' &&
	       IS_LISTED(no_phone, ((struct span){digits + 1, count - 1}));
}

/* A user has any number of records. */
#define MANY 1000000

/* network_user_id and previous_id are what formats write of cookies and logins of every
 * source (cdp-formats(5)). */
const struct known_identifier known_identifiers[] = {
	/* name			ranked	shared	several	person	limit	records, people	placeholders */
	{SPAN("user_id"),	true,	true,	false,	true,	1,	MANY, 5,	NULL},
	{SPAN("email"),		true,	false,	true,	true,	0,	0, 0,		is_no_email},
	{SPAN("phone"),		true,	false,	true,	true,	0,	10, 4,		is_no_phone},
	{SPAN("device_id"),	true,	true,	true,	false,	0,	20, 5,		NULL},
	{SPAN("anonymous_id"),	true,	true,	true,	false,	0,	20, 5,		NULL},
	{SPAN("network_user_id"), false, true,	false,	false,	0,	0, 0,		NULL},
	{SPAN("previous_id"),	false,	true,	false,	false,	0,	0, 0,		NULL},
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

const struct known_identifier *known_identifier_near(struct span type)
{
	if (known_identifier_find(type))
		return NULL;
	for (size_t i = 0; i < known_identifier_count; i++) {
		struct span name = known_identifiers[i].name;

		if (error_edits(type, name) <= 1 &&
		    !(span_ends(type, SPAN("_id")) && span_ends(name, SPAN("_id"))))
			return &known_identifiers[i];
	}
	return NULL;
}

void known_identifier_put(struct span type, struct buf *out)
{
	if (known_identifier_near(type))
		words_put_quoted(type, out);
	else
		words_put_name(type, out);
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

/* So many nines are the largest number that a field holds, and nobody's. */
#define NINES_LEAST 6

static bool is_all_nines(struct span value)
{
	size_t nines = 0;

	while (nines < value.len && value.ptr[nines] == '9')
		nines++;
	return nines == value.len && nines >= NINES_LEAST;
}

bool known_identifier_is_placeholder(struct span type, struct span value)
{
	const struct known_identifier *known = known_identifier_find(type);

	return (known && known->is_placeholder && known->is_placeholder(value)) ||
	       (null_word_kinds(value) & NULL_ID) || is_all_nines(value);
}
