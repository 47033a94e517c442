/* Where a visit comes from: source, medium, channel. */
#include "collect/enrich/enrich_parts.h"
#include "collect/reference/channel.h"
#include "collect/reference/channel_rules.h"
#include "text/url.h"

static void read_arrival(const struct enrich_record *r, struct span url,
			 struct arrival_facts *f)
{
	*f = (struct arrival_facts){
		.url = url,
		.host = enrich_value(r, INPUT_HOST),
		.referrer = enrich_value(r, INPUT_REFERRER),
		.source = enrich_value(r, INPUT_SOURCE),
		.medium = enrich_value(r, INPUT_MEDIUM),
		.campaign = enrich_value(r, INPUT_CAMPAIGN),
		.term = enrich_value(r, INPUT_TERM),
		.content = enrich_value(r, INPUT_CONTENT),
	};
	for (int i = 0; click_ids[i] && span_absent(f->click_id); i++)
		if (!span_absent(enrich_value(r, INPUT_CLICK_ID + i)))
			f->click_id = span_of(click_ids[i]);
}

/* Records that are no visit of anything have no channel: a contact, a payment. */
static bool is_arrival(const struct arrival_facts *f)
{
	return !span_absent(f->url) || !span_absent(f->referrer) ||
	       !span_absent(f->source) || !span_absent(f->medium) ||
	       !span_absent(f->campaign) || !span_absent(f->click_id);
}

static struct span channel_group(struct enricher *e, const struct origin *o,
				 const struct arrival_facts *f)
{
	const struct enrichment *asked = e->asked;
	struct channel_view view = {
		.origin = o,
		.channel = channel_of(e->sites, o),
		.referrer_host = url_host(f->referrer),
		.path = span_absent(f->url) ? SPAN_NONE : url_path(f->url),
	};
	struct span own;

	view.path = span_sub(view.path, 0, span_find_byte(view.path, '?'));
	if (!asked->channels)
		return view.channel;
	own = channel_rules_find(asked->channels, &view, &e->scratch);
	return span_absent(own) ? view.channel : own;
}

static void put_channel(struct enricher *e, const struct origin *o, struct span group)
{
	struct buf *out = &e->text;

	buf_lit(out, ",\"channel\":{\"by\":\"");
	buf_span(out, origin_names[o->by]);
	buf_char(out, '"');
	if (o->by != ORIGIN_OWN) {
		enrich_put_text(out, "group", group);
		enrich_put_text(out, "source", o->source);
		enrich_put_text(out, "medium", o->medium);
		enrich_put_text(out, "campaign", o->campaign);
	}
	buf_char(out, '}');
}

static void mark_channel_data(struct enricher *e)
{
	buf_lit(&e->marks, ",\"channel\":\"ga4, sites ");
	buf_span(&e->marks, sites_edition(e->asked->sites));
	if (e->asked->channels) {
		buf_lit(&e->marks, ", channels ");
		buf_span(&e->marks, channel_rules_edition(e->asked->channels));
	}
	buf_char(&e->marks, '"');
}

void enrich_channel(struct enricher *e, const struct enrich_record *r, struct span url)
{
	struct arrival_facts f;
	struct origin o;

	read_arrival(r, url, &f);
	if (!is_arrival(&f))
		return;
	arena_clear(&e->scratch);
	origin_find(e->sites, &e->asked->own, &f, &e->scratch, &o);
	put_channel(e, &o, o.by == ORIGIN_OWN ? SPAN_NONE : channel_group(e, &o, &f));
	mark_channel_data(e);
	enricher_note(e, ENRICHED_CHANNEL);
	enricher_note(e, ENRICHED_ORIGIN + o.by);
}
