/*
 * Any bytes as rules of segments, a NUL, and a profile that they decide; and as a scheme of
 * boxes.  A mistake has its place; the segments, and why, are JSON.
 */
#include "tests/fuzz/target.h"

#include <assert.h>

#include "record/text.h"
#include "understand/segment/explain.h"
#include "understand/segment/rules.h"
#include "understand/segment/scheme.h"

static void read_scheme(struct span text)
{
	struct scheme s;
	struct error err = ERROR_INIT;

	if (scheme_parse(&s, text, "boxes", &err)) {
		assert(err.kind == ERROR_USAGE && err.message[0]);
		return;
	}
	assert(scheme_uncovered(&s) <= SCHEME_BOXES_MAX);
	for (size_t i = 0; i < s.count; i++)
		scheme_reachable(&s, i);
}

/* Puts P's segments and their reasons into it. */
static void put(struct rules_run *run, const struct rules *r, const struct profile *p)
{
	struct buf segments = BUF_INIT, why = BUF_INIT, line = BUF_INIT, out = BUF_INIT, text = BUF_INIT;
	struct profile_change change = {.scores = SPAN_NONE};
	struct error err = ERROR_INIT;
	struct profile again;

	rules_put_segments(run, &segments);
	change.segments = buf_view(&segments);
	profile_put(p, &change, &line);
	for (size_t i = 0; i < rules_count(r); i++) {
		if (!rules_is_rule(r, i))
			continue;
		buf_char(&why, why.len ? ',' : '{');
		text_encode(&why, rules_name(r, i));
		buf_char(&why, ':');
		buf_clear(&text);
		rules_put_reason(run, i, &text);
		text_encode(&why, buf_view(&text));
	}
	buf_span(&why, why.len ? SPAN("}") : SPAN("{}"));
	line.len--;
	if (!explain_put(buf_view(&line), buf_view(&why), &out, &err)) {
		out.len--;
		assert(!profile_parse(&again, buf_view(&out), &err));
		assert(span_equal(again.segments.raw, buf_view(&segments)));
	}
	buf_release(&segments);
	buf_release(&why);
	buf_release(&line);
	buf_release(&out);
	buf_release(&text);
}

static void decide(const struct rules *r, struct span line)
{
	struct zone *zone = zone_load("Europe/Berlin", NULL);
	struct error err = ERROR_INIT;
	struct rules_run run;
	struct profile p;

	rules_run_init(&run, r, zone);
	if (!profile_parse(&p, line, &err) && !profile_validate(&p, &err) && !explain_stale(&p)) {
		if (rules_apply(&run, &p, &err))
			assert(err.message[0]);
		else
			put(&run, r, &p);
	}
	rules_run_release(&run);
	zone_free(zone);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span text = {size ? (const char *)data : "", size};
	struct span rules = span_cut(&text, '\0');
	struct rules *r = rules_new();
	struct error err = ERROR_INIT;

	read_scheme(rules);
	rules_declare(r, SPAN("rfm_lost"));
	if (rules_parse(r, rules, "rules", &err) || rules_link(r, &err))
		assert(err.kind == ERROR_USAGE && err.message[0] && err.line);
	else
		decide(r, span_absent(text) ? SPAN("") : text);
	rules_free(r);
	return 0;
}
