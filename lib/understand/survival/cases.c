#include "understand/survival/cases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/delimited.h"

/* The numbers of some columns. */
struct columns {
	size_t *list;
	size_t count, cap;
};

struct making {
	struct cases *cases;
	struct frame *frame;
	size_t time, entry, event;	/* FRAME_NONE: none */
	struct span event_value;	/* absent: 1, yes or true */
	unsigned char *happened;	/* by row; 2: not known */
	struct columns by, strata, cluster, covariates;
};

/*
 * Names.
 */

static int add_named(struct making *m, struct columns *c, struct span name, struct error *err)
{
	size_t number = frame_find(m->frame, name, err);

	if (number == FRAME_NONE)
		return -1;
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i] == number)
			return error_usage(err, "column '%.*s' is named twice", SPAN_ARG(name));
	c->list = mem_room(c->list, c->count, &c->cap, sizeof *c->list);
	c->list[c->count++] = number;
	m->cases->used[number] = true;
	return 0;
}

static int find_list(struct making *m, const char *text, struct columns *c, struct error *err)
{
	struct span rest = span_of(text);

	if (!text)
		return 0;
	if (frame_find(m->frame, rest, NULL) != FRAME_NONE)
		return add_named(m, c, rest, err);
	while (!span_absent(rest)) {
		struct span name = span_trim(span_cut(&rest, ','));

		if (!name.len)
			return error_usage(err, "'%s' is no list of columns: write a,b,c", text);
		if (add_named(m, c, name, err))
			return -1;
	}
	return 0;
}

static int find_numbers(struct making *m, const char *name, size_t *out, struct error *err)
{
	const struct frame_column *c;
	char quoted[ERROR_QUOTE_MAX];

	*out = FRAME_NONE;
	if (!name)
		return 0;
	*out = frame_find(m->frame, span_of(name), err);
	if (*out == FRAME_NONE)
		return -1;
	m->cases->used[*out] = true;
	c = frame_column(m->frame, *out);
	if (c->kind == FRAME_NUMBER)
		return 0;
	if (c->kind == FRAME_EMPTY)
		return error_usage(err, "column '%.*s' is empty", SPAN_ARG(c->name));
	if (frame_doubt(m->frame, *out, err))
		return -1;
	error_usage(err, "column '%.*s' must be numbers, a length of time, and has %s: mend it, or name what stands for no value with --missing",
		    SPAN_ARG(c->name), error_quote(frame_cell(m->frame, c->odd, *out), quoted));
	return frame_place(m->frame, c->odd, err);
}

/* The column, and the value behind the last sign of equality where no column has the whole name. */
static int find_event(struct making *m, const char *text, struct error *err)
{
	struct span name = span_of(text);
	const char *sign = text ? strrchr(text, '=') : NULL;

	m->event = FRAME_NONE;
	m->event_value = SPAN_NONE;
	if (!text)
		return 0;
	if (sign && frame_find(m->frame, name, NULL) == FRAME_NONE) {
		m->event_value = span_trim(span_of(sign + 1));
		name = span_trim(span_between(text, sign));
	}
	m->event = frame_find(m->frame, name, err);
	if (m->event == FRAME_NONE)
		return -1;
	m->cases->used[m->event] = true;
	return 0;
}

/*
 * The event.
 */

/* 1: yes, 0: no, -1: neither. */
static int truth_of(struct span text)
{
	static const struct {
		struct span word;
		int truth;
	} words[] = {
		{SPAN("yes"), 1}, {SPAN("true"), 1}, {SPAN("y"), 1}, {SPAN("t"), 1},
		{SPAN("no"), 0}, {SPAN("false"), 0}, {SPAN("n"), 0}, {SPAN("f"), 0},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_equal_nocase(text, words[i].word))
			return words[i].truth;
	return -1;
}

static int refuse_event(const struct making *m, const struct frame_column *c, size_t row, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct span cell = frame_cell(m->frame, row, m->event);

	error_usage(err, "column '%.*s' has %s, which is neither 0 nor 1: say which value means the event, as in --event '%.*s=%.*s'",
		    SPAN_ARG(c->name), error_quote(cell, quoted), SPAN_ARG(c->name), SPAN_ARG(cell));
	return frame_place(m->frame, row, err);
}

static int refuse_value(const struct making *m, const struct frame_column *c, struct error *err)
{
	return error_usage(err, "column '%.*s' never has the value '%.*s'", SPAN_ARG(c->name), SPAN_ARG(m->event_value));
}

static int read_numeric_event(struct making *m, const struct frame_column *c, struct error *err)
{
	double wanted = 1;
	bool given = !span_absent(m->event_value), found = false;

	if (given && !frame_number(m->event_value, '.', &wanted))
		return error_usage(err, "column '%.*s' has numbers, none of which is '%.*s'", SPAN_ARG(c->name),
				   SPAN_ARG(m->event_value));
	for (size_t row = 0; row < m->frame->row_count; row++) {
		double value = c->numbers[row];

		if (!given && !isnan(value) && value != 0 && value != 1)
			return refuse_event(m, c, row, err);
		m->happened[row] = isnan(value) ? 2 : value == wanted;
		found |= value == wanted;
	}
	if (given && !found)
		return refuse_value(m, c, err);
	return 0;
}

static int read_worded_event(struct making *m, const struct frame_column *c, struct error *err)
{
	bool given = !span_absent(m->event_value), found = false;

	for (size_t row = 0; row < m->frame->row_count; row++) {
		struct span text = c->codes[row] == FRAME_MISSING ? SPAN_NONE : c->levels[c->codes[row]];
		int truth = truth_of(text);

		if (span_absent(text)) {
			m->happened[row] = 2;
		} else if (given) {
			m->happened[row] = span_equal_nocase(text, m->event_value);
			found |= m->happened[row];
		} else if (truth < 0) {
			return refuse_event(m, c, row, err);
		} else {
			m->happened[row] = (unsigned char)truth;
		}
	}
	if (given && !found)
		return refuse_value(m, c, err);
	return 0;
}

static int read_event(struct making *m, struct error *err)
{
	const struct frame_column *c;

	m->happened = mem_alloc(m->frame->row_count + 1);
	memset(m->happened, 1, m->frame->row_count + 1);
	if (m->event == FRAME_NONE)
		return 0;
	c = frame_column(m->frame, m->event);
	if (c->kind == FRAME_EMPTY)
		return error_usage(err, "column '%.*s' is empty", SPAN_ARG(c->name));
	if (c->kind == FRAME_NUMBER)
		return read_numeric_event(m, c, err);
	return read_worded_event(m, c, err);
}

/*
 * Rows.
 */

static bool lacks_value(const struct frame_column *c, size_t row)
{
	if (c->kind == FRAME_NUMBER)
		return isnan(c->numbers[row]);
	return c->kind == FRAME_EMPTY || c->codes[row] == FRAME_MISSING;
}

static bool is_whole(struct making *m, size_t row)
{
	struct cases *c = m->cases;
	bool whole = true;

	for (size_t i = 0; i < m->frame->column_count; i++)
		if (c->used[i] && lacks_value(frame_column(m->frame, i), row)) {
			c->missing[i]++;
			whole = false;
		}
	return whole;
}

/* The row as CSV again. */
static void put_row(const struct frame *f, size_t row, struct buf *out)
{
	for (size_t i = 0; i < f->column_count; i++) {
		if (i)
			buf_char(out, ',');
		delimited_put(out, frame_cell(f, row, i), false);
	}
	buf_char(out, '\n');
}

static void reject_row(struct making *m, size_t row, struct error *why)
{
	struct buf text = BUF_INIT;

	m->cases->rejected++;
	frame_place(m->frame, row, why);
	put_row(m->frame, row, &text);
	if (m->cases->fault)
		m->cases->fault(m->cases->context, buf_view(&text), why);
	buf_release(&text);
}

/* Times that cannot be: false, and the row is bad. */
static bool check_times(struct making *m, size_t row, double entry, double exit)
{
	struct error why = ERROR_INIT;

	if (m->entry != FRAME_NONE && !(entry < exit))
		error_data(&why, "the end %g is not behind the entry %g", exit, entry);
	else if (exit < 0)
		error_data(&why, "a lifetime of %g is below 0", exit);
	else
		return true;
	reject_row(m, row, &why);
	return false;
}

static void take_rows(struct making *m)
{
	struct cases *c = m->cases;
	size_t most = m->frame->row_count + 1;
	const double *exits = frame_column(m->frame, m->time)->numbers;
	const double *entries = m->entry == FRAME_NONE ? NULL : frame_column(m->frame, m->entry)->numbers;

	c->rows = mem_alloc(most * sizeof *c->rows);
	c->l.exit = mem_alloc(most * sizeof *c->l.exit);
	c->l.event = mem_alloc(most);
	c->l.entry = entries ? mem_alloc(most * sizeof *c->l.entry) : NULL;
	for (size_t row = 0; row < m->frame->row_count; row++) {
		size_t i = c->l.count;

		if (!is_whole(m, row)) {
			c->left_out++;
			continue;
		}
		if (!check_times(m, row, entries ? entries[row] : 0, exits[row]))
			continue;
		c->rows[i] = row;
		c->l.exit[i] = exits[row];
		c->l.event[i] = m->happened[row];
		if (entries)
			c->l.entry[i] = entries[row];
		c->l.count++;
	}
}

/*
 * Groups.
 */


static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The rank of each case's number among those there are; their count in *COUNT, what they are in *VALUES (owned). */
static uint32_t *rank_numbers(const struct cases *c, const double *numbers, uint32_t *count, double **values)
{
	size_t n = c->l.count, distinct = 0;
	double *sorted = mem_alloc((n + 1) * sizeof *sorted);
	double *keys = mem_alloc((n + 1) * sizeof *keys);
	uint32_t *ranks = mem_alloc((n + 1) * sizeof *ranks), *order;

	for (size_t i = 0; i < n; i++)
		keys[i] = numbers[c->rows[i]];
	order = lifetimes_order(keys, n);
	for (size_t i = 0; i < n; i++) {
		if (!distinct || compare_doubles(&sorted[distinct - 1], &keys[order[i]]))
			sorted[distinct++] = keys[order[i]];
		ranks[order[i]] = (uint32_t)(distinct - 1);
	}
	mem_free(order);
	mem_free(keys);
	*count = (uint32_t)distinct;
	*values = sorted;
	return ranks;
}

/* The groups by one more column: CODE becomes code * LEVELS + the level, and only those that are stay. */
static void compress(struct cases *c, uint64_t *codes, uint64_t most, struct factor *f)
{
	uint32_t *place = mem_zero(most + 1, sizeof *place);

	f->count = 0;
	for (size_t i = 0; i < c->l.count; i++)
		place[codes[i]] = 1;
	for (uint64_t v = 0; v < most; v++)
		if (place[v])
			place[v] = f->count++;
	for (size_t i = 0; i < c->l.count; i++)
		f->codes[i] = place[codes[i]];
	mem_free(place);
}

/* The rank of each case's value in column NUMBER. */
static uint32_t *rank_column(struct making *m, size_t number, uint32_t *count)
{
	const struct frame_column *column = frame_column(m->frame, number);
	struct cases *c = m->cases;
	double *values = NULL;
	uint32_t *ranks;

	if (column->kind == FRAME_NUMBER) {
		ranks = rank_numbers(c, column->numbers, count, &values);
		mem_free(values);
		return ranks;
	}
	*count = column->level_count;
	ranks = mem_alloc((c->l.count + 1) * sizeof *ranks);
	for (size_t i = 0; i < c->l.count; i++)
		ranks[i] = column->codes[c->rows[i]];
	return ranks;
}

/* A group is called by its first case. */
static struct span name_group(struct making *m, const struct columns *by, size_t row)
{
	struct buf text = BUF_INIT;
	struct span name;

	for (size_t i = 0; i < by->count; i++) {
		struct span cell = span_trim(frame_cell(m->frame, row, by->list[i]));

		if (by->count > 1)
			buf_printf(&text, "%s%.*s=", i ? ", " : "", SPAN_ARG(m->frame->columns[by->list[i]].name));
		buf_span(&text, cell);
	}
	name = arena_copy(&m->cases->texts, buf_view(&text));
	buf_release(&text);
	return name;
}

static int group_by(struct making *m, const struct columns *by, uint32_t most, struct factor *f, struct error *err)
{
	struct cases *c = m->cases;
	uint64_t *codes;

	if (!by->count)
		return 0;
	f->codes = mem_zero(c->l.count + 1, sizeof *f->codes);
	f->count = 1;
	codes = mem_alloc((c->l.count + 1) * sizeof *codes);
	for (size_t k = 0; k < by->count; k++) {
		uint32_t levels, *ranks = rank_column(m, by->list[k], &levels);
		uint64_t groups = (uint64_t)f->count * (levels ? levels : 1);

		for (size_t i = 0; i < c->l.count; i++)
			codes[i] = (uint64_t)f->codes[i] * levels + ranks[i];
		mem_free(ranks);
		if (groups > ((uint64_t)1 << 26)) {
			mem_free(codes);
			return error_usage(err, "too many groups: group by fewer columns");
		}
		compress(c, codes, groups, f);
	}
	mem_free(codes);
	if (f->count > most)
		return error_usage(err, "column '%.*s' makes %u groups of %zu rows: more than the %u that are shown; group by something coarser",
				   SPAN_ARG(m->frame->columns[by->list[0]].name), f->count, c->l.count, most);
	f->names = arena_zero(&c->texts, ((size_t)f->count + 1) * sizeof *f->names);
	for (size_t i = 0; i < c->l.count; i++)
		if (span_absent(f->names[f->codes[i]]))
			f->names[f->codes[i]] = name_group(m, by, c->rows[i]);
	return 0;
}

/*
 * The whole.
 */

/* Before anything is read of them; they need not be used. */
static int make_categories(struct making *m, const char *text, struct error *err)
{
	bool *used = m->cases->used;
	struct columns list = {0};
	int bad;

	m->cases->used = mem_zero(m->frame->column_count + 1, sizeof *used);
	bad = find_list(m, text, &list, err);
	for (size_t i = 0; i < list.count && !bad; i++)
		frame_make_category(m->frame, list.list[i]);
	mem_free(m->cases->used);
	m->cases->used = used;
	mem_free(list.list);
	return bad;
}

static int find_columns(struct making *m, const struct cases_asked *a, struct error *err)
{
	if (make_categories(m, a->categories, err))
		return -1;
	if (find_numbers(m, a->time, &m->time, err) || find_numbers(m, a->entry, &m->entry, err) ||
	    find_event(m, a->event, err) || find_list(m, a->by, &m->by, err) ||
	    find_list(m, a->strata, &m->strata, err) || find_list(m, a->cluster, &m->cluster, err) ||
	    find_list(m, a->covariates, &m->covariates, err))
		return -1;
	for (size_t i = 0; i < m->covariates.count; i++) {
		size_t column = m->covariates.list[i];

		if (column == m->time || column == m->event || column == m->entry)
			return error_usage(err, "column '%.*s' says when, and cannot be a covariate, too",
					   SPAN_ARG(m->frame->columns[column].name));
	}
	return 0;
}

static int make_design(struct making *m, struct error *err)
{
	struct cases *c = m->cases;
	const struct columns *list = &m->covariates;

	if (!list->count)
		return 0;
	if (design_layout_make(&c->layout, m->frame, list->list, list->count, c->rows, c->l.count, err))
		return -1;
	c->x = mem_alloc((c->l.count * c->layout.width + 1) * sizeof *c->x);
	return design_fill(&c->layout, m->frame, c->rows, c->l.count, c->x, NULL, err);
}

int cases_make(struct cases *c, struct frame *f, const struct cases_asked *asked, struct error *err)
{
	struct making m = {.cases = c, .frame = f};
	int bad;

	*c = (struct cases){.fault = c->fault, .context = c->context};
	c->used = mem_zero(f->column_count + 1, sizeof *c->used);
	c->missing = mem_zero(f->column_count + 1, sizeof *c->missing);
	bad = find_columns(&m, asked, err) || read_event(&m, err);
	if (!bad) {
		take_rows(&m);
		bad = group_by(&m, &m.by, FRAME_LEVELS_MAX, &c->by, err) ||
		      group_by(&m, &m.strata, UINT32_MAX, &c->strata, err) ||
		      group_by(&m, &m.cluster, UINT32_MAX, &c->cluster, err) || make_design(&m, err);
	}
	mem_free(m.happened);
	mem_free(m.by.list);
	mem_free(m.strata.list);
	mem_free(m.cluster.list);
	mem_free(m.covariates.list);
	return bad ? -1 : 0;
}

void cases_release(struct cases *c)
{
	mem_free(c->l.entry);
	mem_free(c->l.exit);
	mem_free(c->l.event);
	mem_free(c->rows);
	mem_free(c->by.codes);
	mem_free(c->strata.codes);
	mem_free(c->cluster.codes);
	mem_free(c->x);
	mem_free(c->missing);
	mem_free(c->used);
	design_layout_release(&c->layout);
	arena_release(&c->texts);
	*c = (struct cases){0};
}
