#include "reference/origin.h"

#include <string.h>

#include "journey/request.h"
#include "reference/domain.h"
#include "text/url.h"

const struct span origin_names[ORIGINS] = {
	[ORIGIN_CLICK_ID] = SPAN("click_id"),
	[ORIGIN_UTM] = SPAN("utm"),
	[ORIGIN_REFERRER] = SPAN("referrer"),
	[ORIGIN_OWN] = SPAN("own"),
	[ORIGIN_DIRECT] = SPAN("direct"),
};

/* Who puts them on links, and what they are for; in the order of click_ids (journey/request.h). */
static const struct {
	const char *source;
	const char *medium;
	bool weak;		/* on links that are no advertisements, too */
} clicks[] = {
	{"google", "cpc", false}, {"google", "cpc", false}, {"google", "cpc", false},
	{"google", "display", false}, {"bing", "cpc", false},
	{"facebook.com", "referral", true}, {"tiktok.com", "cpc", false},
	{"linkedin.com", "cpc", false}, {"twitter.com", "cpc", false},
	{"yandex", "cpc", false},
};

static int click_number(struct span name)
{
	for (int i = 0; click_ids[i]; i++)
		if (span_equal_nocase(name, span_of(click_ids[i])))
			return i;
	return -1;
}

static void set_once(struct span *to, struct span value, struct arena *a)
{
	value = span_trim(url_decode(value, a));
	if (span_absent(*to) && value.len)
		*to = value;
}

/* What the URL's query says, where it was not said apart. */
static void read_query(struct span query, struct arena *a, struct arrival_facts *f,
		       int *click)
{
	struct span name, value;

	while (url_param_next(&query, &name, &value)) {
		int number = click_number(name);

		if (number >= 0 && value.len && (*click < 0 || number < *click))
			*click = number;
		else if (span_equal_nocase(name, SPAN("utm_source")))
			set_once(&f->source, value, a);
		else if (span_equal_nocase(name, SPAN("utm_medium")))
			set_once(&f->medium, value, a);
		else if (span_equal_nocase(name, SPAN("utm_campaign")))
			set_once(&f->campaign, value, a);
		else if (span_equal_nocase(name, SPAN("utm_term")))
			set_once(&f->term, value, a);
		else if (span_equal_nocase(name, SPAN("utm_content")))
			set_once(&f->content, value, a);
	}
}

static struct span lower_text(struct span text, struct arena *a)
{
	char *to = arena_bytes(a, text.len);

	for (size_t i = 0; i < text.len; i++)
		to[i] = span_lower(text.ptr[i]);
	return (struct span){to, text.len};
}

static int add_host(struct own_hosts *own, struct span host, struct arena *a, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct span *list;

	if (!host.len || span_find_byte(host, '/') < host.len || span_find_byte(host, ':') < host.len)
		return error_usage(err, "--own-host: %s is no host: write example.com", error_quote(host, quoted));
	if (host.ptr[0] == '.')
		host = span_sub(host, 1, host.len);
	list = arena_alloc(a, (own->count + 1) * sizeof *list);
	if (own->count)
		memcpy(list, own->list, own->count * sizeof *list);
	list[own->count++] = lower_text(host, a);
	own->list = list;
	return 0;
}

int own_hosts_add(struct own_hosts *own, const char *text, struct arena *a, struct error *err)
{
	struct span rest = span_of(text);

	while (!span_absent(rest))
		if (add_host(own, span_trim(span_cut(&rest, ',')), a, err))
			return -1;
	return 0;
}

bool own_hosts_hold(const struct own_hosts *own, struct span host)
{
	for (size_t i = 0; i < own->count; i++)
		if (domain_holds(own->list[i], host))
			return true;
	return false;
}

static bool is_own(struct site_finder *s, const struct own_hosts *own, const struct arrival_facts *f,
		   struct span host, struct arena *a)
{
	struct span page = url_host(f->url);

	if (own_hosts_hold(own, host))
		return true;
	if (span_absent(page))
		page = f->host;
	if (!page.len)
		return false;
	page = lower_text(page, a);
	return span_equal(site_of_host(s, page).domain, site_of_host(s, host).domain);
}

/* A search engine goes by its name, all others by their host. */
static void set_referrer(struct site_finder *s, struct span host, struct origin *out)
{
	struct host_facts facts = site_of_host(s, host);
	const struct site *site = facts.site;
	bool search = site && site->kind == SITE_SEARCH;
	struct span domain = facts.domain;

	out->by = ORIGIN_REFERRER;
	out->medium = search ? SPAN("organic") : SPAN("referral");
	if (site && !span_absent(site->name))
		out->source = site->name;
	else if (search)
		out->source = span_sub(domain, 0, span_find_byte(domain, '.'));
	else
		out->source = host_without_www(host);
}

static void set_click(int click, const struct arrival_facts *f, struct origin *out)
{
	out->by = ORIGIN_CLICK_ID;
	out->source = span_of(clicks[click].source);
	out->medium = span_of(clicks[click].medium);
	out->campaign = f->campaign;
}

static bool has_utm(const struct arrival_facts *f)
{
	return f->source.len || f->medium.len || f->campaign.len;
}

void origin_find(struct site_finder *s, const struct own_hosts *own,
		 const struct arrival_facts *facts, struct arena *a,
		 struct origin *out)
{
	struct arrival_facts f = *facts;
	int click = span_absent(f.click_id) ? -1 : click_number(f.click_id);
	struct span host = url_host(f.referrer);

	read_query(url_query(f.url), a, &f, &click);
	*out = (struct origin){.by = ORIGIN_DIRECT, .term = f.term, .content = f.content};
	if (click >= 0 && !(clicks[click].weak && has_utm(&f))) {
		set_click(click, &f, out);
	} else if (has_utm(&f)) {
		out->by = ORIGIN_UTM;
		out->source = f.source;
		out->medium = f.medium;
		out->campaign = f.campaign;
	} else if (host.len) {
		host = lower_text(host, a);
		if (is_own(s, own, &f, host, a))
			out->by = ORIGIN_OWN;
		else
			set_referrer(s, host, out);
	}
	if (out->by != ORIGIN_DIRECT)
		return;
	out->source = SPAN("(direct)");
	out->medium = SPAN("(none)");
}
