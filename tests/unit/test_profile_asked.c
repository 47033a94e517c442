/* Names that no profile of a run has, and what is near, whoever saw which profile. */
#include "expr/profile_asked.h"
#include "tests/unit/profile_case.h"

#define WORKERS 2

static const char *const lines[] = {
	"{\"type\":\"profile\",\"id\":\"a\",\"traits\":{\"colour\":1,\"size\":{\"shoe\":42}},\"segments\":[\"vips\"],"
	"\"events\":[{\"type\":\"track\",\"event\":\"Order Completes\",\"props\":{\"tota\":1}}]}",
	"{\"type\":\"profile\",\"id\":\"b\",\"traits\":{\"colors\":1},\"segments\":[\"lapsed\"],"
	"\"events\":[{\"type\":\"track\",\"event\":\"Order Completed\",\"props\":{\"totals\":1,\"tax\":2}}]}",
	"{\"type\":\"profile\",\"id\":\"c\",\"traits\":{},\"events\":[{\"type\":\"page\"}]}",
};

static const char *const asked[] = {
	"did('Order Complete')", "did('page')", "sum('Order Completed', 'total')", "sum('Order Completed', 'tax')",
	"sum('Order Placed', 'total')", "traits.color", "traits.size.shoo", "traits.size.shoe",
	"in_segment('vip')", "in_segment('lapsed')", "days_since('2024-01-01')", "email", "orders",
};

static const char wanted[] =
	"no profile has an event 'Order Complete'; did you mean 'Order Completed'?\n"
	"no event 'Order Completed' has a property 'total'; did you mean 'totals'?\n"
	"no profile has an event 'Order Placed'; cdp-report fields lists what there is\n"
	"no profile has 'traits.color'; did you mean 'traits.colors'?\n"
	"no profile has 'traits.size.shoo'; did you mean 'traits.size.shoe'?\n"
	"no customer is in a segment 'vip'; did you mean 'vips'?\n";

/* Profile i goes to the worker that bit i of SHARES names. */
static void note_shared(unsigned shares, struct buf *out)
{
	struct profile_row rows[WORKERS];
	const struct profile_row *list[WORKERS] = {&rows[0], &rows[1]};

	for (size_t i = 0; i < WORKERS; i++)
		profile_row_init(&rows[i], f.scope);
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct profile_row *row = &rows[shares >> i & 1];

		assert_int_equal(profile_parse(&f.profile, span_of(lines[i]), NULL), 0);
		profile_row_set(row, &f.profile);
		f.run.row = row;
		profile_row_note(&f.run);
	}
	asked_put(profile_scope_asked(f.scope), list, WORKERS, out);
	for (size_t i = 0; i < WORKERS; i++)
		profile_row_release(&rows[i]);
}

static void same_for_all_shares(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(asked); i++) {
		struct error err = ERROR_INIT;
		struct expr *e = expr_compile(span_of(asked[i]), NULL, 1, 1, &f.names, TYPE_ANY, &err);

		assert_non_null(e);
		expr_free(e);
	}
	for (unsigned shares = 0; shares < 1u << COUNT_OF(lines); shares++) {
		buf_clear(&out);
		note_shared(shares, &out);
		assert_string_equal(buf_text(&out), wanted);
	}
	buf_release(&out);
}

/* No profile, no answer; and what is compiled behind asked_close is not asked. */
static void silent(void **state)
{
	static const struct line never[] = {{"did('Order Complete')", "false"}};
	struct buf out = BUF_INIT;
	const struct profile_row *row = &f.row;

	(void)state;
	asked_close(profile_scope_asked(f.scope));
	take_profile("{\"type\":\"profile\",\"id\":\"a\",\"events\":[{\"type\":\"page\"}]}");
	CHECK(never);
	profile_row_note(&f.run);
	asked_put(profile_scope_asked(f.scope), &row, 1, &out);
	assert_string_equal(buf_text(&out), "");
	buf_release(&out);
}

static void no_profile(void **state)
{
	struct buf out = BUF_INIT;
	const struct profile_row *row = &f.row;
	struct expr *e = expr_compile(SPAN("did('x')"), NULL, 1, 1, &f.names, TYPE_ANY, NULL);

	(void)state;
	asked_put(profile_scope_asked(f.scope), &row, 1, &out);
	assert_string_equal(buf_text(&out), "");
	expr_free(e);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(same_for_all_shares, set_up, tear_down),
		cmocka_unit_test_setup_teardown(silent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_profile, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
