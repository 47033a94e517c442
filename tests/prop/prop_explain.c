/*
 * The laws of explaining over random events: two identifiers are explained as
 * joined when one profile has both, and only then; the chain really leads
 * from one to the other; the links of a profile are a spanning forest of it, and each
 * rule's event has both of its ends; nothing depends on the order or the workers.
 */
#include "tests/unit/support.h"

#include <math.h>

#include "base/buf.h"
#include "base/mem.h"
#include "record/profile.h"
#include "unify/evidence/explain.h"
#include "unify/merge/merge.h"

#define EVENTS 24
#define RUNS 120
#define NAMES_MAX 256

struct world {
	struct buf lines[EVENTS];
	size_t count;
};

static void put_line(struct buf *out, size_t number, uint64_t *seed)
{
	static const char *const types[] = {"user_id", "email", "phone", "shop_no"};
	static const char *const first[] = {"Ida", "Ivo", "Kim", "Zoe", "Lara"};
	static const char *const last[] = {"Berg", "Holm", "Sund", "Klein"};
	bool any = false;

	buf_printf(out, "{\"type\":\"identify\",\"id\":\"%zu\"", number);
	if (support_below(seed, 4)) {
		buf_lit(out, ",\"time\":\"");
		moment_put(out, (int64_t)support_below(seed, 9) * DAY_MS);
		buf_char(out, '"');
	}
	buf_printf(out, ",\"source\":\"s%d\",\"ids\":{", (int)support_below(seed, 2));
	for (int t = 0; t < 4; t++) {
		if (support_below(seed, 2))
			continue;
		buf_printf(out, "%s\"%s\":\"%c5550%d00%d\"", any ? "," : "", types[t], types[t][0],
			   (int)support_below(seed, 7), t);
		any = true;
	}
	buf_char(out, '}');
	if (support_below(seed, 3))
		buf_printf(out, ",\"traits\":{\"first_name\":\"%s\",\"last_name\":\"%s\",\"birth_date\":\"19%d0-02-0%d\"}",
			   first[support_below(seed, 5)], last[support_below(seed, 4)],
			   5 + (int)support_below(seed, 4), 1 + (int)support_below(seed, 3));
	buf_char(out, '}');
}

static int put_buf(void *context, struct span bytes, struct error *err)
{
	(void)err;
	buf_span(context, bytes);
	return 0;
}

/* Fed from line FROM on, round. */
static struct merge *feed(const struct world *w, enum match_mode mode, unsigned workers, size_t from)
{
	struct merge_options options = {
		.workers = workers, .memory = 1 << 26, .scratch = "/tmp", .as_of = MOMENT_NONE,
		.match = mode, .links = true,
	};
	struct merge *m = merge_new(&options);
	struct error err = ERROR_INIT;
	struct buf facts = BUF_INIT;

	assert_int_equal(identity_rules_add(merge_rules(m), SPAN("limit email = 2"), &err), 0);
	for (size_t i = 0; i < w->count; i++) {
		const struct buf *line = &w->lines[(i + from) % w->count];

		assert_int_equal(merge_line(m, (unsigned)i % workers, buf_view(line), &facts, &err), 0);
	}
	assert_int_equal(merge_absorb(m, buf_view(&facts), &err), 0);
	assert_int_equal(merge_settle(m, &err), 0);
	buf_release(&facts);
	return m;
}

static void write_profiles(struct merge *m, struct buf *out)
{
	struct merge_sink sink = {put_buf, out}, none = {NULL, NULL};
	struct error err = ERROR_INIT;

	assert_int_equal(merge_write(m, &sink, &none, &err), 0);
	merge_free(m);
}

/* The identifiers of all profiles as "type=value", and whose they are. */
struct names {
	struct buf text[NAMES_MAX];
	size_t profile[NAMES_MAX];
	size_t count;
};

static void read_ids(const struct profile *p, size_t number, struct names *n)
{
	struct scan s, inner;
	struct member m;
	struct value v;

	scan_start(&s, p->ids.raw);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0) {
		scan_start(&inner, m.value.raw);
		scan_enter(&inner, '[', NULL);
		while (scan_element(&inner, &v, NULL) > 0) {
			assert_true(n->count < NAMES_MAX);
			buf_clear(&n->text[n->count]);
			buf_span(&n->text[n->count], m.key);
			buf_char(&n->text[n->count], '=');
			value_decode(v, &n->text[n->count]);
			n->profile[n->count++] = number;
		}
	}
}

static size_t find(size_t *parents, size_t i)
{
	while (parents[i] != i)
		i = parents[i];
	return i;
}

/* The place of TEXT among LIST, put there when it is new. */
static size_t place_of(struct value text, struct buf *list, size_t *count)
{
	struct buf plain = BUF_INIT;
	size_t at = 0;

	value_decode(text, &plain);
	while (at < *count && !span_equal(buf_view(&list[at]), buf_view(&plain)))
		at++;
	if (at == *count) {
		assert_true(*count < NAMES_MAX);
		buf_clear(&list[at]);
		buf_span(&list[at], buf_view(&plain));
		++*count;
	}
	buf_release(&plain);
	return at;
}

/* LINE has identifier TYPE=VALUE; "phone:name" is a household's phone with the name behind it. */
static bool has_identifier(struct value line, struct span type, struct span value)
{
	struct span shared = SPAN(":name");
	struct value v;

	if (!span_ends(type, shared))
		return value_is_text(value_member(value_member(line, SPAN("ids")), type), value);
	v = value_member(value_member(line, SPAN("ids")), span_sub(type, 0, type.len - shared.len));
	return v.kind == VALUE_TEXT && span_starts(value, span_sub(v.raw, 1, v.raw.len - 2));
}

/* The event NAME, "source/id", has identifier ID, "type=value". */
static void check_witness(const struct world *w, struct value name, struct value id)
{
	struct buf event = BUF_INIT, text = BUF_INIT;
	size_t slash, equals;
	bool found = false;

	value_decode(name, &event);
	value_decode(id, &text);
	slash = span_find_byte(buf_view(&event), '/');
	equals = span_find_byte(buf_view(&text), '=');
	for (size_t i = 0; i < w->count; i++) {
		struct value line = {buf_view(&w->lines[i]), VALUE_OBJECT, false};

		if (!value_is_text(value_member(line, SPAN("id")), buf_since(&event, slash + 1)))
			continue;
		found = true;
		assert_true(has_identifier(line, span_sub(buf_view(&text), 0, equals),
					   buf_since(&text, equals + 1)));
	}
	assert_true(found);
	buf_release(&event);
	buf_release(&text);
}

static double number_of(struct value object, struct span key)
{
	struct value v = value_member(object, key);

	return v.kind == VALUE_NUMBER ? strtod(v.raw.ptr, NULL) : 0;
}

/* A score is its prior and all that its comparisons weigh. */
static void check_score(struct value link)
{
	struct value list = value_member(link, SPAN("comparisons")), comparison;
	double score = number_of(link, SPAN("score")), sum = number_of(link, SPAN("prior"));
	struct scan s;

	scan_start(&s, list.raw);
	assert_int_equal(scan_enter(&s, '[', NULL), 0);
	while (scan_element(&s, &comparison, NULL) > 0)
		sum += number_of(comparison, SPAN("weight")) + number_of(comparison, SPAN("frequency"));
	assert_close(sum, score, 1e-3);
	assert_close(number_of(link, SPAN("probability")), 1 / (1 + exp2(-score)), 1e-5);
	assert_true(number_of(link, SPAN("weight")) <= fmax(score, 0) + 1e-9);
}

/* No link is too many, and all identifiers hang together. */
static void check_links(const struct world *w, const struct profile *p, const struct names *n, size_t first)
{
	static struct buf nodes[NAMES_MAX];
	size_t parents[NAMES_MAX], count = 0, root = SIZE_MAX;
	struct value links = VALUE_ABSENT, link;
	struct scan s;

	for (size_t i = 0; i < NAMES_MAX; i++)
		parents[i] = i;
	for (size_t i = 0; i < p->others.count; i++) {
		if (span_equal(p->others.list[i].key, SPAN("links")))
			links = p->others.list[i].value;
	}
	scan_start(&s, links.raw);
	assert_int_equal(scan_enter(&s, '[', NULL), 0);
	while (scan_element(&s, &link, NULL) > 0) {
		struct value a = value_member(link, SPAN("a")), b = value_member(link, SPAN("b"));
		struct value event = value_member(link, SPAN("record"));
		size_t x = find(parents, place_of(a, nodes, &count));
		size_t y = find(parents, place_of(b, nodes, &count));

		assert_int_not_equal(x, y);
		parents[x] = y;
		if (value_is_text(value_member(link, SPAN("kind")), SPAN("score")))
			check_score(link);
		if (value_is_text(value_member(link, SPAN("kind")), SPAN("rule"))) {
			if (event.kind == VALUE_TEXT) {
				check_witness(w, event, a);
				check_witness(w, event, b);
			}
		}
	}
	for (size_t i = first; i < n->count && n->count - first > 1; i++) {
		size_t at = 0;

		while (at < count && !span_equal(buf_view(&nodes[at]), buf_view(&n->text[i])))
			at++;
		assert_true(at < count);
		assert_true(root == SIZE_MAX || find(parents, at) == root);
		root = find(parents, at);
	}
	for (size_t i = 0; i < NAMES_MAX; i++)
		buf_release(&nodes[i]);
}

/* The links lead from FROM to TO, one behind the other. */
static void check_chain(struct value links, struct span from, struct span to)
{
	struct buf at = BUF_INIT;
	struct value link;
	struct scan s;

	buf_span(&at, from);
	scan_start(&s, links.raw);
	assert_int_equal(scan_enter(&s, '[', NULL), 0);
	while (scan_element(&s, &link, NULL) > 0) {
		struct value a = value_member(link, SPAN("a")), b = value_member(link, SPAN("b"));
		struct value next = value_is_text(a, buf_view(&at)) ? b : a;

		assert_true(value_is_text(a, buf_view(&at)) || value_is_text(b, buf_view(&at)));
		buf_clear(&at);
		value_decode(next, &at);
	}
	assert_true(span_equal(buf_view(&at), to));
	buf_release(&at);
}

static bool share_profile(const struct names *n, size_t a, size_t b)
{
	for (size_t i = 0; i < n->count; i++) {
		for (size_t j = 0; j < n->count; j++) {
			if (n->profile[i] == n->profile[j] &&
			    span_equal(buf_view(&n->text[i]), buf_view(&n->text[a])) &&
			    span_equal(buf_view(&n->text[j]), buf_view(&n->text[b])))
				return true;
		}
	}
	return false;
}

static void check_pair(const struct merge *m, const struct names *n, size_t a, size_t b)
{
	struct explain_style style = {.json = true}, text = {.unicode = true};
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT, people = BUF_INIT;
	struct value answer;
	struct scan s;

	assert_int_equal(merge_explain(m, buf_view(&n->text[a]), buf_view(&n->text[b]), &style, &out, &err), 0);
	assert_int_equal(merge_explain(m, buf_view(&n->text[a]), buf_view(&n->text[b]), &text, &people, &err), 0);
	scan_start(&s, span_sub(buf_view(&out), 0, out.len - 1));
	assert_int_equal(scan_value(&s, &answer, NULL), 0);
	assert_int_equal(scan_finish(&s, NULL), 0);
	if (share_profile(n, a, b)) {
		assert_int_equal(value_member(answer, SPAN("joined")).kind, VALUE_TRUE);
		check_chain(value_member(answer, SPAN("links")), buf_view(&n->text[a]), buf_view(&n->text[b]));
		assert_true(span_find(buf_view(&people), SPAN("are one customer")) < people.len);
	} else {
		assert_int_equal(value_member(answer, SPAN("joined")).kind, VALUE_FALSE);
		assert_true(value_member(answer, SPAN("reasons")).raw.len > 2);
		assert_true(span_find(buf_view(&people), SPAN("are two customers")) < people.len);
	}
	buf_release(&out);
	buf_release(&people);
}

static void check_world(const struct world *w, enum match_mode mode, uint64_t *seed)
{
	static struct names names;
	struct buf one = BUF_INIT, other = BUF_INIT;
	struct merge *m = feed(w, mode, 1, 0);
	struct span rest;
	struct error err = ERROR_INIT;
	size_t number = 0;

	write_profiles(feed(w, mode, 1, 0), &one);
	write_profiles(feed(w, mode, 3, w->count / 2), &other);
	assert_true(span_equal(buf_view(&one), buf_view(&other)));
	names.count = 0;
	for (rest = buf_view(&one); rest.len; number++) {
		struct profile p;
		size_t first = names.count;

		assert_int_equal(profile_parse(&p, span_cut(&rest, '\n'), &err), 0);
		read_ids(&p, number, &names);
		check_links(w, &p, &names, first);
		if (span_absent(rest))
			break;
	}
	for (int i = 0; i < 12 && names.count; i++)
		check_pair(m, &names, support_below(seed, names.count), support_below(seed, names.count));
	merge_free(m);
	buf_release(&one);
	buf_release(&other);
	for (size_t i = 0; i < NAMES_MAX; i++)
		buf_release(&names.text[i]);
}

static void run(enum match_mode mode)
{
	uint64_t seed = support_seed(5 + (uint64_t)mode);

	for (int i = 0; i < RUNS; i++) {
		struct world w = {.count = 2 + support_below(&seed, EVENTS - 2)};

		for (size_t k = 0; k < w.count; k++)
			put_line(&w.lines[k], k, &seed);
		check_world(&w, mode, &seed);
		for (size_t k = 0; k < w.count; k++)
			buf_release(&w.lines[k]);
	}
}

static void test_exact(void **state)
{
	(void)state;
	run(MATCH_EXACT);
}

static void test_both(void **state)
{
	(void)state;
	run(MATCH_BOTH);
}

static void test_fuzzy(void **state)
{
	(void)state;
	run(MATCH_FUZZY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_both),
		cmocka_unit_test(test_fuzzy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
