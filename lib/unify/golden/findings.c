#include "unify/golden/findings.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/scan.h"
#include "unify/index/stored.h"

void findings_release(struct findings *d)
{
	buf_release(&d->told);
	*d = (struct findings){0};
}

void findings_clear(struct findings *d)
{
	struct buf told = d->told;

	buf_clear(&told);
	*d = (struct findings){.told = told};
}

/* The first so many lines of MORE. */
static void add_sentences(struct findings *to, const struct findings *more)
{
	struct span rest = buf_view(&more->told);

	while (to->told_count < DOUBTS_TOLD_MAX && rest.len) {
		buf_span(&to->told, span_cut(&rest, '\n'));
		buf_char(&to->told, '\n');
		to->told_count++;
		if (span_absent(rest))
			break;
	}
}

void findings_add(struct findings *to, const struct findings *more)
{
	to->two_totals += more->two_totals;
	to->refunds_without_order += more->refunds_without_order;
	to->refunds_before_order += more->refunds_before_order;
	order_findings_add(&to->orders, &more->orders);
	add_sentences(to, more);
}

/* Lines of one order have its time and source. */
static bool is_same_delivery(const struct moment_event *a, const struct moment_event *b)
{
	return a->time == b->time && a->source == b->source;
}

static bool has_money(const struct moment_event *e)
{
	return stored_purchase(e->stored)->has_money;
}

/* The first of RUN with another time or source than FROM, which is of it; or NULL. */
static const struct moment_event *find_other_delivery(const struct order_event *run, size_t count,
						const struct moment_event *events,
						const struct moment_event *from)
{
	for (size_t i = 0; i < count; i++) {
		const struct moment_event *e = &events[run[i].event];

		if (has_money(e) && e->source == from->source && !is_same_delivery(e, from))
			return e;
	}
	return NULL;
}

/* "50 EUR", the sum of what RUN has of one telling. */
static void put_total(const struct order_event *run, size_t count, const struct moment_event *events,
		      const struct moment_event *telling, struct buf *out)
{
	struct monies sum = {0};

	for (size_t i = 0; i < count; i++) {
		const struct moment_event *e = &events[run[i].event];

		if (is_same_delivery(e, telling))
			monies_add(&sum, stored_purchase(e->stored), NULL);
	}
	monies_sort(&sum);
	monies_put_text(&sum, out);
	monies_release(&sum);
}

static void put_source(const struct sources *sources, const struct moment_event *e, struct buf *out)
{
	struct span name = source_name(sources, e->source);

	error_clean(name.len ? name : SPAN("(no source)"), out);
}

/* Runs of orders with two totals, of one customer. */
struct order_run {
	const struct order_event *list;
	size_t count;
	const struct moment_event *one, *other;	/* of both totals */
};

struct order_runs {
	struct order_run *list;
	size_t count, cap;
};

/* "order '17' of shop has two totals, 50 EUR and 60 EUR" */
static void describe_totals(struct findings *d, const struct order_run *run,
			    const struct moment_event *events, const struct sources *sources)
{
	const struct moment_event *one = run->one, *other = run->other;
	struct value json = {stored_json(one->stored), VALUE_OBJECT, false};
	struct buf id = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	d->told_count++;
	buf_printf(&d->told, "order %s", error_quote(value_text(value_path(json, SPAN("props.order_id")), &id),
						     quoted));
	buf_lit(&d->told, " of ");
	put_source(sources, one, &d->told);
	buf_lit(&d->told, " has two totals, ");
	put_total(run->list, run->count, events, one, &d->told);
	buf_lit(&d->told, " and ");
	put_total(run->list, run->count, events, other, &d->told);
	buf_char(&d->told, '\n');
	buf_release(&id);
}

/* Where the run of one order id that begins at FROM ends. */
static size_t end_of_run(const struct order_event *list, size_t count, size_t from)
{
	size_t to = from + 1;

	while (to < count && list[to].order == list[from].order)
		to++;
	return to;
}

static void check_totals(struct order_runs *runs, const struct order_event *run, size_t count,
			 const struct moment_event *events)
{
	const struct moment_event *one = NULL, *other = NULL;

	for (size_t i = 0; i < count && !other; i++) {
		const struct moment_event *e = &events[run[i].event];

		/* Events are by time and source: one source's lines lie together. */
		if (!has_money(e) || (one && one->source == e->source))
			continue;
		one = e;
		other = find_other_delivery(run + i, count - i, events, one);
	}
	if (!other)
		return;
	runs->list = mem_room(runs->list, runs->count, &runs->cap, sizeof *runs->list);
	runs->list[runs->count++] = (struct order_run){run, count, one, other};
}

/* Events are in one order in every run of the program; hashes of order ids are not. */
static int by_first_event(const void *a, const void *b)
{
	const struct order_run *x = a, *y = b;

	return (x->list->event > y->list->event) - (x->list->event < y->list->event);
}

static void describe_runs(struct findings *d, struct order_runs *runs,
			  const struct moment_event *events, const struct sources *sources)
{
	if (runs->count > 1)
		qsort(runs->list, runs->count, sizeof *runs->list, by_first_event);
	for (size_t i = 0; i < runs->count && d->told_count < DOUBTS_TOLD_MAX; i++)
		describe_totals(d, &runs->list[i], events, sources);
	d->two_totals += runs->count;
}

/* RUN is of refunds; *AT walks the orders, which are in the same order. */
static void check_refund(struct findings *d, const struct order_event *run, const struct purchases *s,
			 size_t *at, const struct moment_event *events)
{
	const struct order_event *orders = s->ids[0];
	int64_t refunded = events[run->event].time, ordered;

	while (*at < s->id_count[0] && orders[*at].order < run->order)
		++*at;
	if (*at == s->id_count[0] || orders[*at].order != run->order) {
		d->refunds_without_order++;
		return;
	}
	ordered = events[orders[*at].event].time;
	d->refunds_before_order += refunded != MOMENT_NONE && ordered != MOMENT_NONE && refunded < ordered;
}

void findings_collect(struct findings *d, const struct purchases *s,
		 const struct moment_event *events, const struct sources *sources)
{
	struct order_runs runs = {0};
	size_t at = 0;

	order_findings_add(&d->orders, &s->orders.found);
	for (size_t i = 0, to; i < s->id_count[0]; i = to) {
		to = end_of_run(s->ids[0], s->id_count[0], i);
		if (to - i > 1)
			check_totals(&runs, &s->ids[0][i], to - i, events);
	}
	describe_runs(d, &runs, events, sources);
	mem_free(runs.list);
	for (size_t i = 0; i < s->id_count[1]; i = end_of_run(s->ids[1], s->id_count[1], i))
		check_refund(d, &s->ids[1][i], s, &at, events);
}
