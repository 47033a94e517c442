#include "cmd/merge_orders.h"

#include <inttypes.h>

/* What was made of orders whose events do not agree. */
static void report_findings(struct tool *t, const struct order_findings *f)
{
	if (f->again)
		tool_warn(t, "%" PRIu64 " order%s reported by two sources with one number and amount: %s once",
			  f->again, f->again == 1 ? " is" : "s are", f->again == 1 ? "it counts" : "each counts");
	if (f->same_number)
		tool_warn(t, "%" PRIu64 " order number%s several sources with amounts that differ: they count as "
			  "orders of their own; leave out one source's orders if they are the same",
			  f->same_number, f->same_number == 1 ? " has orders of" : "s have orders of");
	if (f->beyond)
		tool_warn(t, "%" PRIu64 " refund%s more than was left of the order: no more than that is taken off",
			  f->beyond, f->beyond == 1 ? " or cancellation takes" : "s or cancellations take");
	if (f->no_amount)
		tool_warn(t, "%" PRIu64 " refund%s no amount, and no order that %s could be of: %s off; map revenue, "
			  "or order_id to the number of the order", f->no_amount, f->no_amount == 1 ? " has" : "s have",
			  f->no_amount == 1 ? "it" : "they", f->no_amount == 1 ? "it takes nothing" : "they take nothing");
	if (f->unsaid)
		tool_warn(t, "%" PRIu64 " order%s partly refunded, but nothing says how much: all of it counts; map props.refunded, "
			  "or the refunds as events of their own", f->unsaid, f->unsaid == 1 ? " is" : "s are");
	if (f->apart)
		tool_warn(t, "%" PRIu64 " order%s one total at times that lie days apart: it counts once; if these are payments of one "
			  "order, cdp-ingest --map revenue=... of that column adds them up", f->apart, f->apart == 1 ? " has" : "s have");
	if (f->passed)
		tool_say(t, "%" PRIu64 " order event%s again with another status: each counts once, as its order is in the end",
			 f->passed, f->passed == 1 ? " comes" : "s come");
}

/* Where the money is from, if not from a revenue. */
static void report_money(struct tool *t, const struct sums *s)
{
	uint64_t none = s->monies[ORDER_MONEY_NONE];
	struct buf monies = BUF_INIT;

	if (order_monies_put(s->monies, &monies))
		tool_say(t, "orders without a revenue count with another amount: %s; give them props.revenue where that is wrong",
			 buf_text(&monies));
	if (none)
		tool_warn(t, "%" PRIu64 " order%s no money: no revenue, total, amount or price; "
			  "give them props.revenue (cdp-ingest --map revenue=...)", none, none == 1 ? " has" : "s have");
	if (s->rounded)
		tool_say(t, "%" PRIu64 " amount%s more than %d decimals: rounded, half to even",
			 s->rounded, s->rounded == 1 ? " has" : "s have", MONEY_SCALE);
	buf_release(&monies);
}

void merge_orders_report(struct tool *t, const struct sums *s)
{
	report_findings(t, &s->findings.orders);
	report_money(t, s);
}
