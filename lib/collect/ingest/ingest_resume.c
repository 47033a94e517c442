/* Files that go on from where an earlier run stopped: see resume.h. */
#include "collect/ingest/ingest_parts.h"

#include <string.h>

#include "base/mem.h"

/* The text behind STOP is for later. */
static void split_block(struct ingest *in, struct feed_block *b)
{
	size_t len = b->len - (size_t)(in->given - in->stop);

	in->spare.ptr = mem_grow(in->spare.ptr, b->len - len + 64, 1);
	in->spare.cap = in->spare.len = b->len - len;
	in->spare.last = b->last;
	in->spare.inside = b->inside;
	in->spare.part = b->part;
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

/* Orders, ids, visits and documents need more than the rows of what was read before. */
static bool rows_are_enough(const struct ingest *in)
{
	return !in->folder && !in->dedupe && !in->visits && !in->source->reader->document;
}

int ingest_keep_rows(struct ingest *in, const struct resume_file *file)
{
	if (file->final || !rows_are_enough(in))
		return 0;
	in->rows = resume_new_rows(in->options.resume, &in->rows_serial, in->err);
	return in->rows ? 0 : -1;
}

static int changed(struct ingest *in)
{
	error_failed(in->err, "the file changed while it was read: run again");
	error_place(in->err, feed_name(in->source->feed), 0, 0);
	return -1;
}

/* The feed goes to the offset, and what stands before it is looked at once more. */
static int go_there(struct ingest *in, const struct resume_file *file)
{
	struct feed *feed = in->source->feed;
	uint64_t count = file->offset - file->tail.length - feed_offset(feed), skipped;
	struct hash128 h;
	ptrdiff_t got = 1;

	source_go_over(in->source);
	feed_count_on(feed, file->line - 1);
	if (feed_skip(feed, count, &skipped, in->err))
		return -1;
	buf_clear(&in->tail);
	buf_reserve(&in->tail, file->tail.length);
	while (in->tail.len < file->tail.length && got > 0) {
		got = feed_read(feed, in->tail.ptr + in->tail.len,
				file->tail.length - in->tail.len, in->err);
		in->tail.len += got > 0 ? (size_t)got : 0;
	}
	if (got < 0)
		return -1;
	h = hash_128(buf_view(&in->tail));
	return h.high == file->tail.hash.high && h.low == file->tail.hash.low ?
		0 : changed(in);
}

/* By the rows kept: 1; 0 when that is not possible. */
static int go_over(struct ingest *in, const struct resume_file *file)
{
	if (!file->rows_serial || !rows_are_enough(in) ||
	    file->offset - file->tail.length < feed_offset(in->source->feed))
		return 0;
	if (resume_load_rows(in->options.resume, file, in->ordinals, &in->rows, in->err))
		return -1;
	if (!in->rows)
		return 0;
	in->rows_serial = file->rows_serial;
	if (go_there(in, file))
		return -1;
	if (in->source->reader->directives)
		in->source->reader->directives->resume(in->source, span_of(file->before));
	in->offset = in->given = file->offset;
	in->line = file->line;
	return 1;
}

static int parse_again(struct ingest *in, const struct resume_file *file)
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
	return changed(in);
}

int ingest_read_again(struct ingest *in, const struct resume_file *file)
{
	int done = go_over(in, file);

	if (done)
		return done < 0 ? -1 : 0;
	return ingest_keep_rows(in, file) ? -1 : parse_again(in, file);
}

/* The rows and directives at the end, for the next run. */
static int note_rows(struct ingest *in, const struct resume_file *file,
		     struct resume_position *at)
{
	if (in->source->reader->directives)
		at->before = in->source->reader->directives->current(in->source);
	/* What the state could not give back as it is: rather parse again. */
	if (!span_is_utf8(at->before) || span_find_byte(at->before, '\0') < at->before.len)
		at->before = SPAN_NONE;
	else if (in->rows && !file->final)
		at->rows_serial = in->rows_serial;
	if (!at->rows_serial)
		return 0;
	return resume_rows_sync(in->rows, &at->rows, in->err);
}

int ingest_note_position(struct ingest *in, struct resume_file *file, uint64_t rows)
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
	if (note_rows(in, file, &at))
		return -1;
	resume_end(in->options.resume, file, &at);
	return 0;
}

int ingest_rest(struct ingest *in, struct source *s, const char *path,
		struct error *err)
{
	struct feed_options manner;
	struct resume_file file;
	const char *note;
	int more, bad;

	if (source_prepare(s, &in->options, &manner, err))
		return -1;
	more = resume_begin(in->options.resume, path, &manner, &file, err);
	bad = more < 0 ? -1 : 0;
	note = more > 0 ? resume_file_note(in->options.resume) : NULL;
	if (note)
		in->calls.warn(in->calls.context, note);
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
