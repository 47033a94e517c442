/*
 * Events in, profiles out: the whole of cdp-merge without its options.
 *
 *   read     line --fact.h--> fact --> sources, identifiers, fragments, events    the index
 *            (merge_line, in      \--> store: what the event says                 (merge_absorb, one
 *            any thread)                                                           thread, in order)
 *
 *   settle   events of one (source, id)  --twins.h, versions.h--> one stays, the others are duplicates
 *            what snapshots lack         --withdrawn.h-->         events that are withdrawn
 *            numbers that sources give   --own_types.h-->         other identifiers for each source
 *            values of too many people   --shared_values.h-->     identifiers that show, but tie nothing
 *            identifiers side by side    --links.h-->             links, with when each was seen
 *            links and limits            --graph.h-->             components; refusals
 *            components that look alike  --joining.h-->           components (other than --match exact)
 *            components, oldest first    --customers.h-->         customers: ids, identifiers, events
 *
 *   write    events by customer          --partitions.h-->        the events of some customers at a time
 *            each customer               --writer.h-->            profile lines by id; then, by time, the
 *                                                                 events of nobody
 *
 * merge_settle calls these in this order.  Each takes what those before it made and changes none of it,
 * but for what an event says (`home`, which becomes an identifier, then a customer) and for the
 * identifiers of fragments that own_types and shared_values turn into others before anything is linked.
 *
 * Whatever is judged is judged inside one component of the graph of raw values, record keys and ids of
 * profiles that were read.  Of all events together are only: as_of, the names of sources, the shared values, and for
 * likeness the model, the frequencies of words and the caps.
 *
 * Memory.  An index is kept: 48 bytes an event, about 100 bytes and the text for each
 * distinct identifier, and as much for each distinct fragment; matching adds about 300 bytes a
 * record.  Identifiers and fragments are looked up by every event, in any order.  What there is of
 * each event is not: it is gone through from its begin to its end, a few times (beyond memory
 * duplicates are found by dealing their keys out, twins.h, and profiles are made of events that
 * were dealt out by customer, partitions.h).  So the events themselves are spilled when, with the
 * index, they would exceed the memory given.  From then on the list of events and what fragments say
 * are in files, too (mem_scanned): the memory is for what is looked at here and there.
 *
 * Nothing that comes out depends on the order of lines, the number of workers
 * or the memory.
 */
#ifndef MERGE_MERGE_H
#define MERGE_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "unify/graph/joining.h"
#include "unify/graph/shared_values.h"
#include "unify/golden/profile_line.h"
#include "unify/golden/writer.h"

struct merge_options {
	unsigned workers;
	uint64_t memory;	/* bytes */
	const char *scratch;	/* directory of spills; borrowed */
	int64_t as_of;		/* MOMENT_NONE: the latest event's time */
	bool events;		/* keep them on profiles */
	bool full_events;	/* with ids, traits and consent */
	uint64_t max_events;
	struct span key;	/* for customer ids; borrowed; absent: none */
	enum match_mode match;
	uint64_t pairs;		/* that matching compares a record; 0: the default */
	enum link_mode link;	/* which records matching may join */
	bool ladder;		/* count what the model expects of thresholds (unify/linkage/ladder.h) */
	bool findings;		/* keep the pairs that a person should see (review.h) */
	bool lineage;		/* on profiles: where traits come from */
	bool links;		/* on profiles: what ties them together */
	bool changes;		/* keep what merge_changes compares */
	bool explains;		/* keep what merge_explain, merge_tell_eval and merge_put_eval ask for */
	const struct zone *zone;	/* of computed traits; borrowed */
};

struct merge;

/* Owned: merge_free. */
struct merge *merge_new(const struct merge_options *options);
void merge_free(struct merge *m);

/* What tells people apart; to be changed before anything is read. */
struct identity_rules *merge_rules(struct merge *m);

/* The ledger at PATH (ledger.h): read now with DECISIONS (decide.h), which are written as
 * the pins of merge_pin are, by merge_ledger_commit. */
int merge_ledger(struct merge *m, const char *path, struct span decisions, struct error *err);

/*
 * Customers who hold an identifier listed in the file at PATH (exclude.h), or whom a condition there takes, leave:
 * their profiles go to SINK, whose put may be NULL, and they get no pin.  Before
 * anything is read; -1: a usage error with its line, or the file cannot be read.
 */
int merge_exclude(struct merge *m, const char *path, const struct merge_sink *sink,
		  struct error *err);

/* The conditions in it; their counts are whole after merge_settle. */
const struct exclude_where *merge_conditions(const struct merge *m);

/* Who is in the suppression list at PATH, made with KEY, stays forgotten (suppressed.h); PATH NULL: there is no
 * list yet.  KEY is borrowed. */
int merge_suppress(struct merge *m, const char *path, struct span key, struct error *err);

/* Those who leave are remembered, by the key of merge_suppress; before anything is read. */
void merge_remember(struct merge *m);

/* After merge_settle: the lines of those who leave now (tombstones.h), and how many they are. */
struct span merge_tombstones(const struct merge *m, uint64_t *count);

/* Appends the first line of a list with the key of merge_suppress. */
void merge_put_suppression_header(const struct merge *m, struct buf *out);

/* Matching weighs by the model in the file at PATH (unify/linkage/weights_file.h), which is
 * read now, and learns nothing. */
int merge_model(struct merge *m, const char *path, struct error *err);

/* The events of SOURCE that are no profile's are all that it has (withdrawn.h); before anything
 * is read. */
void merge_snapshot(struct merge *m, struct span source);

/* Appends all rules in force, as a file that reads to the same. */
void merge_put_rules(struct merge *m, struct buf *out);

/* For tool_pass. */
int merge_line(struct merge *m, unsigned worker, struct span line,
	       struct buf *out, struct error *err);
int merge_absorb(struct merge *m, struct span facts, struct error *err);

/* Once, when all is read. */
int merge_settle(struct merge *m, struct error *err);

/* Once, after merge_settle. */
int merge_write(struct merge *m, const struct merge_sink *profiles,
		const struct merge_sink *unidentified, struct error *err);

/* Behind merge_changes: was there one? */
bool merge_any_change(const struct merge *m);

/*
 * What became of the customers whose profiles were read (changes.h): once, between
 * merge_settle and merge_write.  And how many of each, as a JSON object or as words.
 */
int merge_changes(struct merge *m, const struct merge_sink *sink, struct error *err);
void merge_put_changes(const struct merge *m, bool json, struct buf *out);

/* Makes a pin for each customer without, and renews those that gave way, when there is a ledger. */
void merge_pin(struct merge *m);

/* ledger_prepare and ledger_commit: before the profiles have their name, and then. */
int merge_ledger_prepare(struct merge *m, struct error *err);
int merge_ledger_commit(struct merge *m, struct error *err);

/* What there is to tell; whole after merge_write. */
struct merge_report {
	uint64_t events;	/* accepted lines: in profiles, excluded, duplicate or unidentified */
	uint64_t in_profiles;
	uint64_t duplicates;
	uint64_t differing;	/* of those: others than what is kept, and nothing tells which is newer */
	uint64_t unidentified;
	uint64_t withdrawn;	/* records of snapshots that have them no more */
	uint64_t profiles;	/* without the excluded */
	uint64_t excluded, profiles_excluded;	/* their events; they */
	uint64_t excluded_missing;	/* listed identifiers that nobody holds */
	uint64_t excluded_apart;	/* cannot-links that keep others from leaving along (bystanders.h) */
	uint64_t excluded_lacking;	/* identifiers of theirs that the list lacks */
	uint64_t returned;	/* of the customers who leave, those who came back */
	uint64_t suppressed;	/* events of who is to stay forgotten */
	const struct monies *suppressed_money;	/* theirs */
	uint64_t identifiers;
	uint64_t links;
	uint64_t refused;	/* links */
	uint64_t blocked;	/* identifiers of events, dropped */
	uint64_t undated;	/* events */
	uint64_t profiles_read;	/* among the input */
	uint64_t decisions_missing;	/* ends in the ledger that are not in the data */
	uint64_t pins, pins_added;
	uint64_t decided;	/* lines of merge_ledger that are new */
	uint64_t unnamed;	/* records without identifier that matching took in */
	bool spilled;
	int64_t as_of;		/* MOMENT_NONE: nothing is dated */
	int64_t latest;		/* event time */
	/* Set when few events stand alone long after the rest. */
	uint64_t stray;		/* how many */
	int64_t rest;		/* the latest of the others */
	struct sums sums;
};

const struct merge_report *merge_report(const struct merge *m);

/*
 * Appends a sentence on refused link NUMBER, or the name of a kept event whose
 * duplicate differs, and both versions; texts are cleaned.  For messages, between merge_settle and
 * merge_write.
 */
void merge_tell_refusal(const struct merge *m, size_t number, struct buf *out);
/* What the ledger names first of all that is not in the data: there is some, by decisions_missing. */
void merge_tell_undecided(const struct merge *m, struct buf *out);
/* A listed identifier that nobody holds: exclude_put_nobodys. */
bool merge_tell_not_excluded(const struct merge *m, struct buf *out);
/* The lines that the list lacks: up to MOST, with ", " between, or as a JSON array of all. */
void merge_tell_lacking(const struct merge *m, size_t most, struct buf *out);
void merge_put_lacking(const struct merge *m, struct buf *out);
/* Lines of the ledger, ascending, about customers who leave or are to stay forgotten; how many.  *LINES owned: mem_free. */
size_t merge_leavers_lines(const struct merge *m, uint32_t **lines);
/* The identifiers that mean nobody, as dropped_put. */
bool merge_tell_dropped(const struct merge *m, struct buf *out);
int merge_tell_differing(const struct merge *m, struct buf *out,
			 struct error *err);

/*
 * Appends a sentence on a cannot-link of the ledger that parts no events; false when there
 * is none from NUMBER on, which is counted up.
 */
bool merge_tell_idle(const struct merge *m, size_t *number, struct buf *out);

/*
 * Appends the name of a source that a rule of survivorship names and no event
 * has; false when there is none from NUMBER on, which is counted up.
 */
bool merge_tell_unknown_source(const struct merge *m, size_t *number, struct buf *out);

/*
 * A sentence on shared values of KIND (SHARED_..., shared_values.h); false: there are
 * none.  And what they are, for --stats: {"count":1,"values":[...]}, at most 100.
 */
bool merge_tell_shared(const struct merge *m, unsigned char kind, struct buf *out);
void merge_put_shared(const struct merge *m, unsigned char kind, struct buf *out);

/* The names of withdrawn records, the first by text: some for a sentence, or as a JSON array. */
void merge_tell_withdrawn(const struct merge *m, struct buf *out);
void merge_put_withdrawn(const struct merge *m, struct buf *out);

/* A sentence on orders that a shared browser moved (moved.h); false: there are none. */
bool merge_tell_moved(const struct merge *m, struct buf *out);
uint64_t merge_orders_moved(const struct merge *m);

/*
 * A sentence on values of type NUMBER that several sources have, each its own
 * (own_types.h); false: there are no more types.  And all of them, for --stats:
 * {"customer_id":{"values":2,"sources":["crm","shop"]}}.
 */
bool merge_tell_own(const struct merge *m, size_t number, struct buf *out);
void merge_put_own(const struct merge *m, struct buf *out);

/* JSON objects for --stats: {"shop":"2024-..."}, {"user_id":3}, {"1":500}. */
void merge_put_newest(const struct merge *m, struct buf *out);
void merge_put_refusals(const struct merge *m, struct buf *out);
void merge_put_reasons(const struct merge *m, struct buf *out);	/* {"limit":3} */
/* How many customers have so many identifiers, or events; who leaves does not count. */
void merge_put_sizes(const struct merge *m, struct buf *out);
void merge_put_event_sizes(const struct merge *m, struct buf *out);
/* The customers with the most identifiers, of these with the most events: the
 * first places to look when records were joined that should not. */
void merge_put_largest(const struct merge *m, struct buf *out);

/* What matching learned and did, for --stats; NULL with MATCH_EXACT. */
const struct matching *merge_matching(const struct merge *m);

#endif
