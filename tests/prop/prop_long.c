/*
 * Lines that are too long: each costs itself, is told by its number and comes back byte for
 * byte; the rows around it are as if it were not there.  However the text is cut into blocks.
 */
#include "base/buf.h"
#include "tests/unit/ingest_run.h"
#include "tests/unit/support.h"

#define LINE_MAX 2000

enum kind { CSV, QUOTED, NDJSON, LOG, LATIN1, KINDS };

/* A text, the same without its long lines, and what its rejects are. */
struct world {
	struct buf text, rest, rejects;
	uint64_t line, longs;
};

static const char *const heads[KINDS] = {
	[CSV] = "a,note\n", [QUOTED] = "a,note\n", [NDJSON] = "", [LOG] = "", [LATIN1] = "a,n\xf6te\r\n",
};

static void put_row(struct buf *b, enum kind kind, uint64_t number, size_t len)
{
	static const char letters[] = "abcdefgh ijkl mn\xe9\xfc";
	size_t count = sizeof letters - 1 - (kind == LATIN1 ? 0 : 2);

	switch (kind) {
	case NDJSON:
		buf_printf(b, "{\"a\":%llu,\"note\":\"", (unsigned long long)number);
		break;
	case LOG:
		buf_printf(b, "192.0.2.%llu - - [17/May/2024:10:05:03 +0000] \"GET /",
			   (unsigned long long)number % 200);
		break;
	default:
		buf_printf(b, kind == QUOTED ? "%llu,\"" : "%llu,", (unsigned long long)number);
	}
	for (size_t i = 0; i < len; i++)
		buf_char(b, letters[number * i % count]);
	buf_span(b, span_of(kind == NDJSON ? "\"}\n" : kind == QUOTED ? "\"\n" : kind == LATIN1 ? "\r\n" :
			    kind == LOG ? " HTTP/1.1\" 200 5\n" : "\n"));
}

static void make_world(struct world *w, enum kind kind, uint64_t *seed)
{
	struct buf row = BUF_INIT;

	w->line = 1 + (heads[kind][0] != '\0');
	buf_span(&w->text, span_of(heads[kind]));
	buf_span(&w->rest, span_of(heads[kind]));
	buf_span(&w->rejects, span_of(heads[kind]));
	for (int i = 0; i < 60; i++, w->line++) {
		bool is_long = i > 10 && !support_below(seed, 10);

		buf_clear(&row);
		put_row(&row, kind, (uint64_t)i, is_long ? LINE_MAX + support_below(seed, 9000) :
						     support_below(seed, 120));
		buf_span(&w->text, buf_view(&row));
		if (!is_long) {
			buf_span(&w->rest, buf_view(&row));
			continue;
		}
		w->longs++;
		buf_printf(&w->rejects, "%llu: a line is longer than %d bytes\n",
			   (unsigned long long)w->line, LINE_MAX);
		buf_span(&w->rejects, buf_view(&row));
	}
	/* The last line end may be missing. */
	if (support_below(seed, 2))
		w->text.len--;
	buf_release(&row);
}

static void release_world(struct world *w)
{
	buf_release(&w->text);
	buf_release(&w->rest);
	buf_release(&w->rejects);
	*w = (struct world){.line = 0};
}

static struct ingest_options small(const struct mapping *m, unsigned jobs, size_t block)
{
	return (struct ingest_options){
		.mapping = m, .jobs = jobs, .block = block, .sample = 5, .line_max = LINE_MAX,
	};
}

static void check_kind(enum kind kind, uint64_t *seed)
{
	struct mapping m = MAPPING_INIT;
	struct world w = {.line = 0};
	struct ingest_run whole = {.failed = 0}, rest = {.failed = 0};

	m.set.source = "t";
	assert_int_equal(mapping_add(&m, "event='e'", NULL), 0);
	m.set.encoding = kind == LATIN1 ? "latin1" : NULL;
	make_world(&w, kind, seed);
	ingest_run_text_options(buf_view(&w.rest), small(&m, 1, 0), &rest);
	for (unsigned jobs = 1; jobs <= 3; jobs += 2) {
		ingest_run_text_options(buf_view(&w.text),
					small(&m, jobs, 64 + support_below(seed, 150)), &whole);
		assert_int_equal(whole.failed, 0);
		assert_int_equal(rest.failed, 0);
		ingest_run_check(&whole);
		assert_int_equal(whole.counts.rejected, w.longs);
		assert_true(span_equal(buf_view(&whole.records), buf_view(&rest.records)));
		assert_true(span_starts(buf_view(&w.rejects), buf_view(&whole.rejects)) &&
			    w.rejects.len - whole.rejects.len <= 1);
	}
	ingest_run_release(&whole);
	ingest_run_release(&rest);
	mapping_release(&m);
	release_world(&w);
}

static void a_long_line_costs_itself(void **state)
{
	uint64_t seed = support_seed(11);

	(void)state;
	for (int i = 0; i < 40 * KINDS; i++)
		check_kind((enum kind)(i % KINDS), &seed);
}

/* Quotes that are open where one begins never close. */
static void blocks_do_not_matter(void **state)
{
	static const char letters[] = "ab,\n\n\"\"c\r";
	struct ingest_run one = {.failed = 0}, many = {.failed = 0};
	struct mapping m = MAPPING_INIT;
	struct buf text = BUF_INIT;
	uint64_t seed = support_seed(12);

	(void)state;
	m.set.source = "t";
	assert_int_equal(mapping_add(&m, "event='e'", NULL), 0);
	for (int i = 0; i < 300; i++) {
		buf_clear(&text);
		buf_lit(&text, "x,y\n1,2\n3,4\n");
		for (int n = 0; n < 300; n++) {
			buf_char(&text, letters[support_below(&seed, sizeof letters - 1)]);
			if (!support_below(&seed, 100))
				for (size_t len = LINE_MAX + support_below(&seed, 3000); len; len--)
					buf_char(&text, 'z');
		}
		ingest_run_text_options(buf_view(&text), small(&m, 1, 200), &one);
		ingest_run_text_options(buf_view(&text), small(&m, 3, 64 + support_below(&seed, 130)),
					&many);
		ingest_run_check(&one);
		assert_true(ingest_run_same(&one, &many));
	}
	ingest_run_release(&one);
	ingest_run_release(&many);
	mapping_release(&m);
	buf_release(&text);
}

/* Whether it was a row of the order around it shows in the row behind it. */
static void an_order_around_a_long_line_is_rejected(void **state)
{
	struct ingest_run r = {.failed = 0};
	struct mapping m = MAPPING_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	m.set.fold = "order_id";
	m.set.source = "t";
	assert_int_equal(mapping_add(&m, "event='e'", NULL), 0);
	for (int same = 0; same < 2; same++) {
		buf_clear(&text);
		buf_lit(&text, "order_id,sku\no1,a\no2,b\n");
		for (int i = 0; i < 2 * LINE_MAX; i++)
			buf_char(&text, 'z');
		buf_printf(&text, "\n%s,c\no4,d\n", same ? "o2" : "o3");
		ingest_run_text_options(buf_view(&text), small(&m, 1, 200), &r);
		assert_int_equal(r.failed, 0);
		ingest_run_check(&r);
		assert_int_equal(r.counts.rejected, same ? 3 : 1);
		assert_int_equal(r.counts.records, same ? 2 : 4);
		assert_int_equal(span_find(buf_view(&r.rejects), SPAN("rejected because of line 4")) <
				 r.rejects.len, same);
	}
	ingest_run_release(&r);
	mapping_release(&m);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_line_costs_itself),
		cmocka_unit_test(blocks_do_not_matter),
		cmocka_unit_test(an_order_around_a_long_line_is_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
