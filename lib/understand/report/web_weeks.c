#include "understand/report/web_weeks.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "time/moment.h"

#define WEEK_MS (7 * DAY_MS)
#define MOST 8		/* channels, and pages, that are looked at */

void web_weeks_init(struct web_weeks *w)
{
	*w = (struct web_weeks){.first = MOMENT_NONE, .as_of = MOMENT_NONE};
}

void web_weeks_release(struct web_weeks *w)
{
	mem_free(w->pages.weeks);
	mem_free(w->origins.weeks);
}

/* FIGURES_PERIODS: too long ago, or not known. */
static size_t week_of(int64_t time, int64_t as_of)
{
	int64_t week = time == MOMENT_NONE || as_of == MOMENT_NONE || time > as_of ? FIGURES_PERIODS : (as_of - time) / WEEK_MS;

	return week < FIGURES_PERIODS ? (size_t)week : FIGURES_PERIODS;
}

void web_weeks_note(struct web_weeks *w, enum web_week kind, int64_t time, int64_t as_of)
{
	size_t week = week_of(time, as_of);

	if (time != MOMENT_NONE && (w->first == MOMENT_NONE || time < w->first))
		w->first = time;
	if (as_of > w->as_of)
		w->as_of = as_of;
	if (week < FIGURES_PERIODS)
		w->totals[kind][week]++;
}

static uint32_t *row_weeks(struct web_rows *rows, size_t row)
{
	if (row >= rows->cap) {
		size_t room = row < 32 ? 64 : 2 * row;

		rows->weeks = mem_grow(rows->weeks, room, sizeof *rows->weeks);
		memset(rows->weeks + rows->cap, 0, (room - rows->cap) * sizeof *rows->weeks);
		rows->cap = room;
	}
	return rows->weeks[row];
}

void web_weeks_note_row(struct web_rows *rows, size_t row, int64_t time, int64_t as_of)
{
	size_t week = week_of(time, as_of);

	if (week < FIGURES_PERIODS)
		row_weeks(rows, row)[week]++;
}

static void add_rows(struct web_rows *to, struct tally *all, const struct web_rows *from, const struct tally *of)
{
	for (size_t i = 0; i < tally_size(of) && i < from->cap; i++) {
		uint32_t *weeks = row_weeks(to, tally_index(all, of->rows[i].key));

		for (int k = 0; k < FIGURES_PERIODS; k++)
			weeks[k] += from->weeks[i][k];
	}
}

void web_weeks_add(struct web_weeks *w, const struct web_weeks *other, struct tally *all_pages, const struct tally *pages,
		   struct tally *all_origins, const struct tally *origins)
{
	for (int kind = 0; kind < WEEK_KINDS; kind++)
		for (int k = 0; k < FIGURES_PERIODS; k++)
			w->totals[kind][k] += other->totals[kind][k];
	if (other->first != MOMENT_NONE && (w->first == MOMENT_NONE || other->first < w->first))
		w->first = other->first;
	if (other->as_of > w->as_of)
		w->as_of = other->as_of;
	add_rows(&w->pages, all_pages, &other->pages, pages);
	add_rows(&w->origins, all_origins, &other->origins, origins);
}

static void put_rows(struct partial *p, const char *of, const struct web_rows *rows, const struct tally *t)
{
	size_t *order = partial_order(&t->keys);

	partial_rows(p, of, tally_size(t));
	for (size_t i = 0; i < tally_size(t); i++) {
		struct partial_row row = {.key = t->rows[order[i]].key, .text = SPAN_NONE, .count = FIGURES_PERIODS};

		for (int k = 0; order[i] < rows->cap && k < FIGURES_PERIODS; k++)
			row.numbers[k] = partial_wide(rows->weeks[order[i]][k]);
		partial_put(p, of, &row);
	}
	mem_free(order);
}

static void take_rows(struct partial *p, const char *of, struct web_rows *rows, struct tally *t)
{
	size_t count = partial_rows(p, of, 0);
	struct partial_row row;

	for (size_t i = 0; i < count && partial_take(p, of, FIGURES_PERIODS, &row); i++) {
		uint32_t *weeks = row_weeks(rows, tally_index(t, row.key));

		for (int k = 0; k < FIGURES_PERIODS; k++)
			weeks[k] += (uint32_t)partial_natural(p, row.numbers[k]);
	}
}

static void carry_rows(struct partial *p, const char *of, struct web_rows *rows, struct tally *t)
{
	if (partial_reads(p))
		take_rows(p, of, rows, t);
	else
		put_rows(p, of, rows, t);
}

void web_weeks_carry(struct web_weeks *w, struct partial *p, struct tally *pages, struct tally *origins)
{
	for (int kind = 0; kind < WEEK_KINDS; kind++)
		partial_counts(p, "week", w->totals[kind], FIGURES_PERIODS);
	partial_first(p, "weeks_from", &w->first);
	partial_last(p, "weeks_until", &w->as_of);
	carry_rows(p, "page_weeks", &w->pages, pages);
	carry_rows(p, "origin_weeks", &w->origins, origins);
}

/* ---- What stands out. ---- */

/* A channel or page over all weeks. */
struct course {
	struct span name;
	uint64_t sum, weeks[FIGURES_PERIODS];
};

static int compare_courses(const void *a, const void *b)
{
	const struct course *p = a, *q = b;

	return p->sum != q->sum ? (p->sum < q->sum ? 1 : -1) : span_compare(p->name, q->name);
}

static void add_weeks(struct course *to, const struct web_rows *rows, size_t row)
{
	for (int k = 0; row < rows->cap && k < FIGURES_PERIODS; k++) {
		to->weeks[k] += rows->weeks[row][k];
		to->sum += rows->weeks[row][k];
	}
}

static struct course *list_channels(const struct web_weeks *w, const struct tally *origins, web_channel_of *channel_of, const void *context,
				    size_t *count)
{
	struct course *list = mem_zero(tally_size(origins) + 1, sizeof *list);
	struct map names = MAP_INIT;

	for (size_t i = 0; i < tally_size(origins); i++) {
		struct span channel = channel_of(context, i);
		size_t at = span_absent(channel) ? MAP_NONE : map_put(&names, channel, NULL);

		if (at == MAP_NONE)
			continue;
		list[at].name = channel;
		add_weeks(&list[at], &w->origins, i);
	}
	*count = names.count;
	map_release(&names);
	return list;
}

static struct course *list_pages(const struct web_weeks *w, const struct tally *pages, size_t *count)
{
	struct course *list = mem_zero(tally_size(pages) + 1, sizeof *list);

	for (size_t i = 0; i < tally_size(pages); i++) {
		list[i].name = pages->rows[i].key;
		add_weeks(&list[i], &w->pages, i);
	}
	*count = tally_size(pages);
	return list;
}

struct figure_list {
	struct figure figures[WEEK_KINDS + 2 * MOST];
	size_t count;
};

static void add_figure(struct figure_list *to, const char *label, const uint64_t *weeks)
{
	struct figure *f = &to->figures[to->count++];

	*f = (struct figure){.key = label, .label = label};
	for (int k = 0; k < FIGURES_PERIODS; k++)
		f->periods[k] = cell_count(weeks[k]);
}

/* The first MOST of LIST, which it frees, by all their weeks: which they are says nothing of the last. */
static void add_courses(struct figure_list *to, struct course *list, size_t count, const char *what, struct sheet *sheet)
{
	qsort(list, count, sizeof *list, compare_courses);
	for (size_t i = 0; i < count && i < MOST && list[i].sum; i++)
		add_figure(to, sheet_text(sheet, "%s %.*s:", what, SPAN_ARG(list[i].name)), list[i].weeks);
	mem_free(list);
}

void web_weeks_fill(const struct web_weeks *w, const struct tally *pages, const struct tally *origins, web_channel_of *channel_of,
		    const void *context, struct sheet *sheet)
{
	static const char *const labels[WEEK_KINDS] = {"page views", "sessions", "requests that failed", "errors of the server", "requests of programs"};
	static const struct figures_scale scale = {
		"site_findings", "What stands out on the site",
		"Figures of the last 7 days outside the range that such weeks usually fall in (of nothing but chance: on one page in twenty)",
		"the 7 days before", false,
	};
	struct figure_list list = {.count = 0};
	struct course *courses;
	size_t covered, count;

	if (w->first == MOMENT_NONE || w->as_of == MOMENT_NONE)
		return;
	covered = (size_t)((w->as_of - w->first) / WEEK_MS);
	if (covered <= FIGURES_LEAST)
		return;
	for (int kind = 0; kind < WEEK_KINDS; kind++)
		add_figure(&list, labels[kind], w->totals[kind]);
	courses = list_channels(w, origins, channel_of, context, &count);
	add_courses(&list, courses, count, "sessions of the channel", sheet);
	courses = list_pages(w, pages, &count);
	add_courses(&list, courses, count, "views of", sheet);
	figures_find(sheet, list.figures, list.count, covered < FIGURES_PERIODS ? covered : FIGURES_PERIODS, &scale);
}
