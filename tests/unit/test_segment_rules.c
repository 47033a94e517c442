/* Rules: reading them, their order, and what they say about a profile. */
#include "tests/unit/scratch.h"

#include "time/zone.h"
#include "understand/segment/explain.h"
#include "understand/segment/rules.h"

#define PROFILE "{\"type\":\"profile\",\"id\":\"a\",\"as_of\":\"2024-03-31T23:59:59.999Z\"," \
	"\"ids\":{\"email\":[\"ada@example.org\"]},\"traits\":{\"country\":\"DE\",\"city\":null}," \
	"\"orders\":{\"count\":3,\"revenue\":612.40,\"last\":\"2024-03-01T12:00:00.000Z\"}," \
	"\"segments\":[\"old\"],\"scores\":{\"bgnbd\":{\"p_churn\":0.25}}}"

static struct zone *zone;

static int setup(void **state)
{
	zone = zone_load("UTC", NULL);
	return !zone || scratch_setup(state) ? -1 : 0;
}

static int teardown(void **state)
{
	zone_free(zone);
	return scratch_teardown(state);
}

/* Rules of TEXT, which must be good. */
static struct rules *rules_of(const char *text)
{
	struct rules *r = rules_new();
	struct error err = ERROR_INIT;

	if (rules_parse(r, span_of(text), "x.rules", &err) || rules_link(r, &err))
		fail_msg("%llu:%llu: %s", (unsigned long long)err.line,
			 (unsigned long long)err.column, err.message);
	return r;
}

static void check_segments(const char *rules, const char *want)
{
	struct rules *r = rules_of(rules);
	struct rules_run run;
	struct profile p;
	struct buf out = BUF_INIT;

	rules_run_init(&run, r, zone);
	assert_int_equal(profile_parse(&p, SPAN(PROFILE), NULL), 0);
	assert_int_equal(rules_apply(&run, &p, NULL), 0);
	rules_put_segments(&run, &out);
	assert_span(buf_view(&out), want);
	buf_release(&out);
	rules_run_release(&run);
	rules_free(r);
}

static void puts_sorted_names_of_what_is_true(void **state)
{
	(void)state;
	check_segments("", "[]");
	check_segments("vip = revenue >= 500 and orders >= 3\n"
		       "german = country = 'DE'\n"
		       "poor = revenue < 10\n"
		       "Zeta = orders > 1\n", "[\"Zeta\",\"german\",\"vip\"]");
}

static void unknown_is_never_a_match(void **state)
{
	(void)state;
	check_segments("a = city = 'Rome'\nb = not (city = 'Rome')\nc = phone != ''\n"
		       "d = city is null\n"
		       "e = did('Order Completed', 30d)\nf = not did('Order Completed', 30d)\n",
		       "[\"d\"]");
}

static void reads_scores_of_other_tools(void **state)
{
	(void)state;
	check_segments("safe = scores.bgnbd.p_churn < 0.5", "[\"safe\"]");
}

static void rules_find_each_other_in_any_order(void **state)
{
	(void)state;
	check_segments("z = in_segment('y')\ny = in_segment('x') and not in_segment('w')\n"
		       "x = orders = 3\nw = in_segment(\"v\")\nv = city = 'Rome'\n",
		       "[\"x\",\"y\",\"z\"]");
}

/* Not in the segment is a fact, though why is unknown. */
static void in_segment_is_never_unknown(void **state)
{
	(void)state;
	check_segments("a = city = 'Rome'\nb = not in_segment('a')", "[\"b\"]");
}

static void what_an_earlier_run_wrote_is_not_asked(void **state)
{
	(void)state;
	check_segments("old = orders > 100\nnew = in_segment('old')", "[]");
}

static void a_long_chain_does_not_recurse(void **state)
{
	struct buf text = BUF_INIT;
	struct rules *r;

	(void)state;
	for (int i = 0; i < 3000; i++)
		buf_printf(&text, "s%04d = in_segment('s%04d')\n", i, i + 1);
	buf_lit(&text, "s3000 = orders = 3\n");
	r = rules_of(buf_text(&text));
	assert_int_equal(rules_count(r), 3001);
	rules_free(r);
	buf_release(&text);
}

static void tells_names_and_events(void **state)
{
	struct rules *head = rules_of("b = orders > 1\na = orders > 2");
	struct rules *events = rules_of("a = count('x') > 2");

	(void)state;
	assert_span(rules_name(head, 0), "a");
	assert_int_equal(rules_number(head, SPAN("b")), 1);
	assert_true(rules_is_rule(head, 1));
	assert_false(rules_read_events(head));
	assert_true(rules_read_events(events));
	rules_free(head);
	rules_free(events);
}

static void declared_segments_can_be_asked_for(void **state)
{
	struct rules *r = rules_new();
	struct rules_run run;
	struct profile p;
	struct buf out = BUF_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	rules_declare(r, SPAN("rfm_new"));
	rules_declare(r, SPAN("rfm_new"));
	rules_declare(r, SPAN("rfm_lost"));
	assert_int_equal(rules_parse(r, SPAN("hello = in_segment('rfm_new')\nbye = in_segment('rfm_lost')"),
				     "x", &err), 0);
	assert_int_equal(rules_link(r, &err), 0);
	assert_int_equal(rules_count(r), 4);
	assert_false(rules_is_rule(r, rules_number(r, SPAN("rfm_new"))));
	rules_run_init(&run, r, zone);
	assert_int_equal(profile_parse(&p, SPAN(PROFILE), NULL), 0);
	rules_run_set(&run, rules_number(r, SPAN("rfm_new")), 1);
	rules_run_set(&run, rules_number(r, SPAN("rfm_lost")), -1);
	assert_int_equal(rules_apply(&run, &p, NULL), 0);
	rules_put_segments(&run, &out);
	assert_span(buf_view(&out), "[\"hello\",\"rfm_new\"]");
	buf_release(&out);
	rules_run_release(&run);
	rules_free(r);
}

static void check_reason(const char *rule, const char *want)
{
	struct rules *r = rules_of(rule);
	struct rules_run run;
	struct profile p;
	struct buf out = BUF_INIT;

	rules_run_init(&run, r, zone);
	assert_int_equal(profile_parse(&p, SPAN(PROFILE), NULL), 0);
	assert_int_equal(rules_apply(&run, &p, NULL), 0);
	rules_put_reason(&run, 0, &out);
	assert_span(buf_view(&out), want);
	buf_release(&out);
	rules_run_release(&run);
	rules_free(r);
}

static void reasons_show_the_rule_and_what_it_read(void **state)
{
	(void)state;
	check_reason("vip = revenue >= 500   # much\n   and orders >= 3",
		     "revenue >= 500 and orders >= 3; revenue = 612.40, orders = 3");
	check_reason("x = orders > 1 and orders < 9", "orders > 1 and orders < 9; orders = 3");
	check_reason("x = lower(country) = 'de' or did('Order Completed', 30d)",
		     "lower(country) = 'de' or did('Order Completed', 30d); country = DE, "
		     "did('Order Completed', 30d) = unknown");
	check_reason("x = true", "true");
}

/* A usage error at LINE:COLUMN. */
static void check_fault(const char *text, uint64_t line, uint64_t column,
			const char *message)
{
	struct rules *r = rules_new();
	struct error err = ERROR_INIT;

	rules_declare(r, SPAN("rfm_new"));
	if (!rules_parse(r, span_of(text), "x.rules", &err))
		assert_int_equal(rules_link(r, &err), -1);
	assert_error(&err, message);
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_string_equal(err.file, "x.rules");
	assert_int_equal(err.line, line);
	assert_int_equal(err.column, column);
	rules_free(r);
}

static void faults_name_their_place(void **state)
{
	(void)state;
	check_fault("a = orders > 1\n\nb = recensy > 9", 3, 5,
		    "unknown name 'recensy'; did you mean 'recency'?");
	check_fault("a = orders > 1\na = orders > 2", 2, 1,
		    "the segment 'a' is defined twice (first in x.rules:1)");
	check_fault("rfm_new = orders > 1", 1, 1,
		    "the name 'rfm_new' belongs to a segment that another option makes");
	check_fault("set source = shop", 1, 5,
		    "a rules file has no settings: write name = condition");
	check_fault("a = segments is null", 1, 5,
		    "a rule cannot read 'segments', which this run makes: ask with in_segment(\"name\")");
	check_fault("a = orders > 1\nb = not\n  in_segment(email)", 3, 3,
		    "in_segment() takes a segment's name in quotes");
	check_fault("vip = orders > 1\nb = in_segment('vpi')", 2, 5,
		    "no segment 'vpi' here; did you mean 'vip'?");
	check_fault("b = orders > 1 and\n in_segment('everybody')", 2, 2,
		    "no segment 'everybody' here: in_segment() asks for the segments of this run");
	check_fault("a = in_segment('b')\nb = orders > 1 and in_segment('c')\nc = in_segment('a')", 3, 5,
		    "segments in a circle: 'a' needs 'b' needs 'c' needs 'a'");
	check_fault("a = not in_segment('a')", 1, 9,
		    "segments in a circle: 'a' needs 'a'");
}

static void a_rule_must_be_a_condition(void **state)
{
	struct rules *r = rules_new();
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(rules_parse(r, SPAN("a = orders + 1"), "x", &err), -1);
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_int_equal(err.line, 1);
	assert_non_null(strstr(err.message, "truth"));
	rules_free(r);
}

static void loads_files_with_a_byte_order_mark(void **state)
{
	struct rules *r = rules_new();
	struct error err = ERROR_INIT;

	(void)state;
	scratch_put("a.rules", SPAN("\xef\xbb\xbf" "vip = orders > 1\r\nx = orders > 2\r\n"));
	assert_int_equal(rules_load(r, scratch_path("a.rules"), &err), 0);
	assert_int_equal(rules_link(r, &err), 0);
	assert_span(rules_name(r, 0), "vip");
	rules_free(r);
}

static void refuses_files_that_are_no_rules(void **state)
{
	struct rules *r = rules_new();
	struct error err = ERROR_INIT;
	struct buf big = BUF_INIT;

	(void)state;
	assert_int_equal(rules_load(r, scratch_path("absent"), &err), -1);
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_non_null(strstr(err.message, "No such file"));
	err = ERROR_INIT;
	for (int i = 0; i < 20000; i++)
		buf_lit(&big, "# nothing but comments, again and again and again\n");
	buf_lit(&big, "# until there is more than one mebibyte of them all\n");
	while (big.len <= (1 << 20))
		buf_lit(&big, "# more\n");
	scratch_put("big.rules", buf_view(&big));
	assert_int_equal(rules_load(r, scratch_path("big.rules"), &err), -1);
	assert_error(&err, "is longer than 1 MiB, which is the most that such a file may have");
	buf_release(&big);
	rules_free(r);
}

/* segments_why. */

static void check_cut(const char *line, const char *want)
{
	struct profile p;
	struct buf out = BUF_INIT;

	assert_int_equal(profile_parse(&p, span_of(line), NULL), 0);
	assert_true(explain_stale(&p));
	explain_cut(&p, &out);
	assert_span(buf_view(&out), want);
	buf_release(&out);
}

static void the_old_reasons_go_with_one_comma(void **state)
{
	(void)state;
	check_cut("{\"type\":\"profile\",\"segments_why\":{\"a\":\"b\"},\"events\":[]}",
		  "{\"type\":\"profile\",\"events\":[]}");
	check_cut("{ \"segments_why\" : {} , \"type\":\"profile\"}",
		  "{ \"type\":\"profile\"}");
	check_cut("{\"type\":\"profile\" , \"segments_why\":null }", "{\"type\":\"profile\"  }");
}

static void reasons_stand_behind_segments(void **state)
{
	struct buf out = BUF_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(explain_put(SPAN("{\"type\":\"profile\",\"segments\":[\"a\"],\"events\":[]}"),
				     SPAN("{\"a\":\"b\"}"), &out, &err), 0);
	assert_span(buf_view(&out), "{\"type\":\"profile\",\"segments\":[\"a\"],"
		    "\"segments_why\":{\"a\":\"b\"},\"events\":[]}\n");
	assert_int_equal(explain_put(SPAN("{\"type\":\"track\"}"), SPAN("{}"), &out, &err), -1);
	assert_error(&err, "an event where a profile belongs: run cdp-merge first");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_sorted_names_of_what_is_true),
		cmocka_unit_test(unknown_is_never_a_match),
		cmocka_unit_test(reads_scores_of_other_tools),
		cmocka_unit_test(rules_find_each_other_in_any_order),
		cmocka_unit_test(in_segment_is_never_unknown),
		cmocka_unit_test(what_an_earlier_run_wrote_is_not_asked),
		cmocka_unit_test(a_long_chain_does_not_recurse),
		cmocka_unit_test(tells_names_and_events),
		cmocka_unit_test(declared_segments_can_be_asked_for),
		cmocka_unit_test(reasons_show_the_rule_and_what_it_read),
		cmocka_unit_test(faults_name_their_place),
		cmocka_unit_test(a_rule_must_be_a_condition),
		cmocka_unit_test(loads_files_with_a_byte_order_mark),
		cmocka_unit_test(refuses_files_that_are_no_rules),
		cmocka_unit_test(the_old_reasons_go_with_one_comma),
		cmocka_unit_test(reasons_stand_behind_segments),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
