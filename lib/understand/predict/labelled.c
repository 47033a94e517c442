#include "understand/predict/labelled.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* Values that mean yes where a label has two; the other one is no. */
static const char *const yes_words[] = {
	"1", "1.0", "yes", "y", "true", "t", "ja", "oui", "si", "sim", "churn", "churned", "left", "exited", "cancelled",
	"canceled", "lost", "attrited", "attrited customer", "treated", "treatment", "offered", NULL,
};

static bool means_yes(struct span text)
{
	for (size_t i = 0; yes_words[i]; i++)
		if (span_equal_nocase(text, span_of(yes_words[i])))
			return true;
	return false;
}

/* Is NO the other side of YES?  Of 1 and 2 nobody knows which is which: statistics count either way. */
static bool are_sides(struct span yes, struct span no)
{
	double one, other;

	return !frame_number(yes, '.', &one) || !frame_number(no, '.', &other) || other == 0 || other == -1;
}

void labelled_release(struct labelled *l)
{
	mem_free(l->columns);
	mem_free(l->rows);
	mem_free(l->y);
	mem_free(l->treated);
	mem_free(l->raw);
	buf_release(&l->notes);
	*l = (struct labelled){0};
}

static bool is_there(const struct frame_column *c, size_t row)
{
	if (c->kind == FRAME_NUMBER)
		return !isnan(c->numbers[row]);
	return c->kind == FRAME_CATEGORY && c->codes[row] != FRAME_MISSING;
}

/* A column of two values: the first row with each; -1 where there are more or fewer. */
static int find_values(struct frame *f, size_t number, struct span values[2])
{
	const struct frame_column *c = frame_column(f, number);
	size_t found = 0;

	for (size_t row = 0; row < f->row_count; row++) {
		struct span cell = frame_cell(f, row, number);

		if (!is_there(c, row) || (found && span_equal(cell, values[0])) ||
		    (found == 2 && span_equal(cell, values[1])))
			continue;
		if (found == 2)
			return -1;
		values[found++] = cell;
	}
	return found == 2 ? 0 : -1;
}

/* -1 where column NUMBER has YES in another spelling too, as "yes" beside "Yes": it would count as the other value. */
static int check_spelling(struct frame *f, const char *option, size_t number, struct span yes, struct error *err)
{
	const struct frame_column *c = frame_column(f, number);
	double value = NAN;

	if (c->kind == FRAME_NUMBER)
		frame_number(yes, c->decimal_comma ? ',' : '.', &value);
	for (size_t row = 0; row < f->row_count; row++) {
		struct span cell = frame_cell(f, row, number);

		if (span_equal(cell, yes) ||
		    !(span_equal_nocase(cell, yes) || (c->kind == FRAME_NUMBER && c->numbers[row] == value)))
			continue;
		error_usage(err, "--%s: column '%.*s' has '%.*s' for '%.*s': give all cells the same spelling", option,
			    SPAN_ARG(c->name), SPAN_ARG(cell), SPAN_ARG(yes));
		return frame_place(f, row, err);
	}
	return 0;
}

/* ASKED is "column" or "column=value".  The column, and the text of its value that means yes. */
static int find_truth(struct frame *f, const char *option, const char *asked, size_t *number, struct span *yes,
		      struct error *err)
{
	struct span rest = span_of(asked), name = span_cut(&rest, '='), values[2];
	bool first, second;

	*number = frame_find(f, name, err);
	if (*number == FRAME_NONE)
		return -1;
	*yes = rest;
	if (!span_absent(rest))
		return check_spelling(f, option, *number, rest, err);
	if (find_values(f, *number, values))
		return error_usage(err, "--%s: column '%.*s' is not of two values: --%s '%.*s=VALUE' names the one that counts",
				   option, SPAN_ARG(name), option, SPAN_ARG(name));
	first = means_yes(values[0]);
	second = means_yes(values[1]);
	if (first == second || !are_sides(values[second], values[first]))
		return error_usage(err, "--%s: column '%.*s' is '%.*s' or '%.*s': --%s '%.*s=VALUE' names the one that counts",
				   option, SPAN_ARG(name), SPAN_ARG(values[0]), SPAN_ARG(values[1]), option, SPAN_ARG(name));
	*yes = first ? values[0] : values[1];
	return 0;
}

static bool is_named(const char *list, struct span name)
{
	struct span rest = span_of(list);

	while (!span_absent(rest))
		if (span_equal_nocase(span_trim(span_cut(&rest, ',')), name))
			return true;
	return false;
}

static bool ends_with_one(struct span name, const char *const *ends)
{
	for (size_t i = 0; ends[i]; i++) {
		struct span end = span_of(ends[i]);

		if (name.len >= end.len && span_equal_nocase(span_sub(name, name.len - end.len, end.len), end))
			return true;
	}
	return false;
}

static bool ends_like_id(struct span name)
{
	static const char *const ends[] = {"id", "number", "_no", "_nr", NULL}, *const words[] = {"paid", "bid", NULL};

	return ends_with_one(name, ends) && !ends_with_one(name, words);
}

static int compare_doubles(const void *a, const void *b)
{
	double p = *(const double *)a, q = *(const double *)b;

	return (p > q) - (p < q);
}

/* Fewer rows differ by chance. */
#define NAMED_LEAST 20

/* Do the numbers of C, whole and all different, only number the rows? */
static bool numbers_rows(const struct frame *f, const struct frame_column *c)
{
	size_t n = f->row_count;
	double *sorted;
	bool different = n >= NAMED_LEAST && !c->missing;

	if (!different)
		return false;
	sorted = mem_zero(n, sizeof *sorted);
	for (size_t i = 0; i < n; i++)
		sorted[i] = c->numbers[i];
	qsort(sorted, n, sizeof *sorted, compare_doubles);
	for (size_t i = 0; i < n && different; i++)
		different = sorted[i] == floor(sorted[i]) && (!i || sorted[i] > sorted[i - 1]);
	different = different && (sorted[n - 1] - sorted[0] == (double)(n - 1) || ends_like_id(c->name));
	mem_free(sorted);
	return different;
}

/* Is each text of C that of one row alone, as a name or an address is? */
static bool names_rows(const struct frame *f, const struct frame_column *c)
{
	size_t there = f->row_count - c->missing;

	return there >= NAMED_LEAST && c->level_count == there && c->numeric * 2 <= there;
}

/* Is it the same in every row? */
static bool is_constant(struct frame *f, const struct frame_column *c, size_t number)
{
	for (size_t row = 1; row < f->row_count; row++)
		if (!span_equal(frame_cell(f, row, number), frame_cell(f, 0, number)))
			return false;
	return c->missing == 0 || c->missing == f->row_count;
}

/* Why column NUMBER is no feature: 1, and a note; 0 where it is one; -1: a question. */
static int leave_out(struct labelled *l, struct frame *f, size_t number, struct error *err)
{
	const struct frame_column *c = frame_column(f, number);
	const char *why = NULL;

	if (l->leave_out && is_named(l->leave_out, c->name))
		return 1;
	if (c->kind == FRAME_EMPTY)
		why = "it is empty";
	else if (is_constant(f, c, number))
		why = "it is the same in every row";
	else if (c->kind == FRAME_NUMBER && numbers_rows(f, c))
		why = "it numbers the rows";
	else if (c->kind == FRAME_CATEGORY && !c->commas && c->level_count > FRAME_LEVELS_MAX &&
		 c->numeric * 2 <= f->row_count - c->missing)
		why = "it has too many different texts";
	else if (c->kind == FRAME_CATEGORY && !c->commas && names_rows(f, c))
		why = "it has another text in every row";
	if (!why)
		return frame_doubt(f, number, err);
	buf_printf(&l->notes, "column '%.*s' is left out: %s\n", SPAN_ARG(c->name), why);
	return 1;
}

static int choose_columns(struct labelled *l, struct frame *f, size_t treatment, struct error *err)
{
	l->columns = mem_zero(f->column_count + 1, sizeof *l->columns);
	for (size_t i = 0; i < f->column_count; i++) {
		int left;

		if (i == l->label_column || i == l->id_column || i == treatment)
			continue;
		left = leave_out(l, f, i, err);
		if (left < 0)
			return -1;
		if (!left)
			l->columns[l->count++] = i;
	}
	return l->count ? 0 : error_usage(err, "no column is left to learn from");
}

static double raw_of(const struct frame_column *c, size_t row)
{
	if (c->kind == FRAME_NUMBER)
		return c->numbers[row];
	return c->codes[row] == FRAME_MISSING ? NAN : (double)c->codes[row];
}

static void fill_raw(struct labelled *l, struct frame *f)
{
	l->raw = mem_zero(l->row_count * l->count + 1, sizeof *l->raw);
	for (size_t k = 0; k < l->count; k++) {
		const struct frame_column *c = frame_column(f, l->columns[k]);

		for (size_t i = 0; i < l->row_count; i++)
			l->raw[i * l->count + k] = raw_of(c, l->rows[i]);
	}
}

/* The rows that have a label, and a treatment where one is asked for. */
static int take_rows(struct labelled *l, struct frame *f, size_t treatment, struct span treated, struct error *err)
{
	const struct frame_column *label = frame_column(f, l->label_column),
				  *offer = treatment == FRAME_NONE ? NULL : frame_column(f, treatment);
	size_t positive = 0;

	l->rows = mem_zero(f->row_count + 1, sizeof *l->rows);
	l->y = mem_zero(f->row_count + 1, 1);
	l->treated = offer ? mem_zero(f->row_count + 1, 1) : NULL;
	for (size_t row = 0; row < f->row_count; row++) {
		size_t i = l->row_count;

		if (!is_there(label, row) || (offer && !is_there(offer, row))) {
			l->unlabelled++;
			continue;
		}
		l->rows[i] = row;
		l->y[i] = span_equal(frame_cell(f, row, l->label_column), l->positive);
		if (offer)
			l->treated[i] = span_equal(frame_cell(f, row, treatment), treated);
		positive += l->y[i];
		l->row_count++;
	}
	if (positive && positive < l->row_count)
		return 0;
	return error_usage(err, "--label: of %zu rows %zu have the value '%.*s': both kinds are needed", l->row_count, positive,
			   SPAN_ARG(l->positive));
}

int labelled_make(struct labelled *l, struct frame *f, struct error *err)
{
	size_t treatment = FRAME_NONE;
	struct span treated = SPAN_NONE;

	l->id_column = FRAME_NONE;
	if (find_truth(f, "label", l->label, &l->label_column, &l->positive, err))
		return -1;
	if (l->treatment && find_truth(f, "treatment", l->treatment, &treatment, &treated, err))
		return -1;
	if (l->id)
		l->id_column = frame_find(f, span_of(l->id), err);
	if (l->id && l->id_column == FRAME_NONE)
		return -1;
	if (choose_columns(l, f, treatment, err) || take_rows(l, f, treatment, treated, err))
		return -1;
	fill_raw(l, f);
	return 0;
}

void labelled_encoding(const struct labelled *l, struct frame *f, struct encoding *e)
{
	encoding_init(e, l->count);
	for (size_t k = 0; k < l->count; k++) {
		const struct frame_column *c = frame_column(f, l->columns[k]);

		encoding_set(e, k, c->name, c->kind == FRAME_CATEGORY ? c->levels : NULL, c->level_count);
	}
}

/* A column of F as E's column C has it: into OUT, one row each STRIDE. */
static int fill_column(struct frame *f, size_t number, const struct encoding_column *c, double *out, size_t stride,
		       size_t *unknown, struct error *err)
{
	const struct frame_column *column = frame_column(f, number);

	if (c->kind == ENCODING_NUMBER && column->kind == FRAME_CATEGORY) {
		error_usage(err, "column '%.*s' has texts, and the model learned it as numbers", SPAN_ARG(c->name));
		return column->odd == FRAME_NONE ? -1 : frame_place(f, column->odd, err);
	}
	for (size_t row = 0; row < f->row_count; row++) {
		double *at = &out[row * stride];

		if (!is_there(column, row))
			*at = NAN;
		else
			*at = c->kind == ENCODING_NUMBER ? column->numbers[row] : encoding_level(c, frame_cell(f, row, number));
		*unknown += c->kind == ENCODING_CATEGORY && *at == ENCODING_UNKNOWN;
	}
	return 0;
}

double *labelled_fill(struct frame *f, const struct encoding *e, size_t *unknown, struct error *err)
{
	double *raw = mem_zero(f->row_count * e->count + 1, sizeof *raw);

	for (size_t i = 0; i < e->count; i++) {
		struct error why = ERROR_INIT;
		size_t number = frame_find(f, e->columns[i].name, &why);

		if (number == FRAME_NONE)
			error_usage(err, "the model needs the column '%.*s', and the table has none", SPAN_ARG(e->columns[i].name));
		else if (!fill_column(f, number, &e->columns[i], raw + i, e->count, &unknown[i], err))
			continue;
		mem_free(raw);
		return NULL;
	}
	return raw;
}
