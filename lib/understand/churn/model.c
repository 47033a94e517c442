#include "understand/churn/model.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "time/moment.h"
#include "understand/churn/model_numbers.h"

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

void model_release(struct model *m)
{
	mem_free(m->purchases);
	m->purchases = NULL;
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
	model_round_number(&m->spend.model.p);
	model_round_number(&m->spend.model.q);
	model_round_number(&m->spend.model.gamma);
	if (!(m->spend.model.q > 1)) {
		m->has_spend = false;
		snprintf(m->no_spend, sizeof m->no_spend,
			 "the Gamma-Gamma model has q = 1, so the mean spend is infinite");
	}
}

int model_fit(struct model *m, const struct purchase_model *kind,
	      struct sample *s, enum time_unit unit, struct error *err)
{
	struct purchase_row *rows;
	struct purchase_data data;

	*m = (struct model){.unit = unit, .as_of = MOMENT_NONE, .kind = kind};
	rows = sample_rows(s, time_unit_days(unit), &data);
	m->customers = s->customers;
	m->repeaters = s->repeaters;
	m->repeats = s->repeats;
	m->histories = data.count;
	m->purchases = mem_zero(1, kind->fitted_size);
	if (kind->fit(m->purchases, &data, err)) {
		mem_free(rows);
		model_release(m);
		return -1;
	}
	m->log_likelihood = kind->log_likelihood(m->purchases, &data);
	mem_free(rows);
	fit_spend(m, s);
	return 0;
}
