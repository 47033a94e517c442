/*
 * A column of prices or quantities as people write them: "€9", "12,50", "1.234,50", "1,234".  What a
 * comma or a point means is settled by the whole column: first all cells are noted, then each is read.
 */
#ifndef RECOMMEND_AMOUNTS_H
#define RECOMMEND_AMOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/currency.h"
#include "base/decimal.h"
#include "base/error.h"

/* Some cells, the first of them for a message. */
struct amounts_found {
	uint64_t count;
	char first[ERROR_QUOTE_MAX];
};

struct amounts {
	uint64_t count;			/* cells that are not empty */
	struct amounts_found bad;	/* no numbers */
	struct amounts_found point, comma;	/* numbers by that decimal separator alone */
	struct amounts_found open;	/* by both, and differing: "1,234" */
	char currency[CURRENCY_SIZE];	/* of the first cell that names one */
	struct amounts_found foreign;	/* in another */
};

void amounts_note(struct amounts *a, struct span cell);

/* Where A itself says nothing of its decimal separator, B, another column of the table, does. */
void amounts_follow(struct amounts *a, const struct amounts *b);

/* The number in CELL; false where it is none, or nothing says which. */
bool amounts_read(const struct amounts *a, struct span cell, struct decimal *out);

/* Appends what is doubtful about the column NAME of FILE, a line each; the first: of what is no number alone. */
void amounts_put_bad(const struct amounts *a, const char *name, const char *file, struct buf *out);
void amounts_put_warnings(const struct amounts *a, const char *name, const char *file, struct buf *out);

#endif
