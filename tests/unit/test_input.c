/* base/input.h */
#include "tests/unit/support.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>

#include "base/input.h"
#include "base/output.h"
#include "tests/unit/scratch.h"

static struct error err;

/* TEXT compressed as NAME's ending says, into NAME. */
static const char *pack(const char *name, struct span text)
{
	const char *path = scratch_path(name);
	struct output *out = output_open(path, OUTPUT_PLAIN, &err);

	assert_non_null(out);
	assert_int_equal(output_write(out, text, &err), 0);
	assert_int_equal(output_finish(out, &err), 0);
	return path;
}

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

/* Lines of many lengths; about one in eight is empty. */
static void random_lines(struct buf *text, uint64_t *seed, size_t bytes,
			 const char *end)
{
	while (text->len < bytes) {
		size_t len = support_below(seed, 8) * support_below(seed, 40);

		while (len--)
			buf_char(text, (char)('a' + support_below(seed, 26)));
		buf_text_put(text, end);
	}
}

static void test_plain(void **state)
{
	(void)state;
	assert_reads(scratch_put("a", SPAN("one\ntwo\n")), SPAN("one\ntwo\n"));
	assert_reads(scratch_put("a", SPAN("")), SPAN(""));
	assert_reads(scratch_put("a", SPAN("a\0b")), SPAN("a\0b"));
	assert_reads(scratch_put("a", SPAN("\x1f")), SPAN("\x1f"));
	assert_reads(scratch_put("a", SPAN("\x28\xb5\x2f")), SPAN("\x28\xb5\x2f"));
}

static void test_packed(void **state)
{
	static const char *const names[] = {"a.gz", "a.zst"};
	struct buf text = BUF_INIT;
	uint64_t seed = 3;

	(void)state;
	random_lines(&text, &seed, 3 << 20, "\n");
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		assert_reads(pack(names[i], SPAN("")), SPAN(""));
		assert_reads(pack(names[i], SPAN("one\n")), SPAN("one\n"));
		assert_reads(pack(names[i], buf_view(&text)), buf_view(&text));
	}
	buf_release(&text);
}

static void test_members(void **state)
{
	static const char *const names[] = {"a.gz", "a.zst"};
	struct buf bytes = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		pack(names[i], SPAN(""));
		scratch_get(names[i], &bytes);
		pack(names[i], SPAN("one\n"));
		append(names[i], buf_view(&bytes));
		scratch_get(names[i], &bytes);
		append(names[i], buf_view(&bytes));
		assert_reads(scratch_path(names[i]), SPAN("one\none\n"));
	}
	buf_release(&bytes);
}

/* RFC 8878, 3.1.2: a skippable frame has a length and any bytes. */
static void test_zstd_skippable_frames(void **state)
{
	struct span skip = SPAN("\x5A\x2A\x4D\x18\x03\0\0\0abc");
	struct buf bytes = BUF_INIT;

	(void)state;
	pack("b.zst", SPAN("one\n"));
	scratch_get("b.zst", &bytes);
	scratch_put("a.zst", skip);
	append("a.zst", buf_view(&bytes));
	append("a.zst", skip);
	assert_reads(scratch_path("a.zst"), SPAN("one\n"));
	assert_reads(scratch_put("a.zst", skip), SPAN(""));
	buf_release(&bytes);
}

static void test_gzip_padding(void **state)
{
	char zeros[5000] = {0};

	(void)state;
	for (size_t len = 1; len < sizeof zeros; len += 713) {
		pack("a.gz", SPAN("one\n"));
		append("a.gz", (struct span){zeros, len});
		assert_reads(scratch_path("a.gz"), SPAN("one\n"));
	}
}

static void test_garbage_behind(void **state)
{
	char zeros[20] = {0};
	const char *path;

	(void)state;
	path = pack("a.gz", SPAN("one\n"));
	append("a.gz", SPAN("x"));
	assert_fails(path, "garbage after the gzip data: the file is damaged");
	path = pack("a.gz", SPAN("one\n"));
	append("a.gz", SPAN("more text than that\n"));
	assert_fails(path, "garbage after the gzip data: the file is damaged");
	path = pack("a.gz", SPAN("one\n"));
	append("a.gz", (struct span){zeros, sizeof zeros});
	append("a.gz", SPAN("\x1f\x8b\x08"));
	assert_fails(path, "garbage after the gzip data: the file is damaged");
	path = pack("a.zst", SPAN("one\n"));
	append("a.zst", (struct span){zeros, sizeof zeros});
	assert_fails(path, "garbage after the zstd data: the file is damaged");
}

/* Cut at every byte: always noticed, and always the same words. */
static void test_cut(void **state)
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
	random_lines(&text, &seed, 500, "\n");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		pack(cases[i].name, buf_view(&text));
		scratch_get(cases[i].name, &bytes);
		for (size_t len = cases[i].mark; len < bytes.len; len++) {
			struct span some = {bytes.ptr, len};

			assert_fails(scratch_put("cut", some), cases[i].message);
		}
	}
	buf_release(&bytes);
	buf_release(&text);
}

static void test_damaged(void **state)
{
	struct buf bytes = BUF_INIT;
	const char *path;

	(void)state;
	pack("a.gz", SPAN("one and two\n"));
	scratch_get("a.gz", &bytes);
	bytes.ptr[bytes.len - 6] ^= 1;	/* in the check sum */
	path = scratch_put("a.gz", buf_view(&bytes));
	assert_fails(path, "gzip data is damaged: incorrect data check");
	pack("a.zst", SPAN("one and two\n"));
	scratch_get("a.zst", &bytes);
	bytes.ptr[bytes.len - 1] ^= 1;
	path = scratch_put("a.zst", buf_view(&bytes));
	assert_fails(path, "zstd data is damaged: Restored data doesn't match "
		     "checksum");
	buf_release(&bytes);
}

/* The first failure is the answer to all that is asked later. */
static void test_failure_stays(void **state)
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

static void test_open_errors(void **state)
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

static void test_peek(void **state)
{
	struct input *in = input_open(pack("a.gz", SPAN("abcdef")), &err);
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

static void test_progress(void **state)
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

/* ---- blocks ---- */

/* What a block must be, whatever the sizes: found by a plain walk. */
static void assert_block(const struct block *b, struct span text, uint64_t line,
			 uint64_t offset)
{
	assert_int_equal(b->line, line);
	assert_int_equal(b->offset, offset);
	assert_true(offset + b->len <= text.len);
	assert_memory_equal(b->ptr, text.ptr + offset, b->len);
	assert_int_equal(b->last, offset + b->len == text.len);
}

static uint64_t count_slowly(struct span s)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < s.len; i++)
		lines += s.ptr[i] == '\n';
	return lines;
}

static void assert_blocks(const char *path, struct span text, size_t target)
{
	struct input *in = input_open(path, &err);
	struct block b = BLOCK_INIT;
	uint64_t line = 1, offset = 0;

	while (input_block_sized(in, &b, target, 1 << 20, &err) == 1) {
		bool newline = b.ptr[b.len - 1] == '\n';

		assert_true(b.len > 0);
		assert_block(&b, text, line, offset);
		assert_true(newline || b.last);
		assert_int_equal(b.open, !newline);
		line += count_slowly((struct span){b.ptr, b.len});
		offset += b.len;
	}
	assert_int_equal(offset, text.len);
	assert_int_equal(input_block_sized(in, &b, target, 1 << 20, &err), 0);
	block_release(&b);
	input_close(in);
}

static void test_blocks_at_every_size(void **state)
{
	struct span text = SPAN("a\n\nlonger line\nb\r\n\n\nthe last\n");

	(void)state;
	for (size_t len = 0; len <= text.len; len++) {
		struct span some = {text.ptr, len};
		const char *path = scratch_put("a", some);

		for (size_t target = 1; target < 40; target++)
			assert_blocks(path, some, target);
	}
}

static void test_blocks_random(void **state)
{
	static const size_t targets[] = {1, 64, 1000, 4096, 65536, 1 << 20};
	struct buf text = BUF_INIT;

	(void)state;
	for (uint64_t seed = 1; seed < 12; seed++) {
		uint64_t random = seed;
		const char *path;

		buf_clear(&text);
		random_lines(&text, &random, support_below(&random, 300000), "\n");
		if (text.len && seed % 2)
			text.len--;
		path = seed % 3 ? pack(seed % 3 > 1 ? "a.gz" : "a.zst",
				       buf_view(&text)) :
				  scratch_put("a", buf_view(&text));
		for (size_t i = 0; i < COUNT_OF(targets); i++)
			assert_blocks(path, buf_view(&text), targets[i]);
	}
	buf_release(&text);
}

/* The real sizes, over several blocks and with a line longer than one. */
static void test_blocks_full_size(void **state)
{
	struct buf text = BUF_INIT;
	struct block b = BLOCK_INIT;
	uint64_t seed = 17, line = 1, offset = 0;
	struct input *in;

	(void)state;
	random_lines(&text, &seed, 1500000, "\n");
	while (text.len < 4500000)
		buf_char(&text, 'x');
	random_lines(&text, &seed, 6000000, "\n");
	in = input_open(scratch_put("a", buf_view(&text)), &err);
	while (input_block(in, &b, &err) == 1) {
		assert_block(&b, buf_view(&text), line, offset);
		assert_true(b.len <= 4 * INPUT_BLOCK);
		line += input_count_lines((struct span){b.ptr, b.len});
		offset += b.len;
	}
	assert_int_equal(offset, text.len);
	assert_int_equal(line, 1 + count_slowly(buf_view(&text)));
	input_close(in);
	block_release(&b);
	buf_release(&text);
}

static void test_blocks_after_peek(void **state)
{
	struct input *in = input_open(scratch_put("a", SPAN("a\nb\nc\n")), &err);
	struct block b = BLOCK_INIT;
	struct span seen;

	(void)state;
	assert_int_equal(input_peek(in, 3, &seen, &err), 0);
	assert_int_equal(input_block(in, &b, &err), 1);
	assert_span(((struct span){b.ptr, b.len}), "a\nb\nc\n");
	assert_int_equal(b.line, 1);
	assert_true(b.last && !b.open);
	assert_int_equal(input_block(in, &b, &err), 0);
	block_release(&b);
	input_close(in);
}

/* Classic Mac lines: each block ends behind a CR, and lines count by CR. */
static void test_blocks_cr(void **state)
{
	struct span text = SPAN("one\rtwo\r\rthree\rfour\rfive\r");
	const char *path = scratch_put("a", text);

	(void)state;
	for (size_t target = 1; target < 30; target++) {
		struct input *in = input_open(path, &err);
		struct block b = BLOCK_INIT;
		uint64_t line = 1, offset = 0;

		while (input_block_sized(in, &b, target, 100, &err) == 1) {
			assert_block(&b, text, line, offset);
			assert_int_equal(b.ptr[b.len - 1], '\r');
			assert_false(b.open);
			offset += b.len;
			for (size_t i = 0; i < b.len; i++)
				line += b.ptr[i] == '\r';
		}
		assert_int_equal(offset, text.len);
		input_close(in);
		block_release(&b);
	}
}

/* A CR LF is not torn, even where the CR ends a block. */
static void test_blocks_crlf(void **state)
{
	struct span text = SPAN("a\r\nbb\r\nccc\r\ndddd\r\n");
	const char *path = scratch_put("a", text);

	(void)state;
	for (size_t target = 1; target < 30; target++)
		assert_blocks(path, text, target);
}

static void test_line_too_long(void **state)
{
	struct input *in = input_open(scratch_put("a",
		SPAN("a\nbb\n12345678901234567890\nc\n")), &err);
	struct block b = BLOCK_INIT;

	(void)state;
	assert_int_equal(input_block_sized(in, &b, 5, 10, &err), 1);
	assert_int_equal(input_block_sized(in, &b, 5, 10, &err), -1);
	assert_error(&err, "line is longer than 10 bytes");
	assert_int_equal(err.line, 3);
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_string_equal(err.file, scratch_path("a"));
	input_close(in);
	in = input_open(scratch_put("a", SPAN("12345678901\n")), &err);
	assert_int_equal(input_block_sized(in, &b, 5, 11, &err), 1);
	assert_int_equal(b.len, 12);
	input_close(in);
	in = input_open(scratch_put("a", SPAN("1\n1234567890")), &err);
	assert_int_equal(input_block_sized(in, &b, 8, 10, &err), 1);
	assert_int_equal(input_block_sized(in, &b, 8, 10, &err), 1);
	assert_true(b.last && b.open);
	assert_int_equal(b.len, 10);
	input_close(in);
	in = input_open(scratch_put("a", SPAN("1\n12345678901")), &err);
	assert_int_equal(input_block_sized(in, &b, 8, 10, &err), 1);
	assert_int_equal(input_block_sized(in, &b, 8, 10, &err), -1);
	assert_error(&err, "line is longer than 10 bytes");
	assert_int_equal(err.line, 2);
	input_close(in);
	block_release(&b);
}

/* A pipe that gives a byte at a time. */
struct drip {
	int fd;
	struct span text;
};

static void *drip_main(void *context)
{
	struct drip *d = context;

	for (size_t i = 0; i < d->text.len; i++)
		if (write(d->fd, d->text.ptr + i, 1) != 1)
			break;
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

static void test_slow_pipe(void **state)
{
	struct buf bytes = BUF_INIT;

	(void)state;
	assert_drips(SPAN("one\ntwo\n"), "one\ntwo\n");
	pack("a.gz", SPAN("one\ntwo\n"));
	assert_drips(scratch_get("a.gz", &bytes), "one\ntwo\n");
	pack("a.zst", SPAN("one\ntwo\n"));
	assert_drips(scratch_get("a.zst", &bytes), "one\ntwo\n");
	buf_release(&bytes);
}

static void test_count_lines(void **state)
{
	struct buf text = BUF_INIT;
	uint64_t seed = 23;

	(void)state;
	random_lines(&text, &seed, 20000, "\n");
	for (size_t from = 0; from < 20; from++)
		for (size_t len = 0; len < 600; len += 7) {
			struct span s = span_sub(buf_view(&text), from, len);

			assert_int_equal(input_count_lines(s), count_slowly(s));
		}
	assert_int_equal(input_count_lines(buf_view(&text)),
			 count_slowly(buf_view(&text)));
	/* More newlines in a lane than a byte counts. */
	memset(text.ptr, '\n', 20000);
	assert_int_equal(input_count_lines((struct span){text.ptr, 19999}), 19999);
	assert_int_equal(input_count_lines(SPAN_NONE), 0);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_packed),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_zstd_skippable_frames),
		cmocka_unit_test(test_gzip_padding),
		cmocka_unit_test(test_garbage_behind),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_failure_stays),
		cmocka_unit_test(test_open_errors),
		cmocka_unit_test(test_peek),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_blocks_at_every_size),
		cmocka_unit_test(test_blocks_random),
		cmocka_unit_test(test_blocks_full_size),
		cmocka_unit_test(test_blocks_after_peek),
		cmocka_unit_test(test_blocks_cr),
		cmocka_unit_test(test_blocks_crlf),
		cmocka_unit_test(test_line_too_long),
		cmocka_unit_test(test_slow_pipe),
		cmocka_unit_test(test_count_lines),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
