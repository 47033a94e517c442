/*
 * Settling the orders of a customer.
 *
 * Entries that name their order are sorted by number, source and time.  What
 * one source says of one number is an account; the accounts of one number lie
 * next to each other, so that whatever has to be compared is near.  For each
 * number: accounts are added up (rule 1), those that repeat another are found
 * (rule 3: sorted by currency and amount, repeats are neighbours), each account
 * with refunds gets the account whose order they take from (rule 2), and of
 * those that take from one order the one that takes most does (rules 4 and 5).
 *
 * Cost: two sorts; everything else is one walk.  The invariant is that an entry
 * has its final part and net once its number has been settled, and no entry of
 * another number is looked at for that.
 */
#include "record/orders.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "time/moment.h"

#define NO_ACCOUNT UINT32_MAX

/* What one source says of one order number. */
struct account {
	size_t from, to;	/* of its entries, in the sorted list */
	const char *currency;	/* of its completed events */
	bool ordered;		/* there is a completed event */
	bool open;		/* no limit to refunds: money unknown or mixed */
	bool standing;		/* a completed event does not say that it was undone */
	bool unsaid;		/* one says that a part was paid back, and nothing says how much */
	int64_t began;		/* MOMENT_NONE: no completed event is dated */
	uint32_t first_event;	/* of the completed ones */
	struct decimal paid;
	struct decimal refunded; /* what `props.refunded` says at most */
	struct decimal undone;	/* money of lines whose status says that it was paid back */
	struct decimal stated;	/* the larger of the two: each may be a part of the other */
	struct decimal claimed;	/* by its refunds */
	bool claims;		/* it has refunds at all */
	uint32_t first_refund;	/* event of the first of them */
	uint32_t same;		/* the account that it repeats, or itself */
	uint32_t target;	/* whose order its refunds take from */
	bool settled;		/* as a target: refunds were taken off it */
	bool refund_seen;	/* as a target: a refund was counted */
	uint32_t of;		/* the place of its first event in the list */
};

/* Up to so many entries are sorted by insertion, which is faster for most customers. */
#define FEW 16

struct order_scratch {
	struct order_entry **sorted;	/* those of struct orders */
	struct account *accounts;
	size_t account_cap;
	size_t account_count;	/* of the number at hand */
	uint32_t *ranked;	/* accounts with orders, then those with refunds */
	size_t ranked_cap;
	struct order_entry **lines;	/* of the account at hand, those that may come again */
	size_t line_cap;
	uint32_t *states;
	size_t state_cap;
};

void order_findings_add(struct order_findings *to, const struct order_findings *more)
{
	to->again += more->again;
	to->same_number += more->same_number;
	to->beyond += more->beyond;
	to->no_amount += more->no_amount;
	to->passed += more->passed;
	to->apart += more->apart;
	to->unsaid += more->unsaid;
}

void orders_clear(struct orders *o)
{
	o->count = o->sorted_count = 0;
	o->found = (struct order_findings){0};
}

void orders_release(struct orders *o)
{
	mem_free(o->list);
	mem_free(o->sorted);
	if (o->scratch) {
		mem_free(o->scratch->accounts);
		mem_free(o->scratch->ranked);
		mem_free(o->scratch->lines);
		mem_free(o->scratch->states);
		mem_free(o->scratch);
	}
	*o = (struct orders){0};
}

void orders_add(struct orders *o, const struct order *order, uint64_t source,
		int64_t time, uint32_t event)
{
	if (order->kind == ORDER_NONE)
		return;
	o->list = mem_room(o->list, o->count, &o->cap, sizeof *o->list);
	o->list[o->count++] = (struct order_entry){
		.order = *order, .source = source, .time = time, .event = event, .of = ORDER_OF_NONE,
	};
}

static int refuse_sum(struct error *err)
{
	return error_failed(err, "a sum of money has more than 38 digits");
}

static int add_money(struct decimal *to, struct decimal more, struct error *err)
{
	return decimal_add(*to, more, to) ? 0 : refuse_sum(err);
}

static bool is_positive(struct decimal d)
{
	return d.digits > 0;
}

static struct decimal smaller(struct decimal a, struct decimal b)
{
	return decimal_compare(a, b) <= 0 ? a : b;
}

static struct decimal larger(struct decimal a, struct decimal b)
{
	return decimal_compare(a, b) >= 0 ? a : b;
}

/* Undated ones are behind all others. */
static int compare_times(int64_t a, int64_t b)
{
	if (a == b)
		return 0;
	if (a == MOMENT_NONE || b == MOMENT_NONE)
		return a == MOMENT_NONE ? 1 : -1;
	return a < b ? -1 : 1;
}

static int compare_entries(const void *a, const void *b)
{
	const struct order_entry *x = *(struct order_entry *const *)a;
	const struct order_entry *y = *(struct order_entry *const *)b;
	int order;

	if (x->order.id != y->order.id)
		return x->order.id < y->order.id ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	order = compare_times(x->time, y->time);
	if (order)
		return order;
	return (x->event > y->event) - (x->event < y->event);
}

static bool is_undone(const struct order_entry *e)
{
	return e->order.status == ORDER_STATUS_UNDONE;
}

/* What the order itself says was paid back of it. */
static struct decimal stated_refund(const struct order_entry *e)
{
	return is_undone(e) ? e->order.money : e->order.refunded;
}

/* Its own amount, without regard to other events. */
static void settle_alone(struct order_entry *e)
{
	bool negative = e->order.money_known && e->order.money.digits < 0;

	if (e->order.kind == ORDER_COMPLETED && negative)
		e->order.kind = ORDER_REFUNDED;
	e->part = e->order.kind == ORDER_REFUNDED ? ORDER_PART_REFUND : ORDER_PART_NEW;
	e->refund = e->order.kind == ORDER_REFUNDED;
	e->has_net = e->order.money_known;
	e->net = e->order.money;
	if (e->order.kind != ORDER_COMPLETED)
		return;
	e->refund = is_undone(e) && !e->has_net;
	if (e->has_net && is_positive(stated_refund(e))) {
		e->returned = smaller(stated_refund(e), e->net);
		e->refund |= is_positive(e->returned);
		decimal_sub(e->net, e->returned, &e->net);
	}
}

/* E stands without an order.  One that was cancelled and brought nothing was never paid: that is no refund. */
static void check_claim(struct orders *o, struct order_entry *e)
{
	if (e->order.kind != ORDER_REFUNDED || e->has_net)
		return;
	if (is_undone(e))
		e->refund = false;
	else
		o->found.no_amount++;
}

/* Rule 1: lines that come again. */

/* How far in its life a line is. */
static int stage_of(const struct order_entry *e)
{
	return is_undone(e) ? 2 : e->order.status == ORDER_STATUS_PARTLY;
}

/* Do X and Y report one line, or several like it?  As for qsort. */
static int compare_likeness(const struct order_entry *x, const struct order_entry *y)
{
	const struct order *a = &x->order, *b = &y->order;

	if (a->whole != b->whole)
		return a->whole ? -1 : 1;
	if (!a->whole && a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (!a->whole && a->line)
		return 0;
	if (strcmp(a->currency, b->currency))
		return strcmp(a->currency, b->currency);
	return decimal_compare(a->money, b->money);
}

/* Alike ones together, those that count first; undated ones are the oldest here. */
static int compare_lines(const void *a, const void *b)
{
	const struct order_entry *x = *(struct order_entry *const *)a;
	const struct order_entry *y = *(struct order_entry *const *)b;
	int order = compare_likeness(x, y);

	if (!order)
		order = stage_of(y) - stage_of(x);
	if (!order)
		order = decimal_compare(y->order.refunded, x->order.refunded);
	if (!order && x->time != y->time)
		return y->time == MOMENT_NONE || (x->time != MOMENT_NONE && x->time > y->time) ? -1 : 1;
	if (!order)
		order = (y->event > x->event) - (y->event < x->event);
	return order;
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* How many of LIST, which are alike, count: as many as have one status. */
static size_t count_true_lines(struct order_scratch *s, struct order_entry *const *list, size_t count)
{
	size_t most = 1;

	if (list[0]->order.whole || count == 1)
		return 1;
	s->states = mem_room(s->states, count, &s->state_cap, sizeof *s->states);
	for (size_t i = 0; i < count; i++)
		s->states[i] = list[i]->order.state;
	qsort(s->states, count, sizeof *s->states, compare_numbers);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && s->states[end] == s->states[i];)
			end++;
		if (end - i > most)
			most = end - i;
	}
	return most;
}

static bool may_come_again(const struct order_entry *e)
{
	return e->order.kind == ORDER_COMPLETED && (e->order.whole || e->order.state) &&
	       (e->order.money_known || e->order.line);
}

/* Does the total of A, with nothing that says more, stand days from that of B? */
static bool is_apart(const struct order_entry *a, const struct order_entry *b)
{
	return a->order.whole && stage_of(a) == stage_of(b) && a->order.state == b->order.state &&
	       a->time != MOMENT_NONE && b->time != MOMENT_NONE && a->time - b->time > ORDER_SAME_MS;
}

/* Passes over those of the entries [FROM, TO) that another one replaces. */
static void pass_lines(struct orders *o, struct order_scratch *s, size_t from, size_t to)
{
	size_t count = 0;

	for (size_t i = from; i < to; i++) {
		if (!may_come_again(s->sorted[i]))
			continue;
		s->lines = mem_room(s->lines, count, &s->line_cap, sizeof *s->lines);
		s->lines[count++] = s->sorted[i];
	}
	if (count < 2)
		return;
	qsort(s->lines, count, sizeof *s->lines, compare_lines);
	for (size_t i = 0, end; i < count; i = end) {
		size_t keep;

		for (end = i + 1; end < count && !compare_likeness(s->lines[i], s->lines[end]);)
			end++;
		o->found.apart += is_apart(s->lines[i], s->lines[end - 1]);
		for (keep = i + count_true_lines(s, s->lines + i, end - i); keep < end; keep++) {
			s->lines[keep]->passed = true;
			o->found.passed += !s->lines[keep]->order.whole;
		}
	}
}

/* Does E, undone, stand behind an order whose other events are from FIRST to LAST? */
static bool is_behind(const struct order_entry *e, int64_t first, int64_t last)
{
	return is_undone(e) && !e->passed && !e->order.line &&
	       (!e->order.money_known ||
		(e->time != MOMENT_NONE && (e->time != first || e->time != last)));
}

/* Rule 1: what says that an order was undone, beside the order. */
static void turn_into_refunds(struct order_entry *const *list, size_t count)
{
	const struct order_entry *first = NULL, *last = NULL;

	for (size_t i = 0; i < count; i++) {
		if (list[i]->order.kind != ORDER_COMPLETED || is_undone(list[i]) || list[i]->passed)
			continue;
		first = first ? first : list[i];
		last = list[i];
	}
	for (size_t i = 0; i < count && first; i++) {
		struct order *order = &list[i]->order;

		if (order->kind != ORDER_COMPLETED || !is_behind(list[i], first->time, last->time))
			continue;
		order->kind = ORDER_REFUNDED;
		order->money = decimal_negate(decimal_abs(order->money));
	}
}

/* Rule 1 for the entries of one account: those at one time, [FROM, TO), together. */
static void sort_out_negatives(struct order_entry **list, size_t from, size_t to)
{
	bool line = false;

	for (size_t i = from; i < to; i++)
		line |= list[i]->order.kind == ORDER_COMPLETED && list[i]->order.money_known &&
			list[i]->order.money.digits >= 0;
	for (size_t i = from; i < to && !line; i++) {
		struct order *order = &list[i]->order;

		if (order->kind == ORDER_COMPLETED && !list[i]->passed && order->money_known &&
		    order->money.digits < 0)
			order->kind = ORDER_REFUNDED;
	}
}

/* Partly refunded by its status alone. */
static bool is_unsaid(const struct order_entry *e)
{
	return e->order.kind == ORDER_COMPLETED && e->order.status == ORDER_STATUS_PARTLY &&
	       !e->passed && !e->order.refunded.digits;
}

static int add_completed(struct account *a, const struct order_entry *e, struct error *err)
{
	if (!a->ordered) {
		a->ordered = true;
		a->currency = e->order.currency;
		a->began = e->time;
		a->first_event = e->event;
	}
	a->standing |= !is_undone(e);
	a->unsaid |= is_unsaid(e);
	if (!e->order.money_known || strcmp(a->currency, e->order.currency)) {
		a->open = true;
		return 0;
	}
	if (decimal_compare(e->order.refunded, a->refunded) > 0)
		a->refunded = e->order.refunded;
	if (is_undone(e) && is_positive(e->order.money) && add_money(&a->undone, e->order.money, err))
		return -1;
	return add_money(&a->paid, e->order.money, err);
}

static int add_up_account(struct orders *o, struct account *a, struct error *err)
{
	struct order_entry **list = o->scratch->sorted;

	pass_lines(o, o->scratch, a->from, a->to);
	turn_into_refunds(list + a->from, a->to - a->from);
	for (size_t i = a->from, to; i < a->to; i = to) {
		for (to = i + 1; to < a->to && list[to]->time == list[i]->time;)
			to++;
		sort_out_negatives(list, i, to);
	}
	for (size_t i = a->from; i < a->to; i++) {
		const struct order *order = &list[i]->order;

		if (list[i]->passed)
			continue;
		if (order->kind == ORDER_COMPLETED) {
			if (add_completed(a, list[i], err))
				return -1;
			continue;
		}
		if (!a->claims)
			a->first_refund = list[i]->event;
		a->claims = true;
		if (order->money_known &&
		    add_money(&a->claimed, decimal_abs(order->money), err))
			return -1;
	}
	a->stated = larger(a->refunded, a->undone);
	return 0;
}

/* The accounts of the entries [FROM, TO), which have one number. */
static int make_accounts(struct orders *o, size_t from, size_t to, struct error *err)
{
	struct order_scratch *s = o->scratch;

	s->account_count = 0;
	for (size_t i = from, end; i < to; i = end) {
		struct account *a;

		for (end = i + 1; end < to && s->sorted[end]->source == s->sorted[i]->source;)
			end++;
		s->accounts = mem_room(s->accounts, s->account_count, &s->account_cap,
				       sizeof *s->accounts);
		a = &s->accounts[s->account_count];
		*a = (struct account){
			.from = i, .to = end, .currency = "",
			.same = (uint32_t)s->account_count, .target = NO_ACCOUNT,
		};
		s->account_count++;
		if (add_up_account(o, a, err))
			return -1;
	}
	return 0;
}

/* For qsort, which hands nothing on; one for each thread. */
static _Thread_local const struct account *ranking;

static int compare_orders(const void *x, const void *y)
{
	const struct account *a = &ranking[*(const uint32_t *)x], *b = &ranking[*(const uint32_t *)y];
	int order = strcmp(a->currency, b->currency);

	if (!order)
		order = decimal_compare(a->paid, b->paid);
	if (!order)
		order = compare_times(a->began, b->began);
	if (!order)
		order = (a->first_event > b->first_event) - (a->first_event < b->first_event);
	return order;
}

/* Do B, which began later, and A report the same order? */
static bool same_order(const struct account *a, const struct account *b)
{
	if (strcmp(a->currency, b->currency) || decimal_compare(a->paid, b->paid))
		return false;
	return a->began == MOMENT_NONE || b->began == MOMENT_NONE ||
	       b->began - a->began <= ORDER_SAME_MS;
}

/* AGAIN reports what ORDER is; what either says was paid back of it is one thing. */
static void join_accounts(struct account *order, const struct account *again)
{
	order->stated = larger(order->stated, again->stated);
	order->unsaid = (order->unsaid || again->unsaid) && !is_positive(order->stated);
}

/* Rule 3; the number of orders that stand.  Nobody knows what open ones add up to: they repeat none. */
static size_t find_repeats(struct orders *o, struct order_scratch *s)
{
	size_t count = 0, stand = 0;

	for (uint32_t i = 0; i < s->account_count; i++) {
		s->ranked = mem_room(s->ranked, count, &s->ranked_cap, sizeof *s->ranked);
		if (s->accounts[i].ordered && s->accounts[i].open)
			stand++;
		else if (s->accounts[i].ordered)
			s->ranked[count++] = i;
	}
	ranking = s->accounts;
	if (count > 1)
		qsort(s->ranked, count, sizeof *s->ranked, compare_orders);
	for (size_t i = 0; i < count; i++) {
		struct account *a = &s->accounts[s->ranked[i]];
		const struct account *before = i ? &s->accounts[s->ranked[i - 1]] : NULL;

		if (before && same_order(&s->accounts[before->same], a)) {
			a->same = before->same;
			join_accounts(&s->accounts[a->same], a);
			o->found.again++;
		} else {
			stand++;
		}
	}
	o->found.same_number += stand > 1;
	return stand;
}

/* The one order that stands, or NO_ACCOUNT when there are several or none. */
static uint32_t find_only_order(const struct order_scratch *s, size_t stand)
{
	for (uint32_t i = 0; i < s->account_count && stand == 1; i++)
		if (s->accounts[i].ordered && s->accounts[i].same == i)
			return i;
	return NO_ACCOUNT;
}

/* Can refund R be of order A, by its currency? */
static bool fits_currency(const struct account *a, const struct order *r)
{
	return !r->currency[0] || !strcmp(r->currency, a->currency);
}

/* An amount in another currency than the order's is no part of it. */
static bool account_fits(const struct account *a, const struct account *refunds,
			 struct order_entry *const *list)
{
	for (size_t i = refunds->from; i < refunds->to; i++)
		if (list[i]->order.kind == ORDER_REFUNDED && !fits_currency(a, &list[i]->order))
			return false;
	return true;
}

/* Rule 2: whose order the refunds of each account are of. */
static void find_targets(struct order_scratch *s, size_t stand)
{
	uint32_t only = find_only_order(s, stand);

	for (uint32_t i = 0; i < s->account_count; i++) {
		struct account *a = &s->accounts[i];
		uint32_t target = a->ordered ? a->same : only;

		if (a->claims && target != NO_ACCOUNT &&
		    account_fits(&s->accounts[target], a, s->sorted))
			a->target = target;
	}
}

static void settle_completed(const struct orders *o, struct order_scratch *s, struct account *a, uint32_t number)
{
	bool first = true;

	a->of = ORDER_OF_NONE;

	for (size_t i = a->from; i < a->to; i++) {
		struct order_entry *e = s->sorted[i];

		if (e->order.kind != ORDER_COMPLETED)
			continue;
		e->has_net = e->order.money_known;
		e->net = e->order.money;
		e->part = a->same != number || e->passed ? ORDER_PART_AGAIN :
			  first ? ORDER_PART_NEW : ORDER_PART_LINE;
		if (e->part == ORDER_PART_AGAIN)
			e->net = DECIMAL_ZERO;
		if (e->part == ORDER_PART_NEW)
			a->of = (uint32_t)(e - o->list);
		e->of = e->part == ORDER_PART_AGAIN ? ORDER_OF_NONE : a->of;
		first &= e->passed;
	}
}

/* Rule 6. */
static void settle_unmatched(struct orders *o, struct order_scratch *s, const struct account *a)
{
	bool first = true;

	for (size_t i = a->from; i < a->to; i++) {
		struct order_entry *e = s->sorted[i];

		if (e->order.kind != ORDER_REFUNDED)
			continue;
		e->has_net = e->order.money_known;
		e->net = decimal_negate(decimal_abs(e->order.money));
		e->part = ORDER_PART_REFUND;
		e->refund = first;
		check_claim(o, e);
		first = false;
	}
}

/* What a refund takes of LEFT, which it lessens. */
static struct decimal take_refund(struct orders *o, const struct account *order,
				  const struct order_entry *e, struct decimal *left)
{
	struct decimal wanted = e->order.money_known ? decimal_abs(e->order.money) : *left;
	struct decimal given = order->open ? wanted : smaller(wanted, *left);

	if (decimal_compare(given, wanted))
		o->found.beyond++;
	if (!order->open)
		decimal_sub(*left, given, left);
	return given;
}

/* The refunds of A count as those of ORDER; LEFT is what they leave of it. */
static void settle_refunds(struct orders *o, struct order_scratch *s, const struct account *a,
			   struct account *order, struct decimal *left)
{
	for (size_t i = a->from; i < a->to; i++) {
		struct order_entry *e = s->sorted[i];

		if (e->order.kind != ORDER_REFUNDED)
			continue;
		if (!e->order.currency[0])
			memcpy(e->order.currency, order->currency, strlen(order->currency) + 1);
		e->has_net = e->order.money_known || !order->open;
		e->net = decimal_negate(take_refund(o, order, e, left));
		e->part = ORDER_PART_REFUND;
		e->refund = !order->refund_seen;
		e->of = order->of;
		order->refund_seen = true;
	}
}

/* The refunds of A are those that another source reports of the same order. */
static void repeat_refunds(struct order_scratch *s, const struct account *a)
{
	for (size_t i = a->from; i < a->to; i++) {
		struct order_entry *e = s->sorted[i];

		if (e->order.kind != ORDER_REFUNDED)
			continue;
		e->has_net = e->order.money_known;
		e->net = DECIMAL_ZERO;
		e->part = ORDER_PART_AGAIN;
	}
}

/* Takes MORE off line E of ORDER if it is UNDONE, or is not. */
static void take_off_line(struct account *order, struct order_entry *e, bool undone, struct decimal *more)
{
	if (e->order.kind != ORDER_COMPLETED || is_undone(e) != undone || !is_positive(e->net))
		return;
	e->refund = !order->refund_seen;
	order->refund_seen = true;
	e->returned = smaller(*more, e->net);
	decimal_sub(e->net, e->returned, &e->net);
	decimal_sub(*more, e->returned, more);
}

/* Takes MORE off the lines of ORDER, of those that are UNDONE or of the others. */
static void take_off_lines(struct order_scratch *s, struct account *order, bool undone, struct decimal *more)
{
	for (size_t i = order->from; i < order->to && is_positive(*more); i++)
		take_off_line(order, s->sorted[i], undone, more);
}

/* What can be paid back of A, whose lines may add up to less than nothing. */
static struct decimal returnable(const struct account *a)
{
	return larger(a->paid, DECIMAL_ZERO);
}

/* Of an open order only the lines that say so themselves, unless refunds say it, too. */
static void take_off_undone(struct order_scratch *s, struct account *order)
{
	for (size_t i = order->from; i < order->to && !order->settled; i++) {
		struct decimal all = s->sorted[i]->net;

		take_off_line(order, s->sorted[i], true, &all);
	}
}

/* Rule 5: what the order says was paid back, beyond the refunds, is taken off the lines. */
static void take_stated(struct order_scratch *s, struct account *order, struct decimal left)
{
	struct decimal paid = returnable(order), given, more;

	if (order->open)
		take_off_undone(s, order);
	else if (decimal_sub(paid, left, &given) && decimal_sub(smaller(order->stated, paid), given, &more)) {
		take_off_lines(s, order, true, &more);
		take_off_lines(s, order, false, &more);
	}
}

/* An account without amounts takes all that there is, where that is known. */
static struct decimal claim_of(const struct order_scratch *s, const struct account *a)
{
	const struct account *order = &s->accounts[a->target];

	for (size_t i = a->from; i < a->to && !order->open; i++)
		if (s->sorted[i]->order.kind == ORDER_REFUNDED && !s->sorted[i]->order.money_known)
			return larger(order->paid, a->claimed);
	return a->claimed;
}

/* By target, then the largest claim, then the earliest refund. */
static int compare_claims(const void *x, const void *y)
{
	const struct account *a = &ranking[*(const uint32_t *)x], *b = &ranking[*(const uint32_t *)y];
	int order;

	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	order = decimal_compare(b->claimed, a->claimed);
	if (order)
		return order;
	return (a->first_refund > b->first_refund) - (a->first_refund < b->first_refund);
}

/* Rule 4, and what it leaves to rule 5. */
static void settle_claims(struct orders *o, struct order_scratch *s)
{
	size_t count = 0;

	for (uint32_t i = 0; i < s->account_count; i++) {
		struct account *a = &s->accounts[i];

		if (a->target == NO_ACCOUNT)
			continue;
		a->claimed = claim_of(s, a);
		s->ranked = mem_room(s->ranked, count, &s->ranked_cap, sizeof *s->ranked);
		s->ranked[count++] = i;
	}
	ranking = s->accounts;
	if (count > 1)
		qsort(s->ranked, count, sizeof *s->ranked, compare_claims);
	for (size_t i = 0; i < count; i++) {
		struct account *a = &s->accounts[s->ranked[i]];
		struct account *order = &s->accounts[a->target];
		struct decimal left = returnable(order);

		if (i && s->accounts[s->ranked[i - 1]].target == a->target) {
			repeat_refunds(s, a);
			continue;
		}
		settle_refunds(o, s, a, order, &left);
		order->settled = true;
		take_stated(s, order, left);
	}
}

/* What stands by itself. */
static void settle_single(struct orders *o, struct order_entry *e)
{
	settle_alone(e);
	if (e->part == ORDER_PART_NEW)
		e->of = (uint32_t)(e - o->list);
	check_claim(o, e);
	o->found.unsaid += is_unsaid(e);
}

/* The entries [FROM, TO), which have one number. */
static int settle_number(struct orders *o, struct order_scratch *s, size_t from, size_t to,
			 struct error *err)
{
	if (to - from == 1) {
		settle_single(o, s->sorted[from]);
		return 0;
	}
	if (make_accounts(o, from, to, err))
		return -1;
	find_targets(s, find_repeats(o, s));
	for (uint32_t i = 0; i < s->account_count; i++) {
		struct account *a = &s->accounts[i];

		settle_completed(o, s, a, i);
		if (a->claims && a->target == NO_ACCOUNT)
			settle_unmatched(o, s, a);
	}
	settle_claims(o, s);
	for (uint32_t i = 0; i < s->account_count; i++) {
		struct account *a = &s->accounts[i];

		if (!a->ordered || a->same != i)
			continue;
		if (!a->settled) {
			take_stated(s, a, returnable(a));
			o->found.unsaid += a->unsaid;
		}
		if (a->open && !a->standing && !a->refund_seen)
			o->list[a->of].refund = true;
	}
	return 0;
}

static void sort_few(struct order_entry **list, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct order_entry *e = list[i];
		size_t at = i;

		for (; at && compare_entries(&list[at - 1], &e) > 0; at--)
			list[at] = list[at - 1];
		list[at] = e;
	}
}

/* Entries with a number, in order; the others are settled at once. */
static void sort_entries(struct orders *o)
{
	o->sorted_count = 0;
	for (size_t i = 0; i < o->count; i++) {
		struct order_entry *e = &o->list[i];

		if (!e->order.id_known) {
			settle_single(o, e);
			continue;
		}
		o->sorted = mem_room(o->sorted, o->sorted_count, &o->sorted_cap, sizeof *o->sorted);
		o->sorted[o->sorted_count++] = e;
	}
	if (o->sorted_count <= FEW)
		sort_few(o->sorted, o->sorted_count);
	else
		qsort(o->sorted, o->sorted_count, sizeof *o->sorted, compare_entries);
}

int orders_settle(struct orders *o, struct error *err)
{
	struct order_scratch *s;

	if (!o->scratch)
		o->scratch = mem_zero(1, sizeof *o->scratch);
	s = o->scratch;
	sort_entries(o);
	s->sorted = o->sorted;
	for (size_t i = 0, to; i < o->sorted_count; i = to) {
		for (to = i + 1; to < o->sorted_count && s->sorted[to]->order.id == s->sorted[i]->order.id;)
			to++;
		if (settle_number(o, s, i, to, err))
			return -1;
	}
	return 0;
}

bool order_adds_up(const struct order *o)
{
	return o->kind == ORDER_COMPLETED && !o->whole && !o->state && !o->line &&
	       o->status == ORDER_STATUS_ABSENT && !o->refunded.digits &&
	       !(o->money_known && o->money.digits < 0);
}
