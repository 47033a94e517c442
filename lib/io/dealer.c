#include "io/dealer.h"

#include <string.h>

#include "base/mem.h"
#include "io/spill.h"

#define RUN_MIN ((size_t)8 << 10)
#define RUN_MAX ((size_t)1 << 20)

/* In the spill. */
struct extent {
	uint64_t offset;
	size_t len;
};

struct part {
	uint64_t size;
	struct extent *extents;
	size_t count;
	size_t cap;
	char *waiting;		/* dealt, but not written yet */
	size_t waiting_len;
};

struct dealer {
	struct part *parts;
	size_t count;
	size_t run;		/* bytes that wait, at most */
	struct spill *spill;
};

struct dealer *dealer_new(size_t count, size_t memory, const char *scratch, struct error *err)
{
	struct spill *spill = spill_new(scratch, err);
	struct dealer *d;
	size_t run = memory / (count + 1);

	if (!spill)
		return NULL;
	d = mem_alloc(sizeof *d);
	*d = (struct dealer){
		.parts = mem_zero(count + 1, sizeof *d->parts), .count = count, .spill = spill,
		.run = run < RUN_MIN ? RUN_MIN : run > RUN_MAX ? RUN_MAX : run,
	};
	return d;
}

void dealer_free(struct dealer *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->count; i++) {
		mem_free(d->parts[i].extents);
		mem_free(d->parts[i].waiting);
	}
	mem_free(d->parts);
	spill_free(d->spill);
	mem_free(d);
}

static int write_run(struct dealer *d, struct part *p, struct span bytes, struct error *err)
{
	struct extent *e;

	if (!bytes.len)
		return 0;
	p->extents = mem_room(p->extents, p->count, &p->cap, sizeof *p->extents);
	e = &p->extents[p->count++];
	e->len = bytes.len;
	return spill_put(d->spill, bytes, &e->offset, err);
}

static int flush_part(struct dealer *d, struct part *p, struct error *err)
{
	struct span waiting = {p->waiting, p->waiting_len};

	p->waiting_len = 0;
	return write_run(d, p, waiting, err);
}

int dealer_put(struct dealer *d, size_t part, struct span bytes, struct error *err)
{
	struct part *p = &d->parts[part];

	p->size += bytes.len;
	if (!p->waiting)
		p->waiting = mem_alloc(d->run);
	if (p->waiting_len + bytes.len > d->run && flush_part(d, p, err))
		return -1;
	/* What is larger than a run goes by itself. */
	if (bytes.len > d->run)
		return write_run(d, p, bytes, err);
	memcpy(p->waiting + p->waiting_len, bytes.ptr, bytes.len);
	p->waiting_len += bytes.len;
	return 0;
}

int dealer_end(struct dealer *d, struct error *err)
{
	for (size_t i = 0; i < d->count; i++) {
		if (flush_part(d, &d->parts[i], err))
			return -1;
		mem_free(d->parts[i].waiting);
		d->parts[i].waiting = NULL;
	}
	return spill_flush(d->spill, err);
}

uint64_t dealer_size(const struct dealer *d, size_t part)
{
	return d->parts[part].size;
}

int dealer_read(const struct dealer *d, size_t part, char *bytes, struct error *err)
{
	const struct part *p = &d->parts[part];

	for (size_t i = 0; i < p->count; i++) {
		if (spill_get(d->spill, p->extents[i].offset, bytes, p->extents[i].len, err))
			return -1;
		bytes += p->extents[i].len;
	}
	return 0;
}
