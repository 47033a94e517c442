#include "collect/rows/quoted.h"

#include <csv.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

struct quoted {
	struct csv_parser parser;
	struct buf text;	/* the row's cells, one behind another */
	struct extent {
		size_t at;
		size_t len;
		bool empty;	/* nothing between delimiters, not even quotes */
	} *extents;
	size_t room;
	size_t count;
	bool ended;		/* the row is whole */
	bool stray;		/* quotes inside unquoted cells are masked */
	enum { CELL_BEGINS, UNQUOTED, INSIDE, BEHIND_QUOTE } place;
	struct buf line;	/* masked */
};

/* libcsv takes blanks off the ends of cells; for us they are content. */
static int no_blank(unsigned char c)
{
	(void)c;
	return 0;
}

static void open_parser(struct quoted *q, char delimiter)
{
	if (csv_init(&q->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL))
		mem_fail(sizeof q->parser);
	csv_set_delim(&q->parser, (unsigned char)delimiter);
	csv_set_space_func(&q->parser, no_blank);
}

struct quoted *quoted_new(char delimiter, size_t room)
{
	struct quoted *q = mem_zero(1, sizeof *q);

	open_parser(q, delimiter);
	q->extents = mem_zero(room, sizeof *q->extents);
	q->room = room;
	return q;
}

void quoted_free(struct quoted *q)
{
	if (!q)
		return;
	csv_free(&q->parser);
	buf_release(&q->text);
	buf_release(&q->line);
	mem_free(q->extents);
	mem_free(q);
}

void quoted_start(struct quoted *q, bool stray)
{
	unsigned char delimiter = csv_get_delim(&q->parser);

	/* Only a record that was left unfinished needs a parser without memory. */
	if (q->count || q->text.len || q->parser.pstate || csv_error(&q->parser)) {
		csv_free(&q->parser);
		open_parser(q, (char)delimiter);
	}
	q->count = 0;
	q->ended = false;
	q->stray = stray;
	q->place = CELL_BEGINS;
	buf_clear(&q->text);
}

static void take_cell(void *ptr, size_t len, void *context)
{
	struct quoted *q = context;

	if (q->count < q->room) {
		q->extents[q->count].at = q->text.len;
		q->extents[q->count].len = len;
		q->extents[q->count].empty = !ptr;
		if (len)
			buf_put(&q->text, ptr, len);
	}
	q->count++;
}

static void take_row(int end, void *context)
{
	struct quoted *q = context;

	(void)end;
	q->ended = true;
}

/* No UTF-8 holds it: a row that does is rejected whatever becomes of it here. */
#define MASK '\xff'

static void mask_byte(struct quoted *q, char *c, char delimiter)
{
	bool end = *c == delimiter || *c == '\n' || *c == '\r';

	switch (q->place) {
	case CELL_BEGINS:
		if (!end)
			q->place = *c == '"' ? INSIDE : UNQUOTED;
		break;
	case UNQUOTED:
		if (end)
			q->place = CELL_BEGINS;
		else if (*c == '"')
			*c = MASK;
		break;
	case INSIDE:
		if (*c == '"')
			q->place = BEHIND_QUOTE;
		break;
	case BEHIND_QUOTE:
		q->place = *c == '"' ? INSIDE : end ? CELL_BEGINS : BEHIND_QUOTE;
		break;
	}
}

/* LINE with the quotes inside its unquoted cells masked. */
static struct span mask_stray(struct quoted *q, struct span line)
{
	char delimiter = (char)csv_get_delim(&q->parser);

	buf_clear(&q->line);
	buf_span(&q->line, line);
	for (size_t i = 0; i < line.len; i++)
		mask_byte(q, &q->line.ptr[i], delimiter);
	return buf_view(&q->line);
}

static void unmask_cell(struct quoted *q)
{
	for (size_t i = 0; i < q->text.len; i++)
		if (q->text.ptr[i] == MASK)
			q->text.ptr[i] = '"';
}

static void give_cell(struct quoted *q, struct cell *cells, size_t *count)
{
	size_t kept = q->count < q->room ? q->count : q->room;

	for (size_t i = 0; i < kept; i++) {
		cells[i].text = (struct span){buf_view(&q->text).ptr + q->extents[i].at,
					      q->extents[i].len};
		cells[i].kind = q->extents[i].empty ? CELL_NONE : CELL_TEXT;
	}
	*count = q->count;
	q->count = 0;
	q->ended = false;
	q->text.len = 0;
}

enum quoted_result quoted_line(struct quoted *q, struct span line, bool last,
			       struct cell *cells, size_t *count)
{
	struct span fed = q->stray ? mask_stray(q, line) : line;
	size_t done = csv_parse(&q->parser, fed.ptr, fed.len, take_cell,
				take_row, q);

	if (done < line.len) {
		if (csv_error(&q->parser) == CSV_ENOMEM)
			mem_fail(line.len);
		return q->parser.quoted ? QUOTED_BEHIND : QUOTED_STRAY;
	}
	/* CSV_STRICT_FINI: an open quote is an error, and the row does not end. */
	if (!q->ended && last)
		csv_fini(&q->parser, take_cell, take_row, q);
	if (!q->ended)
		return QUOTED_MORE;
	if (q->stray)
		unmask_cell(q);
	give_cell(q, cells, count);
	return QUOTED_ROW;
}
