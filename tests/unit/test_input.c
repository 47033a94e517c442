/* io/input.h */
#include "tests/unit/support.h"

#include <pthread.h>
#include <time.h>

#include "io/input.h"
#include "tests/unit/scratch.h"

static struct error err;

static void append(const char *name, struct span bytes)
{
	FILE *file = fopen(scratch_path(name), "ab");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
	assert_int_equal(fclose(file), 0);
}

/* All that input_read gives, SIZE bytes at a time: -1 when it fails. */
static int read_all(const char *path, size_t size, struct buf *text)
{
	struct input *in = input_open(path, &err);
	ptrdiff_t got = 1;

	assert_non_null(in);
	buf_clear(text);
	while (got > 0) {
		assert_true(buf_reserve(text, size));
		got = input_read(in, text->ptr + text->len, size, &err);
		assert_true(got <= (ptrdiff_t)size);
		if (got > 0)
			text->len += (size_t)got;
	}
	input_close(in);
	return (int)got;
}

static void assert_reads(const char *path, struct span want)
{
	static const size_t sizes[] = {1, 7, 4096, 1 << 20};
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		if (sizes[i] * 100000 < want.len)
			continue;
		assert_int_equal(read_all(path, sizes[i], &text), 0);
		assert_true(span_equal(buf_view(&text), want));
	}
	buf_release(&text);
}

static void assert_fails(const char *path, const char *message)
{
	struct buf text = BUF_INIT;

	assert_int_equal(read_all(path, 1 << 16, &text), -1);
	assert_error(&err, message);
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_string_equal(err.file, path);
	buf_release(&text);
}

static void plain_files(void **state)
{
	(void)state;
	assert_reads(scratch_put("a", SPAN("one\ntwo\n")), SPAN("one\ntwo\n"));
	assert_reads(scratch_put("a", SPAN("")), SPAN(""));
	assert_reads(scratch_put("a", SPAN("a\0b")), SPAN("a\0b"));
	assert_reads(scratch_put("a", SPAN("\x1f")), SPAN("\x1f"));
	assert_reads(scratch_put("a", SPAN("\x28\xb5\x2f")), SPAN("\x28\xb5\x2f"));
}

static void packed_files(void **state)
{
	static const char *const names[] = {"a.gz", "a.zst"};
	struct buf text = BUF_INIT;
	uint64_t seed = 3;

	(void)state;
	scratch_lines(&text, &seed, 3 << 20);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		assert_reads(scratch_pack(names[i], SPAN("")), SPAN(""));
		assert_reads(scratch_pack(names[i], SPAN("one\n")), SPAN("one\n"));
		assert_reads(scratch_pack(names[i], buf_view(&text)), buf_view(&text));
	}
	buf_release(&text);
}

static void all_members_are_read(void **state)
{
	static const char *const names[] = {"a.gz", "a.zst"};
	struct buf bytes = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		scratch_pack(names[i], SPAN(""));
		scratch_get(names[i], &bytes);
		scratch_pack(names[i], SPAN("one\n"));
		append(names[i], buf_view(&bytes));
		scratch_get(names[i], &bytes);
		append(names[i], buf_view(&bytes));
		assert_reads(scratch_path(names[i]), SPAN("one\none\n"));
	}
	buf_release(&bytes);
}

/* RFC 8878, 3.1.2: a skippable frame has a length and any bytes. */
static void skippable_frames_are_skipped(void **state)
{
	struct span skip = SPAN("\x5A\x2A\x4D\x18\x03\0\0\0abc");
	struct buf bytes = BUF_INIT;

	(void)state;
	scratch_pack("b.zst", SPAN("one\n"));
	scratch_get("b.zst", &bytes);
	scratch_put("a.zst", skip);
	append("a.zst", buf_view(&bytes));
	append("a.zst", skip);
	assert_reads(scratch_path("a.zst"), SPAN("one\n"));
	assert_reads(scratch_put("a.zst", skip), SPAN(""));
	buf_release(&bytes);
}

static void zeros_may_follow_gzip(void **state)
{
	char zeros[5000] = {0};

	(void)state;
	for (size_t len = 1; len < sizeof zeros; len += 713) {
		scratch_pack("a.gz", SPAN("one\n"));
		append("a.gz", (struct span){zeros, len});
		assert_reads(scratch_path("a.gz"), SPAN("one\n"));
	}
}

static void garbage_behind_is_an_error(void **state)
{
	char zeros[20] = {0};
	const char *path;

	(void)state;
	path = scratch_pack("a.gz", SPAN("one\n"));
	append("a.gz", SPAN("x"));
	assert_fails(path, "garbage after the gzip data: the file is damaged");
	path = scratch_pack("a.gz", SPAN("one\n"));
	append("a.gz", SPAN("more text than that\n"));
	assert_fails(path, "garbage after the gzip data: the file is damaged");
	path = scratch_pack("a.gz", SPAN("one\n"));
	append("a.gz", (struct span){zeros, sizeof zeros});
	append("a.gz", SPAN("\x1f\x8b\x08"));
	assert_fails(path, "garbage after the gzip data: the file is damaged");
	path = scratch_pack("a.zst", SPAN("one\n"));
	append("a.zst", (struct span){zeros, sizeof zeros});
	assert_fails(path, "garbage after the zstd data: the file is damaged");
}

/* Cut at every byte: always noticed, and always the same words. */
static void a_cut_is_noticed_at_every_byte(void **state)
{
	static const struct {
		const char *name, *message;
		size_t mark;
	} cases[] = {
		{"a.gz", "gzip data ends too early: the file is cut", 2},
		{"a.zst", "zstd data ends too early: the file is cut", 4},
	};
	struct buf bytes = BUF_INIT;
	struct buf text = BUF_INIT;
	uint64_t seed = 5;

	(void)state;
	scratch_lines(&text, &seed, 500);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		scratch_pack(cases[i].name, buf_view(&text));
		scratch_get(cases[i].name, &bytes);
		for (size_t len = cases[i].mark; len < bytes.len; len++) {
			struct span some = {bytes.ptr, len};

			assert_fails(scratch_put("cut", some), cases[i].message);
		}
	}
	buf_release(&bytes);
	buf_release(&text);
}

static void damage_is_noticed(void **state)
{
	struct buf bytes = BUF_INIT;
	const char *path;

	(void)state;
	scratch_pack("a.gz", SPAN("one and two\n"));
	scratch_get("a.gz", &bytes);
	bytes.ptr[bytes.len - 6] ^= 1;	/* in the check sum */
	path = scratch_put("a.gz", buf_view(&bytes));
	assert_fails(path, "gzip data is damaged: incorrect data check");
	scratch_pack("a.zst", SPAN("one and two\n"));
	scratch_get("a.zst", &bytes);
	bytes.ptr[bytes.len - 1] ^= 1;
	path = scratch_put("a.zst", buf_view(&bytes));
	assert_fails(path, "zstd data is damaged: Restored data doesn't match "
		     "checksum");
	buf_release(&bytes);
}

/* The first failure is the answer to all that is asked later. */
static void a_failure_stays(void **state)
{
	struct input *in = input_open(scratch_put("a", SPAN("\x1f\x8b\x08")), &err);
	struct block b = BLOCK_INIT;
	char byte;

	(void)state;
	assert_non_null(in);
	for (int i = 0; i < 2; i++) {
		err = ERROR_INIT;
		assert_int_equal(input_read(in, &byte, 1, &err), -1);
		assert_error(&err, "gzip data ends too early: the file is cut");
		assert_int_equal(input_block(in, &b, NULL), -1);
	}
	block_release(&b);
	input_close(in);
}

static void what_cannot_be_opened(void **state)
{
	(void)state;
	assert_null(input_open(scratch_path("absent"), &err));
	assert_error(&err, "cannot open: No such file or directory");
	assert_string_equal(err.file, scratch_path("absent"));
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_null(input_open(scratch_folder, &err));
	assert_error(&err, "is a directory");
	assert_string_equal(err.file, scratch_folder);
	assert_null(input_open(scratch_folder, NULL));
	scratch_put("a", SPAN("x"));
	assert_null(input_open(scratch_path("a/b"), &err));
	assert_error(&err, "cannot open: Not a directory");
	assert_null(input_open("", &err));
}

static void peek_takes_nothing(void **state)
{
	struct input *in = input_open(scratch_pack("a.gz", SPAN("abcdef")), &err);
	struct span seen;
	char bytes[10];

	(void)state;
	assert_int_equal(input_peek(in, 3, &seen, &err), 0);
	assert_span(seen, "abc");
	assert_int_equal(input_peek(in, 5, &seen, &err), 0);
	assert_span(seen, "abcde");
	assert_int_equal(input_read(in, bytes, 2, &err), 2);
	assert_memory_equal(bytes, "ab", 2);
	assert_int_equal(input_peek(in, 65536, &seen, &err), 0);
	assert_span(seen, "cdef");
	assert_int_equal(input_read(in, bytes, sizeof bytes, &err), 4);
	assert_memory_equal(bytes, "cdef", 4);
	assert_int_equal(input_read(in, bytes, sizeof bytes, &err), 0);
	assert_int_equal(input_peek(in, 5, &seen, &err), 0);
	assert_int_equal(seen.len, 0);
	input_close(in);
	in = input_open(scratch_put("a", SPAN("\x1f\x8b")), &err);
	assert_int_equal(input_peek(in, 5, &seen, &err), -1);
	assert_error(&err, "gzip data ends too early: the file is cut");
	input_close(in);
}

static void progress_counts_stored_bytes(void **state)
{
	struct input *in = input_open(scratch_put("a", SPAN("one\ntwo\n")), &err);
	char bytes[100];

	(void)state;
	assert_string_equal(input_name(in), scratch_path("a"));
	assert_int_equal(input_size(in), 8);
	assert_int_equal(input_position(in), 0);
	assert_int_equal(input_read(in, bytes, sizeof bytes, &err), 8);
	assert_int_equal(input_position(in), 8);
	input_close(in);
	in = input_open("/dev/null", &err);
	assert_int_equal(input_size(in), 0);
	assert_int_equal(input_read(in, bytes, sizeof bytes, &err), 0);
	input_close(in);
}

/* A pipe that gives a byte at a time, the first ones slowly. */
struct drip {
	int fd;
	struct span text;
};

static void *drip_main(void *context)
{
	struct drip *d = context;
	struct timespec nap = {0, 2000000};

	for (size_t i = 0; i < d->text.len; i++) {
		if (i < 8)
			nanosleep(&nap, NULL);
		if (write(d->fd, d->text.ptr + i, 1) != 1)
			break;
	}
	close(d->fd);
	return NULL;
}

static void assert_drips(struct span stored, const char *want)
{
	struct drip d = {.text = stored};
	struct input *in;
	struct block b = BLOCK_INIT;
	pthread_t thread;
	char path[64];
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	d.fd = fds[1];
	snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
	in = input_open(path, &err);
	assert_non_null(in);
	close(fds[0]);
	assert_int_equal(pthread_create(&thread, NULL, drip_main, &d), 0);
	assert_int_equal(input_block(in, &b, &err), 1);
	assert_span(((struct span){b.ptr, b.len}), want);
	assert_true(b.last);
	pthread_join(thread, NULL);
	input_close(in);
	block_release(&b);
}

static void a_slow_pipe_is_waited_for(void **state)
{
	struct buf bytes = BUF_INIT;

	(void)state;
	assert_drips(SPAN("one\ntwo\n"), "one\ntwo\n");
	scratch_pack("a.gz", SPAN("one\ntwo\n"));
	assert_drips(scratch_get("a.gz", &bytes), "one\ntwo\n");
	scratch_pack("a.zst", SPAN("one\ntwo\n"));
	assert_drips(scratch_get("a.zst", &bytes), "one\ntwo\n");
	buf_release(&bytes);
}

/* Reads some, more each time, and goes back. */
static void rewind_often(const char *path, struct span want)
{
	struct input *in = input_open(path, &err);
	struct input_identity id;
	char bytes[70000];

	assert_non_null(in);
	assert_int_equal(input_identify(in, &id, &err), 0);
	assert_true(id.regular && id.size > 0);
	for (size_t size = 1; size < sizeof bytes; size = size * 5 + 1) {
		size_t at = 0;

		for (int reads = 0; reads < 3; reads++) {
			ptrdiff_t got = input_read(in, bytes, size, &err);

			assert_true(got > 0);
			assert_memory_equal(bytes, want.ptr + at, got);
			at += (size_t)got;
		}
		assert_int_equal(input_rewind(in, &err), 0);
	}
	input_close(in);
}

static void inputs_are_rewound(void **state)
{
	struct buf text = BUF_INIT;
	uint64_t seed = 1;

	(void)state;
	scratch_lines(&text, &seed, 50000);
	rewind_often(scratch_put("plain", buf_view(&text)), buf_view(&text));
	rewind_often(scratch_pack("packed.gz", buf_view(&text)), buf_view(&text));
	rewind_often(scratch_pack("packed.zst", buf_view(&text)), buf_view(&text));
	buf_release(&text);
	scratch_clear();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_files),
		cmocka_unit_test(packed_files),
		cmocka_unit_test(all_members_are_read),
		cmocka_unit_test(skippable_frames_are_skipped),
		cmocka_unit_test(zeros_may_follow_gzip),
		cmocka_unit_test(garbage_behind_is_an_error),
		cmocka_unit_test(a_cut_is_noticed_at_every_byte),
		cmocka_unit_test(damage_is_noticed),
		cmocka_unit_test(a_failure_stays),
		cmocka_unit_test(what_cannot_be_opened),
		cmocka_unit_test(peek_takes_nothing),
		cmocka_unit_test(progress_counts_stored_bytes),
		cmocka_unit_test(a_slow_pipe_is_waited_for),
		cmocka_unit_test(inputs_are_rewound),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
