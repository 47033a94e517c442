/* The pass over record streams: blocks to workers, results in order. */
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "cmd/tool_state.h"

bool tool_allow_empty;

struct fault {
	struct span line;	/* in the job's block */
	struct error why;
};

struct pass_job {
	struct stream_block in;
	struct buf out;
	struct fault *faults;
	size_t fault_count, fault_cap;
	uint64_t records;
	bool failed;		/* the last fault ends the run */
};

struct pass_run {
	struct tool *tool;
	const struct tool_pass *pass;
	struct pass_job *jobs;
	size_t job_count;
	uint64_t records;
	uint64_t rows_before;	/* of other inputs: an earlier pass over them */
	uint64_t bytes;
};

static void add_fault(struct pass_job *job, struct span line,
		      const struct error *why)
{
	job->faults = mem_room(job->faults, job->fault_count, &job->fault_cap,
			       sizeof *job->faults);
	job->faults[job->fault_count].line = line;
	job->faults[job->fault_count++].why = *why;
	job->failed = why->kind == ERROR_FAILED;
}

static void work(void *context, void *item, unsigned worker)
{
	struct pass_run *run = context;
	struct pass_job *job = item;
	struct stream_lines lines;
	struct span line;
	uint64_t number;

	stream_lines_start(&lines, &job->in);
	while (!job->failed && stream_lines_next(&lines, &line, &number)) {
		struct error why;
		size_t before = job->out.len;

		if (!span_trim(line).len)
			continue;
		job->records++;
		why.kind = ERROR_NONE;
		why.file[0] = '\0';
		why.line = why.column = 0;
		if (!run->pass->line(run->pass->context, worker, line,
				     &job->out, &why))
			continue;
		job->out.len = before;
		stream_fault(&lines, line, number, &why);
		add_fault(job, line, &why);
	}
}

static void report_faults(struct pass_run *run, struct pass_job *job)
{
	struct tool *t = run->tool;

	for (size_t i = 0; i < job->fault_count; i++) {
		struct fault *f = &job->faults[i];

		if (f->why.kind == ERROR_FAILED) {
			t->err = f->why;
			tool_fail(t);
		}
		f->line.len += f->line.ptr + f->line.len <
			       job->in.block.ptr + job->in.block.len;
		tool_reject(t, f->line, &f->why);
	}
}

static int collect(void *context, void *item)
{
	struct pass_run *run = context;
	struct pass_job *job = item;
	struct tool *t = run->tool;

	t->hint = NULL;		/* there are records */
	run->records += job->records;
	run->bytes += job->in.block.len;
	tool_rows(t, run->rows_before + run->records);
	report_faults(run, job);
	if (!run->pass->absorb)
		tool_write(t, buf_view(&job->out));
	else if (run->pass->absorb(run->pass->context, buf_view(&job->out),
				   &t->err))
		tool_fail(t);
	return 0;
}

/* Names outlive the stream; blocks of one operand share theirs. */
static const char *keep_name(const struct kept_input *k, const char *file)
{
	if (k->count && !strcmp(k->blocks[k->count - 1].file, file))
		return k->blocks[k->count - 1].file;
	return mem_text(file, strlen(file));
}

static void keep_block(struct tool *t, const struct stream_block *b)
{
	struct kept_input *k = &t->state->kept;
	struct span bytes = {b->block.ptr, b->block.len};
	struct kept_block kept = {
		.len = bytes.len, .line = b->block.line, .file = keep_name(k, b->file),
		.operand = b->operand, .last = b->block.last,
	};

	if (k->in_memory + bytes.len <= t->memory / 2) {
		kept.bytes = mem_alloc(bytes.len);
		memcpy(kept.bytes, bytes.ptr, bytes.len);
		k->in_memory += bytes.len;
	} else {
		if (!k->spill)
			k->spill = spill_new(t->scratch, &t->err);
		if (!k->spill ||
		    spill_put(k->spill, bytes, &kept.offset, &t->err))
			tool_fail(t);
	}
	k->blocks = mem_room(k->blocks, k->count, &k->cap, sizeof *k->blocks);
	k->blocks[k->count++] = kept;
}

static int kept_next(struct tool *t, struct stream_block *b)
{
	struct kept_input *k = &t->state->kept;
	struct kept_block *kept;

	if (k->next == k->count)
		return 0;
	kept = &k->blocks[k->next++];
	if (b->block.cap < kept->len) {
		b->block.ptr = mem_grow(b->block.ptr, kept->len, 1);
		b->block.cap = kept->len;
	}
	b->block.len = kept->len;
	b->block.line = kept->line;
	b->block.last = kept->last;
	b->block.open = false;
	b->file = kept->file;
	b->operand = kept->operand;
	if (kept->bytes)
		memcpy(b->block.ptr, kept->bytes, kept->len);
	else if (spill_get(k->spill, kept->offset, b->block.ptr, kept->len,
			   &t->err))
		tool_fail(t);
	return 1;
}

void tool_keep_input(struct tool *t)
{
	t->state->kept.wanted = true;
}

/* The stream to read, or NULL when the blocks were kept. */
static struct stream *open_source(struct tool *t)
{
	struct kept_input *k = &t->state->kept;
	struct stream *s;

	if (k->complete && !k->stream) {
		k->next = 0;
		return NULL;
	}
	if (k->complete) {
		if (stream_rewind(k->stream, &t->err))
			tool_fail(t);
		return k->stream;
	}
	s = stream_open(t->operands, t->operand_count, &t->err);
	if (!s)
		tool_fail(t);
	if (tool_allow_empty)
		stream_allow_empty(s);
	return s;
}

static void close_source(struct tool *t, struct stream *s)
{
	struct kept_input *k = &t->state->kept;

	if (k->wanted && !k->complete) {
		k->complete = true;
		if (s && stream_can_rewind(s)) {
			k->stream = s;
			return;
		}
		if (k->spill && spill_flush(k->spill, &t->err))
			tool_fail(t);
	}
	if (s && s != k->stream)
		stream_close(s);
}

static void read_all(struct pass_run *run, struct stream *s, struct pool *pool)
{
	struct tool *t = run->tool;
	const struct kept_input *k = &t->state->kept;
	bool keep = k->wanted && !k->complete && !stream_can_rewind(s);

	for (size_t i = 0;; i++) {
		struct pass_job *job = &run->jobs[i % run->job_count];
		int got;

		job->out.len = 0;
		job->fault_count = 0;
		job->records = 0;
		job->failed = false;
		got = s ? stream_block(s, &job->in, &t->err) :
			  kept_next(t, &job->in);
		if (got < 0)
			break;
		if (!got)
			return;
		if (keep)
			keep_block(t, &job->in);
		pool_submit(pool, job);
		tool_progress(t, s ? stream_position(s) : run->bytes,
			      s ? stream_size(s) : 0, run->records);
	}
	if (!s || !stream_position(s))
		t->hint = NULL;		/* nothing was there */
	/* What came before the cut is complete: let its rejects be told. */
	pool_finish(pool);
	tool_fail(t);
}

static void release_jobs(struct pass_run *run)
{
	for (size_t i = 0; i < run->job_count; i++) {
		stream_block_release(&run->jobs[i].in);
		buf_release(&run->jobs[i].out);
		mem_free(run->jobs[i].faults);
	}
	mem_free(run->jobs);
}

uint64_t tool_pass(struct tool *t, const struct tool_pass *pass)
{
	struct pass_run run = {.tool = t, .pass = pass};
	struct pool_calls calls = {work, collect, &run};
	struct pool *pool = pool_new(t->jobs, &calls);
	struct stream *s = open_source(t);

	/* One more than can be in flight: the next is filled meanwhile. */
	run.job_count = pool_capacity(pool) + 1;
	run.rows_before = t->state->kept.complete ? 0 : t->state->rows;
	run.jobs = mem_zero(run.job_count, sizeof *run.jobs);
	read_all(&run, s, pool);
	pool_finish(pool);
	pool_free(pool);
	close_source(t, s);
	release_jobs(&run);
	return run.records;
}
