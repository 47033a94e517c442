#include "unify/index/fact.h"

#include <string.h>

#include "base/mem.h"
#include "expr/expr.h"
#include "record/profile.h"

/* Fragments that a worker remembers: 4 MiB. */
#define MET ((size_t)1 << 19)

void fact_maker_release(struct fact_maker *m)
{
	buf_release(&m->text);
	fragment_reader_release(&m->reader);
	map_release(&m->sources);
	mem_free(m->source_list);
	arena_release(&m->forms);
	mem_free(m->met);
	mem_free(m->profile);
}

/* By its `type`, wherever that stands. */
static bool is_profile(struct span line)
{
	struct scan s;
	struct member m;

	scan_start(&s, line);
	if (scan_enter(&s, '{', NULL))
		return false;
	while (scan_member(&s, &m, NULL) > 0) {
		if (span_equal(m.key, SPAN("type")))
			return value_is_text(m.value, SPAN("profile"));
	}
	return false;
}

/* Consent that nobody can read is no consent: better to ask. */
static int check_consent(struct value consent, struct error *err)
{
	struct scan s;
	struct member m;
	char key[ERROR_QUOTE_MAX], quoted[ERROR_QUOTE_MAX];

	if (consent.kind != VALUE_OBJECT)
		return 0;
	scan_start(&s, consent.raw);
	if (scan_enter(&s, '{', err))
		return -1;
	while (scan_member(&s, &m, err) > 0) {
		if (m.value.kind != VALUE_NULL &&
		    !value_is_text(m.value, SPAN("granted")) &&
		    !value_is_text(m.value, SPAN("denied")))
			return error_data(err, "consent %s is %s: write \"granted\" or \"denied\"",
					  error_quote(m.key, key),
					  error_quote(m.value.raw, quoted));
	}
	return 0;
}

/* Texts are in quotes, so source and id cannot run into each other. */
static void set_key(struct fact_maker *m, struct fact *fact)
{
	if (m->event.id.kind != VALUE_TEXT)
		return;
	buf_clear(&m->text);
	buf_span(&m->text, m->event.source.raw);
	buf_span(&m->text, m->event.id.raw);
	fact->key = hash_128(buf_view(&m->text));
}

static void add_source(struct fact_maker *m, struct span name)
{
	struct fact_source *s;
	struct buf form = BUF_INIT;

	m->source_list = mem_room(m->source_list, m->source, &m->source_cap,
				  sizeof *m->source_list);
	s = &m->source_list[m->source];
	expr_fold_name(name, &form);
	s->form = arena_copy(&m->forms, buf_view(&form));
	s->key = fragment_key(s->form);
	buf_release(&form);
}

/* Makes the source of NAME the one at hand; most often it is already. */
static void find_source(struct fact_maker *m, struct span name)
{
	bool added = false;

	if (!m->sources.count || !span_equal(m->sources.entries[m->source].key, name))
		m->source = (uint32_t)map_put(&m->sources, name, &added);
	if (added)
		add_source(m, name);
}

/* What a fragment is known by to m->met. */
static uint64_t met_by(const struct fact_maker *m, const struct fact *fact)
{
	return fragment_key_of_source(fact->fragment_key, m->source_list[m->source].key).seeded;
}

/* The fragment, and its hash before it is needed. */
static void put_fragment(struct fact_maker *m, struct fact *fact,
		       struct buf *out)
{
	size_t from = out->len;

	stored_make_fragment(&m->event, out);
	fact->fragment_len = (uint32_t)(out->len - from);
	if (!fact->fragment_len)
		return;
	fact->fragment_key = fragment_key(buf_since(out, from));
	if (!m->met) {
		m->met = mem_zero(MET, sizeof *m->met);
	}
	__builtin_prefetch(&m->met[met_by(m, fact) % MET]);
}

/*
 * The fragment's identifiers, unless this worker has met it before in the same
 * source.  A fragment with numbers of its source's own is one of that source.
 */
static int put_identifiers(struct fact_maker *m, const struct identity_rules *rules,
			   struct fact *fact, struct buf *out,
			   struct error *err)
{
	const struct fact_source *source = &m->source_list[m->source];
	struct fragment_counts counts;
	uint64_t by, *met;

	if (!fact->fragment_len)
		return 0;
	by = met_by(m, fact);
	met = &m->met[by % MET];
	fact->identifiers = IDENTIFIERS_SKIPPED;
	if (*met >> 1 != by >> 1) {
		buf_clear(&m->text);
		buf_span(&m->text, buf_since(out, out->len - fact->fragment_len));
		if (fragment_identifiers(&m->reader, rules, source->form, buf_view(&m->text), out,
				       &counts, err))
			return -1;
		fact->identifiers = counts.usable;
		fact->blocked = counts.blocked;
		*met = (by >> 1) << 1 | counts.own;
	}
	if (*met & 1)
		fact->fragment_key = fragment_key_of_source(fact->fragment_key, source->key);
	return 0;
}

static void pad(struct buf *out)
{
	static const char zeros[8];

	buf_put(out, zeros, -out->len & 7);
}

/* The fact of m->event. */
static int make_event(struct fact_maker *m, const struct identity_rules *rules,
		      struct buf *out, struct error *err)
{
	struct fact fact = {0};
	struct purchase purchase;
	size_t from = out->len;

	buf_put(out, &fact, sizeof fact);
	fact.time = m->event.time;
	value_decode(m->event.source, out);
	fact.source_len = (uint32_t)(out->len - from - sizeof fact);
	find_source(m, buf_since(out, from + sizeof fact));
	put_fragment(m, &fact, out);
	set_key(m, &fact);
	if (purchase_parse(&m->event, &purchase, &m->text, err) ||
	    check_consent(m->event.consent, err) ||
	    put_identifiers(m, rules, &fact, out, err))
		return -1;
	pad(out);
	fact.stored = (uint32_t)(out->len - from);
	stored_make(&m->event, &purchase, out);
	fact.size = (uint32_t)(out->len - from);
	memcpy(out->ptr + from, &fact, sizeof fact);
	return 0;
}

static void put_mark(struct hash128 id, struct buf *out)
{
	struct fact mark = {.size = sizeof mark, .is_mark = true, .key = id};

	buf_put(out, &mark, sizeof mark);
}

/* Ids of 32 digits; any other one is hashed. */
static struct hash128 profile_key(struct value id)
{
	struct hash128 key;
	struct span text = span_sub(id.raw, 1, id.raw.len - 2);

	if (id.kind == VALUE_TEXT && hash_128_parse(text, &key))
		return key;
	return hash_128(id.raw);
}

#define REMEDY "cdp-merge reads events, and profiles that it wrote with --full-events"

/* Does P have all its events? */
static int check_profile(const struct profile *p, struct error *err)
{
	if (p->events.kind != VALUE_ARRAY)
		return error_failed(err, "is a profile without events: " REMEDY);
	if (p->events_omitted.kind == VALUE_NUMBER && !span_equal(p->events_omitted.raw, SPAN("0")))
		return error_failed(err, "is a profile that leaves out events: write it with "
				    "a larger --max-events");
	return 0;
}

static bool has_ids(struct value ids)
{
	return ids.kind == VALUE_OBJECT && ids.raw.len > 2;
}

static int make_profile(struct fact_maker *m, const struct identity_rules *rules,
			struct span line, struct buf *out, struct error *err)
{
	struct profile_events walk;
	bool any = false, told = false;
	int got;

	if (!m->profile)
		m->profile = mem_zero(1, sizeof *m->profile);
	if (profile_parse(m->profile, line, err) || profile_validate(m->profile, err) ||
	    check_profile(m->profile, err))
		return -1;
	put_mark(profile_key(m->profile->id), out);
	profile_events_start(&walk, m->profile);
	while ((got = profile_events_next(&walk, &m->event, err)) > 0) {
		any = true;
		told = told || m->event.ids.kind == VALUE_OBJECT;
		if (make_event(m, rules, out, err))
			return -1;
	}
	if (!got && any && !told && has_ids(m->profile->ids))
		return error_failed(err, "is a profile whose events lack their identifiers: "
				    REMEDY);
	put_mark((struct hash128){0, 0}, out);
	return got;
}

int fact_make(struct fact_maker *m, const struct identity_rules *rules,
	      struct span line, struct buf *out, struct error *err)
{
	if (!event_parse(&m->event, line, err))
		return make_event(m, rules, out, err);
	if (!is_profile(line))
		return -1;
	if (err)
		*err = ERROR_INIT;
	return make_profile(m, rules, line, out, err);
}
