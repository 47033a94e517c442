/*
 * Laws of expressions, over random ones and random rows: printing and parsing,
 * double negation, subsets, De Morgan in three-valued logic, what `in` and
 * `between` stand for, and that learning what was unknown never overturns a
 * result (Kleene's order of information).
 */
#include "tests/unit/expr_row.h"

#include "base/buf.h"

#define ROUNDS 20000

enum {
	TEXT_A, TEXT_B, NUMBER_A, NUMBER_B, TIME_A, TIME_B, TRUTH_A, TRUTH_B,
	ANY_A, ANY_B, LIST_A, CELLS
};

static struct expr_cell cells[CELLS + 1] = {
	[TEXT_A] = {"text_a", TYPE_TEXT, TYPE_TEXT, ""},
	[TEXT_B] = {"Text B", TYPE_TEXT, TYPE_TEXT, ""},
	[NUMBER_A] = {"number_a", TYPE_NUMBER, TYPE_NUMBER, "0"},
	[NUMBER_B] = {"number.b", TYPE_NUMBER, TYPE_NUMBER, "0"},
	[TIME_A] = {"time_a", TYPE_TIME, TYPE_TIME, ""},
	[TIME_B] = {"time_b", TYPE_TIME, TYPE_TIME, ""},
	[TRUTH_A] = {"truth_a", TYPE_TRUTH, TYPE_TRUTH, ""},
	[TRUTH_B] = {"truth_b", TYPE_TRUTH, TYPE_TRUTH, ""},
	[ANY_A] = {"any_a", TYPE_ANY, TYPE_TEXT, ""},
	[ANY_B] = {"any.b", TYPE_ANY, TYPE_TEXT, ""},
	[LIST_A] = {"list[]", TYPE_LIST, TYPE_LIST, ""},
	[CELLS] = {NULL, TYPE_UNKNOWN, TYPE_UNKNOWN, NULL},
};

static const char *const texts[] = {"", "a", "b", "ab", "42", "7", "é", "it's", "2024-03-01"};
static const char *const numbers[] = {"0", "1", "7", "42", "-3", "2.5", "0.01"};
static const char *const times[] = {
	"2024-03-01T00:00:00.000Z", "2024-02-29T12:00:00.000Z",
	"1999-12-31T23:59:59.999Z",
};
static const char *const truths[] = {"true", "false"};
static const char *const lists[] = {"", "a", "a;b", "42;é"};

static uint64_t seed;

#define PICK(array) (array)[support_below(&seed, COUNT_OF(array))]

static size_t below(size_t limit)
{
	return support_below(&seed, limit);
}

static const char *value_of_type(enum datum_type type)
{
	switch (type) {
	case TYPE_NUMBER:
		return PICK(numbers);
	case TYPE_TIME:
		return PICK(times);
	case TYPE_TRUTH:
		return PICK(truths);
	case TYPE_LIST:
		return PICK(lists);
	default:
		return PICK(texts);
	}
}

static void fill_cell(struct expr_cell *cell)
{
	static const enum datum_type kinds[] = {TYPE_TEXT, TYPE_NUMBER, TYPE_TRUTH, TYPE_TIME, TYPE_LIST};

	cell->is = cell->type == TYPE_ANY ? PICK(kinds) : cell->type;
	cell->text = value_of_type(cell->is);
}

/* A third of the row is missing. */
static void random_row(void)
{
	for (size_t i = 0; i < CELLS; i++) {
		fill_cell(&cells[i]);
		if (!below(3))
			cells[i].is = TYPE_UNKNOWN;
	}
}

static void put_truth(struct buf *b, size_t depth, bool informed);

/* INFORMED: only what respects Kleene's order, without `is null` and the like. */
static void put_number(struct buf *b, size_t depth, bool informed)
{
	static const char *const names[] = {"number_a", "number.b", "text_a", "any_a"};
	static const char *const signs[] = {"+", "-", " * ", "/", "%"};

	switch (depth ? below(8) : below(2)) {
	case 0:
		buf_text_put(b, PICK(names));
		buf_lit(b, " * 1");
		break;
	case 1:
		buf_u64(b, below(60));
		break;
	case 2:
		buf_lit(b, "-");
		buf_lit(b, "(");
		put_number(b, depth - 1, informed);
		buf_lit(b, ")");
		break;
	case 3:
		buf_lit(b, "length(`Text B`)");
		break;
	case 4:
		buf_text_put(b, informed ? "abs(" : "coalesce(number_a, ");
		put_number(b, depth - 1, informed);
		buf_lit(b, ")");
		break;
	default:
		buf_lit(b, "(");
		put_number(b, depth - 1, informed);
		buf_text_put(b, PICK(signs));
		put_number(b, depth - 1, informed);
		buf_lit(b, ")");
	}
}

static void put_text(struct buf *b, size_t depth, bool informed)
{
	static const char *const leaves[] = {
		"text_a", "`Text B`", "'it''s'", "\"a\"", "'\\n\\\\'", "any_a", "'42'",
	};
	static const char *const wraps[] = {"lower(", "upper(", "trim("};

	if (!depth || !below(2)) {
		buf_text_put(b, PICK(leaves));
	} else if (!below(3)) {
		buf_lit(b, "concat(");
		put_text(b, depth - 1, informed);
		buf_lit(b, ", ");
		put_number(b, depth - 1, informed);
		buf_lit(b, ")");
	} else {
		buf_text_put(b, PICK(wraps));
		put_text(b, depth - 1, informed);
		buf_lit(b, ")");
	}
}

static void put_time(struct buf *b, size_t depth)
{
	static const char *const leaves[] = {"time_a", "time_b"};
	static const char *const shifts[] = {" + 1mo", " - 36h", " + 1y2d", " - (time_a - time_b)"};

	buf_text_put(b, PICK(leaves));
	if (depth && below(2))
		buf_text_put(b, PICK(shifts));
}

static void put_comparison(struct buf *b, size_t depth, bool informed)
{
	static const char *const signs[] = {" = ", "==", " != ", "<>", "<", " <= ", ">", " >= "};
	static const char *const pairs[] = {
		"any_a = any.b", "any_a < any.b", "any_a in ('a', 'b')", "any_a > 5",
		"any_a = 'a'", "any_a != true", "time_a > any.b", "time_a - time_b > 3d",
		"time_a > '2024-02-29 12:00'", "1mo > 30d", "any_a in list[]",
	};

	switch (below(4)) {
	case 0:
		put_number(b, depth, informed);
		buf_text_put(b, PICK(signs));
		put_number(b, depth, informed);
		break;
	case 1:
		put_text(b, depth, informed);
		buf_text_put(b, PICK(signs));
		put_text(b, depth, informed);
		break;
	case 2:
		put_time(b, depth);
		buf_text_put(b, PICK(signs));
		put_time(b, depth);
		break;
	default:
		buf_text_put(b, PICK(pairs));
	}
}

static void put_special(struct buf *b, size_t depth, bool informed)
{
	switch (below(informed ? 3 : 5)) {
	case 0:
		put_number(b, depth, informed);
		buf_text_put(b, below(2) ? " between " : " not between ");
		put_number(b, depth, informed);
		buf_lit(b, " and ");
		put_number(b, depth, informed);
		break;
	case 1:
		put_text(b, depth, informed);
		buf_text_put(b, below(2) ? " in (" : " not in (");
		put_text(b, depth, informed);
		buf_lit(b, ", 'a')");
		break;
	case 2:
		buf_lit(b, "contains(");
		put_text(b, depth, informed);
		buf_lit(b, ", text_a)");
		break;
	case 3:
		put_number(b, depth, informed);
		buf_text_put(b, below(2) ? " is null" : " is not null");
		break;
	default:
		buf_lit(b, "if(");
		put_truth(b, depth, informed);
		buf_lit(b, ", truth_a, ");
		put_truth(b, depth, informed);
		buf_lit(b, ")");
	}
}

static void put_truth(struct buf *b, size_t depth, bool informed)
{
	static const char *const leaves[] = {"truth_a", "truth_b", "true", "false", "null"};
	static const char *const signs[] = {" and ", " or ", "&&", "||", " AND "};

	switch (depth ? below(8) : 0) {
	case 0:
		buf_text_put(b, PICK(leaves));
		break;
	case 1:
		buf_text_put(b, below(2) ? "not (" : "!(");
		put_truth(b, depth - 1, informed);
		buf_lit(b, ")");
		break;
	case 2:
	case 3:
		put_comparison(b, depth - 1, informed);
		break;
	case 4:
		put_special(b, depth - 1, informed);
		break;
	default:
		buf_lit(b, "(");
		put_truth(b, depth - 1, informed);
		buf_lit(b, ")");
		buf_text_put(b, PICK(signs));
		put_truth(b, depth - 1, informed);
	}
}

static struct expr_row row;

static struct expr *compile(const char *text)
{
	struct error err = ERROR_INIT;
	struct expr *e = expr_compile(span_of(text), NULL, 1, 1, &row.scope, TYPE_ANY, &err);

	if (!e)
		fail_msg("%s\n%d: %s", text, (int)err.column, err.message);
	return e;
}

/* 1, 0, -1 unknown. */
static int test_expr(const struct expr *e)
{
	struct error err = ERROR_INIT;
	int truth = expr_test(e, &row.run, &err);

	arena_clear(&row.scratch);
	if (truth < -1)
		fail_msg("%s", err.message);
	return truth;
}

static int test_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int test_text(const char *format, ...)
{
	struct buf text = BUF_INIT;
	struct expr *e;
	va_list ap;
	int truth;

	va_start(ap, format);
	buf_vprintf(&text, format, ap);
	va_end(ap);
	e = compile(buf_text(&text));
	truth = test_expr(e);
	expr_free(e);
	buf_release(&text);
	return truth;
}

static int set_up(void **state)
{
	(void)state;
	expr_row_init(&row, cells, "Europe/Berlin");
	row.scope.lenient = true;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	expr_row_release(&row);
	return 0;
}

/* A round: a seed of its own, which a failure names. */
static void start(uint64_t round, struct buf *a, struct buf *b)
{
	seed = support_seed(round);
	buf_clear(a);
	buf_clear(b);
	random_row();
}

static void same(uint64_t round, const char *law, const struct buf *a, int x, int y)
{
	if (x != y)
		fail_msg("seed %llu: %s: %.*s: %d and %d", (unsigned long long)round, law,
			 (int)a->len, a->ptr, x, y);
}

static void print_and_parse(void **state)
{
	struct buf a = BUF_INIT, b = BUF_INIT, first = BUF_INIT, second = BUF_INIT;

	(void)state;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct expr *e, *again;

		start(round, &a, &b);
		put_truth(&a, 4, false);
		e = compile(buf_text(&a));
		buf_clear(&first);
		expr_put(e, &first);
		again = compile(buf_text(&first));
		buf_clear(&second);
		expr_put(again, &second);
		assert_string_equal(buf_text(&first), buf_text(&second));
		for (int i = 0; i < 3; i++) {
			same(round, "print and parse", &a, test_expr(e), test_expr(again));
			random_row();
		}
		expr_free(e);
		expr_free(again);
	}
	buf_release(&a);
	buf_release(&b);
	buf_release(&first);
	buf_release(&second);
}

static void laws_of_logic(void **state)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	(void)state;
	for (uint64_t round = 0; round < ROUNDS / 2; round++) {
		const char *x, *y;
		int is_a, both;

		start(round, &a, &b);
		put_truth(&a, 3, false);
		put_truth(&b, 3, false);
		x = buf_text(&a);
		y = buf_text(&b);
		is_a = test_text("%s", x);
		same(round, "not not", &a, is_a, test_text("not not (%s)", x));
		both = test_text("(%s) and (%s)", x, y);
		if (both == 1)
			same(round, "and is a subset", &a, is_a, 1);
		same(round, "and commutes", &a, both, test_text("(%s) and (%s)", y, x));
		same(round, "De Morgan", &a, test_text("not ((%s) and (%s))", x, y),
		     test_text("not (%s) or not (%s)", x, y));
		same(round, "De Morgan", &a, test_text("not ((%s) or (%s))", x, y),
		     test_text("not (%s) and not (%s)", x, y));
		same(round, "is null", &a, is_a == -1, test_text("(%s) is null", x));
	}
	buf_release(&a);
	buf_release(&b);
}

static void short_forms(void **state)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	(void)state;
	for (uint64_t round = 0; round < ROUNDS / 4; round++) {
		const char *x, *y;

		start(round, &a, &b);
		put_number(&a, 2, false);
		put_number(&b, 2, false);
		x = buf_text(&a);
		y = buf_text(&b);
		same(round, "between", &a, test_text("%s between %s and 7", x, y),
		     test_text("%s >= %s and %s <= 7", x, y, x));
		same(round, "not between", &a, test_text("%s not between %s and 7", x, y),
		     test_text("not (%s between %s and 7)", x, y));
		same(round, "in", &a, test_text("%s in (%s, number_a, 7)", x, y),
		     test_text("%s = %s or %s = number_a or %s = 7", x, y, x, x));
		same(round, "not in", &a, test_text("%s not in (%s, 7)", x, y),
		     test_text("%s != %s and %s != 7", x, y, x));
	}
	buf_release(&a);
	buf_release(&b);
}

/* What was unknown gets a value: results that were known stay. */
static void knowing_more(void **state)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	size_t known = 0;

	(void)state;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct expr *e;
		int before;

		start(round, &a, &b);
		put_truth(&a, 3, true);
		e = compile(buf_text(&a));
		before = test_expr(e);
		for (size_t i = 0; i < CELLS; i++) {
			if (cells[i].is == TYPE_UNKNOWN)
				fill_cell(&cells[i]);
		}
		if (before >= 0)
			same(round, "knowing more", &a, before, test_expr(e));
		known += before >= 0;
		expr_free(e);
	}
	assert_true(known > ROUNDS / 10);
	buf_release(&a);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(print_and_parse),
		cmocka_unit_test(laws_of_logic),
		cmocka_unit_test(short_forms),
		cmocka_unit_test(knowing_more),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
