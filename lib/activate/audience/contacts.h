/*
 * The ledger of deliveries: who was contacted, when and by what, and who was held out of it.  A file
 * of JSON, a line each:
 *
 *	{"time":"2026-03-01T23:59:59.999Z","target":"meta","audience":"win-back","id":"0a1b..."}
 *	{"time":"2026-03-01T23:59:59.999Z","target":"meta","audience":"win-back","id":"7f3c...","held_out":true}
 *
 * Equal lines are one, so that a run that is repeated counts once.  Who is held out got nothing: such
 * a line is no contact.
 */
#ifndef AUDIENCE_CONTACTS_H
#define AUDIENCE_CONTACTS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"

struct contacts {
	struct span target, audience;	/* of this run, set before the ledger is read */
	struct map customers;	/* id -> number of its last contact + 1 */
	struct contact {
		int64_t time;
		uint32_t before;	/* of the same customer, + 1 */
		bool held_out;
	} *list;
	size_t count, cap;
	struct map controls;	/* ids held out of this run's target and audience before */
	struct map lines;
	int64_t window_ms;	/* contacts so long ago count; 0: all */
};

void contacts_release(struct contacts *c);

/* Adds the ledger TEXT, which is PATH in messages.  -1 with a usage error and its place. */
int contacts_parse(struct contacts *c, struct span text, const char *path, struct error *err);

/*
 * How often the customer ID was contacted in the window that ends at NOW; HELD_OUT: or held out, so
 * that a cap thins the control group as it does the others.
 */
uint64_t contacts_count(const struct contacts *c, struct span id, int64_t now, bool held_out);

/* Was ID held out of this audience for this target before? */
bool contacts_has_control(const struct contacts *c, struct span id);

/* Appends the line of a contact with ID at TIME, or that it was held out, unless C has it. */
void contacts_put(const struct contacts *c, int64_t time, struct span id, bool held_out, struct buf *out);

#endif
