/* How many samples a property of fits is tried on: SEEDS of them, in which 93 of a hundred must hold, or a few. */
#ifndef TEST_SEEDS_H
#define TEST_SEEDS_H

#include <stdlib.h>

struct seeds {
	unsigned count;
	unsigned least;	/* times that what holds in 95 of a hundred has to hold */
};

/* MANY are enough for 93 of a hundred. */
static inline struct seeds seeds_asked_for(unsigned many)
{
	const char *text = getenv("SEEDS");
	unsigned count = text ? (unsigned)strtoul(text, NULL, 10) : 8;

	return (struct seeds){count, count >= many ? count * 93 / 100 : count * 5 / 8};
}

#endif
