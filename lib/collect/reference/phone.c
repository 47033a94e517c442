#include "collect/reference/phone.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#include "collect/reference/list.h"

/* E.164 allows 15 digits; no subscriber has fewer than 7 with the code. */
#define DIGITS_MIN 7
#define DIGITS_MAX 15

struct digits {
	char text[DIGITS_MAX + 5];	/* an international prefix may come first */
	size_t len;
	bool plus;
};

/* "(0)" behind a calling code is the trunk prefix, for callers at home. */
static bool is_optional_zero(struct span s, size_t at)
{
	return at + 2 < s.len && s.ptr[at] == '(' && s.ptr[at + 1] == '0' &&
	       s.ptr[at + 2] == ')';
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
		} else if (d->plus && d->len && is_optional_zero(text, at)) {
			at += 2;
		} else if ((unsigned char)c == 0xc2 && at + 1 < text.len &&
			   (unsigned char)text.ptr[at + 1] == 0xa0) {
			at++;	/* a blank that does not break */
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

static void load_regions(void)
{
	list_read(list_builtin("phone-regions.txt"), "phone-regions.txt", add_region, NULL, NULL);
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
	for (const struct phone_region *r = phone_regions(); r->code[0]; r++) {
		size_t code = strlen(r->calling);

		if (starts_with_any(text, len, r->calling) && len - code >= r->min &&
		    len - code <= r->max)
			return true;
	}
	return false;
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

bool phone_normal(struct span text, const struct phone_region *region,
		  struct buf *out)
{
	struct digits d;
	size_t skip = 0;

	if (!read_digits(text, &d))
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
	if (!is_international(d.text + skip, d.len - skip))
		return false;
	put_number(out, "", d.text + skip, d.len - skip);
	return true;
}
