#include "collect/mapping/row_kind.h"

#include "base/mem.h"
#include "collect/mapping/contest.h"
#include "collect/mapping/plan.h"
#include "collect/mapping/plan_columns.h"

/* What a member tells about its record. */
enum {
	TELLS_NAME = 1,		/* an event's */
	TELLS_ORDER = 2,
	TELLS_MONEY = 4,
	TELLS_PRODUCT = 8,
	TELLS_PERSON = 16,
	TELLS_PAGE = 32,
	TELLS_TIME = 64,
	TELLS_NUMBER = 128,	/* an order's */
	TELLS_AMOUNT = 256,	/* an order's, even where it is null */
	TELLS_WORD = 512,	/* the record's own word for what it is */
};
#define TELLS_EVENT (TELLS_NAME | TELLS_ORDER | TELLS_MONEY | TELLS_PRODUCT)

struct teller {
	unsigned tells;
	unsigned nothing;	/* kinds of words that are no value of it */
};

struct row_kinds {
	const struct plan *plan;
	struct teller *columns;
	unsigned always;	/* what expressions give */
	bool timed;		/* a rule says when it was: something happened */
	int *few;		/* of a table: the columns that count, events' first */
	size_t few_count;
	struct map late;	/* JSON: path -> its teller; members that the plan does not know */
	struct arena arena;
};

/* Words end the names of streams, tables and types: "public.orders", "shop_order". */
static const struct {
	enum row_kind kind;
	struct span word;
} words[] = {
	{ROW_ORDER, SPAN("order")}, {ROW_ORDER, SPAN("orders")}, {ROW_ORDER, SPAN("purchase")},
	{ROW_ORDER, SPAN("purchases")}, {ROW_ORDER, SPAN("salesorder")}, {ROW_ORDER, SPAN("salesorders")},
	{ROW_ORDER, SPAN("bestellung")}, {ROW_ORDER, SPAN("bestellungen")}, {ROW_ORDER, SPAN("commande")},
	{ROW_ORDER, SPAN("commandes")}, {ROW_ORDER, SPAN("pedido")}, {ROW_ORDER, SPAN("pedidos")},
	{ROW_PERSON, SPAN("contact")}, {ROW_PERSON, SPAN("contacts")}, {ROW_PERSON, SPAN("customer")},
	{ROW_PERSON, SPAN("customers")}, {ROW_PERSON, SPAN("user")}, {ROW_PERSON, SPAN("users")},
	{ROW_PERSON, SPAN("person")}, {ROW_PERSON, SPAN("persons")}, {ROW_PERSON, SPAN("people")},
	{ROW_PERSON, SPAN("lead")}, {ROW_PERSON, SPAN("leads")}, {ROW_PERSON, SPAN("subscriber")},
	{ROW_PERSON, SPAN("subscribers")}, {ROW_PERSON, SPAN("client")}, {ROW_PERSON, SPAN("clients")},
	{ROW_PERSON, SPAN("kunde")}, {ROW_PERSON, SPAN("kunden")}, {ROW_PERSON, SPAN("profile")},
	{ROW_PERSON, SPAN("profiles")}, {ROW_PERSON, SPAN("cliente")}, {ROW_PERSON, SPAN("clientes")},
	/* Things with a number, and often a name, of their own, which are no person's. */
	{ROW_EVENT, SPAN("event")}, {ROW_EVENT, SPAN("events")}, {ROW_EVENT, SPAN("product")},
	{ROW_EVENT, SPAN("products")}, {ROW_EVENT, SPAN("variant")}, {ROW_EVENT, SPAN("variants")},
	{ROW_EVENT, SPAN("item")}, {ROW_EVENT, SPAN("items")}, {ROW_EVENT, SPAN("category")},
	{ROW_EVENT, SPAN("categories")}, {ROW_EVENT, SPAN("session")}, {ROW_EVENT, SPAN("sessions")},
	{ROW_EVENT, SPAN("ticket")}, {ROW_EVENT, SPAN("tickets")}, {ROW_EVENT, SPAN("invoice")},
	{ROW_EVENT, SPAN("invoices")}, {ROW_EVENT, SPAN("payment")}, {ROW_EVENT, SPAN("payments")},
	{ROW_EVENT, SPAN("transaction")}, {ROW_EVENT, SPAN("transactions")}, {ROW_EVENT, SPAN("charge")},
	{ROW_EVENT, SPAN("charges")}, {ROW_EVENT, SPAN("refund")}, {ROW_EVENT, SPAN("refunds")},
	{ROW_EVENT, SPAN("subscription")}, {ROW_EVENT, SPAN("subscriptions")}, {ROW_EVENT, SPAN("shipment")},
	{ROW_EVENT, SPAN("shipments")}, {ROW_EVENT, SPAN("coupon")}, {ROW_EVENT, SPAN("coupons")},
	{ROW_EVENT, SPAN("campaign")}, {ROW_EVENT, SPAN("campaigns")},
};

enum row_kind row_kind_of_word(struct span word)
{
	struct buf folded = BUF_INIT;
	enum row_kind kind = ROW_ANY;
	struct span last = SPAN("");

	expr_fold_name(word, &folded);
	for (struct span rest = buf_view(&folded); !span_absent(rest) && rest.len;)
		last = span_cut(&rest, '_');
	for (size_t i = 0; i < sizeof words / sizeof *words && kind == ROW_ANY; i++)
		if (span_equal(last, words[i].word))
			kind = words[i].kind;
	buf_release(&folded);
	return kind;
}

bool row_kind_is_said_by(struct span name)
{
	static const struct span names[] = {
		SPAN("type"), SPAN("stream"), SPAN("table"), SPAN("object"), SPAN("object_type"), SPAN("record_type"),
		SPAN("entity"), SPAN("entity_type"), SPAN("kind"), SPAN("collection"), SPAN("resource"),
		SPAN("resource_type"), SPAN("model"), SPAN("stream_name"), SPAN("table_name"),
	};
	struct buf folded = BUF_INIT;
	bool said = false;

	expr_fold_name(name, &folded);
	for (size_t i = 0; i < sizeof names / sizeof *names && !said; i++)
		said = span_equal(buf_view(&folded), names[i]);
	buf_release(&folded);
	return said;
}

static unsigned tells_of_field(const struct field *f)
{
	static const unsigned hints[] = {
		[HINT_NONE] = 0, [HINT_PERSON] = TELLS_PERSON, [HINT_ORDER] = TELLS_ORDER,
		[HINT_MONEY] = TELLS_MONEY, [HINT_PRODUCT] = TELLS_PRODUCT, [HINT_PAGE] = TELLS_PAGE,
	};
	unsigned tells = hints[f->hint];

	if (f->section == SECTION_TIME)
		tells |= TELLS_TIME;
	if (f->section == SECTION_EVENT)
		tells |= TELLS_NAME;
	if (f->section == SECTION_PROPS && span_equal(f->key, SPAN("order_id")))
		tells |= TELLS_NUMBER;
	if (f->section == SECTION_PROPS && order_money_is_key(f->key))
		tells |= TELLS_AMOUNT;
	return tells;
}

/* What a column or member tells by its name. */
static struct teller read_name(const struct plan *p, struct span name, struct arena *a)
{
	struct buf folded = BUF_INIT;
	struct field f;
	unsigned rank;
	bool known = plan_known_field(p, name, false, a, &f, &rank);
	struct teller t;

	if (!known) {
		expr_fold_name(name, &folded);
		f = field_of_rest(buf_view(&folded), false);
	}
	t = (struct teller){tells_of_field(&f), plan_nothing_in(&f)};
	if (p->acts && field_is_action(name))
		t.tells |= TELLS_NAME;
	if (row_kind_is_said_by(name))
		t.tells |= TELLS_WORD;
	buf_release(&folded);
	return t;
}

static void note_word(void *context, int slot)
{
	struct row_kinds *k = context;

	if ((size_t)slot < k->plan->column_count)
		k->columns[slot].tells |= TELLS_WORD;
}

/* What the rules of a mapping make of columns. */
static void read_rules(struct row_kinds *k)
{
	const struct plan *p = k->plan;

	for (size_t i = 0; i < p->target_count; i++) {
		const struct target *t = &p->targets[i];

		if (t->origin != ORIGIN_MAPPING)
			continue;
		k->timed |= t->field.section == SECTION_TIME;
		if (t->column >= 0 && (size_t)t->column < p->column_count)
			k->columns[t->column].tells |= tells_of_field(&t->field);
		else
			k->always |= tells_of_field(&t->field);
		if (t->expr && t->field.section == SECTION_PROPS && row_kind_is_said_by(t->field.key))
			expr_slots(t->expr, note_word, k);
	}
}

/* Those of TELLS, of no other in BUT. */
static void add_few(struct row_kinds *k, unsigned tells, unsigned but)
{
	for (size_t i = 0; i < k->plan->column_count; i++)
		if ((k->columns[i].tells & tells) && !(k->columns[i].tells & but))
			k->few[k->few_count++] = (int)i;
}

struct row_kinds *row_kinds_new(const struct plan *p)
{
	struct row_kinds *k = mem_zero(1, sizeof *k);

	k->plan = p;
	k->columns = mem_zero(p->column_count + 1, sizeof *k->columns);
	k->few = mem_zero(p->column_count + 1, sizeof *k->few);
	for (size_t i = 0; i < p->column_count; i++)
		k->columns[i] = read_name(p, p->columns[i].name, &k->arena);
	read_rules(k);
	add_few(k, TELLS_NUMBER, 0);
	add_few(k, TELLS_EVENT, TELLS_NUMBER);
	add_few(k, TELLS_PAGE, TELLS_EVENT);
	add_few(k, TELLS_PERSON, TELLS_EVENT | TELLS_PAGE);
	return k;
}

void row_kinds_free(struct row_kinds *k)
{
	if (!k)
		return;
	map_release(&k->late);
	arena_release(&k->arena);
	mem_free(k->columns);
	mem_free(k->few);
	mem_free(k);
}

/* More names than these are somebody's ids: they are forgotten between rows. */
#define LATE_NAMES_MAX 1000

static void forget_late(struct row_kinds *k)
{
	if (k->late.count <= LATE_NAMES_MAX)
		return;
	map_release(&k->late);
	arena_clear(&k->arena);
}

static const struct teller *late_teller(struct row_kinds *k, struct span path)
{
	struct teller *t;
	bool added;
	size_t at = map_put(&k->late, path, &added);

	if (added) {
		t = arena_alloc(&k->arena, sizeof *t);
		*t = read_name(k->plan, path, &k->arena);
		k->late.entries[at].ptr = t;
	}
	return k->late.entries[at].ptr;
}

/* Does ROW say when it was?  Asked of rows with a web address and nothing of an event. */
static bool says_time(const struct row_kinds *k, const struct row *row)
{
	for (size_t i = 0; i < k->plan->column_count && i < row->count; i++)
		if ((k->columns[i].tells & TELLS_TIME) && contest_means(&row->cells[i], k->columns[i].nothing, k->plan->style.nulls))
			return true;
	return false;
}

static enum row_kind kind_of_table_row(const struct row_kinds *k, const struct row *row)
{
	const struct null_words *nulls = k->plan->style.nulls;

	for (size_t i = 0; i < k->few_count; i++) {
		const struct teller *t = &k->columns[k->few[i]];

		if ((size_t)k->few[i] >= row->count || !contest_means(&row->cells[k->few[i]], t->nothing, nulls))
			continue;
		if (t->tells & TELLS_EVENT)
			return ROW_EVENT;
		if (!(t->tells & TELLS_PAGE))
			return ROW_PERSON;
		if (says_time(k, row))
			return ROW_PAGE;
	}
	return ROW_EVENT;
}

/* Of two words, in whatever order they come: an order's, then a person's. */
static enum row_kind better_word(enum row_kind a, enum row_kind b)
{
	if (a == ROW_ORDER || b == ROW_ORDER)
		return ROW_ORDER;
	return a > b ? a : b;
}

/* What the members of ROW tell, up to an event's name; *WORD is what it calls itself. */
static unsigned read_members(struct row_kinds *k, const struct row *row, enum row_kind *word)
{
	const struct plan *p = k->plan;
	unsigned tells = k->always;

	*word = ROW_ANY;
	forget_late(k);
	for (size_t i = 0; i < row->touched_count; i++) {
		size_t column = (size_t)row->touched[i];
		const struct cell *c = &row->cells[column];
		const struct teller *t = column < p->column_count ? &k->columns[column] :
								    late_teller(k, row->names[column]);

		tells |= t->tells & TELLS_AMOUNT;
		/* It is known already: most rows say most of it more than once. */
		if (!(t->tells & (~tells | TELLS_WORD)))
			continue;
		if (!contest_means(c, t->nothing, p->style.nulls))
			continue;
		tells |= t->tells;
		/* Nothing else counts for what has a name. */
		if (tells & TELLS_NAME)
			break;
		if ((t->tells & TELLS_WORD) && *word != ROW_ORDER && c->kind == CELL_TEXT)
			*word = better_word(*word, row_kind_of_word(c->text));
	}
	return tells;
}

/* A row that names no event. */
static enum row_kind kind_of_members(const struct row_kinds *k, unsigned tells, enum row_kind word, bool order)
{
	if (word == ROW_ORDER)
		return tells & TELLS_NUMBER ? ROW_EVENT : ROW_ORDER;
	if (word == ROW_PERSON && !order)
		return ROW_PERSON;
	if (tells & TELLS_EVENT)
		return ROW_EVENT;
	if ((tells & TELLS_PAGE) && (tells & TELLS_TIME))
		return ROW_PAGE;
	return (tells & TELLS_PERSON) && !k->timed && word != ROW_EVENT ? ROW_PERSON : ROW_EVENT;
}

struct row_said row_kinds_of(struct row_kinds *k, const struct row *row)
{
	struct row_said said = {.kind = ROW_EVENT};
	enum row_kind word;
	unsigned tells;

	if (!k->plan->json) {
		said.kind = kind_of_table_row(k, row);
		return said;
	}
	tells = read_members(k, row, &word);
	if (tells & TELLS_NAME)
		return said;
	said.order = (tells & TELLS_NUMBER && tells & TELLS_AMOUNT) || word == ROW_ORDER;
	said.kind = kind_of_members(k, tells, word, said.order);
	said.half = said.kind == ROW_EVENT && (tells & TELLS_NUMBER) && !said.order;
	return said;
}

bool row_kinds_differ(const struct plan *p)
{
	struct row_kinds *k;
	unsigned all = 0, always;

	if (!p->type_guessed || p->fold || p->bare || p->part || p->mapping->part_count > 1)
		return false;
	for (const struct target *t = plan_find(p, SECTION_EVENT, SPAN("")); t; t = t->same)
		if (t->origin == ORIGIN_MAPPING)
			return false;
	if (p->json)
		return true;
	k = row_kinds_new(p);
	for (size_t i = 0; i < p->column_count; i++)
		all |= k->columns[i].tells;
	always = k->timed ? TELLS_EVENT : k->always;
	row_kinds_free(k);
	/*
	 * Money alone is no order's: of a list of customers it may well be all that they have spent.  Nor is a
	 * number alone: a ticket or an answer may name an order or none, and is the same either way.
	 */
	if (!(all & TELLS_NAME) && (!(all & TELLS_NUMBER) || !(all & (TELLS_MONEY | TELLS_AMOUNT | TELLS_PRODUCT))))
		return false;
	return (all & TELLS_PERSON) && !(always & TELLS_EVENT);
}
