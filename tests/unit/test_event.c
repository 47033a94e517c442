#include "tests/unit/support.h"

#include "record/event.h"

static const char line_text[] =
	"{\"type\":\"track\",\"id\":\"m-1\",\"time\":\"2024-03-01T09:30:00.000Z\","
	"\"source\":\"shop\",\"event\":\"Order Completed\",\"ids\":{\"email\":"
	"\"ada@example.com\"},\"traits\":{\"city\":\"Leeds\"},\"props\":"
	"{\"revenue\":106.53},\"context\":{\"ip\":\"192.0.2.1\"},\"consent\":"
	"{\"email\":\"granted\"},\"x_batch\":7,\"y\\u005f\":null}";

static void check_line(const struct event *e)
{
	assert_int_equal(e->type, EVENT_TRACK);
	assert_int_equal(e->time, INT64_C(1709285400000));
	assert_span(e->id.raw, "\"m-1\"");
	assert_span(e->time_text.raw, "\"2024-03-01T09:30:00.000Z\"");
	assert_span(e->source.raw, "\"shop\"");
	assert_span(e->name.raw, "\"Order Completed\"");
	assert_span(e->ids.raw, "{\"email\":\"ada@example.com\"}");
	assert_span(e->traits.raw, "{\"city\":\"Leeds\"}");
	assert_span(e->props.raw, "{\"revenue\":106.53}");
	assert_span(e->context.raw, "{\"ip\":\"192.0.2.1\"}");
	assert_span(e->consent.raw, "{\"email\":\"granted\"}");
	assert_int_equal(e->others.count, 2);
	assert_span(e->others.list[0].key, "x_batch");
	assert_span(e->others.list[0].value.raw, "7");
	assert_true(e->others.list[1].key_escaped);
	assert_int_equal(e->others.list[1].value.kind, VALUE_NULL);
}

static void members_are_found(void **state)
{
	struct event e;
	struct error err = ERROR_INIT;
	struct value v;

	(void)state;
	assert_int_equal(event_parse(&e, span_of(line_text), &err), 0);
	assert_span(e.line, line_text);
	check_line(&e);
	assert_int_equal(scan_whole(span_of(line_text), &v, &err), 0);
	assert_int_equal(event_parse_value(&e, v, &err), 0);
	check_line(&e);
}

static void any_order_blanks_and_escaped_keys(void **state)
{
	struct event e;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(event_parse(&e, SPAN(" { \"props\" : {} , \"\\u0069d\":"
		"\"x\", \"type\":\"\\u0070age\" } \r"), &err), 0);
	assert_int_equal(e.type, EVENT_PAGE);
	assert_span(e.id.raw, "\"x\"");
	assert_span(e.line, "{ \"props\" : {} , \"\\u0069d\":"
		    "\"x\", \"type\":\"\\u0070age\" }");
	assert_int_equal(e.others.count, 0);
}

static void null_is_missing(void **state)
{
	struct event e;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(event_parse(&e, SPAN("{\"type\":\"identify\",\"id\":null,"
		"\"time\":null,\"ids\":null,\"props\":null}"), &err), 0);
	assert_int_equal(e.type, EVENT_IDENTIFY);
	assert_int_equal(e.time, MOMENT_NONE);
	assert_int_equal(e.id.kind, VALUE_NONE);
	assert_int_equal(e.time_text.kind, VALUE_NONE);
	assert_int_equal(e.ids.kind, VALUE_NONE);
	assert_int_equal(e.props.kind, VALUE_NONE);
	assert_int_equal(e.others.count, 0);
}

static void types_by_name(void **state)
{
	(void)state;
	for (int t = 0; t < EVENT_TYPES; t++)
		assert_int_equal(event_type_parse(event_type_names[t]), t);
	assert_int_equal(event_type_parse(SPAN("Track")), EVENT_TRACK);
	assert_int_equal(event_type_parse(SPAN("tracks")), EVENT_TYPES);
	assert_int_equal(event_type_parse(SPAN("")), EVENT_TYPES);
}

static void refusals(void **state)
{
	static const struct {
		const char *line;
		const char *message;
		unsigned column;
	} cases[] = {
		{"order_id,email", "not an object: '{' expected, found 'o'", 1},
		{"[]", "not an object: '{' expected, found '['", 1},
		{"{\"type\":\"track\"", "not JSON: ',' or '}' expected, found the end of the line", 16},
		{"{\"type\":\"track\"}{", "not JSON: the end of the line expected, found '{'", 17},
		{"{\"type\":\"track\",\"props\":{\"a\":tru}}", "not JSON: a value expected, found 't'", 30},
		{"{}", "not a record: it has no 'type'", 1},
		{"{\"type\":null}", "not a record: it has no 'type'", 1},
		{"{\"type\":1}", "'type' must be a text, not a number", 9},
		{"{\"type\":\"order\"}", "unknown record type 'order'", 9},
		{"{\"type\":\"profile\"}",
		 "a profile where an event belongs: events come from cdp-ingest", 9},
		{"{\"type\":\"track\",\"id\":17}", "'id' must be a text, not a number", 22},
		{"{\"type\":\"track\",\"ids\":[]}", "'ids' must be an object, not an array", 23},
		{"{\"type\":\"track\",\"props\":true}", "'props' must be an object, not true", 25},
		{"{\"type\":\"track\",\"event\":{}}", "'event' must be a text, not an object", 25},
		{"{\"type\":\"track\",\"id\":\"a\",\"id\":\"b\"}", "'id' stands twice in one record", 26},
		{"{\"type\":\"track\",\"id\":null,\"\\u0069d\":\"b\"}", "'id' stands twice in one record", 27},
		{"{\"type\":\"track\",\"time\":\"2024-03-01\"}",
		 "bad 'time' '2024-03-01': records write times like 2024-03-01T09:30:00.000Z", 24},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct event e;
		struct error err = ERROR_INIT;
		struct span line = span_of(cases[i].line);

		assert_int_equal(event_parse(&e, line, &err), -1);
		assert_error(&err, cases[i].message);
		assert_int_equal(err.column, cases[i].column);
		assert_int_equal(err.kind, ERROR_DATA);
		assert_int_equal(event_parse(&e, line, NULL), -1);
	}
}

static void unknown_members_are_capped(void **state)
{
	struct buf b = BUF_INIT;
	struct event e;
	struct error err = ERROR_INIT;

	(void)state;
	buf_lit(&b, "{\"type\":\"track\"");
	for (int i = 0; i < MEMBERS_MAX; i++)
		buf_printf(&b, ",\"k%d\":%d", i, i);
	buf_char(&b, '}');
	assert_int_equal(event_parse(&e, buf_view(&b), &err), 0);
	assert_int_equal(e.others.count, MEMBERS_MAX);
	b.len--;
	buf_lit(&b, ",\"one_more\":1}");
	assert_int_equal(event_parse(&e, buf_view(&b), &err), -1);
	assert_error(&err, "a record has more than 64 unknown members");
	buf_release(&b);
}

/* An event that was accepted has to fit into a profile's events. */
static void nesting_leaves_room_for_the_profile(void **state)
{
	struct buf b = BUF_INIT;
	struct event e;
	struct error err = ERROR_INIT;

	(void)state;
	for (int depth = SCAN_DEPTH_MAX - 3; depth <= SCAN_DEPTH_MAX - 2; depth++) {
		int failed;

		buf_clear(&b);
		buf_lit(&b, "{\"type\":\"track\",\"x\":");
		for (int i = 0; i < depth; i++)
			buf_char(&b, '[');
		for (int i = 0; i < depth; i++)
			buf_char(&b, ']');
		buf_char(&b, '}');
		failed = event_parse(&e, buf_view(&b), &err);
		assert_int_equal(failed, depth > SCAN_DEPTH_MAX - 3 ? -1 : 0);
	}
	assert_error(&err, "nested deeper than 1000 levels");
	buf_release(&b);
}

static void keys_with_commas_between(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	record_key(&b, "bare");
	buf_clear(&b);
	buf_char(&b, '{');
	record_key(&b, "type");
	buf_lit(&b, "\"track\"");
	record_key(&b, "ids");
	buf_char(&b, '{');
	record_key(&b, "email");
	buf_lit(&b, "1}}");
	assert_span(buf_view(&b), "{\"type\":\"track\",\"ids\":{\"email\":1}}");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_found),
		cmocka_unit_test(any_order_blanks_and_escaped_keys),
		cmocka_unit_test(null_is_missing),
		cmocka_unit_test(types_by_name),
		cmocka_unit_test(refusals),
		cmocka_unit_test(unknown_members_are_capped),
		cmocka_unit_test(nesting_leaves_room_for_the_profile),
		cmocka_unit_test(keys_with_commas_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
