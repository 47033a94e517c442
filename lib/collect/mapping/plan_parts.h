/* The parts of plan making, each in its file; private to plan*.c. */
#ifndef MAPPING_PLAN_PARTS_H
#define MAPPING_PLAN_PARTS_H

#include "collect/mapping/plan.h"

/* plan_scope.c: columns as names of expressions. */
void plan_scope_init(struct plan *p);
int plan_compile(struct plan *p, struct target *t, struct error *err);
/* The same for *E; USED: its columns are used up by it. */
int plan_compile_rule(struct plan *p, const struct map_rule *r, bool used,
		      enum datum_type want, struct expr **e, struct error *err);

/* plan_rules.c: the mapping's rules as targets, spreads and conditions. */
int plan_add_rules(struct plan *p, const struct plan_input *input, struct error *err);
int plan_refuse_rule(const struct map_rule *r, struct error *err);

/* plan_columns.c: names for all columns. */
void plan_add_columns(struct plan *p, const struct plan_input *input);

/* plan_type.c: what the columns say about the records. */
void plan_guess_type(struct plan *p);

/* plan_fold.c: what adds up and what repeats. */
int plan_fold(struct plan *p, struct error *err);

/* plan.c */
struct target *plan_add_target(struct plan *p, const struct field *field,
			       enum target_origin origin);
bool plan_has(const struct plan *p, enum section section, struct span key);

#endif
