#include "tests/unit/support.h"

#include "base/mem.h"
#include "record/profile.h"

#define HEAD \
	"{\"type\":\"profile\",\"id\":\"c1\",\"as_of\":\"2024-03-02T00:00:00.000Z\"," \
	"\"ids\":{\"email\":[\"ada@example.com\"]},\"traits\":{\"city\":\"Leeds\"}," \
	"\"consent\":{\"email\":\"granted\"},\"sources\":[\"shop\"]," \
	"\"first_seen\":\"2024-03-01T00:00:00.000Z\"," \
	"\"last_seen\":\"2024-03-01T00:00:00.000Z\",\"orders\":{\"count\":1}"
#define EVENTS \
	"\"events\":[{\"type\":\"track\",\"id\":\"1\",\"props\":{\"a\":\"]}\\\"[{\"}}," \
	"{\"type\":\"page\",\"id\":\"2\",\"context\":{\"page\":{\"title\":\"x\"}}}]"

static void parse(struct profile *p, const char *line)
{
	struct error err = ERROR_INIT;

	if (profile_parse(p, span_of(line), &err))
		fail_msg("%s: %s", line, err.message);
}

static void head_is_found_and_events_skimmed(void **state)
{
	struct profile p;
	struct error err = ERROR_INIT;

	(void)state;
	parse(&p, HEAD ",\"x\":1,\"segments\":[\"a\"],\"scores\":{\"m\":{\"p\":1}},"
	      "\"events_omitted\":3," EVENTS "}");
	assert_span(p.id.raw, "\"c1\"");
	assert_int_equal(p.as_of, INT64_C(1709337600000));
	assert_span(p.ids.raw, "{\"email\":[\"ada@example.com\"]}");
	assert_span(p.traits.raw, "{\"city\":\"Leeds\"}");
	assert_span(p.consent.raw, "{\"email\":\"granted\"}");
	assert_span(p.sources.raw, "[\"shop\"]");
	assert_span(p.first_seen.raw, "\"2024-03-01T00:00:00.000Z\"");
	assert_span(p.last_seen.raw, "\"2024-03-01T00:00:00.000Z\"");
	assert_span(p.orders.raw, "{\"count\":1}");
	assert_span(p.segments.raw, "[\"a\"]");
	assert_span(p.scores.raw, "{\"m\":{\"p\":1}}");
	assert_span(p.events_omitted.raw, "3");
	assert_int_equal(p.others.count, 1);
	assert_true(p.skimmed);
	assert_true(p.canonical);
	assert_int_equal(p.events.raw.ptr[0], '[');
	assert_true(span_ends(p.events.raw, SPAN("}}}]")));
	assert_int_equal(profile_validate(&p, &err), 0);
	assert_false(p.skimmed);
}

/* What stands behind events is found, however the line ends. */
static void events_not_last(void **state)
{
	struct profile p;

	(void)state;
	parse(&p, "{\"type\":\"profile\",\"events\":[],\"tags\":[\"a\"]}");
	assert_false(p.skimmed);
	assert_false(p.canonical);
	assert_span(p.events.raw, "[]");
	assert_int_equal(p.others.count, 1);
	assert_span(p.others.list[0].value.raw, "[\"a\"]");
	parse(&p, "{\"type\":\"profile\"," EVENTS ",\"segments\":[{\"b\":[1]}]}");
	assert_false(p.skimmed);
	assert_span(p.segments.raw, "[{\"b\":[1]}]");
	parse(&p, "{\"type\":\"profile\",\"events\":[1] }");
	assert_false(p.skimmed);
	assert_true(p.canonical);
}

static void no_events(void **state)
{
	struct profile p;
	struct profile_events w;
	struct event e;
	struct error err = ERROR_INIT;

	(void)state;
	parse(&p, HEAD "}");
	assert_int_equal(p.events.kind, VALUE_NONE);
	assert_true(p.canonical);
	profile_events_start(&w, &p);
	assert_int_equal(profile_events_next(&w, &e, &err), 0);
	assert_int_equal(profile_validate(&p, &err), 0);
	parse(&p, "{\"type\":\"profile\",\"as_of\":null,\"events\":null}");
	assert_int_equal(p.as_of, MOMENT_NONE);
	profile_events_start(&w, &p);
	assert_int_equal(profile_events_next(&w, &e, &err), 0);
	parse(&p, "{\"type\":\"profile\",\"events\":[]}");
	assert_true(p.skimmed);
	profile_events_start(&w, &p);
	assert_int_equal(profile_events_next(&w, &e, &err), 0);
	assert_int_equal(profile_events_next(&w, &e, &err), 0);
}

static void events_are_walked(void **state)
{
	struct profile p;
	struct profile_events w;
	struct event e;
	struct error err = ERROR_INIT;

	(void)state;
	parse(&p, HEAD "," EVENTS "}");
	profile_events_start(&w, &p);
	assert_int_equal(profile_events_next(&w, &e, &err), 1);
	assert_int_equal(e.type, EVENT_TRACK);
	assert_span(e.props.raw, "{\"a\":\"]}\\\"[{\"}");
	assert_span(e.line, "{\"type\":\"track\",\"id\":\"1\",\"props\":"
		    "{\"a\":\"]}\\\"[{\"}}");
	assert_int_equal(profile_events_next(&w, &e, &err), 1);
	assert_int_equal(e.type, EVENT_PAGE);
	assert_int_equal(profile_events_next(&w, &e, &err), 0);
	assert_int_equal(profile_events_next(&w, &e, &err), 0);
	/* With blanks, and a member behind the events. */
	parse(&p, "{\"type\":\"profile\",\"events\": [ {\"type\":\"alias\"} , "
	      "{\"type\":\"group\"} ] ,\"z\":0}");
	profile_events_start(&w, &p);
	assert_int_equal(profile_events_next(&w, &e, &err), 1);
	assert_int_equal(profile_events_next(&w, &e, &err), 1);
	assert_int_equal(e.type, EVENT_GROUP);
	assert_int_equal(profile_events_next(&w, &e, &err), 0);
}

struct refusal {
	const char *line;
	const char *message;
	unsigned column;
};

static void refusals(void **state)
{
	static const struct refusal cases[] = {
		{"{\"id\":\"a\"}", "not a record: it has no 'type'", 1},
		{"{\"type\":\"track\"}",
		 "an event where a profile belongs: run cdp-merge first", 9},
		{"{\"type\":\"person\"}", "unknown record type 'person'", 9},
		{"{\"type\":\"profile\",\"id\":1}", "'id' must be a text, not a number", 24},
		{"{\"type\":\"profile\",\"events\":{}}", "'events' must be an array, not an object", 28},
		{"{\"type\":\"profile\",\"segments\":\"vip\"}",
		 "'segments' must be an array, not a text", 30},
		{"{\"type\":\"profile\",\"scores\":[]}", "'scores' must be an object, not an array", 28},
		{"{\"type\":\"profile\",\"events_omitted\":\"3\"}",
		 "'events_omitted' must be a number, not a text", 36},
		{"{\"type\":\"profile\",\"events\":[],\"events\":[]}",
		 "'events' stands twice in one record", 31},
		{"{\"type\":\"profile\",\"as_of\":\"today\"}",
		 "bad time 'today': records write times like 2024-03-01T09:30:00.000Z", 27},
		{"{\"type\":\"profile\",\"first_seen\":\"x\"}",
		 "bad time 'x': records write times like 2024-03-01T09:30:00.000Z", 32},
		{"{\"type\":\"profile\",\"last_seen\":\"x\"}",
		 "bad time 'x': records write times like 2024-03-01T09:30:00.000Z", 31},
		/* Two records on one line, the first without its last brace. */
		{"{\"type\":\"profile\",\"events\":[{\"type\":\"page\"}]"
		 "{\"type\":\"profile\",\"events\":[]}",
		 "not JSON: ',' or '}' expected, found '{'", 45},
		/* Cut in the middle of a text, and another record behind it. */
		{"{\"type\":\"profile\",\"events\":[{\"type\":\"pa"
		 "{\"type\":\"profile\",\"events\":[]}",
		 "not JSON: ',' or '}' expected, found 't'", 42},
		{"{\"type\":\"profile\",\"events\":[{\"a\":1}}]}",
		 "not JSON: ',' or ']' expected, found '}'", 36},
		{"{\"type\":\"profile\",\"events\":[{\"a\":[1]}",
		 "not JSON: ',' or ']' expected, found the end of the line", 38},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct profile p;
		struct error err = ERROR_INIT;
		struct span line = span_of(cases[i].line);

		assert_int_equal(profile_parse(&p, line, &err), -1);
		assert_error(&err, cases[i].message);
		assert_int_equal(err.column, cases[i].column);
		assert_int_equal(profile_parse(&p, line, NULL), -1);
	}
}

/* Damage inside skimmed events is found by whoever reads them. */
static void skimmed_events_are_checked_when_read(void **state)
{
	static const struct refusal cases[] = {
		{"{\"type\":\"profile\",\"events\":[{\"type\":\"page\"},]}",
		 "not an object: '{' expected, found ']'", 45},
		{"{\"type\":\"profile\",\"events\":[{\"type\":pag}]}",
		 "not JSON: a value expected, found 'p'", 37},
		{"{\"type\":\"profile\",\"events\":[{\"type\":\"cart\"}]}",
		 "unknown record type 'cart'", 37},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct profile p;
		struct profile_events w;
		struct event e;
		struct error err = ERROR_INIT;
		int got = 1;

		parse(&p, cases[i].line);
		assert_true(p.skimmed);
		profile_events_start(&w, &p);
		while (got > 0)
			got = profile_events_next(&w, &e, &err);
		assert_int_equal(got, -1);
		assert_error(&err, cases[i].message);
		assert_int_equal(err.column, cases[i].column);
		assert_int_equal(profile_validate(&p, &err), i < 2 ? -1 : 0);
	}
}

static void check_put(const char *line, const char *segments,
		      const char *scores, const char *want)
{
	struct profile p;
	struct profile_change change = {.segments = span_of(segments), .scores = span_of(scores)};
	struct buf out = BUF_INIT;

	parse(&p, line);
	profile_put(&p, &change, &out);
	assert_int_equal(out.ptr[out.len - 1], '\n');
	out.len--;
	assert_span(buf_view(&out), want);
	buf_release(&out);
}

static void check_offers(const char *line, struct profile_change change, const char *want)
{
	struct profile p;
	struct buf out = BUF_INIT;

	parse(&p, line);
	profile_put(&p, &change, &out);
	out.len--;
	assert_span(buf_view(&out), want);
	buf_release(&out);
}

/* `offers` stand behind scores, wherever the three come from. */
static void offers_have_their_place(void **state)
{
	const struct profile_change all = {SPAN("[\"s\"]"), SPAN("{\"m\":1}"), SPAN("[2]")};
	const struct profile_change alone = {.offers = SPAN("[2]")};

	(void)state;
	check_offers("{\"type\":\"profile\",\"events\":[1]}", all,
		     "{\"type\":\"profile\",\"segments\":[\"s\"],\"scores\":{\"m\":1},\"offers\":[2],\"events\":[1]}");
	check_offers("{\"type\":\"profile\",\"offers\":[],\"events_omitted\":1,\"events\":[1]}", all,
		     "{\"type\":\"profile\",\"segments\":[\"s\"],\"scores\":{\"m\":1},\"offers\":[2],\"events_omitted\":1,\"events\":[1]}");
	check_offers("{\"type\":\"profile\",\"scores\":{},\"events_omitted\":1,\"events\":[1]}", alone,
		     "{\"type\":\"profile\",\"scores\":{},\"offers\":[2],\"events_omitted\":1,\"events\":[1]}");
	check_offers("{\"type\":\"profile\"}", all,
		     "{\"type\":\"profile\",\"segments\":[\"s\"],\"scores\":{\"m\":1},\"offers\":[2]}");
	check_offers("{\"offers\":[1],\"type\":\"profile\",\"scores\":{}}", all,
		     "{\"segments\":[\"s\"],\"offers\":[2],\"type\":\"profile\",\"scores\":{\"m\":1}}");
	check_offers("{\"type\":\"profile\",\"events\":[1],\"x\":0}", alone,
		     "{\"type\":\"profile\",\"x\":0,\"offers\":[2],\"events\":[1]}");
	check_offers("{\"type\":\"profile\",\"offers\":[2],\"events\":[1]}", alone,
		     "{\"type\":\"profile\",\"offers\":[2],\"events\":[1]}");
}

static void put_unchanged_is_the_line(void **state)
{
	static const char line[] =
		" { \"type\" : \"profile\", \"segments\" : [\"a\"] , \"events\":[ ] } \r";
	struct profile p;
	struct buf out = BUF_INIT;

	(void)state;
	check_put(line, NULL, NULL, line);
	check_put(line, "[\"a\"]", NULL, line);
	parse(&p, line);
	profile_put(&p, NULL, &out);
	assert_int_equal(out.len, sizeof line);
	buf_release(&out);
}

static void put_replaces_and_inserts(void **state)
{
	(void)state;
	check_put("{\"type\":\"profile\",\"segments\":[\"a\"],\"scores\":{},\"events\":[1]}",
		  "[\"b\"]", "{\"m\":1}",
		  "{\"type\":\"profile\",\"segments\":[\"b\"],\"scores\":{\"m\":1},\"events\":[1]}");
	check_put("{\"type\":\"profile\",\"x\":0,\"events\":[1]}", "[]", "{}",
		  "{\"type\":\"profile\",\"x\":0,\"segments\":[],\"scores\":{},\"events\":[1]}");
	check_put("{\"type\":\"profile\",\"x\":0,\"events\":[1]}", NULL, "{}",
		  "{\"type\":\"profile\",\"x\":0,\"scores\":{},\"events\":[1]}");
	check_put("{\"type\":\"profile\",\"scores\":{\"m\":2},\"y\":0,\"events\":[1]}",
		  "[\"b\"]", NULL,
		  "{\"type\":\"profile\",\"segments\":[\"b\"],\"scores\":{\"m\":2},\"y\":0,\"events\":[1]}");
	check_put("{\"type\":\"profile\",\"scores\":{},\"segments\":[],\"events\":[1]}",
		  "[\"b\"]", "{\"m\":1}",
		  "{\"type\":\"profile\",\"scores\":{\"m\":1},\"segments\":[\"b\"],\"events\":[1]}");
	check_put("{\"type\":\"profile\",\"events_omitted\":4,\"events\":[1]}", "[]", "{}",
		  "{\"type\":\"profile\",\"segments\":[],\"scores\":{},\"events_omitted\":4,\"events\":[1]}");
	/* Null is missing, but keeps its place. */
	check_put("{\"type\":\"profile\",\"segments\":null,\"x\":0}", "[]", NULL,
		  "{\"type\":\"profile\",\"segments\":[],\"x\":0}");
}

static void put_without_events(void **state)
{
	(void)state;
	check_put("{\"type\":\"profile\"}", "[\"b\"]", "{\"m\":1}",
		  "{\"type\":\"profile\",\"segments\":[\"b\"],\"scores\":{\"m\":1}}");
	check_put("{\"type\":\"profile\" } ", NULL, "{}",
		  "{\"type\":\"profile\" ,\"scores\":{}} ");
	check_put("{\"type\":\"profile\",\"segments\":[]}", "[\"b\"]", "{}",
		  "{\"type\":\"profile\",\"segments\":[\"b\"],\"scores\":{}}");
}

static void put_moves_events_last(void **state)
{
	(void)state;
	check_put("{\"events\":[1],\"type\":\"profile\",\"x\":\"\\u0041\"}", "[]", "{}",
		  "{\"type\":\"profile\",\"x\":\"\\u0041\",\"segments\":[],\"scores\":{},\"events\":[1]}");
	check_put("{\"type\":\"profile\",\"events\":[1],\"segments\":[\"a\"],\"tags\":[2]}",
		  "[\"b\"]", NULL,
		  "{\"type\":\"profile\",\"segments\":[\"b\"],\"tags\":[2],\"events\":[1]}");
	/* Unchanged, it stays as it is. */
	check_put("{\"events\":[1],\"type\":\"profile\"}", NULL, NULL,
		  "{\"events\":[1],\"type\":\"profile\"}");
}

static void check_set(const char *object, const char *key,
		      const char *new_value, const char *want)
{
	struct value v = VALUE_ABSENT;
	struct buf out = BUF_INIT;

	if (object)
		assert_int_equal(scan_whole(span_of(object), &v, NULL), 0);
	buf_lit(&out, ">");
	value_set_member(v, span_of(key), span_of(new_value), &out);
	assert_span(buf_since(&out, 1), want);
	buf_release(&out);
}

static void set_member(void **state)
{
	(void)state;
	check_set(NULL, "a", "1", "{\"a\":1}");
	check_set(NULL, "a", NULL, "{}");
	check_set("{}", "a", "[]", "{\"a\":[]}");
	check_set("{\"a\":0,\"b\":{\"c\":1}}", "a", "2", "{\"a\":2,\"b\":{\"c\":1}}");
	check_set("{\"a\":0,\"b\":1}", "c", "2", "{\"a\":0,\"b\":1,\"c\":2}");
	check_set("{\"a\":0,\"b\":1,\"c\":2}", "b", NULL, "{\"a\":0,\"c\":2}");
	check_set("{\"a\":0}", "a", NULL, "{}");
	check_set("{\"\\u0061\":0,\"b\":1}", "a", "2", "{\"\\u0061\":2,\"b\":1}");
	check_set("{\"a\":0,\"b\":1,\"a\":2}", "a", "3", "{\"a\":3,\"b\":1}");
	check_set("{\"b\":1}", "q\"\n", "2", "{\"b\":1,\"q\\\"\\n\":2}");
}

/* A full buffer takes nothing more, and nothing breaks. */
static void put_into_a_full_buffer(void **state)
{
	struct profile p;
	struct profile_change change = {SPAN("[]"), SPAN("{}"), SPAN_NONE};
	struct buf out;
	struct value v;

	(void)state;
	buf_init(&out, 1);
	parse(&p, "{\"events\":[1],\"type\":\"profile\"}");
	profile_put(&p, &change, &out);
	assert_true(out.full);
	buf_clear(&out);
	assert_int_equal(scan_whole(SPAN("{\"a\":0}"), &v, NULL), 0);
	value_set_member(v, SPAN("b"), SPAN("1"), &out);
	assert_true(out.full);
	buf_release(&out);
}

/*
 * Skimming agrees with the scanner about where events end, for brackets and
 * quotes at every place of its blocks of 64 bytes.
 */
static void skimming_at_every_offset(void **state)
{
	static const char *const fillings[] = {
		"{\"a\":\"]\"}", "{\"a\":\"\\\\\"}", "{\"a\":\"\\\"}\"}", "[[]]",
		"{\"b\":[{}],\"c\":\"[\"}",
	};
	struct buf b = BUF_INIT;
	struct profile p;
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t f = 0; f < COUNT_OF(fillings); f++) {
		for (int pad = 0; pad < 140; pad++) {
			buf_clear(&b);
			buf_printf(&b, "{\"type\":\"profile\",\"events\":[\"%*s\",%s,"
				   "%s]}", pad, "", fillings[f], fillings[f]);
			assert_int_equal(profile_parse(&p, buf_view(&b), &err), 0);
			assert_true(p.skimmed);
			assert_int_equal(profile_validate(&p, &err), 0);
			b.len--;
			buf_lit(&b, ",\"x\":[[]]}");
			assert_int_equal(profile_parse(&p, buf_view(&b), &err), 0);
			assert_false(p.skimmed);
			assert_int_equal(p.others.count, 1);
		}
	}
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(head_is_found_and_events_skimmed),
		cmocka_unit_test(events_not_last),
		cmocka_unit_test(no_events),
		cmocka_unit_test(events_are_walked),
		cmocka_unit_test(refusals),
		cmocka_unit_test(skimmed_events_are_checked_when_read),
		cmocka_unit_test(offers_have_their_place),
		cmocka_unit_test(put_unchanged_is_the_line),
		cmocka_unit_test(put_replaces_and_inserts),
		cmocka_unit_test(put_without_events),
		cmocka_unit_test(put_moves_events_last),
		cmocka_unit_test(set_member),
		cmocka_unit_test(put_into_a_full_buffer),
		cmocka_unit_test(skimming_at_every_offset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
