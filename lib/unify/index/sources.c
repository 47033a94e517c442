#include "unify/index/sources.h"

#include <stdlib.h>

#include "base/mem.h"
#include "expr/expr.h"

void sources_release(struct sources *s)
{
	map_release(&s->names);
	mem_free(s->orders);
	mem_free(s->sorted);
	map_release(&s->forms);
	mem_free(s->form_list);
	*s = SOURCES_INIT;
}

static void put_form(struct sources *s, struct span name)
{
	struct buf form = BUF_INIT;
	size_t number = s->names.count - 1, at;

	expr_fold_name(name, &form);
	at = map_put(&s->forms, buf_view(&form), NULL);
	s->form_list = mem_room(s->form_list, number, &s->form_cap, sizeof *s->form_list);
	s->form_list[number] = s->forms.entries[at].key;
	buf_release(&form);
}

uint32_t sources_put(struct sources *s, struct span name)
{
	bool added = false;

	if (!s->names.count || !span_equal(source_name(s, s->last), name))
		s->last = (uint32_t)map_put(&s->names, name, &added);
	if (added)
		put_form(s, name);
	return s->last;
}

bool sources_have_type(const struct sources *s, struct span type)
{
	return span_ends(type, SPAN("_id")) &&
	       map_find(&s->forms, span_sub(type, 0, type.len - 3)) != MAP_NONE;
}

static int by_name(const void *a, const void *b)
{
	const struct map_entry *const *x = a, *const *y = b;

	return span_compare((*x)->key, (*y)->key);
}

void sources_settle(struct sources *s)
{
	size_t count = s->names.count;
	const struct map_entry **list = mem_zero(count + 1, sizeof *list);

	s->orders = mem_zero(count + 1, sizeof *s->orders);
	s->sorted = mem_zero(count + 1, sizeof *s->sorted);
	for (size_t i = 0; i < count; i++)
		list[i] = &s->names.entries[i];
	qsort(list, count, sizeof *list, by_name);
	for (size_t i = 0; i < count; i++) {
		s->sorted[i] = (uint32_t)(list[i] - s->names.entries);
		s->orders[s->sorted[i]] = (uint32_t)i;
	}
	mem_free(list);
}
