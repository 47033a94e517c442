#include "cmd/recommend_baskets.h"

#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "cmd/as_of.h"
#include "cmd/repeated.h"
#include "cmd/showing.h"
#include "io/input.h"
#include "time/moment.h"
#include "understand/recommend/basket_file.h"
#include "understand/recommend/basket_table.h"
#include "understand/recommend/bought.h"

#define ITEMSETS_MAX 10000000

const char *const baskets_from_choices[] = {"profiles", "lists", "lines", NULL};

struct worker {
	struct bought bought;
	uint32_t *opened;	/* by a customer's basket: its number in the part */
	size_t cap;
	uint64_t orders, nameless, given_back;
	uint64_t no_events, omitted;	/* profiles */
};

struct run {
	struct tool *tool;
	const struct baskets_given *given;
	struct basket_part *parts;	/* by worker */
	struct worker *workers;
	struct again *again;
	struct as_of_check now;
	struct basket_reading reading;
	bool profiles;
	uint64_t records;
	uint64_t orders;	/* of profiles */
	struct baskets baskets;
	struct itemsets sets;
	struct rules rules;
	struct decimal support;
	bool counted;		/* the support is a number of baskets */
	uint32_t min_count;
	struct decimal confidence;
};

/*
 * What is asked for.
 */

/* A share of 0 to 1, also as "20%". */
static bool read_share(const char *text, struct decimal *out)
{
	struct span s = span_of(text);
	struct decimal hundred = decimal_of(100);
	bool percent = span_ends(s, SPAN("%"));

	if (percent)
		s.len--;
	return decimal_parse(s, out) && out->digits >= 0 && (!percent || decimal_div(*out, hundred, out));
}

static void read_confidence(struct run *run)
{
	const char *text = run->given->confidence;

	if (!read_share(text, &run->confidence) || decimal_compare(run->confidence, decimal_of(1)) > 0)
		tool_usage(run->tool, "--confidence: '%s' is not a share from 0 to 1: write 0.5 or 50%%", text);
}

/* A share of all baskets, or from 1 on their number; 100% is all of them. */
static void read_support(struct run *run)
{
	const char *text = run->given->support;
	struct decimal one = decimal_of(1);
	bool percent = span_ends(span_of(text), SPAN("%"));

	if (!read_share(text, &run->support) || !run->support.digits || run->support.scale > 9)
		tool_usage(run->tool, "--support: '%s' is neither a share of the baskets, as 0.01 or 1%%, nor their number, as 20", text);
	run->counted = !percent && decimal_compare(run->support, one) >= 0;
	if (run->counted && (run->support.scale || run->support.digits > UINT32_MAX))
		tool_usage(run->tool, "--support: '%s' is no number of baskets", text);
	if (!run->counted && decimal_compare(run->support, one) > 0)
		tool_usage(run->tool, "--support: '%s' is more than all baskets", text);
}

/* The fewest baskets: a share is rounded up. */
static void settle_support(struct run *run)
{
	struct decimal least = run->support;

	if (!run->counted)
		decimal_mul(run->support, decimal_of(run->baskets.count), &least);
	run->min_count = (uint32_t)decimal_round(least, 0).digits;
	if (decimal_compare(decimal_of(run->min_count), least) < 0)
		run->min_count++;
	run->min_count += !run->min_count;
	if (run->min_count == 1 && !run->counted && run->baskets.count > 1)
		tool_warn(run->tool, "of %u baskets a support of %s is a single one: chance rules in what follows; raise --support",
			  run->baskets.count, run->given->support);
}

static void check_given(struct run *run)
{
	const struct baskets_given *g = run->given;
	struct tool *t = run->tool;

	if (g->max_length < 1 || g->max_length > ITEMSET_LENGTH_MAX)
		tool_usage(t, "--max-length: from 1 to %d items", ITEMSET_LENGTH_MAX);
	if (g->separator && strlen(g->separator) != 1 && strcmp(g->separator, "tab") != 0)
		tool_usage(t, "--separator: '%s' is not one character; for a tabulator write tab", g->separator);
	if (g->columns && g->from && strcmp(g->from, "lines") != 0)
		tool_usage(t, "--columns goes with --from lines");
	read_support(run);
	read_confidence(run);
}

/*
 * Profiles.
 */

static void take_baskets(struct worker *w, struct basket_part *part)
{
	const struct bought *b = &w->bought;

	if (b->baskets > w->cap) {
		w->cap = b->baskets * (size_t)2;
		mem_free(w->opened);
		w->opened = mem_alloc(w->cap * sizeof *w->opened);
	}
	if (b->baskets)
		memset(w->opened, 0xff, b->baskets * sizeof *w->opened);
	for (size_t i = 0; i < b->count; i++) {
		const struct bought_line *p = &b->list[i];
		uint32_t *opened = &w->opened[p->basket];

		if (*opened == UINT32_MAX)
			*opened = basket_part_open(part);
		basket_part_reopen(part, *opened);
		basket_part_put(part, p->item, p->label);
	}
}

static int read_profile(void *context, unsigned number, struct span line, struct buf *out,
			struct error *err)
{
	struct run *run = context;
	struct worker *w = &run->workers[number];
	const char *item = run->given->item;
	struct decimal omitted;
	struct profile p;

	if (profile_parse(&p, line, err) || as_of_put(out, p.as_of, err) ||
	    bought_read(&w->bought, &p, p.as_of, span_of(item), err))
		return -1;
	again_note(&run->again[number], &p);
	w->no_events += p.events.kind != VALUE_ARRAY;
	w->omitted += value_decimal(p.events_omitted, &omitted) && omitted.digits > 0;
	w->orders += w->bought.orders;
	w->nameless += w->bought.nameless;
	w->given_back += w->bought.given_back;
	take_baskets(w, &run->parts[number]);
	return 0;
}

static int absorb_profiles(void *context, struct span bytes, struct error *err)
{
	struct run *run = context;

	return as_of_take(&run->now, &bytes, err);
}

static void read_profiles(struct run *run)
{
	struct tool *t = run->tool;
	const struct tool_pass pass = {read_profile, absorb_profiles, run};

	if (t->as_of != MOMENT_NONE)
		as_of_agree(&run->now, t->as_of, &t->err);
	run->again = repeated_new(t);
	run->workers = mem_zero(t->jobs, sizeof *run->workers);
	run->records = tool_pass(t, &pass);
}

static void report_profiles(struct run *run)
{
	struct tool *t = run->tool;
	struct worker sum = {0};

	for (unsigned i = 0; i < t->jobs; i++) {
		struct worker *w = &run->workers[i];

		sum.orders += w->orders;
		sum.nameless += w->nameless;
		sum.given_back += w->given_back;
		sum.no_events += w->no_events;
		sum.omitted += w->omitted;
		bought_release(&w->bought);
		mem_free(w->opened);
	}
	mem_free(run->workers);
	run->orders = sum.orders;
	tool_stat(t, "profiles", run->records);
	tool_stat(t, "orders", sum.orders);
	tool_stat(t, "orders_without_items", sum.nameless);
	tool_stat(t, "lines_given_back", sum.given_back);
	repeated_report(t, run->again);
	if (sum.no_events)
		tool_warn(t, "%llu profiles carry no events, so nothing is known of their orders: run cdp-merge without --no-events",
			  (unsigned long long)sum.no_events);
	if (sum.omitted)
		tool_warn(t, "%llu profiles had older events left out, and their orders with them: raise --max-events of cdp-merge",
			  (unsigned long long)sum.omitted);
	if (sum.nameless)
		tool_warn(t, "%llu of %llu orders name no item%s: map sku, product_id or products when cdp-ingest reads them",
			  (unsigned long long)sum.nameless, (unsigned long long)sum.orders,
			  run->given->item ? " by that property" : "");
	tool_say(t, "%llu profiles, %llu orders, %llu without an item, %llu lines given back",
		 (unsigned long long)run->records, (unsigned long long)sum.orders, (unsigned long long)sum.nameless,
		 (unsigned long long)sum.given_back);
}

/*
 * Files of baskets.
 */

static void reject_line(void *context, struct span line, const struct error *why)
{
	struct run *run = context;

	tool_reject(run->tool, line, why);
}

static void show_progress(void *context, uint64_t bytes, uint64_t total, uint64_t rows)
{
	struct run *run = context;

	tool_rows(run->tool, rows);
	tool_progress(run->tool, bytes, total, rows);
}

/* BASKET,ITEM cut in two. */
static void read_columns(struct run *run)
{
	struct basket_reading *r = &run->reading;
	struct span rest = span_of(run->given->columns), basket, item;

	if (span_absent(rest))
		return;
	basket = span_trim(span_cut(&rest, ','));
	item = span_absent(rest) ? SPAN("") : span_trim(rest);
	if (!basket.len || !item.len)
		tool_usage(run->tool, "--columns: '%s' are not two columns: write --columns BASKET,ITEM", run->given->columns);
	r->basket_column = mem_text(basket.ptr, basket.len);
	r->item_column = mem_text(item.ptr, item.len);
	r->form = BASKET_FORM_LINES;
}

static void read_files(struct run *run)
{
	struct tool *t = run->tool;
	const struct baskets_given *g = run->given;
	struct basket_reading *r = &run->reading;

	*r = (struct basket_reading){
		.separator = ',', .workers = t->jobs, .fault = reject_line, .progress = show_progress, .context = run,
	};
	if (g->separator)
		r->separator = g->separator[1] ? '\t' : *g->separator;
	if (g->from)
		r->form = strcmp(g->from, "lists") ? BASKET_FORM_LINES : BASKET_FORM_LISTS;
	read_columns(run);
	for (size_t i = 0; i < (t->operand_count ? t->operand_count : 1); i++) {
		if (basket_file_read(r, t->operand_count ? t->operands[i] : NULL, run->parts, &t->err))
			tool_fail(t);
	}
	tool_rows(t, r->rows);
	mem_free((char *)r->basket_column);
	mem_free((char *)r->item_column);
}

/* Lists that may be something else, unless --from says that they are lists. */
static void doubt_lists(struct run *run)
{
	static const struct {
		char byte;
		const char *name, *given;
	} others[] = {{';', "semicolon", "';'"}, {'|', "bar", "'|'"}, {'\t', "tabulator", "tab"}};
	const struct basket_reading *r = &run->reading;
	struct tool *t = run->tool;

	if (run->given->from || r->found != BASKET_FORM_LISTS)
		return;
	for (size_t i = 0; i < sizeof others / sizeof *others && !run->given->separator; i++) {
		uint64_t rows = r->other[(unsigned char)others[i].byte];

		/* The commas may be those of decimals. */
		if (!r->unseparated && rows > 1 && rows == r->rows)
			tool_usage(t, "each of the %llu lines has a %s: say --separator %s, or --from lists where commas stand between the items",
				   (unsigned long long)rows, others[i].name, others[i].given);
		if (r->unseparated && rows * 2 > r->rows)
			tool_usage(t, "no line has a comma, and %llu of %llu have a %s: say --separator %s, or --from lists where each basket has one item",
				   (unsigned long long)rows, (unsigned long long)r->rows, others[i].name, others[i].given);
	}
	if (r->rows == 1 && r->cells == 1)
		tool_usage(t, "a single line with a single item: is this a list of baskets? --separator says what stands between items, --from lists that this is one");
	if (basket_reading_is_table(r, &run->baskets))
		tool_usage(t, "each line has %llu values, as a table has, and none of the first line comes again: name the columns with --columns BASKET,ITEM, or say --from lists where each line is a basket",
			   (unsigned long long)r->cells);
}

static void report_files(struct run *run)
{
	const struct basket_reading *r = &run->reading;
	struct tool *t = run->tool;

	tool_stat(t, "rows", r->rows);
	tool_stat(t, "blank", r->blank);
	tool_stat(t, "incomplete", r->incomplete);
	if (r->found == BASKET_FORM_LINES)
		tool_say(t, "read as lines: the basket is in column '%s', the item in column '%s'", r->basket_name, r->item_name);
	else
		tool_say(t, "read as lists: each line is a basket");
	if (r->incomplete)
		tool_warn(t, "%llu of %llu lines have no basket or no item, and count in none", (unsigned long long)r->incomplete,
			  (unsigned long long)r->rows);
}

/*
 * The run.
 */

/* Is the first operand a record stream?  A pipe can be read once only: it is, unless --from says something else. */
static bool reads_profiles(struct run *run)
{
	const struct baskets_given *g = run->given;
	struct tool *t = run->tool;
	struct span first = SPAN("");
	struct stat st;
	struct input *in;
	bool profiles;

	if (g->from || g->columns || g->separator)
		return g->from && !strcmp(g->from, "profiles");
	if (!t->operand_count || !strcmp(t->operands[0], "-") ||
	    (!stat(t->operands[0], &st) && !S_ISREG(st.st_mode))) {
		t->hint = "a pipe is taken for profiles: for baskets say --from lists, or --from lines where it is a table";
		return true;
	}
	in = input_open(t->operands[0], &t->err);
	if (!in || input_peek(in, 4096, &first, &t->err))
		tool_fail(t);
	first = span_trim(span_starts(first, SPAN("\xef\xbb\xbf")) ? span_sub(first, 3, SIZE_MAX) : first);
	profiles = !first.len || *first.ptr == '{';
	input_close(in);
	return profiles;
}

static void read_all(struct run *run)
{
	struct tool *t = run->tool;

	run->profiles = reads_profiles(run);
	run->parts = mem_zero(t->jobs, sizeof *run->parts);
	if (run->profiles)
		read_profiles(run);
	else
		read_files(run);
	baskets_join(&run->baskets, run->parts, t->jobs);
	mem_free(run->parts);
	if (run->profiles) {
		report_profiles(run);
		return;
	}
	doubt_lists(run);
	report_files(run);
}

static void find_sets(struct run *run)
{
	const struct baskets_given *g = run->given;
	struct tool *t = run->tool;
	struct itemsets_asked asked = {
		.max_length = (uint32_t)g->max_length, .most = ITEMSETS_MAX, .workers = t->jobs,
	};

	settle_support(run);
	asked.min_count = run->min_count;
	if (itemsets_grow(&run->sets, &run->baskets, &asked, &t->err))
		tool_fail(t);
	if (run->sets.longest == g->max_length && g->max_length > 2)
		tool_say(t, "itemsets of more than %llu items were not looked for: --max-length", (unsigned long long)g->max_length);
	if (!g->rules)
		return;
	struct rules_asked wanted = {.confidence = run->confidence, .sort = MEASURE_LIFT};

	for (int i = 0; g->sort && measure_names[i]; i++)
		if (!strcmp(g->sort, measure_names[i]))
			wanted.sort = (enum measure)i;
	rules_make(&run->rules, &run->baskets, &run->sets, &wanted);
}

static void write_table(struct run *run)
{
	const struct baskets_given *g = run->given;
	struct tool *t = run->tool;
	struct basket_table table = {0};
	struct buf out = BUF_INIT;
	size_t count = g->rules ? run->rules.count : run->sets.count;

	showing_choose(t, g->shape, &table.rows.how);
	table.rows.title = g->rules ? "Rules" : "Baskets";
	table.rows.zone = t->zone;
	table.rows.limited = g->limit != UINT64_MAX;
	table.rows.limit = g->limit;
	if (g->rules)
		basket_table_begin_rules(&table, &run->baskets, &out);
	else
		basket_table_begin_sets(&table, &run->baskets, &out);
	for (size_t i = 0; i < count && i < g->limit; i++) {
		if (g->rules)
			basket_table_put_rule(&table, &run->sets, &run->rules.list[i], &out);
		else
			basket_table_put_set(&table, &run->sets, i, &out);
		if (out.len > (1 << 16)) {
			tool_write(t, buf_view(&out));
			buf_clear(&out);
		}
	}
	for (bool more = true; more;) {
		more = basket_table_end(&table, &out);
		tool_write(t, buf_view(&out));
		buf_clear(&out);
	}
	showing_finish(t, &table.rows.how);
	buf_release(&out);
}

/* Why there is nothing to show, in a sentence. */
static void explain_nothing(struct run *run)
{
	struct tool *t = run->tool;

	if (!run->baskets.count)
		tool_warn(t, "no baskets: %s", !run->profiles ? "the input has no items" :
			  run->orders ? "no order names an item" : "no profile shows an order");
	else if (!run->sets.count)
		tool_warn(t, "no item is in %u of the %u baskets: lower --support", run->min_count, run->baskets.count);
	else if (run->given->rules && run->baskets.starts[run->baskets.count] == run->baskets.count)
		tool_warn(t, "no rules: no basket has two items");
	else if (run->sets.longest < 2 && run->given->rules)
		tool_warn(t, "no rules: no two items are together in %u of the %u baskets: lower --support", run->min_count,
			  run->baskets.count);
	else if (run->given->rules && !run->rules.count)
		tool_warn(t, "no rules: none of the %llu that were tried has a confidence of %s: lower --confidence",
			  (unsigned long long)run->rules.tried, run->given->confidence);
}

static int finish(struct run *run)
{
	struct tool *t = run->tool;
	const struct baskets *b = &run->baskets;
	uint64_t items = b->starts[b->count];
	uint64_t sets = run->sets.count, rules = run->rules.count, tried = run->rules.tried;
	uint32_t baskets = b->count, kinds = b->items.count;

	tool_stat(t, "baskets", baskets);
	tool_stat(t, "items", kinds);
	tool_stat(t, "basket_items", items);
	tool_stat(t, "min_count", run->min_count);
	tool_stat(t, "itemsets", sets);
	if (run->given->rules) {
		tool_stat(t, "rules_tried", tried);
		tool_stat(t, "rules", rules);
	}
	tool_stat(t, "rejected", t->rejected);
	rules_release(&run->rules);
	itemsets_release(&run->sets);
	baskets_release(&run->baskets);
	basket_reading_release(&run->reading);
	if (run->given->rules)
		return tool_finish(t, "%u baskets of %u items, %llu together: %llu itemsets in at least %u baskets; %llu rules of %llu that were tried; %llu rejected",
				   baskets, kinds, (unsigned long long)items, (unsigned long long)sets, run->min_count,
				   (unsigned long long)rules, (unsigned long long)tried, (unsigned long long)t->rejected);
	return tool_finish(t, "%u baskets of %u items, %llu together: %llu itemsets in at least %u baskets; %llu rejected", baskets,
			   kinds, (unsigned long long)items, (unsigned long long)sets, run->min_count,
			   (unsigned long long)t->rejected);
}

int baskets_show(struct tool *t, const struct baskets_given *g)
{
	struct run run = {.tool = t, .given = g};

	check_given(&run);
	tool_open_output(t);
	read_all(&run);
	find_sets(&run);
	write_table(&run);
	explain_nothing(&run);
	return finish(&run);
}
