/*
 * Any bytes as an input file: plain, gzip or zstd, as they say themselves.  Read whole, in blocks and
 * in steps it is the same; where its blocks cannot be read the whole cannot either.
 */
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/target.h"

#include "io/input.h"

/* What a few bytes can unpack to is more than a fuzzer has time for. */
#define MOST ((size_t)4 << 20)

static struct input *open_input(const char *path)
{
	struct error err = ERROR_INIT;
	struct input *in = input_open(path, &err);

	assert(in || err.message[0]);
	return in;
}

/* As much as there is, STEP bytes at a time: 0, -1 failed, 1 too much. */
static int read_all(const char *path, size_t step, struct buf *out)
{
	struct input *in = open_input(path);
	struct error err = ERROR_INIT;
	struct span head;
	ptrdiff_t got = in ? 1 : -1;

	if (in && step == 1 && input_peek(in, 100, &head, &err))
		got = -1;
	while (got > 0 && out->len < MOST) {
		buf_reserve(out, step);
		got = input_read(in, out->ptr + out->len, step, &err);
		assert(got <= (ptrdiff_t)step);
		out->len += got > 0 ? (size_t)got : 0;
	}
	assert(got >= 0 || !in || err.message[0]);
	input_close(in);
	return got < 0 ? -1 : got > 0;
}

static int read_blocks(const char *path, size_t target, struct buf *out)
{
	struct input *in = open_input(path);
	struct block b = BLOCK_INIT;
	struct error err = ERROR_INIT;
	uint64_t line = 1;
	bool last = false;
	int got = in ? 1 : -1;

	while (got > 0 && out->len < MOST) {
		got = input_block_sized(in, &b, target, 1 << 16, &err);
		if (got <= 0)
			break;
		assert(!last && b.len && b.offset == out->len && b.line >= line);
		line = b.line;
		last = b.last;
		buf_put(out, b.ptr, b.len);
	}
	assert(got >= 0 || !in || err.message[0]);
	block_release(&b);
	input_close(in);
	return got;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct buf whole = BUF_INIT, blocks = BUF_INIT, steps = BUF_INIT;
	char path[32];
	int fd = memory_file((struct span){size ? (const char *)data : "", size}, path);
	int got = read_all(path, 65536, &whole), again;

	again = read_blocks(path, 50, &blocks);
	assert(got || again || span_equal(buf_view(&whole), buf_view(&blocks)));
	assert(got != -1 || again == -1 || blocks.len >= MOST);
	if (whole.len < 10000) {
		assert(read_all(path, 1, &steps) == got);
		assert(got || span_equal(buf_view(&whole), buf_view(&steps)));
	}
	close(fd);
	buf_release(&whole);
	buf_release(&blocks);
	buf_release(&steps);
	return 0;
}
