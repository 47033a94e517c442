/*
 * What customers are clustered by: expressions over their profiles (cdp-expr(7)), such as
 * "log(revenue), orders, country", each with a name where one is given:
 * "basket = revenue / orders".
 *
 * A number or a truth (1 or 0) is a number, a text a text.  A time, duration or list is
 * refused with what to write instead.
 */
#ifndef SEGMENT_FEATURES_H
#define SEGMENT_FEATURES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/span.h"
#include "expr/expr.h"
#include "expr/profile_money.h"
#include "expr/profile_scope.h"
#include "record/profile.h"
#include "time/zone.h"

#define FEATURES_MAX 32

struct feature {
	struct span name;	/* as given, else the expression */
	struct span text;	/* the expression as written */
	struct expr *expr;
};

struct features {
	struct feature list[FEATURES_MAX];
	size_t count;
	struct profile_scope *scope;
	struct money_watches money;	/* features that are amounts of money */
	struct arena texts;
};

void features_init(struct features *f);
void features_release(struct features *f);

/* Adds one, or a list of them as SOURCE (an option or a file) writes it: -1 with a usage error. */
int features_add(struct features *f, struct span name, struct span text, const char *source,
		 struct error *err);
int features_parse(struct features *f, struct span list, const char *source, struct error *err);

enum feature_kind {
	FEATURE_UNKNOWN,
	FEATURE_NUMBER,
	FEATURE_TEXT,
};

struct feature_value {
	enum feature_kind kind;
	double number;		/* finite */
	bool truth;		/* it was no number, but true or false */
	struct span text;	/* lives until the next profile */
};

/* What one thread needs to evaluate F on one profile after another. */
struct feature_run {
	struct profile_row row;
	const struct features *features;
	struct arena scratch;
	struct expr_run expr;
	struct money_seen money;
};

void feature_run_init(struct feature_run *run, const struct features *f, const struct zone *zone);
void feature_run_release(struct feature_run *run);

/* P's values into VALUES; -1 with a data error for a profile that holds something malformed. */
int features_read(struct feature_run *run, const struct profile *p,
		  struct feature_value values[FEATURES_MAX], struct error *err);

/* Behind features_read, for a customer that is to have a cluster: in which currency? */
void features_note_money(struct feature_run *run);

#endif
