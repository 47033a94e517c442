/*
 * Numbers that a source gives out one after the other: customers 3017, 3018, 3019.
 *
 * Such a number says nothing by being near another one: two who registered in the same
 * minute are two people, and where a list's doubles were typed in one after the other,
 * training would learn that neighbours are one person.  So they agree when they are the
 * same, or not at all.  Numbers with a checksum or drawn at random (tax numbers, cards)
 * are another matter: one wrong digit is a slip there.
 *
 * They are told by how close they stand: of a running number one in RUNNING_DENSE of all
 * numbers between the first and the last is taken (without the lowest and the highest
 * twentieth, for strays); of a number of eight digits drawn at random, one in thousands.
 */
#ifndef LINKAGE_RUNNING_H
#define LINKAGE_RUNNING_H

#include "unify/linkage/columns.h"

#define RUNNING_DENSE 50
#define RUNNING_LEAST 10	/* fewer values say nothing */

/* Are most words of COLUMN, codes, such a number, behind the same letters or none? */
bool is_running(const struct column *column);

#endif
