/* Columns, levels of agreement, blocking and the model, on small tables. */
#include "tests/unit/support.h"

#include <math.h>

#include "base/mem.h"
#include "unify/linkage/agreement.h"
#include "unify/linkage/blocking.h"
#include "unify/linkage/columns.h"
#include "unify/linkage/household.h"
#include "unify/linkage/patterns.h"
#include "unify/linkage/weights.h"
#include "unify/linkage/blocking_meet.h"
#include "unify/linkage/blocking_walk.h"

static struct blocked blocked;

/* Rows of trait texts under NAMES; "" is missing. */
static void fill(struct columns *c, const char *const *names, size_t width,
		 const char *const *cells, size_t rows)
{
	struct columns_batch *batch;

	columns_init(c, rows, &blocked);
	for (size_t i = 0; i < width; i++) {
		if (strncmp(names[i], "ids.", 4) == 0)
			columns_type(c, span_of(names[i] + 4));
	}
	batch = columns_batch_new(c);
	for (size_t i = 0; i < rows * width; i++) {
		struct span name = span_of(names[i % width]);

		columns_add(batch, (uint32_t)(i / width),
			    span_starts(name, SPAN("ids.")) ? columns_type(c, span_sub(name, 4, name.len))
							    : columns_trait(name),
			    span_of(cells[i]));
	}
	for (size_t i = 0; i < columns_jobs(c); i++)
		columns_put(c, &batch, 1, i);
	columns_batch_free(batch);
	columns_settle(c);
}

static const char *level_name(const struct columns *c, uint32_t a, uint32_t b, size_t column)
{
	uint64_t pattern = agreement_pattern(c, NULL, a, b);

	return agreement_scale(c->list[column].kind)->names[agreement_level(pattern, column)];
}

static void test_columns(void **state)
{
	static const char *const names[] = {"first_name", "birth_date", "shoe_size", "country"};
	static const char *const cells[] = {
		"Zo\xc3\xab", "1980-05-17", "44", "DE",
		"ZOE", "1980-05-17T00:00:00.000Z", "44", "DE",
		" zo-e ", "1900-01-01", "45", "DE",
		"n/a", "17", "45", "DE",
	};
	struct columns c;

	(void)state;
	fill(&c, names, 4, cells, 4);
	/* What is unknown and what is the same everywhere is no column. */
	assert_int_equal(c.count, 1);
	assert_span(c.list[0].name, "first_name");
	assert_int_equal(c.list[0].filled, 3);
	assert_int_equal(columns_row(&c, 0)[0], columns_row(&c, 1)[0]);
	assert_span(column_word(&c.list[0], columns_row(&c, 2)[0])->text, "zo e");
	assert_int_equal(columns_row(&c, 3)[0], 0);
	assert_int_equal(columns_find(&c, SPAN("country")), COLUMN_NONE);
	columns_release(&c);
}

static void test_levels(void **state)
{
	static const char *const names[] = {"first_name", "last_name", "birth_date", "postcode"};
	static const char *const cells[] = {
		"Robert", "Alanson", "1971-06-24", "10115",
		"Bob", "Alansen", "1971-06-25", "10151",
		"Alanson", "Robert", "1971-24-06", "10115",
		"R.", "Alinsen", "1972-03-01", "20223",
		"", "Vogel", "1940-01-02", "",
	};
	struct columns c;

	(void)state;
	fill(&c, names, 4, cells, 5);
	assert_string_equal(level_name(&c, 0, 1, 0), "nickname or initial");
	assert_string_equal(level_name(&c, 0, 1, 1), "closer (0.92)");
	assert_string_equal(level_name(&c, 0, 1, 2), "one edit");
	assert_string_equal(level_name(&c, 0, 1, 3), "one edit");
	assert_string_equal(level_name(&c, 0, 2, 0), "exchanged");
	assert_string_equal(level_name(&c, 0, 2, 1), "missing");
	assert_string_equal(level_name(&c, 0, 2, 2), "one edit");
	assert_string_equal(level_name(&c, 0, 2, 3), "same");
	assert_string_equal(level_name(&c, 0, 3, 0), "nickname or initial");
	assert_string_equal(level_name(&c, 0, 3, 2), "within a year");
	assert_string_equal(level_name(&c, 0, 3, 3), "different");
	assert_string_equal(level_name(&c, 0, 4, 0), "missing");
	assert_string_equal(level_name(&c, 0, 4, 1), "different");
	assert_int_equal(agreement_pattern(&c, NULL, 0, 1), agreement_pattern(&c, NULL, 1, 0));
	columns_release(&c);
}

static void test_emails(void **state)
{
	static const char *const names[] = {"last_name", "ids.email"};
	static const char *const cells[] = {
		"Lindqvist", "eva.lindqvist@example.com",
		"Lindqvist", "eva.lindqvist9@example.com",
		"Berger", "eva.lindqvist9@example.com",
		"Lindqvist", "eva.lindqvist@example.org",
	};
	struct columns c;

	(void)state;
	fill(&c, names, 2, cells, 4);
	/* Alike because the name is: counts once. */
	assert_string_equal(level_name(&c, 0, 1, 1), "missing");
	assert_string_equal(level_name(&c, 0, 2, 1), "close");
	assert_string_equal(level_name(&c, 0, 3, 1), "same user");
	assert_string_equal(level_name(&c, 1, 2, 1), "same");
	columns_release(&c);
}

/* Soundex hears Robert in Rupert, Double Metaphone a knight in Nite. */
static void test_sounds(void **state)
{
	static const char *const names[] = {"last_name", "city"};
	static const char *const cells[] = {
		"Knight", "Aachen", "Nite", "Bern", "Gonsales", "Aachen", "Gunzlez", "Bern", "Yelland", "Bern",
	};
	struct columns c;

	(void)state;
	fill(&c, names, 2, cells, 5);
	assert_string_equal(level_name(&c, 0, 1, 0), "sounds alike");
	assert_string_equal(level_name(&c, 2, 3, 0), "sounds alike");
	assert_string_equal(level_name(&c, 0, 4, 0), "different");
	columns_release(&c);
}

/* In any order, cut short, some of them; numbers are not cut, one word is too few. */
static void test_same_words(void **state)
{
	static const char *const names[] = {"name", "city"};
	static const char *const cells[] = {
		"Nine Elms Community Day Nursery", "", "Community Nursery, Nine Elms", "",
		"Nine Elms Comm Nurs", "", "Nine Oaks Comm Nursery", "",
		"Room 12 Annex", "", "Room 127 at the old annex building", "",
		"Nursery", "", "A B", "", "Alder Birch", "",
	};
	static const struct {
		uint32_t a, b;
		const char *level;
	} pairs[] = {
		{0, 1, "same words"}, {0, 2, "same words"}, {1, 2, "same words"},
		{2, 3, "alike (0.6)"}, {4, 5, "different"}, {0, 6, "different"}, {7, 8, "different"},
	};
	struct columns c;

	(void)state;
	fill(&c, names, 2, cells, 9);
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		assert_string_equal(level_name(&c, pairs[i].a, pairs[i].b, 0), pairs[i].level);
		assert_string_equal(level_name(&c, pairs[i].b, pairs[i].a, 0), pairs[i].level);
	}
	columns_release(&c);
}

/* The cache gives what comparing gives. */
static void test_cache(void **state)
{
	static const char *const parts[] = {"an", "ber", "to", "li", "sa", "ra"};
	static const char *const names[] = {"first_name", "last_name"};
	char texts[600][16];
	const char *cells[600];
	struct agreement_cache *cache = agreement_cache_new();
	uint64_t seed = 5;
	struct columns c;

	(void)state;
	for (size_t i = 0; i < 600; i++) {
		snprintf(texts[i], sizeof texts[i], "%s%s%s", parts[support_below(&seed, 6)],
			 parts[support_below(&seed, 6)], parts[support_below(&seed, 6)]);
		cells[i] = texts[i];
	}
	fill(&c, names, 2, cells, 300);
	for (int i = 0; i < 100000; i++) {
		uint32_t a = (uint32_t)support_below(&seed, 300), b = (uint32_t)support_below(&seed, 300);

		assert_int_equal(agreement_pattern(&c, cache, a, b), agreement_pattern(&c, NULL, a, b));
	}
	columns_release(&c);
	agreement_cache_free(cache);
}

#define ROWS 3000

struct seen_pairs {
	unsigned char *count;
	uint64_t all;
};

static void see(void *context, uint32_t a, uint32_t b)
{
	struct seen_pairs *s = context;

	assert_true(a < b);
	assert_true(s->count[a * ROWS + b]++ == 0);
	s->all++;
}

/* Every pair that a rule brings together comes once; nothing else comes. */
/* How records meet is known when the blocks are gone: as WANTED says of the first LOOKED
 * with all. */
#define LOOKED 40

static void check_meetings(struct blocking *b, bool wanted[LOOKED][ROWS])
{
	size_t kinds[MEETING_MET + 1] = {0};

	blocking_keep_rules(b);
	for (uint32_t x = 0; x < LOOKED; x++) {
		for (uint32_t y = x + 1; y < ROWS; y++) {
			struct meeting m = blocking_meeting(b, x, y);

			kinds[m.kind]++;
			assert_int_equal(m.kind == MEETING_MET, wanted[x][y]);
			assert_int_equal(m.kind == MEETING_NONE, m.rule == NULL);
			if (m.kind == MEETING_TOO_LARGE)
				assert_true(m.size > m.rule->cap);
			else if (m.rule)
				assert_true(m.size >= 2 && m.size <= m.rule->cap);
		}
	}
	assert_true(kinds[MEETING_NONE] && kinds[MEETING_TOO_LARGE] && kinds[MEETING_MET]);
}

static void test_blocking_pairs_once(void **state)
{
	static const char *const names[] = {"first_name", "last_name", "birth_date"};
	static char texts[ROWS * 3][12];
	static const char *cells[ROWS * 3];
	static bool met[LOOKED][ROWS];
	struct seen_pairs seen = {mem_zero((size_t)ROWS * ROWS, 1), 0};
	struct blocking b;
	struct block_job *jobs;
	struct columns c;
	uint64_t seed = 11, sum = 0, wanted = 0;
	size_t count;

	(void)state;
	for (size_t i = 0; i < ROWS * 3; i++) {
		if (i % 3 == 2)
			snprintf(texts[i], sizeof texts[i], "19%02d-%02d-%02d", (int)support_below(&seed, 90),
				 (int)support_below(&seed, 12) + 1, (int)support_below(&seed, 28) + 1);
		else
			snprintf(texts[i], sizeof texts[i], "%c%c%c", 'a' + (int)support_below(&seed, 9),
				 'a' + (int)support_below(&seed, 9), 'a' + (int)support_below(&seed, 2));
		cells[i] = support_below(&seed, 10) ? texts[i] : "";
	}
	fill(&c, names, 3, cells, ROWS);
	blocking_choose(&b, &c, 100000, 2);
	assert_true(b.count >= 3);
	jobs = blocking_jobs(&b, &count);
	for (size_t i = 0; i < count; i++)
		blocking_walk(&b, &jobs[i], true, see, &seen);
	for (size_t i = 0; i < b.count; i++)
		sum += b.rules[i].pairs;
	assert_true(sum <= 100000 && seen.all <= sum);
	for (uint32_t x = 0; x < ROWS; x++) {
		for (uint32_t y = x + 1; y < ROWS; y++) {
			bool together = false;

			for (size_t r = 0; r < b.count; r++) {
				uint32_t n = b.numbers[x * b.count + r];

				together = together || (n && n == b.numbers[y * b.count + r]);
			}
			wanted += together;
			if (x < LOOKED)
				met[x][y] = together;
		}
	}
	assert_int_equal(seen.all, wanted);
	check_meetings(&b, met);
	mem_free(jobs);
	mem_free(seen.count);
	blocking_release(&b);
	columns_release(&c);
}

static void test_block_cap_acts(void **state)
{
	static const char *const names[] = {"last_name", "city"};
	static const char *cells[ROWS * 2];
	struct blocking b;
	struct columns c;
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		cells[2 * i] = i < ROWS - 4 ? "Meyer" : "Quist";
		cells[2 * i + 1] = i < ROWS / 2 ? "Aachen" : "Bern";
	}
	fill(&c, names, 2, cells, ROWS);
	blocking_choose(&b, &c, 100000, 1);
	/* 2,996 Meyers are no block, and no town is; the four others are one. */
	assert_true(b.count > 0);
	for (size_t i = 0; i < b.count; i++) {
		assert_int_equal(b.rules[i].pairs, 6);
		assert_int_equal(b.rules[i].blocks, 1);
		assert_true(b.rules[i].left_out >= 1);
		assert_true(block_rule_uses(&c, &b.rules[i], 0));
	}
	block_rule_put(&c, &b.rules[0], &text);
	assert_true(span_ends(buf_view(&text), SPAN("last_name")) ||
		    span_ends(buf_view(&text), SPAN(" + city")));
	buf_release(&text);
	blocking_release(&b);
	columns_release(&c);
}

static void test_patterns(void **state)
{
	struct patterns p = PATTERNS_INIT, q = PATTERNS_INIT;

	(void)state;
	for (uint64_t i = 0; i < 3000; i++)
		patterns_add(i % 2 ? &p : &q, (i % 1000) * 0x10001, 1);
	patterns_add_all(&p, &q);
	patterns_sort(&p);
	assert_int_equal(p.count, 1000);
	assert_int_equal(p.pairs, 3000);
	for (uint64_t i = 0; i < 1000; i++) {
		assert_int_equal(p.list[i].pattern, i * 0x10001);
		assert_int_equal(p.list[i].count, 3);
	}
	patterns_release(&p);
	patterns_release(&q);
}

static void test_weights(void **state)
{
	static const char *const names[] = {"last_name"};
	static const char *const cells[] = {
		"Smith", "Smith", "Smith", "Smith", "Smith", "Smith", "Zell", "Zell", "Oak", "Ash",
	};
	struct weights w;
	struct columns c;
	uint64_t same;
	double common, rare, score;

	(void)state;
	fill(&c, names, 1, cells, 10);
	weights_init(&w, &c);
	/* 6 * 5 + 2 of 10 * 9 ordered pairs agree. */
	assert_close(w.agree[0], 32 / 90., 1e-12);
	w.lambda = 0.25;
	weights_settle(&w, &c);
	assert_close(w.prior, -1.584963, 1e-6);
	assert_close(weights_evidence(&w, &c, 0), 0, 0);
	assert_close(weights_score(&w, &c, 0, 0, 0, &common), w.prior, 0);
	same = agreement_pattern(&c, NULL, 0, 1);
	score = weights_score(&w, &c, same, 0, 1, &common);
	assert_close(score, w.prior + common, 1e-12);
	weights_score(&w, &c, same, 6, 7, &rare);
	/* Three times as rare: log2 of 3 more. */
	assert_close(rare - common, 1.584963, 1e-5);
	weights_release(&w);
	columns_release(&c);
}

/* A slip of a frequent name is no rare name, of a rare one it is half as rare. */
static void test_nearly_rare(void **state)
{
	static const char *const names[] = {"last_name"};
	static const char *const cells[] = {
		"Alanson", "Alanson", "Alanson", "Alanson", "Alanson", "Alanson", "Alansen",
		"Zwettler", "Zwettler", "Zwetler", "Oak", "Ash",
	};
	struct weights w;
	struct columns c;
	uint64_t pattern;
	double common, rare;

	(void)state;
	fill(&c, names, 1, cells, 12);
	weights_init(&w, &c);
	pattern = agreement_pattern(&c, NULL, 0, 6);
	assert_int_equal(agreement_pattern(&c, NULL, 7, 9), pattern);
	weights_score(&w, &c, pattern, 0, 6, &common);
	assert_close(common, weights_evidence(&w, &c, pattern) + w.frequency[0][columns_row(&c, 0)[0]] / 2.0, 1e-6);
	weights_score(&w, &c, pattern, 9, 7, &rare);
	/* Six records against two: half of log2(3). */
	assert_close(rare - common, 1.584963 / 2, 1e-5);
	weights_release(&w);
	columns_release(&c);
}

/* What exact agreement of records A and A in COLUMN weighs. */
static double exact_weight(const struct weights *w, const struct columns *c, size_t column,
			   uint32_t a)
{
	unsigned exact = agreement_scale(c->list[column].kind)->exact;

	return w->columns[column].weight[exact] + (double)w->frequency[column][columns_row(c, a)[column]];
}

/* An address that a couple has, and one that a person has who is written in two ways. */
static void test_household(void **state)
{
	static const char *const names[] = {"first_name", "last_name", "birth_date", "ids.email"};
	static const char *const cells[] = {
		"Ines", "Okafor", "1990-01-15", "okafor@example.net",
		"Samuel", "Okafor", "1962-08-30", "okafor@example.net",
		"Hanna", "Vogel", "1955-03-09", "hanna@example.com",
		"Hana", "Vogel", "1955-03-09", "hanna@example.com",
		"Vogel", "Hanna", "1955-09-03", "hanna@example.com",
		"Greta", "", "", "greta@example.org",
		"Petra", "Ruiz", "1969-04-22", "greta@example.org",
	};
	struct columns c;
	struct weights w;
	double hanna, greta;

	(void)state;
	fill(&c, names, 4, cells, 7);
	weights_init(&w, &c);
	hanna = exact_weight(&w, &c, 3, 2);
	greta = exact_weight(&w, &c, 3, 5);
	assert_true(fabs(exact_weight(&w, &c, 3, 0) - HOUSEHOLD_BITS) > 0.1);
	household_weigh(&w, &c, 2);
	assert_close(exact_weight(&w, &c, 3, 0), HOUSEHOLD_BITS, 1e-5);
	assert_close(exact_weight(&w, &c, 3, 2), hanna, 0);
	/* Without a date of birth nobody is two. */
	assert_close(exact_weight(&w, &c, 3, 5), greta, 0);
	weights_release(&w);
	columns_release(&c);
}

/* Against a loop over all pairs. */
static void test_linking(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int run = 0; run < 300; run++) {
		uint64_t sources[40];
		uint32_t words[40];
		size_t count = 1 + support_below(&seed, 40);
		struct linking l = {(enum link_mode)(run % 3), sources};
		double all = 0, said = 0, agree = 0;

		for (size_t i = 0; i < count; i++) {
			sources[i] = (uint64_t)1 << (support_below(&seed, 5) * 15);
			words[i] = (uint32_t)support_below(&seed, 5);
		}
		for (uint32_t i = 0; i < count; i++) {
			for (uint32_t j = i + 1; j < count; j++) {
				if (!linking_allows(&l, i, j))
					continue;
				all++;
				said += words[i] && words[j];
				agree += words[i] && words[i] == words[j];
			}
		}
		assert_close(linking_pairs(&l, NULL, 0, count, 1), all, 0);
		assert_close(linking_pairs(&l, words, 1, count, 1), said, 0);
		assert_close(linking_pairs(&l, words, 1, count, 5), agree, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_emails),
		cmocka_unit_test(test_sounds),
		cmocka_unit_test(test_same_words),
		cmocka_unit_test(test_cache),
		cmocka_unit_test(test_blocking_pairs_once),
		cmocka_unit_test(test_block_cap_acts),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_nearly_rare),
		cmocka_unit_test(test_linking),
		cmocka_unit_test(test_household),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
