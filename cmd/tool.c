#include "cmd/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/tool_state.h"
#include "io/paged.h"
#include "time/date_text.h"
#include "time/moment.h"

#define JOBS_MAX 64
#define JOBS_UNSET UINT64_MAX

static struct tool *running;	/* for the handler of failed allocations */

static struct tool_state state = {
	.jobs = JOBS_UNSET,
	.memory = (uint64_t)1 << 30,
	.tz = "UTC",
};

static const char *const moments[] = {"today", NULL};

static const struct opt common[] = {
	{OPT_GROUP, 0, NULL, NULL, "Common options", NULL, NULL, false},
	{OPT_REPLACE, 'o', "output", "FILE", "write to FILE, whole or not at all (.gz, .zst: compressed)",
	 &state.output_path, NULL, false},
	{OPT_STRING, 0, "as-of", "TIME", "\"now\" of windows and scores: a time, a day (its end) or 'today'; "
	 "default: the latest event", &state.as_of, moments, false},
	{OPT_STRING, 0, "tz", "ZONE", "time zone of dates without offset (default: UTC)", &state.tz, NULL, false},
	{OPT_NUMBER, 'j', "jobs", "N", "worker threads (default: one a processor)", &state.jobs, NULL, false},
	{OPT_SIZE, 0, "memory", "SIZE", "memory to keep to; the rest goes to files in $TMPDIR (default: 1G)",
	 &state.memory, NULL, false},
	{OPT_OUTPUT, 0, "rejects", "FILE", "keep rejected rows in FILE as they were, reasons in FILE.why",
	 &state.rejects_path, NULL, false},
	{OPT_STRING, 0, "max-rejects", "N|P%", "accept up to so many rejected rows (exit 0); more fail (exit 3)",
	 &state.max_rejects, NULL, false},
	{OPT_FLAG, 0, "strict", NULL, "stop at the first bad row (exit 3)", &state.strict, NULL, false},
	{OPT_OUTPUT, 0, "stats", "FILE", "write the balance to FILE as JSON", &state.stats_path, NULL, false},
	{OPT_FLAG, 0, "progress", NULL, "show progress even when stderr is not a terminal", &state.progress, NULL, false},
	{OPT_FLAG, 'q', "quiet", NULL, "no balance, warnings or progress; errors and losses only", &state.quiet, NULL, false},
	{OPT_FLAG, 0, "summary", NULL, "quiet but for one line at the end: the balance and the first row rejected",
	 &state.summary, NULL, false},
	{OPT_FLAG, 'h', "help", NULL, "show this help", &state.help, NULL, false},
	{OPT_FLAG, 'V', "version", NULL, "show the version", &state.version, NULL, false},
	{.kind = OPT_END},
};

static struct opt offered[sizeof common / sizeof *common];	/* those that the running tool has */

static bool is_without(const struct tool *t, const char *name)
{
	for (const char *const *w = t->without; name && w && *w; w++)
		if (!strcmp(*w, name))
			return true;
	return false;
}

static void choose_common(const struct tool *t)
{
	struct opt *end = offered;

	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		if (!is_without(t, common[i].name))
			*end++ = common[i];
}

static void on_no_memory(size_t size, const struct error *why)
{
	const char *name = running ? running->name : "cdp";

	output_remove_temporaries();
	if (why)
		fprintf(stderr, "%s: %s\n", name, why->message);
	else
		fprintf(stderr, "%s: out of memory (%zu more bytes wanted): lower --memory or give the machine more\n",
			name, size);
	_exit(EXIT_FAILED);
}

static void on_signal(int number)
{
	output_remove_temporaries();
	signal(number, SIG_DFL);
	raise(number);
}

static void catch_signals(void)
{
	static const int numbers[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXFSZ, SIGXCPU,
	};
	struct sigaction action = {.sa_handler = on_signal};
	struct sigaction old;

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		sigaction(numbers[i], NULL, &old);
		if (old.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
	}
}

/*
 * A standard stream that the caller has closed is opened so that using it fails: else the
 * next file gets its number, and messages go into the output.
 */
static void open_standard_streams(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
			_exit(EXIT_FAILED);
	}
}

/* Help and version are output like any other: a full disk is a failure. */
static noreturn void print_and_exit(struct tool *t, struct buf *text)
{
	struct output *out = output_open(NULL, OUTPUT_PLAIN, &t->err);

	if (!out || output_write(out, buf_view(text), &t->err) ||
	    output_finish(out, &t->err)) {
		tool_print_error(t, &t->err);
		exit(EXIT_FAILED);
	}
	exit(EXIT_GOOD);
}

static void print_help(struct tool *t)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "Usage: %s%s%s %s\n%s\n", t->name, t->part ? " " : "",
		   t->part ? t->part : "", t->synopsis, t->summary);
	if (t->opts && t->opts[0].kind != OPT_END) {
		buf_text_put(&text, t->opts[0].kind == OPT_GROUP ? "\n" : "\nOptions:\n");
		opt_help(t->opts, &text);
	}
	buf_char(&text, '\n');
	opt_help(offered, &text);
	buf_lit(&text, "\nExamples:\n");
	for (const struct example *e = t->examples; e->what; e++)
		buf_printf(&text, "  # %s\n  %s\n", e->what, e->command);
	buf_printf(&text, "\nManual: man %s, man cdp\n", t->name);
	print_and_exit(t, &text);
}

/* For completion scripts and the test of the manual: cdp(7). */
static void print_options(struct tool *t)
{
	struct buf text = BUF_INIT;

	if (t->opts)
		opt_list_all(t->opts, &text);
	opt_list_all(offered, &text);
	print_and_exit(t, &text);
}

/* For completion scripts: one word a line. */
static void print_words(struct tool *t)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; t->words && t->words[i]; i++)
		buf_printf(&text, "%s\n", t->words[i]);
	print_and_exit(t, &text);
}

static void print_version(struct tool *t)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s (cdp toolkit) %s, record format %s\n", t->name,
		   CDP_VERSION, CDP_FORMAT);
	print_and_exit(t, &text);
}

static unsigned processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	if (count < 1)
		return 1;
	return count > 8 ? 8 : (unsigned)count;
}

/* A day means its end in the zone; 'today' is the clock's day. */
static void read_as_of(struct tool *t)
{
	struct span text = span_of(state.as_of);
	struct civil civil;
	char quoted[ERROR_QUOTE_MAX];

	t->as_of = MOMENT_NONE;
	if (!state.as_of)
		return;
	if (span_equal(text, SPAN("today"))) {
		struct timespec now;

		clock_gettime(CLOCK_REALTIME, &now);
		zone_civil(t->zone, (int64_t)now.tv_sec * 1000, &civil);
		civil.has_time = civil.has_offset = false;
	} else if (!date_parse(text, DATES_ISO, &civil)) {
		tool_usage(t, "--as-of: %s is not a time: write 2024-03-01, 2024-03-01T09:30:00Z or today",
			   error_quote(text, quoted));
	}
	if (civil.has_time) {
		t->as_of = zone_moment(t->zone, &civil);
		return;
	}
	civil.hour = 23;
	civil.minute = civil.second = 59;
	civil.millisecond = 999;
	t->as_of = zone_moment(t->zone, &civil);
}

/* By the first of these variables that is set, as setlocale(3) reads them. */
static bool is_utf8_locale(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		const char *locale = getenv(variables[i]);

		if (locale && *locale)
			return strcasestr(locale, ".utf-8") || strcasestr(locale, ".utf8");
	}
	return false;
}

static void read_common(struct tool *t)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	const char *tmpdir = getenv("TMPDIR");

	if (state.jobs != JOBS_UNSET && (!state.jobs || state.jobs > JOBS_MAX))
		tool_usage(t, "--jobs: from 1 to %d", JOBS_MAX);
	t->jobs = state.jobs == JOBS_UNSET ? processors() : (unsigned)state.jobs;
	t->memory = state.memory;
	t->output_path = state.output_path;
	t->quiet = state.quiet || state.summary;
	t->strict = state.strict;
	t->scratch = tmpdir && *tmpdir ? tmpdir : "/tmp";
	paged_start(t->scratch, t->memory);
	t->zone = zone_load(state.tz, &t->err);
	if (!t->zone)
		tool_fail(t);
	read_as_of(t);
	t->colour = isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
		    !(term && !strcmp(term, "dumb"));
	/* Files and pipes get the same bytes in every locale. */
	t->blocks = !isatty(STDOUT_FILENO) || is_utf8_locale();
}

void tool_check_operands(struct tool *t)
{
	tool_files_check_operands(t);
	if (t->operand_count || !isatty(STDIN_FILENO))
		return;
	tool_usage(t, "nothing to read: name a file or pipe in %s",
		   t->expects ? t->expects : "records");
}

void tool_begin(struct tool *t)
{
	open_standard_streams();
	running = t;
	t->state = &state;
	mem_on_failure(on_no_memory);
}

/* The options that were read are not understood: is one of them something else now? */
static void explain_gone(struct tool *t, int argc, char **argv)
{
	for (const struct gone_option *g = t->gone; g && g->name; g++) {
		for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
			struct span rest = span_of(argv[i]);

			rest = span_starts(rest, SPAN("--")) ? span_sub(rest, 2, rest.len) : SPAN("");
			if (span_equal(span_cut(&rest, '='), span_of(g->name))) {
				error_usage(&t->err, "there is no option '--%s' any more: write %s", g->name, g->now);
				return;
			}
		}
	}
}

void tool_start(struct tool *t, int argc, char **argv)
{
	int first;

	tool_begin(t);
	t->err = ERROR_INIT;
	clock_gettime(CLOCK_MONOTONIC, &state.began);
	state.shown = state.began;
	catch_signals();
	choose_common(t);
	if (argc == 2 && !strcmp(argv[1], "--list-options"))
		print_options(t);
	if (argc == 2 && !strcmp(argv[1], "--list-words"))
		print_words(t);
	if (opt_parse(t->opts, offered, argc, argv, &first, &t->err)) {
		explain_gone(t, argc, argv);
		tool_fail(t);
	}
	if (state.help)
		print_help(t);
	if (state.version)
		print_version(t);
	t->operands = argv + first;
	t->operand_count = (size_t)(argc - first);
	read_common(t);
	tool_files_gather(t, t->opts);
	tool_files_gather(t, offered);
	tool_files_check(t);
	if (!t->no_stdin)
		tool_check_operands(t);
	tool_rejects_start(t);
	if (!t->defer_output)
		tool_open_output(t);
}

/* LINE goes to stderr, begins with the tool's name, and is released. */
static void start_line(struct tool *t, struct buf *line)
{
	tool_progress_clear(t);
	buf_printf(line, "%s: ", t->name);
}

static void end_line(struct buf *line)
{
	buf_char(line, '\n');
	fwrite(line->ptr, 1, line->len, stderr);
	buf_release(line);
}

void tool_print_error(struct tool *t, const struct error *err)
{
	struct buf line = BUF_INIT;

	start_line(t, &line);
	error_format(err, &line);
	end_line(&line);
}

noreturn void tool_fail(struct tool *t)
{
	tool_print_error(t, &t->err);
	if (t->hint)
		fprintf(stderr, "%s: %s\n", t->name, t->hint);
	if (t->err.kind == ERROR_USAGE)
		fprintf(stderr, "Try '%s%s%s --help'.\n", t->name, t->part ? " " : "",
			t->part ? t->part : "");
	tool_outputs_abort(t);
	output_remove_temporaries();
	exit(t->err.kind == ERROR_USAGE ? EXIT_USAGE : EXIT_FAILED);
}

noreturn void tool_usage(struct tool *t, const char *format, ...)
{
	va_list ap;

	t->err = ERROR_INIT;
	t->err.kind = ERROR_USAGE;
	va_start(ap, format);
	vsnprintf(t->err.message, sizeof t->err.message, format, ap);
	va_end(ap);
	tool_fail(t);
}

static void say_text(struct tool *t, struct span text)
{
	struct buf line = BUF_INIT;

	start_line(t, &line);
	error_clean(text, &line);
	end_line(&line);
}

static void __attribute__((format(printf, 3, 0)))
say(struct tool *t, const char *prefix, const char *format, va_list ap)
{
	struct buf text = BUF_INIT;

	buf_text_put(&text, prefix);
	buf_vprintf(&text, format, ap);
	say_text(t, buf_view(&text));
	buf_release(&text);
}

void tool_say(struct tool *t, const char *format, ...)
{
	va_list ap;

	if (t->quiet)
		return;
	va_start(ap, format);
	say(t, "", format, ap);
	va_end(ap);
}

void tool_warn(struct tool *t, const char *format, ...)
{
	va_list ap;

	if (t->quiet)
		return;
	va_start(ap, format);
	say(t, "warning: ", format, ap);
	va_end(ap);
}

void tool_alert(struct tool *t, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(t, "warning: ", format, ap);
	va_end(ap);
}

void tool_say_lines(struct tool *t, struct span lines)
{
	while (lines.len) {
		struct span line = span_cut(&lines, '\n');

		tool_say(t, "%.*s", SPAN_ARG(line));
	}
}

void tool_warn_lines(struct tool *t, struct span lines)
{
	while (lines.len) {
		struct span line = span_cut(&lines, '\n');

		tool_warn(t, "%.*s", SPAN_ARG(line));
	}
}

void tool_write(struct tool *t, struct span bytes)
{
	/* Where both go to one terminal, a line of progress would be in the way. */
	if (bytes.len && output_is_terminal(t->out))
		tool_progress_clear(t);
	if (output_write(t->out, bytes, &t->err))
		tool_fail(t);
}

void tool_say_placed(struct tool *t, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	buf_vprintf(&t->state->placed, format, ap);
	va_end(ap);
	buf_char(&t->state->placed, '\n');
}

static void say_placed(struct tool *t)
{
	struct span lines = buf_view(&t->state->placed);

	while (lines.len) {
		struct span line = span_cut(&lines, '\n');

		tool_say(t, "%.*s", SPAN_ARG(line));
	}
	buf_release(&t->state->placed);
}

int tool_finish(struct tool *t, const char *balance, ...)
{
	int status = tool_rejects_finish(t);

	if (tool_outputs_finish(t, status))
		tool_fail(t);
	tool_rejects_clear(t, status);
	if (status != EXIT_FAILED)
		say_placed(t);
	if (balance && (!t->quiet || t->state->summary)) {
		struct buf text = BUF_INIT;
		va_list ap;

		va_start(ap, balance);
		buf_vprintf(&text, balance, ap);
		va_end(ap);
		tool_rejects_sum_up(t, &text);
		say_text(t, buf_view(&text));
		buf_release(&text);
	}
	tool_progress_clear(t);
	zone_free(t->zone);
	return status;
}
