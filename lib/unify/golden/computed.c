#include "unify/golden/computed.h"

#include <string.h>

#include "base/mem.h"
#include "record/scan.h"

void computed_release(struct computed *c)
{
	for (size_t i = 0; i < c->count; i++)
		expr_free(c->list[i].expr);
	mem_free(c->list);
	profile_scope_free(c->scope);
	arena_release(&c->arena);
	*c = COMPUTED_INIT;
}

/* The place of KEY: of the trait with it, or where it belongs. */
static size_t place_of(const struct computed *c, struct span key)
{
	size_t at = 0;

	while (at < c->count && span_compare(c->list[at].key, key) < 0)
		at++;
	return at;
}

static struct span kept_text(struct computed *c, void (*put)(const void *what, struct buf *out),
			     const void *what)
{
	struct buf text = BUF_INIT;
	struct span kept;

	put(what, &text);
	kept = arena_copy(&c->arena, buf_view(&text));
	buf_release(&text);
	return kept;
}

static void put_key(const void *name, struct buf *out)
{
	text_encode_inner(out, *(const struct span *)name);
}

static void put_expression(const void *expr, struct buf *out)
{
	expr_put(expr, out);
}

int computed_set(struct computed *c, struct span name, struct span text,
		 const char *file, uint64_t line, uint64_t column,
		 struct error *err)
{
	struct computed_trait new;
	struct expr_scope names;
	size_t at;

	if (!name.len)
		return error_usage(err, "a trait without a name");
	if (!c->scope)
		c->scope = profile_scope_new();
	new.key = kept_text(c, put_key, &name);
	names = profile_scope_names(c->scope);
	new.expr = expr_compile(text, file, line, column, &names, TYPE_ANY, err);
	if (!new.expr)
		return -1;
	new.text = kept_text(c, put_expression, new.expr);
	at = place_of(c, new.key);
	if (at < c->count && span_equal(c->list[at].key, new.key)) {
		expr_free(c->list[at].expr);
		c->list[at] = new;
		return 0;
	}
	c->list = mem_room(c->list, c->count, &c->cap, sizeof *c->list);
	memmove(&c->list[at + 1], &c->list[at], (c->count - at) * sizeof *c->list);
	c->list[at] = new;
	c->count++;
	return 0;
}

void computed_put(const struct computed *c, struct buf *out)
{
	for (size_t i = 0; i < c->count; i++) {
		buf_lit(out, "trait ");
		buf_span(out, c->list[i].key);
		buf_lit(out, " = ");
		buf_span(out, c->list[i].text);
		buf_char(out, '\n');
	}
}

bool computed_reads_events(const struct computed *c)
{
	return c->count && profile_scope_reads_events(c->scope);
}

void computing_init(struct computing *g, const struct computed *c,
		    int64_t as_of, const struct zone *zone)
{
	*g = (struct computing){.computed = c};
	if (!c->count)
		return;
	g->list = mem_zero(c->count, sizeof *g->list);
	profile_row_init(&g->row, c->scope);
	g->run = (struct expr_run){.as_of = as_of, .zone = zone};
}

void computing_release(struct computing *g)
{
	profile_row_release(&g->row);
	arena_release(&g->scratch);
	buf_release(&g->values);
	mem_free(g->list);
	*g = (struct computing){0};
}

/* Values are put one behind the other; the buffer moves while it grows. */
static void settle_values(struct computing *g)
{
	for (size_t i = 0; i < g->computed->count; i++) {
		if (g->list[i].len)
			g->list[i].ptr = g->values.ptr + (uintptr_t)g->list[i].ptr;
	}
}

size_t computing_run(struct computing *g, struct span line)
{
	size_t failed = 0;

	buf_clear(&g->values);
	arena_clear(&g->scratch);
	g->run.row = &g->row;
	g->run.scratch = &g->scratch;
	if (profile_parse(&g->profile, line, NULL))
		return g->computed->count;
	profile_row_set(&g->row, &g->profile);
	for (size_t i = 0; i < g->computed->count; i++) {
		struct datum d = DATUM_UNKNOWN;
		size_t from = g->values.len;

		g->list[i] = SPAN_NONE;
		if (expr_eval(g->computed->list[i].expr, &g->run, &d, NULL)) {
			failed++;
			continue;
		}
		if (d.type == TYPE_UNKNOWN)
			continue;
		datum_put_value(&d, &g->values);
		g->list[i] = (struct span){(const char *)(uintptr_t)from, g->values.len - from};
	}
	settle_values(g);
	return failed;
}

static void put_member(struct buf *out, bool *any, struct span key, struct span value)
{
	if (span_absent(value))
		return;
	if (*any)
		buf_char(out, ',');
	*any = true;
	buf_char(out, '"');
	buf_span(out, key);
	buf_lit(out, "\":");
	buf_span(out, value);
}

size_t computing_put(const struct computing *g, struct span traits, struct buf *out)
{
	const struct computed_trait *list = g->computed->list;
	size_t count = g->computed->count, at = 0, replaced = 0;
	bool any = false;
	struct scan s;
	struct member m;

	buf_char(out, '{');
	scan_start(&s, traits);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0) {
		for (; at < count && span_compare(list[at].key, m.key) < 0; at++)
			put_member(out, &any, list[at].key, g->list[at]);
		if (at < count && span_equal(list[at].key, m.key))
			replaced++;
		else
			put_member(out, &any, m.key, m.value.raw);
	}
	for (; at < count; at++)
		put_member(out, &any, list[at].key, g->list[at]);
	buf_char(out, '}');
	return replaced;
}
