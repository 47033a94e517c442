/* A record walked through, and written with what is hidden in its new form. */
#include "base/buf.h"
#include "collect/privacy/privacy_leaks.h"

struct walk {
	const struct privacy *p;
	struct privacy_scratch *s;
	struct privacy_counts *counts;
	struct span section;
	struct buf path;	/* keys from the section on, joined by dots */
	struct buf *out;
};

static void put_value(struct walk *w, struct value v, struct span name,
		      const struct privacy_rule *rule);

static void put_member_start(struct buf *out, const struct member *m)
{
	if (out->len && out->ptr[out->len - 1] != '{')
		buf_char(out, ',');
	buf_char(out, '"');
	buf_span(out, m->key);
	buf_lit(out, "\":");
}

/* A value in a form that hides it. */
static void put_hidden(struct walk *w, struct value v,
		       const struct privacy_rule *rule)
{
	struct privacy_scratch *s = w->s;
	struct span text;

	buf_clear(&s->text);
	buf_clear(&s->value);
	text = value_text(v, &s->text);
	if (span_absent(text) || (v.kind == VALUE_TEXT && !text.len)) {
		buf_span(w->out, v.raw);
		return;
	}
	if (rule->action == PRIVACY_MASK)
		privacy_mask(text, &s->arena, &s->value);
	else
		privacy_pseudonym(w->p, s, rule->name, text, &s->value);
	w->counts->values[rule - w->p->rules]++;
	text_encode(w->out, buf_view(&s->value));
}

/* A text that no rule names: addresses and parameters in it. */
static void put_text(struct walk *w, struct value v, struct span name)
{
	struct privacy_scratch *s = w->s;
	struct buf changed = BUF_INIT;
	struct span text;

	buf_clear(&s->text);
	text = value_text(v, &s->text);
	if (w->p->address_bits && privacy_is_address(name) &&
	    privacy_blur(w->p, name, text, &changed)) {
		w->counts->addresses++;
		text_encode(w->out, buf_view(&changed));
	} else if (privacy_url(w->p, s, text, &changed, w->counts)) {
		text_encode(w->out, buf_view(&changed));
	} else {
		buf_span(w->out, v.raw);
	}
	if (w->p->hides_email || w->p->hides_phone)
		privacy_watch(w->p, w->section, w->path.len ? buf_view(&w->path) : name,
			      changed.len ? buf_view(&changed) : text, w->counts);
	buf_release(&changed);
}

/* The members of an object, with a rule that holds for all of it or NULL. */
static void put_object(struct walk *w, struct value v,
		       const struct privacy_rule *rule)
{
	size_t before = w->path.len;
	struct scan s;
	struct member m;

	buf_char(w->out, '{');
	scan_start(&s, v.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		const struct privacy_rule *own = rule;
		struct buf key = BUF_INIT;
		struct span name = member_key(&m, &key);

		if (before)
			buf_char(&w->path, '.');
		buf_span(&w->path, name);
		if (!own)
			own = privacy_find(w->p, w->section, buf_view(&w->path), name);
		if (own && own->action == PRIVACY_DROP) {
			w->counts->values[own - w->p->rules]++;
		} else {
			put_member_start(w->out, &m);
			put_value(w, m.value, name, own);
		}
		w->path.len = before;
		buf_release(&key);
	}
	buf_char(w->out, '}');
}

static void put_array(struct walk *w, struct value v, struct span name,
		      const struct privacy_rule *rule)
{
	struct scan s;
	struct value element;
	bool first = true;

	buf_char(w->out, '[');
	scan_start(&s, v.raw);
	if (scan_enter(&s, '[', NULL))
		return;
	while (scan_element(&s, &element, NULL) > 0) {
		if (!first)
			buf_char(w->out, ',');
		first = false;
		put_value(w, element, name, rule);
	}
	buf_char(w->out, ']');
}

/* Values inside objects and arrays that a rule names are hidden one by one. */
static void put_value(struct walk *w, struct value v, struct span name,
		      const struct privacy_rule *rule)
{
	if (v.kind == VALUE_OBJECT)
		put_object(w, v, rule);
	else if (v.kind == VALUE_ARRAY)
		put_array(w, v, name, rule);
	else if (rule)
		put_hidden(w, v, rule);
	else if (v.kind == VALUE_TEXT)
		put_text(w, v, name);
	else
		buf_span(w->out, v.raw);
}

static bool has_member(struct value object, struct span key)
{
	return object.kind == VALUE_OBJECT &&
	       value_member(object, key).kind != VALUE_NONE;
}

/* What is masked moves to the traits, unless there is one of its name. */
static void put_ids(struct walk *w, struct value ids, struct value traits)
{
	struct buf *out = w->out;
	struct scan s;
	struct member m;

	buf_char(out, '{');
	scan_start(&s, ids.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		struct buf key = BUF_INIT;
		struct span name = member_key(&m, &key);
		const struct privacy_rule *rule =
			privacy_find(w->p, w->section, name, name);

		if (rule && rule->action == PRIVACY_DROP) {
			w->counts->values[rule - w->p->rules]++;
		} else if (rule && rule->action == PRIVACY_MASK) {
			w->out = &w->s->moved;
			if (!has_member(traits, name)) {
				put_member_start(w->out, &m);
				put_value(w, m.value, name, rule);
			} else {
				w->counts->values[rule - w->p->rules]++;
			}
			w->out = out;
		} else {
			put_member_start(out, &m);
			put_value(w, m.value, name, rule);
		}
		buf_release(&key);
	}
	buf_char(out, '}');
}

static void put_traits(struct walk *w, struct value traits)
{
	struct buf *moved = &w->s->moved;

	if (traits.kind == VALUE_OBJECT)
		put_object(w, traits, NULL);
	else
		buf_lit(w->out, "{}");
	if (!moved->len)
		return;
	w->out->len--;
	if (w->out->ptr[w->out->len - 1] != '{')
		buf_char(w->out, ',');
	buf_span(w->out, buf_view(moved));
	buf_char(w->out, '}');
}

/* ,"NAME":OBJECT, where it holds anything. */
static void put_section(struct buf *out, struct span name, struct span object)
{
	if (object.len <= 2)
		return;
	buf_lit(out, ",\"");
	buf_span(out, name);
	buf_lit(out, "\":");
	buf_span(out, object);
}

static struct walk start(const struct privacy *p, struct privacy_scratch *s,
			 struct span section, struct buf *out,
			 struct privacy_counts *counts)
{
	buf_clear(out);
	return (struct walk){.p = p, .s = s, .counts = counts,
			     .section = section, .out = out};
}

/* Where the sections begin: everything before is type, id, time, source, event. */
static size_t head_length(const struct event *e)
{
	const struct value *const all[] = {
		&e->ids, &e->traits, &e->props, &e->context, &e->consent,
	};
	static const size_t names[] = {
		sizeof ",\"ids\":", sizeof ",\"traits\":", sizeof ",\"props\":",
		sizeof ",\"context\":", sizeof ",\"consent\":",
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i]->kind == VALUE_OBJECT)
			return (size_t)(all[i]->raw.ptr - e->line.ptr) - (names[i] - 1);
	return e->line.len - 1;
}

/* A section that is only walked through, by way of s->ids. */
static void put_plain(const struct privacy *p, struct privacy_scratch *s,
		      struct span name, struct value section, struct buf *out,
		      struct privacy_counts *counts)
{
	struct walk w = start(p, s, name, &s->ids, counts);

	if (section.kind != VALUE_OBJECT)
		return;
	put_object(&w, section, NULL);
	put_section(out, name, buf_view(&s->ids));
	buf_release(&w.path);
}

void privacy_put(const struct privacy *p, struct privacy_scratch *s,
		 const struct event *e, struct buf *out,
		 struct privacy_counts *counts)
{
	struct walk w = start(p, s, SPAN("ids"), &s->ids, counts);

	arena_clear(&s->arena);
	buf_clear(&s->moved);
	buf_span(out, span_sub(e->line, 0, head_length(e)));
	if (e->ids.kind == VALUE_OBJECT)
		put_ids(&w, e->ids, e->traits);
	put_section(out, SPAN("ids"), buf_view(&s->ids));
	buf_release(&w.path);
	w = start(p, s, SPAN("traits"), &s->traits, counts);
	put_traits(&w, e->traits);
	put_section(out, SPAN("traits"), buf_view(&s->traits));
	buf_release(&w.path);
	put_plain(p, s, SPAN("props"), e->props, out, counts);
	put_plain(p, s, SPAN("context"), e->context, out, counts);
	if (e->consent.kind == VALUE_OBJECT)
		put_section(out, SPAN("consent"), e->consent.raw);
	buf_char(out, '}');
}
