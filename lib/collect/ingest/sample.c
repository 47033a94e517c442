#include "collect/ingest/sample.h"

#include "base/mem.h"
#include "collect/ingest/people_repeats.h"
#include "collect/ingest/repeats.h"
#include "collect/rows/objects.h"

struct sample {
	struct source *source;
	struct repeats *repeats;	/* NULL: not watched */
	struct people_repeats *people;	/* NULL: not watched */
	uint64_t rows;
	uint64_t limit;		/* of rows */
	uint64_t line;		/* of the text being read */
	size_t columns;		/* of the header; 0: there is none */
	const void *reader;
	bool (*renumbered)(const void *reader);
	struct header *names;	/* of the columns met in the sample; NULL: the header has them */
	size_t names_cap;
	bool full;		/* there were more columns than a header has */
};

/* The columns of ROW that are new; of all rows of an object reader the numbers go on. */
static void add_names(struct sample *sample, const struct row *row)
{
	struct header *h = sample->names;

	for (; h->count < row->count; h->count++) {
		h->names = mem_room(h->names, h->count, &sample->names_cap, sizeof *h->names);
		h->names[h->count] = arena_copy(&h->arena, row->names[h->count]);
	}
}

/* Rows that do not have the header's columns are not what they seem. */
static void survey_row(void *context, const struct row *row)
{
	struct sample *sample = context;
	struct survey *s = &sample->source->survey;

	/* Behind a row with too many columns their numbers mean others. */
	if (sample->names)
		sample->full = row->count > OBJECTS_LATE_MAX ||
			       (sample->renumbered && sample->renumbered(sample->reader));
	if (s->rows >= sample->limit || sample->full)
		return;
	if (sample->columns && row->count != sample->columns) {
		struct error why = ERROR_INIT;

		error_data(&why, "the row has %zu field%s, the header has %zu", row->count,
			   row->count == 1 ? "" : "s", sample->columns);
		survey_bad(s, sample->line + row->line, &why);
		return;
	}
	survey_take(s, row, sample->line + row->line);
	if (sample->names)
		add_names(sample, row);
}

static void note_bad(void *context, struct span raw, uint64_t line, const struct error *why)
{
	struct sample *sample = context;
	struct survey *s = &sample->source->survey;

	(void)raw;
	if (s->rows + s->bad < sample->limit)
		survey_bad(s, sample->line + line, why);
}

/* Bad and blank rows are reported when their turn comes. */
static void ignore_bad(void *context, struct span raw, uint64_t line,
		       const struct error *why)
{
	(void)context;
	(void)raw;
	(void)line;
	(void)why;
}

static void ignore_blank(void *context, struct span raw)
{
	(void)context;
	(void)raw;
}

static void *open_reader(const struct source *s, size_t columns,
			 const struct rows_calls *calls)
{
	struct reader_setup setup = {
		.opened = s->opened,
		.dialect = &s->layout.dialect,
		.columns = columns,
		.records = source_records(s),
	};

	return s->reader->open(&setup, calls);
}

/* How many lines the block has. */
static uint64_t read_head(struct source *s, void *reader, const struct feed_block *b)
{
	struct text_block block = {
		.text = {b->ptr, b->len},
		.inside = b->inside,
		.last = b->last,
		.stop = SIZE_MAX,
	};
	uint64_t line = 0;

	if (!b->part)
		s->reader->read(reader, &block, &line);
	return line;
}

int sample_take(struct source *s, const struct ingest_options *options,
		struct header *h, bool (*renumbered)(const void *reader), struct error *err)
{
	struct sample sample = {
		.source = s,
		.limit = options->sample ? options->sample : SAMPLE_ROWS,
		.columns = s->reader->table ? h->count : 0,
		.line = s->head_line,
		.renumbered = renumbered,
	};
	struct rows_calls calls = {survey_row, note_bad, ignore_blank, &sample};
	size_t bytes = 0;
	int got = 1;
	void *reader;

	if (s->reader->members) {
		h->names = mem_room(NULL, 0, &sample.names_cap, sizeof *h->names);
		h->count = 0;
		sample.names = h;
	}
	sample.reader = reader = open_reader(s, h->count + 1, &calls);
	for (size_t i = 0; got > 0; i++) {
		sample.line += read_head(s, reader, &s->heads[i]);
		bytes += s->heads[i].len;
		if (s->survey.rows >= sample.limit || sample.full || bytes > SAMPLE_BYTES)
			break;
		got = source_add_head(s, err);
	}
	s->reader->close(reader);
	return got < 0 ? -1 : 0;
}

static void watch_row(void *context, const struct row *row)
{
	struct sample *sample = context;

	if (sample->rows++ >= SAMPLE_ROWS || row->count < sample->source->plan->column_count)
		return;
	if (sample->repeats)
		repeats_take(sample->repeats, row);
	if (sample->people)
		people_repeats_take(sample->people, row);
}

/* The rows that were surveyed once more, now that the plan says what they mean. */
static void watch_rows(struct source *s, struct repeats *r, struct people_repeats *people)
{
	struct sample sample = {.source = s, .repeats = r, .people = people};
	struct rows_calls calls = {watch_row, ignore_bad, ignore_blank, &sample};
	void *reader = open_reader(s, s->plan->column_count + 1, &calls);

	for (size_t i = 0; i < s->head_count; i++)
		read_head(s, reader, &s->heads[i]);
	s->reader->close(reader);
}

/* R has seen all rows: what it says of totals. */
static int settle_totals(struct source *s, struct repeats *r, struct error *err)
{
	const struct target *t;
	struct span order;
	int bad = 0;

	repeats_end(r);
	t = repeats_find(r, !s->plan->fold, &order);
	if (t && !s->plan->fold) {
		buf_printf(&s->warnings, "%.*s has the same value on each line of an order, like a total: "
			   "every line counts it, unless --fold order_id makes one event of them\n",
			   SPAN_ARG(t->label));
	} else if (t && t->role == ROLE_KEEP) {
		char quoted[ERROR_QUOTE_MAX];

		bad = error_usage(err, "%.*s differs within order %s: give --fold-sum %.*s if it adds up",
				  SPAN_ARG(t->label), error_quote(order, quoted),
				  SPAN_ARG(t->field.key));
		error_place(err, s->plan->file, 0, 0);
	}
	return bad;
}

int sample_repeats(struct source *s, struct error *err)
{
	struct repeats *r = s->reader->table ? repeats_new(s->plan) : NULL;
	struct people_repeats *people = s->reader->table && !s->format ? people_repeats_new(s->plan) : NULL;
	size_t len = s->warnings.len;
	int bad = 0;

	if (r || people)
		watch_rows(s, r, people);
	if (r)
		bad = settle_totals(s, r, err);
	if (people)
		people_repeats_put(people, &s->warnings);
	if (people && s->warnings.len > len)
		buf_char(&s->warnings, '\n');
	repeats_free(r);
	people_repeats_free(people);
	return bad;
}

void sample_types(struct source *s, const struct header *h, struct plan_input *input)
{
	bool table = s->reader->table;

	for (size_t i = 0; i < h->count; i++) {
		const struct survey_column *c = survey_column(&s->survey, i);
		struct span name = table ? span_trim(h->names[i]) : h->names[i];

		if (!(table ? span_equal_nocase(name, SPAN("type")) : span_equal(name, SPAN("type"))))
			continue;
		input->typed = c->filled && c->types * 10 >= c->filled * 9;
		return;
	}
}
