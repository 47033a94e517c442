/*
 * The laws of the golden record over random events: each rule of survivorship
 * gives what a naive model of it gives; the lineage names an event that says
 * just that; a unit's traits contradict the event of its first one nowhere; and nothing depends
 * on the order of lines or the workers.
 */
#include "tests/unit/support.h"

#include "base/buf.h"
#include "base/mem.h"
#include "record/profile.h"
#include "unify/merge/merge.h"

#define EVENTS 14
#define RUNS 500
#define TRAITS 11

enum rule {
	MOST_FREQUENT, FIRST, LONGEST, RECENT, MIN, MAX, ANY_TRUE, PRIORITY, UNION, ADDRESS, CITY
};

/* By name, as they stand in profiles. */
static const char names[TRAITS] = {'b', 'f', 'l', 'm', 'n', 'o', 't', 's', 'u', 'A', 'C'};

static const char *const rules[] = {
	"survive b=most_frequent", "survive f=first", "survive l=longest", "survive n=min", "survive o=max",
	"survive t=any_true", "survive s=source_priority(s2,s0)", "survive u=union", "survive A+C=best_record(s1)",
};

struct telling {
	int64_t time;
	unsigned source, id;
	int value[TRAITS];	/* -1: none */
};

struct world {
	struct telling list[EVENTS];
	size_t count;
};

static void put_value(struct buf *out, int rule, int value)
{
	static const char *const truths[] = {"\"no\"", "\"perhaps\"", "true", "0"};

	if (rule == LONGEST)
		buf_printf(out, "\"%.*s\"", value + 1, "xyzxyz");
	else if (rule == ANY_TRUE)
		buf_text_put(out, truths[value]);
	else
		buf_printf(out, "%d", value);
}

static void put_line(const struct telling *s, struct buf *out)
{
	bool any = false;

	buf_printf(out, "{\"type\":\"identify\",\"id\":\"%02u\"", s->id);
	if (s->time != MOMENT_NONE) {
		buf_lit(out, ",\"time\":\"");
		moment_put(out, s->time);
		buf_char(out, '"');
	}
	buf_printf(out, ",\"source\":\"s%u\",\"ids\":{\"user_id\":\"u\"},\"traits\":{", s->source);
	for (int t = 0; t < TRAITS; t++) {
		if (s->value[t] < 0)
			continue;
		buf_printf(out, "%s\"%c\":", any ? "," : "", names[t]);
		put_value(out, t, s->value[t]);
		any = true;
	}
	buf_lit(out, "}}");
}

static int in_order(const void *a, const void *b)
{
	const struct telling *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static void world_make(struct world *w, uint64_t *seed)
{
	w->count = 1 + support_below(seed, EVENTS);
	for (size_t i = 0; i < w->count; i++) {
		struct telling *s = &w->list[i];

		s->id = (unsigned)i;
		s->source = (unsigned)support_below(seed, 3);
		s->time = support_below(seed, 4) ? (int64_t)support_below(seed, 6) * DAY_MS : MOMENT_NONE;
		for (int t = 0; t < TRAITS; t++)
			s->value[t] = support_below(seed, 2) ? -1 : (int)support_below(seed, 4);
	}
	qsort(w->list, w->count, sizeof *w->list, in_order);
}

static int put_buf(void *context, struct span bytes, struct error *err)
{
	(void)err;
	buf_span(context, bytes);
	return 0;
}

static void run(const struct world *w, unsigned workers, uint64_t *seed, struct buf *out)
{
	struct merge_options options = {
		.workers = workers, .memory = 1 << 26, .scratch = "/tmp",
		.as_of = MOMENT_NONE, .lineage = true,
	};
	struct merge *m = merge_new(&options);
	struct merge_sink sink = {put_buf, out}, none = {NULL, NULL};
	struct error err = ERROR_INIT;
	struct buf facts = BUF_INIT, line = BUF_INIT;
	size_t from = support_below(seed, w->count);

	for (size_t i = 0; i < COUNT_OF(rules); i++)
		assert_int_equal(identity_rules_add(merge_rules(m), span_of(rules[i]), &err), 0);
	for (size_t i = 0; i < w->count; i++) {
		buf_clear(&line);
		put_line(&w->list[(i * 5 + from) % w->count], &line);
		if (w->count % 5 == 0) {	/* 5 would come round too early */
			buf_clear(&line);
			put_line(&w->list[(w->count + from - i) % w->count], &line);
		}
		assert_int_equal(merge_line(m, (unsigned)i % workers, buf_view(&line), &facts, &err), 0);
	}
	assert_int_equal(merge_absorb(m, buf_view(&facts), &err), 0);
	assert_int_equal(merge_settle(m, &err), 0);
	assert_int_equal(merge_write(m, &sink, &none, &err), 0);
	merge_free(m);
	buf_release(&facts);
	buf_release(&line);
}

/* How often value V of trait T stands in W. */
static int count_of(const struct world *w, int t, int v)
{
	int count = 0;

	for (size_t i = 0; i < w->count; i++)
		count += w->list[i].value[t] == v;
	return count;
}

static int rank_of(const struct telling *s)
{
	return s->source == 2 ? 0 : s->source == 0 ? 1 : 2;
}

static int truth_of(int value)
{
	return value == 2 ? 2 : value == 1 ? 0 : 1;
}

/* How good the statement is by rule T; the later wins among equals. */
static int merit(const struct world *w, int t, const struct telling *s)
{
	int v = s->value[t];

	switch (t) {
	case MOST_FREQUENT:
		return count_of(w, t, v);
	case LONGEST:
	case MAX:
		return v;
	case MIN:
		return -v;
	case ANY_TRUE:
		return truth_of(v);
	case PRIORITY:
		return -rank_of(s);
	default:
		return 0;
	}
}

static const struct telling *model_first(const struct world *w)
{
	const struct telling *found = NULL;

	for (size_t i = w->count; i-- > 0;) {
		const struct telling *s = &w->list[i];

		if (s->value[FIRST] >= 0 &&
		    (!found || s->time != MOMENT_NONE || found->time == MOMENT_NONE))
			found = s;
	}
	return found;
}

static const struct telling *model(const struct world *w, int t)
{
	const struct telling *best = NULL;

	if (t == FIRST)
		return model_first(w);
	for (size_t i = 0; i < w->count; i++) {
		const struct telling *s = &w->list[i];

		if (s->value[t] < 0 || (t == ANY_TRUE && !truth_of(s->value[t])))
			continue;
		if (!best || merit(w, t, s) >= merit(w, t, best))
			best = s;
	}
	return best;
}

static void expect_text(struct value v, const struct buf *want)
{
	if (!span_equal(v.raw, buf_view(want)))
		fail_msg("got %.*s, wanted %.*s", SPAN_ARG(v.raw), SPAN_ARG(buf_view(want)));
}

/* The event that the lineage of trait T names. */
static const struct telling *named(const struct world *w, struct value lineage, int t)
{
	char key[2] = {names[t], 0};
	struct value record = value_path(value_member(lineage, span_of(key)), SPAN("record"));

	for (size_t i = 0; i < w->count; i++) {
		char text[16];

		snprintf(text, sizeof text, "s%u/%02u", w->list[i].source, w->list[i].id);
		if (value_is_text(record, span_of(text)))
			return &w->list[i];
	}
	return NULL;
}

static void check_rule(const struct world *w, const struct profile *p, struct value lineage, int t)
{
	char key[2] = {names[t], 0};
	struct value got = value_member(p->traits, span_of(key));
	const struct telling *best = model(w, t), *from = named(w, lineage, t);
	struct buf want = BUF_INIT;

	if (!best) {
		assert_int_equal(got.kind, VALUE_NONE);
		assert_null(from);
		return;
	}
	if (t == ANY_TRUE)
		buf_text_put(&want, truth_of(best->value[t]) == 2 ? "true" : "false");
	else
		put_value(&want, t, best->value[t]);
	expect_text(got, &want);
	/* The event named says what survived, and no better one does. */
	assert_non_null(from);
	assert_int_equal(from->value[t], best->value[t]);
	assert_int_equal(merit(w, t, from), merit(w, t, best));
	assert_ptr_equal(from, best);
	buf_release(&want);
}

static void check_union(const struct world *w, const struct profile *p)
{
	struct value got = value_member(p->traits, SPAN("u"));
	struct buf want = BUF_INIT;

	for (int v = 0; v < 4; v++) {
		if (count_of(w, UNION, v))
			buf_printf(&want, "%c%d", want.len ? ',' : '[', v);
	}
	if (want.len) {
		buf_char(&want, ']');
		expect_text(got, &want);
	} else {
		assert_int_equal(got.kind, VALUE_NONE);
	}
	buf_release(&want);
}

/* Is X a better record for the unit than Y, both giving its first trait alike? */
static bool better(const struct telling *x, const struct telling *y)
{
	if ((x->value[ADDRESS] >= 0) != (y->value[ADDRESS] >= 0))
		return x->value[ADDRESS] >= 0;
	if ((x->source == 1) != (y->source == 1))
		return x->source == 1;
	return x > y;
}

static bool contradict(const struct telling *x, const struct telling *y)
{
	return (x->value[ADDRESS] >= 0 && y->value[ADDRESS] >= 0 && x->value[ADDRESS] != y->value[ADDRESS]) ||
	       (x->value[CITY] >= 0 && y->value[CITY] >= 0 && x->value[CITY] != y->value[CITY]);
}

static void check_unit(const struct world *w, const struct profile *p, struct value lineage)
{
	const struct telling *best = NULL, *city = NULL;
	struct buf want = BUF_INIT;

	for (size_t i = 0; i < w->count; i++) {
		const struct telling *s = &w->list[i];

		if ((s->value[ADDRESS] >= 0 || s->value[CITY] >= 0) && (!best || better(s, best)))
			best = s;
	}
	for (size_t i = 0; best && best->value[CITY] < 0 && i < w->count; i++) {
		const struct telling *s = &w->list[i];

		if (s->value[CITY] >= 0 && !contradict(s, best) && (!city || better(s, city)))
			city = s;
	}
	if (best && best->value[CITY] >= 0)
		city = best;
	assert_ptr_equal(named(w, lineage, ADDRESS), best && best->value[ADDRESS] >= 0 ? best : NULL);
	assert_ptr_equal(named(w, lineage, CITY), city);
	if (city) {
		buf_printf(&want, "%d", city->value[CITY]);
		expect_text(value_member(p->traits, SPAN("C")), &want);
	}
	buf_release(&want);
}

static void check_world(const struct world *w, const struct buf *out)
{
	struct profile p;
	struct error err = ERROR_INIT;
	struct value lineage = VALUE_ABSENT;

	assert_int_equal(profile_parse(&p, span_sub(buf_view(out), 0, out->len - 1), &err), 0);
	for (size_t i = 0; i < p.others.count; i++) {
		if (span_equal(p.others.list[i].key, SPAN("lineage")))
			lineage = p.others.list[i].value;
	}
	assert_int_equal(lineage.kind, VALUE_OBJECT);
	for (int t = 0; t < UNION; t++)
		check_rule(w, &p, lineage, t);
	check_union(w, &p);
	check_unit(w, &p, lineage);
}

static void test_rules_are_the_model(void **state)
{
	uint64_t seed = support_seed(11);

	(void)state;
	for (int i = 0; i < RUNS; i++) {
		struct world w;
		struct buf one = BUF_INIT, other = BUF_INIT;

		world_make(&w, &seed);
		run(&w, 1, &seed, &one);
		run(&w, 3, &seed, &other);
		assert_true(span_equal(buf_view(&one), buf_view(&other)));
		check_world(&w, &one);
		buf_release(&one);
		buf_release(&other);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_are_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
