/* Files that go on from where an earlier run stopped: see resume.h. */
#include "ingest/ingest_parts.h"

#include <string.h>

#include "base/mem.h"

/* The text behind STOP is for later. */
static void split_block(struct ingest *in, struct feed_block *b)
{
	size_t len = b->len - (size_t)(in->given - in->stop);

	in->spare.ptr = mem_grow(in->spare.ptr, b->len - len + 64, 1);
	in->spare.cap = in->spare.len = b->len - len;
	in->spare.last = b->last;
	memcpy(in->spare.ptr, b->ptr + len, in->spare.len);
	b->len = len;
	in->given = in->stop;
}

int ingest_next_block(struct ingest *in, struct feed_block *b)
{
	int got = 1;

	if (in->given == in->stop)
		return 0;
	if (in->spare.len) {
		struct feed_block spare = *b;

		*b = in->spare;
		in->spare = spare;
		in->spare.len = 0;
	} else {
		got = source_next(in->source, b, in->err);
	}
	if (got <= 0)
		return got;
	in->given += b->len;
	if (in->given > in->stop)
		split_block(in, b);
	b->last |= in->given == in->stop;
	return 1;
}

void ingest_note_tail(struct ingest *in, struct span text)
{
	size_t old = in->tail.len;

	if (text.len >= RESUME_TAIL)
		old = 0;
	else if (old + text.len > RESUME_TAIL)
		old = RESUME_TAIL - text.len;
	if (old)
		memmove(in->tail.ptr, in->tail.ptr + in->tail.len - old, old);
	in->tail.len = old;
	buf_span(&in->tail, span_sub(text, text.len > RESUME_TAIL ? text.len - RESUME_TAIL : 0,
				     RESUME_TAIL));
}

int ingest_read_again(struct ingest *in, const struct resume_file *file)
{
	int bad;

	source_go_on(in->source);
	in->again = true;
	in->stop = file->offset;
	bad = ingest_run_source(in);
	in->again = false;
	in->stop = UINT64_MAX;
	if (bad || in->offset == file->offset)
		return bad;
	error_failed(in->err, "the file changed while it was read: run again");
	error_place(in->err, feed_name(in->source->feed), 0, 0);
	return -1;
}

void ingest_note_position(struct ingest *in, struct resume_file *file, uint64_t rows)
{
	struct resume_position at = {
		.offset = in->offset, .line = in->line, .seen = in->offset,
		.head = feed_head(in->source->feed),
	};
	uint64_t end = feed_offset(in->source->feed) + feed_kept(in->source->feed);
	size_t held = in->folder ? folder_held(in->folder, &at.offset, &at.line) : 0;

	in->counts.rows -= held;
	/* A text of which no row was taken is as good as new. */
	if (in->counts.rows == rows && !file->known)
		at.offset = 0;
	if (in->tail.len > in->offset - at.offset)
		at.tail = span_sub(buf_view(&in->tail), 0,
				   in->tail.len - (size_t)(in->offset - at.offset));
	at.waiting = end - at.offset;
	resume_end(in->options.resume, file, &at);
}

int ingest_rest(struct ingest *in, struct source *s, const char *path,
		struct error *err)
{
	struct feed_options manner = source_feed_options(&in->options);
	struct resume_file file;
	int more = resume_begin(in->options.resume, path, &manner, &file, err);
	int bad = more < 0 ? -1 : 0;

	if (more > 0) {
		in->grows = !file.final;
		if (in->grows)
			feed_grow(file.feed);
		if (file.known)
			feed_limit(file.feed, file.first);
		bad = source_begin(s, file.feed, path, &in->options, err);
		if (!bad)
			bad = ingest_run_file(in, s, &file);
		file.feed = NULL;
		in->grows = false;
	}
	resume_file_release(&file);
	return bad;
}
