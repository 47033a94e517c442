#include "understand/recommend/histories.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"

#define SHARES 64	/* of the customers: tasks of the workers */

const double signal_weights[SIGNALS] = {
	[SIGNAL_PURCHASE] = 1, [SIGNAL_CART] = 0.5, [SIGNAL_VIEW] = 0.2,
};

static int32_t age_of(int64_t time, int64_t as_of)
{
	int64_t days;

	if (time == MOMENT_NONE || as_of == MOMENT_NONE)
		return AGE_UNKNOWN;
	days = (as_of - time) / DAY_MS;
	if (days >= AGE_UNKNOWN)
		return AGE_UNKNOWN;
	return days < 0 ? 0 : (int32_t)days;
}

static void add_segments(struct history_part *p, const struct profile *profile)
{
	struct buf text = BUF_INIT;
	struct scan s;
	struct value v;

	if (profile->segments.kind != VALUE_ARRAY)
		return;
	scan_start(&s, profile->segments.raw);
	scan_enter(&s, '[', NULL);
	while (scan_element(&s, &v, NULL) > 0) {
		if (v.kind != VALUE_TEXT)
			continue;
		buf_clear(&text);
		p->in_segments = mem_room(p->in_segments, p->in_count, &p->in_cap, sizeof *p->in_segments);
		p->in_segments[p->in_count++] = (uint32_t)map_put(&p->segments, value_text(v, &text), NULL);
	}
	buf_release(&text);
}

/* By item, what was bought first, each the newest first. */
static int compare_touches(const void *a, const void *b)
{
	const struct touch *x = a, *y = b;

	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	if ((x->signal == SIGNAL_PURCHASE) != (y->signal == SIGNAL_PURCHASE))
		return x->signal == SIGNAL_PURCHASE ? -1 : 1;
	if (x->age != y->age)
		return x->age < y->age ? -1 : 1;
	return (x->signal > y->signal) - (x->signal < y->signal);
}

static void sort_touches(struct touch *t, size_t count)
{
	if (count)
		qsort(t, count, sizeof *t, compare_touches);
}

void history_part_add(struct history_part *p, const struct bought *b, const struct profile *profile)
{
	size_t before = p->count;

	for (size_t i = 0; i < b->count; i++) {
		const struct bought_line *l = &b->list[i];

		p->touches = mem_room(p->touches, p->count, &p->cap, sizeof *p->touches);
		p->touches[p->count++] = (struct touch){
			item_part_put(&p->items, l->item, l->label), age_of(l->time, profile->as_of), l->signal,
		};
	}
	if (p->count > before)
		sort_touches(p->touches + before, p->count - before);
	add_segments(p, profile);
	p->ends = mem_room(p->ends, p->customers, &p->customer_cap, sizeof *p->ends);
	p->ends[p->customers++] = (struct history_end){p->count, p->in_count, hash_128_seeded(profile->line)};
}

void history_part_release(struct history_part *p)
{
	item_part_release(&p->items);
	map_release(&p->segments);
	mem_free(p->touches);
	mem_free(p->ends);
	mem_free(p->in_segments);
	*p = (struct history_part){0};
}

/*
 * One customer.
 */

static uint16_t weigh(const struct touch *t, uint32_t half_life)
{
	double weight = HISTORY_ONE * signal_weights[t->signal];

	if (half_life)
		weight *= t->age == AGE_UNKNOWN ? 0 : exp2(-(double)t->age / half_life);
	return weight < 1 ? 1 : (uint16_t)lround(weight);
}

/* COUNT sorted touches of one item. */
static struct liking like(const struct touch *t, size_t count, uint32_t half_life)
{
	struct liking l = {.item = t->item, .age = t->age};

	for (size_t i = 0; i < count; i++) {
		uint16_t weight = weigh(&t[i], half_life);

		if (weight > l.weight)
			l.weight = weight;
		if (t[i].signal == SIGNAL_PURCHASE && l.times < UINT16_MAX)
			l.times += !i || t[i].age != t[i - 1].age;
	}
	return l;
}

static int compare_newest(const void *a, const void *b)
{
	const struct liking *x = a, *y = b;

	if ((x->times > 0) != (y->times > 0))
		return x->times ? -1 : 1;
	if (x->age != y->age)
		return x->age < y->age ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

static int compare_likings(const void *a, const void *b)
{
	const struct liking *x = a, *y = b;

	return (x->item > y->item) - (x->item < y->item);
}

/* Only the newest items weigh something; what was bought comes before what was not.  Sorts by item. */
static void cap_likings(struct liking *list, size_t count, uint32_t most)
{
	if (count > most)
		qsort(list, count, sizeof *list, compare_newest);
	for (size_t i = most; i < count; i++)
		list[i].weight = 0;
	if (count)
		qsort(list, count, sizeof *list, compare_likings);
}

/* COUNT touches of one customer, those of an item side by side, as likings; not capped. */
static size_t like_all(const struct touch *t, size_t count, uint32_t half_life, struct liking *list)
{
	size_t likings = 0, end;

	for (size_t i = 0; i < count; i = end) {
		for (end = i + 1; end < count && t[end].item == t[i].item;)
			end++;
		list[likings++] = like(&t[i], end - i, half_life);
	}
	return likings;
}

/*
 * All customers.
 */

struct gap {
	uint32_t item;
	uint32_t days;
};

struct joining {
	struct histories *h;
	const struct histories_asked *asked;
	struct touch *touches;	/* of the customer at hand */
	size_t touch_cap;
	size_t count, cap;	/* of the likings */
	size_t start_cap, line_cap, held_cap, held_count, held_start_cap;
	struct gap *gaps;
	size_t gap_count, gap_cap;
	uint32_t *in_segments;	/* of each customer kept, by ends */
	size_t *segment_ends;
	size_t in_count, in_cap, segment_cap;
};

/* Of sorted touches the days between two on which an item was bought. */
static void note_gaps(struct joining *j, const struct touch *t, size_t count)
{
	uint32_t noted = UINT32_MAX;

	for (size_t i = 1; i < count; i++) {
		if (t[i].item != t[i - 1].item || t[i].signal != SIGNAL_PURCHASE || t[i].age == t[i - 1].age ||
		    t[i].age == AGE_UNKNOWN)
			continue;
		j->gaps = mem_room(j->gaps, j->gap_count, &j->gap_cap, sizeof *j->gaps);
		j->gaps[j->gap_count++] = (struct gap){t[i].item, (uint32_t)(t[i].age - t[i - 1].age)};
		if (noted != t[i].item)
			j->h->repeats[t[i].item].again++;
		noted = t[i].item;
	}
}

/*
 * Takes the last day on which COUNT touches were bought off them, with all since; returns how many are left, 0 when
 * there is no earlier day.
 */
static size_t hold_out(struct joining *j, struct touch *t, size_t count)
{
	struct histories *h = j->h;
	int32_t last = AGE_UNKNOWN;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (t[i].signal == SIGNAL_PURCHASE && t[i].age < last)
			last = t[i].age;
	for (size_t i = 0; i < count; i++) {
		if (t[i].signal == SIGNAL_PURCHASE && t[i].age == last && last != AGE_UNKNOWN) {
			h->held = mem_room(h->held, j->held_count, &j->held_cap, sizeof *h->held);
			h->held[j->held_count++] = t[i].item;
		}
		if (t[i].age <= last && last != AGE_UNKNOWN)
			continue;
		t[kept] = t[i];
		if (t[kept].age != AGE_UNKNOWN && last != AGE_UNKNOWN)
			t[kept].age -= last;
		kept++;
	}
	return kept;
}

/* Does one of COUNT touches say that something was bought? */
static bool any_bought(const struct touch *t, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (t[i].signal == SIGNAL_PURCHASE)
			return true;
	return false;
}

static void keep_segments(struct joining *j, const struct history_part *p, size_t from, size_t to,
			  const uint32_t *segment_of)
{
	struct histories *h = j->h;

	for (; from < to; from++) {
		j->in_segments = mem_room(j->in_segments, j->in_count, &j->in_cap, sizeof *j->in_segments);
		j->in_segments[j->in_count++] = segment_of[p->in_segments[from]];
	}
	j->segment_ends = mem_room(j->segment_ends, h->customers, &j->segment_cap, sizeof *j->segment_ends);
	j->segment_ends[h->customers] = j->in_count;
}

/* Customer NUMBER of P. */
static void join_customer(struct joining *j, const struct history_part *p, size_t number, const uint32_t *item_of,
			  const uint32_t *segment_of)
{
	struct histories *h = j->h;
	size_t from = number ? p->ends[number - 1].touches : 0, count = p->ends[number].touches - from;
	size_t held = j->held_count, likings;

	if (!count)
		return;
	if (count > j->touch_cap) {
		j->touch_cap = count * 2;
		mem_free(j->touches);
		j->touches = mem_alloc(j->touch_cap * sizeof *j->touches);
	}
	for (size_t i = 0; i < count; i++) {
		j->touches[i] = p->touches[from + i];
		j->touches[i].item = item_of[j->touches[i].item];
	}
	if (j->asked->hold_out) {
		bool bought = any_bought(j->touches, count);

		count = hold_out(j, j->touches, count);
		h->undated += bought && j->held_count == held;
		if (!any_bought(j->touches, count)) {
			/* Nothing is known of him before that day. */
			j->held_count = held;
			return;
		}
	}
	while (j->count + count > j->cap) {
		j->cap = (j->cap + count) * 2;
		h->list = mem_grow(h->list, j->cap, sizeof *h->list);
	}
	h->buyers += any_bought(j->touches, count);
	likings = like_all(j->touches, count, j->asked->half_life_days, h->list + j->count);
	note_gaps(j, j->touches, count);
	for (size_t i = 0; i < likings; i++)
		h->items.list[h->list[j->count + i].item].count += h->list[j->count + i].times > 0;
	j->count += likings;
	keep_segments(j, p, number ? p->ends[number - 1].segments : 0, p->ends[number].segments, segment_of);
	h->starts = mem_room(h->starts, h->customers + (size_t)1, &j->start_cap, sizeof *h->starts);
	h->held_starts = mem_room(h->held_starts, h->customers + (size_t)1, &j->held_start_cap, sizeof *h->held_starts);
	h->lines = mem_room(h->lines, h->customers, &j->line_cap, sizeof *h->lines);
	h->lines[h->customers] = p->ends[number].line;
	h->customers++;
	h->starts[h->customers] = j->count;
	h->held_starts[h->customers] = j->held_count;
}

static int compare_gaps(const void *a, const void *b)
{
	const struct gap *x = a, *y = b;

	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	return (x->days > y->days) - (x->days < y->days);
}

static void find_intervals(struct joining *j)
{
	size_t end;

	if (j->gap_count)
		qsort(j->gaps, j->gap_count, sizeof *j->gaps, compare_gaps);
	for (size_t i = 0; i < j->gap_count; i = end) {
		for (end = i + 1; end < j->gap_count && j->gaps[end].item == j->gaps[i].item;)
			end++;
		j->h->repeats[j->gaps[i].item].interval = j->gaps[i + (end - i - 1) / 2].days;
	}
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Customers whose items get their last numbers, a share of them at a time. */
struct renumbering {
	struct histories *h;
	const uint32_t *rank;	/* by item as it was numbered before */
	uint32_t items_max;
	uint64_t capped[SHARES];	/* customers, by share */
};

static void renumber_share(void *context, size_t share)
{
	struct renumbering *r = context;
	struct histories *h = r->h;
	uint32_t from = (uint32_t)((uint64_t)h->customers * share / SHARES);
	uint32_t to = (uint32_t)((uint64_t)h->customers * (share + 1) / SHARES);

	for (size_t i = h->starts[from]; i < h->starts[to]; i++)
		h->list[i].item = r->rank[h->list[i].item];
	for (size_t i = h->held_starts[from]; i < h->held_starts[to]; i++)
		h->held[i] = r->rank[h->held[i]];
	for (uint32_t u = from; u < to; u++) {
		size_t count = h->starts[u + 1] - h->starts[u];

		r->capped[share] += count > r->items_max;
		cap_likings(h->list + h->starts[u], count, r->items_max);
		if (h->held_starts[u + 1] > h->held_starts[u])
			qsort(h->held + h->held_starts[u], h->held_starts[u + 1] - h->held_starts[u], sizeof *h->held,
			      compare_numbers);
	}
}

/* Items get their numbers by how many bought them. */
static void renumber(struct histories *h, uint32_t items_max, unsigned workers)
{
	uint32_t *rank = mem_alloc((h->items.count + (size_t)1) * sizeof *rank);
	struct repeat *repeats = mem_zero(h->items.count + (size_t)1, sizeof *repeats);
	struct renumbering r = {.h = h, .rank = rank, .items_max = items_max};

	items_rank(&h->items, rank);
	for (uint32_t i = 0; i < h->items.count; i++)
		repeats[rank[i]] = h->repeats[i];
	mem_free(h->repeats);
	h->repeats = repeats;
	pool_each(workers, SHARES, renumber_share, &r);
	for (size_t i = 0; i < SHARES; i++)
		h->capped += r.capped[i];
	mem_free(rank);
}

/* Finds the place of the customer with LINE, or the free one where he belongs. */
static size_t line_place(const struct histories *h, struct hash128 line)
{
	size_t at = line.low & h->line_mask;

	while (h->by_line[at] && hash_128_compare(h->lines[h->by_line[at] - 1], line))
		at = (at + 1) & h->line_mask;
	return at;
}

static void index_lines(struct histories *h)
{
	size_t places = 16;

	while (places < h->customers * (size_t)2)
		places *= 2;
	h->line_mask = places - 1;
	h->by_line = mem_zero(places, sizeof *h->by_line);
	for (uint32_t u = 0; u < h->customers; u++)
		h->by_line[line_place(h, h->lines[u])] = u + 1;
}

const struct liking *histories_of_line(const struct histories *h, struct span line, size_t *count)
{
	uint32_t customer = h->by_line[line_place(h, hash_128_seeded(line))];

	if (!customer)
		return NULL;
	*count = h->starts[customer] - h->starts[customer - 1];
	return h->list + h->starts[customer - 1];
}

/*
 * Segments.
 */

struct popular {
	uint32_t item;
	uint32_t buyers;
};

static int compare_popular(const void *a, const void *b)
{
	const struct popular *x = a, *y = b;

	if (x->buyers != y->buyers)
		return x->buyers < y->buyers ? 1 : -1;
	return (x->item > y->item) - (x->item < y->item);
}

static void list_popular(struct segment *s, const uint32_t *buyers, uint32_t items)
{
	struct popular *list = mem_alloc((items + (size_t)1) * sizeof *list);
	uint32_t count = 0;

	for (uint32_t i = 0; i < items; i++)
		if (buyers[i])
			list[count++] = (struct popular){i, buyers[i]};
	qsort(list, count, sizeof *list, compare_popular);
	s->count = count < SEGMENT_ITEMS_MAX ? count : SEGMENT_ITEMS_MAX;
	s->items = mem_alloc((s->count + (size_t)1) * sizeof *s->items);
	s->buyers = mem_alloc((s->count + (size_t)1) * sizeof *s->buyers);
	for (uint32_t i = 0; i < s->count; i++) {
		s->items[i] = list[i].item;
		s->buyers[i] = list[i].buyers;
	}
	mem_free(list);
}

/* What the customers of each segment bought most: members sorted by segment, then one segment after the other. */
static void count_segments(struct joining *j)
{
	struct histories *h = j->h;
	size_t segments = h->segment_names.count, *starts = mem_zero(segments + 2, sizeof *starts);
	uint32_t *members = mem_alloc((j->in_count + 1) * sizeof *members);
	uint32_t *buyers = mem_alloc((h->items.count + (size_t)1) * sizeof *buyers);

	h->segments = mem_zero(segments + 1, sizeof *h->segments);
	for (size_t i = 0; i < j->in_count; i++)
		starts[j->in_segments[i] + 2]++;
	for (size_t i = 2; i < segments + 2; i++)
		starts[i] += starts[i - 1];
	for (uint32_t u = 0; u < h->customers; u++)
		for (size_t i = u ? j->segment_ends[u - 1] : 0; i < j->segment_ends[u]; i++)
			members[starts[j->in_segments[i] + 1]++] = u;
	for (size_t s = 0; s < segments; s++) {
		memset(buyers, 0, h->items.count * sizeof *buyers);
		for (size_t m = starts[s]; m < starts[s + 1]; m++)
			for (size_t i = h->starts[members[m]]; i < h->starts[members[m] + 1]; i++)
				buyers[h->list[i].item] += h->list[i].times > 0;
		h->segments[s].name = h->segment_names.entries[s].key;
		h->segments[s].customers = (uint32_t)(starts[s + 1] - starts[s]);
		list_popular(&h->segments[s], buyers, h->items.count);
	}
	mem_free(starts);
	mem_free(members);
	mem_free(buyers);
}

static uint32_t *join_names(const struct map *from, struct map *all)
{
	uint32_t *numbers = mem_alloc((from->count + 1) * sizeof *numbers);

	for (size_t i = 0; i < from->count; i++)
		numbers[i] = (uint32_t)map_put_hashed(all, from->entries[i].key, from->entries[i].hash, NULL);
	return numbers;
}

void histories_join(struct histories *h, struct history_part *parts, size_t count,
		    const struct histories_asked *asked)
{
	struct joining j = {.h = h, .asked = asked};
	struct item_part **names = mem_zero(count + 1, sizeof *names);
	uint32_t **item_of = mem_zero(count + 1, sizeof *item_of);

	*h = (struct histories){0};
	for (size_t i = 0; i < count; i++)
		names[i] = &parts[i].items;
	items_join(&h->items, names, count, item_of);
	h->repeats = mem_zero(h->items.count + (size_t)1, sizeof *h->repeats);
	h->starts = mem_room(h->starts, 0, &j.start_cap, sizeof *h->starts);
	h->held_starts = mem_room(h->held_starts, 0, &j.held_start_cap, sizeof *h->held_starts);
	h->starts[0] = h->held_starts[0] = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t *segment_of = join_names(&parts[i].segments, &h->segment_names);

		for (size_t k = 0; k < parts[i].customers; k++)
			join_customer(&j, &parts[i], k, item_of[i], segment_of);
		mem_free(segment_of);
		mem_free(item_of[i]);
		history_part_release(&parts[i]);
	}
	find_intervals(&j);
	renumber(h, asked->items_max, (unsigned)count);
	index_lines(h);
	count_segments(&j);
	mem_free(j.touches);
	mem_free(j.gaps);
	mem_free(j.in_segments);
	mem_free(j.segment_ends);
	mem_free(names);
	mem_free(item_of);
}

void histories_release(struct histories *h)
{
	for (size_t i = 0; h->segments && i < h->segment_names.count; i++) {
		mem_free(h->segments[i].items);
		mem_free(h->segments[i].buyers);
	}
	mem_free(h->segments);
	map_release(&h->segment_names);
	items_release(&h->items);
	mem_free(h->starts);
	mem_free(h->lines);
	mem_free(h->by_line);
	mem_free(h->list);
	mem_free(h->repeats);
	mem_free(h->held_starts);
	mem_free(h->held);
	*h = (struct histories){0};
}

size_t histories_likings(const struct histories *h, const struct histories_asked *asked, const struct bought *b,
			 int64_t as_of, struct liking *list)
{
	struct touch *t = mem_alloc((b->count + 1) * sizeof *t);
	size_t count = 0;

	for (size_t i = 0; i < b->count; i++) {
		uint32_t item = items_find(&h->items, b->list[i].item);

		if (item != UINT32_MAX)
			t[count++] = (struct touch){item, age_of(b->list[i].time, as_of), b->list[i].signal};
	}
	sort_touches(t, count);
	count = like_all(t, count, asked->half_life_days, list);
	mem_free(t);
	cap_likings(list, count, asked->items_max);
	return count;
}
