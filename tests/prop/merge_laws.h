/*
 * A random crowd for the laws of cdp-merge in all its modes: few people, who share
 * addresses and devices and write their names with slips.  And what comes out of a
 * run, read back: who has which identifiers, and where each event is.
 */
#ifndef TESTS_MERGE_LAWS_H
#define TESTS_MERGE_LAWS_H

#include "tests/unit/scratch.h"
#include "tests/unit/support.h"

#include "base/mem.h"
#include "unify/merge/merge.h"
#include "record/profile.h"

#define LAW_EVENTS 90
#define LAW_PEOPLE 14
#define LAW_AS_OF (60 * DAY_MS)

/* In the order of their priority. */
enum { LAW_USER, LAW_EMAIL, LAW_DEVICE, LAW_COOKIE, LAW_TYPES };

static const char *const law_types[LAW_TYPES] = {
	"user_id", "email", "device_id", "anonymous_id",
};

/* A set of values of each type. */
struct law_ids {
	uint64_t of[LAW_TYPES];
};

struct law_event {
	struct buf line;
	int value[LAW_TYPES];	/* -1: none */
	int64_t time;		/* MOMENT_NONE: undated */
	int key;		/* id * 2 + source; -1: no id */
	int64_t cents;
	int version;		/* -1: none */
	bool dropped;		/* another version of it is kept */
};

struct law_world {
	struct law_event list[LAW_EVENTS];
	size_t count;
};

/* TEXT with a letter left out now and then. */
static inline void law_put_trait(struct buf *out, const char *name, const char *text,
				 uint64_t *seed)
{
	size_t slip = support_below(seed, 8) ? SIZE_MAX : support_below(seed, strlen(text));

	buf_printf(out, "%s\"%s\":\"", out->ptr[out->len - 1] == '{' ? "" : ",", name);
	for (size_t i = 0; text[i]; i++) {
		if (i != slip)
			buf_char(out, text[i]);
	}
	buf_char(out, '"');
}

static inline void law_put_traits(struct buf *out, int fragment, uint64_t *seed)
{
	static const char *const firsts[] = {"robert", "anna", "maria", "lena", "tomas", "ines"};
	static const char *const lasts[] = {"keller", "lindholm", "okafor"};
	char birth[16];

	snprintf(birth, sizeof birth, "19%02d-%02d-%02d", fragment * 7 % 90 + 10,
		 fragment % 12 + 1, fragment * 5 % 28 + 1);
	buf_lit(out, ",\"traits\":{");
	law_put_trait(out, "first_name", firsts[fragment % 6], seed);
	law_put_trait(out, "last_name", lasts[fragment / 2 % 3], seed);
	if (support_below(seed, 4))
		law_put_trait(out, "birth_date", birth, seed);
	buf_char(out, '}');
}

/* Mostly the person's own values; two people have one address, all a few devices. */
static inline void law_choose_ids(struct law_event *e, int fragment, uint64_t *seed)
{
	static const unsigned share[LAW_TYPES] = {40, 60, 40, 50};

	for (int t = 0; t < LAW_TYPES; t++) {
		bool own = support_below(seed, 8);
		int value = own ? fragment : (int)support_below(seed, LAW_PEOPLE);

		if (t == LAW_EMAIL)
			value = value / 2 + (support_below(seed, 4) ? 0 : LAW_PEOPLE);
		if (t == LAW_DEVICE)
			value = value % 6 + (int)support_below(seed, 3) * 6;
		e->value[t] = support_below(seed, 100) < share[t] ? value : -1;
	}
}

static inline void law_put_ids(struct law_event *e)
{
	bool any = false;

	buf_lit(&e->line, ",\"ids\":{");
	for (int t = 0; t < LAW_TYPES; t++) {
		if (e->value[t] < 0)
			continue;
		buf_printf(&e->line, "%s\"%s\":\"%c%02d\"", any ? "," : "", law_types[t],
			   law_types[t][0], e->value[t]);
		any = true;
	}
	buf_char(&e->line, '}');
}

/* The next event.  A FRESH one replaces none. */
static inline void law_add(struct law_world *w, bool fresh, uint64_t *seed)
{
	size_t number = w->count++;
	struct law_event *e = &w->list[number];
	int fragment = (int)support_below(seed, LAW_PEOPLE);
	int id = fresh || support_below(seed, 9) ? (int)number : (int)support_below(seed, number + 1);
	bool refund = !support_below(seed, 5);

	*e = (struct law_event){.time = MOMENT_NONE, .key = -1, .version = -1};
	buf_lit(&e->line, "{\"type\":\"track\"");
	if (fresh || support_below(seed, 9)) {
		e->key = id * 2 + id % 2;
		buf_printf(&e->line, ",\"id\":\"i%d\"", id);
	}
	if (!fresh && !support_below(seed, 3)) {
		e->version = (int)support_below(seed, 12);
		buf_printf(&e->line, support_below(seed, 2) ? ",\"version\":%d" : ",\"version\":\"%d\"", e->version);
	}
	if (support_below(seed, 7)) {
		e->time = (int64_t)support_below(seed, 80) * DAY_MS;
		buf_lit(&e->line, ",\"time\":\"");
		moment_put(&e->line, e->time);
		buf_char(&e->line, '"');
	}
	buf_printf(&e->line, ",\"source\":\"s%d\",\"event\":\"Order %s\"", id % 2,
		   refund ? "Refunded" : "Completed");
	law_choose_ids(e, fragment, seed);
	law_put_ids(e);
	if (support_below(seed, 3))
		law_put_traits(&e->line, fragment, seed);
	e->cents = 1 + (int64_t)support_below(seed, 100000);
	buf_printf(&e->line, ",\"props\":{\"n\":%zu,\"revenue\":%d.%02d,\"currency\":\"EUR\"}}", number,
		   (int)(e->cents / 100), (int)(e->cents % 100));
	if (refund)
		e->cents = -e->cents;
}

/* Does version X of a record count rather than Y? */
static inline bool law_counts(const struct law_event *x, const struct law_event *y)
{
	if (x->version != y->version)
		return x->version > y->version;
	if ((x->cents < 0) != (y->cents < 0))
		return x->cents < 0;
	if (x->time != y->time)
		return x->time > y->time;
	return span_compare(buf_view(&x->line), buf_view(&y->line)) > 0;
}

/* Of equal keys the higher version, a refund, the later, then the greater bytes, is kept. */
static inline void law_drop(struct law_world *w)
{
	for (size_t i = 0; i < w->count; i++) {
		struct law_event *e = &w->list[i];

		e->dropped = false;
		for (size_t j = 0; j < w->count && e->key >= 0; j++) {
			if (w->list[j].key == e->key && j != i && law_counts(&w->list[j], e))
				e->dropped = true;
		}
	}
}

static inline void law_make(struct law_world *w, size_t count, uint64_t *seed)
{
	w->count = 0;
	while (w->count < count)
		law_add(w, false, seed);
	law_drop(w);
}

static inline void law_release(struct law_world *w)
{
	for (size_t i = 0; i < w->count; i++)
		buf_release(&w->list[i].line);
}

/* What a run is given beside the events FROM and later of a world. */
struct law_setup {
	enum match_mode mode;
	const char *rules;
	const char *ledger, *exclude;	/* files; or NULL */
	const struct buf *before;	/* lines of a run before; or NULL */
	size_t from;
	uint64_t memory, max_events;	/* 0: plenty */
	unsigned workers;		/* 0: one */
};

struct law_profile {
	char id[33];
	struct law_ids ids;
	struct span line;
	bool leaves;		/* excluded */
	size_t events, omitted;
};

#define LAW_UNIDENTIFIED (-1)
#define LAW_NOWHERE (-2)

/* The sums of struct sums, by name. */
enum { LAW_REVENUE, LAW_LATER, LAW_NOBODY, LAW_NOBODY_LATER, LAW_LEFT, LAW_SUMS };

struct law_outcome {
	bool contradicts;	/* the ledger does, itself: nothing else is set */
	struct buf profiles, excluded, unidentified, changes;
	struct law_profile list[LAW_EVENTS + 1];
	size_t count;
	int place[LAW_EVENTS];	/* by event: in list, or LAW_... */
	struct merge_report report;	/* its sums are in the texts below */
	struct buf money[LAW_SUMS];
};

static inline int law_put(void *context, struct span bytes, struct error *err)
{
	(void)err;
	buf_span(context, bytes);
	return 0;
}

static inline uint64_t law_number(struct value of, struct span name)
{
	struct value n = value_member(of, name);
	uint64_t number = 0;

	if (n.kind != VALUE_NONE)
		assert_true(span_number(n.raw, &number));
	return number;
}

static inline void law_read_ids(struct value ids, struct law_ids *out)
{
	for (int t = 0; t < LAW_TYPES; t++) {
		struct value list = value_member(ids, span_of(law_types[t])), v;
		struct scan s;

		if (list.kind == VALUE_NONE)
			continue;
		scan_start(&s, list.raw);
		assert_int_equal(scan_enter(&s, '[', NULL), 0);
		while (scan_element(&s, &v, NULL) > 0)
			out->of[t] |= (uint64_t)1 << ((v.raw.ptr[2] - '0') * 10 + v.raw.ptr[3] - '0');
	}
}

static inline void law_read_profile(struct law_outcome *o, struct span line, bool leaves)
{
	struct law_profile *to = &o->list[o->count];
	struct profile_events walk;
	struct profile p;
	struct event e;
	struct error err = ERROR_INIT;

	assert_int_equal(profile_parse(&p, line, &err), 0);
	*to = (struct law_profile){.line = line, .leaves = leaves};
	memcpy(to->id, value_member((struct value){line, VALUE_OBJECT, false}, SPAN("id")).raw.ptr + 1, 32);
	law_read_ids(p.ids, &to->ids);
	to->omitted = (size_t)law_number((struct value){line, VALUE_OBJECT, false},
					 SPAN("events_omitted"));
	profile_events_start(&walk, &p);
	while (profile_events_next(&walk, &e, &err) > 0) {
		uint64_t n = law_number(e.props, SPAN("n"));

		assert_int_equal(o->place[n], LAW_NOWHERE);
		o->place[n] = (int)o->count;
		to->events++;
	}
	o->count++;
}

static inline void law_read(struct law_outcome *o)
{
	const struct buf *lines[] = {&o->profiles, &o->excluded, &o->unidentified};

	for (size_t i = 0; i < LAW_EVENTS; i++)
		o->place[i] = LAW_NOWHERE;
	for (int k = 0; k < 3; k++) {
		struct span rest = buf_view(lines[k]);

		while (rest.len) {
			struct span line = span_cut(&rest, '\n');
			struct event e;
			struct error err = ERROR_INIT;
			uint64_t n;

			if (!line.len)
				continue;
			if (k < 2) {
				law_read_profile(o, line, k == 1);
				continue;
			}
			assert_int_equal(event_parse(&e, line, &err), 0);
			n = law_number(e.props, SPAN("n"));
			assert_int_equal(o->place[n], LAW_NOWHERE);
			o->place[n] = LAW_UNIDENTIFIED;
		}
	}
}

/* Feeds the lines in a random order, in random blocks, by random workers. */
static inline void law_feed(struct merge *m, const struct law_world *w,
			    const struct law_setup *s, unsigned workers, uint64_t *seed)
{
	struct span lines[3 * LAW_EVENTS], rest = s->before ? buf_view(s->before) : SPAN("");
	size_t count = 0;
	struct buf facts = BUF_INIT;
	struct error err = ERROR_INIT;

	for (size_t i = s->from; i < w->count; i++)
		lines[count++] = buf_view(&w->list[i].line);
	while (rest.len) {
		lines[count] = span_cut(&rest, '\n');
		count += lines[count].len > 0;
	}
	while (count) {
		size_t at = support_below(seed, count);

		assert_int_equal(merge_line(m, (unsigned)support_below(seed, workers), lines[at],
					    &facts, &err), 0);
		lines[at] = lines[--count];
		if (count && support_below(seed, 4))
			continue;
		assert_int_equal(merge_absorb(m, buf_view(&facts), &err), 0);
		buf_clear(&facts);
	}
	buf_release(&facts);
}

static inline void law_finish(struct merge *m, struct law_outcome *out)
{
	struct merge_sink profiles = {law_put, &out->profiles};
	struct merge_sink unidentified = {law_put, &out->unidentified};
	struct merge_sink changes = {law_put, &out->changes};
	const struct sums *sums = &merge_report(m)->sums;
	const struct monies *money[LAW_SUMS] = {
		&sums->revenue, &sums->later, &sums->unidentified, &sums->unidentified_later, &sums->excluded,
	};
	struct error err = ERROR_INIT;

	assert_int_equal(merge_settle(m, &err), 0);
	assert_int_equal(merge_changes(m, &changes, &err), 0);
	assert_int_equal(merge_write(m, &profiles, &unidentified, &err), 0);
	for (int i = 0; i < LAW_SUMS; i++)
		monies_put_json(money[i], &out->money[i]);
	out->report = *merge_report(m);
}

static inline void law_run(const struct law_world *w, const struct law_setup *s,
			   uint64_t *seed, struct law_outcome *out)
{
	struct merge_options options = {
		.workers = s->workers ? s->workers : 1,
		.memory = s->memory ? s->memory : (uint64_t)1 << 30, .scratch = "/tmp",
		.as_of = LAW_AS_OF, .events = true, .full_events = true,
		.max_events = s->max_events ? s->max_events : 1000,
		.match = s->mode, .changes = true,
	};
	struct merge *m = merge_new(&options);
	struct merge_sink excluded = {law_put, &out->excluded};
	struct error err = ERROR_INIT;

	*out = (struct law_outcome){.count = 0};
	assert_int_equal(identity_rules_parse(merge_rules(m), span_of(s->rules), "rules", &err), 0);
	if (s->ledger && merge_ledger(m, s->ledger, SPAN_NONE, &err)) {
		assert_non_null(strstr(err.message, "cannot-link"));
		out->contradicts = true;
		merge_free(m);
		return;
	}
	if (s->exclude)
		assert_int_equal(merge_exclude(m, s->exclude, &excluded, &err), 0);
	law_feed(m, w, s, options.workers, seed);
	law_finish(m, out);
	merge_free(m);
	law_read(out);
}

static inline void law_outcome_release(struct law_outcome *o)
{
	buf_release(&o->profiles);
	buf_release(&o->excluded);
	buf_release(&o->unidentified);
	buf_release(&o->changes);
	for (int i = 0; i < LAW_SUMS; i++)
		buf_release(&o->money[i]);
}

static inline bool law_has(const struct law_ids *ids, int type, int value)
{
	return value >= 0 && ids->of[type] >> value & 1;
}

static inline bool law_is_within(const struct law_ids *inner, const struct law_ids *outer)
{
	for (int t = 0; t < LAW_TYPES; t++) {
		if (inner->of[t] & ~outer->of[t])
			return false;
	}
	return true;
}

static inline struct law_ids law_both(const struct law_ids *a, const struct law_ids *b)
{
	struct law_ids both;

	for (int t = 0; t < LAW_TYPES; t++)
		both.of[t] = a->of[t] | b->of[t];
	return both;
}

/* A test program whose tests are CHECK in each mode of matching. */
static void (*law_check)(enum match_mode mode);

static void law_check_exact(void **state)
{
	(void)state;
	law_check(MATCH_EXACT);
}

static void law_check_both(void **state)
{
	(void)state;
	law_check(MATCH_BOTH);
}

static void law_check_fuzzy(void **state)
{
	(void)state;
	law_check(MATCH_FUZZY);
}

static inline int law_in_every_mode(void (*check)(enum match_mode mode))
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(law_check_exact),
		cmocka_unit_test(law_check_both),
		cmocka_unit_test(law_check_fuzzy),
	};

	law_check = check;
	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

#endif
