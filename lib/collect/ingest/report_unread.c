#include "collect/ingest/report_unread.h"

#include "base/currency.h"
#include "collect/ingest/question_table.h"
#include "collect/ingest/report.h"
#include "reference/normal.h"
#include "collect/weblog/log_address.h"
#include "record/order.h"
#include "record/order_status.h"

/* So many columns of a kind are named. */
#define UNREAD_SHOWN 3

static bool is_address(struct span v)
{
	struct arena scratch = {0};
	struct buf normal = BUF_INIT;
	bool good = normal_email(v, &scratch, &normal);

	buf_release(&normal);
	arena_release(&scratch);
	return good;
}

static bool is_currency(struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		if (v.ptr[i] < 'A' || v.ptr[i] > 'Z')
			return false;
	return v.len == 3 && currency_at(v, false) == v.len;
}

static bool is_status(struct span v)
{
	enum order_status status = order_status_of(v);

	return status != ORDER_STATUS_ABSENT && status != ORDER_STATUS_UNKNOWN;
}

static bool has_digit(struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		if ((unsigned char)(v.ptr[i] - '0') < 10)
			return true;
	return false;
}

/* The first column of amounts: revenue that is true or false is none. */
static const struct target *find_money(const struct source *s)
{
	const struct plan *p = s->plan;

	for (const struct target *t = p->targets; t < p->targets + p->target_count; t++)
		if (t->field.hint == HINT_MONEY && order_money_is_key(t->field.key) &&
		    (t->column < 0 || has_digit(survey_column(&s->survey, (size_t)t->column)->examples[0])))
			return t;
	return NULL;
}

/* Who names an identifier has chosen. */
static bool misses_address(const struct source *s)
{
	const struct plan *p = s->plan;

	for (const struct target *t = p->targets; t < p->targets + p->target_count; t++)
		if (t->field.section == SECTION_IDS &&
		    (t->origin == ORIGIN_MAPPING || span_equal(t->field.key, SPAN("email"))))
			return false;
	return true;
}

static bool misses_currency(const struct source *s)
{
	return find_money(s) && !plan_find(s->plan, SECTION_PROPS, SPAN("currency"));
}

static bool misses_status(const struct source *s)
{
	return find_money(s) && !s->plan->status_count;
}

static const struct unread {
	bool (*misses)(const struct source *s);
	bool (*is)(struct span value);
	size_t least;		/* so many different values are such... */
	size_t others;		/* ...and so many of the SURVEY_EXAMPLES may be none; */
	const char *name;	/* with this in the column's name one is enough */
	const char *what;
	const char *field;
	const char *then;
} kinds[] = {
	{misses_address, is_address, 1, 0, NULL, "e-mail addresses", "email", "makes them identifiers"},
	{misses_currency, is_currency, 1, 0, NULL, "currencies", "currency", "gives them to the money"},
	{misses_status, is_status, 2, 1, "status", "statuses of orders", "props.status", "reads them: until then all rows count alike"},
};

/* Are the values that were kept of the column of T such as K wants? */
static bool holds(const struct source *s, const struct target *t, const struct unread *k)
{
	const struct survey_column *c;
	struct span name;
	size_t good = 0, others = 0;

	if (t->origin == ORIGIN_MAPPING || t->column < 0 ||
	    (t->field.section != SECTION_PROPS && t->field.section != SECTION_TRAITS))
		return false;
	c = survey_column(&s->survey, (size_t)t->column);
	for (size_t i = 0; i < SURVEY_EXAMPLES && !span_absent(c->examples[i]); i++) {
		bool is = k->is(c->examples[i]);

		good += is;
		others += !is;
	}
	name = s->plan->columns[t->column].folded;
	if (k->name && span_find(name, span_of(k->name)) < name.len)
		return good > 0;
	return good >= k->least && others <= k->others;
}

static void put_columns(const struct source *s, const struct target *const *shown, size_t count, struct buf *out)
{
	char quoted[ERROR_QUOTE_MAX];

	buf_printf(out, "%s: %s%s", s->plan->file, s->plan->json ? "member" : "column", count > 1 ? "s" : "");
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "%s %s", i ? "," : "",
			   error_quote(s->plan->columns[shown[i]->column].name, quoted));
	buf_printf(out, " hold%s ", count > 1 ? "" : "s");
}

static void report_kind(const struct source *s, const struct unread *k, const struct ingest_calls *calls)
{
	const struct plan *p = s->plan;
	const struct target *shown[UNREAD_SHOWN];
	char quoted[ERROR_QUOTE_MAX];
	struct buf text = BUF_INIT;
	size_t count = 0;

	if (!k->misses(s))
		return;
	for (const struct target *t = p->targets; t < p->targets + p->target_count && count < UNREAD_SHOWN; t++)
		if (holds(s, t, k))
			shown[count++] = t;
	if (!count)
		return;
	put_columns(s, shown, count, &text);
	buf_printf(&text, "%s such as %s, which nothing reads; --map %s=%.*s %s", k->what,
		   error_quote(survey_column(&s->survey, (size_t)shown[0]->column)->examples[0], quoted),
		   k->field, SPAN_ARG(p->columns[shown[0]->column].folded), k->then);
	calls->warn(calls->context, buf_text(&text));
	buf_release(&text);
}

/* Columns whose names are no more than the word for what an order's number counts; NULL: there is none. */
static const struct target *find_number(const struct plan *p)
{
	static const char *const names[] = {
		"order", "orders", "invoice", "receipt", "transaction", "purchase", "sale", "bestellung", "auftrag", "rechnung",
		"commande", "facture", "pedido", "factura", "ordine", "fattura", "bestelling", "factuur", "zamowienie", "ordre",
		"reference", "ref", "no", "nr", "number",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (const struct target *t = p->targets; t < p->targets + p->target_count; t++)
			if (t->origin == ORIGIN_REST && t->column >= 0 &&
			    span_equal(p->columns[t->column].folded, span_of(names[i])))
				return t;
	return NULL;
}

/* An order has a number and money: rows with one of them look like orders, and are none. */
static void report_halves(const struct source *s, const struct ingest_calls *calls)
{
	const struct plan *p = s->plan;
	const struct target *money = find_money(s), *id = plan_find(p, SECTION_PROPS, SPAN("order_id"));
	const struct target *number = find_number(p);
	struct buf text = BUF_INIT;

	if (!p->event_default || p->order_kind != ORDER_NONE || !money == !id || report_says_orders(s))
		return;
	buf_printf(&text, "%s: rows have ", p->file);
	if (money)
		buf_printf(&text, "money (%.*s), but no order's number, so that it counts in no purchase: "
			   "--map order_id=%.*s %s it", SPAN_ARG(money->label),
			   SPAN_ARG(number ? p->columns[number->column].folded : SPAN("COLUMN")), number ? "takes" : "names");
	else
		buf_printf(&text, "an order's number (%.*s), but no money, and are no purchases: "
			   "--map revenue=COLUMN names it", SPAN_ARG(id->label));
	buf_lit(&text, "; --map 'event=\"Order Completed\"' makes each row an order");
	calls->warn(calls->context, buf_text(&text));
	buf_release(&text);
}

/* Words in the names of columns that may say whose a row is. */
static const char *const whose[] = {
	"customer", "client", "user", "member", "buyer", "account", "contact", "subscriber", "guest", "person",
	"donor", "patient", "student", "distinct_id", "kunde", "klant", "cliente", "klient", "visitor", "player",
};

static bool names_somebody(struct span name)
{
	for (size_t i = 0; i < sizeof whose / sizeof *whose; i++)
		if (span_find(name, span_of(whose[i])) < name.len)
			return true;
	return false;
}

/* An address of the network, a program or a sentence is nobody's number or name. */
static bool is_no_name(struct span v)
{
	return span_absent(v) || v.len > 64 || log_is_address_list(v) || span_starts(v, SPAN("Mozilla/"));
}

/* A column that is kept by its name, and by that name may say whose a row is; NULL: there is none. */
static const struct target *find_whose(const struct source *s)
{
	const struct plan *p = s->plan;

	for (const struct target *t = p->targets; t < p->targets + p->target_count; t++)
		if (t->origin == ORIGIN_REST && t->column >= 0 && names_somebody(p->columns[t->column].folded) &&
		    !is_no_name(survey_column(&s->survey, (size_t)t->column)->examples[0]))
			return t;
	return NULL;
}

/* Purchases that nothing gives to anybody count for no customer; so do rows that may name somebody. */
static void report_nobody(const struct source *s, const struct ingest_calls *calls)
{
	const struct target *t = find_whose(s);
	struct span example = t ? survey_column(&s->survey, (size_t)t->column)->examples[0] : SPAN("");
	struct buf text = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	if (s->part_count || question_identifies(s) || is_address(example) || (!t && !find_money(s)))
		return;
	buf_printf(&text, "%s: nothing says whose the rows are, so that they count for no customer: "
		   "--map ids.customer_id=", s->plan->file);
	if (t)
		buf_printf(&text, "%.*s if %.*s does (%s)", SPAN_ARG(s->plan->columns[t->column].folded),
			   SPAN_ARG(t->label), error_quote(example, quoted));
	else
		buf_printf(&text, "%s names what does", s->plan->json ? "MEMBER" : "COLUMN");
	calls->warn(calls->context, buf_text(&text));
	buf_release(&text);
}

void report_unread(const struct source *s, const struct ingest_calls *calls)
{
	if (s->format)
		return;
	report_nobody(s, calls);
	report_halves(s, calls);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		report_kind(s, &kinds[i], calls);
}
