#include "activate/audience/journal.h"

#include "base/map.h"

void journal_put(const struct roster_member *m, bool removed, struct buf *out)
{
	if (!removed) {
		roster_put_member(m, out);
		return;
	}
	buf_lit(out, "{\"id\":");
	text_encode(out, m->id);
	buf_lit(out, ",\"key\":");
	buf_span(out, m->key);
	buf_lit(out, ",\"removed\":true}\n");
}

/* The last line of each key stands in LAST, which numbers them by where they begin in TEXT. */
static int find_last(struct map *last, struct span text, const char *path, struct error *err)
{
	const char *begin = text.ptr;
	uint64_t number = 0;

	while (!span_absent(text)) {
		bool whole = span_find_byte(text, '\n') < text.len;
		struct span line = span_cut(&text, '\n');
		struct value v, key = VALUE_ABSENT;
		size_t at;

		number++;
		if (!whole)
			break;
		if (!scan_whole(line, &v, NULL) && v.kind == VALUE_OBJECT)
			key = value_member(v, SPAN("key"));
		if (key.kind != VALUE_ARRAY) {
			error_usage(err, "no line of a journal of deliveries");
			error_place(err, path, number, 0);
			return -1;
		}
		at = map_put(last, key.raw, NULL);
		last->entries[at].number = (uint64_t)(line.ptr - begin);
	}
	return 0;
}

int journal_replay(struct roster *r, struct span text, const char *path, struct error *err)
{
	struct map last = MAP_INIT;
	size_t kept = 0;
	int failed = find_last(&last, text, path, err);

	for (size_t i = 0; !failed && i < r->count; i++)
		if (map_find(&last, r->list[i].key) == MAP_NONE)
			r->list[kept++] = r->list[i];
	if (!failed)
		r->count = kept;
	for (size_t i = 0; !failed && i < last.count; i++) {
		struct span rest = span_sub(text, last.entries[i].number, text.len), line = span_cut(&rest, '\n');

		if (span_ends(line, SPAN("\"removed\":true}")))
			continue;
		failed = roster_add_line(r, line, err);
		if (failed)
			error_place(err, path, 0, 0);
	}
	roster_sort(r);
	map_release(&last);
	return failed;
}
