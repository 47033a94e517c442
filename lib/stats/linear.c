#include "stats/linear.h"

#include <cblas.h>

#include "base/mem.h"

/*
 * LAPACK's columns are our rows.  A symmetric matrix is its own transpose, so what LAPACK
 * calls the upper triangle of its columns is the lower one of our rows: nothing is copied.
 */
static const char upper = 'U';

/* LAPACK as Fortran has it, with the lengths of texts at the end. */
extern void dpotrf_(const char *triangle, const int *n, double *a, const int *stride, int *bad, size_t len);
extern void dpotri_(const char *triangle, const int *n, double *a, const int *stride, int *bad, size_t len);
extern void dpotrs_(const char *triangle, const int *n, const int *columns, const double *a, const int *stride,
		    double *b, const int *b_stride, int *bad, size_t len);

static void mirror_lower(double *a, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			a[j * n + i] = a[i * n + j];
}

void linear_add_gram(double *gram, const double *rows, size_t count, size_t n)
{
	if (!n)
		return;
	cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, (int)n, (int)count, 1, rows, (int)n, 1, gram, (int)n);
	mirror_lower(gram, n);
}

int linear_factor(double *a, size_t n)
{
	int size = (int)n, bad = 0;
	double *diagonal;

	if (!n)
		return 0;
	diagonal = mem_zero(n, sizeof *diagonal);
	for (size_t i = 0; i < n; i++)
		diagonal[i] = a[i * n + i];
	dpotrf_(&upper, &size, a, &size, &bad, 1);
	bad = bad ? -1 : 0;
	for (size_t i = 0; i < n && !bad; i++)
		if (!(a[i * n + i] * a[i * n + i] > 1e-11 * diagonal[i]))
			bad = -1;
	mem_free(diagonal);
	return bad;
}

void linear_solve(const double *factor, size_t n, double *b, size_t count)
{
	int size = (int)n, columns = (int)count, bad;

	if (n && count)
		dpotrs_(&upper, &size, &columns, factor, &size, b, &size, &bad, 1);
}

void linear_invert(double *factor, size_t n)
{
	int size = (int)n, bad;

	if (!n)
		return;
	dpotri_(&upper, &size, factor, &size, &bad, 1);
	mirror_lower(factor, n);
}

void linear_multiply(double *out, const double *a, const double *b, size_t rows, size_t inner,
		     size_t columns)
{
	if (rows && columns)
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)rows, (int)columns, (int)inner, 1,
			    a, (int)(inner ? inner : 1), b, (int)columns, 0, out, (int)columns);
}
