#include "text/xlsx_text.h"

#include "text/xlsx.h"

#define NOT_A_CHARACTER "\xef\xbf\xbd"
#define ELLIPSIS "\xe2\x80\xa6"

/* Plain text goes through untouched. */
static bool is_plain(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c < 0x20 || c >= 0x7f || c == '_')
			return false;
	}
	return true;
}

/* "_x0041_" stands for a letter. */
static bool is_escape(struct span text)
{
	if (text.len < 7 || text.ptr[0] != '_' || text.ptr[1] != 'x' || text.ptr[6] != '_')
		return false;
	for (size_t i = 2; i < 6; i++) {
		char c = span_lower(text.ptr[i]);

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

static bool is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

/* Appends the character that *TEXT begins with and takes it off; the units of UTF-16 that were written. */
static size_t put_character(struct buf *out, struct span *text)
{
	uint32_t point = 0;
	size_t len = span_utf8_char(*text, &point), from = out->len;
	struct span character = span_sub(*text, 0, len);
	bool escape = is_escape(*text);

	*text = span_sub(*text, len ? len : 1, text->len);
	if (!len || point == 0xfffe || point == 0xffff) {
		buf_lit(out, NOT_A_CHARACTER);
		return 1;
	}
	if (escape || (is_control(point) && point != '\t' && point != '\n')) {
		buf_printf(out, "_x%04X_", (unsigned)point);
		return out->len - from;
	}
	buf_span(out, character);
	return point > 0xffff ? 2 : 1;
}

bool xlsx_put_escaped(struct buf *out, struct span text, size_t most)
{
	size_t units = 0, room = out->len;	/* up to where an ellipsis finds place behind it */

	if (text.len <= most && is_plain(text)) {
		buf_span(out, text);
		return false;
	}
	while (text.len) {
		units += put_character(out, &text);
		if (units > most) {
			out->len = room;
			buf_lit(out, ELLIPSIS);
			return true;
		}
		if (units < most)
			room = out->len;
	}
	return false;
}

static bool is_forbidden(uint32_t point)
{
	return point < 0x80 && span_find_byte(SPAN("[]:*?/\\"), (char)point) < 7;
}

/* At most MOST units of UTF-16 of it, cleaned. */
static void put_cleaned(struct buf *out, struct span wanted, size_t most)
{
	while (wanted.len && most) {
		uint32_t point = 0;
		size_t len = span_utf8_char(wanted, &point), units = point > 0xffff ? 2 : 1;

		if (units > most)
			return;
		if (!len || is_control(point) || is_forbidden(point) || point == 0xfffe || point == 0xffff)
			buf_char(out, '_');
		else
			buf_span(out, span_sub(wanted, 0, len));
		wanted = span_sub(wanted, len ? len : 1, wanted.len);
		most -= units;
	}
}

void xlsx_put_name(struct buf *out, struct span wanted, size_t number)
{
	struct buf end = BUF_INIT;
	size_t from = out->len;

	if (number > 1)
		buf_printf(&end, " %zu", number);
	put_cleaned(out, wanted, XLSX_NAME - end.len);
	if (out->len == from)
		buf_lit(out, "sheet");
	if (out->ptr[from] == '\'')
		out->ptr[from] = '_';
	buf_span(out, buf_view(&end));
	if (out->ptr[out->len - 1] == '\'')
		out->ptr[out->len - 1] = '_';
	if (span_equal_nocase(buf_since(out, from), SPAN("History")))
		buf_char(out, '_');
	buf_release(&end);
}

size_t xlsx_digits(struct span number)
{
	size_t digits = 0, zeros = 0;

	for (size_t i = 0; i < number.len && span_lower(number.ptr[i]) != 'e'; i++) {
		char c = number.ptr[i];

		if (c < '0' || c > '9' || (c == '0' && !digits))
			continue;
		digits++;
		zeros = c == '0' ? zeros + 1 : 0;
	}
	return digits - zeros;
}

size_t xlsx_places(struct span number)
{
	size_t point = span_find_byte(number, '.'), places = 0;

	for (size_t i = point + 1; i < number.len && number.ptr[i] >= '0' && number.ptr[i] <= '9'; i++)
		places++;
	return places;
}
