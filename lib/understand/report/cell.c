#include "understand/report/cell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "record/document.h"
#include "record/scan.h"
#include "time/moment.h"
#include "time/zone.h"

/* Fits SHARE and REAL for machines. */
#define MODEL_DIGITS 6

static void put_list(struct buf *out, const struct cell *c)
{
	for (size_t i = 0; i < c->list.count; i++) {
		if (i)
			buf_char(out, ';');
		buf_span(out, c->list.items[i]);
	}
}

void cell_put_plain(struct buf *out, const struct cell *c)
{
	switch (c->kind) {
	case CELL_NONE:
		break;
	case CELL_HIDDEN:
		buf_lit(out, CELL_HIDDEN_TEXT);
		break;
	case CELL_TEXT:
	case CELL_RAW:
		buf_span(out, c->text);
		break;
	case CELL_COUNT:
		buf_u64(out, c->count);
		break;
	case CELL_NUMBER:
		decimal_put(out, c->number);
		break;
	case CELL_SHARE:
	case CELL_REAL:
		document_put_number(out, c->real, MODEL_DIGITS);
		break;
	case CELL_TIME:
		moment_put(out, c->time);
		break;
	case CELL_LIST:
		put_list(out, c);
		break;
	}
}

void cell_put_json(struct buf *out, const struct cell *c)
{
	switch (c->kind) {
	case CELL_NONE:
	case CELL_HIDDEN:
		buf_lit(out, "null");
		break;
	case CELL_TEXT:
		text_encode(out, c->text);
		break;
	case CELL_TIME:
		buf_char(out, '"');
		moment_put(out, c->time);
		buf_char(out, '"');
		break;
	case CELL_LIST:
		buf_char(out, '[');
		for (size_t i = 0; i < c->list.count; i++) {
			if (i)
				buf_char(out, ',');
			text_encode(out, c->list.items[i]);
		}
		buf_char(out, ']');
		break;
	default:
		cell_put_plain(out, c);
	}
}

/* DIGITS with a comma between groups of three before the point. */
static void put_grouped(struct buf *out, struct span digits)
{
	size_t sign = digits.len && digits.ptr[0] == '-';
	size_t whole = span_find_byte(digits, '.');

	for (size_t i = 0; i < digits.len; i++) {
		if (i > sign && i < whole && (whole - i) % 3 == 0)
			buf_char(out, ',');
		buf_char(out, digits.ptr[i]);
	}
}

static void put_people_number(struct buf *out, struct decimal number,
			      int decimals)
{
	struct buf text = BUF_INIT;
	size_t point;

	decimal_put(&text, decimals < 0 ? number : decimal_round(number, decimals));
	point = span_find_byte(buf_view(&text), '.');
	if (decimals > 0) {
		if (point == text.len)
			buf_char(&text, '.');
		while (text.len - point - 1 < (size_t)decimals)
			buf_char(&text, '0');
	}
	put_grouped(out, buf_view(&text));
	buf_release(&text);
}

static void put_people_count(struct buf *out, uint64_t count)
{
	struct buf text = BUF_INIT;

	buf_u64(&text, count);
	put_grouped(out, buf_view(&text));
	buf_release(&text);
}

/* In another zone than UTC with the offset: an hour of autumn comes twice. */
static void put_people_time(struct buf *out, int64_t moment, const struct zone *zone)
{
	int64_t offset = zone ? zone_offset(zone, moment) / 60000 : 0;
	char text[MOMENT_TEXT];

	moment_format(moment + offset * 60000, text);
	text[10] = ' ';
	buf_put(out, text, 16);
	if (zone && strcmp(zone_name(zone), "UTC"))
		buf_printf(out, "%c%02d:%02d", offset < 0 ? '-' : '+', (int)(llabs(offset) / 60), (int)(llabs(offset) % 60));
}

void cell_put_people(struct buf *out, const struct cell *c,
		     const struct column *column, const struct zone *zone)
{
	struct buf plain = BUF_INIT;

	switch (c->kind) {
	case CELL_NONE:
		buf_char(out, '-');
		break;
	case CELL_COUNT:
		put_people_count(out, c->count);
		break;
	case CELL_NUMBER:
		put_people_number(out, c->number, column ? column->decimals : -1);
		break;
	case CELL_SHARE:
		buf_printf(out, "%.1f %%", c->real * 100);
		break;
	case CELL_REAL:
		buf_printf(out, "%.*g", column && column->decimals == COLUMN_EXACT ? 6 : 4, c->real);
		break;
	case CELL_TIME:
		put_people_time(out, c->time, zone);
		break;
	default:
		cell_put_plain(&plain, c);
		error_clean(buf_view(&plain), out);
	}
	if (c->open)
		buf_char(out, '*');
	buf_release(&plain);
}

void cell_put_name(struct buf *out, const struct cell *c)
{
	size_t from = out->len;

	cell_put_people(out, c, NULL, NULL);
	for (size_t i = from; i < out->len; i++)
		if (out->ptr[i] == '_')
			out->ptr[i] = ' ';
}

void column_put_label(struct buf *out, const struct column *column)
{
	error_clean(span_of(column->label ? column->label : column->key), out);
	if (column->unit && *column->unit) {
		buf_lit(out, " (");
		error_clean(span_of(column->unit), out);
		buf_char(out, ')');
	}
}

bool cell_is_number(const struct cell *c)
{
	return c->kind == CELL_COUNT || c->kind == CELL_NUMBER ||
	       c->kind == CELL_SHARE || c->kind == CELL_REAL;
}

double cell_size(const struct cell *c)
{
	switch (c->kind) {
	case CELL_COUNT:
		return (double)c->count;
	case CELL_NUMBER:
		return decimal_double(c->number);
	case CELL_SHARE:
	case CELL_REAL:
		return c->real;
	default:
		return 0;
	}
}
