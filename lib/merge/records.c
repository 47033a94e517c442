#include "merge/records.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/scan.h"

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

static int by_hash(const void *a, const void *b, void *context)
{
	const struct persons *p = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	uint64_t h = p->list[x].key.plain, k = p->list[y].key.plain;

	if (h != k)
		return h < k ? -1 : 1;
	return span_compare(bytes_of(p, x), bytes_of(p, y));
}

void records_gather(struct records *r, const struct persons *p,
		    bool (*kept)(const void *context, uint32_t person),
		    const void *context)
{
	struct persons *sorted_by = (struct persons *)(uintptr_t)p;
	bool parts = false;

	r->persons = mem_alloc((p->count + 1) * sizeof *r->persons);
	r->of_person = mem_alloc((p->count + 1) * sizeof *r->of_person);
	for (uint32_t i = 0; i < p->count; i++) {
		r->of_person[i] = RECORD_NONE;
		if (p->list[i].home != IDENTIFIER_NONE && kept(context, i) &&
		    record_traits(bytes_of(p, i), &parts))
			r->persons[r->count++] = i;
	}
	if (r->count > 1)
		qsort_r(r->persons, r->count, sizeof *r->persons, by_hash, sorted_by);
	for (uint32_t i = 0; i < r->count; i++)
		r->of_person[r->persons[i]] = i;
}

/* "Ann Mary Lee" into first and last name, where others are in parts. */
static void put_parts(struct columns *c, uint32_t record, struct span name)
{
	struct span rest = name, first = span_cut(&rest, ' ');
	size_t last = name.len;

	if (span_absent(rest)) {
		columns_put_trait(c, record, SPAN("last_name"), name);
		return;
	}
	while (last && name.ptr[last - 1] != ' ')
		last--;
	columns_put_trait(c, record, SPAN("first_name"), first);
	columns_put_trait(c, record, SPAN("last_name"), span_sub(name, last, name.len));
}

static void fill_traits(struct columns *c, uint32_t record, struct span person,
			bool split)
{
	struct walk w = {0};
	bool parts = false;

	record_traits(person, &parts);
	if (walk_start(&w, person_traits(person))) {
		while (walk_next(&w)) {
			if (!split || !span_equal(w.name, SPAN("name")))
				columns_put_trait(c, record, w.name, w.value);
			else if (!parts)
				put_parts(c, record, w.value);
		}
	}
	walk_release(&w);
}

static void fill_identifier(struct columns *c, uint32_t record,
			    const struct identifiers *t, uint32_t number)
{
	const struct identifier_type *type = identifier_type_of(t, number);

	if (!type->hidden)
		columns_put_identifier(c, record, type->name, identifier_value(t, number));
}

void records_fill(const struct records *r, const struct persons *p,
		  const struct identifiers *t, const struct blocked *blocked,
		  struct columns *c)
{
	bool split = false;

	for (size_t i = 0; i < r->count && !split; i++)
		record_traits(bytes_of(p, r->persons[i]), &split);
	columns_init(c, r->count, blocked);
	for (uint32_t i = 0; i < r->count; i++) {
		const struct person *person = &p->list[r->persons[i]];

		fill_traits(c, i, bytes_of(p, r->persons[i]), split);
		fill_identifier(c, i, t, person->home);
		for (uint32_t j = 0; j < person->other_count; j++)
			fill_identifier(c, i, t, p->others[person->others + j]);
	}
	columns_settle(c);
}
