#include "cmd/reports.h"

#include <string.h>

#include "base/buf.h"
#include "understand/recommend/product_count.h"
#include "understand/survival/subscription_count.h"

static const struct count_option list_options[] = {
	{"columns", "LIST", "the columns, as 'Label=expression,...'", NULL, NULL, false},
	{"sort", "LIST", "the order, as '-revenue,email' (- is descending)", NULL, NULL, false},
	{"limit", "N", "at most N rows", NULL, NULL, false},
	{0},
};

static const struct count_option rows_options[] = {
	{"limit", "N", "at most N rows", NULL, NULL, false},
	{0},
};

static const struct count_option overview_options[] = {
	{"unidentified", "FILE", "add the events that cdp-merge kept in FILE", NULL, NULL, false},
	{0},
};

static const struct count_option customer_options[] = {
	{"all", NULL, "everything: every identifier, trait, score and event, not a screen", NULL, NULL, false},
	{0},
};

#define NOT_PEOPLE "of how many people each of its figures is is not counted"
#define ROWS_ADD_UP "its rows are those of the parts one behind the other: run it over each"

const struct report reports[] = {
	{"", "Customers", REPORT_COUNTED, "Show overview, rfm and cohorts together.",
	 {&count_overview, &count_rfm, &count_cohorts}, overview_options, NULL,
	 "figures of one report may tell what another hides: name one report"},
	{"overview", "Overview of customers", REPORT_COUNTED,
	 "Show customers, orders, refunds and revenue, by currency, month, segment and source.",
	 {&count_overview}, overview_options, NULL,
	 "its figures by month, source and segment are sums of each other in ways that it does not know"},
	{"rfm", "Recency, frequency, monetary", REPORT_COUNTED, "Show customers by quintiles of recency and frequency.",
	 {&count_rfm}, NULL, NULL,
	 "its sums by score tell what cells of its grid would hide"},
	{"cohorts", "Cohorts", REPORT_COUNTED, "Show how many customers ordered again, by the month of their first order.",
	 {&count_cohorts}, NULL, NULL, NULL},
	{"fields", "Fields", REPORT_COUNTED, "Show every field, in how many profiles and events it is filled, and an example.",
	 {&count_fields}, NULL, NULL,
	 "it shows examples, which are single people's"},
	{"sessions", "Sessions", REPORT_COUNTED, "Show visits to sites and apps: how many, how long, and where they came from.",
	 {&count_sessions}, NULL, NULL, NOT_PEOPLE},
	{"funnel", "Funnel", REPORT_COUNTED, "Show how many did each of several steps in their order, and how long it took them.",
	 {&count_funnel}, NULL, NULL,
	 "its groups add up to all, and its shares and times would tell what is hidden"},
	{"paths", "Paths", REPORT_COUNTED, "Show which steps follow each other, and what comes after or before an event.",
	 {&count_paths}, NULL, NULL, NOT_PEOPLE},
	{"web", "Web", REPORT_COUNTED, "Show visits to sites: who came, from where, what they saw, and what went wrong.",
	 {&count_web}, NULL, NULL, NOT_PEOPLE},
	{"table", "Table", REPORT_COUNTED, "Show customers, orders and money by whatever tells them apart, such as --by country,month.",
	 {&count_table}, NULL, NULL, NULL},
	{"attribution", "Attribution", REPORT_COUNTED, "Show which channels get the credit of conversions, by every model side by side.",
	 {&count_attribution}, NULL, NULL, NOT_PEOPLE},
	{"retention", "Retention", REPORT_COUNTED, "Show how many of those who began in one day, week or month came back later.",
	 {&count_retention}, NULL, NULL,
	 "its means tell what single cells would hide"},
	{"social", "Social", REPORT_COUNTED, "Show what people post: how much and where, how it is answered, how it feels, and who waits for an answer.",
	 {&count_social}, NULL,
	 "which posts are shown, and who waits for an answer, shows when all posts are there",
	 "it shows single posts and people"},
	{"products", "Products", REPORT_COUNTED,
	 "Show what was bought, what it brought, what came back, what is bought again, and together.",
	 {&count_products}, NULL,
	 "what is bought together shows in all orders at once",
	 NOT_PEOPLE},
	{"subscriptions", "Subscriptions", REPORT_COUNTED,
	 "Show what subscriptions bring a month, and by month who came, came back, paid more or less, and left.",
	 {&count_subscriptions}, NULL,
	 "the spells of all customers are needed at once",
	 "what came, changed and went adds up to what is there, which tells what single figures would hide"},
	{"segments", "Segments", REPORT_COUNTED,
	 "Show the size and revenue of each segment, what two share, and who entered and left since an earlier run.",
	 {&count_segments}, NULL, NULL,
	 "segments share customers, so that one tells what another hides: table --by with an expression that is one value a customer"},
	{"value", "Value", REPORT_COUNTED,
	 "Show what customers are worth: how revenue is spread, by cohort and segment, new and repeat, and what is at risk.",
	 {&count_value}, NULL,
	 "it compares the revenue and the scores of all customers with each other",
	 NOT_PEOPLE},
	{"compare", "What changed", REPORT_COUNTED,
	 "Show what changed between the profiles of an earlier run and these, in words and in figures.",
	 {&count_compare}, NULL, "it compares all customers of two runs", "it shows single people"},
	{"customer", "Customer", REPORT_CUSTOMER, "Show who a customer is; or several, with several keys.", {NULL}, customer_options,
	 "it shows single customers: run it over the part that has them",
	 "it shows single people"},
	{"list", "Customers", REPORT_LIST, "Show one row a customer.", {NULL}, list_options, ROWS_ADD_UP,
	 "it shows single people"},
	{"events", "Events", REPORT_EVENTS, "Show one row an event.", {NULL}, rows_options, ROWS_ADD_UP,
	 "it shows single people"},
	{"ids", "Identifiers", REPORT_IDS, "Show one row an identifier.", {NULL}, rows_options, ROWS_ADD_UP,
	 "it shows single people"},
	{.name = NULL},
};

#define REPORTS (sizeof reports / sizeof *reports - 1)

const char *const *report_names(void)
{
	static const char *names[REPORTS];

	for (size_t i = 1; i < REPORTS; i++)
		names[i - 1] = reports[i].name;
	return names;
}

const struct report *report_find(const char *name)
{
	for (size_t i = 1; i < REPORTS; i++)
		if (!strcmp(name, reports[i].name))
			return &reports[i];
	return NULL;
}

const char *report_title(const struct counting *counted)
{
	for (size_t i = 1; i < REPORTS; i++)
		if (reports[i].counted[0] == counted && !reports[i].counted[1])
			return reports[i].title;
	return NULL;
}

static void add_counted(struct report *to, const struct counting *counted)
{
	size_t i = 0;

	while (to->counted[i] && to->counted[i] != counted)
		i++;
	if (i < COUNTED_MAX - 1)
		to->counted[i] = counted;
}

const struct report *report_combine(const struct report *const *list, size_t count)
{
	static struct report all = {.title = "Customers", .kind = REPORT_COUNTED};
	static struct buf name;

	if (count == 1)
		return list[0];
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; list[i]->counted[k]; k++)
			add_counted(&all, list[i]->counted[k]);
		/* Those of the overview are the only ones. */
		if (list[i]->options)
			all.options = list[i]->options;
		buf_printf(&name, "%s%s", !i ? "" : i + 1 < count ? ", " : " and ", list[i]->name);
	}
	all.name = buf_text(&name);
	return &all;
}
