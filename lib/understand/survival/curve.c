#include "understand/survival/curve.h"

#include <math.h>

#include "base/mem.h"

#define HALF_TOLERANCE 1.490116e-08	/* R's, for S that equals a share but for rounding */

const char *const curve_interval_names[] = {"log-log", "log", "plain", NULL};

/* The entries of the COUNT rows in ORDER, rising; NULL: none has one. */
static double *sort_entries(const struct lifetimes *l, const uint32_t *order, size_t count)
{
	double *entries, *sorted;
	uint32_t *by_entry;

	if (!l->entry)
		return NULL;
	entries = mem_alloc((count + 1) * sizeof *entries);
	sorted = mem_alloc((count + 1) * sizeof *sorted);
	for (size_t i = 0; i < count; i++)
		entries[i] = l->entry[order[i]];
	by_entry = lifetimes_order(entries, count);
	for (size_t i = 0; i < count; i++)
		sorted[i] = entries[by_entry[i]];
	mem_free(entries);
	mem_free(by_entry);
	return sorted;
}

/* P's figures follow from those of the point before it. */
static void set_figures(struct curve_point *p, const struct curve_point *before)
{
	double n = (double)p->at_risk, d = (double)p->events;
	double survival = before ? before->survival : 1;
	double greenwood = before ? before->greenwood : 0;

	p->survival = p->events == p->at_risk ? 0 : survival * (1 - d / n);
	p->greenwood = p->events == p->at_risk ? NAN : greenwood + d / (n * (n - d));
	p->hazard = (before ? before->hazard : 0) + d / n;
	p->hazard_variance = (before ? before->hazard_variance : 0) + d / (n * n);
}

void curve_make(struct curve *c, const struct lifetimes *l, const uint32_t *order, size_t count)
{
	double *entries = sort_entries(l, order, count);
	size_t entered = 0, cap = 0;

	*c = (struct curve){.rows = count, .entries = entries};
	for (size_t i = 0; i < count;) {
		struct curve_point p = {.time = l->exit[order[i]]};
		size_t first = i;

		while (entries && entered < count && entries[entered] < p.time)
			entered++;
		p.at_risk = (entries ? entered : count) - first;
		for (; i < count && l->exit[order[i]] == p.time; i++)
			p.events += l->event[order[i]];
		p.censored = i - first - p.events;
		c->events += p.events;
		p.all_events = c->events;
		set_figures(&p, c->count ? &c->points[c->count - 1] : NULL);
		c->points = mem_room(c->points, c->count, &cap, sizeof *c->points);
		c->points[c->count++] = p;
	}
}

void curve_release(struct curve *c)
{
	mem_free(c->points);
	mem_free(c->entries);
	*c = (struct curve){0};
}

/* How many points are at or before TIME. */
static size_t count_until(const struct curve *c, double time)
{
	size_t low = 0, high = c->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c->points[middle].time <= time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct curve_point *curve_at(const struct curve *c, double time)
{
	size_t count = count_until(c, time);

	return count ? &c->points[count - 1] : NULL;
}

/* How many of COUNT rising KEYS are below KEY. */
static uint64_t count_below(const double *keys, uint64_t count, double key)
{
	uint64_t low = 0, high = count;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (keys[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint64_t count_entered(const struct curve *c, double time)
{
	return c->entries ? count_below(c->entries, c->rows, time) : c->rows;
}

/* Those who entered before TIME, without those who were gone by then: the next point knows how many these are. */
uint64_t curve_at_risk(const struct curve *c, double time)
{
	size_t next = count_until(c, time);

	if (next && c->points[next - 1].time == time)
		return c->points[next - 1].at_risk;
	if (next == c->count)
		return 0;
	return count_entered(c, time) - (count_entered(c, c->points[next].time) - c->points[next].at_risk);
}

uint64_t curve_events(const struct curve *c, double time)
{
	const struct curve_point *p = curve_at(c, time);

	return p ? p->all_events : 0;
}

void curve_limits(const struct curve_point *p, enum curve_interval kind, double z, double *low, double *high)
{
	double s = p->survival, se = sqrt(p->greenwood);

	*low = *high = NAN;
	if (isnan(p->greenwood))
		return;
	if (kind == CURVE_LOG) {
		*low = s * exp(-z * se);
		*high = s * exp(z * se);
	} else if (kind == CURVE_PLAIN) {
		*low = s - z * s * se;
		*high = s + z * s * se;
	} else if (s < 1) {
		double width = z * se / -log(s);

		*low = pow(s, exp(width));
		*high = pow(s, exp(-width));
	} else {
		*low = *high = 1;	/* no event yet */
	}
	*low = fmax(*low, 0);
	*high = fmin(*high, 1);
}

/* What a quantile is taken of: S, or a limit of it. */
enum line { LINE_SURVIVAL, LINE_LOW, LINE_HIGH };

static double line_at(const struct curve_point *p, enum line line, enum curve_interval kind, double z)
{
	double low, high;

	if (line == LINE_SURVIVAL)
		return p->survival;
	curve_limits(p, kind, z, &low, &high);
	return line == LINE_LOW ? low : high;
}

static double cross(const struct curve *c, double share, enum line line, enum curve_interval kind, double z)
{
	for (size_t i = 0; i < c->count; i++) {
		double value;

		/* The upper limit is above S. */
		if (line != LINE_LOW && !(c->points[i].survival < share + HALF_TOLERANCE))
			continue;
		value = line_at(&c->points[i], line, kind, z);
		if (!(value < share + HALF_TOLERANCE))
			continue;
		if (fabs(value - share) >= HALF_TOLERANCE)
			return c->points[i].time;
		for (size_t k = i + 1; k < c->count; k++)
			if (line_at(&c->points[k], line, kind, z) < value)
				return (c->points[i].time + c->points[k].time) / 2;
		return c->points[i].time;
	}
	return NAN;
}

struct curve_quantile curve_quantile(const struct curve *c, double share, enum curve_interval kind, double z)
{
	return (struct curve_quantile){
		cross(c, share, LINE_SURVIVAL, kind, z), cross(c, share, LINE_LOW, kind, z),
		cross(c, share, LINE_HIGH, kind, z),
	};
}

/* The area under S from FROM to TAU. */
static double area(const struct curve *c, double from, double tau)
{
	size_t i = count_until(c, from);
	double s = i ? c->points[i - 1].survival : 1, sum = 0;

	for (; i < c->count && c->points[i].time < tau; i++) {
		sum += s * (c->points[i].time - from);
		from = c->points[i].time;
		s = c->points[i].survival;
	}
	return sum + s * (tau - from);
}

/* var = sum over events of (the area behind the event)^2 d / (n (n - d)), from the last event backwards. */
struct curve_mean curve_restricted_mean(const struct curve *c, double tau)
{
	double behind = 0, from = tau, variance = 0;

	for (size_t i = count_until(c, tau); i-- > 0;) {
		const struct curve_point *p = &c->points[i];
		double n = (double)p->at_risk, d = (double)p->events;

		behind += p->survival * (from - p->time);
		from = p->time;
		if (d && n > d)
			variance += behind * behind * d / (n * (n - d));
	}
	return (struct curve_mean){area(c, 0, tau), sqrt(variance)};
}

double curve_remaining(const struct curve *c, double time, double tau)
{
	const struct curve_point *p = curve_at(c, time);
	double s = p ? p->survival : 1;

	if (!(s > 0) || time >= tau)
		return NAN;
	return area(c, time, tau) / s;
}
