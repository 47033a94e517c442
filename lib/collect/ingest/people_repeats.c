#include "collect/ingest/people_repeats.h"

#include "base/map.h"
#include "base/mem.h"

struct people_repeats {
	const struct plan *plan;
	struct map people;		/* the cells of their identifiers -> their first figures, a span */
	struct arena arena;
	struct buf key, figures;
	const struct target *differs;	/* the first that did; NULL: none */
	struct span person;		/* whose */
	uint64_t rows;			/* that give another figure than the person's first */
};

static bool is_identifier(const struct target *t)
{
	return t->field.section == SECTION_IDS && t->column >= 0;
}

/* A column that is kept by its name, whatever it means. */
static bool is_unknown(const struct target *t)
{
	return t->origin == ORIGIN_REST && t->column >= 0;
}

struct people_repeats *people_repeats_new(const struct plan *p)
{
	struct people_repeats *r;
	bool identified = false, unknown = false;

	if (p->type != EVENT_IDENTIFY || !p->type_guessed || plan_find(p, SECTION_TIME, SPAN("")))
		return NULL;
	for (size_t i = 0; i < p->target_count; i++) {
		identified = identified || is_identifier(&p->targets[i]);
		unknown = unknown || is_unknown(&p->targets[i]);
	}
	if (!identified || !unknown)
		return NULL;
	r = mem_zero(1, sizeof *r);
	r->plan = p;
	return r;
}

void people_repeats_free(struct people_repeats *r)
{
	if (!r)
		return;
	map_release(&r->people);
	arena_release(&r->arena);
	buf_release(&r->key);
	buf_release(&r->figures);
	mem_free(r);
}

/* Amounts, counts, dates: what no word is in. */
static bool is_figure(struct span v)
{
	bool digit = false;

	for (size_t i = 0; i < v.len; i++) {
		unsigned char c = (unsigned char)v.ptr[i], letter = c | 0x20;

		if (letter >= 'a' && letter <= 'z' && letter != 't' && letter != 'z')
			return false;
		digit = digit || (c >= '0' && c <= '9');
	}
	return digit;
}

/* The cells of ROW that TAKES says, in the order of the plan's targets, an empty one for what is no figure. */
static void put_cells(const struct people_repeats *r, const struct row *row, bool figures, struct buf *out)
{
	buf_clear(out);
	for (const struct target *t = r->plan->targets; t < r->plan->targets + r->plan->target_count; t++) {
		struct span v;

		if (figures ? !is_unknown(t) : !is_identifier(t))
			continue;
		v = row->cells[t->column].text;
		if (!figures || is_figure(v))
			buf_span(out, v);
		buf_char(out, '\0');
	}
}

static bool is_nobody(const struct buf *key)
{
	for (size_t i = 0; i < key->len; i++)
		if (key->ptr[i])
			return false;
	return true;
}

/* The first column whose figure is another one than in FIRST; NULL: what differs lacks in one of both. */
static const struct target *find_difference(const struct people_repeats *r, struct span first)
{
	struct span now = buf_view(&r->figures);

	for (const struct target *t = r->plan->targets; t < r->plan->targets + r->plan->target_count; t++) {
		struct span a, b;

		if (!is_unknown(t))
			continue;
		a = span_cut(&first, '\0');
		b = span_cut(&now, '\0');
		if (a.len && b.len && !span_equal(a, b))
			return t;
	}
	return NULL;
}

void people_repeats_take(struct people_repeats *r, const struct row *row)
{
	const struct target *differs;
	struct span *first;
	bool added;
	size_t at;

	put_cells(r, row, false, &r->key);
	put_cells(r, row, true, &r->figures);
	if (is_nobody(&r->key))
		return;
	at = map_put(&r->people, buf_view(&r->key), &added);
	if (added) {
		first = arena_alloc(&r->arena, sizeof *first);
		*first = arena_copy(&r->arena, buf_view(&r->figures));
		r->people.entries[at].ptr = first;
		return;
	}
	differs = find_difference(r, *(const struct span *)r->people.entries[at].ptr);
	r->rows += differs != NULL;
	if (differs && !r->differs) {
		r->differs = differs;
		r->person = r->people.entries[at].key;
	}
}

void people_repeats_put(const struct people_repeats *r, struct buf *out)
{
	struct span rest = r->person, first = SPAN("");
	char quoted[ERROR_QUOTE_MAX];

	if (!r->differs)
		return;
	while (!first.len)
		first = span_cut(&rest, '\0');
	buf_printf(out, "%llu row%s another value of %.*s than the first row of the same customer (%s, for one): "
		   "of a trait one counts; --type track, and --map time=COLUMN, where each row is something that happened",
		   (unsigned long long)r->rows, r->rows == 1 ? " has" : "s have", SPAN_ARG(r->differs->label),
		   error_quote(first, quoted));
}
