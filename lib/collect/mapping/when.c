#include "collect/mapping/when.h"

#include <string.h>

#include "collect/mapping/contest.h"
#include "collect/mapping/value.h"
#include "time/date_names.h"
#include "time/date_scan.h"
#include "time/date_text.h"

/* A spreadsheet's time of the day has its day 0 before it. */
static bool read_old_clock(const struct plan_style *style, struct span s, struct civil *clock)
{
	return span_find(s, SPAN("1899")) < s.len && value_civil(style, s, clock) && clock->year == 1899;
}

static enum when_kind read_kind(const struct target *t, const struct plan_style *style, struct span s,
				struct civil *clock)
{
	if (!t->clock)
		return WHEN_DATE;
	if (date_parse_clock(s, clock) || read_old_clock(style, s, clock))
		return WHEN_CLOCK;
	if (style->dates != DATES_EXCEL && span_absent(style->date_format) && date_is_duration(s))
		return WHEN_DURATION;
	return WHEN_DATE;
}

enum when_kind when_kind_of(const struct target *t, const struct plan_style *style, struct span text)
{
	struct civil clock;

	return read_kind(t, style, span_trim(text), &clock);
}

/* The day and the time of the day that may be put together, or the column that gives the time by itself. */
struct found {
	const struct target *whole, *day, *time;
	struct civil clock;
};

static void find_times(const struct maker *m, const struct row *row, struct found *f)
{
	const struct plan *p = m->plan;
	size_t end = p->section_at[SECTION_TIME + 1];

	for (size_t i = p->section_at[SECTION_TIME]; i < end; i++) {
		const struct target *t = &p->targets[i];
		const struct cell *c = &row->cells[t->column];
		enum when_kind kind = WHEN_DATE;
		struct civil clock;

		if (!contest_means(c, NULL_CELL | NULL_FORM, m->plan->style.nulls))
			continue;
		if (c->kind != CELL_RAW)
			kind = read_kind(t, &m->plan->style, span_trim(c->text), &clock);
		/* A column that could be a clock and is not one gives all. */
		if (kind == WHEN_DATE && t->clock && !f->day && !f->time) {
			f->whole = t;
			return;
		}
		if (kind == WHEN_DATE && !f->day)
			f->day = t;
		if (kind == WHEN_CLOCK && !f->time) {
			f->time = t;
			f->clock = clock;
		}
	}
}

static int refuse_zone(struct maker *m, struct span zone)
{
	char quoted[ERROR_QUOTE_MAX], column[ERROR_QUOTE_MAX];

	return error_data(m->err, "%s in column %s is no zone, or stands for several (--map time='date(concat(DATE, \" \", "
			  "TIME))' leaves it out, and --tz says the zone)", error_quote(zone, quoted),
			  error_quote(m->plan->columns[m->plan->zone_column].name, column));
}

static int load_zone(struct maker *m, struct span name)
{
	char text[64];
	struct error ignored = ERROR_INIT;

	if (name.len >= sizeof text || memchr(name.ptr, '\0', name.len))
		return refuse_zone(m, name);
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	if (m->zone && !strcmp(zone_name(m->zone), text))
		return 0;
	zone_free(m->zone);
	m->zone = zone_load(text, &ignored);
	return m->zone ? 0 : refuse_zone(m, name);
}

/* What the zone's column says about CIVIL; *ZONE: the zone that it is in. */
static int apply_zone(struct maker *m, const struct row *row, struct civil *civil, const struct zone **zone)
{
	int column = m->plan->zone_column;
	struct span name;
	struct cursor c;

	*zone = m->plan->style.zone;
	if (column < 0 || civil->has_offset || (size_t)column >= row->count ||
	    !contest_means(&row->cells[column], NULL_CELL | NULL_FORM, m->plan->style.nulls))
		return 0;
	name = span_trim(row->cells[column].text);
	c = (struct cursor){name.ptr, name.ptr + name.len};
	if (cursor_offset(&c, civil) && cursor_at_end(&c))
		return 0;
	civil->has_offset = false;
	if (load_zone(m, name))
		return -1;
	*zone = m->zone;
	return 0;
}

/* F's day and time put together: 1; 0: the day has a time itself; -1 with m->err. */
static int join_times(struct maker *m, const struct row *row, const struct found *f, struct when *out)
{
	struct span day = span_trim(row->cells[f->day->column].text);
	const struct zone *zone;
	struct civil civil;
	int64_t moment;

	if (!value_civil(&m->plan->style, day, &civil)) {
		value_refuse_date(m, f->day, day);
		return -1;
	}
	if (!date_join_clock(&civil, &f->clock))
		return 0;
	if (apply_zone(m, row, &civil, &zone))
		return -1;
	moment = zone_moment(zone, &civil);
	if (zone == m->plan->style.zone)
		value_note_hour(m, f->time, zone_hour(zone, &civil), row->cells[f->time->column].text);
	moment_format(moment, out->moment);
	return 1;
}

/* "2024-03-01 09:30:00": as nearly all are. */
static bool is_plainly_whole(const struct cell *c)
{
	const char *p = c->text.ptr;

	return c->kind == CELL_TEXT && c->text.len >= 19 && p[4] == '-' && p[7] == '-' && p[13] == ':';
}

int when_choose(struct maker *m, const struct row *row, struct when *out)
{
	const struct target *first = &m->plan->targets[m->plan->section_at[SECTION_TIME]];
	struct found f = {0};
	int joined = 0;

	out->joined = false;
	out->whole = first;
	m->time_columns[0] = first->column;
	m->time_columns[1] = -1;
	if (is_plainly_whole(&row->cells[first->column]))
		return 0;
	m->time_columns[0] = -1;
	find_times(m, row, &f);
	if (!f.whole && f.day && f.time)
		joined = join_times(m, row, &f, out);
	if (joined < 0)
		return -1;
	out->joined = joined > 0;
	out->whole = out->joined ? NULL : f.whole ? f.whole : f.day;
	if (out->joined) {
		m->time_columns[0] = f.day->column;
		m->time_columns[1] = f.time->column;
	} else if (out->whole) {
		m->time_columns[0] = out->whole->column;
	}
	return 0;
}

bool when_used(const struct maker *m, int column)
{
	return m->time_columns[0] == column || m->time_columns[1] == column;
}
