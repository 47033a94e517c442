#include "activate/audience/contacts.h"

#include "base/mem.h"
#include "record/scan.h"
#include "time/moment.h"

void contacts_release(struct contacts *c)
{
	map_release(&c->customers);
	map_release(&c->lines);
	mem_free(c->list);
}

static bool take_line(struct contacts *c, struct span line, struct buf *scratch)
{
	struct value v;
	int64_t time;
	bool added;
	size_t at;

	if (scan_whole(line, &v, NULL) || v.kind != VALUE_OBJECT ||
	    !value_moment(value_member(v, SPAN("time")), &time) ||
	    value_member(v, SPAN("id")).kind != VALUE_TEXT)
		return false;
	map_put(&c->lines, line, &added);
	if (!added)
		return true;
	buf_clear(scratch);
	at = map_put(&c->customers, value_text(value_member(v, SPAN("id")), scratch), NULL);
	c->list = mem_room(c->list, c->count, &c->cap, sizeof *c->list);
	c->list[c->count++] = (struct contact){time, (uint32_t)c->customers.entries[at].number};
	c->customers.entries[at].number = c->count;
	return true;
}

int contacts_parse(struct contacts *c, struct span text, const char *path, struct error *err)
{
	struct buf scratch = BUF_INIT;
	uint64_t number = 0;
	bool good = true;

	while (good && !span_absent(text)) {
		struct span line = span_trim(span_cut(&text, '\n'));

		number++;
		good = !line.len || line.ptr[0] == '#' || take_line(c, line, &scratch);
	}
	buf_release(&scratch);
	if (good)
		return 0;
	error_usage(err, "no line of a ledger of deliveries: it has \"time\" and \"id\"");
	error_place(err, path, number, 0);
	return -1;
}

uint64_t contacts_count(const struct contacts *c, struct span id, int64_t now)
{
	size_t at = map_find(&c->customers, id);
	uint64_t count = 0;

	if (at == MAP_NONE)
		return 0;
	for (uint64_t i = c->customers.entries[at].number; i; i = c->list[i - 1].before) {
		int64_t time = c->list[i - 1].time;

		count += now == MOMENT_NONE || (time <= now && (!c->window_ms || time > now - c->window_ms));
	}
	return count;
}

void contacts_put(const struct contacts *c, int64_t time, struct span target, struct span audience, struct span id,
		  struct buf *out)
{
	size_t from = out->len;
	struct span line;

	buf_lit(out, "{\"time\":\"");
	moment_put(out, time);
	buf_lit(out, "\",\"target\":");
	text_encode(out, target);
	buf_lit(out, ",\"audience\":");
	text_encode(out, audience);
	buf_lit(out, ",\"id\":");
	text_encode(out, id);
	buf_char(out, '}');
	line = buf_since(out, from);
	if (map_find(&c->lines, line) != MAP_NONE)
		out->len = from;
	else
		buf_char(out, '\n');
}
