#include "expr/profile_money.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expr/profile_window.h"
#include "expr/tree.h"
#include "record/order.h"

#define WATCHED_CURRENCIES 64

/* What stands for no single currency: no code has such names. */
static const char several[CURRENCY_SIZE] = "several", unnamed[CURRENCY_SIZE] = "";

struct money_currency {
	char code[CURRENCY_SIZE];
	uint64_t customers;
};

/* ---- What an expression does with money ---- */

static bool is_money_name(struct span name)
{
	static const char *const names[] = {
		"revenue", "monetary", "orders.revenue", "orders.refunded", NULL,
	};
	static const char *const ends[] = {
		".value_at_risk", ".expected_value", ".expected_order_value", NULL,
	};

	for (size_t i = 0; names[i]; i++)
		if (span_equal(name, span_of(names[i])))
			return true;
	for (size_t i = 0; ends[i]; i++)
		if (span_starts(name, SPAN("scores.")) && span_ends(name, span_of(ends[i])))
			return true;
	return false;
}

/* Of an event, in a filter: the last name of its path says it. */
static bool is_money_property(struct span path)
{
	size_t dot;

	while ((dot = span_find_byte(path, '.')) < path.len)
		path = span_sub(path, dot + 1, path.len);
	return window_is_money(path);
}

static bool is_money_call(const struct node *n)
{
	static const char *const sums[] = {"sum", "avg", "min", "max", "first", "last", NULL};

	if (span_equal(n->name, SPAN("revenue")))
		return true;
	for (size_t i = 0; sums[i]; i++)
		if (span_equal(n->name, span_of(sums[i])) && n->count > 1 &&
		    n->args[1]->value.type == TYPE_TEXT)
			return window_is_money(n->args[1]->value.text);
	return false;
}

static bool is_money(const struct node *n);

static bool any_money(const struct node *n)
{
	for (size_t i = 0; i < n->count; i++)
		if (is_money(n->args[i]))
			return true;
	return false;
}

static bool is_money_arithmetic(const struct node *n)
{
	bool left = is_money(n->args[0]), right = is_money(n->args[1]);

	if (n->sign == TOKEN_DIVIDE)
		return left && !right;
	return n->sign == TOKEN_TIMES ? left != right : left || right;
}

/* Is N an amount in the customer's currency?  Depth is bounded by EXPR_DEPTH_MAX. */
static bool is_money(const struct node *n)
{
	switch (n->kind) {
	case NODE_NAME:
		return n->fetch == profile_fetch_property ? is_money_property(n->name) : is_money_name(n->name);
	case NODE_CALL:
		return n->function ? is_money_call(n) : n->type != TYPE_TRUTH && any_money(n);
	case NODE_ARITHMETIC:
		return is_money_arithmetic(n);
	case NODE_NEGATE:
	case NODE_CONVERT:
		return any_money(n);
	default:
		return false;
	}
}

static bool is_zero(const struct node *n)
{
	return n->constant && n->value.type == TYPE_NUMBER && !n->value.number.digits;
}

/* An amount on one side, something else on another. */
static bool compares_here(const struct node *n)
{
	bool money = false, other = false;

	if (n->kind != NODE_COMPARE && n->kind != NODE_IN && n->kind != NODE_BETWEEN)
		return false;
	for (size_t i = 0; i < n->count; i++) {
		if (is_money(n->args[i]))
			money = true;
		else if (!is_zero(n->args[i]))
			other = true;
	}
	return money && other;
}

static bool compares_money(const struct node *n)
{
	if (compares_here(n) || (n->filter && compares_money(n->filter)))
		return true;
	for (size_t i = 0; i < n->count; i++)
		if (compares_money(n->args[i]))
			return true;
	return false;
}

static bool is_currency(const struct node *n)
{
	if (n->kind == NODE_CALL && n->function && n->count > 1 &&
	    n->args[1]->value.type == TYPE_TEXT)
		return span_equal(n->args[1]->value.text, SPAN("currency"));
	return n->kind == NODE_NAME &&
	       (span_equal(n->name, SPAN("currency")) || span_ends(n->name, SPAN(".currency")) ||
		span_starts(n->name, SPAN("orders.by_currency")));
}

static bool reads_currency(const struct node *n)
{
	if (is_currency(n) || (n->filter && reads_currency(n->filter)))
		return true;
	for (size_t i = 0; i < n->count; i++)
		if (reads_currency(n->args[i]))
			return true;
	return false;
}

bool money_reads_currency(const struct expr *e)
{
	return reads_currency(e->root);
}

void money_watches_release(struct money_watches *w)
{
	mem_free(w->list);
	*w = (struct money_watches){0};
}

void money_watch(struct money_watches *w, const struct expr *e, enum money_use use,
		 struct span name)
{
	if (reads_currency(e->root) ||
	    !(use == MONEY_COMPARED ? compares_money(e->root) : is_money(e->root)))
		return;
	w->list = mem_room(w->list, w->count, &w->cap, sizeof *w->list);
	w->list[w->count++] = (struct money_watch){e, use, name};
}

/* ---- Over the profiles ---- */

void money_seen_release(struct money_seen *s)
{
	mem_free(s->list);
	mem_free(s->watched);
	*s = (struct money_seen){0};
}

static bool is_some(struct value amount)
{
	struct decimal d;

	return value_decimal(amount, &d) && d.digits;
}

/* The currency in which a customer pays; false: there is no money. */
static bool currency_of(struct expr_run *run, char code[CURRENCY_SIZE])
{
	const struct profile_row *row = run->row;
	struct value orders = row->profile->orders;
	struct value currency = value_member(orders, SPAN("currency"));
	struct span text;

	memcpy(code, unnamed, CURRENCY_SIZE);
	if (value_member(orders, SPAN("by_currency")).kind == VALUE_OBJECT) {
		memcpy(code, several, CURRENCY_SIZE);
		return true;
	}
	if (currency.kind != VALUE_TEXT)
		return is_some(value_member(orders, SPAN("revenue"))) ||
		       is_some(value_member(orders, SPAN("refunded")));
	text = profile_text(run, currency);
	memcpy(code, text.ptr, text.len < CURRENCY_SIZE ? text.len : CURRENCY_SIZE - 1);
	return true;
}

static size_t find_currency(struct money_seen *s, const char code[CURRENCY_SIZE])
{
	size_t i = 0;

	while (i < s->count && memcmp(s->list[i].code, code, CURRENCY_SIZE))
		i++;
	if (i == s->count) {
		s->list = mem_room(s->list, i, &s->cap, sizeof *s->list);
		memcpy(s->list[i].code, code, CURRENCY_SIZE);
		s->list[i].customers = 0;
		s->count++;
	}
	return i;
}

/* Can the comparison of money in N still decide?  What stands beside it is true. */
static bool is_open(const struct node *n, struct expr_run *run)
{
	struct datum d;

	if (n->kind == NODE_CONVERT)
		return is_open(n->args[0], run);
	for (size_t i = 0; n->kind == NODE_AND && i < n->count; i++) {
		if (compares_money(n->args[i])) {
			if (!is_open(n->args[i], run))
				return false;
			continue;
		}
		d = DATUM_UNKNOWN;
		if (node_eval(n->args[i], run, &d, NULL) || d.type != TYPE_TRUTH || !d.truth)
			return false;
	}
	return true;
}

void money_note(const struct money_watches *w, struct money_seen *s, struct expr_run *run,
		bool wanted)
{
	char code[CURRENCY_SIZE];
	size_t at;
	uint64_t bit;

	if (!w->count || !currency_of(run, code))
		return;
	if (!s->watched)
		s->watched = mem_zero(w->count, sizeof *s->watched);
	at = find_currency(s, code);
	s->list[at].customers++;
	if (at >= WATCHED_CURRENCIES)
		return;
	bit = (uint64_t)1 << at;
	for (size_t i = 0; i < w->count; i++) {
		const struct money_watch *one = &w->list[i];

		if (s->watched[i] & bit)
			continue;
		if (one->use == MONEY_COMPARED ? is_open(one->expr->root, run) : wanted)
			s->watched[i] |= bit;
	}
}

/* ---- What there is to report ---- */

static int by_customers(const void *a, const void *b)
{
	const struct money_currency *x = a, *y = b;

	if (x->customers != y->customers)
		return x->customers < y->customers ? 1 : -1;
	return memcmp(x->code, y->code, CURRENCY_SIZE);
}

/* The currencies that watch I saw, with all their customers, in ALL. */
static void add_up(const struct money_seen *const *seen, size_t count, size_t i,
		   struct money_seen *all)
{
	bool *watched;

	*all = (struct money_seen){0};
	for (size_t k = 0; k < count; k++)
		for (size_t c = 0; c < seen[k]->count; c++)
			find_currency(all, seen[k]->list[c].code);
	watched = mem_zero(all->count + 1, sizeof *watched);
	for (size_t k = 0; k < count; k++)
		for (size_t c = 0; c < seen[k]->count; c++) {
			size_t at = find_currency(all, seen[k]->list[c].code);

			all->list[at].customers += seen[k]->list[c].customers;
			watched[at] |= c < WATCHED_CURRENCIES && seen[k]->watched[i] >> c & 1;
		}
	for (size_t at = all->count; at-- > 0; )
		if (!watched[at])
			all->list[at] = all->list[--all->count];
	mem_free(watched);
	if (all->count)
		qsort(all->list, all->count, sizeof *all->list, by_customers);
}

/* "EUR 3, INR 1, several currencies 1"; *MOST is the first with a code. */
static void put_customers(const struct money_seen *all, const char **most, struct buf *out)
{
	*most = NULL;
	for (size_t i = 0; i < all->count; i++) {
		const struct money_currency *c = &all->list[i];
		bool is_several = !memcmp(c->code, several, CURRENCY_SIZE);

		buf_printf(out, "%s%s %llu", i ? ", " : "",
			   is_several ? "several currencies" : *c->code ? c->code : "no currency named",
			   (unsigned long long)c->customers);
		if (!*most && !is_several && *c->code)
			*most = c->code;
	}
}

static void put_remedy(enum money_use use, const char *currency, struct buf *out)
{
	switch (use) {
	case MONEY_COMPARED:
		buf_printf(out, "write revenue_in(\"%s\"), or add: and currency = \"%s\"", currency, currency);
		break;
	case MONEY_ORDERED:
		buf_printf(out, "write revenue_in(\"%s\"), or add --where 'currency = \"%s\"'", currency, currency);
		break;
	case MONEY_MEASURED:
		buf_printf(out, "write revenue_in(\"%s\")", currency);
		break;
	default:
		buf_lit(out, "add a column currency");
	}
}

static void put_line(const struct money_watch *w, const struct money_seen *all, struct buf *out)
{
	static const char *const verbs[MONEY_USES] = {"compares", "orders by", "shows", "measures"};
	const char *most;

	buf_span(out, w->name);
	buf_printf(out, " %s money of several currencies as if it were one (customers: ", verbs[w->use]);
	put_customers(all, &most, out);
	buf_lit(out, "): ");
	put_remedy(w->use, most ? most : "EUR", out);
	buf_char(out, '\n');
}

void money_put(const struct money_watches *w, const struct money_seen *const *seen,
	       size_t count, struct buf *out)
{
	for (size_t i = 0; i < w->count; i++) {
		struct money_seen all;

		add_up(seen, count, i, &all);
		if (all.count > 1)
			put_line(&w->list[i], &all, out);
		money_seen_release(&all);
	}
}
