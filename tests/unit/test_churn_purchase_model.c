/* What every row of purchase_models keeps, whichever model it is. */
#include "tests/unit/support.h"

#include <math.h>

#include "base/mem.h"
#include "understand/churn/purchase_model.h"

/* Customers observed for a year, in weeks: some stop, some go on. */
static struct purchase_row weeks[64];
/* The same, as whole weeks: what models of occasions are told. */
static struct purchase_row occasions[64];

static int build_rows(void **state)
{
	size_t at = 0;

	(void)state;
	for (int x = 0; x < 8; x++)
		for (int i = 0; i < 8; i++)
			weeks[at++] = (struct purchase_row){
				.x = x,
				.t_x = x ? (i + 1) * 6 - 0.5 * x : 0,
				.T = 52 + i % 3,
				.weight = 40 / (x + 1) + i % 2,
			};
	for (size_t i = 0; i < at; i++) {
		occasions[i] = weeks[i];
		occasions[i].t_x = fmax(weeks[i].x, floor(weeks[i].t_x));
	}
	return 0;
}

static const struct purchase_row *rows_of(const struct purchase_model *kind)
{
	return kind->discrete ? occasions : weeks;
}

/* A clock of three ticks: with what gaps is not asked. */
static struct purchase_data data_of(const struct purchase_row *some, size_t count)
{
	double repeats = 0;

	for (size_t i = 0; i < count; i++)
		repeats += some[i].weight * some[i].x;
	return (struct purchase_data){some, count, repeats * 1.8, NAN};
}

static double likelihood_of(const struct purchase_model *kind, const void *fitted,
			    const struct purchase_row *some, size_t count)
{
	const struct purchase_data data = data_of(some, count);

	return kind->log_likelihood(fitted, &data);
}

static void *fitted_by(const struct purchase_model *kind)
{
	const struct purchase_data data = data_of(rows_of(kind), COUNT_OF(weeks));
	void *fitted = mem_zero(1, kind->fitted_size);
	struct error err = ERROR_INIT;

	if (kind->fit(fitted, &data, &err))
		fail_msg("%s: %s", kind->name, err.message);
	return fitted;
}

static void check_predictions(const struct purchase_model *kind,
			      const void *fitted, const struct purchase_row *row)
{
	double alive = kind->p_alive(fitted, row->x, row->t_x, row->T);
	double before = 1;

	assert_true(alive > 0 && alive <= 1);
	for (double t = 1; t < 200; t *= 3) {
		double none = kind->p_none(fitted, row->x, row->t_x, row->T, t);
		double expected = alive * kind->expected(fitted, row->x, row->t_x, row->T, t);

		assert_true(none >= 0 && none <= before);
		assert_true(expected >= 1 - none - 1e-12);
		before = none;
	}
}

static void predictions_are_chances(void **state)
{
	(void)state;
	for (size_t k = 0; purchase_models[k]; k++) {
		void *fitted = fitted_by(purchase_models[k]);

		for (size_t i = 0; i < COUNT_OF(weeks); i++)
			check_predictions(purchase_models[k], fitted, &rows_of(purchase_models[k])[i]);
		mem_free(fitted);
	}
}

/* Two customers of one history weigh as one row of weight 2. */
static void likelihoods_add_up(void **state)
{
	(void)state;
	for (size_t k = 0; purchase_models[k]; k++) {
		const struct purchase_model *kind = purchase_models[k];
		const struct purchase_row *rows = rows_of(kind);
		void *fitted = fitted_by(kind);
		double whole = likelihood_of(kind, fitted, rows, COUNT_OF(weeks));
		double parts = likelihood_of(kind, fitted, rows, 20) +
			       likelihood_of(kind, fitted, rows + 20, COUNT_OF(weeks) - 20);

		assert_true(whole < 0 && isfinite(whole));
		assert_close(whole, parts, 1e-9 * -whole);
		mem_free(fitted);
	}
}

static void reload(const struct purchase_model *kind,
					   const void *fitted, void *back)
{
	struct document *d = document_new(), *read;
	const struct purchase_model *found;
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;

	kind->save(fitted, document_root(d));
	document_put(d, &text);
	document_free(d);
	read = document_parse(buf_view(&text), "model", &err);
	assert_non_null(read);
	found = purchase_model_named(span_of(kind->name), &err);
	assert_ptr_equal(found, kind);
	assert_int_equal(kind->load(back, document_root(read), &err), 0);
	document_free(read);
	buf_release(&text);
}

/* To the last bit: what is fitted has been rounded as its file says it. */
static void what_is_saved_loads_the_same(void **state)
{
	(void)state;
	for (size_t k = 0; purchase_models[k]; k++) {
		const struct purchase_model *kind = purchase_models[k];
		const struct purchase_row *rows = rows_of(kind);
		void *fitted = fitted_by(kind);
		void *back = mem_zero(1, kind->fitted_size);

		reload(kind, fitted, back);
		assert_true(likelihood_of(kind, fitted, rows, COUNT_OF(weeks)) ==
			    likelihood_of(kind, back, rows, COUNT_OF(weeks)));
		assert_true(kind->p_none(fitted, 3, 20, 52, 13) ==
			    kind->p_none(back, 3, 20, 52, 13));
		assert_true(kind->expected(fitted, 3, 20, 52, 13) ==
			    kind->expected(back, 3, 20, 52, 13));
		mem_free(back);
		mem_free(fitted);
	}
}

/* The file's parameters are a maximum, so far as six digits go. */
static void fewer_customers_are_likelier_under_their_own_fit(void **state)
{
	(void)state;
	for (size_t k = 0; purchase_models[k]; k++) {
		const struct purchase_model *kind = purchase_models[k];
		const struct purchase_row *rows = rows_of(kind);
		void *all = fitted_by(kind), *half = mem_zero(1, kind->fitted_size);
		const struct purchase_data few = data_of(rows, 24);
		struct error err = ERROR_INIT;

		assert_int_equal(kind->fit(half, &few, &err), 0);
		assert_true(likelihood_of(kind, half, rows, 24) >
			    likelihood_of(kind, all, rows, 24));
		assert_true(likelihood_of(kind, all, rows, COUNT_OF(weeks)) >
			    likelihood_of(kind, half, rows, COUNT_OF(weeks)));
		mem_free(all);
		mem_free(half);
	}
}

static void nothing_to_learn_from_is_a_failure(void **state)
{
	static const struct purchase_row once = {0, 0, 30, 12};
	const struct purchase_data data = {&once, 1, 0, NAN};

	(void)state;
	for (size_t k = 0; purchase_models[k]; k++) {
		void *fitted = mem_zero(1, purchase_models[k]->fitted_size);
		struct error err = ERROR_INIT;

		assert_int_equal(purchase_models[k]->fit(fitted, &data, &err), -1);
		assert_int_equal(err.kind, ERROR_FAILED);
		mem_free(fitted);
	}
}

static void describes_itself_in_a_line(void **state)
{
	(void)state;
	for (size_t k = 0; purchase_models[k]; k++) {
		void *fitted = fitted_by(purchase_models[k]);
		struct buf sentence = BUF_INIT, warnings = BUF_INIT;

		purchase_models[k]->describe(fitted, "week", &sentence, &warnings);
		assert_non_null(strstr(buf_text(&sentence), "by weeks"));
		assert_null(strchr(buf_text(&sentence), '\n'));
		assert_true(!warnings.len || warnings.ptr[warnings.len - 1] == '\n');
		buf_release(&sentence);
		buf_release(&warnings);
		mem_free(fitted);
	}
}

static void names_find_their_model(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t k = 0; purchase_models[k]; k++) {
		assert_ptr_equal(purchase_model_named(span_of(purchase_models[k]->name), &err),
				 purchase_models[k]);
		assert_ptr_equal(purchase_model_of_option(purchase_models[k]->option),
				 purchase_models[k]);
	}
	assert_null(purchase_model_of_option("pareto"));
	assert_null(purchase_model_named(SPAN("pareto"), &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_error(&err, "is of the unknown model 'pareto': bgnbd, mbgnbd, pareto_nbd, bgcnbd, mbgcnbd, bgbb or nbd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(predictions_are_chances),
		cmocka_unit_test(likelihoods_add_up),
		cmocka_unit_test(what_is_saved_loads_the_same),
		cmocka_unit_test(fewer_customers_are_likelier_under_their_own_fit),
		cmocka_unit_test(nothing_to_learn_from_is_a_failure),
		cmocka_unit_test(describes_itself_in_a_line),
		cmocka_unit_test(names_find_their_model),
	};

	return cmocka_run_group_tests(tests, build_rows, NULL);
}
