/* Segments by rules: see rules.h. */
#include "understand/segment/labeller.h"

struct rules_state {
	struct opt_list paths;
	const char *rates;
};

static size_t add_options(void *state, struct opt *out)
{
	struct rules_state *s = state;

	out[0] = (struct opt){OPT_LIST, 'r', "rules", "FILE",
			      "segments by rules, a line each: name = condition (may be given again)",
			      &s->paths, NULL, false};
	out[1] = (struct opt){OPT_INPUT, 0, "rates", "FILE",
			      "what currencies are worth: USD = 0.92 EUR; revenue_in() converts",
			      &s->rates, NULL, false};
	return 2;
}

static int declare_rules(void *state, const struct labeller_run *run,
			 struct labeller_notes *notes, struct error *err)
{
	struct rules_state *s = state;

	if (s->rates && rules_set_rates(run->segments, s->rates, err))
		return -1;
	for (size_t i = 0; i < s->paths.count; i++) {
		size_t before = rules_count(run->segments);

		if (rules_load(run->segments, s->paths.values[i], err))
			return -1;
		if (rules_count(run->segments) > before)
			continue;
		error_clean(span_of(s->paths.values[i]), &notes->warnings);
		buf_lit(&notes->warnings, " has no rule: write name = condition\n");
	}
	return s->paths.count > 0;
}

static int label_by_rules(void *state, unsigned worker, const struct profile *p,
			  struct rules_run *run, struct error *err)
{
	(void)state;
	(void)worker;
	return rules_apply(run, p, err);
}

static bool explain_rule(void *state, unsigned worker, struct rules_run *run,
			 size_t number, struct buf *out)
{
	(void)state;
	(void)worker;
	if (!rules_is_rule(run->rules, number))
		return false;
	rules_put_reason(run, number, out);
	return true;
}

static void release_rules(void *state)
{
	opt_list_release(&((struct rules_state *)state)->paths);
}

const struct labeller rules_labeller = {
	sizeof(struct rules_state), add_options, declare_rules, NULL,
	NULL, NULL, NULL, label_by_rules, explain_rule, NULL, release_rules, false,
};
