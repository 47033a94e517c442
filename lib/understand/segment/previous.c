#include "understand/segment/previous.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "io/key_map.h"
#include "record/stream.h"

/* Segments of which a customer has at most one; no rule is in any. */
struct family {
	size_t segments;
	bool shared;			/* a customer had two of it: it is none */
	size_t from, to;		/* of the customer at hand */
};

struct segment_state {
	struct previous_count count;
	size_t family;			/* MAP_NONE: none */
};

struct previous {
	const struct rules *rules;	/* NULL: segments are those that are met */
	struct map names;		/* of segments: by number */
	struct segment_state *segments;	/* by number */
	size_t room;			/* of segments, was and is */
	struct map family_names;
	struct family *families;	/* by entry of family_names */
	size_t family_cap;
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
	struct previous_customers customers;
	struct map others;		/* names of segments that this run does not make */
	bool any;			/* a profile had the member */
	struct map moves;		/* family, from, to */
	size_t *order;			/* of segments, by name, once all are known */
	size_t *move_order;		/* of the moves that are shown */
	size_t move_count;
	signed char *was, *is;		/* of the customer at hand, by segment */
	struct buf text;
};

/* ---- Segments. ---- */

/* What stands before the first "_": "rfm" of rfm_champions. */
static struct span family_name(struct span name)
{
	size_t at = 0;

	while (at < name.len && name.ptr[at] != '_')
		at++;
	return at < name.len ? span_sub(name, 0, at) : SPAN_NONE;
}

static size_t find_family(struct previous *v, struct span name, bool is_rule)
{
	struct span family = is_rule ? SPAN_NONE : family_name(name);
	bool added;
	size_t i;

	if (span_absent(family))
		return MAP_NONE;
	i = map_put(&v->family_names, family, &added);
	if (added) {
		v->families = mem_room(v->families, i, &v->family_cap, sizeof *v->families);
		v->families[i] = (struct family){0};
	}
	v->families[i].segments++;
	return i;
}

static void make_room(struct previous *v, size_t count)
{
	size_t room = v->room ? v->room * 2 : 64;

	if (count <= v->room)
		return;
	v->segments = mem_grow(v->segments, room, sizeof *v->segments);
	v->was = mem_grow(v->was, room, 1);
	v->is = mem_grow(v->is, room, 1);
	memset(v->was + v->room, 0, room - v->room);
	memset(v->is + v->room, 0, room - v->room);
	v->room = room;
}

static size_t add_segment(struct previous *v, struct span name, bool is_rule)
{
	bool added;
	size_t i = map_put(&v->names, name, &added);

	if (!added)
		return i;
	make_room(v, v->names.count);
	v->segments[i] = (struct segment_state){.count.name = v->names.entries[i].key, .family = find_family(v, name, is_rule)};
	return i;
}

/* Nothing comes behind every name. */
static int compare_names(const struct previous *v, size_t a, size_t b)
{
	if (a == PREVIOUS_NONE || b == PREVIOUS_NONE)
		return (a == PREVIOUS_NONE) - (b == PREVIOUS_NONE);
	return span_compare(v->segments[a].count.name, v->segments[b].count.name);
}

/* FLAGS are those of one profile: families of which it has two are none. */
static void note_shared(struct previous *v, const signed char *flags)
{
	for (size_t i = 0; i < v->family_names.count; i++)
		v->families[i].from = PREVIOUS_NONE;
	for (size_t i = 0; i < v->names.count; i++) {
		size_t family = flags[i] ? v->segments[i].family : MAP_NONE;

		if (family == MAP_NONE)
			continue;
		v->families[family].shared |= v->families[family].from != PREVIOUS_NONE;
		v->families[family].from = i;
	}
}

/* Marks the segments of ARRAY in *FLAGS, which may move; names that this run does not make are noted where NOTE. */
static void mark_segments(struct previous *v, struct value array, signed char *const *flags, bool note)
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

		if (element.kind != VALUE_TEXT)
			continue;
		buf_clear(&v->text);
		name = value_text(element, &v->text);
		number = v->rules ? map_find(&v->names, name) : add_segment(v, name, false);
		if (number != MAP_NONE)
			(*flags)[number] = 1;
		else if (note)
			map_put(&v->others, name, NULL);
	}
}

/* The number of the set that FLAGS says. */
static size_t set_number(struct previous *v, const signed char *flags)
{
	struct buf bytes = BUF_INIT;
	size_t number;

	for (uint32_t i = 0; i < v->names.count; i++)
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

/* What is done with the lines of a file. */
struct reading {
	struct previous *v;
	int (*take)(struct previous *v, struct span line, struct buf *out, struct error *err);
	struct buf *out;
};

static int take_line(void *context, struct span line, struct error *err)
{
	struct reading *g = context;

	return g->take(g->v, line, g->out, err);
}

static int read_lines(struct previous *v, const char *path,
		      int (*take)(struct previous *v, struct span line, struct buf *out, struct error *err),
		      struct buf *out, struct error *err)
{
	struct reading g = {v, take, out};

	return stream_each_line(path, v->allow_empty, take_line, &g, err);
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
	memset(v->was, 0, v->names.count);
	mark_segments(v, p.segments, &v->was, true);
	note_shared(v, v->was);
	for (size_t i = 0; i < v->names.count; i++)
		v->segments[i].count.before += v->was[i] != 0;
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

	v->rules = r;
	v->path = path;
	v->allow_empty = allow_empty;
	v->sets_of = key_map_new(memory / 2, scratch);
	v->seen = key_map_new(memory / 2, scratch);
	make_room(v, 1);
	for (size_t i = 0; r && i < rules_count(r); i++)
		add_segment(v, rules_name(r, i), rules_is_rule(r, i));
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
	map_release(&v->names);
	map_release(&v->family_names);
	mem_free(v->segments);
	mem_free(v->families);
	mem_free(v->order);
	mem_free(v->move_order);
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

/* Calls TAKE with the ids that went on in the id number AT of the way. */
static int walk_step(struct previous *v, size_t at, int (*take)(void *context, struct hash128 key, struct error *err),
		     void *context, struct error *err)
{
	size_t i = map_find(&v->olds, v->way.entries[at].key);
	struct span rest = i == MAP_NONE ? SPAN_NONE : buf_view(&v->old_texts[i]);

	while (rest.len) {
		struct span old = span_cut(&rest, '\0');
		bool whole = *old.ptr == 'w';

		old = span_sub(old, 1, old.len - 1);
		if (take(context, hash_128(old), err))
			return -1;
		if (whole)
			map_put(&v->way, old, NULL);
	}
	return 0;
}

/* A feed of several nights may have retired ids that had taken others in. */
int previous_each_old(struct previous *v, struct span id, int (*take)(void *context, struct hash128 key, struct error *err),
		      void *context, struct error *err)
{
	if (!v->olds.count)
		return 0;
	map_clear(&v->way);
	map_put(&v->way, id, NULL);
	for (size_t at = 0; at < v->way.count; at++)
		if (walk_step(v, at, take, context, err))
			return -1;
	return 0;
}

struct recalling {
	struct previous *v;
	int any;
};

static int recall_old(void *context, struct hash128 key, struct error *err)
{
	struct recalling *g = context;
	int known = recall(g->v, key, err);

	if (known < 0 || see(g->v, key, err))
		return -1;
	g->any |= known;
	return 0;
}

/* Of the ids that went on in the customer ID.  1 when one was there. */
static int recall_olds(struct previous *v, struct span id, struct error *err)
{
	struct recalling g = {v, 0};

	return previous_each_old(v, id, recall_old, &g, err) ? -1 : g.any;
}

static void count_move(struct previous *v, size_t family)
{
	const struct family *f = &v->families[family];
	struct buf key = BUF_INIT;
	size_t i;

	buf_put(&key, &family, sizeof family);
	buf_put(&key, &f->from, sizeof f->from);
	buf_put(&key, &f->to, sizeof f->to);
	i = map_put(&v->moves, buf_view(&key), NULL);
	v->moves.entries[i].number++;
	buf_release(&key);
}

/* A customer whose events two customers had was in a segment of each: the first by name counts. */
static size_t keep_first(const struct previous *v, size_t kept, size_t segment)
{
	return compare_names(v, segment, kept) < 0 ? segment : kept;
}

static void count_moves(struct previous *v)
{
	for (size_t i = 0; i < v->family_names.count; i++)
		v->families[i].from = v->families[i].to = PREVIOUS_NONE;
	for (size_t i = 0; i < v->names.count; i++) {
		struct family *f = v->segments[i].family == MAP_NONE ? NULL : &v->families[v->segments[i].family];

		if (f && v->was[i])
			f->from = keep_first(v, f->from, i);
		if (f && v->is[i])
			f->to = keep_first(v, f->to, i);
	}
	for (size_t i = 0; i < v->family_names.count; i++)
		if (v->families[i].from != PREVIOUS_NONE || v->families[i].to != PREVIOUS_NONE)
			count_move(v, i);
}

static void put_names(const struct previous *v, const signed char *in, const signed char *out_of, struct buf *out)
{
	bool any = false;

	buf_char(out, '[');
	for (size_t i = 0; i < v->names.count; i++) {
		if (!in[i] || (out_of && out_of[i]))
			continue;
		if (any)
			buf_char(out, ',');
		any = true;
		text_encode(out, v->segments[i].count.name);
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

	for (size_t i = 0; i < v->names.count; i++) {
		v->segments[i].count.now += v->is[i];
		v->segments[i].count.entered += v->is[i] && !v->was[i];
		v->segments[i].count.left += v->was[i] && !v->is[i];
		changed |= v->is[i] != v->was[i];
	}
	count_moves(v);
	v->customers.changed += changed;
	if (changed && out)
		put_record(v, p, what, out);
}

int previous_note(struct previous *v, const struct profile *p, struct buf *out, struct error *err)
{
	struct hash128 key = key_of(v, p);
	struct buf id = BUF_INIT;
	int known, followed;

	memset(v->was, 0, v->names.count);
	memset(v->is, 0, v->names.count);
	known = recall(v, key, err);
	followed = known < 0 ? -1 : recall_olds(v, value_text(p->id, &id), err);
	buf_release(&id);
	if (followed < 0 || see(v, key, err))
		return -1;
	mark_segments(v, p->segments, &v->is, false);
	note_shared(v, v->is);
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
	memset(v->was, 0, v->names.count);
	memset(v->is, 0, v->names.count);
	if (recall(v, key, err) < 0)
		return -1;
	v->customers.gone++;
	compare(v, &p, "gone", out);
	return see(v, key, err);
}

/* ---- What came of it. ---- */

static void read_move(const struct previous *v, size_t i, struct previous_move *out)
{
	const char *key = v->moves.entries[i].key.ptr;
	size_t family;

	memcpy(&family, key, sizeof family);
	memcpy(&out->from, key + sizeof family, sizeof out->from);
	memcpy(&out->to, key + 2 * sizeof family, sizeof out->to);
	out->family = v->family_names.entries[family].key;
	out->customers = v->moves.entries[i].number;
}

static int compare_segments(const void *a, const void *b, void *context)
{
	return compare_names(context, *(const size_t *)a, *(const size_t *)b);
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
	order = compare_names(context, p.from, q.from);
	return order ? order : compare_names(context, p.to, q.to);
}

/* Names that were met say little of what excludes what: customers do. */
static bool is_shown(const struct previous *v, size_t move)
{
	size_t family;

	memcpy(&family, v->moves.entries[move].key.ptr, sizeof family);
	return v->rules || (v->families[family].segments > 1 && !v->families[family].shared);
}

static void sort_results(struct previous *v)
{
	v->order = mem_zero(v->names.count + 1, sizeof *v->order);
	for (size_t i = 0; i < v->names.count; i++)
		v->order[i] = i;
	qsort_r(v->order, v->names.count, sizeof *v->order, compare_segments, v);
	v->move_order = mem_zero(v->moves.count + 1, sizeof *v->move_order);
	for (size_t i = 0; i < v->moves.count; i++)
		if (is_shown(v, i))
			v->move_order[v->move_count++] = i;
	qsort_r(v->move_order, v->move_count, sizeof *v->move_order, compare_moves, v);
}

int previous_gone(struct previous *v, struct buf *out, struct error *err)
{
	if (read_lines(v, v->path, take_gone, out, err))
		return -1;
	sort_results(v);
	return 0;
}

bool previous_count(const struct previous *v, size_t i, struct previous_count *out)
{
	if (i >= v->names.count)
		return false;
	*out = v->segments[v->order[i]].count;
	return true;
}

struct previous_customers previous_customers(const struct previous *v)
{
	return v->customers;
}

bool previous_move(const struct previous *v, size_t i, struct previous_move *out)
{
	if (i >= v->move_count)
		return false;
	read_move(v, v->move_order[i], out);
	return true;
}

struct span previous_name(const struct previous *v, size_t segment)
{
	return segment == PREVIOUS_NONE ? SPAN("none") : v->segments[segment].count.name;
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
