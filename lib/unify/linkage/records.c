#include "unify/linkage/records.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/pool.h"
#include "record/scan.h"
#include "unify/identity/person_name.h"
#include "unify/linkage/other_traits.h"

/* What is taken in at once, by several threads. */
#define BATCH_RECORDS 4096
#define BATCHES 8

void records_release(struct records *r)
{
	mem_free(r->fragments);
	mem_free(r->of_fragment);
	*r = RECORDS_INIT;
}

/* A trait, decoded; its texts stand in the line or in the walk's buffers. */
struct walk {
	struct scan scan;
	struct buf key, text;
	struct span name;
	struct span value;
};

static void walk_release(struct walk *w)
{
	buf_release(&w->key);
	buf_release(&w->text);
}

static bool walk_start(struct walk *w, struct span traits)
{
	scan_start(&w->scan, traits);
	return !span_absent(traits) && !scan_enter(&w->scan, '{', NULL);
}

static struct span key_text(struct walk *w, const struct member *m)
{
	struct value key = {{m->key.ptr - 1, m->key.len + 2}, VALUE_TEXT, true};

	if (!m->key_escaped)
		return m->key;
	buf_clear(&w->key);
	value_decode(key, &w->key);
	return buf_view(&w->key);
}

/* The next trait that is a text or a number and not blank. */
static bool walk_next(struct walk *w)
{
	struct member m;

	while (scan_member(&w->scan, &m, NULL) > 0) {
		if (m.value.kind != VALUE_TEXT && m.value.kind != VALUE_NUMBER)
			continue;
		w->name = key_text(w, &m);
		buf_clear(&w->text);
		w->value = span_trim(value_text(m.value, &w->text));
		if (w->value.len)
			return true;
	}
	return false;
}

static bool is_name_part(struct span name)
{
	return span_equal(name, SPAN("first_name")) || span_equal(name, SPAN("last_name"));
}

/* What people have, and shops, sites and companies have not. */
static bool is_of_people(struct span name)
{
	return is_name_part(name) || span_equal(name, SPAN("birth_date"));
}

unsigned record_traits(struct span fragment, bool *people)
{
	struct walk w = {0};
	unsigned count = 0;

	if (walk_start(&w, fragment_traits(fragment))) {
		while (walk_next(&w)) {
			count += columns_is_telling(w.name);
			*people = *people || is_of_people(w.name);
		}
	}
	walk_release(&w);
	return count;
}

static struct span bytes_of(const struct fragments *p, uint32_t number)
{
	return (struct span){p->list[number].bytes, p->list[number].len};
}

/* A fragment and its hash, for sorting near the core. */
struct keyed {
	uint64_t hash;
	uint32_t fragment;
};

static int by_hash(const void *a, const void *b, void *context)
{
	const struct fragments *p = context;
	const struct keyed *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return span_compare(bytes_of(p, x->fragment), bytes_of(p, y->fragment));
}

/* Hashes are even, so their first bits deal fragments to parts of about PART. */
#define PART 4096

struct sorting {
	struct fragments *fragments;
	struct keyed *list;
	uint32_t *starts;	/* by part */
	unsigned bits;
};

static size_t part_of(const struct sorting *s, uint64_t hash)
{
	return s->bits ? (size_t)(hash >> (64 - s->bits)) : 0;
}

static void sort_part(void *context, size_t i)
{
	struct sorting *s = context;
	uint32_t from = s->starts[i], to = s->starts[i + 1];

	if (to - from > 1)
		qsort_r(s->list + from, to - from, sizeof *s->list, by_hash, s->fragments);
}

static void sort_records(struct records *r, const struct fragments *p, unsigned workers)
{
	struct sorting s = {.fragments = (struct fragments *)(uintptr_t)p};
	size_t parts;

	while (((size_t)1 << s.bits) * PART < r->count && s.bits < 24)
		s.bits++;
	parts = (size_t)1 << s.bits;
	s.list = mem_alloc((r->count + 1) * sizeof *s.list);
	s.starts = mem_zero(parts + 2, sizeof *s.starts);
	for (size_t i = 0; i < r->count; i++)
		s.starts[part_of(&s, p->list[r->fragments[i]].key.plain) + 2]++;
	for (size_t i = 2; i < parts + 2; i++)
		s.starts[i] += s.starts[i - 1];
	for (size_t i = 0; i < r->count; i++) {
		uint64_t hash = p->list[r->fragments[i]].key.plain;

		s.list[s.starts[part_of(&s, hash) + 1]++] = (struct keyed){hash, r->fragments[i]};
	}
	pool_each(workers, parts, sort_part, &s);
	for (size_t i = 0; i < r->count; i++)
		r->fragments[i] = s.list[i].fragment;
	mem_free(s.list);
	mem_free(s.starts);
}

/* Fragments that a job of pool_each looks at. */
#define LOOKS 4096

struct looking {
	const struct fragments *fragments;
	unsigned char *look;
};

static void look_at_some(void *context, size_t job)
{
	struct looking *l = context;
	size_t end = (job + 1) * LOOKS;

	if (end > l->fragments->count)
		end = l->fragments->count;
	for (size_t i = job * LOOKS; i < end; i++) {
		bool people = false;
		unsigned count = record_traits(bytes_of(l->fragments, (uint32_t)i), &people);

		l->look[i] = (unsigned char)((count < RECORD_TRAITS ? count : RECORD_TRAITS) |
					     (people ? RECORD_PEOPLE : 0));
	}
}

unsigned char *records_look(const struct fragments *p, unsigned workers)
{
	struct looking l = {p, mem_alloc(p->count + 1)};

	pool_each(workers, (p->count + LOOKS - 1) / LOOKS, look_at_some, &l);
	return l.look;
}

void records_gather(struct records *r, const struct fragments *p, const unsigned char *look,
		    bool (*kept)(const void *context, uint32_t fragment),
		    const void *context, unsigned workers)
{
	r->fragments = mem_alloc((p->count + 1) * sizeof *r->fragments);
	r->of_fragment = mem_alloc((p->count + 1) * sizeof *r->of_fragment);
	for (uint32_t i = 0; i < p->count; i++) {
		r->of_fragment[i] = RECORD_NONE;
		if (!(look[i] & RECORD_TRAITS) || p->list[i].home == IDENTIFIER_NONE ||
		    !kept(context, i))
			continue;
		r->fragments[r->count++] = i;
		r->split = r->split || look[i] & RECORD_PEOPLE;
	}
	sort_records(r, p, workers);
	for (uint32_t i = 0; i < r->count; i++)
		r->of_fragment[r->fragments[i]] = i;
}

/* Filling columns: what the workers share. */
struct filler {
	const struct records *records;
	const struct fragments *fragments;
	const struct identifiers *identifiers;
	struct columns *columns;
	const int *types;	/* by identifier type: its column; NONE: not compared */
	struct batches {
		struct columns_batch *list[BATCHES];
		size_t count;
		size_t from;	/* the first record */
	} filled, next;
};

/* What a record says of a name, in pieces as they come. */
struct name_pieces {
	struct buf first, last, whole;
};

static void take_piece(struct buf *piece, struct span value)
{
	buf_clear(piece);
	buf_span(piece, value);
}

/* A first name of several counts by all of them where it stands by itself, in a whole name by the first. */
static void add_name(struct columns_batch *b, uint32_t record, const struct name_pieces *pieces)
{
	bool parts = pieces->first.len || pieces->last.len;
	struct person_name n = {0};
	struct span suffix;
	struct buf first = BUF_INIT;

	if (parts) {
		n.first = person_name_strip(buf_view(&pieces->first), false, &n.generation);
		n.last = person_name_strip(buf_view(&pieces->last), true, &n.generation);
	} else {
		n = person_name_cut(buf_view(&pieces->whole));
		n.first = span_cut(&n.first, ' ');
	}
	suffix = person_name_suffix(n.generation);
	if (n.first.len && suffix.len)
		buf_printf(&first, "%.*s %.*s", SPAN_ARG(n.first), SPAN_ARG(suffix));
	if (n.first.len)
		columns_add(b, record, columns_trait(SPAN("first_name")), first.len ? buf_view(&first) : n.first);
	if (n.last.len)
		columns_add(b, record, columns_trait(SPAN("last_name")), n.last);
	buf_release(&first);
}

/* Is it a piece of a name?  Then it waits for the others. */
static bool take_name(struct name_pieces *pieces, bool split, struct span name, struct span value)
{
	if (span_equal(name, SPAN("first_name")))
		take_piece(&pieces->first, value);
	else if (span_equal(name, SPAN("last_name")))
		take_piece(&pieces->last, value);
	else if (split && span_equal(name, SPAN("name")))
		take_piece(&pieces->whole, value);
	else
		return false;
	return true;
}

static void add_traits(const struct filler *f, struct columns_batch *b, uint32_t record,
		       struct span fragment, struct name_pieces *pieces)
{
	struct walk w = {0};

	buf_clear(&pieces->first);
	buf_clear(&pieces->last);
	buf_clear(&pieces->whole);
	if (walk_start(&w, fragment_traits(fragment))) {
		while (walk_next(&w)) {
			if (!take_name(pieces, f->records->split, w.name, w.value))
				columns_add(b, record, columns_place(f->columns, w.name), w.value);
		}
	}
	add_name(b, record, pieces);
	walk_release(&w);
}

static void add_identifier(const struct filler *f, struct columns_batch *b,
			   uint32_t record, uint32_t number)
{
	const struct identifiers *t = f->identifiers;
	int column = f->types[t->types[number]];

	if (column != COLUMN_NONE)
		columns_add(b, record, column, identifier_value(t, number));
}

/*
 * Records stand in the order of a hash: each is somewhere else in memory, and so
 * are its bytes, its identifiers and their texts.  Each step leads to the next.
 */
static void prefetch(const struct filler *f, size_t i, size_t to)
{
	const struct fragment *list = f->fragments->list;
	const struct map_entry *entries = f->identifiers->map.entries;

	if (i + 32 < to)
		__builtin_prefetch(&list[f->records->fragments[i + 32]]);
	if (i + 16 < to) {
		const struct fragment *fragment = &list[f->records->fragments[i + 16]];

		__builtin_prefetch(fragment->bytes);
		__builtin_prefetch(fragment->bytes + 64);
		__builtin_prefetch(fragment->bytes + 128);
		__builtin_prefetch(&entries[fragment->home]);
		__builtin_prefetch(&f->identifiers->types[fragment->home]);
		__builtin_prefetch(&f->fragments->others[fragment->others]);
	}
	if (i + 8 < to) {
		const struct fragment *fragment = &list[f->records->fragments[i + 8]];

		__builtin_prefetch(entries[fragment->home].key.ptr);
		if (fragment->other_count + fragment->shown_count)
			__builtin_prefetch(&entries[f->fragments->others[fragment->others]]);
	}
	if (i + 4 < to) {
		const struct fragment *fragment = &list[f->records->fragments[i + 4]];

		if (fragment->other_count + fragment->shown_count)
			__builtin_prefetch(entries[f->fragments->others[fragment->others]].key.ptr);
	}
}

static void fill_batch(const struct filler *f, size_t number)
{
	struct columns_batch *b = f->next.list[number];
	struct name_pieces pieces = {BUF_INIT, BUF_INIT, BUF_INIT};
	size_t from = f->next.from + number * BATCH_RECORDS;
	size_t to = from + BATCH_RECORDS;

	columns_batch_clear(b);
	if (to > f->records->count)
		to = f->records->count;
	for (size_t i = from; i < to; i++) {
		const struct fragment *fragment = &f->fragments->list[f->records->fragments[i]];
		const uint32_t *others = f->fragments->others + fragment->others;
		uint32_t record = (uint32_t)i;

		prefetch(f, i, to);
		add_traits(f, b, record, (struct span){fragment->bytes, fragment->len}, &pieces);
		add_identifier(f, b, record, fragment->home);
		for (uint32_t j = 0; j < fragment->other_count + fragment->shown_count; j++)
			add_identifier(f, b, record, others[j]);
	}
	buf_release(&pieces.first);
	buf_release(&pieces.last);
	buf_release(&pieces.whole);
}

/* The columns take what is filled while the next batches are filled. */
static void fill_job(void *context, size_t job)
{
	struct filler *f = context;
	size_t columns = columns_jobs(f->columns);

	if (job < columns)
		columns_put(f->columns, f->filled.list, f->filled.count, job);
	else
		fill_batch(f, job - columns);
}

/* By identifier type: how often records have it. */
static size_t *count_types(const struct records *r, const struct fragments *p,
			   const struct identifiers *t)
{
	size_t *counts = mem_zero(t->type_names.count + 1, sizeof *counts);

	for (size_t i = 0; i < r->count; i++) {
		const struct fragment *fragment = &p->list[r->fragments[i]];

		counts[t->types[fragment->home]]++;
		for (uint32_t j = 0; j < fragment->other_count + fragment->shown_count; j++)
			counts[t->types[p->others[fragment->others + j]]]++;
	}
	return counts;
}

/* By identifier type: its column, for sources can be many and each have types of
 * its own, but a column is as long as all records. */
static int *find_types(const struct records *r, const struct fragments *p,
		       const struct identifiers *t, struct columns *c)
{
	int *types = mem_alloc((t->type_names.count + 1) * sizeof *types);
	size_t *counts = count_types(r, p, t);

	for (size_t i = 0; i < t->type_names.count; i++)
		types[i] = t->type_list[i].inner || counts[i] < columns_least(r->count)
			   ? COLUMN_NONE : columns_type(c, t->type_list[i].name);
	mem_free(counts);
	return types;
}

/* RECORDS: of the sample; 0: its names are only seen. */
static void look_at_traits(struct other_traits *o, struct span fragment,
			   const struct blocked *blocked, size_t records)
{
	struct walk w = {0};

	if (walk_start(&w, fragment_traits(fragment))) {
		while (walk_next(&w)) {
			if (columns_trait(w.name) != COLUMN_NONE || blocked_is(blocked, w.name, w.value))
				continue;
			if (records)
				other_traits_add(o, w.name, w.value, records);
			else
				other_traits_see(o, w.name);
		}
	}
	walk_release(&w);
}

/* Columns of traits whose meaning nobody knows, by what the first records say. */
static void find_others(const struct records *r, const struct fragments *p,
			const struct blocked *blocked, struct columns *c)
{
	size_t count = r->count < OTHER_SAMPLE ? r->count : OTHER_SAMPLE;
	struct other_traits o = OTHER_TRAITS_INIT;

	for (size_t i = 0; i < 2 * count; i++)
		look_at_traits(&o, bytes_of(p, r->fragments[i % count]), blocked, i < count ? 0 : count);
	for (size_t i = 0; i < o.count; i++) {
		enum column_kind kind;
		bool exact;
		const char *why = other_trait_kind(&o.list[i], count, &kind, &exact);

		if (!why)
			columns_other(c, o.list[i].name, kind, exact);
		else if (other_trait_is_frequent(&o.list[i], count))
			columns_leave_out(c, o.list[i].name, why);
	}
	other_traits_release(&o);
}

/* The batches behind those that are filled now. */
static void go_on(struct filler *f)
{
	size_t from = f->next.from + f->next.count * BATCH_RECORDS;
	size_t left = (f->records->count - from + BATCH_RECORDS - 1) / BATCH_RECORDS;
	struct batches free = f->filled;

	f->filled = f->next;
	f->next = free;
	f->next.from = from;
	f->next.count = left < BATCHES ? left : BATCHES;
}

/* A few batches at a time: what they hold is needed once. */
void records_fill(const struct records *r, const struct fragments *p,
		  const struct identifiers *t, const struct blocked *blocked,
		  struct columns *c, unsigned workers)
{
	struct filler f = {
		.records = r, .fragments = p, .identifiers = t, .columns = c,
	};
	int *types;

	columns_init(c, r->count, blocked);
	f.types = types = find_types(r, p, t, c);
	find_others(r, p, blocked, c);
	for (size_t i = 0; i < BATCHES; i++) {
		f.filled.list[i] = columns_batch_new(c);
		f.next.list[i] = columns_batch_new(c);
	}
	do {
		go_on(&f);
		pool_each(workers, columns_jobs(c) + f.next.count, fill_job, &f);
	} while (f.next.count);
	for (size_t i = 0; i < BATCHES; i++) {
		columns_batch_free(f.filled.list[i]);
		columns_batch_free(f.next.list[i]);
	}
	mem_free(types);
	columns_settle(c);
}
