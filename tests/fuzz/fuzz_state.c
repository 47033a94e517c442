/* Any bytes as a state of --resume: a state that opens is written and opens again as the same. */
#include "tests/fuzz/target.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "collect/follow/resume_state.h"

static char folder[] = "/tmp/fuzz-state-XXXXXX";
static char path[sizeof folder + 16];
static char lock[sizeof folder + 16];

static void leave(void)
{
	unlink(path);
	unlink(lock);
	rmdir(folder);
}

static void enter(void)
{
	if (path[0])
		return;
	if (!mkdtemp(folder))
		abort();
	snprintf(path, sizeof path, "%s/state", folder);
	snprintf(lock, sizeof lock, "%s/state.lock", folder);
	atexit(leave);
}

static void write_state(struct span text)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(text.ptr, 1, text.len, f) != text.len || fclose(f))
		abort();
}

/* Opens the state: what would be written again, or nothing. */
static size_t open_state(struct buf *written)
{
	struct resume_state s;
	struct error err = ERROR_INIT;
	bool bad = resume_state_open(&s, path, &err) != 0;

	assert(bad == (err.message[0] != 0));
	buf_clear(written);
	if (!bad) {
		resume_state_put(&s, written);
	}
	resume_state_release(&s);
	return written->len;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct buf before = BUF_INIT, after = BUF_INIT;

	enter();
	write_state((struct span){size ? (const char *)data : "", size});
	if (open_state(&before)) {
		write_state(buf_view(&before));
		assert(open_state(&after));
		assert(span_equal(buf_view(&before), buf_view(&after)));
	}
	buf_release(&before);
	buf_release(&after);
	return 0;
}
