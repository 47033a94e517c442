#include "unify/golden/golden_value.h"
#include "unify/golden/survivorship_rule.h"

static int compare_truths(const struct golden_value *x, const struct golden_value *y)
{
	return golden_value_truth(y) - golden_value_truth(x);
}

static bool is_truth(const struct golden_value *v)
{
	return golden_value_truth(v) >= 0;
}

static void put_truth(const struct golden_value *v, struct buf *out)
{
	buf_text_put(out, golden_value_truth(v) ? "true" : "false");
}

const struct survivorship_rule rule_any_true = {
	.name = "any_true",
	.help = "true when any event says so, else false",
	.compare = compare_truths,
	.takes = is_truth,
	.put = put_truth,
};
