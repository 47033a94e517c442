#include "cmd/ingest_retry.h"

#include <string.h>
#include <sys/stat.h>

#include "collect/ingest/again.h"
#include "io/output.h"

void retry_notes_start(struct tool *t, struct retry_notes *n)
{
	struct buf name = BUF_INIT;

	if (!tool_rejects_path(t))
		return;
	buf_printf(&name, "%s.retry", tool_rejects_path(t));
	n->out = tool_output(t, buf_text(&name), OUTPUT_PLAIN, OUTPUT_ASIDE);
	buf_release(&name);
}

static void write_note(struct tool *t, struct retry_notes *n, struct buf *line)
{
	if (output_write(n->out, buf_view(line), &t->err))
		tool_fail(t);
	buf_clear(line);
}

/* The last row, of which it was not known how long it would be. */
static void write_row(struct tool *t, struct retry_notes *n)
{
	struct buf line = BUF_INIT;

	if (n->out && n->row.lines) {
		buf_printf(&line, "[%llu,%llu,%llu]\n", (unsigned long long)n->row.line,
			   (unsigned long long)n->row.bytes + n->row.open,
			   (unsigned long long)n->row.lines);
		write_note(t, n, &line);
	}
	n->row.lines = 0;
	buf_release(&line);
}

void retry_notes_finish(struct tool *t, struct retry_notes *n)
{
	write_row(t, n);
	n->out = NULL;
	buf_release(&n->about);
	buf_release(&n->header);
}

void retry_notes_about(struct retry_notes *n, struct span json)
{
	buf_clear(&n->about);
	buf_span(&n->about, json);
}

static uint64_t count_lines(struct span text)
{
	uint64_t lines = 0;

	/* As again_lines counts: by LF, CR LF or CR. */
	for (size_t i = 0; i < text.len; i++)
		lines += text.ptr[i] == '\n' || (text.ptr[i] == '\r' &&
			(i + 1 == text.len || text.ptr[i + 1] != '\n'));
	return lines;
}

void retry_notes_header(struct tool *t, struct retry_notes *n, struct span header)
{
	buf_clear(&n->header);
	buf_span(&n->header, header);
	n->begun = false;
	n->pending = true;
	tool_reject_header(t, buf_view(&n->header));
}

/* Above them stands the header, if no reject has brought it there yet. */
void retry_notes_directives(struct tool *t, struct retry_notes *n, struct span text)
{
	if (!n->pending)
		buf_clear(&n->header);
	buf_span(&n->header, text);
	n->pending = true;
	tool_reject_header(t, buf_view(&n->header));
}

void retry_notes_reject(struct tool *t, struct retry_notes *n, struct span original,
			uint64_t lines, const struct error *why)
{
	struct buf line = BUF_INIT;

	write_row(t, n);
	if (n->out && n->pending) {
		buf_printf(&line, "{\"header\":%zu,\"lines\":%llu", n->header.len,
			   (unsigned long long)count_lines(buf_view(&n->header)));
		if (!n->begun) {
			buf_char(&line, ',');
			buf_span(&line, span_sub(buf_view(&n->about), 1, n->about.len - 2));
		}
		buf_lit(&line, "}\n");
		write_note(t, n, &line);
		n->begun = true;
	}
	n->pending = false;
	n->row.line = why->line;
	n->row.bytes = original.len;
	n->row.lines = lines;
	n->row.open = !span_ends(original, SPAN("\n"));
	buf_release(&line);
	tool_reject(t, original, why);
}

void retry_notes_rest(struct tool *t, struct retry_notes *n, struct span original)
{
	n->row.bytes += original.len;
	n->row.open = !span_ends(original, SPAN("\n"));
	tool_reject_rest(t, original);
}

void retry_check(struct tool *t, const char *path)
{
	if (!strcmp(path, "-"))
		tool_usage(t, "--retry: name a file of --rejects; what it needs to know stands in a file beside it");
	if (t->operand_count)
		tool_usage(t, "--retry reads rejects and no other files: ingest '%s' in a run of its own",
			   t->operands[0]);
}

/*
 * Rejects that were changed are most often longer or shorter: said before anything is made
 * of them.  How long compressed ones are shows at their end only.
 */
static void check_size(struct tool *t, const char *path)
{
	struct again_reader *r = again_open(path, &t->err);
	const struct again *part;
	uint64_t bytes = 0;
	struct stat st;

	if (!r)
		tool_fail(t);
	t->err = ERROR_INIT;
	while ((part = again_next(r, &t->err)) != NULL)
		bytes += part->bytes;
	if (t->err.kind != ERROR_NONE)
		tool_fail(t);
	again_close(r);
	if (span_ends(span_of(path), SPAN(".gz")) || span_ends(span_of(path), SPAN(".zst")) ||
	    stat(path, &st) || !S_ISREG(st.st_mode) || (uint64_t)st.st_size == bytes)
		return;
	again_misfit(path, &t->err);
	tool_fail(t);
}

void retry_run(struct tool *t, struct ingest *in, const char *path)
{
	struct again_reader *r;
	struct again *part;

	check_size(t, path);
	r = again_open(path, &t->err);
	if (!r)
		tool_fail(t);
	t->err = ERROR_INIT;
	while ((part = again_next(r, &t->err)) != NULL)
		if (ingest_again(in, part, &t->err))
			tool_fail(t);
	if (t->err.kind != ERROR_NONE || again_end(r, &t->err))
		tool_fail(t);
	again_close(r);
}
