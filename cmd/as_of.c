#include "cmd/as_of.h"

#include <string.h>

#include "time/moment.h"

static void put_name(struct buf *out, int64_t as_of)
{
	if (as_of == MOMENT_NONE)
		buf_lit(out, "none");
	else
		moment_put(out, as_of);
}

static int mixed(int64_t one, int64_t other, struct error *err)
{
	struct buf text = BUF_INIT;

	put_name(&text, one);
	buf_lit(&text, " and ");
	put_name(&text, other);
	error_failed(err, "profiles of different as_of in one run (%s): run cdp-merge over all events together, or with the same --as-of",
		     buf_text(&text));
	buf_release(&text);
	return -1;
}

int as_of_put(struct buf *out, int64_t as_of, struct error *err)
{
	int64_t first;

	if (!out->len) {
		buf_put(out, &as_of, sizeof as_of);
		return 0;
	}
	memcpy(&first, out->ptr, sizeof first);
	return first == as_of ? 0 : mixed(first, as_of, err);
}

int as_of_agree(struct as_of_check *check, int64_t as_of, struct error *err)
{
	if (check->any && check->as_of != as_of)
		return mixed(check->as_of, as_of, err);
	check->any = true;
	check->as_of = as_of;
	return 0;
}

int as_of_take(struct as_of_check *check, struct span *bytes,
	       struct error *err)
{
	int64_t first;

	if (bytes->len < sizeof first)
		return 0;
	memcpy(&first, bytes->ptr, sizeof first);
	*bytes = span_sub(*bytes, sizeof first, bytes->len);
	return as_of_agree(check, first, err);
}

int as_of_write(struct as_of_check *check, struct tool *t, struct span bytes, struct error *err)
{
	if (as_of_take(check, &bytes, err))
		return -1;
	tool_write(t, bytes);
	return 0;
}
