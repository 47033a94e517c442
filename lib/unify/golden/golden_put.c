/* The golden record as JSON: see golden.h. */
#include "unify/golden/golden.h"
#include "unify/golden/survivorship_rule.h"
#include "unify/index/sources.h"
#include "unify/index/stored.h"

/* Values that lost and are listed: the most recent. */
#define LOST_MAX 100

static const struct survivorship_rule *rule_of(const struct golden *g, const struct golden_trait *t)
{
	return g->survival->rules[t->rule].how;
}

static void put_key(struct buf *out, struct span key, bool *any)
{
	if (*any)
		buf_char(out, ',');
	*any = true;
	buf_char(out, '"');
	buf_span(out, key);
	buf_lit(out, "\":");
}

static void put_union(const struct golden *g, const struct golden_trait *t, struct buf *out)
{
	bool any = false;

	buf_char(out, '[');
	for (uint32_t i = 0; i < t->value_count; i++) {
		const struct golden_value *v = &g->values[g->order[t->values + i]];

		if (!v->chosen)
			continue;
		if (any)
			buf_char(out, ',');
		any = true;
		buf_span(out, v->value.raw);
	}
	buf_char(out, ']');
}

void golden_put(const struct golden *g, struct buf *out)
{
	bool any = false;

	buf_char(out, '{');
	for (size_t i = 0; i < g->trait_count; i++) {
		const struct golden_trait *t = &g->traits[g->sorted[i]];
		const struct golden_value *v;

		if (t->winner == GOLDEN_NONE)
			continue;
		v = &g->values[t->winner];
		put_key(out, t->key, &any);
		if (rule_of(g, t)->all)
			put_union(g, t, out);
		else if (rule_of(g, t)->put)
			rule_of(g, t)->put(v, out);
		else
			buf_span(out, v->value.raw);
	}
	buf_char(out, '}');
}

/* "source":..,"record":"source/id","time":.. */
static void put_origin(const struct golden *g, uint32_t event, struct buf *out)
{
	const struct moment_event *e = &g->events[event];
	struct span source = source_name(g->sources, e->source);
	struct span id = stored_id(e->stored);

	buf_lit(out, "\"source\":");
	text_encode(out, source);
	if (!span_absent(id)) {
		struct value text = {id, VALUE_TEXT, true};
		struct buf key = BUF_INIT;

		buf_span(&key, source);
		buf_char(&key, '/');
		value_decode(text, &key);
		buf_lit(out, ",\"record\":");
		text_encode(out, buf_view(&key));
		buf_release(&key);
	}
	if (e->time == MOMENT_NONE)
		return;
	buf_lit(out, ",\"time\":\"");
	moment_put(out, e->time);
	buf_char(out, '"');
}

static void put_value(const struct golden *g, const struct golden_value *v,
		      uint32_t event, struct buf *out)
{
	buf_lit(out, "{\"value\":");
	buf_span(out, v->value.raw);
	buf_char(out, ',');
	put_origin(g, event, out);
	if (v->invalid)
		buf_lit(out, ",\"invalid\":true");
	buf_char(out, '}');
}

enum which { CHOSEN, LOST, ALL };

/* In the order of survival; at most LOST_MAX. */
static void put_values(const struct golden *g, const struct golden_trait *t,
		       enum which which, const char *name, struct buf *out)
{
	size_t shown = 0, count = 0;

	for (uint32_t i = 0; i < t->value_count; i++) {
		const struct golden_value *v = &g->values[g->order[t->values + i]];

		if ((which == CHOSEN && !v->chosen) || (which == LOST && v->chosen))
			continue;
		if (++count > LOST_MAX)
			continue;
		if (!shown++)
			buf_printf(out, ",\"%s\":[", name);
		else
			buf_char(out, ',');
		put_value(g, v, v->best, out);
	}
	if (shown)
		buf_char(out, ']');
	if (count > shown)
		buf_printf(out, ",\"%s_omitted\":%zu", name, count - shown);
}

static void put_trait(const struct golden *g, const struct golden_trait *t, struct buf *out)
{
	bool all = rule_of(g, t)->all;

	buf_printf(out, "{\"rule\":\"%s\"", rule_of(g, t)->name);
	if (all) {
		put_values(g, t, CHOSEN, "values", out);
	} else if (t->winner != GOLDEN_NONE) {
		buf_char(out, ',');
		put_origin(g, t->event, out);
	}
	put_values(g, t, LOST, "lost", out);
	buf_char(out, '}');
}

/* T is what the data say of a trait of that name, or NULL. */
static void put_computed(const struct golden *g, const struct computed_trait *c,
			 const struct golden_trait *t, struct buf *out)
{
	buf_lit(out, "{\"rule\":\"computed\",\"expression\":");
	text_encode(out, c->text);
	if (t)
		put_values(g, t, ALL, "lost", out);
	buf_char(out, '}');
}

void golden_put_lineage(const struct golden *g, const struct computed *c, struct buf *out)
{
	size_t i = 0, j = 0;
	bool any = false;

	buf_char(out, '{');
	while (i < g->trait_count || j < c->count) {
		const struct golden_trait *t = i < g->trait_count ? &g->traits[g->sorted[i]] : NULL;
		const struct computed_trait *d = j < c->count ? &c->list[j] : NULL;
		int order = !t ? 1 : !d ? -1 : span_compare(t->key, d->key);

		i += order <= 0;
		j += order >= 0;
		if (order < 0 && !t->value_count)
			continue;
		put_key(out, order < 0 ? t->key : d->key, &any);
		if (order < 0)
			put_trait(g, t, out);
		else
			put_computed(g, d, order ? NULL : t, out);
	}
	buf_char(out, '}');
}
