/*
 * What the ledger of cdp-merge knows of a person: the identifiers that are pinned to the customer id, and what
 * must-links join.  What else ties identifiers together, only the profiles know.
 */
#ifndef CMD_FORGET_LEDGER_H
#define CMD_FORGET_LEDGER_H

#include "cmd/forget_request.h"

/* Does PATH begin as a ledger does: with anything but a JSON object?  Ends when it cannot be read. */
bool forget_ledger_is(struct tool *t, const char *path);

/* Adds to S, which has what is asked for and is not built, what the ledger q->through says; or ends. */
void forget_ledger_widen(struct tool *t, const struct forget_request *q, struct subject *s);

#endif
