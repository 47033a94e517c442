/*
 * Values that too many people have to tie records by themselves: a till's
 * address, an office's phone, a shared tablet.  They are found from the data
 * before anything is linked, and found anew in every run.
 *
 * Of a value are counted
 *	people	its different user_ids or, if these are fewer, the people that full names and dates
 *		of birth tell apart (people.h); one, when all have one user_id or one number of a
 *		source otherwise;
 *	records	its different user_ids, else full names, where these are of several people,
 *		else the sources' own numbers of the records that have it.
 * One with more than its type's rule allows (identity_rules.h: email 10 records,
 * 3 people) is shared by too many: it ties nothing.  Its records go by their other
 * identifiers, and those without any by value and full name together; nameless
 * ones are unidentified.  On profiles it shows, as a copy (identifiers_copy),
 * and never makes a customer id.
 *
 * An email, phone, device_id or anonymous_id that is not, but whose names, dates of
 * birth and numbers say that two people share it, is a household's.  Its records
 * with a full name go by value and name; the value itself stays with the one who used
 * it last, and those with different first names are kept apart by a cannot-link of their own
 * (struct decisions, line 0).  Where names differ and nothing else tells two people apart,
 * the value ties them, and the run says so.  Of namesakes (people.h) the date of birth and the
 * suffix go with the name; a record that has neither is treated as if it had no name.
 *
 * Who has left counts on, as suppressed.h says, and a household's value stays one.
 *
 * Repeated visits of one person count once, whatever the number of events.
 */
#ifndef GRAPH_SHARED_VALUES_H
#define GRAPH_SHARED_VALUES_H

#include "unify/graph/identity_graph.h"
#include "unify/graph/carriers.h"
#include "unify/graph/people.h"
#include "unify/graph/suppressed.h"
#include "unify/index/who.h"

/* Of type T the values with a name are of type "T:name", which no data has. */
#define NAMED_SUFFIX ":name"

/* One of several people who have one name at one value; a key of shared_values.namesakes. */
struct namesake {
	uint64_t name;
	uint32_t identifier;
	uint32_t who;		/* date of birth, year, month, day, and suffix: ... * 8 + generation */
};

/* A value that was found. */
struct shared_value {
	uint32_t identifier;
	uint32_t records;
	uint32_t people;
	unsigned char kind;
};

/* What an event without room in the table of fragments says. */
struct inline_who {
	uint32_t event;
	uint32_t name_len;
	uint64_t name;		/* where it is in the names; with who.name */
	struct who who;
};

struct shared_values {
	const struct identity_rules *rules;
	const struct suppressed *suppressed;	/* who has left counts on */
	struct who_reader reader;
	struct inline_who *inlines;	/* by event */
	size_t inline_count;
	size_t inline_cap;
	struct buf names;
	struct people persons;
	struct map namesakes;	/* value, name, suffix and date of birth -> the one of those that are
				   one person's (struct namesake) */
	unsigned char *kinds;	/* by identifier, below kind_count: 0, SHARED_BY_MANY or SHARED_HOUSEHOLD */
	size_t kind_count;
	struct shared_value *list;	/* by identifier_compare, after shared_values_sort */
	size_t count;
	size_t cap;
	struct sighting *shown;	/* of inline events: shown, and perhaps not tied */
	size_t shown_count;
	size_t shown_cap;
};

#define SHARED_BY_MANY 1
#define SHARED_HOUSEHOLD 2
#define SHARED_NAMES 3		/* joins people of several first names: said, nothing more */
#define SHARED_KINDS 4

void shared_values_release(struct shared_values *g);

/* Can any value be shared by too many, or be a household's? */
bool shared_values_is_wanted(const struct identity_rules *r);

/* Is TYPE what a family shares: a way to reach somebody, or what they hold in their hands? */
bool shared_values_at_home(struct span type);

/* Remembers what event NUMBER says, whose FRAGMENT has no place in the table. */
void shared_values_see(struct shared_values *g, uint32_t event, struct span fragment);

/*
 * Finds the shared values, and changes homes and other identifiers of fragments
 * and inline events.  After duplicates are chosen among and l->fragments is made, before
 * links are settled.  RECORDS_TOO false: only fragments without telling traits
 * change.  -1: too many identifiers.
 */
int shared_values_find(struct shared_values *g, const struct identity_graph *of, bool records_too,
		       struct error *err);

/*
 * Which of the people who have the name of W at VALUE is W?  0: only one has it;
 * NAMESAKE_UNKNOWN: nothing tells; else the same for all records of one of them, by dates of birth and suffixes.
 */
#define NAMESAKE_UNKNOWN UINT32_MAX
uint32_t shared_values_namesake(const struct shared_values *g, uint32_t value, const struct who *w);

/*
 * How many people and records of those who stay have the values of the list: OUT, in its order.  LEAVES: by home
 * that events have now.
 */
void shared_values_recount(struct shared_values *g, const struct identity_graph *of, const struct carriers *carriers,
			   const bool *leaves, struct shared_value *out);

/* After identifiers_settle. */
void shared_values_sort(struct shared_values *g, const struct identifiers *t);

#endif
