/*
 * Lines that are longer than any row may be: each is a bad row, whose bytes go to the rejects
 * piece by piece, so that it costs no memory; the rows behind it go on.
 */
#include "collect/ingest/again.h"
#include "collect/ingest/ingest_parts.h"

/* What an order around it must know: it may have been a row of it. */
static void begin_long(struct ingest *in, struct span raw, struct span state)
{
	uint64_t line = in->options.again ? again_line(in->options.again, in->line) : in->line;
	struct buf why = BUF_INIT;

	feed_say_long(in->source->feed, &why);
	if (!in->again) {
		in->counts.rows++;
		in->counts.rejected++;
	}
	ingest_keep_state(in, state);
	ingest_reject(in, raw, line, 0, buf_view(&why));
	if (in->folder)
		folder_interrupt(in->folder, line, in->offset, buf_view(&why));
	in->line++;
	buf_release(&why);
}

static void go_on(struct ingest *in, struct span raw)
{
	if (in->again)
		return;
	buf_clear(&in->original);
	source_original(in->source, raw, &in->original);
	in->calls.reject_rest(in->calls.context, buf_view(&in->original));
}

int ingest_take_long(struct ingest *in, const struct feed_block *block, struct span state)
{
	struct span raw = {block->ptr, block->len};

	/* A record that was begun before would be longer still. */
	if (ingest_end_carry(in))
		return -1;
	if (block->part == FEED_LONG)
		begin_long(in, raw, state);
	else
		go_on(in, raw);
	if (in->options.resume)
		ingest_note_tail(in, raw);
	in->offset += raw.len;
	return 0;
}
