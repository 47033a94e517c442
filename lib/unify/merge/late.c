#include "unify/merge/late.h"

#include <stdbool.h>

#include "base/mem.h"
#include "time/moment.h"

#define BUCKETS 4096

#define LEAST_EVENTS 10
#define FEW 100			/* one in so many */
#define FAR_DAYS 30
#define SOME 5
#define VERY_FAR_DAYS 365

struct late_bucket {
	uint64_t count;
	int64_t least;
	int64_t greatest;
};

void late_init(struct late *l, int64_t first, int64_t latest)
{
	l->first = first;
	l->width = (latest - first) / BUCKETS + 1;
	if (l->width < DAY_MS)
		l->width = DAY_MS;
	l->list = mem_zero(BUCKETS, sizeof *l->list);
}

void late_release(struct late *l)
{
	mem_free(l->list);
}

void late_add(struct late *l, int64_t time)
{
	struct late_bucket *b = &l->list[(time - l->first) / l->width];

	if (!b->count++) {
		b->least = b->greatest = time;
		return;
	}
	if (time < b->least)
		b->least = time;
	if (time > b->greatest)
		b->greatest = time;
}

/* Where the rest begins: few times of long ago before it are left out. */
static int64_t rest_begin(const struct late *l, uint64_t count)
{
	uint64_t before = 0;
	size_t i = 0;

	while (!l->list[i].count || before + l->list[i].count <= count / FEW)
		before += l->list[i++].count;
	return l->list[i].least;
}

static bool is_far(int64_t gap, int64_t span, uint64_t behind, uint64_t count)
{
	uint64_t few = count / FEW > 1 ? count / FEW : 1;

	if (behind <= few && gap > FAR_DAYS * DAY_MS && gap > span / 4)
		return true;
	return behind <= count / SOME && gap > VERY_FAR_DAYS * DAY_MS && gap > 2 * span;
}

/* From the end: the gap with most behind it counts. */
uint64_t late_find(const struct late *l, uint64_t count, int64_t *rest)
{
	int64_t begin, least = MOMENT_NONE;
	uint64_t behind = 0, found = 0;

	if (count < LEAST_EVENTS)
		return 0;
	begin = rest_begin(l, count);
	for (size_t i = BUCKETS; i-- > 0 && behind <= count / SOME + 1; ) {
		const struct late_bucket *b = &l->list[i];

		if (!b->count)
			continue;
		if (least != MOMENT_NONE && b->greatest > begin &&
		    is_far(least - b->greatest, b->greatest - begin, behind, count)) {
			found = behind;
			*rest = b->greatest;
		}
		behind += b->count;
		least = b->least;
	}
	return found;
}
