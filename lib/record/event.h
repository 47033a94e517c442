/*
 * The event record, what cdp-ingest writes: see cdp-records(5).  Members are
 * spans of the line, read lazily: parsing validates the whole line and finds
 * the members; nothing is decoded but the time.
 */
#ifndef RECORD_EVENT_H
#define RECORD_EVENT_H

#include <stdint.h>

#include "time/moment.h"
#include "record/scan.h"

enum event_type {
	EVENT_TRACK,
	EVENT_IDENTIFY,
	EVENT_PAGE,
	EVENT_SCREEN,
	EVENT_GROUP,
	EVENT_ALIAS,
	EVENT_TYPES,
};

/* "track" ... "alias". */
extern const struct span event_type_names[EVENT_TYPES];

/* In capitals or not: other writers have "TRACK".  EVENT_TYPES when NAME is none. */
enum event_type event_type_parse(struct span name);

/* Members that this version does not know, in their order; more of them are
 * a data error. */
#define MEMBERS_MAX 64

struct members {
	struct member list[MEMBERS_MAX];
	size_t count;
};

struct event {
	struct span line;	/* the whole object */
	enum event_type type;
	struct value type_text;
	int64_t time;		/* MOMENT_NONE when undated */
	struct value id;	/* text; absent only in foreign events */
	struct value version;	/* record/version.h */
	struct value time_text;
	struct value source;	/* text */
	struct value name;	/* "event": text */
	struct value ids;	/* objects, or absent (null counts as absent) */
	struct value traits;
	struct value props;
	struct value context;
	struct value consent;
	struct members others;
};

/*
 * Parses LINE (without its newline) into *E; E borrows from LINE.  -1 with a
 * data error (column set) when it is not JSON, not an object, has a known key
 * twice or with a value of the wrong kind, an unknown `type`, or a `time` that
 * is not in the records' form.
 */
int event_parse(struct event *e, struct span line, struct error *err);

/*
 * Parses an event as it stands in a profile's `events` (same members).  The
 * text has been validated before: this cannot fail but for a wrong kind.
 * profile_events_next does it without a second pass.
 */
int event_parse_value(struct event *e, struct value object, struct error *err);

/* The same of the object that *S is at, which is left behind it. */
int event_read(struct event *e, struct scan *s, struct error *err);

/* Appends `"KEY":` with a comma before it unless B ends with '{'. */
void record_key(struct buf *b, const char *key);

#endif
