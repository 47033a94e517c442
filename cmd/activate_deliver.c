#include "cmd/activate_deliver.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "activate/audience/journal.h"
#include "activate/deliver/deliver.h"
#include "io/input.h"

#define SECRETS_MAX ((size_t)1 << 16)

/* The run's delivery; tool_finish calls back without a context. */
static struct {
	struct activate *run;
	struct deliver_given *given;
	struct deliver_setup setup;
	struct delivery *way;
	struct buf secrets, journal_path, table, text, row;
	int journal;		/* -1: none */
	bool failed;
	uint64_t arrived, batches, waits;
} out = {.journal = -1};

/* A name for a table: letters, digits and _ of the audience's. */
static void make_table(struct activate *a, const char *given)
{
	struct span name = span_of(given ? given : a->given->name);

	if (given) {
		buf_span(&out.table, name);
		return;
	}
	for (size_t i = 0; i < name.len; i++) {
		char c = span_lower(name.ptr[i]);

		buf_char(&out.table, (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_');
	}
}

static void read_secrets(struct tool *t, const char *path)
{
	struct stat st;

	if (!path)
		return;
	if (stat(path, &st)) {
		error_errno(&t->err, "cannot open secrets '%s'", path);
		tool_fail(t);
	}
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		tool_usage(t, "--secrets: others can read '%s': chmod 600 it, and use new secrets", path);
	if (input_whole(path, SECRETS_MAX, &out.secrets, &t->err))
		tool_fail(t);
}

static bool has_pace(const struct deliver_given *d)
{
	return d->rate != DELIVER_UNSET || d->tries != DELIVER_UNSET || d->timeout != DELIVER_UNSET || d->backoff != DELIVER_UNSET;
}

static uint64_t or_default(uint64_t given, uint64_t value)
{
	return given == DELIVER_UNSET ? value : given;
}

/* A delivery that never tries, never waits or waits for a year is a slip of the pen. */
static void refuse_range(struct tool *t, const struct deliver_given *d)
{
	const struct {
		const char *name;
		uint64_t given, least, most;
		const char *unit;
	} ranges[] = {
		{"tries", d->tries, 1, 1000, "tries"}, {"timeout", d->timeout, 1, 3600, "seconds"},
		{"backoff", d->backoff, 1, 60000, "milliseconds"}, {"rate", d->rate, 1, 60000, "requests a minute"},
	};

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (ranges[i].given != DELIVER_UNSET && (ranges[i].given < ranges[i].least || ranges[i].given > ranges[i].most))
			tool_usage(t, "--%s: %" PRIu64 " is out of range: write %" PRIu64 " to %" PRIu64 " %s", ranges[i].name,
				   ranges[i].given, ranges[i].least, ranges[i].most, ranges[i].unit);
}

static void refuse_pairs(struct activate *a, const struct deliver_given *d)
{
	struct tool *t = a->tool;
	bool endpoint = deliver_is_endpoint(d->url);

	if (t->output_path || a->given->removals)
		tool_usage(t, "--deliver takes the place of --output and --removals");
	if (endpoint && !a->given->state)
		tool_usage(t, "--deliver to an endpoint needs --state FILE: it knows what has arrived when a run is killed");
	if (endpoint && (d->table || d->create))
		tool_usage(t, "--table and --create are for databases");
	if (!endpoint && (d->secrets || d->form || has_pace(d)))
		tool_usage(t, "--secrets, --form, --tries, --timeout, --backoff and --rate are for endpoints");
	if (!a->target.keyed)
		tool_usage(t, "target %s does not say what names a member, as --deliver needs: add 'set key = COLUMN'", a->target.name);
}

static int note_arrived(void *context, const struct deliver_member *list, size_t count, struct error *err)
{
	(void)context;
	buf_clear(&out.text);
	for (size_t i = 0; i < count; i++)
		journal_put(list[i].member, list[i].removed, &out.text);
	for (size_t done = 0; done < out.text.len;) {
		ssize_t got = write(out.journal, out.text.ptr + done, out.text.len - done);

		if (got < 0 && errno != EINTR)
			return error_errno(err, "cannot write '%s'", buf_text(&out.journal_path));
		done += got > 0 ? (size_t)got : 0;
	}
	if (fdatasync(out.journal))
		return error_errno(err, "cannot write '%s'", buf_text(&out.journal_path));
	out.arrived += count;
	out.batches++;
	return 0;
}

static void wait_a_while(void *context, uint64_t ms, const char *reason)
{
	struct timespec left = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};

	(void)context;
	out.waits += reason != NULL;
	if (reason && out.waits <= 10)
		tool_say(out.run->tool, "%s: %s; again in %.1f s", out.given->url, reason, (double)ms / 1000);
	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

void activate_deliver_start(struct activate *a, struct deliver_given *d)
{
	struct tool *t = a->tool;

	if (deliver_check(d->url, &t->err))
		tool_fail(t);
	refuse_pairs(a, d);
	refuse_range(t, d);
	read_secrets(t, d->secrets);
	make_table(a, d->table);
	a->target.shape = TARGET_JSON;
	out.run = a;
	out.given = d;
	out.setup = (struct deliver_setup){
		.url = d->url, .target = &a->target, .table = buf_text(&out.table), .audience = a->given->name,
		.create = d->create, .form = d->form, .headers = out.secrets.len ? buf_view(&out.secrets) : SPAN_NONE,
		.tries = (unsigned)or_default(d->tries, 8), .rate = or_default(d->rate, 0),
		.backoff_ms = or_default(d->backoff, 500), .timeout_ms = (long)or_default(d->timeout, 30) * 1000,
		.arrived = note_arrived, .wait = wait_a_while,
	};
}

/* The journal, for this run alone. */
static void open_journal(struct tool *t)
{
	const char *path = buf_text(&out.journal_path);

	out.journal = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (out.journal < 0) {
		error_errno(&t->err, "cannot open '%s'", path);
		tool_fail(t);
	}
	if (flock(out.journal, LOCK_EX | LOCK_NB)) {
		error_failed(&t->err, "'%s' is in use: another run delivers this audience", path);
		tool_fail(t);
	}
}

/* A last line that was cut goes, so that the next begins on a line of its own. */
static void trim_journal(struct tool *t, struct span text)
{
	size_t len = text.len;

	while (len && text.ptr[len - 1] != '\n')
		len--;
	if (len < text.len && ftruncate(out.journal, (off_t)len)) {
		error_errno(&t->err, "cannot cut '%s'", buf_text(&out.journal_path));
		tool_fail(t);
	}
}

void activate_deliver_resume(struct activate *a)
{
	struct tool *t = a->tool;
	struct buf text = BUF_INIT;

	if (!a->given->state || !deliver_is_endpoint(out.given->url) || a->given->dry_run)
		return;
	buf_printf(&out.journal_path, "%s.journal", a->given->state);
	open_journal(t);
	if (input_whole(buf_text(&out.journal_path), (size_t)1 << 31, &text, &t->err))
		tool_fail(t);
	trim_journal(t, buf_view(&text));
	if (text.len)
		tool_say(t, "a run before did not end: what it delivered is not sent again");
	if (journal_replay(&a->before, buf_view(&text), buf_text(&out.journal_path), &t->err))
		tool_fail(t);
	buf_release(&text);
}

static void hand_over(const struct roster_member *m, bool removed)
{
	struct deliver_member one = {.member = m, .removed = removed, .row = m->text};

	if (out.failed)
		return;
	if (removed) {
		buf_clear(&out.row);
		audience_put_removal(out.run->audience, m->key, &out.row);
		one.row = buf_view(&out.row);
	}
	out.failed = deliver_put(out.way, &one, &out.run->tool->err);
}

static void hand_put(void *context, const struct roster_member *m)
{
	(void)context;
	hand_over(m, false);
}

static void hand_removal(void *context, const struct roster_member *m)
{
	(void)context;
	hand_over(m, true);
}

static int deliver_all(struct tool *t)
{
	struct activate *a = out.run;

	out.way = deliver_open(&out.setup, &t->err);
	if (!out.way)
		return -1;
	delta_walk(&a->before, &a->after, NULL, hand_removal, NULL);
	delta_walk(&a->before, &a->after, hand_put, NULL, NULL);
	return out.failed || deliver_finish(out.way, &t->err) ? -1 : 0;
}

/* The state says it all now. */
static int drop_journal(struct tool *t)
{
	const struct delta *d = &out.run->delta;
	uint64_t rows = d->added + d->changed + d->removed;

	if (out.journal >= 0 && unlink(buf_text(&out.journal_path)))
		return error_errno(&t->err, "cannot remove '%s'", buf_text(&out.journal_path));
	tool_say(t, "delivered %" PRIu64 " row%s to %s", rows, rows == 1 ? "" : "s", out.given->url);
	return 0;
}

void activate_deliver_plan(struct activate *a)
{
	if (a->given->dry_run)
		return;
	a->tool->prepared = deliver_all;
	a->tool->placed = drop_journal;
}

void activate_deliver_end(void)
{
	deliver_close(out.way);
	if (out.journal >= 0)
		close(out.journal);
	buf_release(&out.secrets);
	buf_release(&out.journal_path);
	buf_release(&out.table);
	buf_release(&out.text);
	buf_release(&out.row);
}
