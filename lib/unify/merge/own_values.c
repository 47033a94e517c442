/* Values that several sources have of a type that is each one's own: own_types.h. */
#include <stdlib.h>

#include "base/mem.h"
#include "unify/graph/own_types.h"

/* That a source has a value. */
struct own_value {
	uint32_t group;		/* of types with one base */
	uint32_t order;		/* of the type */
	uint64_t hash;		/* of the value */
};

struct search {
	const struct identifiers *identifiers;
	const struct identifier_type **types;	/* by order */
	uint32_t *sizes;	/* by group: types of sources */
	bool *shown;		/* by order: it has a value that another has */
	struct own_value *list;
	size_t count, cap;
};

static size_t owner_len(const struct identifier_type *type)
{
	return type->name.len - type->base.len;
}

static void sort_types(struct search *s)
{
	const struct identifiers *t = s->identifiers;
	size_t count = t->type_names.count;

	s->types = mem_zero(count + 1, sizeof *s->types);
	s->sizes = mem_zero(count + 1, sizeof *s->sizes);
	s->shown = mem_zero(count + 1, sizeof *s->shown);
	for (size_t i = 0; i < count; i++) {
		s->types[t->type_list[i].order] = &t->type_list[i];
		s->sizes[t->type_list[i].group] += owner_len(&t->type_list[i]) > 0;
	}
}

static void list_values(struct search *s, const struct graph *g, const struct customers *c)
{
	const struct identifiers *t = s->identifiers;

	for (uint32_t i = 0; i < identifiers_count(t); i++) {
		const struct identifier_type *type = identifier_type_of(t, i);

		if (s->sizes[type->group] < 2 || c->numbers[g->roots[i]] == CUSTOMER_NONE)
			continue;
		s->list = mem_room(s->list, s->count, &s->cap, sizeof *s->list);
		s->list[s->count++] = (struct own_value){
			type->group, type->order, hash_64(identifier_value(t, i)),
		};
	}
}

static int by_value(const void *a, const void *b)
{
	const struct own_value *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* How many values of [FROM, TO), one group's, several sources have. */
static size_t count_values(struct search *s, size_t from, size_t to)
{
	size_t count = 0;

	for (size_t end; from < to; from = end) {
		for (end = from + 1; end < to && s->list[end].hash == s->list[from].hash; end++)
			;
		if (s->list[from].order == s->list[end - 1].order)
			continue;
		count++;
		for (size_t i = from; i < end; i++)
			s->shown[s->list[i].order] = true;
	}
	return count;
}

static void add_type(struct own_types *o, const struct search *s, uint32_t group, size_t count)
{
	struct own_values *v;

	o->list = mem_room(o->list, o->count, &o->cap, sizeof *o->list);
	v = &o->list[o->count++];
	*v = (struct own_values){
		.base = s->types[group]->base, .count = count,
		.owners = mem_zero(s->sizes[group], sizeof *v->owners),
	};
	for (uint32_t i = group; i < group + s->sizes[group]; i++) {
		if (s->shown[i])
			v->owners[v->owner_count++] = span_sub(s->types[i]->name, 0,
							       owner_len(s->types[i]) - 1);
	}
}

void own_types_find(struct own_types *o, const struct identifiers *t, const struct graph *g,
		    const struct customers *c)
{
	struct search s = {.identifiers = t};

	if (t->own_types < 2)
		return;
	sort_types(&s);
	list_values(&s, g, c);
	if (s.count > 1)
		qsort(s.list, s.count, sizeof *s.list, by_value);
	for (size_t from = 0, to; from < s.count; from = to) {
		size_t count;

		for (to = from + 1; to < s.count && s.list[to].group == s.list[from].group; to++)
			;
		count = count_values(&s, from, to);
		if (count)
			add_type(o, &s, s.list[from].group, count);
	}
	mem_free(s.types);
	mem_free(s.sizes);
	mem_free(s.shown);
	mem_free(s.list);
}

void own_types_release(struct own_types *o)
{
	for (size_t i = 0; i < o->count; i++)
		mem_free(o->list[i].owners);
	mem_free(o->list);
	*o = OWN_TYPES_INIT;
}
