#include "understand/recommend/offers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/document.h"
#include "record/text.h"

#define SCORE_DIGITS 6

enum { BOUGHT = 1, OFFERED = 2 };

const char *const offer_model_names[MODELS + 1] = {"cosine", "bm25", "popular", "repeat", NULL};

static const char *const kind_names[] = {
	[OFFER_DUE] = "due", [OFFER_SIMILAR] = "similar", [OFFER_POPULAR] = "popular", [OFFER_AGAIN] = "again",
};

void offers_scratch_init(struct offers_scratch *s, const struct histories *h)
{
	size_t items = h->items.count + (size_t)1;

	*s = (struct offers_scratch){
		.cells = mem_zero(items, sizeof *s->cells), .touched = mem_zero(items, sizeof *s->touched),
	};
}

void offers_scratch_release(struct offers_scratch *s)
{
	mem_free(s->cells);
	mem_free(s->touched);
	mem_free(s->prices);
	*s = (struct offers_scratch){0};
}

/* The list in the making. */
struct making {
	const struct offers *o;
	struct offers_scratch *s;
	const struct liking *list;
	size_t count;
	double low, high;	/* prices that may be offered; 0: any */
	struct offer *out;
	size_t made;
};

static int compare_prices(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The band around the median of the prices of what was bought; any price where none is known. */
static void find_band(struct making *m)
{
	double factor = m->o->asked->price_band, middle;
	uint32_t count = 0;

	m->low = m->high = 0;
	if (factor <= 0)
		return;
	if (m->count > m->s->price_cap) {
		m->s->price_cap = (uint32_t)m->count * 2;
		mem_free(m->s->prices);
		m->s->prices = mem_alloc(m->s->price_cap * sizeof *m->s->prices);
	}
	for (size_t i = 0; i < m->count; i++) {
		double price = m->o->catalog->price[m->list[i].item];

		if (m->list[i].times && price >= 0)
			m->s->prices[count++] = price;
	}
	if (!count)
		return;
	qsort(m->s->prices, count, sizeof *m->s->prices, compare_prices);
	middle = m->s->prices[(count - 1) / 2];
	m->low = middle / factor;
	m->high = middle * factor;
}

static bool is_in_band(const struct making *m, uint32_t item)
{
	double price = m->o->catalog->price[item];

	return m->high <= 0 || (price >= m->low && price <= m->high);
}

/* Has the list enough of the item's category? */
static bool is_crowded(const struct making *m, uint32_t item)
{
	uint32_t category = m->o->catalog->category[item], same = 0;

	if (m->o->asked->per_category == UINT32_MAX || !category)
		return false;
	for (size_t i = 0; i < m->made; i++)
		same += m->o->catalog->category[m->out[i].item] == category;
	return same >= m->o->asked->per_category;
}

/* Puts OFFER on the list, where it may stand there. */
static void put_offer(struct making *m, const struct offer *offer)
{
	uint32_t *mark = &m->s->cells[offer->item].mark;

	if (m->made == m->o->asked->most || *mark & OFFERED || !m->o->catalog->wanted[offer->item] ||
	    !is_in_band(m, offer->item) || is_crowded(m, offer->item))
		return;
	m->out[m->made++] = *offer;
	*mark |= OFFERED;
}

static int compare_offers(const void *a, const void *b)
{
	const struct offer *x = a, *y = b;

	if (x->score < y->score || x->score > y->score)
		return x->score < y->score ? 1 : -1;
	if (x->age != y->age)
		return x->age < y->age ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

/*
 * Bought again.
 */

bool offers_is_repeat(const struct histories *h, uint32_t item)
{
	const struct repeat *r = &h->repeats[item];

	return r->interval && r->again >= REPEAT_LEAST && (uint64_t)r->again * 5 >= h->items.list[item].count;
}

/* Is L due?  Then *OFFER. */
static bool find_due(const struct histories *h, const struct liking *l, struct offer *offer)
{
	const struct repeat *r = &h->repeats[l->item];
	double passed = (double)l->age / r->interval, share = (double)r->again / h->items.list[l->item].count;

	if (!l->times || l->age == AGE_UNKNOWN || !r->interval || passed < 0.75 || passed > 3)
		return false;
	if (!offers_is_repeat(h, l->item) && l->times < OWN_REPEAT)
		return false;
	*offer = (struct offer){
		.kind = OFFER_DUE, .item = l->item, .others = r->interval, .age = l->age,
		.score = (share + l->times - 1) / l->times * exp2(-fabs(passed - 1)),
	};
	return true;
}

/* Those of what was bought that MODEL offers again, the best first; owned by the caller. */
static struct offer *list_again(const struct making *m, size_t *count)
{
	struct offer *list = mem_alloc((m->count + 1) * sizeof *list);

	*count = 0;
	for (size_t i = 0; i < m->count; i++) {
		const struct liking *l = &m->list[i];

		if (m->o->asked->model != MODEL_REPEAT) {
			*count += find_due(m->o->h, l, &list[*count]);
			continue;
		}
		if (l->times)
			list[(*count)++] = (struct offer){
				.kind = OFFER_AGAIN, .item = l->item, .score = l->times, .others = l->times, .age = l->age,
			};
	}
	qsort(list, *count, sizeof *list, compare_offers);
	return list;
}

/*
 * Similar.
 */

static uint32_t sum_likeness(const struct making *m)
{
	const struct likeness *like = m->o->likeness;
	struct offers_scratch *s = m->s;
	uint32_t touched = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct liking *l = &m->list[i];
		const struct neighbour *n = like->list + (size_t)l->item * like->most;

		for (uint32_t k = 0; k < like->counts[l->item]; k++) {
			float part = n[k].score * l->weight / HISTORY_ONE;
			struct offer_cell *c = &s->cells[n[k].item];

			if (c->mark || part <= 0)
				continue;
			if (c->score <= 0)
				s->touched[touched++] = n[k].item;
			c->score += part;
			if (part > c->part) {
				c->part = part;
				c->because = l->item;
				c->others = n[k].both;
			}
		}
	}
	return touched;
}

/* Is item A better than B by what was summed? */
static bool is_better(const struct offer_cell *cells, uint32_t a, uint32_t b)
{
	return cells[a].score > cells[b].score || (cells[a].score >= cells[b].score && a < b);
}

/* The MOST best of those touched that are not offered yet, the best first; how many. */
static size_t find_best(const struct making *m, uint32_t touched, uint32_t *best, size_t most)
{
	const struct offer_cell *cells = m->s->cells;
	size_t count = 0;

	for (uint32_t k = 0; k < touched; k++) {
		uint32_t item = m->s->touched[k];
		size_t at;

		if (cells[item].mark || (count == most && !is_better(cells, item, best[count - 1])))
			continue;
		count += count < most;
		for (at = count - 1; at && is_better(cells, item, best[at - 1]); at--)
			best[at] = best[at - 1];
		best[at] = item;
	}
	return count;
}

static void put_similar(struct making *m)
{
	struct offers_scratch *s = m->s;
	uint32_t touched = sum_likeness(m), best[OFFERS_MAX];
	size_t count = m->o->asked->most - m->made;

	/* Again where some may not be offered. */
	while (count && m->made < m->o->asked->most) {
		count = find_best(m, touched, best, m->o->asked->most - m->made);
		for (size_t i = 0; i < count; i++) {
			const struct offer_cell *c = &s->cells[best[i]];

			put_offer(m, &(struct offer){
				.kind = OFFER_SIMILAR, .item = best[i], .score = c->score, .because = c->because,
				.others = c->others,
			});
			s->cells[best[i]].mark |= OFFERED;	/* or looked at in vain */
		}
	}
	for (uint32_t k = 0; k < touched; k++)
		s->cells[s->touched[k]] = (struct offer_cell){0};
	for (size_t i = 0; i < m->made; i++)
		s->cells[m->out[i].item].mark |= OFFERED;
}

/*
 * Popular.
 */

static void put_popular_of(struct making *m, uint32_t segment)
{
	const struct segment *g = &m->o->h->segments[segment];

	for (uint32_t i = 0; i < g->count && m->made < m->o->asked->most; i++)
		if (!m->s->cells[g->items[i]].mark)
			put_offer(m, &(struct offer){
				.kind = OFFER_POPULAR, .item = g->items[i], .because = segment, .others = g->buyers[i],
				.of = g->customers, .score = (double)g->buyers[i] / g->customers,
			});
}

static void put_popular(struct making *m, const uint32_t *segments, size_t count)
{
	const struct histories *h = m->o->h;
	uint32_t smallest = UINT32_MAX;

	for (size_t i = 0; i < count; i++) {
		uint32_t customers = h->segments[segments[i]].customers;

		if (customers < SEGMENT_LEAST)
			continue;
		if (smallest == UINT32_MAX || customers < h->segments[smallest].customers ||
		    (customers == h->segments[smallest].customers &&
		     span_compare(h->segments[segments[i]].name, h->segments[smallest].name) < 0))
			smallest = segments[i];
	}
	if (smallest != UINT32_MAX)
		put_popular_of(m, smallest);
	for (uint32_t i = 0; i < h->items.count && m->made < m->o->asked->most && h->items.list[i].count; i++)
		if (!m->s->cells[i].mark)
			put_offer(m, &(struct offer){
				.kind = OFFER_POPULAR, .item = i, .because = UINT32_MAX, .others = h->items.list[i].count,
				.of = h->buyers, .score = (double)h->items.list[i].count / h->buyers,
			});
}

size_t offers_make(const struct offers *o, struct offers_scratch *s, const struct liking *list, size_t count,
		   const uint32_t *segments, size_t segment_count, struct offer *out)
{
	struct making m = {.o = o, .s = s, .list = list, .count = count, .out = out};
	enum offer_model model = o->asked->model;
	struct offer *again;
	size_t again_count;

	find_band(&m);
	again = list_again(&m, &again_count);
	for (size_t i = 0; i < count; i++)
		s->cells[list[i].item].mark = list[i].times ? BOUGHT : 0;
	for (size_t i = 0; i < again_count && model != MODEL_POPULAR; i++)
		if (model == MODEL_REPEAT || m.made < (o->asked->most + 1) / 2)
			put_offer(&m, &again[i]);
	if (o->likeness && (model == MODEL_COSINE || model == MODEL_BM25))
		put_similar(&m);
	for (size_t i = 0; i < again_count && model != MODEL_POPULAR; i++)
		put_offer(&m, &again[i]);
	put_popular(&m, segments, segment_count);
	for (size_t i = 0; i < count; i++)
		s->cells[list[i].item].mark = 0;
	for (size_t i = 0; i < m.made; i++)
		s->cells[out[i].item].mark = 0;
	mem_free(again);
	return m.made;
}

/*
 * In words.
 */

static void put_reason(const struct offers *o, const struct offer *f, struct buf *out)
{
	const struct histories *h = o->h;

	switch (f->kind) {
	case OFFER_DUE:
		buf_printf(out, "due again: every %u day%s, last %d ago", f->others, f->others == 1 ? "" : "s", f->age);
		break;
	case OFFER_AGAIN:
		buf_printf(out, "bought on %u day%s", f->others, f->others == 1 ? "" : "s");
		if (f->age != AGE_UNKNOWN)
			buf_printf(out, ", last %d ago", f->age);
		break;
	case OFFER_SIMILAR:
		buf_text_put(out, f->others ? "bought with " : "looked at with ");
		buf_span(out, item_name(&h->items.list[f->because]));
		if (f->others)
			buf_printf(out, " by %u other%s", f->others, f->others == 1 ? "" : "s");
		break;
	case OFFER_POPULAR:
		buf_printf(out, "popular: bought by %u of %u customers", f->others, f->of);
		if (f->because != UINT32_MAX)
			buf_printf(out, " in %.*s", SPAN_ARG(h->segments[f->because].name));
		break;
	}
}

void offers_put(const struct offers *o, const struct offer *list, size_t count, struct buf *out)
{
	struct buf reason = BUF_INIT;

	buf_char(out, '[');
	for (size_t i = 0; i < count; i++) {
		const struct item *item = &o->h->items.list[list[i].item];

		buf_text_put(out, i ? ",{\"item\":" : "{\"item\":");
		text_encode(out, item->text);
		if (!span_absent(item->label)) {
			buf_lit(out, ",\"name\":");
			text_encode(out, item->label);
		}
		buf_lit(out, ",\"score\":");
		document_put_number(out, list[i].score, SCORE_DIGITS);
		buf_printf(out, ",\"kind\":\"%s\",\"reason\":", kind_names[list[i].kind]);
		buf_clear(&reason);
		put_reason(o, &list[i], &reason);
		text_encode(out, buf_view(&reason));
		buf_char(out, '}');
	}
	buf_char(out, ']');
	buf_release(&reason);
}
