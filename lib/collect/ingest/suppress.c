#include "collect/ingest/suppress.h"

#include <string.h>

#include "base/mem.h"
#include "record/event.h"
#include "record/suppression.h"

struct suppress {
	struct suppression list;
	struct suppressor *suppressor;
	struct buf source;
	struct event event;
};

struct suppress *suppress_new(const char *path, struct span key, struct error *err)
{
	struct suppress *s = mem_zero(1, sizeof *s);

	s->suppressor = suppressor_new(key);
	if (!suppression_load(&s->list, path, s->suppressor, err))
		return s;
	suppress_free(s);
	return NULL;
}

void suppress_free(struct suppress *s)
{
	if (!s)
		return;
	suppression_release(&s->list);
	suppressor_free(s->suppressor);
	buf_release(&s->source);
	mem_free(s);
}

/* LINE is a record that this program has made. */
static bool is_listed(struct suppress *s, struct span line)
{
	const struct event *e = &s->event;

	if (event_parse(&s->event, line, NULL))
		return false;
	buf_clear(&s->source);
	return suppression_has_ids(&s->list, s->suppressor, value_text(e->source, &s->source), e->ids) ||
	       suppression_has_record(&s->list, s->suppressor, e->source.raw, e->id.raw);
}

uint64_t suppress_run(struct suppress *s, struct buf *records)
{
	size_t kept = 0;
	uint64_t count = 0;

	for (size_t at = 0; at < records->len;) {
		struct span line = span_sub(buf_view(records), at, records->len);
		size_t len = span_find_byte(line, '\n');

		if (is_listed(s, span_sub(line, 0, len))) {
			count++;
		} else {
			memmove(records->ptr + kept, line.ptr, len + 1);
			kept += len + 1;
		}
		at += len + 1;
	}
	records->len = kept;
	return count;
}
