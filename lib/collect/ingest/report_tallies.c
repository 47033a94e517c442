#include "collect/ingest/report_tallies.h"

#include "base/error.h"
#include "time/zone.h"

/* What a message is about. */
struct told {
	const struct target *target;
	const struct tally *tally;
	const struct plan *plan;
	uint64_t count;
	const char *sample;
};

/* One row for each kind that has a message of its own, in their order. */
struct telling {
	enum tally_kind kind;
	bool warning;
	const char *says;		/* of the sample; NULL: `put` says it all */
	const char *unit;		/* what is counted behind it */
	uint64_t (*count)(const struct tally *t, uint64_t rows);	/* those worth telling */
	void (*put)(const struct told *what, struct buf *out);
};

/* One Ms Null in so many rows is nothing to ask about, nor are two. */
#define NAMES_SHARE 100
#define NAMES_LEAST 3

static uint64_t count_names(const struct tally *t, uint64_t rows)
{
	uint64_t names = t->counts[TALLY_NAMES];

	return names >= NAMES_LEAST && names * NAMES_SHARE > rows ? names : 0;
}

/* One long number in a thousand ends with zeros by itself. */
static uint64_t count_spoiled(const struct tally *t, uint64_t rows)
{
	uint64_t rounded = t->counts[TALLY_ROUNDED];

	return t->counts[TALLY_SPOILED] + (rounded * 20 > rows ? rounded : 0);
}

static void put_kept(const struct told *what, struct buf *out)
{
	bool id = what->target->field.section == SECTION_IDS;

	buf_printf(out, "%.*s: %s is no ", SPAN_ARG(what->target->label), what->sample);
	switch (what->target->field.form) {
	case FORM_EMAIL:
		buf_lit(out, "e-mail address");
		break;
	case FORM_PHONE:
		buf_text_put(out, what->plan->style.region ? "phone number" :
			     "international phone number (--region names the country of national ones)");
		break;
	case FORM_COUNTRY:
		buf_lit(out, "country of ISO 3166");
		break;
	case FORM_CONSENT:
	case FORM_OPT_OUT:
		buf_lit(out, "yes and no no");
		id = true;
		break;
	case FORM_MONEY:
		buf_lit(out, "amount");
		break;
	default:
		buf_lit(out, "date");
		break;
	}
	buf_printf(out, ": kept as %s (%llu value%s)", id ? "a trait" : "written",
		   (unsigned long long)what->count, what->count == 1 ? "" : "s");
}

/* Two members of one record mean the same field and say different things. */
static void put_differing(const struct told *what, struct buf *out)
{
	const struct plan *p = what->plan;
	const struct target *field = what->target;
	int winner = what->tally->winner;
	char quoted[ERROR_QUOTE_MAX];

	/* A table's columns are named once, by report_rest. */
	if (!p->json)
		return;
	for (size_t i = 0; i < p->target_count; i++)
		if (p->targets[i].column == winner && p->targets[i].origin == ORIGIN_TABLE)
			field = &p->targets[i];
	field_put_name(&field->field, out);
	buf_printf(out, " is %s where a record has %.*s as well, which is kept as ",
		   error_quote(p->columns[winner].name, quoted), SPAN_ARG(what->target->label));
	field_put_name(&what->target->field, out);
	buf_printf(out, " (%llu record%s in which they differ; --map settles it)",
		   (unsigned long long)what->count, what->count == 1 ? "" : "s");
}

/* What binary numbers leave behind. */
static void put_cut(const struct told *what, struct buf *out)
{
	buf_printf(out, "%.*s: %llu amount%s rounded to 6 decimals, such as %s", SPAN_ARG(what->target->label),
		   (unsigned long long)what->count, what->count == 1 ? " was" : "s were", what->sample);
}

/* A time of the day without a day, or how long something took. */
static void put_clocks(const struct told *what, struct buf *out)
{
	buf_printf(out, "%.*s: %s is a time of the day or a duration, not when a record was: kept as ",
		   SPAN_ARG(what->target->label), what->sample);
	field_put_name(&what->target->field, out);
	buf_printf(out, " (%llu value%s; --map time=... names another column, --dates excel reads day numbers)",
		   (unsigned long long)what->count, what->count == 1 ? "" : "s");
}

/* People whom their source has deleted are customers all the same. */
static void put_deleted(const struct told *what, struct buf *out)
{
	const struct target *t = what->target;
	const struct plan *p = what->plan;
	bool one = what->count == 1;

	buf_printf(out, "by %.*s %llu record%s %s deleted in %s source, and %s read like all others: ", SPAN_ARG(t->label),
		   (unsigned long long)what->count, one ? "" : "s", one ? "was" : "were", one ? "its" : "their", one ? "is" : "are");
	/* A condition of the format's or the user's own would be lost. */
	if (t->column >= 0 && !p->mapping->parts[0].when.text.len)
		buf_printf(out, "a mapping with 'set when = coalesce(lower(text(%.*s)), \"\") in (\"\", \"false\", \"0\", \"no\")' "
			   "leaves %s out, ", SPAN_ARG(p->columns[t->column].folded), one ? "it" : "them");
	buf_lit(out, "cdp-forget erases who is in the profiles");
}

/* Not one of such times is true: the column has those of another zone. */
static void put_skipped(const struct told *what, struct buf *out)
{
	bool one = what->count == 1;

	buf_printf(out, "%.*s: %s does not exist in %s, where the clocks went forward then: %llu time%s read as so much later "
		   "(are the column's times of another zone? --tz says which)", SPAN_ARG(what->target->label), what->sample,
		   zone_name(what->plan->style.zone), (unsigned long long)what->count, one ? " is" : "s are");
}

/* Such times are true, but nothing says which of the two they are. */
static void put_twice(const struct told *what, struct buf *out)
{
	buf_printf(out, "%.*s: %s was twice in %s, where the clocks went back then: %llu time%s read as the first of both",
		   SPAN_ARG(what->target->label), what->sample, zone_name(what->plan->style.zone), (unsigned long long)what->count,
		   what->count == 1 ? " is" : "s are");
}

static const struct telling tellings[] = {
	{TALLY_NAMES, true, "may be a name: kept as written ('set null = ...' in a mapping says which words mean nothing)",
	 "value", count_names, NULL},
	{TALLY_WHOLE, true, "is read as a whole number; a program took the column for decimals", "identifier", NULL, NULL},
	{TALLY_SEVERAL, true, "holds several numbers: the first is the identifier, all are kept as a trait", "value", NULL, NULL},
	{TALLY_KEPT, true, NULL, NULL, NULL, put_kept},
	{TALLY_PERCENT, false, "is a rate, no amount: kept as written", "value", NULL, NULL},
	{TALLY_SKIPPED, true, NULL, NULL, NULL, put_skipped},
	{TALLY_TWICE, false, NULL, NULL, NULL, put_twice},
	{TALLY_DIFFERS, false, NULL, NULL, NULL, put_differing},
	{TALLY_CUT, false, NULL, NULL, NULL, put_cut},
	{TALLY_DELETED, true, NULL, NULL, NULL, put_deleted},
	{TALLY_CLOCKS, false, NULL, NULL, NULL, put_clocks},
	{TALLY_TCF, true, "is no consent string of TCF version 2: no consent is read from it", "value", NULL, NULL},
	{TALLY_NO_DAY, true, "is no day, or one behind --as-of: no consent is read from it", "value", NULL, NULL},
	{TALLY_NO_DAY_OUT, true, "is no day, and taken for an opt-out", "value", NULL, NULL},
	{TALLY_SPOILED, true, "looks changed by a spreadsheet: kept as written; export the column as text", "identifier",
	 count_spoiled, NULL},
};

static void put_telling(const struct telling *g, const struct told *what, struct buf *out)
{
	if (g->put) {
		g->put(what, out);
		return;
	}
	buf_printf(out, "%.*s: %s %s (%llu %s%s)", SPAN_ARG(what->target->label), what->sample, g->says,
		   (unsigned long long)what->count, g->unit, what->count == 1 ? "" : "s");
}

static const char *sample_of(const struct tally *t, enum tally_kind kind)
{
	return kind == TALLY_SPOILED && !t->samples[kind] ? t->samples[TALLY_ROUNDED] : t->samples[kind];
}

static void report_tally(const struct target *target, const struct tally *t, uint64_t rows,
			 const struct plan *p, const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < sizeof tellings / sizeof *tellings; i++) {
		const struct telling *g = &tellings[i];
		struct told what = {target, t, p, g->count ? g->count(t, rows) : t->counts[g->kind],
				    sample_of(t, g->kind)};
		size_t start;

		if (!what.count)
			continue;
		buf_clear(&text);
		buf_printf(&text, "%s: ", p->file);
		start = text.len;
		put_telling(g, &what, &text);
		if (text.len > start)
			(g->warning ? calls->warn : calls->say)(calls->context, buf_text(&text));
	}
	buf_release(&text);
}

/* So many columns are named that hold words for "no value". */
#define NOTHING_SHOWN 10

static void put_nothing(struct tally *const *tallies, const struct plan *p, struct buf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < p->target_count; i++) {
		const struct tally *t = tallies[i];
		uint64_t values = t ? t->counts[TALLY_NOTHING] : 0;

		if (!values || count++ >= NOTHING_SHOWN)
			continue;
		buf_printf(out, "%s%.*s (%s%s%llu)", count > 1 ? ", " : "", SPAN_ARG(p->targets[i].label),
			   t->samples[TALLY_NOTHING], values > 1 ? " and the like, " : ", ",
			   (unsigned long long)values);
	}
	if (count > NOTHING_SHOWN)
		buf_printf(out, " and %zu more", count - NOTHING_SHOWN);
}

/* What was left out since it says that there is no value. */
static void report_nothing(struct tally *const *tallies, const struct plan *p,
			   const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT, columns = BUF_INIT;

	put_nothing(tallies, p, &columns);
	if (columns.len) {
		buf_printf(&text, "%s: taken for no value: ", p->file);
		buf_span(&text, buf_view(&columns));
		buf_lit(&text, " ('set null = only' in a mapping keeps them)");
		calls->say(calls->context, buf_text(&text));
	}
	buf_release(&columns);
	buf_release(&text);
}

/* The members that have no column share one tally: those of spread objects, and those behind the sample. */
static void report_kept(const struct tally *t, const struct plan *p, const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;

	if (t && t->counts[TALLY_KEPT]) {
		buf_printf(&text, "%s: among members without a column %s is not what the member's name says: kept as written (%llu value%s)",
			   p->file, t->samples[TALLY_KEPT], (unsigned long long)t->counts[TALLY_KEPT],
			   t->counts[TALLY_KEPT] == 1 ? "" : "s");
		calls->warn(calls->context, buf_text(&text));
	}
	buf_release(&text);
}

/* TALLIES: those of P. */
static void report_plan_tallies(struct tally *const *tallies, uint64_t rows,
				const struct plan *p, const struct ingest_calls *calls)
{
	report_nothing(tallies, p, calls);
	for (size_t i = 0; i < p->target_count; i++)
		if (tallies[i])
			report_tally(&p->targets[i], tallies[i], rows, p, calls);
	report_kept(tallies[p->tallies], p, calls);
}

void report_tallies(struct tally *const *tallies, uint64_t rows,
		    const struct source *s, const struct ingest_calls *calls)
{
	report_plan_tallies(tallies, rows, s->plan, calls);
	for (size_t i = 0; i < s->part_count; i++)
		report_plan_tallies(tallies + s->parts[i].plan->tally_base, rows,
				    s->parts[i].plan, calls);
	for (int kind = 0; kind < ROW_KINDS; kind++)
		if (s->kinds[kind])
			report_plan_tallies(tallies + s->kinds[kind]->tally_base, rows, s->kinds[kind], calls);
}
