#include "expr/profile_lists.h"

#include <string.h>

#include "base/mem.h"

/* How a value was seen. */
enum sight {
	SIGHT_NONE,
	SIGHT_OLDER,		/* not the newest of its customer */
	SIGHT_ASKED,
};

struct lists_row {
	bool any;		/* a profile was noted */
	unsigned char **seen;	/* by list, by value: enum sight */
	size_t count;
	struct buf text;
	struct buf spelling;
};

void profile_lists_release(struct profile_lists *l)
{
	for (size_t i = 0; i < l->count; i++) {
		value_list_release(&l->list[i]->values);
		mem_free(l->list[i]);
	}
	mem_free(l->list);
	*l = (struct profile_lists){0};
}

const struct value_list *profile_lists_open(struct profile_lists *l, struct span path, struct span type,
					    bool newest, struct arena *texts, struct error *err)
{
	struct profile_list *one;

	for (size_t i = 0; i < l->count; i++)
		if (span_equal(l->list[i]->values.path, path) && span_equal(l->list[i]->type, type) &&
		    l->list[i]->newest == newest)
			return &l->list[i]->values;
	one = mem_zero(1, sizeof *one);
	one->type = arena_copy(texts, type);
	one->newest = newest;
	if (value_list_load(&one->values, arena_copy(texts, path), one->type, err)) {
		mem_free(one);
		return NULL;
	}
	l->list = mem_room(l->list, l->count, &l->cap, sizeof(struct profile_list *));
	l->list[l->count++] = one;
	return &one->values;
}

/* ---- Over the profiles ---- */

struct lists_row *lists_row_new(void)
{
	return mem_zero(1, sizeof(struct lists_row));
}

void lists_row_free(struct lists_row *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		mem_free(r->seen[i]);
	mem_free(r->seen);
	buf_release(&r->text);
	buf_release(&r->spelling);
	mem_free(r);
}

/* By the first profile all expressions are compiled. */
static void start_row(struct lists_row *r, const struct profile_lists *l)
{
	r->any = true;
	r->count = l->count;
	r->seen = mem_zero(l->count + 1, sizeof *r->seen);
	for (size_t i = 0; i < l->count; i++)
		r->seen[i] = mem_zero(l->list[i]->values.map.count, 1);
}

static void note_value(struct lists_row *r, size_t list, const struct value_list *values, struct value v,
		       enum sight sight)
{
	size_t at;

	buf_clear(&r->text);
	at = value_list_find(values, value_text(v, &r->text), &r->spelling);
	if (at != MAP_NONE && r->seen[list][at] < sight)
		r->seen[list][at] = (unsigned char)sight;
}

void lists_row_note(struct lists_row *r, const struct profile_lists *l, const struct profile *p)
{
	if (!r->any)
		start_row(r, l);
	for (size_t i = 0; i < l->count; i++) {
		const struct profile_list *one = l->list[i];
		struct value ids = one->type.len ? value_member(p->ids, one->type) : VALUE_ABSENT;
		enum sight sight = SIGHT_ASKED;
		struct scan s;
		struct value v;

		if (ids.kind == VALUE_TEXT)
			note_value(r, i, &one->values, ids, sight);
		scan_start(&s, ids.raw);
		if (ids.kind != VALUE_ARRAY || scan_enter(&s, '[', NULL))
			continue;
		while (scan_element(&s, &v, NULL) > 0) {
			note_value(r, i, &one->values, v, sight);
			sight = one->newest ? SIGHT_OLDER : sight;
		}
	}
}

static enum sight best_sight(const struct profile_row *const *rows, size_t count, size_t list, size_t at)
{
	enum sight best = SIGHT_NONE;

	for (size_t k = 0; k < count; k++)
		if (rows[k]->lists->any && rows[k]->lists->seen[list][at] > best)
			best = (enum sight)rows[k]->lists->seen[list][at];
	return best;
}

/* "file 'vip.txt': 2 of 120 values are nobody's email, such as 'x'": those of one SIGHT. */
static void put_sight(const struct profile_list *one, const struct profile_row *const *rows, size_t count,
		      size_t number, enum sight sight, struct buf *out)
{
	size_t values = one->values.map.count, found = 0, first = 0;
	char quoted[ERROR_QUOTE_MAX];

	for (size_t at = values; at-- > 0; )
		if (best_sight(rows, count, number, at) == sight) {
			found++;
			first = at;
		}
	if (!found)
		return;
	buf_printf(out, "file %s: %zu of %zu values", error_quote(one->values.path, quoted), found, values);
	buf_printf(out, " %s %s %.*s%s", found == 1 ? "is" : "are", sight == SIGHT_NONE ? "nobody's" : "an older",
		   SPAN_ARG(one->type), found == 1 ? ": " : ", such as ");
	buf_text_put(out, error_quote(one->values.written.entries[first].key, quoted));
	if (sight == SIGHT_OLDER)
		buf_printf(out, "; %.*s[] in file(...) looks at all of a customer's", SPAN_ARG(one->type));
	buf_char(out, '\n');
}

void profile_lists_put(const struct profile_lists *l, const struct profile_row *const *rows,
		       size_t count, struct buf *out)
{
	bool any = false;

	for (size_t k = 0; k < count; k++)
		any |= rows[k]->lists->any;
	for (size_t i = 0; any && i < l->count; i++)
		if (l->list[i]->type.len) {
			put_sight(l->list[i], rows, count, i, SIGHT_NONE, out);
			put_sight(l->list[i], rows, count, i, SIGHT_OLDER, out);
		}
}
