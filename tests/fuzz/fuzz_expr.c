/*
 * Any bytes as an expression, and behind the first newline a profile to evaluate
 * it over; and all of them as a file of assignments.
 */
#include "tests/fuzz/target.h"

#include <assert.h>
#include <string.h>

#include "expr/assignments.h"
#include "expr/expr.h"
#include "expr/profile_scope.h"
#include "time/moment.h"

static const char usual[] =
	"{\"type\":\"profile\",\"id\":\"c1\",\"as_of\":\"2024-03-10T00:00:00.000Z\","
	"\"ids\":{\"email\":[\"a@example.com\"]},\"traits\":{\"city\":\"K\\u00f6ln\",\"age\":31},"
	"\"orders\":{\"count\":2,\"revenue\":106.50,\"last\":\"2024-03-01T09:30:00.000Z\"},"
	"\"segments\":[\"vip\"],\"events_omitted\":1,\"events\":["
	"{\"type\":\"track\",\"time\":\"2024-02-01T00:00:00.000Z\",\"event\":\"a\",\"props\":{\"revenue\":1}},"
	"{\"type\":\"track\",\"time\":\"2024-03-01T00:00:00.000Z\",\"event\":\"Order Completed\","
	"\"props\":{\"revenue\":1.5,\"currency\":\"EUR\",\"order_id\":7}}]}";

static void check_error(const struct error *err, size_t size)
{
	assert(err->kind == ERROR_USAGE);
	assert(err->message[0]);
	assert(err->line >= 1 && err->column >= 1 && err->column <= size + 1);
}

/* The canonical form compiles, and is its own canonical form. */
static void check_print(const struct expr *e, const struct expr_scope *scope)
{
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct error err = ERROR_INIT;
	struct expr *again;

	expr_put(e, &first);
	again = expr_compile(buf_view(&first), NULL, 1, 1, scope, TYPE_ANY, &err);
	assert(again);
	expr_put(again, &second);
	assert(span_equal(buf_view(&first), buf_view(&second)));
	assert(expr_type(e) == expr_type(again));
	expr_free(again);
	buf_release(&first);
	buf_release(&second);
}

static void check_result(const struct expr *e, struct expr_run *run)
{
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;
	struct datum d;

	if (expr_eval(e, run, &d, &err)) {
		assert(err.kind == ERROR_DATA && err.message[0]);
		return;
	}
	assert(d.type != TYPE_ANY);
	assert(d.type == TYPE_UNKNOWN || expr_type(e) == TYPE_ANY ||
	       expr_type(e) == d.type);
	datum_put_value(&d, &out);
	assert(out.len);
	buf_release(&out);
}

static void evaluate(struct span text, struct span line)
{
	struct profile_scope *names = profile_scope_new();
	struct expr_scope scope = profile_scope_names(names);
	struct arena scratch = ARENA_INIT;
	struct zone *utc = zone_load("UTC", NULL);
	struct error err = ERROR_INIT;
	struct expr *e = expr_compile(text, NULL, 1, 1, &scope, TYPE_ANY, &err);
	struct profile_row row;
	struct profile p;
	struct expr_run run = {
		.row = &row, .scratch = &scratch, .as_of = MOMENT_NONE, .zone = utc,
	};

	profile_row_init(&row, names);
	if (!e)
		check_error(&err, text.len);
	if (e && !profile_parse(&p, line, &err)) {
		check_print(e, &scope);
		profile_row_set(&row, &p);
		check_result(e, &run);
	}
	expr_free(e);
	profile_row_release(&row);
	profile_scope_free(names);
	arena_release(&scratch);
	zone_free(utc);
}

struct taken {
	struct span all;
	uint64_t line;
};

static int take(void *context, const struct assignment *a, struct error *err)
{
	struct taken *t = context;
	struct buf out = BUF_INIT;

	assert(a->name.len && a->text.len);
	assert(a->text.ptr >= t->all.ptr);
	assert(a->text.ptr + a->text.len <= t->all.ptr + t->all.len);
	assert(a->line >= t->line && a->column >= 1 && a->name_column >= 1);
	t->line = a->line;
	assignment_value(a, NULL, &out, err);
	buf_release(&out);
	return 0;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span all = {size ? (const char *)data : "", size};
	struct span rest = all, text = span_cut(&rest, '\n');
	struct taken taken = {.all = all, .line = 1};
	struct error err = ERROR_INIT;
	struct buf folded = BUF_INIT, twice = BUF_INIT;

	evaluate(text, rest.len ? rest : span_of(usual));
	/* Over several lines too. */
	evaluate(all, span_of(usual));
	if (assignments_parse(all, NULL, take, &taken, &err))
		check_error(&err, size);
	/* A name that was folded stays (bytes that are no text have no NFC). */
	expr_fold_name(text, &folded);
	expr_fold_name(buf_view(&folded), &twice);
	assert(!span_is_utf8(text) ||
	       span_equal(buf_view(&folded), buf_view(&twice)));
	buf_release(&folded);
	buf_release(&twice);
	return 0;
}
