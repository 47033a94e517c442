/* base/mem.h */
#include "tests/unit/support.h"

#include "base/buf.h"
#include "base/mem.h"

static jmp_buf failed;
static volatile size_t failed_size;

static void handler(size_t size, const struct error *why)
{
	assert_null(why);
	failed_size = size;
	longjmp(failed, 1);
}

static int watch(void **state)
{
	(void)state;
	failed_size = 0;
	mem_on_failure(handler);
	return 0;
}

static int unwatch(void **state)
{
	(void)state;
	mem_on_failure(NULL);
	return 0;
}

/* Runs CALL, which must end in the handler. */
#define assert_handled(call, size) \
	do { \
		if (!setjmp(failed)) { \
			(void)(call); \
			fail_msg("%s returned", #call); \
		} \
		assert_true(failed_size == (size)); \
	} while (0)

/* More than any machine has, and more than the compiler can reason about. */
static volatile size_t huge = SIZE_MAX / 2;
static volatile size_t all = SIZE_MAX;

static void failures_reach_the_handler(void **state)
{
	(void)state;
	assert_handled(mem_alloc(huge), huge);
	assert_handled(mem_zero(huge, 1), huge);
	assert_handled(mem_zero(huge, 3), SIZE_MAX);
	assert_handled(mem_grow(NULL, huge, 1), huge);
	assert_handled(mem_grow(NULL, huge, 3), SIZE_MAX);
	assert_handled(mem_text("", all), SIZE_MAX);
}

static void room_refuses_to_overflow(void **state)
{
	size_t cap = SIZE_MAX / 2 + 1;

	(void)state;
	assert_handled(mem_room(NULL, cap, &cap, 1), SIZE_MAX);
	cap = SIZE_MAX / 4;
	assert_handled(mem_room(NULL, cap, &cap, 64), SIZE_MAX);
}

static void buffers_without_limit_end_in_the_handler(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_lit(&b, "x");
	assert_handled(buf_reserve(&b, huge), huge + 1 + BUF_SLACK);
	assert_handled(buf_reserve(&b, all), SIZE_MAX);
	assert_span(buf_view(&b), "x");
	buf_release(&b);
}

static void size_zero_is_memory_too(void **state)
{
	void *pieces[] = {mem_alloc(0), mem_zero(0, 8), mem_zero(8, 0),
			  mem_grow(NULL, 0, 8)};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pieces); i++) {
		assert_non_null(pieces[i]);
		mem_free(pieces[i]);
	}
	mem_free(NULL);
}

static void text_is_a_terminated_copy(void **state)
{
	char *text = mem_text("abcdef", 3);
	char *empty = mem_text(NULL, 0);

	(void)state;
	assert_string_equal(text, "abc");
	assert_string_equal(empty, "");
	mem_free(text);
	mem_free(empty);
}

static void room_doubles_and_keeps_the_content(void **state)
{
	uint32_t *list = NULL;
	size_t cap = 0;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		size_t before = cap;

		list = mem_room(list, i, &cap, sizeof *list);
		assert_true(cap > i);
		assert_true(cap == before || cap >= 2 * before);
		list[i] = i;
	}
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(list[i], i);
	mem_free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(failures_reach_the_handler,
						watch, unwatch),
		cmocka_unit_test_setup_teardown(room_refuses_to_overflow, watch,
						unwatch),
		cmocka_unit_test_setup_teardown(
			buffers_without_limit_end_in_the_handler, watch,
			unwatch),
		cmocka_unit_test(size_zero_is_memory_too),
		cmocka_unit_test(text_is_a_terminated_copy),
		cmocka_unit_test(room_doubles_and_keeps_the_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
