/*
 * Rows of the profile scope from the inside: values of names, and the events.
 * For profile_*.c only.
 */
#ifndef EXPR_PROFILE_ROW_H
#define EXPR_PROFILE_ROW_H

#include "base/arena.h"
#include "expr/profile_scope.h"
#include "journey/session.h"
#include "record/orders.h"

enum slot_kind {
	SLOT_PATH,	/* the value at a path */
	SLOT_NEWEST,	/* the first of the array at a path */
	SLOT_ALL,	/* the array at a path as a list */
	SLOT_RECENCY,
	SLOT_AS_OF,
};

struct slot {
	enum slot_kind kind;
	enum datum_type type;
	struct span path;	/* behind the top member; absent: that itself */
	struct span top;	/* the top member's name */
	size_t member;		/* its offset in struct profile; 0: unknown to us */
	bool listed;		/* by a name of our own lists: not misspelt */
	bool trait;		/* a member of traits, not of a member */
};

/* A profile's event, as far as functions need it. */
struct past_event {
	struct span name;
	int64_t time;		/* MOMENT_NONE when undated */
	struct value props;
	struct value context;
	struct span source;	/* raw; the same bytes are the same source */
	enum order_kind kind;
	enum event_type type;
};

struct profile_cache {
	bool filled;
	bool known;		/* the profile has its events */
	bool complete;		/* none was omitted */
	struct past_event *events;
	size_t count;
	size_t cap;
	struct arena names;	/* those with escapes */
	bool plain;		/* no refunds, orders of one source: lines of orders add up */
	bool settled;		/* the orders below are those of the row */
	struct orders orders;	/* of the events that are not after now, by their place */
	struct session_walk sessions;
};

#define TRAITS_KEPT 32

/* The traits of the row as far as they were looked at: each is scanned once for all expressions. */
struct traits_cache {
	bool started;
	bool ended;		/* LIST has them all */
	struct scan rest;	/* behind the last of LIST */
	struct member list[TRAITS_KEPT];
	size_t count;
};

/* The value that SLOT names in the row's profile. */
struct value profile_row_value(const struct profile_row *row, const struct slot *slot);

/* "now" for this row, or MOMENT_NONE. */
int64_t profile_now(const struct expr_run *run);

/* A value as a datum of TYPE (TYPE_ANY: its own); unknown when it is not one. */
int profile_datum(struct expr_run *run, struct value v, enum datum_type type,
		  struct datum *out, struct error *err);

/* V's text; decoded it lives in run->scratch. */
struct span profile_text(struct expr_run *run, struct value v);

/* The value that SLOT names in P. */
struct value profile_value(const struct profile *p, const struct slot *slot);

/*
 * Calls TAKE with each value that PATH leads to in OBJECT: through an array with each
 * element, unless the path names one by its number.  Stops when it returns not 0, and
 * returns that; 0 where there is none, -1 with *ERR.
 */
int profile_walk(struct value object, struct span path,
		 int (*take)(void *context, struct value v), void *context, struct error *err);

/* What PATH leads to among E's properties, or "context.channel.group" in its context. */
int profile_walk_property(const struct past_event *e, struct span path,
			  int (*take)(void *context, struct value v), void *context,
			  struct error *err);

/* The first value of these, or VALUE_ABSENT. */
struct value profile_property(const struct past_event *e, struct span path);

/* Fills the row's cache when it is not yet. */
int profile_cache_fill(struct expr_run *run, struct profile_cache **cache,
		       struct error *err);

/* The orders of a filled CACHE, settled. */
int profile_cache_settle(struct expr_run *run, struct profile_cache *cache,
			 struct error *err);

/* Whole days from THEN to now: rounded down; unknown without a now. */
struct datum profile_days_since(const struct expr_run *run, int64_t then);

/* What the name of number SLOT means in a filter: a property of the event that the row looks at. */
int profile_fetch_property(struct expr_run *run, int slot, struct datum *out, struct error *err);

/* The path of that name in SCOPE's filters. */
struct span profile_scope_property(const struct profile_scope *scope, int slot);

extern const struct expr_function profile_functions[];

#endif
