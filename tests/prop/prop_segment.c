/*
 * Laws of segments over random profiles and conditions: "A and B" selects a
 * subset of "A", "not not A" is "A", nobody is in "A" and in "not A", unknown
 * matches neither, the order of rules does not matter, and labelling twice is
 * labelling once.  A failure names the rules and the profile.
 */
#include "tests/unit/support.h"

#include "time/zone.h"
#include "understand/segment/rules.h"

#define ROUNDS 400
#define PROFILES 12

static struct zone *zone;

static int load_zone(void **state)
{
	(void)state;
	zone = zone_load("UTC", NULL);
	return zone ? 0 : -1;
}

static int free_zone(void **state)
{
	(void)state;
	zone_free(zone);
	return 0;
}

/* A condition; each part is unknown for some of the profiles. */
static void put_condition(uint64_t *random, int depth, struct buf *out)
{
	static const char *const atoms[] = {
		"orders > 2", "revenue >= 99.5", "city = 'Rome'", "city != 'Rome'",
		"email is not null", "phone is null", "recency > 30",
		"scores.bgnbd.p_churn > 0.5", "did('Order Completed', 90d)",
		"count('Product Viewed') >= 1", "starts_with(city, 'R')",
		"consent.newsletter = 'granted'", "country in ('DE', 'IT')",
	};
	size_t which = support_below(random, depth > 3 ? 1 : 4);

	if (which == 0) {
		buf_text_put(out, atoms[support_below(random, COUNT_OF(atoms))]);
		return;
	}
	buf_text_put(out, which == 1 ? "not (" : "(");
	put_condition(random, depth + 1, out);
	if (which > 1) {
		buf_text_put(out, which == 2 ? " and " : " or ");
		put_condition(random, depth + 1, out);
	}
	buf_char(out, ')');
}

static bool often(uint64_t *random)
{
	return support_below(random, 3) > 0;
}

static void put_profile(uint64_t *random, struct buf *out)
{
	static const char *const cities[] = {"Rome", "Riga", "Oslo", "\xc3\x85rhus"};

	buf_lit(out, "{\"type\":\"profile\",\"id\":\"p\",\"as_of\":\"2024-06-30T23:59:59.999Z\"");
	if (often(random))
		buf_lit(out, ",\"ids\":{\"email\":[\"mira@example.org\"]}");
	if (often(random))
		buf_printf(out, ",\"traits\":{\"city\":\"%s\",\"country\":%s}",
			   cities[support_below(random, 4)], often(random) ? "\"DE\"" : "null");
	if (often(random))
		buf_lit(out, ",\"consent\":{\"newsletter\":\"granted\"}");
	if (often(random))
		buf_printf(out, ",\"orders\":{\"count\":%zu,\"revenue\":%zu.5,\"last\":\"2024-0%zu-01T00:00:00.000Z\"}",
			   support_below(random, 6), support_below(random, 200),
			   1 + support_below(random, 6));
	if (often(random))
		buf_printf(out, ",\"scores\":{\"bgnbd\":{\"p_churn\":0.%zu}}", support_below(random, 10));
	if (often(random))
		buf_printf(out, ",\"events\":[{\"type\":\"track\",\"time\":\"2024-0%zu-01T00:00:00.000Z\","
			   "\"event\":\"%s\",\"props\":{}}]", 1 + support_below(random, 6),
			   often(random) ? "Order Completed" : "Product Viewed");
	buf_char(out, '}');
}

static struct rules *compile(struct buf *text)
{
	struct rules *r = rules_new();
	struct error err = ERROR_INIT;

	if (rules_parse(r, buf_view(text), "random", &err) || rules_link(r, &err))
		fail_msg("%s:\n%s", err.message, buf_text(text));
	return r;
}

/* The line with the segments of R, as profile_put writes it. */
static void label(struct rules_run *run, struct span line, struct buf *out)
{
	struct buf segments = BUF_INIT;
	struct profile_change change = {.scores = SPAN_NONE};
	struct profile p;

	assert_int_equal(profile_parse(&p, line, NULL), 0);
	assert_int_equal(rules_apply(run, &p, NULL), 0);
	rules_put_segments(run, &segments);
	change.segments = buf_view(&segments);
	profile_put(&p, &change, out);
	out->len--;
	buf_release(&segments);
}

static signed char truth(const struct rules_run *run, const char *name)
{
	return run->truths[rules_number(run->rules, span_of(name))];
}

#define law(condition) \
	do { \
		if (!(condition)) \
			fail_msg("%s\n%s\n%s", #condition, buf_text(&rules), buf_text(&line)); \
	} while (0)

/* "a" and "b" at random, and what is made of them. */
static void put_rules(uint64_t *random, struct buf *rules)
{
	buf_clear(rules);
	buf_lit(rules, "both = in_segment('a') and in_segment('b')\na = ");
	put_condition(random, 0, rules);
	buf_lit(rules, "\nb = ");
	put_condition(random, 0, rules);
	buf_char(rules, '\n');
}

static void put_derived(struct buf *rules, struct span a, struct span b)
{
	buf_printf(rules, "and = (%.*s) and (%.*s)\n", SPAN_ARG(a), SPAN_ARG(b));
	buf_printf(rules, "dna = (%.*s) and (%.*s)\n", SPAN_ARG(b), SPAN_ARG(a));
	buf_printf(rules, "or = (%.*s) or (%.*s)\n", SPAN_ARG(a), SPAN_ARG(b));
	buf_printf(rules, "not_a = not (%.*s)\n", SPAN_ARG(a));
	buf_printf(rules, "not_not_a = not (not (%.*s))\n", SPAN_ARG(a));
	buf_printf(rules, "morgan = not (not (%.*s) or not (%.*s))\n", SPAN_ARG(a), SPAN_ARG(b));
}

static void conditions_keep_their_laws(void **state)
{
	struct buf a = BUF_INIT, b = BUF_INIT, rules = BUF_INIT, line = BUF_INIT;
	struct buf out = BUF_INIT;
	uint64_t random = support_seed(2024);

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct rules_run run;
		struct rules *r;

		buf_clear(&a);
		buf_clear(&b);
		buf_clear(&rules);
		put_condition(&random, 0, &a);
		put_condition(&random, 0, &b);
		buf_printf(&rules, "a = %s\n", buf_text(&a));
		buf_printf(&rules, "b = %s\n", buf_text(&b));
		put_derived(&rules, buf_view(&a), buf_view(&b));
		r = compile(&rules);
		rules_run_init(&run, r, zone);
		for (int i = 0; i < PROFILES; i++) {
			buf_clear(&line);
			put_profile(&random, &line);
			buf_clear(&out);
			label(&run, buf_view(&line), &out);
			law(truth(&run, "and") != 1 || truth(&run, "a") == 1);
			law(truth(&run, "or") == 1 || truth(&run, "a") != 1);
			law(truth(&run, "and") == truth(&run, "dna"));
			law(truth(&run, "and") == truth(&run, "morgan"));
			law(truth(&run, "not_not_a") == truth(&run, "a"));
			law(truth(&run, "a") < 0 ? truth(&run, "not_a") < 0 :
			    truth(&run, "not_a") == !truth(&run, "a"));
		}
		rules_run_release(&run);
		rules_free(r);
	}
	buf_release(&a);
	buf_release(&b);
	buf_release(&rules);
	buf_release(&line);
	buf_release(&out);
}

/* The lines of TEXT, last first. */
static void turn_over(struct span text, struct buf *out)
{
	while (text.len) {
		size_t at = text.len - 1;

		while (at && text.ptr[at - 1] != '\n')
			at--;
		buf_put(out, text.ptr + at, text.len - at);
		text.len = at;
	}
}

static void twice_is_once_and_order_does_not_matter(void **state)
{
	struct buf rules = BUF_INIT, back = BUF_INIT, line = BUF_INIT;
	struct buf once = BUF_INIT, twice = BUF_INIT;
	uint64_t random = support_seed(7);

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct rules_run run, other;
		struct rules *r, *q;

		put_rules(&random, &rules);
		buf_clear(&back);
		turn_over(buf_view(&rules), &back);
		r = compile(&rules);
		q = compile(&back);
		rules_run_init(&run, r, zone);
		rules_run_init(&other, q, zone);
		for (int i = 0; i < PROFILES; i++) {
			buf_clear(&line);
			put_profile(&random, &line);
			buf_clear(&once);
			label(&run, buf_view(&line), &once);
			buf_clear(&twice);
			label(&run, buf_view(&once), &twice);
			law(span_equal(buf_view(&once), buf_view(&twice)));
			buf_clear(&twice);
			label(&other, buf_view(&line), &twice);
			law(span_equal(buf_view(&once), buf_view(&twice)));
			law((truth(&run, "both") == 1) ==
			    (truth(&run, "a") == 1 && truth(&run, "b") == 1));
		}
		rules_run_release(&run);
		rules_run_release(&other);
		rules_free(r);
		rules_free(q);
	}
	buf_release(&rules);
	buf_release(&back);
	buf_release(&line);
	buf_release(&once);
	buf_release(&twice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_keep_their_laws),
		cmocka_unit_test(twice_is_once_and_order_does_not_matter),
	};

	return cmocka_run_group_tests(tests, load_zone, free_zone);
}
