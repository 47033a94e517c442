/* cdp-recommend - what customers buy together, and what to offer them.  Manual:
 * cdp-recommend(1). */
#include "cmd/recommend_baskets.h"
#include "cmd/tool.h"
#include "understand/recommend/rules.h"
#include "understand/report/show.h"

static struct baskets_given baskets = {
	.support = "0.01", .confidence = "0.5", .max_length = 10, .limit = UINT64_MAX,
};

static const struct opt opts[] = {
	{OPT_GROUP, 0, NULL, NULL, "Tables", NULL, NULL, false},
	{OPT_FLAG, 0, "baskets", NULL, "which items are bought together, and how often", &baskets.baskets, NULL, false},
	{OPT_FLAG, 0, "rules", NULL, "who buys these buys that, too: rules with support, confidence, lift and p", &baskets.rules, NULL, false},
	{OPT_STRING, 0, "support", "SHARE|N", "in how many baskets, at least: a share of all, or their number (default: 0.01)",
	 &baskets.support, NULL, false},
	{OPT_STRING, 0, "confidence", "SHARE", "of the baskets with the left, how many have the right, at least (default: 0.5)",
	 &baskets.confidence, NULL, false},
	{OPT_NUMBER, 0, "max-length", "N", "items of a set, at most (default: 10)", &baskets.max_length, NULL, false},
	{OPT_CHOICE, 0, "sort", "MEASURE", "rules: the best first by it (default: lift)", &baskets.sort, measure_names, false},
	{OPT_NUMBER, 0, "limit", "N", "at most N rows", &baskets.limit, NULL, false},
	{OPT_CHOICE, 't', "to", "SHAPE", "the shape of the table; default: by the ending of --output, else text",
	 &baskets.shape, shape_names, false},
	{OPT_GROUP, 0, NULL, NULL, "What is read", NULL, NULL, false},
	{OPT_STRING, 0, "item", "PROPERTY", "what names an item (default: sku, product_id, ..., name: the first that is there)",
	 &baskets.item, NULL, false},
	{OPT_CHOICE, 0, "from", "FORM", "what the files are; default: profiles when they begin with {, else by their header",
	 &baskets.from, baskets_from_choices, false},
	{OPT_STRING, 0, "columns", "BASKET,ITEM", "lines: the columns of the basket and the item", &baskets.columns, NULL, false},
	{OPT_STRING, 0, "separator", "CHARACTER", "lists and lines: what stands between values (default: a comma; tab)",
	 &baskets.separator, NULL, false},
	TOOL_OPTION_ALLOW_EMPTY,
	{.kind = OPT_END},
};

int main(int argc, char **argv)
{
	struct tool tool = {
		.name = "cdp-recommend",
		.synopsis = "--baskets|--rules [OPTION]... [FILE]...",
		.summary = "Show what customers buy together.",
		.opts = opts,
		.examples = {
			{"Who buys these buys that, too: rules from the orders of customers",
			 "cdp-recommend --rules --support 0.005 --confidence 0.3 customers"},
			{"The pairs of a till's receipts, a receipt a line, as CSV",
			 "cdp-recommend --baskets --support 4 --max-length 2 -t csv receipts.csv"},
			{NULL, NULL},
		},
		.output_kind = OUTPUT_PLAIN,
		.defer_output = true,
		.expects = "profiles of cdp-merge",
	};

	tool_start(&tool, argc, argv);
	if (!baskets.baskets && !baskets.rules)
		tool_usage(&tool, "no table asked for: give --baskets or --rules");
	return baskets_show(&tool, &baskets);
}
