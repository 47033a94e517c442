/* The sections of the web report. */
#include "understand/report/web.h"

#include "base/error.h"
#include "reference/domain.h"
#include "text/url.h"

/* A course of time with more periods than these leaves out those without a visit. */
#define GAPS_MAX 800
/* So many files, and so many of a hundred, must name a host for it to be the site's own. */
#define OWN_FILES_MIN 10
#define OWN_PERCENT 50

struct filling {
	struct web_part *all;
	const struct web_asked *asked;
	struct sheet *sheet;
	struct span own;	/* the site's host without www.; absent: not known by its files */
};

/* ---- the key figures ---- */

static struct cell change_cell(const struct cell *now, const struct cell *before)
{
	double was, is;

	if (now->kind == CELL_COUNT && before->kind == CELL_COUNT) {
		is = (double)now->count;
		was = (double)before->count;
	} else if (now->kind == CELL_NUMBER && before->kind == CELL_NUMBER) {
		is = decimal_double(now->number);
		was = decimal_double(before->number);
	} else {
		return CELL_EMPTY;
	}
	return cell_share(is - was, was);
}

static const char *pause_text(const struct filling *f)
{
	int64_t ms = f->asked->rules->inactivity;

	return ms % 60000 ? sheet_text(f->sheet, "%.15g seconds", (double)ms / 1000) :
	       sheet_text(f->sheet, "%lld minutes", (long long)(ms / 60000));
}

static const char *definition(const struct filling *f)
{
	const struct web_asked *a = f->asked;

	return sheet_text(f->sheet, "Sessions by the rules of %s: they end after %s without an event%s%s%s; bounced: %s",
			  a->rules->name, pause_text(f),
			  a->rules->longest ? ", after 24 hours" : "", a->rules->at_midnight ? ", at midnight" : "",
			  a->rules->at_campaign ? ", when the campaign changes" : "",
			  a->rules->bounced == BOUNCED_ONE_EVENT ? "one event" :
			  a->rules->bounced == BOUNCED_ONE_VIEW ? "one page and nothing else" :
			  a->rules->engaged_after > 10000 ? "less than 20 seconds, fewer than two pages, no order" :
			  "at most 10 seconds, fewer than two pages, no order");
}

static const char *bots_note(const struct filling *f)
{
	switch (f->asked->bots) {
	case BOTS_OUT: return "programs (bots) are left out";
	case BOTS_IN: return "programs (bots) count like people";
	case BOTS_ONLY: return "only programs (bots) count";
	}
	return "";
}

static const char *period_note(const struct filling *f)
{
	const struct web_asked *a = f->asked;

	if (a->from && a->to)
		return sheet_text(f->sheet, "; %s to %s", a->from, a->to);
	if (a->from)
		return sheet_text(f->sheet, "; from %s", a->from);
	return a->to ? sheet_text(f->sheet, "; until %s", a->to) : "";
}

static uint64_t requests_of(const struct web_totals *t)
{
	uint64_t sum = 0;

	for (int i = 0; i < REQUEST_KINDS; i++)
		sum += t->kinds[i];
	return sum;
}

enum { FIGURES = 18 };

static void find_figures(const struct web_totals *t, struct cell *out)
{
	uint64_t returning = t->sessions - t->new_visitors;
	const struct cell cells[FIGURES] = {
		cell_count(t->visitors), cell_count(t->new_visitors), cell_count(t->sessions), cell_count(returning),
		cell_count(t->kinds[REQUEST_VIEW]), cell_mean(t->session_views, t->sessions, 1),
		cell_mean(t->duration_ms, t->sessions, 1000),
		cell_share((double)t->bounced, (double)t->sessions),
		cell_share((double)(t->sessions - t->bounced), (double)t->sessions),
		cell_count(t->orders), cell_count(requests_of(t)), cell_count(t->kinds[REQUEST_ACT]),
		cell_count(t->kinds[REQUEST_ASSET]), cell_count(t->kinds[REQUEST_REDIRECT]),
		cell_count(t->kinds[REQUEST_OTHER]), cell_count(t->kinds[REQUEST_FAILED]),
		cell_count(t->server_errors), cell_count(t->bytes),
	};

	for (int i = 0; i < FIGURES; i++)
		out[i] = cells[i];
}

static void fill_figures(const struct filling *f)
{
	bool compared = f->asked->compare;
	static const char *const names[FIGURES] = {
		"visitors", "new_visitors", "sessions", "returning_sessions", "page_views", "views_per_session",
		"mean_seconds", "bounced", "not_bounced", "orders", "requests", "acts", "assets", "redirects",
		"head_and_options", "errors", "server_errors", "bytes",
	};
	const struct column columns[] = {
		{"figure", "", NULL, -1}, {"value", compared ? "Now" : "", NULL, 2}, {"before", "Before", NULL, 2}, {"change", "Change", NULL, -1},
	};
	struct section *s = sheet_add(f->sheet, "web", "Visits", columns, compared ? 4 : 2);
	struct cell now[FIGURES], before[FIGURES];

	s->note = sheet_text(f->sheet, "%s; %s%s", definition(f), bots_note(f), period_note(f));
	s->pairs = !compared;
	find_figures(&f->all->now, now);
	find_figures(&f->all->before, before);
	for (int i = 0; i < FIGURES; i++) {
		struct cell *row = section_row(s);

		row[0] = cell_text(span_of(names[i]));
		row[1] = now[i];
		if (!compared)
			continue;
		row[2] = before[i];
		row[3] = change_cell(&now[i], &before[i]);
	}
}

/* ---- the course of time ---- */

static void put_period(const struct filling *f, struct section *s, int64_t day, const uint64_t *counts)
{
	struct cell *row = section_row(s);
	int year, month, d;

	moment_civil_date(day, &year, &month, &d);
	row[0] = cell_text(span_of(f->asked->by == BY_MONTH ? sheet_text(f->sheet, "%04d-%02d", year, month) :
				   sheet_text(f->sheet, "%04d-%02d-%02d", year, month, d)));
	row[1] = cell_count(counts[PERIOD_VISITORS]);
	row[2] = cell_count(counts[PERIOD_NEW]);
	row[3] = cell_count(counts[PERIOD_SESSIONS]);
	row[4] = cell_count(counts[PERIOD_VIEWS]);
	row[5] = cell_share((double)counts[PERIOD_BOUNCED], (double)counts[PERIOD_SESSIONS]);
}

static void put_periods(const struct filling *f, struct section *s, struct tally *t)
{
	static const uint64_t none[TALLY_COUNTS];
	int64_t first, last, day;
	size_t i = 0;
	bool gaps;

	tally_sort_by_key(t);
	first = web_period_day(t->rows[0].key);
	last = web_period_day(t->rows[tally_size(t) - 1].key);
	gaps = (last - first) / (f->asked->by == BY_MONTH ? 28 : f->asked->by == BY_WEEK ? 7 : 1) < GAPS_MAX;
	for (day = first; day <= last;) {
		bool there = web_period_day(t->rows[i].key) == day;

		put_period(f, s, day, there ? t->rows[i].counts : none);
		i += there;
		if (i == tally_size(t))
			break;
		day = gaps ? web_period_next(f->asked, day) : web_period_day(t->rows[i].key);
	}
}

static void fill_periods(const struct filling *f)
{
	static const char *const names[] = {"day", "week", "month"};
	static const char *const labels[] = {"Day", "Week from", "Month"};
	static const char *const keys[] = {"days", "weeks", "months"};
	const struct column columns[] = {
		{names[f->asked->by], labels[f->asked->by], NULL, -1}, {"visitors", "Visitors", NULL, -1},
		{"new", "New", NULL, -1}, {"sessions", "Sessions", NULL, -1}, {"views", "Page views", NULL, -1},
		{"bounced", "Bounced", NULL, -1},
	};
	struct tally *t = &f->all->panels[WEB_PERIODS].tally;
	struct section *s;

	if (!tally_size(t))
		return;
	s = sheet_add(f->sheet, keys[f->asked->by], "The course of time", columns, 6);
	s->note = "Sessions by their beginning, page views by their own time";
	s->chart = CHART_LINE;
	s->chart_value = 4;
	put_periods(f, s, t);
}

static void fill_slots(const struct filling *f, const char *key, const char *title, const char *const *names,
		       const uint64_t *views, int count)
{
	const struct column columns[] = {{key, title, NULL, -1}, {"views", "Page views", NULL, -1}, {"share", "Share", NULL, -1}};
	uint64_t whole = 0;
	struct section *s;

	for (int i = 0; i < count; i++)
		whole += views[i];
	if (!whole)
		return;
	s = sheet_add(f->sheet, sheet_text(f->sheet, "%ss", key), title, columns, 3);
	s->chart = CHART_BARS;
	s->chart_value = 1;
	for (int i = 0; i < count; i++) {
		struct cell *row = section_row(s);

		row[0] = cell_text(span_of(names ? names[i] : sheet_text(f->sheet, "%02d:00", i)));
		row[1] = cell_count(views[i]);
		row[2] = cell_share((double)views[i], (double)whole);
	}
}

static void fill_hours(const struct filling *f)
{
	static const char *const days[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

	fill_slots(f, "hour", "Hour of the day", NULL, f->all->hours, 24);
	fill_slots(f, "weekday", "Day of the week", days, f->all->weekdays, 7);
}

/* ---- where visits came from ---- */

/* The host that most files of pages name as theirs. */
static void find_own_host(struct filling *f)
{
	struct tally *t = &f->all->panels[WEB_OWN].tally;
	uint64_t whole = 0, named = 0;
	struct span host;

	tally_sort_by_count(t);
	if (!tally_size(t))
		return;
	host = host_without_www(t->rows[0].key);
	for (size_t i = 0; i < tally_size(t); i++) {
		whole += t->rows[i].counts[0];
		if (domain_holds(host, t->rows[i].key))
			named += t->rows[i].counts[0];
	}
	if (named < OWN_FILES_MIN || named * 100 < whole * OWN_PERCENT)
		return;
	f->own = host;
}

/* The parts of an origin's key (web.c). */
struct origin_parts {
	struct span host, channel, source, medium;
};

static struct origin_parts cut_origin(const struct filling *f, struct span key)
{
	struct origin_parts o;

	o.host = span_cut(&key, '\0');
	o.channel = span_cut(&key, '\0');
	o.source = span_cut(&key, '\0');
	o.medium = key;
	if (!span_absent(f->own) && o.host.len && domain_holds(f->own, o.host))
		o = (struct origin_parts){SPAN(""), SPAN("Direct"), SPAN("(direct)"), SPAN("(none)")};
	return o;
}

static void add_row(struct tally *to, struct span key, const struct tally_row *from)
{
	struct tally_row *row = tally_row(to, key);

	for (int i = 0; i < TALLY_COUNTS; i++)
		row->counts[i] += from->counts[i];
}

/* Sources, of which those of the site's own host are none, and their channels. */
static void settle_origins(const struct filling *f, struct tally *sources)
{
	const struct tally *t = &f->all->panels[WEB_ORIGINS].tally;
	uint64_t moved = 0;
	struct buf key = BUF_INIT;

	for (size_t i = 0; i < tally_size(t); i++) {
		struct origin_parts o = cut_origin(f, t->rows[i].key);

		moved += span_absent(f->own) || o.host.len || !t->rows[i].key.ptr[0] ? 0 : t->rows[i].counts[0];
		buf_clear(&key);
		buf_span(&key, o.source);
		buf_char(&key, '\0');
		buf_span(&key, o.medium);
		buf_char(&key, '\0');
		buf_span(&key, o.channel);
		add_row(sources, buf_view(&key), &t->rows[i]);
		add_row(&f->all->panels[WEB_CHANNELS].tally, o.channel, &t->rows[i]);
	}
	buf_release(&key);
	if (moved)
		sheet_warn(f->sheet, "web: %llu sessions came from '%.*s', which is taken for this site itself, as most of its files belong to pages there; say --own-host HOST where that is wrong",
			   (unsigned long long)moved, SPAN_ARG(f->own));
}

static void put_session_cells(struct cell *row, const struct tally_row *of, uint64_t whole)
{
	row[0] = cell_count(of->counts[PANEL_COUNT]);
	row[1] = cell_share((double)of->counts[PANEL_COUNT], (double)whole);
	row[2] = cell_share((double)of->counts[PANEL_BOUNCED], (double)of->counts[PANEL_COUNT]);
	row[3] = cell_mean(of->counts[PANEL_VIEWS], of->counts[PANEL_COUNT], 1);
	row[4] = cell_mean(of->counts[PANEL_SECONDS], of->counts[PANEL_COUNT], 1);
}

#define SESSION_COLUMNS \
	{"sessions", "Sessions", NULL, -1}, {"share", "Share", NULL, -1}, {"bounced", "Bounced", NULL, -1}, \
	{"views_per_session", "Page views a session", NULL, 2}, {"mean_seconds", "Mean seconds", NULL, 1}

static void fill_sessions_by(const struct filling *f, struct tally *t, const char *key, const char *title,
			     const char *name, const char *label)
{
	const struct column columns[] = {{name, label, NULL, -1}, SESSION_COLUMNS};
	struct section *s;

	if (!tally_size(t))
		return;
	tally_sort_by_count(t);
	s = sheet_add(f->sheet, key, title, columns, 6);
	s->chart = CHART_BARS;
	s->chart_value = 1;
	for (size_t i = 0; i < tally_size(t); i++) {
		if (i >= f->asked->limit) {
			s->left_out = tally_size(t) - i;
			break;
		}
		struct cell *row = section_row(s);

		row[0] = cell_text(arena_copy(&f->sheet->texts, t->rows[i].key));
		put_session_cells(row + 1, &t->rows[i], f->all->now.sessions);
	}
}

static void fill_sources(const struct filling *f, struct tally *t)
{
	static const struct column columns[] = {
		{"source", "Source", NULL, -1}, {"medium", "Medium", NULL, -1}, {"channel", "Channel", NULL, -1}, SESSION_COLUMNS,
	};
	struct section *s;

	if (!tally_size(t))
		return;
	tally_sort_by_count(t);
	s = sheet_add(f->sheet, "sources", "Sources", columns, 8);
	s->label_columns = 3;
	for (size_t i = 0; i < tally_size(t); i++) {
		struct span key = arena_copy(&f->sheet->texts, t->rows[i].key);
		struct cell *row;

		if (i >= f->asked->limit) {
			s->left_out = tally_size(t) - i;
			break;
		}
		row = section_row(s);
		row[0] = cell_text(span_cut(&key, '\0'));
		row[1] = cell_text(span_cut(&key, '\0'));
		row[2] = cell_text(key);
		put_session_cells(row + 3, &t->rows[i], f->all->now.sessions);
	}
}

static void fill_origins(const struct filling *f)
{
	struct tally sources = TALLY_INIT;

	settle_origins(f, &sources);
	fill_sessions_by(f, &f->all->panels[WEB_CHANNELS].tally, "channels", "Channels", "channel", "Channel");
	fill_sources(f, &sources);
	fill_sessions_by(f, &f->all->panels[WEB_CAMPAIGNS].tally, "campaigns", "Campaigns", "campaign", "Campaign");
	fill_sessions_by(f, &f->all->panels[WEB_TERMS].tally, "search_words", "Search words of campaigns", "words", "Words");
	tally_release(&sources);
}

/* ---- what was asked for, and by whom ---- */

/* The rows of T, by descending counts[BY], those of 0 left out. */
static void sort_by(struct tally *t, int by)
{
	if (by) {
		for (size_t i = 0; i < tally_size(t); i++) {
			uint64_t first = t->rows[i].counts[0];

			t->rows[i].counts[0] = t->rows[i].counts[by];
			t->rows[i].counts[by] = first;
		}
	}
	tally_sort_by_count(t);
	if (by) {
		for (size_t i = 0; i < tally_size(t); i++) {
			uint64_t first = t->rows[i].counts[0];

			t->rows[i].counts[0] = t->rows[i].counts[by];
			t->rows[i].counts[by] = first;
		}
	}
}

static size_t rows_with(const struct tally *t, int by)
{
	size_t count = 0;

	while (count < tally_size(t) && t->rows[count].counts[by])
		count++;
	return count;
}

static void fill_pages(const struct filling *f, const char *key, const char *title, int by)
{
	static const struct column columns[] = {
		{"page", "Page", NULL, -1}, {"views", "Page views", NULL, -1}, {"visitors", "Visitors", NULL, -1},
		{"entries", "Entries", NULL, -1}, {"exits", "Exits", NULL, -1}, {"exit_rate", "Exit rate", NULL, -1},
	};
	struct tally *t = &f->all->panels[WEB_PAGES].tally;
	struct section *s;
	size_t count;

	sort_by(t, by);
	count = rows_with(t, by);
	if (!count)
		return;
	s = sheet_add(f->sheet, key, title, columns, 6);
	s->chart = CHART_BARS;
	s->chart_value = by == PANEL_ENTRIES ? 3 : by == PANEL_EXITS ? 4 : 1;
	for (size_t i = 0; i < count && i < f->asked->limit; i++) {
		const struct tally_row *of = &t->rows[i];
		struct cell *row = section_row(s);

		row[0] = cell_text(arena_copy(&f->sheet->texts, of->key));
		row[1] = cell_count(of->counts[PANEL_COUNT]);
		row[2] = cell_count(of->counts[PANEL_VISITORS]);
		row[3] = cell_count(of->counts[PANEL_ENTRIES]);
		row[4] = cell_count(of->counts[PANEL_EXITS]);
		row[5] = cell_share((double)of->counts[PANEL_EXITS], (double)of->counts[PANEL_COUNT]);
	}
	s->left_out = count > f->asked->limit ? count - f->asked->limit : 0;
}

/* A list of requests by what PANEL is about. */
struct request_list {
	enum web_panel panel;
	const char *key, *title, *name, *label, *what;
};

static uint64_t sum_of(const struct tally *t)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < tally_size(t); i++)
		sum += t->rows[i].counts[PANEL_COUNT];
	return sum;
}

static void fill_requests(const struct filling *f, const struct request_list *l)
{
	const struct column columns[] = {
		{l->name, l->label, NULL, -1}, {"requests", l->what, NULL, -1}, {"share", "Share", NULL, -1},
		{"visitors", "Visitors", NULL, -1}, {"bytes", "Bytes", NULL, -1},
		{"referrer", "First of the pages that link there", NULL, -1},
	};
	struct tally *t = &f->all->panels[l->panel].tally;
	bool example = l->panel == WEB_NOT_FOUND;
	uint64_t whole = sum_of(t);
	struct section *s;

	if (!tally_size(t))
		return;
	tally_sort_by_count(t);
	s = sheet_add(f->sheet, l->key, l->title, columns, example ? 6 : 5);
	s->chart = CHART_BARS;
	s->chart_value = 1;
	for (size_t i = 0; i < tally_size(t) && i < f->asked->limit; i++) {
		const struct tally_row *of = &t->rows[i];
		struct cell *row = section_row(s);

		row[0] = cell_text(arena_copy(&f->sheet->texts, of->key));
		row[1] = cell_count(of->counts[PANEL_COUNT]);
		row[2] = cell_share((double)of->counts[PANEL_COUNT], (double)whole);
		row[3] = cell_count(of->counts[PANEL_VISITORS]);
		row[4] = cell_count(of->counts[PANEL_BYTES]);
		if (example)
			row[5] = cell_text(span_absent(of->example) ? SPAN_NONE : arena_copy(&f->sheet->texts, of->example));
	}
	s->left_out = tally_size(t) > f->asked->limit ? tally_size(t) - f->asked->limit : 0;
}

static void fill_lists(const struct filling *f)
{
	static const struct request_list lists[] = {
		{WEB_NOT_FOUND, "not_found", "Not found", "page", "Page", "Requests"},
		{WEB_STATUSES, "statuses", "Status", "status", "Status", "Requests"},
		{WEB_METHODS, "methods", "Methods", "method", "Method", "Requests"},
		{WEB_HOSTS, "hosts", "Hosts that were asked", "host", "Host", "Requests"},
		{WEB_ASSETS, "assets", "Files that pages bring along", "file", "File", "Requests"},
		{WEB_CLIENTS, "clients", "Addresses of visitors", "address", "Address", "Requests"},
		{WEB_COUNTRIES, "countries", "Countries", "country", "Country", "Page views and acts"},
		{WEB_BROWSERS, "browsers", "Browsers", "browser", "Browser", "Page views and acts"},
		{WEB_SYSTEMS, "systems", "Systems", "system", "System", "Page views and acts"},
		{WEB_DEVICES, "devices", "Devices", "device", "Device", "Page views and acts"},
		{WEB_BOTS, "bots", "Programs", "program", "Program", "Requests"},
	};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		fill_requests(f, &lists[i]);
}

static void fill_times(const struct filling *f)
{
	static const struct column columns[] = {
		{"page", "Page", NULL, -1}, {"requests", "Requests", NULL, -1}, {"total_seconds", "Seconds in all", NULL, 1},
		{"mean_seconds", "Mean seconds", NULL, 3}, {"over_a_second", "Over a second", NULL, -1},
	};
	struct tally *t = &f->all->panels[WEB_TIMES].tally;
	struct section *s;

	if (!tally_size(t))
		return;
	sort_by(t, TIMED_US);
	s = sheet_add(f->sheet, "times", "What keeps the server busy", columns, 5);
	s->chart = CHART_BARS;
	s->chart_value = 2;
	for (size_t i = 0; i < tally_size(t) && i < f->asked->limit; i++) {
		const struct tally_row *of = &t->rows[i];
		struct cell *row = section_row(s);

		row[0] = cell_text(arena_copy(&f->sheet->texts, of->key));
		row[1] = cell_count(of->counts[TIMED_COUNT]);
		row[2] = cell_mean(of->counts[TIMED_US], 1, 1000000);
		row[3] = cell_mean(of->counts[TIMED_US], of->counts[TIMED_COUNT], 1000000);
		row[4] = cell_share((double)of->counts[TIMED_SLOW], (double)of->counts[TIMED_COUNT]);
	}
	s->left_out = tally_size(t) > f->asked->limit ? tally_size(t) - f->asked->limit : 0;
}

static void warn(const struct filling *f)
{
	const struct web_part *all = f->all;

	if (!requests_of(&all->now) && !all->now.bots)
		sheet_warn(f->sheet, "web: no event here is of a site or an app%s: cdp-ingest reads web logs, and page views of trackers",
			   f->asked->from || f->asked->to ? " in this period" : "");
	if (all->agents && all->now.no_agent)
		sheet_warn(f->sheet, "web: %llu requests without a user agent count as people's; most are of programs",
			   (unsigned long long)all->now.no_agent);
	if (all->without_events)
		sheet_warn(f->sheet, "web: %llu customer%s not all their events here (cdp-merge --max-events, --no-events)",
			   (unsigned long long)all->without_events, all->without_events == 1 ? " has" : "s have");
}

static struct span channel_of_row(const void *context, size_t row)
{
	const struct filling *f = context;

	return cut_origin(f, f->all->panels[WEB_ORIGINS].tally.rows[row].key).channel;
}

void web_fill(struct web_part *all, const struct web_asked *asked, struct sheet *sheet)
{
	struct filling f = {all, asked, sheet, SPAN_NONE};

	if (!asked->own_hosts)
		find_own_host(&f);
	/* Before anything is sorted; of all days alone: a part of them has no past. */
	if (!asked->from && !asked->to)
		web_weeks_fill(&all->weeks, &all->panels[WEB_PAGES].tally, &all->panels[WEB_ORIGINS].tally, channel_of_row, &f, sheet);
	fill_figures(&f);
	fill_periods(&f);
	fill_origins(&f);
	fill_pages(&f, "pages", "Pages", PANEL_COUNT);
	fill_pages(&f, "entries", "Where sessions begin", PANEL_ENTRIES);
	fill_pages(&f, "exits", "Where sessions end", PANEL_EXITS);
	fill_times(&f);
	fill_lists(&f);
	fill_hours(&f);
	warn(&f);
}
