#include "activate/audience/contacts.h"

#include "base/mem.h"
#include "record/scan.h"
#include "time/moment.h"

void contacts_release(struct contacts *c)
{
	map_release(&c->customers);
	map_release(&c->controls);
	map_release(&c->lines);
	mem_free(c->list);
}

/* Is MEMBER of the line V the text WANTED? */
static bool says(struct value v, struct span member, struct span wanted, struct buf *scratch)
{
	struct value text = value_member(v, member);

	buf_clear(scratch);
	return text.kind == VALUE_TEXT && span_equal(value_text(text, scratch), wanted);
}

static bool take_line(struct contacts *c, struct span line, struct buf *scratch)
{
	struct value v, held;
	struct span id;
	int64_t time;
	bool added, control;
	size_t at;

	if (scan_whole(line, &v, NULL) || v.kind != VALUE_OBJECT ||
	    !value_moment(value_member(v, SPAN("time")), &time) ||
	    value_member(v, SPAN("id")).kind != VALUE_TEXT)
		return false;
	held = value_member(v, SPAN("held_out"));
	if (held.kind != VALUE_NONE && held.kind != VALUE_TRUE && held.kind != VALUE_FALSE)
		return false;
	map_put(&c->lines, line, &added);
	if (!added)
		return true;
	control = held.kind == VALUE_TRUE && says(v, SPAN("target"), c->target, scratch) &&
		  says(v, SPAN("audience"), c->audience, scratch);
	buf_clear(scratch);
	id = value_text(value_member(v, SPAN("id")), scratch);
	if (control)
		map_put(&c->controls, id, NULL);
	at = map_put(&c->customers, id, NULL);
	c->list = mem_room(c->list, c->count, &c->cap, sizeof *c->list);
	c->list[c->count++] = (struct contact){time, (uint32_t)c->customers.entries[at].number, held.kind == VALUE_TRUE};
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
	error_usage(err, "no line of a ledger of deliveries: it has \"time\" and \"id\", and \"held_out\" is true or false");
	error_place(err, path, number, 0);
	return -1;
}

uint64_t contacts_count(const struct contacts *c, struct span id, int64_t now, bool held_out)
{
	size_t at = map_find(&c->customers, id);
	uint64_t count = 0;

	if (at == MAP_NONE)
		return 0;
	for (uint64_t i = c->customers.entries[at].number; i; i = c->list[i - 1].before) {
		int64_t time = c->list[i - 1].time;

		if (c->list[i - 1].held_out && !held_out)
			continue;
		count += now == MOMENT_NONE || (time <= now && (!c->window_ms || time > now - c->window_ms));
	}
	return count;
}

bool contacts_has_control(const struct contacts *c, struct span id)
{
	return map_find(&c->controls, id) != MAP_NONE;
}

void contacts_put(const struct contacts *c, int64_t time, struct span id, bool held_out, struct buf *out)
{
	size_t from = out->len;
	struct span line;

	buf_lit(out, "{\"time\":\"");
	moment_put(out, time);
	buf_lit(out, "\",\"target\":");
	text_encode(out, c->target);
	buf_lit(out, ",\"audience\":");
	text_encode(out, c->audience);
	buf_lit(out, ",\"id\":");
	text_encode(out, id);
	if (held_out)
		buf_lit(out, ",\"held_out\":true");
	buf_char(out, '}');
	line = buf_since(out, from);
	if (map_find(&c->lines, line) != MAP_NONE)
		out->len = from;
	else
		buf_char(out, '\n');
}
