/*
 * What must hold for any records: thousands of made ones, with a fixed seed.
 */
#include "tests/unit/support.h"

#include "base/buf.h"
#include "record/profile.h"
#include "record/text.h"

#define ROUNDS 20000

/* ---- making JSON ---- */

static void put_unicode(struct buf *b, uint64_t *seed)
{
	unsigned code = (unsigned)support_below(seed, 0x110000);

	if (code >= 0xd800 && code <= 0xdfff)
		code = 'x';
	if (support_below(seed, 2))
		code %= 0x80;
	if (code < 0x80) {
		buf_char(b, (char)code);
	} else if (code < 0x800) {
		buf_char(b, (char)(0xc0 | code >> 6));
		buf_char(b, (char)(0x80 | (code & 0x3f)));
	} else if (code < 0x10000) {
		buf_char(b, (char)(0xe0 | code >> 12));
		buf_char(b, (char)(0x80 | (code >> 6 & 0x3f)));
		buf_char(b, (char)(0x80 | (code & 0x3f)));
	} else {
		buf_char(b, (char)(0xf0 | code >> 18));
		buf_char(b, (char)(0x80 | (code >> 12 & 0x3f)));
		buf_char(b, (char)(0x80 | (code >> 6 & 0x3f)));
		buf_char(b, (char)(0x80 | (code & 0x3f)));
	}
}

static void put_text(struct buf *b, uint64_t *seed)
{
	struct buf text = BUF_INIT;
	size_t len = support_below(seed, 4) ? support_below(seed, 12)
					    : support_below(seed, 90);

	while (len--)
		put_unicode(&text, seed);
	text_encode(b, buf_view(&text));
	buf_release(&text);
}

static void put_any(struct buf *b, uint64_t *seed, int depth)
{
	static const char *const words[] = {
		"null", "true", "false", "0", "-1.50", "1e-7", "9007199254740993",
	};
	size_t kind = support_below(seed, depth ? 8 : 6);
	size_t count = support_below(seed, 4);
	char close = kind == 6 ? ']' : '}';

	if (kind < 3) {
		put_text(b, seed);
	} else if (kind < 6) {
		buf_text_put(b, words[support_below(seed, COUNT_OF(words))]);
	} else {
		buf_char(b, kind == 6 ? '[' : '{');
		for (size_t i = 0; i < count; i++) {
			if (i)
				buf_char(b, ',');
			if (kind == 7) {
				put_text(b, seed);
				buf_char(b, ':');
			}
			put_any(b, seed, depth - 1);
		}
		buf_char(b, close);
	}
}

/* A blank here and there: legal, though we do not write it. */
static void put_blank(struct buf *b, uint64_t *seed)
{
	if (!support_below(seed, 12))
		buf_char(b, " \t\r"[support_below(seed, 3)]);
}

static void put_key(struct buf *b, const char *key, uint64_t *seed)
{
	if (b->ptr[b->len - 1] != '{')
		buf_char(b, ',');
	put_blank(b, seed);
	buf_printf(b, "\"%s\":", key);
	put_blank(b, seed);
}

static void put_unknown(struct buf *b, uint64_t *seed)
{
	char key[32];

	if (support_below(seed, 3))
		return;
	snprintf(key, sizeof key, "x_%u", (unsigned)support_random(seed));
	put_key(b, key, seed);
	put_any(b, seed, 3);
}

static void put_object(struct buf *b, uint64_t *seed)
{
	buf_char(b, '{');
	for (size_t i = support_below(seed, 3); i; i--) {
		put_key(b, i == 1 ? "a" : "b", seed);
		put_any(b, seed, 2);
	}
	buf_char(b, '}');
}

static void put_events(struct buf *b, uint64_t *seed)
{
	size_t count = support_below(seed, 4);

	put_key(b, "events", seed);
	buf_char(b, '[');
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(b, ',');
		buf_lit(b, "{\"type\":\"track\"");
		put_key(b, "props", seed);
		put_object(b, seed);
		put_unknown(b, seed);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

/* Mostly in our order; EVENTS_AT 0 to 3 says where events stand (3: last). */
static void put_profile(struct buf *b, uint64_t *seed)
{
	size_t events_at = support_below(seed, 8);

	buf_clear(b);
	buf_char(b, '{');
	if (events_at == 0)
		put_events(b, seed);
	put_key(b, "type", seed);
	buf_lit(b, "\"profile\"");
	put_unknown(b, seed);
	put_key(b, "traits", seed);
	put_object(b, seed);
	if (support_below(seed, 2)) {
		put_key(b, "segments", seed);
		buf_lit(b, "[\"old\"]");
	}
	put_unknown(b, seed);
	if (events_at == 1)
		put_events(b, seed);
	if (support_below(seed, 2)) {
		put_key(b, "scores", seed);
		put_object(b, seed);
	}
	put_unknown(b, seed);
	if (events_at > 2)
		put_events(b, seed);
	put_blank(b, seed);
	buf_char(b, '}');
	put_blank(b, seed);
}

/* ---- what must hold ---- */

static void parse(struct profile *p, const struct buf *b)
{
	struct error err = ERROR_INIT;

	if (profile_parse(p, buf_view(b), &err) || profile_validate(p, &err))
		fail_msg("%s: %.*s", err.message, SPAN_ARG(buf_view(b)));
}

static void same(const struct buf *a, const struct buf *b)
{
	if (span_equal(buf_view(a), buf_view(b)))
		return;
	fail_msg("%.*s is not %.*s", SPAN_ARG(buf_view(a)),
		 SPAN_ARG(buf_view(b)));
}

/* IN changed, without the newline, to OUT. */
static void change(const struct buf *in, const char *segments,
		   const char *scores, struct buf *out)
{
	struct profile_change c = {.segments = span_of(segments), .scores = span_of(scores)};
	struct profile p;

	parse(&p, in);
	buf_clear(out);
	profile_put(&p, &c, out);
	assert_int_equal(out->ptr[out->len - 1], '\n');
	out->len--;
}

static void unchanged_is_identity(void **state)
{
	uint64_t seed = support_seed(1);
	struct buf line = BUF_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct profile p;
		struct profile_change own;

		put_profile(&line, &seed);
		change(&line, NULL, NULL, &out);
		same(&line, &out);
		/* What it has already is no change either. */
		parse(&p, &line);
		own = (struct profile_change){p.segments_raw, p.scores_raw, p.offers_raw};
		buf_clear(&out);
		profile_put(&p, &own, &out);
		out.len--;
		same(&line, &out);
	}
	buf_release(&line);
	buf_release(&out);
}

static void replacing_twice_is_once(void **state)
{
	uint64_t seed = support_seed(2);
	struct buf line = BUF_INIT;
	struct buf once = BUF_INIT;
	struct buf twice = BUF_INIT;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		put_profile(&line, &seed);
		change(&line, "[\"new\"]", NULL, &once);
		change(&once, "[\"new\"]", NULL, &twice);
		same(&once, &twice);
		change(&once, "[\"other\"]", NULL, &twice);
		change(&line, "[\"other\"]", NULL, &once);
		same(&once, &twice);
	}
	buf_release(&line);
	buf_release(&once);
	buf_release(&twice);
}

static void segments_and_scores_commute(void **state)
{
	uint64_t seed = support_seed(3);
	struct buf line = BUF_INIT;
	struct buf first = BUF_INIT;
	struct buf a = BUF_INIT;
	struct buf b = BUF_INIT;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		put_profile(&line, &seed);
		change(&line, "[\"s\"]", NULL, &first);
		change(&first, NULL, "{\"m\":1}", &a);
		change(&line, NULL, "{\"m\":1}", &first);
		change(&first, "[\"s\"]", NULL, &b);
		same(&a, &b);
		change(&line, "[\"s\"]", "{\"m\":1}", &b);
		same(&a, &b);
	}
	buf_release(&line);
	buf_release(&first);
	buf_release(&a);
	buf_release(&b);
}

static struct value other(const struct profile *p, struct span key)
{
	for (size_t i = 0; i < p->others.count; i++)
		if (span_equal(p->others.list[i].key, key))
			return p->others.list[i].value;
	return VALUE_ABSENT;
}

/* The other members have the same bytes, and events go last. */
static void everything_else_survives(void **state)
{
	uint64_t seed = support_seed(4);
	struct buf line = BUF_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct profile before;
		struct profile after;

		put_profile(&line, &seed);
		parse(&before, &line);
		change(&line, "[\"s\"]", "{\"m\":1}", &out);
		parse(&after, &out);
		assert_span(after.segments.raw, "[\"s\"]");
		assert_span(after.scores.raw, "{\"m\":1}");
		assert_true(after.canonical);
		assert_true(span_equal(before.traits.raw, after.traits.raw));
		assert_true(span_equal(before.events.raw, after.events.raw));
		assert_int_equal(before.others.count, after.others.count);
		for (size_t k = 0; k < before.others.count; k++) {
			const struct member *m = &before.others.list[k];

			assert_true(span_equal(m->value.raw,
					       other(&after, m->key).raw));
		}
	}
	buf_release(&line);
	buf_release(&out);
}

static void encode_then_decode_is_identity(void **state)
{
	uint64_t seed = support_seed(5);
	struct buf text = BUF_INIT;
	struct buf json = BUF_INIT;
	struct buf back = BUF_INIT;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct value v;
		struct error err = ERROR_INIT;

		buf_clear(&text);
		buf_clear(&json);
		buf_clear(&back);
		for (size_t len = support_below(&seed, 60); len; len--)
			put_unicode(&text, &seed);
		text_encode(&json, buf_view(&text));
		if (scan_whole(buf_view(&json), &v, &err))
			fail_msg("%s", err.message);
		value_decode(v, &back);
		same(&text, &back);
		assert_true(value_is_text(v, buf_view(&text)));
	}
	buf_release(&text);
	buf_release(&json);
	buf_release(&back);
}

/* Whatever the bytes, the encoder's output is a text that the scanner takes. */
static void any_bytes_encode_to_a_text(void **state)
{
	uint64_t seed = support_seed(6);
	struct buf json = BUF_INIT;
	char bytes[64];

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		size_t len = support_below(&seed, sizeof bytes);
		struct value v;

		for (size_t k = 0; k < len; k++)
			bytes[k] = (char)support_random(&seed);
		buf_clear(&json);
		text_encode(&json, (struct span){bytes, len});
		assert_int_equal(scan_whole(buf_view(&json), &v, NULL), 0);
		assert_int_equal(v.kind, VALUE_TEXT);
	}
	buf_release(&json);
}

/* The made object, member by member, put together again. */
static void members_put_together_are_the_object(void **state)
{
	uint64_t seed = support_seed(7);
	struct buf object = BUF_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct scan s;
		struct member m;

		buf_clear(&object);
		buf_clear(&out);
		do {
			buf_clear(&object);
			put_any(&object, &seed, 5);
		} while (object.ptr[0] != '{');
		scan_start(&s, buf_view(&object));
		assert_int_equal(scan_enter(&s, '{', NULL), 0);
		buf_char(&out, '{');
		while (scan_member(&s, &m, NULL) > 0) {
			if (out.len > 1)
				buf_char(&out, ',');
			buf_char(&out, '"');
			buf_span(&out, m.key);
			buf_lit(&out, "\":");
			buf_span(&out, m.value.raw);
		}
		buf_char(&out, '}');
		assert_int_equal(scan_finish(&s, NULL), 0);
		same(&object, &out);
	}
	buf_release(&object);
	buf_release(&out);
}

/* Setting a member to what it is changes no byte; set, it is found. */
/* What a guess finds is what scan_key finds; what it does not find it leaves alone. */
static void check_guesses(struct span object, uint64_t *seed, size_t *found)
{
	struct scan s;
	struct span key;
	struct buf quoted = BUF_INIT;
	bool escaped;

	scan_start(&s, object);
	assert_int_equal(scan_enter(&s, '{', NULL), 0);
	for (;;) {
		struct scan guessed = s, wrong = s, before = s;

		if (scan_key(&s, &key, &escaped, NULL) <= 0)
			break;
		buf_clear(&quoted);
		buf_printf(&quoted, "\"%.*s\":", SPAN_ARG(key));
		if (scan_guess(&guessed, buf_view(&quoted))) {
			assert_memory_equal(&guessed, &s, sizeof s);
			++*found;
		} else {
			assert_memory_equal(&guessed, &before, sizeof s);
		}
		quoted.ptr[support_below(seed, quoted.len - 2)] ^= 1;
		assert_false(scan_guess(&wrong, buf_view(&quoted)));
		assert_memory_equal(&wrong, &before, sizeof s);
		assert_true(scan_value(&s, &(struct value){0}, NULL) == 0);
	}
	buf_release(&quoted);
}

static void guesses_are_keys(void **state)
{
	struct buf b = BUF_INIT;
	uint64_t seed = support_seed(29);
	size_t found = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		buf_clear(&b);
		put_profile(&b, &seed);
		check_guesses(span_trim(buf_view(&b)), &seed, &found);
	}
	assert_true(found > ROUNDS / 2);
	buf_release(&b);
}

static void set_member_holds(void **state)
{
	uint64_t seed = support_seed(8);
	struct buf object = BUF_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct value v;
		struct value a;

		buf_clear(&object);
		buf_clear(&out);
		buf_printf(&object, "{\"k\":%d,\"a\":", i);
		put_any(&object, &seed, 3);
		buf_lit(&object, ",\"z\":");
		put_any(&object, &seed, 3);
		buf_char(&object, '}');
		assert_int_equal(scan_whole(buf_view(&object), &v, NULL), 0);
		a = value_member(v, SPAN("a"));
		value_set_member(v, SPAN("a"), a.raw, &out);
		same(&object, &out);
		buf_clear(&out);
		value_set_member(v, SPAN("new"), a.raw, &out);
		assert_int_equal(scan_whole(buf_view(&out), &v, NULL), 0);
		assert_true(span_equal(value_member(v, SPAN("new")).raw, a.raw));
	}
	buf_release(&object);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unchanged_is_identity),
		cmocka_unit_test(replacing_twice_is_once),
		cmocka_unit_test(segments_and_scores_commute),
		cmocka_unit_test(everything_else_survives),
		cmocka_unit_test(encode_then_decode_is_identity),
		cmocka_unit_test(any_bytes_encode_to_a_text),
		cmocka_unit_test(members_put_together_are_the_object),
		cmocka_unit_test(guesses_are_keys),
		cmocka_unit_test(set_member_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
