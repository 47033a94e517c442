/*
 * CSV whatever its bytes: the short cuts agree with libcsv, and
 * records, rejects and counts do not depend on how the text is cut into blocks
 * or on the number of workers.
 */
#include "base/buf.h"
#include "collect/rows/census.h"
#include "collect/rows/quoted.h"
#include "collect/rows/rows.h"
#include "collect/rows/split.h"
#include "tests/unit/ingest_run.h"
#include "tests/unit/support.h"

#define ROOM 8

static const struct dialect dialect = {.delimiter = ',', .quote = '"'};

/* Text of LEN bytes out of LETTERS. */
static void fill(struct buf *b, uint64_t *seed, const char *letters, size_t len)
{
	size_t count = strlen(letters);

	buf_clear(b);
	while (b->len < len)
		buf_char(b, letters[support_below(seed, count)]);
}

static void put_cells(struct buf *out, const struct cell *cells, size_t count)
{
	for (size_t i = 0; i < count && i < ROOM; i++) {
		buf_char(out, cells[i].kind == CELL_NONE ? '0' : '1');
		buf_char(out, '<');
		buf_span(out, cells[i].text);
		buf_char(out, '>');
	}
	buf_printf(out, "%zu\n", count);
}

/* No cell holds anything: no row for us. */
static bool is_blank(struct span raw, const struct cell *cells, size_t count)
{
	for (size_t i = 0; i < count && i < ROOM; i++)
		if (span_trim(cells[i].text).len)
			return false;
	for (size_t i = 0; count > ROOM && i < raw.len; i++)
		if (!memchr(", \t\r\n", raw.ptr[i], 5))
			return false;
	return true;
}

/* By libcsv, a line after another. */
static void by_libcsv(struct span text, struct buf *out)
{
	struct quoted *q = quoted_new(',', ROOM);
	const char *p = text.ptr;
	const char *end = p + text.len;
	struct cell cells[ROOM];
	size_t count;

	while (p < end) {
		const char *next = census_line_end(p, end);

		quoted_start(q, false);
		if (quoted_line(q, span_between(p, next), next == end, cells,
				&count) == QUOTED_ROW && !is_blank(span_between(p, next), cells, count))
			put_cells(out, cells, count);
		p = next;
	}
	quoted_free(q);
}

static struct buf rows_out;

static void take_row(void *context, const struct row *row)
{
	(void)context;
	put_cells(&rows_out, row->cells, row->count);
}

static void take_bad(void *context, struct span raw, uint64_t line,
		     const struct error *why)
{
	(void)context;
	(void)raw;
	(void)line;
	(void)why;
	fail_msg("a row without quotes was refused");
}

static void take_blank(void *context, struct span raw)
{
	(void)context;
	(void)raw;
}

static void by_short_cut(struct span text, struct buf *out)
{
	struct rows_calls calls = {take_row, take_bad, take_blank, NULL};
	struct rows *r = rows_new(&dialect, ROOM, &calls);
	struct census census = census_take(text);
	uint64_t line = 0;

	buf_clear(&rows_out);
	assert_int_equal(rows_read(r, text, &census, true, SIZE_MAX, &line),
			 text.len);
	/* A last line without its end is a line. */
	assert_int_equal(line, census_lines(text) +
			       !(text.ptr[text.len - 1] == '\n' ||
				 text.ptr[text.len - 1] == '\r'));
	buf_span(out, buf_view(&rows_out));
	rows_free(r);
}

static void test_short_cut_is_libcsv(void **state)
{
	static const char *const alphabets[] = {
		"ab,\n", "a,,,\n\n", "abcdefgh,\r\n", "a\xc3\xbc,;\t\n", "a,\r",
	};
	struct buf text = BUF_INIT, fast = BUF_INIT, slow = BUF_INIT;
	uint64_t seed = support_seed(1);

	(void)state;
	for (int i = 0; i < 4000; i++) {
		fill(&text, &seed, alphabets[i % 5], support_below(&seed, 300) + 1);
		buf_clear(&fast);
		buf_clear(&slow);
		by_short_cut(buf_view(&text), &fast);
		by_libcsv(buf_view(&text), &slow);
		if (!span_equal(buf_view(&fast), buf_view(&slow)))
			fail_msg("round %d: the short cut gives\n%s\nlibcsv\n%s",
				 i, buf_text(&fast), buf_text(&slow));
	}
	buf_release(&text);
	buf_release(&fast);
	buf_release(&slow);
	buf_release(&rows_out);
}

/* Records of text with quotes, by libcsv alone: one that fails costs its first line. */
static void records_by_libcsv(struct span text, struct buf *out)
{
	struct quoted *q = quoted_new(',', ROOM);
	const char *p = text.ptr;
	const char *end = p + text.len;
	struct cell cells[ROOM];
	size_t count = 0;

	while (p < end) {
		const char *next = p;
		enum quoted_result got = QUOTED_STRAY;

		/* libcsv passes over empty lines, wherever they stand. */
		if (*p == '\n' || *p == '\r') {
			p = census_line_end(p, end);
			continue;
		}
		for (int stray = 0; stray < 2 && got == QUOTED_STRAY; stray++) {
			quoted_start(q, stray);
			next = p;
			do {
				const char *line = next;

				next = census_line_end(line, end);
				got = quoted_line(q, span_between(line, next), next == end,
						  cells, &count);
			} while (got == QUOTED_MORE && next < end);
		}
		if (got != QUOTED_ROW) {
			buf_lit(out, "bad\n");
			next = census_line_end(p, end);
		} else if (!is_blank(span_between(p, next), cells, count)) {
			put_cells(out, cells, count);
		}
		p = next;
	}
	quoted_free(q);
}

/* What is called plain needs no escape. */
static void note_row(void *context, const struct row *row)
{
	size_t *plain = context;

	for (size_t i = 0; i < row->count && i < ROOM; i++) {
		struct span s = row->cells[i].text;

		if (row->plains ? !row->plains[i] : !row->plain)
			continue;
		++*plain;
		for (size_t k = 0; k < s.len; k++)
			assert_true((unsigned char)s.ptr[k] >= ' ' && s.ptr[k] != '"' &&
				    s.ptr[k] != '\\');
	}
	put_cells(&rows_out, row->cells, row->count);
}

static void note_bad(void *context, struct span raw, uint64_t line,
		     const struct error *why)
{
	(void)context;
	(void)raw;
	(void)line;
	(void)why;
	buf_lit(&rows_out, "bad\n");
}

static void test_quoted_short_cut_is_libcsv(void **state)
{
	static const char *const alphabets[] = {
		"ab,\"\n", "aaaa\",\n\r", "\"\",,\n", "abcdef\\,\"\x02\n", "\",\n",
		"abcdefghijklmnopqrst\"\"\",,,\n",
	};
	struct buf text = BUF_INIT, slow = BUF_INIT;
	size_t plain = 0;
	struct rows_calls calls = {note_row, note_bad, take_blank, &plain};
	uint64_t seed = support_seed(17);

	(void)state;
	for (int i = 0; i < 30000; i++) {
		struct rows *r = rows_new(&dialect, ROOM, &calls);
		struct census census;
		uint64_t line = 0;

		fill(&text, &seed, alphabets[i % 6], support_below(&seed, 200) + 1);
		/* Most cells as a writer of CSV quotes them. */
		for (size_t k = 0; i % 2 && k + 3 < text.len; k++)
			if (text.ptr[k] == ',' && support_below(&seed, 2))
				memcpy(text.ptr + k, "\",\"", 3);
		census = census_take(buf_view(&text));
		buf_clear(&rows_out);
		buf_clear(&slow);
		assert_int_equal(rows_read(r, buf_view(&text), &census, true, SIZE_MAX,
					   &line), text.len);
		records_by_libcsv(buf_view(&text), &slow);
		if (!span_equal(buf_view(&rows_out), buf_view(&slow)))
			fail_msg("round %d: of\n%s\nthe short cut gives\n%s\nlibcsv\n%s", i,
				 buf_text(&text), buf_text(&rows_out), buf_text(&slow));
		rows_free(r);
	}
	assert_true(plain > 10000);
	buf_release(&text);
	buf_release(&slow);
	buf_release(&rows_out);
}

static void check_balance(const struct ingest_counts *c)
{
	assert_int_equal(c->rows, c->mapped + c->folded + c->duplicate +
				  c->rejected + c->ignored);
}

/*
 * The rows of TEXT by the rule alone: a record begins with a physical line; one
 * that fails costs its first line.  Written without libcsv, blocks or workers.
 */
struct model {
	uint64_t good;
	uint64_t bad;
	uint64_t blank;
};

static size_t line_end(struct span t, size_t at)
{
	return (size_t)(census_line_end(t.ptr + at, t.ptr + t.len) - t.ptr);
}

/* Behind the record at AT, *CELLS, and are they *FILLED; or 0 when it cannot be read. */
static size_t model_record(struct span t, size_t at, size_t *cells, bool *filled)
{
	enum { BEGIN, PLAIN, QUOTED, BEHIND } place = BEGIN;

	*cells = 1;
	*filled = false;
	for (; at < t.len; at++) {
		char c = t.ptr[at];
		bool end = c == '\n' || c == '\r';

		if (place == QUOTED)
			*filled |= !end && (c != '"' || (at + 1 < t.len && t.ptr[at + 1] == '"'));
		else
			*filled |= !end && c != ',' && (c != '"' || place != BEGIN);
		if (place == QUOTED) {
			if (c == '"' && at + 1 < t.len && t.ptr[at + 1] == '"')
				at++;
			else if (c == '"')
				place = BEHIND;
		} else if (end) {
			return line_end(t, at);
		} else if (c == ',') {
			++*cells;
			place = BEGIN;
		} else if (place == BEHIND) {
			return 0;
		} else {
			place = place == BEGIN && c == '"' ? QUOTED : PLAIN;
		}
	}
	return place == QUOTED ? 0 : t.len;
}

/* Does RECORD end with COUNT commas? */
static bool ends_with_commas(struct span record, size_t count)
{
	size_t at = record.len;

	while (at > 0 && (record.ptr[at - 1] == '\n' || record.ptr[at - 1] == '\r'))
		at--;
	while (at > 0 && count && record.ptr[at - 1] == ',') {
		at--;
		count--;
	}
	return !count;
}

static struct model model_of(struct span t, size_t at, size_t columns)
{
	struct model m = {0, 0, 0};

	while (at < t.len) {
		size_t stop = line_end(t, at);
		struct span line = span_trim(span_sub(t, at, stop - at));
		size_t cells;
		bool filled;
		size_t next = model_record(t, at, &cells, &filled);

		/* Cells that no header names are not decoded. */
		filled |= next && cells > columns + 1 && memchr(line.ptr, '"', line.len);
		if (!line.len || (next && !filled)) {
			m.blank++;
			next = line.len ? next : stop;
		} else if (!next || cells < columns ||
			   (cells > columns &&
			    !ends_with_commas(span_sub(t, at, next - at), cells - columns))) {
			m.bad++;
			next = next ? next : stop;
		} else {
			m.good++;
		}
		at = next;
	}
	return m;
}

/* A table of which nothing is known would be a question. */
static void add_event(struct mapping *m)
{
	assert_int_equal(mapping_add(m, "event='e'", NULL), 0);
}

/* SAMPLE: rows that the plan is made from; 0: as usual. */
static void check_text(struct span text, const struct mapping *m, bool model,
		       uint64_t sample)
{
	static const struct {
		unsigned jobs;
		size_t block;
	} ways[] = {{1, 16}, {1, 33}, {3, 24}, {4, 64}, {2, 200}};
	struct ingest_run whole = {0}, other = {0};

	ingest_run_text(text, m, 1, 0, sample, &whole);
	if (!whole.failed)
		check_balance(&whole.counts);
	if (model) {
		struct model want = model_of(text, line_end(text, 0), 2);

		if (whole.counts.mapped != want.good ||
		    whole.counts.rejected != want.bad ||
		    whole.counts.ignored != want.blank)
			fail_msg("\"%.*s\": %d good, %d bad, %d blank; the rule says %d, %d, %d",
				 SPAN_ARG(text), (int)whole.counts.mapped,
				 (int)whole.counts.rejected, (int)whole.counts.ignored,
				 (int)want.good, (int)want.bad, (int)want.blank);
	}
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		ingest_run_text(text, m, ways[i].jobs, ways[i].block, sample, &other);
		if (!ingest_run_same(&whole, &other))
			fail_msg("blocks of %zu: \"%.*s\" gives\n%s%s\nnot\n%s%s",
				 ways[i].block, SPAN_ARG(text),
				 buf_text(&other.records), buf_text(&other.rejects),
				 buf_text(&whole.records), buf_text(&whole.rejects));
	}
	ingest_run_release(&whole);
	ingest_run_release(&other);
}

static void test_blocks_do_not_matter(void **state)
{
	static const char *const alphabets[] = {
		"\",\n", "a\",\n", "aab\",,\n\n", "ab,\n", "a\",\n\r", "\"\"a,\r\n",
		"abcdefgh\",\n", "ab,\"\n\n\n",
	};
	struct mapping m = MAPPING_INIT;
	struct buf text = BUF_INIT, body = BUF_INIT;
	uint64_t seed = support_seed(7);

	(void)state;
	m.set.delimiter = ",";
	add_event(&m);
	for (int i = 0; i < 1500; i++) {
		buf_clear(&text);
		buf_lit(&text, "x,y\n");
		fill(&body, &seed, alphabets[i % 8], support_below(&seed, 400) + 1);
		buf_span(&text, buf_view(&body));
		check_text(buf_view(&text), &m, true, 0);
	}
	mapping_release(&m);
	buf_release(&text);
	buf_release(&body);
}

/* The same of other dialects, and of files that do not say theirs, with lines above the header. */
static void test_blocks_do_not_matter_to_dialects(void **state)
{
	static const char *const alphabets[] = {
		"\"\t\n", "a\"\t\n", "ab\t\"\n\n", "a'\t\n", "'1\t,\n", "a\\\"\t\n",
		"a \"\t\n", "=\"1\t\n", "a\"\t\n\r", "1\t@\"\n",
	};
	static const char *const delimiters[] = {"tab", ",", NULL};
	static const char *const quotes[] = {NULL, "single", "backslash", "none"};
	static const char *const heads[] = {"x\ty\n", "x,y\n", "Report\nemail\ttotal\n", "sep=\t\nx\ty\n", ""};
	struct buf text = BUF_INIT, body = BUF_INIT;
	uint64_t seed = support_seed(23);

	(void)state;
	for (int i = 0; i < 2500; i++) {
		struct mapping m = MAPPING_INIT;

		m.set.delimiter = delimiters[support_below(&seed, 3)];
		m.set.quotes = quotes[support_below(&seed, 4)];
		m.set.format = "csv";
		add_event(&m);
		buf_clear(&text);
		buf_text_put(&text, heads[support_below(&seed, 5)]);
		fill(&body, &seed, alphabets[i % 10], support_below(&seed, 300) + 1);
		buf_span(&text, buf_view(&body));
		check_text(buf_view(&text), &m, false, 0);
		mapping_release(&m);
	}
	buf_release(&text);
	buf_release(&body);
}

/* Orders of one to four rows, some of them bad, some without an id. */
static void put_orders(struct buf *b, uint64_t *seed)
{
	buf_clear(b);
	buf_lit(b, "order_id,revenue,sku\n");
	for (unsigned order = 1; order < 12; order++) {
		for (size_t rows = support_below(seed, 4) + 1; rows; rows--) {
			size_t kind = support_below(seed, 20);

			if (kind == 0)
				buf_printf(b, "A%u,x,s\n", order);
			else if (kind == 1)
				buf_printf(b, "A%u,1\n", order);
			else if (kind == 2)
				buf_lit(b, ",1,s\n");
			else if (kind == 3)
				buf_printf(b, "A%u,1,\"a\nb\"\n", order);
			else
				buf_printf(b, "A%u,%u.5,s%u\n", order,
					   (unsigned)support_below(seed, 9),
					   (unsigned)support_below(seed, 3));
		}
	}
}

static void test_blocks_do_not_matter_to_folding(void **state)
{
	struct mapping m = MAPPING_INIT;
	struct buf text = BUF_INIT;
	uint64_t seed = support_seed(3);

	(void)state;
	m.set.fold = "order_id";
	m.set.fold_sum = "revenue";
	for (int i = 0; i < 300; i++) {
		put_orders(&text, &seed);
		check_text(buf_view(&text), &m, false, 0);
	}
	buf_release(&text);
}

/* Objects with members that come and go, now and then broken. */
static void put_objects(struct buf *b, uint64_t *seed, bool lines)
{
	size_t count = support_below(seed, 30) + 1;

	buf_clear(b);
	if (!lines)
		buf_lit(b, "[\n");
	for (size_t i = 0; i < count; i++) {
		if (i && !lines)
			buf_lit(b, ",");
		buf_lit(b, "{\"order_id\":");
		buf_u64(b, support_below(seed, 9));
		for (size_t k = support_below(seed, 4); k; k--)
			buf_printf(b, ",%s\"m%u\":{\"a b\":%u,\"a_b\":\"x\"}",
				   lines ? "" : "\n ", (unsigned)(k * 3 + support_below(seed, 3)),
				   (unsigned)support_below(seed, 3));
		buf_text_put(b, support_below(seed, 12) ? "}" : ",}");
		buf_char(b, '\n');
	}
	if (!lines)
		buf_lit(b, "]\n");
}

static void test_blocks_do_not_matter_to_json(void **state)
{
	struct mapping m = MAPPING_INIT;
	struct buf text = BUF_INIT;
	uint64_t seed = support_seed(5);

	(void)state;
	for (int i = 0; i < 300; i++) {
		m.set.format = i % 2 ? "ndjson" : "json";
		put_objects(&text, &seed, i % 2);
		check_text(buf_view(&text), &m, false, i % 3 ? 2 : 0);
	}
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short_cut_is_libcsv),
		cmocka_unit_test(test_quoted_short_cut_is_libcsv),
		cmocka_unit_test(test_blocks_do_not_matter),
		cmocka_unit_test(test_blocks_do_not_matter_to_dialects),
		cmocka_unit_test(test_blocks_do_not_matter_to_folding),
		cmocka_unit_test(test_blocks_do_not_matter_to_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
