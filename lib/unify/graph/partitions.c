#include "unify/graph/partitions.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Behind the bytes, for those who read 16 at a time. */
#define SLACK 16

/* What stands before a stored event in a partition. */
struct dealt {
	int64_t time;
	uint32_t customer;
	uint32_t source;
	uint32_t fragment;	/* number, or FRAGMENT_... */
	uint32_t unused;
};

/* And before a fragment's bytes, which are filled up to a multiple of 8. */
struct dealt_fragment {
	uint32_t number;
	uint32_t len;
};

/* An unidentified event. */
struct dated {
	int64_t time;
	uint64_t size;
};

static int by_time(const void *a, const void *b, void *context)
{
	const struct events *v = context;
	int64_t x = v->list[*(const uint32_t *)a].time;
	int64_t y = v->list[*(const uint32_t *)b].time;

	return x < y ? -1 : x > y;
}

static int by_date(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;

	return (x->time > y->time) - (x->time < y->time);
}

static int by_moment(const void *a, const void *b)
{
	const struct moment_event *x = a, *y = b;

	return (x->time > y->time) - (x->time < y->time);
}

static void add_partition(struct partitions *s, struct partition f)
{
	if (f.from == f.to)
		return;
	s->list = mem_room(s->list, s->count, &s->cap, sizeof *s->list);
	s->list[s->count++] = f;
}

/* Where they are: all customers' events, and the unidentified ones. */
static void make_whole(struct partitions *s, struct customers *c)
{
	const uint32_t *starts = c->events.starts;
	uint32_t last = (uint32_t)c->count;
	size_t unidentified = parts_size(&c->events, c->count);

	if (unidentified > 1)
		qsort_r(c->events.items + starts[last], unidentified, sizeof *c->events.items, by_time, s->events);
	add_partition(s, (struct partition){.to = starts[last]});
	add_partition(s, (struct partition){.from = starts[last], .to = starts[last + 1], .customer = last});
}

static uint64_t dealt_size(const struct entry *e)
{
	return sizeof(struct dealt) + e->size + sizeof(struct moment_event);
}

static uint64_t padded(uint64_t len)
{
	return (len + 7) & ~(uint64_t)7;
}

/* The fragment of E goes where E goes, if it has not gone elsewhere. */
static uint64_t claim_fragment(struct partitions *s, const struct entry *e)
{
	if (!s->owners || e->fragment >= FRAGMENT_INLINE || s->owners[e->fragment] != CUSTOMER_NONE)
		return 0;
	s->owners[e->fragment] = e->home;
	return sizeof(struct dealt_fragment) + padded(s->fragments->list[e->fragment].len);
}

/* SIZES, by customer, get what it takes; the unidentified are listed. */
static void weigh_events(struct partitions *s, uint64_t *sizes, struct dated *unidentified)
{
	for (size_t i = 0; i < s->events->count; i++) {
		const struct entry *e = &s->events->list[i];

		mem_pace(i);
		if (e->home == HOME_NONE)
			*unidentified++ = (struct dated){e->time, dealt_size(e)};
		else if (e->home != HOME_DUPLICATE)
			sizes[e->home] += dealt_size(e) + claim_fragment(s, e);
	}
}

static void cut_customers(struct partitions *s, const uint64_t *sizes, size_t room)
{
	const uint32_t *starts = s->customers->events.starts;
	struct partition f = {0};
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < s->customers->count; i++) {
		if (bytes >= room && f.to > f.from) {
			add_partition(s, f);
			f = (struct partition){.from = f.to, .customer = i};
			bytes = 0;
		}
		bytes += sizes[i];
		f.to = starts[i + 1];
		s->partition_of[i] = (uint32_t)s->count;
	}
	add_partition(s, f);
}

/* Between two times. */
static void cut_unidentified(struct partitions *s, const struct dated *list, size_t count, size_t room)
{
	uint32_t last = (uint32_t)s->customers->count;
	size_t from = s->customers->events.starts[last];
	struct partition f = {.from = from, .customer = last};
	uint64_t bytes = 0;

	for (size_t i = 0; i < count; i++) {
		/* Where the room is none at all, nothing stands before the first. */
		if (i && bytes >= room && list[i].time != list[i - 1].time) {
			f.to = from + i;
			f.until = list[i - 1].time;
			add_partition(s, f);
			f.from = f.to;
			bytes = 0;
		}
		bytes += list[i].size;
	}
	f.to = from + count;
	f.until = count ? list[count - 1].time : 0;
	add_partition(s, f);
}

static void cut(struct partitions *s, size_t room)
{
	const struct customers *c = s->customers;
	size_t count = parts_size(&c->events, c->count);
	uint64_t *sizes = mem_zero(c->count + 1, sizeof *sizes);
	struct dated *unidentified = mem_alloc((count + 1) * sizeof *unidentified);

	weigh_events(s, sizes, unidentified);
	if (count > 1)
		qsort(unidentified, count, sizeof *unidentified, by_date);
	cut_customers(s, sizes, room);
	cut_unidentified(s, unidentified, count, room);
	mem_free(unidentified);
	mem_free(sizes);
}

static int deal(struct partitions *s, size_t partition, struct span bytes, struct error *err)
{
	s->list[partition].bytes += bytes.len;
	return dealer_put(s->dealer, partition, bytes, err);
}

static int deal_fragments(struct partitions *s, struct error *err)
{
	static const char zeros[8];

	for (uint32_t i = 0; s->owners && i < s->fragments->count; i++) {
		const struct fragment *fragment = &s->fragments->list[i];
		struct dealt_fragment head = {i, fragment->len};
		size_t f;

		if (s->owners[i] == CUSTOMER_NONE)
			continue;
		f = s->partition_of[s->owners[i]];
		if (deal(s, f, (struct span){(const char *)&head, sizeof head}, err) ||
		    deal(s, f, (struct span){fragment->bytes, fragment->len}, err) ||
		    deal(s, f, (struct span){zeros, padded(fragment->len) - fragment->len}, err))
			return -1;
	}
	for (size_t i = 0; i < s->count; i++)
		s->list[i].fragments = s->list[i].bytes;
	return 0;
}

/* Chunk NUMBER in memory: its own, or read into *COPY. */
static const char *load_chunk(struct store *store, size_t number, char **copy,
			      struct error *err)
{
	struct chunk *c = &store->chunks[number];

	if (c->ptr)
		return c->ptr;
	*copy = mem_grow(*copy, c->len, 1);
	if (spill_get(store->spill, c->offset, *copy, c->len, err))
		return NULL;
	return *copy;
}

static void drop_chunk(struct store *store, size_t number)
{
	mem_free(store->chunks[number].ptr);
	store->chunks[number].ptr = NULL;
}

/* Where E goes; the partitions of the unidentified come last, by time. */
static size_t partition_for(struct partitions *s, const struct entry *e)
{
	size_t from = 0, to = s->count - 1;

	if (e->home != HOME_NONE)
		return s->partition_of[e->home];
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct partition *f = &s->list[middle];

		if (f->customer < s->customers->count || f->until < e->time)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* STORED is E's; where E's fragment has gone elsewhere it goes along, in JOINED. */
static int deal_event(struct partitions *s, struct entry *e, struct span stored, struct buf *joined,
		      struct error *err)
{
	size_t f = partition_for(s, e);
	struct dealt head = {.time = e->time, .customer = e->home, .source = e->source, .fragment = e->fragment};

	if (s->owners && e->fragment < FRAGMENT_INLINE && (e->home == HOME_NONE || s->owners[e->fragment] != e->home)) {
		const struct fragment *fragment = &s->fragments->list[e->fragment];

		buf_clear(joined);
		stored_join((const struct stored *)stored.ptr, (struct span){fragment->bytes, fragment->len}, joined);
		stored = buf_view(joined);
		head.fragment = FRAGMENT_INLINE;
	}
	if (deal(s, f, (struct span){(const char *)&head, sizeof head}, err))
		return -1;
	if (s->use == PARTITIONS_EVIDENCE)
		e->place = s->list[f].bytes;
	return deal(s, f, stored, err);
}

/* Events stand in the store in the order of their numbers. */
static int deal_events(struct partitions *s, struct error *err)
{
	struct store *store = s->store;
	const char *chunk = NULL;
	char *copy = NULL;
	struct buf joined = BUF_INIT;
	size_t at = SIZE_MAX;
	int status = 0;

	for (size_t i = 0; i < s->events->count && !status; i++) {
		struct entry *e = &s->events->list[i];

		mem_pace(i);
		if (e->place >> 32 != at) {
			if (at != SIZE_MAX && s->use != PARTITIONS_AHEAD)
				drop_chunk(store, at);
			at = e->place >> 32;
			chunk = load_chunk(store, at, &copy, err);
		}
		if (!chunk)
			status = -1;
		else if (e->home != HOME_DUPLICATE)
			status = deal_event(s, e, (struct span){chunk + (uint32_t)e->place, e->size}, &joined, err);
	}
	buf_release(&joined);
	mem_free(copy);
	return status;
}

static void finish_dealing(struct partitions *s)
{
	mem_free(s->partition_of);
	mem_free(s->owners);
	s->partition_of = NULL;
	if (s->owners)
		fragments_forget_bytes(s->fragments);
	s->owners = NULL;
	if (s->use != PARTITIONS_AHEAD)
		store_release(s->store);
}

static void prepare_dealing(struct partitions *s)
{
	s->partition_of = mem_zero(s->customers->count + 1, sizeof *s->partition_of);
	if (s->use != PARTITIONS_LAST)
		return;
	s->owners = mem_alloc((s->fragments->count + 1) * sizeof *s->owners);
	for (size_t i = 0; i < s->fragments->count; i++)
		s->owners[i] = CUSTOMER_NONE;
}

static int deal_out(struct partitions *s, size_t room, struct error *err)
{
	int status = -1;

	prepare_dealing(s);
	cut(s, room);
	s->dealer = dealer_new(s->count, room / 2, s->store->scratch, err);
	if (s->dealer && !spill_flush(s->store->spill, err) && !deal_fragments(s, err) && !deal_events(s, err))
		status = dealer_end(s->dealer, err);
	finish_dealing(s);
	return status;
}

int partitions_init(struct partitions *s, struct store *store, struct events *v, struct fragments *fragments,
		 struct customers *c, enum partitions_use use, size_t room, struct error *err)
{
	*s = (struct partitions){
		.store = store, .events = v, .fragments = fragments, .customers = c, .use = use,
	};
	if (store->spilled)
		return deal_out(s, room, err);
	make_whole(s, c);
	return 0;
}

void partitions_release(struct partitions *s)
{
	mem_free(s->list);
	mem_free(s->base);
	mem_free(s->opened);
	dealer_free(s->dealer);
	*s = (struct partitions){0};
}

static void place_fragments(struct partitions *s, const struct partition *f)
{
	for (const char *at = s->base; at < s->base + f->fragments;) {
		struct dealt_fragment head;

		memcpy(&head, at, sizeof head);
		s->fragments->list[head.number].bytes = at + sizeof head;
		at += sizeof head + padded(head.len);
	}
}

/* NEXT: by customer of F, the position of its next event. */
static void place_events(struct partitions *s, const struct partition *f, size_t *next)
{
	const char *end = s->base + f->bytes;

	for (const char *at = s->base + f->fragments; at < end;) {
		const struct stored *stored = (const struct stored *)(at + sizeof(struct dealt));
		struct dealt head;

		memcpy(&head, at, sizeof head);
		if (f->customer == s->customers->count)
			head.customer = f->customer;
		s->opened[next[head.customer - f->customer]++ - f->from] = (struct moment_event){
			head.time, stored, head.source, head.fragment,
		};
		at += sizeof head + stored->size;
	}
}

static void group_events(struct partitions *s, const struct partition *f)
{
	const uint32_t *starts = s->customers->events.starts;
	uint32_t last = f->customer;
	size_t *next;

	while (starts[last + 1] < f->to)
		last++;
	next = mem_alloc((last - f->customer + 1) * sizeof *next);
	for (uint32_t i = f->customer; i <= last; i++)
		next[i - f->customer] = starts[i];
	/* Others of the unidentified come before. */
	if (f->customer == s->customers->count)
		next[0] = f->from;
	place_events(s, f, next);
	mem_free(next);
	if (f->customer == s->customers->count && f->to - f->from > 1)
		qsort(s->opened, f->to - f->from, sizeof *s->opened, by_moment);
}

/* WINDOW, which is empty, with room for SIZE bytes. */
static void *widen(void *window, size_t *cap, size_t size)
{
	if (size <= *cap)
		return window;
	mem_free(window);
	*cap = size + size / 8;
	return mem_window(*cap);
}

int partitions_open(struct partitions *s, size_t number, struct error *err)
{
	struct partition *f = &s->list[number];

	if (!s->dealer)
		return 0;
	s->base = widen(s->base, &s->base_cap, f->bytes + SLACK);
	s->opened = widen(s->opened, &s->opened_cap, (f->to - f->from) * sizeof *s->opened);
	if (dealer_read(s->dealer, number, s->base, err))
		return -1;
	memset(s->base + f->bytes, 0, SLACK);
	place_fragments(s, f);
	group_events(s, f);
	return 0;
}
