#include "collect/ingest/finish.h"

#include "base/mem.h"
#include "io/input.h"
#include "record/rewrite.h"

struct finisher {
	const struct finish_steps *steps;
	struct event event;	/* of `line`, once `parsed` */
	bool parsed;
	struct buf line;	/* the record as it is now, without newline */
	struct buf next;	/* what a step makes of it */
	struct buf scratch;
	struct schema_scratch schema;
	struct buf mark;
	struct privacy_scratch privacy;
	enum arrival_kind arrival;	/* of the record; counted when it is written */
	struct finish_counts *counts;
	struct error *err;
};

bool finish_wanted(const struct finish_steps *steps)
{
	return steps && (steps->arrival || steps->schema || steps->privacy);
}

bool finish_hides(const struct finish_steps *steps)
{
	return steps->privacy;
}

unsigned finish_address_bits(const struct finish_steps *steps)
{
	return steps->privacy ? steps->privacy->address_bits : 0;
}

void finish_counts_add(struct finish_counts *sum, const struct finish_counts *part)
{
	sum->late += part->late;
	sum->future += part->future;
	schema_counts_add(&sum->plan, &part->plan);
	privacy_counts_add(&sum->hidden, &part->hidden);
}

void finish_counts_clear(struct finish_counts *c)
{
	c->late = c->future = 0;
	schema_counts_clear(&c->plan);
	privacy_counts_clear(&c->hidden);
}

void finish_counts_release(struct finish_counts *c)
{
	schema_counts_release(&c->plan);
	privacy_counts_release(&c->hidden);
	*c = FINISH_COUNTS_INIT;
}

struct finisher *finisher_new(const struct finish_steps *steps)
{
	struct finisher *g = mem_zero(1, sizeof *g);

	g->steps = steps;
	return g;
}

void finisher_free(struct finisher *g)
{
	if (!g)
		return;
	buf_release(&g->line);
	buf_release(&g->next);
	buf_release(&g->scratch);
	schema_scratch_release(&g->schema);
	buf_release(&g->mark);
	privacy_scratch_release(&g->privacy);
	mem_free(g);
}

/* The record is what `next` holds from now on. */
static void take_next(struct finisher *g)
{
	struct buf old = g->line;

	g->line = g->next;
	g->next = old;
	buf_clear(&g->next);
	g->parsed = false;
}

/* The record as it is now.  What a step has made cannot fail. */
static const struct event *event_of(struct finisher *g)
{
	if (!g->parsed)
		event_parse(&g->event, buf_view(&g->line), NULL);
	g->parsed = true;
	return &g->event;
}

static void count_arrival(struct finish_counts *c, enum arrival_kind kind)
{
	c->late += kind == ARRIVAL_LATE;
	c->future += kind == ARRIVAL_FUTURE;
}

static int step_arrival(struct finisher *g)
{
	const struct arrival *a = g->steps->arrival;
	enum arrival_kind kind = arrival_judge(a, event_of(g), &g->scratch);

	if (kind == ARRIVAL_FINE)
		return 0;
	if (a->reject) {
		count_arrival(g->counts, kind);
		return arrival_refuse(a, kind, event_of(g), g->err);
	}
	g->arrival = kind;
	rewrite_context(event_of(g), arrival_mark(kind), SPAN("true"), &g->next);
	take_next(g);
	return 0;
}

static int step_schema(struct finisher *g)
{
	buf_clear(&g->mark);
	switch (schema_check(g->steps->schema, &g->schema, event_of(g), &g->next,
			     &g->mark, &g->counts->plan, g->err)) {
	case SCHEMA_BLOCK:
		return -1;
	case SCHEMA_MARK:
		take_next(g);
		rewrite_context(event_of(g), "violations", buf_view(&g->mark), &g->next);
		take_next(g);
		break;
	case SCHEMA_FINE:
		buf_clear(&g->next);
		break;
	}
	return 0;
}

static void step_privacy(struct finisher *g)
{
	privacy_put(g->steps->privacy, &g->privacy, event_of(g), &g->next,
		    &g->counts->hidden);
	take_next(g);
}

static int run_steps(struct finisher *g)
{
	if (event_parse(&g->event, buf_view(&g->line), g->err))
		return -1;
	g->parsed = true;
	if (g->steps->arrival && step_arrival(g))
		return -1;
	if (g->steps->schema && step_schema(g))
		return -1;
	if (g->steps->privacy)
		step_privacy(g);
	if (g->line.len + 1 > INPUT_LINE_MAX)
		return error_data(g->err, "the record would be longer than 64 MiB");
	return 0;
}

int finisher_run(struct finisher *g, struct buf *out, size_t begin,
	      struct finish_counts *counts, struct error *err)
{
	buf_clear(&g->line);
	buf_clear(&g->next);
	buf_span(&g->line, span_sub(buf_since(out, begin), 0, out->len - begin - 1));
	g->counts = counts;
	g->arrival = ARRIVAL_FINE;
	g->err = err;
	out->len = begin;
	if (run_steps(g))
		return -1;
	count_arrival(counts, g->arrival);
	buf_span(out, buf_view(&g->line));
	buf_char(out, '\n');
	return 0;
}
