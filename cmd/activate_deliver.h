/* cdp-activate --deliver: into a database or to an endpoint, with what it needs for that. */
#ifndef CMD_ACTIVATE_DELIVER_H
#define CMD_ACTIVATE_DELIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/activate.h"

#define DELIVER_UNSET UINT64_MAX

/* TRIES, TIMEOUT, BACKOFF and RATE are DELIVER_UNSET where they were not given. */
struct deliver_given {
	const char *url;
	const char *table;
	bool create;
	const char *secrets;
	bool form;
	uint64_t tries, timeout, backoff, rate;
};

/* Checks the options, reads the secrets; before the state is read. */
void activate_deliver_start(struct activate *a, struct deliver_given *d);

/* What an endpoint acknowledged in a run that did not end: into A's state before. */
void activate_deliver_resume(struct activate *a);

/* Delivers when all outputs are ready to take their names (tool_finish). */
void activate_deliver_plan(struct activate *a);

void activate_deliver_end(void);

#endif
