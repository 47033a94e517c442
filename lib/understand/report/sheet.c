#include "understand/report/sheet.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "time/moment.h"
#include "time/zone.h"
#include "understand/report/cell.h"

void sheet_release(struct sheet *s)
{
	for (size_t i = 0; i < s->count; i++)
		mem_free(s->sections[i].cells);
	mem_free(s->sections);
	arena_release(&s->texts);
	buf_release(&s->warnings);
	*s = SHEET_INIT;
}

static bool is_utc(const struct zone *zone)
{
	return !zone || !strcmp(zone_name(zone), "UTC");
}

void sheet_put_as_of(const struct sheet *s, struct buf *out)
{
	struct cell as_of = cell_time(s->as_of);

	/* The zone's name says the offset. */
	if (!is_utc(s->zone))
		as_of.time += zone_offset(s->zone, s->as_of);
	cell_put_people(out, &as_of, NULL, NULL);
	buf_printf(out, " %s", is_utc(s->zone) ? "UTC" : zone_name(s->zone));
}

static bool has_key(const struct sheet *s, const char *key)
{
	for (size_t i = 0; i < s->count; i++)
		if (!strcmp(s->sections[i].key, key))
			return true;
	return false;
}

/* KEY, or where another section has it, KEY_2: keys are anchors of a page and members of an object. */
static const char *distinct_key(struct sheet *s, const char *key)
{
	const char *own = key;

	if (s->part_key && has_key(s, key))
		own = key = sheet_text(s, "%s_%s", s->part_key, key);
	for (int i = 2; has_key(s, own); i++)
		own = sheet_text(s, "%s_%d", key, i);
	return own;
}

struct section *sheet_add(struct sheet *s, const char *key, const char *title,
			  const struct column *columns, size_t column_count)
{
	struct section *section;

	key = distinct_key(s, key);
	s->sections = mem_room(s->sections, s->count, &s->cap,
			       sizeof *s->sections);
	section = &s->sections[s->count++];
	*section = (struct section){
		.key = key, .title = title, .column_count = column_count, .zone = s->zone, .part = s->part,
	};
	section->columns = arena_alloc(&s->texts, column_count * sizeof *columns);
	memcpy(section->columns, columns, column_count * sizeof *columns);
	return section;
}

const char *section_empty(const struct section *s)
{
	return s->empty ? s->empty : "none";
}

void sheet_put_asked(const struct sheet *s, struct buf *out)
{
	for (size_t i = 0; i < s->asked_count; i++)
		buf_printf(out, "%s--%s%s%s", i ? " " : "", s->asked[i].option, *s->asked[i].text ? " " : "", s->asked[i].text);
}

void sheet_note_asked(struct sheet *s, const char *option, const char *text)
{
	struct asked_option *list = arena_alloc(&s->texts, (s->asked_count + 1) * sizeof *list);

	if (s->asked_count)
		memcpy(list, s->asked, s->asked_count * sizeof *list);
	list[s->asked_count++] = (struct asked_option){sheet_text(s, "%s", option), sheet_text(s, "%s", text)};
	s->asked = list;
}

struct cell *section_row(struct section *s)
{
	size_t used = s->row_count * s->column_count;
	struct cell *row;

	if (used + s->column_count > s->cell_cap) {
		s->cell_cap = (s->cell_cap ? s->cell_cap : 16 * s->column_count) * 2;
		s->cells = mem_grow(s->cells, s->cell_cap, sizeof *s->cells);
	}
	row = s->cells + used;
	memset(row, 0, s->column_count * sizeof *row);
	s->row_count++;
	return row;
}

const char *sheet_text(struct sheet *s, const char *format, ...)
{
	struct buf text = BUF_INIT;
	struct span kept;
	va_list ap;

	va_start(ap, format);
	buf_vprintf(&text, format, ap);
	va_end(ap);
	kept = arena_copy(&s->texts, buf_view(&text));
	buf_release(&text);
	return kept.ptr;
}

void sheet_warn(struct sheet *s, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	buf_vprintf(&s->warnings, format, ap);
	va_end(ap);
	buf_char(&s->warnings, '\n');
}

const char *sheet_note_hidden(struct sheet *s, const char *note, uint64_t k)
{
	return k ? sheet_text(s, "%s; " CELL_HIDDEN_TEXT ": of fewer than %llu people, or such a figure would show by it", note,
			      (unsigned long long)k) : note;
}

const char *sheet_note_missing(struct sheet *s, const char *note, uint64_t customers)
{
	if (!customers)
		return note;
	return sheet_text(s, "%s; %llu customer%s not all their events here (cdp-merge --max-events, --no-events)", note,
			  (unsigned long long)customers, customers == 1 ? " has" : "s have");
}

struct cell cell_text(struct span text)
{
	if (span_absent(text))
		return CELL_EMPTY;
	return (struct cell){.kind = CELL_TEXT, .text = text};
}

struct cell cell_count(uint64_t count)
{
	return (struct cell){.kind = CELL_COUNT, .count = count};
}

struct cell cell_number(struct decimal number)
{
	return (struct cell){.kind = CELL_NUMBER, .number = number};
}

struct cell cell_share(double part, double whole)
{
	if (whole == 0)
		return CELL_EMPTY;
	return (struct cell){.kind = CELL_SHARE, .real = part / whole};
}

struct cell cell_real(double real)
{
	if (!isfinite(real))
		return CELL_EMPTY;
	return (struct cell){.kind = CELL_REAL, .real = real};
}

struct cell cell_time(int64_t moment)
{
	if (moment == MOMENT_NONE)
		return CELL_EMPTY;
	return (struct cell){.kind = CELL_TIME, .time = moment};
}

struct cell cell_mean(uint64_t sum, uint64_t count, int64_t scale)
{
	struct decimal mean, whole;

	if (!decimal_mul(decimal_of((int64_t)count), decimal_of(scale), &whole) ||
	    !decimal_div(decimal_of((int64_t)sum), whole, &mean))
		return CELL_EMPTY;
	return cell_number(decimal_round(mean, 3));
}
