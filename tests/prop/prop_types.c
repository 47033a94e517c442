/*
 * Whose number is it: the customers of random events of several sources are those
 * that a naive union-find of keys with their sources finds, with the ids that
 * their anchors make and each text once, in any order of lines, with any workers
 * and memory, at once or day by day.
 */
#include "tests/unit/support.h"

#include "base/digest.h"
#include "base/hash.h"
#include "base/mem.h"
#include "record/profile.h"
#include "unify/merge/merge.h"

#define RUNS 400
#define EVENTS 30
#define TYPES 9
#define KEYS (EVENTS * TYPES)

/* In the order of their priority. */
static const char *const types[TYPES] = {
	"user_id", "email", "anonymous_id", "crm_id", "customer_id", "my_shop_id", "previous_id",
	"shop_id", "ssn",
};

enum { USER_ID = 0, ANONYMOUS_ID = 2, CUSTOMER_ID = 4, PREVIOUS_ID = 6, SSN = 8 };

/* Names and how types begin with them; two have one form. */
static const char *const sources[][2] = {
	{"shop", "shop"}, {"My Shop", "my_shop"}, {"my-shop", "my_shop"}, {"CRM", "crm"}, {"till", "till"}, {"", ""},
};

struct happening {
	struct buf line;
	size_t source;
	int value[TYPES];	/* -1: none */
	int64_t time;
	int id;
	bool dropped;		/* a duplicate of a later one */
};

struct world {
	struct happening list[EVENTS];
	size_t count;
	bool shared;		/* customer_id is */
};

static void put_line(struct happening *h, unsigned most, uint64_t *seed)
{
	bool any = false;

	h->time = support_below(seed, 4) ? (int64_t)support_below(seed, 9) * DAY_MS : MOMENT_NONE;
	buf_printf(&h->line, "{\"type\":\"track\",\"id\":\"%d\"", h->id);
	if (h->time != MOMENT_NONE) {
		buf_lit(&h->line, ",\"time\":\"");
		moment_put(&h->line, h->time);
		buf_char(&h->line, '"');
	}
	if (*sources[h->source][0])
		buf_printf(&h->line, ",\"source\":\"%s\"", sources[h->source][0]);
	buf_lit(&h->line, ",\"ids\":{");
	for (int t = 0; t < TYPES; t++) {
		h->value[t] = support_below(seed, 4) ? -1 : (int)support_below(seed, most);
		if (h->value[t] < 0)
			continue;
		buf_printf(&h->line, "%s\"%s\":\"v%d\"", any ? "," : "", types[t], h->value[t]);
		any = true;
	}
	buf_char(&h->line, '}');
	if (support_below(seed, 2))
		buf_printf(&h->line, ",\"traits\":{\"first_name\":\"%s\",\"last_name\":\"%s\",\"birth_date\":\"19%d0-02-03\"}",
			   support_below(seed, 2) ? "Ida" : "Kim", support_below(seed, 2) ? "Berg" : "Holm",
			   5 + (int)support_below(seed, 4));
	buf_char(&h->line, '}');
}

/* Of equal source and id the later, then the greater bytes. */
static bool is_outdone(const struct world *w, size_t i)
{
	const struct happening *h = &w->list[i];

	for (size_t j = 0; j < w->count; j++) {
		const struct happening *o = &w->list[j];
		int order = span_compare(buf_view(&o->line), buf_view(&h->line));

		if (j == i || o->id != h->id || o->source != h->source)
			continue;
		if (o->time > h->time || (o->time == h->time && (order > 0 || (!order && j < i))))
			return true;
	}
	return false;
}

static void world_make(struct world *w, uint64_t *seed)
{
	unsigned most = 3 + (unsigned)support_below(seed, 12);

	*w = (struct world){.count = 2 + support_below(seed, EVENTS - 2), .shared = !support_below(seed, 3)};
	for (size_t i = 0; i < w->count; i++) {
		w->list[i].source = support_below(seed, COUNT_OF(sources));
		w->list[i].id = (int)support_below(seed, EVENTS * 2);
		put_line(&w->list[i], most, seed);
	}
	for (size_t i = 0; i < w->count; i++)
		w->list[i].dropped = is_outdone(w, i);
}

/* The model: keys as they are written, and which are one. */
struct model {
	char key[KEYS][40];
	int type[KEYS];
	int64_t first[KEYS];	/* INT64_MAX: never dated */
	size_t group[KEYS];
	size_t count;
	size_t of_event[EVENTS];	/* a key of it; SIZE_MAX: none */
};

static bool has_value(const struct world *w, int type, int value)
{
	for (size_t i = 0; i < w->count; i++) {
		if (!w->list[i].dropped && w->list[i].value[type] == value)
			return true;
	}
	return false;
}

/* Has any event the source that TYPE begins with? */
static bool has_source(const struct world *w, const char *type)
{
	for (size_t i = 0; i < w->count; i++) {
		const char *form = sources[w->list[i].source][1];

		if (*form && strlen(type) == strlen(form) + 3 && !strncmp(type, form, strlen(form)))
			return true;
	}
	return false;
}

static size_t key_of(struct model *m, const struct world *w, const struct happening *h, int type)
{
	bool own = type > ANONYMOUS_ID && type != PREVIOUS_ID && type != SSN && !has_source(w, types[type]) &&
		   !(type == CUSTOMER_ID && w->shared);
	int value = h->value[type];
	size_t at = 0;

	if (type == PREVIOUS_ID && has_value(w, ANONYMOUS_ID, value))
		type = ANONYMOUS_ID;
	else if (type == PREVIOUS_ID && has_value(w, USER_ID, value))
		type = USER_ID;
	snprintf(m->key[m->count], sizeof m->key[0], "%s%s%s:v%d", own ? sources[h->source][1] : "",
		 own ? "." : "", types[type], value);
	while (strcmp(m->key[at], m->key[m->count]))
		at++;
	if (at == m->count) {
		m->type[at] = type;
		m->first[at] = INT64_MAX;
		m->group[at] = at;
		m->count++;
	}
	if (h->time != MOMENT_NONE && h->time < m->first[at])
		m->first[at] = h->time;
	return at;
}

static void unite(struct model *m, size_t a, size_t b)
{
	size_t from = m->group[b], to = m->group[a];

	for (size_t i = 0; i < m->count; i++) {
		if (m->group[i] == from)
			m->group[i] = to;
	}
}

static void model_make(struct model *m, const struct world *w)
{
	m->count = 0;
	for (size_t i = 0; i < w->count; i++) {
		const struct happening *h = &w->list[i];

		m->of_event[i] = SIZE_MAX;
		for (int t = 0; t < TYPES && !h->dropped; t++) {
			size_t key;

			if (h->value[t] < 0)
				continue;
			key = key_of(m, w, h, t);
			if (m->of_event[i] != SIZE_MAX)
				unite(m, m->of_event[i], key);
			m->of_event[i] = key;
		}
	}
}

/* Was key A owned before B?  Then by priority and by what is written. */
static bool is_older(const struct model *m, size_t a, size_t b)
{
	if (m->first[a] != m->first[b])
		return m->first[a] < m->first[b];
	if (m->type[a] != m->type[b])
		return m->type[a] < m->type[b];
	return strcmp(m->key[a], m->key[b]) < 0;
}

static void check_id(const struct model *m, size_t group, struct span id)
{
	unsigned char digest[32];
	char want[33];
	size_t anchor = SIZE_MAX;

	for (size_t i = 0; i < m->count; i++) {
		if (m->group[i] == group && (anchor == SIZE_MAX || is_older(m, i, anchor)))
			anchor = i;
	}
	hash_sha256(span_of(m->key[anchor]), digest);
	for (int i = 0; i < 16; i++)
		snprintf(want + 2 * i, 3, "%02x", digest[i]);
	assert_span(id, want);
}

/* Each text of each type once, and none but these. */
static void check_ids(const struct model *m, size_t group, struct value ids)
{
	size_t want = 0, got = 0;

	for (size_t i = 0; i < m->count; i++) {
		bool again = m->group[i] != group;

		for (size_t j = 0; j < i && !again; j++)
			again = m->group[j] == group && m->type[j] == m->type[i] &&
				!strcmp(strchr(m->key[j], ':'), strchr(m->key[i], ':'));
		want += !again;
	}
	for (int t = 0; t < TYPES; t++) {
		struct value list = value_member(ids, span_of(types[t])), v;
		struct scan s;

		if (list.kind == VALUE_NONE)
			continue;
		scan_start(&s, list.raw);
		assert_int_equal(scan_enter(&s, '[', NULL), 0);
		for (; scan_element(&s, &v, NULL) > 0; got++) {
			struct span text = span_sub(v.raw, 1, v.raw.len - 2);
			bool found = false;

			for (size_t i = 0; i < m->count; i++)
				found = found || (m->group[i] == group && m->type[i] == t &&
						  span_equal(span_of(strchr(m->key[i], ':') + 1), text));
			assert_true(found);
		}
	}
	assert_int_equal(got, want);
}

/* The event of the world that E is. */
static size_t event_of(const struct world *w, const struct event *e)
{
	for (size_t i = 0; i < w->count; i++) {
		char id[12];

		snprintf(id, sizeof id, "%d", w->list[i].id);
		if (!w->list[i].dropped && value_is_text(e->id, span_of(id)) &&
		    (e->source.kind == VALUE_TEXT ? value_is_text(e->source, span_of(sources[w->list[i].source][0]))
						  : !*sources[w->list[i].source][0]))
			return i;
	}
	fail();
	return 0;
}

static size_t check_profile(const struct model *m, const struct world *w, struct span line)
{
	struct profile p;
	struct profile_events walk;
	struct event e;
	size_t group = SIZE_MAX, count = 0;

	assert_int_equal(profile_parse(&p, line, NULL), 0);
	profile_events_start(&walk, &p);
	for (; profile_events_next(&walk, &e, NULL) > 0; count++) {
		size_t key = m->of_event[event_of(w, &e)];

		assert_true(key != SIZE_MAX);
		assert_true(group == SIZE_MAX || group == m->group[key]);
		group = m->group[key];
	}
	check_id(m, group, span_sub(p.id.raw, 1, p.id.raw.len - 2));
	check_ids(m, group, p.ids);
	return count;
}

static void check_profiles(const struct world *w, const struct buf *out)
{
	static struct model m;
	struct span rest = buf_view(out);
	size_t events = 0, known = 0, groups = 0, profiles = 0;

	model_make(&m, w);
	for (size_t i = 0; i < w->count; i++)
		known += m.of_event[i] != SIZE_MAX;
	for (size_t i = 0; i < m.count; i++)
		groups += m.group[i] == i;
	while (rest.len) {
		struct span line = span_cut(&rest, '\n');

		if (!span_starts(line, SPAN("{\"type\":\"profile\"")))
			continue;
		events += check_profile(&m, w, line);
		profiles++;
	}
	assert_int_equal(events, known);
	assert_int_equal(profiles, groups);
}

static int put_buf(void *context, struct span bytes, struct error *err)
{
	(void)err;
	buf_span(context, bytes);
	return 0;
}

static void feed(struct merge *m, struct span *lines, size_t count, unsigned workers, uint64_t *seed)
{
	struct buf facts = BUF_INIT;
	struct error err = ERROR_INIT;

	for (size_t i = count; i > 1; i--) {
		size_t j = support_below(seed, i);
		struct span swap = lines[i - 1];

		lines[i - 1] = lines[j];
		lines[j] = swap;
	}
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(merge_line(m, (unsigned)support_below(seed, workers), lines[i], &facts, &err), 0);
		if (support_below(seed, 3) && i + 1 < count)
			continue;
		assert_int_equal(merge_absorb(m, buf_view(&facts), &err), 0);
		buf_clear(&facts);
	}
	buf_release(&facts);
}

/* Nothing is refused or shared: what the model knows. */
static const char plain[] =
	"limit others = none\nlimit user_id = none\ngeneric others = none\ngeneric anonymous_id = none\n"
	"household = off\n";

static const char tight[] = "limit others = 2\ngeneric others = 5 records, 2 people\n";

/* How a world is merged. */
struct manner {
	const char *rules;
	enum match_mode match;
	bool shared;
};

/* What COUNT LINES give: profiles, then unidentified events. */
static struct buf run(struct span *lines, size_t count, const struct manner *how, uint64_t *seed)
{
	unsigned workers = 1 + (unsigned)support_below(seed, 3);
	struct merge_options options = {
		.workers = workers, .memory = support_below(seed, 3) ? 1 << 30 : 1, .scratch = "/tmp",
		.as_of = 30 * DAY_MS, .events = true, .full_events = true, .max_events = 1000,
		.match = how->match,
	};
	struct merge *m = merge_new(&options);
	struct buf out = BUF_INIT;
	struct merge_sink sink = {put_buf, &out};
	struct error err = ERROR_INIT;

	assert_int_equal(identity_rules_parse(merge_rules(m), span_of(how->rules), "rules", &err), 0);
	if (how->shared)
		assert_int_equal(identity_rules_add(merge_rules(m), SPAN("shared = customer_id"), &err), 0);
	feed(m, lines, count, workers, seed);
	assert_int_equal(merge_settle(m, &err), 0);
	assert_int_equal(merge_write(m, &sink, &sink, &err), 0);
	merge_free(m);
	return out;
}

static size_t list_lines(const struct buf *text, struct span *lines)
{
	struct span rest = buf_view(text);
	size_t count = 0;

	while (rest.len)
		lines[count++] = span_cut(&rest, '\n');
	return count;
}

/* Day by day, and of part after part, it comes to the same. */
static void check_increments(const struct world *w, const struct manner *how,
			     const struct buf *whole, uint64_t *seed)
{
	size_t first = support_below(seed, w->count + 1), count, known;
	struct span lines[EVENTS * 2];
	struct buf day = BUF_INIT, both;

	for (size_t i = 0; i < first; i++)
		lines[i] = buf_view(&w->list[i].line);
	day = run(lines, first, how, seed);
	known = list_lines(&day, lines);
	for (count = known; first < w->count; first++)
		lines[count++] = buf_view(&w->list[first].line);
	both = run(lines, count, how, seed);
	assert_true(span_equal(buf_view(&both), buf_view(whole)));
	buf_release(&both);
	buf_release(&day);
}

/* Three runs in any order, and day by day, are one; WHOLE gets it. */
static void check_runs(const struct world *w, const struct manner *how, struct buf *whole, uint64_t *seed)
{
	struct span lines[EVENTS];

	for (int i = 0; i < 3; i++) {
		struct buf out;

		for (size_t k = 0; k < w->count; k++)
			lines[k] = buf_view(&w->list[k].line);
		out = run(lines, w->count, how, seed);
		if (!i)
			buf_span(whole, buf_view(&out));
		assert_true(span_equal(buf_view(&out), buf_view(whole)));
		buf_release(&out);
	}
	check_increments(w, how, whole, seed);
}

static void world_release(struct world *w)
{
	for (size_t i = 0; i < w->count; i++)
		buf_release(&w->list[i].line);
}

static void test_the_model(void **state)
{
	(void)state;
	for (uint64_t n = 1; n <= RUNS; n++) {
		uint64_t seed = support_seed(n * 7919);
		struct buf whole = BUF_INIT;
		struct world w;

		world_make(&w, &seed);
		check_runs(&w, &(struct manner){plain, MATCH_EXACT, w.shared}, &whole, &seed);
		check_profiles(&w, &whole);
		buf_release(&whole);
		world_release(&w);
	}
}

static void test_limits_shared_values_and_matching(void **state)
{
	static const char *const rules[] = {tight, ""};
	static const enum match_mode modes[] = {MATCH_EXACT, MATCH_BOTH, MATCH_FUZZY};

	(void)state;
	for (uint64_t n = 1; n <= RUNS / 2; n++) {
		uint64_t seed = support_seed(n * 104729);
		struct buf whole = BUF_INIT;
		struct world w;

		world_make(&w, &seed);
		check_runs(&w, &(struct manner){rules[n % 2], modes[n % 3], w.shared}, &whole, &seed);
		buf_release(&whole);
		world_release(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_model),
		cmocka_unit_test(test_limits_shared_values_and_matching),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
