/*
 * How many customers buy nothing within a horizon, counted and not modelled: of those who
 * had bought by the day that lies a horizon before as_of, the share who bought nothing
 * since.  It is what a shop of few customers can say, and the same for all of them.
 */
#ifndef CHURN_BASE_RATE_H
#define CHURN_BASE_RATE_H

#include <stdint.h>

#include "understand/churn/sample.h"

struct base_rate {
	uint64_t customers;	/* known for a horizon; 0: there is no rate */
	uint64_t lost;
	double low;		/* the share's 95 % interval (Wilson) */
	double high;
	double rate;		/* its middle: of two customers who are lost not all are */
};

struct base_rate base_rate_count(const struct sample *s, uint32_t horizon_days);

#endif
