#include "understand/report/recent.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "time/moment.h"
#include "understand/report/words.h"

#define PERIOD_MS (FIGURES_PERIOD_DAYS * DAY_MS)
#define LATE_LEAST_DAYS 8	/* with records: fewer say nothing of a rhythm */
#define LATE_LEAST_GAP 3		/* days; shorter is no matter */

void recent_init(struct recent *r)
{
	*r = (struct recent){.first = MOMENT_NONE, .ordered.newest = MOMENT_NONE, .new_customers.newest = MOMENT_NONE};
}

void recent_release(struct recent *r)
{
	for (int k = 0; k < FIGURES_PERIODS; k++)
		tally_release(&r->money[k]);
	map_release(&r->names);
	mem_free(r->sources);
	mem_free(r->noted_sources);
	mem_free(r->noted);
}

void recent_begin(struct recent *r)
{
	r->noted_source_count = r->noted_count = 0;
}

/* Most events of a customer are of the source of the one before, and all of a few. */
static size_t find_noted(struct recent *r, struct span raw)
{
	size_t count = r->noted_source_count;

	if (r->noted_count && span_equal(r->noted_sources[r->noted[r->noted_count - 1].source], raw))
		return r->noted[r->noted_count - 1].source;
	for (size_t i = 0; i < count; i++)
		if (span_equal(r->noted_sources[i], raw))
			return i;
	r->noted_sources = mem_room(r->noted_sources, count, &r->noted_source_cap, sizeof *r->noted_sources);
	r->noted_sources[count] = raw;
	return r->noted_source_count++;
}

void recent_note(struct recent *r, struct span source_raw, int64_t time)
{
	size_t source;

	if (time == MOMENT_NONE)
		return;
	source = find_noted(r, source_raw);
	r->noted = mem_room(r->noted, r->noted_count, &r->noted_cap, sizeof *r->noted);
	r->noted[r->noted_count++] = (struct recent_event){source, time};
}

static size_t source_index(struct recent *r, struct span name)
{
	bool added;
	size_t i = map_put(&r->names, name, &added);

	if (added) {
		r->sources = mem_room(r->sources, i, &r->source_cap, sizeof *r->sources);
		r->sources[i] = (struct recent_days){.newest = MOMENT_NONE};
	}
	return i;
}

static void mark_day(struct recent_days *to, int64_t time, int64_t as_of)
{
	int64_t day = as_of == MOMENT_NONE ? RECENT_DAYS : (as_of - time) / DAY_MS;

	to->newest = time > to->newest ? time : to->newest;
	if (day >= 0 && day < RECENT_DAYS)
		to->bits[day / 64] |= UINT64_C(1) << day % 64;
}

static void add_days(struct recent_days *to, const struct recent_days *from)
{
	to->newest = from->newest > to->newest ? from->newest : to->newest;
	for (int w = 0; w < RECENT_WORDS; w++)
		to->bits[w] |= from->bits[w];
}

void recent_count_sources(struct recent *r, int64_t as_of, struct buf *scratch)
{
	size_t *numbers = r->noted_source_count ? mem_zero(r->noted_source_count, sizeof *numbers) : NULL;

	for (size_t i = 0; i < r->noted_source_count; i++) {
		buf_clear(scratch);
		numbers[i] = source_index(r, value_text((struct value){.kind = VALUE_TEXT, .raw = r->noted_sources[i]}, scratch));
	}
	for (size_t i = 0; i < r->noted_count; i++)
		mark_day(&r->sources[numbers[r->noted[i].source]], r->noted[i].time, as_of);
	mem_free(numbers);
}

/* Of the period of an entry: LAST_PERIOD is that of the customer's order before. */
static int count_entry(struct recent *r, const struct order_entry *e, int64_t as_of, bool *first, int64_t *last_period,
		       struct error *err)
{
	bool order = e->part == ORDER_PART_NEW || e->part == ORDER_PART_LINE;
	int64_t period = (as_of - e->time) / PERIOD_MS;
	bool is_new = order && *first;

	if (order)
		*first = false;
	if (r->first == MOMENT_NONE || e->time < r->first)
		r->first = e->time;
	if (e->part == ORDER_PART_NEW)
		mark_day(&r->ordered, e->time, as_of);
	if (is_new)
		mark_day(&r->new_customers, e->time, as_of);
	if (e->time > as_of || period >= FIGURES_PERIODS)
		return 0;
	r->counts[period][RECENT_ORDERS] += e->part == ORDER_PART_NEW;
	r->counts[period][RECENT_CUSTOMERS] += order && period != *last_period;
	r->counts[period][RECENT_NEW] += is_new;
	r->counts[period][RECENT_REFUNDS] += e->refund;
	if (order)
		*last_period = period;
	return e->has_net ? tally_add_money(tally_row(&r->money[period], span_of(e->order.currency)), e->net, err) : 0;
}

int recent_count_orders(struct recent *r, const struct orders *orders, int64_t as_of, struct error *err)
{
	int64_t last_period = -1;
	bool first = true;

	if (as_of == MOMENT_NONE)
		return 0;
	for (size_t i = 0; i < orders->count; i++)
		if (orders->list[i].time != MOMENT_NONE &&
		    count_entry(r, &orders->list[i], as_of, &first, &last_period, err))
			return -1;
	return 0;
}

static void add_sources(struct recent *r, const struct recent *other)
{
	for (size_t i = 0; i < other->names.count; i++) {
		size_t at = source_index(r, other->names.entries[i].key);

		add_days(&r->sources[at], &other->sources[i]);
	}
}

int recent_add(struct recent *r, const struct recent *other, struct error *err)
{
	if (other->first != MOMENT_NONE && (r->first == MOMENT_NONE || other->first < r->first))
		r->first = other->first;
	for (int k = 0; k < FIGURES_PERIODS; k++) {
		for (int i = 0; i < RECENT_COUNTS; i++)
			r->counts[k][i] += other->counts[k][i];
		if (tally_merge(&r->money[k], &other->money[k], err))
			return -1;
	}
	add_sources(r, other);
	add_days(&r->ordered, &other->ordered);
	add_days(&r->new_customers, &other->new_customers);
	return 0;
}

/* The bits as sixteen hexadecimal digits a word, without words of none at the end. */
static void put_bits(const struct recent_days *d, struct buf *out)
{
	int words = RECENT_WORDS;

	while (words && !d->bits[words - 1])
		words--;
	buf_clear(out);
	for (int w = 0; w < words; w++)
		buf_printf(out, "%016llx", (unsigned long long)d->bits[w]);
}

static void take_bits(struct recent_days *d, struct span text)
{
	for (size_t i = 0; i < text.len && i / 16 < RECENT_WORDS; i++) {
		char c = text.ptr[i];
		uint64_t digit = (uint64_t)(c >= 'a' ? c - 'a' + 10 : c - '0') & 15;

		d->bits[i / 16] |= digit << (60 - i % 16 * 4);
	}
}

static void put_days(struct partial *p, const char *of, struct span name, const struct recent_days *d, struct buf *text)
{
	struct partial_row row = {.key = name, .count = 2};

	put_bits(d, text);
	row.text = buf_view(text);
	row.numbers[0] = partial_wide(d->newest != MOMENT_NONE);
	row.numbers[1] = partial_wide(d->newest == MOMENT_NONE ? 0 : d->newest);
	partial_put(p, of, &row);
}

static void take_days(struct partial *p, struct recent_days *d, const struct partial_row *row)
{
	struct recent_days read = {.newest = MOMENT_NONE};

	if (row->numbers[0].digits)
		read.newest = (int64_t)partial_whole(p, row->numbers[1]);
	take_bits(&read, row->text);
	add_days(d, &read);
}

static void put_all_days(struct recent *r, struct partial *p)
{
	size_t *order = partial_order(&r->names);
	struct buf text = BUF_INIT;

	put_days(p, "ordered", SPAN_NONE, &r->ordered, &text);
	put_days(p, "new_customers", SPAN_NONE, &r->new_customers, &text);
	partial_rows(p, "source_days", r->names.count);
	for (size_t i = 0; i < r->names.count; i++)
		put_days(p, "source_days", r->names.entries[order[i]].key, &r->sources[order[i]], &text);
	buf_release(&text);
	mem_free(order);
}

static void take_all_days(struct recent *r, struct partial *p)
{
	struct partial_row row;
	size_t count;

	if (partial_take(p, "ordered", 2, &row))
		take_days(p, &r->ordered, &row);
	if (partial_take(p, "new_customers", 2, &row))
		take_days(p, &r->new_customers, &row);
	count = partial_rows(p, "source_days", 0);
	for (size_t i = 0; i < count && partial_take(p, "source_days", 2, &row); i++) {
		size_t at = source_index(r, row.key);

		take_days(p, &r->sources[at], &row);
	}
}

void recent_carry(struct recent *r, struct partial *p)
{
	partial_first(p, "first_order", &r->first);
	for (int k = 0; k < FIGURES_PERIODS; k++) {
		partial_counts(p, "period", r->counts[k], RECENT_COUNTS);
		partial_tally(p, "period_money", &r->money[k]);
	}
	if (partial_reads(p))
		take_all_days(r, p);
	else
		put_all_days(r, p);
}

int64_t recent_newest(const struct recent *r, struct span source)
{
	size_t i = map_find(&r->names, source);

	return i == MAP_NONE ? MOMENT_NONE : r->sources[i].newest;
}

/* Days without a record: since the newest, and the most between two days with some. */
struct gaps {
	int now, longest, active;
};

static struct gaps find_gaps(const struct recent_days *d)
{
	struct gaps found = {0, 0, 0};
	int last = -1;

	for (int day = 0; day < RECENT_DAYS; day++) {
		if (!(d->bits[day / 64] >> day % 64 & 1))
			continue;
		if (last < 0)
			found.now = day;
		else if (day - last > found.longest)
			found.longest = day - last;
		last = day;
		found.active++;
	}
	return found;
}

bool recent_is_late(int active, int now, int longest, size_t tests)
{
	double gaps = active - 1, times = longest > 0 ? (double)now / longest : 0;

	return active >= LATE_LEAST_DAYS && now >= LATE_LEAST_GAP && now * 2 > longest * 3 &&
	       lgamma(gaps + 1) + lgamma(times + 1) - lgamma(gaps + 1 + times) <= log(FIGURES_CHANCE / (double)tests);
}

/* Orders and new customers are looked at beside the sources. */
static bool is_late(const struct recent *r, const struct gaps *s)
{
	return recent_is_late(s->active, s->now, s->longest, r->names.count + 2);
}

static int compare_sources(const void *a, const void *b)
{
	return span_compare(((const struct freshness *)a)->source, ((const struct freshness *)b)->source);
}

static void fill_freshness(const struct recent *r, struct sheet *sheet)
{
	size_t count = r->names.count;

	if (!count)
		return;
	sheet->fresh = arena_zero(&sheet->texts, count * sizeof *sheet->fresh);
	sheet->fresh_count = count;
	for (size_t i = 0; i < count; i++) {
		struct gaps gaps = find_gaps(&r->sources[i]);

		sheet->fresh[i] = (struct freshness){arena_copy(&sheet->texts, r->names.entries[i].key),
						     r->sources[i].newest, is_late(r, &gaps)};
	}
	qsort(sheet->fresh, count, sizeof *sheet->fresh, compare_sources);
}

static void report_gap(const struct recent *r, const struct recent_days *days, const char *what, struct sheet *sheet)
{
	struct gaps s = find_gaps(days);

	if (is_late(r, &s))
		figures_add_finding(sheet, sheet_text(sheet, "%s for %d days", what, s.now), "note",
				    sheet_text(sheet, "never before for more than %d", s.longest));
}

/* What stopped shows in a figure of 28 days only late; a source that did explains figures. */
static void report_gaps(const struct recent *r, struct sheet *sheet)
{
	report_gap(r, &r->ordered, "No order", sheet);
	report_gap(r, &r->new_customers, "No new customer", sheet);
	for (size_t i = 0; i < sheet->fresh_count; i++) {
		struct span name = sheet->fresh[i].source;

		report_gap(r, &r->sources[map_find(&r->names, name)],
			    sheet_text(sheet, "No record of source %.*s", SPAN_ARG(name)), sheet);
	}
}

static struct cell money_of(const struct recent *r, int period, struct span currency)
{
	size_t i = map_find(&r->money[period].keys, currency);

	return cell_number(i == MAP_NONE ? DECIMAL_ZERO : r->money[period].rows[i].money);
}

void recent_fill(struct recent *r, struct span currency, int64_t as_of, struct sheet *sheet)
{
	struct figure figures[] = {
		{"net_revenue", NULL, {CELL_EMPTY}, NULL}, {"orders", NULL, {CELL_EMPTY}, NULL}, {"customers_who_ordered", NULL, {CELL_EMPTY}, NULL},
		{"new_customers", NULL, {CELL_EMPTY}, NULL}, {"refunds", NULL, {CELL_EMPTY}, NULL},
	};
	size_t count = sizeof figures / sizeof *figures;

	fill_freshness(r, sheet);
	report_gaps(r, sheet);
	for (int k = 0; k < FIGURES_PERIODS && !span_absent(currency); k++) {
		figures[0].periods[k] = money_of(r, k, currency);
		for (int i = 0; i < RECENT_COUNTS; i++)
			figures[i + 1].periods[k] = cell_count(r->counts[k][i]);
	}
	if (!span_absent(currency)) {
		figures[0].unit = currency.len ? sheet_text(sheet, "%.*s", SPAN_ARG(currency)) : NULL;
		figures_fill(sheet, figures, count, r->first, as_of);
	}
}
