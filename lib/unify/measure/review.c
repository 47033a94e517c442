#include "unify/measure/review.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/document.h"
#include "record/scan.h"
#include "unify/evidence/pair_evidence.h"
#include "unify/merge/state.h"

struct item {
	double need;
	uint32_t a, b;		/* records */
	uint32_t x, y;		/* their customers, x <= y */
	float score;
};

static uint32_t event_of(const struct merge *m, uint32_t record)
{
	return m->joining.first[m->joining.records.fragments[record]];
}

/* By customer: its records. */
static uint32_t *count_records(const struct merge *m)
{
	uint32_t *sizes = mem_zero(m->customers.count + 1, sizeof *sizes);

	for (uint32_t i = 0; i < m->joining.records.count; i++) {
		uint32_t home = m->events.list[event_of(m, i)].home;

		if (home < m->customers.count)
			sizes[home]++;
	}
	return sizes;
}

static struct item make_item(const struct merge *m, const uint32_t *sizes,
			     const struct close_pair *d)
{
	double p = comparisons_probability((double)d->score), moved;
	struct item item = {.a = d->a, .b = d->b, .score = d->score};

	item.x = m->events.list[event_of(m, d->a)].home;
	item.y = m->events.list[event_of(m, d->b)].home;
	if (item.x > item.y) {
		uint32_t swap = item.x;

		item.x = item.y;
		item.y = swap;
	}
	moved = item.x == item.y ? sizes[item.x] - 1.0 : (double)sizes[item.x] * sizes[item.y];
	item.need = p * (1 - p) * moved;
	return item;
}

static int by_number(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int by_need(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->need != y->need)
		return x->need > y->need ? -1 : 1;
	return x->a != y->a ? by_number(x->a, y->a) : by_number(x->b, y->b);
}

static int by_customers(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->x != y->x)
		return by_number(x->x, y->x);
	return x->y != y->y ? by_number(x->y, y->y) : by_need(a, b);
}

/* The best of each pair of customers, the greatest need first. */
static size_t choose(struct item *list, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(list, count, sizeof *list, by_customers);
	for (size_t i = 0; i < count; i++) {
		if (!kept || list[kept - 1].x != list[i].x || list[kept - 1].y != list[i].y)
			list[kept++] = list[i];
	}
	if (kept > 1)
		qsort(list, kept, sizeof *list, by_need);
	return kept;
}

static void put_cell(struct span text, struct buf *out)
{
	bool quoted = span_find_byte(text, ',') < text.len || span_find_byte(text, '"') < text.len ||
		      span_find_byte(text, '\n') < text.len || span_find_byte(text, '\r') < text.len;

	if (!quoted) {
		buf_span(out, text);
		return;
	}
	buf_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"')
			buf_char(out, '"');
		buf_char(out, text.ptr[i]);
	}
	buf_char(out, '"');
}

/* The record as the ledger has it. */
static int put_name(const struct evidence *e, uint32_t record, struct buf *out,
		    struct error *err)
{
	struct buf name = BUF_INIT;
	int bad = evidence_ledger_name(e, EVENTS_MAX, e->identifier_count + record, &name, err);

	put_cell(buf_view(&name), out);
	buf_release(&name);
	return bad;
}

/* A spreadsheet takes what begins like this for a formula. */
static void put_value(struct span text, struct buf *out)
{
	struct buf safe = BUF_INIT;

	if (text.len && strchr("=+-@\t\r", text.ptr[0]))
		buf_char(&safe, '\'');
	buf_span(&safe, text);
	put_cell(buf_view(&safe), out);
	buf_release(&safe);
}

static int put_item(const struct evidence *e, const struct item *item, struct buf *out,
		    struct error *err)
{
	const struct matching *m = &e->joining->matching;
	const struct columns *c = &m->columns;
	const uint32_t *x = columns_row(c, item->a), *y = columns_row(c, item->b);
	struct buf why = BUF_INIT;

	buf_char(out, ',');
	if (put_name(e, item->a, out, err))
		return -1;
	buf_char(out, ',');
	if (put_name(e, item->b, out, err))
		return -1;
	buf_printf(out, ",%s,", item->x == item->y ? "yes" : "no");
	document_put_number(out, (double)item->score, 3);
	buf_char(out, ',');
	document_put_number(out, comparisons_probability((double)item->score), 3);
	for (size_t i = 0; i < c->count; i++) {
		buf_char(out, ',');
		put_value(column_word(&c->list[i], x[i])->text, out);
		buf_char(out, ',');
		put_value(column_word(&c->list[i], y[i])->text, out);
	}
	buf_char(out, ',');
	pair_evidence_describe(m, item->a, item->b, &why);
	put_cell(buf_view(&why), out);
	buf_release(&why);
	buf_char(out, '\n');
	return 0;
}

static void put_header(const struct merge *m, struct buf *out)
{
	const struct columns *c = &m->joining.matching.columns;

	buf_lit(out, "decision,record_a,record_b,joined,score,probability");
	for (size_t i = 0; i < c->count; i++) {
		for (const char *side = "ab"; *side; side++) {
			struct buf name = BUF_INIT;

			buf_span(&name, c->list[i].name);
			buf_printf(&name, "_%c", *side);
			buf_char(out, ',');
			put_value(buf_view(&name), out);
			buf_release(&name);
		}
	}
	buf_lit(out, ",evidence\n");
}

int merge_put_review(const struct merge *m, size_t most, struct buf *out,
		     struct error *err)
{
	const struct matching *g = &m->joining.matching;
	struct item *list = mem_alloc((g->close_pair_count + 1) * sizeof *list);
	uint32_t *sizes = count_records(m);
	size_t count = g->close_pair_count;
	struct evidence e;
	int status = 0;

	for (size_t i = 0; i < count; i++)
		list[i] = make_item(m, sizes, &g->close_pairs[i]);
	count = choose(list, count);
	merge_gather_evidence(m, &e);
	put_header(m, out);
	for (size_t i = 0; i < count && i < most && !status; i++)
		status = put_item(&e, &list[i], out, err);
	evidence_release(&e);
	mem_free(list);
	mem_free(sizes);
	return status;
}
