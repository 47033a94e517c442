#include "understand/report/listing.h"

#include <string.h>

#include "base/mem.h"
#include "expr/column_list.h"
#include "expr/profile_asked.h"
#include "expr/profile_money.h"
#include "record/order.h"

static const char default_columns[] =
	"id,email,first_name,last_name,orders,revenue,currency,last_seen,segments";

struct listing_worker {
	struct profile_row row;
	struct expr_run run;
	struct arena scratch;
	struct buf text;
	struct cell *cells;
	uint64_t profiles, wanted, unknown;	/* by `where` */
	struct money_seen money;
};

struct listing {
	struct profile_scope *scope;
	struct rates rates;
	struct expr **fields;
	struct column *columns;
	size_t count, cap;
	struct expr *where;
	struct expr *sort[ROWS_SORT_MAX];
	size_t sort_count;
	struct money_watches money;
	struct listing_worker *workers;
	unsigned worker_count;
	struct arena texts;
};

static struct expr *compile(struct listing *l, struct span text,
			    const char *option, enum datum_type want,
			    struct error *err)
{
	struct expr_scope scope = profile_scope_names(l->scope);

	return expr_compile(text, option, 1, 1, &scope, want, err);
}

static int add_column(struct listing *l, struct span item, struct error *err)
{
	struct span label = column_list_label(&item);
	size_t cap = l->cap;
	struct expr *e;

	if (!item.len)
		return error_usage(err, "--columns: an empty column: write 'Label=expression,...'");
	e = compile(l, item, "--columns", TYPE_ANY, err);
	if (!e)
		return -1;
	if (span_absent(label))
		label = item;
	l->fields = mem_room(l->fields, l->count, &cap, sizeof *l->fields);
	l->columns = mem_room(l->columns, l->count, &l->cap, sizeof *l->columns);
	l->fields[l->count] = e;
	l->columns[l->count++] = (struct column){
		arena_copy(&l->texts, label).ptr, NULL, NULL, -1,
	};
	return 0;
}

static int add_columns(struct listing *l, const char *text, struct error *err)
{
	struct span rest = span_of(text ? text : default_columns);

	while (!span_absent(rest))
		if (add_column(l, column_list_next(&rest), err))
			return -1;
	return 0;
}

static int add_sort(struct listing *l, struct rows *rows, const char *text,
		    struct error *err)
{
	struct span rest = span_of(text);

	while (!span_absent(rest)) {
		struct span item = column_list_next(&rest);
		bool down = span_starts(item, SPAN("-"));

		if (l->sort_count == ROWS_SORT_MAX)
			return error_usage(err, "--sort: at most %d keys", ROWS_SORT_MAX);
		item = span_sub(item, down, item.len);
		l->sort[l->sort_count] = compile(l, item, "--sort", TYPE_ANY, err);
		if (!l->sort[l->sort_count])
			return -1;
		rows->descending[l->sort_count++] = down;
	}
	return 0;
}

static void start_workers(struct listing *l, const struct listing_setup *setup)
{
	l->worker_count = setup->workers;
	l->workers = mem_zero(setup->workers, sizeof *l->workers);
	for (unsigned i = 0; i < setup->workers; i++) {
		struct listing_worker *w = &l->workers[i];

		profile_row_init(&w->row, l->scope);
		w->run = (struct expr_run){
			.row = &w->row, .scratch = &w->scratch,
			.zone = setup->zone,
		};
		w->cells = mem_zero(l->count + 1, sizeof *w->cells);
	}
}

/* Columns of money are clear where another says the currency. */
static void watch_money(struct listing *l)
{
	bool named = false;

	if (l->where)
		money_watch(&l->money, l->where, MONEY_COMPARED, SPAN("--where"));
	for (size_t i = 0; i < l->sort_count; i++)
		money_watch(&l->money, l->sort[i], MONEY_ORDERED, SPAN("--sort"));
	for (size_t i = 0; i < l->count; i++)
		named |= money_reads_currency(l->fields[i]);
	for (size_t i = 0; i < l->count && !named; i++)
		money_watch(&l->money, l->fields[i], MONEY_SHOWN, SPAN("--columns"));
}

struct listing *listing_new(const struct listing_setup *setup,
			    struct rows *rows, struct error *err)
{
	struct listing *l = mem_zero(1, sizeof *l);

	l->scope = profile_scope_new();
	if (setup->rates && rates_load(&l->rates, setup->rates, err))
		goto fail;
	if (setup->rates)
		profile_scope_set_rates(l->scope, &l->rates);
	if (setup->sort && add_sort(l, rows, setup->sort, err))
		goto fail;
	if (setup->where) {
		l->where = compile(l, span_of(setup->where), "--where", TYPE_TRUTH, err);
		if (!l->where)
			goto fail;
	}
	if (!setup->columns)
		asked_close(profile_scope_asked(l->scope));
	if (add_columns(l, setup->columns, err))
		goto fail;
	watch_money(l);
	rows->columns = l->columns;
	rows->column_count = l->count;
	rows->sort_count = l->sort_count;
	start_workers(l, setup);
	return l;
fail:
	listing_free(l);
	return NULL;
}

void listing_free(struct listing *l)
{
	if (!l)
		return;
	for (unsigned i = 0; i < l->worker_count; i++) {
		profile_row_release(&l->workers[i].row);
		money_seen_release(&l->workers[i].money);
		arena_release(&l->workers[i].scratch);
		buf_release(&l->workers[i].text);
		mem_free(l->workers[i].cells);
	}
	for (size_t i = 0; i < l->count; i++)
		expr_free(l->fields[i]);
	for (size_t i = 0; i < l->sort_count; i++)
		expr_free(l->sort[i]);
	expr_free(l->where);
	money_watches_release(&l->money);
	mem_free(l->workers);
	mem_free(l->fields);
	mem_free(l->columns);
	arena_release(&l->texts);
	profile_scope_free(l->scope);
	rates_release(&l->rates);
	mem_free(l);
}

const struct rates *listing_rates(const struct listing *l)
{
	return l->rates.count ? &l->rates : NULL;
}

bool listing_reads_events(const struct listing *l)
{
	return profile_scope_reads_events(l->scope);
}

static struct cell datum_cell(struct listing_worker *w, const struct datum *d)
{
	struct cell c = CELL_EMPTY;

	switch (d->type) {
	case TYPE_UNKNOWN:
		return c;
	case TYPE_TEXT:
		return cell_text(d->text);
	case TYPE_NUMBER:
		return cell_number(d->number);
	case TYPE_TIME:
		return cell_time(d->time);
	case TYPE_LIST:
		c.kind = CELL_LIST;
		c.list.items = d->list.items;
		c.list.count = d->list.count;
		return c;
	default:
		buf_clear(&w->text);
		datum_put_text(d, &w->text);
		return cell_text(arena_copy(&w->scratch, buf_view(&w->text)));
	}
}

static int eval_cell(struct listing_worker *w, const struct expr *e,
		     struct cell *out, struct error *err)
{
	struct datum d;

	if (expr_eval(e, &w->run, &d, err))
		return -1;
	*out = datum_cell(w, &d);
	return 0;
}

/* 1: P is wanted and W is ready for it; 0: not wanted; -1: *ERR. */
static int select_profile(struct listing *l, struct listing_worker *w,
			  const struct profile *p, struct error *err)
{
	int truth = 1;

	arena_clear(&w->scratch);
	profile_row_set(&w->row, p);
	w->run.as_of = p->as_of;
	if (l->where)
		truth = expr_test(l->where, &w->run, err);
	if (truth == -2)
		return -1;
	profile_row_note(&w->run);
	money_note(&l->money, &w->money, &w->run, truth == 1);
	w->profiles++;
	w->wanted += truth == 1;
	w->unknown += truth < 0;
	return truth == 1;
}

int listing_wants(struct listing *l, unsigned worker, const struct profile *p,
		  struct error *err)
{
	return l->where ? select_profile(l, &l->workers[worker], p, err) : 1;
}

int listing_customer(struct listing *l, const struct rows *rows,
		     unsigned worker, const struct profile *p, struct buf *out,
		     struct error *err)
{
	struct listing_worker *w = &l->workers[worker];
	struct cell sort[ROWS_SORT_MAX];
	int wanted = select_profile(l, w, p, err);

	if (wanted <= 0)
		return wanted;
	for (size_t i = 0; i < l->sort_count; i++)
		if (eval_cell(w, l->sort[i], &sort[i], err))
			return -1;
	for (size_t i = 0; i < l->count; i++)
		if (eval_cell(w, l->fields[i], &w->cells[i], err))
			return -1;
	rows_emit(rows, sort, w->cells, out, &w->text);
	return 0;
}

void listing_put_warnings(const struct listing *l, struct buf *out)
{
	const struct profile_row **rows = mem_zero(l->worker_count + 1, sizeof *rows);
	const struct money_seen **seen = mem_zero(l->worker_count + 1, sizeof *seen);

	for (unsigned i = 0; i < l->worker_count; i++) {
		rows[i] = &l->workers[i].row;
		seen[i] = &l->workers[i].money;
	}
	asked_put(profile_scope_asked(l->scope), rows, l->worker_count, out);
	profile_scope_put_rates(l->scope, rows, l->worker_count, true, out);
	money_put(&l->money, seen, l->worker_count, out);
	mem_free(rows);
	mem_free(seen);
}

void listing_put_uses(const struct listing *l, bool elsewhere, struct buf *out)
{
	const struct profile_row **rows = mem_zero(l->worker_count + 1, sizeof *rows);
	bool used = !elsewhere;

	for (unsigned i = 0; i < l->worker_count; i++) {
		rows[i] = &l->workers[i].row;
		used = used || rows[i]->rates.count;
	}
	profile_scope_put_lists(l->scope, rows, l->worker_count, out);
	if (used)
		profile_scope_put_rates(l->scope, rows, l->worker_count, false, out);
	mem_free(rows);
}

void listing_put_filtered(const struct listing *l, struct buf *out)
{
	uint64_t profiles = 0, wanted = 0, unknown = 0;

	for (unsigned i = 0; i < l->worker_count; i++) {
		profiles += l->workers[i].profiles;
		wanted += l->workers[i].wanted;
		unknown += l->workers[i].unknown;
	}
	if (!l->where || (wanted && !unknown) || !profiles)
		return;
	buf_printf(out, "--where: %llu of %llu customers", (unsigned long long)wanted,
		   (unsigned long long)profiles);
	if (unknown)
		buf_printf(out, ", unknown for %llu, who %s left out: 'NAME is null or ...' keeps who lacks NAME",
			   (unsigned long long)unknown, unknown == 1 ? "is" : "are");
}

const struct column event_columns[] = {
	{"customer_id", NULL, NULL, -1}, {"time", NULL, NULL, -1},
	{"type", NULL, NULL, -1}, {"event", NULL, NULL, -1},
	{"source", NULL, NULL, -1}, {"id", NULL, NULL, -1},
	{"order_id", NULL, NULL, -1}, {"revenue", NULL, NULL, -1},
	{"currency", NULL, NULL, -1}, {"url", NULL, NULL, -1},
	{"campaign", NULL, NULL, -1}, {"props", NULL, NULL, -1},
	{"context", NULL, NULL, -1}, {"later", NULL, NULL, -1},
};
const size_t event_column_count = sizeof event_columns / sizeof *event_columns;

/* V as text that lives in the worker's arena. */
static struct cell text_cell(struct listing_worker *w, struct value v)
{
	struct span text;

	buf_clear(&w->text);
	text = value_text(v, &w->text);
	if (span_absent(text))
		return CELL_EMPTY;
	return cell_text(arena_copy(&w->scratch, text));
}

static struct cell raw_cell(struct value v)
{
	if (v.kind != VALUE_OBJECT)
		return CELL_EMPTY;
	return (struct cell){.kind = CELL_RAW, .text = v.raw};
}

/* Of any event that states one; refunds and cancellations are negative. */
static bool signed_revenue(const struct event *e, struct decimal *out)
{
	if (!value_decimal(value_member(e->props, SPAN("revenue")), out))
		return false;
	if (order_kind(e) > ORDER_COMPLETED)
		*out = decimal_negate(decimal_abs(*out));
	return true;
}

static void event_cells(struct listing_worker *w, const struct profile *p,
			const struct event *e, struct cell *c)
{
	struct decimal money;

	c[0] = text_cell(w, p->id);
	c[1] = cell_time(e->time);
	c[2] = cell_text(event_type_names[e->type]);
	c[3] = text_cell(w, e->name);
	c[4] = text_cell(w, e->source);
	c[5] = text_cell(w, e->id);
	c[6] = text_cell(w, value_member(e->props, SPAN("order_id")));
	c[7] = signed_revenue(e, &money) ? cell_number(money) : CELL_EMPTY;
	c[8] = text_cell(w, value_member(e->props, SPAN("currency")));
	c[9] = text_cell(w, value_path(e->context, SPAN("page.url")));
	c[10] = text_cell(w, value_path(e->context, SPAN("campaign.name")));
	c[11] = raw_cell(e->props);
	c[12] = raw_cell(e->context);
	/* Than as_of: it counts in nothing. */
	c[13] = p->as_of != MOMENT_NONE && e->time > p->as_of ? cell_text(SPAN("true")) : CELL_EMPTY;
}

int listing_events(struct listing *l, const struct rows *rows, unsigned worker,
		   const struct profile *p, struct buf *out, struct error *err)
{
	struct listing_worker *w = &l->workers[worker];
	struct cell cells[sizeof event_columns / sizeof *event_columns];
	struct profile_events walk;
	struct event e;
	int got = select_profile(l, w, p, err);

	if (got <= 0)
		return got;
	profile_events_start(&walk, p);
	while ((got = profile_events_next(&walk, &e, err)) > 0) {
		arena_clear(&w->scratch);
		event_cells(w, p, &e, cells);
		rows_emit(rows, NULL, cells, out, &w->text);
	}
	return got;
}

const struct column id_columns[] = {
	{"id_type", NULL, NULL, -1}, {"id_value", NULL, NULL, -1},
	{"customer_id", NULL, NULL, -1},
};
const size_t id_column_count = sizeof id_columns / sizeof *id_columns;

static int emit_ids(struct listing_worker *w, const struct rows *rows,
		    const struct member *type, struct cell *cells,
		    struct buf *out, struct error *err)
{
	struct scan values;
	struct value v;
	int got;

	buf_clear(&w->text);
	cells[0] = cell_text(arena_copy(&w->scratch, member_key(type, &w->text)));
	scan_start(&values, type->value.raw);
	if (type->value.kind != VALUE_ARRAY || scan_enter(&values, '[', err))
		return 0;
	while ((got = scan_element(&values, &v, err)) > 0) {
		cells[1] = text_cell(w, v);
		rows_emit(rows, NULL, cells, out, &w->text);
	}
	return got;
}

int listing_ids(struct listing *l, const struct rows *rows, unsigned worker,
		const struct profile *p, struct buf *out, struct error *err)
{
	struct listing_worker *w = &l->workers[worker];
	struct cell cells[3];
	struct member type;
	struct scan s;
	int got = select_profile(l, w, p, err);

	if (got <= 0 || p->ids.kind != VALUE_OBJECT)
		return got < 0 ? -1 : 0;
	cells[2] = text_cell(w, p->id);
	scan_start(&s, p->ids.raw);
	if (scan_enter(&s, '{', err))
		return -1;
	while ((got = scan_member(&s, &type, err)) > 0)
		if (emit_ids(w, rows, &type, cells, out, err))
			return -1;
	return got;
}
