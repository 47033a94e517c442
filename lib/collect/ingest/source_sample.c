/* The first rows of a source, which the plan is made from. */
#include "base/mem.h"
#include "collect/ingest/repeats.h"
#include "collect/ingest/source_parts.h"
#include "collect/rows/objects.h"

struct sample {
	struct source *source;
	struct repeats *repeats;
	uint64_t rows;
	uint64_t limit;		/* of rows */
	size_t columns;		/* CSV: of the header */
	struct objects *objects;	/* JSON */
	struct header *names;	/* of the columns met in the sample */
	size_t names_cap;
	bool full;		/* there were more columns than a header has */
};

static void take_blank(void *context, struct span raw)
{
	(void)context;
	(void)raw;
}

/* The columns of ROW that are new; of all rows of an object reader the numbers go on. */
static void take_names(struct sample *sample, const struct row *row)
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
			       objects_has_forgotten(sample->objects);
	if (s->rows >= sample->limit || sample->full ||
	    (sample->columns && row->count != sample->columns))
		return;
	survey_take(s, row);
	if (sample->names)
		take_names(sample, row);
}

/* A bad row is told when its turn comes. */
static void survey_bad(void *context, struct span raw, uint64_t line,
		       const struct error *why)
{
	(void)context;
	(void)raw;
	(void)line;
	(void)why;
}

static void survey_block(struct source *s, struct rows *rows,
			 struct objects *objects, const struct feed_block *b)
{
	struct span text = {b->ptr, b->len};
	uint64_t line = 0;

	if (b->part)
		return;
	if (objects) {
		objects_nest_pause(objects, b->inside);
		objects_read(objects, text, s->kind == TEXT_JSON_LINES, &line);
	} else {
		struct census census = census_take(text);

		rows_read(rows, text, &census, b->last, SIZE_MAX, &line);
	}
}

/* Looks at the first rows; reads as many blocks as that takes. */
int sample_take(struct source *s, const struct ingest_options *options,
		       struct header *h, struct error *err)
{
	struct sample sample = {.source = s, .limit = options->sample ?
				options->sample : SOURCE_SAMPLE_ROWS};
	struct rows_calls calls = {survey_row, survey_bad, take_blank, &sample};
	struct rows *rows = NULL;
	struct objects *objects = NULL;
	size_t bytes = 0;
	int got = 1;

	if (s->kind == TEXT_CSV) {
		sample.columns = h->count;
		rows = rows_new(s->delimiter, s->quotes, h->count + 1, &calls);
	}
	if (!rows) {
		h->names = mem_room(NULL, 0, &sample.names_cap, sizeof *h->names);
		h->count = 0;
		sample.names = h;
		objects = objects_new(NULL, NULL, 0, &calls);
	}
	sample.objects = objects;
	if (objects && s->mapping->set.records)
		objects_nest(objects, span_of(s->mapping->set.records), false);
	for (size_t i = 0; got > 0; i++) {
		survey_block(s, rows, objects, &s->heads[i]);
		bytes += s->heads[i].len;
		if (s->survey.rows >= sample.limit || sample.full || bytes > SOURCE_SAMPLE_BYTES)
			break;
		got = source_add_head(s, err);
	}
	rows_free(rows);
	objects_free(objects);
	return got < 0 ? -1 : 0;
}

static void watch_row(void *context, const struct row *row)
{
	struct sample *sample = context;

	if (sample->rows++ < SOURCE_SAMPLE_ROWS &&
	    row->count >= sample->source->plan->column_count)
		repeats_take(sample->repeats, row);
}

/* The rows that were surveyed once more, now that the plan says what they mean. */
static void watch_rows(struct source *s, struct repeats *r)
{
	struct sample sample = {.source = s, .repeats = r};
	struct rows_calls calls = {watch_row, survey_bad, take_blank, &sample};
	struct rows *rows = rows_new(s->delimiter, s->quotes,
				     s->plan->column_count + 1, &calls);

	for (size_t i = 0; i < s->head_count; i++)
		survey_block(s, rows, NULL, &s->heads[i]);
	rows_free(rows);
}

int sample_repeats(struct source *s, struct error *err)
{
	struct repeats *r = s->kind == TEXT_CSV ? repeats_new(s->plan) : NULL;
	const struct target *t;
	struct span order;
	int bad = 0;

	if (!r)
		return 0;
	watch_rows(s, r);
	repeats_end(r);
	t = repeats_find(r, !s->plan->fold, &order);
	if (t && !s->plan->fold) {
		buf_printf(&s->warnings, "%.*s has the same value on each line of an order, like a total: "
			   "every line counts it, unless --fold order_id makes one event of them\n",
			   SPAN_ARG(t->label));
	} else if (t && t->role == ROLE_KEEP) {
		char quoted[ERROR_QUOTE_MAX];

		bad = error_usage(err, "%.*s differs within order %s: say --fold-sum %.*s if it adds up",
				  SPAN_ARG(t->label), error_quote(order, quoted),
				  SPAN_ARG(t->field.key));
		error_place(err, s->plan->file, 0, 0);
	}
	repeats_free(r);
	return bad;
}
