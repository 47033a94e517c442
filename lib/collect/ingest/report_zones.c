#include "collect/ingest/report_zones.h"

#include <string.h>

#include "collect/mapping/value.h"
#include "time/zone.h"

/* The first column of times of the day without a zone, the first of them in *WHEN. */
static const struct target *find_local_time(const struct source *s, struct civil *when)
{
	const struct plan *p = s->plan;

	for (size_t i = p->section_at[SECTION_TIME]; i < p->section_at[SECTION_TIME + 1]; i++) {
		const struct target *t = &p->targets[i];
		struct span text = t->column < 0 ? SPAN_NONE : survey_column(&s->survey, (size_t)t->column)->examples[0];

		if (!span_absent(text) && t->origin != ORIGIN_MAPPING && value_civil(&p->style, text, when))
			return when->has_offset || !when->has_time ? NULL : t;
	}
	return NULL;
}

/* Is it in winter and in summer of WHEN as late in Z as in UTC? */
static bool is_like_utc(const struct zone *z, struct civil when)
{
	bool like = true;

	when.day = 1;
	for (when.month = 1; when.month <= 7; when.month += 6)
		like &= zone_moment(z, &when) == moment_from_civil(&when);
	return like;
}

/* Does TEXT name a zone in which WHEN was another time than in UTC? */
static bool names_zone(struct span text, const struct civil *when)
{
	struct error ignored = ERROR_INIT;
	struct zone *z = NULL;
	char name[64];
	bool other;

	if (text.len && text.len < sizeof name) {
		memcpy(name, text.ptr, text.len);
		name[text.len] = '\0';
		z = zone_load(name, &ignored);
	}
	other = z && !is_like_utc(z, *when);
	zone_free(z);
	return other;
}

/* The column of zones that nothing reads, with such a zone in it, *ZONE; PLAN's column_count: there is none. */
static size_t find_zones(const struct source *s, const struct civil *when, struct span *zone)
{
	const struct plan *p = s->plan;

	for (size_t i = 0; i < p->column_count; i++)
		for (size_t k = 0; field_is_zone(p->columns[i].name) && k < SURVEY_EXAMPLES; k++) {
			*zone = survey_column(&s->survey, i)->examples[k];
			if (names_zone(*zone, when))
				return i;
		}
	return p->column_count;
}

void report_zones(const struct source *s, const struct ingest_calls *calls)
{
	const struct plan *p = s->plan;
	struct civil when;
	struct span zone;
	const struct target *time = p->type == EVENT_TRACK && p->style.utc && p->zone_column < 0 ? find_local_time(s, &when) : NULL;
	size_t zones = time ? find_zones(s, &when, &zone) : p->column_count;
	const struct survey_column *c = survey_column(&s->survey, zones);
	struct buf text = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	if (zones == p->column_count)
		return;
	error_quote(zone, quoted);
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
