/* Rejected rows: told, kept, counted, judged (design, law 1). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/tool_state.h"
#include "record/scan.h"

#define TOLD_MAX 10		/* rows told on stderr; the rest is counted */
#define SHARE_MAX 0.10		/* more than this share rejected: the run failed */

static void open_files(struct tool *t)
{
	struct tool_state *s = t->state;
	struct buf name = BUF_INIT;
	struct stat st;

	buf_printf(&name, "%s.why", s->rejects_path);
	s->rejects_fresh = lstat(s->rejects_path, &st) && lstat(buf_text(&name), &st);
	s->rejects = tool_output(t, s->rejects_path, OUTPUT_PLAIN, OUTPUT_ASIDE);
	s->why = tool_output(t, buf_text(&name), OUTPUT_PLAIN, OUTPUT_ASIDE);
	buf_release(&name);
}

static void read_limit(struct tool *t)
{
	struct tool_state *s = t->state;
	struct span text = span_of(s->max_rejects);
	char quoted[ERROR_QUOTE_MAX];
	uint64_t number;

	s->limit_given = true;
	s->limit_percent = text.len > 1 && text.ptr[text.len - 1] == '%';
	if (s->limit_percent)
		text.len--;
	if (!span_number(text, &number) || (s->limit_percent && number > 100))
		tool_usage(t, "--max-rejects: %s is neither a number of rows nor a share like 5%%",
			   error_quote(span_of(s->max_rejects), quoted));
	s->limit = (double)number;
}

void tool_rejects_start(struct tool *t)
{
	if (t->state->max_rejects)
		read_limit(t);
	if (t->state->rejects_path)
		open_files(t);
}

void tool_reject_header(struct tool *t, struct span header)
{
	struct tool_state *s = t->state;

	buf_clear(&s->header);
	buf_span(&s->header, header);
	s->header_written = header.len && span_equal(header, buf_view(&s->above));
}

void tool_reject_directives(struct tool *t, struct span text)
{
	struct tool_state *s = t->state;

	if (s->header_written)
		buf_clear(&s->header);
	buf_span(&s->header, text);
	s->header_written = false;
}

static void write_header(struct tool *t)
{
	struct tool_state *s = t->state;

	if (s->header_written || !s->header.len)
		return;
	if (output_write(s->rejects, buf_view(&s->header), &t->err))
		tool_fail(t);
	buf_clear(&s->above);
	buf_span(&s->above, buf_view(&s->header));
	s->header_written = true;
}

const char *tool_rejects_path(const struct tool *t)
{
	return t->state->rejects_path;
}

void tool_rows(struct tool *t, uint64_t rows)
{
	t->state->rows = rows;
}

static void write_why(struct tool *t, const struct error *why)
{
	struct buf line = BUF_INIT;

	buf_lit(&line, "{\"file\":");
	text_encode(&line, span_of(why->file));
	buf_lit(&line, ",\"line\":");
	buf_u64(&line, why->line);
	if (why->column) {
		buf_lit(&line, ",\"column\":");
		buf_u64(&line, why->column);
	}
	buf_lit(&line, ",\"reason\":");
	text_encode(&line, span_of(why->message));
	buf_lit(&line, "}\n");
	if (output_write(t->state->why, buf_view(&line), &t->err))
		tool_fail(t);
	buf_release(&line);
}

static void put_original(struct tool *t, struct span original)
{
	struct tool_state *s = t->state;

	if (output_write(s->rejects, original, &t->err))
		tool_fail(t);
	s->open_reject = !span_ends(original, SPAN("\n"));
}

/* The last one may go on, so only who comes behind it gives it its line end. */
static void end_original(struct tool *t)
{
	struct tool_state *s = t->state;

	if (s->open_reject && output_write(s->rejects, SPAN("\n"), &t->err))
		tool_fail(t);
	s->open_reject = false;
}

static void keep(struct tool *t, struct span original, const struct error *why)
{
	end_original(t);
	write_header(t);
	put_original(t, original);
	write_why(t, why);
}

void tool_reject_rest(struct tool *t, struct span original)
{
	if (t->state->rejects)
		put_original(t, original);
}

/*
 * Rows that --max-rejects accepts are nothing to report to who wants it quiet; whether it
 * accepts them is known at the end.
 */
static void report_row(struct tool *t, const struct error *why)
{
	struct tool_state *s = t->state;

	if (!t->quiet || !s->limit_given || t->strict) {
		tool_print_error(t, why);
		return;
	}
	buf_printf(&s->unreported, "%s: ", t->name);
	error_format(why, &s->unreported);
	buf_char(&s->unreported, '\n');
}

static void stop_if_strict(struct tool *t, const char *first)
{
	if (!t->strict)
		return;
	t->err = ERROR_INIT;
	error_failed(&t->err, "stopped at the first %s (--strict)", first);
	tool_fail(t);
}

void tool_reject(struct tool *t, struct span original, const struct error *why)
{
	struct tool_state *s = t->state;

	t->rejected++;
	if (s->rejects)
		keep(t, original, why);
	if (s->summary) {
		if (!s->first_why.len)
			error_format(why, &s->first_why);
	} else if (s->told < TOLD_MAX) {
		report_row(t, why);
		s->told++;
	} else if (s->told == TOLD_MAX && !t->quiet) {
		s->told++;
		tool_say(t, "more rows are rejected; %s",
			 s->rejects ? "see the file of --rejects" :
				      "--rejects FILE keeps them all with their reasons");
	}
	stop_if_strict(t, "bad row");
}

/* What the rejected rows mean for the exit status. */
static int judge(struct tool *t)
{
	struct tool_state *s = t->state;
	double share = s->rows ? (double)t->rejected / (double)s->rows : 0;

	if (!t->rejected)
		return s->lost_files ? EXIT_REJECTS : EXIT_GOOD;
	if (s->limit_given) {
		bool fine = s->limit_percent ? share * 100 <= s->limit :
					       (double)t->rejected <= s->limit;
		if (fine)
			return s->lost_files ? EXIT_REJECTS : EXIT_GOOD;
	} else if (share <= SHARE_MAX) {
		return EXIT_REJECTS;
	}
	if (s->unreported.len)
		fwrite(s->unreported.ptr, 1, s->unreported.len, stderr);
	t->err = ERROR_INIT;
	error_failed(&t->err, "%llu of %llu rows rejected, more than %s: %s; "
		     "--max-rejects N|P%% sets how many are accepted",
		     (unsigned long long)t->rejected, (unsigned long long)s->rows,
		     s->limit_given ? s->max_rejects : "10%",
		     output_is_whole(t->out) ? "no output was written" : "the output is left cut");
	tool_print_error(t, &t->err);
	return EXIT_FAILED;
}

void tool_lose_file(struct tool *t)
{
	t->state->lost_files++;
	tool_print_error(t, &t->err);
	tool_alert(t, "%s: the file is left out, as a whole", t->err.file);
	stop_if_strict(t, "file that cannot be read");
}

/* A file that is empty says nothing, and stands in the way. */
static void drop_empty(struct tool *t)
{
	struct tool_state *s = t->state;

	if (!s->rejects || t->rejected)
		return;
	tool_output_drop(t, s->rejects);
	tool_output_drop(t, s->why);
	s->rejects = s->why = NULL;
}

/* What cannot be removed is named, even to who wants to hear of errors alone: it would be taken for this run's. */
static void remove_regular(struct tool *t, const char *path)
{
	struct stat st;

	if (!lstat(path, &st) && S_ISREG(st.st_mode) && unlink(path))
		tool_alert(t, "%s is of an earlier run and cannot be removed: %s", path, strerror(errno));
}

void tool_rejects_clear(struct tool *t, int status)
{
	struct buf name = BUF_INIT;

	if (status == EXIT_FAILED || !t->state->rejects_path || t->rejected)
		return;
	buf_printf(&name, "%s.why", t->state->rejects_path);
	remove_regular(t, t->state->rejects_path);
	remove_regular(t, buf_text(&name));
	buf_release(&name);
}

void tool_rejects_sum_up(struct tool *t, struct buf *out)
{
	struct tool_state *s = t->state;

	if (s->first_why.len)
		buf_printf(out, "; the first rejected: %s", buf_text(&s->first_why));
	if (s->summary && s->lost_files)
		buf_printf(out, "; %llu file%s left out", (unsigned long long)s->lost_files,
			   s->lost_files == 1 ? "" : "s");
	buf_release(&s->first_why);
}

int tool_rejects_finish(struct tool *t)
{
	int status;

	end_original(t);
	drop_empty(t);
	status = judge(t);
	if (status == EXIT_GOOD && t->answers_1)
		status = EXIT_REJECTS;
	/* Without a balance somebody must say so. */
	if (status == EXIT_REJECTS && t->quiet && !t->state->summary && t->rejected > TOLD_MAX)
		fprintf(stderr, "%s: %llu of %llu rows rejected\n", t->name,
			(unsigned long long)t->rejected, (unsigned long long)t->state->rows);
	return status;
}
