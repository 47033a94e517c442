/* --stats and --progress. */
#include <stdio.h>
#include <unistd.h>

#include "cmd/tool_state.h"
#include "record/scan.h"

static struct buf *start_member(struct tool *t, const char *key)
{
	struct buf *b = &t->state->stats;

	if (b->len)
		buf_lit(b, ",\n");
	buf_lit(b, "  ");
	text_encode(b, span_of(key));
	buf_lit(b, ": ");
	return b;
}

void tool_stat(struct tool *t, const char *key, uint64_t number)
{
	buf_u64(start_member(t, key), number);
}

void tool_stat_text(struct tool *t, const char *key, struct span text)
{
	text_encode(start_member(t, key), text);
}

void tool_stat_value(struct tool *t, const char *key, struct span raw_json)
{
	buf_span(start_member(t, key), raw_json);
}

bool tool_has_stats(const struct tool *t)
{
	return t->state->stats_path != NULL;
}

void tool_stats_put(struct tool *t, int status, struct buf *out)
{
	buf_lit(out, "{\n  \"tool\": ");
	text_encode(out, span_of(t->name));
	buf_printf(out, ",\n  \"version\": \"%s\",\n  \"status\": %d",
		   CDP_VERSION, status);
	if (t->state->stats.len) {
		buf_lit(out, ",\n");
		buf_span(out, buf_view(&t->state->stats));
	}
	buf_lit(out, "\n}\n");
}

static double seconds_since(const struct timespec *then,
			    const struct timespec *now)
{
	return (double)(now->tv_sec - then->tv_sec) +
	       (double)(now->tv_nsec - then->tv_nsec) / 1e9;
}

void tool_progress_clear(struct tool *t)
{
	if (!t->state->progress_on_screen)
		return;
	t->state->progress_on_screen = false;
	fputs("\r\033[K", stderr);
}

/* Told at most twice a second, and only once a run has taken a second. */
void tool_progress(struct tool *t, uint64_t bytes, uint64_t total,
		   uint64_t rows)
{
	struct tool_state *s = t->state;
	struct timespec now;
	double elapsed;
	bool terminal;

	if (t->quiet || (!s->progress && !isatty(STDERR_FILENO)))
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	elapsed = seconds_since(&s->began, &now);
	if (elapsed < 1 || seconds_since(&s->shown, &now) < 0.5)
		return;
	s->shown = now;
	/* A terminal's line is written again; a log gets one line each time. */
	terminal = isatty(STDERR_FILENO);
	fprintf(stderr, "%s%s: %.0f MB", terminal ? "\r\033[K" : "", t->name,
		(double)bytes / 1e6);
	if (total > bytes)
		fprintf(stderr, " of %.0f MB, %.0f s left", (double)total / 1e6,
			elapsed * (double)(total - bytes) / ((double)bytes + 1));
	fprintf(stderr, ", %llu rows, %.0f rows/s%s", (unsigned long long)rows,
		(double)rows / elapsed, terminal ? " " : "\n");
	s->progress_on_screen = terminal;
}
