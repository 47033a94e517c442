/*
 * The scanner against Jansson, an older and independent reading of RFC 8259:
 * over JSONTestSuite, and over a million changed records.  They must agree
 * about what is JSON, and about its tree, save for what Jansson cannot hold
 * (integers beyond 64 bits, reals beyond a double, NUL in a key, lone
 * surrogates), deep nesting (our limit is the lower one), and a mistake of
 * Jansson's: it overlooks a NUL byte right behind a number or a word.
 */
#include "tests/unit/support.h"

#include <ctype.h>
#include <dirent.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/mem.h"
#include "record/scan.h"
#include "record/skim.h"
#include "tests/diff/mutate.h"

#define RECORDS 1000000
#define SEED 20240301

/* Did Jansson stop at a limit of its own? */
static bool is_limit(const json_error_t *why)
{
	switch (json_error_code(why)) {
	case json_error_numeric_overflow:
	case json_error_null_byte_in_key:
	case json_error_null_character:
		return true;
	default:
		return !strncmp(why->text, "invalid Unicode '\\u", 19);
	}
}

/* Did the scanner stop at a limit of its own, or where Jansson overlooks? */
static bool is_ours(const struct error *err, struct span text)
{
	size_t at = err->column - 1;

	if (strstr(err->message, "nested deeper"))
		return true;
	return at && at < text.len && !text.ptr[at] &&
	       isalnum((unsigned char)text.ptr[at - 1]);
}

static bool same_tree(struct value v, const json_t *j, struct buf *scratch);

static bool same_array(struct value v, const json_t *j, struct buf *scratch)
{
	struct scan s;
	struct value element;
	size_t i = 0;

	scan_start(&s, v.raw);
	if (!json_is_array(j) || scan_enter(&s, '[', NULL))
		return false;
	while (scan_element(&s, &element, NULL) > 0)
		if (!same_tree(element, json_array_get(j, i++), scratch))
			return false;
	return i == json_array_size(j) && !scan_finish(&s, NULL);
}

/* The key as Jansson knows it: decoded, with a NUL behind it. */
static char *key_text(const struct member *m)
{
	struct value name = {
		{m->key.ptr - 1, m->key.len + 2}, VALUE_TEXT, m->key_escaped,
	};
	struct buf b = BUF_INIT;
	char *text;

	value_decode(name, &b);
	text = mem_text(b.ptr ? b.ptr : "", b.len);
	buf_release(&b);
	return text;
}

/* Of repeated keys Jansson keeps the last: so here too. */
static size_t count_later(struct scan s, const char *key)
{
	struct member m;
	size_t count = 0;

	while (scan_member(&s, &m, NULL) > 0) {
		char *other = key_text(&m);

		count += !strcmp(other, key);
		mem_free(other);
	}
	return count;
}

static bool same_object(struct value v, const json_t *j, struct buf *scratch)
{
	struct scan s;
	struct member m;
	size_t count = 0;

	scan_start(&s, v.raw);
	if (!json_is_object(j) || scan_enter(&s, '{', NULL))
		return false;
	while (scan_member(&s, &m, NULL) > 0) {
		char *key = key_text(&m);
		bool same = true;

		if (!count_later(s, key)) {
			count++;
			same = same_tree(m.value, json_object_get(j, key), scratch);
		}
		mem_free(key);
		if (!same)
			return false;
	}
	return count == json_object_size(j) && !scan_finish(&s, NULL);
}

static bool same_number(struct value v, const json_t *j)
{
	double x;
	double y = json_number_value(j);
	char *text = mem_text(v.raw.ptr, v.raw.len);
	bool same = json_is_number(j) && value_double(v, &x);

	if (same && json_is_integer(j))
		same = strtoll(text, NULL, 10) == json_integer_value(j);
	else if (same)
		same = !memcmp(&x, &y, sizeof x);
	mem_free(text);
	return same;
}

static bool same_text(struct value v, const json_t *j, struct buf *scratch)
{
	struct span text;

	buf_clear(scratch);
	text = value_text(v, scratch);
	return json_is_string(j) && text.len == json_string_length(j) &&
	       !memcmp(text.ptr, json_string_value(j), text.len);
}

static bool same_tree(struct value v, const json_t *j, struct buf *scratch)
{
	switch (v.kind) {
	case VALUE_NULL:
		return json_is_null(j);
	case VALUE_FALSE:
		return json_is_false(j);
	case VALUE_TRUE:
		return json_is_true(j);
	case VALUE_NUMBER:
		return same_number(v, j);
	case VALUE_TEXT:
		return same_text(v, j, scratch);
	case VALUE_ARRAY:
		return same_array(v, j, scratch);
	case VALUE_OBJECT:
		return same_object(v, j, scratch);
	default:
		return false;
	}
}

/* Counting brackets ends where the scanner does. */
static bool same_skim(struct span text, struct value v)
{
	if (v.kind != VALUE_ARRAY && v.kind != VALUE_OBJECT)
		return true;
	return skim_container(v.raw.ptr, text.ptr + text.len) ==
	       v.raw.ptr + v.raw.len;
}

struct tally {
	size_t both;
	size_t neither;
	size_t limits;
};

/* NULL, or what the two do not agree about. */
static const char *compare(struct span text, struct tally *tally,
			   struct buf *scratch)
{
	struct error err = ERROR_INIT;
	struct value v;
	json_error_t why;
	bool ours = !scan_whole(text, &v, &err);
	json_t *j = json_loadb(text.ptr, text.len,
			       JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
	const char *differ = NULL;

	if (ours && j) {
		tally->both++;
		if (!same_tree(v, j, scratch) || !same_skim(text, v))
			differ = "both accept, and read it differently";
	} else if (ours) {
		tally->limits++;
		if (!is_limit(&why))
			differ = "only the scanner accepts";
	} else if (j) {
		if (!is_ours(&err, text))
			differ = "only Jansson accepts";
	} else {
		tally->neither++;
	}
	json_decref(j);
	return differ;
}

static void check(struct span text, struct tally *tally, struct buf *scratch)
{
	const char *differ = compare(text, tally, scratch);

	if (differ)
		fail_msg("%s: %.*s", differ, SPAN_ARG(text));
}

static void a_million_changed_records(void **state)
{
	uint64_t seed = support_seed(SEED);
	struct tally tally = {0};
	struct buf text = BUF_INIT;
	struct buf scratch = BUF_INIT;

	(void)state;
	for (int i = 0; i < RECORDS; i++) {
		mutate(mutate_any_seed(&seed), &text, &seed);
		check(buf_view(&text), &tally, &scratch);
	}
	print_message("%zu accepted by both, %zu refused by both, %zu beyond "
		      "Jansson's limits\n", tally.both, tally.neither,
		      tally.limits);
	/* The test is worth something only when both sides occur often. */
	assert_true(tally.both > RECORDS / 10);
	assert_true(tally.neither > RECORDS / 10);
	assert_true(tally.limits > 1000);
	buf_release(&text);
	buf_release(&scratch);
}

/* ---- JSONTestSuite ---- */

#define FILES_MAX 400

struct suite {
	char *names[FILES_MAX];
	struct buf texts[FILES_MAX];
	size_t count;
};

static void load_file(struct suite *s, const char *folder, const char *name)
{
	char path[1024];
	char bytes[4096];
	size_t got;
	FILE *in;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	in = fopen(path, "rb");
	assert_non_null(in);
	assert_true(s->count < FILES_MAX);
	s->names[s->count] = mem_text(name, strlen(name));
	while ((got = fread(bytes, 1, sizeof bytes, in)) > 0)
		buf_put(&s->texts[s->count], bytes, got);
	fclose(in);
	s->count++;
}

static void load_folder(struct suite *s, const char *name)
{
	const char *data = getenv("CDP_DATA");
	char folder[512];
	struct dirent *entry;
	DIR *d;

	snprintf(folder, sizeof folder, "%s/hostile/JSONTestSuite/%s",
		 data ? data : "../shared/data", name);
	d = opendir(folder);
	if (!d)
		return;
	while ((entry = readdir(d)))
		if (entry->d_name[0] != '.')
			load_file(s, folder, entry->d_name);
	closedir(d);
}

static int load_suite(void **state)
{
	struct suite *s = mem_zero(1, sizeof *s);

	load_folder(s, "test_parsing");
	load_folder(s, "test_transform");
	*state = s;
	return 0;
}

static int drop_suite(void **state)
{
	struct suite *s = *state;

	for (size_t i = 0; i < s->count; i++) {
		mem_free(s->names[i]);
		buf_release(&s->texts[i]);
	}
	mem_free(s);
	return 0;
}

static bool accepted(const struct suite *s, size_t i)
{
	struct value v;

	return !scan_whole(buf_view(&s->texts[i]), &v, NULL);
}

static void suite_by_name(void **state)
{
	const struct suite *s = *state;
	size_t good = 0;
	size_t bad = 0;

	if (!s->count)
		support_skip("diff_scan", "JSONTestSuite is not here");
	for (size_t i = 0; i < s->count; i++) {
		bool yes = accepted(s, i);

		if (!strncmp(s->names[i], "y_", 2)) {
			good++;
			if (!yes)
				fail_msg("%s is refused", s->names[i]);
		} else if (!strncmp(s->names[i], "n_", 2)) {
			bad++;
			if (yes)
				fail_msg("%s is accepted", s->names[i]);
		}
	}
	assert_int_equal(good, 95);
	assert_int_equal(bad, 188);
}

/*
 * Of the n_ files, those that are no single document but may stand in a stream
 * of documents: nothing at all, or several one after another.
 */
static const char *const streams[] = {
	"n_single_space.json",
	"n_structure_double_array.json",
	"n_structure_no_data.json",
	"n_structure_object_with_trailing_garbage.json",
};

static bool is_listed(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(streams); i++)
		if (!strcmp(streams[i], name))
			return true;
	return false;
}

static bool is_stream(struct span text)
{
	struct scan s;
	struct value v;

	scan_start(&s, text);
	while (scan_finish(&s, NULL))
		if (scan_value(&s, &v, NULL))
			return false;
	return true;
}

static void suite_as_streams(void **state)
{
	const struct suite *s = *state;

	if (!s->count)
		support_skip("diff_scan", "JSONTestSuite is not here");
	for (size_t i = 0; i < s->count; i++) {
		if (strncmp(s->names[i], "n_", 2))
			continue;
		if (is_stream(buf_view(&s->texts[i])) != is_listed(s->names[i]))
			fail_msg("%s: as a stream of documents", s->names[i]);
	}
}

static void suite_against_jansson(void **state)
{
	const struct suite *s = *state;
	struct tally tally = {0};
	struct buf scratch = BUF_INIT;

	if (!s->count)
		support_skip("diff_scan", "JSONTestSuite is not here");
	for (size_t i = 0; i < s->count; i++)
		check(buf_view(&s->texts[i]), &tally, &scratch);
	buf_release(&scratch);
}

/* The suite's small files, changed. */
static void suite_changed(void **state)
{
	const struct suite *s = *state;
	uint64_t seed = support_seed(SEED + 1);
	struct tally tally = {0};
	struct buf text = BUF_INIT;
	struct buf scratch = BUF_INIT;

	if (!s->count)
		support_skip("diff_scan", "JSONTestSuite is not here");
	for (int i = 0; i < RECORDS / 5; i++) {
		struct span from = buf_view(&s->texts[support_below(&seed, s->count)]);

		if (from.len > 1000)
			continue;
		mutate(from, &text, &seed);
		check(buf_view(&text), &tally, &scratch);
	}
	assert_true(tally.both > RECORDS / 50);
	assert_true(tally.neither > RECORDS / 50);
	buf_release(&text);
	buf_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_million_changed_records),
		cmocka_unit_test(suite_by_name),
		cmocka_unit_test(suite_as_streams),
		cmocka_unit_test(suite_against_jansson),
		cmocka_unit_test(suite_changed),
	};

	return cmocka_run_group_tests(tests, load_suite, drop_suite);
}
