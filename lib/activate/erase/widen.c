#include "activate/erase/widen.h"

#include <inttypes.h>

#include "activate/erase/pass.h"
#include "base/mem.h"
#include "record/profile.h"

struct widening {
	struct subject *s;
	struct record_check check;
	struct map customers;	/* ids of their profiles */
	uint64_t *held;		/* by identifier asked for: profiles that hold it */
	bool others;		/* the second time: who else holds something */
	uint64_t profiles;
};

/* Calls TAKE with each identifier of IDS: type -> text, or array of texts. */
static int each_identifier(struct widening *w, struct value ids,
			   void (*take)(struct widening *w, struct span type, struct span value))
{
	struct buf name = BUF_INIT, text = BUF_INIT;
	struct scan members, elements;
	struct value v;
	struct member m;

	if (ids.kind != VALUE_OBJECT)
		return 0;
	scan_start(&members, ids.raw);
	scan_enter(&members, '{', NULL);
	while (scan_member(&members, &m, NULL) > 0) {
		struct span type;

		buf_clear(&name);
		type = member_key(&m, &name);
		if (m.value.kind != VALUE_ARRAY) {
			buf_clear(&text);
			take(w, type, value_text(m.value, &text));
			continue;
		}
		scan_start(&elements, m.value.raw);
		scan_enter(&elements, '[', NULL);
		while (scan_element(&elements, &v, NULL) > 0) {
			buf_clear(&text);
			take(w, type, value_text(v, &text));
		}
	}
	buf_release(&name);
	buf_release(&text);
	return 0;
}

static void add_identifier(struct widening *w, struct span type, struct span value)
{
	if (value.len)
		subject_add(w->s, type, value, SUBJECT_WIDENED);
}

static void note_asked(struct widening *w, struct span type, struct span value)
{
	uint32_t who = span_absent(value) ? SUBJECT_NONE : subject_find(w->check.subject, type, value);

	if (who != SUBJECT_NONE)
		w->held[who]++;
}

static void note_other(struct widening *w, struct span type, struct span value)
{
	uint32_t who = span_absent(value) ? SUBJECT_NONE : subject_find(w->s, type, value);

	if (who != SUBJECT_NONE)
		w->s->list[who].others++;
}

static void add_traits(struct subject *s, struct value traits)
{
	struct buf text = BUF_INIT;
	struct scan scan;
	struct member m;

	if (traits.kind != VALUE_OBJECT)
		return;
	scan_start(&scan, traits.raw);
	scan_enter(&scan, '{', NULL);
	while (scan_member(&scan, &m, NULL) > 0) {
		buf_clear(&text);
		if (m.value.kind == VALUE_TEXT)
			subject_add_trait(s, value_text(m.value, &text));
	}
	buf_release(&text);
}

static int add_events(struct subject *s, const struct profile *p, struct error *err)
{
	struct profile_events walk;
	struct buf source = BUF_INIT, id = BUF_INIT;
	struct event e;
	int got = 0;

	if (p->events.kind != VALUE_ARRAY)
		return 0;
	profile_events_start(&walk, p);
	while ((got = profile_events_next(&walk, &e, err)) > 0) {
		buf_clear(&source);
		buf_clear(&id);
		if (e.id.kind == VALUE_TEXT && e.source.kind == VALUE_TEXT)
			subject_add_record(s, value_text(e.source, &source), value_text(e.id, &id));
	}
	buf_release(&source);
	buf_release(&id);
	return got;
}

static int add_profile(struct widening *w, const struct profile *p, struct span id, struct error *err)
{
	uint32_t asked = subject_find(w->check.subject, SPAN(SUBJECT_CUSTOMER_ID), id);

	map_put(&w->customers, id, NULL);
	w->profiles++;
	if (asked != SUBJECT_NONE)
		w->held[asked]++;
	each_identifier(w, p->ids, note_asked);
	subject_add(w->s, SPAN(SUBJECT_CUSTOMER_ID), id, SUBJECT_WIDENED);
	each_identifier(w, p->ids, add_identifier);
	add_traits(w->s, p->traits);
	return add_events(w->s, p, err);
}

static int take_profile(void *context, uint64_t line, struct span record, struct error *err)
{
	struct widening *w = context;
	struct buf text = BUF_INIT;
	struct profile p;
	struct span id;
	int bad = 0;

	(void)line;
	if (!w->check.profile || w->check.relation != RELATION_THEIRS)
		return 0;
	if (profile_parse(&p, record, err))
		return -1;
	id = value_text(p.id, &text);
	if (!w->others)
		bad = add_profile(w, &p, id, err);
	else if (map_find(&w->customers, id) == MAP_NONE)
		each_identifier(w, p.ids, note_other);
	buf_release(&text);
	return bad;
}

/* A subject of its own for a search, since what is searched for grows meanwhile. */
static void copy_subject(const struct subject *from, struct subject *to)
{
	for (size_t i = 0; i < from->count; i++)
		subject_add(to, from->list[i].type, from->list[i].value, from->list[i].use);
	subject_build(to);
}

static int read_profiles(struct widening *w, const char *path, struct error *err)
{
	struct subject sought = SUBJECT_INIT;
	struct pass p = {
		.check = &w->check, .kind = KIND_RECORDS, .known = true, .taken = take_profile, .context = w,
	};
	struct input *in = input_open(path, err);
	int bad;

	if (!in)
		return -1;
	copy_subject(w->s, &sought);
	w->check = (struct record_check){.subject = &sought};
	bad = pass_run(&p, in, err);
	record_check_release(&w->check);
	subject_release(&sought);
	if (bad)
		error_place(err, path, 0, 0);
	input_close(in);
	return bad;
}

static int refuse_shared(const struct subject *s, const uint64_t *held, size_t asked, struct error *err)
{
	for (size_t i = 0; i < asked; i++) {
		char quoted[ERROR_QUOTE_MAX];

		if (held[i] > 1)
			return error_usage(err, "%.*s %s is held by %" PRIu64 " profiles: ask by an identifier that the "
					   "person has alone, or for all of them by --with-shared",
					   SPAN_ARG(s->list[i].type), error_quote(s->list[i].value, quoted), held[i]);
	}
	return 0;
}

static int widen_by(struct widening *w, const char *path, bool shared, struct widened *out, struct error *err)
{
	size_t asked = w->s->count;

	if (read_profiles(w, path, err) || (!shared && refuse_shared(w->s, w->held, asked, err)))
		return -1;
	out->profiles = w->profiles;
	for (size_t i = 0; i < asked; i++)
		out->missing += !w->held[i];
	w->others = true;
	if (read_profiles(w, path, err))
		return -1;
	for (size_t i = 0; i < w->s->count && !shared; i++)
		if (w->s->list[i].others && w->s->list[i].use == SUBJECT_WIDENED)
			w->s->list[i].use = SUBJECT_SHARED;
	return 0;
}

int widen(struct subject *s, const char *path, bool shared, struct widened *out, struct error *err)
{
	struct widening w = {.s = s, .held = mem_zero(s->count + 1, sizeof *w.held)};
	int bad;

	*out = (struct widened){0};
	bad = widen_by(&w, path, shared, out, err);
	map_release(&w.customers);
	mem_free(w.held);
	return bad;
}
