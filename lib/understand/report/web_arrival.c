#include "understand/report/web_arrival.h"

#include "reference/channel.h"
#include "text/url.h"

void web_arrival_release(struct web_arrival *a)
{
	buf_release(&a->channel);
	buf_release(&a->source);
	buf_release(&a->medium);
	buf_release(&a->campaign);
	buf_release(&a->term);
	buf_release(&a->host);
	buf_release(&a->key);
	arena_release(&a->texts);
}

static void set_text(struct buf *to, struct span text)
{
	buf_clear(to);
	buf_span(to, text);
}

static void set_named(struct buf *to, struct span text)
{
	set_text(to, text.len ? text : SPAN("(not set)"));
}

void web_arrival_forget(struct web_arrival *a)
{
	a->known = false;
	set_text(&a->channel, SPAN("Direct"));
	set_text(&a->source, SPAN("(direct)"));
	set_text(&a->medium, SPAN("(none)"));
	buf_clear(&a->campaign);
	buf_clear(&a->term);
	buf_clear(&a->host);
}

static void set_host(struct web_arrival *a, struct span host)
{
	buf_clear(&a->host);
	for (size_t i = 0; i < host.len; i++)
		buf_char(&a->host, span_lower(host.ptr[i]));
}

static struct span member_text(struct web_arrival *a, const struct request *r, struct span name)
{
	buf_clear(&a->key);
	return value_text(value_member(r->channel, name), &a->key);
}

/* What stands in the event; a host that only the report was told of is the site's own all the same. */
static bool read_channel(struct web_arrival *a, const struct own_hosts *own, const struct request *r)
{
	struct span by = member_text(a, r, SPAN("by"));

	if (span_equal(by, SPAN("own")) || span_equal(by, SPAN("direct")))
		return false;
	set_host(a, span_equal(by, SPAN("referrer")) ? url_host(r->referrer) : SPAN(""));
	if (own_hosts_hold(own, buf_view(&a->host))) {
		buf_clear(&a->host);
		return false;
	}
	set_named(&a->channel, member_text(a, r, SPAN("group")));
	set_named(&a->source, member_text(a, r, SPAN("source")));
	set_named(&a->medium, member_text(a, r, SPAN("medium")));
	set_text(&a->campaign, member_text(a, r, SPAN("campaign")));
	set_text(&a->term, r->term);
	return true;
}

static bool find_channel(struct web_arrival *a, struct site_finder *sites, const struct own_hosts *own,
			 const struct request *r)
{
	struct arrival_facts facts = {
		.url = r->url, .host = r->host, .referrer = r->referrer, .source = r->source,
		.medium = r->medium, .campaign = r->campaign, .term = r->term, .content = r->content,
		.click_id = r->click_id,
	};
	struct origin o;

	arena_clear(&a->texts);
	origin_find(sites, own, &facts, &a->texts, &o);
	if (o.by == ORIGIN_OWN || o.by == ORIGIN_DIRECT)
		return false;
	set_text(&a->channel, channel_of(sites, &o));
	set_named(&a->source, o.source);
	set_named(&a->medium, o.medium);
	set_text(&a->campaign, o.campaign);
	set_text(&a->term, o.term);
	set_host(a, o.by == ORIGIN_REFERRER ? url_host(r->referrer) : SPAN(""));
	return true;
}

void web_arrival_note(struct web_arrival *a, struct site_finder *sites, const struct own_hosts *own,
		      const struct request *r)
{
	if (!a->known)
		a->known = r->channel.kind == VALUE_OBJECT ? read_channel(a, own, r) :
							     find_channel(a, sites, own, r);
}

struct span web_arrival_key(struct web_arrival *a)
{
	buf_clear(&a->key);
	buf_span(&a->key, buf_view(&a->host));
	buf_char(&a->key, '\0');
	buf_span(&a->key, buf_view(&a->channel));
	buf_char(&a->key, '\0');
	buf_span(&a->key, buf_view(&a->source));
	buf_char(&a->key, '\0');
	buf_span(&a->key, buf_view(&a->medium));
	return buf_view(&a->key);
}
