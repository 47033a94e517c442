#include "collect/ingest/ingest_resume.h"

#include <string.h>

#include "base/mem.h"

void ingest_begin_text(struct ingest *in)
{
	in->hash = hash_stream_new();
	in->hashed = in->offset;
	feed_take_head(in->source->feed, in->offset, in->hash);
}

/* Of the text up to OFFSET no row comes again: into the hash with it. */
static void hash_settled(struct ingest *in, uint64_t offset)
{
	size_t len = (size_t)(offset - in->hashed);

	hash_stream_add(in->hash, span_sub(buf_view(&in->unsettled), 0, len));
	in->unsettled.len -= len;
	memmove(in->unsettled.ptr, in->unsettled.ptr + len, in->unsettled.len);
	in->hashed = offset;
}

void ingest_note_text(struct ingest *in, struct span text)
{
	uint64_t line, offset = in->offset;

	if (in->folder)
		folder_held(in->folder, &offset, &line);
	if (in->hashed < offset)
		hash_settled(in, offset);
	buf_span(&in->unsettled, text);
}

int ingest_read_again(struct ingest *in, const struct resume_file *file)
{
	struct hash128 h;
	int bad;

	source_go_on(in->source, file->offset);
	in->again = true;
	bad = ingest_run_source(in);
	in->again = false;
	source_go_on(in->source, UINT64_MAX);
	if (bad)
		return bad;
	if (in->offset == file->offset) {
		hash_settled(in, in->offset);
		h = hash_stream_digest(in->hash);
		if (!hash_128_compare(h, file->hash))
			return 0;
	}
	error_failed(in->err, "the file changed while it was read: run again");
	error_place(in->err, feed_name(in->source->feed), 0, 0);
	return -1;
}

void ingest_note_position(struct ingest *in, const struct resume_file *file, uint64_t rows)
{
	uint64_t end = feed_offset(in->source->feed) + feed_kept(in->source->feed);
	uint64_t line, offset = in->offset;

	if (in->folder)
		in->counts.rows -= folder_held(in->folder, &offset, &line);
	/* A text of which no row was taken is as good as new. */
	if (in->counts.rows == rows && !file->known)
		offset = 0;
	else
		hash_settled(in, offset);
	resume_end(in->options.resume, file, offset, hash_stream_digest(in->hash), end - offset);
}

int ingest_rest(struct ingest *in, struct source *s, const char *path,
		struct error *err)
{
	struct feed_options manner;
	struct resume_file file;
	int more, bad;

	if (source_prepare(s, &in->options, &manner, err))
		return -1;
	more = resume_begin(in->options.resume, path, &manner, &file, err);
	bad = more < 0 ? -1 : 0;
	if (more > 0) {
		feed_keep_head(file.feed);
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
