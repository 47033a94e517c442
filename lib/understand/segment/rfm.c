#include "understand/segment/rfm.h"

#include <string.h>

#include "time/moment.h"

/* A decimal as a whole number of millionths. */
static bool to_micro(struct decimal d, __int128 *out)
{
	d = decimal_round(d, MONEY_SCALE);
	for (; d.scale < MONEY_SCALE; d.scale++)
		if (__builtin_mul_overflow(d.digits, (__int128)10, &d.digits))
			return false;
	*out = d.digits;
	return true;
}

static int malformed(struct error *err, const char *what)
{
	return error_data(err, "the profile's orders.%s is malformed: run cdp-merge again",
			  what);
}

static int read_money(struct value orders, struct rfm *out, struct error *err)
{
	struct value revenue = value_member(orders, SPAN("revenue"));
	struct value currency = value_member(orders, SPAN("currency"));
	struct buf scratch = BUF_INIT;
	struct decimal amount;
	struct span text;

	if (revenue.kind == VALUE_NONE || revenue.kind == VALUE_NULL)
		return 0;
	if (!value_decimal(revenue, &amount) ||
	    !to_micro(amount, &out->monetary_micro))
		return malformed(err, "revenue");
	out->money_known = true;
	if (currency.kind != VALUE_TEXT)
		return 0;
	text = value_text(currency, &scratch);
	if (text.len < sizeof out->currency)
		memcpy(out->currency, text.ptr, text.len);
	else
		out->money_known = false;
	buf_release(&scratch);
	return 0;
}

int rfm_read(const struct profile *p, struct rfm *out, struct error *err)
{
	struct value count = value_member(p->orders, SPAN("count"));
	struct value last = value_member(p->orders, SPAN("last"));
	struct decimal number;
	int64_t moment;

	*out = (struct rfm){.known = false};
	if (count.kind == VALUE_NONE || count.kind == VALUE_NULL)
		return 0;
	if (!value_decimal(count, &number) || number.scale ||
	    number.digits < 0 || number.digits > INT64_MAX)
		return malformed(err, "count");
	if (!number.digits || last.kind == VALUE_NONE ||
	    last.kind == VALUE_NULL || p->as_of == MOMENT_NONE)
		return 0;
	if (!value_moment(last, &moment))
		return malformed(err, "last");
	out->known = moment <= p->as_of;
	out->frequency = (int64_t)number.digits;
	out->recency_days = (p->as_of - moment) / DAY_MS;
	return read_money(p->orders, out, err);
}

void rfm_table_init(struct rfm_table *t, uint64_t memory, const char *scratch)
{
	*t = (struct rfm_table){.customers = 0};
	ranking_init(&t->recency, memory / 3, scratch);
	ranking_init(&t->frequency, memory / 3, scratch);
	ranking_init(&t->monetary, memory / 3, scratch);
}

void rfm_table_release(struct rfm_table *t)
{
	ranking_release(&t->recency);
	ranking_release(&t->frequency);
	ranking_release(&t->monetary);
}

static void take_currency(struct rfm_table *t, const struct rfm *r)
{
	if (!t->currency_known)
		memcpy(t->currency, r->currency, sizeof t->currency);
	else if (strcmp(t->currency, r->currency))
		t->currency_mixed = true;
	t->currency_known = true;
}

static void widen(struct rfm_range *range, __int128 value, bool first)
{
	if (first || value < range->least)
		range->least = value;
	if (first || value > range->greatest)
		range->greatest = value;
}

int rfm_table_add(struct rfm_table *t, const struct rfm *r, struct error *err)
{
	widen(&t->recency_range, r->recency_days, !t->customers);
	widen(&t->frequency_range, r->frequency, !t->customers);
	t->customers++;
	if (ranking_add(&t->recency, r->recency_days, err) ||
	    ranking_add(&t->frequency, r->frequency, err))
		return -1;
	if (!r->money_known)
		return 0;
	widen(&t->monetary_range, r->monetary_micro, !t->currency_known);
	take_currency(t, r);
	return ranking_add(&t->monetary, r->monetary_micro, err);
}

int rfm_table_finish(struct rfm_table *t, struct error *err)
{
	if (ranking_thresholds(&t->recency, t->recency_at, err) ||
	    ranking_thresholds(&t->frequency, t->frequency_at, err) ||
	    ranking_thresholds(&t->monetary, t->monetary_at, err))
		return -1;
	return 0;
}

static bool is_one(const struct rfm_range *range)
{
	return range->least == range->greatest;
}

bool rfm_tells_apart(const struct rfm_table *t, bool money, struct buf *why)
{
	const char *alike = is_one(&t->recency_range) ? "recency"
			  : is_one(&t->frequency_range) ? "frequency"
			  : money && is_one(&t->monetary_range) ? "monetary" : NULL;

	if (t->customers < RFM_CUSTOMERS_LEAST)
		buf_printf(why, "%llu customer%s with orders %s too few for quintiles (%d are needed)",
			   (unsigned long long)t->customers, t->customers == 1 ? "" : "s",
			   t->customers == 1 ? "is" : "are", RFM_CUSTOMERS_LEAST);
	else if (alike)
		buf_printf(why, "all %llu customers with orders have the same %s, which tells nobody apart",
			   (unsigned long long)t->customers, alike);
	return t->customers >= RFM_CUSTOMERS_LEAST && !alike;
}

struct rfm_scores rfm_score(const struct rfm_table *t, const struct rfm *r)
{
	struct rfm_scores s = {
		.recency = 6 - ranking_score(t->recency_at, r->recency_days),
		.frequency = ranking_score(t->frequency_at, r->frequency),
	};

	if (r->money_known && !t->currency_mixed)
		s.monetary = ranking_score(t->monetary_at, r->monetary_micro);
	return s;
}

void rfm_put_reason(const struct rfm *r, const struct rfm_scores *s,
		    struct buf *out)
{
	buf_printf(out, "R%d F%d M", s->recency, s->frequency);
	if (s->monetary)
		buf_printf(out, "%d", s->monetary);
	else
		buf_char(out, '?');
	buf_lit(out, ": recency ");
	buf_i64(out, r->recency_days);
	buf_lit(out, ", frequency ");
	buf_i64(out, r->frequency);
	buf_lit(out, ", monetary ");
	if (!r->money_known) {
		buf_lit(out, "unknown");
		return;
	}
	decimal_put(out, ranking_decimal(5 * r->monetary_micro, MONEY_SCALE));
	if (*r->currency)
		buf_printf(out, " %s", r->currency);
}

static void put_list(const __int128 *at, int scale, const char *between,
		     struct buf *out)
{
	for (size_t i = 0; i < QUINTILES; i++) {
		if (i)
			buf_text_put(out, between);
		decimal_put(out, ranking_decimal(at[i], scale));
	}
}

void rfm_put_thresholds(const struct rfm_table *t, struct buf *out)
{
	buf_lit(out, "recency <= ");
	put_list(t->recency_at, 0, ", ", out);
	buf_lit(out, " days; frequency > ");
	put_list(t->frequency_at, 0, ", ", out);
	buf_lit(out, "; monetary ");
	if (t->currency_mixed || !t->currency_known) {
		buf_lit(out, "unknown");
		return;
	}
	buf_lit(out, "> ");
	put_list(t->monetary_at, MONEY_SCALE, ", ", out);
	if (*t->currency)
		buf_printf(out, " %s", t->currency);
}

void rfm_put_thresholds_value(const struct rfm_table *t, struct buf *out)
{
	buf_lit(out, "{\"recency_days\":[");
	put_list(t->recency_at, 0, ",", out);
	buf_lit(out, "],\"frequency\":[");
	put_list(t->frequency_at, 0, ",", out);
	buf_lit(out, "],\"monetary\":");
	if (t->currency_mixed || !t->currency_known) {
		buf_lit(out, "null}");
		return;
	}
	buf_char(out, '[');
	put_list(t->monetary_at, MONEY_SCALE, ",", out);
	buf_lit(out, "]}");
}
