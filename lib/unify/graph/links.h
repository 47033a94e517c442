/*
 * What links identifiers: two of them in one event.  Each event links its
 * strongest identifier, its home, to each of its others; so an event whose
 * strongest two are kept apart by a limit does not tie the weaker ones together.
 */
#ifndef GRAPH_LINKS_H
#define GRAPH_LINKS_H

#include <stdint.h>

#include "time/moment.h"
#include "unify/index/events.h"
#include "unify/graph/uses.h"

/* First and last of a set of moments; undated ones never make older or newer. */
struct seen {
	int64_t first;		/* MOMENT_NONE: no dated one */
	int64_t last;
};

#define SEEN_NEVER ((struct seen){MOMENT_NONE, MOMENT_NONE})

static inline void seen_add(struct seen *s, int64_t time)
{
	if (time == MOMENT_NONE)
		return;
	if (s->first == MOMENT_NONE || time < s->first)
		s->first = time;
	if (time > s->last)
		s->last = time;
}

static inline void seen_add_all(struct seen *s, const struct seen *more)
{
	seen_add(s, more->first);
	seen_add(s, more->last);
}

/* A weaker identifier of an event whose fragment is not in the table. */
struct sighting {
	uint32_t event;
	uint32_t identifier;
};

/* A fragment's events that are kept. */
struct appearance {
	struct seen seen;
	bool any;
};

struct link {
	uint32_t a;		/* the stronger identifier */
	uint32_t b;
	struct seen seen;
};

struct links {
	const bool *silent;	/* by fragment: ties nothing; NULL: none is */
	struct sighting *sightings;
	size_t sighting_count;
	size_t sighting_cap;
	struct appearance *fragments;	/* by fragment; after links_see_fragments */
	struct link *list;	/* after links_settle: distinct, by (a, b) */
	size_t count;
	uint32_t *examples;	/* by link: of the events whose fragment is not in the table, the
				   best (links_better_example) that shows it; EVENTS_MAX: none */
	size_t example_count;	/* 0 when there are none at all; links may come behind them */
	uint32_t most;		/* links; 0: LINKS_MAX */
};

/* Links are numbered in 32 bits, and both ends of one together. */
#define LINKS_MAX INT32_MAX

#define LINKS_INIT ((struct links){0})

void links_release(struct links *l);
void links_add(struct links *l, uint32_t event, uint32_t identifier);

/* Finds when each fragment is seen, once duplicates are judged. */
void links_see_fragments(struct links *l, const struct events *v, const struct fragments *p);

/*
 * Makes the list of distinct links of the events that are kept, out of their
 * fragments and the sightings.  IDENTIFIERS: how many there are.
 * -1 and *ERR when there are too many links.
 */
int links_settle(struct links *l, const struct events *v,
		 const struct fragments *p, size_t identifiers, struct error *err);

/* Once links and what is moved (moved.h) are found: they take room. */
void links_forget_sightings(struct links *l);

/* Is event X a better witness than Y: older, or of a smaller key? */
bool links_better_example(const struct events *v, uint32_t x, uint32_t y);

/* USES, by identifier, gets when each was in use; before links_settle. */
void links_see_uses(const struct links *l, const struct events *v, const struct fragments *p,
		    struct use *uses);

#endif
