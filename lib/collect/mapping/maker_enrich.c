/* The values of a row as enrichment asks for them, by the plan's targets. */
#include "base/mem.h"
#include "collect/enrich/enrich.h"
#include "collect/mapping/maker.h"

struct enrich_inputs {
	const struct target *targets[ENRICH_INPUTS];	/* NULL: the plan has none */
	bool clashes;
	const struct row *row;				/* at hand */
};

static const struct target *find_input(const struct plan *p, enum enrich_input input)
{
	struct enrich_place place = enrich_place_of(input);
	struct span name = span_of(place.section);

	return plan_find(p, span_equal(name, SPAN("context")) ? SECTION_CONTEXT :
			    span_equal(name, SPAN("ids")) ? SECTION_IDS : SECTION_PROPS,
			 span_of(place.key));
}

/* May the source have a group of its own of a name that enrichment uses? */
static bool may_clash(const struct plan *p)
{
	for (size_t i = p->section_at[SECTION_CONTEXT]; i < p->section_at[SECTION_CONTEXT + 1]; i++) {
		struct span key = p->targets[i].field.key;

		if (enrich_makes(span_sub(key, 0, span_find_byte(key, '.'))))
			return true;
	}
	return false;
}

void maker_enrich(struct maker *m, struct enricher *e)
{
	m->enricher = e;
	m->inputs = mem_zero(1, sizeof *m->inputs);
	m->inputs->clashes = may_clash(m->plan);
	for (size_t i = 0; i < ENRICH_INPUTS; i++)
		m->inputs->targets[i] = find_input(m->plan, (enum enrich_input)i);
}

static struct span input_value(void *context, enum enrich_input input)
{
	struct maker *m = context;
	const struct target *t = m->inputs->targets[input];
	struct span text;
	struct cell cell;
	bool plain;

	if (!t || value_of(m, t, m->inputs->row, &cell, &plain) != FIT_PUT ||
	    cell.kind == CELL_RAW)
		return SPAN_NONE;
	text = span_trim(cell.text);
	return text.len ? text : SPAN_NONE;
}

void maker_put_enriched(struct maker *m, const struct row *row, size_t inner, struct buf *out)
{
	struct enrich_record r = {
		.value = input_value,
		.context = m,
		.has_agents = m->inputs->targets[INPUT_USER_AGENT],
		.clashes = m->inputs->clashes,
	};

	m->inputs->row = row;
	enricher_put(m->enricher, &r, inner, out);
}
