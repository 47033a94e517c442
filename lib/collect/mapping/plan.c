#include "collect/mapping/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "collect/mapping/plan_parts.h"
#include "collect/mapping/quick.h"
#include "record/scan.h"

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

bool plan_has(const struct plan *p, enum section section, struct span key)
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

/* Of several columns for one field, the one whose header comes first. */
struct candidate {
	struct field field;
	unsigned rank;
	size_t column;
};

bool plan_table_field(struct plan *p, size_t column, struct field *out,
		      unsigned *rank)
{
	bool identify = p->type == EVENT_IDENTIFY;
	struct span name = p->columns[column].name;

	if (p->json)
		return field_of_member(name, p->source, identify, &p->arena,
				       out, rank);
	return field_of_header(name, p->source, identify, &p->arena, out, rank);
}

/* Is COLUMN inside an object that the mapping takes as a whole? */
static bool is_inside_whole(const struct plan *p, size_t column)
{
	struct span name = p->columns[column].name;

	for (size_t dot = 0; p->json && dot < name.len; dot++) {
		size_t at = name.ptr[dot] != '.' ? MAP_NONE :
			map_find(&p->exact, span_sub(name, 0, dot));

		if (at != MAP_NONE && p->columns[p->exact.entries[at].number].whole)
			return true;
	}
	return false;
}

/* The member `type` of each record says what it is. */
static void add_type_member(struct plan *p)
{
	static const struct field type = {SECTION_TYPE, FORM_TYPE, HINT_NONE, SPAN("")};
	static const struct field id = {SECTION_ID, FORM_TEXT, HINT_NONE, SPAN("")};
	size_t at = map_find(&p->exact, SPAN("type"));
	struct target *t;

	if (at == MAP_NONE)
		return;
	t = plan_add_target(p, &type, ORIGIN_TABLE);
	t->column = (int)p->exact.entries[at].number;
	p->columns[t->column].copied = p->columns[t->column].known = true;
	/* And so `id` is the message's: the records are ours. */
	at = map_find(&p->exact, SPAN("id"));
	if (at == MAP_NONE || plan_has(p, SECTION_ID, SPAN("")) ||
	    map_find(&p->exact, SPAN("messageId")) != MAP_NONE)
		return;
	t = plan_add_target(p, &id, ORIGIN_TABLE);
	t->column = (int)p->exact.entries[at].number;
	p->columns[t->column].copied = p->columns[t->column].known = true;
}

/* Where KEY stands in the list; NEXT where it is new. */
static size_t place_of(struct map *seen, struct span key, size_t next)
{
	bool added;
	size_t at = map_put(seen, key, &added);

	if (added)
		seen->entries[at].number = next;
	return seen->entries[at].number;
}

static void add_table_columns(struct plan *p)
{
	struct candidate *list = mem_zero(p->column_count + 1, sizeof *list);
	struct map seen[SECTIONS] = {0};
	size_t count = 0;

	for (size_t i = p->fixed; i < p->column_count; i++) {
		struct candidate c = {.column = i};
		size_t same;

		if (p->columns[i].copied || is_inside_whole(p, i) ||
		    plan_drops(p, p->columns[i].name) ||
		    !plan_table_field(p, i, &c.field, &c.rank) ||
		    (p->columns[i].used && !field_is_known(&c.field)) ||
		    plan_has(p, c.field.section, c.field.key))
			continue;
		same = place_of(&seen[c.field.section], c.field.key, count);
		if (same == count || c.rank < list[same].rank)
			list[same] = c;
		count += same == count;
	}
	for (size_t i = 0; i < count; i++) {
		struct target *t = plan_add_target(p, &list[i].field, ORIGIN_TABLE);

		t->column = (int)list[i].column;
		p->columns[t->column].copied = true;
		p->columns[t->column].known = true;
	}
	for (int s = 0; s < SECTIONS; s++)
		map_release(&seen[s]);
	mem_free(list);
}

static void add_rest(struct plan *p)
{
	bool identify = p->type == EVENT_IDENTIFY;

	for (size_t i = p->fixed; i < p->column_count; i++) {
		struct column *c = &p->columns[i];
		struct field f = field_of_rest(c->folded, identify);
		struct buf key = BUF_INIT;

		if (c->copied || c->used || is_inside_whole(p, i) ||
		    plan_drops(p, c->name))
			continue;
		for (unsigned n = 2; plan_has(p, f.section, f.key); n++) {
			buf_clear(&key);
			buf_span(&key, c->folded);
			buf_printf(&key, "_%u", n);
			f.key = arena_copy(&p->arena, buf_view(&key));
		}
		buf_release(&key);
		plan_add_target(p, &f, ORIGIN_REST)->column = (int)i;
		c->copied = true;
	}
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

/* What an identifier that is none is kept under: a trait of its own name. */
static struct span demoted_prefix(struct plan *p, struct span key)
{
	struct buf b = BUF_INIT;
	struct span kept;

	buf_span(&b, key);
	for (unsigned n = 2; plan_has(p, SECTION_TRAITS, buf_view(&b)); n++) {
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
		t->demoted = demoted_prefix(p, key);
	if (t->field.section == SECTION_CONSENT && t->origin == ORIGIN_TABLE)
		t->demoted = demoted_prefix(p, p->columns[t->column].folded);
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
	index_targets(p);
}

/* A name for events that have none: an order where there is money for one. */
static struct span default_event(const struct plan *p)
{
	if (plan_has(p, SECTION_PROPS, SPAN("order_id")) &&
	    (plan_has(p, SECTION_PROPS, SPAN("revenue")) ||
	     plan_has(p, SECTION_PROPS, SPAN("total")) ||
	     plan_has(p, SECTION_PROPS, SPAN("price"))))
		return SPAN("Order Completed");
	return SPAN("Row Imported");
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
		return plan_refuse_rule(t->rule, err);
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
	return plan_refuse_rule(t->rule, err);
}

/* What the records are, where the rules do not say it row by row. */
static void settle_type(struct plan *p, const struct plan_input *input)
{
	if (p->type != EVENT_TYPES || plan_has(p, SECTION_TYPE, SPAN("")))
		return;
	if (p->part)
		p->type = EVENT_TRACK;
	else if (input->typed && !p->bare)
		add_type_member(p);
	else
		plan_guess_type(p);
}

/* A part of a mapping says what its events are called. */
static int check_event(const struct plan *p, struct error *err)
{
	if (!p->part || p->type != EVENT_TRACK || plan_has(p, SECTION_EVENT, SPAN("")))
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
	if (plan_add_rules(p, input, err) || refuse_source_rule(p, err) ||
	    fixed_type(p, err))
		return -1;
	settle_type(p, input);
	if (!p->bare) {
		add_table_columns(p);
		add_rest(p);
	}
	for (size_t i = 0; i < p->target_count; i++)
		finish_target(p, &p->targets[i]);
	order_targets(p);
	if (check_event(p, err) || (!p->part && plan_fold(p, err)))
		return -1;
	prepare_members(p);
	prepare_event(p);
	prepare_seed(p);
	p->hashed_ids = !plan_has(p, SECTION_ID, SPAN(""));
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
	p->bare = part->others ? !strcmp(part->others, "drop") : p->part > 0;
	p->drop = span_of(input->mapping->set.drop);
	p->json = input->json;
	p->kinds = input->kinds || input->json;
	p->fixed = input->fixed;
	p->tally_base = input->tally_base;
	p->manner.point = '.';
	plan_scope_init(p);
	plan_add_columns(p, input);
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
	for (int s = 0; s < SECTIONS; s++)
		map_release(&p->keys[s]);
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

int plan_settle(struct plan *p, const struct plan_manner *manner,
		struct error *err)
{
	bool again = manner->point != p->manner.point;

	p->manner = *manner;
	for (size_t i = 0; again && i < p->target_count; i++)
		if (p->targets[i].rule && plan_compile(p, &p->targets[i], err))
			return -1;
	for (size_t i = 0; again && i < p->spread_count; i++)
		if (plan_compile_rule(p, p->spreads[i].rule, true, TYPE_ANY,
				      &p->spreads[i].expr, err))
			return -1;
	for (size_t i = 0; again && i < MAPPING_PARTS_MAX; i++)
		if (p->condition_rules[i] &&
		    plan_compile_rule(p, p->condition_rules[i], false, TYPE_TRUTH,
				      &p->conditions[i], err))
			return -1;
	if (p->json && p->target_count >= PLAN_SPARSE_MIN)
		make_sparse(p);
	p->sources = arena_alloc(&p->arena, p->target_count * sizeof *p->sources);
	for (size_t i = 0; i < p->target_count; i++) {
		p->targets[i].quick = quick_way(p, &p->targets[i]);
		p->sources[i] = p->targets[i].column;
	}
	return 0;
}
