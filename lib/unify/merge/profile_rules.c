/* Rules of the profile: which values survive, which traits are computed. */
#include "unify/merge/state.h"

int merge_take_profile_line(void *context, struct span word, struct span rest,
			    const char *file, uint64_t line, uint64_t column,
			    struct error *err)
{
	struct merge *m = context;
	size_t at = span_find_byte(rest, '=');
	struct span name = span_trim(span_sub(rest, 0, at));
	struct span value = span_sub(rest, at + 1, rest.len);
	int bad;

	if (at == rest.len) {
		error_usage(err, "'=' is missing");
		bad = -1;
	} else if (span_equal(word, SPAN("survive"))) {
		bad = survival_set(&m->survival, name, value, err);
	} else {
		bad = computed_set(&m->computed, name, value, file, line, column + at + 1, err);
	}
	if (bad && err && !err->column)
		err->column = column;
	return bad;
}

void merge_put_rules(struct merge *m, struct buf *out)
{
	identity_rules_put(&m->rules, out);
	survival_settle(&m->survival);
	survival_put(&m->survival, out);
	computed_put(&m->computed, out);
}
