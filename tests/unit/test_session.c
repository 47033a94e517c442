#include "support.h"

#include "journey/session.h"

/* One event in short: a time of 2026, without its Z; NULL: undated. */
struct step {
	const char *time;
	const char *source, *medium, *name;
	const char *referrer, *page;
};

static const struct session_rules *const ga4 = &session_rule_sets[0];
static const struct session_rules *const matomo = &session_rule_sets[1];

static struct session_event event_of(const struct step *step)
{
	struct session_event e = {
		.time = MOMENT_NONE,
		.campaign = {span_of(step->source), span_of(step->medium), span_of(step->name)},
		.referrer = span_of(step->referrer), .page = span_of(step->page),
	};
	char text[64];

	if (!step->time)
		return e;
	snprintf(text, sizeof text, "2026-%s%sZ", step->time, strlen(step->time) > 14 ? "" : ".000");
	assert_true(moment_parse_record(span_of(text), &e.time));
	return e;
}

static void note_session(struct buf *out, const struct session *s)
{
	if (out->len)
		buf_char(out, ' ');
	buf_printf(out, "%llu:%.*s/%.*s", (unsigned long long)s->events,
		   SPAN_ARG(s->from.source), SPAN_ARG(s->from.medium));
	if (!span_absent(s->from.campaign))
		buf_printf(out, "/%.*s", SPAN_ARG(s->from.campaign));
}

/* "events:source/medium/campaign" of each session that STEPS make. */
static void walk(const struct session_rules *rules, const struct zone *zone,
		 const struct step *steps, size_t count, const char *want)
{
	struct session_walk w = {0};
	struct session ended;
	struct buf got = BUF_INIT;

	session_start(&w, rules, zone);
	for (size_t i = 0; i < count; i++) {
		struct session_event e = event_of(&steps[i]);

		if (session_feed(&w, &e, &ended))
			note_session(&got, &ended);
	}
	if (session_finish(&w, &ended))
		note_session(&got, &ended);
	assert_false(session_finish(&w, &ended));
	assert_span(buf_view(&got), want);
	buf_release(&got);
	session_release(&w);
}

#define WALK(rules, zone, steps, want) walk((rules), (zone), (steps), COUNT_OF(steps), (want))

static struct zone *zone_of(const char *name)
{
	struct zone *zone = zone_load(name, NULL);

	assert_non_null(zone);
	return zone;
}

static void a_gap_of_exactly_thirty_minutes_stays(void **state)
{
	static const struct step stays[] = {{.time = "03-02T10:00:00"}, {.time = "03-02T10:30:00"}};
	static const struct step ends[] = {{.time = "03-02T10:00:00"}, {.time = "03-02T10:30:00.001"}};
	struct zone *utc = zone_of("UTC");

	(void)state;
	WALK(ga4, utc, stays, "2:(direct)/(none)");
	WALK(matomo, utc, stays, "2:(direct)/(none)");
	WALK(ga4, utc, ends, "1:(direct)/(none) 1:(direct)/(none)");
	WALK(matomo, utc, ends, "1:(direct)/(none) 1:(direct)/(none)");
	zone_free(utc);
}

static void inactivity_is_since_the_last_event(void **state)
{
	static const struct step steps[] = {
		{.time = "03-02T10:00:00"}, {.time = "03-02T10:20:00"}, {.time = "03-02T10:45:00"},
	};
	struct session_rules ten = {.name = "ten", .inactivity = 600000};

	(void)state;
	WALK(ga4, NULL, steps, "3:(direct)/(none)");
	WALK(&ten, NULL, steps, "1:(direct)/(none) 1:(direct)/(none) 1:(direct)/(none)");
}

static void the_longest_is_since_the_first_event(void **state)
{
	static const struct step steps[] = {
		{.time = "03-02T10:00:00"}, {.time = "03-02T10:30:00"}, {.time = "03-02T11:00:00"},
		{.time = "03-02T11:00:00.001"}, {.time = "03-02T11:30:00"},
	};
	struct session_rules hour = {.name = "hour", .inactivity = 1800000, .longest = 3600000};

	(void)state;
	WALK(ga4, NULL, steps, "5:(direct)/(none)");
	WALK(&hour, NULL, steps, "3:(direct)/(none) 2:(direct)/(none)");
}

/* Berlin is an hour ahead of UTC in winter: its day ends at 23:00Z. */
static void midnight_is_that_of_the_zone(void **state)
{
	static const struct step berlin_night[] = {{.time = "03-01T22:59:59.999"}, {.time = "03-01T23:00:00"}};
	static const struct step utc_night[] = {{.time = "03-01T23:59:59.999"}, {.time = "03-02T00:00:00"}};
	struct zone *berlin = zone_of("Europe/Berlin"), *utc = zone_of("UTC");

	(void)state;
	WALK(matomo, berlin, berlin_night, "1:(direct)/(none) 1:(direct)/(none)");
	WALK(matomo, berlin, utc_night, "2:(direct)/(none)");
	WALK(matomo, utc, berlin_night, "2:(direct)/(none)");
	WALK(matomo, utc, utc_night, "1:(direct)/(none) 1:(direct)/(none)");
	WALK(ga4, berlin, berlin_night, "2:(direct)/(none)");
	zone_free(berlin);
	zone_free(utc);
}

static void a_new_campaign_ends_a_session_of_matomo(void **state)
{
	static const struct step steps[] = {
		{.time = "03-02T10:00:00"},
		{.time = "03-02T10:01:00", .source = "news", .medium = "email", .name = "spring"},
		{.time = "03-02T10:02:00"},
		{.time = "03-02T10:03:00", .source = "news", .medium = "email", .name = "spring"},
		{.time = "03-02T10:04:00", .source = "news", .medium = "email", .name = "summer"},
		{.time = "03-02T10:05:00", .source = "ads", .medium = "email", .name = "summer"},
		{.time = "03-02T10:06:00", .source = "ads", .medium = "cpc", .name = "summer"},
	};
	struct zone *utc = zone_of("UTC");

	(void)state;
	WALK(ga4, utc, steps, "7:news/email/spring");
	WALK(matomo, utc, steps, "1:(direct)/(none) 3:news/email/spring 1:news/email/summer "
				 "1:ads/email/summer 1:ads/cpc/summer");
	zone_free(utc);
}

/* A session that inactivity ended leaves no campaign to the next one. */
static void a_session_begins_without_a_campaign(void **state)
{
	static const struct step steps[] = {
		{.time = "03-02T10:00:00", .source = "news", .medium = "email"},
		{.time = "03-02T11:00:00"},
		{.time = "03-02T11:01:00", .source = "news", .medium = "email"},
	};
	struct zone *utc = zone_of("UTC");

	(void)state;
	WALK(matomo, utc, steps, "1:news/email 1:(direct)/(none) 1:news/email");
	WALK(ga4, utc, steps, "1:news/email 2:news/email");
	zone_free(utc);
}

static void undated_events_are_in_no_session(void **state)
{
	static const struct step steps[] = {
		{.source = "news"}, {.time = "03-02T10:00:00"}, {.source = "ads"},
		{.time = "03-02T10:01:00"}, {.source = "ads"},
	};
	static const struct step undated[] = {{.source = "news"}};

	(void)state;
	WALK(ga4, NULL, steps, "2:(direct)/(none)");
	WALK(ga4, NULL, undated, "");
}

static void the_first_that_has_one_gives_the_touchpoint(void **state)
{
	static const struct step site[] = {
		{.time = "03-02T10:00:00", .referrer = "https://www.Shop.example.com/a", .page = "https://shop.example.com/b"},
		{.time = "03-02T10:01:00", .referrer = "/relative", .page = "https://shop.example.com/b"},
		{.time = "03-02T10:02:00", .referrer = "https://Blog.example.org/x", .page = "https://shop.example.com/c"},
		{.time = "03-02T10:03:00", .source = "news", .medium = "email"},
	};
	static const struct step both[] = {
		{.time = "03-02T10:00:00", .source = "news", .referrer = "https://blog.example.org/"},
	};
	static const struct step named[] = {{.time = "03-02T10:00:00", .name = "spring"}};

	(void)state;
	WALK(ga4, NULL, site, "4:blog.example.org/referral");
	WALK(ga4, NULL, both, "1:news/(not set)");
	WALK(ga4, NULL, named, "1:(not set)/(not set)/spring");
}

static void a_session_lasts_from_its_first_event_to_its_last(void **state)
{
	static const struct step steps[] = {{.time = "03-02T10:00:00"}, {.time = "03-02T10:20:00"}};
	struct session_walk w = {0};
	struct session ended;

	(void)state;
	session_start(&w, ga4, NULL);
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		struct session_event e = event_of(&steps[i]);

		assert_false(session_feed(&w, &e, &ended));
	}
	assert_true(session_finish(&w, &ended));
	assert_int_equal(ended.end - ended.start, 1200000);
	session_release(&w);
}

static bool read_event(const char *line, struct session_event *out, struct buf *scratch)
{
	struct event e;

	assert_int_equal(event_parse(&e, span_of(line), NULL), 0);
	return session_event_read(&e, out, scratch);
}

static void events_of_sites_and_apps_are_read(void **state)
{
	struct session_event e;
	struct buf scratch = BUF_INIT;

	(void)state;
	assert_true(read_event("{\"type\":\"screen\",\"id\":\"a\",\"source\":\"app\"}", &e, &scratch));
	assert_int_equal(e.time, MOMENT_NONE);
	assert_true(span_absent(e.campaign.source) && span_absent(e.page));
	assert_false(read_event("{\"type\":\"track\",\"id\":\"a\",\"source\":\"shop\",\"event\":\"Order Completed\",\"context\":{\"ip\":\"192.0.2.1\"}}",
				&e, &scratch));
	assert_true(read_event("{\"type\":\"track\",\"id\":\"a\",\"source\":\"web\",\"event\":\"Click\",\"context\":{\"page\":{}}}",
			       &e, &scratch));
	/* Every text is escaped: none may move when the next is decoded. */
	assert_true(read_event("{\"type\":\"page\",\"id\":\"a\",\"time\":\"2026-03-02T10:00:00.000Z\",\"source\":\"web\",\"context\":{"
			       "\"campaign\":{\"source\":\"n\\u0065ws\",\"medium\":\"em\\u0061il\",\"name\":\"\"},"
			       "\"page\":{\"url\":\"https:\\/\\/shop.example.com\\/\",\"referrer\":\"https:\\/\\/blog.example.org\\/\"}}}",
			       &e, &scratch));
	assert_span(e.campaign.source, "news");
	assert_span(e.campaign.medium, "email");
	assert_true(span_absent(e.campaign.campaign));
	assert_span(e.page, "https://shop.example.com/");
	assert_span(e.referrer, "https://blog.example.org/");
	buf_release(&scratch);
}

/* One letter a set of rules, in their order: b where a session bounced by it. */
static void assert_bounces(struct session s, const char *want)
{
	for (size_t i = 0; i < SESSION_RULE_SETS; i++)
		assert_int_equal(session_bounced(&session_rule_sets[i], &s) ? 'b' : '-', want[i]);
}

static void rules_disagree_on_what_bounced(void **state)
{
	(void)state;
	assert_bounces((struct session){.events = 1, .views = 1}, "bbbbb");
	assert_bounces((struct session){.events = 2, .views = 2, .end = 1000}, "-----");
	assert_bounces((struct session){.events = 2, .views = 1, .end = 10000}, "b---b");
	assert_bounces((struct session){.events = 2, .views = 1, .end = 10001}, "----b");
	assert_bounces((struct session){.events = 2, .views = 1, .end = 20000}, "-----");
	assert_bounces((struct session){.events = 1, .bought = 1}, "-b---");
	assert_bounces((struct session){.events = 1}, "bb--b");
}

static void sets_go_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(session_rules_named(SPAN("matomo")), matomo);
	assert_null(session_rules_named(SPAN("Matomo")));
	assert_int_equal(session_rules_named(SPAN("posthog"))->longest, DAY_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_disagree_on_what_bounced),
		cmocka_unit_test(sets_go_by_name),
		cmocka_unit_test(a_gap_of_exactly_thirty_minutes_stays),
		cmocka_unit_test(inactivity_is_since_the_last_event),
		cmocka_unit_test(the_longest_is_since_the_first_event),
		cmocka_unit_test(midnight_is_that_of_the_zone),
		cmocka_unit_test(a_new_campaign_ends_a_session_of_matomo),
		cmocka_unit_test(a_session_begins_without_a_campaign),
		cmocka_unit_test(undated_events_are_in_no_session),
		cmocka_unit_test(the_first_that_has_one_gives_the_touchpoint),
		cmocka_unit_test(a_session_lasts_from_its_first_event_to_its_last),
		cmocka_unit_test(events_of_sites_and_apps_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
