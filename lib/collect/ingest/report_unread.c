#include "collect/ingest/report_unread.h"

#include <string.h>

#include "base/currency.h"
#include "base/decimal_local.h"
#include "collect/ingest/question_table.h"
#include "collect/ingest/report.h"
#include "collect/ingest/report_zones.h"
#include "collect/mapping/consent_columns.h"
#include "reference/consent_word.h"
#include "reference/normal.h"
#include "collect/weblog/log_address.h"
#include "record/order.h"
#include "record/order_status.h"
#include "text/unicode.h"
#include "time/date_text.h"

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

/* Digits, and marks that people put between those of a phone's number. */
static bool is_dialled(struct span v, size_t least)
{
	size_t digits = 0;

	for (size_t i = 0; i < v.len; i++) {
		if ((unsigned char)(v.ptr[i] - '0') < 10)
			digits++;
		else if (!strchr(" -()/.+", v.ptr[i]))
			return false;
	}
	return digits >= least && digits <= 15;
}

/* With the code of its country: "+44 7700 900123". */
static bool is_world_phone(struct span v)
{
	return span_starts(v, SPAN("+")) && is_dialled(v, 9);
}

/* "2024-03-09" and "9.3.2024", though phones have such marks, too. */
static bool is_dashed_date(struct span v)
{
	struct civil civil;

	return (memchr(v.ptr, '-', v.len) || memchr(v.ptr, '/', v.len) || memchr(v.ptr, '.', v.len)) &&
	       (date_parse(v, DATES_DMY, &civil) || date_parse(v, DATES_MDY, &civil));
}

static bool is_local_phone(struct span v)
{
	return !is_world_phone(v) && is_dialled(v, 7) && !is_dashed_date(v);
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

/* A word of who is on a list of mail, or was; "accepted" may be a payment's. */
static bool is_subscription(struct span v)
{
	static const char *const stems[] = {"subscri", "inscri", "abonn", "meld", "suscri", "iscri", "opt"};
	struct arena a = ARENA_INIT;
	enum consent_word word = consent_word_of(v);
	bool is = false;

	if (word != CONSENT_WORD_IN && word != CONSENT_WORD_OUT)
		return false;
	v = unicode_strip_marks(unicode_fold_case(v, &a), &a);
	for (size_t i = 0; i < sizeof stems / sizeof *stems; i++)
		is |= span_find(v, span_of(stems[i])) < v.len;
	arena_release(&a);
	return is;
}

static bool has_digit(struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		if ((unsigned char)(v.ptr[i] - '0') < 10)
			return true;
	return false;
}

/* Is one of WORDS, up to a NULL, in NAME? */
static bool has_any(struct span name, const char *const *words)
{
	for (; *words; words++)
		if (span_find(name, span_of(*words)) < name.len)
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

static bool has_values(const struct source *s, const struct target *t)
{
	return t->column < 0 || !span_absent(survey_column(&s->survey, (size_t)t->column)->examples[0]);
}

/* Who names an identifier has chosen. */
static bool misses_address(const struct source *s)
{
	const struct plan *p = s->plan;

	for (const struct target *t = p->targets; t < p->targets + p->target_count; t++)
		if (t->field.section == SECTION_IDS &&
		    (t->origin == ORIGIN_MAPPING || (span_equal(t->field.key, SPAN("email")) && has_values(s, t))))
			return false;
	return true;
}

/* In the names of columns of who works for the shop, whose addresses would join its customers. */
static const char *const staff_names[] = {
	"sales_rep", "sales_person", "salesperson", "contact_owner", "deal_owner", "lead_owner", "agent", "staff", "seller", "assign", "employee", "cashier",
	"verkaeufer", "verk\303\244ufer", "mitarbeiter", "vendeur", "vendedor", NULL,
};

/* In the names of columns of phones that are no customer's. */
static const char *const other_phones[] = {
	"sales_rep", "sales_person", "salesperson", "owner", "agent", "staff", "seller", "assign", "employee", "cashier", "store", "branch", "fax", "emergency",
	"driver", "carrier", "support", "hotline", "session", "visit", "revenue", "sales", "spend", "model", "device", "app_", "cell_id", "extension", "verkaeufer", "verk\303\244ufer", "mitarbeiter", "vendeur", "vendedor", NULL,
};
static const char *const phone_names[] = {"phone", "mobile", "cell_", "cellulare", "caller", "telef", "handy", "whatsapp", "movil", "celular", NULL};

static bool misses_phone(const struct source *s)
{
	const struct target *phone = plan_find(s->plan, SECTION_IDS, SPAN("phone"));

	return misses_address(s) && !(phone && has_values(s, phone));
}

static bool misses_currency(const struct source *s)
{
	return find_money(s) && !plan_find(s->plan, SECTION_PROPS, SPAN("currency"));
}

static bool misses_status(const struct source *s)
{
	return find_money(s) && !s->plan->status_count;
}

static bool misses_refunds(const struct source *s)
{
	static const struct span keys[] = {
		SPAN("refunded"), SPAN("refunded_amount"), SPAN("amount_refunded"), SPAN("refund_amount"),
	};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (plan_find(s->plan, SECTION_PROPS, keys[i]))
			return false;
	return find_money(s);
}

static bool is_paid_back(struct span v)
{
	struct decimal d;

	return (decimal_parse_local(v, '.', &d) || decimal_parse_local(v, ',', &d)) && d.digits != 0;
}

static const char *const status_names[] = {"status", NULL};
static const char *const refund_names[] = {"refund", "rembours", "erstatt", "reembols", "rimbors", "terugbetaald", NULL};

/* In the names of what else has to do with refunds, and has numbers. */
static const char *const no_refund_names[] = {
	"refundable", "reembolsable", "remboursable", "erstattbar", "policy", "days", "tage", "jours", "dias", "period", "window", "date",
	"_at", "_id", "_no", "_nr", "number", "nummer", "count", "qty", "quantity", "rate", "percent", NULL,
};

static bool misses_consents(const struct source *s)
{
	const struct plan *p = s->plan;

	return !p->consents_settled && !p->consents_beside && !find_money(s) &&
	       p->section_at[SECTION_CONSENT] == p->section_at[SECTION_CONSENT + 1];
}

/* The column of the header's table that grants mail; NULL: there is none. */
static const struct target *find_box(const struct plan *p)
{
	const struct target *box = plan_find(p, SECTION_CONSENT, SPAN("marketing"));

	return box && box->origin == ORIGIN_TABLE && box->field.form == FORM_CONSENT ? box : NULL;
}

/* Whom such a column grants may have left by another one. */
static bool misses_goodbyes(const struct source *s)
{
	return misses_consents(s) || (!s->plan->consents_settled && !find_money(s) && find_box(s->plan));
}

/* Is COLUMN read for the consents? */
static bool gives_consent(const struct plan *p, int column)
{
	for (size_t i = p->section_at[SECTION_CONSENT]; i < p->section_at[SECTION_CONSENT + 1]; i++)
		if (p->targets[i].column == column)
			return true;
	for (size_t i = 0; i < p->consent_column_count; i++)
		if (p->consent_columns[i].column == column)
			return true;
	return false;
}

/* Yes, no, or a word of consents that is_subscription does not know. */
static bool is_answer(struct span v)
{
	enum consent_word word = consent_word_of(v);

	return word != CONSENT_WORD_NONE && word != CONSENT_WORD_OPEN && !is_subscription(v);
}

/* What a column of who has left says of somebody who did. */
static bool is_leaving(struct span v)
{
	enum consent_word word = consent_word_of(v);

	return word == CONSENT_WORD_YES || (word == CONSENT_WORD_OUT && !is_subscription(v));
}

/* In the names of columns of consents, in the languages of exports; and of those that say who has left. */
static const char *const consent_names[] = {
	"consent", "consenso", "consint", "einwillig", "zustimm", "toestemm", "zgod", "samtyc", "samtyk", "souhlas", "opt_in", "optin", "newsletter",
	"nieuwsbrief", "bulletin", "boletin", "bolet\303\255n", "subscribe", "suscri", "subscri", "abonn", "inscrit", "inscrito", "iscri", "inschr", "ingeschr", "aangemeld",
	"angemeldet", "zapisan", "mailing", "marketing", "rgpd", "gdpr", "dsgvo", "lopd", "werbung", "publicidad", "pubblicit", NULL,
};
static const char *const leaving_names[] = {
	"opt_out", "optout", "unsubscr", "abgemeldet", "abmeld", "abbestell", "ausgetragen", "widerruf", "widerspruch", "desinscri", "d\303\251sinscri", "desabonn",
	"d\303\251sabonn", "desuscri", "dessuscri", "disiscri", "uitgeschr", "uitschr", "afgemeld", "afmeld", "descadastr", "wypis", "odhl", "avregistr", "avanm\303\244l", "afmeldt",
	"avmeldt", "do_not", "keine_", "no_contact", "no_molest", NULL,
};

/* In the names of columns that count or explain consents, or say who has left. */
static const char *const count_names[] = {
	"click", "klick", "clic", "open", "_sent", "_count", "anzahl", "number", "nombre", "numero", "_rate", "reason", "grund", "raison",
	"motivo", "_id", "spend", "budget", "cost", "address", "adress", "direccion", "indirizzo", "same_as", "response", NULL,
};

/* In the names of goodbyes to other channels. */
static const char *const other_channels[] = {
	"fax", "call", "phone", "telef", "push", "whatsapp", "post", "letter", "cookie", "track", NULL,
};

static const struct unread {
	bool (*misses)(const struct source *s);
	bool (*is)(struct span value);
	size_t least;		/* so many different values are such... */
	size_t others;		/* ...and so many of the SURVEY_EXAMPLES may be none; */
	size_t named_others;	/* with one of NAMES in the column's name one is enough, and so many may be none */
	const char *const *names; /* NULL: none */
	const char *const *but_names; /* with one of these it is none; NULL: none */
	const char *what;
	const char *field;	/* NULL: who has left */
	const char *then;
} kinds[] = {
	{misses_address, is_address, 1, 0, 0, NULL, staff_names, "e-mail addresses", "email", "makes them identifiers"},
	{misses_phone, is_world_phone, 1, 0, 0, NULL, other_phones, "phone numbers", "phone", "makes them identifiers"},
	{misses_phone, is_local_phone, SURVEY_EXAMPLES + 1, 0, SURVEY_EXAMPLES, phone_names, other_phones, "phone numbers", "phone", "makes them identifiers"},
	{misses_currency, is_currency, 1, 0, 0, NULL, NULL, "currencies", "currency", "gives them to the money"},
	{misses_status, is_status, 2, 1, SURVEY_EXAMPLES, status_names, NULL, "statuses of orders", "props.status", "reads them: until then all rows count alike"},
	{misses_refunds, is_paid_back, SURVEY_EXAMPLES + 1, 0, SURVEY_EXAMPLES, refund_names, no_refund_names, "amounts paid back", "props.refunded", "takes them off"},
	{misses_goodbyes, is_leaving, SURVEY_EXAMPLES + 1, 0, 1, leaving_names, count_names, "answers of who wants no more", NULL, NULL},
	{misses_consents, is_subscription, 1, 1, 1, NULL, NULL, "consents", "consent.marketing", "reads them"},
	{misses_consents, is_answer, SURVEY_EXAMPLES + 1, 0, 0, consent_names, count_names, "consents", "consent.marketing", "reads them"},
};

/* Are the values that were kept of the column of T such as K wants? */
static bool holds(const struct source *s, const struct target *t, const struct unread *k)
{
	const struct survey_column *c;
	struct span name;
	size_t good = 0, others = 0;

	/* A status that says the state of an order is read; one of a subscriber has the same name. */
	if (t->origin == ORIGIN_MAPPING || t->column < 0 || (order_status_is_key(t->field.key) && k->is != is_subscription) ||
	    (t->field.section != SECTION_PROPS && t->field.section != SECTION_TRAITS))
		return false;
	name = s->plan->columns[t->column].folded;
	if ((k->but_names && has_any(name, k->but_names)) || (k->is == is_answer && has_any(name, leaving_names)) ||
	    (k->is == is_leaving && (gives_consent(s->plan, t->column) || has_any(name, other_channels))))
		return false;
	c = survey_column(&s->survey, (size_t)t->column);
	for (size_t i = 0; i < SURVEY_EXAMPLES && !span_absent(c->examples[i]); i++) {
		bool is = k->is(c->examples[i]);

		good += is;
		others += !is;
	}
	if (k->names && has_any(name, k->names))
		return good > 0 && others <= k->named_others;
	return good >= k->least && others <= k->others;
}

/* The first value of the column of T that K means. */
static struct span find_example(const struct source *s, const struct target *t, const struct unread *k)
{
	const struct survey_column *c = survey_column(&s->survey, (size_t)t->column);
	size_t i = 0;

	while (i + 1 < SURVEY_EXAMPLES && !k->is(c->examples[i]))
		i++;
	return c->examples[i];
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

/* The rule keeps what a column of this file grants. */
static void put_goodbye(const struct plan *p, struct span name, struct buf *out)
{
	const struct target *box = find_box(p);
	struct span other = box ? p->columns[box->column].folded : SPAN("null");

	buf_printf(out, "--map 'consent.marketing=if(%.*s = \"...\", \"denied\", %.*s)', with the word that says so, denies their consent",
		   SPAN_ARG(name), SPAN_ARG(other));
}

static void put_remedy(const struct source *s, const struct target *first, const struct unread *k, struct buf *out)
{
	struct span name = s->plan->columns[first->column].folded;
	char quoted[ERROR_QUOTE_MAX];

	buf_printf(out, "%s such as %s, which nothing reads; ", k->what, error_quote(find_example(s, first, k), quoted));
	if (k->field)
		buf_printf(out, "--map %s=%.*s %s", k->field, SPAN_ARG(name), k->then);
	else
		put_goodbye(s->plan, name, out);
}

static void report_kind(const struct source *s, const struct unread *k, const struct ingest_calls *calls)
{
	const struct plan *p = s->plan;
	const struct target *shown[UNREAD_SHOWN];
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
	put_remedy(s, shown[0], k, &text);
	calls->warn(calls->context, buf_text(&text));
	buf_release(&text);
}

/* Words in the names of amounts; those of `minor` count hundredths. */
static const char *const money_words[] = {
	"total", "amount", "revenue", "price", "value", "gross", "paid", "sum", "subtotal", "turnover", "sales", "charged", "net",
	"betrag", "summe", "gesamt", "preis", "umsatz", "brutto", "netto", "bezahlt", "montant", "prix", "paye", "importe",
	"precio", "valor", "pago", "importo", "prezzo", "totale", "bedrag", "prijs", "kwota", "cena", "suma", "belopp", "summa",
	"belob", "pris", "tutar", "fiyat",
};
static const char *const minor_words[] = {"cents", "cent", "minor", "pence", "subunits", "centimes", "centavos"};

/* In the name of a column these say that it counts or weighs something, or that nobody has paid it. */
static const char *const other_words[] = {
	"items", "quantity", "qty", "count", "units", "number", "tickets", "points", "stars", "weight", "list", "score", "days",
	"hours", "rating", "percent", "pct", "rate", "discount", "refunded", "menge", "anzahl", "stueck", "punkte", "gewicht",
	"liste", "rabatt", "offen", "articles", "quantite", "nombre", "poids", "remise", "cantidad", "articulos", "puntos",
	"peso", "descuento", "quantita", "punti", "sconto", "aantal", "punten",
};

/* German and Dutch put words together: "Artikelpreis". */
#define COMPOUND_LEAST 5

static bool has_token(struct span folded, const char *const *words, size_t count)
{
	while (!span_absent(folded)) {
		struct span token = span_cut(&folded, '_');

		for (size_t i = 0; i < count; i++)
			if (span_equal(token, span_of(words[i])) ||
			    (strlen(words[i]) >= COMPOUND_LEAST && span_ends(token, span_of(words[i]))))
				return true;
	}
	return false;
}

static bool is_amount(struct span v)
{
	struct decimal d;

	return !span_absent(v) && (decimal_parse_local(v, '.', &d) || decimal_parse_local(v, ',', &d));
}

/* Does a rule, or the table of headers, say what column I is? */
static bool is_read(const struct plan *p, size_t i)
{
	for (const struct target *t = p->targets; t < p->targets + p->target_count; t++)
		if (t->column == (int)i && (t->origin == ORIGIN_MAPPING || t->field.form != FORM_PLAIN))
			return true;
	return p->columns[i].used;
}

/* The table of headers would read it, were there no format. */
static bool is_money_header(const struct plan *p, struct span name)
{
	struct arena a = ARENA_INIT;
	struct field f;
	unsigned rank;
	bool is = field_of_header(name, p->source, false, &a, &f, &rank) && order_money_is_key(f.key);

	arena_release(&a);
	return is;
}

static bool is_money_word(const struct plan *p, size_t i)
{
	struct span name = p->columns[i].folded;

	if (is_money_header(p, p->columns[i].name))
		return true;
	return has_token(name, money_words, sizeof money_words / sizeof *money_words) &&
	       !has_token(name, other_words, sizeof other_words / sizeof *other_words);
}

/* A column that nothing reads, and that by its name and values holds amounts; NULL: there is none. */
static const struct column *find_amount(const struct source *s, bool *minor)
{
	const struct plan *p = s->plan;

	for (size_t i = 0; i < p->column_count; i++) {
		struct span name = p->columns[i].folded;

		*minor = has_token(name, minor_words, sizeof minor_words / sizeof *minor_words);
		if ((*minor || is_money_word(p, i)) && !is_read(p, i) && is_amount(survey_column(&s->survey, i)->examples[0]))
			return &p->columns[i];
	}
	return NULL;
}

void report_put_amount(const struct source *s, struct buf *out)
{
	bool minor = false;
	const struct column *c = find_amount(s, &minor);

	if (!c)
		buf_printf(out, "--map revenue=%s names it", s->plan->json ? "MEMBER" : "COLUMN");
	else
		buf_printf(out, minor ? "--map 'revenue=%.*s / 100' takes it" : "--map revenue=%.*s takes it",
			   SPAN_ARG(c->folded));
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
	if (money) {
		buf_printf(&text, "money (%.*s), but no order's number, so that it counts in no purchase: "
			   "--map order_id=%.*s %s it", SPAN_ARG(money->label),
			   SPAN_ARG(number ? p->columns[number->column].folded : SPAN("COLUMN")), number ? "takes" : "names");
	} else {
		buf_printf(&text, "an order's number (%.*s), but no money, and are no purchases: ", SPAN_ARG(id->label));
		report_put_amount(s, &text);
	}
	buf_lit(&text, "; --map 'event=\"Order Completed\"' makes each row an order");
	calls->warn(calls->context, buf_text(&text));
	buf_release(&text);
}

/* Words in the names of columns that may say whose a row is. */
static const char *const whose[] = {
	"customer", "client", "user", "member", "buyer", "account", "contact", "subscriber", "guest", "person",
	"donor", "patient", "student", "distinct_id", "kunde", "klant", "cliente", "klient", "visitor", "player",
};

bool report_names_somebody(struct span name)
{
	for (size_t i = 0; i < sizeof whose / sizeof *whose; i++)
		if (span_find(name, span_of(whose[i])) < name.len)
			return true;
	return false;
}

/* An address of the network, a program, a sentence or a yes or no is nobody's number or name. */
static bool is_no_name(struct span v)
{
	if (span_equal_nocase(v, SPAN("true")) || span_equal_nocase(v, SPAN("false")))
		return true;
	return span_absent(v) || v.len > 64 || log_is_address_list(v) || span_starts(v, SPAN("Mozilla/")) ||
	       *v.ptr == '{' || *v.ptr == '[';
}

/*
 * A column that is kept by its name, and by that name may say whose a row is, one of the record itself before one
 * among its properties; NULL: there is none.
 */
static const struct target *find_whose(const struct source *s)
{
	const struct plan *p = s->plan;

	const struct target *deep = NULL;

	for (const struct target *t = p->targets; t < p->targets + p->target_count; t++) {
		bool rest = t->origin == ORIGIN_REST;

		if (t->column < 0 || !(rest || (t->origin == ORIGIN_TABLE && t->field.section == SECTION_PROPS &&
						!field_is_known(&t->field))) ||
		    !report_names_somebody(p->columns[t->column].folded) ||
		    is_no_name(survey_column(&s->survey, (size_t)t->column)->examples[0]))
			continue;
		if (rest)
			return t;
		deep = deep ? deep : t;
	}
	return deep;
}

/* The key, in V, JSON in a cell, of the first value that is an address; absent: there is none. */
static struct span find_address_key(struct span v)
{
	struct span key = SPAN_NONE, rest = v;

	/* Texts in quotes, in turn keys and values: what lies between two of them says which. */
	while (rest.len) {
		size_t open = span_find_byte(rest, '"');
		struct span text = span_sub(rest, open + 1, rest.len);

		text = span_sub(text, 0, span_find_byte(text, '"'));
		rest = span_sub(rest, open + text.len + 2, rest.len);
		if (is_address(text))
			return key;
		key = text;
	}
	return SPAN_NONE;
}

/* A column of JSON that holds an address: its name, and the address's key there; absent: there is none. */
static struct span find_json_address(const struct source *s, struct span *key)
{
	const struct plan *p = s->plan;

	for (size_t i = 0; !p->json && i < p->column_count; i++) {
		struct span v = survey_column(&s->survey, i)->examples[0];

		if (span_absent(v) || !span_starts(v, SPAN("{")) || is_read(p, i))
			continue;
		*key = find_address_key(v);
		if (!span_absent(*key))
			return p->columns[i].folded;
	}
	return SPAN_NONE;
}

/* "--map ids.customer_id=..." */
static void put_whose(const struct source *s, const struct target *t, struct span example, struct buf *out)
{
	struct span key, json = find_json_address(s, &key);
	char quoted[ERROR_QUOTE_MAX];

	if (!span_absent(json)) {
		buf_printf(out, "--map 'email=get(%.*s, \"", SPAN_ARG(json));
		error_clean(key, out);
		buf_lit(out, "\")' takes the address that stands in JSON");
	} else if (t) {
		buf_printf(out, "--map ids.customer_id=%.*s if %.*s does (%s)", SPAN_ARG(s->plan->columns[t->column].folded),
			   SPAN_ARG(t->label), error_quote(example, quoted));
	} else {
		buf_printf(out, "--map ids.customer_id=%s names what does", s->plan->json ? "MEMBER" : "COLUMN");
	}
}

/* Purchases that nothing gives to anybody count for no customer; so do rows that may name somebody. */
static void report_nobody(const struct source *s, const struct ingest_calls *calls)
{
	const struct target *t = find_whose(s);
	struct span example = t ? survey_column(&s->survey, (size_t)t->column)->examples[0] : SPAN("");
	struct buf text = BUF_INIT;

	if (s->part_count || question_identifies(s) || is_address(example) || (!t && !find_money(s)))
		return;
	buf_printf(&text, "%s: nothing says whose the rows are, so that they count for no customer: ", s->plan->file);
	put_whose(s, t, example, &text);
	calls->warn(calls->context, buf_text(&text));
	buf_release(&text);
}

/* `, "sale", "Order Completed"`, for a type of payment that is a name of none. */
static void put_order_name(struct span word, struct buf *out)
{
	enum order_status status = span_absent(word) ? ORDER_STATUS_ABSENT : order_status_of_type(word);

	if (status != ORDER_STATUS_DONE && status != ORDER_STATUS_REFUND)
		return;
	buf_lit(out, ", \"");
	error_clean(word, out);
	buf_text_put(out, status == ORDER_STATUS_DONE ? "\", \"Order Completed\"" : "\", \"Order Refunded\"");
}

/*
 * Events that a column names as a till does, "sale" and "refund", and that have an order's number, are no orders by these
 * names; unless others of the column are.  False: there is nothing to say.
 */
static bool report_named(const struct source *s, const struct ingest_calls *calls)
{
	const struct plan *p = s->plan;
	const struct target *event = plan_find(p, SECTION_EVENT, SPAN(""));
	struct buf cases = BUF_INIT, text = BUF_INIT;
	bool named = false;

	if (!event || event->column < 0 || event->origin == ORIGIN_MAPPING ||
	    !plan_find(p, SECTION_PROPS, SPAN("order_id")))
		return false;
	for (size_t i = 0; i < SURVEY_EXAMPLES; i++) {
		struct span word = survey_column(&s->survey, (size_t)event->column)->examples[i];

		named |= !span_absent(word) && order_kind_of_name(word) != ORDER_NONE;
		put_order_name(word, &cases);
	}
	if (cases.len && !named) {
		struct span column = p->columns[event->column].folded;

		buf_printf(&text, "%s: rows have an order's number, but what %.*s calls them is no order: "
			   "--map 'event=switch(%.*s%.*s, %.*s)' makes them orders", p->file, SPAN_ARG(event->label),
			   SPAN_ARG(column), (int)cases.len, cases.ptr, SPAN_ARG(column));
		calls->warn(calls->context, buf_text(&text));
	}
	named = cases.len && !named;
	buf_release(&cases);
	buf_release(&text);
	return named;
}

/* Does money stand in most of the rows that were looked at?  Where it stands in few, others are orders than were seen. */
static bool is_of_most(const struct source *s, const struct target *money)
{
	return money && money->column >= 0 && survey_column(&s->survey, (size_t)money->column)->filled * 2 > s->survey.rows;
}

/* Money of rows that a column "event type" names, and none of its first names is that of an order. */
static void report_unnamed(const struct source *s, const struct ingest_calls *calls)
{
	const struct plan *p = s->plan;
	const struct target *event = plan_find(p, SECTION_EVENT, SPAN("")), *money = find_money(s);
	const struct survey_column *c;
	char quoted[ERROR_QUOTE_MAX];
	struct buf text = BUF_INIT;

	if (!event || event->column < 0 || event->origin == ORIGIN_MAPPING ||
	    !field_is_event_type(p->columns[event->column].name) || !is_of_most(s, money))
		return;
	c = survey_column(&s->survey, (size_t)event->column);
	if (span_absent(c->examples[0]))
		return;
	for (size_t i = 0; i < SURVEY_EXAMPLES && !span_absent(c->examples[i]); i++)
		if (order_kind_of_name(c->examples[i]) != ORDER_NONE)
			return;
	buf_printf(&text, "%s: rows have money (%.*s), but what %.*s calls them, such as %s, is no order, so that it counts in no purchase: "
		   "--map 'event=switch(%.*s, \"NAME\", \"Order Completed\", %.*s)' says which are, --map 'event=\"Order Completed\"' that all are", p->file, SPAN_ARG(money->label),
		   SPAN_ARG(event->label), error_quote(c->examples[0], quoted), SPAN_ARG(p->columns[event->column].folded),
		   SPAN_ARG(p->columns[event->column].folded));
	calls->warn(calls->context, buf_text(&text));
	buf_release(&text);
}

/* Words for the two ways that money goes. */
static const struct way {
	struct span one, other;
	bool weak;		/* other things have them, too: the column's name must say that it is ways */
} ways[] = {
	{SPAN("debit"), SPAN("credit"), false}, {SPAN("dr"), SPAN("cr"), false}, {SPAN("dbit"), SPAN("crdt"), false},
	{SPAN("out"), SPAN("in"), true}, {SPAN("outgoing"), SPAN("incoming"), false}, {SPAN("soll"), SPAN("haben"), false},
	{SPAN("s"), SPAN("h"), true}, {SPAN("d"), SPAN("c"), true}, {SPAN("belastung"), SPAN("gutschrift"), false},
	{SPAN("d\303\251bit"), SPAN("cr\303\251dit"), false}, {SPAN("cargo"), SPAN("abono"), false}, {SPAN("af"), SPAN("bij"), false},
};

/* In the names of columns of ways. */
static const char *const way_names[] = {"direction", "flow", "in_out", "debit", "credit", "soll", "haben", "dr_cr", "d_c", "af_bij", NULL};

/* In the names of columns of means of payment: cards are of debit and credit, too. */
static const char *const means_names[] = {
	"card", "karte", "carte", "pay", "paie", "pago", "pagam", "zahl", "tender", "fund", "method", "betal", "betaal", NULL,
};

static bool is_one_of(struct span word, struct span a, struct span b)
{
	return span_equal_nocase(word, a) || span_equal_nocase(word, b);
}

/* The ways of which the column of T names both, in its first two values; NULL: it does not. */
static const struct way *find_ways(const struct source *s, const struct target *t)
{
	const struct survey_column *c;
	struct span name;

	if (t->origin == ORIGIN_MAPPING || t->column < 0 || t->field.section != SECTION_PROPS)
		return NULL;
	name = s->plan->columns[t->column].folded;
	c = survey_column(&s->survey, (size_t)t->column);
	if (has_any(name, means_names) || span_absent(c->examples[1]) || !span_absent(c->examples[2]))
		return NULL;
	/* The examples differ, though perhaps by case alone. */
	for (const struct way *w = ways; w < ways + sizeof ways / sizeof *ways; w++)
		if (is_one_of(c->examples[0], w->one, w->other) && is_one_of(c->examples[1], w->one, w->other) &&
		    !span_equal_nocase(c->examples[0], c->examples[1]) && (!w->weak || has_any(name, way_names)))
			return w;
	return NULL;
}

/* Is one of the first amounts negative?  Then the signs say which way the money goes. */
static bool has_minus(const struct source *s, const struct target *money)
{
	const struct survey_column *c = survey_column(&s->survey, (size_t)money->column);

	for (size_t i = 0; i < SURVEY_EXAMPLES && !span_absent(c->examples[i]); i++)
		if (span_find_byte(c->examples[i], '-') < c->examples[i].len || span_starts(c->examples[i], SPAN("(")))
			return true;
	return false;
}

/* A column of debits and credits beside amounts without signs: nobody knows which of them is a sale. */
static void report_ways(const struct source *s, const struct ingest_calls *calls)
{
	const struct plan *p = s->plan;
	const struct target *money = find_money(s);
	struct buf text = BUF_INIT;

	/* What is no order counts in no purchase, which report_halves says. */
	if (!money || money->column < 0 || has_minus(s, money) ||
	    (p->event_default && p->order_kind == ORDER_NONE && !report_says_orders(s)))
		return;
	for (const struct target *t = p->targets; t < p->targets + p->target_count; t++) {
		const struct survey_column *c = find_ways(s, t) ? survey_column(&s->survey, (size_t)t->column) : NULL;

		if (!c)
			continue;
		buf_printf(&text, "%s: %.*s says '%.*s' and '%.*s', and all amounts count as paid: if one takes money back, "
			   "--map 'props.transaction_type=if(%.*s = \"%.*s\", \"Refund\", \"Sale\")'", p->file, SPAN_ARG(t->label),
			   SPAN_ARG(c->examples[0]), SPAN_ARG(c->examples[1]), SPAN_ARG(p->columns[t->column].folded),
			   SPAN_ARG(c->examples[1]));
		calls->warn(calls->context, buf_text(&text));
		break;
	}
	buf_release(&text);
}

void report_unread(const struct source *s, const struct ingest_calls *calls)
{
	if (s->format)
		return;
	report_nobody(s, calls);
	report_halves(s, calls);
	if (!report_named(s, calls))
		report_unnamed(s, calls);
	report_ways(s, calls);
	report_zones(s, calls);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		report_kind(s, &kinds[i], calls);
}
