#include "stats/linear.h"

#include <math.h>
#include <pthread.h>

#include <cblas.h>
#include <lapacke.h>

#include "base/mem.h"

/*
 * LAPACK's columns are our rows.  A symmetric matrix is its own transpose, so what LAPACK
 * calls the upper triangle of its columns is the lower one of our rows: nothing is copied.
 */
#define UPPER 'U'

static void use_one_thread(void)
{
	openblas_set_num_threads(1);
}

static void begin(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, use_one_thread);
}

static void mirror_lower(double *a, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			a[j * n + i] = a[i * n + j];
}

void linear_add_gram(double *gram, const double *rows, size_t count, size_t n)
{
	begin();
	if (!n)
		return;
	cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, (int)n, (int)count, 1, rows, (int)n, 1, gram,
		    (int)n);
	mirror_lower(gram, n);
}

int linear_factor(double *a, size_t n)
{
	double *diagonal;
	int bad = 0;

	begin();
	if (!n)
		return 0;
	diagonal = mem_zero(n, sizeof *diagonal);
	for (size_t i = 0; i < n; i++)
		diagonal[i] = a[i * n + i];
	if (LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, UPPER, (int)n, a, (int)n))
		bad = -1;
	for (size_t i = 0; i < n && !bad; i++)
		if (!(a[i * n + i] * a[i * n + i] > 1e-11 * diagonal[i]))
			bad = -1;
	mem_free(diagonal);
	return bad;
}

void linear_solve(const double *factor, size_t n, double *b, size_t count)
{
	begin();
	if (n && count)
		LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, UPPER, (int)n, (int)count, factor, (int)n, b, (int)n);
}

void linear_invert(double *factor, size_t n)
{
	begin();
	if (!n)
		return;
	LAPACKE_dpotri_work(LAPACK_COL_MAJOR, UPPER, (int)n, factor, (int)n);
	mirror_lower(factor, n);
}

double linear_log_determinant(const double *factor, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += 2 * log(factor[i * n + i]);
	return sum;
}

void linear_multiply(double *out, const double *a, const double *b, size_t rows, size_t inner,
		     size_t columns)
{
	begin();
	if (rows && columns)
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)rows, (int)columns, (int)inner, 1,
			    a, (int)(inner ? inner : 1), b, (int)columns, 0, out, (int)columns);
}
