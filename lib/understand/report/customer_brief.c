#include "understand/report/customer_brief.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "journey/session.h"
#include "record/orders.h"
#include "time/moment.h"
#include "understand/report/cell.h"
#include "understand/report/customer.h"
#include "understand/report/customer_posts.h"
#include "understand/report/view.h"

#define LAST_ORDERS 5
#define LAST_CONTACTS 5
#define LAST_POSTS 3
#define OFFERS 3
#define LISTED 6	/* identifiers or segments of a row */
#define WHAT_WIDTH 60	/* columns of what a contact was about */

/* An event of an order, for when all are settled. */
struct order_words {
	struct value number, item, status;
};

struct contact {
	int64_t time;
	struct value name, source, what;
	enum event_type type;
};

struct brief {
	const struct profile *p;
	struct sheet *sheet;
	struct orders orders;
	struct order_words *words;	/* by the number of the order event */
	size_t word_count, word_cap;
	struct contact contacts[LAST_CONTACTS];	/* the newest, a ring */
	uint64_t contact_count;
	struct session_walk walk;
	uint64_t visits;
	int64_t last_visit;
	struct buf text, key;
};

/* M's key without escapes. */
static void put_key(struct brief *b, const struct member *m)
{
	buf_clear(&b->key);
	buf_span(&b->text, member_key(m, &b->key));
}

static void put_pair(struct section *s, const char *name, struct cell value)
{
	struct cell *row;

	if (value.kind == CELL_NONE)
		return;
	row = section_row(s);
	row[0] = cell_text(span_of(name));
	row[1] = value;
}

/* What is in B's text, kept. */
static struct cell kept_text(struct brief *b)
{
	return b->text.len ? cell_text(arena_copy(&b->sheet->texts, buf_view(&b->text))) : CELL_EMPTY;
}

static void put_amount(struct buf *out, struct value amount, struct value currency)
{
	struct column money = {"money", NULL, NULL, 2};
	struct cell c = CELL_EMPTY;
	struct decimal number;

	if (value_decimal(amount, &number))
		c = cell_number(number);
	cell_put_people(out, &c, &money, NULL);
	if (currency.kind == VALUE_TEXT) {
		buf_char(out, ' ');
		value_decode(currency, out);
	}
}

/* "74.50 EUR", or of several currencies each. */
static struct cell revenue_cell(struct brief *b)
{
	struct value by = value_member(b->p->orders, SPAN("by_currency"));
	struct member m;
	struct scan s;

	buf_clear(&b->text);
	if (by.kind != VALUE_OBJECT) {
		if (value_member(b->p->orders, SPAN("revenue")).kind != VALUE_NUMBER)
			return CELL_EMPTY;
		put_amount(&b->text, value_member(b->p->orders, SPAN("revenue")), value_member(b->p->orders, SPAN("currency")));
		return kept_text(b);
	}
	scan_start(&s, by.raw);
	if (scan_enter(&s, '{', NULL))
		return CELL_EMPTY;
	while (scan_member(&s, &m, NULL) > 0) {
		if (b->text.len)
			buf_lit(&b->text, "; ");
		put_amount(&b->text, value_member(m.value, SPAN("revenue")), VALUE_ABSENT);
		buf_char(&b->text, ' ');
		put_key(b, &m);
	}
	return kept_text(b);
}

/* The first texts of an array, and how many more. */
static void put_texts(struct buf *out, struct value array)
{
	struct scan s;
	struct value v;
	size_t count = 0;

	if (array.kind != VALUE_ARRAY)
		return;
	scan_start(&s, array.raw);
	if (scan_enter(&s, '[', NULL))
		return;
	while (scan_element(&s, &v, NULL) > 0) {
		if (count++ >= LISTED || v.kind != VALUE_TEXT)
			continue;
		buf_text_put(out, count > 1 ? ", " : "");
		value_decode(v, out);
	}
	if (count > LISTED)
		buf_printf(out, " and %zu more", count - LISTED);
}

static struct cell texts_cell(struct brief *b, struct value array)
{
	buf_clear(&b->text);
	put_texts(&b->text, array);
	return kept_text(b);
}

/* "newsletter granted, sms denied" */
static struct cell consent_cell(struct brief *b)
{
	struct member m;
	struct scan s;

	buf_clear(&b->text);
	if (b->p->consent.kind != VALUE_OBJECT)
		return CELL_EMPTY;
	scan_start(&s, b->p->consent.raw);
	if (scan_enter(&s, '{', NULL))
		return CELL_EMPTY;
	while (scan_member(&s, &m, NULL) > 0) {
		buf_text_put(&b->text, b->text.len ? ", " : "");
		put_key(b, &m);
		buf_char(&b->text, ' ');
		value_decode(m.value, &b->text);
	}
	return kept_text(b);
}

static struct cell place_cell(struct brief *b)
{
	static const struct span names[] = {SPAN("street"), SPAN("postal_code"), SPAN("city"), SPAN("country")};

	buf_clear(&b->text);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct value v = value_member(b->p->traits, names[i]);

		if (v.kind != VALUE_TEXT)
			continue;
		buf_text_put(&b->text, b->text.len ? ", " : "");
		value_decode(v, &b->text);
	}
	return kept_text(b);
}

/* "medium: no order within 90 days at 71 %; bought every 34 days, silent for 120" */
static struct cell risk_cell(struct brief *b, struct value score)
{
	struct value chance = value_member(score, SPAN("p_churn")), reason = value_member(score, SPAN("reason"));
	struct value days = value_member(score, SPAN("horizon_days"));
	struct decimal p;

	buf_clear(&b->text);
	value_decode(value_member(score, SPAN("risk")), &b->text);
	if (value_decimal(chance, &p)) {
		buf_lit(&b->text, ": no order");
		if (days.kind == VALUE_NUMBER)
			buf_printf(&b->text, " within %.*s days", SPAN_ARG(days.raw));
		buf_printf(&b->text, " at %.0f %%", decimal_double(p) * 100);
	}
	if (reason.kind == VALUE_TEXT) {
		buf_lit(&b->text, "; ");
		value_decode(reason, &b->text);
	}
	return kept_text(b);
}

static struct cell amount_cell(struct brief *b, struct value score, struct span name)
{
	struct value amount = value_member(score, name);

	buf_clear(&b->text);
	if (amount.kind == VALUE_NUMBER)
		put_amount(&b->text, amount, value_member(score, SPAN("currency")));
	return kept_text(b);
}

/* "risk"; of a second model "risk_weibull". */
static const char *score_name(struct brief *b, const char *name, struct span model, bool first)
{
	return first ? name : sheet_text(b->sheet, "%s_%.*s", name, SPAN_ARG(model));
}

/* The scores of models that name a risk. */
static void put_scores(struct brief *b, struct section *to)
{
	bool first = true;
	struct member m;
	struct scan s;

	if (b->p->scores.kind != VALUE_OBJECT)
		return;
	scan_start(&s, b->p->scores.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		if (value_member(m.value, SPAN("risk")).kind != VALUE_TEXT)
			continue;
		put_pair(to, score_name(b, "risk", m.key, first), risk_cell(b, m.value));
		put_pair(to, score_name(b, "expected_value", m.key, first), amount_cell(b, m.value, SPAN("expected_value")));
		put_pair(to, score_name(b, "value_at_risk", m.key, first), amount_cell(b, m.value, SPAN("value_at_risk")));
		first = false;
	}
}

static void put_offers(struct brief *b, struct section *to)
{
	struct scan s;
	struct value v;
	int count = 0;

	if (b->p->offers.kind != VALUE_ARRAY)
		return;
	scan_start(&s, b->p->offers.raw);
	if (scan_enter(&s, '[', NULL))
		return;
	while (scan_element(&s, &v, NULL) > 0 && count++ < OFFERS) {
		struct value name = value_member(v, SPAN("name")), reason = value_member(v, SPAN("reason"));

		buf_clear(&b->text);
		value_decode(name.kind == VALUE_TEXT ? name : value_member(v, SPAN("item")), &b->text);
		if (reason.kind == VALUE_TEXT) {
			buf_lit(&b->text, " (");
			value_decode(reason, &b->text);
			buf_char(&b->text, ')');
		}
		put_pair(to, count > 1 ? sheet_text(b->sheet, "offer_%d", count) : "offer", kept_text(b));
	}
}

/* What joins its records, counted: all of it is behind --all. */
static struct cell links_cell(const struct profile *p)
{
	uint64_t count = 0;
	struct scan s;
	struct value v;

	for (size_t i = 0; i < p->others.count; i++) {
		if (!span_equal(p->others.list[i].key, SPAN("links")) || p->others.list[i].value.kind != VALUE_ARRAY)
			continue;
		scan_start(&s, p->others.list[i].value.raw);
		if (scan_enter(&s, '[', NULL))
			continue;
		while (scan_element(&s, &v, NULL) > 0)
			count++;
	}
	return count ? cell_count(count) : CELL_EMPTY;
}

static void fill_glance(struct brief *b)
{
	static const struct column columns[] = {
		{"name", "", NULL, -1}, {"value", "", NULL, -1},
	};
	struct section *s = sheet_add(b->sheet, "glance", "At a glance", columns, 2);
	const struct profile *p = b->p;

	s->pairs = true;
	put_pair(s, "id", customer_cell(b->sheet, p->id));
	put_pair(s, "email", texts_cell(b, value_member(p->ids, SPAN("email"))));
	put_pair(s, "phone", texts_cell(b, value_member(p->ids, SPAN("phone"))));
	put_pair(s, "place", place_cell(b));
	put_pair(s, "first_seen", customer_cell(b->sheet, p->first_seen));
	put_pair(s, "last_seen", customer_cell(b->sheet, p->last_seen));
	put_pair(s, "orders", customer_cell(b->sheet, value_member(p->orders, SPAN("count"))));
	put_pair(s, "revenue", b->orders.count ? revenue_cell(b) : CELL_EMPTY);
	put_scores(b, s);
	put_offers(b, s);
	put_pair(s, "segments", texts_cell(b, p->segments));
	put_pair(s, "consent", consent_cell(b));
	put_pair(s, "visits", b->visits ? cell_count(b->visits) : CELL_EMPTY);
	put_pair(s, "last_visit", cell_time(b->last_visit));
	put_pair(s, "links", links_cell(p));
	put_pair(s, "sources", texts_cell(b, p->sources));
}

/* What refunds took off the order at PLACE: 0 or less. */
static struct decimal refunds_of(const struct orders *o, size_t place)
{
	struct decimal sum = DECIMAL_ZERO;

	for (size_t i = 0; i < o->count; i++)
		if (o->list[i].part == ORDER_PART_REFUND && o->list[i].of == place && o->list[i].has_net)
			decimal_add(sum, o->list[i].net, &sum);
	return sum;
}

/* What an order came to, its further lines included. */
struct order_sum {
	bool known;		/* some line has money, and all that have are of one currency */
	bool returned;		/* something was taken off a line itself */
	struct decimal net;
};

static struct order_sum add_up_order(const struct orders *o, size_t place)
{
	struct order_sum sum = {false, false, DECIMAL_ZERO};

	for (size_t i = 0; i < o->count; i++) {
		const struct order_entry *e = &o->list[i];

		if (i != place && (e->part != ORDER_PART_LINE || e->of != place))
			continue;
		sum.returned |= e->returned.digits > 0;
		if (!e->has_net)
			continue;
		if (strcmp(e->order.currency, o->list[place].order.currency) != 0 || !decimal_add(sum.net, e->net, &sum.net))
			return (struct order_sum){false, sum.returned, DECIMAL_ZERO};
		sum.known = true;
	}
	return sum;
}

/* What became of an order: of refunds, what they took off; else its own word. */
static struct cell state_cell(struct brief *b, size_t place, const struct order_sum *sum, const struct order_words *w)
{
	struct decimal refunds = refunds_of(&b->orders, place), left;

	if (b->orders.list[place].part == ORDER_PART_REFUND)
		return cell_text(SPAN("refund"));
	if (refunds.digits < 0 || sum->returned) {
		bool rest = sum->known && decimal_add(sum->net, refunds, &left) && left.digits > 0;

		return cell_text(rest ? SPAN("partly refunded") : SPAN("refunded"));
	}
	return w->status.kind == VALUE_TEXT ? customer_cell(b->sheet, w->status) : cell_text(SPAN("completed"));
}

static void put_order(struct brief *b, struct section *s, size_t place)
{
	const struct order_entry *e = &b->orders.list[place];
	const struct order_words *w = &b->words[e->event];
	struct order_sum sum = add_up_order(&b->orders, place);
	struct cell *row = section_row(s);

	row[0] = cell_time(e->time);
	row[1] = customer_cell(b->sheet, w->number);
	row[2] = sum.known ? cell_number(sum.net) : CELL_EMPTY;
	row[3] = *e->order.currency ? cell_text(arena_copy(&b->sheet->texts, span_of(e->order.currency))) : CELL_EMPTY;
	row[4] = state_cell(b, place, &sum, w);
	row[5] = customer_cell(b->sheet, w->item);
}

/* A refund that belongs to an order is its state. */
static bool is_shown(const struct order_entry *e)
{
	return !e->passed && (e->part == ORDER_PART_NEW || (e->part == ORDER_PART_REFUND && e->of == ORDER_OF_NONE));
}

static int fill_orders(struct brief *b, struct error *err)
{
	static const struct column columns[] = {
		{"time", "Time", NULL, -1}, {"order", "Order", NULL, -1}, {"money", "Money", NULL, 2},
		{"currency", "Currency", NULL, -1}, {"state", "State", NULL, -1}, {"item", "First item", NULL, -1},
	};
	struct section *s;
	size_t left = LAST_ORDERS;

	if (orders_settle(&b->orders, err))
		return -1;
	if (!b->orders.count)
		return 0;
	s = sheet_add(b->sheet, "last_orders", "Last orders, newest first", columns, 6);
	for (size_t i = b->orders.count; i-- > 0;) {
		if (!is_shown(&b->orders.list[i]))
			continue;
		if (left) {
			put_order(b, s, i);
			left--;
		} else {
			s->left_out++;
		}
	}
	return 0;
}

static struct cell what_cell(struct brief *b, const struct contact *c)
{
	struct buf whole = BUF_INIT;

	buf_clear(&b->text);
	if (c->what.kind == VALUE_TEXT) {
		value_decode(c->what, &whole);
		view_put_cut(&b->text, buf_view(&whole), WHAT_WIDTH);
	}
	buf_release(&whole);
	return kept_text(b);
}

static void fill_contacts(struct brief *b)
{
	static const struct column columns[] = {
		{"time", "Time", NULL, -1}, {"event", "Event", NULL, -1}, {"source", "Source", NULL, -1}, {"about", "About", NULL, -1},
	};
	struct section *s;
	uint64_t shown = b->contact_count < LAST_CONTACTS ? b->contact_count : LAST_CONTACTS;

	if (!shown)
		return;
	s = sheet_add(b->sheet, "last_contacts", "Last contacts, newest first", columns, 4);
	for (uint64_t i = 0; i < shown; i++) {
		const struct contact *c = &b->contacts[(b->contact_count - 1 - i) % LAST_CONTACTS];
		struct cell *row = section_row(s);

		row[0] = cell_time(c->time);
		row[1] = c->name.kind == VALUE_TEXT ? customer_cell(b->sheet, c->name) : cell_text(event_type_names[c->type]);
		row[2] = customer_cell(b->sheet, c->source);
		row[3] = what_cell(b, c);
	}
	s->left_out = b->contact_count - shown;
}

/* The words of a contact: what was written, or seen. */
static struct value find_words(const struct event *e)
{
	static const struct span names[] = {SPAN("subject"), SPAN("text"), SPAN("message"), SPAN("comment"), SPAN("name"), SPAN("query")};
	struct value v;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		v = value_member(e->props, names[i]);
		if (v.kind == VALUE_TEXT)
			return v;
	}
	v = value_path(e->context, SPAN("page.path"));
	return v.kind == VALUE_TEXT ? v : value_path(e->context, SPAN("page.url"));
}

static void note_order(struct brief *b, const struct event *e, const struct order *order)
{
	struct value item = value_path(e->props, SPAN("products.0.name"));

	b->words = mem_room(b->words, b->word_count, &b->word_cap, sizeof *b->words);
	b->words[b->word_count] = (struct order_words){
		value_member(e->props, SPAN("order_id")),
		item.kind == VALUE_TEXT ? item : value_member(e->props, SPAN("product")),
		value_member(e->props, SPAN("status")),
	};
	orders_add(&b->orders, order, hash_64(e->source.raw), e->time, (uint32_t)b->word_count++);
}

/* What is no order, or has money that is none, is a contact: a customer is shown whatever the line holds. */
static void note_event(struct brief *b, const struct event *e)
{
	struct session_event visit;
	struct session ended;
	struct order order;

	if (b->p->as_of != MOMENT_NONE && e->time > b->p->as_of)
		return;
	if (!order_read(e, &order, &b->text, NULL) && order.kind != ORDER_NONE) {
		note_order(b, e, &order);
		return;
	}
	if (e->time != MOMENT_NONE)
		b->contacts[b->contact_count++ % LAST_CONTACTS] =
			(struct contact){e->time, e->name, e->source, find_words(e), e->type};
	if (session_event_read(e, &visit, &b->text)) {
		b->last_visit = e->time;
		b->visits += session_feed(&b->walk, &visit, &ended);
	}
}

static int walk_events(struct brief *b, struct error *err)
{
	struct profile_events walk;
	struct session ended;
	struct event e;
	int got;

	session_start(&b->walk, &session_rule_sets[0], b->sheet->zone);
	profile_events_start(&walk, b->p);
	while ((got = profile_events_next(&walk, &e, err)) > 0)
		note_event(b, &e);
	b->visits += session_finish(&b->walk, &ended);
	return got;
}

int customer_brief_fill(const struct profile *p, struct sheet *sheet, struct error *err)
{
	struct brief b = {.p = p, .sheet = sheet, .last_visit = MOMENT_NONE};
	int status = walk_events(&b, err);

	if (!status) {
		fill_glance(&b);
		status = fill_orders(&b, err);
		fill_contacts(&b);
	}
	if (!status)
		status = customer_posts_fill(p, LAST_POSTS, sheet, err);
	session_release(&b.walk);
	orders_release(&b.orders);
	mem_free(b.words);
	buf_release(&b.text);
	buf_release(&b.key);
	return status;
}
