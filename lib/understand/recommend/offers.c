#include "understand/recommend/offers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/document.h"
#include "record/text.h"

#define SCORE_DIGITS 6
#define CACHE_LINE 64

enum { BOUGHT = 1, OFFERED = 2, TOUCHED = 4 };

const char *const offer_model_names[MODELS + 1] = {"cosine", "bm25", "ease", "popular", "repeat", NULL};

static const char *const kind_names[] = {
	[OFFER_DUE] = "due", [OFFER_SIMILAR] = "similar", [OFFER_POPULAR] = "popular", [OFFER_AGAIN] = "again",
};

void offers_scratch_init(struct offers_scratch *s, const struct histories *h)
{
	size_t items = h->items.count + (size_t)1;

	*s = (struct offers_scratch){
		.scores = mem_zero(items, sizeof *s->scores), .marks = mem_zero(items, sizeof *s->marks),
		.places = mem_zero(items, sizeof *s->places), .touched = mem_zero(items, sizeof *s->touched),
	};
}

void offers_scratch_release(struct offers_scratch *s)
{
	mem_free(s->scores);
	mem_free(s->marks);
	mem_free(s->places);
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
	uint8_t *mark = &m->s->marks[offer->item];

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

/* What L adds to the score of its neighbour N. */
static float part_of(const struct liking *l, const struct neighbour *n)
{
	return n->score * l->weight / HISTORY_ONE;
}

/* The list of NEXT is on its way while the one before it is read: lists are long, and come in no order. */
__attribute__((always_inline)) static inline void fetch_ahead(const struct likeness *like, const struct liking *next)
{
	const char *list = (const char *)(like->list + (size_t)next->item * like->most);
	size_t len = like->counts[next->item] * sizeof *like->list;

	for (size_t at = 0; at < len; at += CACHE_LINE)
		__builtin_prefetch(list + at);
}

/* Every sum of likenesses; how many items have one. */
static uint32_t sum_likeness(const struct making *m)
{
	const struct likeness *like = m->o->likeness;
	double *scores = m->s->scores;
	uint8_t *marks = m->s->marks;
	uint32_t *touched = m->s->touched, count = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct liking *l = &m->list[i];
		const struct neighbour *n = like->list + (size_t)l->item * like->most;

		if (i + 1 < m->count)
			fetch_ahead(like, l + 1);
		for (uint32_t k = 0; k < like->counts[l->item]; k++) {
			uint32_t item = n[k].item;

			touched[count] = item;
			count += !(marks[item] & TOUCHED);
			marks[item] |= TOUCHED;
			scores[item] += part_of(l, &n[k]);
		}
	}
	return count;
}

/* Is item A better than B by what was summed? */
static bool is_better(const double *scores, uint32_t a, uint32_t b)
{
	return scores[a] > scores[b] || (scores[a] >= scores[b] && a < b);
}

/* The MOST best of those touched that are neither bought nor offered yet, the best first; how many. */
static size_t find_best(const struct making *m, uint32_t touched, uint32_t *best, size_t most)
{
	const double *scores = m->s->scores;
	size_t count = 0;

	for (uint32_t k = 0; k < touched; k++) {
		uint32_t item = m->s->touched[k];
		size_t at;

		if (scores[item] <= 0 || (count == most && !is_better(scores, item, best[count - 1])) ||
		    m->s->marks[item] & (BOUGHT | OFFERED))
			continue;
		count += count < most;
		for (at = count - 1; at && is_better(scores, item, best[at - 1]); at--)
			best[at] = best[at - 1];
		best[at] = item;
	}
	return count;
}

/* Why the offers from FROM on are made: what adds most to each, the first of its equals. */
static void find_reasons(const struct making *m, size_t from)
{
	const struct likeness *like = m->o->likeness;
	uint8_t *places = m->s->places;
	float most[OFFERS_MAX] = {0};

	for (size_t i = from; i < m->made; i++)
		places[m->out[i].item] = (uint8_t)(i + 1);
	for (size_t i = 0; i < m->count && from < m->made; i++) {
		const struct liking *l = &m->list[i];
		const struct neighbour *n = like->list + (size_t)l->item * like->most;

		for (uint32_t k = 0; k < like->counts[l->item]; k++) {
			size_t place = places[n[k].item];

			if (!place || part_of(l, &n[k]) <= most[place - 1])
				continue;
			most[place - 1] = part_of(l, &n[k]);
			m->out[place - 1].because = l->item;
			m->out[place - 1].others = n[k].both;
		}
	}
	for (size_t i = from; i < m->made; i++)
		places[m->out[i].item] = 0;
}

static void put_similar(struct making *m)
{
	struct offers_scratch *s = m->s;
	uint32_t touched = sum_likeness(m), best[OFFERS_MAX];
	size_t count = m->o->asked->most - m->made, from = m->made;

	/* Again where some may not be offered. */
	while (count && m->made < m->o->asked->most) {
		count = find_best(m, touched, best, m->o->asked->most - m->made);
		for (size_t i = 0; i < count; i++) {
			put_offer(m, &(struct offer){.kind = OFFER_SIMILAR, .item = best[i], .score = s->scores[best[i]]});
			s->marks[best[i]] |= OFFERED;	/* or looked at in vain */
		}
	}
	find_reasons(m, from);
	for (uint32_t k = 0; k < touched; k++) {
		s->scores[s->touched[k]] = 0;
		s->marks[s->touched[k]] &= BOUGHT;
	}
	for (size_t i = 0; i < m->made; i++)
		s->marks[m->out[i].item] |= OFFERED;
}

/*
 * Popular.
 */

static void put_popular_of(struct making *m, uint32_t segment)
{
	const struct segment *g = &m->o->h->segments[segment];

	for (uint32_t i = 0; i < g->count && m->made < m->o->asked->most; i++)
		if (!m->s->marks[g->items[i]])
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
		if (!m->s->marks[i])
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
		s->marks[list[i].item] = list[i].times ? BOUGHT : 0;
	for (size_t i = 0; i < again_count && model != MODEL_POPULAR; i++)
		if (model == MODEL_REPEAT || m.made < (o->asked->most + 1) / 2)
			put_offer(&m, &again[i]);
	if (o->likeness && offer_model_is_likeness(model))
		put_similar(&m);
	for (size_t i = 0; i < again_count && model != MODEL_POPULAR; i++)
		put_offer(&m, &again[i]);
	put_popular(&m, segments, segment_count);
	for (size_t i = 0; i < count; i++)
		s->marks[list[i].item] = 0;
	for (size_t i = 0; i < m.made; i++)
		s->marks[out[i].item] = 0;
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
