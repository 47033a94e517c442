/* cdp-recommend - what customers buy together, and what to offer them.  Manual:
 * cdp-recommend(1). */
#include "cmd/recommend_baskets.h"
#include "cmd/recommend_offers.h"
#include "cmd/tool.h"
#include "understand/recommend/offers.h"
#include "understand/recommend/rules.h"
#include "understand/report/show.h"

#define UNSET UINT64_MAX

static struct baskets_given baskets = {.max_length = UNSET, .limit = UNSET};

static struct offers_given offers = {
	.offers = UNSET, .shrink = UNSET, .neighbours = UNSET, .max_items = UNSET, .per_category = UNSET,
};

static const struct opt opts[] = {
	{OPT_GROUP, 0, NULL, NULL, "Offers on profiles (without any of the tables below)", NULL, NULL, false},
	{OPT_NUMBER, 'n', "offers", "N", "offers of a customer, at most (default: 5)", &offers.offers, NULL, false},
	{OPT_CHOICE, 0, "model", "MODEL", "what they go by (default: cosine)", &offers.model, offer_model_names, false},
	{OPT_STRING, 0, "half-life", "DURATION", "what is so old counts half (90d, 13w, 6mo, 1y; default: age does not count)",
	 &offers.half_life, NULL, false},
	{OPT_NUMBER, 0, "shrink", "N", "cosine, ease: how many customers in common are few (default: 10, 100)", &offers.shrink, NULL, false},
	{OPT_NUMBER, 0, "neighbours", "N", "items that an item leads to, at most (default: 100)", &offers.neighbours, NULL, false},
	{OPT_NUMBER, 0, "max-items", "N", "items of a customer that count, the newest (default: 500)", &offers.max_items, NULL, false},
	{OPT_INPUT, 0, "products", "FILE", "a table of items: name, category, price, stock", &offers.products, NULL, false},
	{OPT_STRING, 0, "only", "EXPR", "offer only items for which EXPR is true, as 'category = \"garden\"'", &offers.only, NULL, false},
	{OPT_INPUT, 0, "stock", "FILE", "offer only items of this table, with a stock above 0 where it has that column",
	 &offers.stock, NULL, false},
	{OPT_NUMBER, 0, "per-category", "N", "offers of one category, at most", &offers.per_category, NULL, false},
	{OPT_STRING, 0, "price-band", "FACTOR", "offer only prices from 1/FACTOR to FACTOR times the customer's median",
	 &offers.price_band, NULL, false},
	{OPT_GROUP, 0, NULL, NULL, "Tables", NULL, NULL, false},
	{OPT_STRING, 0, "similar", "ITEM", "the items that go with ITEM", &offers.similar, NULL, false},
	{OPT_FLAG, 0, "evaluate", NULL, "how good the model is: against each customer's last day, beside two baselines",
	 &offers.evaluate, NULL, false},
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

/* What a run writes. */
enum kind { OFFERS = 1, SIMILAR = 2, EVALUATE = 4, BASKETS = 8, RULES = 16 };

static const char *const kind_names[] = {
	[OFFERS] = "offers on profiles", [SIMILAR] = "--similar", [EVALUATE] = "--evaluate", [BASKETS] = "--baskets",
	[RULES] = "--rules",
};

/* The one table that is asked for, or offers. */
static enum kind choose_kind(struct tool *t)
{
	const struct {
		bool given;
		enum kind kind;
	} tables[] = {
		{offers.similar, SIMILAR}, {offers.evaluate, EVALUATE}, {baskets.baskets, BASKETS}, {baskets.rules, RULES},
	};
	enum kind kind = OFFERS;

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		if (tables[i].given && kind != OFFERS)
			tool_usage(t, "%s and %s are two tables: ask for one", kind_names[kind], kind_names[tables[i].kind]);
		if (tables[i].given)
			kind = tables[i].kind;
	}
	return kind;
}

/* Options that this kind of run would ignore. */
static void refuse_options(struct tool *t, enum kind kind)
{
	const struct {
		bool given;
		const char *name;
		unsigned kinds;
	} options[] = {
		{offers.offers != UNSET, "offers", OFFERS | EVALUATE}, {offers.model, "model", OFFERS | SIMILAR | EVALUATE},
		{offers.half_life, "half-life", OFFERS | SIMILAR | EVALUATE},
		{offers.shrink != UNSET, "shrink", OFFERS | SIMILAR | EVALUATE},
		{offers.neighbours != UNSET, "neighbours", OFFERS | SIMILAR | EVALUATE},
		{offers.max_items != UNSET, "max-items", OFFERS | SIMILAR | EVALUATE},
		{offers.products, "products", OFFERS | SIMILAR | EVALUATE}, {offers.only, "only", OFFERS | SIMILAR | EVALUATE},
		{offers.stock, "stock", OFFERS | SIMILAR | EVALUATE},
		{offers.per_category != UNSET, "per-category", OFFERS | EVALUATE},
		{offers.price_band, "price-band", OFFERS | EVALUATE},
		{baskets.support, "support", BASKETS | RULES}, {baskets.confidence, "confidence", RULES},
		{baskets.max_length != UNSET, "max-length", BASKETS | RULES}, {baskets.sort, "sort", RULES},
		{baskets.limit != UNSET, "limit", SIMILAR | BASKETS | RULES},
		{baskets.shape, "to", SIMILAR | EVALUATE | BASKETS | RULES}, {baskets.from, "from", BASKETS | RULES},
		{baskets.columns, "columns", BASKETS | RULES}, {baskets.separator, "separator", BASKETS | RULES},
	};

	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (options[i].given && !(options[i].kinds & kind))
			tool_usage(t, "--%s has no effect on %s: leave it out", options[i].name, kind_names[kind]);
}

static void set(uint64_t *option, uint64_t usual)
{
	if (*option == UNSET)
		*option = usual;
}

static void set_defaults(void)
{
	set(&offers.offers, 5);
	set(&offers.neighbours, 100);
	set(&offers.max_items, 500);
	set(&baskets.max_length, 10);
	baskets.support = baskets.support ? baskets.support : "0.01";
	baskets.confidence = baskets.confidence ? baskets.confidence : "0.5";
	offers.item = baskets.item;
	offers.shape = baskets.shape;
	offers.limit = baskets.limit;
}

int main(int argc, char **argv)
{
	struct tool tool = {
		.name = "cdp-recommend",
		.synopsis = "[OPTION]... [FILE]...",
		.summary = "Add to each customer what to offer, with a reason; or show what is bought together.",
		.opts = opts,
		.examples = {
			{"Three offers for each customer, by what goes with what he bought",
			 "cdp-recommend -n 3 customers -o offered"},
			{"The pairs of a till's receipts, a receipt a line, as CSV",
			 "cdp-recommend --baskets --support 4 --max-length 2 -t csv receipts.csv"},
			{NULL, NULL},
		},
		.defer_output = true,
		.no_stdin = true,	/* whether -o may take an operand's place shows in the options */
		.expects = "profiles of cdp-merge",
	};
	enum kind kind;

	tool_start(&tool, argc, argv);
	kind = choose_kind(&tool);
	refuse_options(&tool, kind);
	set_defaults();
	tool.in_place = kind == OFFERS;	/* a profile goes through whole */
	tool.writes_books = kind != OFFERS;
	tool.output_kind = kind == OFFERS ? OUTPUT_RECORDS : OUTPUT_PLAIN;
	tool_check_operands(&tool);
	return kind & (BASKETS | RULES) ? baskets_show(&tool, &baskets) : offers_show(&tool, &offers);
}
