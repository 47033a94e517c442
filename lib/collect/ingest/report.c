#include "collect/ingest/report.h"

#include <string.h>

#include "collect/ingest/report_table.h"
#include "collect/ingest/report_unread.h"
#include "collect/mapping/contest.h"
#include "collect/rows/feed.h"
#include "time/date_text.h"

static void give_warning(const struct ingest_calls *calls, struct buf *text)
{
	calls->warn(calls->context, buf_text(text));
	buf_clear(text);
}

static void put_kept(const struct target *t, const struct tally *tally,
		     const struct plan *p, struct buf *out)
{
	bool id = t->field.section == SECTION_IDS;

	buf_printf(out, "%s: %.*s: %s is no ", p->file, SPAN_ARG(t->label),
		   tally->kept_sample);
	switch (t->field.form) {
	case FORM_EMAIL:
		buf_lit(out, "e-mail address");
		break;
	case FORM_PHONE:
		buf_text_put(out, p->style.region ? "phone number" :
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
		   (unsigned long long)tally->kept, tally->kept == 1 ? "" : "s");
}

static void put_spoiled(const struct target *t, const struct tally *tally,
			uint64_t count, const struct plan *p, struct buf *out)
{
	buf_printf(out, "%s: %.*s: %s looks changed by a spreadsheet: kept as written; "
		   "export the column as text (%llu identifier%s)",
		   p->file, SPAN_ARG(t->label), tally->spoiled_sample,
		   (unsigned long long)count, count == 1 ? "" : "s");
}

/* What binary numbers leave behind. */
static void put_cut(const struct target *t, const struct tally *tally, const struct plan *p, struct buf *out)
{
	buf_printf(out, "%s: %.*s: %llu amount%s rounded to 6 decimals, such as %s", p->file,
		   SPAN_ARG(t->label), (unsigned long long)tally->cut, tally->cut == 1 ? " was" : "s were",
		   tally->cut_sample);
}

/* So many columns are named that hold words for "no value". */
#define NOTHING_SHOWN 10

static void put_nothing(const struct tally *tallies, const struct plan *p, struct buf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < p->target_count; i++) {
		const struct tally *tally = &tallies[i];

		if (!tally->nothing || count++ >= NOTHING_SHOWN)
			continue;
		buf_printf(out, "%s%.*s (%s%s%llu)", count > 1 ? ", " : "", SPAN_ARG(p->targets[i].label),
			   tally->nothing_sample, tally->nothing > 1 ? " and the like, " : ", ",
			   (unsigned long long)tally->nothing);
	}
	if (count > NOTHING_SHOWN)
		buf_printf(out, " and %zu more", count - NOTHING_SHOWN);
}

/* What was left out since it says that there is no value. */
static void report_nothing(const struct tally *tallies, const struct plan *p,
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

/* One Ms Null in so many rows is nothing to ask about, nor are two. */
#define NAMES_SHARE 100
#define NAMES_LEAST 3

static void put_names(const struct target *t, const struct tally *tally, const struct plan *p,
		      struct buf *out)
{
	buf_printf(out, "%s: %.*s: %s may be a name: kept as written ('set null = ...' in a mapping says "
		   "which words mean nothing) (%llu value%s)", p->file, SPAN_ARG(t->label),
		   tally->names_sample, (unsigned long long)tally->names, tally->names == 1 ? "" : "s");
}

static void put_whole(const struct target *t, const struct tally *tally, const struct plan *p,
		      struct buf *out)
{
	buf_printf(out, "%s: %.*s: %s is read as a whole number; a program took the column for decimals "
		   "(%llu identifier%s)", p->file, SPAN_ARG(t->label), tally->whole_sample,
		   (unsigned long long)tally->whole, tally->whole == 1 ? "" : "s");
}

static void put_several(const struct target *t, const struct tally *tally, const struct plan *p,
			struct buf *out)
{
	buf_printf(out, "%s: %.*s: %s holds several numbers: the first is the identifier, all are kept "
		   "as a trait (%llu value%s)", p->file, SPAN_ARG(t->label), tally->several_sample,
		   (unsigned long long)tally->several, tally->several == 1 ? "" : "s");
}

/* Two members of one record mean the same field and say different things. */
static void report_differing(const struct target *t, const struct tally *tally,
			     const struct plan *p, const struct ingest_calls *calls)
{
	char quoted[ERROR_QUOTE_MAX];
	struct buf text = BUF_INIT;
	const struct target *field = t;

	/* A table's columns are named once, by report_rest. */
	if (!tally->differs || !p->json)
		return;
	for (size_t i = 0; i < p->target_count; i++)
		if (p->targets[i].column == tally->winner && p->targets[i].origin == ORIGIN_TABLE)
			field = &p->targets[i];
	buf_printf(&text, "%s: ", p->file);
	field_put_name(&field->field, &text);
	buf_printf(&text, " is %s where a record has %.*s as well, which is kept as ",
		   error_quote(p->columns[tally->winner].name, quoted), SPAN_ARG(t->label));
	field_put_name(&t->field, &text);
	buf_printf(&text, " (%llu record%s in which they differ; --map settles it)",
		   (unsigned long long)tally->differs, tally->differs == 1 ? "" : "s");
	calls->say(calls->context, buf_text(&text));
	buf_release(&text);
}

/* A time of the day without a day, or how long something took. */
static void report_clocks(const struct target *t, const struct tally *tally, const struct plan *p,
			  const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;

	if (!tally->clocks)
		return;
	buf_printf(&text, "%s: %.*s: %s is a time of the day or a duration, not when a record was: kept as ",
		   p->file, SPAN_ARG(t->label), tally->clocks_sample);
	field_put_name(&t->field, &text);
	buf_printf(&text, " (%llu value%s; --map time=... names another column, --dates excel reads day numbers)",
		   (unsigned long long)tally->clocks, tally->clocks == 1 ? "" : "s");
	calls->say(calls->context, buf_text(&text));
	buf_release(&text);
}

/* TALLIES: those of P. */
static void report_plan_tallies(const struct tally *tallies, uint64_t rows,
				const struct plan *p, const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;
	uint64_t spoiled;

	report_nothing(tallies, p, calls);
	for (size_t i = 0; i < p->target_count; i++) {
		const struct target *t = &p->targets[i];

		if (tallies[i].names >= NAMES_LEAST && tallies[i].names * NAMES_SHARE > rows) {
			put_names(t, &tallies[i], p, &text);
			give_warning(calls, &text);
		}
		if (tallies[i].whole) {
			put_whole(t, &tallies[i], p, &text);
			give_warning(calls, &text);
		}
		if (tallies[i].several) {
			put_several(t, &tallies[i], p, &text);
			give_warning(calls, &text);
		}
		if (tallies[i].kept) {
			put_kept(t, &tallies[i], p, &text);
			give_warning(calls, &text);
		}
		report_differing(t, &tallies[i], p, calls);
		if (tallies[i].cut) {
			put_cut(t, &tallies[i], p, &text);
			calls->say(calls->context, buf_text(&text));
			buf_clear(&text);
		}
		report_clocks(t, &tallies[i], p, calls);
		spoiled = tallies[i].spoiled;
		/* One long number in a thousand ends with zeros by itself. */
		if (tallies[i].rounded * 20 > rows)
			spoiled += tallies[i].rounded;
		if (!spoiled)
			continue;
		put_spoiled(t, &tallies[i], spoiled, p, &text);
		give_warning(calls, &text);
	}
	buf_release(&text);
}

void report_tallies(const struct tally *tallies, uint64_t rows,
		    const struct source *s, const struct ingest_calls *calls)
{
	report_plan_tallies(tallies, rows, s->plan, calls);
	for (size_t i = 0; i < s->part_count; i++)
		report_plan_tallies(tallies + s->parts[i].plan->tally_base, rows,
				    s->parts[i].plan, calls);
}

static void put_line(const struct ingest_calls *calls, bool warning,
		     const char *file, struct span line)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s: ", file);
	buf_span(&text, line);
	if (warning)
		calls->warn(calls->context, buf_text(&text));
	else
		calls->say(calls->context, buf_text(&text));
	buf_release(&text);
}

static void report_format(const struct source *s, const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;

	if (!s->recognised)
		return;
	buf_printf(&text, "recognised as %s: ", s->format->name);
	error_clean(span_of(s->format->about), &text);
	buf_printf(&text, " (-f %s: no format)", s->reader->keyword);
	put_line(calls, false, s->plan->file, buf_view(&text));
	buf_release(&text);
}

/* Where a document's records are, nobody having said it. */
static void report_records(const struct source *s, const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;

	if (!s->records.len)
		return;
	buf_lit(&text, "the records are in '");
	error_clean(buf_view(&s->records), &text);
	buf_lit(&text, "' ('set records = NAME' in a mapping names another member)");
	put_line(calls, false, s->plan->file, buf_view(&text));
	buf_release(&text);
}

/* Is column I one of the time already? */
static bool is_of_time(const struct plan *p, size_t i)
{
	for (const struct target *t = plan_find(p, SECTION_TIME, SPAN("")); t; t = t->same)
		if (t->column == (int)i)
			return true;
	return false;
}

/* Do the first rows hold dates, or moments with a mark between their parts, in column I? */
static bool holds_dates(const struct source *s, size_t i)
{
	const struct survey_column *c = survey_column(&s->survey, i);
	size_t n;

	for (n = 0; n < SURVEY_EXAMPLES && !span_absent(c->examples[n]); n++) {
		struct civil civil;
		struct span v = c->examples[n];

		if (v.len < 8 || !(memchr(v.ptr, '-', v.len) || memchr(v.ptr, '/', v.len) ||
				   memchr(v.ptr, '.', v.len) || memchr(v.ptr, ' ', v.len)))
			return false;
		if (!date_parse(v, DATES_DMY, &civil) && !date_parse(v, DATES_MDY, &civil))
			return false;
	}
	return n > 0;
}

/* " (column 'Placed' holds dates)" */
static void put_date_columns(const struct source *s, struct buf *out)
{
	size_t shown = 0;

	for (size_t i = 0; i < s->plan->column_count && shown < 3; i++) {
		char quoted[ERROR_QUOTE_MAX];

		if (is_of_time(s->plan, i) || !holds_dates(s, i))
			continue;
		buf_printf(out, "%s%s", shown++ ? ", " : s->plan->json ? " (dates are in member " : " (dates are in column ",
			   error_quote(s->plan->columns[i].name, quoted));
	}
	buf_text_put(out, shown ? ")" : "");
}

void report_undated(uint64_t orders, const struct source *s, const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;

	if (!orders)
		return;
	buf_printf(&text, "%llu order%s no time and count%s in no period: --map time=COLUMN names when it was",
		   (unsigned long long)orders, orders == 1 ? " has" : "s have", orders == 1 ? "s" : "");
	put_date_columns(s, &text);
	put_line(calls, true, s->plan->file, buf_view(&text));
	buf_release(&text);
}

void report_left_out(uint64_t rows, const struct source *s,
		     const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;

	if (!rows)
		return;
	buf_printf(&text, "%llu row%s ignored: the mapping makes no event of %s",
		   (unsigned long long)rows, rows == 1 ? "" : "s",
		   rows == 1 ? "it" : "them");
	put_line(calls, false, s->plan->file, buf_view(&text));
	buf_release(&text);
}

void report_end_of_text(char last, uint64_t rejected, uint64_t line, const struct source *s,
			const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;

	/* Documents have an end of their own. */
	if (!last || s->reader->cut == CUT_VALUES)
		return;
	buf_printf(&text, "%s:%llu: ", s->plan->file, (unsigned long long)line);
	if (rejected == line) {
		buf_lit(&text, "the file ends inside this row, without a line end: it seems to be cut; "
			"get it again, whole");
		calls->alert(calls->context, buf_text(&text));
	} else if (s->reader->table && (unsigned char)(last - '0') < 10) {
		buf_lit(&text, "the last line ends with a number and without a line end: "
			"if the file is cut, so is the number");
		calls->say(calls->context, buf_text(&text));
	}
	buf_release(&text);
}

void report_row_notes(const struct row_note notes[READER_NOTES], const struct source *s,
		      const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < READER_NOTES; i++) {
		if (!notes[i].rows)
			continue;
		buf_clear(&text);
		s->reader->put_note(s, i, &notes[i], &text);
		if (text.len)
			put_line(calls, false, s->plan->file, buf_view(&text));
	}
	buf_release(&text);
}

static void report_type(const struct plan *p, const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;

	if (p->type_guessed && p->type != EVENT_TRACK)
		buf_printf(&text, "taken for %.*s records by its columns (--type changes that)",
			   SPAN_ARG(event_type_names[p->type]));
	else if (p->event_default)
		buf_printf(&text, "no column names the event: each row is '%.*s' (--map event=... or --type changes that)",
			   SPAN_ARG(span_sub(p->event_member, 10, p->event_member.len - 11)));
	if (text.len)
		put_line(calls, false, p->file, buf_view(&text));
	buf_release(&text);
}

/* So many names of columns are told. */
#define REST_SHOWN 100

/* Formats name columns that most files do not fill. */
static bool is_worth_telling(const struct source *s, const struct target *t)
{
	/* See report_clocks; and only an empty object is there without a name. */
	if ((t->contest && t->contest->time) || t->names_section)
		return false;
	/* Which of several members goes by a name differs from record to record. */
	if (s->plan->json && ((t->contest && t->contest->fallback) ||
			      plan_find(s->plan, t->field.section, t->field.key) != t))
		return false;
	return t->origin == ORIGIN_REST &&
	       (!s->format || survey_column(&s->survey, (size_t)t->column)->filled);
}

static void report_rest(const struct source *s, const struct ingest_calls *calls)
{
	const struct plan *p = s->plan;
	struct buf text = BUF_INIT;
	size_t count = 0;

	buf_printf(&text, "kept as %s: ",
		   p->type == EVENT_IDENTIFY ? "traits" : "props");
	for (size_t i = 0; i < p->target_count; i++) {
		const struct target *t = &p->targets[i];

		if (!is_worth_telling(s, t) || count++ >= REST_SHOWN)
			continue;
		if (count > 1)
			buf_lit(&text, ", ");
		error_clean(t->field.key, &text);
	}
	if (count > REST_SHOWN)
		buf_printf(&text, " and %zu more", count - REST_SHOWN);
	if (count)
		put_line(calls, false, p->file, buf_view(&text));
	buf_release(&text);
}

void report_plan(const struct source *s, const struct ingest_calls *calls)
{
	struct span rest = buf_view(&s->warnings);

	while (!span_absent(rest) && rest.len)
		put_line(calls, true, s->plan->file, span_cut(&rest, '\n'));
	report_layout(s, calls);
	report_format(s, calls);
	report_records(s, calls);
	if (s->silent)
		return;
	report_type(s->plan, calls);
	report_rest(s, calls);
	report_unread(s, calls);
}

void report_late(const struct map *names, size_t max, const struct source *s,
		 const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;

	if (!names->count)
		return;
	buf_lit(&text, "kept as well, from members that came later: ");
	for (size_t i = 0; i < names->count && i < max; i++) {
		if (i)
			buf_lit(&text, ", ");
		error_clean(names->entries[i].key, &text);
	}
	if (names->count > max)
		buf_lit(&text, " and more");
	put_line(calls, false, s->plan->file, buf_view(&text));
	buf_release(&text);
}
