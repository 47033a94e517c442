/*
 * A whole run of cdp-ingest's library over a text, caught in memory: for the unit,
 * property and fuzz tests of lib/ingest.
 */
#ifndef UNIT_INGEST_RUN_H
#define UNIT_INGEST_RUN_H

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "time/zone.h"
#include "collect/ingest/ingest.h"
#include "record/event.h"

struct ingest_run {
	struct buf records;
	struct buf rejects;	/* header and rows, each row behind "LINE: REASON" */
	struct buf said;	/* messages and warnings, a line each */
	struct ingest_counts counts;
	int failed;		/* ingest_file's result */
	struct error err;
};

static inline void run_on_write(void *context, struct span records)
{
	buf_span(&((struct ingest_run *)context)->records, records);
}

static inline void run_on_reject(void *context, struct span original,
				 const struct error *why)
{
	struct ingest_run *r = context;

	buf_printf(&r->rejects, "%llu: %s\n", (unsigned long long)why->line,
		   why->message);
	buf_span(&r->rejects, original);
}

static inline void run_on_reject_rest(void *context, struct span original)
{
	buf_span(&((struct ingest_run *)context)->rejects, original);
}

static inline void run_on_header(void *context, struct span original)
{
	buf_span(&((struct ingest_run *)context)->rejects, original);
}

static inline void run_on_text(void *context, const char *text)
{
	buf_printf(&((struct ingest_run *)context)->said, "%s\n", text);
}

static inline void run_on_progress(void *context, uint64_t bytes,
				   uint64_t total, uint64_t rows)
{
	(void)context;
	(void)bytes;
	(void)total;
	(void)rows;
}

static inline void ingest_run_release(struct ingest_run *r)
{
	buf_release(&r->records);
	buf_release(&r->rejects);
	buf_release(&r->said);
	*r = (struct ingest_run){.failed = 0};
}

/* Reads PATH as OPTIONS say, in UTC; R is filled anew. */
static inline void ingest_run_options(const char *path, struct ingest_options options,
				      struct ingest_run *r)
{
	struct ingest_calls calls = {
		run_on_write, run_on_reject, run_on_reject_rest, run_on_header,
		run_on_header, run_on_text,
		run_on_text, run_on_text, run_on_progress, r,
	};
	struct zone *zone = zone_load("UTC", NULL);
	struct ingest *in;

	options.memory = 1 << 20;
	options.scratch = "/tmp";
	options.zone = zone;
	options.as_of = MOMENT_NONE;
	in = ingest_new(&options, &calls);
	ingest_run_release(r);
	r->err = ERROR_INIT;
	r->failed = ingest_file(in, path, &r->err);
	r->counts = *ingest_counts(in);
	ingest_free(in);
	zone_free(zone);
}

static inline void ingest_run_file(const char *path, const struct mapping *m,
				   unsigned jobs, size_t block, uint64_t sample,
				   struct ingest_run *r)
{
	ingest_run_options(path, (struct ingest_options){
		.mapping = m, .jobs = jobs, .block = block, .sample = sample,
	}, r);
}

/* The same of TEXT, which is given as a file without a name. */
static inline void ingest_run_text_options(struct span text, struct ingest_options options,
					   struct ingest_run *r)
{
	char path[32];
	int fd = memfd_create("text", 0);
	ssize_t written = write(fd, text.ptr, text.len);

	assert(fd >= 0 && written == (ssize_t)text.len);
	(void)written;
	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	ingest_run_options(path, options, r);
	close(fd);
}

static inline void ingest_run_text(struct span text, const struct mapping *m,
				   unsigned jobs, size_t block, uint64_t sample,
				   struct ingest_run *r)
{
	ingest_run_text_options(text, (struct ingest_options){
		.mapping = m, .jobs = jobs, .block = block, .sample = sample,
	}, r);
}

/* Rows add up, and every record is one. */
static inline void ingest_run_check(const struct ingest_run *r)
{
	const struct ingest_counts *c = &r->counts;
	struct span rest = buf_view(&r->records);
	struct event e;

	if (r->failed)
		return;
	assert(c->rows == c->mapped + c->folded + c->duplicate + c->rejected + c->ignored);
	while (!span_absent(rest)) {
		struct span line = span_cut(&rest, '\n');

		assert(!line.len || !event_parse(&e, line, NULL));
		(void)line;
		(void)e;
	}
	(void)c;
}

/* Do A and B say the same, file names aside? */
static inline bool ingest_run_same(const struct ingest_run *a,
				   const struct ingest_run *b)
{
	/* What a run that failed has written depends on how far it got. */
	if (a->failed || b->failed)
		return a->failed == b->failed && a->err.line == b->err.line &&
		       !strcmp(a->err.message, b->err.message);
	return span_equal(buf_view(&a->records), buf_view(&b->records)) &&
	       span_equal(buf_view(&a->rejects), buf_view(&b->rejects)) &&
	       !memcmp(&a->counts, &b->counts, sizeof a->counts);
}

#endif
