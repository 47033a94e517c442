/* A profile, and expressions over it: for the tests of the profile scope. */
#ifndef UNIT_PROFILE_CASE_H
#define UNIT_PROFILE_CASE_H

#include "base/buf.h"
#include "time/moment.h"
#include "expr/profile_scope.h"
#include "tests/unit/support.h"

#define HEAD "{\"type\":\"profile\",\"id\":\"c1\",\"as_of\":\"2024-03-10T00:00:00.000Z\"," \
	"\"ids\":{\"email\":[\"ann@example.com\",\"a@example.org\"],\"shop_id\":[\"17\"],\"odd\":\"x\",\"phone\":[]}," \
	"\"traits\":{\"first_name\":\"Zo\\u00eb\",\"city\":\"K\\u00f6ln\",\"age\":31,\"vip\":true,\"size\":\"42\"," \
	"\"tags\":[\"a\",null,\"b\\n\",3,{\"x\":1}],\"huge\":1e400,\"birthday\":\"1990-05-01\",\"address\":{\"street\":\"High St\"}}," \
	"\"consent\":{\"email\":\"granted\",\"sms\":\"denied\",\"ads\":\"conflict\"}," \
	"\"sources\":[\"crm\",\"shop\"],\"first_seen\":\"2023-01-01T00:00:00.000Z\",\"last_seen\":\"2024-03-09T12:00:00.000Z\"," \
	"\"orders\":{\"count\":3,\"revenue\":106.50,\"currency\":\"EUR\",\"first\":\"2023-05-01T10:00:00.000Z\",\"last\":\"2024-03-01T09:30:00.000Z\",\"refunds\":1}," \
	"\"segments\":[\"lapsed\",\"vip\"],\"scores\":{\"bgnbd\":{\"p_churn\":0.25,\"band\":\"low\"}},\"odd_member\":{\"deep\":[10,20]}"

#define EVENT(time, name, props) "{\"type\":\"track\",\"time\":\"" time "\",\"event\":\"" name "\",\"props\":{" props "}}"

#define EVENTS ",\"events\":[" \
	"{\"type\":\"identify\",\"id\":\"u\"}," \
	EVENT("2023-05-01T10:00:00.000Z", "Order Completed", "\"order_id\":\"o1\",\"revenue\":50,\"currency\":\"EUR\"") "," \
	EVENT("2024-01-10T00:00:00.000Z", "Order Completed", "\"order_id\":1002,\"revenue\":\"30.25\",\"currency\":\"EUR\",\"items\":2") "," \
	EVENT("2024-01-10T00:00:00.000Z", "Order Completed", "\"order_id\":\"1002\",\"revenue\":10,\"currency\":\"eur\",\"items\":1") "," \
	EVENT("2024-02-10T00:00:00.000Z", "Order Refunded", "\"order_id\":\"1002\",\"revenue\":5,\"currency\":\"EUR\"") "," \
	EVENT("2024-02-11T00:00:00.000Z", "Order Cancelled", "\"revenue\":-2,\"currency\":\"EUR\"") "," \
	"{\"type\":\"page\",\"time\":\"2024-02-20T00:00:00.000Z\",\"event\":\"Order Completed\"}," \
	EVENT("2024-03-01T09:30:00.000Z", "Order \\u0043ompleted", "\"revenue\":23.25,\"currency\":\"EUR\",\"items\":\"x\"") "," \
	EVENT("2024-03-05T00:00:00.000Z", "Product Added", "\"price\":1,\"currency\":\"USD\"") "," \
	EVENT("2024-03-10T00:00:00.000Z", "Product Added", "\"price\":2,\"currency\":\"EUR\"") "," \
	EVENT("2024-03-11T00:00:00.000Z", "Product Added", "\"price\":4") "]"

static struct fixture {
	struct profile_scope *scope;
	struct expr_scope names;
	struct profile_row row;
	struct profile profile;
	struct arena scratch;
	struct zone *zone;
	struct expr_run run;
	struct buf out;
} f;

static void take_profile(const char *line)
{
	struct error err = ERROR_INIT;

	assert_int_equal(profile_parse(&f.profile, span_of(line), &err), 0);
	profile_row_set(&f.row, &f.profile);
}

static int set_up(void **state)
{
	(void)state;
	f = (struct fixture){.scope = profile_scope_new(), .zone = zone_load("UTC", NULL)};
	f.names = profile_scope_names(f.scope);
	profile_row_init(&f.row, f.scope);
	f.run = (struct expr_run){
		.row = &f.row, .scratch = &f.scratch, .as_of = MOMENT_NONE, .zone = f.zone,
	};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	profile_row_release(&f.row);
	profile_row_release(&f.row);
	profile_scope_free(f.scope);
	profile_scope_free(NULL);
	arena_release(&f.scratch);
	buf_release(&f.out);
	zone_free(f.zone);
	return 0;
}

static const char *show(const char *text)
{
	struct error err = ERROR_INIT;
	struct datum d;
	struct expr *e = expr_compile(span_of(text), NULL, 1, 1, &f.names, TYPE_ANY, &err);

	buf_clear(&f.out);
	if (!e) {
		buf_printf(&f.out, "%d: %s", (int)err.column, err.message);
	} else if (expr_eval(e, &f.run, &d, &err)) {
		buf_printf(&f.out, "error: %s", err.message);
	} else {
		datum_put_value(&d, &f.out);
	}
	expr_free(e);
	arena_clear(&f.scratch);
	return buf_text(&f.out);
}

struct line {
	const char *text;
	const char *want;
};

static void check(const struct line *lines, size_t count)
{
	int bad = 0;

	for (size_t i = 0; i < count; i++) {
		const char *got = show(lines[i].text);

		if (strcmp(got, lines[i].want)) {
			print_error("%s\n  gives  %s\n  wanted %s\n", lines[i].text, got, lines[i].want);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

#define CHECK(lines) check((lines), COUNT_OF(lines))

#endif
