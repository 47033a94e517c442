/* The report of subscriptions, for cdp-report: subscriptions.h says what is counted. */
#ifndef SURVIVAL_SUBSCRIPTION_COUNT_H
#define SURVIVAL_SUBSCRIPTION_COUNT_H

#include "understand/report/count.h"

extern const struct counting count_subscriptions;

#endif
