/*
 * A text that is a log, but none that can be read: nothing is made of it, and the user
 * is asked what it is.
 */
#ifndef WEBLOG_LOG_QUESTION_H
#define WEBLOG_LOG_QUESTION_H

#include "base/error.h"
#include "base/span.h"

/*
 * HEAD is the beginning of a text that weblog_sniff does not know.  -1 with a usage error, which
 * says what was seen and what to try: most of its first lines, the first among them, are requests or messages of
 * servers.  0: it is no log.
 */
int weblog_ask(struct span head, struct error *err);

#endif
