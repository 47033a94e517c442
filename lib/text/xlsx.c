/*
 * What libxlsxwriter (1.1) leaves to its callers:
 *
 * - It does not look at whether its temporaries could be written: on a full disk parts of the workbook would be
 *   missing, with no error.  All of them come from its function lxw_tmpfile, which the linker lets a program
 *   replace; here they are streams over scratch files (io/scratch.h) that notice every failure.  xlsx_finish
 *   refuses a library that does not ask for them here.
 * - It writes the workbook to a path: that of a scratch file that has no name, by /proc/self/fd.
 * - It says on stderr when memory is short, and not always in what it returns: so what it says is read, and errno.
 *   In many places it does not look, and crashes; so before it is asked for much, there is room (make_room).  An
 *   output that is whole or absent is absent then as well.
 * - Texts that are too long, and names that are not valid, it leaves out: xlsx_text.c makes them fit before.
 */
#include "text/xlsx.h"

#ifdef CDP_XLSXWRITER

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "base/arena.h"
#include "base/mem.h"
#include "io/scratch.h"
#include "text/unicode.h"
#include "text/xlsx_text.h"

#define SOME_DAY INT64_C(946684800000)	/* 2000-01-01: of a workbook that has no date of its own */
#define STREAM_BUFFER 65536
#define ROOM ((size_t)16 << 20)		/* that the library works in without looking */
#define SHEET_BYTES UINT32_MAX		/* of a part of a zip without its 64-bit form, which not all read */
#define MEASURED 1000			/* rows that settle the widths */
#define WIDTH_LEAST 8
#define WIDTH_MOST 60
#define FILTER_WIDTH 3			/* of the button in a header */
#define TEXT_FORMAT_MOST 255		/* Excel 2007 shows a longer one of that format as ##### */
#define EXCEL_EPOCH 25569		/* the number of 1970-01-01 */
#define EXCEL_SANE INT64_C(-2203891200000)	/* 1900-03-01: before it Excel counts a day too many */

enum look { LOOK_OTHER, LOOK_HEADER, LOOK_BOLD, LOOK_TEXT, LOOK_TIME, LOOK_LINK };

/* A format, once. */
struct format {
	enum look look;
	bool open;
	char number[40];	/* Excel's format of numbers; "" for others */
	lxw_format *made;
};

struct xlsx_sheet {
	struct xlsx *b;
	lxw_worksheet *sheet;	/* the one that takes rows now */
	const char *name;
	struct span *headers;
	size_t header_count;
	lxw_row_t row;
	size_t column;
	size_t *widths;		/* in characters, of width_count columns */
	size_t width_count;
	uint64_t rows;
	size_t further;
};

struct xlsx {
	struct xlsx_setup setup;
	lxw_workbook *book;
	int fd;			/* what the workbook is written to */
	FILE *deaf;		/* what the library says goes there */
	FILE *messages;		/* the program's own, while it goes there */
	bool memory_short;
	uint64_t temporaries;
	struct arena texts;
	struct xlsx_sheet **sheets;
	size_t count, cap;
	struct format *formats;
	size_t format_count, format_cap;
	uint64_t cut;
	struct buf text, number;
	struct error err;	/* the first; kind NONE: none */
};

/* Whose calls the library works for, on this thread. */
static _Thread_local struct xlsx *current;

bool xlsx_available(void)
{
	return true;
}

/* A temporary of the library. */
struct stream {
	struct xlsx *b;
	int fd;
	uint64_t at, size;
	char buffer[STREAM_BUFFER];
};

static ssize_t read_stream(void *cookie, char *to, size_t size)
{
	struct stream *s = cookie;
	ssize_t got;

	do {
		got = pread(s->fd, to, size, (off_t)s->at);
	} while (got < 0 && errno == EINTR);
	if (got < 0 && !s->b->err.kind)
		scratch_failed(s->b->setup.scratch, "read", "another place", &s->b->err);
	s->at += got > 0 ? (uint64_t)got : 0;
	return got;
}

static ssize_t write_stream(void *cookie, const char *from, size_t size)
{
	struct stream *s = cookie;
	struct xlsx *b = s->b;

	if (b->err.kind)
		return 0;
	if (s->at + size > SHEET_BYTES)
		error_failed(&b->err, "a sheet of the workbook is larger than 4 GiB: take fewer rows or columns, or write .csv");
	else
		scratch_write(s->fd, from, size, s->at, NULL, b->setup.scratch, &b->err);
	if (b->err.kind)
		return 0;
	s->at += size;
	s->size = s->at > s->size ? s->at : s->size;
	return (ssize_t)size;
}

static int seek_stream(void *cookie, off64_t *offset, int whence)
{
	struct stream *s = cookie;
	off64_t from = whence == SEEK_SET ? 0 : (off64_t)(whence == SEEK_CUR ? s->at : s->size);

	if (from + *offset < 0)
		return -1;
	s->at = (uint64_t)(from + *offset);
	*offset = (off64_t)s->at;
	return 0;
}

static int close_stream(void *cookie)
{
	struct stream *s = cookie;

	close(s->fd);
	mem_free(s);
	return 0;
}

/* In place of the library's own. */
FILE *lxw_tmpfile(char *folder)
{
	static const cookie_io_functions_t functions = {read_stream, write_stream, seek_stream, close_stream};
	struct xlsx *b = current;
	struct stream *s;
	FILE *file;
	int fd;

	(void)folder;
	/* Want of memory is said here where it can be heard. */
	*b->setup.messages = b->messages;
	fd = b->err.kind ? -1 : scratch_open(b->setup.scratch, &b->err);
	if (fd < 0) {
		*b->setup.messages = b->deaf;
		return NULL;
	}
	b->temporaries++;
	s = mem_alloc(sizeof *s);
	*s = (struct stream){.b = b, .fd = fd};
	file = fopencookie(s, "w+", functions);
	if (!file)
		mem_fail(sizeof *s);
	/* Of our own, for one that the C library cannot get loses what is written. */
	setvbuf(file, s->buffer, _IOFBF, sizeof s->buffer);
	*b->setup.messages = b->deaf;
	return file;
}

/* What the library says: "Memory allocation failed.", and what check() knows. */
static ssize_t hear(void *cookie, const char *text, size_t size)
{
	struct xlsx *b = cookie;

	b->memory_short = b->memory_short || memmem(text, size, "emory", 5);
	return (ssize_t)size;
}

static void enter(struct xlsx *b)
{
	current = b;
	b->messages = *b->setup.messages;
	*b->setup.messages = b->deaf;
	errno = 0;
}

static void leave(struct xlsx *b)
{
	bool short_of = b->memory_short || errno == ENOMEM;

	*b->setup.messages = b->messages;
	current = NULL;
	if (short_of && !b->err.kind)
		mem_fail(0);
}

/* Without memory the program ends here, with its message, and not within the library. */
static void make_room(void)
{
	mem_free(mem_window(ROOM));
}

/* Behind a call that said STATUS. */
static void check(struct xlsx *b, lxw_error status)
{
	int why = errno;

	leave(b);
	if (!status || b->err.kind)
		return;
	if (status == LXW_ERROR_MEMORY_MALLOC_FAILED || why == ENOMEM)
		mem_fail(0);
	errno = why;
	if (why)
		scratch_failed(b->setup.scratch, "write to", "a roomier place", &b->err);
	else
		error_failed(&b->err, "the workbook cannot be written: %s", lxw_strerror(status));
}

static lxw_workbook *open_book(struct xlsx *b)
{
	lxw_workbook_options options = {.constant_memory = LXW_TRUE};
	lxw_workbook *book;
	char path[40];

	snprintf(path, sizeof path, "/proc/self/fd/%d", b->fd);
	enter(b);
	book = workbook_new_opt(path, &options);
	leave(b);
	if (!book)
		mem_fail(0);
	return book;
}

struct xlsx *xlsx_new(const struct xlsx_setup *setup, struct error *err)
{
	static const cookie_io_functions_t functions = {.write = hear};
	int fd = scratch_open(setup->scratch, err);
	struct xlsx *b;

	if (fd < 0)
		return NULL;
	make_room();
	b = mem_zero(1, sizeof *b);
	b->setup = *setup;
	b->fd = fd;
	b->deaf = fopencookie(b, "w", functions);
	if (!b->deaf)
		mem_fail(0);
	setvbuf(b->deaf, NULL, _IONBF, 0);
	b->book = open_book(b);
	return b;
}

static void release(struct xlsx *b)
{
	for (size_t i = 0; i < b->count; i++) {
		mem_free(b->sheets[i]->widths);
		mem_free(b->sheets[i]);
	}
	close(b->fd);
	fclose(b->deaf);
	arena_release(&b->texts);
	mem_free(b->sheets);
	mem_free(b->formats);
	buf_release(&b->text);
	buf_release(&b->number);
	mem_free(b);
}

void xlsx_free(struct xlsx *b)
{
	if (!b)
		return;
	enter(b);
	lxw_workbook_free(b->book);
	leave(b);
	release(b);
}

void xlsx_date(struct xlsx *b, int64_t made)
{
	b->setup.made = made;
}

uint64_t xlsx_cut(const struct xlsx *b)
{
	return b->cut;
}

static void dress(lxw_format *f, const struct format *format)
{
	switch (format->look) {
	case LOOK_HEADER:
		format_set_bg_color(f, 0xe8eef4);
		format_set_bottom(f, LXW_BORDER_THIN);
		format_set_bold(f);
		break;
	case LOOK_BOLD:
		format_set_bold(f);
		break;
	case LOOK_TEXT:
		format_set_num_format(f, "@");
		break;
	case LOOK_TIME:
		format_set_num_format(f, "yyyy-mm-dd hh:mm");
		break;
	case LOOK_LINK:
		format_set_font_color(f, 0x0563c1);
		format_set_underline(f, LXW_UNDERLINE_SINGLE);
		break;
	case LOOK_OTHER:
		format_set_num_format(f, format->number);
		break;
	}
	if (format->open)
		format_set_italic(f);
}

/* NUMBER: Excel's format, "" for looks that have their own. */
static lxw_format *find_format(struct xlsx *b, enum look look, bool open, const char *number)
{
	struct format *f;

	for (size_t i = 0; i < b->format_count; i++) {
		f = &b->formats[i];
		if (f->look == look && f->open == open && !strcmp(f->number, number))
			return f->made;
	}
	b->formats = mem_room(b->formats, b->format_count, &b->format_cap, sizeof *b->formats);
	f = &b->formats[b->format_count++];
	*f = (struct format){.look = look, .open = open};
	snprintf(f->number, sizeof f->number, "%s", number);
	enter(b);
	f->made = workbook_add_format(b->book);
	if (f->made)
		dress(f->made, f);
	leave(b);
	if (!f->made)
		mem_fail(0);
	return f->made;
}

static bool is_name_taken(struct xlsx *b, struct span name)
{
	struct span folded = unicode_fold_case(name, &b->texts);
	lxw_worksheet *sheet;

	STAILQ_FOREACH(sheet, b->book->worksheets, list_pointers)
		if (span_equal(unicode_fold_case(span_of(sheet->name), &b->texts), folded))
			return true;
	return false;
}

static const char *choose_name(struct xlsx *b, struct span wanted)
{
	for (size_t number = 1;; number++) {
		buf_clear(&b->text);
		xlsx_put_name(&b->text, wanted, number);
		if (!is_name_taken(b, buf_view(&b->text)))
			return arena_copy(&b->texts, buf_view(&b->text)).ptr;
	}
}

static void widen(struct xlsx_sheet *s, size_t width)
{
	if (s->column >= s->width_count) {
		s->widths = mem_grow(s->widths, s->column + 1, sizeof *s->widths);
		while (s->width_count <= s->column)
			s->widths[s->width_count++] = WIDTH_LEAST;
	}
	if (width > s->widths[s->column])
		s->widths[s->column] = width < WIDTH_MOST ? width : WIDTH_MOST;
}

/* The text in b->text goes into the next cell. */
static void write_text(struct xlsx_sheet *s, lxw_format *format)
{
	struct xlsx *b = s->b;

	if (s->rows < MEASURED)
		widen(s, unicode_width(buf_view(&b->text)));
	enter(b);
	check(b, worksheet_write_string(s->sheet, s->row, (lxw_col_t)s->column, buf_text(&b->text), format));
	s->column++;
}

static void put_look(struct xlsx_sheet *s, struct span text, enum look look, bool open)
{
	struct xlsx *b = s->b;

	if (b->err.kind)
		return;
	buf_clear(&b->text);
	b->cut += xlsx_put_escaped(&b->text, text, XLSX_TEXT);
	write_text(s, find_format(b, look, open, ""));
}

static void put_headers(struct xlsx_sheet *s)
{
	for (size_t i = 0; i < s->header_count; i++) {
		widen(s, unicode_width(s->headers[i]) + FILTER_WIDTH);
		put_look(s, s->headers[i], LOOK_HEADER, false);
	}
	s->column = 0;
	s->row = s->header_count ? 1 : 0;
}

/* The worksheet that S goes on in. */
static void begin_worksheet(struct xlsx_sheet *s, const char *name)
{
	struct xlsx *b = s->b;

	if (b->err.kind)
		return;
	make_room();
	enter(b);
	s->sheet = workbook_add_worksheet(b->book, name);
	if (s->sheet) {
		worksheet_set_landscape(s->sheet);
		worksheet_fit_to_pages(s->sheet, 1, 0);
	}
	if (s->sheet && s->header_count) {
		worksheet_freeze_panes(s->sheet, 1, 0);
		worksheet_repeat_rows(s->sheet, 0, 0);
	}
	leave(b);
	if (!s->sheet && !b->err.kind)
		mem_fail(0);
	put_headers(s);
}

/* Everything under the header may be filtered, and texts of digits are meant to be texts. */
static void close_worksheet(struct xlsx_sheet *s)
{
	lxw_row_t last = s->row ? s->row - 1 : 0;
	lxw_col_t columns = (lxw_col_t)(s->header_count ? s->header_count : s->width_count);
	char range[LXW_MAX_CELL_RANGE_LENGTH];

	if (s->b->err.kind || !columns)
		return;
	enter(s->b);
	lxw_rowcol_to_range(range, 0, 0, last, columns - 1);
	worksheet_ignore_errors(s->sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, range);
	for (size_t i = 0; i < s->width_count; i++)
		worksheet_set_column(s->sheet, (lxw_col_t)i, (lxw_col_t)i, (double)s->widths[i] + 1, NULL);
	check(s->b, s->header_count ? worksheet_autofilter(s->sheet, 0, 0, last, columns - 1) : LXW_NO_ERROR);
}

/* A full sheet goes on in a further one. */
static void turn_page(struct xlsx_sheet *s)
{
	struct xlsx *b = s->b;

	if (b->err.kind || s->column || s->row < (b->setup.rows_most ? b->setup.rows_most : XLSX_ROWS))
		return;
	close_worksheet(s);
	s->further++;
	begin_worksheet(s, choose_name(b, span_of(s->name)));
}

struct xlsx_sheet *xlsx_add(struct xlsx *b, struct span wanted, const struct span *headers, size_t count)
{
	struct xlsx_sheet *s = mem_zero(1, sizeof *s);

	b->sheets = mem_room(b->sheets, b->count, &b->cap, sizeof *b->sheets);
	b->sheets[b->count++] = s;
	s->b = b;
	s->headers = arena_alloc(&b->texts, (count + 1) * sizeof *s->headers);
	s->header_count = count;
	for (size_t i = 0; i < count; i++)
		s->headers[i] = arena_copy(&b->texts, headers[i]);
	s->name = choose_name(b, wanted);
	if (count > XLSX_COLUMNS && !b->err.kind)
		error_usage(&b->err, "a sheet of Excel has at most %d columns, and here are %zu: ask for fewer, or write .csv", XLSX_COLUMNS, count);
	begin_worksheet(s, s->name);
	return s;
}

const char *xlsx_name(const struct xlsx_sheet *s)
{
	return s->name;
}

uint64_t xlsx_rows(const struct xlsx_sheet *s)
{
	return s->rows;
}

size_t xlsx_further(const struct xlsx_sheet *s)
{
	return s->further;
}

void xlsx_put_text(struct xlsx_sheet *s, struct span text, bool open)
{
	turn_page(s);
	if (!text.len)
		xlsx_put_nothing(s);
	else
		put_look(s, text, text.len > TEXT_FORMAT_MOST ? LOOK_OTHER : LOOK_TEXT, open);
}

void xlsx_put_heading(struct xlsx_sheet *s, struct span text)
{
	put_look(s, text, LOOK_BOLD, false);
}

void xlsx_put_link(struct xlsx_sheet *s, const struct xlsx_sheet *to)
{
	struct xlsx *b = s->b;
	lxw_format *format;

	if (b->err.kind)
		return;
	format = find_format(b, LOOK_LINK, false, "");
	buf_clear(&b->text);
	buf_lit(&b->text, "internal:'");
	for (const char *c = to->name; *c; c++) {
		buf_char(&b->text, *c);
		if (*c == '\'')
			buf_char(&b->text, '\'');
	}
	buf_lit(&b->text, "'!A1");
	enter(b);
	check(b, worksheet_write_url_opt(s->sheet, s->row, (lxw_col_t)s->column, buf_text(&b->text), format, to->name, NULL));
	if (!b->err.kind)
		widen(s, unicode_width(span_of(to->name)));
	s->column++;
}

void xlsx_put_nothing(struct xlsx_sheet *s)
{
	turn_page(s);
	s->column++;
}

/* "#,##0.00 "EUR"" */
static void put_number_format(struct buf *out, struct span digits, const struct xlsx_number *how)
{
	size_t places = xlsx_places(digits);
	size_t shown = how->decimals < 0 ? places : (size_t)how->decimals;

	if (how->share) {
		buf_lit(out, "0.0%");
		return;
	}
	if (span_find_byte(digits, 'e') < digits.len) {
		buf_lit(out, "General");
		return;
	}
	if (shown == 1 && (how->money || how->decimals < 0))
		shown = 2;
	buf_lit(out, "#,##0");
	for (size_t i = 0; i < shown && i < 9; i++)
		buf_text_put(out, i ? "0" : ".0");
	if (how->money && how->unit && *how->unit)
		buf_printf(out, " \"%.8s\"", how->unit);
}

/* What stands in the cell: digits, points and commas. */
static size_t number_width(struct span digits, const struct xlsx_number *how)
{
	size_t whole = span_find_byte(digits, '.');

	if (how->share)
		return 7;
	return whole + whole / 3 + (how->decimals < 0 ? digits.len - whole : (size_t)how->decimals + 1) +
	       (how->money && how->unit ? strlen(how->unit) + 1 : 0);
}

void xlsx_put_number(struct xlsx_sheet *s, struct span digits, const struct xlsx_number *how)
{
	struct xlsx *b = s->b;
	lxw_format *format;
	double number;

	if (b->err.kind)
		return;
	if (xlsx_digits(digits) > XLSX_DIGITS) {
		xlsx_put_text(s, digits, how->open);
		return;
	}
	turn_page(s);
	buf_clear(&b->number);
	put_number_format(&b->number, digits, how);
	format = find_format(b, LOOK_OTHER, how->open, buf_text(&b->number));
	buf_clear(&b->number);
	buf_span(&b->number, digits);
	number = strtod(buf_text(&b->number), NULL);
	if (s->rows < MEASURED)
		widen(s, number_width(digits, how));
	enter(b);
	check(b, worksheet_write_number(s->sheet, s->row, (lxw_col_t)s->column, number, format));
	s->column++;
}

void xlsx_put_time(struct xlsx_sheet *s, int64_t moment, const struct zone *zone)
{
	struct xlsx *b = s->b;
	char text[MOMENT_TEXT];
	lxw_format *format;
	int64_t local;

	if (b->err.kind)
		return;
	local = moment + (zone ? zone_offset(zone, moment) : 0);
	if (local < EXCEL_SANE || local > MOMENT_MAX) {
		moment_format(moment, text);
		xlsx_put_text(s, (struct span){text, sizeof text}, false);
		return;
	}
	turn_page(s);
	format = find_format(b, LOOK_TIME, false, "");
	if (s->rows < MEASURED)
		widen(s, sizeof "2024-03-01 09:30");
	enter(b);
	check(b, worksheet_write_number(s->sheet, s->row, (lxw_col_t)s->column, (double)local / (double)DAY_MS + EXCEL_EPOCH, format));
	s->column++;
}

void xlsx_end_row(struct xlsx_sheet *s)
{
	s->column = 0;
	s->row++;
	s->rows++;
}

/* Room for the table, a column of air, and the chart. */
static void place_chart(struct xlsx_sheet *s, lxw_chart *chart, bool wide)
{
	lxw_chart_options options = {.x_scale = wide ? 1.8 : 1.3, .y_scale = 1.2};

	check(s->b, worksheet_insert_chart_opt(s->sheet, 1, (lxw_col_t)s->header_count + 1, chart, &options));
}

void xlsx_chart(struct xlsx_sheet *s, enum xlsx_chart kind, const char *title, size_t labels, size_t values,
		    uint64_t rows)
{
	static const uint8_t kinds[] = {LXW_CHART_BAR, LXW_CHART_COLUMN, LXW_CHART_LINE};
	lxw_row_t last = (lxw_row_t)(rows < s->rows ? rows : s->rows);
	lxw_chart_fill fill = {.color = 0x2f6fa8};
	lxw_chart_line line = {.color = 0x2f6fa8, .width = 1.75f};
	struct xlsx *b = s->b;
	lxw_chart_series *series;
	lxw_chart *chart;

	if (b->err.kind || !last || s->further || s->header_count + 1 >= XLSX_COLUMNS)
		return;
	buf_clear(&b->text);
	xlsx_put_escaped(&b->text, span_of(title), UINT8_MAX);
	enter(b);
	chart = workbook_add_chart(b->book, kinds[kind]);
	series = chart ? chart_add_series(chart, NULL, NULL) : NULL;
	if (!series) {
		leave(b);
		mem_fail(0);
	}
	chart_series_set_categories(series, s->name, 1, (lxw_col_t)labels, last, (lxw_col_t)labels);
	/* Labels are texts, which the library cannot look up in rows that it has written already. */
	series->categories->has_string_cache = LXW_TRUE;
	chart_series_set_values(series, s->name, 1, (lxw_col_t)values, last, (lxw_col_t)values);
	chart_series_set_name_range(series, s->name, 0, (lxw_col_t)values);
	chart_series_set_fill(series, &fill);
	if (kind == XLSX_LINE)
		chart_series_set_line(series, &line);
	chart_title_set_name(chart, buf_text(&b->text));
	chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
	if (kind == XLSX_BARS)
		chart_axis_set_reverse(chart->y_axis);
	place_chart(s, chart, kind != XLSX_BARS);
}

void xlsx_heat(struct xlsx_sheet *s, uint64_t first, uint64_t rows, size_t from, size_t to, double most)
{
	lxw_conditional_format scale = {
		.type = LXW_CONDITIONAL_2_COLOR_SCALE,
		.min_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER, .min_value = 0, .min_color = 0xffffff,
		.max_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER, .max_value = most, .max_color = 0x4f81bd,
	};
	lxw_row_t begin = (lxw_row_t)first + 1;

	if (s->b->err.kind || !rows || s->further || to < from || !(most > 0))
		return;
	enter(s->b);
	check(s->b, worksheet_conditional_format_range(s->sheet, begin, (lxw_col_t)from, begin + (lxw_row_t)rows - 1, (lxw_col_t)to, &scale));
}

static int copy_book(struct xlsx *b, struct output *out, struct error *err)
{
	char *part = mem_alloc(STREAM_BUFFER);
	off_t at = 0;
	ssize_t got;
	int bad = 0;

	while (!bad) {
		got = pread(b->fd, part, STREAM_BUFFER, at);
		if (got < 0 && errno == EINTR)
			continue;
		if (!got)
			break;
		bad = got < 0 ? scratch_failed(b->setup.scratch, "read", "another place", err)
			      : output_write(out, (struct span){part, (size_t)got}, err);
		at += got;
	}
	mem_free(part);
	return bad;
}

/* It is freed with all that it has. */
static void close_book(struct xlsx *b)
{
	int64_t made = b->setup.made == MOMENT_NONE || b->setup.made < 0 ? SOME_DAY : b->setup.made;
	lxw_doc_properties about = {.title = (char *)b->setup.title, .created = made / 1000};
	lxw_error status;

	for (size_t i = 0; i < b->count; i++)
		close_worksheet(b->sheets[i]);
	if (b->err.kind) {
		enter(b);
		lxw_workbook_free(b->book);
		leave(b);
		return;
	}
	make_room();
	enter(b);
	status = workbook_set_properties(b->book, &about);
	if (!status)
		status = workbook_close(b->book);
	check(b, status);
	if (!b->err.kind && !b->temporaries)
		error_failed(&b->err, "this libxlsxwriter keeps its temporary files to itself, so that a full disk would not be noticed");
}

int xlsx_finish(struct xlsx *b, struct output *out, struct error *err)
{
	int bad = -1;

	close_book(b);
	if (!b->err.kind)
		bad = copy_book(b, out, err);
	else if (err)
		*err = b->err;
	release(b);
	return bad;
}

#endif
