/* What cdp-activate says when all is read: messages, --stats, --manifest, the sample of --dry-run. */
#include <inttypes.h>
#include <string.h>

#include "cmd/activate.h"
#include "time/moment.h"

/* Counts of a run that wrote rows at once come from the workers. */
static void take_counts(struct activate *a, const struct audience_counts *c)
{
	if (!a->setup.packed)
		memcpy(a->held, c->held, sizeof a->held);
}

static const char *remedy(enum form form)
{
	switch (form) {
	case FORM_PHONE:
	case FORM_PHONE_DIGITS:
		return ": a number says its country as +49...; cdp-ingest completes it with --region";
	case FORM_COUNTRY:
	case FORM_COUNTRY_LOWER:
		return ": a country has its code of two letters";
	case FORM_DIGEST:
		return ": the target takes values that are hashed already";
	default:
		return "";
	}
}

static void report_columns(struct activate *a)
{
	for (size_t i = 0; i < a->target.count; i++) {
		struct column_use u = audience_use(a->audience, i);

		if (u.bad)
			tool_warn(a->tool, "column '%.*s': %" PRIu64 " value%s left out that %s no %s%s", SPAN_ARG(u.label),
				  u.bad, u.bad == 1 ? "" : "s", u.bad == 1 ? "is" : "are", form_names[u.form], remedy(u.form));
		if (u.hashed)
			tool_say(a->tool, "column '%.*s': %" PRIu64 " value%s hashed already and passed on", SPAN_ARG(u.label),
				 u.hashed, u.hashed == 1 ? " was" : "s were");
		if (u.defused)
			tool_say(a->tool, "column '%.*s': %" PRIu64 " cell%s that a spreadsheet would run as a formula got an apostrophe",
				 SPAN_ARG(u.label), u.defused, u.defused == 1 ? "" : "s");
	}
}

/* A purpose that nobody has is most likely misspelt; without a word nobody would be let through. */
static void report_purposes(struct activate *a, const struct audience_counts *c)
{
	for (size_t i = 0; i < a->setup.purpose_count; i++)
		if (c->named && !c->purposes_seen[i])
			tool_warn(a->tool, "--purpose: nobody in the audience has a consent '%.*s', granted or denied: "
				  "cdp-report fields shows which there are", SPAN_ARG(a->setup.purposes[i]));
}

static void report_size(struct activate *a)
{
	uint64_t out = a->held[HELD_NOT];

	if (out && out < a->target.least)
		tool_warn(a->tool, "%" PRIu64 " member%s: %s does nothing with fewer than %" PRIu64, out, out == 1 ? "" : "s",
			  a->target.name, a->target.least);
	if (a->given->assume_consent)
		tool_say(a->tool, "--assume-consent: who said nothing was taken to have granted it%s",
			 a->setup.purpose_count ? "" : "; without --purpose who denied anything is held back");
}

static void put_counts(const struct activate *a, struct buf *out)
{
	buf_char(out, '{');
	for (int i = HELD_NO_CONSENT; i < HELD_COUNT; i++)
		buf_printf(out, "%s\"%s\":%" PRIu64, i > HELD_NO_CONSENT ? "," : "", held_names[i], a->held[i]);
	buf_char(out, '}');
}

static void put_columns(const struct activate *a, struct buf *out)
{
	buf_char(out, '{');
	for (size_t i = 0; i < a->target.count; i++) {
		struct column_use u = audience_use(a->audience, i);

		if (i)
			buf_char(out, ',');
		text_encode(out, u.label);
		buf_printf(out, ":{\"values\":%" PRIu64 ",\"bad\":%" PRIu64 ",\"hashed_already\":%" PRIu64 "}", u.values, u.bad, u.hashed);
	}
	buf_char(out, '}');
}

static void put_delta(const struct activate *a, struct buf *out)
{
	buf_printf(out, "{\"added\":%" PRIu64 ",\"changed\":%" PRIu64 ",\"removed\":%" PRIu64 ",\"same\":%" PRIu64 "}",
		   a->delta.added, a->delta.changed, a->delta.removed, a->delta.same);
}

static void put_purposes(const struct activate *a, struct buf *out)
{
	buf_char(out, '[');
	for (size_t i = 0; i < a->setup.purpose_count; i++) {
		if (i)
			buf_char(out, ',');
		text_encode(out, a->setup.purposes[i]);
	}
	buf_char(out, ']');
}

static void write_stats(struct activate *a, const struct audience_counts *c)
{
	struct tool *t = a->tool;
	struct buf text = BUF_INIT;

	tool_stat(t, "profiles", a->profiles);
	tool_stat(t, "named", c->named);
	tool_stat(t, "unknown", c->unknown);
	tool_stat(t, "out", a->held[HELD_NOT]);
	put_counts(a, &text);
	tool_stat_value(t, "held_back", buf_view(&text));
	buf_clear(&text);
	put_columns(a, &text);
	tool_stat_value(t, "columns", buf_view(&text));
	if (a->given->state) {
		buf_clear(&text);
		put_delta(a, &text);
		tool_stat_value(t, "delta", buf_view(&text));
	}
	if (a->now.any && a->now.as_of != MOMENT_NONE) {
		buf_clear(&text);
		moment_put(&text, a->now.as_of);
		tool_stat_text(t, "as_of", buf_view(&text));
	}
	buf_release(&text);
}

static void write_manifest(struct activate *a, const struct audience_counts *c)
{
	struct tool *t = a->tool;
	struct output *out = a->given->dry_run ? NULL : tool_output(t, a->given->manifest, OUTPUT_FIGURES, OUTPUT_ASIDE);
	struct buf text = BUF_INIT;

	if (!out)
		return;
	buf_lit(&text, "{\"type\":\"audience_manifest\",\"name\":");
	text_encode(&text, span_of(a->given->name));
	buf_lit(&text, ",\"target\":");
	text_encode(&text, span_of(a->target.name));
	buf_lit(&text, ",\"audience\":");
	text_encode(&text, span_of(a->given->audience ? a->given->audience : "true"));
	buf_lit(&text, ",\"purposes\":");
	put_purposes(a, &text);
	buf_printf(&text, ",\"assume_consent\":%s", a->given->assume_consent ? "true" : "false");
	if (a->now.any && a->now.as_of != MOMENT_NONE) {
		buf_lit(&text, ",\"as_of\":\"");
		moment_put(&text, a->now.as_of);
		buf_char(&text, '"');
	}
	buf_printf(&text, ",\"profiles\":%" PRIu64 ",\"named\":%" PRIu64 ",\"out\":%" PRIu64 ",\"held_back\":", a->profiles,
		   c->named, a->held[HELD_NOT]);
	put_counts(a, &text);
	buf_lit(&text, ",\"columns\":");
	put_columns(a, &text);
	if (a->given->state) {
		buf_lit(&text, ",\"delta\":");
		put_delta(a, &text);
	}
	buf_lit(&text, "}\n");
	if (output_write(out, buf_view(&text), &t->err))
		tool_fail(t);
	buf_release(&text);
}

/* "300 named = 250 out + 50 without consent" */
static void put_balance(const struct activate *a, const struct audience_counts *c, struct buf *out)
{
	buf_printf(out, "%" PRIu64 " named = %" PRIu64 " out", c->named, a->held[HELD_NOT]);
	for (int i = HELD_NO_CONSENT; i < HELD_COUNT; i++)
		if (a->held[i])
			buf_printf(out, " + %" PRIu64 " %s", a->held[i], held_words[i]);
}

static void report_delta(struct activate *a)
{
	if (a->given->state)
		tool_say(a->tool, "since the last delivery: %" PRIu64 " added, %" PRIu64 " changed, %" PRIu64 " removed, %" PRIu64
			 " the same%s", a->delta.added, a->delta.changed, a->delta.removed, a->delta.same,
			 a->first ? " (there was none)" : "");
	if (a->given->state && !a->given->dry_run && !a->delivers)
		tool_say_placed(a->tool, "when the files have been delivered: cdp-activate --ack --state %s", a->given->state);
}

static void show_dry_run(struct activate *a, struct span balance)
{
	buf_clear(&a->text);
	buf_span(&a->text, balance);
	buf_char(&a->text, '\n');
	buf_span(&a->text, buf_view(&a->samples));
	tool_write(a->tool, buf_view(&a->text));
}

int activate_report(struct activate *a)
{
	struct tool *t = a->tool;
	struct audience_counts c = audience_counts(a->audience);
	struct buf text = BUF_INIT;
	int status;

	take_counts(a, &c);
	audience_put_warnings(a->audience, &text);
	tool_warn_lines(t, buf_view(&text));
	report_purposes(a, &c);
	report_columns(a);
	report_size(a);
	report_delta(a);
	if (c.unknown)
		tool_say(t, "--audience: unknown for %" PRIu64 " customer%s, who %s not named: 'NAME is null or ...' keeps who lacks NAME",
			 c.unknown, c.unknown == 1 ? "" : "s", c.unknown == 1 ? "is" : "are");
	write_stats(a, &c);
	write_manifest(a, &c);
	activate_write_ledger(a);
	buf_clear(&text);
	put_balance(a, &c, &text);
	if (a->given->dry_run)
		show_dry_run(a, buf_view(&text));
	status = tool_finish(t, "%" PRIu64 " profiles = %" PRIu64 " named + %" PRIu64 " not named + %" PRIu64 " rejected; %s%s",
			     a->profiles, c.named, c.profiles - c.named, t->rejected, buf_text(&text),
			     a->given->dry_run ? " (nothing was written)" : "");
	buf_release(&text);
	return status;
}
