/*
 * Symmetric systems by OpenBLAS, which has LAPACK in it: sums of squares and products,
 * Cholesky factors, and what is solved by them.  The only place that knows the library.
 *
 * A matrix is an array of doubles, row after row.  A symmetric one of N x N is whole:
 * both triangles hold its values, before and after each call.  A factor is what
 * linear_factor leaves and only the calls below understand.
 *
 * The library is the one without threads of its own: theirs wait for ever where there is no
 * memory for them, and the last digit of a sum would depend on their number.  Not for two
 * threads at once.
 */
#ifndef STATS_LINEAR_H
#define STATS_LINEAR_H

#include <stddef.h>

/* Adds the products of COUNT rows of N values with themselves to GRAM: gram += rows' rows. */
void linear_add_gram(double *gram, const double *rows, size_t count, size_t n);

/*
 * Replaces A, N x N, by its Cholesky factor.  0, or -1 where A is not positive definite
 * beyond rounding (a column that others make up, an empty one, a value that is not
 * finite); A is then of no use.  A pivot counts as 0 below 1e-11 of its diagonal value.
 */
int linear_factor(double *a, size_t n);

/* X solves A X = B for each of the COUNT rows of N values of B, in its place. */
void linear_solve(const double *factor, size_t n, double *b, size_t count);

/* Replaces the factor of A by the inverse of A, whole. */
void linear_invert(double *factor, size_t n);

/* OUT, ROWS x COLUMNS, becomes the product of A, ROWS x INNER, and B, INNER x COLUMNS. */
void linear_multiply(double *out, const double *a, const double *b, size_t rows, size_t inner,
		     size_t columns);

#endif
