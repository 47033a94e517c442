#include "activate/audience/hashed.h"

#include <string.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "text/unicode.h"

const char *const form_names[FORM_COUNT + 1] = {
	"text", "email", "gmail", "phone", "phone-digits", "name", "letters", "initial", "city", "state",
	"zip-short", "country", "country-lower", "gender", "year", "month", "day", "date", "device", "amount",
	"digest", NULL,
};

enum form form_find(struct span name)
{
	for (int i = 0; i < FORM_COUNT; i++)
		if (span_equal(span_of(form_names[i]), name))
			return i;
	return FORM_COUNT;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank_byte(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Is S an address that a mail could go to: one @, no blank, a domain with a dot inside? */
static bool is_address(struct span s)
{
	size_t at = span_find_byte(s, '@');
	struct span domain = span_sub(s, at + 1, s.len);
	size_t dot = span_find_byte(domain, '.');

	for (size_t i = 0; i < s.len; i++)
		if (is_blank_byte(s.ptr[i]) || (s.ptr[i] == '@' && i != at) || s.ptr[i] == ',' || s.ptr[i] == ';')
			return false;
	return at && at < s.len && dot && dot + 1 < domain.len && domain.ptr[domain.len - 1] != '.';
}

/* Letter by letter, so that "I" is "i" in any language; then composed. */
static struct span lower(struct span s, struct arena *a)
{
	return unicode_nfc(unicode_lower(s, a), a);
}

static bool put_email(struct span s, struct arena *a, struct buf *out)
{
	s = lower(s, a);
	if (!is_address(s))
		return false;
	buf_span(out, s);
	return true;
}

static bool put_gmail(struct span s, struct arena *a, struct buf *out)
{
	size_t from = out->len, at, to;
	struct span address, domain;

	if (!put_email(s, a, out))
		return false;
	address = buf_since(out, from);
	at = span_find_byte(address, '@');
	domain = span_sub(address, at, address.len);
	if (!span_equal(domain, SPAN("@gmail.com")) && !span_equal(domain, SPAN("@googlemail.com")))
		return true;
	to = from;
	for (size_t i = from; i < from + at && out->ptr[i] != '+'; i++)
		if (out->ptr[i] != '.')
			out->ptr[to++] = out->ptr[i];
	if (to == from) {	/* nobody's: "+tag@gmail.com" */
		out->len = from;
		return false;
	}
	memmove(out->ptr + to, domain.ptr, domain.len);
	out->len = to + domain.len;
	return true;
}

/* May stand between the digits of a number. */
static bool joins_digits(char c)
{
	return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')';
}

/*
 * A number that says its country, "+49 30 123456" or "0049 30 123456".  One with an extension is a
 * switchboard's and matches nobody.
 */
static bool put_phone(struct span s, bool plus, struct buf *out)
{
	size_t from = out->len, digits = 0, i = 0;

	if (span_starts(s, SPAN("+")))
		i = 1;
	else if (span_starts(s, SPAN("00")))
		i = 2;
	else
		return false;
	if (plus)
		buf_char(out, '+');
	for (; i < s.len; i++) {
		char c = s.ptr[i];

		if (is_digit(c) && (digits || c != '0')) {
			buf_char(out, c);
			digits++;
		} else if (!joins_digits(c)) {
			break;
		}
	}
	if (i == s.len && digits >= 8 && digits <= 15)
		return true;
	out->len = from;
	return false;
}

/* What a form keeps of each character; 0: it goes. */
typedef bool keeps(uint32_t point);

static bool keeps_no_blank(uint32_t point)
{
	return point > 127 ? point != 0xa0 && point != 0x3000 : !is_blank_byte((char)point);
}

static bool keeps_letters(uint32_t point)
{
	return point == ' ' || unicode_is_letter(point) || (point > 127 && unicode_is_letter_or_digit(point)) ||
	       (point < 128 && is_digit((char)point));
}

static bool keeps_a_to_z(uint32_t point)
{
	return point >= 'a' && point <= 'z';
}

static bool keeps_state(uint32_t point)
{
	return unicode_is_letter(point);
}

static bool put_kept(struct span s, keeps *keep, struct buf *out)
{
	size_t from = out->len, first;

	while (s.len) {
		uint32_t point;
		size_t len = span_utf8_char(s, &point);

		if (!len) {
			out->len = from;
			return false;
		}
		if (keep(point))
			buf_put(out, s.ptr, len);
		s = span_sub(s, len, s.len);
	}
	/* Blanks that punctuation had beside it. */
	while (out->len > from && out->ptr[out->len - 1] == ' ')
		out->len--;
	for (first = from; first < out->len && out->ptr[first] == ' '; first++)
		;
	if (first > from) {
		memmove(out->ptr + from, out->ptr + first, out->len - first);
		out->len -= first - from;
	}
	return out->len > from;
}

static bool put_initial(struct span s, struct arena *a, struct buf *out)
{
	size_t from = out->len;
	uint32_t point;

	if (!put_kept(lower(s, a), keeps_letters, out))
		return false;
	out->len = from + span_utf8_char(buf_since(out, from), &point);
	return true;
}

static bool put_city(struct span s, struct arena *a, struct buf *out)
{
	return put_kept(unicode_strip_marks(lower(s, a), a), keeps_a_to_z, out);
}

static bool put_zip_short(struct span s, struct arena *a, struct buf *out)
{
	size_t from = out->len, digits = 0;
	struct span zip;

	if (!put_kept(lower(s, a), keeps_no_blank, out))
		return false;
	zip = buf_since(out, from);
	while (digits < zip.len && is_digit(zip.ptr[digits]))
		digits++;
	if (digits == 5 && zip.len > 5 && zip.ptr[5] == '-')
		out->len = from + 5;
	return true;
}

static bool put_country(struct span s, bool small, struct buf *out)
{
	char code[2];

	if (s.len != 2)
		return false;
	for (int i = 0; i < 2; i++) {
		code[i] = span_lower(s.ptr[i]);
		if (code[i] < 'a' || code[i] > 'z')
			return false;
		code[i] = (char)(small ? code[i] : code[i] - 32);
	}
	buf_put(out, code, 2);
	return true;
}

/* Anything but these two is no answer, and no guess. */
static bool put_gender(struct span s, struct arena *a, struct buf *out)
{
	static const char *const words[] = {"f", "female", "woman", "w", "weiblich", "femme", "mujer",
					    "m", "male", "man", "männlich", "homme", "hombre"};

	s = lower(s, a);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!span_equal(s, span_of(words[i])))
			continue;
		buf_char(out, i < 7 ? 'f' : 'm');
		return true;
	}
	return false;
}

static bool has_date(struct span s)
{
	uint64_t month, day, year;

	return s.len >= 10 && s.ptr[4] == '-' && s.ptr[7] == '-' && span_number(span_sub(s, 0, 4), &year) &&
	       span_number(span_sub(s, 5, 2), &month) && span_number(span_sub(s, 8, 2), &day) &&
	       (s.len == 10 || s.ptr[10] == 'T') && year >= 1900 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static bool put_date_part(struct span s, enum form form, struct buf *out)
{
	if (!has_date(s))
		return false;
	if (form == FORM_YEAR || form == FORM_DATE)
		buf_put(out, s.ptr, 4);
	if (form == FORM_MONTH || form == FORM_DATE)
		buf_put(out, s.ptr + 5, 2);
	if (form == FORM_DAY || form == FORM_DATE)
		buf_put(out, s.ptr + 8, 2);
	return true;
}

/* 36 characters with hyphens; one of zeros is that of a person who opted out. */
static bool put_device(struct span s, struct buf *out)
{
	bool zeros = true;

	if (s.len != 36)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
		char c = span_lower(s.ptr[i]);

		if (hyphen != (c == '-') || (!hyphen && !is_digit(c) && (c < 'a' || c > 'f')))
			return false;
		zeros &= hyphen || c == '0';
	}
	if (zeros)
		return false;
	for (size_t i = 0; i < s.len; i++)
		buf_char(out, span_lower(s.ptr[i]));
	return true;
}

static bool put_amount(struct span s, struct buf *out)
{
	struct decimal number;

	if (!decimal_parse(s, &number) || number.digits < 0)
		return false;
	buf_span(out, s);
	return true;
}

static bool put_digest(struct span s, struct buf *out)
{
	if (!hashed_looks(s))
		return false;
	for (size_t i = 0; i < s.len; i++)
		buf_char(out, span_lower(s.ptr[i]));
	return true;
}

bool form_put(enum form form, struct span text, struct arena *scratch, struct buf *out)
{
	text = span_trim(text);
	if (!text.len)
		return false;
	switch (form) {
	case FORM_EMAIL: return put_email(text, scratch, out);
	case FORM_GMAIL: return put_gmail(text, scratch, out);
	case FORM_PHONE: return put_phone(text, true, out);
	case FORM_PHONE_DIGITS: return put_phone(text, false, out);
	case FORM_NAME: return put_kept(lower(text, scratch), keeps_no_blank, out);
	case FORM_LETTERS: return put_kept(lower(text, scratch), keeps_letters, out);
	case FORM_INITIAL: return put_initial(text, scratch, out);
	case FORM_CITY: return put_city(text, scratch, out);
	case FORM_STATE: return put_kept(lower(text, scratch), keeps_state, out);
	case FORM_ZIP_SHORT: return put_zip_short(text, scratch, out);
	case FORM_COUNTRY: return put_country(text, false, out);
	case FORM_COUNTRY_LOWER: return put_country(text, true, out);
	case FORM_GENDER: return put_gender(text, scratch, out);
	case FORM_YEAR: case FORM_MONTH: case FORM_DAY: case FORM_DATE: return put_date_part(text, form, out);
	case FORM_DEVICE: return put_device(text, out);
	case FORM_AMOUNT: return put_amount(text, out);
	case FORM_DIGEST: return put_digest(text, out);
	default: break;
	}
	buf_span(out, text);
	return true;
}

bool hashed_looks(struct span text)
{
	if (text.len != 64)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = span_lower(text.ptr[i]);

		if (!is_digit(c) && (c < 'a' || c > 'f'))
			return false;
	}
	return true;
}

void hashed_put(struct sha256 *h, struct span text, struct buf *out)
{
	unsigned char digest[32];

	sha256_digest(h, text, digest);
	if (!buf_reserve(out, 64))
		return;
	hash_hex(digest, sizeof digest, out->ptr + out->len);
	out->len += 64;
}

/* The spellings so far, one behind another in a buffer. */
struct spellings {
	struct buf text;
	size_t ends[8];
	size_t count;
};

/* The last of S is new, or goes. */
static void keep_new(struct spellings *s)
{
	size_t from = s->count ? s->ends[s->count - 1] : 0;
	size_t begin = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (span_equal(span_sub(buf_view(&s->text), begin, s->ends[i] - begin), buf_since(&s->text, from))) {
			s->text.len = from;
			return;
		}
		begin = s->ends[i];
	}
	s->ends[s->count++] = s->text.len;
}

void hashed_spellings(struct span type, struct span value, struct sha256 *h,
		      void (*take)(void *context, struct span spelling, bool sha256), void *context)
{
	bool email = span_equal(type, SPAN("email")), phone = span_equal(type, SPAN("phone"));
	const enum form forms[2] = {email ? FORM_EMAIL : FORM_PHONE, email ? FORM_GMAIL : FORM_PHONE_DIGITS};
	struct spellings s = {.text = BUF_INIT};
	struct arena scratch = ARENA_INIT;
	struct buf hash = BUF_INIT;
	size_t begin = 0;

	buf_span(&s.text, value);
	keep_new(&s);
	for (size_t i = 0; i < 2 && (email || phone); i++)
		if (form_put(forms[i], value, &scratch, &s.text))
			keep_new(&s);
	for (size_t i = 0; i < s.count; i++) {
		struct span one = span_sub(buf_view(&s.text), begin, s.ends[i] - begin);

		begin = s.ends[i];
		take(context, one, false);
		if (!h || hashed_looks(one) || !one.len)
			continue;
		buf_clear(&hash);
		hashed_put(h, one, &hash);
		take(context, buf_view(&hash), true);
	}
	buf_release(&hash);
	arena_release(&scratch);
	buf_release(&s.text);
}
