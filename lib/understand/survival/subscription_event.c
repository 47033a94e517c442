#include "understand/survival/subscription_event.h"

#include <string.h>

#include "time/date_text.h"

#define WORD_MAX 80

static const char *const nouns[] = {"subscription", "membership", "contract", NULL};

static const struct {
	const char *word;
	enum subscription_kind kind;
} verbs[] = {
	{"started", SUBSCRIPTION_STARTED}, {"start", SUBSCRIPTION_STARTED}, {"created", SUBSCRIPTION_STARTED},
	{"activated", SUBSCRIPTION_STARTED}, {"began", SUBSCRIPTION_STARTED}, {"purchased", SUBSCRIPTION_STARTED},
	{"signed", SUBSCRIPTION_STARTED}, {"reactivated", SUBSCRIPTION_STARTED}, {"restarted", SUBSCRIPTION_STARTED},
	{"renewed", SUBSCRIPTION_RENEWED}, {"renewal", SUBSCRIPTION_RENEWED}, {"extended", SUBSCRIPTION_RENEWED},
	{"changed", SUBSCRIPTION_CHANGED}, {"updated", SUBSCRIPTION_CHANGED}, {"upgraded", SUBSCRIPTION_CHANGED},
	{"downgraded", SUBSCRIPTION_CHANGED},
	{"paused", SUBSCRIPTION_PAUSED}, {"suspended", SUBSCRIPTION_PAUSED}, {"frozen", SUBSCRIPTION_PAUSED},
	{"resumed", SUBSCRIPTION_RESUMED}, {"unpaused", SUBSCRIPTION_RESUMED}, {"unfrozen", SUBSCRIPTION_RESUMED},
	{"cancelled", SUBSCRIPTION_ENDED}, {"canceled", SUBSCRIPTION_ENDED}, {"ended", SUBSCRIPTION_ENDED},
	{"expired", SUBSCRIPTION_ENDED}, {"terminated", SUBSCRIPTION_ENDED}, {"churned", SUBSCRIPTION_ENDED},
	{"deleted", SUBSCRIPTION_ENDED}, {"cancellation", SUBSCRIPTION_ENDED},
};

/* The letters of NAME, small. */
static struct span fold(struct span name, char out[WORD_MAX])
{
	size_t len = 0;

	for (size_t i = 0; i < name.len && len < WORD_MAX; i++) {
		char c = span_lower(name.ptr[i]);

		if (c >= 'a' && c <= 'z')
			out[len++] = c;
	}
	return (struct span){out, len};
}

static enum subscription_kind kind_of_verb(struct span verb)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (span_equal(verb, span_of(verbs[i].word)))
			return verbs[i].kind;
	return SUBSCRIPTION_NONE;
}

enum subscription_kind subscription_kind(struct span name)
{
	char folded[WORD_MAX];
	struct span word = fold(name, folded);

	for (size_t i = 0; nouns[i]; i++) {
		struct span noun = span_of(nouns[i]);

		if (span_starts(word, noun))
			return kind_of_verb(span_sub(word, noun.len, SIZE_MAX));
		if (span_ends(word, noun))
			return kind_of_verb(span_sub(word, 0, word.len - noun.len));
	}
	return span_equal(word, SPAN("trialconverted")) ? SUBSCRIPTION_STARTED : SUBSCRIPTION_NONE;
}

bool subscription_named_oddly(struct span name)
{
	char folded[WORD_MAX];
	struct span word = fold(name, folded);

	for (size_t i = 0; nouns[i]; i++) {
		size_t at = span_find(word, span_of(nouns[i]));
		struct span before = span_sub(word, 0, at), behind = span_sub(word, at, SIZE_MAX);

		behind = span_sub(behind, strlen(nouns[i]), SIZE_MAX);
		for (size_t v = 0; behind.ptr && at < word.len && v < sizeof verbs / sizeof *verbs; v++)
			if (span_ends(before, span_of(verbs[v].word)) || span_starts(behind, span_of(verbs[v].word)))
				return true;
	}
	return false;
}

struct span subscription_property(struct value props, const char *const *names, struct buf *scratch)
{
	for (; *names; names++) {
		struct span text = value_text(value_member(props, span_of(*names)), scratch);

		if (text.len)
			return text;
	}
	return SPAN_NONE;
}

/* Periods a year, of a fraction of it. */
static const struct {
	const char *word;
	int per_year;
} intervals[] = {
	{"month", 12}, {"months", 12}, {"monthly", 12}, {"m", 12}, {"mo", 12}, {"year", 1}, {"years", 1}, {"yearly", 1},
	{"annual", 1}, {"annually", 1}, {"y", 1}, {"quarter", 4}, {"quarterly", 4}, {"week", 52}, {"weeks", 52}, {"weekly", 52},
	{"w", 52}, {"day", 365}, {"days", 365}, {"daily", 365}, {"d", 365}, {"halfyear", 2}, {"halfyearly", 2}, {"semiannual", 2},
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Periods a year; "3 months" are three times *COUNT of them.  0: not understood. */
static int read_interval(struct span text, struct decimal *count)
{
	char folded[WORD_MAX];
	struct span word = fold(text, folded);
	struct decimal times;
	size_t digits = 0;

	while (digits < text.len && is_digit(text.ptr[digits]))
		digits++;
	if (digits && (!decimal_parse(span_sub(text, 0, digits), &times) || !decimal_mul(*count, times, count)))
		return 0;
	for (size_t i = digits; i < text.len; i++)
		if (is_digit(text.ptr[i]))
			return 0;
	for (size_t i = 0; i < sizeof intervals / sizeof *intervals; i++)
		if (span_equal(word, span_of(intervals[i].word)))
			return intervals[i].per_year;
	return 0;
}

/* AMOUNT each COUNT periods, of which a year has TIMES, a month. */
static bool by_month(struct decimal amount, int times, struct decimal count, struct decimal *out)
{
	struct decimal months;

	if (count.digits <= 0 || !decimal_mul(amount, decimal_of(times), &amount) ||
	    !decimal_mul(decimal_of(12), count, &months) || !decimal_div(amount, months, out))
		return false;
	*out = decimal_round(*out, MONEY_SCALE);
	return true;
}

/* The interval that TERMS name: periods a year, of COUNT periods.  0: not understood; -1: none is named. */
static int find_interval(struct value terms, struct decimal *count, struct buf *scratch)
{
	static const char *const names[] = {"interval", "billing_interval", "billing_period", "billing_cycle", "period", NULL};
	static const char *const counts[] = {"interval_count", "billing_interval_count", NULL};
	struct span text;

	*count = decimal_of(1);
	buf_clear(scratch);
	text = subscription_property(terms, counts, scratch);
	if (!span_absent(text) && !decimal_parse(text, count))
		*count = decimal_of(0);
	buf_clear(scratch);
	text = subscription_property(terms, names, scratch);
	return span_absent(text) ? -1 : read_interval(text, count);
}

/* What is paid at a time: a total, or a price of each of so many (seats, licences).  False: there is none. */
static bool find_amount(struct value props, struct decimal *amount, struct buf *scratch)
{
	static const char *const totals[] = {"value", "revenue", "amount", NULL}, *const prices[] = {"price", NULL};
	static const char *const more[] = {"total", NULL}, *const numbers[] = {"quantity", "seats", NULL};
	struct decimal number;
	struct span text = subscription_property(props, totals, scratch);

	if (!span_absent(text))
		return decimal_parse(text, amount);
	text = subscription_property(props, prices, scratch);
	if (span_absent(text)) {
		text = subscription_property(props, more, scratch);
		return !span_absent(text) && decimal_parse(text, amount);
	}
	if (!decimal_parse(text, amount))
		return false;
	buf_clear(scratch);
	text = subscription_property(props, numbers, scratch);
	return span_absent(text) || (decimal_parse(text, &number) && decimal_mul(*amount, number, amount));
}

enum subscription_price subscription_price(struct value props, struct value terms, struct decimal *mrr)
{
	struct buf scratch = BUF_INIT;
	struct decimal amount, count;
	enum subscription_price found = PRICE_NONE;
	int times;

	if (value_decimal(value_member(props, SPAN("mrr")), mrr)) {
		*mrr = decimal_round(*mrr, MONEY_SCALE);
		return PRICE_KNOWN;
	}
	if (find_amount(props, &amount, &scratch)) {
		times = find_interval(terms, &count, &scratch);
		found = times < 0 ? PRICE_ASSUMED : PRICE_KNOWN;
		if (!times || !by_month(amount, times < 0 ? 12 : times, count, mrr))
			found = PRICE_ODD;
	}
	buf_release(&scratch);
	return found;
}

double subscription_period(struct value props)
{
	struct buf scratch = BUF_INIT;
	struct decimal count;
	int times = find_interval(props, &count, &scratch);
	double days = times > 0 ? 365.25 * decimal_double(count) / times : 0;

	buf_release(&scratch);
	return days >= SUBSCRIPTION_PERIOD_LEAST && days <= SUBSCRIPTION_PERIOD_MOST ? days : 0;
}

int64_t subscription_end(struct value props, const struct zone *zone, bool *odd)
{
	static const char *const names[] = {"ends_at", "effective_at", "end_date", "expires_at", "cancel_at", NULL};
	struct buf scratch = BUF_INIT;
	struct span text = subscription_property(props, names, &scratch);
	int64_t moment = MOMENT_NONE;
	struct civil civil;

	if (!span_absent(text) && date_parse(text, DATES_ISO, &civil))
		moment = zone_moment(zone, &civil);
	*odd = !span_absent(text) && moment == MOMENT_NONE;
	buf_release(&scratch);
	return moment;
}
