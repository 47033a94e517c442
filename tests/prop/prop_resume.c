/*
 * A file that grows, is renamed, copied and compressed between runs with --resume gives in
 * all of them together what one run over it gives: records, ids, rejects and their lines.
 */
#include "collect/follow/resume.h"
#include "tests/unit/ingest_run.h"
#include "tests/unit/scratch.h"

#define TEXTS 75
#define RUNS_MAX 6

struct kind {
	const char *format;
	const char *header;	/* its first bytes, for the format to be known by */
	const char *pieces[12];	/* of rows, or whole ones */
	const char *fold;
};

static const struct kind kinds[] = {
	{"csv", "a,b\n1,2\n", {"1", "xy", ",", ",", "\n", "\n", "\"", "\"", "\r\n", "1,2\n", "\"q\nq\",\"\"\n"}, NULL},
	{"csv", "order_id,price,user_id\nA,1,u\n",
	 {",3,w\n", ",3,w\n", ",x\n", "\"\n\",1,u\n", "\n"}, "order_id"},
	{"ndjson", "{\"a\":1}\n", {"{\"a\":1}\n", "{\"a\":2,\"c\":\"x\"}\n", "{\"a\":", "3}", "\n", "{\"b\":[1,2]}\n"}, NULL},
	{"common", "h - - [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 5\n",
	 {"h - - [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 5\n", "i - - [01/Mar/2024:09:30:01 +0000] \"GET /b HTTP/1.1\" 200 5\n",
	  "no line\n", "j - -", "\n"}, NULL},
	{"w3c", "#Fields: date time cs-uri-stem sc-status\n2024-03-01 09:30:00 /a 200\n",
	 {"2024-03-01 09:30:00 /a 200\n", "2024-03-01 09:30:00 200 /a\n", "#Fields: date time sc-status cs-uri-stem\n",
	  "#Fields: date time cs-uri-stem sc-status\n", "2024-03-01", "\n"}, NULL},
};

static void on_header(void *context, struct span original)
{
	(void)context;
	(void)original;
}

static struct ingest_run all;
static const struct kind *kind;

/* Adds what a run over PATH gives to `all`; STATE NULL: without one. */
static void run(const char *path, const char *state, bool final, uint64_t *seed)
{
	struct ingest_calls calls = {
		run_on_write, run_on_reject, run_on_reject_rest, on_header, on_header, run_on_text,
		run_on_text, run_on_text, run_on_progress, &all,
	};
	struct mapping m = MAPPING_INIT;
	struct zone *zone = zone_load("UTC", NULL);
	struct ingest_options options = {
		.mapping = &m, .jobs = 1 + (unsigned)support_below(seed, 3), .memory = 1 << 20,
		.scratch = "/tmp", .zone = zone, .as_of = MOMENT_NONE,
		.block = 100 + support_below(seed, 5000), .sample = 3,
	};
	struct error err = ERROR_INIT;
	char *paths[] = {(char *)(uintptr_t)path};
	struct ingest *in;

	m.set.format = kind->format;
	m.set.source = "s";
	m.set.delimiter = strcmp(kind->format, "csv") ? NULL : ",";
	m.set.fold = kind->fold;
	if (state) {
		options.resume = resume_open(state, final, paths, 1, &err);
		if (!options.resume)
			fail_msg("%s", err.message);
	}
	in = ingest_new(&options, &calls);
	if (ingest_file(in, path, &err))
		all.failed = -1;
	all.err = err;
	if (state && !all.failed) {
		struct buf text = BUF_INIT;

		resume_state_put(&options.resume->state, &text);
		scratch_put("state", buf_view(&text));
		buf_release(&text);
	}
	ingest_free(in);
	resume_close(options.resume);
	mapping_release(&m);
	zone_free(zone);
}

/* A row or a piece of one; each order once, as one that goes on later would end the run. */
static void put_row(struct buf *text, uint64_t *seed, size_t n)
{
	size_t count = 0;

	if (kind->fold && support_below(seed, 2)) {
		for (uint64_t rows = 1 + support_below(seed, 3); rows; rows--)
			buf_printf(text, "N%zu,%llu,u\n", n, (unsigned long long)rows);
		return;
	}
	while (kind->pieces[count])
		count++;
	buf_text_put(text, kind->pieces[support_below(seed, count)]);
}

static void fill(struct buf *text, uint64_t *seed)
{
	size_t len = support_below(seed, 4) ? support_below(seed, 3000) : 150000;

	buf_clear(text);
	buf_text_put(text, kind->header);
	for (size_t n = 0; text->len < len; n++)
		put_row(text, seed, n);
}

/* The first LEN bytes of TEXT, under a name and in a form that changes. */
static const char *lay_out(struct span text, size_t len, uint64_t *seed)
{
	static const char *const names[] = {"log", "log.1", "copy"};
	struct span part = span_sub(text, 0, len);

	/* A compressed file is read to its end: that is for the last run. */
	if (len == text.len && support_below(seed, 2))
		return scratch_pack(support_below(seed, 2) ? "log.gz" : "log.zst", part);
	return scratch_put(names[support_below(seed, COUNT_OF(names))], part);
}

static void in_pieces(struct span text, uint64_t *seed)
{
	size_t len = 0;

	ingest_run_release(&all);
	for (int i = 0; i < RUNS_MAX && !all.failed; i++) {
		bool last = i + 1 == RUNS_MAX;

		len += (size_t)support_below(seed, text.len - len + 1);
		if (last)
			len = text.len;
		run(lay_out(text, len, seed), scratch_path("state"), last, seed);
	}
}

static void runs_together_are_one(void **state)
{
	struct buf text = BUF_INIT;
	struct ingest_run whole;

	(void)state;
	for (uint64_t i = 0; i < TEXTS; i++) {
		uint64_t seed = support_seed(i);

		kind = &kinds[i % COUNT_OF(kinds)];
		scratch_clear();
		fill(&text, &seed);
		ingest_run_release(&all);
		run(scratch_put("whole", buf_view(&text)), NULL, false, &seed);
		whole = all;
		all = (struct ingest_run){0};
		in_pieces(buf_view(&text), &seed);
		if (!all.failed != !whole.failed ||
		    (!all.failed && (!span_equal(buf_view(&all.records), buf_view(&whole.records)) ||
				     !span_equal(buf_view(&all.rejects), buf_view(&whole.rejects)))))
			fail_msg("seed %llu (%s): %s; records %zu and %zu, rejects %zu and %zu bytes",
				 (unsigned long long)i, kind->format, all.failed ? all.err.message : whole.failed ? whole.err.message : "they differ",
				 all.records.len, whole.records.len, all.rejects.len, whole.rejects.len);
		ingest_run_release(&whole);
	}
	ingest_run_release(&all);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_together_are_one),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
