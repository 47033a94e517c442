/*
 * Members of JSON that the plan does not know, as they came after it was made: behind the sample, a
 * source may begin to spell a name otherwise.
 *
 * They take part in the contests of contest.h as if the plan had known them.  One that wins its field
 * stands in the cell of a column that means the same field: the row is then as if it had
 * spelled the name so.  The others, and those whose field no column means, become extras.  What a row
 * becomes depends on that row and the plan's columns alone, so that it does not matter which worker met
 * a name first.  Rows that have no such member cost nothing.
 *
 * In the same way `name` beside a `type` that is a page's, a screen's or a group's, of a plan whose rows say their
 * types, gives up its field, which is a person's.
 */
#ifndef MAPPING_LATE_MEMBER_H
#define MAPPING_LATE_MEMBER_H

#include "collect/mapping/consent_columns.h"
#include "collect/mapping/maker.h"

/* Adds what ROW has to m->extras, and sets m->row to the row that targets are to read. */
void late_members_find(struct maker *m, const struct row *row);

/* A member that came late, as far as it says a consent. */
struct late_consent {
	struct consent_kind kind;
	const struct target *target;	/* that keeps a member with such a kind */
	const struct target *field;	/* the consent that it means; NULL: none */
	const struct cell *cell;
};

/* That of the late member I of the row at hand; false behind the last. */
bool late_member_consent(struct maker *m, size_t i, struct late_consent *out);

/* Frees what rows have needed. */
void late_members_release(struct maker *m);

#endif
