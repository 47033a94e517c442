#include "understand/report/credit.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

#define DECAY_ONE ((double)(UINT64_C(1) << 40))
#define SHARE_BITS 52

static void weigh_last_non_direct(const struct credit_touch *path, size_t count, uint64_t *weights)
{
	size_t at = count;

	while (at && path[at - 1].direct)
		at--;
	weights[at ? at - 1 : count - 1] = 1;
}

static uint64_t weigh_position(size_t i, size_t count)
{
	if (count < 3)
		return 1;
	return !i || i + 1 == count ? 2 * (count - 2) : 1;
}

void credit_weigh(enum credit_model m, const struct credit_touch *path, size_t count, int64_t half_life,
		  uint64_t *weights)
{
	for (size_t i = 0; i < count; i++) {
		int64_t age = path[count - 1].time - path[i].time;

		weights[i] = m == CREDIT_LINEAR ? 1 :
			     m == CREDIT_POSITION ? weigh_position(i, count) :
			     m == CREDIT_SHAPLEY ? !path[i].again :
			     m == CREDIT_TIME_DECAY ? (uint64_t)llround(DECAY_ONE * exp2(-(double)age / (double)half_life)) :
			     m == CREDIT_FIRST ? !i : m == CREDIT_LAST ? i + 1 == count : 0;
	}
	if (m == CREDIT_LAST_NON_DIRECT)
		weigh_last_non_direct(path, count, weights);
}

void credit_split(__int128 total, const uint64_t *weights, size_t count, __int128 *parts)
{
	__int128 sum = 0, left = total;
	size_t greatest = 0;

	for (size_t i = 0; i < count; i++) {
		sum += weights[i];
		if (weights[i] >= weights[greatest])
			greatest = i;
	}
	for (size_t i = 0; i < count; i++) {
		/* The quotient first: the product of all of it need not fit. */
		parts[i] = total / sum * weights[i] + total % sum * weights[i] / sum;
		left -= parts[i];
	}
	if (count)
		parts[greatest] += left;
}

void credit_share(__int128 total, const double *shares, size_t count, __int128 *parts)
{
	__int128 one = (__int128)1 << SHARE_BITS, left = total;
	size_t greatest = 0;
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += shares[i];
	for (size_t i = 0; i < count; i++) {
		__int128 weight = sum > 0 ? llround((double)one * (shares[i] / sum)) : 0;

		/* To the nearest: 0.6 of 10 is 6, though 0.6 is no double. */
		parts[i] = total / one * weight + (total % one * weight + one / 2) / one;
		left -= parts[i];
		if (shares[i] >= shares[greatest])
			greatest = i;
	}
	if (sum > 0)
		parts[greatest] += left;
}

struct remainder {
	__int128 size;
	size_t number;
};

/* The largest first, equal ones by number. */
static int compare_remainders(const void *a, const void *b)
{
	const struct remainder *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? 1 : -1;
	return (x->number > y->number) - (x->number < y->number);
}

void credit_round(__int128 *parts, size_t count, __int128 unit)
{
	struct remainder *list = mem_zero(count + 1, sizeof *list);
	__int128 left = 0;

	for (size_t i = 0; i < count; i++) {
		list[i] = (struct remainder){(parts[i] % unit + unit) % unit, i};
		parts[i] -= list[i].size;
		left += list[i].size;
	}
	qsort(list, count, sizeof *list, compare_remainders);
	for (size_t i = 0; left > 0 && i < count; i++) {
		__int128 up = left < unit ? left : unit;

		parts[list[i].number] += up;
		left -= up;
	}
	mem_free(list);
}

/*
 * Markov.
 */

#define TURNS_MAX 10000
#define STILL 1e-14

struct chain {
	const struct credit_step *steps;
	size_t step_count;
	const uint32_t *channel_of;
	size_t states;
	double *chances;	/* by state: P(conversion), from it */
};

/* P(conversion) from the state whose steps begin at *AT, behind which *AT is left. */
static double from_state(const struct chain *c, size_t *at)
{
	uint32_t from = c->steps[*at].from;
	double sum = 0, all = 0;

	for (; *at < c->step_count && c->steps[*at].from == from; ++*at) {
		const struct credit_step *s = &c->steps[*at];

		if (s->to == from)
			continue;	/* it stays there, and goes on in the end */
		all += (double)s->count;
		if (s->to == CREDIT_CONVERTED)
			sum += (double)s->count;
		else if (s->to != CREDIT_LOST)
			sum += (double)s->count * c->chances[s->to];
	}
	return all > 0 ? sum / all : 0;
}

/* P(conversion) from the start where nothing enters the channel WITHOUT: turns of Gauss and Seidel, until all stand still. */
static double convert_without(const struct chain *c, uint32_t without)
{
	double moved = 1;

	for (size_t i = 0; i < c->states; i++)
		c->chances[i] = 0;
	for (int turn = 0; turn < TURNS_MAX && moved > STILL; turn++) {
		moved = 0;
		for (size_t at = 0; at < c->step_count;) {
			uint32_t from = c->steps[at].from;
			double chance = from_state(c, &at);

			if (from != CREDIT_START && c->channel_of[from] == without)
				chance = 0;
			moved = fmax(moved, fabs(chance - c->chances[from]));
			c->chances[from] = chance;
		}
	}
	return c->chances[CREDIT_START];
}

double credit_markov(const struct credit_step *steps, size_t step_count, const uint32_t *channel_of, size_t states,
		     double *effects, size_t count)
{
	struct chain c = {steps, step_count, channel_of, states, mem_zero(states + 1, sizeof *c.chances)};
	double all = convert_without(&c, UINT32_MAX);

	for (uint32_t i = 0; i < count; i++)
		effects[i] = all > 0 ? fmax(0, 1 - convert_without(&c, i) / all) : 0;
	mem_free(c.chances);
	return all;
}
