/*
 * Making a plan: from the columns of a file, the rules of a mapping and the table of headers
 * to a list of targets that a row walks through.
 *
 * The steps are those of build_plan and plan_settle, and their order is the priority of the sources:
 * columns get unique folded names; rules become targets; the type of the records is guessed by what
 * rules and headers mean, where nobody has given it; columns that no rule copies become targets by the table
 * of headers, where their field is still free; what is left becomes a property, or a trait of an identify
 * record.  Then targets are sorted by section, and each gets the bytes before its value.  Expressions are compiled last,
 * as they depend on how the source writes numbers and dates.
 *
 * Invariant: a field has one target.  A plan is never changed once rows are made, so that
 * workers share it.  Cost: each column is looked up in maps, so that it grows in a straight line with the
 * header.
 */
#include "collect/mapping/version_column.h"
#include "collect/mapping/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "collect/mapping/deletion.h"
#include "collect/mapping/plan_columns.h"
#include "collect/mapping/consent_columns.h"
#include "collect/mapping/missing_column.h"
#include "collect/mapping/quick.h"
#include "record/scan.h"
#include "text/unicode.h"

static const struct span section_members[SECTIONS] = {
	[SECTION_IDS] = SPAN(",\"ids\":"),
	[SECTION_TRAITS] = SPAN(",\"traits\":"),
	[SECTION_PROPS] = SPAN(",\"props\":"),
	[SECTION_CONTEXT] = SPAN(",\"context\":"),
	[SECTION_CONSENT] = SPAN(",\"consent\":"),
};

struct span plan_section_member(enum section section)
{
	return section_members[section];
}

static bool has_target(const struct plan *p, enum section section, struct span key)
{
	return map_find(&p->keys[section], key) != MAP_NONE;
}

const struct target *plan_find(const struct plan *p, enum section section,
			       struct span key)
{
	size_t at = map_find(&p->keys[section], key);

	return at == MAP_NONE ? NULL : &p->targets[p->keys[section].entries[at].number];
}

/* The first target of a key is the one to be found. */
static void index_target(struct plan *p, size_t number)
{
	const struct field *f = &p->targets[number].field;
	struct map *keys = &p->keys[f->section];
	bool added;
	size_t at = map_put(keys, f->key, &added);

	if (added)
		keys->entries[at].number = number;
}

static void index_targets(struct plan *p)
{
	for (int s = 0; s < SECTIONS; s++)
		map_clear(&p->keys[s]);
	for (size_t i = 0; i < p->target_count; i++)
		index_target(p, i);
}

/* Targets of one field, in their order; they do not move any more. */
static void link_targets(struct plan *p)
{
	for (size_t i = p->target_count; i-- > 0;) {
		struct target *t = &p->targets[i];
		struct map *keys = &p->keys[t->field.section];
		bool added;
		size_t at = map_put(keys, t->field.key, &added);

		t->same = added || keys->entries[at].number == i ? NULL :
			&p->targets[keys->entries[at].number];
		keys->entries[at].number = i;
	}
}

struct target *plan_add_target(struct plan *p, const struct field *field,
			       enum target_origin origin)
{
	struct target *t;

	p->targets = mem_room(p->targets, p->target_count, &p->target_cap,
			      sizeof *p->targets);
	t = &p->targets[p->target_count++];
	*t = (struct target){.field = *field, .origin = origin, .column = -1};
	index_target(p, p->target_count - 1);
	return t;
}

/* Of all names of an order's number the last to be asked. */
#define RANK_OWN_ID 4000

/* Beside an order's number a column "Sales" is money, and nobody's representative. */
static bool sales_field(const struct plan *p, struct span name, struct field *out, unsigned *rank)
{
	struct arena a = ARENA_INIT;
	struct field f;
	unsigned of;
	bool has = false;

	for (size_t i = 0; i < p->column_count && !has && span_equal_nocase(name, SPAN("sales")); i++)
		has = field_of_header(p->columns[i].name, p->source, false, &a, &f, &of) && f.hint == HINT_ORDER;
	arena_release(&a);
	*out = (struct field){.section = SECTION_PROPS, .form = FORM_MONEY, .hint = HINT_NONE, .key = SPAN("sales")};
	*rank = 0;
	return has;
}

bool plan_known_field(const struct plan *p, struct span name, bool identify, struct arena *a, struct field *out,
		      unsigned *rank)
{
	if (p->json)
		return field_of_member(name, p->source, identify, a, out, rank);
	/* Of times that mean the same those come first that say what the others are only taken for. */
	if (p->utc && field_of_utc(name, p->source, identify, a, out, rank)) {
		*rank *= 2;
		return true;
	}
	if (!field_of_header(name, p->source, identify, a, out, rank))
		return !identify && sales_field(p, name, out, rank);
	if (out->section == SECTION_TIME)
		*rank = *rank * 2 + 1;
	if (p->payments && out->section == SECTION_EVENT && field_is_event_type(name))
		*out = (struct field){.section = SECTION_PROPS, .form = FORM_PLAIN, .hint = HINT_NONE,
				      .key = SPAN("transaction_type")};
	return true;
}

bool plan_field_of(const struct plan *p, struct span name, struct arena *a, struct field *out, unsigned *rank)
{
	if (plan_known_field(p, name, p->type == EVENT_IDENTIFY, a, out, rank))
		return true;
	if (p->kind != ROW_ORDER || !span_equal_nocase(name, SPAN("id")))
		return false;
	*out = (struct field){.section = SECTION_PROPS, .form = FORM_TEXT, .hint = HINT_ORDER, .key = SPAN("order_id")};
	*rank = RANK_OWN_ID;
	return true;
}

bool plan_table_field(struct plan *p, size_t column, struct field *out,
		      unsigned *rank)
{
	return plan_field_of(p, p->columns[column].name, &p->arena, out, rank);
}

static struct span member_prefix(struct plan *p, struct span key)
{
	struct buf b = BUF_INIT;
	struct span kept;

	buf_char(&b, ',');
	text_encode(&b, key);
	buf_char(&b, ':');
	kept = arena_copy(&p->arena, buf_view(&b));
	buf_release(&b);
	return kept;
}

static struct span label_of(struct plan *p, const struct target *t)
{
	struct buf b = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];
	struct span kept;

	if (t->column >= 0) {
		error_quote(p->columns[t->column].name, quoted);
		buf_printf(&b, "%s %s", p->json ? "member" : "column", quoted);
	} else {
		buf_lit(&b, "field '");
		field_put_name(&t->field, &b);
		buf_char(&b, '\'');
	}
	kept = arena_copy(&p->arena, buf_view(&b));
	buf_release(&b);
	return kept;
}

/* Does a target other than that of COLUMN have the trait KEY? */
static bool has_other_trait(const struct plan *p, struct span key, int column)
{
	const struct target *t = plan_find(p, SECTION_TRAITS, key);

	return t && (t->column != column || column < 0);
}

/* What an identifier that is none is kept under: a trait of its own name. */
static struct span demoted_prefix(struct plan *p, struct span key, int column)
{
	struct buf b = BUF_INIT;
	struct span kept;

	buf_span(&b, key);
	for (unsigned n = 2; has_other_trait(p, buf_view(&b), column); n++) {
		buf_clear(&b);
		buf_span(&b, key);
		buf_printf(&b, "_%u", n);
	}
	kept = member_prefix(p, buf_view(&b));
	buf_release(&b);
	return kept;
}

/* "tweet_id", "order_no": numbers that name something. */
static bool names_identifier(struct span name)
{
	static const struct span ends[] = {
		SPAN("_id"), SPAN("_no"), SPAN("_nr"), SPAN("_number"),
	};

	if (span_equal(name, SPAN("id")))
		return true;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (span_ends(name, ends[i]))
			return true;
	return false;
}

static void finish_target(struct plan *p, struct target *t)
{
	struct span key = t->field.key;
	size_t dot = t->field.section == SECTION_CONTEXT ?
		span_find_byte(key, '.') : key.len;

	t->group = SPAN("");
	if (dot < key.len) {
		t->group = member_prefix(p, span_sub(key, 0, dot));
		key = span_sub(key, dot + 1, key.len);
	}
	t->prefix = member_prefix(p, key);
	t->label = label_of(p, t);
	if (t->field.section == SECTION_IDS)
		t->demoted = demoted_prefix(p, key, t->column);
	if (t->field.section == SECTION_CONSENT && t->origin == ORIGIN_TABLE)
		t->demoted = demoted_prefix(p, p->columns[t->column].folded, t->column);
	t->names_section = p->json && t->column >= 0 &&
			   field_is_section(p->columns[t->column].name);
	t->identifies = t->field.section == SECTION_IDS ||
			t->field.section == SECTION_ID || names_identifier(key) ||
			(t->column >= 0 && names_identifier(p->columns[t->column].folded));
}

/* By section; inside one in the order of coming, context groups together. */
static void order_targets(struct plan *p)
{
	struct target *ordered = mem_zero(p->target_count + 1, sizeof *ordered);
	bool *done = mem_zero(p->target_count + 1, sizeof *done);
	size_t count = 0;

	for (int s = 0; s < SECTIONS; s++) {
		p->section_at[s] = count;
		for (size_t i = 0; i < p->target_count; i++) {
			if (done[i] || p->targets[i].field.section != (enum section)s)
				continue;
			for (size_t k = i; k < p->target_count; k++) {
				const struct target *t = &p->targets[k];

				if (done[k] || t->field.section != (enum section)s ||
				    !span_equal(t->group, p->targets[i].group))
					continue;
				done[k] = true;
				ordered[count++] = *t;
			}
		}
	}
	p->section_at[SECTIONS] = count;
	mem_free(p->targets);
	mem_free(done);
	p->targets = ordered;
	p->target_cap = p->target_count + 1;
	for (size_t i = 0; i < count; i++)
		p->targets[i].number = (unsigned)i;
	p->tallies = p->tallies_of_all = (unsigned)count;
	for (int s = 0; s < SECTIONS; s++)
		map_clear(&p->keys[s]);
	link_targets(p);
}

/* A name for events that have none: an order where there is money for one. */
static struct span default_event(const struct plan *p)
{
	bool money = false;

	for (size_t i = p->section_at[SECTION_PROPS]; i < p->section_at[SECTION_PROPS + 1]; i++)
		money |= order_money_is_key(p->targets[i].field.key);
	return money && has_target(p, SECTION_PROPS, SPAN("order_id")) ? SPAN("Order Completed") :
									 SPAN("Row Imported");
}

/* What is to be known of each row where rows are orders. */
static void prepare_orders(struct plan *p)
{
	const struct target *revenue = plan_find(p, SECTION_PROPS, SPAN("revenue"));
	size_t from = p->section_at[SECTION_PROPS], to = p->section_at[SECTION_PROPS + 1];

	/* Behind `,"event":"`, up to the closing quote. */
	if (p->event_member.len)
		p->order_kind = order_kind_of_name(span_sub(p->event_member, 10, p->event_member.len - 11));
	p->statuses = arena_alloc(&p->arena, (to - from + 1) * sizeof *p->statuses);
	for (size_t i = from; i < to; i++)
		if (order_status_is_key(p->targets[i].field.key))
			p->statuses[p->status_count++] = (unsigned)i;
	p->odd_orders = p->status_count || p->spread_count || !revenue;
	p->revenue = revenue ? revenue->column : -1;
}

static void prepare_event(struct plan *p)
{
	const struct target *t = plan_find(p, SECTION_EVENT, SPAN(""));
	struct buf b = BUF_INIT;
	struct datum d;

	buf_lit(&b, ",\"event\":");
	if (!t && p->type == EVENT_TRACK) {
		p->event_default = true;
		text_encode(&b, default_event(p));
	} else if (t && t->expr && expr_constant(t->expr, &d) &&
		   d.type == TYPE_TEXT && span_trim(d.text).len) {
		text_encode(&b, span_trim(d.text));
	} else {
		buf_clear(&b);
	}
	p->event_member = arena_copy(&p->arena, buf_view(&b));
	buf_release(&b);
}

static void prepare_members(struct plan *p)
{
	struct buf b = BUF_INIT;

	buf_lit(&b, ",\"source\":");
	text_encode(&b, p->source);
	p->source_member = arena_copy(&p->arena, buf_view(&b));
	buf_clear(&b);
	buf_lit(&b, "{\"type\":\"");
	if (p->type != EVENT_TYPES) {
		buf_span(&b, event_type_names[p->type]);
		buf_lit(&b, "\",\"id\":\"");
	}
	p->type_member = arena_copy(&p->arena, buf_view(&b));
	buf_release(&b);
}

/*
 * Equal files of equal columns give equal seeds, on every machine; the parts of a
 * mapping differ.
 */
static void prepare_seed(struct plan *p)
{
	struct buf b = BUF_INIT;
	struct hash128 h;
	char bytes[16];

	if (p->part) {
		buf_text_put(&b, p->mapping->parts[p->part].name);
		buf_char(&b, '\0');
	}
	buf_span(&b, p->source);
	buf_char(&b, '\0');
	for (size_t i = 0; i < p->column_count && !p->json; i++) {
		buf_span(&b, p->columns[i].name);
		buf_char(&b, '\0');
	}
	h = hash_128(buf_view(&b));
	buf_release(&b);
	for (int i = 0; i < 8; i++) {
		bytes[i] = (char)(h.high >> (56 - 8 * i));
		bytes[8 + i] = (char)(h.low >> (56 - 8 * i));
	}
	p->seed = arena_copy(&p->arena, (struct span){bytes, sizeof bytes});
}

/* Names for the columns of a header. */

/* FOLDED, or FOLDED_2, _3, ... : the first that no column has. */
static struct span unique_name(struct plan *p, struct span folded)
{
	struct buf name = BUF_INIT;
	struct span kept;

	buf_span(&name, folded);
	for (unsigned n = 2; map_find(&p->index, buf_view(&name)) != MAP_NONE; n++) {
		buf_clear(&name);
		buf_span(&name, folded);
		buf_printf(&name, "_%u", n);
	}
	kept = arena_copy(&p->arena, buf_view(&name));
	buf_release(&name);
	return kept;
}

static void put_number(struct map *m, struct span key, size_t number)
{
	bool added;
	size_t at = map_put(m, key, &added);

	if (added)
		m->entries[at].number = number;
}

/*
 * "Refunded?" asks whether, not how much: where a table's header is a word that may mean an amount, its
 * question mark makes it is_refunded, is_paid ...
 */
static struct span base_of(struct plan *p, struct span name, struct span folded)
{
	struct buf base = BUF_INIT;
	struct span kept;

	if (!p->json && span_ends(name, SPAN("?")) && order_status_asks_by(folded))
		buf_lit(&base, "is_");
	buf_span(&base, folded);
	kept = arena_copy(&p->arena, buf_view(&base));
	buf_release(&base);
	return kept;
}

size_t plan_column(struct plan *p, struct span name)
{
	size_t at = map_find(&p->exact, name);
	size_t number = p->column_count;
	struct buf folded = BUF_INIT;
	struct column *c;

	if (at != MAP_NONE && p->json)
		return p->exact.entries[at].number;
	p->columns = mem_room(p->columns, number, &p->column_cap,
			      sizeof *p->columns);
	c = &p->columns[p->column_count++];
	*c = (struct column){.name = arena_copy(&p->arena, name)};
	expr_fold_name(name, &folded);
	if (!folded.len)
		buf_printf(&folded, p->json ? "column" : "column_%zu", number + 1);
	c->base = base_of(p, name, buf_view(&folded));
	c->folded = unique_name(p, buf_view(&folded));
	buf_release(&folded);
	put_number(&p->index, c->folded, number);
	if (name.len || p->json)
		put_number(&p->exact, name, number);
	return number;
}

static void add_columns(struct plan *p, const struct plan_input *input)
{
	/* A member is found by its bytes, blanks and all. */
	for (size_t i = 0; i < input->header_count; i++)
		plan_column(p, p->json ? input->headers[i] : span_trim(input->headers[i]));
}

/* Columns as the names of expressions. */

static int find_folded(struct plan *p, struct span name)
{
	struct buf folded = BUF_INIT;
	size_t at;

	expr_fold_name(name, &folded);
	at = map_find(&p->index, buf_view(&folded));
	buf_release(&folded);
	return at == MAP_NONE ? -1 : (int)p->index.entries[at].number;
}

/* The only column whose folded header is NAME but for accents ("Prénom" for prenom), or -1. */
static int find_without_accents(struct plan *p, struct span name)
{
	struct arena a = ARENA_INIT;
	struct buf folded = BUF_INIT;
	struct span word;
	int found = -1;

	expr_fold_name(name, &folded);
	word = unicode_strip_marks(buf_view(&folded), &a);
	for (size_t i = 0; i < p->column_count && found > -2; i++)
		if (span_equal(unicode_strip_marks(p->columns[i].folded, &a), word))
			found = found < 0 ? (int)i : -2;
	buf_release(&folded);
	arena_release(&a);
	return found < 0 ? -1 : found;
}

/* The renamed column that stands for NAME, else the slot of those that the file does not have. */
static int find_alias(struct plan *p, struct span name)
{
	struct buf folded = BUF_INIT;
	size_t at = MAP_NONE;

	if (p->aliases.count) {
		expr_fold_name(name, &folded);
		at = map_find(&p->aliases, buf_view(&folded));
		buf_release(&folded);
	}
	return (int)(at == MAP_NONE ? p->column_count : p->aliases.entries[at].number);
}

/*
 * A header exactly as it is written, else its folded form.  Paths of JSON need
 * not be in the records read so far.
 */
static int find_column(void *context, struct span name, bool quoted,
		       enum datum_type *type)
{
	struct plan *p = context;
	size_t at = map_find(&p->exact, name);
	int column = at == MAP_NONE ? -1 : (int)p->exact.entries[at].number;

	if (column < 0 && !quoted)
		column = find_folded(p, name);
	if (column < 0 && !quoted && !p->json && !p->optional)
		column = find_without_accents(p, name);
	if (column < 0 && p->json)
		column = (int)plan_column(p, name);
	if (column < 0 && p->optional)
		column = find_alias(p, name);
	if (column < 0)
		p->missing = arena_copy(&p->arena, name);
	*type = p->kinds ? TYPE_ANY : TYPE_TEXT;
	return column;
}

static const char *const *column_names(void *context)
{
	struct plan *p = context;

	p->names = mem_grow(p->names, p->column_count + 1, sizeof *p->names);
	for (size_t i = 0; i < p->column_count; i++)
		p->names[i] = p->columns[i].folded.ptr;
	p->names[p->column_count] = NULL;
	return p->names;
}

int plan_fetch(struct expr_run *run, int slot, struct datum *out,
	       struct error *err)
{
	const struct row *row = run->row;
	const struct cell *c = &row->cells[slot];

	(void)err;
	*out = DATUM_UNKNOWN;
	if ((size_t)slot >= row->count)
		return 0;
	switch (c->kind) {
	case CELL_NONE:
		break;
	case CELL_TEXT:
		*out = (struct datum){.type = TYPE_TEXT, .text = c->text};
		break;
	case CELL_RAW:
		*out = (struct datum){.type = TYPE_JSON, .text = c->text};
		break;
	case CELL_WORD:
		*out = (struct datum){.type = TYPE_TRUTH,
				      .truth = c->text.ptr[0] == 't'};
		break;
	case CELL_NUMBER:
		/* Beyond 38 digits it can be copied but not computed with. */
		if (decimal_parse(c->text, &out->number)) {
			out->type = TYPE_NUMBER;
			out->written = c->text;
		} else {
			*out = (struct datum){.type = TYPE_TEXT, .text = c->text};
		}
		break;
	}
	return 0;
}

static void init_scope(struct plan *p)
{
	p->scope = (struct expr_scope){
		.find = find_column,
		.names = column_names,
		.fetch = plan_fetch,
		.context = p,
	};
}

static void mark_used(void *context, int slot)
{
	struct plan *p = context;

	if ((size_t)slot == p->column_count)
		return;
	p->columns[slot].used = true;
	p->columns[slot].whole = p->json;
}

static int compile_rule(struct plan *p, const struct map_rule *r, bool used,
		      enum datum_type want, struct expr **e, struct error *err)
{
	expr_free(*e);
	p->scope.point = p->style.point;
	p->optional = r->optional;
	p->missing = SPAN_NONE;
	*e = expr_compile(r->text, r->file, r->line, r->column, &p->scope, want, err);
	if (!*e) {
		if (!p->json && p->missing.len && err)
			return missing_column_refuse(p, r, err);
		if (!r->file)
			error_place(err, "--map", 0, 0);
		return -1;
	}
	if (used)
		expr_slots(*e, mark_used, p);
	return 0;
}

/* "consent.marketing = unsubscribed": a copy of a column that asks who wants no more asks the same. */
static enum form form_of_consent(struct plan *p, const struct target *t)
{
	struct field f;
	unsigned rank;

	if (plan_known_field(p, p->columns[t->column].name, false, &p->arena, &f, &rank) && f.section == SECTION_CONSENT)
		return f.form;
	return t->field.form;
}

static int compile_target(struct plan *p, struct target *t, struct error *err)
{
	if (compile_rule(p, t->rule, true, TYPE_ANY, &t->expr, err))
		return -1;
	t->column = expr_column(t->expr);
	if (t->column < 0 || (size_t)t->column >= p->column_count)
		return 0;
	p->columns[t->column].copied = true;
	if (t->field.section == SECTION_CONSENT)
		t->field.form = form_of_consent(p, t);
	return 0;
}

/* The rules of a mapping as targets, spreads and conditions of a plan. */

static int refuse_rule(const struct map_rule *r, struct error *err)
{
	error_place(err, r->file ? r->file : "--map", r->line,
		    r->file ? r->name_column : 0);
	return -1;
}

/* A later rule for the same field takes the place of the earlier one. */
static struct target *target_for(struct plan *p, const struct field *f)
{
	for (size_t i = 0; i < p->target_count; i++)
		if (p->targets[i].field.section == f->section &&
		    span_equal(p->targets[i].field.key, f->key))
			return &p->targets[i];
	return plan_add_target(p, f, ORIGIN_MAPPING);
}

/* Unlike other rules all of those for one section count, one after the other. */
static int add_spread(struct plan *p, const struct field *f,
		      const struct map_rule *r, struct error *err)
{
	struct spread *s;

	if (f->section != SECTION_PROPS && f->section != SECTION_TRAITS &&
	    f->section != SECTION_IDS && f->section != SECTION_CONSENT) {
		error_usage(err, "the members of an object can go to props.*, traits.*, ids.* or consent.*");
		return refuse_rule(r, err);
	}
	p->spreads = mem_room(p->spreads, p->spread_count, &p->spread_cap,
			      sizeof *p->spreads);
	s = &p->spreads[p->spread_count++];
	*s = (struct spread){f->section, NULL, r};
	return compile_rule(p, r, true, TYPE_ANY, &s->expr, err);
}

static int add_rule(struct plan *p, const struct map_rule *r, bool identify,
		    struct error *err)
{
	struct field f;

	if (field_of_name(r->name, identify, &p->arena, &f, err))
		return refuse_rule(r, err);
	f.key = field_fill_source(f.key, p->source, &p->arena);
	if (span_equal(f.key, SPAN("*")))
		return add_spread(p, &f, r, err);
	target_for(p, &f)->rule = r;
	return 0;
}

/* Copies of columns that the file does not have give nothing. */
static void remove_missing(struct plan *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->target_count; i++) {
		struct target *t = &p->targets[i];

		if (t->column >= 0 && (size_t)t->column == p->column_count)
			expr_free(t->expr);
		else
			p->targets[kept++] = *t;
	}
	p->target_count = kept;
}

static int add_conditions(struct plan *p, const struct plan_input *input,
			  struct error *err)
{
	for (size_t i = 0; i < MAPPING_PARTS_MAX; i++) {
		const struct map_rule *r = input->conditions[i];

		p->condition_rules[i] = r;
		if (r && compile_rule(p, r, false, TYPE_TRUTH,
					   &p->conditions[i], err))
			return -1;
	}
	return 0;
}

static int add_rules_of(struct plan *p, size_t part, bool identify,
			struct error *err)
{
	for (size_t i = 0; i < p->mapping->count; i++)
		if (p->mapping->rules[i].part == part &&
		    add_rule(p, &p->mapping->rules[i], identify, err))
			return -1;
	return 0;
}

static int add_rules(struct plan *p, const struct plan_input *input,
		   struct error *err)
{
	bool identify = input->type == EVENT_IDENTIFY;

	if (add_rules_of(p, MAPPING_ALL, identify, err) ||
	    add_rules_of(p, p->part, identify, err))
		return -1;
	for (size_t i = 0; i < p->target_count; i++)
		if (compile_target(p, &p->targets[i], err))
			return -1;
	if (!p->json)
		remove_missing(p);
	return add_conditions(p, input, err);
}

/* `*` stands for any text; a name stands for what lies below it, too. */
static bool matches_pattern(struct span pattern, struct span name)
{
	size_t star = span_find_byte(pattern, '*');
	struct span rest;

	if (star == pattern.len)
		return span_starts(name, pattern) &&
		       (name.len == pattern.len || name.ptr[pattern.len] == '.');
	if (!span_starts(name, span_sub(pattern, 0, star)))
		return false;
	rest = span_sub(pattern, star + 1, pattern.len);
	for (size_t i = star; i <= name.len; i++)
		if (matches_pattern(rest, span_sub(name, i, name.len)))
			return true;
	return false;
}

bool plan_ignores(const struct plan *p, struct span name)
{
	struct span rest = p->ignore;

	while (!span_absent(rest)) {
		struct span pattern = span_trim(span_cut(&rest, ','));

		if (pattern.len && matches_pattern(pattern, name))
			return true;
	}
	return false;
}

/* The type of the records, where neither an option nor the mapping says it. */

struct hints {
	bool person;
	bool order;
	bool money;
	bool product;
	bool page;
	bool dated;
	bool named;	/* an event */
};

static void take_hint(struct hints *h, const struct field *f)
{
	if (f->section == SECTION_TIME)
		h->dated = true;
	if (f->section == SECTION_EVENT)
		h->named = true;
	switch (f->hint) {
	case HINT_PERSON:
		h->person = true;
		break;
	case HINT_ORDER:
		h->order = true;
		break;
	case HINT_MONEY:
		h->money = true;
		break;
	case HINT_PRODUCT:
		h->product = true;
		break;
	case HINT_PAGE:
		h->page = true;
		break;
	case HINT_NONE:
		break;
	}
}

static void take_kind(struct plan *p, enum row_kind kind)
{
	static const enum event_type types[ROW_KINDS] = {
		[ROW_ANY] = EVENT_TRACK, [ROW_EVENT] = EVENT_TRACK, [ROW_ORDER] = EVENT_TRACK,
		[ROW_PERSON] = EVENT_IDENTIFY, [ROW_PAGE] = EVENT_PAGE,
	};

	p->kind = kind;
	p->type = types[kind];
	p->type_guessed = true;
}

static bool has_action(const struct plan *p)
{
	for (size_t i = 0; i < p->column_count; i++)
		if (field_is_action(p->columns[i].name))
			return true;
	return false;
}

/*
 * Money, orders, products and actions with a time make an event; a file of people without them is
 * identify records; a web address makes a page view.
 */
static void guess_type(struct plan *p)
{
	struct hints h = {0};

	take_kind(p, ROW_EVENT);
	for (size_t i = 0; i < p->target_count; i++)
		take_hint(&h, &p->targets[i].field);
	for (size_t i = 0; i < p->column_count; i++) {
		struct field f;
		unsigned rank;

		if (plan_table_field(p, i, &f, &rank))
			take_hint(&h, &f);
	}
	p->acts = !p->json && h.dated && has_action(p);
	if (h.named || h.order || h.money || h.product || p->acts)
		return;
	if (h.page && h.dated)
		take_kind(p, ROW_PAGE);
	else if (h.person && !has_target(p, SECTION_TIME, SPAN("")))
		take_kind(p, ROW_PERSON);
}

/* What folding does with each property of an order. */

/* Said once an order, by the names of the e-commerce events. */
static const struct span order_keys[] = {
	SPAN("order_id"), SPAN("checkout_id"), SPAN("affiliation"),
	SPAN("subtotal"), SPAN("total"), SPAN("revenue"), SPAN("shipping"),
	SPAN("tax"), SPAN("discount"), SPAN("coupon"), SPAN("currency"),
	SPAN("value"), SPAN("payment_method"), SPAN("shipping_method"),
	SPAN("sales"), SPAN("grand_total"), SPAN("order_total"), SPAN("total_amount"), SPAN("total_price"),
	SPAN("refunded"), SPAN("refunded_amount"), SPAN("amount_refunded"), SPAN("refund_amount"),
};

static bool is_order_key(struct span key)
{
	/* A `type` is a product's as often as a transaction's. */
	if (order_status_is_key(key) && !span_equal(key, SPAN("type")))
		return true;
	for (size_t i = 0; i < sizeof order_keys / sizeof *order_keys; i++)
		if (span_equal(key, order_keys[i]))
			return true;
	return false;
}

/* The target that NAME, of an option, means; NULL with a usage error. */
static struct target *find_named(struct plan *p, struct span name,
				 const char *option, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct field f;

	if (field_of_name(name, p->type == EVENT_IDENTIFY, &p->arena, &f, err))
		return NULL;
	for (size_t i = 0; i < p->target_count; i++)
		if (p->targets[i].field.section == f.section &&
		    span_equal(p->targets[i].field.key, f.key))
			return &p->targets[i];
	error_usage(err, "%s: no column gives %s: map one to it first", option,
		    error_quote(name, quoted));
	return NULL;
}

static void set_role(struct plan *p, struct target *t, enum fold_role role)
{
	t->role = role;
	t->sum = p->sums;
	/* A column of the shop's own is text until somebody says that it adds up. */
	if (role == ROLE_SUM && (t->field.form == FORM_PLAIN || t->field.form == FORM_TEXT))
		t->field.form = FORM_NUMBER;
}

/* OPTIONAL: names that no column gives are left out. */
static int set_roles(struct plan *p, const char *names, enum fold_role role, bool optional,
		     struct error *err)
{
	const char *option = role == ROLE_SUM ? "--fold-sum" : "--fold-keep";
	struct span rest = names ? span_of(names) : SPAN_NONE;
	char quoted[ERROR_QUOTE_MAX];

	while (!span_absent(rest)) {
		struct span name = span_trim(span_cut(&rest, ','));
		struct target *t = find_named(p, name, option, err);

		if (!t && optional)
			continue;
		if (!t)
			return -1;
		if (t->field.section != SECTION_PROPS)
			return error_usage(err, "%s: %s is not a property of the event",
					   option, error_quote(name, quoted));
		for (const struct target *same = t; same; same = same->same)
			set_role(p, &p->targets[same - p->targets], role);
		p->sums += role == ROLE_SUM;
	}
	if (p->sums > FOLD_SUMS_MAX)
		return error_usage(err, "--fold-sum: at most %d", FOLD_SUMS_MAX);
	return 0;
}

static int refuse_place(const struct plan *p, struct error *err)
{
	error_place(err, p->file, 0, 0);
	return -1;
}

static int settle_fold(struct plan *p, const struct map_settings *format, struct error *err)
{
	const struct map_settings *set = &p->mapping->set;
	struct target *key;

	if (!set->fold) {
		if (!set->fold_sum && !set->fold_keep)
			return 0;
		return error_usage(err, "--fold-sum and --fold-keep need --fold, which names the field of the order");
	}
	key = find_named(p, span_of(set->fold), "--fold", err);
	if (!key)
		return refuse_place(p, err);
	if (key->field.section != SECTION_PROPS)
		return error_usage(err, "--fold: name a property of the event, such as order_id");
	for (size_t i = 0; i < p->target_count; i++)
		p->targets[i].role = is_order_key(p->targets[i].field.key) ?
			ROLE_KEEP : ROLE_PRODUCT;
	if (set_roles(p, set->fold_sum, ROLE_SUM, format && set->fold_sum == format->fold_sum, err) ||
	    set_roles(p, set->fold_keep, ROLE_KEEP, format && set->fold_keep == format->fold_keep, err))
		return refuse_place(p, err);
	for (const struct target *t = key; t; t = t->same)
		p->targets[t - p->targets].role = ROLE_KEEP;
	p->fold = true;
	p->fold_key = (size_t)(key - p->targets);
	return 0;
}

/* A type that the mapping gives by a constant is like one given by an option. */
static int fixed_type(struct plan *p, struct error *err)
{
	const struct target *t = plan_find(p, SECTION_TYPE, SPAN(""));
	struct datum d;

	if (!t)
		return 0;
	p->type = EVENT_TYPES;
	if (!expr_constant(t->expr, &d) || d.type != TYPE_TEXT)
		return 0;
	p->type = event_type_parse(d.text);
	if (p->type == EVENT_TYPES) {
		error_usage(err, "unknown record type: write track, identify, page, screen, group or alias");
		return refuse_rule(t->rule, err);
	}
	expr_free(t->expr);
	p->targets[t - p->targets] = p->targets[--p->target_count];
	index_targets(p);
	return 0;
}

static int refuse_source_rule(const struct plan *p, struct error *err)
{
	const struct target *t = plan_find(p, SECTION_SOURCE, SPAN(""));

	if (!t)
		return 0;
	error_usage(err, "the source is one for all rows: write 'set source = NAME'");
	return refuse_rule(t->rule, err);
}

/* What the records are, where the rules do not say it row by row. */
static void settle_type(struct plan *p, const struct plan_input *input)
{
	if (p->type != EVENT_TYPES || has_target(p, SECTION_TYPE, SPAN("")))
		return;
	if (p->part)
		p->type = EVENT_TRACK;
	else if (input->kind)
		take_kind(p, input->kind);
	else if (!input->typed || p->bare)
		guess_type(p);
}

/* A part of a mapping says what its events are called. */
static int check_event(const struct plan *p, struct error *err)
{
	if (!p->part || p->type != EVENT_TRACK || has_target(p, SECTION_EVENT, SPAN("")))
		return 0;
	error_usage(err, "section '%s' makes track records without a name: write event = ...",
		    p->mapping->parts[p->part].name);
	error_place(err, p->file, 0, 0);
	return -1;
}

static int build_plan(struct plan *p, const struct plan_input *input,
		      struct error *err)
{
	p->type = input->type;
	if (add_rules(p, input, err) || refuse_source_rule(p, err) ||
	    fixed_type(p, err))
		return -1;
	settle_type(p, input);
	if (!p->bare)
		plan_add_columns(p, input->typed);
	for (size_t i = 0; i < p->target_count; i++)
		finish_target(p, &p->targets[i]);
	order_targets(p);
	p->consents_settled = input->typed;
	if (!p->bare)
		consent_columns_find(p);
	if (check_event(p, err) || (!p->part && settle_fold(p, input->format, err)))
		return -1;
	prepare_members(p);
	prepare_event(p);
	prepare_orders(p);
	deletions_find(p);
	prepare_seed(p);
	p->hashed_ids = !has_target(p, SECTION_ID, SPAN(""));
	version_columns_find(p, input->path);
	return 0;
}

struct plan *plan_new(const struct plan_input *input, struct error *err)
{
	struct plan *p = mem_zero(1, sizeof *p);
	const struct map_part *part = &input->mapping->parts[input->part];

	p->file = input->file;
	p->source = arena_copy(&p->arena, input->source);
	p->mapping = input->mapping;
	p->part = input->part;
	p->bare = part->others ? !strcmp(part->others, "ignore") : p->part > 0;
	p->ignore = span_of(input->mapping->set.ignore);
	p->json = input->json;
	p->kinds = input->kinds || input->json;
	p->fixed = input->fixed;
	p->lacks = input->lacks;
	p->payments = input->payments;
	p->utc = input->utc;
	p->tally_base = input->tally_base;
	p->style.point = '.';
	p->zone_column = p->name_column = -1;
	init_scope(p);
	add_columns(p, input);
	if (input->format && input->amounts)
		renamed_columns_find(p, input->amounts);
	if (!build_plan(p, input, err))
		return p;
	plan_free(p);
	return NULL;
}

void plan_free(struct plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->target_count; i++)
		expr_free(p->targets[i].expr);
	for (size_t i = 0; i < p->spread_count; i++)
		expr_free(p->spreads[i].expr);
	for (size_t i = 0; i < MAPPING_PARTS_MAX; i++)
		expr_free(p->conditions[i]);
	mem_free(p->spreads);
	mem_free(p->targets);
	mem_free(p->columns);
	mem_free(p->names);
	map_release(&p->index);
	map_release(&p->exact);
	map_release(&p->aliases);
	for (int s = 0; s < SECTIONS; s++) {
		map_release(&p->keys[s]);
		map_release(&p->holders[s]);
	}
	map_release(&p->namesakes);
	arena_release(&p->arena);
	mem_free(p);
}

static void make_sparse(struct plan *p)
{
	struct plan_sparse *s = arena_zero(&p->arena, sizeof *s);

	s->words = p->target_count / 64 + 1;
	s->always = arena_zero(&p->arena, s->words * sizeof *s->always);
	s->first = arena_alloc(&p->arena, (p->column_count + 1) * sizeof *s->first);
	s->next = arena_alloc(&p->arena, p->target_count * sizeof *s->next);
	for (size_t c = 0; c <= p->column_count; c++)
		s->first[c] = -1;
	for (size_t i = 0; i < p->target_count; i++) {
		int column = p->targets[i].column;

		if (column < 0) {
			s->always[i / 64] |= (uint64_t)1 << i % 64;
			continue;
		}
		s->next[i] = s->first[column];
		s->first[column] = (int)i;
	}
	p->sparse = s;
}

int plan_settle(struct plan *p, const struct plan_style *style,
		struct error *err)
{
	bool again = style->point != p->style.point;

	p->style = *style;
	for (size_t i = 0; again && i < p->target_count; i++)
		if (p->targets[i].rule && compile_target(p, &p->targets[i], err))
			return -1;
	for (size_t i = 0; again && i < p->spread_count; i++)
		if (compile_rule(p, p->spreads[i].rule, true, TYPE_ANY,
				      &p->spreads[i].expr, err))
			return -1;
	for (size_t i = 0; again && i < MAPPING_PARTS_MAX; i++)
		if (p->condition_rules[i] &&
		    compile_rule(p, p->condition_rules[i], false, TYPE_TRUTH,
				      &p->conditions[i], err))
			return -1;
	if (p->json && p->target_count >= PLAN_SPARSE_MIN)
		make_sparse(p);
	p->steps = arena_alloc(&p->arena, p->target_count * sizeof *p->steps);
	for (size_t i = 0; i < p->target_count; i++) {
		p->targets[i].quick = quick_way(p, &p->targets[i]);
		p->steps[i] = quick_step_of(&p->targets[i]);
	}
	return 0;
}
