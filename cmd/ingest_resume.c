#include "cmd/ingest_resume.h"

#include <sys/stat.h>

static struct output *new_state;

/* What an earlier run wrote may not have been fetched yet. */
static void refuse_overwriting(struct tool *t)
{
	char quoted[ERROR_QUOTE_MAX];
	struct stat st;

	if (!t->output_path || stat(t->output_path, &st) || !S_ISREG(st.st_mode) ||
	    st.st_size <= 1)
		return;
	t->err = ERROR_INIT;
	error_failed(&t->err, "%s exists and may hold what an earlier run read: move it away, or name a new file, such as events-$(date +%%s)",
		     error_quote(span_of(t->output_path), quoted));
	tool_fail(t);
}

/* What earlier runs were reading, and what this one cannot find. */
static void warn_of_lost(struct tool *t, struct resume *r)
{
	const struct resume_text *lost;

	for (size_t i = 0; (lost = resume_lost(r, &i)) != NULL;)
		if (lost->waiting)
			tool_warn(t, "%s: is in none of the files now, and its last %llu bytes, a line or record that had no end yet, "
				  "were not read: give it once more, with --final", lost->path, (unsigned long long)lost->waiting);
		else
			tool_warn(t, "%s: what was under this name before, read up to byte %llu, is in none of the files now: "
				  "if it grew after that, those lines are lost; name rotated files, too",
				  lost->path, (unsigned long long)lost->offset);
}

static void save_state(struct tool *t, const struct resume *r)
{
	struct buf text = BUF_INIT;

	resume_state_put(&r->state, &text);
	if (output_write(new_state, buf_view(&text), &t->err))
		tool_fail(t);
	buf_release(&text);
}

void resume_start(struct tool *t, const struct resume_given *given,
		  struct ingest_options *options)
{
	if (given->final && !given->state)
		tool_usage(t, "--final is for --resume: without it all files are read to their end");
	if (!given->state)
		return;
	if (!t->operand_count)
		tool_usage(t, "--resume follows files: name them");
	options->resume = resume_open(given->state, given->final, t->operands, t->operand_count, &t->err);
	if (!options->resume)
		tool_fail(t);
	refuse_overwriting(t);
	/* An output of the run, which takes its name behind all others; opened before anything is read in vain. */
	new_state = tool_output(t, options->resume->state.path, OUTPUT_PLAIN, OUTPUT_STATE);
	if (options->resume->state.fresh)
		tool_say(t, "the state %s is new: files are read from their beginning", given->state);
}

void resume_finish(struct tool *t, struct resume *r)
{
	struct buf text = BUF_INIT;

	if (!r)
		return;
	warn_of_lost(t, r);
	save_state(t, r);
	tool_say(t, "files: %llu, new: %llu; bytes of text: %llu read before, %llu now, %llu left for the next run",
		 (unsigned long long)r->counts.files, (unsigned long long)r->counts.fresh, (unsigned long long)r->counts.known,
		 (unsigned long long)r->counts.read, (unsigned long long)r->counts.waiting);
	buf_printf(&text, "{\"files\":%llu,\"new\":%llu,\"bytes_before\":%llu,\"bytes_read\":%llu,\"bytes_waiting\":%llu}",
		   (unsigned long long)r->counts.files, (unsigned long long)r->counts.fresh, (unsigned long long)r->counts.known,
		   (unsigned long long)r->counts.read, (unsigned long long)r->counts.waiting);
	tool_stat_value(t, "resume", buf_view(&text));
	buf_release(&text);
}
