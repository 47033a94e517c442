/* Customers against labels: by hand, and against sums over all pairs. */
#include "tests/unit/support.h"

#include "base/mem.h"
#include "unify/linkage/ladder.h"
#include "unify/measure/eval.h"

static struct truth make_truth(const uint32_t (*labels)[2], size_t count)
{
	struct truth t = TRUTH_INIT;

	t.list = mem_zero(count, sizeof *t.list);
	t.count = count;
	for (size_t i = 0; i < count; i++)
		t.list[i] = (struct label){.fragment = labels[i][0], .customer = labels[i][1]};
	return t;
}

/* Persons a a b b b, customers 1 1 1 2 2: worked out on paper. */
static void test_by_hand(void **state)
{
	static const uint32_t labels[][2] = {
		{0, 1}, {0, 1}, {1, 1}, {1, 2}, {1, 2}, {7, CUSTOMER_NONE},
	};
	struct truth t = make_truth(labels, COUNT_OF(labels));
	struct eval e;

	(void)state;
	eval_run(&e, &t);
	assert_int_equal(e.labels, 5);
	assert_int_equal(e.missing, 1);
	assert_int_equal(e.fragments, 2);
	assert_int_equal(e.customers, 2);
	assert_int_equal(e.largest, 3);
	assert_int_equal(e.joined_pairs, 4);
	assert_int_equal(e.true_pairs, 4);
	assert_int_equal(e.right_pairs, 2);
	assert_close(eval_precision(&e), 0.5, 1e-12);
	assert_close(eval_recall(&e), 0.5, 1e-12);
	/* (2/3 + 2/3 + 1/3 + 1 + 1) / 5 and (1 + 1 + 1/3 + 2/3 + 2/3) / 5 */
	assert_close(e.cubed_precision, 11.0 / 15, 1e-12);
	assert_close(e.cubed_recall, 11.0 / 15, 1e-12);
	assert_int_equal(e.merged_count, 1);
	assert_int_equal(e.merged[0].a, 0);
	assert_int_equal(e.merged[0].b, 2);
	assert_int_equal(e.missed_count, 1);
	assert_int_equal(e.missed[0].a, 2);
	assert_int_equal(e.missed[0].b, 3);
	eval_release(&e);
	truth_release(&t);
}

static void test_nothing_joined(void **state)
{
	static const uint32_t labels[][2] = {{0, 1}, {1, 2}};
	struct truth t = make_truth(labels, COUNT_OF(labels));
	struct eval e;

	(void)state;
	eval_run(&e, &t);
	assert_close(eval_precision(&e), 1, 0);
	assert_close(eval_recall(&e), 1, 0);
	assert_close(eval_f1(0, 0), 0, 0);
	eval_release(&e);
	truth_release(&t);
}

#define ITEMS 60

static void test_against_all_pairs(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (int run = 0; run < 200; run++) {
		uint32_t labels[ITEMS][2];
		uint64_t joined = 0, same = 0, right = 0;
		double precision = 0, recall = 0;
		struct truth t;
		struct eval e;

		for (int i = 0; i < ITEMS; i++) {
			labels[i][0] = (uint32_t)support_below(&seed, 1 + (uint64_t)run % 40);
			labels[i][1] = (uint32_t)support_below(&seed, 1 + (uint64_t)run % 17);
		}
		for (int i = 0; i < ITEMS; i++) {
			double cell = 0, customer = 0, fragment = 0;

			for (int j = 0; j < ITEMS; j++) {
				bool p = labels[i][0] == labels[j][0], c = labels[i][1] == labels[j][1];

				joined += c && j > i;
				same += p && j > i;
				right += p && c && j > i;
				cell += p && c;
				customer += c;
				fragment += p;
			}
			precision += cell / customer / ITEMS;
			recall += cell / fragment / ITEMS;
		}
		t = make_truth(labels, ITEMS);
		eval_run(&e, &t);
		assert_int_equal(e.joined_pairs, joined);
		assert_int_equal(e.true_pairs, same);
		assert_int_equal(e.right_pairs, right);
		assert_close(e.cubed_precision, precision, 1e-9);
		assert_close(e.cubed_recall, recall, 1e-9);
		eval_release(&e);
		truth_release(&t);
	}
}

static void test_ladder(void **state)
{
	struct ladder l = {0}, more = {0};
	struct rung r;

	(void)state;
	ladder_add(&l, 0, LADDER_RIGHT);
	ladder_add(&l, -9.5, LADDER_WRONG);
	ladder_add(&more, 1000, LADDER_UNKNOWN);
	ladder_add_all(&l, &more);
	r = ladder_from(&l, 0);
	assert_int_equal(r.pairs, 3);
	assert_int_equal(r.labelled, 2);
	assert_int_equal(r.right, 1);
	assert_close(r.matches, 1.5 + 1 / (1 + 724.0773439350246), 1e-9);
	r = ladder_from(&l, -LADDER_FLOOR);
	assert_int_equal(r.pairs, 2);
	assert_int_equal(ladder_from(&l, LADDER_RUNGS - 1).pairs, 1);
	assert_int_equal(ladder_score(-LADDER_FLOOR), 0);
}

/* What the model expects is shown as long as labels do not prove it wrong. */
static void test_expectation_that_is_wrong_is_not_shown(void **state)
{
	static const struct {
		int right, wrong;
		bool off;
	} cases[] = {{95, 5, false}, {93, 7, true}, {5, 95, true}, {0, 19, false}, {0, 20, true}, {0, 0, false}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ladder l = {0};
		struct buf text = BUF_INIT, json = BUF_INIT;

		for (int k = 0; k < cases[i].right; k++)
			ladder_add(&l, 8, LADDER_RIGHT);
		for (int k = 0; k < cases[i].wrong; k++)
			ladder_add(&l, 8, LADDER_WRONG);
		ladder_add(&l, 8, LADDER_UNKNOWN);
		ladder_describe(&l, &text);
		ladder_put(&l, &json);
		assert_int_equal(ladder_is_off(&l), cases[i].off);
		assert_int_equal(span_find(buf_view(&text), SPAN("expected")) == text.len, cases[i].off);
		assert_int_equal(span_find(buf_view(&json), SPAN("expected")) == json.len, cases[i].off);
		buf_release(&text);
		buf_release(&json);
	}
}

/* Two of three are right where the model says three of four: of 24 labels that may be chance,
 * of 264 it is not; what it expects of pairs without a label does not matter. */
static void test_expectation_is_of_the_labelled(void **state)
{
	struct ladder l = {0};

	(void)state;
	for (int k = 0; k < 24; k++)
		ladder_add(&l, 1.585, k % 3 ? LADDER_RIGHT : LADDER_WRONG);
	assert_false(ladder_is_off(&l));
	for (int k = 0; k < 1000; k++)
		ladder_add(&l, 20, LADDER_UNKNOWN);
	assert_false(ladder_is_off(&l));
	for (int k = 0; k < 240; k++)
		ladder_add(&l, 1.585, k % 3 ? LADDER_RIGHT : LADDER_WRONG);
	assert_true(ladder_is_off(&l));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expectation_is_of_the_labelled),
		cmocka_unit_test(test_expectation_that_is_wrong_is_not_shown),
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_nothing_joined),
		cmocka_unit_test(test_against_all_pairs),
		cmocka_unit_test(test_ladder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
