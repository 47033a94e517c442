#include "collect/ingest/ingest_run.h"

#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/pool.h"
#include "collect/enrich/visits.h"
#include "collect/ingest/ingest_rejects.h"
#include "collect/ingest/ingest_resume.h"
#include "collect/ingest/report.h"
#include "collect/ingest/report_tallies.h"
#include "collect/ingest/report_unread.h"
#include "collect/mapping/row_id.h"
#include "collect/quality/dedupe.h"
#include "collect/rows/encoding.h"
#include "record/scan.h"

/* So many members that came late are told by name. */
#define LATE_NAMED 10

/* The share of memory for the ordinals of rows, 170 MiB of the default: beyond it they cost a tenth more time. */
#define ORDINALS_SHARE 6

struct job {
	struct feed_block block;
	struct batch batch;
};

struct ingest *ingest_new(const struct ingest_options *options,
			  const struct ingest_calls *calls)
{
	struct ingest *in = mem_zero(1, sizeof *in);

	in->options = *options;
	in->calls = *calls;
	if (!finish_wanted(options->finish))
		in->options.finish = NULL;
	if (options->dedupe) {
		in->options.memory /= 2;
		in->dedupe = dedupe_new(options->dedupe_ms, in->options.memory,
					options->scratch);
	}
	if (options->id_key.len)
		in->id_key = hmac_new(options->id_key);
	in->ordinals = ordinals_new(in->options.memory / ORDINALS_SHARE, options->scratch);
	if (!options->enrichment)
		return in;
	in->enrichers = mem_zero(options->jobs + 1, sizeof *in->enrichers);
	for (unsigned i = 0; i <= options->jobs; i++)
		in->enrichers[i] = enricher_new(options->enrichment);
	if (options->enrichment->bots & 1u << BOT_ROBOTS)
		in->visits = visits_new(options->enrichment->memory);
	return in;
}

void ingest_free(struct ingest *in)
{
	if (!in)
		return;
	ordinals_free(in->ordinals);
	dedupe_free(in->dedupe);
	hmac_free(in->id_key);
	finish_counts_release(&in->finish_counts);
	for (unsigned i = 0; in->enrichers && i <= in->options.jobs; i++)
		enricher_free(in->enrichers[i]);
	mem_free(in->enrichers);
	visits_free(in->visits);
	for (size_t i = 0; i < in->sources.count; i++)
		mem_free(in->sources.entries[i].ptr);
	map_release(&in->sources);
	buf_release(&in->carry);
	batch_release(&in->joined);
	buf_release(&in->original);
	buf_release(&in->state);
	buf_release(&in->folded);
	buf_release(&in->unsettled);
	mem_free(in);
}

const struct ingest_counts *ingest_counts(const struct ingest *in)
{
	return &in->counts;
}

const struct finish_counts *ingest_finish_counts(const struct ingest *in)
{
	return &in->finish_counts;
}

uint64_t ingest_robots_forgotten(const struct ingest *in)
{
	return in->visits ? visits_forgotten(in->visits) : 0;
}

const struct enrich_notes *ingest_enriched(const struct ingest *in)
{
	return &in->enriched;
}

void ingest_put_sources(const struct ingest *in, struct buf *out)
{
	buf_char(out, '[');
	for (size_t i = 0; i < in->sources.count; i++) {
		const struct source_facts *f = in->sources.entries[i].ptr;

		if (i)
			buf_char(out, ',');
		buf_lit(out, "{\"source\":");
		text_encode(out, in->sources.entries[i].key);
		buf_printf(out, ",\"records\":%llu", (unsigned long long)f->records);
		if (f->newest[0])
			buf_printf(out, ",\"newest\":\"%.*s\"", MOMENT_TEXT, f->newest);
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

struct span ingest_newest(const struct ingest *in)
{
	return in->newest[0] ? (struct span){in->newest, MOMENT_TEXT} : SPAN_NONE;
}

/* How far ahead slots are fetched: memory answers in the time of some rows. */
#define AHEAD 16

static int number_rows(struct ingest *in, struct batch *b)
{
	for (size_t i = 0; i < b->made_count; i++) {
		uint64_t ordinal;

		if (i + AHEAD < b->made_count)
			ordinals_prefetch(in->ordinals, b->made[i + AHEAD].hash);
		if (ordinals_take(in->ordinals, b->made[i].hash, &ordinal, in->err))
			return -1;
		if (ordinal)
			row_id(in->id_key, b->made[i].hash, ordinal,
			       b->out.ptr + b->made[i].id_at);
	}
	return 0;
}

void ingest_reject(struct ingest *in, struct span raw, uint64_t line,
		   uint64_t column, struct span reason)
{
	struct error why = ERROR_INIT;

	if (in->again)
		return;
	in->rejected_line = line;
	error_data(&why, "%.*s", SPAN_ARG(reason));
	error_place(&why, feed_name(in->source->feed), line, column);
	buf_clear(&in->original);
	source_original(in->source, raw, &in->original);
	in->calls.reject(in->calls.context, buf_view(&in->original), &why);
}

static void reject_folded(void *context, struct span raw, uint64_t line,
			  uint64_t column, struct span why)
{
	ingest_reject(context, raw, line, column, why);
}

/* Rows that are hashed but not folded, as they have no order. */
static int number_folds(struct ingest *in, struct batch *b)
{
	for (size_t i = 0; i < b->fold_count; i++) {
		const struct fold_item *item = &b->folds[i];
		uint64_t ordinal;

		if (!item->id_at)
			continue;
		if (ordinals_take(in->ordinals, item->hash, &ordinal, in->err))
			return -1;
		if (ordinal)
			row_id(in->id_key, item->hash, ordinal,
			       b->out.ptr + item->id_at);
	}
	return 0;
}

static int pass_folded(void *context, struct buf *out, size_t begin,
		       struct error *err)
{
	struct ingest *in = context;
	struct finish_counts ignored = FINISH_COUNTS_INIT;
	int bad = finisher_run(in->finisher, out, begin,
			       in->again ? &ignored : &in->finish_counts, err);

	finish_counts_release(&ignored);
	return bad;
}

static void note_newest(struct ingest *in, const char newest[MOMENT_TEXT])
{
	if (memcmp(newest, in->newest, MOMENT_TEXT) > 0)
		memcpy(in->newest, newest, MOMENT_TEXT);
	if (memcmp(newest, in->facts->newest, MOMENT_TEXT) > 0)
		memcpy(in->facts->newest, newest, MOMENT_TEXT);
}

static int take_doubles(struct ingest *in, struct buf *records, const uint64_t *events)
{
	struct dedupe_taken taken;

	if (dedupe_take(in->dedupe, records, events, &taken, in->err))
		return -1;
	if (in->again)
		return 0;
	in->counts.records -= taken.records;
	in->counts.mapped -= taken.rows;
	in->counts.duplicate += taken.rows;
	note_newest(in, taken.newest);
	return 0;
}

static void take_suppressed(struct ingest *in, struct buf *records)
{
	uint64_t count = suppress_run(in->options.suppress, records);

	in->counts.records -= count;
	in->counts.suppressed += count;
}

/* Whole records leave, but for doubles and who is to stay forgotten.  EVENTS as for dedupe_take. */
static int write_records(struct ingest *in, struct buf *records, const uint64_t *events)
{
	if (in->dedupe && take_doubles(in, records, events))
		return -1;
	if (in->options.suppress && !in->again)
		take_suppressed(in, records);
	if (records->len && !in->again)
		in->calls.write(in->calls.context, buf_view(records));
	return 0;
}

/* Orders that were folded are looked at where they are whole. */
static void watch_folded(struct ingest *in)
{
	const struct plan *p = in->source->plan;
	struct span rest = buf_view(&in->folded);

	while (rest.len && !in->again && (p->order_kind != ORDER_NONE || !p->event_member.len)) {
		struct span line = span_cut(&rest, '\n');
		struct value record = {line, VALUE_OBJECT, false}, name;
		enum order_kind kind = p->order_kind;

		if (!p->event_member.len) {
			name = value_member(record, SPAN("event"));
			kind = name.kind == VALUE_TEXT ?
				order_kind_of_name(span_sub(name.raw, 1, name.raw.len - 2)) : ORDER_NONE;
		}
		in->orders.undated += kind == ORDER_COMPLETED &&
				      value_member(record, SPAN("time")).kind == VALUE_NONE;
		in->orders.ownerless += kind == ORDER_COMPLETED &&
					value_member(record, SPAN("ids")).kind == VALUE_NONE;
		if (p->odd_orders || span_find(line, SPAN("\"revenue\":")) == line.len)
			order_watch_record(&in->orders, kind, line);
	}
}

static int write_folded(struct ingest *in, struct batch *b, uint64_t line)
{
	struct ingest_counts ignored = {0};

	buf_clear(&in->folded);
	if (number_folds(in, b) ||
	    folder_take(in->folder, b, line, in->again ? &ignored : &in->counts,
			&in->folded, in->err))
		return -1;
	watch_folded(in);
	return write_records(in, &in->folded, NULL);
}

static int write_made_rows(struct ingest *in, struct batch *b, uint64_t line)
{
	struct enrich_notes ignored = {0};

	if (!in->again) {
		in->counts.mapped += b->mapped;
		in->counts.records += b->records;
		in->counts.ignored += b->left_out;
		in->counts.left_out += b->left_out;
		in->counts.rejected += b->bad_count;
	}
	for (size_t i = 0; i < b->bad_count; i++) {
		ingest_keep_state(in, b->bad[i].directives);
		ingest_reject(in, b->bad[i].raw, line + b->bad[i].line,
			      b->bad[i].column, b->bad[i].why);
	}
	if (number_rows(in, b))
		return -1;
	if (in->visits)
		visits_mark(in->visits, &b->enriched, &b->out,
			    in->again ? &ignored : &in->enriched);
	return write_records(in, &b->out, b->event_count ? b->events : NULL);
}

/* The first of them are named when the file is done, in the order of the file. */
static void note_late_members(struct ingest *in, const struct batch *b)
{
	bool added;

	for (size_t i = 0; i < b->late_count && in->late.count <= LATE_NAMED; i++)
		map_put(&in->late, b->late[i], &added);
}

static void add_row_notes(struct ingest *in, const struct batch *b)
{
	for (size_t i = 0; i < READER_NOTES; i++) {
		const struct row_note *n = &b->row_notes[i];

		if (n->rows && !in->row_notes[i].rows)
			in->row_notes[i].line = in->line + n->line;
		in->row_notes[i].rows += n->rows;
	}
}

static void count_batch(struct ingest *in, const struct batch *b)
{
	in->counts.rows += b->rows + b->blank;
	in->counts.ignored += b->blank;
	enrich_notes_add(&in->enriched, &b->enriched);
	for (unsigned i = 0; i < b->tally_count; i++)
		tally_add(&in->tallies[i], b->tallies[i]);
	if (!in->dedupe)
		note_newest(in, b->newest);
	finish_counts_add(&in->finish_counts, &b->finish);
	order_watch_add(&in->orders, &b->orders);
	for (int kind = 0; kind < ROW_KINDS; kind++)
		in->kinds.rows[kind] += b->kinds.rows[kind];
	in->kinds.halves += b->kinds.halves;
	add_row_notes(in, b);
	note_late_members(in, b);
}

/* Takes over what B holds, which was made of text that begins at in->line. */
static int settle_batch(struct ingest *in, struct batch *b)
{
	uint64_t line = in->line;

	if (!in->again)
		count_batch(in, b);
	if (in->hash)
		ingest_note_text(in, (struct span){b->text, b->end});
	b->offset = in->offset;
	in->line += b->lines;
	in->offset += b->end;
	return in->folder ? write_folded(in, b, line) : write_made_rows(in, b, line);
}

static void keep_rest(struct ingest *in, struct span text, size_t from)
{
	struct span rest = span_sub(text, from, text.len);

	/* Text may be the carry itself. */
	if (rest.len && text.ptr == in->carry.ptr) {
		memmove(in->carry.ptr, rest.ptr, rest.len);
		in->carry.len = rest.len;
		return;
	}
	buf_clear(&in->carry);
	buf_span(&in->carry, rest);
}

/* The text of the carry, from a row's beginning to its end or as far as it goes. */
static int settle_carry(struct ingest *in, bool last, size_t stop)
{
	struct span text = buf_view(&in->carry);
	size_t end;

	worker_run(in->workers[in->options.jobs], &in->joined, text, last, stop);
	end = in->joined.end;
	if (settle_batch(in, &in->joined))
		return -1;
	keep_rest(in, text, end);
	return 0;
}

/*
 * The blocks before ended inside a record.  Reads it to its end; where a row
 * begins with the block after all, the block's own batch is right.
 */
static int join_block(struct ingest *in, struct job *job)
{
	const struct dialect *d = &in->source->layout.dialect;
	struct span block = {job->block.ptr, job->block.len};
	size_t before = in->carry.len;
	size_t all = before + block.len;

	buf_span(&in->carry, block);
	/* Only a quote can end what is open: no need to look before one comes. */
	if (!job->block.last && all < ROWS_RECORD_MAX && !d->backslash &&
	    !memchr(block.ptr, d->quote == '\'' ? '\'' : '"', block.len))
		return 0;
	if (settle_carry(in, job->block.last, before))
		return -1;
	if (in->carry.len != block.len)
		return in->carry.len && in->carry.len < block.len ?
			settle_carry(in, job->block.last, SIZE_MAX) : 0;
	keep_rest(in, block, job->batch.end);
	return settle_batch(in, &job->batch);
}

/*
 * Lines that are longer than any row may be: each is a bad row, whose bytes go to the rejects
 * piece by piece, so that it costs no memory; the rows behind it go on.
 */

/* What an order around it must know: it may have been a row of it. */
static void reject_long(struct ingest *in, struct span raw, struct span state)
{
	struct buf why = BUF_INIT;

	feed_say_long(in->source->feed, &why);
	if (!in->again) {
		in->counts.rows++;
		in->counts.rejected++;
	}
	ingest_keep_state(in, state);
	ingest_reject(in, raw, in->line, 0, buf_view(&why));
	if (in->folder)
		folder_interrupt(in->folder, in->line, in->offset, buf_view(&why));
	in->line++;
	buf_release(&why);
}

static void reject_long_rest(struct ingest *in, struct span raw)
{
	if (in->again)
		return;
	buf_clear(&in->original);
	source_original(in->source, raw, &in->original);
	in->calls.reject_rest(in->calls.context, buf_view(&in->original));
}

static int take_long_line(struct ingest *in, const struct feed_block *block, struct span state)
{
	struct span raw = {block->ptr, block->len};

	/* A record that was begun before would be longer still. */
	if (ingest_end_carry(in))
		return -1;
	if (block->part == FEED_LONG)
		reject_long(in, raw, state);
	else
		reject_long_rest(in, raw);
	if (in->hash)
		ingest_note_text(in, raw);
	in->offset += raw.len;
	return 0;
}

static int collect_job(void *context, void *data)
{
	struct ingest *in = context;
	struct job *job = data;
	struct span text = {job->block.ptr, job->block.len};

	in->calls.progress(in->calls.context, feed_position(in->source->feed),
			   feed_size(in->source->feed), in->counts.rows);
	if (job->block.last && text.len)
		in->open_end = text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r' ?
			'\0' : in->options.resume ? '-' : text.ptr[text.len - 1];
	if (job->block.part)
		return take_long_line(in, &job->block, job->batch.directives);
	if (in->carry.len)
		return join_block(in, job);
	if (settle_batch(in, &job->batch))
		return -1;
	keep_rest(in, text, job->batch.end);
	return 0;
}

static void run_job(void *context, void *data, unsigned worker)
{
	struct ingest *in = context;
	struct job *job = data;

	if (!job->block.part)
		worker_run(in->workers[worker], &job->batch,
			   (struct span){job->block.ptr, job->block.len},
			   job->block.last, SIZE_MAX);
}

int ingest_end_carry(struct ingest *in)
{
	while (in->carry.len)
		if (settle_carry(in, true, SIZE_MAX))
			return -1;
	return 0;
}

/* What the blocks left: a record without an end, an order that may go on. */
static int finish_rows(struct ingest *in)
{
	struct ingest_counts ignored = {0};

	if (in->grows && !in->again)
		return 0;
	if (ingest_end_carry(in))
		return -1;
	if (!in->folder)
		return 0;
	buf_clear(&in->folded);
	folder_end(in->folder, in->again ? &ignored : &in->counts, &in->folded);
	watch_folded(in);
	return write_records(in, &in->folded, NULL);
}

/* Blocks are read in any order: each gets the directives in force before it. */
static void note_directives(struct ingest *in, struct job *job)
{
	const struct reader_directives *d = in->source->reader->directives;

	if (d)
		job->batch.directives = job->block.part ? d->current(in->source) :
			d->before(in->source, (struct span){job->block.ptr, job->block.len});
}

/* Reads blocks into jobs that go round in a ring. */
static int run_jobs(struct ingest *in, struct pool *pool, struct job *jobs,
		    size_t count)
{
	size_t next = 0;
	int got;

	for (;;) {
		struct job *job = &jobs[next];

		got = source_next(in->source, &job->block, in->err);
		if (got <= 0)
			break;
		note_directives(in, job);
		job->batch.inside = job->block.inside;
		if (pool_submit(pool, job))
			return -1;
		next = (next + 1) % count;
	}
	if (got < 0 || pool_finish(pool))
		return -1;
	return finish_rows(in);
}

int ingest_run_source(struct ingest *in)
{
	struct pool_calls calls = {run_job, collect_job, in};
	struct pool *pool = pool_new(in->options.jobs, &calls);
	size_t count = pool_capacity(pool) + 1;
	struct job *jobs = mem_zero(count, sizeof *jobs);
	int bad = run_jobs(in, pool, jobs, count);

	pool_free(pool);
	for (size_t i = 0; i < count; i++) {
		feed_block_release(&jobs[i].block);
		batch_release(&jobs[i].batch);
	}
	mem_free(jobs);
	return bad;
}

static void start_workers(struct ingest *in)
{
	struct source *s = in->source;
	struct folder_calls folding = {reject_folded, NULL, in};
	struct worker_options options = source_worker_options(s, &in->options);

	in->workers = mem_zero(in->options.jobs + 1, sizeof *in->workers);
	for (unsigned i = 0; i <= in->options.jobs; i++) {
		options.enricher = in->enrichers ? in->enrichers[i] : NULL;
		in->workers[i] = worker_new(&options);
	}
	in->tallies = tallies_new(s->plan->tallies_of_all + 1);
	if (s->plan->fold && in->options.finish) {
		in->finisher = finisher_new(in->options.finish);
		folding.pass = pass_folded;
	}
	if (s->plan->fold)
		in->folder = folder_new(s->plan, &folding);
}

static void stop_workers(struct ingest *in)
{
	for (unsigned i = 0; i <= in->options.jobs; i++)
		worker_free(in->workers[i]);
	mem_free(in->workers);
	tallies_free(in->tallies, in->source->plan->tallies_of_all + 1);
	folder_free(in->folder);
	in->folder = NULL;
	finisher_free(in->finisher);
	in->finisher = NULL;
	map_release(&in->late);
	order_watch_release(&in->orders);
	in->kinds = (struct kind_counts){0};
	in->workers = NULL;
	in->tallies = NULL;
	batch_release(&in->joined);
	hash_stream_free(in->hash);
	in->hash = NULL;
	buf_clear(&in->unsettled);
	buf_clear(&in->carry);
	ordinals_clear(in->ordinals);
}

static void report_end(struct ingest *in, const struct source *s,
		       uint64_t mapped_before, uint64_t left_out_before)
{
	struct buf money = BUF_INIT;

	report_late(&in->late, LATE_NAMED, s, &in->calls);
	report_kinds(&in->kinds, s, &in->calls);
	report_left_out(in->counts.left_out - left_out_before, s, &in->calls);
	report_end_of_text(in->open_end, in->rejected_line, in->line - 1, s, &in->calls);
	report_row_notes(in->row_notes, s, &in->calls);
	report_tallies(in->tallies, in->counts.mapped - mapped_before, s,
		       &in->calls);
	report_undated(in->orders.undated, s, &in->calls);
	report_ownerless(in->orders.ownerless, s, &in->calls);
	report_put_amount(s, &money);
	order_watch_report(&in->orders, s->plan->file, s->format, buf_text(&money), &in->calls);
	buf_release(&money);
}

static int warn_of_empty_file(struct ingest *in, const struct source *s)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s: no rows: the file is empty", feed_name(s->feed));
	in->calls.warn(in->calls.context, buf_text(&text));
	buf_release(&text);
	return 0;
}

static struct source_facts *source_facts_of(struct ingest *in, struct span source)
{
	bool added;
	size_t at = map_put(&in->sources, source, &added);

	if (added)
		in->sources.entries[at].ptr = mem_zero(1, sizeof(struct source_facts));
	return in->sources.entries[at].ptr;
}

int ingest_run_file(struct ingest *in, struct source *s, struct resume_file *file)
{
	uint64_t before = in->counts.mapped;
	uint64_t left_out = in->counts.left_out;
	uint64_t records = in->counts.records;
	uint64_t rows = in->counts.rows;
	int bad = 0;

	if (s->empty)
		return in->grows ? 0 : warn_of_empty_file(in, s);
	ingest_begin_rejects(in, s);
	if (!file || !file->known)
		report_plan(s, &in->calls);
	in->facts = source_facts_of(in, s->plan->source);
	in->line = s->head_line;
	in->offset = source_offset(s);
	in->open_end = '\0';
	in->rejected_line = 0;
	memset(in->row_notes, 0, sizeof in->row_notes);
	start_workers(in);
	if (file)
		ingest_begin_text(in);
	if (file && file->known)
		bad = ingest_read_again(in, file);
	if (!bad)
		bad = ingest_run_source(in);
	if (!bad && file)
		ingest_note_position(in, file, rows);
	if (!bad)
		report_end(in, s, before, left_out);
	in->facts->records += in->counts.records - records;
	stop_workers(in);
	return bad;
}

int ingest_file(struct ingest *in, const char *path, struct error *err)
{
	struct source source = {0};
	int bad;

	in->source = &source;
	in->err = err;
	if (in->options.resume) {
		bad = ingest_rest(in, &source, path, err);
	} else {
		bad = source_open(&source, path, &in->options, err);
		if (!bad)
			bad = ingest_run_file(in, &source, NULL);
	}
	if (bad && source.lacks)
		bad = 1;
	in->source = NULL;
	source_release(&source);
	return bad;
}
