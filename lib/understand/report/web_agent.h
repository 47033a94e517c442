/*
 * Who asked: browser, system and device of a user agent, and whether it is a program.  What
 * cdp-ingest --enrich has written into the event counts; else the same lists are asked here,
 * once for each text.
 */
#ifndef REPORT_WEB_AGENT_H
#define REPORT_WEB_AGENT_H

#include "base/error.h"
#include "journey/request.h"

struct web_asker {
	struct span browser, system, device;	/* names; "Other" where the lists know none */
	bool bot;
	struct span bot_name;	/* who it is, or "(by its words)" and the like */
};

/* The lists, for all workers.  NULL with a usage error.  Owned: web_lists_free. */
struct web_lists;

struct web_lists *web_lists_load(struct error *err);
void web_lists_free(struct web_lists *l);

/* For one worker; L is borrowed.  Owned: web_agents_free. */
struct web_agents;

struct web_agents *web_agents_new(const struct web_lists *l);
void web_agents_free(struct web_agents *a);

/* Who sent R.  Borrowed from A until web_agents_free. */
const struct web_asker *web_agents_find(struct web_agents *a, const struct request *r);

#endif
