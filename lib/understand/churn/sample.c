#include "understand/churn/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Integer days, before any scaling: equal histories have equal bytes. */
struct group_key {
	int32_t x;
	int32_t t_x;
	int32_t T;
};

void sample_release(struct sample *s)
{
	map_release(&s->groups);
	mem_free(s->spends);
	*s = SAMPLE_INIT;
}

static void add_spend(struct sample *s, const struct history *h)
{
	if (!h->spend_known || !(h->spend > 0)) {
		s->spend_unknown++;
		return;
	}
	if (!s->currency_known)
		memcpy(s->currency, h->currency, sizeof s->currency);
	else if (strcmp(s->currency, h->currency))
		s->currency_mixed = true;
	s->currency_known = true;
	s->spends = mem_room(s->spends, s->spend_count, &s->spend_cap,
			     sizeof *s->spends);
	s->spends[s->spend_count++] =
		(struct spend_row){.x = h->repeats, .z = h->spend};
}

static void add_gaps(struct sample *s, const struct history *h)
{
	double share;

	s->log_gaps += h->log_gaps;
	if (!h->gap_before)
		return;
	share = (double)h->gap_before / ((double)h->gap_before + h->gap);
	s->shares++;
	s->share_sum += llround(share * HISTORY_LOG_UNIT);
	s->share_squares += llround(share * share * HISTORY_LOG_UNIT);
}

void sample_add(struct sample *s, const struct history *h)
{
	const struct group_key key = {h->repeats, h->last, h->age};
	size_t at = map_put(&s->groups, (struct span){(const char *)&key, sizeof key},
			    NULL);

	s->groups.entries[at].number++;
	s->customers++;
	s->repeats += (uint64_t)h->repeats;
	if (!h->repeats)
		return;
	s->repeaters++;
	add_gaps(s, h);
	add_spend(s, h);
}

int sample_check(const struct sample *s, struct error *err)
{
	unsigned long long customers = s->customers, repeaters = s->repeaters;

	if (!repeaters)
		return error_failed(err, "no customer has bought on two days: there is no repeat purchase to learn from");
	if (customers < SAMPLE_CUSTOMERS_LEAST || repeaters < SAMPLE_REPEATERS_LEAST)
		return error_failed(err, "of %llu customer%s %llu bought on a second day: too few to tell who comes back (of %d customers %d are needed); score by the --model of more",
				    customers, customers == 1 ? "" : "s", repeaters,
				    SAMPLE_CUSTOMERS_LEAST, SAMPLE_REPEATERS_LEAST);
	if (s->groups.count < SAMPLE_HISTORIES_LEAST)
		return error_failed(err, "of %llu customers %llu bought on a second day, but they are too much alike to tell who comes back (different histories: %zu, needed: %d)",
				    customers, repeaters, (size_t)s->groups.count, SAMPLE_HISTORIES_LEAST);
	return 0;
}

static int compare_numbers(double a, double b)
{
	return (a > b) - (a < b);
}

static int compare_rows(const void *a, const void *b)
{
	const struct purchase_row *p = a, *q = b;
	int by_x = compare_numbers(p->x, q->x);
	int by_t_x = compare_numbers(p->t_x, q->t_x);

	return by_x ? by_x : by_t_x ? by_t_x : compare_numbers(p->T, q->T);
}

double sample_regularity(const struct sample *s)
{
	double n = (double)s->shares, mean, variance;

	if (s->shares < 2)
		return NAN;
	mean = (double)s->share_sum / HISTORY_LOG_UNIT / n;
	variance = ((double)s->share_squares / HISTORY_LOG_UNIT - n * mean * mean) / (n - 1);
	/* Below this the gaps are alike to what days can tell, and rounding is left. */
	return variance > 1e-5 ? (1 - 4 * variance) / (8 * variance) : NAN;
}

struct purchase_row *sample_rows(const struct sample *s, double days_per_unit,
				 struct purchase_data *data)
{
	struct purchase_row *rows = mem_zero(s->groups.count + 1, sizeof *rows);

	for (size_t i = 0; i < s->groups.count; i++) {
		struct group_key key;

		memcpy(&key, s->groups.entries[i].key.ptr, sizeof key);
		rows[i] = (struct purchase_row){
			.x = key.x,
			.t_x = key.t_x / days_per_unit,
			.T = key.T / days_per_unit,
			.weight = (double)s->groups.entries[i].number,
		};
	}
	qsort(rows, s->groups.count, sizeof *rows, compare_rows);
	*data = (struct purchase_data){
		.rows = rows,
		.count = s->groups.count,
		.log_gaps = (double)s->log_gaps / HISTORY_LOG_UNIT -
			    (double)s->repeats * log(days_per_unit),
		.regularity = sample_regularity(s),
	};
	return rows;
}

static int compare_spends(const void *a, const void *b)
{
	const struct spend_row *p = a, *q = b;
	int by_x = compare_numbers(p->x, q->x);

	return by_x ? by_x : compare_numbers(p->z, q->z);
}

void sample_sort_spends(struct sample *s)
{
	if (s->spend_count)
		qsort(s->spends, s->spend_count, sizeof *s->spends,
		      compare_spends);
}
