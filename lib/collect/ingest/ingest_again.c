/* Rejects: what stands above them, and reading them once more. */
#include "collect/ingest/ingest_parts.h"

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
	struct buf about = BUF_INIT;

	if (in->calls.about) {
		again_put(s, &about);
		in->calls.about(in->calls.context, buf_view(&about));
		buf_release(&about);
	}
	in->calls.header(in->calls.context, buf_view(&s->header));
	buf_clear(&in->state);
	buf_span(&in->state, source_start_directives(s));
}

/* All that the notes say is there has been read. */
int ingest_check_rejects(const struct ingest *in, const struct source *s,
			 struct error *err)
{
	if (!in->options.again || !feed_left(s->feed))
		return 0;
	return again_misfit(input_name(in->options.again->input), err);
}

int ingest_again(struct ingest *in, struct again *from, struct error *err)
{
	int bad;

	in->options.again = from;
	bad = ingest_file(in, NULL, err);
	in->options.again = NULL;
	return bad;
}
