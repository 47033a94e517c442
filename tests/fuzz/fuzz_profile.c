/* Any bytes as a profile's line: read, walked, changed and written back. */
#include "tests/fuzz/target.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "record/profile.h"

static void walk(const struct profile *p)
{
	struct profile_events w;
	struct event e;
	struct error err = ERROR_INIT;
	int got;

	profile_events_start(&w, p);
	while ((got = profile_events_next(&w, &e, &err)) > 0)
		assert(e.type < EVENT_TYPES);
	assert(!got || err.message[0]);
}

static void put_unchanged(const struct profile *p, struct span line)
{
	struct buf out = BUF_INIT;

	profile_put(p, NULL, &out);
	assert(out.len == line.len + 1 && !memcmp(out.ptr, line.ptr, line.len));
	buf_release(&out);
}

/* What was changed is a profile again, and has what it was given. */
static void put_changed(struct profile *p)
{
	struct profile_change change = {SPAN("[\"s\"]"), SPAN("{\"m\":1}"), SPAN("[{\"item\":\"i\"}]")};
	struct profile again;
	struct buf out = BUF_INIT;
	struct error err = ERROR_INIT;

	if (profile_validate(p, &err)) {
		assert(err.message[0]);
		return;
	}
	profile_put(p, &change, &out);
	out.len--;
	assert(!profile_parse(&again, buf_view(&out), &err));
	assert(!profile_validate(&again, &err));
	assert(again.canonical && again.others.count == p->others.count);
	assert(span_equal(again.segments.raw, change.segments));
	assert(span_equal(again.scores.raw, change.scores));
	assert(span_equal(again.events.raw, p->events.raw));
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span line = {(const char *)data, size};
	struct error err = ERROR_INIT;
	struct profile p;

	if (profile_parse(&p, line, &err)) {
		assert(err.message[0] && err.column >= 1 && err.column <= size + 1);
		return 0;
	}
	walk(&p);
	put_unchanged(&p, line);
	put_changed(&p);
	return 0;
}
