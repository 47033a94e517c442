/*
 * The profile record, what cdp-merge writes and every later tool reads and
 * writes: see cdp-records(5).  One customer, one line, `events` last.
 *
 * profile_parse reads the head and stops at the value of `events` when it can
 * tell that it is last: the line ends with "]}".  So a tool that needs the
 * head alone pays for the head alone.  profile_validate walks the rest.
 *
 * Skimming still counts brackets outside texts, so that what follows events,
 * or a second record on the line (a cut, law 3), is never taken for events.
 */
#ifndef RECORD_PROFILE_H
#define RECORD_PROFILE_H

#include <stdint.h>

#include "record/event.h"
#include "record/scan.h"

struct profile {
	struct span line;
	struct value type_text;
	struct value id;		/* text */
	struct value as_of_text;
	int64_t as_of;			/* MOMENT_NONE when absent */
	struct value ids;		/* type -> array of texts */
	struct value traits;
	struct value consent;
	struct value sources;		/* array */
	struct value first_seen;
	struct value last_seen;
	struct value orders;		/* object */
	struct value segments;		/* array */
	struct value scores;		/* object */
	struct value offers;		/* array */
	struct value events;		/* array; absent with --no-events.  When skimmed its raw
					   span reaches to the last ']' and is not validated yet */
	struct value events_omitted;	/* number */
	bool skimmed;			/* events were last and have not been validated */
	bool canonical;			/* nothing follows events: lines can be spliced */
	/* For profile_put. */
	struct span segments_raw;	/* as they stand, null included */
	struct span scores_raw;
	struct span offers_raw;
	const char *segments_place;	/* a new one goes before this key; NULL: last... */
	const char *scores_place;
	const char *offers_place;
	const char *events_place;	/* ...but for events */
	const char *end;		/* the closing brace */
	struct members others;
};

/* -1 with a data error, as event_parse; `type` must be "profile". */
int profile_parse(struct profile *p, struct span line, struct error *err);

/* Validates the skimmed events.  0, or -1 with a data error. */
int profile_validate(struct profile *p, struct error *err);

/* What a tool changes.  Raw JSON values; absent spans leave the member alone. */
struct profile_change {
	struct span segments;
	struct span scores;
	struct span offers;
};

/*
 * Appends the profile's line, with newline, to OUT.  With nothing changed (an
 * absent or byte-equal CHANGE) that is the line as it was read; else members
 * keep their order and bytes, a new one stands before the first later key of
 * the canonical order, and `events` goes last.
 */
void profile_put(const struct profile *p, const struct profile_change *change,
		 struct buf *out);

/*
 * Appends OBJECT with its member KEY set to the raw JSON NEW_VALUE (absent:
 * removed), other members untouched, in their order, a new one behind them.
 * OBJECT may be absent.
 */
void value_set_member(struct value object, struct span key,
		      struct span new_value, struct buf *out);

/*
 * Walks the events, oldest first.  Cheap: each event is found, not decoded.
 *	struct profile_events walk;
 *	profile_events_start(&walk, &profile);
 *	while ((got = profile_events_next(&walk, &event, err)) > 0)
 */
struct profile_events {
	struct scan scan;
	bool any;
};

void profile_events_start(struct profile_events *w, const struct profile *p);
int profile_events_next(struct profile_events *w, struct event *e,
			struct error *err);

/* The same without the undated ones and those after AS_OF (MOMENT_NONE: none is). */
int profile_events_next_past(struct profile_events *w, int64_t as_of, struct event *e,
			     struct error *err);

#endif
