/* io/output_set.h */
#include "tests/unit/support.h"

#include <fcntl.h>

#include "io/input.h"
#include "io/output_set.h"
#include "tests/unit/scratch.h"

static struct error err;

static struct output *add(struct output_set *s, const char *path, const char *text, enum output_role role,
			  bool replaces_input)
{
	struct output *out = output_open(path, OUTPUT_RECORDS, &err);

	assert_non_null(out);
	output_set_add(s, out, role, replaces_input);
	assert_int_equal(output_write(out, span_of(text), &err), 0);
	return out;
}

static void assert_file(const char *name, const char *text)
{
	struct buf bytes = BUF_INIT;

	assert_span(scratch_get(name, &bytes), text);
	buf_release(&bytes);
}

/* The name of a file goes to a folder: the rename will fail. */
static void block_name(const char *name)
{
	unlink(scratch_path(name));
	assert_int_equal(mkdir(scratch_path(name), 0700), 0);
}

static void put_old(void)
{
	scratch_put("aside", SPAN("{\"old\":1}\n"));
	scratch_put("result", SPAN("{\"old\":2}\n"));
	scratch_put("state", SPAN("{\"old\":3}\n"));
}

/* In an order that is not theirs; those that replace an input if REPLACES. */
static struct output_set three(bool replaces)
{
	struct output_set s = OUTPUT_SET_INIT;

	put_old();
	add(&s, scratch_path("state"), "{\"new\":3}\n", OUTPUT_STATE, false);
	add(&s, scratch_path("result"), "{\"new\":2}\n", OUTPUT_RESULT, replaces);
	add(&s, scratch_path("aside"), "{\"new\":1}\n", OUTPUT_ASIDE, replaces);
	return s;
}

static void all_take_their_names_together(void **state)
{
	(void)state;
	for (int replaces = 0; replaces < 2; replaces++) {
		struct output_set s = three(replaces);

		assert_int_equal(output_set_prepare(&s, &err), 0);
		assert_file("aside", "{\"old\":1}\n");
		assert_file("result", "{\"old\":2}\n");
		assert_file("state", "{\"old\":3}\n");
		assert_int_equal(output_set_place(&s, &err), 0);
		assert_int_equal(s.count, 0);
		assert_file("aside", "{\"new\":1}\n");
		assert_file("result", "{\"new\":2}\n");
		assert_file("state", "{\"new\":3}\n");
		assert_int_equal(scratch_clear(), 3);
	}
}

static void abort_changes_nothing(void **state)
{
	struct output_set s = three(true);

	(void)state;
	assert_int_equal(output_set_prepare(&s, &err), 0);
	output_set_abort(&s);
	assert_file("aside", "{\"old\":1}\n");
	assert_file("result", "{\"old\":2}\n");
	assert_file("state", "{\"old\":3}\n");
	assert_int_equal(scratch_clear(), 3);
}

/* Behind a rename that failed none is done: beside the result comes before, a state behind. */
static void the_order_holds_where_one_fails(void **state)
{
	struct output_set s = three(false);

	(void)state;
	assert_int_equal(output_set_prepare(&s, &err), 0);
	block_name("result");
	assert_int_equal(output_set_place(&s, &err), -1);
	assert_non_null(strstr(err.message, "cannot rename the finished file to"));
	assert_file("aside", "{\"new\":1}\n");
	assert_file("state", "{\"old\":3}\n");
	assert_int_equal(scratch_clear(), 3);
}

/* Records may have moved either way between two files that are read and written. */
static void a_bridge_has_the_old_and_the_new(void **state)
{
	struct output_set s = three(true);

	(void)state;
	assert_int_equal(output_set_prepare(&s, &err), 0);
	block_name("result");
	assert_int_equal(output_set_place(&s, &err), -1);
	assert_file("aside", "{\"old\":1}\n{\"new\":1}\n");
	assert_int_equal(scratch_clear(), 3);
}

/* What takes an input's place waits for the result, to which records may have gone. */
static void an_input_is_replaced_behind_the_result(void **state)
{
	struct output_set s = OUTPUT_SET_INIT;

	(void)state;
	put_old();
	add(&s, scratch_path("aside"), "{\"new\":1}\n", OUTPUT_ASIDE, true);
	add(&s, scratch_path("result"), "{\"new\":2}\n", OUTPUT_RESULT, false);
	assert_int_equal(output_set_prepare(&s, &err), 0);
	block_name("result");
	assert_int_equal(output_set_place(&s, &err), -1);
	assert_file("aside", "{\"old\":1}\n");
	assert_int_equal(scratch_clear(), 3);
}

/* A compressed file is bridged by a compressed one. */
static void bridges_are_packed_as_their_files(void **state)
{
	struct output_set s = OUTPUT_SET_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	for (int i = 0; i < 2; i++) {
		add(&s, scratch_path("a.gz"), i ? "{\"new\":1}\n" : "{\"old\":1}\n", OUTPUT_ASIDE, i);
		add(&s, scratch_path("result"), "{}\n", OUTPUT_RESULT, i);
		assert_int_equal(output_set_prepare(&s, &err), 0);
		if (i)
			block_name("result");
		assert_int_equal(output_set_place(&s, &err), -i);
	}
	assert_int_equal(input_whole(scratch_path("a.gz"), 1000, &text, &err), 0);
	assert_string_equal(buf_text(&text), "{\"old\":1}\n{\"new\":1}\n");
	buf_release(&text);
	assert_int_equal(scratch_clear(), 2);
}

/* A stream is complete only when all else is ready: else its reader would notice nothing. */
static void the_stream_stays_cut_where_another_output_fails(void **state)
{
	struct output_set s = OUTPUT_SET_INIT;
	char path[64], bytes[32];
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	snprintf(path, sizeof path, "/dev/fd/%d", fds[1]);
	add(&s, path, "{\"a\":1}\n", OUTPUT_RESULT, false);
	add(&s, "/dev/full", "{}\n", OUTPUT_ASIDE, false);
	assert_int_equal(output_set_prepare(&s, &err), -1);
	assert_non_null(strstr(err.message, "No space left on device"));
	output_set_abort(&s);
	close(fds[1]);
	assert_int_equal(read(fds[0], bytes, sizeof bytes), 0);
	close(fds[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_take_their_names_together),
		cmocka_unit_test(abort_changes_nothing),
		cmocka_unit_test(the_order_holds_where_one_fails),
		cmocka_unit_test(a_bridge_has_the_old_and_the_new),
		cmocka_unit_test(an_input_is_replaced_behind_the_result),
		cmocka_unit_test(bridges_are_packed_as_their_files),
		cmocka_unit_test(the_stream_stays_cut_where_another_output_fails),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
