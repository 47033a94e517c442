#include "merge/state.h"

void merge_gather_evidence(const struct merge *m, struct evidence *e)
{
	*e = (struct evidence){
		.identifiers = &m->identifiers, .links = &m->links, .graph = &m->graph,
		.decisions = &m->decisions, .customers = &m->customers,
		.persons = &m->persons, .events = &m->events, .sources = &m->sources,
		.joining = m->options.match == MATCH_EXACT ? NULL : &m->joining,
		.recent = m->rules.recent, .store = &m->store,
	};
	evidence_init(e);
}
