/*
 * Boosted trees as they are once fitted: what they say of a row, and why.  Needs no library.
 *
 * A node asks whether a feature lies below a value, in single precision as XGBoost does; what is
 * missing goes where the fit found best.  The log-odds of a row are the sum of the leaves it comes to.
 *
 * Why: the Shapley values of the sum, each tree taken by itself, where a feature that is left out
 * sends a row down both ways by their covers (Lundberg and others, "Consistent individualized feature
 * attribution", 2018: TreeSHAP).  With what is expected without any feature they add up to the log-odds.
 */
#ifndef PREDICT_BOOSTED_H
#define PREDICT_BOOSTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "record/document.h"

/* A tree may not be deeper: that bounds what an explanation needs. */
#define BOOSTED_DEPTH_MAX 12

struct boosted_node {
	int32_t feature;	/* -1: a leaf */
	int32_t left, right;	/* numbers of nodes of the boosted, greater than its own */
	bool missing_left;
	float value;		/* left is below it; of a leaf: its log-odds */
	double cover;		/* rows that came here, weighted */
};

struct boosted {
	struct boosted_node *nodes;	/* owned */
	size_t count, cap;
	size_t *roots;			/* owned */
	size_t trees, tree_cap;
};

#define BOOSTED_INIT ((struct boosted){0})

void boosted_release(struct boosted *f);

/*
 * VALUE as trees compare it.  What single precision cannot hold becomes the largest number of its sign that XGBoost
 * cuts at without overflow: it stays on its side of every cut.  NAN stays NAN.
 */
float boosted_single(double value);

/* Log-odds of a row; NAN is missing. */
double boosted_odds(const struct boosted *f, const double *x);

/* Adds the contributions of a row to OUT, one for each feature; returns what is expected without any. */
double boosted_explain(const struct boosted *f, const double *x, double *out);

/*
 * Trees as JSON: an array of trees, each an array of nodes, [feature, below, left, right, missing goes left,
 * cover] or [leaf, cover]; left and right count from the tree's first.  Read: 0, or -1 with a usage error that
 * goes on after the file's name; WIDTH is how many features there are.
 */
void boosted_put(const struct boosted *f, struct node *root, const char *key);
int boosted_get(struct boosted *f, const struct node *trees, size_t width, struct error *err);

/* For who builds one: the next tree begins; a node of it (left and right count from its first). */
void boosted_tree(struct boosted *f);
void boosted_add(struct boosted *f, struct boosted_node node);

/* Are left and right of all nodes behind them and in their tree, features below WIDTH, and no tree too deep? */
bool boosted_check(const struct boosted *f, size_t width);

#endif
