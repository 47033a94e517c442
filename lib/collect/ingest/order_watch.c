#include "collect/ingest/order_watch.h"

/* So many words of a status are named. */
#define WORDS_SHOWN 5

/* Instead of the letter of a status: the word is a currency's sign. */
#define OPEN_CURRENCY 'z'

void order_watch_release(struct order_watch *w)
{
	map_release(&w->words);
	buf_release(&w->scratch);
	*w = (struct order_watch){0};
}

void order_watch_clear(struct order_watch *w)
{
	w->orders = w->undated = w->ownerless = w->moneyless = w->unsaid = w->refunded = 0;
	for (int i = 0; i < ORDER_MONIES; i++)
		w->monies[i] = 0;
	if (w->words.count)
		map_clear(&w->words);
}

static void count_key(struct map *words, struct span key, uint64_t count)
{
	size_t at = map_put(words, key, NULL);

	words->entries[at].number += count;
}

void order_watch_add(struct order_watch *sum, const struct order_watch *part)
{
	sum->orders += part->orders;
	sum->moneyless += part->moneyless;
	sum->undated += part->undated;
	sum->ownerless += part->ownerless;
	sum->unsaid += part->unsaid;
	sum->refunded += part->refunded;
	for (int i = 0; i < ORDER_MONIES; i++)
		sum->monies[i] += part->monies[i];
	for (size_t i = 0; i < part->words.count; i++) {
		const struct map_entry *e = &part->words.entries[i];

		if (sum->words.count < ORDER_WORDS_MAX || map_find(&sum->words, e->key) != MAP_NONE)
			count_key(&sum->words, e->key, e->number);
	}
}

/* A letter for STATUS, then the text of its word, or the name of the property that says it: "paid: no". */
static void count_word(struct order_watch *w, enum order_status status, struct span raw)
{
	bool word = raw.ptr[0] == '"';
	struct value v = {raw, word ? VALUE_TEXT : VALUE_NUMBER, true};

	buf_clear(&w->scratch);
	buf_char(&w->scratch, (char)('a' + status));
	value_decode(v, &w->scratch);
	if (!word && status == ORDER_STATUS_OPEN)
		buf_lit(&w->scratch, ": no");
	count_key(&w->words, buf_view(&w->scratch), 1);
}

static void count_order(struct order_watch *w, const struct order *o)
{
	w->orders++;
	w->monies[o->from]++;
	/* A refund without an amount is the whole order's. */
	w->moneyless += !o->money_known && o->kind == ORDER_COMPLETED && o->status != ORDER_STATUS_UNDONE;
	w->unsaid += o->status == ORDER_STATUS_PARTLY && !o->refunded.digits;
	w->refunded += o->refunded.digits != 0;
	if (currency_is_open(o->currency)) {
		buf_clear(&w->scratch);
		buf_char(&w->scratch, OPEN_CURRENCY);
		buf_text_put(&w->scratch, o->currency);
		count_key(&w->words, buf_view(&w->scratch), 1);
	}
}

void order_watch_record(struct order_watch *w, enum order_kind kind, struct span record)
{
	struct value line = {record, VALUE_OBJECT, false};
	struct order order;

	if (order_read_properties(kind, value_member(line, SPAN("props")), &order, &w->scratch, NULL))
		return;
	if (order.status != ORDER_STATUS_ABSENT && order.status != ORDER_STATUS_DONE && order.word.len)
		count_word(w, order.status, order.word);
	if (order.kind != ORDER_NONE)
		count_order(w, &order);
}

struct report {
	const struct order_watch *watch;
	const char *file;
	const struct ingest_calls *calls;
	struct buf text;
};

static void give(struct report *r, void (*call)(void *context, const char *text))
{
	call(r->calls->context, buf_text(&r->text));
	buf_clear(&r->text);
}

/* "'pending' (3), 'on-hold' (1)", those of the statuses FROM to TO; how many rows in all. */
static uint64_t put_words(const struct order_watch *w, int from, int to,
			  struct buf *out)
{
	char quoted[ERROR_QUOTE_MAX];
	uint64_t rows = 0;
	size_t shown = 0;

	for (size_t i = 0; i < w->words.count; i++) {
		const struct map_entry *e = &w->words.entries[i];
		int status = e->key.ptr[0] - 'a';

		if (status < from || status > to)
			continue;
		rows += e->number;
		if (++shown > WORDS_SHOWN)
			continue;
		buf_printf(out, "%s%s (%llu)", shown > 1 ? ", " : "",
			   error_quote(span_sub(e->key, 1, e->key.len), quoted), (unsigned long long)e->number);
	}
	if (shown > WORDS_SHOWN)
		buf_printf(out, " and %zu more", shown - WORDS_SHOWN);
	return rows;
}

static void begin_count(struct report *r, uint64_t count, const char *what)
{
	buf_printf(&r->text, "%s: %llu %s%s", r->file, (unsigned long long)count, what, count == 1 ? "" : "s");
}

/* "FILE: 3 rows are no orders by their status ...: 'pending' (2), 'failed' (1)" */
static void report_words(struct report *r, enum order_status from, enum order_status to, const char *what,
			 const char *one, const char *many)
{
	struct buf words = BUF_INIT;
	uint64_t rows = put_words(r->watch, from, to, &words);

	if (rows) {
		begin_count(r, rows, what);
		buf_printf(&r->text, " %s: ", rows == 1 ? one : many);
		buf_span(&r->text, buf_view(&words));
		give(r, r->calls->say);
	}
	buf_release(&words);
}

/* Which dollar is it? */
static void report_currencies(struct report *r)
{
	struct buf words = BUF_INIT;
	uint64_t orders = put_words(r->watch, OPEN_CURRENCY - 'a', OPEN_CURRENCY - 'a', &words);

	if (orders) {
		begin_count(r, orders, "order");
		buf_printf(&r->text, " %s a currency that is written with a sign of several: ",
			   orders == 1 ? "has" : "have");
		buf_span(&r->text, buf_view(&words));
		buf_lit(&r->text, "; it stays apart from all others, unless --map 'currency=\"USD\"' or --region says which it is");
		give(r, r->calls->warn);
	}
	buf_release(&words);
}

static void report_unknown(struct report *r)
{
	struct buf words = BUF_INIT;

	if (put_words(r->watch, ORDER_STATUS_UNKNOWN, ORDER_STATUS_UNKNOWN, &words)) {
		buf_printf(&r->text, "%s: statuses that are not known, so that their orders count like any other: ", r->file);
		buf_span(&r->text, buf_view(&words));
		buf_lit(&r->text, "; if they are no orders, --map 'props.status=if(status = \"...\", \"failed\", status)'");
		give(r, r->calls->warn);
	}
	buf_release(&words);
}

static void report_monies(struct report *r)
{
	struct buf monies = BUF_INIT;

	if (order_monies_put(r->watch->monies, &monies)) {
		buf_printf(&r->text, "%s: orders without a revenue count with another amount: ", r->file);
		buf_span(&r->text, buf_view(&monies));
		buf_lit(&r->text, "; --map revenue=... names theirs");
		give(r, r->calls->say);
	}
	buf_release(&monies);
}

static void report_moneyless(struct report *r, const char *money)
{
	const struct order_watch *w = r->watch;

	if (!w->moneyless)
		return;
	begin_count(r, w->moneyless, "order");
	buf_printf(&r->text, " ha%s no money: no revenue, total, amount or price; %s",
		   w->moneyless == 1 ? "s" : "ve", money);
	give(r, r->calls->warn);
}

void order_watch_report(const struct order_watch *w, const char *file, bool format, const char *money,
			const struct ingest_calls *calls)
{
	struct report r = {w, file, calls, BUF_INIT};

	report_monies(&r);
	report_moneyless(&r, money);
	report_words(&r, ORDER_STATUS_OPEN, ORDER_STATUS_FAILED, "row",
		     "is no order by its status and brings no money",
		     "are no orders by their status and bring no money");
	report_words(&r, ORDER_STATUS_OTHER, ORDER_STATUS_OTHER, "row", "is no order by its type and brings no money",
		     "are no orders by their type and bring no money");
	report_words(&r, ORDER_STATUS_UNDONE, ORDER_STATUS_UNDONE, "order",
		     "was refunded or cancelled by its status: its money was paid back",
		     "were refunded or cancelled by their status: their money was paid back");
	report_words(&r, ORDER_STATUS_REFUND, ORDER_STATUS_REFUND, "row", "is a refund by its type",
		     "are refunds by their type");
	if (w->refunded) {
		begin_count(&r, w->refunded, "order");
		buf_printf(&r.text, " say%s how much was refunded: that is taken off",
			   w->refunded == 1 ? "s" : "");
		give(&r, calls->say);
	}
	report_unknown(&r);
	report_currencies(&r);
	/* A format has the refunds elsewhere. */
	if (w->unsaid && !format) {
		begin_count(&r, w->unsaid, "order");
		buf_printf(&r.text, " %s partly refunded, but no column says how much: all of it counts; "
			   "--map props.refunded=... names the column", w->unsaid == 1 ? "is" : "are");
		give(&r, calls->warn);
	}
	buf_release(&r.text);
}
