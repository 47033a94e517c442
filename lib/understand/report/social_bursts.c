#include "understand/report/social_bursts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SAMPLE 40
#define SAMPLE_TEXT 400		/* bytes of a text */
#define USUAL_MIN 3		/* so many other hours make a mean */
#define DAYS_MIN 7
#define SPAN_MAX 2000000	/* hours that are looked at, the newest: 228 years */

struct sampled {
	struct hash128 id;
	struct span text;
};

struct burst_hour {
	int64_t hour;
	uint64_t posts;
	struct sampled *sample;		/* ascending; room for SAMPLE */
	size_t sampled;
};

void burst_hours_release(struct burst_hours *b)
{
	map_release(&b->hours);
	mem_free(b->list);
	arena_release(&b->texts);
	*b = (struct burst_hours){0};
}

static struct burst_hour *hour_of(struct burst_hours *b, int64_t hour)
{
	bool added;
	size_t i = map_put(&b->hours, (struct span){(const char *)&hour, sizeof hour}, &added);

	if (added) {
		b->list = mem_room(b->list, i, &b->cap, sizeof *b->list);
		b->list[i] = (struct burst_hour){.hour = hour};
	}
	return &b->list[i];
}

static struct span cut_text(struct span text)
{
	if (text.len <= SAMPLE_TEXT)
		return text;
	text.len = SAMPLE_TEXT;
	while (text.len && ((unsigned char)text.ptr[text.len] & 0xc0) == 0x80)
		text.len--;
	return text;
}

/* Two posts of one id are one or the other by their texts. */
static int compare_sampled(const struct sampled *a, const struct sampled *b)
{
	int order = hash_128_compare(a->id, b->id);

	return order ? order : span_compare(a->text, b->text);
}

static void add_sample(struct burst_hours *b, struct burst_hour *h, struct sampled s)
{
	size_t at = h->sampled;

	s.text = cut_text(s.text);
	if (at == SAMPLE && compare_sampled(&s, &h->sample[SAMPLE - 1]) >= 0)
		return;
	if (!h->sample)
		h->sample = arena_alloc(&b->texts, SAMPLE * sizeof *h->sample);
	at -= at == SAMPLE;
	for (; at && compare_sampled(&s, &h->sample[at - 1]) < 0; at--)
		h->sample[at] = h->sample[at - 1];
	s.text = arena_copy(&b->texts, s.text);
	h->sample[at] = s;
	h->sampled += h->sampled < SAMPLE;
}

void burst_hours_add(struct burst_hours *b, int64_t hour, struct hash128 id, struct span text)
{
	struct burst_hour *h = hour_of(b, hour);

	h->posts++;
	if (text.len)
		add_sample(b, h, (struct sampled){id, text});
}

void burst_hours_merge(struct burst_hours *b, const struct burst_hours *other)
{
	for (size_t i = 0; i < other->hours.count; i++) {
		const struct burst_hour *from = &other->list[i];
		struct burst_hour *to = hour_of(b, from->hour);

		to->posts += from->posts;
		for (size_t k = 0; k < from->sampled; k++)
			add_sample(b, to, from->sample[k]);
	}
}

/* ---- bursts ---- */

/* Counts by slot, an hour or a day each. */
struct slots {
	uint64_t *posts;
	int64_t first;		/* the number of the first slot */
	int64_t count;
	int64_t hours;		/* of a slot */
};

struct usual {
	double mean, deviation;
	uint64_t count;
};

/* Over the slots that are multiples of STEP away from AT. */
static struct usual usual_at(const struct slots *s, int64_t at, int64_t step)
{
	double sum = 0, squares = 0;
	struct usual u = {0, 0, 0};

	for (int64_t i = at % step; i < s->count; i += step) {
		if (i == at)
			continue;
		sum += (double)s->posts[i];
		squares += (double)s->posts[i] * (double)s->posts[i];
		u.count++;
	}
	if (!u.count)
		return u;
	u.mean = sum / (double)u.count;
	if (u.count > 1)
		u.deviation = (squares - sum * u.mean) / (double)(u.count - 1);
	u.deviation = sqrt(fmax(fmax(u.deviation, u.mean), 1));
	return u;
}

/* True, with *B of this slot alone. */
static bool is_burst(const struct slots *s, int64_t at, struct burst *b)
{
	int64_t week = s->hours == 1 ? 168 : 7, day = s->hours == 1 ? 24 : 1;
	struct usual u;

	if (s->posts[at] < BURST_POSTS_MIN)
		return false;
	u = usual_at(s, at, week);
	if (u.count < USUAL_MIN) {
		u = usual_at(s, at, day);
		if (u.count < (day == 1 ? DAYS_MIN : USUAL_MIN))
			return false;
	}
	*b = (struct burst){(s->first + at) * s->hours, (s->first + at + 1) * s->hours, s->posts[at], u.mean,
			    ((double)s->posts[at] - u.mean) / u.deviation};
	return b->z >= BURST_Z_MIN && (double)b->posts >= 2 * u.mean;
}

struct found {
	struct burst *list;
	size_t count, cap;
};

static bool is_covered(const struct found *f, size_t hours_count, const struct burst *b)
{
	for (size_t i = 0; i < hours_count; i++)
		if (f->list[i].from < b->to && f->list[i].to > b->from)
			return true;
	return false;
}

static void add_burst(struct found *f, size_t begin, const struct burst *b)
{
	struct burst *last = f->count > begin ? &f->list[f->count - 1] : NULL;

	if (last && last->to == b->from) {
		last->to = b->to;
		last->posts += b->posts;
		last->usual += b->usual;
		last->z = fmax(last->z, b->z);
		return;
	}
	f->list = mem_room(f->list, f->count, &f->cap, sizeof *f->list);
	f->list[f->count++] = *b;
}

static void find_in(const struct slots *s, struct found *f)
{
	size_t begin = f->count;
	struct burst b;

	for (int64_t at = 0; at < s->count; at++)
		if (is_burst(s, at, &b) && !is_covered(f, begin, &b))
			add_burst(f, begin, &b);
}

static int64_t slot_of(int64_t hour, int64_t hours)
{
	return hour >= 0 ? hour / hours : -((hours - 1 - hour) / hours);
}

/* The hours added up to slots of so many HOURS. */
static struct slots make_slots(const struct burst_hours *b, int64_t hours)
{
	struct slots s = {NULL, INT64_MAX, 0, hours};
	int64_t last = INT64_MIN;

	for (size_t i = 0; i < b->hours.count; i++) {
		int64_t slot = slot_of(b->list[i].hour, hours);

		s.first = slot < s.first ? slot : s.first;
		last = slot > last ? slot : last;
	}
	if (last - s.first >= SPAN_MAX)
		s.first = last - SPAN_MAX + 1;
	s.count = last - s.first + 1;
	s.posts = mem_zero((size_t)s.count, sizeof *s.posts);
	for (size_t i = 0; i < b->hours.count; i++) {
		int64_t slot = slot_of(b->list[i].hour, hours);

		if (slot >= s.first)
			s.posts[slot - s.first] += b->list[i].posts;
	}
	return s;
}

static int compare_bursts(const void *a, const void *b)
{
	const struct burst *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

struct burst *bursts_find(const struct burst_hours *b, size_t *count)
{
	struct found f = {NULL, 0, 0};

	for (int64_t hours = 1; b->hours.count && hours <= 24; hours += 23) {
		struct slots s = make_slots(b, hours);

		find_in(&s, &f);
		mem_free(s.posts);
	}
	if (f.count)
		qsort(f.list, f.count, sizeof *f.list, compare_bursts);
	*count = f.count;
	return f.list;
}

void bursts_sample(const struct burst_hours *b, int64_t from, int64_t to, void (*take)(void *context, struct span text),
		   void *context)
{
	for (int64_t hour = from; hour < to; hour++) {
		size_t i = map_find(&b->hours, (struct span){(const char *)&hour, sizeof hour});

		for (size_t k = 0; i != MAP_NONE && k < b->list[i].sampled; k++)
			take(context, b->list[i].sample[k].text);
	}
}
