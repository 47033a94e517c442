/*
 * Numbers as people and spreadsheets write them: decimal_parse_local takes the
 * decoration off both ends (signs, parentheses, currency, percent, blanks),
 * checks the thousands groups, and hands what is left to decimal_parse.
 */
#include "base/decimal_local.h"

#include <string.h>

#include "base/currency.h"

/* Longer texts are no numbers that anybody writes. */
#define LOCAL_MAX 96

struct decoration {
	struct span rest;
	bool negative;
	bool signs;	/* a sign or a pair of parentheses was there */
	struct decimal_marks marks;
};

/* The blanks that stand in numbers: no-break, narrow, thin and figure too. */
static const struct span blanks[] = {
	{" ", 1}, {"\t", 1}, {"\xC2\xA0", 2}, {"\xE2\x80\xAF", 3},
	{"\xE2\x80\x89", 3}, {"\xE2\x80\x87", 3},
};

static const struct span apostrophes[] = {{"'", 1}, {"\xE2\x80\x99", 3}};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* How long the one of LIST is that S starts or ends with, or 0. */
static size_t one_of(struct span s, const struct span *list, size_t count,
		     bool at_end)
{
	for (size_t i = 0; i < count; i++)
		if (at_end ? span_ends(s, list[i]) : span_starts(s, list[i]))
			return list[i].len;
	return 0;
}

static void cut_text(struct span *s, size_t len, bool at_end)
{
	if (!at_end)
		s->ptr += len;
	s->len -= len;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Nothing to cut: most numbers have a digit at both ends. */
static bool is_bare(struct span s, bool at_end)
{
	return !s.len || is_digit(s.ptr[at_end ? s.len - 1 : 0]);
}

static void cut_blanks(struct span *s, bool at_end)
{
	size_t len;

	if (is_bare(*s, at_end))
		return;
	do {
		len = one_of(*s, blanks, COUNT(blanks), at_end);
		cut_text(s, len, at_end);
	} while (len);
}

static const struct span dashes[] = {{"-", 1}, {"\xE2\x88\x92", 3}, {"\xE2\x80\x93", 3}};

/* "25,-", "25.--", "25,\xE2\x80\x93": dashes behind the point are decimals that are zero, and no sign. */
static bool cut_zero_dashes(struct span *s)
{
	struct span rest = *s;
	size_t len;

	while ((len = one_of(rest, dashes, COUNT(dashes), true)) != 0)
		rest.len -= len;
	if (rest.len == s->len || rest.len < 2 || (rest.ptr[rest.len - 1] != ',' && rest.ptr[rest.len - 1] != '.') ||
	    !is_digit(rest.ptr[rest.len - 2]))
		return false;
	*s = rest;
	return true;
}

/* A sign at one end; false when it is the second. */
static bool cut_sign(struct decoration *d, bool at_end)
{
	size_t len = at_end && cut_zero_dashes(&d->rest) ? 0 : one_of(d->rest, dashes, COUNT(dashes), at_end);
	bool negative = len > 0;

	if (!len)
		len = one_of(d->rest, &SPAN("+"), 1, at_end);
	if (!len)
		return true;
	if (d->signs)
		return false;
	d->signs = true;
	d->negative = negative;
	cut_text(&d->rest, len, at_end);
	return true;
}

/* "(12.50)": an accountant's minus, with nothing else signed. */
static bool cut_parentheses(struct decoration *d)
{
	struct span *s = &d->rest;

	if (s->len < 2 || s->ptr[0] != '(' || s->ptr[s->len - 1] != ')')
		return true;
	if (d->signs)
		return false;
	d->signs = d->negative = true;
	*s = span_sub(*s, 1, s->len - 2);
	cut_blanks(s, false);
	cut_blanks(s, true);
	return true;
}

/* Sign and currency in either order at one end: "-$5", "$ -5", "5 EUR-". */
static bool cut_end(struct decoration *d, bool at_end)
{
	bool currency = false;

	for (int i = 0; i < 3 && !is_bare(d->rest, at_end); i++) {
		size_t len = currency ? 0 : currency_at(d->rest, at_end);

		if (len)
			d->marks.currency[at_end] = at_end ?
				span_sub(d->rest, d->rest.len - len, len) : span_sub(d->rest, 0, len);
		cut_text(&d->rest, len, at_end);
		currency |= len > 0;
		cut_blanks(&d->rest, at_end);
		if (!cut_sign(d, at_end))
			return false;
		cut_blanks(&d->rest, at_end);
	}
	return true;
}

static bool cut_decoration(struct decoration *d)
{
	cut_blanks(&d->rest, false);
	cut_blanks(&d->rest, true);
	if (span_ends(d->rest, SPAN("%"))) {
		d->marks.percent = true;
		d->rest.len--;
		cut_blanks(&d->rest, true);
	}
	return cut_parentheses(d) && cut_end(d, false) && cut_end(d, true) &&
	       cut_parentheses(d);
}

/*
 * Are the groups well formed?  LENGTHS from left to right: the first has 1 to
 * 3 digits, the others 3; or, for Indian lakhs, 1 or 2, then twos, and 3.
 */
static bool groups_fit(const int *lengths, int count, bool comma)
{
	bool threes = true, lakhs = comma;

	if (count == 1)
		return true;
	threes = lengths[0] >= 1 && lengths[0] <= 3;
	lakhs = lakhs && lengths[0] >= 1 && lengths[0] <= 2;
	for (int i = 1; i < count; i++) {
		threes &= lengths[i] == 3;
		lakhs &= lengths[i] == (i + 1 < count ? 2 : 3);
	}
	return threes || lakhs;
}

/* How long the thousands separator at S is, or 0. */
static size_t separator_at(struct span s, char point)
{
	size_t len;

	if (s.ptr[0] == (point == '.' ? ',' : '.'))
		return 1;
	len = one_of(s, blanks, COUNT(blanks), false);
	return len ? len : one_of(s, apostrophes, COUNT(apostrophes), false);
}

/*
 * The digits before the point without their separators, into OUT; all
 * separators of a number are the same.  False when the groups are wrong.
 */
static bool copy_whole(struct span *s, char point, struct buf *out)
{
	struct span first = SPAN_NONE;
	int lengths[LOCAL_MAX], count = 1;

	lengths[0] = 0;
	while (s->len) {
		size_t len = 1;

		if (is_digit(s->ptr[0])) {
			buf_char(out, s->ptr[0]);
			lengths[count - 1]++;
		} else {
			len = separator_at(*s, point);
			if (!len)
				break;
			if (span_absent(first))
				first = span_sub(*s, 0, len);
			/* A group has digits, so LENGTHS cannot overflow. */
			if (!span_starts(*s, first) || !lengths[count - 1])
				return false;
			lengths[count++] = 0;
		}
		cut_text(s, len, false);
	}
	return groups_fit(lengths, count,
			  !span_absent(first) && first.ptr[0] == ',');
}

/* Digits, groups, point, decimals, exponent: the plain form into OUT. */
static bool copy_plain(struct span s, char point, struct buf *out)
{
	if (!s.len || !copy_whole(&s, point, out))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		/* A second point is the other reader's to refuse. */
		if (s.ptr[i] == '.' && point != '.')
			return false;
		buf_char(out, s.ptr[i] == point ? '.' : s.ptr[i]);
	}
	/* The sign is off already: "--5" and "5 -5" are no numbers. */
	return out->len && out->ptr[0] != '-' && out->ptr[0] != '+';
}

bool decimal_parse_local(struct span text, char point, struct decimal *out)
{
	struct decimal_marks marks;

	return decimal_parse_marked(text, point, out, &marks);
}

bool decimal_parse_marked(struct span text, char point, struct decimal *out,
			  struct decimal_marks *marks)
{
	struct decoration d = {.rest = text, .marks = {.currency = {SPAN_NONE, SPAN_NONE}}};
	char bytes[LOCAL_MAX + 1];
	struct buf plain = {.ptr = bytes, .cap = sizeof bytes,
			    .max = sizeof bytes};
	static const struct decimal hundredth = {1, 2};

	*marks = d.marks;
	if (point == '.' && decimal_parse(text, out))
		return true;
	if (!text.len || text.len > LOCAL_MAX || !cut_decoration(&d))
		return false;
	if (!copy_plain(d.rest, point, &plain) ||
	    !decimal_parse(buf_view(&plain), out))
		return false;
	*marks = d.marks;
	if (d.marks.percent && !decimal_mul(*out, hundredth, out))
		return false;
	if (d.negative)
		*out = decimal_negate(*out);
	return true;
}

/* What stands for zeros; lower case, the longer first. */
static const struct {
	struct span text;
	int zeros;
} short_units[] = {
	{SPAN("tsd."), 3}, {SPAN("tsd"), 3}, {SPAN("mio."), 6}, {SPAN("mio"), 6}, {SPAN("mrd."), 9}, {SPAN("mrd"), 9},
	{SPAN("mn"), 6}, {SPAN("bn"), 9}, {SPAN("k"), 3}, {SPAN("m"), 6}, {SPAN("b"), 9},
};

static bool ends_in_unit(struct span s, struct span unit)
{
	return s.len > unit.len && span_equal_nocase(span_sub(s, s.len - unit.len, s.len), unit);
}

bool decimal_parse_short(struct span text, char point, struct decimal *out)
{
	struct decimal unit = {1, 0};
	size_t i = 0;

	if (decimal_parse_local(text, point, out))
		return true;
	text = span_trim(text);
	while (i < COUNT(short_units) && !ends_in_unit(text, short_units[i].text))
		i++;
	if (i == COUNT(short_units))
		return false;
	for (int zero = 0; zero < short_units[i].zeros; zero++)
		unit.digits *= 10;
	text = span_trim(span_sub(text, 0, text.len - short_units[i].text.len));
	return text.len && is_digit(text.ptr[text.len - 1]) && decimal_parse_local(text, point, out) &&
	       decimal_mul(*out, unit, out);
}

/* A digit, and nothing that no number has: most of what a table holds is none. */
static bool may_be_number(struct span s)
{
	bool digit = false;

	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == ':' || s.ptr[i] == '@' || s.ptr[i] == '_')
			return false;
		digit = digit || is_digit(s.ptr[i]);
	}
	return digit;
}

unsigned decimal_fits(struct span text)
{
	struct decimal with_point, with_comma;
	unsigned fits = 0;

	if (!may_be_number(text))
		return 0;
	if (decimal_parse_local(text, '.', &with_point))
		fits |= DECIMAL_FITS_POINT;
	if (decimal_parse_local(text, ',', &with_comma))
		fits |= DECIMAL_FITS_COMMA;
	if (fits == (DECIMAL_FITS_POINT | DECIMAL_FITS_COMMA) &&
	    decimal_compare(with_point, with_comma))
		fits |= DECIMAL_DIFFERS;
	return fits;
}
