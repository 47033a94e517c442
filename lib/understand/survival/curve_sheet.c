#include "understand/survival/curve_sheet.h"

#include <math.h>

#include "base/mem.h"

/* The cases of each group in the order of ORDER: group G has those from STARTS[G] to STARTS[G + 1]. */
static uint32_t *deal_groups(const struct factor *by, const uint32_t *order, size_t count, size_t *starts)
{
	uint32_t *dealt = mem_alloc((count + 1) * sizeof *dealt);

	for (size_t i = 0; i < count; i++)
		starts[by->codes[i] + 1]++;
	for (uint32_t g = 0; g < by->count; g++)
		starts[g + 1] += starts[g];
	for (size_t i = 0; i < count; i++)
		dealt[starts[by->codes[order[i]]]++] = order[i];
	for (uint32_t g = by->count; g > 0; g--)
		starts[g] = starts[g - 1];
	starts[0] = 0;
	return dealt;
}

static double common_end(const struct curves *s)
{
	double tau = NAN;

	for (size_t g = 0; g < s->count; g++)
		if (s->list[g].count)
			tau = fmin(tau, s->list[g].points[s->list[g].count - 1].time);
	return tau;
}

void curves_make(struct curves *s, const struct cases *c, double tau)
{
	uint32_t *order = lifetimes_order(c->l.exit, c->l.count);

	*s = (struct curves){.count = c->by.codes ? c->by.count : 1, .names = c->by.names};
	s->list = mem_zero(s->count + 1, sizeof *s->list);
	if (c->by.codes) {
		size_t *starts = mem_zero((size_t)c->by.count + 2, sizeof *starts);
		uint32_t *dealt = deal_groups(&c->by, order, c->l.count, starts);

		for (size_t g = 0; g < s->count; g++)
			curve_make(&s->list[g], &c->l, dealt + starts[g], starts[g + 1] - starts[g]);
		mem_free(dealt);
		mem_free(starts);
	} else {
		curve_make(&s->list[0], &c->l, order, c->l.count);
	}
	s->tau = isnan(tau) ? common_end(s) : tau;
	mem_free(order);
}

void curves_release(struct curves *s)
{
	for (size_t g = 0; g < s->count; g++)
		curve_release(&s->list[g]);
	mem_free(s->list);
	*s = (struct curves){0};
}

static struct cell group_cell(const struct curves *s, size_t group)
{
	return cell_text(s->names ? s->names[group] : SPAN("all"));
}

void curves_add_groups(const struct curves *s, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"group", "Group", NULL, COLUMN_EXACT}, {"rows", "Rows", NULL, COLUMN_EXACT}, {"events", "Events", NULL, COLUMN_EXACT},
		{"median", "Median", NULL, COLUMN_EXACT}, {"median_low", "from", NULL, COLUMN_EXACT}, {"median_high", "to", NULL, COLUMN_EXACT},
		{"restrict", "Up to", NULL, COLUMN_EXACT}, {"mean", "Mean", NULL, COLUMN_EXACT}, {"mean_se", "se", NULL, COLUMN_EXACT},
	};
	struct section *section = sheet_add(sheet, "groups", "Lifetimes", columns, sizeof columns / sizeof *columns);

	section->note = "The median is the first time by which half have ended, with its limits at 95%. The mean is that of lifetimes cut at the time before it.";
	for (size_t g = 0; g < s->count; g++) {
		const struct curve *c = &s->list[g];
		struct curve_quantile median = curve_quantile(c, 0.5, s->median_interval, SURVIVAL_Z);
		struct curve_mean mean = curve_restricted_mean(c, s->tau);
		struct cell *cell = section_row(section);

		*cell++ = group_cell(s, g);
		*cell++ = cell_count(c->rows);
		*cell++ = cell_count(c->events);
		*cell++ = cell_real(median.value);
		*cell++ = cell_real(median.low);
		*cell++ = cell_real(median.high);
		*cell++ = cell_real(s->tau);
		*cell++ = cell_real(mean.mean);
		*cell = cell_real(mean.se);
	}
}

/* A row of the curve: S at TIME, with the events behind BEFORE and up to TIME. */
static void put_point(const struct curves *s, size_t group, double before, double time, struct section *section)
{
	static const struct curve_point none = {.survival = 1};
	const struct curve *c = &s->list[group];
	const struct curve_point *p = curve_at(c, time);
	struct cell *cell = section_row(section);
	double low, high;

	p = p ? p : &none;
	curve_limits(p, s->interval, SURVIVAL_Z, &low, &high);
	*cell++ = group_cell(s, group);
	*cell++ = cell_real(time);
	*cell++ = cell_count(curve_at_risk(c, time));
	*cell++ = cell_count(curve_events(c, time) - curve_events(c, before));
	*cell++ = cell_real(p->survival);
	*cell++ = cell_real(p->survival * sqrt(p->greenwood));
	*cell++ = cell_real(low);
	*cell++ = cell_real(high);
	*cell++ = cell_real(p->hazard);
	*cell++ = cell_real(sqrt(p->hazard_variance));
	*cell = cell_real(curve_remaining(c, time, s->tau));
}

static void put_events(const struct curves *s, size_t group, size_t most, struct section *section)
{
	const struct curve *c = &s->list[group];
	size_t events = 0, shown = 0;
	double before = -INFINITY;

	for (size_t i = 0; i < c->count; i++)
		events += c->points[i].events > 0;
	for (size_t i = 0, k = 0; i < c->count; i++) {
		if (!c->points[i].events)
			continue;
		k++;
		if (most && events > most && k * most / events == shown)
			continue;
		shown++;
		put_point(s, group, before, c->points[i].time, section);
		before = c->points[i].time;
	}
	section->left_out += events - shown;
}

void curves_add_points(const struct curves *s, const double *times, size_t count, size_t most, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"group", "Group", NULL, COLUMN_EXACT}, {"time", "Time", NULL, COLUMN_EXACT}, {"at_risk", "At risk", NULL, COLUMN_EXACT},
		{"events", "Events", NULL, COLUMN_EXACT}, {"survival", "S", NULL, COLUMN_EXACT}, {"se", "se", NULL, COLUMN_EXACT},
		{"low", "from", NULL, COLUMN_EXACT}, {"high", "to", NULL, COLUMN_EXACT}, {"cumulative_hazard", "H", NULL, COLUMN_EXACT},
		{"cumulative_hazard_se", "se of H", NULL, COLUMN_EXACT}, {"remaining", "Remaining", NULL, COLUMN_EXACT},
	};
	struct section *section = sheet_add(sheet, "curve", "Who lasts how long", columns, sizeof columns / sizeof *columns);

	section->note = "S: the share that lasts beyond the time (Kaplan-Meier), with its limits at 95%. Events: since the row before. H: the cumulative hazard (Nelson-Aalen). Remaining: the mean of what is left to those who last so long, cut as the mean above.";
	section->label_columns = 2;
	for (size_t g = 0; g < s->count; g++) {
		for (size_t i = 0; i < count; i++)
			put_point(s, g, i ? times[i - 1] : -INFINITY, times[i], section);
		if (!count)
			put_events(s, g, most, section);
	}
}
