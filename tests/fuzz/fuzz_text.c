/* Spans, cleaning and quoting: what must hold for any bytes. */
#include "tests/fuzz/target.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"

/* The fast answer is the one that reading character by character gives. */
static void check_utf8(struct span text)
{
	size_t at = 0;
	size_t len = 1;

	while (at < text.len && len) {
		uint32_t point;

		len = span_utf8_char(span_sub(text, at, text.len), &point);
		at += len;
	}
	assert(span_is_utf8(text) == (at == text.len));
}

/* Cleaned text is UTF-8, no longer than before, and clean. */
static void check_clean(struct span text)
{
	struct buf once = BUF_INIT;
	struct buf twice = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	error_clean(text, &once);
	error_clean(buf_view(&once), &twice);
	assert(span_is_utf8(buf_view(&once)));
	assert(once.len <= text.len);
	assert(span_equal(buf_view(&once), buf_view(&twice)));
	for (size_t i = 0; i < once.len; i++)
		assert((unsigned char)once.ptr[i] >= ' ');
	error_quote(text, quoted);
	assert(span_starts(buf_view(&once),
			   span_sub(span_of(quoted + 1), 0,
				    once.len <= 60 ? once.len : 56)));
	buf_release(&once);
	buf_release(&twice);
}

/* The pieces and the separators between them are the text. */
static void check_cut(struct span text)
{
	struct span rest = text;
	struct buf joined = BUF_INIT;

	while (!span_absent(rest)) {
		buf_span(&joined, span_cut(&rest, ','));
		if (!span_absent(rest))
			buf_char(&joined, ',');
	}
	assert(span_equal(buf_view(&joined), text));
	buf_release(&joined);
}

/* A number that is read is printed as it was, but for leading zeros. */
static void check_number(struct span text)
{
	struct buf printed = BUF_INIT;
	uint64_t number;

	if (!span_number(text, &number))
		return;
	while (text.len > 1 && *text.ptr == '0')
		text = span_sub(text, 1, text.len);
	buf_u64(&printed, number);
	assert(span_equal(buf_view(&printed), text));
	buf_release(&printed);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const char *const words[] = {"recency", "orders", "id", NULL};
	struct span text = {size ? (const char *)data : "", size};
	struct span trimmed = span_trim(text);

	check_utf8(text);
	check_clean(text);
	check_cut(text);
	check_number(text);
	assert(span_equal(span_trim(trimmed), trimmed));
	assert(span_find(text, trimmed) <= (size_t)(trimmed.ptr - text.ptr));
	error_suggest(text, words);
	return 0;
}
