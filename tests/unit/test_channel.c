/* Where visits come from: each rule of the channels, each trap, and how a source is found. */
#include "tests/unit/support.h"

#include "reference/channel.h"
#include "reference/channel_rules.h"
#include "reference/domain.h"
#include "text/url.h"

static struct sites *sites;
static struct site_finder *finder;

static int load(void **state)
{
	(void)state;
	sites = sites_load(NULL, NULL);
	if (!sites)
		return -1;
	finder = site_finder_new(sites, 1 << 16);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	site_finder_free(finder);
	sites_free(sites);
	return 0;
}

/* Source, medium and campaign as a link gives them. */
static const struct {
	const char *source, *medium, *campaign, *channel;
} channel_cases[] = {
	{"(direct)", "(none)", "", "Direct"},
	{"(direct)", "(not set)", "", "Direct"},
	{"(Direct)", "(NONE)", "", "Direct"},
	{"", "", "", "Direct"},
	{"(direct)", "email", "", "Email"},
	{"google", "cpc", "Cross-Network spring", "Cross-network"},
	{"", "", "x cross-network", "Cross-network"},
	{"amazon", "cpc", "", "Paid Shopping"},
	{"amazon.de", "ppc", "", "Paid Shopping"},
	{"newsletter", "paid", "e-shop week", "Paid Shopping"},
	{"newsletter", "cpc", "eshop", "Paid Shopping"},
	{"newsletter", "cpc", "shopping days", "Paid Shopping"},
	{"newsletter", "cpc", "Shop", "Paid Shopping"},
	{"newsletter", "cpc", "workshop", "Paid Other"},
	{"newsletter", "cpc", "my shop", "Paid Shopping"},
	{"newsletter", "cpc", "bishop", "Paid Other"},
	{"newsletter", "cpc", "2shop", "Paid Shopping"},
	{"google", "cpc", "", "Paid Search"},
	{"GOOGLE", "CPC", "", "Paid Search"},
	{"google", "ppc", "", "Paid Search"},
	{"google", "retargeting", "", "Paid Search"},
	{"google", "paid_search", "", "Paid Search"},
	/* cpm matches .*cp.*, and search is asked before display. */
	{"google", "cpm", "", "Paid Search"},
	{"bing", "xcpx", "", "Paid Search"},
	{"facebook", "paid", "", "Paid Social"},
	{"facebook.com", "cpc", "", "Paid Social"},
	{"ig", "paid-social", "", "Paid Social"},
	{"youtube", "cpc", "", "Paid Video"},
	{"vimeo.com", "cpv,cpm", "", "Paid Video"},
	{"somewhere", "display", "", "Display"},
	{"somewhere", "banner", "", "Display"},
	{"somewhere", "expandable", "", "Display"},
	{"somewhere", "interstitial", "", "Display"},
	/* ... but of a source that is not known it is display. */
	{"somewhere", "cpm", "", "Display"},
	{"google", "display", "", "Display"},
	{"somewhere", "cpc", "", "Paid Other"},
	{"somewhere", "prepaid", "", "Unassigned"},
	{"ebay", "referral", "", "Organic Shopping"},
	{"somewhere", "email", "shop news", "Organic Shopping"},
	{"facebook", "", "", "Organic Social"},
	{"m.facebook.com", "referral", "", "Organic Social"},
	{"t.co", "referral", "", "Organic Social"},
	{"somewhere", "social", "", "Organic Social"},
	{"somewhere", "social-network", "", "Organic Social"},
	{"somewhere", "social-media", "", "Organic Social"},
	{"somewhere", "sm", "", "Organic Social"},
	{"somewhere", "social network", "", "Organic Social"},
	{"somewhere", "social media", "", "Organic Social"},
	{"youtube.com", "referral", "", "Organic Video"},
	{"somewhere", "my video", "", "Organic Video"},
	{"google", "organic", "", "Organic Search"},
	{"duckduckgo", "referral", "", "Organic Search"},
	{"somewhere", "organic", "", "Organic Search"},
	{"www.google.co.uk", "referral", "", "Organic Search"},
	/* Beyond GA4, which has Referral here. */
	{"chatgpt.com", "", "", "AI Assistant"},
	{"perplexity", "referral", "", "AI Assistant"},
	{"claude.ai", "referral", "", "AI Assistant"},
	{"gemini.google.com", "referral", "", "AI Assistant"},
	{"chatgpt.com", "cpc", "", "Paid Other"},
	{"blog.example.org", "referral", "", "Referral"},
	{"somewhere", "app", "", "Referral"},
	{"somewhere", "link", "", "Referral"},
	{"somewhere", "email", "", "Email"},
	{"e-mail", "x", "", "Email"},
	{"e_mail", "x", "", "Email"},
	{"x", "e mail", "", "Email"},
	{"x", "emails", "", "Unassigned"},
	{"x", "affiliate", "", "Affiliates"},
	{"x", "affiliates", "", "Unassigned"},
	{"x", "audio", "", "Audio"},
	{"sms", "x", "", "SMS"},
	{"x", "sms", "", "SMS"},
	{"x", "web push", "", "Mobile Push"},
	{"x", "pushed", "", "Unassigned"},
	{"x", "a mobile b", "", "Mobile Push"},
	{"x", "notifications", "", "Mobile Push"},
	{"firebase", "x", "", "Mobile Push"},
	{"feedburner", "feed", "", "Unassigned"},
	{"free", "partner", "", "Unassigned"},
};

static void test_channels(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(channel_cases); i++) {
		struct origin o = {ORIGIN_UTM, span_of(channel_cases[i].source), span_of(channel_cases[i].medium),
				   span_of(channel_cases[i].campaign), SPAN_NONE, SPAN_NONE};
		struct span got = channel_of(finder, &o);

		if (!span_equal(got, span_of(channel_cases[i].channel)))
			fail_msg("%s / %s / %s is %.*s, not %s", channel_cases[i].source, channel_cases[i].medium,
				 channel_cases[i].campaign, SPAN_ARG(got), channel_cases[i].channel);
	}
}

/* Page and referrer: what comes of them. */
static const struct {
	const char *url, *referrer;
	enum origin_by by;
	const char *source, *medium, *campaign, *channel;
} origin_cases[] = {
	{"/", NULL, ORIGIN_DIRECT, "(direct)", "(none)", NULL, "Direct"},
	{"/", "-", ORIGIN_DIRECT, "(direct)", "(none)", NULL, "Direct"},
	{"/", "https://www.google.de/", ORIGIN_REFERRER, "google", "organic", NULL, "Organic Search"},
	{"/", "https://WWW.Google.Co.UK/url?q=x", ORIGIN_REFERRER, "google", "organic", NULL, "Organic Search"},
	{"/", "http://search.yahoo.com/", ORIGIN_REFERRER, "yahoo", "organic", NULL, "Organic Search"},
	{"/", "http://suche.t-online.de:8080/", ORIGIN_REFERRER, "t-online", "organic", NULL, "Organic Search"},
	{"/", "android-app://com.google.android.googlequicksearchbox/", ORIGIN_REFERRER, "google", "organic", NULL, "Organic Search"},
	{"/", "android-app://com.google.android.gm/", ORIGIN_REFERRER, "mail.google.com", "referral", NULL, "Email"},
	{"/", "https://mail.google.com/", ORIGIN_REFERRER, "mail.google.com", "referral", NULL, "Email"},
	{"/", "https://l.facebook.com/l.php", ORIGIN_REFERRER, "l.facebook.com", "referral", NULL, "Organic Social"},
	{"/", "https://www.youtube.com/watch?v=1", ORIGIN_REFERRER, "youtube.com", "referral", NULL, "Organic Video"},
	{"/", "https://kufli.blogspot.de/2014/", ORIGIN_REFERRER, "kufli.blogspot.de", "referral", NULL, "Organic Social"},
	{"/", "https://shopping.google.com/", ORIGIN_REFERRER, "shopping.google.com", "referral", NULL, "Organic Shopping"},
	{"/", "https://chatgpt.com/", ORIGIN_REFERRER, "chatgpt.com", "referral", NULL, "AI Assistant"},
	{"/", "https://chat.openai.com/", ORIGIN_REFERRER, "chatgpt.com", "referral", NULL, "AI Assistant"},
	{"/", "https://notgoogle.com/", ORIGIN_REFERRER, "notgoogle.com", "referral", NULL, "Referral"},
	{"/", "https://google.com.example.org/", ORIGIN_REFERRER, "google.com.example.org", "referral", NULL, "Referral"},
	{"/", "http://192.0.2.7/x", ORIGIN_REFERRER, "192.0.2.7", "referral", NULL, "Referral"},
	{"/", "http://[2001:db8::7]/x", ORIGIN_REFERRER, "2001:db8::7", "referral", NULL, "Referral"},
	/* No host: nothing is known of it. */
	{"/", "about:blank", ORIGIN_DIRECT, "(direct)", "(none)", NULL, "Direct"},
	{"/", "(null)", ORIGIN_DIRECT, "(direct)", "(none)", NULL, "Direct"},
	/* One's own. */
	{"/", "https://example.com/a", ORIGIN_OWN, NULL, NULL, NULL, NULL},
	{"/", "https://shop.example.com/a", ORIGIN_OWN, NULL, NULL, NULL, NULL},
	{"/", "https://EXAMPLE.com:443/a", ORIGIN_OWN, NULL, NULL, NULL, NULL},
	{"/", "https://notexample.com/a", ORIGIN_REFERRER, "notexample.com", "referral", NULL, "Referral"},
	{"https://www.acme.co.uk/", "https://blog.acme.co.uk/", ORIGIN_OWN, NULL, NULL, NULL, NULL},
	{"https://www.acme.co.uk/", "https://other.co.uk/", ORIGIN_REFERRER, "other.co.uk", "referral", NULL, "Referral"},
	/* The link says it. */
	{"/?utm_source=News&utm_medium=Email&utm_campaign=May+Day", "https://www.google.com/",
	 ORIGIN_UTM, "News", "Email", "May Day", "Email"},
	{"/?UTM_Source=a%26b&utm_medium=x", NULL, ORIGIN_UTM, "a&b", "x", NULL, "Unassigned"},
	{"/?utm_source=first&utm_source=second", NULL, ORIGIN_UTM, "first", NULL, NULL, "Unassigned"},
	{"/?utm_source=&utm_medium=&utm_campaign=", NULL, ORIGIN_DIRECT, "(direct)", "(none)", NULL, "Direct"},
	{"/?utm_campaign=only", NULL, ORIGIN_UTM, NULL, NULL, "only", "Unassigned"},
	{"/?utm_medium=social", NULL, ORIGIN_UTM, NULL, "social", NULL, "Organic Social"},
	{"/?utm_source=x#utm_medium=email", NULL, ORIGIN_UTM, "x", NULL, NULL, "Unassigned"},
	{"/?utm_source=chatgpt.com", NULL, ORIGIN_UTM, "chatgpt.com", NULL, NULL, "AI Assistant"},
	{"/?utm_source=x&utm_medium=email", "https://example.com/a", ORIGIN_UTM, "x", "email", NULL, "Email"},
	/* Click ids go first; fbclid says only who. */
	{"/?gclid=1&utm_source=news&utm_medium=email&utm_campaign=c", "https://example.com/",
	 ORIGIN_CLICK_ID, "google", "cpc", "c", "Paid Search"},
	{"/?GCLID=1", NULL, ORIGIN_CLICK_ID, "google", "cpc", NULL, "Paid Search"},
	{"/?gclid=", NULL, ORIGIN_DIRECT, "(direct)", "(none)", NULL, "Direct"},
	{"/?gbraid=1", NULL, ORIGIN_CLICK_ID, "google", "cpc", NULL, "Paid Search"},
	{"/?wbraid=1", NULL, ORIGIN_CLICK_ID, "google", "cpc", NULL, "Paid Search"},
	{"/?dclid=1", NULL, ORIGIN_CLICK_ID, "google", "display", NULL, "Display"},
	{"/?msclkid=1", NULL, ORIGIN_CLICK_ID, "bing", "cpc", NULL, "Paid Search"},
	{"/?ttclid=1", NULL, ORIGIN_CLICK_ID, "tiktok.com", "cpc", NULL, "Paid Social"},
	{"/?li_fat_id=1", NULL, ORIGIN_CLICK_ID, "linkedin.com", "cpc", NULL, "Paid Social"},
	{"/?twclid=1", NULL, ORIGIN_CLICK_ID, "twitter.com", "cpc", NULL, "Paid Social"},
	{"/?yclid=1", NULL, ORIGIN_CLICK_ID, "yandex", "cpc", NULL, "Paid Search"},
	{"/?fbclid=1", "https://l.instagram.com/", ORIGIN_CLICK_ID, "facebook.com", "referral", NULL, "Organic Social"},
	{"/?fbclid=1&utm_source=ig&utm_medium=paid", NULL, ORIGIN_UTM, "ig", "paid", NULL, "Paid Social"},
	{"/?fbclid=1&gclid=2", NULL, ORIGIN_CLICK_ID, "google", "cpc", NULL, "Paid Search"},
};

static void test_origins(void **state)
{
	static const struct span own[] = {SPAN("example.com"), SPAN("example-shop.de")};
	static const struct own_hosts hosts = {own, 2};
	struct arena a = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(origin_cases); i++) {
		struct arrival_facts f = {.url = span_of(origin_cases[i].url), .referrer = span_of(origin_cases[i].referrer)};
		struct origin o;

		origin_find(finder, &hosts, &f, &a, &o);
		if (o.by != origin_cases[i].by || !span_equal(o.source, span_of(origin_cases[i].source)) ||
		    !span_equal(o.medium, span_of(origin_cases[i].medium)) ||
		    !span_equal(o.campaign, span_of(origin_cases[i].campaign)))
			fail_msg("%s from %s: %s, %.*s / %.*s / %.*s", origin_cases[i].url,
				 origin_cases[i].referrer ? origin_cases[i].referrer : "nowhere", origin_names[o.by].ptr,
				 SPAN_ARG(o.source), SPAN_ARG(o.medium), SPAN_ARG(o.campaign));
		if (origin_cases[i].channel)
			assert_span(channel_of(finder, &o), origin_cases[i].channel);
	}
	arena_release(&a);
}

/* What is said apart from the URL goes before what the URL says. */
static void test_said_apart(void **state)
{
	static const struct own_hosts none = {NULL, 0};
	struct arrival_facts f = {
		.url = SPAN("/?utm_source=url&utm_medium=email"), .source = SPAN("said"),
		.host = SPAN("www.acme.example"), .referrer = SPAN("https://acme.example/"),
	};
	struct arena a = ARENA_INIT;
	struct origin o;

	(void)state;
	origin_find(finder, &none, &f, &a, &o);
	assert_span(o.source, "said");
	assert_span(o.medium, "email");
	f.url = SPAN("/");
	f.source = SPAN_NONE;
	origin_find(finder, &none, &f, &a, &o);
	assert_int_equal(o.by, ORIGIN_OWN);
	f.click_id = SPAN("msclkid");
	origin_find(finder, &none, &f, &a, &o);
	assert_int_equal(o.by, ORIGIN_CLICK_ID);
	assert_span(o.source, "bing");
	arena_release(&a);
}

static void test_domains(void **state)
{
	static const struct {
		const char *host, *domain;
	} cases[] = {
		{"www.example.com", "example.com"}, {"example.com", "example.com"},
		{"a.b.example.co.uk", "example.co.uk"}, {"co.uk", "co.uk"}, {"localhost", "localhost"},
		{"192.0.2.1", "192.0.2.1"}, {"2001:db8::1", "2001:db8::1"}, {"", ""},
		{"x.blogspot.de", "x.blogspot.de"}, {"a..b", "a..b"},
	};
	char endless[300];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_span(domain_of(span_of(cases[i].host)), cases[i].domain);
	memset(endless, 'a', sizeof endless);
	assert_int_equal(domain_of((struct span){endless, sizeof endless}).len, sizeof endless);
}

static void test_urls(void **state)
{
	static const struct {
		const char *url, *host, *path;
	} cases[] = {
		{"https://www.example.com/a?b#c", "www.example.com", "/a?b#c"},
		{"https://user:pw@example.com:8080/x", "example.com", "/x"},
		{"https://a@b@example.com", "example.com", ""},
		{"//example.com/x", "example.com", "/x"},
		{"http://[::1]:80/x", "::1", "/x"}, {"http://[::1/x", "::1", "/x"},
		{"https://example.com./", "example.com", "/"},
		{"https://example.com?x=//y", "example.com", "?x=//y"},
		{"https://example.com\\@evil.example/", "example.com", "\\@evil.example/"},
		{"/path//x", NULL, "/path//x"}, {"path", NULL, "path"}, {"", NULL, ""},
		{"mailto:a@example.com", NULL, "mailto:a@example.com"}, {"http://", NULL, "http://"},
		{"http:///x", "", "/x"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct span host = url_host(span_of(cases[i].url));

		if (span_absent(host) != !cases[i].host ||
		    !span_equal(host, span_of(cases[i].host)))
			fail_msg("%s: host %.*s", cases[i].url, SPAN_ARG(host));
		if (cases[i].url[0] != 'h' || !strchr(cases[i].url, '\\'))
			assert_span(url_path(span_of(cases[i].url)), cases[i].path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_channels),
		cmocka_unit_test(test_origins),
		cmocka_unit_test(test_said_apart),
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_urls),
	};

	return cmocka_run_group_tests_name("channel", tests, load, unload);
}
