/* cdp-activate - audiences for platforms, of customers who may be contacted.  Manual: cdp-activate(1). */
#include <stdlib.h>

#include "base/mem.h"
#include "cmd/activate.h"
#include "cmd/activate_deliver.h"
#include "cmd/key_file.h"
#include "time/moment.h"

static struct activate_given given = {.limit = NO_LIMIT};

static struct deliver_given deliver = {.tries = DELIVER_UNSET, .timeout = DELIVER_UNSET, .backoff = DELIVER_UNSET, .rate = DELIVER_UNSET};

static const struct opt opts[] = {
	{OPT_GROUP, 0, NULL, NULL, "The audience", NULL, NULL, false},
	{OPT_STRING, 't', "to", "TARGET", "where it goes: a name of --list-targets, or a .target file", &given.to, NULL, false},
	{OPT_STRING, 'a', "audience", "EXPR", "whom it names, as 'in_segment(\"vip\")' (default: everybody)", &given.audience, NULL, false},
	{OPT_FLAG, 0, "list-targets", NULL, "print all targets, a line each, and stop", &given.list_targets, NULL, false},
	{OPT_FLAG, 'n', "dry-run", NULL, "write nothing: show counts, reasons and three masked rows", &given.dry_run, NULL, false},
	{OPT_GROUP, 0, NULL, NULL, "Who may be contacted", NULL, NULL, false},
	{OPT_LIST, 'p', "purpose", "PURPOSE[,...]", "for what: only who granted it; of several, all", &given.purposes, NULL, false},
	{OPT_FLAG, 0, "assume-consent", NULL, "who said nothing about it is taken to have granted it", &given.assume_consent, NULL, false},
	{OPT_LIST, 0, "suppress", "FILE", "leave out whom the list names: addresses, phones, ids, their SHA-256", &given.suppress, NULL, false},
	{OPT_INPUT, 0, "suppress-key", "FILE", "the key of a list of cdp-forget", &given.suppress_key, NULL, false},
	{OPT_STRING, 0, "hold-out", "P%", "keep so many out, the same people every time: to measure against", &given.hold_out, NULL, false},
	{OPT_STRING, 0, "hold-out-key", "TEXT", "another text holds other people out (default: hold-out)", &given.hold_out_key, NULL, false},
	{OPT_UPDATE, 0, "ledger", "FILE", "the ledger of deliveries: who was contacted or held out; written on", &given.ledger, NULL, false},
	{OPT_STRING, 0, "cap", "N/DURATION", "at most N contacts in so long, by the ledger, as 3/7d", &given.cap, NULL, false},
	{OPT_NUMBER, 0, "limit", "N", "at most N customers, the first by --by", &given.limit, NULL, false},
	{OPT_STRING, 0, "by", "EXPR", "with --limit: those of whom EXPR is highest", &given.by, NULL, false},
	{OPT_GROUP, 0, NULL, NULL, "What changed since the last delivery", NULL, NULL, false},
	{OPT_STRING, 0, "state", "FILE", "write what is new or changed since FILE; --ack makes this the state", &given.state, NULL, false},
	{OPT_OUTPUT, 0, "removals", "FILE", "with --state: who is to be taken off, by the key alone", &given.removals, NULL, false},
	{OPT_STRING, 0, "max-change", "P%", "stop when the audience would grow or shrink by more (default: 30%)", &given.max_change, NULL, false},
	{OPT_FLAG, 0, "ack", NULL, "the last run's files have been delivered: take them for the state, and stop", &given.ack, NULL, false},
	{OPT_GROUP, 0, NULL, NULL, "Delivery, instead of a file", NULL, NULL, false},
	{OPT_STRING, 0, "deliver", "URL", "sqlite:FILE, postgresql://..., or an endpoint https://...", &deliver.url, NULL, false},
	{OPT_STRING, 0, "table", "NAME", "a database's table (default: the audience's name)", &deliver.table, NULL, false},
	{OPT_FLAG, 0, "create", NULL, "make the table, and SQLite's file, where it is missing", &deliver.create, NULL, false},
	{OPT_INPUT, 0, "secrets", "FILE", "headers of each request, a line each; nobody else may read it", &deliver.secrets, NULL, false},
	{OPT_FLAG, 0, "form", NULL, "requests are forms with the field data, not JSON", &deliver.form, NULL, false},
	{OPT_NUMBER, 0, "tries", "N", "of a request that gets no answer, 429 or 5xx (default: 8)", &deliver.tries, NULL, false},
	{OPT_NUMBER, 0, "timeout", "SECONDS", "of a request (default: 30)", &deliver.timeout, NULL, false},
	{OPT_NUMBER, 0, "backoff", "MS", "before the second try; doubled each time (default: 500)", &deliver.backoff, NULL, false},
	{OPT_NUMBER, 0, "rate", "N", "requests a minute, at most", &deliver.rate, NULL, false},
	{OPT_GROUP, 0, NULL, NULL, "Beside the audience", NULL, NULL, false},
	{OPT_OUTPUT, 0, "held-back", "FILE", "write whom the audience names and who stays, with the reason, as NDJSON", &given.held_back, NULL, false},
	{OPT_OUTPUT, 0, "manifest", "FILE", "write what the audience is, and its counts, as JSON", &given.manifest, NULL, false},
	{OPT_STRING, 0, "name", "NAME", "what the ledger and the manifest call it (default: the target)", &given.name, NULL, false},
	TOOL_OPTION_ALLOW_EMPTY,
	{.kind = OPT_END},
};

static const char *target_directories(void)
{
	const char *own = getenv("CDP_TARGETS");

	return own ? own : CDP_TARGETS_DIR;
}

static int list_targets(struct tool *t)
{
	struct buf text = BUF_INIT;

	t->writes_books = false;
	tool_open_output(t);
	target_list(target_directories(), &text);
	tool_write(t, buf_view(&text));
	buf_release(&text);
	return tool_finish(t, NULL);
}

double activate_share(struct tool *t, const char *option, const char *text)
{
	struct span s = span_of(text);
	bool percent = span_ends(s, SPAN("%"));
	struct decimal number;
	double share;

	if (percent)
		s = span_trim(span_sub(s, 0, s.len - 1));
	if (!decimal_parse(s, &number))
		tool_usage(t, "--%s: '%s' is no share: write 5%% or 0.05", option, text);
	share = decimal_double(number) / (percent ? 100 : 1);
	if (share < 0 || (!percent && share > 1))
		tool_usage(t, "--%s: '%s' is no share: write 5%% or 0.05", option, text);
	return share;
}

/* Purposes: given several times, or with commas. */
static void take_purposes(struct activate *a)
{
	for (size_t i = 0; i < given.purposes.count; i++) {
		struct span rest = span_of(given.purposes.values[i]);

		while (!span_absent(rest)) {
			struct span one = span_trim(span_cut(&rest, ','));

			if (!one.len)
				tool_usage(a->tool, "--purpose: an empty purpose");
			if (a->setup.purpose_count == PURPOSES_MAX)
				tool_usage(a->tool, "--purpose: at most %d", PURPOSES_MAX);
			a->setup.purposes[a->setup.purpose_count++] = one;
		}
	}
	if (!a->setup.purpose_count && !given.assume_consent)
		tool_usage(a->tool, "for which purpose? --purpose email lets through who granted it; "
			   "--assume-consent says that it was had elsewhere");
}

static void take_hold_out(struct activate *a)
{
	double share = given.hold_out ? activate_share(a->tool, "hold-out", given.hold_out) : 0;

	if (given.hold_out_key && !given.hold_out)
		tool_usage(a->tool, "--hold-out-key goes with --hold-out");
	if (share > 1)
		tool_usage(a->tool, "--hold-out: more than 100%%");
	a->setup.hold_out = (uint64_t)(share * 4294967296.0);
	a->setup.hold_out_key = given.hold_out_key ? span_of(given.hold_out_key) : SPAN("hold-out");
}

static void load_suppress(struct activate *a)
{
	struct span key = SPAN_NONE;

	if (given.suppress_key)
		key = key_file_read(a->tool, "suppress-key", given.suppress_key, a->key);
	for (size_t i = 0; i < given.suppress.count; i++) {
		struct suppress *s = &a->suppress;

		s->unread = 0;
		if (suppress_load(s, given.suppress.values[i], key, &a->tool->err))
			tool_fail(a->tool);
		if (s->unread)
			tool_alert(a->tool, "%s:%llu: no identifier in this line and %llu others: they suppress nobody; write an address, +49..., a SHA-256 or type=value",
				   given.suppress.values[i], (unsigned long long)s->unread_line, (unsigned long long)s->unread - 1);
	}
	a->setup.suppress = &a->suppress;
	a->setup.suppress_key = key;
}

static void refuse_options(struct tool *t)
{
	const struct {
		bool given, needed;
		const char *name, *other;
	} pairs[] = {
		{given.by, given.limit != NO_LIMIT, "by", "limit"}, {given.limit != NO_LIMIT, given.by, "limit", "by"},
		{given.cap, given.ledger, "cap", "ledger"}, {given.removals, given.state, "removals", "state"},
		{given.max_change, given.state, "max-change", "state"}, {deliver.table, deliver.url, "table", "deliver"},
		{deliver.create, deliver.url, "create", "deliver"}, {deliver.secrets, deliver.url, "secrets", "deliver"},
		{deliver.form, deliver.url, "form", "deliver"}, {deliver.rate != DELIVER_UNSET, deliver.url, "rate", "deliver"},
		{deliver.tries != DELIVER_UNSET, deliver.url, "tries", "deliver"},
		{deliver.timeout != DELIVER_UNSET, deliver.url, "timeout", "deliver"},
		{deliver.backoff != DELIVER_UNSET, deliver.url, "backoff", "deliver"},
		{given.suppress_key, given.suppress.count, "suppress-key", "suppress"},
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i].given && !pairs[i].needed)
			tool_usage(t, "--%s goes with --%s", pairs[i].name, pairs[i].other);
	if (given.name && !given.ledger && !given.manifest && !deliver.url)
		tool_usage(t, "--name names the audience in the ledger, in the manifest and where it is delivered: give --ledger, --manifest or --deliver");
	if (given.state && !given.removals && !given.dry_run && !deliver.url)
		tool_usage(t, "--state gives additions to --output and removals to a file of their own: --removals FILE");
}

static void start(struct activate *a)
{
	struct tool *t = a->tool;

	if (!given.to)
		tool_usage(t, "where to? --to TARGET; --list-targets shows all");
	refuse_options(t);
	if (target_find(&a->target, given.to, target_directories(), &t->err))
		tool_fail(t);
	if (given.state && !a->target.keyed)
		tool_usage(t, "target %s does not say what names a member, as --state needs: add 'set key = COLUMN'", a->target.name);
	given.name = given.name ? given.name : a->target.name;
	a->delivers = deliver.url;
	activate_book_check(a);
	if (a->delivers)
		activate_deliver_start(a, &deliver);
	take_purposes(a);
	take_hold_out(a);
	load_suppress(a);
	activate_read_ledger(a);
	a->setup.members = &a->customers;
	a->setup.target = &a->target;
	a->setup.where = given.audience;
	a->setup.order = given.by;
	a->setup.assume_consent = given.assume_consent;
	a->setup.samples = given.dry_run;
	a->setup.packed = given.dry_run || given.state || a->delivers || given.held_back || given.ledger || given.limit != NO_LIMIT;
	a->setup.workers = t->jobs;
	a->setup.zone = t->zone;
	a->audience = audience_new(&a->setup, &t->err);
	if (!a->audience)
		tool_fail(t);
	activate_read_state(a);
	if (a->delivers)
		activate_deliver_resume(a);
}

static void open_outputs(struct activate *a)
{
	struct tool *t = a->tool;
	struct buf header = BUF_INIT;

	tool_open_output(t);
	if (!given.dry_run) {
		a->held_back = tool_output(t, given.held_back, OUTPUT_PLAIN, OUTPUT_ASIDE);
		a->removals = tool_output(t, given.removals, OUTPUT_PLAIN, OUTPUT_ASIDE);
		if (!a->delivers)
			audience_put_header(a->audience, &header);
		activate_book_open(a, buf_view(&header));
		if (a->removals && output_write(a->removals, buf_view(&header), &t->err))
			tool_fail(t);
	}
	buf_release(&header);
}

static int take_line(void *context, unsigned worker, struct span line, struct buf *out, struct error *err)
{
	struct activate *a = context;
	struct profile p;

	if (profile_parse(&p, line, err) || as_of_put(out, p.as_of, err))
		return -1;
	return audience_profile(a->audience, worker, &p, out, err);
}

void activate_hold(struct activate *a, enum held why, struct span id)
{
	a->held[why]++;
	if (!a->held_back)
		return;
	buf_clear(&a->text);
	buf_lit(&a->text, "{\"id\":");
	text_encode(&a->text, id);
	buf_printf(&a->text, ",\"reason\":\"%s\"}\n", held_names[why]);
	if (output_write(a->held_back, buf_view(&a->text), &a->tool->err))
		tool_fail(a->tool);
}

void activate_out(struct activate *a, struct span id)
{
	a->held[HELD_NOT]++;
	activate_note(a, id, false);
}

static void write_rows(struct activate *a, struct span rows)
{
	struct item_row row;

	while (row_next(&rows, &row)) {
		a->rows++;
		if (!given.dry_run)
			activate_put(a, row.text);
	}
}

static void keep_item(struct activate *a, const struct item *item)
{
	a->kept = mem_room(a->kept, a->kept_count, &a->kept_cap, sizeof *a->kept);
	a->kept[a->kept_count++] = (struct kept){
		arena_copy(&a->texts, item->id), arena_copy(&a->texts, item->rows), item->rank, item->ranked,
	};
}

/* One held out with rows would have gone out; with a limit that is known behind the last profile. */
static void take_control(struct activate *a, const struct item *item)
{
	if (given.limit == NO_LIMIT) {
		activate_note(a, item->id, true);
		return;
	}
	a->controls = mem_room(a->controls, a->control_count, &a->control_cap, sizeof *a->controls);
	a->controls[a->control_count++] = (struct kept){
		.id = arena_copy(&a->texts, item->id), .rank = item->rank, .ranked = item->ranked,
	};
}

static void take_sample(struct activate *a, struct span rows)
{
	struct item_row row;

	while (a->sample_count < SAMPLES && row_next(&rows, &row)) {
		a->sample_count++;
		buf_span(&a->samples, row.sample);
	}
}

static void take_item(struct activate *a, struct span id, struct span rows)
{
	if (given.dry_run)
		take_sample(a, rows);
	if (given.state || a->delivers) {
		roster_add(&a->after, id, rows);
		return;
	}
	activate_out(a, id);
	write_rows(a, rows);
}

static int absorb(void *context, struct span bytes, struct error *err)
{
	struct activate *a = context;
	struct item item;

	if (as_of_take(&a->now, &bytes, err))
		return -1;
	if (!a->setup.packed) {
		activate_put(a, bytes);
		return 0;
	}
	while (item_next(&bytes, &item)) {
		if (item.held == HELD_OUT && item.rows.len)
			take_control(a, &item);
		if (item.held)
			activate_hold(a, item.held, item.id);
		else if (given.limit != NO_LIMIT)
			keep_item(a, &item);
		else
			take_item(a, item.id, item.rows);
	}
	return 0;
}

/* The highest first; without a rank last; then by id. */
static int by_rank(const void *x, const void *y)
{
	const struct kept *a = x, *b = y;
	int order = b->ranked - a->ranked;

	if (!order && a->ranked)
		order = decimal_compare(b->rank, a->rank);
	return order ? order : span_compare(a->id, b->id);
}

static void cut_kept(struct activate *a)
{
	if (a->kept_count)
		qsort(a->kept, a->kept_count, sizeof *a->kept, by_rank);
	for (size_t i = 0; i < a->kept_count; i++) {
		if (i < given.limit)
			take_item(a, a->kept[i].id, a->kept[i].rows);
		else
			activate_hold(a, HELD_LIMIT, a->kept[i].id);
	}
	/* Who ranks behind the last that goes out would not have gone out. */
	for (size_t i = 0; i < a->control_count && given.limit; i++)
		if (a->kept_count <= given.limit || by_rank(&a->controls[i], &a->kept[given.limit - 1]) < 0)
			activate_note(a, a->controls[i].id, true);
}

static void release(struct activate *a)
{
	activate_deliver_end();
	audience_free(a->audience);
	target_release(&a->target);
	suppress_release(&a->suppress);
	contacts_release(&a->contacts);
	map_release(&a->customers);
	roster_release(&a->before);
	roster_release(&a->after);
	mem_free(a->kept);
	mem_free(a->controls);
	arena_release(&a->texts);
	buf_release(&a->ledger);
	buf_release(&a->samples);
	buf_release(&a->text);
	opt_list_release(&given.purposes);
	opt_list_release(&given.suppress);
}

static int run(struct tool *t)
{
	struct activate a = {.tool = t, .given = &given};
	const struct tool_pass pass = {take_line, absorb, &a};
	int status;

	start(&a);
	tool_check_operands(t);
	open_outputs(&a);
	if (t->as_of != MOMENT_NONE)
		as_of_agree(&a.now, t->as_of, &t->err);
	a.profiles = tool_pass(t, &pass);
	cut_kept(&a);
	if (given.state || a.delivers)
		activate_compare(&a);
	if (a.delivers)
		activate_deliver_plan(&a);
	activate_book_finish(&a);
	status = activate_report(&a);
	release(&a);
	return status;
}

int main(int argc, char **argv)
{
	struct tool tool = {
		.name = "cdp-activate",
		.synopsis = "--to TARGET --purpose PURPOSE [OPTION]... [FILE]...",
		.summary = "Make an audience for a platform, of customers who may be contacted.",
		.opts = opts,
		.examples = {
			{"Who is in the segment and agreed to ads, hashed as Google wants it",
			 "cdp-activate --to google-customer-match -a 'in_segment(\"vip\")' --purpose ads -o vip.csv customers"},
			{"How many that would be, who stays and why, without writing anything",
			 "cdp-activate --to mailchimp --purpose newsletter --dry-run customers"},
			{NULL, NULL},
		},
		.defer_output = true,
		.no_stdin = true,	/* --list-targets and --ack read nothing */
		.output_kind = OUTPUT_PLAIN,
		.writes_books = true,
		.expects = "profiles of cdp-merge",
	};

	tool_start(&tool, argc, argv);
	if (given.list_targets)
		return list_targets(&tool);
	if (given.ack)
		return activate_acknowledge(&tool, &given);
	return run(&tool);
}
