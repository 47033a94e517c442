/* What an expression looks at. */
#include "tests/unit/support.h"

#include "expr/parts.h"
#include "expr/profile_scope.h"
#include "time/zone.h"

struct seen {
	struct buf text;
	size_t count;
	int stop_at;		/* what visit returns at the second part */
};

static int note(void *context, const struct expr_part *part)
{
	struct seen *seen = context;

	buf_printf(&seen->text, "%s%zu%s:", seen->count ? "; " : "", part->at,
		   part->call ? " call" : "");
	expr_part_put(part, &seen->text);
	if (!span_absent(part->text))
		buf_printf(&seen->text, " [%.*s]", SPAN_ARG(part->text));
	seen->count++;
	return seen->count == 2 ? seen->stop_at : 0;
}

static struct expr *compile(const char *text, struct profile_scope *s)
{
	const struct expr_scope scope = profile_scope_names(s);
	struct error err = ERROR_INIT;
	struct expr *e = expr_compile(span_of(text), NULL, 1, 1, &scope, TYPE_ANY, &err);

	if (!e)
		fail_msg("%s", err.message);
	return e;
}

static void check_parts(const char *text, const char *want)
{
	struct profile_scope *s = profile_scope_new();
	struct expr *e = compile(text, s);
	struct seen seen = {.text = BUF_INIT};

	assert_int_equal(expr_parts(e, note, &seen), 0);
	assert_span(buf_view(&seen.text), want);
	buf_release(&seen.text);
	expr_free(e);
	profile_scope_free(s);
}

static void visits_names_and_calls_from_left_to_right(void **state)
{
	(void)state;
	check_parts("1 + 2", "");
	check_parts("orders > 1 and not (city = 'Rome')", "0:orders; 20:city");
	check_parts("lower(city) in ('a', country)", "6:city; 21:country");
	check_parts("count(\"Order Completed\", 90d) > 1 or in_segment('vip')",
		    "0 call:count('Order Completed', 90d) [Order Completed]; "
		    "37 call:in_segment('vip') [vip]");
}

static void arguments_of_calls_are_theirs(void **state)
{
	(void)state;
	check_parts("days_since(last_seen) > 3", "0 call:days_since(last_seen)");
}

static void stops_when_told(void **state)
{
	struct profile_scope *s = profile_scope_new();
	struct expr *e = compile("orders > 1 and revenue > 2 and city = 'Rome'", s);
	struct seen seen = {.text = BUF_INIT, .stop_at = 7};

	(void)state;
	assert_int_equal(expr_parts(e, note, &seen), 7);
	assert_int_equal(seen.count, 2);
	buf_release(&seen.text);
	expr_free(e);
	profile_scope_free(s);
}

static int evaluate(void *context, const struct expr_part *part)
{
	struct datum value;

	assert_int_equal(expr_part_eval(part, context, &value, NULL), 0);
	assert_int_equal(value.type, TYPE_NUMBER);
	assert_int_equal((int)value.number.digits, 3);
	return 1;
}

static void parts_have_values(void **state)
{
	struct profile_scope *s = profile_scope_new();
	struct expr *e = compile("orders + 1 > 2", s);
	struct zone *zone = zone_load("UTC", NULL);
	struct arena scratch = ARENA_INIT;
	struct profile_row row;
	struct profile p;
	struct expr_run run = {.row = &row, .scratch = &scratch, .as_of = MOMENT_NONE, .zone = zone};

	(void)state;
	assert_int_equal(profile_parse(&p, SPAN("{\"type\":\"profile\",\"orders\":{\"count\":3}}"), NULL), 0);
	profile_row_init(&row, s);
	profile_row_set(&row, &p);
	assert_int_equal(expr_parts(e, evaluate, &run), 1);
	profile_row_release(&row);
	arena_release(&scratch);
	zone_free(zone);
	expr_free(e);
	profile_scope_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(visits_names_and_calls_from_left_to_right),
		cmocka_unit_test(arguments_of_calls_are_theirs),
		cmocka_unit_test(stops_when_told),
		cmocka_unit_test(parts_have_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
