#include "understand/report/partial.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"
#include "record/stream.h"
#include "record/text.h"
#include "time/moment.h"

struct partial {
	struct buf *out;	/* writing */
	uint64_t lines;		/* of this summary */
	struct error err;
	bool failed;

	/* Reading. */
	struct stream *stream;	/* NULL: it writes */
	struct stream_block block;
	struct stream_lines walk;
	bool any;		/* there is a block */
	bool inside;		/* of a summary: its last line has not come */
	const char *file;
	uint64_t number;
	size_t operand;
	struct buf key, text, raw;
};

struct partial *partial_writer(struct buf *out)
{
	struct partial *p = mem_zero(1, sizeof *p);

	p->out = out;
	return p;
}

struct partial *partial_reader(char *const *paths, size_t count, struct error *err)
{
	struct partial *p;
	struct stream *stream = stream_open(paths, count, err);

	if (!stream)
		return NULL;
	p = mem_zero(1, sizeof *p);
	p->stream = stream;
	return p;
}

void partial_free(struct partial *p)
{
	if (!p)
		return;
	if (p->stream)
		stream_close(p->stream);
	stream_block_release(&p->block);
	buf_release(&p->key);
	buf_release(&p->text);
	buf_release(&p->raw);
	mem_free(p);
}

bool partial_reads(const struct partial *p)
{
	return p->stream;
}

bool partial_failed(const struct partial *p)
{
	return p->failed;
}

void partial_fail(struct partial *p, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	if (p->failed)
		return;
	p->failed = true;
	va_start(ap, format);
	buf_vprintf(&text, format, ap);
	va_end(ap);
	error_failed(&p->err, "%s", buf_text(&text));
	if (p->file)
		error_place(&p->err, p->file, p->number, 0);
	buf_release(&text);
}

static int give_error(const struct partial *p, struct error *err)
{
	if (err)
		*err = p->err;
	return -1;
}

/* ---- lines ---- */

/* Every byte: those that JSON or people could mistake, and such as are no UTF-8, as %XX. */
static void put_bytes(struct buf *out, struct span bytes)
{
	bool utf8 = span_is_utf8(bytes);

	buf_char(out, '"');
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.ptr[i];

		if (c < 0x20 || c == 0x7f || c == '%' || (c >= 0x80 && !utf8))
			buf_printf(out, "%%%02x", c);
		else if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else
			buf_char(out, (char)c);
	}
	buf_char(out, '"');
}

static int nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct span take_bytes(struct partial *p, struct value v, struct buf *to)
{
	struct span text;

	if (v.kind != VALUE_TEXT)
		return SPAN_NONE;
	buf_clear(&p->raw);
	text = value_text(v, &p->raw);
	buf_clear(to);
	for (size_t i = 0; i < text.len; i++) {
		int high = text.ptr[i] == '%' && i + 2 < text.len ? nibble(text.ptr[i + 1]) : -1;

		if (text.ptr[i] != '%') {
			buf_char(to, text.ptr[i]);
		} else if (high >= 0 && nibble(text.ptr[i + 2]) >= 0) {
			buf_char(to, (char)(high << 4 | nibble(text.ptr[i + 2])));
			i += 2;
		} else {
			partial_fail(p, "is no summary that this toolkit wrote: a key has a bare %%");
		}
	}
	return buf_view(to);
}

/* The next line that is not blank; 0 at the end of all files, -1 after a failure. */
static int read_line(struct partial *p, struct span *line)
{
	while (!p->any || !stream_lines_next(&p->walk, line, &p->number)) {
		int got = stream_block(p->stream, &p->block, &p->err);

		if (got < 0)
			p->failed = true;
		if (got <= 0)
			return got;
		stream_lines_start(&p->walk, &p->block);
		if (p->inside && p->any && p->block.operand != p->operand) {
			partial_fail(p, "the summary is cut: its last line is missing");
			return -1;
		}
		p->any = true;
		p->operand = p->block.operand;
		p->file = p->block.file;
	}
	return 1;
}

static int read_value(struct partial *p, struct value *v)
{
	struct span line;
	int got = p->failed ? -1 : read_line(p, &line);

	if (got <= 0)
		return got;
	if (scan_whole(line, v, &p->err)) {
		stream_fault(&p->walk, line, p->number, &p->err);
		p->err.kind = ERROR_FAILED;
		p->failed = true;
		return -1;
	}
	p->lines++;
	return 1;
}

/* A line inside of a summary; false after a failure. */
static bool expect_line(struct partial *p, struct value *v, const char *of)
{
	int got = read_value(p, v);

	if (!got)
		partial_fail(p, "the summary is cut: '%s' is missing", of);
	else if (got > 0 && !value_is_text(value_member(*v, SPAN("of")), span_of(of)))
		partial_fail(p, "is no summary of this report: '%s' should be here", of);
	return !p->failed;
}

static void begin_line(struct partial *p, const char *of)
{
	p->lines++;
	buf_printf(p->out, "{\"of\":\"%s\"", of);
}

static void end_line(struct partial *p)
{
	buf_lit(p->out, "}\n");
}

/* ---- first and last ---- */

void partial_put_head(struct partial *p, struct span head)
{
	p->lines = 1;
	buf_printf(p->out, "{\"type\":\"report_summary\",\"version\":%d,", PARTIAL_VERSION);
	buf_span(p->out, head);
	end_line(p);
}

static bool is_head(struct partial *p, struct value v)
{
	struct buf text = BUF_INIT;
	uint64_t version;

	if (!value_is_text(value_member(v, SPAN("type")), SPAN("report_summary")))
		partial_fail(p, value_is_text(value_member(v, SPAN("type")), SPAN("profile")) ?
			     "are profiles, and --combine reads summaries: cdp-report --partial FILE makes one of them" :
			     "is no summary of cdp-report --partial");
	else if (!span_number(value_text(value_member(v, SPAN("version")), &text), &version) || version != PARTIAL_VERSION)
		partial_fail(p, "is a summary of another version of cdp-report: make it again");
	buf_release(&text);
	return !p->failed;
}

int partial_next_head(struct partial *p, struct value *head, const char **file, struct error *err)
{
	int got;

	p->lines = 0;
	got = read_value(p, head);
	if (!got)
		return 0;
	if (got < 0 || !is_head(p, *head))
		return give_error(p, err);
	p->inside = true;
	*file = p->file;
	return 1;
}

int partial_end(struct partial *p, struct error *err)
{
	uint64_t lines = p->lines, said;
	struct buf text = BUF_INIT;
	struct value v;

	if (!partial_reads(p) && !p->failed) {
		begin_line(p, "end");
		buf_printf(p->out, ",\"lines\":%" PRIu64, lines);
		end_line(p);
	} else if (expect_line(p, &v, "end")) {
		if (!span_number(value_text(value_member(v, SPAN("lines")), &text), &said) || said != lines)
			partial_fail(p, "the summary has lost lines");
		p->inside = false;
	}
	buf_release(&text);
	return p->failed ? give_error(p, err) : 0;
}

/* ---- rows ---- */

void partial_section(struct partial *p, const char *name)
{
	struct value v;

	if (p->failed)
		return;
	if (!partial_reads(p)) {
		begin_line(p, "report");
		buf_printf(p->out, ",\"report\":\"%s\"", name);
		end_line(p);
	} else if (expect_line(p, &v, "report") && !value_is_text(value_member(v, SPAN("report")), span_of(name))) {
		partial_fail(p, "is no summary of '%s'", name);
	}
}

size_t partial_rows(struct partial *p, const char *of, size_t count)
{
	struct buf text = BUF_INIT;
	uint64_t rows = count;
	struct value v;

	if (p->failed)
		return 0;
	if (!partial_reads(p)) {
		begin_line(p, of);
		buf_printf(p->out, ",\"rows\":%zu", count);
		end_line(p);
	} else if (expect_line(p, &v, of) && !span_number(value_text(value_member(v, SPAN("rows")), &text), &rows)) {
		partial_fail(p, "the summary does not say how many rows '%s' has", of);
	}
	buf_release(&text);
	return p->failed ? 0 : (size_t)rows;
}

void partial_put(struct partial *p, const char *of, const struct partial_row *row)
{
	size_t count = row->count;

	if (p->failed)
		return;
	begin_line(p, of);
	if (!span_absent(row->key)) {
		buf_lit(p->out, ",\"key\":");
		put_bytes(p->out, row->key);
	}
	while (count && !row->numbers[count - 1].digits)
		count--;
	if (count)
		buf_lit(p->out, ",\"numbers\":[");
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(p->out, ',');
		decimal_put(p->out, row->numbers[i]);
	}
	if (count)
		buf_char(p->out, ']');
	if (!span_absent(row->text)) {
		buf_lit(p->out, ",\"text\":");
		put_bytes(p->out, row->text);
	}
	end_line(p);
}

/* Those at the end that are 0 are not written. */
static bool take_numbers(struct value list, size_t count, struct partial_row *row)
{
	struct value element;
	struct scan s;
	size_t had = 0;

	row->count = count;
	for (size_t i = 0; i < count; i++)
		row->numbers[i] = DECIMAL_ZERO;
	if (list.kind == VALUE_NONE)
		return true;
	scan_start(&s, list.raw);
	if (list.kind != VALUE_ARRAY || scan_enter(&s, '[', NULL))
		return false;
	while (scan_element(&s, &element, NULL) > 0)
		if (had == count || element.kind != VALUE_NUMBER || !decimal_parse(element.raw, &row->numbers[had++]))
			return false;
	return true;
}

bool partial_take(struct partial *p, const char *of, size_t count, struct partial_row *row)
{
	struct value v;

	if (!expect_line(p, &v, of))
		return false;
	if (!take_numbers(value_member(v, SPAN("numbers")), count, row))
		partial_fail(p, "'%s' has more than %zu numbers here, or what is none", of, count);
	row->key = take_bytes(p, value_member(v, SPAN("key")), &p->key);
	row->text = take_bytes(p, value_member(v, SPAN("text")), &p->text);
	return !p->failed;
}

__int128 partial_whole(struct partial *p, struct decimal number)
{
	if (number.scale)
		partial_fail(p, "a number that should be whole is not");
	return number.digits;
}

uint64_t partial_natural(struct partial *p, struct decimal number)
{
	__int128 whole = partial_whole(p, number);

	if (whole < 0 || whole > UINT64_MAX)
		partial_fail(p, "a count is below 0 or too large");
	return p->failed ? 0 : (uint64_t)whole;
}

/* ---- what most reports have ---- */

void partial_counts(struct partial *p, const char *of, uint64_t *list, size_t count)
{
	struct partial_row row = {.count = count};

	for (size_t i = 0; i < count; i++)
		row.numbers[i] = partial_wide(list[i]);
	if (!partial_reads(p)) {
		partial_put(p, of, &row);
		return;
	}
	if (!partial_take(p, of, count, &row))
		return;
	for (size_t i = 0; i < count; i++)
		list[i] += partial_natural(p, row.numbers[i]);
}

/* One number, or none for MOMENT_NONE. */
static bool carry_moment(struct partial *p, const char *of, int64_t *moment)
{
	struct partial_row row = {.count = 2, .numbers = {partial_wide(*moment != MOMENT_NONE), partial_wide(*moment == MOMENT_NONE ? 0 : *moment)}};

	if (!partial_reads(p)) {
		partial_put(p, of, &row);
		return false;
	}
	if (!partial_take(p, of, 2, &row) || !row.numbers[0].digits)
		return false;
	*moment = (int64_t)partial_whole(p, row.numbers[1]);
	return !p->failed;
}

void partial_first(struct partial *p, const char *of, int64_t *moment)
{
	int64_t other = *moment;

	if (carry_moment(p, of, &other) && (*moment == MOMENT_NONE || other < *moment))
		*moment = other;
}

void partial_last(struct partial *p, const char *of, int64_t *moment)
{
	int64_t other = *moment;

	if (carry_moment(p, of, &other) && (*moment == MOMENT_NONE || other > *moment))
		*moment = other;
}

void partial_flag(struct partial *p, const char *of, bool *flag)
{
	uint64_t number = *flag;

	partial_count(p, of, &number);
	*flag = number > 0;
}

static void put_tally(struct partial *p, const char *of, struct tally *t)
{
	tally_sort_by_key(t);
	for (size_t i = 0; i < tally_size(t); i++) {
		const struct tally_row *from = &t->rows[i];
		struct partial_row row = {.key = from->key, .text = from->example, .count = TALLY_COUNTS + 1};

		for (int k = 0; k < TALLY_COUNTS; k++)
			row.numbers[k] = partial_wide(from->counts[k]);
		row.numbers[TALLY_COUNTS] = from->money;
		partial_put(p, of, &row);
	}
}

static void take_tally_row(struct partial *p, struct tally *t, const struct partial_row *row)
{
	struct tally_row *to;

	if (span_absent(row->key)) {
		partial_fail(p, "a key is missing");
		return;
	}
	to = tally_row(t, row->key);
	for (int k = 0; k < TALLY_COUNTS; k++)
		to->counts[k] += partial_natural(p, row->numbers[k]);
	if (!decimal_add(to->money, row->numbers[TALLY_COUNTS], &to->money))
		partial_fail(p, "a sum of money has more than 38 digits");
	if (!span_absent(row->text))
		tally_example(t, to, row->text);
}

void partial_tally(struct partial *p, const char *of, struct tally *t)
{
	size_t count = partial_rows(p, of, tally_size(t));
	struct partial_row row;

	if (!partial_reads(p)) {
		put_tally(p, of, t);
		return;
	}
	for (size_t i = 0; i < count && partial_take(p, of, TALLY_COUNTS + 1, &row); i++)
		take_tally_row(p, t, &row);
}

static int compare_places(const void *a, const void *b, void *map)
{
	const struct map *m = map;

	return span_compare(m->entries[*(const size_t *)a].key, m->entries[*(const size_t *)b].key);
}

size_t *partial_order(const struct map *m)
{
	size_t *order = mem_zero(m->count + 1, sizeof *order);

	for (size_t i = 0; i < m->count; i++)
		order[i] = i;
	qsort_r(order, m->count, sizeof *order, compare_places, (void *)(uintptr_t)m);
	return order;
}

static void put_map(struct partial *p, const char *of, const struct map *m)
{
	size_t *order = partial_order(m);

	for (size_t i = 0; i < m->count; i++) {
		const struct map_entry *e = &m->entries[order[i]];
		struct partial_row row = {.key = e->key, .text = SPAN_NONE, .numbers = {partial_wide(e->number)}, .count = 1};

		partial_put(p, of, &row);
	}
	mem_free(order);
}

void partial_map(struct partial *p, const char *of, struct map *m)
{
	size_t count = partial_rows(p, of, m->count);
	struct partial_row row;

	if (!partial_reads(p)) {
		put_map(p, of, m);
		return;
	}
	for (size_t i = 0; i < count && partial_take(p, of, 1, &row); i++) {
		size_t at = map_put(m, row.key, NULL);

		m->entries[at].number += partial_natural(p, row.numbers[0]);
	}
}
