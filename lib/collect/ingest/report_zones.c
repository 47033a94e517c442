#include "collect/ingest/report_zones.h"

#include <string.h>

#include "collect/mapping/value.h"
#include "time/zone.h"

/* The first column of times of the day without a zone. */
static const struct target *find_local_time(const struct source *s)
{
	const struct plan *p = s->plan;
	struct civil civil;

	for (size_t i = p->section_at[SECTION_TIME]; i < p->section_at[SECTION_TIME + 1]; i++) {
		const struct target *t = &p->targets[i];
		struct span text = t->column < 0 ? SPAN_NONE : survey_column(&s->survey, (size_t)t->column)->examples[0];

		if (!span_absent(text) && t->origin != ORIGIN_MAPPING && value_civil(&p->style, text, &civil))
			return civil.has_offset || !civil.has_time ? NULL : t;
	}
	return NULL;
}

/* The column of zones that nothing reads, with a zone in it; PLAN's column_count: there is none. */
static size_t find_zones(const struct source *s)
{
	const struct plan *p = s->plan;
	char name[64];
	size_t i = 0;

	for (; i < p->column_count; i++) {
		struct span zone = field_is_zone(p->columns[i].name) ? survey_column(&s->survey, i)->examples[0] : SPAN_NONE;
		struct error ignored = ERROR_INIT;
		struct zone *z = NULL;

		if (zone.len && zone.len < sizeof name) {
			memcpy(name, zone.ptr, zone.len);
			name[zone.len] = '\0';
			z = zone_load(name, &ignored);
		}
		zone_free(z);
		if (z)
			break;
	}
	return i;
}

void report_zones(const struct source *s, const struct ingest_calls *calls)
{
	const struct plan *p = s->plan;
	const struct target *time = p->type == EVENT_TRACK && p->style.utc && p->zone_column < 0 ? find_local_time(s) : NULL;
	size_t zones = time ? find_zones(s) : p->column_count;
	const struct survey_column *c = survey_column(&s->survey, zones);
	struct buf text = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	if (zones == p->column_count)
		return;
	error_quote(c->examples[0], quoted);
	buf_printf(&text, "%s: times of %.*s are read as UTC, though column '%.*s' names zones: ", p->file, SPAN_ARG(time->label),
		   SPAN_ARG(p->columns[zones].name));
	if (span_absent(c->examples[1]))
		buf_printf(&text, "if they are local, --tz %s", quoted);
	else
		buf_printf(&text, "if they are local, read the rows of each zone apart, those of %s with --tz %s", quoted, quoted);
	buf_printf(&text, "; if they are UTC, --map time=%.*s", SPAN_ARG(p->columns[time->column].folded));
	calls->warn(calls->context, buf_text(&text));
	buf_release(&text);
}
