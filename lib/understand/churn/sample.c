#include "understand/churn/sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Integer days, before any scaling: equal histories have equal bytes. */
struct group_key {
	int32_t x;
	int32_t t_x;
	int32_t T;
	struct occasions occasions;	/* 0 where they are not asked for */
};

void sample_release(struct sample *s)
{
	map_release(&s->groups);
	for (size_t i = 0; i < s->currencies; i++)
		mem_free(s->spends[i].rows);
	mem_free(s->spends);
	*s = SAMPLE_INIT;
}

/* A shop takes a handful of currencies. */
static struct spends *spends_in(struct sample *s, const char *currency)
{
	for (size_t i = 0; i < s->currencies; i++)
		if (!strcmp(s->spends[i].currency, currency))
			return &s->spends[i];
	s->spends = mem_room(s->spends, s->currencies, &s->currency_cap, sizeof *s->spends);
	s->spends[s->currencies] = (struct spends){0};
	snprintf(s->spends[s->currencies].currency, CURRENCY_MAX, "%s", currency);
	return &s->spends[s->currencies++];
}

static void add_spend(struct sample *s, const struct history *h)
{
	struct spends *in;

	s->mixed += h->currency_mixed;
	if (!h->spend_known || !(h->spend > 0)) {
		s->spend_unknown++;
		return;
	}
	in = spends_in(s, h->currency);
	in->rows = mem_room(in->rows, in->count, &in->cap, sizeof *in->rows);
	in->rows[in->count++] = (struct spend_row){.x = h->repeats, .z = h->spend};
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
	const struct group_key key = {h->repeats, h->last, h->age, s->of_occasions ? h->occasions : (struct occasions){0}};
	size_t at = map_put(&s->groups, (struct span){(const char *)&key, sizeof key},
			    NULL);

	s->groups.entries[at].number++;
	s->customers++;
	s->repeats += (uint64_t)h->repeats;
	if (h->age > s->longest)
		s->longest = h->age;
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

/* Rows in order, equal ones merged; how many are left. */
static size_t merge_rows(struct purchase_row *rows, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (kept && !compare_rows(&rows[kept - 1], &rows[i]))
			rows[kept - 1].weight += rows[i].weight;
		else
			rows[kept++] = rows[i];
	return kept;
}

struct purchase_row *sample_occasions(const struct sample *s, struct purchase_data *data)
{
	struct purchase_row *rows = mem_zero(s->groups.count + 1, sizeof *rows);

	for (size_t i = 0; i < s->groups.count; i++) {
		struct group_key key;

		memcpy(&key, s->groups.entries[i].key.ptr, sizeof key);
		rows[i] = (struct purchase_row){
			.x = key.occasions.repeats, .t_x = key.occasions.last, .T = key.occasions.age,
			.weight = (double)s->groups.entries[i].number,
		};
	}
	qsort(rows, s->groups.count, sizeof *rows, compare_rows);
	*data = (struct purchase_data){.rows = rows, .count = merge_rows(rows, s->groups.count), .regularity = NAN};
	return rows;
}

static int compare_spends(const void *a, const void *b)
{
	const struct spend_row *p = a, *q = b;
	int by_x = compare_numbers(p->x, q->x);

	return by_x ? by_x : compare_numbers(p->z, q->z);
}

static int compare_currencies(const void *a, const void *b)
{
	return strcmp(((const struct spends *)a)->currency, ((const struct spends *)b)->currency);
}

void sample_sort_spends(struct sample *s)
{
	if (s->currencies)
		qsort(s->spends, s->currencies, sizeof *s->spends, compare_currencies);
	for (size_t i = 0; i < s->currencies; i++)
		qsort(s->spends[i].rows, s->spends[i].count, sizeof *s->spends[i].rows,
		      compare_spends);
}
