#include "understand/report/figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/student.h"
#include "time/moment.h"
#include "understand/report/cell.h"
#include "understand/report/words.h"

#define PERIOD_MS (FIGURES_PERIOD_DAYS * DAY_MS)
#define YEAR_BEFORE (FIGURES_PERIODS - 1)
#define HISTORY_MAX 12		/* periods before that say what is usual */
#define COUNT_SPREAD 0.5	/* of the square root of a count by chance */

static double stretch(double x, bool counts)
{
	return counts ? sqrt(x + 0.375) : x;
}

static double shrink(double x, bool counts)
{
	if (!counts)
		return x;
	return x > sqrt(0.375) ? x * x - 0.375 : 0;
}

static size_t count_filled(const double *history, size_t count)
{
	size_t filled = 0;

	for (size_t i = 0; i < count; i++)
		filled += history[i] != 0;
	return filled;
}

struct usual figures_usual(const double *history, size_t count, bool counts, size_t tests)
{
	double mean = 0, square = 0, spread, reach;

	if ((counts ? count : count_filled(history, count)) < FIGURES_LEAST)
		return (struct usual){0};
	for (size_t i = 0; i < count; i++)
		mean += stretch(history[i], counts) / (double)count;
	for (size_t i = 0; i < count; i++)
		square += pow(stretch(history[i], counts) - mean, 2);
	spread = sqrt(square / (double)(count - 1));
	if (counts && spread < COUNT_SPREAD)
		spread = COUNT_SPREAD;
	reach = student_quantile(FIGURES_CHANCE / (double)tests, (int)count - 1) * spread * sqrt(1 + 1 / (double)count);
	return (struct usual){true, shrink(mean, counts), shrink(mean - reach, counts), shrink(mean + reach, counts)};
}

/* A finding until all are known and sorted. */
struct found {
	const struct figure *figure;
	struct usual usual;
	double now;
	double surprise;	/* how far from what is typical, of the way to the end of the range */
	double moved;		/* since the period before, of the whole range */
};

struct filling {
	struct sheet *sheet;
	const struct figure *figures;
	size_t count, covered;	/* periods that the data covers, the last included */
	size_t past;		/* how many before the last say what is usual */
	const struct figures_scale *scale;
};

static const struct figures_scale month_scale = {
	"findings", "What stands out",
	"Figures of 28 days outside the range that such periods usually fall in (of nothing but chance: on one page in twenty), "
	"and silences longer than any before by more than chance",
	"the 28 days before", true,
};

static bool is_count(const struct figure *f)
{
	return f->periods[0].kind == CELL_COUNT;
}

static bool is_empty(const struct filling *f, size_t period)
{
	for (size_t i = 0; i < f->count; i++)
		if (cell_size(&f->figures[i].periods[period]) != 0)
			return false;
	return true;
}

/* Nothing at all is no past: one odd time of 1970, or an order to try the shop out, would make months of it. */
static size_t count_past(const struct filling *f)
{
	size_t past = f->covered - 1 < HISTORY_MAX ? f->covered - 1 : HISTORY_MAX;

	while (past && is_empty(f, past))
		past--;
	return past;
}

static struct usual find_usual(const struct filling *f, const struct figure *figure)
{
	double history[HISTORY_MAX];	/* the newest first */

	for (size_t i = 0; i < f->past; i++)
		history[i] = cell_size(&figure->periods[i + 1]);
	return figures_usual(history, f->past, is_count(figure), f->count);
}

/* An end of a range: whole numbers inside it for counts; cents for money. */
static struct cell range_cell(const struct figure *figure, double end, bool low)
{
	struct decimal cents;

	if (is_count(figure))
		return cell_count((uint64_t)(low ? ceil(end - 1e-9) : floor(end + 1e-9)));
	if (fabs(end) > 1e15)
		return CELL_EMPTY;
	cents = (struct decimal){(int64_t)(low ? floor(end * 100) : ceil(end * 100)), 2};
	return decimal_add(cents, DECIMAL_ZERO, &cents) ? cell_number(cents) : CELL_EMPTY;
}

/* The change as a share of what was. */
static struct cell change_cell(const struct cell *now, const struct cell *before)
{
	return cell_size(before) > 0 ? cell_share(cell_size(now) - cell_size(before), cell_size(before)) : CELL_EMPTY;
}

static void put_figure(const struct filling *f, struct section *s, const struct figure *figure)
{
	struct usual usual = find_usual(f, figure);
	struct cell *row = section_row(s);

	row[FIGURE_NAME] = cell_text(span_of(figure->key));
	if (figure->unit)
		row[FIGURE_UNIT] = cell_text(span_of(figure->unit));
	row[FIGURE_NOW] = figure->periods[0];
	if (f->covered > 1) {
		row[FIGURE_BEFORE] = figure->periods[1];
		row[FIGURE_CHANGE] = change_cell(&figure->periods[0], &figure->periods[1]);
	}
	if (f->covered > YEAR_BEFORE)
		row[FIGURE_YEAR_BEFORE] = figure->periods[YEAR_BEFORE];
	if (usual.known) {
		row[FIGURE_LOW] = range_cell(figure, usual.low, true);
		row[FIGURE_HIGH] = range_cell(figure, usual.high, false);
	}
}

/* The covered periods of each figure, oldest first. */
static void add_series(const struct filling *f, struct section *s)
{
	size_t count = f->covered < FIGURES_PERIODS ? f->covered : FIGURES_PERIODS;
	double *series = arena_alloc(&f->sheet->texts, f->count * count * sizeof *series);

	for (size_t i = 0; i < f->count; i++)
		for (size_t k = 0; k < count; k++)
			series[i * count + k] = cell_size(&f->figures[i].periods[count - 1 - k]);
	s->series = series;
	s->series_count = count;
}

static const char *figures_note(const struct filling *f)
{
	if (f->past < FIGURES_LEAST)
		return "What is usual is not known yet: that takes the past of seven times 28 days";
	return "Usual: where the next 28 days fall after those before, unless something changed (prediction interval)";
}

static void fill_figures(const struct filling *f)
{
	static const struct column columns[FIGURE_COLUMNS] = {
		{"figure", "Figure", NULL, -1}, {"unit", "Unit", NULL, -1}, {"now", "28 days", NULL, 2},
		{"before", "28 before", NULL, 2}, {"change", "Change", NULL, -1}, {"year_before", "A year before", NULL, 2},
		{"usual_from", "Usual from", NULL, 2}, {"usual_to", "to", NULL, 2},
	};
	struct section *s = sheet_add(f->sheet, "recent", "The last 28 days", columns, FIGURE_COLUMNS);

	s->look = LOOK_FIGURES;
	s->note = figures_note(f);
	for (size_t i = 0; i < f->count; i++)
		put_figure(f, s, &f->figures[i]);
	add_series(f, s);
}

static void put_amount(struct buf *out, const struct figure *figure, const struct cell *c)
{
	struct column column = {"amount", NULL, NULL, 2};

	cell_put_people(out, c, &column, NULL);
	if (figure->unit)
		buf_printf(out, " %s", figure->unit);
}

/* A number that a model says: a count to one decimal where small, money to its whole. */
static void put_typical(struct buf *out, const struct figure *figure, double size)
{
	struct cell c = cell_count((uint64_t)(size + 0.5));

	if (is_count(figure) && size < 10)
		buf_printf(out, "%.1f", size);
	else if (size >= 0 && size < 1e15)
		cell_put_people(out, &c, NULL, NULL);
	else
		buf_printf(out, "%.0f", size);
	if (figure->unit)
		buf_printf(out, " %s", figure->unit);
}

/* "usually about 12 (3 to 24 in 19 of 20 such periods)" */
static void put_usual(struct buf *out, const struct figure *figure, const struct usual *usual)
{
	struct cell low = range_cell(figure, usual->low, true), high = range_cell(figure, usual->high, false);

	buf_lit(out, "usually about ");
	put_typical(out, figure, usual->typical);
	buf_lit(out, ", from ");
	put_amount(out, figure, &low);
	buf_lit(out, " to ");
	put_amount(out, figure, &high);
}

/* "New customers 0", "Net revenue 2,024.20 EUR"; inside a sentence with a small letter. */
static const char *found_what(struct sheet *sheet, const struct figure *figure, bool inside)
{
	struct buf text = BUF_INIT;
	const char *kept;

	if (figure->label)
		buf_text_put(&text, figure->label);
	else
		cell_put_name(&text, &(struct cell){.kind = CELL_TEXT, .text = span_of(figure->key)});
	if (!inside && text.ptr[0] >= 'a' && text.ptr[0] <= 'z')
		text.ptr[0] = (char)(text.ptr[0] - 32);
	buf_char(&text, ' ');
	put_amount(&text, figure, &figure->periods[0]);
	kept = sheet_text(sheet, "%s", buf_text(&text));
	buf_release(&text);
	return kept;
}

static const char *found_detail(const struct filling *f, const struct found *found)
{
	struct buf text = BUF_INIT;
	const char *kept;

	put_usual(&text, found->figure, &found->usual);
	if (f->scale->has_year && f->covered > YEAR_BEFORE) {
		buf_lit(&text, "; a year before ");
		put_amount(&text, found->figure, &found->figure->periods[YEAR_BEFORE]);
	}
	kept = sheet_text(f->sheet, "%s", buf_text(&text));
	buf_release(&text);
	return kept;
}

static int compare_found(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->surprise != y->surprise)
		return x->surprise < y->surprise ? 1 : -1;
	return strcmp(x->figure->key, y->figure->key);
}

/* How far NOW is from what is typical, as a share of the way to the end of the range. */
static double surprise_of(const struct usual *u, double now)
{
	double reach = now < u->typical ? u->typical - u->low : u->high - u->typical;

	return reach > 0 ? fabs(now - u->typical) / reach : now == u->typical ? 0 : HUGE_VAL;
}

static double moved_of(const struct usual *u, double now, double before)
{
	return u->high > u->low ? fabs(now - before) / (u->high - u->low) : 0;
}

static struct section *findings_of(struct sheet *sheet, const struct figures_scale *scale)
{
	static const struct column columns[FINDING_COLUMNS] = {
		{"finding", "Finding", NULL, -1}, {"direction", "Direction", NULL, -1}, {"detail", "Detail", NULL, -1},
	};
	struct section *s;

	for (size_t i = 0; i < sheet->count; i++)
		if (sheet->sections[i].look == LOOK_FINDINGS && !strcmp(sheet->sections[i].key, scale->key))
			return &sheet->sections[i];
	s = sheet_add(sheet, scale->key, scale->title, columns, FINDING_COLUMNS);
	s->look = LOOK_FINDINGS;
	s->note = scale->note;
	return s;
}

static void add_finding(struct sheet *sheet, const struct figures_scale *scale, const char *what, const char *direction, const char *detail)
{
	struct cell *row = section_row(findings_of(sheet, scale));

	row[FINDING_WHAT] = cell_text(span_of(what));
	row[FINDING_DIRECTION] = cell_text(span_of(direction));
	row[FINDING_DETAIL] = detail ? cell_text(span_of(detail)) : CELL_EMPTY;
}

void figures_add_finding(struct sheet *sheet, const char *what, const char *direction, const char *detail)
{
	add_finding(sheet, &month_scale, what, direction, detail);
}

static void put_found(const struct filling *f, const struct found *found)
{
	add_finding(f->sheet, f->scale, found_what(f->sheet, found->figure, false), found->now > found->usual.typical ? "up" : "down",
		    found_detail(f, found));
}

/* No figure is outside its range: that is said, with the one that moved most in it. */
static void put_usual_figures(const struct filling *f, const struct found *list, size_t count)
{
	const struct found *most = &list[0];
	struct buf before = BUF_INIT;

	for (size_t i = 1; i < count; i++)
		most = list[i].moved > most->moved ? &list[i] : most;
	if (most->moved == 0) {
		add_finding(f->sheet, f->scale, "The figures are as usual", "note",
			    sheet_text(f->sheet, "none has changed since %s", f->scale->before));
		return;
	}
	put_amount(&before, most->figure, &most->figure->periods[1]);
	add_finding(f->sheet, f->scale, "The figures are as usual", "note",
		    sheet_text(f->sheet, "what changed most is %s, %s before; %s", found_what(f->sheet, most->figure, true), buf_text(&before),
				found_detail(f, most)));
	buf_release(&before);
}

static void fill_findings(const struct filling *f)
{
	struct found *list = mem_zero(f->count, sizeof *list);
	size_t count = 0;

	for (size_t i = 0; i < f->count; i++) {
		struct usual usual = find_usual(f, &f->figures[i]);
		double now = cell_size(&f->figures[i].periods[0]);

		if (usual.known)
			list[count++] = (struct found){&f->figures[i], usual, now, surprise_of(&usual, now),
						       moved_of(&usual, now, cell_size(&f->figures[i].periods[1]))};
	}
	qsort(list, count, sizeof *list, compare_found);
	for (size_t i = 0; i < count && list[i].surprise > 1; i++)
		put_found(f, &list[i]);
	if (count && list[0].surprise <= 1)
		put_usual_figures(f, list, count);
	mem_free(list);
}

void figures_fill(struct sheet *sheet, const struct figure *figures, size_t count, int64_t first, int64_t as_of)
{
	struct filling f = {sheet, figures, count, 0, 0, &month_scale};

	if (!count || first == MOMENT_NONE || as_of == MOMENT_NONE || first > as_of - PERIOD_MS)
		return;
	f.covered = (size_t)((as_of - first) / PERIOD_MS);
	if (f.covered > FIGURES_PERIODS)
		f.covered = FIGURES_PERIODS;
	f.past = count_past(&f);
	if (f.covered > 1)
		sheet->from = as_of - PERIOD_MS + 1;
	fill_findings(&f);
	fill_figures(&f);
}

void figures_find(struct sheet *sheet, const struct figure *figures, size_t count, size_t covered, const struct figures_scale *scale)
{
	struct filling f = {sheet, figures, count, covered, 0, scale};

	if (!count || covered < 2)
		return;
	f.past = count_past(&f);
	fill_findings(&f);
}
