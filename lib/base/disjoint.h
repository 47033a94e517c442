/*
 * Disjoint sets of the numbers 0 to COUNT - 1: which of them have become one, as
 * things are united pair by pair.
 *
 * The sets live in one array of the caller's: sets[i] is a member of i's set that is
 * nearer to the set's root, and a root has itself.  disjoint_unite makes the smaller
 * root the root of both, so the root of sets that only it has united is their smallest
 * member, whatever the order of coming.  disjoint_find halves the path that it walks.
 * Together that is O(log n) a call, amortized, whatever is asked (Tarjan and van
 * Leeuwen, Worst-Case Analysis of Set Union Algorithms, 1984); a list of sizes, which
 * would make it nearly O(1), costs more in cache misses than it saves.
 *
 * Not for two threads at once: disjoint_find writes.
 */
#ifndef BASE_DISJOINT_H
#define BASE_DISJOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each of COUNT numbers is a set of its own. */
void disjoint_init(uint32_t *sets, size_t count);

/* The root of I's set. */
static inline uint32_t disjoint_find(uint32_t *sets, uint32_t i)
{
	while (sets[i] != i) {
		sets[i] = sets[sets[i]];
		i = sets[i];
	}
	return i;
}

/* Are A and B two sets?  Then they become one, whose root is the smaller of both roots. */
static inline bool disjoint_unite(uint32_t *sets, uint32_t a, uint32_t b)
{
	a = disjoint_find(sets, a);
	b = disjoint_find(sets, b);
	if (a == b)
		return false;
	sets[a < b ? b : a] = a < b ? a : b;
	return true;
}

/* The same where the caller chooses which root stays: KEPT and GONE are two roots. */
static inline void disjoint_attach(uint32_t *sets, uint32_t kept, uint32_t gone)
{
	sets[gone] = kept;
}

/* Ends the uniting: each number gets the root of its set. */
void disjoint_flatten(uint32_t *sets, size_t count);

/* Ends the uniting: each number gets the number of its set, sets being counted from 0
 * in the order of their smallest members.  Returns how many sets there are. */
size_t disjoint_number(uint32_t *sets, size_t count);

#endif
