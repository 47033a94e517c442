#include "activate/audience/audience.h"

#include <string.h>

#include "activate/audience/row.h"
#include "base/mem.h"
#include "expr/profile_asked.h"
#include "expr/profile_money.h"

const char *const held_names[HELD_COUNT] = {
	"out", "no_consent", "denied", "conflict", "sale", "suppressed", "hold_out", "cap", "empty", "twin", "limit",
};

const char *const held_words[HELD_COUNT] = {
	"out", "without consent", "who denied it", "whose sources disagree about consent",
	"whose data may not be sold", "suppressed", "held out", "contacted often enough",
	"with nothing to send", "whose key another has", "beyond the limit",
};

struct worker {
	struct profile_row row;
	struct expr_run run;
	struct arena scratch;
	struct row_maker maker;
	struct suppress_worker suppress;
	struct hmac *hold_out;
	struct column_use *control_use;	/* of rows that do not go out; NULL: none are made */
	struct buf id;
	struct audience_counts counts;
	struct money_seen money;
};

struct audience {
	struct audience_setup setup;
	struct profile_scope *scope;
	struct expr *where, *order;
	struct expr **fields;
	struct money_watches money;
	struct worker *workers;
};

static int compile_where(struct audience *a, struct error *err)
{
	struct expr_scope scope = profile_scope_names(a->scope);

	if (a->setup.where) {
		a->where = expr_compile(span_of(a->setup.where), "--audience", 1, 1, &scope, TYPE_TRUTH, err);
		if (!a->where)
			return -1;
		money_watch(&a->money, a->where, MONEY_COMPARED, SPAN("--audience"));
	}
	if (a->setup.order) {
		a->order = expr_compile(span_of(a->setup.order), "--by", 1, 1, &scope, TYPE_ANY, err);
		if (!a->order)
			return -1;
		money_watch(&a->money, a->order, MONEY_ORDERED, SPAN("--by"));
	}
	asked_close(profile_scope_asked(a->scope));
	return 0;
}

static int compile_columns(struct audience *a, struct error *err)
{
	const struct target *t = a->setup.target;
	struct expr_scope scope = profile_scope_names(a->scope);
	struct buf file = BUF_INIT;

	a->fields = mem_zero(t->count, sizeof(struct expr *));
	buf_printf(&file, "%s%s", t->path ? t->path : t->name, t->path ? "" : ".target");
	for (size_t i = 0; i < t->count; i++) {
		const struct target_column *c = &t->column[i];

		a->fields[i] = expr_compile(c->text, buf_text(&file), c->line, c->column, &scope, TYPE_ANY, err);
		if (!a->fields[i])
			break;
	}
	buf_release(&file);
	return a->fields[t->count - 1] ? 0 : -1;
}

static void start_workers(struct audience *a)
{
	const struct audience_setup *s = &a->setup;

	a->workers = mem_zero(s->workers, sizeof *a->workers);
	for (unsigned i = 0; i < s->workers; i++) {
		struct worker *w = &a->workers[i];

		profile_row_init(&w->row, a->scope);
		w->run = (struct expr_run){.row = &w->row, .scratch = &w->scratch, .zone = s->zone};
		row_maker_start(&w->maker, s->target, a->fields, s->samples);
		suppress_worker_start(&w->suppress, s->suppress, s->suppress_key);
		if (s->hold_out)
			w->hold_out = hmac_new(s->hold_out_key);
		if (s->controls)
			w->control_use = mem_zero(s->target->count, sizeof *w->control_use);
	}
}

struct audience *audience_new(const struct audience_setup *setup, struct error *err)
{
	struct audience *a = mem_zero(1, sizeof *a);

	a->setup = *setup;
	a->scope = profile_scope_new();
	if (compile_where(a, err) || compile_columns(a, err)) {
		audience_free(a);
		return NULL;
	}
	start_workers(a);
	return a;
}

static void release_worker(struct worker *w)
{
	profile_row_release(&w->row);
	row_maker_release(&w->maker);
	suppress_worker_release(&w->suppress);
	hmac_free(w->hold_out);
	mem_free(w->control_use);
	money_seen_release(&w->money);
	arena_release(&w->scratch);
	buf_release(&w->id);
}

void audience_free(struct audience *a)
{
	if (!a)
		return;
	for (unsigned i = 0; a->workers && i < a->setup.workers; i++)
		release_worker(&a->workers[i]);
	mem_free(a->workers);
	for (size_t i = 0; a->fields && i < a->setup.target->count; i++)
		expr_free(a->fields[i]);
	mem_free(a->fields);
	expr_free(a->where);
	expr_free(a->order);
	money_watches_release(&a->money);
	profile_scope_free(a->scope);
	mem_free(a);
}

void audience_put_header(const struct audience *a, struct buf *out)
{
	row_put_header(a->setup.target, a->fields, out);
}

void audience_put_removal(const struct audience *a, struct span key, struct buf *out)
{
	row_put_removal(a->setup.target, a->fields, key, out);
}

/* "withdrawn" or false is an answer too, and none that is taken for a yes. */
static enum held read_answer(struct value answer, bool assume_consent)
{
	if (value_is_text(answer, SPAN("granted")))
		return HELD_NOT;
	if (value_is_text(answer, SPAN("denied")))
		return HELD_DENIED;
	if (value_is_text(answer, SPAN("conflict")))
		return HELD_CONFLICT;
	return assume_consent && (answer.kind == VALUE_NONE || answer.kind == VALUE_NULL) ? HELD_NOT : HELD_NO_CONSENT;
}

/* Denied says more than conflict, and that more than nothing. */
static enum held worse_of(enum held a, enum held b)
{
	static const int weights[HELD_COUNT] = {[HELD_NO_CONSENT] = 1, [HELD_CONFLICT] = 2, [HELD_DENIED] = 3};

	return weights[b] > weights[a] ? b : a;
}

/* Without a purpose to ask about, no to anything is no. */
static enum held ask_denials(const struct profile *p)
{
	enum held worst = HELD_NOT;
	struct member m;
	struct scan s;

	if (p->consent.kind != VALUE_OBJECT)
		return HELD_NOT;
	scan_start(&s, p->consent.raw);
	if (scan_enter(&s, '{', NULL))
		return HELD_NOT;
	while (scan_member(&s, &m, NULL) > 0)
		worst = worse_of(worst, read_answer(m.value, true));
	return worst;
}

/* Consent for every purpose, the worst answer of all. */
static enum held ask_consent(const struct audience_setup *s, struct worker *w, const struct profile *p)
{
	enum held worst = s->purpose_count ? HELD_NOT : ask_denials(p);

	for (size_t i = 0; i < s->purpose_count; i++) {
		struct value v = value_member(p->consent, s->purposes[i]);

		w->counts.purposes_seen[i] += v.kind == VALUE_TEXT;
		worst = worse_of(worst, read_answer(v, s->assume_consent));
	}
	return worst;
}

/* May P's data be used by those who use them for themselves? */
static enum held ask_sale(const struct profile *p)
{
	enum held here = read_answer(value_member(p->consent, SPAN("sale_of_data")), true);

	return here == HELD_DENIED ? HELD_SALE : here == HELD_CONFLICT ? here : HELD_NOT;
}

/* The same people each night: by a keyed hash of the customer id. */
static bool is_held_out(const struct audience_setup *s, struct worker *w, struct span id)
{
	unsigned char digest[32];
	uint32_t at;

	if (!w->hold_out)
		return false;
	hmac_sha256(w->hold_out, id, digest);
	at = (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 | (uint32_t)digest[2] << 8 | digest[3];
	return at < s->hold_out;
}

static bool is_capped(const struct audience_setup *s, const struct worker *w, struct span id, bool held_out)
{
	return s->capped && map_find(s->members, id) == MAP_NONE &&
	       contacts_count(s->contacts, id, w->run.as_of, held_out) >= s->cap;
}

/* The first reason to hold P back that does not need its row. */
static enum held ask_gate(const struct audience_setup *s, struct worker *w, const struct profile *p, struct span id)
{
	enum held consent = ask_consent(s, w, p);

	if (!consent && s->target->sale)
		consent = ask_sale(p);
	if (consent)
		return consent;
	if (suppress_has(&w->suppress, p))
		return HELD_SUPPRESSED;
	if (is_held_out(s, w, id))
		return HELD_OUT;
	if (is_capped(s, w, id, false))
		return HELD_CAP;
	return HELD_NOT;
}

/* Where a limit puts P: numbers and times; anything else comes last. */
static int find_rank(struct audience *a, struct worker *w, struct item *item, struct error *err)
{
	struct datum d;

	item->ranked = false;
	if (!a->order)
		return 0;
	if (expr_eval(a->order, &w->run, &d, err))
		return -1;
	item->ranked = d.type == TYPE_NUMBER || d.type == TYPE_TIME;
	if (d.type == TYPE_NUMBER)
		item->rank = d.number;
	else if (d.type == TYPE_TIME)
		item->rank = decimal_of(d.time);
	return 0;
}

struct item_head {
	uint32_t id_len, rows_len;
	uint8_t held, ranked;
	struct decimal rank;
};

/* Fills in the head that stands at FROM, before the id and the rows. */
static void put_item(const struct item *i, size_t from, struct buf *out)
{
	struct item_head head;

	memset(&head, 0, sizeof head);
	head.id_len = (uint32_t)i->id.len;
	head.rows_len = (uint32_t)(out->len - from - sizeof head - i->id.len);
	head.held = (uint8_t)i->held;
	head.ranked = i->ranked;
	head.rank = i->rank;
	memcpy(out->ptr + from, &head, sizeof head);
}

bool item_next(struct span *bytes, struct item *out)
{
	struct item_head head;

	if (bytes->len < sizeof head)
		return false;
	memcpy(&head, bytes->ptr, sizeof head);
	out->held = head.held;
	out->ranked = head.ranked;
	out->rank = head.rank;
	out->id = span_sub(*bytes, sizeof head, head.id_len);
	out->rows = span_sub(*bytes, sizeof head + head.id_len, head.rows_len);
	*bytes = span_sub(*bytes, sizeof head + head.id_len + head.rows_len, bytes->len);
	return true;
}

/* 1: named; 0: not, or unknown; -1 with *ERR. */
static int ask_where(struct audience *a, struct worker *w, const struct profile *p, struct error *err)
{
	int truth = 1;

	arena_clear(&w->scratch);
	profile_row_set(&w->row, p);
	w->run.as_of = p->as_of;
	if (a->where)
		truth = expr_test(a->where, &w->run, err);
	if (truth == -2)
		return -1;
	profile_row_note(&w->run);
	money_note(&a->money, &w->money, &w->run, truth == 1);
	w->counts.profiles++;
	w->counts.named += truth == 1;
	w->counts.unknown += truth < 0;
	return truth == 1;
}

/*
 * The rows that the customer held out ITEM would have: who would not go out anyhow, for want of an
 * address or by the cap, is no control of those who do.
 */
static int put_control(struct audience *a, struct worker *w, struct item *item, struct buf *out, struct error *err)
{
	struct column_use *use = w->maker.use;
	int failed;

	if (!a->setup.controls || is_capped(&a->setup, w, item->id, true))
		return 0;
	w->maker.use = w->control_use;
	failed = row_fill(&w->maker, &w->run, err) || find_rank(a, w, item, err);
	if (!failed)
		row_put_all(&w->maker, item->id, true, out);
	w->maker.use = use;
	return failed ? -1 : 0;
}

static int take_profile(struct audience *a, struct worker *w, const struct profile *p, struct buf *out,
			struct error *err)
{
	const struct audience_setup *s = &a->setup;
	struct item item = {.rank = DECIMAL_ZERO};
	size_t from = out->len;
	int named = ask_where(a, w, p, err);

	if (named <= 0)
		return named;
	buf_clear(&w->id);
	item.id = value_text(p->id, &w->id);
	item.held = ask_gate(s, w, p, item.id);
	if (!item.held && (row_fill(&w->maker, &w->run, err) || find_rank(a, w, &item, err)))
		return -1;
	if (s->packed) {
		static const struct item_head none;

		buf_put(out, &none, sizeof none);
		buf_span(out, item.id);
	}
	if (!item.held && !row_put_all(&w->maker, item.id, s->packed, out))
		item.held = HELD_EMPTY;
	if (item.held == HELD_OUT && put_control(a, w, &item, out, err))
		return -1;
	w->counts.held[item.held]++;
	if (s->packed)
		put_item(&item, from, out);
	return 0;
}

int audience_profile(struct audience *a, unsigned worker, const struct profile *p, struct buf *out,
		     struct error *err)
{
	struct worker *w = &a->workers[worker];
	struct audience_counts before = w->counts;
	int failed = take_profile(a, w, p, out, err);

	if (failed)	/* the line is rejected and counts there */
		w->counts = before;
	return failed;
}

struct audience_counts audience_counts(const struct audience *a)
{
	struct audience_counts sum = {0};

	for (unsigned i = 0; i < a->setup.workers; i++) {
		const struct audience_counts *c = &a->workers[i].counts;

		sum.profiles += c->profiles;
		sum.named += c->named;
		sum.unknown += c->unknown;
		for (int j = 0; j < HELD_COUNT; j++)
			sum.held[j] += c->held[j];
		for (int j = 0; j < PURPOSES_MAX; j++)
			sum.purposes_seen[j] += c->purposes_seen[j];
	}
	return sum;
}

struct column_use audience_use(const struct audience *a, size_t column)
{
	const struct target_column *c = &a->setup.target->column[column];
	struct column_use sum = {.label = c->label, .form = c->form};

	for (unsigned i = 0; i < a->setup.workers; i++) {
		const struct column_use *u = &a->workers[i].maker.use[column];

		sum.values += u->values;
		sum.bad += u->bad;
		sum.hashed += u->hashed;
		sum.defused += u->defused;
	}
	return sum;
}

void audience_put_warnings(const struct audience *a, struct buf *out)
{
	unsigned count = a->setup.workers;
	const struct profile_row **rows = mem_zero(count + 1, sizeof *rows);
	const struct money_seen **seen = mem_zero(count + 1, sizeof *seen);

	for (unsigned i = 0; i < count; i++) {
		rows[i] = &a->workers[i].row;
		seen[i] = &a->workers[i].money;
	}
	asked_put(profile_scope_asked(a->scope), rows, count, out);
	profile_scope_put_lists(a->scope, rows, count, out);
	money_put(&a->money, seen, count, out);
	mem_free(rows);
	mem_free(seen);
}
