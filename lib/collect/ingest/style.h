/* How a source writes numbers, dates and phones, as the settings say it. */
#ifndef INGEST_STYLE_H
#define INGEST_STYLE_H

#include "collect/mapping/plan.h"

/*
 * Fills *M from SET; ZONE is the zone of the options.  *LOADED gets a zone that
 * the settings name (owned by the caller), else NULL.  -1 with a usage error.
 */
int style_read(const struct map_settings *set, const struct zone *zone,
		struct plan_style *m, struct zone **loaded, struct error *err);

#endif
