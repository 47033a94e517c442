/* io/input.h: blocks of whole lines */
#include "tests/unit/support.h"

#include "io/input.h"
#include "tests/unit/scratch.h"

static struct error err;

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

static void blocks_at_every_size(void **state)
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

static void blocks_of_random_lines(void **state)
{
	static const size_t targets[] = {1, 64, 1000, 4096, 65536, 1 << 20};
	struct buf text = BUF_INIT;

	(void)state;
	for (uint64_t seed = 1; seed < 12; seed++) {
		uint64_t random = seed;
		const char *path;

		buf_clear(&text);
		scratch_lines(&text, &random, support_below(&random, 300000));
		if (text.len && seed % 2)
			text.len--;
		path = seed % 3 ? scratch_pack(seed % 3 > 1 ? "a.gz" : "a.zst",
				       buf_view(&text)) :
				  scratch_put("a", buf_view(&text));
		for (size_t i = 0; i < COUNT_OF(targets); i++)
			assert_blocks(path, buf_view(&text), targets[i]);
	}
	buf_release(&text);
}

/* The real sizes, over several blocks and with a line longer than one. */
static void blocks_of_full_size(void **state)
{
	struct buf text = BUF_INIT;
	struct block b = BLOCK_INIT;
	uint64_t seed = 17, line = 1, offset = 0;
	struct input *in;

	(void)state;
	scratch_lines(&text, &seed, 1500000);
	while (text.len < 4500000)
		buf_char(&text, 'x');
	scratch_lines(&text, &seed, 6000000);
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

static void blocks_after_a_peek(void **state)
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
static void classic_mac_lines(void **state)
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
static void cr_lf_is_not_torn(void **state)
{
	struct span text = SPAN("a\r\nbb\r\nccc\r\ndddd\r\n");
	const char *path = scratch_put("a", text);

	(void)state;
	for (size_t target = 1; target < 30; target++)
		assert_blocks(path, text, target);
}

static void a_line_can_be_too_long(void **state)
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

static void lines_are_counted(void **state)
{
	struct buf text = BUF_INIT;
	uint64_t seed = 23;

	(void)state;
	scratch_lines(&text, &seed, 20000);
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
		cmocka_unit_test(blocks_at_every_size),
		cmocka_unit_test(blocks_of_random_lines),
		cmocka_unit_test(blocks_of_full_size),
		cmocka_unit_test(blocks_after_a_peek),
		cmocka_unit_test(classic_mac_lines),
		cmocka_unit_test(cr_lf_is_not_torn),
		cmocka_unit_test(a_line_can_be_too_long),
		cmocka_unit_test(lines_are_counted),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
