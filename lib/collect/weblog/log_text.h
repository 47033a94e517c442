/* Texts of logs put right: escapes undone, and what is no text made one. */
#ifndef WEBLOG_LOG_TEXT_H
#define WEBLOG_LOG_TEXT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

/*
 * \" \\ and \xhh undone.  Where that would give control characters or bytes
 * that are not UTF-8 (a TLS greeting on a plain port), TEXT stays as it is.
 */
struct span log_unescape(struct span text, struct arena *a);

/* The other way, for bytes that are not UTF-8, and NUL: \xhh. */
struct span log_escape(struct span text, struct arena *a);

#endif
