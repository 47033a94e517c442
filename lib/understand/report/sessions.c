/*
 * Sessions under each set of rules of journey/session.h, which says what an event of a
 * session is and where a session ends: how many, of how many customers, how long, and
 * where they came from.
 *
 * A session lasts from its first event to its last, one of one event 0 seconds: the mean
 * contains it.  Events after as_of are not counted.
 */
#include "base/mem.h"
#include "journey/session.h"
#include "understand/report/count.h"
#include "understand/report/partial.h"
#include "understand/report/tally.h"

#define SETS SESSION_RULE_SETS
#define SOURCE_SETS 2	/* ga4 and matomo: the others end sessions as ga4, but for 24 hours */

/* What is counted by one set of rules. */
struct sums {
	uint64_t sessions, customers, events, bounced;
	uint64_t duration;	/* ms: within a session's gaps, at most 30 min an event */
	struct tally sources;	/* key: source, NUL, medium; counts: sessions, bounced */
};

struct worker_part {
	struct sums sums[SETS];
	struct session_walk walks[SETS];
	struct buf scratch, key;
	uint64_t without_events;	/* customers whose events are not all there */
};

struct sessions {
	const struct zone *zone;
	unsigned workers;
	struct worker_part *parts;
};

static void *start(const struct count_setup *setup, struct error *err)
{
	struct sessions *s = mem_zero(1, sizeof *s);

	(void)err;
	s->zone = setup->zone;
	s->workers = setup->workers;
	s->parts = mem_zero(setup->workers, sizeof *s->parts);
	return s;
}

static int begin(void *state, unsigned worker, const struct profile *p,
		 struct error *err)
{
	struct sessions *s = state;

	(void)p;
	(void)err;
	for (int i = 0; i < SETS; i++)
		session_start(&s->parts[worker].walks[i], &session_rule_sets[i], s->zone);
	return 0;
}

static void count_session(struct worker_part *w, int set, const struct session *session)
{
	struct sums *to = &w->sums[set];
	bool bounced = session_bounced(&session_rule_sets[set], session);
	struct tally_row *row;

	to->sessions++;
	to->events += session->events;
	to->bounced += bounced;
	to->duration += (uint64_t)(session->end - session->start);
	buf_clear(&w->key);
	buf_span(&w->key, session->from.source);
	buf_char(&w->key, '\0');
	buf_span(&w->key, session->from.medium);
	row = tally_row(&to->sources, buf_view(&w->key));
	row->counts[0]++;
	row->counts[1] += bounced;
}

static void count_event(struct worker_part *w, const struct session_event *e)
{
	struct session ended;

	for (int i = 0; i < SETS; i++)
		if (session_feed(&w->walks[i], e, &ended))
			count_session(w, i, &ended);
}

/* A customer with sessions ends with one that is open. */
static void end_sessions(struct worker_part *w)
{
	struct session ended;

	for (int i = 0; i < SETS; i++) {
		if (!session_finish(&w->walks[i], &ended))
			continue;
		count_session(w, i, &ended);
		w->sums[i].customers++;
	}
}

/* Walks the events again, now that all are good: keeping sessions till then would cost memory. */
static int commit(void *state, unsigned worker, const struct profile *p,
		  struct error *err)
{
	struct worker_part *w = &((struct sessions *)state)->parts[worker];
	struct profile_events walk;
	struct session_event event;
	struct event e;
	int got;

	profile_events_start(&walk, p);
	while ((got = profile_events_next_past(&walk, p->as_of, &e, err)) > 0)
		if (session_event_read(&e, &event, &w->scratch))
			count_event(w, &event);
	end_sessions(w);
	w->without_events += p->events.kind != VALUE_ARRAY ||
			     p->events_omitted.kind == VALUE_NUMBER;
	return got;
}

static int add_sums(struct sums *all, const struct sums *part, struct error *err)
{
	all->sessions += part->sessions;
	all->customers += part->customers;
	all->events += part->events;
	all->bounced += part->bounced;
	all->duration += part->duration;
	return tally_merge(&all->sources, &part->sources, err);
}

static void fill_sessions(struct sheet *sheet, const struct sums *all, uint64_t without_events)
{
	static const struct column columns[] = {
		{"rules", "Rules", NULL, -1}, {"sessions", "Sessions", NULL, -1},
		{"customers", "Customers", NULL, -1},
		{"events_per_session", "Events a session", NULL, 2},
		{"mean_seconds", "Mean seconds", NULL, 1}, {"bounced", "Bounced", NULL, -1},
	};
	struct section *section = sheet_add(sheet, "sessions", "Sessions", columns, 6);

	section->note = sheet_note_missing(sheet,
		"A session ends after more than 30 minutes without an event; by matomo also at midnight and when "
		"the campaign changes, by posthog after 24 hours. Bounced: by ga4 at most 10 seconds, fewer than two "
		"pages and no order; by matomo one event; by plausible and posthog one page and "
		"nothing else; by snowplow as ga4 with 20 seconds", without_events);
	for (int i = 0; i < SETS; i++) {
		const struct sums *from = &all[i];
		struct cell *row = section_row(section);

		row[0] = cell_text(span_of(session_rule_sets[i].name));
		row[1] = cell_count(from->sessions);
		row[2] = cell_count(from->customers);
		row[3] = cell_mean(from->events, from->sessions, 1);
		row[4] = cell_mean(from->duration, from->sessions, 1000);
		row[5] = cell_share((double)from->bounced, (double)from->sessions);
	}
}

static void put_sources(struct section *section, struct sheet *sheet, const char *rules,
			struct sums *from)
{
	tally_sort_by_count(&from->sources);
	for (size_t i = 0; i < tally_size(&from->sources); i++) {
		const struct tally_row *of = &from->sources.rows[i];
		struct span key = arena_copy(&sheet->texts, of->key);
		struct cell *row = section_row(section);

		row[0] = cell_text(span_of(rules));
		row[1] = cell_text(span_cut(&key, '\0'));
		row[2] = cell_text(key);
		row[3] = cell_count(of->counts[0]);
		row[4] = cell_share((double)of->counts[0], (double)from->sessions);
		row[5] = cell_share((double)of->counts[1], (double)of->counts[0]);
	}
}

static void fill_sources(struct sheet *sheet, struct sums *all)
{
	static const struct column columns[] = {
		{"rules", "Rules", NULL, -1}, {"source", "Source", NULL, -1},
		{"medium", "Medium", NULL, -1}, {"sessions", "Sessions", NULL, -1},
		{"share", "Share", NULL, -1}, {"bounced", "Bounced", NULL, -1},
	};
	struct section *section = sheet_add(sheet, "sessions_by_source", "Where sessions came from",
					    columns, 6);

	section->note = "The campaign of a session's first event that has one, else the referrer's host";
	section->label_columns = 3;
	for (int i = 0; i < SOURCE_SETS; i++)
		put_sources(section, sheet, session_rule_sets[i].name, &all[i]);
}

static int add_up(struct sessions *s, struct error *err)
{
	struct worker_part *all = &s->parts[0];

	for (unsigned w = 1; w < s->workers; w++) {
		all->without_events += s->parts[w].without_events;
		for (int i = 0; i < SETS; i++)
			if (add_sums(&all->sums[i], &s->parts[w].sums[i], err))
				return -1;
	}
	return 0;
}

static void carry(void *state, struct partial *p)
{
	struct sessions *s = state;
	struct worker_part *all = &s->parts[0];

	if (!partial_reads(p) && add_up(s, NULL))
		partial_fail(p, "a sum of money has more than 38 digits");
	partial_count(p, "without_events", &all->without_events);
	for (int i = 0; i < SETS; i++) {
		struct sums *sums = &all->sums[i];

		partial_count(p, "sessions", &sums->sessions);
		partial_count(p, "customers", &sums->customers);
		partial_count(p, "events", &sums->events);
		partial_count(p, "bounced", &sums->bounced);
		partial_count(p, "duration", &sums->duration);
		partial_tally(p, "sources", &sums->sources);
	}
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct sessions *s = state;

	if (add_up(s, err))
		return -1;
	fill_sessions(sheet, s->parts[0].sums, s->parts[0].without_events);
	fill_sources(sheet, s->parts[0].sums);
	return 0;
}

static void free_sessions(void *state)
{
	struct sessions *s = state;

	for (unsigned w = 0; w < s->workers; w++) {
		for (int i = 0; i < SETS; i++) {
			tally_release(&s->parts[w].sums[i].sources);
			session_release(&s->parts[w].walks[i]);
		}
		buf_release(&s->parts[w].scratch);
		buf_release(&s->parts[w].key);
	}
	mem_free(s->parts);
	mem_free(s);
}

const struct counting count_sessions = {
	"sessions", true, start, begin, NULL, commit, fill, free_sessions, NULL, carry,
};
