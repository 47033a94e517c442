/*
 * The quick way of a value agrees with the long one: whatever it takes, value_put writes
 * in the same bytes and finds nothing to note.
 */
#include "collect/mapping/quick.h"
#include "collect/mapping/value.h"
#include "collect/rows/plain.h"
#include "tests/unit/support.h"
#include "time/date_text.h"

#define ROUNDS 400000

static const char *const seeds[] = {
	"", "a", "Ana", "Ana de la Cruz", "O'Hara", "M\xc3\xbcller  Hof", "\xc3\x85ngstr\xc3\xb6m",
	"12345", "-1", "0", "0.5", "-0.25", "181.35", "00.1", "1.123456", "1.1234567",
	"1234567890123456", "12345678901234567", "900719925474099.3", ".5", "5.", "1.2.3",
	"ana@example.com", "a.b-c_d+e@mail.example.org", "x@y.z", "a@b", "@example.com",
	"an.exceedingly.long.local.part.of.an.address.with.many.dots@sub.domain.example.org",
	"2024-03-01 09:30:00", "2024-03-01T09:30:00", "2024-12-31 23:59:59",
	"2024-02-28T09:30:00.123Z", "2024-03-01 09:30:00.000Z", "0000-01-01 00:00:00",
	"0001-01-28 00:00:60", "2024-13-01 24:60:00", "17850.0", "4.9E+11", "123456789012345",
	"1234567890120000", "true", "null", "DE", "unknown", "nil", "tbd", "12e5f", "1e8f", "1e+8", "none",
};
#define SEEDS (sizeof seeds / sizeof *seeds)

static const char letters[] =
	"0123456789 .-+@_:TZ/'aAzZeE,;<>!~\x7f\xc2\xa0\xc3\xbc\xcc\x88\xe4\xb8\xad";

/* Places of TEXT changed, added or taken away. */
static void mutate(struct buf *text, uint64_t *seed)
{
	for (size_t n = support_below(seed, 4); n; n--) {
		char c = letters[support_below(seed, sizeof letters - 1)];
		size_t at = support_below(seed, text->len + 1);

		switch (support_below(seed, 3)) {
		case 0:
			if (at < text->len)
				text->ptr[at] = c;
			break;
		case 1:
			buf_char(text, c);
			memmove(text->ptr + at + 1, text->ptr + at, text->len - at - 1);
			text->ptr[at] = c;
			break;
		default:
			if (at < text->len) {
				memmove(text->ptr + at, text->ptr + at + 1, text->len - at - 1);
				text->len--;
			}
		}
	}
}

struct ways {
	struct plan plan;
	struct maker maker;
	struct target target;
	struct null_words *nulls;
	struct zone *zones[2];	/* another one, and UTC */
	struct buf quick, slow;
	size_t taken;
};

static void check(struct ways *w, const struct cell *c)
{
	static const struct span prefix = QUICK_SPAN(",\"key\":");
	struct target *t = &w->target;
	struct error err = ERROR_INIT;

	buf_clear(&w->quick);
	buf_clear(&w->slow);
	t->quick = quick_way(&w->plan, t);
	/* The caller looks for words of empty cells. */
	if (!t->quick || null_words_suspect(w->plan.style.nulls, c->text))
		return;
	if (!quick_put(t, prefix, c, &w->quick)) {
		assert_int_equal(w->quick.len, 0);
		return;
	}
	w->taken++;
	w->maker.err = &err;
	buf_span(&w->slow, prefix);
	assert_int_equal(value_put(&w->maker, t, c, true, &w->slow), FIT_PUT);
	assert_true(span_equal(buf_view(&w->quick), buf_view(&w->slow)));
	assert_null(w->maker.tallies[0]);
}

static void start(struct ways *w)
{
	*w = (struct ways){.plan = {.tallies = 1, .style = {.point = '.'}}};
	w->nulls = null_words_new(NULL);
	w->plan.style.nulls = w->nulls;
	w->zones[0] = zone_load("America/New_York", NULL);
	w->zones[1] = zone_load("UTC", NULL);
	maker_init(&w->maker, &w->plan, 0);
	w->target.label = SPAN("column 'x'");
}

static void finish(struct ways *w)
{
	maker_release(&w->maker);
	null_words_free(w->nulls);
	zone_free(w->zones[0]);
	zone_free(w->zones[1]);
	buf_release(&w->quick);
	buf_release(&w->slow);
}

static void same_as_the_long_way(void **state)
{
	struct ways w;
	struct buf text = BUF_INIT;
	uint64_t seed = support_seed(3);

	(void)state;
	start(&w);
	for (int i = 0; i < ROUNDS; i++) {
		struct cell c = {.kind = (enum cell_kind)(CELL_TEXT + support_below(&seed, 3))};

		buf_clear(&text);
		buf_span(&text, span_of(seeds[support_below(&seed, SEEDS)]));
		mutate(&text, &seed);
		c.text = buf_view(&text);
		if (!c.text.len || !span_is_utf8(c.text))
			continue;
		w.target.field.form = (enum form)support_below(&seed, FORM_TYPE + 1);
		w.target.field.hint = support_below(&seed, 2) ? HINT_ORDER : HINT_NONE;
		w.target.identifies = support_below(&seed, 2);
		w.plan.style.utc = support_below(&seed, 2);
		w.plan.style.zone = w.zones[w.plan.style.utc];
		w.plan.style.point = support_below(&seed, 4) ? '.' : ',';
		w.plan.style.dates = (enum date_order)support_below(&seed, DATES_EXCEL + 1);
		check(&w, &c);
	}
	/* Else nothing was compared. */
	assert_true(w.taken > ROUNDS / 8);
	finish(&w);
	buf_release(&text);
}

struct example {
	enum form form;
	const char *text;
};

/* What the quick way is for, taken: else it would be slow in silence. */
static void takes_the_usual(void **state)
{
	static const struct example examples[] = {
		{FORM_PLAIN, "web/SPRING10"}, {FORM_TEXT, "65457"},
		{FORM_NAME, "Ana de la Cruz"}, {FORM_NUMBER, "42"}, {FORM_MONEY, "181.35"},
		{FORM_EMAIL, "ben.24158@example.com"}, {FORM_MOMENT, "2024-03-10 05:55:27"},
		{FORM_MOMENT, "2024-03-10T05:55:27.000Z"},
	};
	struct ways w;
	struct buf text = BUF_INIT;

	(void)state;
	start(&w);
	w.plan.style.utc = true;
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		struct cell c = {.kind = CELL_TEXT};

		buf_clear(&text);
		buf_text_put(&text, examples[i].text);
		c.text = buf_view(&text);
		w.target.field.form = examples[i].form;
		check(&w, &c);
#ifdef __SSE2__
		assert_int_equal(w.taken, i + 1);
#endif
	}
	finish(&w);
	buf_release(&text);
}

/* Cells of any length between delimiters, as the hash of a row wants them. */
static void cells_with_nul(void **state)
{
	struct buf text = BUF_INIT;
	struct buf out = BUF_INIT;
	uint64_t seed = support_seed(5);

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t len = support_below(&seed, 100);

		buf_clear(&text);
		buf_clear(&out);
		while (text.len < len)
			buf_char(&text, "ab;,"[support_below(&seed, 4)]);
		buf_reserve(&out, len + 16);
		buf_reserve(&text, 1);
		assert_int_equal(plain_copy_cells(out.ptr, buf_view(&text), ';'), len + 1);
		assert_int_equal(out.ptr[len], '\0');
		for (size_t k = 0; k < len; k++)
			assert_int_equal(out.ptr[k], text.ptr[k] == ';' ? '\0' : text.ptr[k]);
	}
	buf_release(&text);
	buf_release(&out);
}

static void texts_are_plain_but_for_quotes(void **state)
{
	struct buf text = BUF_INIT;
	uint64_t seed = support_seed(7);
	size_t taken = 0;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		size_t len = support_below(&seed, i % 500 ? 200 : 5000);
		size_t quotes = support_below(&seed, 4), count = 0;
		bool plain = true;

		buf_clear(&text);
		while (text.len < len)
			buf_char(&text, support_below(&seed, 60) ? 'a' :
				 "\"\\\x1f \xc3\x7f\t\""[support_below(&seed, 8)]);
		for (size_t k = 0; k < len; k++) {
			plain &= (unsigned char)text.ptr[k] >= ' ' && text.ptr[k] != '\\';
			count += text.ptr[k] == '"';
		}
		/* Very long ones it may leave to others. */
		if (plain_but_quotes(buf_view(&text), quotes)) {
			assert_true(plain && count == quotes);
			taken++;
		}
	}
#ifdef __SSE2__
	assert_true(taken > 1000);
#endif
	buf_release(&text);
}

/* Arrays lose the blanks between their tokens and nothing else. */
static void arrays_lose_blanks(void **state)
{
	static const char *const tokens[] = {
		"[", "]", "{", "}", ",", ":", " ", "  ", "\n", "\t", "1.5", "true", "\"\"", "\"a b\"",
		"\"\\\"\"", "\"\\\\\"", "\" \\\\\\\" \"", "\"x\\\\\\\\\"", "\"\xc3\xbc\\n\"",
	};
	struct ways w;
	struct buf raw = BUF_INIT, want = BUF_INIT;
	uint64_t seed = support_seed(13);

	(void)state;
	start(&w);
	for (int i = 0; i < 50000; i++) {
		struct cell c = {.kind = CELL_RAW};

		buf_clear(&raw);
		buf_clear(&want);
		buf_clear(&w.slow);
		for (size_t n = support_below(&seed, 30) + 1; n; n--) {
			const char *token = tokens[support_below(&seed, sizeof tokens / sizeof *tokens)];

			buf_text_put(&raw, token);
			if (!strchr(" \n\t", *token))
				buf_text_put(&want, token);
		}
		c.text = buf_view(&raw);
		w.target.field.section = SECTION_PROPS;
		assert_int_equal(value_put(&w.maker, &w.target, &c, false, &w.slow), FIT_PUT);
		assert_true(span_equal(buf_view(&w.slow), buf_view(&want)));
	}
	finish(&w);
	buf_release(&raw);
	buf_release(&want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_the_long_way),
		cmocka_unit_test(takes_the_usual),
		cmocka_unit_test(cells_with_nul),
		cmocka_unit_test(texts_are_plain_but_for_quotes),
		cmocka_unit_test(arrays_lose_blanks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
