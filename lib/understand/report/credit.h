/*
 * Who gets the credit of a conversion: the touches of its path, oldest first, by each of the models that people
 * compare.
 *
 *	first, last	the first touch, the last
 *	last_non_direct	the last touch that is not direct; of a path of direct ones the last
 *	linear		each touch the same
 *	time_decay	2^(-age / half-life) of each touch
 *	position	0.4 the first and the last each, 0.2 those between; of two a half each
 *	shapley		each channel of the path the same, however often it is there
 *	markov		each channel by how many conversions would be lost without it
 *
 * All but markov share out one conversion after another.  That is exact: what is shared is a whole number of parts, and
 * what rounding leaves goes to the last touch of the greatest weight.
 *
 * Shapley's value of a channel is its mean contribution over all orders in which channels may join,
 * with v(S) the conversions of paths that have no channel outside of S.  This v is a sum of one unanimity game for each
 * path, of which the value is an equal share for each of its players (Shapley 1953): so the sum over 2^n sets, which
 * others compute up to 20 channels and sample beyond, is an equal share for each channel of a path, exact for
 * any number.
 *
 * Markov: channels are states between start, conversion and loss; with an order of k the last k channels are one.
 * What a channel is worth is its removal effect, 1 - P(conversion without it) / P(conversion), where what would enter
 * it is lost; conversions are shared out by these effects (Anderl et al. 2016).
 */
#ifndef REPORT_CREDIT_H
#define REPORT_CREDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum credit_model {
	CREDIT_FIRST,
	CREDIT_LAST,
	CREDIT_LAST_NON_DIRECT,
	CREDIT_LINEAR,
	CREDIT_TIME_DECAY,
	CREDIT_POSITION,
	CREDIT_SHAPLEY,
	CREDIT_MARKOV,
	CREDIT_MODELS,
};

struct credit_touch {
	uint32_t channel;
	int64_t time;
	bool direct;
	bool again;		/* the channel was on the path before */
};

/* The weight of each of the COUNT touches of PATH by M, which is not CREDIT_MARKOV; their sum is above 0. */
void credit_weigh(enum credit_model m, const struct credit_touch *path, size_t count, int64_t half_life,
		  uint64_t *weights);

/* Shares TOTAL out by WEIGHTS below 2^41: the PARTS add up to it. */
void credit_split(__int128 total, const uint64_t *weights, size_t count, __int128 *parts);

/* The same by SHARES, numbers not below 0; where none is above 0 all parts are 0. */
void credit_share(__int128 total, const double *shares, size_t count, __int128 *parts);

/* Rounds PARTS to multiples of UNIT, their sum too, which stays: by the largest remainders. */
void credit_round(__int128 *parts, size_t count, __int128 unit);

#define CREDIT_START 0
#define CREDIT_CONVERTED UINT32_MAX
#define CREDIT_LOST (UINT32_MAX - 1)

/* So many paths went from one state to another, or ended. */
struct credit_step {
	uint32_t from, to;
	uint64_t count;
};

/*
 * The removal effect of each of COUNT channels.  STEPS of one `from` stand together; state CREDIT_START begins, and CHANNEL_OF
 * says the channel of each of the STATES others.  Returns P(conversion).
 */
double credit_markov(const struct credit_step *steps, size_t step_count, const uint32_t *channel_of, size_t states,
		     double *effects, size_t count);

#endif
