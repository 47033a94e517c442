#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "record/orders.h"
#include "time/moment.h"

#define DAY ((int64_t)86400000)

/* One event of an order, in short. */
struct line {
	char kind;		/* 'o'rder or 'r'efund or 'c'ancellation; an order with a status: 'p'aid,
				   's'hipped, 'h'alf refunded, 'u'ndone; whose money is a 't'otal */
	const char *source;	/* one letter; one more is the product */
	int day;		/* -1: undated */
	uint64_t order;		/* 0: no number */
	const char *money;	/* NULL: unknown */
	const char *currency;
	const char *refunded;	/* props.refunded; NULL: not said */
	const char *want;	/* what it adds; NULL: nothing known */
};

static struct decimal money(const char *text)
{
	struct decimal d = DECIMAL_ZERO;

	if (text)
		assert_true(decimal_parse(span_of(text), &d));
	return d;
}

static void add_line(struct orders *o, const struct line *l, uint32_t event)
{
	struct order order = {
		.kind = l->kind == 'r' || l->kind == 'c' ? ORDER_REFUNDED : ORDER_COMPLETED,
		.money_known = l->money != NULL, .id_known = l->order != 0, .id = l->order,
		.money = money(l->money), .refunded = money(l->refunded),
	};

	if (strchr("pshu", l->kind)) {
		order.status = l->kind == 'u' ? ORDER_STATUS_UNDONE :
			       l->kind == 'h' ? ORDER_STATUS_PARTLY : ORDER_STATUS_DONE;
		order.state = (uint32_t)l->kind;
		order.line = (uint64_t)l->source[1];
	}
	order.whole = l->kind == 't';
	if (l->kind == 'c')
		order.status = ORDER_STATUS_UNDONE;
	if (l->kind == 'r' || l->kind == 'c')
		order.money = decimal_negate(decimal_abs(order.money));
	if (l->currency)
		memcpy(order.currency, l->currency, strlen(l->currency) + 1);
	orders_add(o, &order, (uint64_t)(unsigned char)*l->source,
		   l->day < 0 ? MOMENT_NONE : l->day * DAY, event);
}

static void assert_net(const struct order_entry *e, const struct line *l)
{
	struct buf got = BUF_INIT;

	assert_int_equal(e->has_net, l->want != NULL);
	if (l->want) {
		decimal_put(&got, e->net);
		assert_span(buf_view(&got), l->want);
	}
	buf_release(&got);
}

/* Settles LINES, forwards and backwards: what each adds is the same. */
static struct order_findings settle(const struct line *lines, size_t count, unsigned *orders,
				    unsigned *refunds)
{
	struct orders o = {0};
	struct order_findings found = {0};

	for (int turn = 0; turn < 2; turn++) {
		orders_clear(&o);
		for (size_t i = 0; i < count; i++) {
			size_t at = turn ? count - 1 - i : i;

			add_line(&o, &lines[at], (uint32_t)at);
		}
		assert_int_equal(orders_settle(&o, NULL), 0);
		*orders = *refunds = 0;
		for (size_t i = 0; i < count; i++) {
			assert_net(&o.list[i], &lines[o.list[i].event]);
			*orders += o.list[i].part == ORDER_PART_NEW;
			*refunds += o.list[i].refund;
		}
		found = o.found;
	}
	orders_release(&o);
	return found;
}

#define SETTLE(lines) settle(lines, COUNT_OF(lines), &orders, &refunds)

static void lines_of_one_order_add_up(void **state)
{
	static const struct line lines[] = {
		{'o', "s", 1, 7, "15", "EUR", NULL, "15"},
		{'o', "s", 1, 7, "25", "EUR", NULL, "25"},
		{'o', "s", 1, 7, "-5", "EUR", NULL, "-5"},	/* a discount */
		{'o', "s", 2, 0, "1", "EUR", NULL, "1"},
		{'o', "s", 2, 0, "1", "EUR", NULL, "1"},
	};
	unsigned orders, refunds;

	(void)state;
	SETTLE(lines);
	assert_int_equal(orders, 3);
	assert_int_equal(refunds, 0);
}

static void negative_orders_are_refunds(void **state)
{
	static const struct line lines[] = {
		{'o', "s", 1, 7, "50", "EUR", NULL, "50"},
		{'o', "s", 9, 7, "-60", "EUR", NULL, "-50"},
		{'o', "s", 9, 8, "-50", "EUR", NULL, "-50"},	/* a number of its own */
		{'o', "s", 9, 0, "-1", "EUR", NULL, "-1"},
		{'o', "s", 3, 9, "0", "EUR", NULL, "0"},	/* a free order is an order */
	};
	unsigned orders, refunds;

	(void)state;
	assert_int_equal(SETTLE(lines).beyond, 1);
	assert_int_equal(orders, 2);
	assert_int_equal(refunds, 3);
}

static void refunds_never_exceed_what_was_paid(void **state)
{
	static const struct line lines[] = {
		{'o', "s", 1, 1, "40", "EUR", NULL, "40"},
		{'r', "s", 2, 1, "40", "EUR", NULL, "-40"},
		{'r', "s", 3, 1, "40", "EUR", NULL, "0"},	/* cancelled, too */
		{'o', "s", 1, 2, "40", "EUR", NULL, "40"},
		{'r', "s", 3, 2, "25", "EUR", NULL, "-15"},
		{'r', "s", 2, 2, "25", "EUR", NULL, "-25"},	/* the earlier one first */
		{'o', "s", 1, 3, "40", "EUR", NULL, "40"},
		{'r', "s", 2, 3, "10", NULL, NULL, "-10"},	/* in the order's currency */
		{'r', "s", 2, 3, "10", "EUR", NULL, "-10"},
	};
	unsigned orders, refunds;

	(void)state;
	assert_int_equal(SETTLE(lines).beyond, 2);
	assert_int_equal(orders, 3);
	assert_int_equal(refunds, 3);
}

static void a_refund_without_amount_is_the_whole_order(void **state)
{
	static const struct line lines[] = {
		{'o', "s", 1, 1, "99", "EUR", NULL, "99"},
		{'r', "s", 2, 1, NULL, NULL, NULL, "-99"},
		{'o', "s", 1, 2, "60", "EUR", NULL, "60"},
		{'r', "s", 2, 2, "10", "EUR", NULL, "-10"},
		{'r', "s", 3, 2, NULL, NULL, NULL, "-50"},
		{'r', "s", 3, 4, NULL, NULL, NULL, NULL},	/* of an order that is not there */
		{'r', "s", 3, 0, NULL, NULL, NULL, NULL},
	};
	unsigned orders, refunds;

	(void)state;
	assert_int_equal(SETTLE(lines).no_amount, 2);
	assert_int_equal(orders, 2);
	assert_int_equal(refunds, 4);
}

/* What was cancelled and never paid was not paid back, either. */
static void cancelling_takes_what_there_is(void **state)
{
	static const struct line lines[] = {
		{'o', "s", 1, 1, "99", "EUR", NULL, "99"},
		{'c', "s", 2, 1, NULL, NULL, NULL, "-99"},
		{'c', "s", 2, 2, NULL, NULL, NULL, NULL},
		{'c', "s", 2, 0, NULL, NULL, NULL, NULL},
		{'c', "s", 2, 3, "7", "EUR", NULL, "-7"},	/* of an order beyond the data */
	};
	unsigned orders, refunds;

	(void)state;
	assert_int_equal(SETTLE(lines).no_amount, 0);
	assert_int_equal(orders, 1);
	assert_int_equal(refunds, 2);
}

static void two_shops_may_have_equal_numbers(void **state)
{
	static const struct line lines[] = {
		{'o', "a", 1, 1, "20", "EUR", NULL, "20"},
		{'o', "b", 9, 1, "40", "EUR", NULL, "40"},
		{'r', "b", 10, 1, NULL, NULL, NULL, "-40"},
		{'o', "a", 1, 2, "20", "EUR", NULL, "20"},
		{'o', "b", 9, 2, "20", "EUR", NULL, "20"},	/* eight days apart */
		{'o', "a", 1, 3, "20", "EUR", NULL, "20"},
		{'o', "b", 1, 3, "20", "USD", NULL, "20"},
	};
	unsigned orders, refunds;

	(void)state;
	assert_int_equal(SETTLE(lines).same_number, 3);
	assert_int_equal(orders, 6);
	assert_int_equal(refunds, 1);
}

static void what_two_sources_report_counts_once(void **state)
{
	static const struct line lines[] = {
		{'o', "a", 1, 1, "15", "EUR", NULL, "15"},
		{'o', "a", 1, 1, "25", "EUR", NULL, "25"},
		{'o', "b", 2, 1, "40", "EUR", NULL, "0"},
		{'r', "a", 5, 1, "10", "EUR", NULL, "0"},
		{'r', "b", 4, 1, "15", "EUR", NULL, "-15"},	/* says more */
		{'r', "c", 4, 2, "5", "EUR", NULL, "-5"},	/* the only order 2 is a's */
		{'o', "a", 1, 2, "9", "EUR", NULL, "9"},
		{'r', "c", 4, 2, "5", "USD", NULL, "-5"},
	};
	static const struct line other_currency[] = {
		{'r', "c", 4, 2, "5", "USD", NULL, "-5"},
		{'o', "a", 1, 2, "3", "EUR", NULL, "3"},
	};
	unsigned orders, refunds;

	(void)state;
	assert_int_equal(SETTLE(lines).again, 1);
	assert_int_equal(orders, 2);
	assert_int_equal(refunds, 2);
	SETTLE(other_currency);
}

/* A browser reports an order, and later the shop that it was paid back. */
static void what_one_source_says_was_paid_back_holds_for_both(void **state)
{
	static const struct line lines[] = {
		{'o', "b", 1, 1, "50", "EUR", NULL, "0"},
		{'u', "s", 2, 1, "50", "EUR", NULL, "0"},
		{'o', "b", 1, 2, "50", "EUR", NULL, "30"},
		{'h', "s", 2, 2, "50", "EUR", "20", "0"},
		{'h', "b", 1, 3, "50", "EUR", NULL, "45"},
		{'o', "s", 1, 3, "50", "EUR", "5", "0"},
		{'o', "b", 1, 4, "50", "EUR", NULL, "50"},	/* the refund says it, too */
		{'h', "s", 2, 4, "50", "EUR", "20", "0"},
		{'r', "s", 3, 4, "20", "EUR", NULL, "-20"},
		{'o', "b", 1, 5, "50", "EUR", NULL, "50"},
		{'h', "s", 2, 5, "50", "EUR", NULL, "0"},	/* nobody says how much */
	};
	unsigned orders, refunds;

	(void)state;
	assert_int_equal(SETTLE(lines).unsaid, 1);
	assert_int_equal(orders, 5);
	assert_int_equal(refunds, 4);
}

/* What nobody can compare stands apart, and is no wall between two that agree. */
static void an_order_of_unknown_money_agrees_with_none(void **state)
{
	static const struct line lines[] = {
		{'o', "a", 1, 1, "10", "EUR", NULL, "10"},
		{'o', "b", 1, 1, "10", "EUR", NULL, "10"},
		{'o', "b", 1, 1, NULL, "EUR", NULL, NULL},
		{'o', "c", 2, 1, "10", "EUR", NULL, "0"},
	};
	unsigned orders, refunds;

	(void)state;
	assert_int_equal(SETTLE(lines).again, 1);
	assert_int_equal(orders, 2);
}

static void what_an_order_says_was_paid_back_is(void **state)
{
	static const struct line lines[] = {
		{'o', "s", 1, 1, "40", "EUR", "10", "30"},
		{'o', "s", 1, 2, "40", "EUR", "10", "40"},	/* the refund says it, too */
		{'r', "s", 2, 2, "10", "EUR", NULL, "-10"},
		{'o', "s", 1, 3, "40", "EUR", "25", "25"},
		{'r', "s", 2, 3, "10", "EUR", NULL, "-10"},
		{'o', "s", 1, 0, "40", "EUR", "55", "0"},
		{'o', "s", 1, 4, "10", "EUR", "15", "0"},
		{'o', "s", 1, 4, "10", "EUR", NULL, "5"},
		{'r', "t", 2, 5, "8", "EUR", NULL, "-8"},	/* of another source */
		{'o', "s", 1, 5, "10", "EUR", "8", "10"},
	};
	unsigned orders, refunds;

	(void)state;
	assert_int_equal(SETTLE(lines).beyond, 0);
	assert_int_equal(orders, 6);
	assert_int_equal(refunds, 6);
}

static void the_furthest_status_of_a_line_counts(void **state)
{
	static const struct line lines[] = {
		{'p', "s", 1, 1, "10", "EUR", NULL, "0"},		/* exported on Monday */
		{'u', "s", 1, 1, "10", "EUR", NULL, "0"},		/* and on Friday */
		{'p', "s", 1, 2, "80", "EUR", NULL, "0"},
		{'h', "s", 1, 2, "80", "EUR", "30", "50"},
		{'p', "s", 1, 3, "10", "EUR", NULL, "0"},
		{'s', "s", 2, 3, "10", "EUR", NULL, "10"},		/* the later one */
		{'p', "s", 1, 4, "5", "EUR", NULL, "0"},		/* two lines, one undone later */
		{'p', "s", 1, 4, "5", "EUR", NULL, "5"},
		{'u', "s", 1, 4, "5", "EUR", NULL, "0"},
		{'s', "sa", 1, 5, "7", "EUR", NULL, "7"},	/* lines of two products */
		{'u', "sb", 1, 5, "7", "EUR", NULL, "0"},
		{'s', "sa", 1, 6, "7", "EUR", NULL, "0"},	/* its amount went, too */
		{'u', "sa", 1, 6, "0", "EUR", NULL, "0"},
	};
	unsigned orders, refunds;

	(void)state;
	assert_int_equal(SETTLE(lines).passed, 5);
	assert_int_equal(orders, 6);
	assert_int_equal(refunds, 4);
}

/* A refund that is written as a negative order, in each export or on each line. */
static void a_negative_order_comes_again_once(void **state)
{
	static const struct line lines[] = {
		{'p', "s", 1, 1, "-20", "EUR", NULL, "0"},
		{'s', "s", 1, 1, "-20", "EUR", NULL, "-20"},
		{'t', "s", 1, 2, "-30", "EUR", NULL, "0"},
		{'t', "s", 1, 2, "-30", "EUR", NULL, "0"},
		{'t', "s", 1, 2, "-30", "EUR", NULL, "-30"},
		{'p', "s", 1, 3, "50", "EUR", NULL, "50"},
		{'p', "s", 4, 3, "-20", "EUR", NULL, "0"},
		{'s', "s", 5, 3, "-20", "EUR", NULL, "-20"},
	};
	unsigned orders, refunds;

	(void)state;
	assert_int_equal(SETTLE(lines).passed, 2);
	assert_int_equal(orders, 1);
	assert_int_equal(refunds, 3);
}

/* Lines whose discount is larger than what they cost. */
static void of_less_than_nothing_nothing_is_paid_back(void **state)
{
	static const struct line lines[] = {
		{'o', "s", 1, 1, "50", "EUR", NULL, "50"},
		{'o', "s", 1, 1, "-60", "EUR", NULL, "-60"},
		{'r', "s", 2, 1, "5", "EUR", NULL, "0"},
		{'r', "s", 3, 1, NULL, NULL, NULL, "0"},
		{'o', "s", 1, 2, "50", "EUR", "7", "50"},
		{'o', "s", 1, 2, "-60", "EUR", NULL, "-60"},
	};
	unsigned orders, refunds;

	(void)state;
	assert_int_equal(SETTLE(lines).beyond, 1);
	assert_int_equal(orders, 2);
	assert_int_equal(refunds, 1);
}

/* Twice in the data is the same as once. */
static void an_undone_order_without_money_was_paid_back(void **state)
{
	static const struct line lines[] = {
		{'u', "s", 1, 1, NULL, "EUR", NULL, NULL},
		{'u', "s", 1, 2, NULL, "EUR", NULL, NULL},
		{'u', "s", 1, 2, NULL, "EUR", NULL, NULL},
		{'u', "s", 1, 3, "10", "EUR", NULL, "0"},	/* one line's money is not known */
		{'u', "sz", 1, 3, NULL, "EUR", NULL, NULL},
		{'u', "s", 1, 4, "10", "EUR", NULL, "0"},
		{'u', "sz", 1, 4, "5", "USD", NULL, "0"},
		{'u', "s", 1, 5, "10", "EUR", NULL, "10"},	/* its refund is there */
		{'u', "sz", 1, 5, NULL, "EUR", NULL, NULL},
		{'r', "s", 2, 5, "10", "EUR", NULL, "-10"},
	};
	unsigned orders, refunds;

	(void)state;
	SETTLE(lines);
	assert_int_equal(orders, 5);
	assert_int_equal(refunds, 5);
}

static void what_says_undone_beside_its_order_is_a_refund(void **state)
{
	static const struct line lines[] = {
		{'p', "s", 1, 1, "10", "EUR", NULL, "10"},
		{'u', "s", 5, 1, "4", "EUR", NULL, "-4"},
		{'p', "s", 1, 2, "10", "EUR", NULL, "10"},
		{'u', "s", 1, 2, NULL, "EUR", NULL, "-10"},
		{'p', "s", 1, 3, "10", "EUR", NULL, "10"},		/* lines of one time */
		{'u', "s", 1, 3, "4", "EUR", NULL, "0"},
		{'u', "s", 1, 4, "10", "EUR", NULL, "0"},		/* and alone */
		{'u', "s", 1, 0, "10", "EUR", NULL, "0"},
		{'u', "s", 1, 5, "10", "EUR", NULL, "10"},		/* its refund is there */
		{'r', "s", 3, 5, "10", "EUR", NULL, "-10"},
	};
	unsigned orders, refunds;

	(void)state;
	SETTLE(lines);
	assert_int_equal(orders, 6);
	assert_int_equal(refunds, 6);
}

static void a_total_repeated_on_lines_counts_once(void **state)
{
	static const struct line lines[] = {
		{'t', "s", 1, 1, "30", "EUR", NULL, "0"},
		{'t', "s", 1, 1, "30", "EUR", NULL, "30"},
		{'t', "s", 1, 2, "30", "EUR", NULL, "30"},
		{'t', "s", 1, 2, "20", "EUR", NULL, "20"},
		{'o', "s", 1, 3, "30", "EUR", NULL, "30"},
		{'o', "s", 1, 3, "30", "EUR", NULL, "30"},
	};
	unsigned orders, refunds;

	(void)state;
	assert_int_equal(SETTLE(lines).passed, 0);
	assert_int_equal(orders, 3);
	assert_int_equal(refunds, 0);
}

static void orders_of_unknown_money_limit_nothing(void **state)
{
	static const struct line lines[] = {
		{'o', "s", 1, 1, NULL, "EUR", NULL, NULL},
		{'r', "s", 2, 1, "10", "EUR", NULL, "-10"},
		{'r', "s", 2, 1, NULL, NULL, NULL, NULL},
		{'o', "s", 1, 2, "5", "EUR", NULL, "5"},
		{'o', "s", 1, 2, "5", "USD", NULL, "5"},
		{'r', "s", 2, 2, "9", "EUR", NULL, "-9"},
	};
	unsigned orders, refunds;

	(void)state;
	SETTLE(lines);
	assert_int_equal(orders, 2);
	assert_int_equal(refunds, 2);
}

static void sums_that_do_not_fit_are_refused(void **state)
{
	static const struct line line = {'o', "s", 1, 1, "99999999999999999999999999999999999999",
					 "EUR", NULL, NULL};
	struct orders o = {0};
	struct error err = ERROR_INIT;

	(void)state;
	orders_clear(&o);
	add_line(&o, &line, 0);
	add_line(&o, &line, 1);
	assert_int_equal(orders_settle(&o, &err), -1);
	assert_error(&err, "a sum of money has more than 38 digits");
	orders_release(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_one_order_add_up),
		cmocka_unit_test(negative_orders_are_refunds),
		cmocka_unit_test(refunds_never_exceed_what_was_paid),
		cmocka_unit_test(a_refund_without_amount_is_the_whole_order),
		cmocka_unit_test(cancelling_takes_what_there_is),
		cmocka_unit_test(two_shops_may_have_equal_numbers),
		cmocka_unit_test(what_two_sources_report_counts_once),
		cmocka_unit_test(what_one_source_says_was_paid_back_holds_for_both),
		cmocka_unit_test(an_order_of_unknown_money_agrees_with_none),
		cmocka_unit_test(what_an_order_says_was_paid_back_is),
		cmocka_unit_test(the_furthest_status_of_a_line_counts),
		cmocka_unit_test(a_negative_order_comes_again_once),
		cmocka_unit_test(of_less_than_nothing_nothing_is_paid_back),
		cmocka_unit_test(an_undone_order_without_money_was_paid_back),
		cmocka_unit_test(what_says_undone_beside_its_order_is_a_refund),
		cmocka_unit_test(a_total_repeated_on_lines_counts_once),
		cmocka_unit_test(orders_of_unknown_money_limit_nothing),
		cmocka_unit_test(sums_that_do_not_fit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
