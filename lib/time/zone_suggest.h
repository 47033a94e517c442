/* What a time zone that is unknown may have been meant to be. */
#ifndef TIME_ZONE_SUGGEST_H
#define TIME_ZONE_SUGGEST_H

#include "base/error.h"

/* Fills ERR with "unknown time zone ..." and the nearest name there is. */
void zone_unknown(const char *name, struct error *err);

#endif
