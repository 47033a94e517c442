#include "understand/survival/model_sheet.h"

#include <math.h>

#include "stats/significance.h"
#include "understand/survival/curve_sheet.h"

#define EXACT(key, label) {key, label, NULL, COLUMN_EXACT}
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static void put_test(struct section *s, struct span name, double chi_square, size_t df)
{
	struct cell *cell = section_row(s);

	*cell++ = cell_text(name);
	*cell++ = cell_real(chi_square);
	*cell++ = cell_count(df);
	*cell = cell_real(significance_chi_square(chi_square, df));
}

static const struct column test_columns[] = {
	EXACT("test", "Test"), EXACT("chi_square", "Chi-squared"), EXACT("df", "df"), EXACT("p", "p"),
};

void sheet_add_logrank(struct sheet *sheet, const struct logrank *r, const struct cases *c)
{
	static const struct column columns[] = {
		EXACT("group", "Group"), EXACT("observed", "Events"), EXACT("expected", "Expected"),
		EXACT("ratio", "Ratio"),
	};
	struct section *s = sheet_add(sheet, "comparison", "Do the groups last alike?", columns, COUNT_OF(columns));

	s->note = "Expected: the events that a group would have if all had the same hazard at the same time.";
	for (uint32_t g = 0; g < c->by.count; g++) {
		struct cell *cell = section_row(s);

		*cell++ = cell_text(c->by.names[g]);
		*cell++ = cell_count((uint64_t)r->observed[g]);
		*cell++ = cell_real(r->expected[g]);
		*cell = cell_real(r->observed[g] / r->expected[g]);
	}
	s = sheet_add(sheet, "tests", "Tests", test_columns, COUNT_OF(test_columns));
	s->note = "p: the chance of such a difference where there is none. Peto and Peto's test counts early differences more.";
	put_test(s, SPAN("log-rank"), r->chi_square, r->df);
	put_test(s, SPAN("peto-peto"), r->peto_chi_square, r->df);
}

/* Name and value; a value that is not there is no row. */
static void put_pair(struct section *s, const char *name, struct cell value)
{
	struct cell *cell;

	if (value.kind == CELL_NONE)
		return;
	cell = section_row(s);
	cell[0] = cell_text(span_of(name));
	cell[1] = value;
}

static struct section *add_pairs(struct sheet *sheet, const char *key, const char *title)
{
	static const struct column columns[] = {EXACT("name", NULL), EXACT("value", NULL)};
	struct section *s = sheet_add(sheet, key, title, columns, COUNT_OF(columns));

	s->pairs = true;
	return s;
}

static void put_cox_pairs(struct section *s, const struct cox *m, const struct cases *c)
{
	double ratio = 2 * (m->log_likelihood - m->null_log_likelihood);

	put_pair(s, "rows", cell_count(m->rows));
	put_pair(s, "events", cell_count(m->events));
	put_pair(s, "ties", cell_text(SPAN("efron")));
	if (c->strata.codes)
		put_pair(s, "strata", cell_count(c->strata.count));
	if (c->cluster.codes)
		put_pair(s, "clusters", cell_count(c->cluster.count));
	put_pair(s, "log_likelihood_null", cell_real(m->null_log_likelihood));
	put_pair(s, "log_likelihood", cell_real(m->log_likelihood));
	put_pair(s, "df", cell_count(m->width));
	put_pair(s, "likelihood_ratio", cell_real(ratio));
	put_pair(s, "likelihood_ratio_p", cell_real(significance_chi_square(ratio, m->width)));
	put_pair(s, "score_test", cell_real(m->score_test));
	put_pair(s, "score_p", cell_real(significance_chi_square(m->score_test, m->width)));
	put_pair(s, "wald_test", cell_real(m->wald_test));
	put_pair(s, "wald_p", cell_real(significance_chi_square(m->wald_test, m->width)));
	put_pair(s, "aic", cell_real(2 * (double)m->width - 2 * m->log_likelihood));
	put_pair(s, "concordance", cell_real(m->concordance));
	put_pair(s, "concordance_se", cell_real(m->concordance_se));
	put_pair(s, "steps", cell_count(m->steps));
}

static void put_coefficient(struct section *s, const struct cox *m, struct span name, size_t j)
{
	double own = sqrt(m->variance[j * m->width + j]), coef = m->coef[j];
	double se = m->robust ? sqrt(m->robust[j * m->width + j]) : own;
	struct cell *cell = section_row(s);

	*cell++ = cell_text(name);
	*cell++ = cell_real(coef);
	*cell++ = cell_real(exp(coef));
	*cell++ = cell_real(exp(coef - SURVIVAL_Z * se));
	*cell++ = cell_real(exp(coef + SURVIVAL_Z * se));
	*cell++ = cell_real(own);
	if (m->robust)
		*cell++ = cell_real(se);
	*cell++ = cell_real(coef / se);
	*cell = cell_real(significance_normal(coef / se));
}

void sheet_add_cox(struct sheet *sheet, const struct cox *m, const struct cases *c)
{
	static const struct column plain[] = {
		EXACT("name", "Covariate"), EXACT("coef", "Coefficient"), EXACT("hazard_ratio", "Hazard ratio"),
		EXACT("low", "from"), EXACT("high", "to"), EXACT("se", "se"), EXACT("z", "z"), EXACT("p", "p"),
	};
	static const struct column robust[] = {
		EXACT("name", "Covariate"), EXACT("coef", "Coefficient"), EXACT("hazard_ratio", "Hazard ratio"),
		EXACT("low", "from"), EXACT("high", "to"), EXACT("se", "se"), EXACT("robust_se", "robust se"),
		EXACT("z", "z"), EXACT("p", "p"),
	};
	struct section *s = sheet_add(sheet, "coefficients", "What it depends on (Cox)", m->robust ? robust : plain,
				      m->robust ? COUNT_OF(robust) : COUNT_OF(plain));

	s->note = "The hazard ratio is the factor by which one more of it multiplies the risk of the event at any time, with its limits at 95%. A name[value] is against the first value in the order of text.";
	for (size_t j = 0; j < m->width; j++)
		put_coefficient(s, m, c->layout.names[j], j);
	put_cox_pairs(add_pairs(sheet, "model", "The model"), m, c);
}

void sheet_add_checks(struct sheet *sheet, const struct cox_check *checks, const struct cases *c, const char *transform)
{
	static const struct column columns[] = {
		EXACT("term", "Covariate"), EXACT("chi_square", "Chi-squared"), EXACT("df", "df"), EXACT("p", "p"),
	};
	struct section *s = sheet_add(sheet, "hazards", "Do the hazards stay proportional?", columns, COUNT_OF(columns));

	s->note = sheet_text(sheet, "A small p: the effect changes with time (score test against g(t) by %s). Then stratify by it, or look at periods apart.", transform);
	for (size_t t = 0; t < c->layout.term_count; t++)
		if (checks[t].df)
			put_test(s, c->layout.terms[t].name, checks[t].chi_square, checks[t].df);
	put_test(s, SPAN("(all)"), checks[c->layout.term_count].chi_square, checks[c->layout.term_count].df);
	if (isnan(checks[c->layout.term_count].chi_square))
		sheet_warn(sheet, "not all hazards can be tested: some value was at risk at too few times with events");
}

static void put_baseline(struct section *s, const struct cases *c, uint32_t stratum, double time, double hazard)
{
	struct cell *cell = section_row(s);

	*cell++ = cell_text(c->strata.codes ? c->strata.names[stratum] : SPAN("all"));
	*cell++ = cell_real(time);
	*cell++ = cell_real(hazard);
	*cell = cell_real(exp(-hazard));
}

void sheet_add_baseline(struct sheet *sheet, const struct cox *m, const struct cases *c, const double *times, size_t count)
{
	static const struct column columns[] = {
		EXACT("stratum", "Stratum"), EXACT("time", "Time"), EXACT("cumulative_hazard", "H"), EXACT("survival", "S"),
	};
	struct section *s = sheet_add(sheet, "baseline", "Baseline", columns, COUNT_OF(columns));
	double factor = cox_baseline_factor(m), sum = 0;

	s->note = "Cumulative hazard and survival where all covariates are 0.";
	s->label_columns = 2;
	for (uint32_t g = 0; g < (c->strata.codes ? c->strata.count : 1); g++)
		for (size_t i = 0; i < count; i++)
			put_baseline(s, c, g, times[i], cox_baseline(m, g, times[i]));
	for (size_t k = 0; k < m->time_count && !count; k++) {
		sum = (k && m->times[k].stratum == m->times[k - 1].stratum ? sum : 0) + m->times[k].hazard;
		put_baseline(s, c, m->times[k].stratum, m->times[k].time, sum * factor);
	}
}

static double aic(const struct aft *a)
{
	return 2 * (double)(a->width + 2) - 2 * a->log_likelihood;
}

size_t sheet_add_distributions(struct sheet *sheet, const struct aft *fits, size_t count)
{
	static const struct column columns[] = {
		EXACT("distribution", "Distribution"), EXACT("log_likelihood", "Log-likelihood"), EXACT("aic", "AIC"),
	};
	struct section *s = sheet_add(sheet, "distributions", "Which distribution fits best?", columns, COUNT_OF(columns));
	size_t best = 0;

	s->note = "The least AIC is the best; it is shown below.";
	for (size_t i = 0; i < count; i++) {
		struct cell *cell = section_row(s);

		*cell++ = cell_text(span_of(aft_form_names[fits[i].form]));
		*cell++ = cell_real(fits[i].log_likelihood);
		*cell = cell_real(aic(&fits[i]));
		if (aic(&fits[i]) < aic(&fits[best]))
			best = i;
	}
	return best;
}

static void put_aft_coefficient(struct section *s, struct span name, double coef, double se, bool factor)
{
	struct cell *cell = section_row(s);

	*cell++ = cell_text(name);
	*cell++ = cell_real(coef);
	*cell++ = factor ? cell_real(exp(coef)) : CELL_EMPTY;
	*cell++ = factor ? cell_real(exp(coef - SURVIVAL_Z * se)) : CELL_EMPTY;
	*cell++ = factor ? cell_real(exp(coef + SURVIVAL_Z * se)) : CELL_EMPTY;
	*cell++ = cell_real(se);
	*cell++ = cell_real(coef / se);
	*cell = cell_real(significance_normal(coef / se));
}

static void put_aft_pairs(struct section *s, const struct aft *a)
{
	double ratio = 2 * (a->log_likelihood - a->null_log_likelihood), sigma = exp(a->coef[a->width + 1]);

	put_pair(s, "distribution", cell_text(span_of(aft_form_names[a->form])));
	put_pair(s, "rows", cell_count(a->rows));
	put_pair(s, "events", cell_count(a->events));
	put_pair(s, "log_likelihood_null", a->width ? cell_real(a->null_log_likelihood) : CELL_EMPTY);
	put_pair(s, "log_likelihood", cell_real(a->log_likelihood));
	put_pair(s, "df", a->width ? cell_count(a->width) : CELL_EMPTY);
	put_pair(s, "likelihood_ratio", a->width ? cell_real(ratio) : CELL_EMPTY);
	put_pair(s, "likelihood_ratio_p", a->width ? cell_real(significance_chi_square(ratio, a->width)) : CELL_EMPTY);
	put_pair(s, "aic", cell_real(aic(a)));
	put_pair(s, "sigma", cell_real(sigma));
	put_pair(s, "shape", a->form == AFT_LOG_NORMAL ? CELL_EMPTY : cell_real(1 / sigma));
	put_pair(s, "scale", a->width ? CELL_EMPTY : cell_real(exp(a->coef[0])));
	put_pair(s, "median", cell_real(aft_quantile(a, 0.5)));
	put_pair(s, "mean", cell_real(aft_remaining(a, 0)));
	put_pair(s, "steps", cell_count(a->steps));
}

static void add_expected(struct sheet *sheet, const struct aft *a, const double *times, size_t count)
{
	static const struct column columns[] = {
		EXACT("time", "Time"), EXACT("survival", "S"), EXACT("remaining", "Remaining"),
	};
	struct section *s = sheet_add(sheet, "expected", "What to expect", columns, COUNT_OF(columns));

	s->note = a->width ? "S: the share that lasts beyond the time; Remaining: the mean of what is left to those who do. Both where all covariates have their means."
			   : "S: the share that lasts beyond the time; Remaining: the mean of what is left to those who do.";
	for (size_t i = 0; i < count; i++) {
		struct cell *cell = section_row(s);

		*cell++ = cell_real(times[i]);
		*cell++ = cell_real(aft_survival(a, times[i]));
		*cell = cell_real(aft_remaining(a, times[i]));
	}
}

void sheet_add_aft(struct sheet *sheet, const struct aft *a, const struct cases *c, const double *times, size_t count)
{
	static const struct column columns[] = {
		EXACT("name", "Covariate"), EXACT("coef", "Coefficient"), EXACT("time_ratio", "Time ratio"),
		EXACT("low", "from"), EXACT("high", "to"), EXACT("se", "se"), EXACT("z", "z"), EXACT("p", "p"),
	};
	struct section *s = sheet_add(sheet, "distribution", "What stretches lifetimes", columns, COUNT_OF(columns));
	bool shape = a->form != AFT_LOG_NORMAL;
	size_t n = a->width + 2;

	s->note = "The time ratio is the factor by which one more of it stretches lifetimes, with its limits at 95%.";
	for (size_t j = 0; j < a->width; j++)
		put_aft_coefficient(s, c->layout.names[j], a->coef[j], sqrt(a->variance[j * n + j]), true);
	put_aft_coefficient(s, SPAN("(constant)"), a->coef[n - 2], sqrt(a->variance[(n - 2) * n + n - 2]), false);
	put_aft_coefficient(s, shape ? SPAN("log(shape)") : SPAN("log(sigma)"), shape ? -a->coef[n - 1] : a->coef[n - 1],
			    sqrt(a->variance[(n - 1) * n + n - 1]), false);
	put_aft_pairs(add_pairs(sheet, "fit", "The fit"), a);
	if (count)
		add_expected(sheet, a, times, count);
}
