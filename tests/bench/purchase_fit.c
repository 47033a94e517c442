/*
 * How long the purchase models take to fit CUSTOMERS (a million) drawn customers, equal ones
 * merged, and to score each group: `purchase_fit [CUSTOMERS]`.
 */
#include "tests/unit/buyers.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void time_model(const struct purchase_model *kind, const struct purchase_data *data)
{
	void *fitted = mem_zero(1, kind->fitted_size);
	struct buf sentence = BUF_INIT, warnings = BUF_INIT;
	struct error err = ERROR_INIT;
	double start = now(), fit, total = 0;
	int failed = kind->fit(fitted, data, &err);

	fit = now() - start;
	start = now();
	for (size_t i = 0; i < data->count && !failed; i++) {
		const struct purchase_row *r = &data->rows[i];

		total += r->weight * (1 - kind->p_none(fitted, r->x, r->t_x, r->T, 13)) +
			 kind->expected(fitted, r->x, r->t_x, r->T, 13);
	}
	if (!failed)
		kind->describe(fitted, "week", &sentence, &warnings);
	printf("%-10s fit %.3f s, score %.3f s, active %.6g: %s\n", kind->name, fit, now() - start, total,
	       failed ? err.message : buf_text(&sentence));
	buf_release(&sentence);
	buf_release(&warnings);
	mem_free(fitted);
}

int main(int argc, char **argv)
{
	const struct buyers buyers = {{0.2426, 4.4136, 0.7929, 2.4259}, false, false, 1, 27, 39, 1 / 7.0};
	size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	uint64_t seed = 12345;
	struct purchase_data data;
	struct purchase_row *rows = buyers_rows(&buyers, &seed, count, &data);
	struct rusage use;

	printf("%zu customers, %zu different histories\n", count, data.count);
	for (size_t i = 0; purchase_models[i]; i++)
		time_model(purchase_models[i], &data);
	getrusage(RUSAGE_SELF, &use);
	printf("peak %ld MB, of which the customers %zu MB\n", use.ru_maxrss / 1024, count * sizeof *rows >> 20);
	mem_free(rows);
	return 0;
}
