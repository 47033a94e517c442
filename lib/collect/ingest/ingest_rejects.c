#include "collect/ingest/ingest_rejects.h"

/* Directives in the middle of a log go above the rejects that they count for. */
void ingest_keep_state(struct ingest *in, struct span state)
{
	if (in->again || !state.len ||
	    span_equal(state, buf_view(&in->state)))
		return;
	buf_clear(&in->state);
	buf_span(&in->state, state);
	in->calls.directives(in->calls.context, state);
}

/* Above the rejects of a file stands what is needed to read them. */
void ingest_begin_rejects(struct ingest *in, const struct source *s)
{
	in->calls.header(in->calls.context, buf_view(&s->header));
	buf_clear(&in->state);
	buf_span(&in->state, source_start_directives(s));
}
