#include "understand/churn/model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "time/moment.h"
#include "understand/churn/model_numbers.h"

void model_release(struct model *m)
{
	mem_free(m->purchases);
	mem_free(m->spends);
	m->purchases = NULL;
	m->spends = NULL;
	m->spend_count = 0;
	calibration_release(&m->calibration);
}

const struct spend_model *model_spend(const struct model *m, const char *currency)
{
	for (size_t i = 0; i < m->spend_count; i++)
		if (!*m->spends[i].why && !strcmp(m->spends[i].currency, currency))
			return &m->spends[i];
	return NULL;
}

bool model_knows_currency(const struct model *m, const char *currency)
{
	for (size_t i = 0; i < m->spend_count; i++)
		if (!strcmp(m->spends[i].currency, currency))
			return true;
	return false;
}

bool model_has_spend(const struct model *m)
{
	for (size_t i = 0; i < m->spend_count; i++)
		if (!*m->spends[i].why)
			return true;
	return false;
}

static void fit_currency(struct spend_model *m, const struct spends *s)
{
	struct error err = ERROR_INIT;
	struct gamma_gamma *g = &m->fit.model;

	memcpy(m->currency, s->currency, sizeof m->currency);
	m->customers = s->count;
	if (gamma_gamma_fit(s->rows, s->count, &m->fit, &err)) {
		snprintf(m->why, sizeof m->why, "%s", err.message);
		return;
	}
	model_round_number(&g->p);
	model_round_number(&g->q);
	model_round_number(&g->gamma);
	if (!(g->q > 1))
		snprintf(m->why, sizeof m->why,
			 "the Gamma-Gamma model has q = 1, so the mean spend is infinite");
}

static void fit_spends(struct model *m, struct sample *s)
{
	sample_sort_spends(s);
	m->spends = mem_zero(s->currencies + 1, sizeof *m->spends);
	m->spend_count = s->currencies;
	for (size_t i = 0; i < s->currencies; i++)
		fit_currency(&m->spends[i], &s->spends[i]);
}

/* What a model of KIND is fitted to.  Owned: mem_free. */
static struct purchase_row *rows_of(const struct purchase_model *kind, const struct sample *s, enum time_unit unit,
				    struct purchase_data *data)
{
	return kind->discrete ? sample_occasions(s, data) : sample_rows(s, time_unit_days(unit), data);
}

int model_fit(struct model *m, const struct purchase_model *kind,
	      struct sample *s, enum time_unit unit, struct error *err)
{
	struct purchase_row *rows;
	struct purchase_data data;

	*m = (struct model){.unit = unit, .as_of = MOMENT_NONE, .kind = kind};
	rows = rows_of(kind, s, unit, &data);
	m->customers = s->customers;
	m->repeaters = s->repeaters;
	m->repeats = s->repeats;
	m->histories = data.count;
	m->longest = s->longest;
	m->purchases = mem_zero(1, kind->fitted_size);
	if (kind->fit(m->purchases, &data, err)) {
		mem_free(rows);
		model_release(m);
		return -1;
	}
	m->log_likelihood = kind->log_likelihood(m->purchases, &data);
	mem_free(rows);
	fit_spends(m, s);
	return 0;
}

bool model_follows_recency(const struct model *m, const struct sample *s, uint32_t horizon_days)
{
	const double days = time_unit_days(m->unit);
	struct purchase_data data;
	struct purchase_row *rows = rows_of(m->kind, s, m->unit, &data);
	double n = 0, a = 0, b = 0, ab = 0;

	for (size_t i = 0; i < data.count; i++) {
		const struct purchase_row *r = &rows[i];
		double gap = log1p((r->T - r->t_x) * days);
		double none = m->kind->p_none(m->purchases, r->x, r->t_x, r->T,
					      horizon_days / days);

		n += r->weight;
		a += r->weight * gap;
		b += r->weight * none;
		ab += r->weight * gap * none;
	}
	mem_free(rows);
	return ab / n - a / n * (b / n) >= -1e-9;
}
