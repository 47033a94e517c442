/*
 * What becomes of the columns of one file: the mapping, the built-in table of
 * header names and the rest put together, prepared so that a row costs a walk over
 * a list of targets, each with the bytes before its value ready.
 *
 *	mapping          wins;
 *	header table     for columns that no expression copies, and fields that the mapping
 *			 leaves free;
 *	the rest         goes under its folded header to the properties (of an identify
 *			 record: to the traits), except for columns that an
 *			 expression has used up.
 *
 * A plan does not change while rows are made; workers share it.
 */
#ifndef MAPPING_PLAN_H
#define MAPPING_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/map.h"
#include "time/date_text.h"
#include "time/zone.h"
#include "expr/expr.h"
#include "reference/phone.h"
#include "collect/mapping/field.h"
#include "collect/mapping/mapping.h"
#include "collect/mapping/renamed_column.h"
#include "collect/mapping/row_kind.h"
#include "record/event.h"
#include "record/order.h"
#include "collect/rows/cell.h"
#include "text/null_word.h"

struct country_table;

struct column {
	struct span name;	/* as the header has it, or the path of a JSON member */
	struct span folded;	/* unique */
	bool copied;		/* some target is this column and nothing else */
	bool used;		/* some expression reads it */
	bool known;		/* the header table gave it its field */
	bool whole;		/* JSON: an object there is one value */
	struct span base;	/* folded, but not unique */
};

struct contest;

/* What a property is to an order of several rows. */
enum fold_role {
	ROLE_PRODUCT,	/* belongs to the product of the row */
	ROLE_KEEP,	/* repeats: the same on each row */
	ROLE_SUM,	/* adds up */
};

#define FOLD_SUMS_MAX 16

enum target_origin {
	ORIGIN_MAPPING,
	ORIGIN_TABLE,
	ORIGIN_REST,
	ORIGIN_DEFAULT,		/* an event name that nothing gave */
};

/* How a copied value may be made by quick_put; see quick.h. */
enum quick {
	QUICK_NOT,
	QUICK_COPY,		/* as it stands */
	QUICK_NUMBER,
	QUICK_TRIMMED,
	QUICK_ORDER,		/* the same, where words for nothing are none */
	QUICK_NAME,
	QUICK_EMAIL,
	QUICK_UTC,		/* a time without zone is in UTC */
	QUICK_RECORD_MOMENT,	/* only our own records' form */
};

/* What quick_run reads of a target, close together. */
struct quick_step {
	const char *prefix;
	unsigned prefix_len;
	int column;		/* -1: none */
	uint8_t way;		/* enum quick; QUICK_NOT also where a contest decides */
	bool identifies;
};

struct target {
	struct field field;
	enum quick quick;
	struct span prefix;	/* `,"city":`; in a context group without the group; in the arena */
	struct span group;	/* context only: `,"page":`; else empty */
	enum target_origin origin;
	int column;		/* >= 0: a copy of it; -1: expr */
	struct expr *expr;
	const struct map_rule *rule;	/* ORIGIN_MAPPING */
	struct span demoted;	/* identifiers, and consents by their header: the prefix of the trait that keeps
				   what cannot be normalized */
	enum fold_role role;
	unsigned sum;		/* ROLE_SUM: its number */
	bool identifies;	/* by its name: spoiled values are worth a word */
	bool clock;		/* of the time: may be a time of the day, or how long something took */
	bool names_section;	/* its column is one of field_is_section */
	const struct contest *contest;	/* NULL: no other column means its field or wants its name */
	const struct target *same;	/* the next of the same field; NULL: it is the last */
	struct span label;	/* for messages: "column 'Ordered At'" */
	unsigned number;	/* of its tally */
	unsigned version_rank;	/* of a member that came late: version_column.h; 0: none */
};

#define VERSION_COLUMNS_MAX 8

/* A rule `props.* = ...`: the members of an object become members of the section. */
struct spread {
	enum section section;
	struct expr *expr;
	const struct map_rule *rule;
};

/* Numbers, dates and places as the source writes them. */
struct plan_style {
	char point;			/* decimal separator */
	enum date_order dates;
	struct span date_format;	/* absent: dates says it */
	const struct zone *zone;	/* of times without offset */
	bool utc;			/* zone is UTC */
	const struct phone_region *region;
	const struct country_table *countries;	/* NULL: no column needs it */
	bool gmail;			/* addresses of Gmail as it delivers them */
	const struct null_words *nulls;	/* NULL: every text is a value */
};

struct plan {
	const char *file;	/* for messages */
	struct span source;
	struct column *columns;
	size_t column_count;
	size_t column_cap;
	bool json;		/* columns are paths; more may come */
	bool kinds;		/* as in plan_input */
	bool payments;
	bool utc;
	bool acts;		/* a table with times, and a column that field_is_action: its rows are events */
	size_t fixed;
	enum event_type type;	/* EVENT_TYPES: a target says it row by row */
	bool type_guessed;
	bool typed;		/* a column says it, and no rule: then these are... */
	int type_column;
	int name_column;	/* of `name`, where no rule reads it; -1: none */
	enum row_kind kind;	/* that type_guessed took them for, or its input asks for */
	struct target *targets;	/* by section, in the order of the record */
	size_t target_count;
	size_t target_cap;
	struct spread *spreads;
	size_t spread_count;
	size_t spread_cap;
	struct quick_step *steps;	/* one a target */
	struct plan_sparse *sparse;	/* NULL: it has too few targets for that */
	size_t section_at[SECTIONS + 1];	/* section s: targets [s] up to [s + 1] */
	unsigned tallies;	/* number of targets that may tally: all */
	unsigned tallies_of_all;	/* of all parts, on the main one's plan */
	size_t tally_base;	/* its tallies among those of all parts' plans: from
				   here on, one a target and one for the rest */
	struct plan_style style;
	struct span seed;	/* 16 bytes: source and headers, for hashes of rows */
	struct span source_member;	/* `,"source":"shop"` */
	struct span event_member;	/* the event's name where it is the same for all */
	bool event_default;		/* and nobody has given it */
	enum order_kind order_kind;	/* of event_member, by its name */
	unsigned *statuses;		/* targets that say what has become of an order */
	size_t status_count;
	unsigned *deletions;		/* targets that say that somebody was deleted: deletion.h */
	size_t deletion_count;
	bool odd_orders;		/* more than revenue says what an order is worth */
	int revenue;			/* the column of the revenue; -1: an expression or none */
	struct span type_member;	/* `{"type":"track","id":"`, up to the type */
	bool fold;		/* adjacent rows of equal targets[fold_key] are one event */
	size_t fold_key;
	unsigned sums;
	bool clocks;		/* some target is a clock: see when.h */
	int zone_column;	/* of their zones; -1: none */
	struct consent_column *consent_columns;	/* see consent_columns.h; in the arena */
	size_t consent_column_count;
	bool consents_beside;		/* one of those says a consent by itself */
	bool consents_contested;	/* several columns mean one */
	bool consents_settled;	/* the records are ours: no column beside them is read */
	bool hashed_ids;	/* no target gives the id */
	bool versioned;		/* records have versions that no rule gives: version_column.h */
	const struct target *versions[VERSION_COLUMNS_MAX];	/* the best first */
	unsigned version_ranks[VERSION_COLUMNS_MAX];
	size_t version_count;
	struct span version_member;	/* of the file's name; empty: none */
	const struct mapping *mapping;
	size_t part;		/* of the mapping: whose rules these are */
	bool bare;		/* what no rule names goes nowhere */
	struct span ignore;	/* nor do these: patterns, separated by commas */
	bool optional;		/* while compiling: see map_rule */
	bool *lacks;		/* as in plan_input */
	struct span missing;	/* a column that an expression names and a table lacks */
	/* Of this part (0) and of those that make events of the same rows. */
	struct expr *conditions[MAPPING_PARTS_MAX];
	const struct map_rule *condition_rules[MAPPING_PARTS_MAX];
	struct expr_scope scope;
	const char **names;	/* of columns, for suggestions */
	struct map index;	/* folded name -> column number */
	struct map exact;	/* name -> column number */
	struct map aliases;	/* folded name that a format knows -> number of the renamed column */
	struct renamed_column *renamed;
	size_t renamed_count;
	struct map keys[SECTIONS];	/* key -> number of its first target */
	struct map holders[SECTIONS];	/* key -> the columns that mean it: see plan_columns.h */
	struct map namesakes;		/* JSON: name -> the columns that share it */
	struct arena arena;
};

/*
 * For rows that list their cells and lack nearly all columns: which targets may give a value.
 * Sources that make up keys bring a plan thousands of targets.
 */
struct plan_sparse {
	uint64_t *always;	/* a bit for each target that is no copy of a column */
	size_t words;
	int *first;		/* by column: its first target, or -1 */
	int *next;		/* by target: the next one of the same column, or -1 */
};

#define PLAN_SPARSE_MIN 256

/* What a plan is made from. */
struct plan_input {
	const char *file;
	const char *path;	/* whose name may have a date; NULL: none */
	struct span source;
	const struct mapping *mapping;
	const struct span *headers;	/* copied; may hold duplicates and empty ones */
	size_t header_count;
	bool json;
	enum event_type type;		/* EVENT_TYPES: nothing was said */
	bool typed;			/* the member or column "type" holds record types */
	bool kinds;			/* cells say what they are, as those of JSON do */
	size_t fixed;			/* so many columns, the first, go nowhere but
					   where the mapping says */
	size_t part;			/* of the mapping */
	enum row_kind kind;		/* not ROW_ANY: what is not said is not guessed, but taken for this */
	const struct map_settings *format;	/* what of the mapping's settings is a format's may name
						   columns that the file lacks; NULL: none is */
	bool payments;			/* a table's column "event_type" holds types of payments, no events' names */
	bool utc;			/* times without a zone are in UTC */
	const enum amounts *amounts;	/* of each header, for renamed_column.h; NULL: nothing is renamed */
	bool *lacks;			/* set where the plan fails as a table lacks a column */
	/* Rules of conditions, compiled into plan->conditions; NULL: none. */
	const struct map_rule *conditions[MAPPING_PARTS_MAX];
	size_t tally_base;		/* where its tallies begin: see plan->tally_base */
};

/*
 * The slot of a column that a rule of a format names and the file does not have
 * is one behind the last: its cell is unknown.
 */

/* NULL with a usage error in the mapping.  Owned: plan_free. */
struct plan *plan_new(const struct plan_input *input, struct error *err);
void plan_free(struct plan *p);

/* The number of a column of this name, made when there is none (JSON). */
size_t plan_column(struct plan *p, struct span name);

/*
 * Sets how the source writes things and compiles the expressions accordingly.
 * -1 with a usage error.
 */
int plan_settle(struct plan *p, const struct plan_style *style,
		struct error *err);

/* The cell SLOT of run->row, a struct row, as a datum. */
int plan_fetch(struct expr_run *run, int slot, struct datum *out,
	       struct error *err);

/* Does `set ignore` name the column NAME? */
bool plan_ignores(const struct plan *p, struct span name);

/* A new target of FIELD; valid until the next one. */
struct target *plan_add_target(struct plan *p, const struct field *field,
			       enum target_origin origin);

/* The first target of SECTION with KEY, or NULL: see target.same. */
const struct target *plan_find(const struct plan *p, enum section section,
			       struct span key);

/* `,"traits":` and the like; empty for members at the top. */
struct span plan_section_member(enum section section);

/* The field of a column or member called NAME by the table of headers, of an IDENTIFY record or not; its key may be in A. */
bool plan_known_field(const struct plan *p, struct span name, bool identify, struct arena *a, struct field *out,
		      unsigned *rank);

/* The same of the plan's records, whose kind gives a meaning to more names. */
bool plan_field_of(const struct plan *p, struct span name, struct arena *a, struct field *out, unsigned *rank);
/* The same of COLUMN. */
bool plan_table_field(struct plan *p, size_t column, struct field *out,
		      unsigned *rank);

#endif
