/*
 * The grouped table: customers, orders and money by whatever tells customers or orders apart,
 * such as `--by country,month`.
 *
 * A group is an expression over the profile (cdp-expr(7)), or a period of the order's time.  Of
 * an expression that is a list each item is a group, so a customer may stand in several rows;
 * one that is unknown is a group of its own, shown empty.  The last row, behind all groups,
 * counts every customer and order once.
 *
 *	customers	in the group; by a period: who ordered in it
 *	buyers		with an order there
 *	orders, refunds	as settled by record/orders.h, each at its own time
 *	revenue		what is left of them, one column a currency
 *	average		revenue an order
 *	revenue_in("EUR")	all of the revenue, exact, at stated rates; unknown where one is missing
 *	new		whose first order is there
 *	repeat		with an order there that is not their first
 *	share		of the revenue, where that is of one currency, else of the orders
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "expr/column_list.h"
#include "expr/profile_asked.h"
#include "expr/profile_scope.h"
#include "record/orders.h"
#include "understand/report/count.h"
#include "understand/report/day_range.h"
#include "understand/report/group_items.h"
#include "understand/report/partial.h"
#include "understand/report/suppress.h"
#include "understand/report/tally.h"

#define GROUPS_MAX 6
#define CURRENCIES_MAX 12	/* columns of money */
#define MARGIN '\x1e'		/* begins the key of all rows of a column */

enum { BY, SHOW, FROM, UNTIL, ACROSS, LIMIT };

static const struct count_option options[] = {
	[BY] = {"by", "LIST", "what makes a row: expressions, and day, week, month, quarter, year, weekday or hour of the order, as 'country,month'",
		NULL, NULL, false},
	[SHOW] = {"show", "LIST", "what is counted: customers, buyers, orders, refunds, revenue, average, new, repeat, share, revenue_in(\"EUR\") at --rates",
		  "customers,orders,revenue", NULL, false},
	[FROM] = {"from", "DATE", "the first day that counts", NULL, NULL, false},
	[UNTIL] = {"until", "DATE", "the last day that counts", NULL, NULL, false},
	[ACROSS] = {"rows-as-columns", "GROUP", "the group of --by whose rows become columns", NULL, NULL, false},
	[LIMIT] = {"limit", "N", "at most N rows", NULL, NULL, false},
	{0},
};

enum measure { CUSTOMERS, BUYERS, ORDERS, REFUNDS, REVENUE, AVERAGE, NEW, REPEAT, SHARE, REVENUE_IN, MEASURES };

#define SHOWN_MAX (MEASURES + 8)	/* money may be shown in several currencies */

static const char *const measure_names[] = {
	"customers", "buyers", "orders", "refunds", "revenue", "average", "new", "repeat", "share", NULL,
};

/* What is shown; of REVENUE_IN in which currency. */
struct shown {
	enum measure which;
	char into[CURRENCY_SIZE];
};

enum table_period { NO_PERIOD, DAY, WEEK, MONTH, QUARTER, YEAR, WEEKDAY, HOUR };

static const char *const period_names[] = {
	"", "day", "week", "month", "quarter", "year", "weekday", "hour", NULL,
};

struct group {
	const char *label;
	enum table_period period;
	struct expr *expr;	/* NULL: it is a period */
};

/* counts[] of a cell. */
enum { CELL_CUSTOMERS, CELL_BUYERS, CELL_ORDERS, CELL_REFUNDS, CELL_NEW, CELL_REPEAT, CELL_REFUNDED /* customers */ };
/* And of its money in a currency. */
enum { MONEY_ORDERS, MONEY_CUSTOMERS };

/* Of a cell: the number of the customer who was counted last. */
struct marks {
	uint64_t customer, buyer, new, repeat, refunded;
};

struct worker {
	struct profile_row row;
	struct expr_run run;
	struct arena scratch;
	struct orders noted;
	struct group_items items[GROUPS_MAX];	/* of the customer at hand: by group */
	struct tally cells;
	struct marks *marks;
	size_t mark_cap;
	struct tally money;		/* by cell and currency */
	uint64_t *payers;		/* by row of MONEY: the number of the customer who was counted last */
	size_t payer_cap;
	struct tally currencies;
	struct buf key, text;
	uint64_t number;
	uint64_t without_events, several;	/* customers; the latter stand in several rows */
	uint64_t no_currency;		/* orders and refunds that name none */
};

struct table {
	struct profile_scope *scope;
	struct group groups[GROUPS_MAX];
	size_t group_count;
	struct shown shown[SHOWN_MAX];
	bool converts;			/* some is REVENUE_IN */
	const struct rates *rates;	/* NULL: none */
	size_t shown_count;
	bool by_period;
	size_t across;			/* its place in GROUPS; GROUPS_MAX: none */
	struct day_range days;
	uint64_t limit;
	uint64_t k;			/* 0: nothing is hidden */
	const struct zone *zone;
	struct arena texts;
	unsigned workers;
	struct worker *list;
};

/* ---- options ---- */

static int named(struct span name, const char *const *names)
{
	for (int i = 0; names[i]; i++)
		if (names[i][0] && span_equal(name, span_of(names[i])))
			return i;
	return -1;
}

static int add_group(struct table *t, struct span item, struct error *err)
{
	struct span label = column_list_label(&item);
	struct expr_scope names = profile_scope_names(t->scope);
	struct group *g = &t->groups[t->group_count];
	int period = named(item, period_names);

	if (t->group_count == GROUPS_MAX)
		return error_usage(err, "table: --by takes at most %d groups", GROUPS_MAX);
	if (!item.len)
		return error_usage(err, "table: --by: an empty group: write 'country,month'");
	g->label = arena_copy(&t->texts, span_absent(label) ? item : label).ptr;
	for (size_t i = 0; i < t->group_count; i++)
		if (!strcmp(t->groups[i].label, g->label))
			return error_usage(err, "table: --by has '%s' twice: give one of them another label, 'Label=expression'", g->label);
	t->group_count++;
	if (period > 0) {
		g->period = (enum table_period)period;
		t->by_period = true;
		return 0;
	}
	g->expr = expr_compile(item, "--by", 1, 1, &names, TYPE_ANY, err);
	return g->expr ? 0 : -1;
}

static int read_groups(struct table *t, const struct count_value *given, struct error *err)
{
	struct span rest;

	if (!given->count)
		return error_usage(err, "table: say what makes a row: --by country, --by 'country,month'");
	for (rest = span_of(given->texts[0]); !span_absent(rest);)
		if (add_group(t, column_list_next(&rest), err))
			return -1;
	return 0;
}

/* revenue_in("EUR"): the code in capitals. */
static bool read_revenue_in(struct span item, struct shown *out)
{
	size_t name = strlen("revenue_in"), length;
	struct span code;

	if (!span_starts(item, SPAN("revenue_in")))
		return false;
	code = span_trim(span_sub(item, name, item.len - name));
	if (!span_starts(code, SPAN("(")) || !span_ends(code, SPAN(")")))
		return false;
	code = span_trim(span_sub(code, 1, code.len - 2));
	if (code.len < 3 || (*code.ptr != '"' && *code.ptr != '\'') || code.ptr[code.len - 1] != *code.ptr)
		return false;
	length = code.len - 2;
	*out = (struct shown){.which = REVENUE_IN};
	for (size_t i = 0; i < length && length < CURRENCY_SIZE; i++) {
		char c = code.ptr[i + 1];

		out->into[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
	}
	return length == 3;
}

static int refuse_measure(struct span item, struct error *err)
{
	const char *near = error_suggest(item, measure_names);
	char quoted[ERROR_QUOTE_MAX];

	error_quote(item, quoted);
	if (span_starts(item, SPAN("revenue_in")))
		return error_usage(err, "table: --show has %s: write the code of the currency, as in revenue_in(\"EUR\")", quoted);
	return near ? error_usage(err, "table: --show cannot have %s; did you mean '%s'?", quoted, near) :
		      error_usage(err, "table: --show cannot have %s; it can have %s", quoted,
				  "customers, buyers, orders, refunds, revenue, average, new, repeat, share, revenue_in(\"EUR\")");
}

static int add_measure(struct table *t, struct span item, struct error *err)
{
	struct shown shown = {.into = ""};
	int which = named(item, measure_names);
	char quoted[ERROR_QUOTE_MAX];

	if (which >= 0)
		shown.which = (enum measure)which;
	else if (!read_revenue_in(item, &shown))
		return refuse_measure(item, err);
	for (size_t i = 0; i < t->shown_count; i++)
		if (t->shown[i].which == shown.which && !strcmp(t->shown[i].into, shown.into))
			return error_usage(err, "table: --show has %s twice", error_quote(item, quoted));
	if (t->shown_count == SHOWN_MAX)
		return error_usage(err, "table: --show takes at most %d figures", SHOWN_MAX);
	t->converts = t->converts || shown.which == REVENUE_IN;
	t->shown[t->shown_count++] = shown;
	return 0;
}

static int read_measures(struct table *t, const char *text, struct error *err)
{
	struct span rest = span_of(text);

	while (!span_absent(rest))
		if (add_measure(t, column_list_next(&rest), err))
			return -1;
	return 0;
}

static int read_across(struct table *t, const struct count_value *given, struct error *err)
{
	t->across = GROUPS_MAX;
	if (!given->count)
		return 0;
	for (size_t i = 0; i < t->group_count; i++)
		if (span_equal(span_of(t->groups[i].label), span_of(given->texts[0])))
			t->across = i;
	if (t->across == GROUPS_MAX)
		return error_usage(err, "table: --rows-as-columns %s: --by has no such group", given->texts[0]);
	if (t->group_count < 2)
		return error_usage(err, "table: --rows-as-columns needs another group of --by for the rows");
	return 0;
}

static int read_options(struct table *t, const struct count_value *given, struct error *err)
{
	if (given[LIMIT].count && (!span_number(span_of(given[LIMIT].texts[0]), &t->limit) || !t->limit))
		return error_usage(err, "table: --limit %s: a number from 1", given[LIMIT].texts[0]);
	return read_groups(t, &given[BY], err) || read_measures(t, given[SHOW].texts[0], err) ||
	       day_range_read(&t->days, "table", &given[FROM], &given[UNTIL], err) || read_across(t, &given[ACROSS], err) ? -1 : 0;
}

static void free_table(void *state)
{
	struct table *t = state;

	for (unsigned i = 0; t->list && i < t->workers; i++) {
		struct worker *w = &t->list[i];

		profile_row_release(&w->row);
		arena_release(&w->scratch);
		orders_release(&w->noted);
		tally_release(&w->cells);
		tally_release(&w->money);
		tally_release(&w->currencies);
		mem_free(w->marks);
		mem_free(w->payers);
		buf_release(&w->key);
		buf_release(&w->text);
	}
	for (size_t i = 0; i < t->group_count; i++)
		expr_free(t->groups[i].expr);
	mem_free(t->list);
	profile_scope_free(t->scope);
	arena_release(&t->texts);
	mem_free(t);
}

static void start_workers(struct table *t)
{
	t->list = mem_zero(t->workers, sizeof *t->list);
	for (unsigned i = 0; i < t->workers; i++) {
		struct worker *w = &t->list[i];

		profile_row_init(&w->row, t->scope);
		w->run = (struct expr_run){.row = &w->row, .scratch = &w->scratch, .zone = t->zone};
	}
}

/*
 * Shares of several groups across are of one total: what one hides is what the others leave of it.  Money of all currencies
 * beside that of single ones would tell those that are hidden.
 */
static int refuse_telling(const struct table *t, struct error *err)
{
	if (t->converts)
		return error_usage(err, "table: with --k revenue_in would tell what is hidden of one currency: show revenue");
	for (size_t i = 0; t->across < GROUPS_MAX && i < t->shown_count; i++)
		if (t->shown[i].which == SHARE)
			return error_usage(err, "table: with --k and --rows-as-columns a share would tell what another column hides: leave it out of --show");
	return 0;
}

static void *start(const struct count_setup *setup, struct error *err)
{
	struct table *t = mem_zero(1, sizeof *t);

	t->workers = setup->workers;
	t->zone = setup->zone;
	t->k = setup->k;
	t->rates = setup->rates;
	t->scope = profile_scope_new();
	if (t->rates)
		profile_scope_set_rates(t->scope, t->rates);
	if (read_options(t, setup->values, err) || (t->k && refuse_telling(t, err))) {
		free_table(t);
		return NULL;
	}
	start_workers(t);
	return t;
}

/* ---- one customer ---- */

static int begin(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct table *t = state;
	struct worker *w = &t->list[worker];

	orders_clear(&w->noted);
	arena_clear(&w->scratch);
	profile_row_set(&w->row, p);
	w->run.as_of = p->as_of;
	for (size_t i = 0; i < t->group_count; i++)
		if (group_items_find(t->groups[i].expr, &w->run, &w->text, &w->items[i], err))
			return -1;
	profile_row_note(&w->run);
	return 0;
}

static int event(void *state, unsigned worker, const struct profile *p, const struct event *e, struct error *err)
{
	struct worker *w = &((struct table *)state)->list[worker];
	struct order order;

	if (p->as_of != MOMENT_NONE && e->time > p->as_of)
		return 0;
	if (order_read(e, &order, &w->text, err))
		return -1;
	orders_add(&w->noted, &order, hash_64(e->source.raw), e->time, (uint32_t)w->noted.count);
	return 0;
}

static void put_period(struct buf *key, enum table_period period, const struct zone *zone, int64_t time)
{
	static const char *const weekdays[] = {"1 Monday", "2 Tuesday", "3 Wednesday", "4 Thursday", "5 Friday", "6 Saturday", "7 Sunday"};
	int64_t day = zone_day(zone, time);
	struct civil c;

	zone_civil(zone, time, &c);
	buf_char(key, GROUP_KNOWN);
	if (period == WEEK)
		moment_civil_date(day - moment_weekday(day) + 1, &c.year, &c.month, &c.day);
	switch (period) {
	case NO_PERIOD:
		break;
	case DAY:
	case WEEK:
		buf_printf(key, "%04d-%02d-%02d", c.year, c.month, c.day);
		break;
	case MONTH:
		buf_printf(key, "%04d-%02d", c.year, c.month);
		break;
	case QUARTER:
		buf_printf(key, "%04d-Q%d", c.year, (c.month + 2) / 3);
		break;
	case YEAR:
		buf_printf(key, "%04d", c.year);
		break;
	case WEEKDAY:
		buf_text_put(key, weekdays[moment_weekday(day) - 1]);
		break;
	case HOUR:
		buf_printf(key, "%02d:00", c.hour);
		break;
	}
}

/* The key of combination NUMBER of the items, at TIME. */
static void put_key(const struct table *t, struct worker *w, size_t number, int64_t time)
{
	buf_clear(&w->key);
	for (size_t i = 0; i < t->group_count; i++) {
		if (i)
			buf_char(&w->key, GROUP_SEPARATOR);
		if (!t->groups[i].expr && time == MOMENT_NONE)
			buf_lit(&w->key, GROUP_UNKNOWN);
		else if (!t->groups[i].expr)
			put_period(&w->key, t->groups[i].period, t->zone, time);
		else
			buf_span(&w->key, w->items[i].list[number % w->items[i].count]);
		number /= w->items[i].count;
	}
}

/* The key of all rows that have ITEM in the group whose rows become columns. */
static void put_margin(const struct table *t, struct worker *w, size_t item, int64_t time)
{
	const struct group *g = &t->groups[t->across];

	buf_clear(&w->key);
	buf_char(&w->key, MARGIN);
	if (g->expr)
		buf_span(&w->key, w->items[t->across].list[item]);
	else if (time == MOMENT_NONE)
		buf_lit(&w->key, GROUP_UNKNOWN);
	else
		put_period(&w->key, g->period, t->zone, time);
}

static size_t combinations(const struct table *t, const struct worker *w)
{
	size_t count = 1;

	for (size_t i = 0; i < t->group_count; i++)
		count *= w->items[i].count;
	return count;
}

static size_t cell_of(struct worker *w, struct span key)
{
	size_t i = tally_index(&w->cells, key), had = w->mark_cap;

	if (i >= had) {
		w->mark_cap = i < 32 ? 64 : 2 * i;
		w->marks = mem_grow(w->marks, w->mark_cap, sizeof *w->marks);
		for (size_t j = had; j < w->mark_cap; j++)
			w->marks[j] = (struct marks){0};
	}
	return i;
}

static void count_customer(struct worker *w, struct span key)
{
	size_t i = cell_of(w, key);

	w->cells.rows[i].counts[CELL_CUSTOMERS] += w->marks[i].customer != w->number;
	w->marks[i].customer = w->number;
}

/* An order that is kept; FIRST: the customer's. */
static void count_order(struct worker *w, struct span key, bool first)
{
	size_t i = cell_of(w, key);
	struct tally_row *cell = &w->cells.rows[i];

	cell->counts[CELL_ORDERS]++;
	cell->counts[CELL_BUYERS] += w->marks[i].buyer != w->number;
	w->marks[i].buyer = w->number;
	if (first) {
		cell->counts[CELL_NEW] += w->marks[i].new != w->number;
		w->marks[i].new = w->number;
	} else {
		cell->counts[CELL_REPEAT] += w->marks[i].repeat != w->number;
		w->marks[i].repeat = w->number;
	}
}

static int count_money(struct worker *w, struct span key, const struct order_entry *e, struct error *err)
{
	struct tally_row *row;
	size_t i, had = w->payer_cap;

	buf_clear(&w->text);
	buf_span(&w->text, key);
	buf_char(&w->text, '\0');
	buf_text_put(&w->text, e->order.currency);
	i = tally_index(&w->money, buf_view(&w->text));
	w->payers = mem_room(w->payers, i, &w->payer_cap, sizeof *w->payers);
	if (had < w->payer_cap)
		memset(w->payers + had, 0, (w->payer_cap - had) * sizeof *w->payers);
	row = &w->money.rows[i];
	row->counts[MONEY_ORDERS] += e->part == ORDER_PART_NEW;
	row->counts[MONEY_CUSTOMERS] += w->payers[i] != w->number;
	w->payers[i] = w->number;
	return tally_add_money(row, e->net, err);
}

static int count_in_cell(const struct table *t, struct worker *w, struct span key, const struct order_entry *e, bool first,
			 struct error *err)
{
	size_t i;

	if (t->by_period && e->part == ORDER_PART_NEW)
		count_customer(w, key);
	i = cell_of(w, key);
	if (e->refund) {
		w->cells.rows[i].counts[CELL_REFUNDS]++;
		w->cells.rows[i].counts[CELL_REFUNDED] += w->marks[i].refunded != w->number;
		w->marks[i].refunded = w->number;
	}
	if (e->part == ORDER_PART_NEW)
		count_order(w, key, first);
	return e->has_net ? count_money(w, key, e, err) : 0;
}

static bool is_wanted(const struct table *t, const struct order_entry *e)
{
	int64_t day;

	if (e->part == ORDER_PART_AGAIN)
		return false;
	if (!t->days.has_from && !t->days.has_until)
		return true;
	if (e->time == MOMENT_NONE)
		return false;
	day = zone_day(t->zone, e->time);
	return (!t->days.has_from || day >= t->days.from) && (!t->days.has_until || day <= t->days.until);
}

/* Who has money that is shown in another currency. */
static void note_rates(const struct table *t, struct worker *w, const struct order_entry *e)
{
	if (!e->has_net || !e->net.digits)
		return;
	w->no_currency += !*e->order.currency;
	for (size_t i = 0; i < t->shown_count && *e->order.currency; i++)
		if (t->shown[i].which == REVENUE_IN && strcmp(t->shown[i].into, e->order.currency) != 0)
			rate_use(&w->row.rates, e->order.currency, t->shown[i].into, w->row.number);
}

static int count_entry(const struct table *t, struct worker *w, const struct order_entry *e, bool first, struct error *err)
{
	size_t count = combinations(t, w);

	if (t->converts)
		note_rates(t, w, e);
	tally_row(&w->currencies, span_of(e->order.currency))->counts[0]++;
	for (size_t i = 0; i < count; i++) {
		put_key(t, w, i, e->time);
		if (count_in_cell(t, w, buf_view(&w->key), e, first, err))
			return -1;
	}
	for (size_t i = 0; t->across < GROUPS_MAX && i < w->items[t->across].count; i++) {
		put_margin(t, w, i, e->time);
		if (count_in_cell(t, w, buf_view(&w->key), e, first, err))
			return -1;
	}
	return count_in_cell(t, w, SPAN(""), e, first, err);
}

/* Rows of customers alone have those without an order, too. */
static void count_head(const struct table *t, struct worker *w)
{
	size_t count = combinations(t, w);

	if (t->by_period)
		return;
	for (size_t i = 0; i < count; i++) {
		put_key(t, w, i, MOMENT_NONE);
		count_customer(w, buf_view(&w->key));
	}
	for (size_t i = 0; t->across < GROUPS_MAX && i < w->items[t->across].count; i++) {
		put_margin(t, w, i, MOMENT_NONE);
		count_customer(w, buf_view(&w->key));
	}
	count_customer(w, SPAN(""));
}

static int commit(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct table *t = state;
	struct worker *w = &t->list[worker];
	bool first = true;

	w->number++;
	w->several += combinations(t, w) > 1;
	w->without_events += p->events.kind != VALUE_ARRAY || p->events_omitted.kind == VALUE_NUMBER;
	count_head(t, w);
	if (orders_settle(&w->noted, err))
		return -1;
	for (size_t i = 0; i < w->noted.count; i++) {
		const struct order_entry *e = &w->noted.list[i];

		if (is_wanted(t, e) && count_entry(t, w, e, first, err))
			return -1;
		first = first && e->part != ORDER_PART_NEW;
	}
	return 0;
}

/* ---- the table ---- */

/*
 * Rows and columns by what the cells' keys say: a row's key is a cell's without the part that
 * becomes columns.
 */
struct filling {
	const struct table *t;
	struct worker *all;
	struct sheet *sheet;
	struct span currencies[CURRENCIES_MAX];
	size_t currency_count;
	struct map rows, across;	/* keys; ACROSS has one empty where nothing becomes columns */
	struct span *row_keys, *across_keys;	/* in their order */
	struct buf key;
	/* Where figures may be hidden: by row and column, the last row is the total. */
	bool *hidden;
};

/* The money of KEY's cell in a currency; NULL: none. */
static const struct tally_row *find_money(struct filling *f, struct span key, struct span currency)
{
	struct buf *text = &f->all->text;
	size_t i;

	buf_clear(text);
	buf_span(text, key);
	buf_char(text, '\0');
	buf_span(text, currency);
	i = map_find(&f->all->money.keys, buf_view(text));
	return i == MAP_NONE ? NULL : &f->all->money.rows[i];
}

static const struct tally_row *money_row(struct filling *f, struct span key, size_t currency)
{
	return find_money(f, key, f->currencies[currency]);
}

static struct decimal money_of(struct filling *f, struct span key, size_t currency)
{
	const struct tally_row *row = money_row(f, key, currency);

	return row ? row->money : DECIMAL_ZERO;
}

static const uint64_t *counts_of(struct filling *f, struct span key)
{
	static const uint64_t none[TALLY_COUNTS];
	size_t i = map_find(&f->all->cells.keys, key);

	return i == MAP_NONE ? none : f->all->cells.rows[i].counts;
}

static struct cell share_cell(struct filling *f, struct span key)
{
	if (f->currency_count == 1)
		return cell_share(decimal_double(money_of(f, key, 0)), decimal_double(money_of(f, SPAN(""), 0)));
	return cell_share((double)counts_of(f, key)[CELL_ORDERS], (double)counts_of(f, SPAN(""))[CELL_ORDERS]);
}

/* Of the orders in that currency. */
static struct cell average_cell(struct filling *f, struct span key, size_t currency)
{
	const struct tally_row *row = money_row(f, key, currency);
	struct decimal mean;

	if (!row || !decimal_div(row->money, decimal_of((int64_t)row->counts[MONEY_ORDERS]), &mean))
		return CELL_EMPTY;
	return cell_number(decimal_round(mean, 2));
}

/* What a cell's money of ROW is in the currency INTO, where none is none of any; false: it is not known. */
static bool convert_row(const struct table *t, const struct tally_row *row, struct span currency, const char *into, struct decimal *out)
{
	char code[CURRENCY_SIZE];
	const struct rate *rate;

	if (currency.len >= sizeof code)
		return false;
	memcpy(code, currency.ptr, currency.len);
	code[currency.len] = '\0';
	*out = row->money;
	if (!row->money.digits || !strcmp(code, into))
		return true;
	rate = t->rates && *code ? rates_find(t->rates, code, into) : NULL;
	return rate && rate_convert(rate, row->money, out);
}

/* All of a cell's money in one currency; unknown where a rate is missing. */
static struct cell revenue_in_cell(struct filling *f, struct span key, const char *into)
{
	const struct tally *currencies = &f->all->currencies;
	struct decimal sum = DECIMAL_ZERO, part;

	for (size_t i = 0; i < tally_size(currencies); i++) {
		const struct tally_row *row = find_money(f, key, currencies->rows[i].key);

		if (row && (!convert_row(f->t, row, currencies->rows[i].key, into, &part) || !decimal_add(sum, part, &sum)))
			return CELL_EMPTY;
	}
	return cell_number(sum);
}

static struct cell count_cell(struct filling *f, enum measure which, struct span key)
{
	static const int places[MEASURES] = {
		[CUSTOMERS] = CELL_CUSTOMERS, [BUYERS] = CELL_BUYERS, [ORDERS] = CELL_ORDERS,
		[REFUNDS] = CELL_REFUNDS, [NEW] = CELL_NEW, [REPEAT] = CELL_REPEAT,
	};

	return cell_count(counts_of(f, key)[places[which]]);
}

static bool is_money(enum measure which)
{
	return which == REVENUE || which == AVERAGE;
}

/* The cells of all measures for KEY, from TO on. */
static struct cell *put_measures(struct filling *f, struct span key, struct cell *to)
{
	for (size_t i = 0; i < f->t->shown_count; i++) {
		enum measure which = f->t->shown[i].which;

		for (size_t c = 0; is_money(which) && c < f->currency_count; c++)
			*to++ = which == AVERAGE ? average_cell(f, key, c) : cell_number(money_of(f, key, c));
		if (which == REVENUE_IN)
			*to++ = revenue_in_cell(f, key, f->t->shown[i].into);
		else if (which == SHARE)
			*to++ = share_cell(f, key);
		else if (!is_money(which))
			*to++ = count_cell(f, which, key);
	}
	return to;
}

/* How many columns the measures have. */
static size_t measure_width(const struct filling *f)
{
	size_t width = 0;

	for (size_t i = 0; i < f->t->shown_count; i++)
		width += is_money(f->t->shown[i].which) ? f->currency_count : 1;
	return width;
}

/* KEY's part of the group that becomes columns into *ACROSS, the others as a key into f->key. */
static void cut_key(struct filling *f, struct span key, struct span *across)
{
	bool first = true;

	*across = SPAN("");
	buf_clear(&f->key);
	for (size_t i = 0; i < f->t->group_count; i++) {
		struct span part = span_cut(&key, GROUP_SEPARATOR);

		if (i == f->t->across) {
			*across = part;
			continue;
		}
		if (!first)
			buf_char(&f->key, GROUP_SEPARATOR);
		buf_span(&f->key, part);
		first = false;
	}
}

/* And back. */
static struct span join_key(struct filling *f, struct span row, struct span across)
{
	buf_clear(&f->key);
	for (size_t i = 0; i < f->t->group_count; i++) {
		if (i)
			buf_char(&f->key, GROUP_SEPARATOR);
		buf_span(&f->key, i == f->t->across ? across : span_cut(&row, GROUP_SEPARATOR));
	}
	return buf_view(&f->key);
}

static struct span *sort_keys(const struct map *m)
{
	struct span *list = mem_zero(m->count + 1, sizeof *list);

	for (size_t i = 0; i < m->count; i++)
		list[i] = m->entries[i].key;
	qsort(list, m->count, sizeof *list, group_items_compare);
	return list;
}

/* The largest first, what is not known last. */
static int compare_numbers(struct cell m, struct cell n)
{
	if (m.kind != CELL_NUMBER || n.kind != CELL_NUMBER)
		return (n.kind == CELL_NUMBER) - (m.kind == CELL_NUMBER);
	return decimal_compare(n.number, m.number);
}

static int compare_counts(struct filling *f, enum measure which, struct span x, struct span y)
{
	uint64_t m = count_cell(f, which, x).count, n = count_cell(f, which, y).count;

	return m < n ? 1 : m > n ? -1 : 0;
}

/* By what is shown first; equal ones by their key. */
static int compare_rows(const void *a, const void *b, void *filling)
{
	struct filling *f = filling;
	struct span x = *(const struct span *)a, y = *(const struct span *)b;
	enum measure first = f->t->shown[0].which;
	const char *into = f->t->shown[0].into;
	int by;

	if (first == SHARE)
		first = f->currency_count == 1 ? REVENUE : ORDERS;
	if (first == AVERAGE)
		by = compare_numbers(average_cell(f, x, 0), average_cell(f, y, 0));
	else if (first == REVENUE_IN)
		by = compare_numbers(revenue_in_cell(f, x, into), revenue_in_cell(f, y, into));
	else if (first == REVENUE)
		by = decimal_compare(money_of(f, y, 0), money_of(f, x, 0));
	else
		by = compare_counts(f, first, x, y);
	return by ? by : span_compare(x, y);
}

static void find_keys(struct filling *f)
{
	struct tally *cells = &f->all->cells;

	for (size_t i = 0; i < tally_size(cells); i++) {
		struct span key = cells->rows[i].key, across;

		if (!key.len || key.ptr[0] == MARGIN)
			continue;
		cut_key(f, key, &across);
		map_put(&f->rows, buf_view(&f->key), NULL);
		map_put(&f->across, across, NULL);
	}
	if (f->t->across == GROUPS_MAX)
		map_put(&f->across, SPAN(""), NULL);
	f->row_keys = sort_keys(&f->rows);
	f->across_keys = sort_keys(&f->across);
	if (!f->t->by_period && f->t->across == GROUPS_MAX)
		qsort_r(f->row_keys, f->rows.count, sizeof *f->row_keys, compare_rows, f);
}

static struct span part_text(struct filling *f, struct span part)
{
	struct span text = group_item_text(part);

	return span_absent(text) ? text : arena_copy(&f->sheet->texts, text);
}

/* Money names its currency where the others are of several: in the key, and for people as its unit. */
static void add_column(struct filling *f, struct section *s, size_t *at, enum measure which, const char *currency,
		       struct span across)
{
	struct column *c = &s->columns[(*at)++];
	struct span of = part_text(f, across);
	const char *before = f->t->across == GROUPS_MAX ? "" :
			     sheet_text(f->sheet, "%.*s ", SPAN_ARG(span_absent(of) ? SPAN("(unknown)") : of));
	const char *name = sheet_text(f->sheet, "%s%s", before, which == REVENUE_IN ? "revenue_in" : measure_names[which]);

	*c = (struct column){.key = name, .decimals = currency ? 2 : -1, .unit = currency && *currency ? currency : NULL};
	if (!currency || (f->currency_count == 1 && which != REVENUE_IN))
		return;
	c->key = sheet_text(f->sheet, "%s %s", name, *currency ? currency : "unknown currency");
	c->label = c->unit ? name : NULL;
}

static void name_measures(struct filling *f, struct section *s, size_t *at, struct span across)
{
	for (size_t i = 0; i < f->t->shown_count; i++) {
		enum measure which = f->t->shown[i].which;

		if (!is_money(which))
			add_column(f, s, at, which, which == REVENUE_IN ? sheet_text(f->sheet, "%s", f->t->shown[i].into) : NULL, across);
		for (size_t c = 0; is_money(which) && c < f->currency_count; c++)
			add_column(f, s, at, which, sheet_text(f->sheet, "%.*s", SPAN_ARG(f->currencies[c])), across);
	}
}

/* ---- what is hidden: suppress.h ---- */

/* How many people the figure of KEY rests on. */
static uint64_t people_of(struct filling *f, enum measure which, size_t currency, struct span key)
{
	static const int places[MEASURES] = {
		[CUSTOMERS] = CELL_CUSTOMERS, [BUYERS] = CELL_BUYERS, [ORDERS] = CELL_BUYERS,
		[REFUNDS] = CELL_REFUNDED, [NEW] = CELL_NEW, [REPEAT] = CELL_REPEAT,
	};
	const struct tally_row *money;
	uint64_t people;

	if (which == SHARE)
		which = f->currency_count == 1 ? REVENUE : ORDERS;
	if (!is_money(which))
		return counts_of(f, key)[places[which]];
	money = money_row(f, key, currency);
	if (!money)
		return 0;
	/* The average and the revenue say how many orders: each has one customer at most. */
	people = money->counts[MONEY_CUSTOMERS];
	return which == AVERAGE && money->counts[MONEY_ORDERS] < people ? money->counts[MONEY_ORDERS] : people;
}

/* One column of the table: a measure, in a currency, of a group across. */
struct hidden_column {
	enum measure which;
	size_t currency, across, at, first;	/* its place; the first of its group across */
};

static bool *hidden_flag(const struct filling *f, size_t row, size_t column)
{
	return &f->hidden[row * measure_width(f) * f->across.count + column];
}

/* The total's key of a group across. */
static struct span margin_key(struct filling *f, size_t across)
{
	buf_clear(&f->key);
	if (f->t->across < GROUPS_MAX) {
		buf_char(&f->key, MARGIN);
		buf_span(&f->key, f->across_keys[across]);
	}
	return buf_view(&f->key);
}

static void hide_column(struct filling *f, const struct hidden_column *c)
{
	size_t rows = f->rows.count;
	uint64_t *people = mem_zero(rows + 1, sizeof *people);
	struct suppress_column column = {.people = people, .count = rows};

	column.hidden = mem_zero(rows + 1, sizeof *column.hidden);
	for (size_t r = 0; r < rows; r++) {
		people[r] = people_of(f, c->which, c->currency, join_key(f, f->row_keys[r], f->across_keys[c->across]));
		column.hidden[r] = *hidden_flag(f, r, c->at);
	}
	column.total = people_of(f, c->which, c->currency, margin_key(f, c->across));
	column.total_hidden = *hidden_flag(f, rows, c->at);
	suppress_column(&column, f->t->k);
	for (size_t r = 0; r < rows; r++)
		*hidden_flag(f, r, c->at) = column.hidden[r];
	*hidden_flag(f, rows, c->at) = column.total_hidden;
	mem_free(people);
	mem_free(column.hidden);
}

/* What says the same as a column that is hidden in some rows: an average and orders say revenue, a share does. */
static void hide_as(struct filling *f, const struct hidden_column *c, const struct hidden_column *source)
{
	bool average = c->which == AVERAGE && (source->which == ORDERS || (source->which == REVENUE && source->currency == c->currency));
	bool share = c->which == SHARE && source->which == (f->currency_count == 1 ? REVENUE : ORDERS);
	bool all = share && *hidden_flag(f, f->rows.count, source->at);

	for (size_t r = 0; (average || share) && r <= f->rows.count; r++)
		*hidden_flag(f, r, c->at) |= all || *hidden_flag(f, r, source->at);
}

/* The columns of all measures of a group across; how many. */
static size_t list_columns(const struct filling *f, size_t across, struct hidden_column *list)
{
	size_t count = 0, first = across * measure_width(f);

	for (size_t i = 0; i < f->t->shown_count; i++)
		for (size_t c = 0; c < (is_money(f->t->shown[i].which) ? f->currency_count : 1); c++, count++)
			list[count] = (struct hidden_column){f->t->shown[i].which, c, across, first + count, first};
	return count;
}

static bool is_derived(const struct hidden_column *c)
{
	return c->which == AVERAGE || c->which == SHARE;
}

static const struct hidden_column *find_column(const struct hidden_column *list, size_t count, enum measure which)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].which == which)
			return &list[i];
	return NULL;
}

/*
 * Who came again: of a period's buyers who are not new, and of all time's orders what their first ones leave.  What hides
 * one of two such columns hides the other.  Did that hide more?
 */
static bool hide_together(struct filling *f, const struct hidden_column *one, const struct hidden_column *other)
{
	bool more = false;

	for (size_t r = 0; one && other && r <= f->rows.count; r++) {
		bool *a = hidden_flag(f, r, one->at), *b = hidden_flag(f, r, other->at);

		more |= *a != *b;
		*a = *b = *a || *b;
	}
	return more;
}

static void hide_group(struct filling *f, size_t across)
{
	struct hidden_column list[MEASURES * CURRENCIES_MAX];
	size_t count = list_columns(f, across, list);

	do {
		for (size_t i = 0; i < count; i++)
			if (!is_derived(&list[i]))
				hide_column(f, &list[i]);
	} while (hide_together(f, find_column(list, count, f->t->by_period ? NEW : ORDERS), find_column(list, count, REPEAT)));
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; is_derived(&list[i]) && k < count; k++)
			if (!is_derived(&list[k]))
				hide_as(f, &list[i], &list[k]);
		if (is_derived(&list[i]))
			hide_column(f, &list[i]);
	}
}

static void hide_all_columns(struct filling *f)
{
	for (size_t a = 0; a < f->across.count; a++)
		hide_group(f, a);
}

/* Does ROW show a figure of anybody?  One that does not has no name, either: that there is somebody is one. */
static bool is_bare(struct filling *f, size_t row)
{
	struct hidden_column list[MEASURES * CURRENCIES_MAX];

	for (size_t a = 0; a < f->across.count; a++) {
		size_t count = list_columns(f, a, list);

		for (size_t i = 0; i < count; i++)
			if (!*hidden_flag(f, row, list[i].at) &&
			    people_of(f, list[i].which, list[i].currency, join_key(f, f->row_keys[row], f->across_keys[a])))
				return false;
	}
	return true;
}

static int compare_hidden(const void *a, const void *b, void *filling)
{
	struct filling *f = filling;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	bool m = *hidden_flag(f, x, 0), n = *hidden_flag(f, y, 0);

	if (m != n)
		return m ? 1 : -1;
	return m ? span_compare(f->row_keys[x], f->row_keys[y]) : (x > y) - (x < y);
}

/* The order of the first COUNT rows says nothing of a hidden figure: behind the others they stand by their keys. */
static void move_hidden(struct filling *f, size_t count)
{
	size_t width = measure_width(f) * f->across.count, *order = mem_zero(count + 1, sizeof *order);
	struct span *keys = mem_zero(count + 1, sizeof *keys);
	bool *flags = mem_zero(count * width + 1, sizeof *flags);

	for (size_t i = 0; i < count; i++)
		order[i] = i;
	qsort_r(order, count, sizeof *order, compare_hidden, f);
	for (size_t i = 0; i < count; i++) {
		keys[i] = f->row_keys[order[i]];
		memcpy(flags + i * width, hidden_flag(f, order[i], 0), width * sizeof *flags);
	}
	memcpy(f->row_keys, keys, count * sizeof *keys);
	memcpy(f->hidden, flags, count * width * sizeof *flags);
	mem_free(order);
	mem_free(keys);
	mem_free(flags);
}

/* Rows behind the limit are not shown; what is to be hidden then is more. */
static void hide_cells(struct filling *f, size_t shown)
{
	size_t width = measure_width(f) * f->across.count;
	bool by_size = !f->t->by_period && f->t->across == GROUPS_MAX;

	f->hidden = mem_zero((f->rows.count + 1) * width + 1, sizeof *f->hidden);
	hide_all_columns(f);
	if (by_size)
		move_hidden(f, f->rows.count);
	if (shown == f->rows.count)
		return;
	for (size_t i = shown * width; i < f->rows.count * width; i++)
		f->hidden[i] = true;
	hide_all_columns(f);
	if (by_size)
		move_hidden(f, shown);
}

static struct section *add_section(struct filling *f, size_t labels, size_t width)
{
	size_t count = labels + width * f->across.count, at = 0;
	struct column *blank = mem_zero(count + 1, sizeof *blank);
	struct section *s = sheet_add(f->sheet, "table", "Table", blank, count);

	mem_free(blank);
	for (size_t i = 0; i < f->t->group_count; i++)
		if (i != f->t->across)
			s->columns[at++] = (struct column){sheet_text(f->sheet, "%s", f->t->groups[i].label), NULL, NULL, -1};
	for (size_t i = 0; i < f->across.count; i++)
		name_measures(f, s, &at, f->across_keys[i]);
	s->label_columns = labels;
	return s;
}

static void hide_row(struct filling *f, struct cell *figures, size_t number)
{
	size_t width = measure_width(f) * f->across.count;

	for (size_t i = 0; f->hidden && i < width; i++)
		if (*hidden_flag(f, number, i))
			figures[i] = (struct cell){.kind = CELL_HIDDEN};
}

/* In place of COUNT rows that would show nothing. */
static void put_bare(struct filling *f, struct section *s, size_t count)
{
	struct cell *row = section_row(s);

	row[0] = cell_text(span_of(sheet_text(f->sheet, "(%zu row%s)", count, count == 1 ? "" : "s")));
	for (size_t i = s->label_columns; i < s->column_count; i++)
		row[i] = (struct cell){.kind = CELL_HIDDEN};
}

static void put_row(struct filling *f, struct section *s, size_t number)
{
	struct span key = f->row_keys[number], rest = key;
	struct cell *row = section_row(s), *figures = row + s->label_columns;

	for (size_t i = 0; i < s->label_columns; i++)
		*row++ = cell_text(part_text(f, span_cut(&rest, GROUP_SEPARATOR)));
	for (size_t i = 0; i < f->across.count; i++)
		row = put_measures(f, join_key(f, key, f->across_keys[i]), row);
	hide_row(f, figures, number);
}

static void put_rows(struct filling *f, struct section *s, size_t count)
{
	size_t bare = 0;

	for (size_t i = 0; i < count; i++) {
		if (f->hidden && is_bare(f, i))
			bare++;
		else
			put_row(f, s, i);
	}
	if (bare)
		put_bare(f, s, bare);
}

/* Everybody once. */
static void put_total(struct filling *f, struct section *s)
{
	struct cell *row = section_row(s), *figures = row + s->label_columns;

	*row = cell_text(SPAN("(all)"));
	row = figures;
	for (size_t i = 0; i < f->across.count; i++)
		row = put_measures(f, margin_key(f, i), row);
	hide_row(f, figures, f->rows.count);
}

/* At which rates how many customers' money was converted, into NOTE; which are missing, as warnings. */
static void put_rates(struct filling *f, struct buf *note)
{
	static const struct rates none;
	const struct rates *rates = f->t->rates ? f->t->rates : &none;
	const struct rate_uses *uses = &f->all->row.rates;
	struct buf text = BUF_INIT;
	struct span rest;

	if (uses->count) {
		rates_put(rates, &uses, 1, false, &text);
		rates_put(rates, &uses, 1, true, &f->sheet->warnings);
	}
	for (rest = buf_view(&text); rest.len;) {
		struct span line = span_cut(&rest, '\n');

		buf_printf(note, "; %.*s", SPAN_ARG(line));
	}
	if (f->all->no_currency)
		sheet_warn(f->sheet, "table: %llu order%s no currency: revenue_in is unknown where %s",
			   (unsigned long long)f->all->no_currency, f->all->no_currency == 1 ? " or refund names" : "s or refunds name",
			   f->all->no_currency == 1 ? "it counts" : "they count");
	buf_release(&text);
}

static void write_note(struct filling *f, struct section *s)
{
	struct buf note = BUF_INIT;

	buf_text_put(&note, f->t->by_period ? "Orders and refunds at their own time; customers are who ordered then" :
		     "All customers, with or without an order");
	if (f->all->several)
		buf_printf(&note, "; %llu customer%s in several rows", (unsigned long long)f->all->several,
			   f->all->several == 1 ? " stands" : "s stand");
	if (!f->t->k)	/* it counts customers */
		put_rates(f, &note);
	s->note = sheet_note_missing(f->sheet, sheet_note_hidden(f->sheet, sheet_text(f->sheet, "%s", buf_text(&note)), f->t->k),
				     f->all->without_events);
	buf_release(&note);
}

/* Columns of money, the commonest currency first. */
static void find_currencies(struct filling *f)
{
	struct tally *t = &f->all->currencies;

	tally_sort_by_count(t);
	for (size_t i = 0; i < tally_size(t) && i < CURRENCIES_MAX; i++)
		f->currencies[f->currency_count++] = t->rows[i].key;
	if (tally_size(t) > CURRENCIES_MAX)
		sheet_warn(f->sheet, "table: %zu currencies; the %d commonest have columns: --where narrows the table", tally_size(t),
			   CURRENCIES_MAX);
	if (!f->currency_count)
		f->currencies[f->currency_count++] = SPAN("");
}

static int add_part(struct worker *all, const struct worker *part, struct error *err)
{
	all->several += part->several;
	all->no_currency += part->no_currency;
	rate_uses_add(&all->row.rates, &part->row.rates);
	all->without_events += part->without_events;
	return tally_merge(&all->cells, &part->cells, err) || tally_merge(&all->money, &part->money, err) ||
	       tally_merge(&all->currencies, &part->currencies, err) ? -1 : 0;
}

static void warn_of_names(const struct table *t, struct sheet *sheet)
{
	const struct profile_row **rows = mem_zero(t->workers + 1, sizeof *rows);
	struct buf text = BUF_INIT;

	for (unsigned i = 0; i < t->workers; i++)
		rows[i] = &t->list[i].row;
	asked_put(profile_scope_asked(t->scope), rows, t->workers, &text);
	buf_span(&sheet->warnings, buf_view(&text));
	buf_release(&text);
	mem_free(rows);
}

static int add_up(struct table *t, struct error *err)
{
	for (unsigned i = 1; i < t->workers; i++)
		if (add_part(&t->list[0], &t->list[i], err))
			return -1;
	return 0;
}

/* Who has money of one currency that is shown in another: "USD EUR". */
static void carry_rates(struct partial *p, struct rate_uses *uses)
{
	struct tally pairs = TALLY_INIT;
	struct buf key = BUF_INIT;
	struct rate_pair pair;

	for (size_t i = 0; !partial_reads(p) && rate_uses_at(uses, i, &pair); i++) {
		buf_clear(&key);
		buf_printf(&key, "%s %s", pair.from, pair.to);
		tally_row(&pairs, buf_view(&key))->counts[0] += pair.customers;
	}
	partial_tally(p, "rates", &pairs);
	for (size_t i = 0; partial_reads(p) && i < tally_size(&pairs); i++) {
		struct span to = pairs.rows[i].key, from = span_cut(&to, ' ');

		pair = (struct rate_pair){.customers = pairs.rows[i].counts[0]};
		if (from.len >= CURRENCY_SIZE || to.len >= CURRENCY_SIZE) {
			partial_fail(p, "a pair of currencies is none");
			break;
		}
		memcpy(pair.from, from.ptr, from.len);
		memcpy(pair.to, to.ptr, to.len);
		rate_uses_put(uses, &pair);
	}
	tally_release(&pairs);
	buf_release(&key);
}

static void carry(void *state, struct partial *p)
{
	struct table *t = state;
	struct worker *all = &t->list[0];

	if (!partial_reads(p) && add_up(t, NULL))
		partial_fail(p, "a sum of money has more than 38 digits");
	partial_count(p, "several", &all->several);
	partial_count(p, "without_events", &all->without_events);
	partial_count(p, "no_currency", &all->no_currency);
	carry_rates(p, &all->row.rates);
	partial_tally(p, "cells", &all->cells);
	partial_tally(p, "money", &all->money);
	partial_tally(p, "currencies", &all->currencies);
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct table *t = state;
	struct filling f = {.t = t, .all = &t->list[0], .sheet = sheet};
	struct section *s;
	size_t rows;

	if (add_up(t, err))
		return -1;
	if (t->k && f.all->several)
		return error_usage(err, "table: --k needs groups that share nobody, and %llu customer%s in several: group by something of which everybody has one",
				   (unsigned long long)f.all->several, f.all->several == 1 ? " is" : "s are");
	find_currencies(&f);
	find_keys(&f);
	s = add_section(&f, t->group_count - (t->across < GROUPS_MAX), measure_width(&f));
	write_note(&f, s);
	rows = t->limit && t->limit < f.rows.count ? t->limit : f.rows.count;
	if (t->k)
		hide_cells(&f, rows);
	put_rows(&f, s, rows);
	if (f.rows.count)
		put_total(&f, s);
	s->left_out = f.rows.count - rows;
	warn_of_names(t, sheet);
	map_release(&f.rows);
	map_release(&f.across);
	mem_free(f.row_keys);
	mem_free(f.across_keys);
	buf_release(&f.key);
	mem_free(f.hidden);
	return 0;
}

bool table_converts(const void *state)
{
	const struct table *t = state;

	return t->converts || profile_scope_converts(t->scope);
}

const struct counting count_table = {
	"table", true, start, begin, event, commit, fill, free_table, options, carry,
};
