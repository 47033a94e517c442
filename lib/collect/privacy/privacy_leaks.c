#include "collect/privacy/privacy_leaks.h"

#include <string.h>

#include "base/buf.h"

static bool is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static bool is_letter(char c)
{
	return (unsigned char)((c | 32) - 'a') < 26 || (unsigned char)c >= 0x80;
}

/* Does a domain begin S: labels with points between, the last of two letters at least? */
static bool starts_domain(struct span s)
{
	size_t label = 0, letters = 0, labels = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '.' && label) {
			labels++;
			label = letters = 0;
		} else if (is_letter(c) || is_digit(c) || (c == '-' && label)) {
			label++;
			letters += is_letter(c);
		} else {
			break;
		}
	}
	/* "x@example.com." ends a sentence. */
	return label ? labels && letters >= 2 : labels > 1;
}

bool privacy_holds_email(struct span text)
{
	for (size_t i = 1; i < text.len; i++) {
		bool coded = text.ptr[i] == '%' && span_starts(span_sub(text, i, 3), SPAN("%40"));

		if ((text.ptr[i] == '@' || coded) && (is_letter(text.ptr[i - 1]) || is_digit(text.ptr[i - 1])) &&
		    starts_domain(span_sub(text, i + (coded ? 3 : 1), text.len)))
			return true;
	}
	return false;
}

/* The digits of a number that begins S. */
static size_t count_digits(struct span s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (is_digit(s.ptr[i]))
			digits++;
		else if (!s.ptr[i] || !strchr(" -.()/", s.ptr[i]))
			break;
	}
	return digits;
}

bool privacy_holds_phone(struct span text)
{
	for (size_t i = 0; i + 8 < text.len; i++) {
		size_t digits;

		if (text.ptr[i] != '+' || text.ptr[i + 1] < '1' || text.ptr[i + 1] > '9' ||
		    (i && (is_letter(text.ptr[i - 1]) || is_digit(text.ptr[i - 1]))))
			continue;
		digits = count_digits(span_sub(text, i + 1, text.len));
		if (digits >= 9 && digits <= 15)
			return true;
	}
	return false;
}

static void note_leak(struct privacy_counts *c, const char *what, struct span section, struct span path)
{
	struct buf key = BUF_INIT;

	buf_text_put(&key, what);
	buf_char(&key, '\0');
	buf_span(&key, section);
	buf_char(&key, '.');
	buf_span(&key, path);
	if (c->leaks.count < PRIVACY_LEAKS_MAX || map_find(&c->leaks, buf_view(&key)) != MAP_NONE) {
		size_t at = map_put(&c->leaks, buf_view(&key), NULL);

		c->leaks.entries[at].number++;
	}
	buf_release(&key);
}

void privacy_watch(const struct privacy *p, struct span section, struct span path, struct span text,
		   struct privacy_counts *c)
{
	/* Crawlers have their operators' addresses there. */
	if (span_equal(path, SPAN("user_agent")))
		return;
	if (p->hides_email && privacy_holds_email(text))
		note_leak(c, "email", section, path);
	if (p->hides_phone && privacy_holds_phone(text))
		note_leak(c, "phone", section, path);
}
