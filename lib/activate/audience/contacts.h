/*
 * The ledger of deliveries: who was contacted, when and by what.  A file of JSON, a line each:
 *
 *	{"time":"2026-03-01T23:59:59.999Z","target":"meta","audience":"win-back","id":"0a1b..."}
 *
 * Equal lines are one contact, so that a run that is repeated counts once.
 */
#ifndef AUDIENCE_CONTACTS_H
#define AUDIENCE_CONTACTS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"

struct contacts {
	struct map customers;	/* id -> number of its last contact + 1 */
	struct contact {
		int64_t time;
		uint32_t before;	/* of the same customer, + 1 */
	} *list;
	size_t count, cap;
	struct map lines;
	int64_t window_ms;	/* contacts so long ago count; 0: all */
};

void contacts_release(struct contacts *c);

/* Adds the ledger TEXT, which is PATH in messages.  -1 with a usage error and its place. */
int contacts_parse(struct contacts *c, struct span text, const char *path, struct error *err);

/* How often the customer ID was contacted in the window that ends at NOW. */
uint64_t contacts_count(const struct contacts *c, struct span id, int64_t now);

/* Appends a line of the ledger, unless C has it. */
void contacts_put(const struct contacts *c, int64_t time, struct span target, struct span audience, struct span id, struct buf *out);

#endif
