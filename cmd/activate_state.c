/* The files that cdp-activate goes by: the ledger of deliveries, and the state of what was delivered. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/activate.h"
#include "expr/duration.h"
#include "io/input.h"
#include "time/moment.h"

#define FILE_MAX ((size_t)1 << 31)

/* The whole file PATH into OUT; false: there is none. */
static bool read_file(struct tool *t, const char *path, struct buf *out)
{
	if (access(path, F_OK) && errno == ENOENT)
		return false;
	if (input_whole(path, FILE_MAX, out, &t->err))
		tool_fail(t);
	return true;
}

/* "3/7d" */
static void take_cap(struct activate *a, const char *text)
{
	struct span rest = span_of(text), number = span_cut(&rest, '/');

	if (!span_number(number, &a->setup.cap) || !a->setup.cap || span_absent(rest))
		tool_usage(a->tool, "--cap: '%s' is not N/DURATION, as 3/7d", text);
	if (duration_read(rest.ptr, "--cap", &a->contacts.window_ms, &a->tool->err))
		tool_fail(a->tool);
	if (!a->contacts.window_ms)
		tool_usage(a->tool, "--cap: '%s' counts in no time at all: write N/DURATION, as 3/7d", text);
	a->setup.capped = true;
}

void activate_read_ledger(struct activate *a)
{
	const struct activate_given *g = a->given;

	a->contacts.target = span_of(a->target.name);
	a->contacts.audience = span_of(g->name);
	a->setup.contacts = &a->contacts;
	a->setup.controls = g->ledger && a->setup.hold_out && !g->dry_run;
	if (g->cap)
		take_cap(a, g->cap);
	if (g->ledger && read_file(a->tool, g->ledger, &a->ledger) &&
	    contacts_parse(&a->contacts, buf_view(&a->ledger), g->ledger, &a->tool->err))
		tool_fail(a->tool);
	if (a->ledger.len && a->ledger.ptr[a->ledger.len - 1] != '\n')
		buf_char(&a->ledger, '\n');
}

/* Whoever goes out by --state is noted once, when new; so is who is held out. */
void activate_note(struct activate *a, struct span id, bool held_out)
{
	bool known = held_out ? a->given->state && contacts_has_control(&a->contacts, id)
			      : map_find(&a->customers, id) != MAP_NONE;

	if (a->given->ledger && !a->given->dry_run && !known)
		contacts_put(&a->contacts, a->now.as_of, id, held_out, &a->ledger);
}

void activate_write_ledger(struct activate *a)
{
	struct output *out;

	if (!a->given->ledger || a->given->dry_run)
		return;
	if (a->now.any && a->now.as_of == MOMENT_NONE)
		tool_usage(a->tool, "the profiles have no as_of, so --ledger cannot say when: give cdp-merge --as-of");
	out = tool_output(a->tool, a->given->ledger, OUTPUT_PLAIN, OUTPUT_STATE);
	if (output_write(out, buf_view(&a->ledger), &a->tool->err))
		tool_fail(a->tool);
}

void activate_read_state(struct activate *a)
{
	const struct activate_given *g = a->given;
	struct buf text = BUF_INIT;

	if (!g->state)
		return;
	if (!read_file(a->tool, g->state, &text))
		a->first = true;
	else if (roster_load(&a->before, buf_view(&text), a->target.name, g->state, &a->tool->err))
		tool_fail(a->tool);
	a->members = a->before.count;
	for (size_t i = 0; i < a->before.count; i++)
		map_put(&a->customers, a->before.list[i].id, NULL);
	buf_release(&text);
}

/* What waits for --ack. */
static void put_next_name(const char *state, struct buf *out)
{
	buf_printf(out, "%s.next", state);
}

static void hold_twin(void *context, struct span id)
{
	activate_hold(context, HELD_TWIN, id);
}

/* Those whose rows are left, by id. */
static void count_out(struct activate *a)
{
	struct map ids = MAP_INIT;

	for (size_t i = 0; i < a->after.count; i++) {
		bool added;

		map_put(&ids, a->after.list[i].id, &added);
		if (added)
			activate_out(a, a->after.list[i].id);
	}
	map_release(&ids);
}

/* A jump is more often a broken source than a campaign. */
static void ask_about_change(struct activate *a)
{
	const char *text = a->given->max_change ? a->given->max_change : "30%";
	double most = activate_share(a->tool, "max-change", text), old = (double)a->members;
	double change = old ? (double)a->after.count / old - 1 : 0;

	if (a->first || !old || (change <= most && -change <= most))
		return;
	(a->given->dry_run ? tool_warn : tool_usage)(a->tool, "the audience would %s from %zu to %zu members, by %.0f%%, more than --max-change %s: "
		   "is a source missing? If it is right, say --max-change %.0f%%",
		   change > 0 ? "grow" : "shrink", a->members, a->after.count, 100 * (change > 0 ? change : -change),
		   text, 100 * (change > 0 ? change : -change) + 1);
}

static void write_member(void *context, const struct roster_member *m)
{
	struct activate *a = context;

	a->rows++;
	activate_put(a, m->text);
}

static void write_removal(void *context, const struct roster_member *m)
{
	struct activate *a = context;

	buf_clear(&a->text);
	audience_put_removal(a->audience, m->key, &a->text);
	if (output_write(a->removals, buf_view(&a->text), &a->tool->err))
		tool_fail(a->tool);
}

static void write_state(struct activate *a)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct output *out;

	if (a->delivers)
		buf_text_put(&path, a->given->state);
	else
		put_next_name(a->given->state, &path);
	roster_put(&a->after, a->target.name, &text);
	out = tool_output(a->tool, buf_text(&path), OUTPUT_PLAIN, OUTPUT_STATE);
	if (output_write(out, buf_view(&text), &a->tool->err))
		tool_fail(a->tool);
	buf_release(&path);
	buf_release(&text);
}

void activate_compare(struct activate *a)
{
	bool quiet = a->given->dry_run || a->delivers;

	roster_settle(&a->after, hold_twin, a);
	count_out(a);
	ask_about_change(a);
	a->delta = delta_walk(&a->before, &a->after, quiet ? NULL : write_member, quiet ? NULL : write_removal, a);
	if (!a->given->dry_run && a->given->state)
		write_state(a);
}

int activate_acknowledge(struct tool *t, const struct activate_given *g)
{
	struct buf next = BUF_INIT;

	if (!g->state)
		tool_usage(t, "--ack goes with --state: which delivery has arrived?");
	if (t->operand_count || g->to || t->output_path)
		tool_usage(t, "--ack reads no profiles and takes nothing but --state");
	put_next_name(g->state, &next);
	if (!rename(buf_text(&next), g->state))
		tool_say(t, "'%s' is what was delivered", g->state);
	else if (errno == ENOENT)
		tool_say(t, "nothing waits to be acknowledged: there is no '%s'", buf_text(&next));
	else {
		error_errno(&t->err, "cannot rename '%s'", buf_text(&next));
		tool_fail(t);
	}
	buf_release(&next);
	tool_open_output(t);
	return tool_finish(t, NULL);
}
