#include "cmd/ingest_resume.h"

#include <sys/stat.h>

static struct resume *resume;
static bool waits;		/* the state, for the output's name */

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

static int on_prepared(struct tool *t, const struct output_place *place)
{
	const struct resume_text *lost;

	for (size_t i = 0; (lost = resume_lost(resume, &i)) != NULL;)
		if (lost->waiting)
			tool_warn(t, "%s: is in none of the files now, and its last %llu bytes, a line or record that had no end yet, "
				  "were not read: give it once more, with --final", lost->path, (unsigned long long)lost->waiting);
		else
			tool_warn(t, "%s: what was under this name before, read up to byte %llu, is in none of the files now: "
				  "if it grew after that, those lines are lost; name rotated files, too",
				  lost->path, (unsigned long long)lost->offset);
	waits = place->temporary != NULL;
	return resume_state_prepare(&resume->state, place, &t->err);
}

static int on_placed(struct tool *t)
{
	if (!resume_state_commit(&resume->state, &t->err))
		return 0;
	if (waits)
		tool_warn(t, "%s: the next run will find out that this one ended well", t->err.message);
	return waits ? 0 : -1;
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
	if (t->output_path && !span_is_utf8(span_of(t->output_path)))
		tool_usage(t, "--resume: the name of the output must be UTF-8");
	resume = resume_open(given->state, given->final, t->operands, t->operand_count, &t->err);
	if (!resume)
		tool_fail(t);
	refuse_overwriting(t);
	if (resume->state.note[0])
		(resume->state.doubtful ? tool_warn : tool_say)(t, "%s", resume->state.note);
	if (resume->state.fresh)
		tool_say(t, "the state %s is new: files are read from their beginning", given->state);
	t->prepared = on_prepared;
	t->placed = on_placed;
	t->keeps_output = true;
	options->resume = resume;
}

void resume_tell(struct tool *t, const struct resume *r)
{
	struct buf text = BUF_INIT;

	if (!r)
		return;
	tool_say(t, "files: %llu, new: %llu; bytes of text: %llu read before, %llu now, %llu left for the next run",
		 (unsigned long long)r->counts.files, (unsigned long long)r->counts.fresh, (unsigned long long)r->counts.known,
		 (unsigned long long)r->counts.read, (unsigned long long)r->counts.waiting);
	buf_printf(&text, "{\"files\":%llu,\"new\":%llu,\"bytes_before\":%llu,\"bytes_read\":%llu,\"bytes_waiting\":%llu}",
		   (unsigned long long)r->counts.files, (unsigned long long)r->counts.fresh, (unsigned long long)r->counts.known,
		   (unsigned long long)r->counts.read, (unsigned long long)r->counts.waiting);
	tool_stat_value(t, "resume", buf_view(&text));
	buf_release(&text);
}
