/* Names for the columns of a header. */
#include <string.h>

#include "base/mem.h"
#include "collect/mapping/plan_parts.h"

/* FOLDED, or FOLDED_2, _3, ... : the first that no column has. */
static struct span unique_name(struct plan *p, struct span folded)
{
	struct buf name = BUF_INIT;
	struct span kept;

	buf_span(&name, folded);
	for (unsigned n = 2; map_find(&p->index, buf_view(&name)) != MAP_NONE; n++) {
		buf_clear(&name);
		buf_span(&name, folded);
		buf_printf(&name, "_%u", n);
	}
	kept = arena_copy(&p->arena, buf_view(&name));
	buf_release(&name);
	return kept;
}

static void put_number(struct map *m, struct span key, size_t number)
{
	bool added;
	size_t at = map_put(m, key, &added);

	if (added)
		m->entries[at].number = number;
}

size_t plan_column(struct plan *p, struct span name)
{
	size_t at = map_find(&p->exact, name);
	size_t number = p->column_count;
	struct buf folded = BUF_INIT;
	struct column *c;

	if (at != MAP_NONE && p->json)
		return p->exact.entries[at].number;
	p->columns = mem_room(p->columns, number, &p->column_cap,
			      sizeof *p->columns);
	c = &p->columns[p->column_count++];
	*c = (struct column){.name = arena_copy(&p->arena, name)};
	expr_fold_name(name, &folded);
	if (!folded.len)
		buf_printf(&folded, "column_%zu", number + 1);
	c->folded = unique_name(p, buf_view(&folded));
	buf_release(&folded);
	put_number(&p->index, c->folded, number);
	if (name.len || p->json)
		put_number(&p->exact, name, number);
	return number;
}

void plan_add_columns(struct plan *p, const struct plan_input *input)
{
	/* A member is found by its bytes, blanks and all. */
	for (size_t i = 0; i < input->header_count; i++)
		plan_column(p, p->json ? input->headers[i] : span_trim(input->headers[i]));
}
