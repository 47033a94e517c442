#include "io/text_file.h"

#include <string.h>

#include "io/input.h"

static int read_all(struct input *in, struct buf *out, struct error *err)
{
	for (;;) {
		ptrdiff_t got;

		buf_reserve(out, 4096);
		got = input_read(in, out->ptr + out->len, out->cap - out->len,
				 err);
		if (got <= 0)
			return (int)got;
		out->len += (size_t)got;
		if (out->len > TEXT_FILE_MAX)
			return error_usage(err, "is longer than 1 MiB, which is the most that such a file may have");
	}
}

int text_file_load(const char *path, struct buf *out, struct error *err)
{
	const struct span mark = SPAN("\xef\xbb\xbf");
	struct input *in = input_open(path, err);
	int failed;

	if (!in)
		return -1;
	failed = read_all(in, out, err);
	if (failed)
		error_place(err, input_name(in), 0, 0);
	else if (span_starts(buf_view(out), mark)) {
		out->len -= mark.len;
		memmove(out->ptr, out->ptr + mark.len, out->len);
	}
	input_close(in);
	return failed;
}
