#include "merge/records.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/pool.h"
#include "record/scan.h"

/* What is taken in at once, by several threads. */
#define BATCH_RECORDS 4096
#define BATCHES 8

void records_release(struct records *r)
{
	mem_free(r->persons);
	mem_free(r->of_person);
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

unsigned record_traits(struct span person, bool *parts)
{
	struct walk w = {0};
	unsigned count = 0;

	if (walk_start(&w, person_traits(person))) {
		while (walk_next(&w)) {
			count += columns_is_telling(w.name);
			if (is_name_part(w.name))
				*parts = true;
		}
	}
	walk_release(&w);
	return count;
}

static struct span bytes_of(const struct persons *p, uint32_t number)
{
	return (struct span){p->list[number].bytes, p->list[number].len};
}

/* A person and its hash, for sorting near the core. */
struct keyed {
	uint64_t hash;
	uint32_t person;
};

static int by_hash(const void *a, const void *b, void *context)
{
	const struct persons *p = context;
	const struct keyed *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return span_compare(bytes_of(p, x->person), bytes_of(p, y->person));
}

/* Hashes are even, so their first bits deal persons to parts of about PART. */
#define PART 4096

struct sorting {
	struct persons *persons;
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
		qsort_r(s->list + from, to - from, sizeof *s->list, by_hash, s->persons);
}

static void sort_records(struct records *r, const struct persons *p, unsigned workers)
{
	struct sorting s = {.persons = (struct persons *)(uintptr_t)p};
	size_t parts;

	while (((size_t)1 << s.bits) * PART < r->count && s.bits < 24)
		s.bits++;
	parts = (size_t)1 << s.bits;
	s.list = mem_alloc((r->count + 1) * sizeof *s.list);
	s.starts = mem_zero(parts + 2, sizeof *s.starts);
	for (size_t i = 0; i < r->count; i++)
		s.starts[part_of(&s, p->list[r->persons[i]].key.plain) + 2]++;
	for (size_t i = 2; i < parts + 2; i++)
		s.starts[i] += s.starts[i - 1];
	for (size_t i = 0; i < r->count; i++) {
		uint64_t hash = p->list[r->persons[i]].key.plain;

		s.list[s.starts[part_of(&s, hash) + 1]++] = (struct keyed){hash, r->persons[i]};
	}
	pool_each(workers, parts, sort_part, &s);
	for (size_t i = 0; i < r->count; i++)
		r->persons[i] = s.list[i].person;
	mem_free(s.list);
	mem_free(s.starts);
}

void records_gather(struct records *r, const struct persons *p,
		    bool (*kept)(const void *context, uint32_t person),
		    const void *context, unsigned workers)
{
	bool parts = false;

	r->persons = mem_alloc((p->count + 1) * sizeof *r->persons);
	r->of_person = mem_alloc((p->count + 1) * sizeof *r->of_person);
	for (uint32_t i = 0; i < p->count; i++) {
		r->of_person[i] = RECORD_NONE;
		if (p->list[i].home != IDENTIFIER_NONE && kept(context, i) &&
		    record_traits(bytes_of(p, i), &parts))
			r->persons[r->count++] = i;
	}
	r->split = parts;
	sort_records(r, p, workers);
	for (uint32_t i = 0; i < r->count; i++)
		r->of_person[r->persons[i]] = i;
}

/* What one worker makes of its part of the records. */
struct filler {
	const struct records *records;
	const struct persons *persons;
	const struct identifiers *identifiers;
	const int *types;	/* by identifier type: its column; NONE: hidden */
	struct columns_batch *batches;
	struct arena *arenas;	/* by batch: texts that do not stand in the input */
	uint32_t from;		/* the first record of the first batch */
};

static void add_value(struct filler *f, size_t batch, uint32_t record, int column,
		      struct span text)
{
	struct columns_batch *b = &f->batches[batch];

	if (column == COLUMN_NONE)
		return;
	b->list = mem_room(b->list, b->count, &b->cap, sizeof *b->list);
	b->list[b->count++] = (struct columns_value){record, column, text};
}

/* "Ann Mary Lee" into first and last name, where others are in parts. */
static void add_parts(struct filler *f, size_t batch, uint32_t record, struct span name)
{
	struct span rest = name, first = span_cut(&rest, ' ');
	int first_name = columns_trait(SPAN("first_name"));
	int last_name = columns_trait(SPAN("last_name"));
	size_t last = name.len;

	if (span_absent(rest)) {
		add_value(f, batch, record, last_name, name);
		return;
	}
	while (last && name.ptr[last - 1] != ' ')
		last--;
	add_value(f, batch, record, first_name, first);
	add_value(f, batch, record, last_name, span_sub(name, last, name.len));
}

/* TEXT where it stays: in the input, or copied when it was decoded. */
static struct span lasting(struct span text, struct span person, struct arena *a)
{
	return text.ptr >= person.ptr && text.ptr < person.ptr + person.len
	       ? text : arena_copy(a, text);
}

static void add_traits(struct filler *f, size_t batch, uint32_t record,
		       struct span person)
{
	bool split = f->records->split, parts = false;
	struct span whole = {NULL, 0};
	struct walk w = {0};

	if (walk_start(&w, person_traits(person))) {
		while (walk_next(&w)) {
			struct span value = lasting(w.value, person, &f->arenas[batch]);

			parts = parts || is_name_part(w.name);
			if (split && span_equal(w.name, SPAN("name")))
				whole = value;
			else
				add_value(f, batch, record, columns_trait(w.name), value);
		}
	}
	if (!span_absent(whole) && !parts)
		add_parts(f, batch, record, whole);
	walk_release(&w);
}

static void add_identifier(struct filler *f, size_t batch, uint32_t record, uint32_t number)
{
	const struct identifiers *t = f->identifiers;

	add_value(f, batch, record, f->types[t->types[number]], identifier_value(t, number));
}

/* Records stand in the order of a hash: each is somewhere else in memory. */
static void prefetch(const struct filler *f, uint32_t i, uint32_t to)
{
	const struct person *list = f->persons->list;

	if (i + 16 < to)
		__builtin_prefetch(&list[f->records->persons[i + 16]]);
	if (i + 8 < to) {
		const char *bytes = list[f->records->persons[i + 8]].bytes;

		__builtin_prefetch(bytes);
		__builtin_prefetch(bytes + 64);
		__builtin_prefetch(bytes + 128);
	}
}

static void fill_batch(void *context, size_t batch)
{
	struct filler *f = context;
	uint32_t from = f->from + (uint32_t)batch * BATCH_RECORDS;
	uint32_t to = f->records->count - from < BATCH_RECORDS ? (uint32_t)f->records->count
							       : from + BATCH_RECORDS;

	f->batches[batch].count = 0;
	arena_clear(&f->arenas[batch]);
	for (uint32_t i = from; i < to; i++) {
		const struct person *person = &f->persons->list[f->records->persons[i]];

		prefetch(f, i, to);
		add_traits(f, batch, i, (struct span){person->bytes, person->len});
		add_identifier(f, batch, i, person->home);
		for (uint32_t j = 0; j < person->other_count + person->worn_count; j++)
			add_identifier(f, batch, i, f->persons->others[person->others + j]);
	}
}

/* By identifier type: its column. */
static int *find_types(const struct identifiers *t, struct columns *c)
{
	int *types = mem_alloc((t->type_names.count + 1) * sizeof *types);

	for (size_t i = 0; i < t->type_names.count; i++)
		types[i] = t->type_list[i].hidden ? COLUMN_NONE
						  : columns_type(c, t->type_list[i].name);
	return types;
}

/* A few batches at a time: what they hold is needed once. */
void records_fill(const struct records *r, const struct persons *p,
		  const struct identifiers *t, const struct blocked *blocked,
		  struct columns *c, unsigned workers)
{
	struct columns_batch batches[BATCHES] = {{0}};
	struct arena arenas[BATCHES] = {{0}};
	struct filler f = {
		.records = r, .persons = p, .identifiers = t,
		.batches = batches, .arenas = arenas,
	};
	int *types;

	columns_init(c, r->count, blocked);
	f.types = types = find_types(t, c);
	for (; f.from < r->count; f.from += BATCHES * BATCH_RECORDS) {
		size_t left = (r->count - f.from + BATCH_RECORDS - 1) / BATCH_RECORDS;
		size_t count = left < BATCHES ? left : BATCHES;

		pool_each(workers, count, fill_batch, &f);
		columns_put(c, batches, count, workers);
	}
	for (size_t i = 0; i < BATCHES; i++) {
		mem_free(batches[i].list);
		arena_release(&arenas[i]);
	}
	mem_free(types);
	columns_settle(c);
}
