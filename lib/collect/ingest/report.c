#include "collect/ingest/report.h"

#include <string.h>

#include "collect/ingest/question_table.h"
#include "collect/ingest/report_groups.h"
#include "collect/ingest/report_table.h"
#include "collect/ingest/report_unread.h"
#include "collect/mapping/contest.h"
#include "collect/rows/feed.h"
#include "time/date_text.h"

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
			   error_quote(span_trim(s->plan->columns[i].name).len ? s->plan->columns[i].name :
				       s->plan->columns[i].folded, quoted));
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

void report_ownerless(uint64_t orders, const struct source *s, const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;

	/* A file that names nobody at all is warned of by itself. */
	if (!orders || !question_identifies(s))
		return;
	buf_printf(&text, "%llu order%s nobody: no identifier is in %s, so that %s for no customer",
		   (unsigned long long)orders, orders == 1 ? " names" : "s name", orders == 1 ? "it" : "them",
		   orders == 1 ? "it counts" : "they count");
	put_line(calls, false, s->plan->file, buf_view(&text));
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

static void put_kinds(const struct kind_counts *counts, struct buf *out)
{
	static const char *const one[] = {"", "event", "order by the name of its stream or type", "identify record", "page view"};
	static const char *const many[] = {"", "events", "orders by the name of their stream or type", "identify records", "page views"};
	const char *between = "";

	for (int kind = 0; kind < ROW_KINDS; kind++) {
		if (!counts->rows[kind])
			continue;
		buf_printf(out, "%s%llu %s", between, (unsigned long long)counts->rows[kind],
			   counts->rows[kind] == 1 ? one[kind] : many[kind]);
		between = ", ";
	}
}

void report_kinds(const struct kind_counts *counts, const struct source *s, const struct ingest_calls *calls)
{
	uint64_t others = 0;
	struct buf text = BUF_INIT;

	for (int kind = 0; kind < ROW_KINDS; kind++)
		others += (enum row_kind)kind == s->plan->kind ? 0 : counts->rows[kind];
	if (others) {
		buf_lit(&text, "each record is taken for what it says: ");
		put_kinds(counts, &text);
		buf_lit(&text, " (--type changes that)");
		put_line(calls, false, s->plan->file, buf_view(&text));
		buf_clear(&text);
	}
	if (counts->halves && (s->plan->order_kind != ORDER_NONE || !s->plan->event_default)) {
		buf_printf(&text, "%llu record%s an order's number, but no money, and %s: --map 'event=\"Order Completed\"' "
			   "makes each row an order", (unsigned long long)counts->halves, counts->halves == 1 ? " has" : "s have",
			   counts->halves == 1 ? "is no purchase" : "are no purchases");
		put_line(calls, true, s->plan->file, buf_view(&text));
	}
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

/* A column that events have for their time, and of which people keep a trait; absent: there is none. */
static struct span find_event_time(const struct plan *p)
{
	struct arena a = ARENA_INIT;
	struct span label = {0};
	struct field f;
	unsigned rank;

	for (const struct target *t = p->targets; t < p->targets + p->target_count && span_absent(label); t++)
		if (t->origin == ORIGIN_REST && t->column >= 0 &&
		    field_of_header(p->columns[t->column].name, p->source, false, &a, &f, &rank) &&
		    f.section == SECTION_TIME && !field_is_clock(p->columns[t->column].name) &&
		    !span_starts(p->columns[t->column].folded, SPAN("create")))
			label = t->label;
	arena_release(&a);
	return label;
}

static void put_type(const struct plan *p, struct buf *out)
{
	struct span time = p->type == EVENT_IDENTIFY ? find_event_time(p) : (struct span){0};

	buf_printf(out, "taken for %.*s records by its columns (--type changes that",
		   SPAN_ARG(event_type_names[p->type]));
	if (!span_absent(time))
		buf_printf(out, "; where each row is something that happened at %.*s, --type track", SPAN_ARG(time));
	buf_char(out, ')');
}

bool report_says_orders(const struct source *s)
{
	for (size_t i = 0; s->by_row && i < s->plan->column_count; i++) {
		const struct survey_column *c = survey_column(&s->survey, i);
		struct span name = s->plan->columns[i].name;

		if (span_starts(name, SPAN("outer.")))
			name = span_sub(name, sizeof "outer." - 1, name.len);
		if (!s->plan->json || !row_kind_is_said_by(name))
			continue;
		for (size_t n = 0; n < SURVEY_EXAMPLES && !span_absent(c->examples[n]); n++)
			if (row_kind_of_word(c->examples[n]) == ROW_ORDER)
				return true;
	}
	return false;
}

/* A column that nothing reads, and whose name may say what happened; NULL: there is none. */
static const struct target *find_action(const struct plan *p)
{
	for (const struct target *t = p->targets; t < p->targets + p->target_count; t++)
		if (t->origin == ORIGIN_REST && t->column >= 0 && field_is_action(p->columns[t->column].name))
			return t;
	return NULL;
}

static void put_unnamed(const struct plan *p, struct buf *out)
{
	const struct target *action = find_action(p);

	buf_printf(out, "no column names the event: each row is '%.*s' (",
		   SPAN_ARG(span_sub(p->event_member, 10, p->event_member.len - 11)));
	if (action)
		buf_printf(out, "--map event=%.*s takes its name from %.*s", SPAN_ARG(p->columns[action->column].folded),
			   SPAN_ARG(action->label));
	else
		buf_lit(out, "--map event=...");
	buf_lit(out, " or --type changes that)");
}

static void report_type(const struct source *s, const struct ingest_calls *calls)
{
	const struct plan *p = s->plan;
	struct buf text = BUF_INIT;

	if (report_says_orders(s))
		return;
	if (p->type_guessed && p->type != EVENT_TRACK)
		put_type(p, &text);
	else if (p->event_default)
		put_unnamed(p, &text);
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

/* Money in columns that the format knows by other names: what it does not take off stays in the revenue. */
static void report_renamed(const struct source *s, const struct ingest_calls *calls)
{
	const struct plan *p = s->plan;
	char quoted[ERROR_QUOTE_MAX], known[ERROR_QUOTE_MAX];
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < p->renamed_count; i++) {
		const struct renamed_column *r = &p->renamed[i];
		const struct column *c = &p->columns[r->column];

		buf_clear(&text);
		error_quote(c->name, quoted);
		if (r->sure)
			buf_printf(&text, "column %s is read as %s of %s (--map %.*s=COLUMN names another)", quoted,
				   error_quote(r->known, known), s->format->name, SPAN_ARG(r->key));
		else
			buf_printf(&text, "column %s may be %s of %s, which the file lacks: amounts are taken without it; "
				   "--map %.*s=%.*s reads it, --map %.*s=null says that it is none", quoted,
				   error_quote(r->known, known), s->format->name, SPAN_ARG(r->key), SPAN_ARG(c->folded), SPAN_ARG(r->key));
		put_line(calls, !r->sure, p->file, buf_view(&text));
	}
	buf_release(&text);
}

/* Has the name of the file or source a word for lists of those who want no more? */
static bool is_named_unsubscribes(const struct plan *p)
{
	static const char *const words[] = {
		"unsub", "optout", "optedout", "donotcontact", "donotmail", "suppress", "abmeld", "abgemeldet", "desinscri",
		"desabonn", "disiscri",
	};
	struct arena a = ARENA_INIT;
	struct span name = field_squash(p->source, &a);
	bool found = false;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		found |= span_find(name, span_of(words[i])) < name.len;
	arena_release(&a);
	return found;
}

/* People, and nothing that says a consent: a date or a reason beside them does not. */
static bool says_no_consent(const struct plan *p)
{
	return p->type == EVENT_IDENTIFY && p->section_at[SECTION_IDS] < p->section_at[SECTION_IDS + 1] &&
	       p->section_at[SECTION_CONSENT] == p->section_at[SECTION_CONSENT + 1] && !p->consents_beside;
}

static void report_unsubscribes(const struct source *s, const struct ingest_calls *calls)
{
	if (!s->format && says_no_consent(s->plan) && is_named_unsubscribes(s->plan))
		put_line(calls, true, s->plan->file,
			 SPAN("by its name a list of people who want no more mail, and no column says so: "
			      "-f unsubscribes denies their consent to marketing"));
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
	report_type(s, calls);
	report_unsubscribes(s, calls);
	report_rest(s, calls);
	report_renamed(s, calls);
	report_unread(s, calls);
	report_groups(s, calls);
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
