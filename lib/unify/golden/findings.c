#include "unify/golden/findings.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/scan.h"
#include "record/version.h"
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

/* What lines of an order say of what was bought. */
static bool says_product(struct span key)
{
	static const struct span keys[] = {
		SPAN("product_id"), SPAN("sku"), SPAN("name"), SPAN("products"), SPAN("price"),
		SPAN("quantity"), SPAN("variant"), SPAN("position"),
	};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (span_equal(key, keys[i]))
			return true;
	}
	return false;
}

/* A text that is neither a number nor a time: what a line is called, or a customer. */
static bool is_word(struct value v)
{
	struct buf text = BUF_INIT;
	struct version version = version_read(v, &text);
	bool word = v.kind == VALUE_TEXT && version.kind == VERSION_TEXT;

	buf_release(&text);
	return word;
}

static struct value props_of(const struct moment_event *e)
{
	return value_member((struct value){stored_json(e->stored), VALUE_OBJECT, false}, SPAN("props"));
}

static bool has_product(const struct moment_event *e)
{
	struct value props = props_of(e);
	struct scan s;
	struct member m;

	scan_start(&s, props.raw);
	if (props.kind != VALUE_OBJECT || scan_enter(&s, '{', NULL))
		return false;
	while (scan_member(&s, &m, NULL) > 0) {
		if (says_product(m.key))
			return true;
	}
	return false;
}

static bool is_same_amount(const struct moment_event *a, const struct moment_event *b)
{
	const struct purchase *x = stored_purchase(a->stored), *y = stored_purchase(b->stored);

	return x->digits[0] == y->digits[0] && x->digits[1] == y->digits[1] && x->scale == y->scale;
}

/* Do both, which say no product, differ in no word either? */
static bool is_edited(const struct moment_event *a, const struct moment_event *b)
{
	struct value props = props_of(a), other = props_of(b);
	struct scan s;
	struct member m;

	scan_start(&s, props.raw);
	if (has_product(b) || props.kind != VALUE_OBJECT || scan_enter(&s, '{', NULL))
		return false;
	while (scan_member(&s, &m, NULL) > 0) {
		if (is_word(m.value) && !span_equal(m.value.raw, value_member(other, m.key).raw))
			return false;
	}
	return true;
}

static bool is_same_time(const struct moment_event *a, const struct moment_event *b)
{
	return a->time == b->time && a->source == b->source;
}

/* Of an order: two of one time that differ are no lines of it. */
struct delivery {
	const struct moment_event *first;	/* NULL: none yet */
	bool known, products;			/* whether the first says a product */
};

/* Lines of one order have its time and source; most say their product, looked at once. */
static bool is_same_delivery(struct delivery *d, const struct moment_event *e)
{
	if (!is_same_time(d->first, e))
		return false;
	if (e == d->first || is_same_amount(d->first, e))
		return true;
	if (!d->known)
		d->products = has_product(d->first);
	d->known = true;
	return d->products || !is_edited(d->first, e);
}

static bool has_money(const struct moment_event *e)
{
	return stored_purchase(e->stored)->has_money;
}

/* "50 EUR", the sum of what RUN has of one delivery. */
static void put_total(struct order_entry *const *run, size_t count, const struct moment_event *events,
		      const struct moment_event *delivery, struct buf *out)
{
	struct delivery d = {.first = delivery};
	struct monies sum = {0};

	for (size_t i = 0; i < count; i++) {
		const struct moment_event *e = &events[run[i]->event];

		if (!run[i]->passed && is_same_delivery(&d, e) &&
		    stored_purchase(e->stored)->kind == ORDER_COMPLETED)
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

/* Runs of orders with two totals, of one customer and source. */
struct order_run {
	struct order_entry *const *list;
	size_t count;
	const struct moment_event *one, *other;	/* of both totals */
};

struct order_runs {
	struct order_run *list;
	size_t count, cap;
};

/* "order '17' of shop has two totals, 50 EUR and 60 EUR: ...", and what to do; equal ones may well be payments. */
static void describe_totals(struct findings *d, const struct order_run *run,
			    const struct moment_event *events, const struct sources *sources)
{
	const struct moment_event *one = run->one, *other = run->other;
	struct value json = {stored_json(one->stored), VALUE_OBJECT, false};
	struct buf id = BUF_INIT, sum = BUF_INIT, more = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	d->told_count++;
	buf_printf(&d->told, "order %s", error_quote(value_text(value_path(json, SPAN("props.order_id")), &id),
						     quoted));
	buf_lit(&d->told, " of ");
	put_source(sources, one, &d->told);
	put_total(run->list, run->count, events, one, &sum);
	put_total(run->list, run->count, events, other, &more);
	if (has_product(one) && has_product(other))
		buf_printf(&d->told, " has lines of products at several times, %s and %s: all count; if a later export replaces the earlier one, "
			   "give each line one id (--map 'id=concat(order_no, \"/\", sku)')\n", buf_text(&sum), buf_text(&more));
	else if (span_equal(buf_view(&sum), buf_view(&more)))
		buf_printf(&d->told, " has %s at several times: all count, as payments of one order do; if it is one total, give the "
			   "order one id (--map id=order_no) so that its last export replaces the others\n", buf_text(&sum));
	else
		buf_printf(&d->told, " has two totals, %s and %s: both count; give the order one id (--map id=order_no) so that "
			   "its last export replaces the others\n", buf_text(&sum), buf_text(&more));
	buf_release(&more);
	buf_release(&sum);
	buf_release(&id);
}

/* The entries of RUN, which have one number and source, are by time. */
static void check_totals(struct order_runs *runs, struct order_entry *const *run, size_t count,
			 const struct moment_event *events)
{
	const struct moment_event *other = NULL;
	struct delivery d = {0};

	for (size_t i = 0; i < count && !other; i++) {
		const struct moment_event *e = &events[run[i]->event];

		if (run[i]->order.kind != ORDER_COMPLETED || run[i]->passed || !has_money(e))
			continue;
		if (!d.first)
			d.first = e;
		else if (!is_same_delivery(&d, e))
			other = e;
	}
	if (!other)
		return;
	runs->list = mem_room(runs->list, runs->count, &runs->cap, sizeof *runs->list);
	runs->list[runs->count++] = (struct order_run){run, count, d.first, other};
}

/* Events are in one order in every run of the program; hashes of order ids are not. */
static int by_first_event(const void *a, const void *b)
{
	const struct order_run *x = a, *y = b;

	return (x->list[0]->event > y->list[0]->event) - (x->list[0]->event < y->list[0]->event);
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

/* Of the COUNT entries of one number: is there an order behind the refunds, and before them? */
static void check_refunds(struct findings *d, struct order_entry *const *run, size_t count)
{
	const struct order_entry *refund = NULL, *order = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct order_entry **first = run[i]->order.kind == ORDER_REFUNDED ? &refund : &order;

		if (!run[i]->passed && (!*first || run[i]->event < (*first)->event))
			*first = run[i];
	}
	if (!refund)
		return;
	d->refunds_without_order += !order;
	d->refunds_before_order += order && refund->time != MOMENT_NONE && order->time != MOMENT_NONE &&
				   refund->time < order->time;
}

void findings_collect(struct findings *d, const struct purchases *s,
		 const struct moment_event *events, const struct sources *sources)
{
	struct order_entry *const *list = s->orders.sorted;
	size_t count = s->orders.sorted_count;
	struct order_runs runs = {0};

	order_findings_add(&d->orders, &s->orders.found);
	for (size_t i = 0, to, end; i < count; i = to) {
		for (to = i; to < count && list[to]->order.id == list[i]->order.id; to = end) {
			for (end = to + 1; end < count && list[end]->order.id == list[to]->order.id &&
			     list[end]->source == list[to]->source; )
				end++;
			if (end - to > 1)
				check_totals(&runs, &list[to], end - to, events);
		}
		check_refunds(d, &list[i], to - i);
	}
	describe_runs(d, &runs, events, sources);
	mem_free(runs.list);
}
