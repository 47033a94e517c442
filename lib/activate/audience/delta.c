#include "activate/audience/delta.h"

#include <stdlib.h>

#include "base/mem.h"

void roster_release(struct roster *m)
{
	mem_free(m->list);
	arena_release(&m->texts);
}

static struct roster_member *add(struct roster *m)
{
	m->list = mem_room(m->list, m->count, &m->cap, sizeof *m->list);
	m->list[m->count] = (struct roster_member){.twin = false};
	return &m->list[m->count++];
}

void roster_add(struct roster *m, struct span id, struct span rows)
{
	struct span kept = arena_copy(&m->texts, id);
	struct item_row row;

	while (row_next(&rows, &row)) {
		struct roster_member *one = add(m);

		one->id = kept;
		one->key = arena_copy(&m->texts, row.key);
		one->text = arena_copy(&m->texts, row.text);
		one->hash = hash_128(row.text);
	}
}

static int by_key(const void *a, const void *b)
{
	const struct roster_member *x = a, *y = b;
	int order = span_compare(x->key, y->key);

	return order ? order : span_compare(x->id, y->id);
}

/* Twins first among those of one customer last. */
static int by_customer(const void *a, const void *b)
{
	const struct roster_member *x = *(const struct roster_member *const *)a, *y = *(const struct roster_member *const *)b;
	int order = span_compare(x->id, y->id);

	return order ? order : x->twin - y->twin;
}

/* Customers of whom only twins are left. */
static uint64_t count_twins(const struct roster *m, void (*twin)(void *context, struct span id), void *context)
{
	const struct roster_member **list = mem_zero(m->count + 1, sizeof(struct roster_member *));
	uint64_t count = 0;

	for (size_t i = 0; i < m->count; i++)
		list[i] = &m->list[i];
	qsort(list, m->count, sizeof(struct roster_member *), by_customer);
	for (size_t i = 0; i < m->count; i++) {
		if ((i && span_equal(list[i]->id, list[i - 1]->id)) || !list[i]->twin)
			continue;
		count++;
		if (twin)
			twin(context, list[i]->id);
	}
	mem_free(list);
	return count;
}

uint64_t roster_settle(struct roster *m, void (*twin)(void *context, struct span id), void *context)
{
	uint64_t twins = 0;
	size_t kept = 0;
	bool any = false;

	if (m->count)
		qsort(m->list, m->count, sizeof *m->list, by_key);
	for (size_t i = 1; i < m->count; i++) {
		m->list[i].twin = span_equal(m->list[i].key, m->list[i - 1].key);
		any |= m->list[i].twin;
	}
	if (any)
		twins = count_twins(m, twin, context);
	for (size_t i = 0; i < m->count; i++)
		if (!m->list[i].twin)
			m->list[kept++] = m->list[i];
	m->count = kept;
	return twins;
}

static bool load_member(struct roster *m, struct span line, struct buf *scratch)
{
	struct value v, id, key;
	struct roster_member *one;
	struct hash128 hash;

	if (scan_whole(line, &v, NULL) || v.kind != VALUE_OBJECT)
		return false;
	id = value_member(v, SPAN("id"));
	key = value_member(v, SPAN("key"));
	buf_clear(scratch);
	if (id.kind != VALUE_TEXT || key.kind != VALUE_ARRAY ||
	    !hash_128_parse(value_text(value_member(v, SPAN("hash")), scratch), &hash))
		return false;
	one = add(m);
	one->id = arena_copy(&m->texts, value_text(id, scratch));
	one->key = arena_copy(&m->texts, key.raw);
	one->hash = hash;
	return true;
}

int roster_add_line(struct roster *r, struct span line, struct error *err)
{
	struct buf scratch = BUF_INIT;
	bool good = load_member(r, line, &scratch);

	buf_release(&scratch);
	return good ? 0 : error_usage(err, "no member of an audience: {\"id\":...,\"hash\":...,\"key\":[...]}");
}

void roster_sort(struct roster *r)
{
	if (r->count)
		qsort(r->list, r->count, sizeof *r->list, by_key);
}

static int refuse(const char *path, uint64_t line, struct error *err)
{
	error_place(err, path, line, 0);
	return -1;
}

/* The first line. */
static int load_head(struct span line, const char *target, uint64_t *members, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct buf scratch = BUF_INIT;
	struct value v, name;
	int failed = 0;

	if (scan_whole(line, &v, NULL) || !value_is_text(value_member(v, SPAN("type")), SPAN("audience_state")) ||
	    !span_number(value_member(v, SPAN("members")).raw, members))
		return error_usage(err, "no state of cdp-activate: give --state a file of its own");
	name = value_member(v, SPAN("target"));
	if (!value_is_text(name, span_of(target)))
		failed = error_usage(err, "the state is of target %s, not of '%s': one state for each target",
				     error_quote(value_text(name, &scratch), quoted), target);
	buf_release(&scratch);
	return failed;
}

int roster_load(struct roster *m, struct span text, const char *target, const char *path, struct error *err)
{
	struct buf scratch = BUF_INIT;
	uint64_t members, number = 1;
	int failed = load_head(span_cut(&text, '\n'), target, &members, err);

	while (!failed && !span_absent(text)) {
		struct span line = span_trim(span_cut(&text, '\n'));

		number++;
		if (line.len && !load_member(m, line, &scratch))
			failed = error_usage(err, "no member of an audience: {\"id\":...,\"hash\":...,\"key\":[...]}");
	}
	buf_release(&scratch);
	if (failed)
		return refuse(path, number, err);
	if (m->count != members) {
		error_failed(err, "the state has %zu members where its first line says %llu: it was cut or edited",
			     m->count, (unsigned long long)members);
		return refuse(path, 0, err);
	}
	roster_sort(m);
	return 0;
}

void roster_put_member(const struct roster_member *m, struct buf *out)
{
	char hex[32];

	hash_128_hex(m->hash, hex);
	buf_lit(out, "{\"id\":");
	text_encode(out, m->id);
	buf_printf(out, ",\"hash\":\"%.32s\",\"key\":", hex);
	buf_span(out, m->key);
	buf_lit(out, "}\n");
}

void roster_put(const struct roster *m, const char *target, struct buf *out)
{
	buf_lit(out, "{\"type\":\"audience_state\",\"target\":");
	text_encode(out, span_of(target));
	buf_printf(out, ",\"members\":%zu}\n", m->count);
	for (size_t i = 0; i < m->count; i++)
		roster_put_member(&m->list[i], out);
}

struct delta delta_walk(const struct roster *before, const struct roster *after,
			void (*put)(void *context, const struct roster_member *m),
			void (*remove)(void *context, const struct roster_member *m), void *context)
{
	struct delta d = {0};
	size_t i = 0, j = 0;

	while (i < before->count || j < after->count) {
		int order = i == before->count ? 1 : j == after->count ? -1 :
			    span_compare(before->list[i].key, after->list[j].key);
		bool differs = order || hash_128_compare(before->list[i].hash, after->list[j].hash);

		if (order < 0) {
			d.removed++;
			if (remove)
				remove(context, &before->list[i]);
		} else {
			d.added += order > 0;
			d.changed += !order && differs;
			d.same += !differs;
			if (differs && put)
				put(context, &after->list[j]);
		}
		i += order <= 0;
		j += order >= 0;
	}
	return d;
}
