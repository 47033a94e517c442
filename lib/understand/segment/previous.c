#include "understand/segment/previous.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "io/key_map.h"
#include "record/stream.h"

struct previous {
	const struct rules *rules;
	const char *path;
	bool allow_empty;
	struct key_map *sets_of;	/* customer -> number of a set */
	struct key_map *seen;		/* customers of this run, and those that went on in them */
	struct map sets;		/* numbers of segments, ascending, as bytes */
	/* id now -> ids before, by the feed; in texts, each "w" or "p" and the id and a NUL: whole or in part */
	struct map olds;
	struct buf *old_texts;		/* by entry of olds */
	size_t old_cap;
	struct map way;			/* ids that went on in the customer at hand */
	struct previous_count *counts;
	struct previous_customers customers;
	struct map others;		/* names of segments that this run does not make */
	bool any;			/* a profile had the member */
	struct map moves;		/* family, from, to */
	size_t *order;			/* of moves, once sorted */
	signed char *was, *is;		/* of the customer at hand, by segment */
	struct buf text;
};

/* ---- Sets of segments. ---- */

/* Marks the segments of ARRAY in FLAGS; names of others are noted where NOTE. */
static void mark_segments(struct previous *v, struct value array, signed char *flags, bool note)
{
	struct scan scan;
	struct value element;

	if (array.kind != VALUE_ARRAY)
		return;
	v->any |= note;
	scan_start(&scan, array.raw);
	if (scan_enter(&scan, '[', NULL))
		return;
	while (scan_element(&scan, &element, NULL) > 0) {
		struct span name;
		size_t number;

		buf_clear(&v->text);
		name = value_text(element, &v->text);
		number = rules_number(v->rules, name);
		if (number < rules_count(v->rules) && span_equal(rules_name(v->rules, number), name))
			flags[number] = 1;
		else if (note)
			map_put(&v->others, name, NULL);
	}
}

/* The number of the set that FLAGS says. */
static size_t set_number(struct previous *v, const signed char *flags)
{
	struct buf bytes = BUF_INIT;
	size_t number;

	for (uint32_t i = 0; i < rules_count(v->rules); i++)
		if (flags[i])
			buf_put(&bytes, &i, sizeof i);
	number = map_put(&v->sets, buf_view(&bytes), NULL);
	buf_release(&bytes);
	return number;
}

static struct hash128 key_of(struct previous *v, const struct profile *p)
{
	buf_clear(&v->text);
	return hash_128(value_text(p->id, &v->text));
}

/* ---- The earlier output. ---- */

/* Calls TAKE with each line of the file at PATH that is not blank. */
static int read_lines(struct previous *v, const char *path,
		      int (*take)(struct previous *v, struct span line, struct buf *out, struct error *err),
		      struct buf *out, struct error *err)
{
	char *file = mem_text(path, strlen(path));
	struct stream *s = stream_open(&file, 1, err);
	struct stream_block block = STREAM_BLOCK_INIT;
	struct stream_lines lines;
	struct span line;
	uint64_t number;
	int got = s ? 1 : -1;

	if (s && v->allow_empty)
		stream_allow_empty(s);
	while (got > 0 && (got = stream_block(s, &block, err)) > 0) {
		stream_lines_start(&lines, &block);
		while (got > 0 && stream_lines_next(&lines, &line, &number)) {
			if (!take(v, line, out, err))
				continue;
			stream_fault(&lines, line, number, err);
			got = -1;
		}
	}
	stream_block_release(&block);
	if (s)
		stream_close(s);
	mem_free(file);
	return got;
}

/* Of a customer who comes twice the first counts. */
static int keep_set(struct previous *v, struct span line, struct buf *out, struct error *err)
{
	struct profile p;
	struct hash128 key;
	int64_t number;
	int known;

	(void)out;
	if (profile_parse(&p, line, err))
		return -1;
	key = key_of(v, &p);
	known = key_map_get(v->sets_of, key, &number, err);
	if (known)
		return known < 0 ? -1 : 0;
	memset(v->was, 0, rules_count(v->rules));
	mark_segments(v, p.segments, v->was, true);
	for (size_t i = 0; i < rules_count(v->rules); i++)
		v->counts[i].before += v->was[i] != 0;
	v->customers.before++;
	return key_map_put(v->sets_of, key, (int64_t)set_number(v, v->was), err);
}

/* ---- The feed of cdp-merge. ---- */

/* Did all of OLD go on in NOW, so that nobody has that id any more? */
static void add_old(struct previous *v, struct span now, struct span old, bool whole)
{
	size_t i;

	if (span_absent(now) || span_absent(old) || span_equal(now, old))
		return;
	i = map_put(&v->olds, now, NULL);
	while (i >= v->old_cap) {
		size_t before = v->old_cap;

		v->old_texts = mem_room(v->old_texts, v->old_cap, &v->old_cap, sizeof *v->old_texts);
		memset(v->old_texts + before, 0, (v->old_cap - before) * sizeof *v->old_texts);
	}
	buf_char(&v->old_texts[i], whole ? 'w' : 'p');
	buf_span(&v->old_texts[i], old);
	buf_char(&v->old_texts[i], '\0');
}

/* Old and new ids of a record: ID and each of the others, of which OTHERS is a text or an array. */
static void add_olds(struct previous *v, struct value id, struct value others, bool id_is_old)
{
	struct buf own = BUF_INIT, other = BUF_INIT;
	struct span name = value_text(id, &own);
	struct value element = others;
	struct scan scan;
	bool array = others.kind == VALUE_ARRAY;

	scan_start(&scan, others.raw);
	if (array && scan_enter(&scan, '[', NULL))
		return;
	while (array ? scan_element(&scan, &element, NULL) > 0 : element.kind == VALUE_TEXT) {
		struct span text;

		buf_clear(&other);
		text = value_text(element, &other);
		add_old(v, id_is_old ? text : name, id_is_old ? name : text, id_is_old && !array);
		if (!array)
			break;
	}
	buf_release(&own);
	buf_release(&other);
}

static int take_change(struct previous *v, struct span line, struct buf *out, struct error *err)
{
	struct value record;

	(void)out;
	if (scan_whole(line, &record, err))
		return -1;
	if (record.kind != VALUE_OBJECT || value_member(record, SPAN("change")).kind != VALUE_TEXT)
		return error_data(err, "no record of cdp-merge --changes");
	/* merged and moved name the old ids in `from`, split and retired the new ones in `to` and `into`. */
	add_olds(v, value_member(record, SPAN("id")), value_member(record, SPAN("from")), false);
	add_olds(v, value_member(record, SPAN("id")), value_member(record, SPAN("to")), true);
	add_olds(v, value_member(record, SPAN("id")), value_member(record, SPAN("into")), true);
	return 0;
}

struct previous *previous_open(const struct rules *r, const char *path, const char *feed,
			       bool allow_empty, uint64_t memory, const char *scratch, struct error *err)
{
	struct previous *v = mem_zero(1, sizeof *v);
	size_t count = rules_count(r) + 1;

	v->rules = r;
	v->path = path;
	v->allow_empty = allow_empty;
	v->sets_of = key_map_new(memory / 2, scratch);
	v->seen = key_map_new(memory / 2, scratch);
	v->counts = mem_zero(count, sizeof *v->counts);
	v->was = mem_zero(count, 1);
	v->is = mem_zero(count, 1);
	if ((!feed || !read_lines(v, feed, take_change, NULL, err)) && !read_lines(v, path, keep_set, NULL, err))
		return v;
	previous_free(v);
	return NULL;
}

void previous_free(struct previous *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < v->old_cap; i++)
		buf_release(&v->old_texts[i]);
	key_map_free(v->sets_of);
	key_map_free(v->seen);
	map_release(&v->sets);
	map_release(&v->olds);
	map_release(&v->way);
	map_release(&v->others);
	map_release(&v->moves);
	mem_free(v->old_texts);
	mem_free(v->counts);
	mem_free(v->order);
	mem_free(v->was);
	mem_free(v->is);
	buf_release(&v->text);
	mem_free(v);
}

/* ---- Comparing. ---- */

static int see(struct previous *v, struct hash128 key, struct error *err)
{
	int64_t number;
	int known = key_map_get(v->seen, key, &number, err);

	return known ? (known < 0 ? -1 : 0) : key_map_put(v->seen, key, 0, err);
}

/* Adds the segments of the customer of KEY to `was`.  1 when there was one. */
static int recall(struct previous *v, struct hash128 key, struct error *err)
{
	int64_t number;
	int known = key_map_get(v->sets_of, key, &number, err);
	struct span set;

	if (known <= 0)
		return known;
	set = v->sets.entries[number].key;
	for (size_t at = 0; at < set.len; at += sizeof(uint32_t)) {
		uint32_t segment;

		memcpy(&segment, set.ptr + at, sizeof segment);
		v->was[segment] = 1;
	}
	return 1;
}

/* The ids that went on in the id number AT of the way.  1 when one was there. */
static int recall_step(struct previous *v, size_t at, struct error *err)
{
	size_t i = map_find(&v->olds, v->way.entries[at].key);
	struct span rest = i == MAP_NONE ? SPAN_NONE : buf_view(&v->old_texts[i]);
	int any = 0;

	while (rest.len) {
		struct span old = span_cut(&rest, '\0');
		bool whole = *old.ptr == 'w';
		struct hash128 key = hash_128(old = span_sub(old, 1, old.len - 1));
		int known = recall(v, key, err);

		if (known < 0 || see(v, key, err))
			return -1;
		any |= known;
		if (whole)
			map_put(&v->way, old, NULL);
	}
	return any;
}

/*
 * Of the ids that went on in the customer ID; a feed of several nights may have retired those that had taken
 * others in.  1 when one was there.
 */
static int recall_olds(struct previous *v, struct span id, struct error *err)
{
	int any = 0;

	if (!v->olds.count)
		return 0;
	map_clear(&v->way);
	map_put(&v->way, id, NULL);
	for (size_t at = 0; at < v->way.count; at++) {
		int known = recall_step(v, at, err);

		if (known < 0)
			return -1;
		any |= known;
	}
	return any;
}

static struct span family_of(const struct previous *v, size_t segment)
{
	struct span name = rules_name(v->rules, segment);
	size_t at = 0;

	if (rules_is_rule(v->rules, segment))
		return SPAN_NONE;
	while (at < name.len && name.ptr[at] != '_')
		at++;
	return span_sub(name, 0, at);
}

static void count_move(struct previous *v, struct span family, size_t from, size_t to)
{
	struct buf key = BUF_INIT;
	size_t i;

	buf_span(&key, family);
	buf_char(&key, '\0');
	buf_put(&key, &from, sizeof from);
	buf_put(&key, &to, sizeof to);
	i = map_put(&v->moves, buf_view(&key), NULL);
	v->moves.entries[i].number++;
	buf_release(&key);
}

/* The segment of the family from FIRST to END that FLAGS have; rules_count(): none. */
static size_t find_in_family(const struct previous *v, size_t first, size_t end, const signed char *flags)
{
	for (size_t i = first; i < end; i++)
		if (flags[i] && !rules_is_rule(v->rules, i))
			return i;
	return rules_count(v->rules);
}

/* Segments of one family stand together, since they are sorted by name; a rule may have its name among them. */
static void count_moves(struct previous *v)
{
	size_t count = rules_count(v->rules);

	for (size_t i = 0, end; i < count; i = end) {
		struct span family = family_of(v, i);
		size_t from, to;

		end = i + 1;
		if (span_absent(family))
			continue;
		while (end < count && (rules_is_rule(v->rules, end) || span_equal(family_of(v, end), family)))
			end++;
		from = find_in_family(v, i, end, v->was);
		to = find_in_family(v, i, end, v->is);
		if (from < count || to < count)
			count_move(v, family, from, to);
	}
}

static void put_names(const struct previous *v, const signed char *in, const signed char *out_of, struct buf *out)
{
	bool any = false;

	buf_char(out, '[');
	for (size_t i = 0; i < rules_count(v->rules); i++) {
		if (!in[i] || (out_of && out_of[i]))
			continue;
		if (any)
			buf_char(out, ',');
		any = true;
		text_encode(out, rules_name(v->rules, i));
	}
	buf_char(out, ']');
}

static void put_record(const struct previous *v, const struct profile *p, const char *what, struct buf *out)
{
	buf_printf(out, "{\"type\":\"change\",\"change\":\"%s\",\"id\":", what);
	buf_span(out, p->id.raw);
	if (p->as_of_text.kind == VALUE_TEXT) {
		buf_lit(out, ",\"as_of\":");
		buf_span(out, p->as_of_text.raw);
	}
	buf_lit(out, ",\"entered\":");
	put_names(v, v->is, v->was, out);
	buf_lit(out, ",\"left\":");
	put_names(v, v->was, v->is, out);
	buf_lit(out, ",\"segments\":");
	put_names(v, v->is, NULL, out);
	if (p->ids.kind == VALUE_OBJECT) {
		buf_lit(out, ",\"ids\":");
		buf_span(out, p->ids.raw);
	}
	buf_lit(out, "}\n");
}

/* Counts what `was` and `is` say, and tells of it. */
static void compare(struct previous *v, const struct profile *p, const char *what, struct buf *out)
{
	bool changed = false;

	for (size_t i = 0; i < rules_count(v->rules); i++) {
		v->counts[i].now += v->is[i];
		v->counts[i].entered += v->is[i] && !v->was[i];
		v->counts[i].left += v->was[i] && !v->is[i];
		changed |= v->is[i] != v->was[i];
	}
	count_moves(v);
	v->customers.changed += changed;
	if (changed && out)
		put_record(v, p, what, out);
}

int previous_note(struct previous *v, const struct profile *p, struct buf *out, struct error *err)
{
	size_t count = rules_count(v->rules);
	struct hash128 key = key_of(v, p);
	struct buf id = BUF_INIT;
	int known, followed;

	memset(v->was, 0, count);
	memset(v->is, 0, count);
	known = recall(v, key, err);
	followed = known < 0 ? -1 : recall_olds(v, value_text(p->id, &id), err);
	buf_release(&id);
	if (followed < 0 || see(v, key, err))
		return -1;
	mark_segments(v, p->segments, v->is, false);
	v->customers.added += !known && !followed;
	v->customers.followed += followed;
	compare(v, p, "segments", out);
	return 0;
}

static int take_gone(struct previous *v, struct span line, struct buf *out, struct error *err)
{
	struct profile p;
	struct hash128 key;
	int64_t number;
	int known;

	if (profile_parse(&p, line, err))
		return -1;
	key = key_of(v, &p);
	known = key_map_get(v->seen, key, &number, err);
	if (known)
		return known < 0 ? -1 : 0;
	memset(v->was, 0, rules_count(v->rules));
	memset(v->is, 0, rules_count(v->rules));
	if (recall(v, key, err) < 0)
		return -1;
	v->customers.gone++;
	compare(v, &p, "gone", out);
	return see(v, key, err);
}

int previous_gone(struct previous *v, struct buf *out, struct error *err)
{
	return read_lines(v, v->path, take_gone, out, err);
}

/* ---- What came of it. ---- */

struct previous_count previous_count(const struct previous *v, size_t segment)
{
	return v->counts[segment];
}

struct previous_customers previous_customers(const struct previous *v)
{
	return v->customers;
}

static void read_move(const struct previous *v, size_t i, struct previous_move *out)
{
	struct span key = v->moves.entries[i].key, rest = key;

	out->family = span_cut(&rest, '\0');
	memcpy(&out->from, rest.ptr, sizeof out->from);
	memcpy(&out->to, rest.ptr + sizeof out->from, sizeof out->to);
	out->customers = v->moves.entries[i].number;
}

static int compare_moves(const void *a, const void *b, void *context)
{
	struct previous_move p, q;
	int order;

	read_move(context, *(const size_t *)a, &p);
	read_move(context, *(const size_t *)b, &q);
	order = span_compare(p.family, q.family);
	if (order)
		return order;
	if (p.from != q.from)
		return p.from < q.from ? -1 : 1;
	return (p.to > q.to) - (p.to < q.to);
}

bool previous_move(const struct previous *v, size_t i, struct previous_move *out)
{
	size_t *order;

	if (i >= v->moves.count)
		return false;
	/* Once, behind the last profile; moves are few. */
	order = v->order;
	if (!i) {
		order = mem_grow(order, v->moves.count, sizeof *order);
		((struct previous *)v)->order = order;
		for (size_t k = 0; k < v->moves.count; k++)
			order[k] = k;
		qsort_r(order, v->moves.count, sizeof *order, compare_moves, (void *)v);
	}
	read_move(v, order[i], out);
	return true;
}

size_t previous_others(const struct previous *v, struct span *name)
{
	*name = SPAN_NONE;
	for (size_t i = 0; i < v->others.count; i++)
		if (span_absent(*name) || span_compare(v->others.entries[i].key, *name) < 0)
			*name = v->others.entries[i].key;
	return v->others.count;
}

bool previous_has_segments(const struct previous *v)
{
	return v->any;
}
