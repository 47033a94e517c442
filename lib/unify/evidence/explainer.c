#include "unify/evidence/explainer.h"

#include "unify/merge/state.h"

void merge_gather_evidence(const struct merge *m, struct evidence *e)
{
	*e = (struct evidence){
		.identifiers = &m->identifiers, .links = &m->links, .graph = &m->graph,
		.decisions = &m->decisions, .customers = &m->customers,
		.fragments = &m->fragments, .events = &m->events, .sources = &m->sources, .moved = &m->moved,
		.joining = m->options.match == MATCH_EXACT ? NULL : &m->joining,
		.store = &m->store,
	};
	evidence_init(e);
}

void explainer_init(struct explainer *x, const struct merge *m, const struct explain_style *style,
		    struct buf *out, struct error *err)
{
	*x = (struct explainer){.merge = m, .style = *style, .out = out, .err = err};
	merge_gather_evidence(m, &x->evidence);
}

void explainer_release(struct explainer *x)
{
	forest_release(&x->forest);
	evidence_release(&x->evidence);
}
