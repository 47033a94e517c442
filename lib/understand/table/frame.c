#include "understand/table/frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "time/date_text.h"

#define NUMBER_MAX 64		/* bytes of a number */
#define FEW_LEVELS 20		/* of what is a category although most of it are numbers: 0, 1, 2, 3+ */

/*
 * Numbers.
 */

static const double powers[] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
};

/* Up to 15 digits and a point: exact, as the digits and the power of ten are. */
static bool read_short(struct span s, double *out)
{
	uint64_t digits = 0;
	size_t i = 0, behind = 0, count = 0;
	bool minus = s.len && *s.ptr == '-', point = false;

	for (i = minus; i < s.len && count < 16; i++) {
		if (s.ptr[i] >= '0' && s.ptr[i] <= '9') {
			digits = digits * 10 + (uint64_t)(s.ptr[i] - '0');
			behind += point;
			count++;
		} else if (s.ptr[i] == '.' && !point) {
			point = true;
		} else {
			return false;
		}
	}
	if (!count || count > 15 || i < s.len)
		return false;
	*out = (double)digits / powers[behind];
	*out = minus ? -*out : *out;
	return true;
}

/* [+-]digits[.digits][e[+-]digits]: no hexadecimals, no words. */
static bool is_number_form(const char *p)
{
	size_t digits = 0;

	p += *p == '+' || *p == '-';
	for (; *p >= '0' && *p <= '9'; p++)
		digits++;
	p += *p == '.';
	for (; *p >= '0' && *p <= '9'; p++)
		digits++;
	if (digits && (*p == 'e' || *p == 'E')) {
		p++;
		p += *p == '+' || *p == '-';
		if (*p < '0' || *p > '9')
			return false;
		while (*p >= '0' && *p <= '9')
			p++;
	}
	return digits && !*p;
}

/* Takes the signs between groups of three out of COPY: 1,234,567.5; false where they stand elsewhere. */
static bool join_groups(char *copy, char group, char decimal)
{
	char *out = copy;
	size_t run = 0;		/* digits since the last sign */
	bool grouped = false;
	char *p;

	for (p = copy; *p && *p != decimal && *p != 'e' && *p != 'E'; p++) {
		if (*p == group) {
			if (grouped ? run != 3 : run < 1 || run > 3)
				return false;
			grouped = true;
			run = 0;
			continue;
		}
		run += *p >= '0' && *p <= '9';
		*out++ = *p;
	}
	if (grouped && run != 3)
		return false;
	for (; *p; p++)
		*out++ = *p == decimal ? '.' : *p;
	*out = '\0';
	return true;
}

bool frame_number(struct span text, char decimal, double *out)
{
	char copy[NUMBER_MAX + 1];

	if (decimal == '.' && read_short(text, out))
		return true;
	if (!text.len || text.len > NUMBER_MAX || memchr(text.ptr, '\0', text.len))
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	if (!join_groups(copy, decimal == '.' ? ',' : '.', decimal) || !is_number_form(copy))
		return false;
	*out = strtod(copy, NULL);
	return isfinite(*out);
}

/*
 * Columns.
 */

struct span frame_cell(const struct frame *f, size_t row, size_t column)
{
	struct frame_piece piece = f->cells[row * f->column_count + column];

	return (struct span){f->bases[row] + piece.at, piece.len};
}

/* The cell's text, absent where it says nothing: a word of KINDS. */
static struct span cell_value(const struct frame *f, size_t row, size_t column, unsigned kinds)
{
	struct span text = span_trim(frame_cell(f, row, column));

	if (!text.len)
		return SPAN_NONE;
	if (f->nulls && null_words_suspect_any(f->nulls, text) && null_words_kinds(f->nulls, text) & kinds)
		return SPAN_NONE;
	return text;
}

/* Without a word on what a comma means, one is part of no number. */
static bool read_number(struct span text, char decimal, double *out)
{
	if (!decimal)
		return !memchr(text.ptr, ',', text.len) && frame_number(text, '.', out);
	return frame_number(text, decimal, out);
}

/* All cells as numbers with this decimal sign; false: one is none. */
static bool read_numbers(const struct frame *f, size_t number, char decimal, struct frame_column *c)
{
	c->missing = 0;
	for (size_t row = 0; row < f->row_count; row++) {
		struct span text = span_trim(frame_cell(f, row, number));

		if (text.len && read_number(text, decimal, &c->numbers[row]))
			continue;
		if (!span_absent(cell_value(f, row, number, NULL_CELL | NULL_FORM)))
			return false;
		c->numbers[row] = NAN;
		c->missing++;
	}
	return true;
}

/* What the commas of a column say about themselves. */
enum commas {
	COMMAS_NONE,		/* or in what is no number with either reading */
	COMMAS_DECIMAL,		/* one can be nothing else: 12,5 or 0,125 */
	COMMAS_EITHER,		/* 1,234 */
};

static enum commas judge_commas(const struct frame *f, size_t number)
{
	enum commas found = COMMAS_NONE;
	double value;

	for (size_t row = 0; row < f->row_count; row++) {
		struct span text = cell_value(f, row, number, NULL_CELL | NULL_FORM);

		if (span_absent(text))
			continue;
		if (!frame_number(text, ',', &value) && !frame_number(text, '.', &value))
			return COMMAS_NONE;
		if (!memchr(text.ptr, ',', text.len))
			continue;
		if (!frame_number(text, '.', &value) || span_starts(text, SPAN("0,")) || span_starts(text, SPAN("-0,")))
			found = COMMAS_DECIMAL;
		else if (found == COMMAS_NONE)
			found = COMMAS_EITHER;
	}
	return found;
}

static int compare_levels(const void *a, const void *b)
{
	return span_compare(((const struct map_entry *)a)->key, ((const struct map_entry *)b)->key);
}

/* The levels in the order of their text, and the codes by it. */
static void order_levels(struct frame *f, struct frame_column *c, struct map *map)
{
	uint32_t *place = mem_alloc((map->count + 1) * sizeof *place);

	c->level_count = (uint32_t)map->count;
	c->levels = arena_alloc(&f->texts, (map->count + 1) * sizeof *c->levels);
	for (size_t i = 0; i < map->count; i++)
		map->entries[i].number = i;
	qsort(map->entries, map->count, sizeof *map->entries, compare_levels);
	for (size_t i = 0; i < map->count; i++) {
		c->levels[i] = arena_copy(&f->texts, map->entries[i].key);
		place[map->entries[i].number] = (uint32_t)i;
	}
	for (size_t row = 0; row < f->row_count; row++)
		if (c->codes[row] != FRAME_MISSING)
			c->codes[row] = place[c->codes[row]];
	mem_free(place);
}

/* A first look at a cell of a category. */
static void note_level(const struct frame *f, struct frame_column *c, size_t row, struct span text)
{
	double value;

	if (read_number(text, f->decimal, &value))
		c->numeric++;
	else if (c->odd == FRAME_NONE)
		c->odd = row;
	if (null_looks_fit(&null_word_looks, text) && null_word_kinds(text) & NULL_FORM && !c->told++)
		c->told_row = row;
}

static void read_levels(struct frame *f, size_t number, struct frame_column *c)
{
	struct map map = MAP_INIT;

	c->codes = mem_alloc((f->row_count + 1) * sizeof *c->codes);
	c->missing = 0;
	c->odd = FRAME_NONE;
	for (size_t row = 0; row < f->row_count; row++) {
		struct span text = cell_value(f, row, number, NULL_CELL);

		if (span_absent(text)) {
			c->codes[row] = FRAME_MISSING;
			c->missing++;
			continue;
		}
		note_level(f, c, row, text);
		c->codes[row] = (uint32_t)map_put(&map, text, NULL);
	}
	order_levels(f, c, &map);
	map_release(&map);
}

static void look_at(struct frame *f, size_t number)
{
	struct frame_column *c = &f->columns[number];
	enum commas commas = COMMAS_NONE;
	bool good;

	c->looked_at = true;
	c->numbers = mem_alloc((f->row_count + 1) * sizeof *c->numbers);
	good = read_numbers(f, number, f->decimal, c);
	if (!good && !f->decimal)
		commas = judge_commas(f, number);
	if (commas == COMMAS_DECIMAL) {
		good = read_numbers(f, number, ',', c);
		c->decimal_comma = good;
	}
	if (good) {
		c->kind = c->missing == f->row_count ? FRAME_EMPTY : FRAME_NUMBER;
		return;
	}
	mem_free(c->numbers);
	c->numbers = NULL;
	c->kind = FRAME_CATEGORY;
	c->commas = commas != COMMAS_NONE;
	read_levels(f, number, c);
}

void frame_make_category(struct frame *f, size_t number)
{
	struct frame_column *c = &f->columns[number];

	mem_free(c->numbers);
	mem_free(c->codes);
	*c = (struct frame_column){.name = c->name, .looked_at = true, .forced = true, .kind = FRAME_CATEGORY};
	read_levels(f, number, c);
	if (c->missing == f->row_count)
		c->kind = FRAME_EMPTY;
}

const struct frame_column *frame_column(struct frame *f, size_t number)
{
	if (!f->columns[number].looked_at)
		look_at(f, number);
	return &f->columns[number];
}

static bool is_any_number(struct span text)
{
	double value;

	return frame_number(text, '.', &value) || frame_number(text, ',', &value);
}

/* A number with signs around it, or a unit beside it: "$ 12.50", "12 %", "12.50 EUR". */
static bool is_dressed_number(struct span text)
{
	struct span unit = span_trim(text), number = span_cut(&unit, ' ');

	while (text.len && !strchr("0123456789.,+-abcdefghijklmnopqrstuvwxyz", span_lower(text.ptr[0])))
		text = span_sub(text, 1, SIZE_MAX);
	while (text.len && !strchr("0123456789.,abcdefghijklmnopqrstuvwxyz", span_lower(text.ptr[text.len - 1])))
		text.len--;
	return is_any_number(text) || (!span_absent(unit) && (is_any_number(number) || is_any_number(unit)));
}

static bool is_date(struct span text)
{
	struct civil civil;

	return text.len >= 8 && date_parse(text, DATES_ISO, &civil);
}

/* Are most of C's many levels of this form? */
static bool most_levels(const struct frame_column *c, bool (*is_form)(struct span text))
{
	size_t count = 0;

	for (uint32_t i = 0; i < c->level_count; i++)
		count += is_form(c->levels[i]);
	return c->level_count > FEW_LEVELS && count * 2 > c->level_count;
}

int frame_doubt(struct frame *f, size_t number, struct error *err)
{
	const struct frame_column *c = frame_column(f, number);
	size_t filled = f->row_count - c->missing;
	char quoted[ERROR_QUOTE_MAX], name[ERROR_QUOTE_MAX];

	if (c->kind != FRAME_CATEGORY)
		return 0;
	error_quote(c->name, name);
	if (c->odd != FRAME_NONE)
		error_quote(frame_cell(f, c->odd, number), quoted);
	if (c->commas)
		return error_usage(err, "column %s has numbers such as %s: say --decimal , where the comma begins the decimals, --decimal . where it groups thousands",
				   name, quoted);
	if (!c->forced && most_levels(c, is_date))
		return error_usage(err, "column %s has dates such as %s: make numbers of them, such as days since a beginning", name, quoted);
	if (!c->forced && most_levels(c, is_dressed_number) && c->numeric * 2 <= filled)
		return error_usage(err, "column %s has numbers with signs or units, such as %s: leave only the numbers", name, quoted);
	if (!c->forced && c->numeric * 2 > filled && c->level_count > FEW_LEVELS) {
		error_usage(err, "column %s has numbers, but %zu of its %zu values %s none, the first %s: mend %s, or name what stands for no value with --missing",
			    name, filled - c->numeric, filled, filled - c->numeric == 1 ? "is" : "are", quoted,
			    filled - c->numeric == 1 ? "it" : "them");
		return frame_place(f, c->odd, err);
	}
	if (c->level_count > FRAME_LEVELS_MAX)
		return error_usage(err, "column %s has %u different texts in %zu rows, such as %s: more than the %d that a category may have",
				   name, c->level_count, f->row_count, quoted, FRAME_LEVELS_MAX);
	return 0;
}

/*
 * Names and places.
 */

static void put_names(const struct frame *f, struct buf *out)
{
	for (size_t i = 0; i < f->column_count && i < 30; i++)
		buf_printf(out, "%s%.*s", i ? ", " : "", SPAN_ARG(f->columns[i].name));
	if (f->column_count > 30)
		buf_lit(out, ", ...");
}

static int refuse_name(const struct frame *f, struct span name, struct error *err)
{
	const char **names = mem_zero(f->column_count + 1, sizeof *names);
	struct arena texts = ARENA_INIT;
	struct buf list = BUF_INIT;
	const char *near;

	for (size_t i = 0; i < f->column_count; i++)
		names[i] = arena_copy(&texts, f->columns[i].name).ptr;
	near = error_suggest(name, names);
	put_names(f, &list);
	if (near && *near)
		error_usage(err, "there is no column '%.*s'; did you mean '%s'?", SPAN_ARG(name), near);
	else
		error_usage(err, "there is no column '%.*s' among: %s%s", SPAN_ARG(name), buf_text(&list),
			    f->column_count == 1 ? "; does another character stand between the cells? --separator says which" : "");
	buf_release(&list);
	arena_release(&texts);
	mem_free(names);
	return -1;
}

size_t frame_find(const struct frame *f, struct span name, struct error *err)
{
	for (int nocase = 0; nocase < 2; nocase++) {
		size_t found = FRAME_NONE, times = 0;

		for (size_t i = 0; i < f->column_count; i++) {
			struct span own = f->columns[i].name;

			if (nocase ? span_equal_nocase(own, name) : span_equal(own, name)) {
				found = times++ ? found : i;
			}
		}
		if (times == 1)
			return found;
		if (times) {
			error_usage(err, "%zu columns are called '%.*s': give each a name of its own", times, SPAN_ARG(name));
			return FRAME_NONE;
		}
	}
	refuse_name(f, name, err);
	return FRAME_NONE;
}

int frame_place(const struct frame *f, size_t row, struct error *err)
{
	size_t file = f->file_count;

	while (file > 1 && f->files[file - 1].first_row > row)
		file--;
	error_place(err, f->files[file - 1].name, f->lines[row], 0);
	return -1;
}

void frame_release(struct frame *f)
{
	for (size_t i = 0; i < f->column_count; i++) {
		mem_free(f->columns[i].numbers);
		mem_free(f->columns[i].codes);
	}
	for (size_t i = 0; i < f->file_count; i++) {
		buf_release(&f->files[i].text);
		mem_free(f->files[i].name);
	}
	mem_free(f->columns);
	mem_free(f->files);
	mem_free(f->bases);
	mem_free(f->lines);
	mem_free(f->cells);
	arena_release(&f->texts);
	*f = (struct frame){0};
}
