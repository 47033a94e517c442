/* What a run has to tell about itself. */
#include <inttypes.h>

#include <stdlib.h>

#include "base/mem.h"
#include "unify/merge/late.h"
#include "unify/merge/state.h"

const struct merge_report *merge_report(const struct merge *m)
{
	return &m->report;
}

const struct matching *merge_matching(const struct merge *m)
{
	return m->options.match == MATCH_EXACT ? NULL : &m->joining.matching;
}

static bool counts(const struct entry *e)
{
	return e->home != HOME_DUPLICATE && e->time != MOMENT_NONE;
}

static void find_stray(struct merge *m, size_t dated, int64_t first)
{
	struct merge_report *r = &m->report;
	struct late late;

	late_init(&late, first, r->latest);
	for (size_t i = 0; i < m->events.count; i++) {
		mem_pace(i);
		if (counts(&m->events.list[i]))
			late_add(&late, m->events.list[i].time);
	}
	r->stray = late_find(&late, dated, &r->rest);
	late_release(&late);
}

void merge_look_at_times(struct merge *m)
{
	struct merge_report *r = &m->report;
	size_t sources = m->sources.names.count, dated = 0;
	int64_t first = MOMENT_MAX;

	m->newest = mem_alloc((sources + 1) * sizeof *m->newest);
	for (size_t i = 0; i < sources; i++)
		m->newest[i] = MOMENT_NONE;
	r->latest = MOMENT_NONE;
	for (size_t i = 0; i < m->events.count; i++) {
		const struct entry *e = &m->events.list[i];

		mem_pace(i);
		r->undated += e->home != HOME_DUPLICATE &&
			      e->time == MOMENT_NONE;
		if (!counts(e))
			continue;
		dated++;
		if (e->time < first)
			first = e->time;
		if (e->time > m->newest[e->source])
			m->newest[e->source] = e->time;
		if (e->time > r->latest)
			r->latest = e->time;
	}
	r->as_of = m->options.as_of == MOMENT_NONE ? r->latest
						   : m->options.as_of;
	if (dated)
		find_stray(m, dated, first);
}

bool merge_tell_not_excluded(const struct merge *m, struct buf *out)
{
	return exclude_put_nobodys(&m->exclude, &m->identifiers, out);
}

void merge_tell_lacking(const struct merge *m, size_t most, struct buf *out)
{
	const struct exclude *x = &m->exclude;
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < x->lacking_count && i < most; i++) {
		buf_clear(&line);
		exclude_put_lacking(x, &m->identifiers, i, &line);
		buf_text_put(out, i ? ", " : "");
		error_clean(buf_view(&line), out);
	}
	buf_release(&line);
}

void merge_put_lacking(const struct merge *m, struct buf *out)
{
	struct buf line = BUF_INIT;

	buf_char(out, '[');
	for (size_t i = 0; i < m->exclude.lacking_count; i++) {
		buf_clear(&line);
		exclude_put_lacking(&m->exclude, &m->identifiers, i, &line);
		buf_text_put(out, i ? "," : "");
		text_encode(out, buf_view(&line));
	}
	buf_char(out, ']');
	buf_release(&line);
}

void merge_tell_undecided(const struct merge *m, struct buf *out)
{
	const struct ledger_end *e = &m->ledger.ends[m->missing.end];
	char quoted[ERROR_QUOTE_MAX];
	struct buf name = BUF_INIT;

	ledger_put_end(e, &name);
	error_clean(buf_view(&name), out);
	buf_printf(out, " (line %u", e->line);
	if (m->missing.near != IDENTIFIER_NONE)
		buf_printf(out, "; the data have %s",
			   error_quote(identifier_value(&m->identifiers, m->missing.near), quoted));
	buf_char(out, ')');
	buf_release(&name);
}

bool merge_tell_dropped(const struct merge *m, struct buf *out)
{
	return dropped_put(&m->dropped, out);
}

/* "'Order Completed' of 2025-10-01T08:00:00.000Z, 12.5 EUR" */
static void put_version(const struct stored *s, const struct entry *e, struct buf *out)
{
	struct value json = {stored_json(s), VALUE_OBJECT, false};
	struct value name = value_member(json, SPAN("event")), props = value_member(json, SPAN("props"));
	struct buf text = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	buf_text_put(out, name.kind == VALUE_TEXT ? error_quote(value_text(name, &text), quoted) : "the one");
	if (e->time != MOMENT_NONE) {
		buf_lit(out, " of ");
		moment_put(out, e->time);
	}
	if (s->has_purchase && stored_purchase(s)->has_money) {
		struct value money = value_member(props, SPAN("revenue"));

		buf_lit(out, ", ");
		buf_clear(&text);
		error_clean(value_text(money.kind == VALUE_NONE ? value_member(props, SPAN("total")) : money, &text), out);
		if (*stored_purchase(s)->currency)
			buf_printf(out, " %.3s", stored_purchase(s)->currency);
	}
	buf_release(&text);
}

/* Of event NUMBER, with the record's name where NAMED is. */
static int put_duplicate(const struct merge *m, uint32_t number, bool named, struct buf *out,
			 struct error *err)
{
	const struct entry *e = &m->events.list[number];
	struct buf scratch = BUF_INIT;
	const struct stored *s = store_get(&m->store, e->place, e->size, &scratch, err);
	char quoted[ERROR_QUOTE_MAX];

	if (s && named) {
		struct span id = stored_id(s);

		buf_printf(out, "%s", error_quote(span_sub(id, 1, id.len - 2), quoted));
		buf_printf(out, " of source %s: kept is ",
			   error_quote(source_name(&m->sources, e->source), quoted));
	}
	if (s)
		put_version(s, e, out);
	buf_release(&scratch);
	return s ? 0 : -1;
}

int merge_tell_differing(const struct merge *m, struct buf *out,
			 struct error *err)
{
	if (put_duplicate(m, m->duplicates.example, true, out, err))
		return -1;
	buf_lit(out, ", not ");
	return put_duplicate(m, m->duplicates.rival, false, out, err);
}

/* So many withdrawn records are named in a sentence. */
#define WITHDRAWN_TOLD 5

void merge_tell_withdrawn(const struct merge *m, struct buf *out)
{
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < m->withdrawn.names.count && i < WITHDRAWN_TOLD; i++)
		buf_printf(out, "%s%s", i ? ", " : "", error_quote(m->withdrawn.names.entries[i].key, quoted));
	if (m->withdrawn.count > WITHDRAWN_TOLD)
		buf_printf(out, " and %" PRIu64 " more", m->withdrawn.count - WITHDRAWN_TOLD);
}

void merge_put_withdrawn(const struct merge *m, struct buf *out)
{
	buf_char(out, '[');
	for (size_t i = 0; i < m->withdrawn.names.count; i++) {
		buf_text_put(out, i ? "," : "");
		text_encode(out, m->withdrawn.names.entries[i].key);
	}
	buf_char(out, ']');
}

bool merge_tell_unknown_source(const struct merge *m, size_t *number, struct buf *out)
{
	char quoted[ERROR_QUOTE_MAX];
	size_t at = 0;

	for (size_t i = 0; i < m->survival.count; i++) {
		const struct survival_rule *r = &m->survival.rules[i];

		for (size_t j = 0; j < r->source_count; j++, at++) {
			if (at < *number || map_find(&m->sources.names, r->sources[j]) != MAP_NONE)
				continue;
			buf_text_put(out, error_quote(r->sources[j], quoted));
			*number = at + 1;
			return true;
		}
	}
	return false;
}

void merge_put_newest(const struct merge *m, struct buf *out)
{
	buf_char(out, '{');
	for (size_t i = 0; i < m->sources.names.count; i++) {
		uint32_t source = m->sources.sorted[i];

		if (i)
			buf_char(out, ',');
		text_encode(out, source_name(&m->sources, source));
		buf_char(out, ':');
		if (m->newest[source] == MOMENT_NONE) {
			buf_lit(out, "null");
			continue;
		}
		buf_char(out, '"');
		moment_put(out, m->newest[source]);
		buf_char(out, '"');
	}
	buf_char(out, '}');
}

/* Sizes of customers, up to... */
static const size_t sizes_to[] = {1, 2, 3, 4, 5, 10, 20, 100, SIZE_MAX};
static const char *const size_names[] = {"1", "2", "3", "4", "5", "6-10", "11-20", "21-100", "101+"};

#define SIZES (sizeof sizes_to / sizeof *sizes_to)

static void put_sizes(const struct merge *m, const struct parts *p, struct buf *out)
{
	uint64_t counts[SIZES] = {0};

	for (size_t i = 0; i < m->customers.count; i++) {
		size_t at = 0;

		while (parts_size(p, i) > sizes_to[at])
			at++;
		counts[at] += !exclude_has(&m->exclude, i);
	}
	for (size_t i = 0; i < SIZES; i++)
		buf_printf(out, "%s\"%s\":%" PRIu64, i ? "," : "{", size_names[i], counts[i]);
	buf_char(out, '}');
}

void merge_put_sizes(const struct merge *m, struct buf *out)
{
	put_sizes(m, &m->customers.identifiers, out);
}

void merge_put_event_sizes(const struct merge *m, struct buf *out)
{
	put_sizes(m, &m->customers.events, out);
}

#define LARGEST 5

/* Customers are numbered by their ids, so the first of equals is always the same. */
static bool is_larger(const struct customers *c, uint32_t a, uint32_t b)
{
	size_t x = parts_size(&c->identifiers, a), y = parts_size(&c->identifiers, b);

	if (x != y)
		return x > y;
	return parts_size(&c->events, a) > parts_size(&c->events, b);
}

void merge_put_largest(const struct merge *m, struct buf *out)
{
	const struct customers *c = &m->customers;
	uint32_t largest[LARGEST + 1];
	size_t count = 0;

	for (uint32_t i = 0; i < c->count; i++) {
		size_t at = count;

		if (exclude_has(&m->exclude, i))
			continue;
		for (; at && is_larger(c, i, largest[at - 1]); at--)
			largest[at] = largest[at - 1];
		largest[at] = i;
		count += count < LARGEST;
	}
	buf_char(out, '[');
	for (size_t i = 0; i < count; i++) {
		char id[32];

		hash_128_hex(c->ids[largest[i]], id);
		buf_printf(out, "%s{\"id\":\"%.32s\",\"identifiers\":%zu,\"events\":%zu}", i ? "," : "", id,
			   parts_size(&c->identifiers, largest[i]), parts_size(&c->events, largest[i]));
	}
	buf_char(out, ']');
}

bool merge_any_change(const struct merge *m)
{
	for (int i = 0; i < CHANGE_KINDS; i++)
		if (m->changes.counts[i])
			return true;
	return false;
}

void merge_put_changes(const struct merge *m, bool json, struct buf *out)
{
	for (int i = 0; i < CHANGE_KINDS; i++) {
		if (json)
			buf_printf(out, "%s\"%s\":%" PRIu64, i ? "," : "{", change_names[i],
				   m->changes.counts[i]);
		else
			buf_printf(out, "%s%" PRIu64 " %s", i ? ", " : "", m->changes.counts[i],
				   change_names[i]);
	}
	if (json)
		buf_char(out, '}');
}
