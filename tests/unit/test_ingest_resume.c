/* collect/follow/resume_state.h and resume_rows.h, and moving about in io/input.h and output.h */
#include "base/mem.h"
#include "collect/follow/resume_rows.h"
#include "collect/follow/resume_state.h"
#include "tests/unit/scratch.h"
#include "tests/unit/support.h"

static struct error err;

static struct resume_state open_state(void)
{
	struct resume_state s;

	if (resume_state_open(&s, scratch_path("state"), &err))
		fail_msg("%s", err.message);
	return s;
}

/* An entry with all its members set, of a file that says it is older than 1970. */
static void add(struct resume_state *s, uint64_t offset)
{
	struct resume_entry *e = resume_state_add(s);

	*e = (struct resume_entry){
		.path = mem_text("a \"log\"", 7), .before = mem_text("#Fields: x\n", 11),
		.file = {1, UINT64_MAX, 3, UINT64_MAX - 4, true},
		.offset = offset, .line = 5, .first = 6, .waiting = 7, .rows = 9, .seen = 10, .quiet = true,
		.head = {1024, {UINT64_MAX, 1}}, .tail = {12, {2, 3}},
	};
}

static void state_comes_back(void **state)
{
	struct resume_state s = open_state();
	const struct resume_entry *e;

	(void)state;
	assert_true(s.fresh);
	s.runs = 4;
	add(&s, 100);
	add(&s, 200);
	assert_int_equal(resume_state_save(&s, NULL, &err), 0);
	resume_state_release(&s);
	s = open_state();
	assert_false(s.fresh);
	assert_int_equal(s.runs, 4);
	assert_int_equal(s.count, 2);
	e = &s.entries[1];
	assert_string_equal(e->path, "a \"log\"");
	assert_string_equal(e->before, "#Fields: x\n");
	assert_true(e->file.inode == UINT64_MAX && e->file.device == 1 && e->file.size == 3);
	assert_true(e->file.changed_ns == UINT64_MAX - 4);
	assert_true(e->offset == 200 && e->line == 5 && e->first == 6 && e->waiting == 7);
	assert_true(e->rows == 9 && e->seen == 10 && e->quiet);
	assert_true(e->head.length == 1024 && e->head.hash.high == UINT64_MAX && e->head.hash.low == 1);
	assert_true(e->tail.length == 12 && e->tail.hash.high == 2 && e->tail.hash.low == 3);
	resume_state_release(&s);
	scratch_clear();
}

static void one_run_at_a_time(void **state)
{
	struct resume_state s = open_state(), second;

	(void)state;
	assert_int_equal(resume_state_open(&second, scratch_path("state"), &err), -1);
	assert_non_null(strstr(err.message, "another run is using the state"));
	resume_state_release(&second);
	resume_state_release(&s);
	s = open_state();
	resume_state_release(&s);
	scratch_clear();
}

/*
 * A run that was killed with its output in the state HOW: not yet in its place, in its place,
 * gone from there.  Which positions count after that?
 */
static uint64_t settled(const char *how, const char *note)
{
	struct resume_state s = open_state();
	struct output *out;
	struct output_place place;
	uint64_t offset;

	add(&s, 100);
	assert_int_equal(resume_state_save(&s, NULL, &err), 0);
	resume_state_release(&s);
	s = open_state();
	s.entries[0].offset = 200;
	out = output_open(scratch_path("out"), OUTPUT_PLAIN, &err);
	assert_non_null(out);
	assert_int_equal(output_prepare(out, &place, &err), 0);
	assert_int_equal(resume_state_save(&s, &place, &err), 0);
	/* No handler of a signal may take the evidence away. */
	output_remove_temporaries();
	assert_int_equal(access(place.temporary, F_OK), 0);
	resume_state_release(&s);
	if (*how != 't')
		assert_int_equal(rename(place.temporary, place.target), 0);
	if (*how == 'g')
		assert_int_equal(unlink(place.target), 0);
	for (int i = 0; i < 2; i++) {
		s = open_state();
		assert_true(i ? !s.note[0] : strstr(s.note, note) != NULL);
		assert_int_equal(s.doubtful, !i && *how == 'g');
		offset = s.entries[0].offset;
		resume_state_release(&s);
	}
	assert_int_equal(access(place.temporary, F_OK), -1);
	output_abort(out);
	output_place_release(&place);
	scratch_clear();
	return offset;
}

static void pending_states_are_settled(void **state)
{
	(void)state;
	assert_int_equal(settled("temporary", "is read again"), 100);
	assert_int_equal(settled("placed", "just after"), 200);
	assert_int_equal(settled("gone", "was it moved?"), 200);
}

static void every_damage_is_noticed(void **state)
{
	struct resume_state s = open_state();
	struct buf text = BUF_INIT;

	(void)state;
	add(&s, 100);
	assert_int_equal(resume_state_save(&s, NULL, &err), 0);
	resume_state_release(&s);
	scratch_get("state", &text);
	for (size_t i = 0; i < text.len; i++) {
		text.ptr[i] ^= 1;
		scratch_put("state", buf_view(&text));
		text.ptr[i] ^= 1;
		err = ERROR_INIT;
		if (!resume_state_open(&s, scratch_path("state"), &err))
			fail_msg("a wrong byte at %zu is not noticed", i);
		assert_int_equal(err.kind, ERROR_FAILED);
		resume_state_release(&s);
		scratch_put("state", span_sub(buf_view(&text), 0, i));
		assert_int_equal(resume_state_open(&s, scratch_path("state"), &err), -1);
		resume_state_release(&s);
	}
	buf_release(&text);
	scratch_clear();
}

static void rows_come_back(void **state)
{
	struct ordinals *o = ordinals_new(1 << 20, "/tmp");
	struct resume_rows *r = resume_rows_new(scratch_path("state"), 7, &err);
	uint64_t count = 0, ordinal;

	(void)state;
	assert_non_null(r);
	for (uint64_t i = 0; i < 100000; i++)
		assert_int_equal(resume_rows_put(r, (struct hash128){i % 50000, 1}, &err), 0);
	assert_int_equal(resume_rows_sync(r, &count, &err), 0);
	assert_int_equal(count, 100000);
	resume_rows_close(r);
	/* The last row is of a run that was killed. */
	assert_int_equal(resume_rows_open(scratch_path("state"), 7, 99999, o, &r, &err), 0);
	assert_non_null(r);
	assert_int_equal(resume_rows_sync(r, &count, &err), 0);
	assert_int_equal(count, 99999);
	resume_rows_close(r);
	assert_int_equal(ordinals_take(o, (struct hash128){5, 1}, &ordinal, &err), 0);
	assert_int_equal(ordinal, 2);
	assert_int_equal(ordinals_take(o, (struct hash128){49999, 1}, &ordinal, &err), 0);
	assert_int_equal(ordinal, 1);
	/* Too few, or none: no failure, but no rows. */
	assert_int_equal(resume_rows_open(scratch_path("state"), 7, 100000, o, &r, &err), 0);
	assert_null(r);
	assert_int_equal(resume_rows_open(scratch_path("state"), 8, 1, o, &r, &err), 0);
	assert_null(r);
	assert_int_equal(resume_rows_serial("state", "state.rows.7"), 7);
	assert_int_equal(resume_rows_serial("state", "state.rows.x"), 0);
	assert_int_equal(resume_rows_serial("stat", "state.rows.7"), 0);
	ordinals_free(o);
	scratch_clear();
}

/* Skips in any steps, reads, goes back. */
static void walk(const char *path, struct span want)
{
	struct input *in = input_open(path, &err);
	struct input_identity id;
	char bytes[100];

	assert_non_null(in);
	assert_int_equal(input_identify(in, &id, &err), 0);
	assert_true(id.regular && id.size > 0);
	for (uint64_t step = 11; step < 70000; step = step * 5 + 1) {
		uint64_t at = 0, skipped = step;

		while (skipped == step) {
			ptrdiff_t got;

			assert_int_equal(input_skip(in, step, &skipped, &err), 0);
			at += skipped;
			got = input_read(in, bytes, sizeof bytes, &err);
			assert_true(got >= 0);
			assert_memory_equal(bytes, want.ptr + at, got);
			at += (uint64_t)got;
		}
		assert_int_equal(at, want.len);
		assert_int_equal(input_rewind(in, &err), 0);
	}
	input_close(in);
}

static void inputs_are_walked_about(void **state)
{
	struct buf text = BUF_INIT;
	uint64_t seed = 1;

	(void)state;
	scratch_lines(&text, &seed, 50000);
	walk(scratch_put("plain", buf_view(&text)), buf_view(&text));
	walk(scratch_pack("packed.gz", buf_view(&text)), buf_view(&text));
	walk(scratch_pack("packed.zst", buf_view(&text)), buf_view(&text));
	buf_release(&text);
	scratch_clear();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(state_comes_back),
		cmocka_unit_test(one_run_at_a_time),
		cmocka_unit_test(pending_states_are_settled),
		cmocka_unit_test(every_damage_is_noticed),
		cmocka_unit_test(rows_come_back),
		cmocka_unit_test(inputs_are_walked_about),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
