/*
 * Any bytes as a state of --resume, with the check that they would have: a state that opens is written
 * and opens again as the same.
 */
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
	struct buf all = BUF_INIT;
	FILE *f = fopen(path, "wb");
	char hex[32];

	buf_span(&all, text);
	hash_128_hex(hash_128(text), hex);
	buf_lit(&all, "  \"check\": \"");
	buf_put(&all, hex, sizeof hex);
	buf_lit(&all, "\"\n}\n");
	if (!f || fwrite(all.ptr, 1, all.len, f) != all.len || fclose(f))
		abort();
	buf_release(&all);
}

/* The entries of S as they are written. */
static size_t open_state(struct resume_state *s, struct buf *entries)
{
	struct error err = ERROR_INIT;
	bool bad = resume_state_open(s, path, &err) != 0;

	assert(bad == (err.message[0] != 0));
	buf_clear(entries);
	if (!bad)
		buf_span(entries, buf_view(&s->old));
	return entries->len;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct resume_state s;
	struct error err = ERROR_INIT;
	struct buf before = BUF_INIT, after = BUF_INIT;
	size_t opened;

	enter();
	write_state((struct span){size ? (const char *)data : "", size});
	opened = open_state(&s, &before);
	if (opened)
		assert(!resume_state_save(&s, NULL, &err));
	resume_state_release(&s);
	if (opened) {
		assert(open_state(&s, &after));
		assert(span_equal(buf_view(&before), buf_view(&after)));
		resume_state_release(&s);
	}
	buf_release(&before);
	buf_release(&after);
	return 0;
}
