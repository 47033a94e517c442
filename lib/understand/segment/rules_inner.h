/* What the files of rules share; nobody else includes it. */
#ifndef SEGMENT_RULES_INNER_H
#define SEGMENT_RULES_INNER_H

#include "base/map.h"
#include "understand/segment/rules.h"

/* in_segment("name") in a rule. */
struct need {
	struct span name;
	size_t at;		/* in the rule's text */
	size_t number;		/* of the segment, once linked */
};

enum visited {
	VISITED_NOT,
	VISITED_OPEN,		/* being put into order: meeting it is a circle */
	VISITED_DONE,
};

struct rule {
	struct span name;	/* NUL-terminated */
	struct expr *expr;	/* NULL: declared, decided elsewhere */
	const char *file;
	uint64_t line;
	uint64_t column;
	struct span text;	/* as written, for the places of faults */
	struct need *needs;
	size_t need_count;
	size_t need_cap;
	size_t need_at;		/* while linking */
	enum visited visited;
};

struct rules {
	struct rule *list;	/* by name once linked */
	size_t count;
	size_t cap;
	size_t *order;		/* numbers in the order of evaluation */
	struct profile_scope *profile_scope;
	struct expr_scope scope;	/* ours, in front of: */
	struct expr_scope of_profile;
	struct map names;		/* of rules; number is 1 once read without in_segment() */
	size_t *numbers;		/* of a name's rule, once linked */
	struct expr_function *functions;
	struct arena texts;
};

/* While a file is read. */
struct parse {
	struct rules *rules;
	const char *file;
};

struct need_walk {
	const struct rules *rules;
	struct rule *rule;
	struct error *err;
};

/* rules_run.c: the scope with in_segment() over what the run has decided. */
void rules_take_scope(struct rules *r);

#endif
