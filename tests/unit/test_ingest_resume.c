/* collect/follow/resume_state.h */
#include "base/mem.h"
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

static void save(const struct resume_state *s)
{
	struct buf text = BUF_INIT;

	resume_state_put(s, &text);
	scratch_put("state", buf_view(&text));
	buf_release(&text);
}

/* A text with all its members set, of a file that says it is older than 1970. */
static void add(struct resume_state *s, uint64_t offset)
{
	struct resume_text *t = resume_state_add(s, SPAN("a \"log\""));

	t->file = (struct input_identity){1, UINT64_MAX, 3, UINT64_MAX - 4, true};
	t->offset = offset;
	t->hash = (struct hash128){UINT64_MAX, 1};
	t->first = 6;
	t->waiting = 7;
	t->grew = 1;
}

static void state_comes_back(void **state)
{
	struct resume_state s = open_state();
	const struct resume_text *t;

	(void)state;
	assert_true(s.fresh);
	add(&s, 100);
	add(&s, 200);
	s.texts[1].met = true;
	save(&s);
	resume_state_release(&s);
	s = open_state();
	assert_false(s.fresh);
	assert_int_equal(s.count, 2);
	/* What was met comes first. */
	assert_int_equal(s.texts[1].offset, 100);
	t = &s.texts[0];
	assert_string_equal(t->path, "a \"log\"");
	assert_true(t->file.inode == UINT64_MAX && t->file.device == 1 && t->file.size == 3);
	assert_true(t->file.changed_ns == UINT64_MAX - 4);
	assert_true(t->offset == 200 && t->first == 6 && t->waiting == 7 && t->grew && !t->met);
	assert_true(t->hash.high == UINT64_MAX && t->hash.low == 1);
	resume_state_release(&s);
	scratch_clear();
}

/* Of texts that no run meets any more the last 1,000 are remembered. */
static void old_texts_are_forgotten(void **state)
{
	struct resume_state s = open_state();

	(void)state;
	for (uint64_t i = 0; i < 1100; i++)
		add(&s, i);
	s.texts[1099].met = true;
	save(&s);
	resume_state_release(&s);
	s = open_state();
	assert_int_equal(s.count, 1001);
	assert_int_equal(s.texts[0].offset, 1099);
	assert_int_equal(s.texts[1000].offset, 999);
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

/* A state that is cut is refused, or (its last newline) whole; no changed byte is a crash. */
static void damage_is_noticed(void **state)
{
	struct resume_state s = open_state();
	struct buf text = BUF_INIT;

	(void)state;
	add(&s, 100);
	save(&s);
	resume_state_release(&s);
	scratch_get("state", &text);
	for (size_t i = 0; i < text.len; i++) {
		text.ptr[i] ^= 1;
		scratch_put("state", buf_view(&text));
		text.ptr[i] ^= 1;
		err = ERROR_INIT;
		if (resume_state_open(&s, scratch_path("state"), &err))
			assert_int_equal(err.kind, ERROR_FAILED);
		resume_state_release(&s);
		scratch_put("state", span_sub(buf_view(&text), 0, i));
		assert_int_equal(resume_state_open(&s, scratch_path("state"), &err), i + 1 == text.len ? 0 : -1);
		resume_state_release(&s);
	}
	buf_release(&text);
	scratch_clear();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(state_comes_back),
		cmocka_unit_test(old_texts_are_forgotten),
		cmocka_unit_test(one_run_at_a_time),
		cmocka_unit_test(damage_is_noticed),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
