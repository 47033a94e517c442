/* Event records written anew with one thing changed; all else byte for byte. */
#ifndef RECORD_REWRITE_H
#define RECORD_REWRITE_H

#include "base/buf.h"
#include "record/event.h"

/*
 * Appends E's record with the member KEY of its context set to the JSON text RAW: in the
 * place of one of that name, else behind the others; the context is made where
 * there is none.
 */
void rewrite_context(const struct event *e, const char *key, struct span raw,
		     struct buf *out);

#endif
