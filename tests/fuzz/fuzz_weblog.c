/*
 * Web logs of any bytes: every line is a row, a bad row or blank, wherever the text is
 * cut at a line end, and what the cells hold is fit for a record.
 *
 * The first line says the format: a name, or a notation.
 */
#include "tests/fuzz/target.h"

#include <assert.h>

#include "base/buf.h"
#include "base/mem.h"
#include "collect/weblog/log_question.h"
#include "collect/weblog/weblog.h"

struct seen {
	struct buf text;	/* all cells of all rows, and the bad ones */
	size_t lines;
};

static void take_row(void *context, const struct row *row)
{
	struct seen *s = context;

	s->lines++;
	for (size_t i = 0; i < row->count; i++) {
		const struct cell *c = &row->cells[i];

		buf_u64(&s->text, (uint64_t)c->kind);
		buf_span(&s->text, c->text);
		buf_char(&s->text, '\0');
		assert(c->kind != CELL_NONE || !c->text.len);
		assert(!memchr(c->text.ptr, '\0', c->text.len));
		assert(span_is_utf8(c->text));
	}
}

static void take_bad(void *context, struct span raw, uint64_t line,
		     const struct error *why)
{
	struct seen *s = context;

	assert(raw.len && line && why->kind == ERROR_DATA);
	s->lines++;
	buf_text_put(&s->text, why->message);
}

static void take_blank(void *context, struct span raw)
{
	struct seen *s = context;

	assert(raw.len);
	s->lines++;
}

/* TEXT in two parts, the first of CUT bytes. */
static struct seen read_parts(struct weblog *log, struct span text, size_t cut)
{
	struct seen s = {.text = BUF_INIT};
	struct rows_calls calls = {take_row, take_bad, take_blank, &s};
	struct weblog_reader *r = weblog_reader_new(log, SPAN(""), &calls);
	struct span parts[2] = {span_sub(text, 0, cut), span_sub(text, cut, text.len)};
	uint64_t line = 1;

	for (int i = 0; i < 2; i++) {
		struct census census = census_take(parts[i]);

		weblog_read(r, weblog_before(log, parts[i]), parts[i], &census, &line);
	}
	assert(line == s.lines + 1);
	weblog_reader_free(r);
	return s;
}

static struct weblog *open_log(struct span first, struct span text)
{
	struct buf format = BUF_INIT;
	struct weblog *log;

	buf_span(&format, span_sub(first, 0, span_find_byte(first, '\0')));
	log = weblog_is_name(buf_text(&format)) ?
		weblog_new(buf_text(&format), NULL, text, NULL) :
		weblog_new(NULL, buf_text(&format), text, NULL);
	buf_release(&format);
	return log;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span text = {size ? (const char *)data : "", size};
	struct span first = span_cut(&text, '\n');
	const char *middle;
	struct weblog *log;
	struct seen whole;

	if (span_absent(text))
		return 0;
	if (!weblog_sniff(text))
		weblog_ask(text, NULL);
	log = open_log(first, text);
	if (!log)
		return 0;
	whole = read_parts(log, text, text.len);
	weblog_free(log);
	middle = memchr(text.ptr + text.len / 2, '\n', text.len - text.len / 2);
	if (middle) {
		struct seen parts;

		log = open_log(first, text);
		parts = read_parts(log, text, (size_t)(middle - text.ptr) + 1);
		assert(span_equal(buf_view(&whole.text), buf_view(&parts.text)));
		buf_release(&parts.text);
		weblog_free(log);
	}
	buf_release(&whole.text);
	return 0;
}
