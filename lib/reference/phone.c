#include "reference/phone.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "reference/list.h"

/* E.164 allows 15 digits; no subscriber has fewer than 7 with the code. */
#define DIGITS_MIN 7
#define DIGITS_MAX 15

struct digits {
	char text[DIGITS_MAX + 5];	/* an international prefix may come first */
	size_t len;
	bool plus;
};

/* A cell of a phone column is no longer than this. */
#define TEXT_MAX 200

/* Marks that other programs put around and between digits, and what they mean here. */
static const struct {
	const char *mark;
	char plain;		/* 0: nothing */
} marks[] = {
	{"\xc2\xa0", ' '}, {"\xe2\x80\xaf", ' '}, {"\xe2\x80\x89", ' '}, {"\xe3\x80\x80", ' '},	/* blanks */
	{"\xe2\x80\x90", '-'}, {"\xe2\x80\x91", '-'}, {"\xe2\x80\x92", '-'}, {"\xe2\x80\x93", '-'},
	{"\xe2\x80\x94", '-'}, {"\xe2\x88\x92", '-'}, {"\xef\xbc\x8d", '-'}, {"\xc2\xad", 0},	/* dashes */
	{"\xef\xbc\x8b", '+'}, {"\xef\xbc\x88", '('}, {"\xef\xbc\x89", ')'}, {"\xef\xbb\xbf", 0},
	{"\xe2\x80\x8b", 0}, {"\xe2\x80\x8c", 0}, {"\xe2\x80\x8d", 0}, {"\xe2\x80\x8e", 0},	/* directions */
	{"\xe2\x80\x8f", 0}, {"\xe2\x80\xaa", 0}, {"\xe2\x80\xab", 0}, {"\xe2\x80\xac", 0},
	{"\xe2\x80\xad", 0}, {"\xe2\x80\xae", 0}, {"\xe2\x81\xa6", 0}, {"\xe2\x81\xa7", 0},
	{"\xe2\x81\xa8", 0}, {"\xe2\x81\xa9", 0}, {"\xe2\x98\x8e", 0}, {"\xef\xb8\x8f", 0},
	{"\xf0\x9f\x93\x9e", 0}, {"\xf0\x9f\x93\xb1", 0},					/* pictures */
};

/* How many bytes the mark at AT has; 0: there is none.  *PLAIN: what it means. */
static size_t find_mark(struct span s, size_t at, char *plain)
{
	struct span rest = span_sub(s, at, s.len);

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		struct span mark = span_of(marks[i].mark);

		*plain = marks[i].plain;
		if (span_starts(rest, mark))
			return mark.len;
	}
	/* Digits of full width. */
	if (rest.len > 2 && !memcmp(rest.ptr, "\xef\xbc", 2) && (unsigned char)rest.ptr[2] >= 0x90 &&
	    (unsigned char)rest.ptr[2] <= 0x99) {
		*plain = (char)('0' + (unsigned char)rest.ptr[2] - 0x90);
		return 3;
	}
	return 0;
}

static bool is_ascii(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	}
	return true;
}

/* S with such marks made plain, in OUT where it has some. */
static struct span plain_text(struct span s, char out[TEXT_MAX])
{
	size_t len = 0;

	if (is_ascii(s))
		return span_trim(s);
	for (size_t i = 0; i < s.len; i++) {
		char plain = s.ptr[i];
		size_t mark = (unsigned char)plain < 0x80 ? 0 : find_mark(s, i, &plain);

		if (plain || !mark)
			out[len++] = mark ? plain : s.ptr[i];
		i += mark ? mark - 1 : 0;
	}
	return span_trim((struct span){out, len});
}

static bool is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static bool is_letter(char c)
{
	return (unsigned char)((c | 32) - 'a') < 26;
}

/* "Tel.: ", "Mobile ", "p. " before a number. */
static struct span cut_label(struct span s)
{
	size_t at = 0;

	while (at < s.len && (is_letter(s.ptr[at]) || s.ptr[at] == '.' || s.ptr[at] == ':' || s.ptr[at] == ' '))
		at++;
	return at < s.len ? span_sub(s, at, s.len) : s;
}

/* " (mobile)", " home" behind it. */
static struct span cut_remark(struct span s)
{
	size_t len = s.len;
	bool word = false;

	while (len && (is_letter(s.ptr[len - 1]) || s.ptr[len - 1] == ' ' || s.ptr[len - 1] == '(' ||
		       s.ptr[len - 1] == ')' || s.ptr[len - 1] == '.')) {
		word = word || is_letter(s.ptr[len - 1]);
		len--;
	}
	return word ? span_sub(s, 0, len) : s;
}

/* Words before an extension, small letters, without the dot that some have. */
static const struct span extension_words[] = {
	SPAN(";ext="), SPAN("extension"), SPAN("extn"), SPAN("ext"), SPAN("x"), SPAN("#"), SPAN("durchwahl"),
	SPAN("dw"), SPAN("app"), SPAN("apparat"), SPAN("poste"), SPAN("anexo"), SPAN("interno"), SPAN("int"),
	SPAN("ramal"), SPAN("toestel"), SPAN("tst"), SPAN("anknytning"), SPAN("wew"), SPAN("linka"), SPAN("klapka"),
	SPAN("\xd0\xb4\xd0\xbe\xd0\xb1"), SPAN(",,"), SPAN("p"),
};

/* No switchboard has longer ones. */
#define EXTENSION_MAX 7

static bool ends_nocase(struct span s, struct span end)
{
	return s.len >= end.len && span_equal_nocase(span_sub(s, s.len - end.len, end.len), end);
}

/* Cuts an extension off *S: its digits, absent: there is none. */
static struct span cut_extension(struct span *s)
{
	size_t digits = s->len;
	struct span before, extension;

	/* "(ext. 17)", ",,17#" */
	while (digits && (s->ptr[digits - 1] == ')' || s->ptr[digits - 1] == '#' || s->ptr[digits - 1] == ' '))
		digits--;
	before = span_sub(*s, 0, digits);
	while (digits && is_digit(s->ptr[digits - 1]))
		digits--;
	extension = span_sub(before, digits, s->len);
	if (!extension.len || extension.len > EXTENSION_MAX)
		return SPAN_NONE;
	before = span_trim(span_sub(*s, 0, digits));
	while (before.len && (before.ptr[before.len - 1] == '.' || before.ptr[before.len - 1] == ':'))
		before = span_trim(span_sub(before, 0, before.len - 1));
	for (size_t i = 0; i < sizeof extension_words / sizeof *extension_words; i++) {
		struct span word = extension_words[i];

		if (!ends_nocase(before, word))
			continue;
		before = span_sub(before, 0, before.len - word.len);
		if (before.len && is_letter(before.ptr[before.len - 1]))
			return SPAN_NONE;
		while (before.len && (before.ptr[before.len - 1] == ' ' || before.ptr[before.len - 1] == ',' ||
				      before.ptr[before.len - 1] == ';' || before.ptr[before.len - 1] == '('))
			before.len--;
		*s = before;
		return extension;
	}
	return SPAN_NONE;
}

/* "(0)" behind a calling code is the trunk prefix, for callers at home. */
static bool is_optional_zero(struct span s, size_t at)
{
	return at + 2 < s.len && s.ptr[at] == '(' && s.ptr[at + 1] == '0' &&
	       s.ptr[at + 2] == ')';
}

/* "447700900123.0": a column that a program took for numbers. */
static struct span cut_fraction(struct span s)
{
	size_t len = s.len;

	while (len && s.ptr[len - 1] == '0')
		len--;
	if (len == s.len || len < 8 || (s.ptr[len - 1] != '.' && s.ptr[len - 1] != ','))
		return s;
	for (size_t i = 0; i + 1 < len; i++) {
		if (!is_digit(s.ptr[i]) && !(s.ptr[i] == '+' && !i))
			return s;
	}
	return span_sub(s, 0, len - 1);
}

static bool is_filler(char c)
{
	return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' ||
	       c == '/' || c == '\t';
}

/* The digits of TEXT; false when anything else but fillers stands there. */
static bool read_digits(struct span text, struct digits *d)
{
	size_t at = 0;

	d->len = 0;
	d->plus = false;
	if (text.len > 4 && (*text.ptr | 32) == 't' &&
	    span_equal_nocase(span_sub(text, 0, 4), SPAN("tel:")))
		at = 4;
	for (; at < text.len; at++) {
		char c = text.ptr[at];

		if ((unsigned char)(c - '0') < 10) {
			if (d->len == sizeof d->text)
				return false;
			d->text[d->len++] = c;
		} else if (c == '+' && !d->len && !d->plus) {
			d->plus = true;
		} else if (d->len && (d->plus || (d->len > 2 && !memcmp(d->text, "00", 2))) &&
			   is_optional_zero(text, at)) {
			at += 2;
		} else if (!is_filler(c)) {
			return false;
		}
	}
	return d->len > 0;
}

static struct phone_region regions[PHONE_REGIONS_MAX + 1];
static size_t region_count;

/* The next word of *REST, which must fit into SIZE bytes with its end; "-" is an empty one. */
static void take_word(struct span *rest, char *to, size_t size)
{
	struct span word = span_trim(span_cut(rest, '\t'));

	if (span_equal(word, SPAN("-")))
		word.len = 0;
	assert(word.len < size);
	memcpy(to, word.ptr, word.len);
	to[word.len] = '\0';
}

static unsigned char take_count(struct span *rest)
{
	char text[3];

	take_word(rest, text, sizeof text);
	assert(text[0]);
	return (unsigned char)(text[1] ? (text[0] - '0') * 10 + text[1] - '0' : text[0] - '0');
}

/* A line of the list, which comes with the program: what is wrong in it is a mistake of ours. */
static int add_region(void *context, struct span code, struct span text, struct error *err)
{
	struct phone_region *r = &regions[region_count++];

	(void)context;
	(void)err;
	assert(region_count <= PHONE_REGIONS_MAX && code.len == 2);
	memcpy(r->code, code.ptr, 2);
	take_word(&text, r->calling, sizeof r->calling);
	take_word(&text, r->trunk, sizeof r->trunk);
	take_word(&text, r->abroad, sizeof r->abroad);
	r->min = take_count(&text);
	r->max = take_count(&text);
	return 0;
}

/*
 * What a number's first three digits say: a bit for each length that some country takes it
 * with, and the length of its calling code where all who have the code dial a trunk zero at
 * home, else 0.  Those of North America, whose islands have longer codes, go by is_american.
 */
static struct calling {
	uint16_t lengths;
	unsigned char code;
	bool other_trunk;
} callings[1000];

static void index_region(const struct phone_region *r)
{
	size_t code = strlen(r->calling);
	unsigned from = 0, width = 1;

	if (code > 3)
		return;
	for (size_t i = 0; i < 3; i++) {
		from = from * 10 + (i < code ? (unsigned)(r->calling[i] - '0') : 0);
		width *= i < code ? 1 : 10;
	}
	for (unsigned at = from; at < from + width; at++) {
		struct calling *c = &callings[at];

		for (size_t len = code + r->min; len <= code + r->max && len <= DIGITS_MAX; len++)
			c->lengths |= (uint16_t)(1u << len);
		c->code = (unsigned char)code;
		c->other_trunk = c->other_trunk || strcmp(r->trunk, "0");
	}
}

static void load_regions(void)
{
	list_read(list_builtin("phone-regions.txt"), "phone-regions.txt", add_region, NULL, NULL);
	for (const struct phone_region *r = regions; r->code[0]; r++)
		index_region(r);
}

/* Of at least three digits. */
static const struct calling *calling_of(const char *text)
{
	phone_regions();
	return &callings[(text[0] - '0') * 100 + (text[1] - '0') * 10 + text[2] - '0'];
}

const struct phone_region *phone_regions(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load_regions);
	return regions;
}

const struct phone_region *phone_region_find(struct span code)
{
	if (code.len != 2)
		return NULL;
	for (const struct phone_region *r = phone_regions(); r->code[0]; r++)
		if (span_equal_nocase(code, (struct span){r->code, 2}))
			return r;
	return NULL;
}

static bool starts_with_any(const char *text, size_t len, const char *prefix)
{
	size_t n = strlen(prefix);

	return n && len >= n && !memcmp(text, prefix, n);
}

/* Ten digits; area and exchange begin with 2 to 9. */
static bool is_american(const char *text, size_t len)
{
	return len == 10 && text[0] >= '2' && text[3] >= '2';
}

/* Does some region take the digits as a number with its calling code? */
static bool is_international(const char *text, size_t len)
{
	if (len < DIGITS_MIN || len > DIGITS_MAX)
		return false;
	if (text[0] == '1')
		return is_american(text + 1, len - 1);
	return calling_of(text)->lengths >> len & 1;
}

/* "+49 030 23125": the trunk prefix has no place behind a calling code. */
static void drop_trunk(char *text, size_t *len)
{
	const struct calling *c = *len > 3 ? calling_of(text) : NULL;
	size_t code = c && !c->other_trunk ? c->code : 0;

	if (!code || text[code] != '0')
		return;
	memmove(text + code, text + code + 1, *len - code - 1);
	--*len;
}

static void put_number(struct buf *out, const char *calling, const char *text,
		       size_t len)
{
	buf_char(out, '+');
	buf_text_put(out, calling);
	buf_put(out, text, len);
}

static bool put_national(const struct digits *d, const struct phone_region *r,
			 struct buf *out)
{
	const char *text = d->text;
	size_t len = d->len;
	size_t trunk = strlen(r->trunk);

	if (starts_with_any(text, len, r->trunk) && len - trunk >= r->min) {
		text += trunk;
		len -= trunk;
	}
	if (r->calling[0] == '1') {
		/* With its area code, or without on an island of one area. */
		if (is_american(text, len))
			put_number(out, "1", text, len);
		else if (r->calling[1] && len == 7)
			put_number(out, r->calling, text, len);
		else
			return false;
		return true;
	}
	if (len < r->min || len > r->max ||
	    len + strlen(r->calling) > DIGITS_MAX)
		return false;
	put_number(out, r->calling, text, len);
	return true;
}

/* "+1 202 555-0123", as most are: nothing but digits, blanks and dashes behind the sign. */
static bool read_usual(struct span text, struct digits *d)
{
	bool good = true;
	size_t len = 0;

	if (!text.len || text.ptr[0] != '+' || text.len > sizeof d->text)
		return false;
	for (size_t i = 1; i < text.len; i++) {
		char c = text.ptr[i];
		bool digit = is_digit(c);

		d->text[len] = c;
		len += digit;
		good &= digit | (c == ' ') | (c == '-');
	}
	d->len = len;
	d->plus = true;
	return good && len;
}

static bool put_digits(struct span text, const struct phone_region *region, struct buf *out)
{
	struct digits d;
	size_t skip = 0;

	if (!read_usual(text, &d) && !read_digits(cut_fraction(text), &d))
		return false;
	if (!d.plus) {
		if (region && starts_with_any(d.text, d.len, region->abroad))
			skip = strlen(region->abroad);
		else if (starts_with_any(d.text, d.len, "00"))
			skip = 2;
		else if (region)
			return put_national(&d, region, out);
		else
			return false;
	}
	d.len -= skip;
	drop_trunk(d.text + skip, &d.len);
	if (!is_international(d.text + skip, d.len))
		return false;
	put_number(out, "", d.text + skip, d.len);
	return true;
}

/* A plain text of one number. */
static bool put_one(struct span text, const struct phone_region *region, struct buf *out)
{
	struct span extension;

	if (put_digits(text, region, out))
		return true;
	text = cut_label(text);
	extension = cut_extension(&text);
	if (!put_digits(span_absent(extension) ? cut_remark(text) : text, region, out))
		return false;
	if (!span_absent(extension)) {
		buf_lit(out, ";ext=");
		buf_span(out, extension);
	}
	return true;
}

bool phone_normal(struct span text, const struct phone_region *region, struct buf *out)
{
	char plain[TEXT_MAX];

	if (text.len > TEXT_MAX)
		return false;
	/* Nearly all are plain. */
	return put_digits(text, region, out) || put_one(plain_text(text, plain), region, out);
}

/* The length of what may stand between two numbers at AT; 0: nothing does.  SLASH: that may, too, which
 * also stands within numbers. */
static size_t find_separator(struct span s, size_t at, bool slash)
{
	static const struct span separators[] = {
		SPAN(";"), SPAN("|"), SPAN(","), SPAN("\r\n"), SPAN("\n"), SPAN(" or "), SPAN(" and "),
		SPAN(" & "), SPAN(" oder "), SPAN(" und "), SPAN(" ou "), SPAN(" et "), SPAN(" o "), SPAN(" y "), SPAN(" e "),
	};

	for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
		if (span_equal_nocase(span_sub(s, at, separators[i].len), separators[i]))
			return separators[i].len;
	}
	return slash && s.ptr[at] == '/';
}

/* How many numbers S holds; the first goes to OUT. */
static unsigned split_numbers(struct span s, const struct phone_region *region, bool slash, struct buf *out)
{
	struct buf scratch = BUF_INIT;
	size_t from = 0, begin = out->len;
	unsigned count = 0;
	bool good = true;

	for (size_t at = 0; at <= s.len && good; at++) {
		size_t separator = at < s.len ? find_separator(s, at, slash) : 1;
		struct span part = span_trim(span_sub(s, from, at - from));

		if (!separator)
			continue;
		from = at + separator;
		at = from - 1;
		if (!part.len)
			continue;
		buf_clear(&scratch);
		good = put_one(part, region, count ? &scratch : out);
		count += good;
	}
	buf_release(&scratch);
	if (!good)
		out->len = begin;
	return good ? count : 0;
}

unsigned phone_normal_first(struct span text, const struct phone_region *region, struct buf *out)
{
	char plain[TEXT_MAX];
	struct span s;
	unsigned count;

	if (text.len > TEXT_MAX)
		return 0;
	if (put_digits(text, region, out))
		return 1;
	s = plain_text(text, plain);
	if (put_one(s, region, out))
		return 1;
	count = split_numbers(s, region, false, out);
	return count ? count : split_numbers(s, region, true, out);
}
