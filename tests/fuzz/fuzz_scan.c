/* Any bytes: the scanner ends, stays inside, and agrees with itself. */
#include "tests/fuzz/target.h"

#include <assert.h>

#include "base/buf.h"
#include "record/event.h"
#include "record/scan.h"
#include "record/skim.h"

static size_t walk(struct value v);

static size_t walk_object(struct value v)
{
	struct scan s;
	struct member m;
	size_t count = 0;
	int got;

	scan_start(&s, v.raw);
	assert(!scan_enter(&s, '{', NULL));
	while ((got = scan_member(&s, &m, NULL)) > 0)
		count += walk(m.value);
	assert(!got && !scan_finish(&s, NULL));
	return count;
}

static size_t walk_array(struct value v)
{
	struct scan s;
	struct value element;
	size_t count = 0;
	int got;

	scan_start(&s, v.raw);
	assert(!scan_enter(&s, '[', NULL));
	while ((got = scan_element(&s, &element, NULL)) > 0)
		count += walk(element);
	assert(!got && !scan_finish(&s, NULL));
	return count;
}

/* What was accepted whole is accepted piece by piece. */
static size_t walk(struct value v)
{
	if (v.kind == VALUE_OBJECT)
		return 1 + walk_object(v);
	if (v.kind == VALUE_ARRAY)
		return 1 + walk_array(v);
	return 1;
}

/* A text decoded and encoded again stands for the same. */
static void check_text(struct value v)
{
	struct buf text = BUF_INIT;
	struct buf again = BUF_INIT;
	struct value w;
	double x;

	value_decode(v, &text);
	text_encode(&again, buf_view(&text));
	assert(!scan_whole(buf_view(&again), &w, NULL));
	if (v.kind == VALUE_TEXT)
		assert(value_is_text(w, buf_view(&text)));
	value_double(v, &x);
	buf_release(&text);
	buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	struct error err = ERROR_INIT;
	struct value v;
	struct event e;

	event_parse(&e, text, &err);
	if (scan_whole(text, &v, &err)) {
		assert(err.message[0] && err.column >= 1 && err.column <= size + 1);
		return 0;
	}
	walk(v);
	check_text(v);
	value_path(v, SPAN("a.0.b"));
	if (v.kind == VALUE_OBJECT || v.kind == VALUE_ARRAY)
		assert(skim_container(v.raw.ptr, text.ptr + size) ==
		       v.raw.ptr + v.raw.len);
	return 0;
}
