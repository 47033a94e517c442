/*
 * cdp-merge: events in, one profile per customer out.
 *
 * Nothing is written before all input has been read: a cut stream leaves no
 * half profile behind.
 */
#include <inttypes.h>
#include <sys/stat.h>

#include "cmd/explaining.h"
#include "cmd/key_file.h"
#include "cmd/merge_exclude.h"
#include "cmd/merge_match.h"
#include "cmd/merge_orders.h"
#include "cmd/tool.h"
#include "unify/measure/decide.h"
#include "unify/merge/merge.h"

#define TOLD_MAX 5		/* refused links that are named */

static struct {
	const char *unidentified, *changes;
	const char *key_file;
	bool no_events, full_events, lineage, links;
	bool read_only;		/* --explain, --review */
	uint64_t max_events;
	const char *rules;
	struct opt_list more_rules, snapshots;
	bool print_rules;
	const char *ledger, *decide;
	struct explaining explaining;
} given = {.max_events = 10000};

static struct exclude_given leaving;

static struct match_given match = {.match = "exact"};

static const char *const explain_shapes[] = {"text", "json", NULL};

static const struct opt opts[] = {
	{OPT_REPLACE, 'u', "unidentified", "FILE", "keep the events without any usable identifier in FILE, as events",
	 &given.unidentified, NULL, false},
	{OPT_OUTPUT, 0, "changes", "FILE", "needs yesterday's profiles among the input; write what became of them to FILE, as NDJSON",
	 &given.changes, NULL, false},
	{OPT_INPUT, 0, "rules", "FILE", "read the identity rules from FILE: priorities, limits, shared values",
	 &given.rules, NULL, false},
	{OPT_LIST, 0, "rule", "RULE", "one more rule, a line of such a file: 'limit email = 3', 'block phone = +12025550199', "
	 "'shared = customer_id', 'survive city = longest', 'trait vip_days = days_since(\"Order Completed\")'",
	 &given.more_rules, NULL, false},
	{OPT_FLAG, 0, "print-rules", NULL, "print the identity rules in force and stop", &given.print_rules, NULL, false},
	{OPT_LIST, 0, "snapshot", "SOURCE", "the events of SOURCE are all that it has: take out its records that only profiles among the "
	 "input still have", &given.snapshots, NULL, false},
	{OPT_UPDATE, 0, "ledger", "FILE", "keep your decisions (must-link, cannot-link, exclude) and the ids given in FILE",
	 &given.ledger, NULL, false},
	{OPT_INPUT, 0, "decide", "FILE", "take the decisions of a list of --review, filled in, into the ledger",
	 &given.decide, NULL, false},
	{OPT_CHOICE, 0, "match", "HOW", "find customers by shared identifiers (default), by likeness, or by both", &match.match, match_choices, false},
	{OPT_UPDATE, 0, "model", "FILE", "weigh by the matching model in FILE; where there is none, learn it and write it",
	 &match.model, NULL, false},
	{OPT_NUMBER, 0, "pairs", "N", "compare about N pairs a record in matching (default: 60)",
	 &match.pairs, NULL, false},
	{OPT_CHOICE, 0, "link", "WHICH", "let --match join records of one source, of different sources, or both (default)",
	 &match.link, link_choices, false},
	{OPT_NUMBER, 0, "review", "N", "write no profiles, but the N pairs that most need a look, as CSV",
	 &match.review, NULL, false},
	{OPT_INPUT, 0, "eval", "FILE", "measure the customers by the labels in FILE: record,person",
	 &match.eval, NULL, false},
	{OPT_INPUT, 0, "exclude", "FILE", "leave out all customers of the list in FILE: lines TYPE=VALUE, whose "
	 "identifier they hold, or where CONDITION", &leaving.list, NULL, false},
	{OPT_OUTPUT, 0, "excluded", "FILE", "write their profiles to FILE", &leaving.path, NULL, false},
	{OPT_UPDATE, 0, "tombstones", "FILE", "keep those who leave in FILE, as HMACs, so that no later export brings them back",
	 &leaving.tombstones, NULL, false},
	{OPT_INPUT, 0, "suppress", "FILE", "leave out events of those in the suppression list FILE (cdp-forget, --tombstones)",
	 &leaving.suppress, NULL, false},
	{OPT_INPUT, 0, "suppress-key", "FILE", "the key of --suppress and --tombstones, in FILE (mode 600)", &leaving.key_file,
	 NULL, false},
	{OPT_FLAG, 0, "lineage", NULL, "keep where each trait comes from, and the values that lost", &given.lineage,
	 NULL, false},
	{OPT_FLAG, 0, "links", NULL, "keep the links that made each customer", &given.links, NULL, false},
	{OPT_LIST, 0, "explain", "KEY", "show why KEY (customer id, TYPE=VALUE, SOURCE/ID) is one customer; with a second "
	 "--explain why two are one or not; no profiles are written", &given.explaining.keys, NULL, false},
	{OPT_CHOICE, 't', "to", "SHAPE", "the shape of what --explain answers", &given.explaining.shape, explain_shapes, false},
	{OPT_INPUT, 0, "id-key-file", "FILE", "make customer ids by HMAC with the key in FILE (mode 600)",
	 &given.key_file, NULL, false},
	{OPT_FLAG, 0, "no-events", NULL, "leave the events out of the profiles", &given.no_events, NULL, false},
	{OPT_FLAG, 0, "full-events", NULL, "keep ids, traits and consent on the events, too",
	 &given.full_events, NULL, false},
	{OPT_NUMBER, 0, "max-events", "N", "the newest N events a profile (default: 10000)",
	 &given.max_events, NULL, false},
	TOOL_OPTION_ALLOW_EMPTY,
	{.kind = OPT_END},
};

/* Six options that are rules now. */
static const struct gone_option gone[] = {
	{"limit", "--rule 'limit email = 3'"},
	{"shared", "--rule 'shared = customer_id'"},
	{"block", "--rule 'block email = info@example.com'"},
	{"allow", "--rule 'allow user_id = test'"},
	{"survive", "--rule 'survive city = most_frequent'"},
	{"trait", "--rule 'trait orders_a_year = ...'"},
	{NULL, NULL},
};

static struct tool tool = {
	.name = "cdp-merge",
	.synopsis = "[OPTION]... [FILE]...",
	.summary = "Unite events into profiles: one customer, one line.",
	.opts = opts,
	.gone = gone,
	.examples = {
		{"One profile per customer of a shop, and the sales without a known customer",
		 "cdp-ingest -m shop.map --max-rejects 5 orders.csv | cdp-merge -u unidentified.events -o customers"},
		{"Subscribers; an address that the till types in identifies nobody",
		 "cdp-ingest -m newsletter.map newsletter.csv | cdp-merge --rule 'block email = till@example.com' --no-events"},
	},
	.output_kind = OUTPUT_RECORDS,
	.expects = "event records of cdp-ingest",
	.no_stdin = true,
	.defer_output = true,
};

static struct merge *make_merge(struct tool *t)
{
	static char key[KEY_FILE_MAX + 1];
	struct merge_options options = {
		.workers = t->jobs, .memory = t->memory, .scratch = t->scratch,
		.as_of = t->as_of, .events = !given.no_events,
		.full_events = given.full_events, .max_events = given.max_events,
		.lineage = given.lineage, .links = given.links, .changes = given.changes != NULL,
		.explains = given.explaining.keys.count > 0,
		.zone = t->zone,
	};
	struct merge *m;

	if (!given.max_events)
		tool_usage(t, "--max-events: at least 1; --no-events leaves all out");
	if (given.key_file)
		options.key = key_file_read(t, "id-key-file", given.key_file, key);
	match_given_check(t, &match, &options);
	m = merge_new(&options);
	if (given.rules && identity_rules_load(merge_rules(m), given.rules, &t->err))
		tool_fail(t);
	for (size_t i = 0; i < given.more_rules.count; i++) {
		if (identity_rules_add(merge_rules(m), span_of(given.more_rules.values[i]), &t->err))
			tool_fail(t);
	}
	for (size_t i = 0; i < given.snapshots.count; i++)
		merge_snapshot(m, span_of(given.snapshots.values[i]));
	match_given_load(t, &match, m);
	return m;
}

static int line(void *context, unsigned worker, struct span text,
		struct buf *out, struct error *err)
{
	return merge_line(context, worker, text, out, err);
}

static int absorb(void *context, struct span facts, struct error *err)
{
	return merge_absorb(context, facts, err);
}

static int put_output(void *context, struct span bytes, struct error *err)
{
	return output_write(context, bytes, err);
}

static struct buf time_text(int64_t time)
{
	struct buf text = BUF_INIT;

	moment_put(&text, time);
	return text;
}

static void warn_of_stray(struct tool *t, const struct merge_report *r)
{
	struct buf latest, rest;

	if (!r->stray || t->as_of != MOMENT_NONE)
		return;
	latest = time_text(r->latest);
	rest = time_text(r->rest);
	tool_warn(t, "as_of is %s, the latest event, but %" PRIu64 " event%s far after all others (which end %s): "
		  "if that is a mistake, give --as-of",
		  buf_text(&latest), r->stray, r->stray == 1 ? " stands" : "s stand", buf_text(&rest));
	buf_release(&latest);
	buf_release(&rest);
}

static void tell_refusals(struct tool *t, const struct merge *m,
			  const struct merge_report *r)
{
	for (uint64_t i = 0; i < r->refused && i < TOLD_MAX; i++) {
		struct buf text = BUF_INIT;

		merge_tell_refusal(m, i, &text);
		tool_say(t, "%s", buf_text(&text));
		buf_release(&text);
	}
	if (r->refused > TOLD_MAX)
		tool_say(t, "%" PRIu64 " links refused in all; --stats FILE counts them by limit, --rule 'limit TYPE = N' changes it",
			 r->refused);
}

static void warn_of_idle(struct tool *t, const struct merge *m)
{
	struct buf text = BUF_INIT;
	size_t number = 0;

	while (merge_tell_idle(m, &number, &text)) {
		tool_warn(t, "%s", buf_text(&text));
		buf_clear(&text);
	}
	buf_release(&text);
}

static void tell_unknown_sources(struct tool *t, const struct merge *m)
{
	struct buf text = BUF_INIT;
	size_t number = 0;

	while (merge_tell_unknown_source(m, &number, &text)) {
		tool_warn(t, "no event is of source %s, which a rule 'survive' names", buf_text(&text));
		buf_clear(&text);
	}
	buf_release(&text);
}

static void tell_shared(struct tool *t, const struct merge *m)
{
	for (unsigned char kind = 1; kind < SHARED_KINDS; kind++) {
		struct buf text = BUF_INIT;

		if (merge_tell_shared(m, kind, &text))
			tool_say(t, "%s", buf_text(&text));
		buf_release(&text);
	}
}

static void tell_withdrawn(struct tool *t, const struct merge *m)
{
	uint64_t count = merge_report(m)->withdrawn;
	struct buf text = BUF_INIT;

	merge_tell_withdrawn(m, &text);
	if (count)
		tool_say(t, "%" PRIu64 " record%s withdrawn, since the snapshot lacks %s: %s", count,
			 count == 1 ? " is" : "s are", count == 1 ? "it" : "them", buf_text(&text));
	buf_release(&text);
}

static void tell_moved(struct tool *t, const struct merge *m)
{
	struct buf text = BUF_INIT;

	if (merge_tell_moved(m, &text))
		tool_say(t, "%s", buf_text(&text));
	buf_release(&text);
}

static void stat_shared(struct tool *t, const struct merge *m)
{
	static const char *const names[SHARED_KINDS] = {
		NULL, "generic_values", "household_values", "values_of_several_names",
	};

	for (unsigned char kind = 1; kind < SHARED_KINDS; kind++) {
		struct buf text = BUF_INIT;

		merge_put_shared(m, kind, &text);
		tool_stat_value(t, names[kind], buf_view(&text));
		buf_release(&text);
	}
	tool_stat(t, "orders_moved", merge_orders_moved(m));
	if (given.snapshots.count) {
		struct buf text = BUF_INIT;

		merge_put_withdrawn(m, &text);
		tool_stat(t, "withdrawn", merge_report(m)->withdrawn);
		tool_stat_value(t, "withdrawn_records", buf_view(&text));
		buf_release(&text);
	}
}

static void tell_own(struct tool *t, const struct merge *m)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; merge_tell_own(m, i, &text); i++) {
		tool_say(t, "%s", buf_text(&text));
		buf_clear(&text);
	}
	buf_release(&text);
}

/* Decisions about people whom the data do not have. */
static void tell_undecided(struct tool *t, const struct merge *m)
{
	uint64_t count = merge_report(m)->decisions_missing;
	struct buf text = BUF_INIT;

	if (!count)
		return;
	merge_tell_undecided(m, &text);
	tool_say(t, "the ledger: %" PRIu64 " of those it links %s not in the data%s%s", count, count == 1 ? "is" : "are",
		 count == 1 ? ": " : ", such as ", buf_text(&text));
	buf_release(&text);
}

/* Identifiers that were dropped. */
static void tell_dropped(struct tool *t, const struct merge *m)
{
	struct buf text = BUF_INIT;

	if (merge_tell_dropped(m, &text))
		tool_say(t, "taken for nobody: %s; --rule 'allow TYPE = VALUE' makes one an identifier",
			 buf_text(&text));
	buf_release(&text);
}

/* What the reader should know before the profiles are used. */
static void tell(struct tool *t, const struct merge *m)
{
	const struct merge_report *r = merge_report(m);

	if (r->differing) {
		struct buf text = BUF_INIT;

		if (merge_tell_differing(m, &text, &t->err))
			tool_fail(t);
		tool_warn(t, "%" PRIu64 " duplicate%s differ%s from the event kept, and nothing tells which is newer, such as "
			  "%s; map a column that tells it: version = updated_at", r->differing,
			  r->differing == 1 ? "" : "s", r->differing == 1 ? "s" : "", buf_text(&text));
		buf_release(&text);
	}
	tell_own(t, m);
	tell_dropped(t, m);
	tell_undecided(t, m);
	tell_shared(t, m);
	tell_moved(t, m);
	tell_withdrawn(t, m);
	tell_refusals(t, m, r);
	warn_of_idle(t, m);
	match_given_report(t, &match, m);
	warn_of_stray(t, r);
	tell_unknown_sources(t, m);
}

/* One in 25,000 is born on a given day. */
#define BIRTHS_LEAST 3
#define BIRTHS_SHARE 1000

/* Traits whose values say nothing, or may do so. */
static void report_placeholders(struct tool *t, const struct merge_report *r)
{
	struct buf text = BUF_INIT;

	if (dropped_put(&r->sums.nothing, &text))
		tool_say(t, "taken for no value in traits: %s; --rule 'allow TRAIT = VALUE' makes one a value",
			 buf_text(&text));
	if (r->sums.doubtful >= BIRTHS_LEAST && r->sums.doubtful > r->profiles / BIRTHS_SHARE)
		tool_warn(t, "%" PRIu64 " of %" PRIu64 " profiles have 1970-01-01 for a date of birth: a form may have filled "
			  "it in; --rule 'block birth_date = 1970-01-01' leaves it out", r->sums.doubtful, r->profiles);
	buf_release(&text);
}

/* What only the profiles show. */
static void tell_profiles(struct tool *t, const struct merge *m)
{
	const struct sums *s = &merge_report(m)->sums;
	struct span told = buf_view(&s->findings.told);

	while (told.len) {
		struct span line = span_cut(&told, '\n');

		tool_warn(t, "%.*s", SPAN_ARG(line));
	}
	if (s->findings.two_totals > s->findings.told_count)
		tool_warn(t, "%" PRIu64 " orders with two totals in all", s->findings.two_totals);
	report_placeholders(t, merge_report(m));
	merge_orders_report(t, s);
	if (s->replaced)
		tool_warn(t, "%" PRIu64 " trait%s of the data gave way to a computed one of that name",
			  s->replaced, s->replaced == 1 ? "" : "s");
	if (s->uncomputed)
		tool_warn(t, "%" PRIu64 " computed trait%s missing: a number is too large to compute with",
			  s->uncomputed, s->uncomputed == 1 ? " is" : "s are");
}

static void stat_monies(struct tool *t, const char *key, const struct monies *m)
{
	struct buf text = BUF_INIT;

	monies_put_json(m, &text);
	tool_stat_value(t, key, buf_view(&text));
	buf_release(&text);
}

static void stat_value(struct tool *t, const char *key, const struct merge *m,
		       void (*put)(const struct merge *, struct buf *))
{
	struct buf text = BUF_INIT;

	put(m, &text);
	tool_stat_value(t, key, buf_view(&text));
	buf_release(&text);
}

static void stat_unidentified(struct tool *t, const struct sums *s)
{
	stat_monies(t, "revenue_unidentified", &s->unidentified);
	if (s->unidentified_later.count)
		stat_monies(t, "revenue_unidentified_later", &s->unidentified_later);
}

/* What is odd about orders. */
static void stat_orders(struct tool *t, const struct sums *s)
{
	tool_stat(t, "orders_without_revenue", s->moneyless);
	tool_stat(t, "orders_with_two_totals", s->findings.two_totals);
	tool_stat(t, "refunds_without_order", s->findings.refunds_without_order);
	tool_stat(t, "refunds_before_order", s->findings.refunds_before_order);
	tool_stat(t, "orders_of_two_sources", s->findings.orders.again);
	tool_stat(t, "order_numbers_of_several_sources", s->findings.orders.same_number);
	tool_stat(t, "refunds_beyond_paid", s->findings.orders.beyond);
	tool_stat(t, "refunds_without_amount", s->findings.orders.no_amount);
}

static void make_stats(struct tool *t, const struct merge *m)
{
	const struct merge_report *r = merge_report(m);

	tool_stat(t, "events", r->events + t->rejected);
	tool_stat(t, "in_profiles", r->in_profiles);
	tool_stat(t, "duplicate", r->duplicates);
	tool_stat(t, "unidentified", r->unidentified);
	tool_stat(t, "rejected", t->rejected);
	tool_stat(t, "duplicates_differing", r->differing);
	tool_stat(t, "profiles_read", r->profiles_read);
	tool_stat(t, "profiles", r->profiles);
	tool_stat(t, "identifiers", r->identifiers);
	tool_stat(t, "identifiers_blocked", r->blocked);
	tool_stat(t, "links", r->links);
	tool_stat(t, "links_refused", r->refused);
	if (given.ledger) {
		tool_stat(t, "ledger_not_in_data", r->decisions_missing);
		tool_stat(t, "pins", r->pins);
		tool_stat(t, "pins_added", r->pins_added);
	}
	stat_value(t, "links_refused_by_reason", m, merge_put_reasons);
	stat_value(t, "links_refused_by_limit", m, merge_put_refusals);
	stat_shared(t, m);
	stat_value(t, "own_values_of_several_sources", m, merge_put_own);
	stat_value(t, "profiles_by_identifiers", m, merge_put_sizes);
	stat_value(t, "profiles_by_events", m, merge_put_event_sizes);
	stat_value(t, "largest_profiles", m, merge_put_largest);
	match_given_stats(t, &match, m);
	if (r->as_of == MOMENT_NONE) {
		tool_stat_value(t, "as_of", SPAN("null"));
	} else {
		struct buf text = time_text(r->as_of);

		tool_stat_text(t, "as_of", buf_view(&text));
		buf_release(&text);
	}
	stat_value(t, "newest", m, merge_put_newest);
	tool_stat(t, "events_undated", r->undated);
	tool_stat(t, "events_later", r->sums.later_events);
	tool_stat(t, "events_omitted", r->sums.omitted);
	stat_orders(t, &r->sums);
	tool_stat(t, "profiles_with_several_currencies", r->sums.several_currencies);
	tool_stat(t, "traits_replaced", r->sums.replaced);
	tool_stat(t, "traits_not_computed", r->sums.uncomputed);
	if (given.changes) {
		struct buf text = BUF_INIT;

		merge_put_changes(m, true, &text);
		tool_stat_value(t, "changes", buf_view(&text));
		buf_release(&text);
	}
	stat_monies(t, "revenue", &r->sums.revenue);
	stat_monies(t, "revenue_of_events", &r->sums.written);
	stat_monies(t, "revenue_later", &r->sums.later);
	stat_unidentified(t, &r->sums);
	exclude_given_stats(t, &leaving, m);
}

static void add_money(struct buf *text, const struct monies *m, const char *where)
{
	buf_char(text, ' ');
	monies_put_text(m, text);
	buf_printf(text, " %s", where);
}

/* "revenue 12.5 EUR in profiles, 3 EUR unidentified; as of 2024-..." */
static void put_money_and_time(const struct merge_report *r, struct buf *text)
{
	if (r->sums.revenue.count || r->sums.unidentified.count || r->sums.later.count ||
	    r->sums.excluded.count || r->sums.unidentified_later.count || r->suppressed_money->count) {
		buf_lit(text, "; revenue");
		add_money(text, &r->sums.revenue, "in profiles");
		if (r->sums.excluded.count) {
			buf_lit(text, ",");
			add_money(text, &r->sums.excluded, "excluded");
		}
		if (r->suppressed_money->count) {
			buf_lit(text, ",");
			add_money(text, r->suppressed_money, "suppressed");
		}
		if (r->sums.unidentified.count) {
			buf_lit(text, ",");
			add_money(text, &r->sums.unidentified, "unidentified");
		}
		if (r->sums.unidentified_later.count) {
			buf_lit(text, ",");
			add_money(text, &r->sums.unidentified_later, "unidentified and later than as_of");
		}
	}
	if (r->sums.later_events) {
		buf_printf(text, "; %" PRIu64 " later than as_of count in nothing", r->sums.later_events);
		if (r->sums.later.count) {
			buf_lit(text, ", revenue");
			add_money(text, &r->sums.later, "among them");
		}
	}
	if (r->as_of == MOMENT_NONE)
		return;
	buf_lit(text, "; as of ");
	moment_put(text, r->as_of);
}

static int finish(struct tool *t, const struct merge *m)
{
	const struct merge_report *r = merge_report(m);
	struct buf left = BUF_INIT, rest = BUF_INIT;
	int status;

	make_stats(t, m);
	exclude_given_put(&leaving, m, &left);
	if (given.snapshots.count)
		buf_printf(&left, " + %" PRIu64 " withdrawn", r->withdrawn);
	put_money_and_time(r, &rest);
	status = tool_finish(t, "%" PRIu64 " events = %" PRIu64 " in %" PRIu64 " profile%s%s + %" PRIu64
			     " duplicate + %" PRIu64 " unidentified + %" PRIu64 " rejected%s",
			     r->events + t->rejected, r->in_profiles, r->profiles, r->profiles == 1 ? "" : "s",
			     buf_text(&left), r->duplicates, r->unidentified,
			     t->rejected, buf_text(&rest));
	buf_release(&left);
	buf_release(&rest);
	return status;
}

static int print_rules(struct tool *t, struct merge *m)
{
	struct buf text = BUF_INIT;

	t->output_kind = OUTPUT_PLAIN;
	tool_open_output(t);
	merge_put_rules(m, &text);
	tool_write(t, buf_view(&text));
	buf_release(&text);
	return tool_finish(t, NULL);
}

static void release(struct merge *m)
{
	merge_free(m);
	opt_list_release(&given.more_rules);
	opt_list_release(&given.snapshots);
	opt_list_release(&given.explaining.keys);
}

/*
 * --explain and --review take the options of the run whose profiles they are about: what
 * those would write beside the profiles is not written, nor is -o put over an operand.
 */
static void write_no_profiles(void)
{
	given.unidentified = given.changes = leaving.path = NULL;
	given.read_only = true;
	given.lineage = given.links = given.full_events = false;
}

static int finish_explained(struct tool *t, const struct merge *m)
{
	const struct merge_report *r = merge_report(m);
	int status = explaining_run(t, &given.explaining, m), finished;
	struct buf left = BUF_INIT;

	exclude_given_put(&leaving, m, &left);
	if (given.snapshots.count)
		buf_printf(&left, " + %" PRIu64 " withdrawn", r->withdrawn);
	finished = tool_finish(t, "%" PRIu64 " events = %" PRIu64 " in %" PRIu64 " profile%s%s + %" PRIu64
			       " duplicate + %" PRIu64 " unidentified + %" PRIu64 " rejected; no profile written",
			       r->events + t->rejected, r->in_profiles, r->profiles, r->profiles == 1 ? "" : "s",
			       buf_text(&left), r->duplicates, r->unidentified, t->rejected);
	buf_release(&left);
	return finished ? finished : status;
}

/* The file of an option, open before anything is read; without PATH the sink puts nothing. */
static struct merge_sink open_records(struct tool *t, const char *path)
{
	struct output *out = tool_output(t, path, OUTPUT_RECORDS, OUTPUT_ASIDE);

	return out ? (struct merge_sink){put_output, out} : (struct merge_sink){NULL, NULL};
}

/* Does a file hold records?  An empty stream is one newline. */
static bool holds_records(const char *path)
{
	struct stat file;

	return !stat(path, &file) && S_ISREG(file.st_mode) && file.st_size > 1;
}

/*
 * A night's run that is started once more finds nothing changed: the changes that it told
 * the first time may not have been read yet.
 */
static void keep_changes(struct tool *t, const struct merge_sink *sink)
{
	tool_output_drop(t, sink->context);
	tool_say(t, "nothing changed since the profiles given: '%s' is as it was, with the changes of an earlier run",
		 given.changes);
}

static void write_changes(struct tool *t, struct merge *m, const struct merge_sink *sink)
{
	struct buf text = BUF_INIT;

	if (merge_changes(m, sink, &t->err))
		tool_fail(t);
	merge_put_changes(m, false, &text);
	tool_say(t, "changes: %s", buf_text(&text));
	buf_release(&text);
	if (!merge_any_change(m) && holds_records(given.changes))
		keep_changes(t, sink);
}

static struct merge *with_ledger;

static int on_prepared(struct tool *t)
{
	return merge_ledger_prepare(with_ledger, &t->err);
}

static int on_placed(struct tool *t)
{
	return merge_ledger_commit(with_ledger, &t->err);
}

static void open_ledger(struct tool *t, struct merge *m)
{
	struct buf lines = BUF_INIT;

	if ((given.decide && decide_read(given.decide, &lines, &t->err)) ||
	    merge_ledger(m, given.ledger, buf_view(&lines), &t->err))
		tool_fail(t);
	if (given.decide)
		tool_say_placed(t, "%" PRIu64 " new decision%s of '%s' in the ledger", merge_report(m)->decided,
				merge_report(m)->decided == 1 ? "" : "s", given.decide);
	buf_release(&lines);
	with_ledger = m;
	t->prepared = on_prepared;
	t->placed = on_placed;
}

int main(int argc, char **argv)
{
	struct tool *t = &tool;
	struct tool_pass pass = {line, absorb, NULL};
	struct merge_sink profiles = {put_output, NULL}, unidentified, changes;
	struct merge *m;
	int status;

	tool_start(t, argc, argv);
	if (given.no_events && given.full_events)
		tool_usage(t, "--no-events and --full-events exclude each other");
	if (match.review || given.explaining.keys.count)
		write_no_profiles();
	m = make_merge(t);
	if (given.decide && !given.ledger)
		tool_usage(t, "--decide writes into a ledger: give it by --ledger");
	if (given.ledger && !given.print_rules)
		open_ledger(t, m);
	if (given.print_rules) {
		status = print_rules(t, m);
		release(m);
		return status;
	}
	if (explaining_wanted(t, &given.explaining))
		t->output_kind = OUTPUT_PLAIN;
	t->in_place = given.full_events;
	tool_check_operands(t);
	tool_open_output(t);
	unidentified = open_records(t, given.unidentified);
	changes = open_records(t, given.changes);
	exclude_given_load(t, &leaving, m);
	pass.context = m;
	tool_pass(t, &pass);
	if (merge_settle(m, &t->err))
		tool_fail(t);
	match_given_save(t, &match, m);
	tell(t, m);
	if (given.explaining.keys.count) {
		status = finish_explained(t, m);
		release(m);
		return status;
	}
	if (changes.put)
		write_changes(t, m, &changes);
	profiles.context = t->out;
	if (!match_given_review(t, &match, m) && merge_write(m, &profiles, &unidentified, &t->err))
		tool_fail(t);
	tell_profiles(t, m);
	merge_pin(m);
	if (!given.read_only)
		exclude_given_save(t, &leaving, m);
	exclude_given_report(t, &leaving, m);
	status = finish(t, m);
	release(m);
	return status;
}
