/*
 * A panel: what was known of each buyer at each cutoff, and the label.  The rows of cutoff 0 are those of the
 * back-test, the others are what a model that is tested may learn from; with cutoff 0 they are what the
 * model learns from in the end.
 *
 * Rows are kept of PANEL_ROWS_MAX at most: beyond that of the half, the quarter ... of the customers, chosen
 * by a hash of their ids.  The rows do not depend on the order in which customers come.
 */
#ifndef PREDICT_PANEL_H
#define PREDICT_PANEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "understand/churn/history.h"
#include "understand/predict/buyer.h"

#define PANEL_ROWS_MAX 300000

struct panel_row {
	uint64_t key;		/* of the customer */
	uint32_t cutoff;
	struct buyer buyer;	/* known */
	struct history history;	/* of cutoff 0: what a purchase model reads; HISTORY_KNOWN */
};

struct panel {
	struct panel_row *rows;
	size_t count, cap;
	size_t max;		/* 0: PANEL_ROWS_MAX */
	unsigned halvings;	/* of the customers: 1 of 2^halvings is kept */
};

/* The key of the customer with this id. */
uint64_t panel_key(struct span id);

void panel_add(struct panel *p, const struct panel_row *row);

/* Behind the last row: in order of cutoff, then key. */
void panel_sort(struct panel *p);
void panel_release(struct panel *p);

/* The rows of CUTOFF of a sorted panel: the first, and how many. */
const struct panel_row *panel_at(const struct panel *p, uint32_t cutoff, size_t *count);

#endif
