/*
 * The report segments: how many customers, orders and how much money each segment has that profiles name, of how
 * many two share, and who entered and left since an earlier run.
 *
 * Names are met on the way.  Each worker numbers them by itself; behind the last profile they stand in the order
 * of their customers, then of their names.  Money is that of the order summaries, exact, a row for each currency.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "understand/report/count.h"
#include "understand/report/partial.h"
#include "understand/report/segments.h"
#include "understand/report/summary.h"
#include "understand/report/tally.h"
#include "understand/segment/overlaps.h"

#define EVERYBODY "(all customers)"
#define NOWHERE "(in none)"

/* counts[] of a segment; of money only the first. */
enum { SEGMENT_CUSTOMERS, SEGMENT_BUYERS, SEGMENT_ORDERS };

struct segment_part {
	struct tally segments;		/* by name, without the two that are none */
	struct tally money;		/* by name, NUL, currency */
	uint64_t all[TALLY_COUNTS], none[TALLY_COUNTS];
	struct overlaps overlaps;	/* by numbers of `segments` */
	uint64_t *met;			/* by number: the last profile that named it */
	size_t met_cap;
	size_t *list;			/* of the profile at hand, each once */
	size_t list_count, list_cap;
	uint64_t profiles;
	struct buf text, key;
};

struct segment_report {
	unsigned workers;
	struct segment_part *parts;
	struct previous *previous;	/* NULL: not asked for */
	pthread_mutex_t lock;		/* of previous */
};

static const struct count_option options[] = {
	{"previous", "FILE", "compare with FILE, profiles with segments of an earlier run: who entered, who left", NULL, NULL, false},
	{"since", "FILE", "follow ids that changed since --previous by FILE, the feed of cdp-merge --changes", NULL, NULL, false},
	{0},
};

/* NULL with *ERR. */
static struct previous *open_previous(const struct count_setup *setup, const char *path, const char *feed, struct error *err)
{
	struct previous *v = previous_open(NULL, path, feed, setup->allow_empty, setup->memory, setup->scratch, err);
	char quoted[ERROR_QUOTE_MAX];

	if (v && previous_customers(v).before && !previous_has_segments(v)) {
		error_usage(err, "--previous: %s has no segments: give the output of an earlier cdp-segment",
			    error_quote(span_of(path), quoted));
		previous_free(v);
		return NULL;
	}
	return v;
}

static void free_report(void *state)
{
	struct segment_report *r = state;

	for (unsigned w = 0; w < r->workers; w++) {
		struct segment_part *part = &r->parts[w];

		tally_release(&part->segments);
		tally_release(&part->money);
		overlaps_release(&part->overlaps);
		mem_free(part->met);
		mem_free(part->list);
		buf_release(&part->text);
		buf_release(&part->key);
	}
	previous_free(r->previous);
	pthread_mutex_destroy(&r->lock);
	mem_free(r->parts);
	mem_free(r);
}

static void *start(const struct count_setup *setup, struct error *err)
{
	struct segment_report *r = mem_zero(1, sizeof *r);
	const struct count_value *previous = &setup->values[0], *feed = &setup->values[1];

	r->workers = setup->workers;
	r->parts = mem_zero(setup->workers, sizeof *r->parts);
	pthread_mutex_init(&r->lock, NULL);
	if (feed->count && !previous->count)
		error_usage(err, "--since compares with an earlier run: name its output by --previous");
	else if (!previous->count)
		return r;
	else
		r->previous = open_previous(setup, previous->texts[0], feed->count ? feed->texts[0] : NULL, err);
	if (r->previous)
		return r;
	free_report(r);
	return NULL;
}

/* ---- One profile. ---- */

/* Room beyond what is there, so that the triangle is seldom copied. */
static void make_room(struct segment_part *w, size_t number)
{
	size_t room = number < 32 ? 64 : number * 2;

	if (number < w->overlaps.segments)
		return;
	if (room > OVERLAPS_SEGMENTS && number < OVERLAPS_SEGMENTS)
		room = OVERLAPS_SEGMENTS;
	overlaps_grow(&w->overlaps, room);
}

/* A name that stands there twice counts once. */
static void note_segment(struct segment_part *w, struct span name)
{
	size_t i = tally_index(&w->segments, name), before = w->met_cap;

	while (i >= w->met_cap) {
		w->met = mem_room(w->met, w->met_cap, &w->met_cap, sizeof *w->met);
		memset(w->met + before, 0, (w->met_cap - before) * sizeof *w->met);
		before = w->met_cap;
	}
	make_room(w, i);
	if (w->met[i] == w->profiles)
		return;
	w->met[i] = w->profiles;
	w->list = mem_room(w->list, w->list_count, &w->list_cap, sizeof *w->list);
	w->list[w->list_count++] = i;
}

static void list_segments(struct segment_part *w, struct value array)
{
	struct value element;
	struct scan scan;

	w->list_count = 0;
	if (array.kind != VALUE_ARRAY)
		return;
	scan_start(&scan, array.raw);
	if (scan_enter(&scan, '[', NULL))
		return;
	while (scan_element(&scan, &element, NULL) > 0) {
		buf_clear(&w->text);
		if (element.kind == VALUE_TEXT)
			note_segment(w, value_text(element, &w->text));
	}
}

static void count_in(uint64_t *counts, uint64_t orders)
{
	counts[SEGMENT_CUSTOMERS]++;
	counts[SEGMENT_BUYERS] += orders > 0;
	counts[SEGMENT_ORDERS] += orders;
}

static int add_money(struct segment_part *w, struct span segment, struct span currency, struct decimal revenue, struct error *err)
{
	struct tally_row *row;

	buf_clear(&w->key);
	buf_span(&w->key, segment);
	buf_char(&w->key, '\0');
	buf_span(&w->key, currency);
	row = tally_row(&w->money, buf_view(&w->key));
	row->counts[SEGMENT_CUSTOMERS]++;
	return tally_add_money(row, revenue, err);
}

static int count_money(void *context, struct span currency, const struct summary_money *money, struct error *err)
{
	struct segment_part *w = context;

	if (add_money(w, SPAN(EVERYBODY), currency, money->revenue, err) ||
	    (!w->list_count && add_money(w, SPAN(NOWHERE), currency, money->revenue, err)))
		return -1;
	for (size_t i = 0; i < w->list_count; i++)
		if (add_money(w, w->segments.rows[w->list[i]].key, currency, money->revenue, err))
			return -1;
	return 0;
}

static int compare_one(struct segment_report *r, const struct profile *p, struct error *err)
{
	int failed;

	pthread_mutex_lock(&r->lock);
	failed = previous_note(r->previous, p, NULL, err);
	pthread_mutex_unlock(&r->lock);
	return failed;
}

static int commit(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct segment_report *r = state;
	struct segment_part *w = &r->parts[worker];
	uint64_t orders = summary_count(p->orders, SPAN("count"));

	w->profiles++;
	list_segments(w, p->segments);
	count_in(w->all, orders);
	if (!w->list_count)
		count_in(w->none, orders);
	for (size_t i = 0; i < w->list_count; i++)
		count_in(w->segments.rows[w->list[i]].counts, orders);
	overlaps_note_list(&w->overlaps, w->list, w->list_count);
	if (summary_walk(p->orders, count_money, w, &w->text, err))
		return -1;
	return r->previous ? compare_one(r, p, err) : 0;
}

/* ---- The whole. ---- */

/* All workers together; overlaps by numbers of `segments`, which is not sorted: order tells its rows. */
struct whole {
	struct tally segments, money;
	uint64_t all[TALLY_COUNTS], none[TALLY_COUNTS];
	struct overlaps overlaps;
	size_t *order;			/* by customers, then by name */
	size_t *by_name;
};

static void merge_overlaps(struct whole *all, const struct segment_part *w)
{
	size_t count = tally_size(&w->segments);

	for (size_t a = 0; all->overlaps.pairs && w->overlaps.pairs && a < count; a++)
		for (size_t b = 0; b < a; b++)
			overlaps_add(&all->overlaps, tally_index(&all->segments, w->segments.rows[a].key),
				     tally_index(&all->segments, w->segments.rows[b].key), overlaps_of(&w->overlaps, a, b));
}

static int merge_all(const struct segment_report *r, struct whole *all, struct error *err)
{
	for (unsigned i = 0; i < r->workers; i++) {
		if (tally_merge(&all->segments, &r->parts[i].segments, err) || tally_merge(&all->money, &r->parts[i].money, err))
			return -1;
		for (int k = 0; k < TALLY_COUNTS; k++) {
			all->all[k] += r->parts[i].all[k];
			all->none[k] += r->parts[i].none[k];
		}
	}
	overlaps_grow(&all->overlaps, tally_size(&all->segments));
	for (unsigned i = 0; i < r->workers; i++)
		merge_overlaps(all, &r->parts[i]);
	return 0;
}

static int compare_names(const void *a, const void *b, void *context)
{
	const struct tally *t = context;

	return span_compare(t->rows[*(const size_t *)a].key, t->rows[*(const size_t *)b].key);
}

static int compare_sizes(const void *a, const void *b, void *context)
{
	const struct tally *t = context;
	uint64_t p = t->rows[*(const size_t *)a].counts[SEGMENT_CUSTOMERS], q = t->rows[*(const size_t *)b].counts[SEGMENT_CUSTOMERS];

	return p != q ? (p < q ? 1 : -1) : compare_names(a, b, context);
}

static size_t *make_order(struct tally *t, int (*compare)(const void *, const void *, void *))
{
	size_t *order = mem_zero(tally_size(t) + 1, sizeof *order);

	for (size_t i = 0; i < tally_size(t); i++)
		order[i] = i;
	qsort_r(order, tally_size(t), sizeof *order, compare, t);
	return order;
}

static void put_size(struct section *s, struct cell name, const uint64_t *counts, uint64_t customers)
{
	struct cell *row = section_row(s);

	row[0] = name;
	row[1] = cell_count(counts[SEGMENT_CUSTOMERS]);
	row[2] = cell_share((double)counts[SEGMENT_CUSTOMERS], (double)customers);
	row[3] = cell_count(counts[SEGMENT_BUYERS]);
	row[4] = cell_count(counts[SEGMENT_ORDERS]);
}

static void fill_sizes(const struct whole *all, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"segment", "Segment", NULL, -1}, {"customers", "Customers", NULL, -1}, {"share", "Share", NULL, -1},
		{"buyers", "Buyers", NULL, -1}, {"orders", "Orders", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "segments", "Segments", columns, 5);
	uint64_t customers = all->all[SEGMENT_CUSTOMERS];

	if (!tally_size(&all->segments)) {
		s->empty = customers ? "no customer is in a segment: cdp-segment puts them into some" : "there is no customer";
		return;
	}
	s->chart = CHART_BARS;
	s->chart_value = 1;
	s->note = "A customer may be in several: shares may add up to more than all";
	for (size_t i = 0; i < tally_size(&all->segments); i++) {
		const struct tally_row *of = &all->segments.rows[all->order[i]];

		put_size(s, cell_text(arena_copy(&sheet->texts, of->key)), of->counts, customers);
	}
	put_size(s, cell_text(SPAN(NOWHERE)), all->none, customers);
	put_size(s, cell_text(SPAN(EVERYBODY)), all->all, customers);
}

/* A row of money, found by its key; NULL: the segment has none in that currency. */
static struct tally_row *find_money(struct whole *all, struct span segment, struct span currency)
{
	struct buf key = BUF_INIT;
	size_t i;

	buf_span(&key, segment);
	buf_char(&key, '\0');
	buf_span(&key, currency);
	i = map_find(&all->money.keys, buf_view(&key));
	buf_release(&key);
	return i == MAP_NONE ? NULL : &all->money.rows[i];
}

static void put_money(struct whole *all, struct span segment, struct span currency, const struct tally_row *total,
		      struct sheet *sheet, struct section *s)
{
	const struct tally_row *of = find_money(all, segment, currency);
	struct decimal mean;
	struct cell *row;

	if (!of)
		return;
	row = section_row(s);
	row[0] = cell_text(arena_copy(&sheet->texts, segment));
	row[1] = cell_text(currency.len ? arena_copy(&sheet->texts, currency) : SPAN("unknown currency"));
	row[2] = cell_count(of->counts[SEGMENT_CUSTOMERS]);
	row[3] = cell_number(of->money);
	/* Where more was paid back than paid there is no whole to have a share of. */
	if (total->money.digits > 0)
		row[4] = cell_share(decimal_double(of->money), decimal_double(total->money));
	if (decimal_div(of->money, decimal_of((int64_t)of->counts[SEGMENT_CUSTOMERS]), &mean))
		row[5] = cell_number(decimal_round(mean, 2));
}

/* The currencies of everybody, by their customers. */
static void list_currencies(const struct whole *all, struct tally *out)
{
	for (size_t i = 0; i < tally_size(&all->money); i++) {
		struct span rest = all->money.rows[i].key;

		if (span_equal(span_cut(&rest, '\0'), SPAN(EVERYBODY)))
			tally_row(out, rest)->counts[0] = all->money.rows[i].counts[SEGMENT_CUSTOMERS];
	}
	tally_sort_by_count(out);
}

static void fill_money(struct whole *all, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"segment", "Segment", NULL, -1}, {"currency", "Currency", NULL, -1}, {"customers", "Customers", NULL, -1},
		{"revenue", "Revenue", NULL, 2}, {"share", "Share", NULL, -1}, {"per_customer", "A customer", NULL, 2},
	};
	struct section *s = sheet_add(sheet, "segment_revenue", "Revenue by segment", columns, 6);
	struct tally currencies = TALLY_INIT;

	s->label_columns = 2;
	s->note = "Less refunds, by the order summaries; customers: with orders or refunds in that currency";
	s->empty = "no customer has an order";
	list_currencies(all, &currencies);
	for (size_t c = 0; c < tally_size(&currencies); c++) {
		struct span currency = currencies.rows[c].key;
		const struct tally_row *total = find_money(all, SPAN(EVERYBODY), currency);

		for (size_t i = 0; i < tally_size(&all->segments); i++)
			put_money(all, all->segments.rows[all->order[i]].key, currency, total, sheet, s);
		put_money(all, SPAN(NOWHERE), currency, total, sheet, s);
		put_money(all, SPAN(EVERYBODY), currency, total, sheet, s);
	}
	tally_release(&currencies);
}

static bool count_label(const void *of, size_t i, struct label_count *out)
{
	const struct whole *all = of;
	const struct tally_row *row;

	if (i >= tally_size(&all->segments))
		return false;
	row = &all->segments.rows[all->by_name[i]];
	*out = (struct label_count){.name = row->key, .customers = row->counts[SEGMENT_CUSTOMERS]};
	return true;
}

static bool count_both(const void *of, size_t a, size_t b, uint64_t *both)
{
	const struct whole *all = of;

	*both = overlaps_of(&all->overlaps, all->by_name[a], all->by_name[b]);
	return all->overlaps.pairs;
}

static int fill_whole(struct segment_report *r, struct whole *all, struct sheet *sheet, struct error *err)
{
	struct segment_source from = {all, count_label, count_both};

	if (merge_all(r, all, err) || (r->previous && previous_gone(r->previous, NULL, err)))
		return -1;
	all->order = make_order(&all->segments, compare_sizes);
	all->by_name = make_order(&all->segments, compare_names);
	fill_sizes(all, sheet);
	fill_money(all, sheet);
	if (tally_size(&all->segments))
		segments_overlaps_fill(&from, sheet);
	if (r->previous)
		segments_changes_fill(r->previous, sheet);
	return 0;
}

static void release_whole(struct whole *all)
{
	tally_release(&all->segments);
	tally_release(&all->money);
	overlaps_release(&all->overlaps);
	mem_free(all->order);
	mem_free(all->by_name);
}

/* Two names and how many customers have both; before the names' rows are sorted, whose numbers the pairs go by. */
static void put_overlaps(struct partial *p, struct whole *all)
{
	size_t count = tally_size(&all->segments), rows = 0;

	for (size_t a = 0; all->overlaps.pairs && a < count; a++)
		for (size_t b = 0; b < a; b++)
			rows += overlaps_of(&all->overlaps, a, b) > 0;
	partial_rows(p, "both", rows);
	for (size_t a = 0; rows && a < count; a++)
		for (size_t b = 0; b < a; b++) {
			uint64_t both = overlaps_of(&all->overlaps, all->by_name[a], all->by_name[b]);
			struct partial_row row = {.count = 1, .numbers = {partial_wide(both)}};

			row.key = all->segments.rows[all->by_name[a]].key;
			row.text = all->segments.rows[all->by_name[b]].key;
			if (both)
				partial_put(p, "both", &row);
		}
}

static void take_overlaps(struct partial *p, struct segment_part *w)
{
	size_t rows = partial_rows(p, "both", 0);
	struct partial_row row;

	while (rows-- && partial_take(p, "both", 1, &row)) {
		size_t a = tally_index(&w->segments, row.key), b = tally_index(&w->segments, row.text);

		if (a == b) {
			partial_fail(p, "a segment is named twice");
			return;
		}
		make_room(w, a > b ? a : b);
		if (w->overlaps.pairs)
			overlaps_add(&w->overlaps, a, b, partial_natural(p, row.numbers[0]));
	}
}

static void take_part(struct partial *p, struct segment_part *w)
{
	partial_counts(p, "all", w->all, TALLY_COUNTS);
	partial_counts(p, "none", w->none, TALLY_COUNTS);
	take_overlaps(p, w);
	partial_tally(p, "segments", &w->segments);
	partial_tally(p, "money", &w->money);
	if (tally_size(&w->segments))
		make_room(w, tally_size(&w->segments) - 1);
}

static void carry(void *state, struct partial *p)
{
	struct segment_report *r = state;
	struct whole all = {0};

	if (partial_reads(p)) {
		take_part(p, &r->parts[0]);
		return;
	}
	if (merge_all(r, &all, NULL))
		partial_fail(p, "a sum of money has more than 38 digits");
	all.by_name = make_order(&all.segments, compare_names);
	partial_counts(p, "all", all.all, TALLY_COUNTS);
	partial_counts(p, "none", all.none, TALLY_COUNTS);
	put_overlaps(p, &all);
	partial_tally(p, "segments", &all.segments);
	partial_tally(p, "money", &all.money);
	release_whole(&all);
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct whole all = {0};
	int failed = fill_whole(state, &all, sheet, err);

	release_whole(&all);
	return failed;
}

const struct counting count_segments = {
	"segments", false, start, NULL, NULL, commit, fill, free_report, options, carry,
};
