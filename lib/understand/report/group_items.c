#include "understand/report/group_items.h"

#include <stdlib.h>

static struct span known_item(struct expr_run *run, struct span text)
{
	char *item = arena_bytes(run->scratch, text.len + 1);

	item[0] = GROUP_KNOWN;
	for (size_t i = 0; i < text.len; i++)
		item[i + 1] = text.ptr[i] == GROUP_SEPARATOR ? ' ' : text.ptr[i];
	return (struct span){item, text.len + 1};
}

int group_items_compare(const void *a, const void *b)
{
	return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* What a customer has twice does not count twice. */
static void take_list(struct expr_run *run, const struct datum *d, struct group_items *out)
{
	for (size_t i = 0; i < d->list.count; i++)
		out->list[i] = known_item(run, d->list.items[i]);
	qsort(out->list, d->list.count, sizeof *out->list, group_items_compare);
	out->count = 0;
	for (size_t i = 0; i < d->list.count; i++)
		if (!out->count || !span_equal(out->list[out->count - 1], out->list[i]))
			out->list[out->count++] = out->list[i];
}

int group_items_find(const struct expr *e, struct expr_run *run, struct buf *text, struct group_items *out,
		     struct error *err)
{
	struct datum d = DATUM_UNKNOWN;
	bool many;

	if (e && expr_eval(e, run, &d, err))
		return -1;
	many = d.type == TYPE_LIST && d.list.count;
	out->list = arena_zero(run->scratch, (many ? d.list.count : 1) * sizeof *out->list);
	out->count = 1;
	if (!e)
		return 0;
	if (many) {
		take_list(run, &d, out);
	} else if (d.type == TYPE_UNKNOWN || d.type == TYPE_LIST) {
		out->list[0] = SPAN(GROUP_UNKNOWN);
	} else {
		buf_clear(text);
		datum_put_text(&d, text);
		out->list[0] = known_item(run, buf_view(text));
	}
	return 0;
}

struct span group_item_text(struct span item)
{
	return span_equal(item, SPAN(GROUP_UNKNOWN)) ? SPAN_NONE : span_sub(item, 1, item.len);
}
