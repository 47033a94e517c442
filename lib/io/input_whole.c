#include "io/input.h"

#define STEP 65536

int input_whole(const char *path, size_t most, struct buf *text, struct error *err)
{
	struct input *in = input_open(path, err);
	size_t from = text->len;
	ptrdiff_t got = 1;

	if (!in)
		return -1;
	while (got > 0 && text->len - from <= most) {
		buf_reserve(text, STEP);
		got = input_read(in, text->ptr + text->len, STEP, err);
		if (got > 0)
			text->len += (size_t)got;
	}
	input_close(in);
	if (text->len - from <= most)
		return got < 0 ? -1 : 0;
	error_usage(err, "is longer than %zu MiB", most >> 20);
	error_place(err, path, 0, 0);
	return -1;
}
