/*
 * Where an audience goes when it is not a file: SQLite, PostgreSQL, an endpoint of HTTP.
 *
 *	sqlite:FILE		one transaction: rows are put by their key, removed ones deleted
 *	postgresql://...	COPY into a staging table, then the same in one transaction; the password
 *				comes from PGPASSFILE (libpq)
 *	https://...		batches of JSON; http:// to this machine alone
 *
 * Removals come before what is put.  A database has all or nothing; an endpoint has what it has
 * acknowledged, and deliver_setup.arrived hears of it batch by batch, so that a killed run can go
 * on.  Rows are JSON objects of the target's columns.
 */
#ifndef DELIVER_DELIVER_H
#define DELIVER_DELIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "activate/audience/delta.h"
#include "activate/audience/target.h"
#include "base/error.h"
#include "base/span.h"

struct deliver_member {
	const struct roster_member *member;
	bool removed;
	struct span row;		/* of a removed one: its key columns */
};

struct deliver_setup {
	const char *url;
	const struct target *target;
	const char *table;		/* of a database */
	const char *audience;		/* its name, for endpoints */
	bool create;			/* the table, where it is missing */
	bool form;			/* endpoints: a form, not JSON */
	struct span headers;		/* endpoints: lines of a file of secrets; may be absent */
	unsigned tries;			/* endpoints: of a batch, at least 1 */
	uint64_t backoff_ms;		/* endpoints: before the second try; doubled each time */
	uint64_t rate;			/* endpoints: batches a minute; 0: no limit */
	long timeout_ms;		/* endpoints: of a request */
	/* Endpoints: these COUNT have been acknowledged.  -1 with *ERR ends the delivery. */
	int (*arrived)(void *context, const struct deliver_member *list, size_t count, struct error *err);
	/* Endpoints: lets MS pass, for REASON (NULL: the rate limit). */
	void (*wait)(void *context, uint64_t ms, const char *reason);
	void *context;
};

/* Is URL one of those?  -1 with a usage error: it is none, or has a password in it. */
int deliver_check(const char *url, struct error *err);

/* Does it say by itself what has arrived (an endpoint)? */
bool deliver_is_endpoint(const char *url);

struct delivery;

/* NULL with *ERR.  SETUP must outlive it.  Owned: deliver_close. */
struct delivery *deliver_open(const struct deliver_setup *setup, struct error *err);

/* Hands over M, whose texts are borrowed until deliver_finish. */
int deliver_put(struct delivery *d, const struct deliver_member *m, struct error *err);

/* All has arrived; or -1 with *ERR, and a database is as it was. */
int deliver_finish(struct delivery *d, struct error *err);
void deliver_close(struct delivery *d);

#endif
