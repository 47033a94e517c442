#include "collect/ingest/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "collect/ingest/odd_row.h"
#include "collect/mapping/extras.h"
#include "collect/mapping/row_id.h"

struct part_worker {
	struct worker *worker;
	const struct part *part;
	struct maker maker;
	void *reader;		/* of the row by the part's columns, or of records inside it; NULL: see read_inner */
	struct rows_calls calls;
};

struct worker {
	struct worker_options options;
	struct maker maker;
	struct part_worker *parts;
	struct row_kinds *kinds;	/* NULL: rows are of one kind */
	struct maker kind_makers[ROW_KINDS];	/* of the kinds that have a plan of their own */
	bool whole_rows;	/* a row may give more than one event, or none */
	bool failed;		/* the row at hand is rejected */
	uint64_t made;		/* events of the row at hand */
	const struct row_reader *kind;
	void *reader;
	struct odd_rows *odd;	/* of a table; NULL: rows have the columns that they have */
	struct finisher *finisher;		/* NULL: records go out as they are */
	struct finish_counts event_counts, row_counts;	/* of a row that may still fail */
	struct order_watch row_orders;		/* of such a row, too */
	struct buf stripped;	/* a record without what was added, for its hash */
	struct rows_calls calls;
	struct batch *batch;	/* the one being made */
	struct text_block block;	/* the text it is made of */
};

void batch_release(struct batch *b)
{
	buf_release(&b->out);
	mem_free(b->made);
	mem_free(b->folds);
	mem_free(b->bad);
	mem_free(b->events);
	arena_release(&b->notes);
	tallies_free(b->tallies, b->tally_count);
	mem_free(b->late);
	finish_counts_release(&b->finish);
	enrich_notes_release(&b->enriched);
	order_watch_release(&b->orders);
	*b = BATCH_INIT;
}

static struct bad_row *note_bad(struct worker *w, struct span raw,
				uint64_t line, const struct error *why)
{
	struct batch *b = w->batch;
	struct bad_row *bad;

	b->bad = mem_room(b->bad, b->bad_count, &b->bad_cap, sizeof *b->bad);
	bad = &b->bad[b->bad_count++];
	bad->raw = raw;
	bad->line = line;
	bad->column = why->column;
	bad->before = b->fold_count;
	bad->keyed = false;
	bad->name = SPAN("");
	bad->directives = w->kind->directives ?
		w->kind->directives->of_row(w->reader, &b->notes) : SPAN_NONE;
	bad->why = arena_copy(&b->notes, span_of(why->message));
	return bad;
}

static void take_bad(void *context, struct span raw, uint64_t line,
		     const struct error *why)
{
	struct worker *w = context;

	w->batch->rows++;
	note_bad(w, raw, line, why);
}

static void count_blank(void *context, struct span raw)
{
	struct worker *w = context;

	(void)raw;
	w->batch->blank++;
}

static void ignore_blank(void *context, struct span raw)
{
	(void)context;
	(void)raw;
}

/* What makes a row unreadable, whatever its mapping; 0 or -1 with *ERR. */
static int check_row(const struct worker *w, const struct row *row,
		     struct error *err)
{
	const struct row_check *check = &w->block.check;

	if (check->nul && memchr(row->raw.ptr, '\0', row->raw.len))
		return error_data(err, "the row holds a NUL byte");
	if (check->unclean && !span_is_utf8(row->raw)) {
		if (w->options.encoding)
			return error_data(err, "the row holds bytes that are not %s", w->options.encoding);
		return error_data(err, "the row is not UTF-8: name its encoding, e.g. --encoding windows-1252");
	}
	if (check->columns && row->count != check->columns)
		return error_data(err, "the row has %zu field%s, the header has %zu%s",
				  row->count, row->count == 1 ? "" : "s", check->columns,
				  row->count == 1 && row->raw.len && *row->raw.ptr == '"' ?
				  ": the row as a whole stands in quotes" : "");
	return 0;
}

/* Notes WHAT of a row of a table. */
static void note_row(struct worker *w, enum table_note what, uint64_t line)
{
	row_note_add(&w->kind->notes(w->reader)[what], line);
}

/* The maker says where the time is; a finisher may have changed what stands before. */
static void note_time(struct worker *w, const struct maker *m, size_t begin)
{
	static const char member[] = ",\"time\":\"";
	struct batch *b = w->batch;
	const char *end = b->out.ptr + b->out.len;
	const char *time = b->out.ptr + m->time_at;

	if (!m->time_at)
		return;
	if (w->finisher) {
		time = memmem(b->out.ptr + begin, b->out.len - begin, member,
			      sizeof member - 1);
		time = time ? time + sizeof member - 1 : end;
	}
	if (end - time > MOMENT_TEXT && memcmp(time, b->newest, MOMENT_TEXT) > 0)
		memcpy(b->newest, time, MOMENT_TEXT);
}

static void note_made(struct batch *b, const struct maker *m)
{
	struct made_row *made;

	b->made = mem_room(b->made, b->made_count, &b->made_cap,
			   sizeof *b->made);
	made = &b->made[b->made_count++];
	made->hash = m->hash;
	made->id_at = m->id_at;
}

static void note_enriched(struct worker *w, const struct maker *m, size_t begin)
{
	if (m->enricher)
		enricher_commit(m->enricher, begin, &w->batch->enriched);
}

/* A row of an order. */
static void fold_row(struct worker *w, const struct row *row)
{
	struct batch *b = w->batch;
	size_t begin = b->out.len;
	struct fold_item item = {.raw = row->raw, .line = row->line};
	struct error err = ERROR_INIT;

	if (maker_fold(&w->maker, row, &b->out, &item.row, &err)) {
		struct bad_row *bad = note_bad(w, row->raw, row->line, &err);

		bad->keyed = item.row.keyed;
		bad->key = item.row.key;
		if (bad->keyed)
			bad->name = arena_copy(&b->notes, item.row.name);
		return;
	}
	note_time(w, &w->maker, begin);
	note_enriched(w, &w->maker, begin);
	item.row.name = arena_copy(&b->notes, item.row.name);
	item.id_at = w->maker.id_at;
	item.hash = w->maker.hash;
	b->folds = mem_room(b->folds, b->fold_count, &b->fold_cap,
			    sizeof *b->folds);
	b->folds[b->fold_count++] = item;
}

/*
 * Without a key the hash of a row would give away what is hidden of it: the id is a
 * hash of the RECORD as it is shown.
 */
static void hash_shown(struct worker *w, struct maker *m, struct span record, char *out)
{
	char *id = out + m->id_at;

	memset(id, '0', ROW_ID_TEXT);
	if (m->enricher) {
		buf_clear(&w->stripped);
		enrich_strip(record, &w->stripped);
		record = buf_view(&w->stripped);
	}
	m->hash = hash_128(record);
	row_id(NULL, m->hash, 0, id);
}

/* Orders of a row that may still fail wait until it does not. */
static void note_order(struct worker *w, enum order_kind kind, size_t begin)
{
	struct order_watch *to = w->whole_rows ? &w->row_orders : &w->batch->orders;

	order_watch_record(to, kind, span_sub(buf_since(&w->batch->out, begin), 0, w->batch->out.len - begin - 1));
}

static int make_event(struct worker *w, struct maker *m, const struct row *row,
		      struct finish_counts *counts, struct error *err)
{
	struct batch *b = w->batch;
	size_t begin = b->out.len;

	err->column = 0;
	if (maker_put(m, row, &b->out, err) ||
	    (w->finisher && finisher_run(w->finisher, &b->out, begin, counts, err)))
		return -1;
	if (w->finisher && m->id_at && !w->options.id_key.len &&
	    finish_hides(w->options.finish))
		hash_shown(w, m, buf_since(&b->out, begin), b->out.ptr);
	note_time(w, m, begin);
	note_enriched(w, m, begin);
	if (m->order == ORDER_COMPLETED && !m->time_at)
		(w->whole_rows ? &w->row_orders : &w->batch->orders)->undated++;
	if (m->order == ORDER_COMPLETED && !m->owned)
		(w->whole_rows ? &w->row_orders : &w->batch->orders)->ownerless++;
	if (m->odd_order)
		note_order(w, m->order, begin);
	if (m->id_at)
		note_made(b, m);
	return 0;
}

/* The maker for ROW, by what it is. */
static struct maker *choose_maker(struct worker *w, const struct row *row)
{
	struct maker *m = &w->maker;
	struct row_said said;

	if (!w->kinds)
		return m;
	said = row_kinds_of(w->kinds, row);
	w->batch->kinds.rows[said.kind]++;
	w->batch->kinds.halves += said.half;
	if (w->kind_makers[said.kind].plan)
		m = &w->kind_makers[said.kind];
	m->says_order = said.order;
	return m;
}

static void make_row(struct worker *w, const struct row *row)
{
	struct error err;

	if (make_event(w, choose_maker(w, row), row, &w->batch->finish, &err)) {
		note_bad(w, row->raw, row->line, &err);
		return;
	}
	w->batch->mapped++;
	w->batch->records++;
}

static void move_counts(struct finish_counts *to, struct finish_counts *from)
{
	finish_counts_add(to, from);
	finish_counts_clear(from);
}

/*
 * An event of a row that may give several.  What the finisher counts is held back until all
 * of them are made; of an event that it refuses, the refusal counts at once.
 */
static int try_event(struct worker *w, struct maker *m, const struct row *row,
		     struct error *err)
{
	int bad = make_event(w, m, row, &w->event_counts, err);

	if (w->finisher)
		move_counts(bad ? &w->batch->finish : &w->row_counts, &w->event_counts);
	return bad;
}

/* An event of a part, unless its condition does not hold or the row has failed. */
static void make_part_event(struct worker *w, struct maker *m,
			    const struct expr *condition, const struct row *row)
{
	struct error err;
	int holds = 1;

	if (w->failed)
		return;
	err.column = 0;
	if (condition) {
		m->run.row = row;
		holds = expr_test(condition, &m->run, &err);
	}
	if (holds == 1 && m == &w->maker)
		m = choose_maker(w, row);
	if (holds == 1 && !try_event(w, m, row, &err)) {
		w->made++;
		return;
	}
	if (holds == 0 || holds == -1)
		return;
	w->failed = true;
	note_bad(w, row->raw, row->line, &err);
}

static void take_part_row(void *context, const struct row *row)
{
	struct part_worker *pw = context;

	make_part_event(pw->worker, &pw->maker, pw->part->plan->conditions[0], row);
}

static void take_part_bad(void *context, struct span raw, uint64_t line,
			  const struct error *why)
{
	struct part_worker *pw = context;

	if (!pw->worker->failed)
		note_bad(pw->worker, raw, line, why);
	pw->worker->failed = true;
}

static void make_part(struct worker *w, struct part_worker *pw, const struct row *row)
{
	const struct part *part = pw->part;
	struct error err;
	int holds = 1;

	err.column = 0;
	if (part->condition) {
		w->maker.run.row = row;
		arena_clear(&w->maker.scratch);
		holds = expr_test(part->condition, &w->maker.run, &err);
	}
	if (holds == -2) {
		w->failed = true;
		note_bad(w, row->raw, row->line, &err);
	}
	if (holds != 1)
		return;
	if (pw->reader)
		w->kind->read_inner(pw->reader, row->value, row->line);
	else
		make_part_event(w, &pw->maker, NULL, row);
}

/* A row costs all of its events or none. */
static void make_parts(struct worker *w, const struct row *row)
{
	struct batch *b = w->batch;
	size_t begin = b->out.len, made = b->made_count;
	struct enrich_notes enriched = b->enriched;
	char newest[MOMENT_TEXT];

	memcpy(newest, b->newest, sizeof newest);
	w->failed = false;
	w->made = 0;
	arena_clear(&w->maker.scratch);
	if (!w->options.silent)
		make_part_event(w, &w->maker, w->options.plan->conditions[0], row);
	for (size_t i = 0; i < w->options.part_count && !w->failed; i++)
		make_part(w, &w->parts[i], row);
	if (w->failed) {
		b->bad[b->bad_count - 1].raw = row->raw;
		b->out.len = begin;
		b->made_count = made;
		finish_counts_clear(&w->row_counts);
		order_watch_clear(&w->row_orders);
		enrich_notes_restore(&b->enriched, &enriched);
		memcpy(b->newest, newest, sizeof newest);
		return;
	}
	b->records += w->made;
	b->mapped += w->made > 0;
	b->left_out += !w->made;
	if (!w->made)
		return;
	if (w->finisher)
		move_counts(&b->finish, &w->row_counts);
	if (w->row_orders.orders || w->row_orders.words.count) {
		order_watch_add(&b->orders, &w->row_orders);
		order_watch_clear(&w->row_orders);
	}
	b->events = mem_room(b->events, b->event_count, &b->event_cap, sizeof *b->events);
	b->events[b->event_count++] = w->made;
}

static void take_row(void *context, const struct row *row)
{
	struct worker *w = context;
	enum table_note note;
	struct row fitted;
	struct error err;

	if (w->odd && odd_rows_leave_out(w->odd, row, &note)) {
		note_row(w, note, row->line);
		w->batch->blank++;
		return;
	}
	w->batch->rows++;
	err.column = 0;
	if (w->odd && row->count != w->block.check.columns &&
	    odd_rows_fit(w->odd, row, &fitted, &note)) {
		note_row(w, note, row->line);
		row = &fitted;
	}
	if (check_row(w, row, &err))
		note_bad(w, row->raw, row->line, &err);
	else if (w->options.plan->fold)
		fold_row(w, row);
	else if (w->whole_rows)
		make_parts(w, row);
	else
		make_row(w, row);
}

/* A reader by the columns of P, of this worker's rows or (INNER) of the records in one of them. */
static void *open_reader(const struct worker *w, const struct plan *p, struct span records,
			 bool inner, const struct rows_calls *calls)
{
	const struct worker_options *o = &w->options;
	struct reader_setup setup = {
		.opened = o->opened,
		.dialect = o->dialect,
		.plan = p,
		.records = records,
		.inner = inner,
		.visitor_key = o->visitor_key,
		.trusted = o->trusted_proxies,
	};

	if (o->finish && !o->visitor_key.len)
		setup.address_bits = finish_address_bits(o->finish);
	return w->kind->open(&setup, calls);
}

static void open_parts(struct worker *w)
{
	size_t count = w->options.part_count;

	w->whole_rows = count || w->options.silent || w->options.plan->conditions[0];
	w->parts = mem_zero(count + 1, sizeof *w->parts);
	for (size_t i = 0; i < count; i++) {
		struct part_worker *pw = &w->parts[i];

		pw->worker = w;
		pw->part = &w->options.parts[i];
		pw->calls = (struct rows_calls){take_part_row, take_part_bad, ignore_blank, pw};
		maker_init(&pw->maker, pw->part->plan, w->options.as_of);
		pw->maker.id_key = w->maker.id_key;
		if (w->options.enricher)
			maker_enrich(&pw->maker, w->options.enricher);
		if (w->kind->read_inner)
			pw->reader = open_reader(w, pw->part->plan, pw->part->records, true,
						 &pw->calls);
	}
}

static void open_kinds(struct worker *w)
{
	const struct worker_options *o = &w->options;

	if (!o->kinds)
		return;
	w->kinds = row_kinds_new(o->plan);
	w->maker.by_row = o->plan->json;
	for (int kind = 0; kind < ROW_KINDS; kind++) {
		struct maker *m = &w->kind_makers[kind];

		if (!o->kinds[kind])
			continue;
		maker_init(m, o->kinds[kind], o->as_of);
		m->by_row = o->plan->json;
		m->id_key = w->maker.id_key;
		if (o->enricher)
			maker_enrich(m, o->enricher);
	}
}

struct worker *worker_new(const struct worker_options *options)
{
	struct worker *w = mem_zero(1, sizeof *w);

	w->options = *options;
	w->kind = options->reader;
	w->calls = (struct rows_calls){take_row, take_bad, count_blank, w};
	maker_init(&w->maker, options->plan, options->as_of);
	if (options->id_key.len)
		w->maker.id_key = hmac_new(options->id_key);
	if (options->finish && !options->plan->fold)
		w->finisher = finisher_new(options->finish);
	if (options->enricher)
		maker_enrich(&w->maker, options->enricher);
	w->reader = open_reader(w, options->plan, options->records, false, &w->calls);
	if (w->kind->table)
		w->odd = odd_rows_new(options->plan, options->dialect->delimiter);
	open_parts(w);
	open_kinds(w);
	return w;
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	maker_release(&w->maker);
	for (size_t i = 0; i < w->options.part_count; i++) {
		maker_release(&w->parts[i].maker);
		if (w->parts[i].reader)
			w->kind->close(w->parts[i].reader);
	}
	mem_free(w->parts);
	for (int kind = 0; kind < ROW_KINDS; kind++)
		if (w->kind_makers[kind].plan)
			maker_release(&w->kind_makers[kind]);
	row_kinds_free(w->kinds);
	w->kind->close(w->reader);
	odd_rows_free(w->odd);
	finisher_free(w->finisher);
	finish_counts_release(&w->event_counts);
	finish_counts_release(&w->row_counts);
	order_watch_release(&w->row_orders);
	hmac_free(w->maker.id_key);
	buf_release(&w->stripped);
	mem_free(w);
}

static void start_batch(struct worker *w, struct batch *b)
{
	buf_clear(&b->out);
	b->made_count = b->bad_count = b->fold_count = b->late_count = b->event_count = 0;
	arena_clear(&b->notes);
	finish_counts_clear(&b->finish);
	order_watch_clear(&b->orders);
	b->rows = b->mapped = b->records = b->left_out = b->blank = 0;
	b->kinds = (struct kind_counts){0};
	memset(b->newest, 0, sizeof b->newest);
	enrich_notes_clear(&b->enriched);
	b->tally_count = w->options.plan->tallies_of_all + 1;
	if (!b->tallies)
		b->tallies = tallies_new(b->tally_count);
	w->batch = b;
}

static void take_late_of(struct maker *m, struct batch *b)
{
	for (size_t i = 0; i < m->new_count; i++) {
		b->late = mem_room(b->late, b->late_count, &b->late_cap,
				   sizeof *b->late);
		b->late[b->late_count++] = arena_copy(&b->notes, *m->new_late[i]);
	}
	/* Not before: which names are new must not depend on what else this worker met. */
	extras_forget(m);
}

static void take_late(struct worker *w, struct batch *b)
{
	take_late_of(&w->maker, b);
	for (size_t i = 0; i < w->options.part_count; i++)
		extras_forget(&w->parts[i].maker);
	for (int kind = 0; kind < ROW_KINDS; kind++)
		if (w->kind_makers[kind].plan)
			take_late_of(&w->kind_makers[kind], b);
}

static void take_tallies_of(struct maker *m, struct batch *b)
{
	size_t size = (m->plan->tallies + 1) * sizeof *m->tallies;

	memcpy(b->tallies + m->plan->tally_base, m->tallies, size);
	memset(m->tallies, 0, size);
}

/* The maker counts from zero for each batch. */
static void take_tallies(struct worker *w, struct batch *b)
{
	struct tally **t = b->tallies;

	b->tallies = w->maker.tallies;
	w->maker.tallies = t;
	tallies_clear(t, b->tally_count);
	for (size_t i = 0; i < w->options.part_count; i++)
		take_tallies_of(&w->parts[i].maker, b);
	for (int kind = 0; kind < ROW_KINDS; kind++)
		if (w->kind_makers[kind].plan)
			take_tallies_of(&w->kind_makers[kind], b);
}

/* The reader counts from zero for each batch, too. */
static void take_row_notes(struct worker *w, struct batch *b)
{
	struct row_note *notes = w->kind->notes ? w->kind->notes(w->reader) : NULL;

	if (!notes)
		return;
	memset(b->row_notes, 0, sizeof b->row_notes);
	memcpy(b->row_notes, notes, w->kind->note_count * sizeof *notes);
	memset(notes, 0, w->kind->note_count * sizeof *notes);
}

void worker_run(struct worker *w, struct batch *b, struct span text, bool last,
		size_t stop)
{
	uint64_t line = 0;

	start_batch(w, b);
	b->text = text.ptr;
	w->block = (struct text_block){
		.text = text,
		.directives = b->directives,
		.inside = b->inside,
		.last = last,
		.stop = stop,
	};
	b->end = w->kind->read(w->reader, &w->block, &line);
	b->lines = line;
	take_tallies(w, b);
	take_row_notes(w, b);
	take_late(w, b);
}
