/*
 * The laws of matching by likeness, over random dirty contacts: what comes out
 * does not depend on the order of lines or the workers; every event is in one
 * place; no customer has more values of a type than its limit; ids are unique;
 * and a limit keeps apart what it must.
 */
#include "tests/unit/scratch.h"
#include "tests/unit/support.h"

#include "base/mem.h"
#include "record/scan.h"
#include "unify/linkage/weights_file.h"
#include "unify/merge/merge.h"

#define CONTACTS 120
#define RUNS 60

struct contacts {
	struct buf lines[CONTACTS];
	size_t count;
};

static const char *const firsts[] = {"robert", "anna", "maria", "lena", "tomas", "ines"};
static const char *const lasts[] = {"keller", "lindholm", "okafor", "santos", "novak"};

/* A person's word with one slip now and then. */
static void put_word(struct buf *out, const char *word, uint64_t *seed)
{
	size_t slip = support_below(seed, 6) ? SIZE_MAX : support_below(seed, strlen(word));

	for (size_t i = 0; word[i]; i++) {
		if (i != slip)
			buf_char(out, word[i]);
	}
}

static void put_trait(struct buf *out, const char *name, const char *value, uint64_t *seed)
{
	if (!support_below(seed, 5))
		return;
	buf_printf(out, "%s\"%s\":\"", out->ptr[out->len - 1] == '{' ? "" : ",", name);
	put_word(out, value, seed);
	buf_char(out, '"');
}

static void put_contact(struct buf *out, size_t number, uint64_t *seed)
{
	uint64_t fragment = support_below(seed, CONTACTS / 3);
	char birth[16], email[40];

	snprintf(birth, sizeof birth, "19%02d-%02d-%02d", (int)(fragment * 7 % 90 + 10),
		 (int)(fragment % 12 + 1), (int)(fragment * 5 % 28 + 1));
	/* Families share an address. */
	snprintf(email, sizeof email, "%s%d@example.com", lasts[fragment % 5], (int)(fragment / 3));
	buf_printf(out, "{\"type\":\"identify\",\"id\":\"i%zu\",\"source\":\"s%d\",\"ids\":{",
		   number, (int)support_below(seed, 2));
	if (!support_below(seed, 3))
		buf_printf(out, "\"user_id\":\"u%d\"", (int)fragment);
	if (support_below(seed, 2))
		buf_printf(out, "%s\"email\":\"%s\"", out->ptr[out->len - 1] == '{' ? "" : ",", email);
	buf_lit(out, "},\"traits\":{");
	if (support_below(seed, 8)) {
		put_trait(out, "first_name", firsts[fragment % 6], seed);
		put_trait(out, "last_name", lasts[fragment % 5], seed);
		put_trait(out, "birth_date", birth, seed);
	}
	buf_lit(out, "}}");
}

struct outcome {
	struct buf profiles;
	struct buf unidentified;
	struct merge_report report;
};

static int put_buf(void *context, struct span bytes, struct error *err)
{
	(void)err;
	buf_span(context, bytes);
	return 0;
}

/* What was learned, at PATH. */
static void save_model(const struct merge *m, const char *path)
{
	struct buf text = BUF_INIT;
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	weights_put(&merge_matching(m)->weights, &merge_matching(m)->columns, &text);
	assert_int_equal(fwrite(text.ptr, 1, text.len, f), text.len);
	assert_int_equal(fclose(f), 0);
	buf_release(&text);
}

/* SAVED gets the model; or LOADED has it: each may be NULL. */
static void run_model(const struct contacts *c, enum match_mode match, unsigned workers,
		      const char *saved, const char *loaded, enum link_mode link,
		      uint64_t *seed, struct outcome *out)
{
	struct merge_options options = {
		.workers = workers, .memory = (uint64_t)1 << 30, .scratch = "/tmp",
		.as_of = MOMENT_NONE, .events = true, .max_events = 10000, .match = match,
		.link = link, .full_events = true,
	};
	struct merge *m = merge_new(&options);
	struct merge_sink profiles = {put_buf, &out->profiles}, rest = {put_buf, &out->unidentified};
	struct buf facts = BUF_INIT;
	struct error err = ERROR_INIT;
	size_t order[CONTACTS];

	if (loaded)
		assert_int_equal(merge_model(m, loaded, &err), 0);
	for (size_t i = 0; i < c->count; i++)
		order[i] = i;
	for (size_t i = c->count; i > 1; i--) {
		size_t j = support_below(seed, i), swap = order[i - 1];

		order[i - 1] = order[j];
		order[j] = swap;
	}
	for (size_t i = 0; i < c->count; i++)
		assert_int_equal(merge_line(m, (unsigned)support_below(seed, workers),
					    buf_view(&c->lines[order[i]]), &facts, &err), 0);
	assert_int_equal(merge_absorb(m, buf_view(&facts), &err), 0);
	assert_int_equal(merge_settle(m, &err), 0);
	if (saved)
		save_model(m, saved);
	assert_int_equal(merge_write(m, &profiles, &rest, &err), 0);
	out->report = *merge_report(m);
	merge_free(m);
	buf_release(&facts);
}

static void run(const struct contacts *c, enum match_mode match, unsigned workers,
		uint64_t *seed, struct outcome *out)
{
	run_model(c, match, workers, NULL, NULL, LINK_BOTH, seed, out);
}

static size_t elements(struct value array)
{
	struct scan s;
	struct value v;
	size_t count = 0;

	if (array.kind != VALUE_ARRAY)
		return 0;
	scan_start(&s, array.raw);
	assert_int_equal(scan_enter(&s, '[', NULL), 0);
	while (scan_element(&s, &v, NULL) > 0)
		count++;
	return count;
}

/* Limits, unique ids (lines are sorted by id), and all events. */
static void check(const struct outcome *o, size_t events)
{
	struct span rest = buf_view(&o->profiles), last = SPAN("");
	size_t placed = 0;

	while (rest.len) {
		struct span line = span_cut(&rest, '\n');
		struct value profile, id, ids;

		if (!line.len)
			break;
		assert_int_equal(scan_whole(line, &profile, NULL), 0);
		id = value_member(profile, SPAN("id"));
		ids = value_member(profile, SPAN("ids"));
		assert_true(span_compare(last, id.raw) < 0);
		last = id.raw;
		assert_true(elements(value_member(ids, SPAN("user_id"))) <= 1);
		assert_true(elements(value_member(ids, SPAN("email"))) <= 5);
		assert_int_equal(value_member(ids, SPAN(":record")).kind, VALUE_NONE);
		placed += elements(value_member(profile, SPAN("events")));
	}
	assert_int_equal(placed, o->report.in_profiles);
	assert_int_equal(o->report.in_profiles + o->report.unidentified + o->report.duplicates, events);
}

static void outcome_release(struct outcome *o)
{
	buf_release(&o->profiles);
	buf_release(&o->unidentified);
	*o = (struct outcome){.report = {0}};
}

static void test_laws(void **state)
{
	uint64_t seed = support_seed(31);

	(void)state;
	for (int i = 0; i < RUNS; i++) {
		struct contacts c = {.count = 2 + support_below(&seed, CONTACTS - 1)};
		enum match_mode match = i % 2 ? MATCH_FUZZY : MATCH_BOTH;
		struct outcome a = {.report = {0}}, b = {.report = {0}};

		for (size_t j = 0; j < c.count; j++)
			put_contact(&c.lines[j], j, &seed);
		run(&c, match, 1, &seed, &a);
		run(&c, match, 3, &seed, &b);
		assert_true(span_equal(buf_view(&a.profiles), buf_view(&b.profiles)));
		assert_true(span_equal(buf_view(&a.unidentified), buf_view(&b.unidentified)));
		check(&a, c.count);
		outcome_release(&a);
		outcome_release(&b);
		for (size_t j = 0; j < c.count; j++)
			buf_release(&c.lines[j]);
	}
}

/* The events of one customer say one thing a source, with LINK_BETWEEN. */
static void check_sources(struct value events)
{
	struct span said[2] = {SPAN_NONE, SPAN_NONE};
	struct scan s;
	struct value v;

	scan_start(&s, events.raw);
	assert_int_equal(scan_enter(&s, '[', NULL), 0);
	while (scan_element(&s, &v, NULL) > 0) {
		struct value source = value_member(v, SPAN("source"));
		struct span ids = value_member(v, SPAN("ids")).raw;
		struct span traits = value_member(v, SPAN("traits")).raw;
		struct span *known = &said[source.raw.ptr[2] - '0'];

		/* Events without a telling trait are no records. */
		if (traits.len < 4)
			continue;
		if (span_absent(*known))
			*known = span_between(ids.ptr, traits.ptr + traits.len);
		assert_true(span_equal(*known, span_between(ids.ptr, traits.ptr + traits.len)));
	}
}

static void test_between_sources(void **state)
{
	uint64_t seed = support_seed(53);

	(void)state;
	for (int i = 0; i < RUNS / 2; i++) {
		struct contacts c = {.count = 2 + support_below(&seed, CONTACTS - 1)};
		struct outcome a = {.report = {0}}, b = {.report = {0}};
		struct span rest;

		for (size_t j = 0; j < c.count; j++)
			put_contact(&c.lines[j], j, &seed);
		run_model(&c, MATCH_FUZZY, 1, NULL, NULL, LINK_BETWEEN, &seed, &a);
		run_model(&c, MATCH_FUZZY, 2, NULL, NULL, LINK_BETWEEN, &seed, &b);
		assert_true(span_equal(buf_view(&a.profiles), buf_view(&b.profiles)));
		rest = buf_view(&a.profiles);
		while (rest.len) {
			struct span line = span_cut(&rest, '\n');
			struct value profile;

			if (!line.len)
				break;
			assert_int_equal(scan_whole(line, &profile, NULL), 0);
			check_sources(value_member(profile, SPAN("events")));
		}
		outcome_release(&a);
		outcome_release(&b);
		for (size_t j = 0; j < c.count; j++)
			buf_release(&c.lines[j]);
	}
}

/* A loaded model gives what the run that saved it gave. */
static void test_model(void **state)
{
	const char *path = scratch_path("model");
	uint64_t seed = support_seed(97);

	(void)state;
	for (int i = 0; i < RUNS / 3; i++) {
		struct contacts c = {.count = 30 + support_below(&seed, CONTACTS - 30)};
		enum match_mode match = i % 2 ? MATCH_FUZZY : MATCH_BOTH;
		struct outcome a = {.report = {0}}, b = {.report = {0}};

		for (size_t j = 0; j < c.count; j++)
			put_contact(&c.lines[j], j, &seed);
		run_model(&c, match, 1, path, NULL, LINK_BOTH, &seed, &a);
		run_model(&c, match, 2, NULL, path, LINK_BOTH, &seed, &b);
		assert_true(span_equal(buf_view(&a.profiles), buf_view(&b.profiles)));
		outcome_release(&a);
		outcome_release(&b);
		for (size_t j = 0; j < c.count; j++)
			buf_release(&c.lines[j]);
	}
}

/* The same person twice in all but the user_id: at most one a customer. */
static void test_limit_keeps_apart(void **state)
{
	uint64_t seed = support_seed(7);

	(void)state;
	for (int match = MATCH_FUZZY; match <= MATCH_BOTH; match++) {
		struct contacts c = {.count = 40};
		struct outcome o = {.report = {0}};

		for (size_t i = 0; i < c.count; i++)
			buf_printf(&c.lines[i], "{\"type\":\"identify\",\"id\":\"i%zu\",\"source\":\"s\",\"ids\":{\"user_id\":\"u%zu\"},"
				   "\"traits\":{\"first_name\":\"%s\",\"last_name\":\"%s%zu\",\"birth_date\":\"19%zu-03-04\"}}",
				   i, i, firsts[i / 2 % 6], lasts[i / 2 % 5], i / 2, 50 + i / 2);
		run(&c, (enum match_mode)match, 1, &seed, &o);
		assert_int_equal(o.report.profiles, 40);
		check(&o, c.count);
		outcome_release(&o);
		for (size_t i = 0; i < c.count; i++)
			buf_release(&c.lines[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_laws),
		cmocka_unit_test(test_limit_keeps_apart),
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_between_sources),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
