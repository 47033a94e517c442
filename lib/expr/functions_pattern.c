/* Functions of texts by regular expressions.  Patterns are constants. */
#include "base/mem.h"
#include "expr/builtin.h"
#include "text/regex.h"

static int check_pattern(struct compiler *c, struct node *n)
{
	struct expr *e = c->e;
	struct error why = ERROR_INIT;
	struct span pattern;

	if (builtin_constant_text(c, n, 1, &pattern))
		return -1;
	n->regex = regex_new(pattern, &why);
	if (!n->regex)
		return compile_error(c, n->args[1]->at, "%s", why.message);
	e->regexes = mem_room(e->regexes, e->regex_count, &e->regex_cap,
			      sizeof(*e->regexes));
	e->regexes[e->regex_count++] = n->regex;
	return 0;
}

static int call_matches(const struct node *n, struct expr_run *run,
			const struct datum *args, struct datum *out,
			struct error *err)
{
	int got = regex_find(n->regex, args[0].text, run->scratch, NULL, NULL, err);

	if (got < 0)
		return -1;
	*out = datum_truth(got);
	return 0;
}

/* The first group where the pattern has one, else the whole match. */
static int call_extract(const struct node *n, struct expr_run *run,
			const struct datum *args, struct datum *out,
			struct error *err)
{
	struct span whole, group;
	int got = regex_find(n->regex, args[0].text, run->scratch, &whole,
			     &group, err);

	if (got < 0)
		return -1;
	if (regex_groups(n->regex))
		whole = group;
	if (got && !span_absent(whole))
		*out = datum_text(whole);
	return 0;
}

const struct builtin pattern_functions[] = {
	{"matches", "tt", TYPE_TRUTH, 0, call_matches, NULL, check_pattern},
	{"extract", "tt", TYPE_TEXT, 0, call_extract, NULL, check_pattern},
	{NULL, NULL, 0, 0, NULL, NULL, NULL},
};
