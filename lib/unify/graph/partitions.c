#include "unify/graph/partitions.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define RUN_MIN ((size_t)8 << 10)
#define RUN_MAX ((size_t)1 << 20)

static int by_time(const void *a, const void *b, void *context)
{
	const struct events *v = context;
	int64_t x = v->list[*(const uint32_t *)a].time;
	int64_t y = v->list[*(const uint32_t *)b].time;

	return x < y ? -1 : x > y;
}

/* May a partition, or a job of the writer, end before POSITION? */
static bool may_cut(const struct partitions *s, const struct customers *c,
		    size_t position)
{
	const uint32_t *items = c->events.items;
	const struct entry *list = s->events->list;

	return list[items[position - 1]].time != list[items[position]].time;
}

static void add_partition(struct partitions *s, size_t from, size_t to, uint64_t bytes)
{
	if (from == to)
		return;
	s->list = mem_room(s->list, s->count, &s->cap, sizeof *s->list);
	s->list[s->count++] =
		(struct partition){.from = from, .to = to, .bytes = bytes};
}

static uint64_t size_at(const struct partitions *s, const struct customers *c,
			size_t position)
{
	return s->events->list[c->events.items[position]].size;
}

/* Cuts the unidentified between two times, all others between customers. */
static void cut(struct partitions *s, const struct customers *c, size_t room)
{
	const uint32_t *starts = c->events.starts;
	size_t from = 0, at = 0;
	uint64_t bytes = 0;

	for (size_t i = 0; i < c->count; i++) {
		if (bytes >= room) {
			add_partition(s, from, at, bytes);
			from = at;
			bytes = 0;
		}
		for (; at < starts[i + 1]; at++)
			bytes += size_at(s, c, at);
	}
	add_partition(s, from, at, bytes);
	from = at;
	bytes = 0;
	for (; at < starts[c->count + 1]; at++) {
		/* Where the room is none at all, nothing stands before the first. */
		if (at > from && bytes >= room && may_cut(s, c, at)) {
			add_partition(s, from, at, bytes);
			from = at;
			bytes = 0;
		}
		bytes += size_at(s, c, at);
	}
	add_partition(s, from, at, bytes);
}

static int flush(struct partitions *s, struct partition *f, struct error *err)
{
	struct span bytes = {f->waiting, f->waiting_len};
	struct extent *e;

	if (!bytes.len)
		return 0;
	f->extents = mem_room(f->extents, f->extent_count, &f->extent_cap,
			      sizeof *f->extents);
	e = &f->extents[f->extent_count++];
	e->len = bytes.len;
	f->waiting_len = 0;
	return spill_put(s->spill, bytes, &e->offset, err);
}

/* Appends BYTES to partition F; larger ones than a run go by themselves. */
static int deal(struct partitions *s, struct partition *f, struct span bytes,
		size_t run, struct error *err)
{
	if (!f->waiting)
		f->waiting = mem_alloc(run);
	if (f->waiting_len + bytes.len > run && flush(s, f, err))
		return -1;
	if (bytes.len > run) {
		char *own = f->waiting;
		int status;

		f->waiting = (char *)(uintptr_t)bytes.ptr;
		f->waiting_len = bytes.len;
		status = flush(s, f, err);
		f->waiting = own;
		return status;
	}
	memcpy(f->waiting + f->waiting_len, bytes.ptr, bytes.len);
	f->waiting_len += bytes.len;
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

/* Events stand in the store in the order of their numbers. */
static int deal_all(struct partitions *s, const uint32_t *partition_of, size_t run,
		    struct error *err)
{
	struct store *store = s->store;
	struct events *v = s->events;
	const char *chunk = NULL;
	char *copy = NULL;
	size_t at = SIZE_MAX;
	int status = 0;

	for (size_t i = 0; i < v->count && !status; i++) {
		struct entry *e = &v->list[i];
		struct partition *f = &s->list[partition_of[i]];
		struct span bytes;

		if (e->place >> 32 != at) {
			if (at != SIZE_MAX)
				drop_chunk(store, at);
			at = e->place >> 32;
			chunk = load_chunk(store, at, &copy, err);
			if (!chunk) {
				status = -1;
				break;
			}
		}
		if (e->home == HOME_DUPLICATE)
			continue;
		bytes = (struct span){chunk + (uint32_t)e->place, e->size};
		e->place = f->bytes;
		f->bytes += e->size;
		status = deal(s, f, bytes, run, err);
	}
	mem_free(copy);
	for (size_t i = 0; i < s->count; i++) {
		if (!status)
			status = flush(s, &s->list[i], err);
		mem_free(s->list[i].waiting);
		s->list[i].waiting = NULL;
	}
	return status ? status : spill_flush(s->spill, err);
}

static int deal_out(struct partitions *s, const struct customers *c, size_t room,
		    struct error *err)
{
	uint32_t *partition_of = mem_zero(s->events->count + 1, sizeof *partition_of);
	size_t run = room / s->count / 2;
	int status;

	for (size_t i = 0; i < s->count; i++) {
		for (size_t at = s->list[i].from; at < s->list[i].to; at++)
			partition_of[c->events.items[at]] = (uint32_t)i;
		s->list[i].bytes = 0;
	}
	run = run < RUN_MIN ? RUN_MIN : run > RUN_MAX ? RUN_MAX : run;
	s->spill = spill_new(s->store->scratch, err);
	status = s->spill ? deal_all(s, partition_of, run, err) : -1;
	mem_free(partition_of);
	store_release(s->store);
	return status;
}

int partitions_init(struct partitions *s, struct store *store, struct events *v,
		 struct customers *c, size_t room, struct error *err)
{
	const uint32_t *starts = c->events.starts;
	size_t unidentified = parts_size(&c->events, c->count);

	*s = (struct partitions){.store = store, .events = v};
	if (unidentified > 1)
		qsort_r(c->events.items + starts[c->count], unidentified,
			sizeof *c->events.items, by_time, v);
	cut(s, c, store->spilled ? room : SIZE_MAX);
	if (!store->spilled || !s->count)
		return 0;
	if (spill_flush(store->spill, err))
		return -1;
	return deal_out(s, c, room, err);
}

void partitions_release(struct partitions *s)
{
	for (size_t i = 0; i < s->count; i++) {
		mem_free(s->list[i].extents);
		mem_free(s->list[i].waiting);
	}
	mem_free(s->list);
	mem_free(s->base);
	spill_free(s->spill);
	*s = (struct partitions){0};
}

int partitions_open(struct partitions *s, size_t number, struct error *err)
{
	struct partition *f = &s->list[number];
	char *at;

	if (!s->spill)
		return 0;
	mem_free(s->base);
	s->base = mem_alloc(f->bytes);
	at = s->base;
	for (size_t i = 0; i < f->extent_count; i++) {
		if (spill_get(s->spill, f->extents[i].offset, at,
			      f->extents[i].len, err))
			return -1;
		at += f->extents[i].len;
	}
	return 0;
}
