/* Records held to a tracking plan. */
#include "collect/quality/schema_parts.h"

#include <stdio.h>

#include "base/mem.h"

struct check {
	const struct schema *plan;
	struct schema_scratch *k;
	struct buf *out;	/* the record without what offends */
};

/* What becomes of the value: it goes in a container that is stripped. */
static bool check_value(struct check *c, const struct spec *spec, struct value v);

static void note_violation(struct check *c, struct span keyword, struct value v)
{
	struct schema_scratch *k = c->k;
	char quoted[ERROR_QUOTE_MAX];
	struct violation *one;

	k->list = mem_room(k->list, k->count, &k->cap, sizeof *k->list);
	one = &k->list[k->count++];
	one->field = arena_copy(&k->arena, buf_view(&k->path));
	one->keyword = keyword;
	one->what = SPAN("");
	if (v.kind == VALUE_NONE)
		return;
	buf_clear(&k->text);
	error_quote(v.kind == VALUE_TEXT ? value_text(v, &k->text) : v.raw, quoted);
	one->what = arena_copy(&k->arena, span_of(quoted));
}

static void enter_member(struct schema_scratch *k, struct span key)
{
	if (k->path.len)
		buf_char(&k->path, '.');
	buf_span(&k->path, key);
}

static bool is_integer(struct value v)
{
	struct decimal d, rest;

	if (!decimal_parse(v.raw, &d))
		return span_find_byte(v.raw, '.') == v.raw.len &&
		       span_find_byte(v.raw, 'e') == v.raw.len &&
		       span_find_byte(v.raw, 'E') == v.raw.len;
	rest = decimal_round(d, 0);
	return !decimal_compare(d, rest);
}

static bool has_type(unsigned types, struct value v)
{
	switch (v.kind) {
	case VALUE_NULL:
		return types & TYPE_BIT_NULL;
	case VALUE_FALSE:
	case VALUE_TRUE:
		return types & TYPE_BIT_BOOLEAN;
	case VALUE_NUMBER:
		return (types & TYPE_BIT_NUMBER) ||
		       ((types & TYPE_BIT_INTEGER) && is_integer(v));
	case VALUE_TEXT:
		return types & TYPE_BIT_STRING;
	case VALUE_ARRAY:
		return types & TYPE_BIT_ARRAY;
	case VALUE_OBJECT:
		return types & TYPE_BIT_OBJECT;
	case VALUE_NONE:
		break;
	}
	return false;
}

/* Texts and numbers by what they mean, all else by how it is written. */
static bool same_value(struct value a, struct value b)
{
	struct buf one = BUF_INIT, other = BUF_INIT;
	struct decimal x, y;
	bool same;

	if (a.kind != b.kind)
		return false;
	if (a.kind == VALUE_NUMBER && decimal_parse(a.raw, &x) && decimal_parse(b.raw, &y))
		return !decimal_compare(x, y);
	if (a.kind != VALUE_TEXT)
		return span_equal(a.raw, b.raw);
	same = span_equal(value_text(a, &one), value_text(b, &other));
	buf_release(&one);
	buf_release(&other);
	return same;
}

static bool is_chosen(const struct spec *spec, struct value v)
{
	for (size_t i = 0; i < spec->choice_count; i++)
		if (same_value(spec->choices[i], v))
			return true;
	return false;
}

/* The first bound that NUMBER, a value of any size, is beyond; BOUNDS for none. */
static enum bound broken_bound(const struct spec *spec, struct value v)
{
	struct decimal d;
	bool exact = decimal_parse(v.raw, &d);
	double x = 0;

	if (!exact)
		value_double(v, &x);
	for (int i = 0; i < BOUNDS; i++) {
		int order;

		if (!(spec->bounded & 1u << i))
			continue;
		/* Beyond 38 digits only the sign can tell, and does. */
		order = exact ? decimal_compare(d, spec->bounds[i]) : x < 0 ? -1 : 1;
		if ((i == BOUND_MINIMUM && order < 0) ||
		    (i == BOUND_MAXIMUM && order > 0) ||
		    (i == BOUND_EXCLUSIVE_MINIMUM && order <= 0) ||
		    (i == BOUND_EXCLUSIVE_MAXIMUM && order >= 0))
			return (enum bound)i;
	}
	return BOUNDS;
}

static uint64_t count_characters(struct span text)
{
	uint64_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return count;
}

/* The keyword that a text breaks, or "". */
static struct span check_text(struct check *c, const struct spec *spec,
			      struct value v)
{
	struct span text;
	uint64_t length;

	buf_clear(&c->k->text);
	text = value_text(v, &c->k->text);
	length = count_characters(text);
	if (length < spec->min_length)
		return SPAN("minLength");
	if (length > spec->max_length)
		return SPAN("maxLength");
	/* A search that would take too long has not found anything either. */
	if (spec->pattern &&
	    regex_find(spec->pattern, text, &c->k->arena, NULL, NULL, NULL) != 1)
		return SPAN("pattern");
	return SPAN("");
}

static struct span check_number(const struct spec *spec, struct value v)
{
	static const struct span names[] = {
		[BOUND_MINIMUM] = SPAN("minimum"),
		[BOUND_MAXIMUM] = SPAN("maximum"),
		[BOUND_EXCLUSIVE_MINIMUM] = SPAN("exclusiveMinimum"),
		[BOUND_EXCLUSIVE_MAXIMUM] = SPAN("exclusiveMaximum"),
		[BOUNDS] = SPAN(""),
	};

	return names[spec->bounded ? broken_bound(spec, v) : BOUNDS];
}

/* The first keyword that V itself breaks, without what is inside it, or "". */
static struct span check_keywords(struct check *c, const struct spec *spec, struct value v)
{
	if (spec->types && !has_type(spec->types, v))
		return SPAN("type");
	if (spec->choice_count && !is_chosen(spec, v))
		return SPAN("enum");
	if (spec->constant.kind != VALUE_NONE && !same_value(spec->constant, v))
		return SPAN("const");
	if (v.kind == VALUE_TEXT)
		return check_text(c, spec, v);
	if (v.kind == VALUE_NUMBER)
		return check_number(spec, v);
	return SPAN("");
}

static void check_required(struct check *c, const struct spec *spec,
			   struct value object)
{
	size_t before = c->k->path.len;

	for (size_t i = 0; i < spec->required_count; i++) {
		struct value v = object.kind == VALUE_OBJECT ?
			value_member(object, spec->required[i]) : VALUE_ABSENT;

		if (v.kind != VALUE_NONE && v.kind != VALUE_NULL)
			continue;
		enter_member(c->k, spec->required[i]);
		note_violation(c, SPAN("required"), VALUE_ABSENT);
		c->k->path.len = before;
	}
}

/* True: the member stays. */
static bool check_member(struct check *c, const struct spec *spec,
			 const struct member *m)
{
	struct buf key = BUF_INIT;
	size_t before = c->k->path.len;
	size_t at = map_find(&spec->properties, member_key(m, &key));
	bool stays = true;

	enter_member(c->k, member_key(m, &key));
	if (at != MAP_NONE) {
		stays = check_value(c, spec->properties.entries[at].ptr, m->value);
	} else if (spec->closed) {
		note_violation(c, SPAN("additionalProperties"), m->value);
		stays = false;
	} else {
		buf_span(c->out, m->value.raw);
	}
	c->k->path.len = before;
	buf_release(&key);
	return stays;
}

static void check_object(struct check *c, const struct spec *spec, struct value v)
{
	struct buf *out = c->out;
	struct scan s;
	struct member m;

	buf_char(out, '{');
	scan_start(&s, v.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		size_t begin = out->len;

		if (out->ptr[begin - 1] != '{')
			buf_char(out, ',');
		buf_char(out, '"');
		buf_span(out, m.key);
		buf_lit(out, "\":");
		if (!check_member(c, spec, &m))
			out->len = begin;
	}
	buf_char(out, '}');
	check_required(c, spec, v);
}

static void check_array(struct check *c, const struct spec *spec, struct value v)
{
	struct buf *out = c->out;
	size_t before = c->k->path.len;
	struct scan s;
	struct value element;
	uint64_t count = 0;

	buf_char(out, '[');
	scan_start(&s, v.raw);
	if (scan_enter(&s, '[', NULL))
		return;
	while (scan_element(&s, &element, NULL) > 0) {
		size_t begin = out->len;

		count++;
		if (out->ptr[begin - 1] != '[')
			buf_char(out, ',');
		buf_lit(&c->k->path, "[]");
		if (spec->items && !check_value(c, spec->items, element))
			out->len = begin;
		else if (!spec->items)
			buf_span(out, element.raw);
		c->k->path.len = before;
	}
	buf_char(out, ']');
	if (count < spec->min_items)
		note_violation(c, SPAN("minItems"), v);
	if (count > spec->max_items)
		note_violation(c, SPAN("maxItems"), v);
}

/* Appends what may stay of V; false: none of it, and nothing is appended. */
static bool check_value(struct check *c, const struct spec *spec, struct value v)
{
	size_t begin = c->out->len;
	size_t violations = c->k->count;
	struct span keyword = check_keywords(c, spec, v);

	if (keyword.len) {
		note_violation(c, keyword, v);
		return false;
	}
	if (v.kind == VALUE_OBJECT) {
		check_object(c, spec, v);
	} else if (v.kind == VALUE_ARRAY) {
		check_array(c, spec, v);
		for (size_t i = violations; i < c->k->count; i++) {
			if (!span_ends(c->k->list[i].keyword, SPAN("Items")) ||
			    c->k->list[i].field.len != c->k->path.len)
				continue;
			c->out->len = begin;
			return false;
		}
	} else {
		buf_span(c->out, v.raw);
	}
	return true;
}

/* A record section by section; what stands between them stays. */
static void check_record(struct check *c, const struct event_spec *spec,
			 const struct event *e)
{
	const struct value *const values[SCHEMA_SECTIONS] = {
		&e->ids, &e->traits, &e->props, &e->context,
	};
	const char *from = e->line.ptr;

	for (int i = 0; i < SCHEMA_SECTIONS; i++) {
		struct value v = *values[i];

		buf_clear(&c->k->path);
		buf_span(&c->k->path, schema_sections[i]);
		if (!spec->sections[i])
			continue;
		if (v.kind != VALUE_OBJECT) {
			check_required(c, spec->sections[i], VALUE_ABSENT);
			continue;
		}
		buf_span(c->out, span_between(from, v.raw.ptr));
		if (!check_value(c, spec->sections[i], v))
			buf_lit(c->out, "{}");
		from = v.raw.ptr + v.raw.len;
	}
	buf_span(c->out, span_between(from, e->line.ptr + e->line.len));
}

/* The event's name, or the type of a record that has none. */
static struct span name_of(const struct event *e, struct arena *a)
{
	struct buf b = BUF_INIT;
	struct span name = event_type_names[e->type];

	if (e->name.kind == VALUE_TEXT)
		name = arena_copy(a, value_text(e->name, &b));
	buf_release(&b);
	return name;
}

static void put_mark(const struct check *c, struct span event, struct buf *out)
{
	buf_char(out, '[');
	for (size_t i = 0; i < c->k->count && i < SCHEMA_SHOWN; i++) {
		const struct violation *v = &c->k->list[i];

		buf_text_put(out, i ? ",{\"event\":" : "{\"event\":");
		text_encode(out, event);
		if (v->field.len) {
			buf_lit(out, ",\"field\":");
			text_encode(out, v->field);
		}
		buf_lit(out, ",\"kind\":");
		text_encode(out, v->keyword);
		buf_lit(out, ",\"plan\":");
		text_encode(out, c->plan->version);
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

static void count_violations(const struct check *c, struct span event,
			     struct schema_counts *counts)
{
	struct buf key = BUF_INIT;

	counts->violations += c->k->count;
	for (size_t i = 0; i < c->k->count; i++) {
		const struct violation *v = &c->k->list[i];
		size_t at;

		buf_clear(&key);
		buf_span(&key, event);
		buf_char(&key, '\0');
		buf_span(&key, v->field);
		buf_char(&key, '\0');
		buf_span(&key, v->keyword);
		at = map_put(&counts->kinds, buf_view(&key), NULL);
		counts->kinds.entries[at].number++;
	}
	buf_release(&key);
}

static void refuse_record(const struct check *c, struct span event, struct error *err)
{
	const struct violation *v = &c->k->list[0];
	char quoted[ERROR_QUOTE_MAX];
	char more[48] = "";

	error_quote(event, quoted);
	if (!v->field.len) {
		error_data(err, "event %s is not planned (plan %.*s)", quoted,
			   SPAN_ARG(c->plan->version));
		return;
	}
	if (c->k->count > 1)
		snprintf(more, sizeof more, ", and %zu more", c->k->count - 1);
	error_data(err, "event %s violates plan %.*s: %.*s: %.*s%s%.*s%s", quoted,
		   SPAN_ARG(c->plan->version), SPAN_ARG(v->field),
		   SPAN_ARG(v->keyword), v->what.len ? " " : "", SPAN_ARG(v->what), more);
}

/* What the plan says of E: NULL where it says nothing; *ACTION for unplanned events. */
static const struct event_spec *find_spec(const struct schema *s, const struct event *e,
					  struct span name, bool *planned)
{
	size_t at;

	*planned = true;
	if (e->name.kind != VALUE_TEXT)
		return s->types[e->type];
	at = map_find(&s->events, name);
	if (at != MAP_NONE)
		return s->events.entries[at].ptr;
	*planned = false;
	return NULL;
}

enum schema_verdict schema_check(const struct schema *s, struct schema_scratch *k,
				 const struct event *e, struct buf *out,
				 struct buf *mark, struct schema_counts *counts,
				 struct error *err)
{
	struct check c = {s, k, out};
	enum schema_action action = s->unplanned;
	size_t begin = out->len;
	const struct event_spec *spec;
	struct span name;
	bool planned;

	arena_clear(&k->arena);
	k->count = 0;
	name = name_of(e, &k->arena);
	spec = find_spec(s, e, name, &planned);
	buf_clear(&k->path);
	if (spec) {
		check_record(&c, spec, e);
		action = spec->action;
	} else if (!planned) {
		note_violation(&c, SPAN("unplanned"), VALUE_ABSENT);
	}
	if (!k->count)
		return SCHEMA_FINE;
	count_violations(&c, name, counts);
	if (action == ACTION_BLOCK) {
		counts->blocked++;
		refuse_record(&c, name, err);
		return SCHEMA_BLOCK;
	}
	if (action == ACTION_ALLOW) {
		out->len = begin;
		buf_span(out, e->line);
		counts->allowed++;
	} else {
		counts->stripped++;
	}
	put_mark(&c, name, mark);
	return SCHEMA_MARK;
}

void schema_scratch_release(struct schema_scratch *k)
{
	mem_free(k->list);
	arena_release(&k->arena);
	buf_release(&k->text);
	buf_release(&k->path);
}
