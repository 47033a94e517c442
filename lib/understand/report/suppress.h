/*
 * Figures of few people that leave the house: which of them are hidden (--k).
 *
 * Problem.  "Liechtenstein: 1 customer, 912.00 EUR" says what one person spent.  Hiding that figure is not enough: the total
 * less all other rows is the same figure.  So further ones must be hidden, although they rest on many people, and what is
 * hidden for which reason must not show.
 *
 * Method.  A column has cells, each with the number of people it rests on, and a total.  Cells of 1 to k-1 people are hidden.
 * A cell of nobody never is: that nobody did is no figure of a person.  So who reads the table knows of n hidden cells that
 * each rests on one person at least, and, by total less the rest, their sum S: each is between 1 and S - (n - 1).  As
 * long as there are hidden cells of which n < 2 or S - (n - 1) < k, the smallest cell that is still shown is hidden, too
 * (complementary suppression); where none is left, the total.
 *
 * Invariant.  After that each hidden cell may be 1 for all the column tells, and may be k or more: it is neither fixed nor known
 * to be below k.  That holds for the people, and so for what is counted of them, which is not less.  Where the total counts people once who
 * stand in several cells (those who ordered in several months), their sum is only known to be at least that:
 * the invariant holds all the more.
 *
 * What it does not do: a cell of k people of whom one has nearly all the money shows that money nearly; tables of other
 * groups, or of a part of the people, can be set off against each other.
 *
 * The choice is made by numbers of people alone, so columns whose people are the same hide the same rows: one does not tell what
 * another hides.
 *
 * L. Willenborg, T. de Waal, Elements of Statistical Disclosure Control, 2001, chapter 4.
 */
#ifndef REPORT_SUPPRESS_H
#define REPORT_SUPPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct suppress_column {
	const uint64_t *people;	/* by cell */
	bool *hidden;		/* by cell: those that are hidden anyway are given */
	size_t count;
	uint64_t total;		/* people of the total */
	bool total_hidden;
};

/* Hides what must be hidden for K >= 2.  Deterministic. */
void suppress_column(struct suppress_column *c, uint64_t k);

#endif
