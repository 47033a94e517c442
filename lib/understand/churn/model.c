#include "understand/churn/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "time/moment.h"

static const struct {
	const char *name;
	double days;
} units[] = {
	[UNIT_DAY] = {"day", 1},
	[UNIT_WEEK] = {"week", 7},
};

const char *time_unit_name(enum time_unit unit)
{
	return units[unit].name;
}

double time_unit_days(enum time_unit unit)
{
	return units[unit].days;
}

/* What the model's file would say. */
static void round_digits(double *number)
{
	char text[32];

	snprintf(text, sizeof text, "%.*e", MODEL_DIGITS - 1, *number);
	*number = strtod(text, NULL);
}

static void round_bgnbd(struct bgnbd *m)
{
	round_digits(&m->r);
	round_digits(&m->alpha);
	if (m->nbd)
		return;
	round_digits(&m->a);
	round_digits(&m->b);
}

static void fit_spend(struct model *m, struct sample *s)
{
	struct error err = ERROR_INIT;

	if (!s->repeaters)
		return;
	if (!s->spend_count) {
		snprintf(m->no_spend, sizeof m->no_spend,
			 "no repeat purchase has a revenue");
		return;
	}
	if (s->currency_mixed) {
		snprintf(m->no_spend, sizeof m->no_spend,
			 "customers pay in different currencies, which do not add up: split the profiles by currency");
		return;
	}
	sample_sort_spends(s);
	if (gamma_gamma_fit(s->spends, s->spend_count, &m->spend, &err)) {
		snprintf(m->no_spend, sizeof m->no_spend, "%s", err.message);
		return;
	}
	m->has_spend = true;
	m->spenders = s->spend_count;
	memcpy(m->currency, s->currency, sizeof m->currency);
	round_digits(&m->spend.model.p);
	round_digits(&m->spend.model.q);
	round_digits(&m->spend.model.gamma);
	if (!(m->spend.model.q > 1)) {
		m->has_spend = false;
		snprintf(m->no_spend, sizeof m->no_spend,
			 "the Gamma-Gamma model has q = 1, so the mean spend is infinite");
	}
}

int model_fit(struct model *m, struct sample *s, enum time_unit unit,
	      struct error *err)
{
	struct bgnbd_row *rows;
	size_t count;
	int failed;

	*m = (struct model){.unit = unit, .as_of = MOMENT_NONE};
	rows = sample_rows(s, time_unit_days(unit), &count);
	m->customers = s->customers;
	m->repeaters = s->repeaters;
	m->repeats = s->repeats;
	m->histories = count;
	failed = bgnbd_fit(rows, count, &m->purchases, err);
	mem_free(rows);
	if (failed)
		return -1;
	round_bgnbd(&m->purchases.model);
	round_bgnbd(&m->purchases.nbd);
	fit_spend(m, s);
	return 0;
}
