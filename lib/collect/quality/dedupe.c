#include "collect/quality/dedupe.h"

#include "base/mem.h"
#include "io/key_map.h"
#include "record/event.h"

struct dedupe {
	struct key_map *seen;	/* hash of piece, source and id -> time */
	int64_t window_ms;
	struct buf key;
};

/* What a record is known by. */
struct mark {
	struct value id, source;
	struct span time;	/* in the records' form; absent: undated */
};

struct dedupe *dedupe_new(int64_t window_ms, uint64_t memory, const char *scratch)
{
	struct dedupe *d = mem_zero(1, sizeof *d);

	d->seen = key_map_new(memory, scratch);
	d->window_ms = window_ms;
	return d;
}

void dedupe_free(struct dedupe *d)
{
	if (!d)
		return;
	key_map_free(d->seen);
	buf_release(&d->key);
	mem_free(d);
}

/* Our records begin with type, id, time (or not), source. */
static void read_mark(struct span line, struct mark *out)
{
	struct scan s;
	struct member m;

	*out = (struct mark){.time = SPAN_NONE};
	scan_start(&s, line);
	if (scan_enter(&s, '{', NULL))
		return;
	while (out->source.kind == VALUE_NONE && scan_member(&s, &m, NULL) > 0) {
		if (span_equal(m.key, SPAN("id")))
			out->id = m.value;
		else if (span_equal(m.key, SPAN("source")))
			out->source = m.value;
		else if (span_equal(m.key, SPAN("time")))
			out->time = span_sub(m.value.raw, 1, m.value.raw.len - 2);
	}
}

static struct hash128 hash_in(struct dedupe *d, const struct mark *m, int64_t piece)
{
	buf_clear(&d->key);
	buf_put(&d->key, &piece, sizeof piece);
	buf_span(&d->key, m->source.raw);
	buf_span(&d->key, m->id.raw);
	return hash_128(buf_view(&d->key));
}

static int64_t piece_of(const struct dedupe *d, int64_t time)
{
	if (!d->window_ms)
		return 0;
	if (time == MOMENT_NONE)
		return INT64_MIN;
	return time / d->window_ms - (time % d->window_ms < 0);
}

/* 1: a record with M's id, kept in PIECE, is near enough to TIME. */
static int is_near(struct dedupe *d, const struct mark *m, int64_t piece,
		   int64_t time, struct error *err)
{
	int64_t kept;
	int got = key_map_get(d->seen, hash_in(d, m, piece), &kept, err);

	if (got <= 0 || !d->window_ms || time == MOMENT_NONE)
		return got;
	return (time > kept ? time - kept : kept - time) <= d->window_ms;
}

/* 1: the record is a double; 0: it stays, and is remembered. */
static int find_double(struct dedupe *d, const struct mark *m, struct error *err)
{
	int64_t time = MOMENT_NONE;
	int64_t piece;
	int near;

	if (!span_absent(m->time))
		moment_parse_record(m->time, &time);
	piece = piece_of(d, time);
	near = is_near(d, m, piece, time, err);
	if (!near && d->window_ms && time != MOMENT_NONE) {
		near = is_near(d, m, piece - 1, time, err);
		if (!near)
			near = is_near(d, m, piece + 1, time, err);
	}
	if (near)
		return near;
	return key_map_put(d->seen, hash_in(d, m, piece), time, err);
}

/* How many records of the row at hand are to come, and whether one of it stays. */
struct row_state {
	const uint64_t *events;
	uint64_t left;
	bool stays;
};

static void count_record(struct row_state *r, bool twice, struct dedupe_taken *taken)
{
	if (!r->left) {
		r->left = r->events ? *r->events++ : 1;
		r->stays = false;
	}
	taken->records += twice;
	r->stays = r->stays || !twice;
	if (--r->left || r->stays)
		return;
	taken->rows++;
}

static void note_newest(struct dedupe_taken *taken, struct span time)
{
	if (time.len == MOMENT_TEXT && memcmp(time.ptr, taken->newest, MOMENT_TEXT) > 0)
		memcpy(taken->newest, time.ptr, MOMENT_TEXT);
}

int dedupe_take(struct dedupe *d, struct buf *records, const uint64_t *events,
		struct dedupe_taken *taken, struct error *err)
{
	struct row_state row = {.events = events};
	size_t kept = 0;

	*taken = (struct dedupe_taken){0};
	for (size_t at = 0, end; at < records->len; at = end) {
		struct span line = buf_since(records, at);
		struct mark mark;
		int twice;

		end = at + span_find_byte(line, '\n') + 1;
		line.len = end - at;
		read_mark(span_sub(line, 0, line.len - 1), &mark);
		twice = find_double(d, &mark, err);
		if (twice < 0)
			return -1;
		count_record(&row, twice, taken);
		if (twice)
			continue;
		note_newest(taken, mark.time);
		memmove(records->ptr + kept, line.ptr, line.len);
		kept += line.len;
	}
	records->len = kept;
	return 0;
}
