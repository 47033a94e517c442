#include "match/ladder.h"

#include <math.h>

void ladder_add(struct ladder *l, double score, enum ladder_label label)
{
	int i = (int)floor(score) - LADDER_FLOOR;
	struct rung *r = &l->rungs[i < 0 ? 0 : i < LADDER_RUNGS ? i : LADDER_RUNGS - 1];

	r->pairs++;
	r->labelled += label != LADDER_UNKNOWN;
	r->right += label == LADDER_RIGHT;
	r->matches += 1 / (1 + exp2(-score));
}

static void add(struct rung *r, const struct rung *more)
{
	r->pairs += more->pairs;
	r->labelled += more->labelled;
	r->right += more->right;
	r->matches += more->matches;
}

void ladder_add_all(struct ladder *l, const struct ladder *more)
{
	for (int i = 0; i < LADDER_RUNGS; i++)
		add(&l->rungs[i], &more->rungs[i]);
}

struct rung ladder_from(const struct ladder *l, int from)
{
	struct rung sum = {0};

	for (int i = LADDER_RUNGS; i-- > from;)
		add(&sum, &l->rungs[i]);
	return sum;
}
