#include "journey/request.h"

/* An empty text says as little as none; a number is text as it stands. */
static struct span read_text(struct value v, struct buf *scratch)
{
	struct span text = value_text(v, scratch);

	return text.len ? text : SPAN_NONE;
}

static bool read_whole(struct value v, uint64_t *out)
{
	struct decimal number;

	if (!value_decimal(v, &number) || number.scale || number.digits < 0 || number.digits > INT64_MAX)
		return false;
	*out = (uint64_t)number.digits;
	return true;
}

static void read_status(struct value v, struct request *out)
{
	uint64_t status;

	if (read_whole(v, &status) && status < 1000)
		out->status = (unsigned)status;
}

/* In seconds, as logs have it; a year is no time of an answer. */
static void read_duration(struct value v, struct request *out)
{
	double seconds;

	if (!value_double(v, &seconds) || !(seconds >= 0 && seconds < 3e7))
		return;
	out->timed = true;
	out->duration_us = (uint64_t)(seconds * 1e6 + 0.5);
}

const char *const click_ids[] = {
	"gclid", "gbraid", "wbraid", "dclid", "msclkid", "fbclid", "ttclid", "li_fat_id",
	"twclid", "yclid", NULL,
};

static bool is_click_id(struct span key)
{
	for (int i = 0; click_ids[i]; i++)
		if (span_equal(key, span_of(click_ids[i])))
			return true;
	return false;
}

/* What the properties say of the kind. */
struct signs {
	bool asset, error, no_request;
};

static void read_property(const struct member *m, struct request *out, struct signs *signs,
			  struct buf *scratch)
{
	struct span key = m->key;

	if (span_equal(key, SPAN("status")))
		read_status(m->value, out);
	else if (span_equal(key, SPAN("bytes")))
		read_whole(m->value, &out->bytes);
	else if (span_equal(key, SPAN("duration")))
		read_duration(m->value, out);
	else if (span_equal(key, SPAN("method")))
		out->method = read_text(m->value, scratch);
	else if (span_equal(key, SPAN("host")))
		out->host = read_text(m->value, scratch);
	else if (span_equal(key, SPAN("asset")))
		signs->asset = m->value.kind == VALUE_TRUE;
	else if (span_equal(key, SPAN("error")))
		signs->error = m->value.kind == VALUE_TRUE;
	else if (span_equal(key, SPAN("request")))
		signs->no_request = true;
	else if (is_click_id(key) && read_text(m->value, scratch).len)
		out->click_id = key;
}

static void read_properties(struct value props, struct request *out, struct signs *signs,
			    struct buf *scratch)
{
	struct scan s;
	struct member m;

	if (props.kind != VALUE_OBJECT)
		return;
	scan_start(&s, props.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0)
		read_property(&m, out, signs, scratch);
}

static void read_page(struct value page, struct request *out, struct buf *scratch)
{
	struct scan s;
	struct member m;

	scan_start(&s, page.raw);
	if (page.kind != VALUE_OBJECT || scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		if (span_equal(m.key, SPAN("url")))
			out->url = read_text(m.value, scratch);
		else if (span_equal(m.key, SPAN("path")))
			out->path = read_text(m.value, scratch);
		else if (span_equal(m.key, SPAN("referrer")))
			out->referrer = read_text(m.value, scratch);
	}
}

static void read_campaign(struct value campaign, struct request *out, struct buf *scratch)
{
	out->source = read_text(value_member(campaign, SPAN("source")), scratch);
	out->medium = read_text(value_member(campaign, SPAN("medium")), scratch);
	out->campaign = read_text(value_member(campaign, SPAN("name")), scratch);
	out->term = read_text(value_member(campaign, SPAN("term")), scratch);
	out->content = read_text(value_member(campaign, SPAN("content")), scratch);
}

static void read_member(const struct member *m, struct request *out, struct buf *scratch)
{
	struct span key = m->key;
	struct value v = m->value;

	if (span_equal(key, SPAN("page")))
		read_page(v, out, scratch);
	else if (span_equal(key, SPAN("campaign")) && v.kind == VALUE_OBJECT)
		read_campaign(v, out, scratch);
	else if (span_equal(key, SPAN("ip")))
		out->ip = read_text(v, scratch);
	else if (span_equal(key, SPAN("user_agent")))
		out->agent = read_text(v, scratch);
	else if (v.kind != VALUE_OBJECT)
		return;
	else if (span_equal(key, SPAN("browser")))
		out->browser = v;
	else if (span_equal(key, SPAN("os")))
		out->os = v;
	else if (span_equal(key, SPAN("device")))
		out->device = v;
	else if (span_equal(key, SPAN("bot")))
		out->bot = v;
	else if (span_equal(key, SPAN("channel")))
		out->channel = v;
	else if (span_equal(key, SPAN("geo")))
		out->geo = v;
	else if (span_equal(key, SPAN("enriched")))
		out->bots_asked = value_member(v, SPAN("bots")).kind != VALUE_NONE;
}

static void read_context(struct value context, struct request *out, struct buf *scratch)
{
	struct scan s;
	struct member m;

	if (context.kind != VALUE_OBJECT)
		return;
	scan_start(&s, context.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0)
		read_member(&m, out, scratch);
}

static enum request_kind kind_of_page(const struct request *r, const struct signs *signs)
{
	if (signs->error || signs->no_request || r->status >= 400)
		return REQUEST_FAILED;
	if (r->status >= 300 && r->status != 304)
		return REQUEST_REDIRECT;
	if (signs->asset)
		return REQUEST_ASSET;
	if (span_absent(r->method) || span_equal_nocase(r->method, SPAN("GET")))
		return REQUEST_VIEW;
	if (span_equal_nocase(r->method, SPAN("POST")))
		return REQUEST_ACT;
	return REQUEST_OTHER;
}

static bool is_page(const struct event *e)
{
	return e->type == EVENT_PAGE || e->type == EVENT_SCREEN;
}

static bool stands_on_page(const struct event *e)
{
	return value_member(e->context, SPAN("page")).kind == VALUE_OBJECT;
}

void request_read(const struct event *e, struct request *out, struct buf *scratch)
{
	struct signs signs = {0};
	bool page = is_page(e);

	*out = (struct request){.kind = REQUEST_NONE, .time = e->time};
	if (!page && !stands_on_page(e))
		return;
	buf_clear(scratch);
	/* Decoded, texts are no longer than as JSON: with this room none moves once it stands. */
	buf_reserve(scratch, e->context.raw.len + e->props.raw.len);
	read_properties(e->props, out, &signs, scratch);
	read_context(e->context, out, scratch);
	out->bought = !page && value_is_text(e->name, SPAN("Order Completed"));
	out->kind = page ? kind_of_page(out, &signs) : REQUEST_ACT;
}
