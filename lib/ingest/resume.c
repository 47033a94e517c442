#include "ingest/resume.h"

#include <string.h>

#include "base/input.h"
#include "base/mem.h"

/* So many texts that no run meets any more are remembered. */
#define UNSEEN_MAX 1000

struct resume {
	struct resume_state state;
	struct resume_counts counts;
	bool final;
	uint64_t run;		/* the number of this one */
	char **paths;		/* of the operands so far */
	size_t path_count;
	size_t path_cap;
};

struct resume *resume_open(const char *path, bool final, struct error *err)
{
	struct resume *r = mem_zero(1, sizeof *r);

	r->final = final;
	if (resume_state_open(&r->state, path, err)) {
		resume_close(r);
		return NULL;
	}
	r->run = ++r->state.runs;
	return r;
}

void resume_close(struct resume *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->path_count; i++)
		mem_free(r->paths[i]);
	mem_free(r->paths);
	resume_state_release(&r->state);
	mem_free(r);
}

const char *resume_note(const struct resume *r, bool *doubtful)
{
	*doubtful = r->state.doubtful;
	return r->state.note[0] ? r->state.note : NULL;
}

bool resume_is_fresh(const struct resume *r)
{
	return r->state.fresh;
}

const struct resume_counts *resume_counts(const struct resume *r)
{
	return &r->counts;
}

/* ---- which text is it? ---- */

/* Up to SIZE bytes from where FEED stands. */
static int read_bytes(struct feed *feed, size_t size, struct buf *out,
		      struct error *err)
{
	buf_clear(out);
	buf_reserve(out, size);
	while (out->len < size) {
		ptrdiff_t got = feed_read(feed, out->ptr + out->len,
					  size - out->len, err);

		if (got <= 0)
			return (int)got;
		out->len += (size_t)got;
	}
	return 0;
}

static bool mark_fits(const struct resume_mark *m, struct span text)
{
	struct hash128 h;

	if (m->length > text.len)
		return false;
	h = hash_128(span_sub(text, 0, m->length));
	return h.high == m->hash.high && h.low == m->hash.low;
}

static struct resume_mark mark_of(struct span text)
{
	return (struct resume_mark){text.len, hash_128(text)};
}

/* Does E's last text stand in FEED where it should?  1, 0, or -1 with *ERR. */
static int tail_fits(struct feed *feed, const struct resume_entry *e,
		     struct error *err)
{
	uint64_t at = e->offset - e->tail.length, skipped;
	struct buf tail = BUF_INIT;
	int fits = -1;

	if (!feed_rewind(feed, err) && !feed_skip(feed, at, &skipped, err) &&
	    !read_bytes(feed, e->tail.length, &tail, err))
		fits = skipped == at && mark_fits(&e->tail, buf_view(&tail));
	buf_release(&tail);
	return fits;
}

/* The candidate read farthest among those not read farther than LIMIT. */
static struct resume_entry *next_candidate(struct resume *r, struct span head,
					   uint64_t limit)
{
	struct resume_entry *best = NULL;

	for (size_t i = 0; i < r->state.count; i++) {
		struct resume_entry *e = &r->state.entries[i];

		if (e->offset < limit && (!best || e->offset > best->offset) &&
		    mark_fits(&e->head, head))
			best = e;
	}
	return best;
}

/* *FOUND: the entry that FILE goes on from, or NULL.  The feed stands behind it. */
static int find_entry(struct resume *r, struct resume_file *file,
		      struct resume_entry **found, struct error *err)
{
	struct buf head = BUF_INIT;
	uint64_t limit = UINT64_MAX;
	int fits = read_bytes(file->feed, FEED_HEAD, &head, err);

	*found = NULL;
	while (!fits) {
		struct resume_entry *e = next_candidate(r, buf_view(&head), limit);

		if (!e)
			break;
		fits = tail_fits(file->feed, e, err);
		if (fits > 0)
			*found = e;
		limit = e->offset;
	}
	r->counts.fresh += !*found && head.len;
	buf_release(&head);
	return fits < 0 ? -1 : 0;
}

/* A compressed file that is what it was need not be read to know it. */
static struct resume_entry *find_unchanged(struct resume *r,
					   const struct input_identity *id)
{
	for (size_t i = 0; i < r->state.count; i++) {
		const struct input_identity *old = &r->state.entries[i].file;

		if (old->device == id->device && old->inode == id->inode &&
		    old->size == id->size && old->changed_ns == id->changed_ns)
			return &r->state.entries[i];
	}
	return NULL;
}

static void meet(struct resume *r, struct resume_entry *e, const struct resume_file *file)
{
	if (strcmp(e->path, file->path)) {
		mem_free(e->path);
		e->path = mem_text(file->path, strlen(file->path));
	}
	e->file = file->file;
	e->quiet = true;
	e->seen = r->run;
	r->counts.known += e->offset;
}

/* ---- an operand ---- */

static struct input *open_regular(const char *path, struct input_identity *id,
				  struct error *err)
{
	struct input *in;

	if (!path || !strcmp(path, "-")) {
		error_usage(err, "--resume follows files: standard input has no position to go on from");
		return NULL;
	}
	in = input_open(path, err);
	if (!in)
		return NULL;
	if (!input_identify(in, id, err) && id->regular)
		return in;
	if (!id->regular) {
		error_usage(err, "--resume follows regular files: this is none");
		error_place(err, path, 0, 0);
	}
	input_close(in);
	return NULL;
}

static void note_path(struct resume *r, const char *path)
{
	r->paths = mem_room(r->paths, r->path_count, &r->path_cap, sizeof *r->paths);
	r->paths[r->path_count++] = mem_text(path, strlen(path));
}

/* Is there a byte behind E's text?  The feed stands there. */
static int has_more(struct resume_file *file, struct error *err)
{
	char byte;
	ptrdiff_t got = feed_read(file->feed, &byte, 1, err);

	return got < 0 ? -1 : got > 0;
}

static int recognise(struct resume *r, struct resume_file *file, struct error *err)
{
	struct resume_entry *e;
	int more;

	if (find_entry(r, file, &e, err))
		return -1;
	if (!e)
		return 1;
	more = has_more(file, err);
	meet(r, e, file);
	file->known = true;
	file->entry = (size_t)(e - r->state.entries);
	file->offset = e->offset;
	file->first = e->first;
	file->tail = e->tail;
	return more;
}

int resume_begin(struct resume *r, const char *path,
		 const struct feed_options *options, struct resume_file *file,
		 struct error *err)
{
	struct input *in;
	struct resume_entry *e;
	int more;

	*file = (struct resume_file){.path = path};
	in = open_regular(path, &file->file, err);
	if (!in)
		return -1;
	note_path(r, path);
	r->counts.files++;
	file->feed = feed_new(in, options, err);
	if (!file->feed)
		return -1;
	file->final = r->final || input_is_packed(in);
	e = input_is_packed(in) ? find_unchanged(r, &file->file) : NULL;
	if (e) {
		meet(r, e, file);
		return 0;
	}
	more = recognise(r, file, err);
	if (more > 0 && feed_rewind(file->feed, err))
		return -1;
	return more;
}

void resume_file_release(struct resume_file *file)
{
	feed_close(file->feed);
	*file = (struct resume_file){0};
}

void resume_end(struct resume *r, struct resume_file *file,
		const struct resume_position *at)
{
	struct resume_entry *e;

	r->counts.waiting += at->waiting;
	if (!at->offset)
		return;
	e = file->known ? &r->state.entries[file->entry] : resume_state_add(&r->state);
	if (!file->known) {
		e->path = mem_text(file->path, strlen(file->path));
		e->first = at->seen < at->offset ? at->seen : at->offset;
	}
	e->file = file->file;
	e->seen = r->run;
	e->quiet = input_is_packed(feed_input(file->feed)) ||
		   (at->offset == file->offset && !at->waiting);
	e->offset = at->offset;
	e->line = at->line;
	e->waiting = at->waiting;
	e->head = mark_of(span_sub(at->head, 0, at->offset));
	e->tail = mark_of(at->tail);
	r->counts.read += at->offset - file->offset;
}

/* ---- the end ---- */

static bool is_operand(const struct resume *r, const char *path)
{
	for (size_t i = 0; i < r->path_count; i++)
		if (!strcmp(r->paths[i], path))
			return true;
	return false;
}

bool resume_lost(struct resume *r, size_t *next, const char **path, uint64_t *offset)
{
	while (*next < r->state.count) {
		struct resume_entry *e = &r->state.entries[(*next)++];

		if (e->seen == r->run || e->quiet || !is_operand(r, e->path))
			continue;
		e->quiet = true;
		*path = e->path;
		*offset = e->offset;
		return true;
	}
	return false;
}

/* Forgets the texts that were met the longest time ago. */
static void forget(struct resume *r)
{
	size_t unseen = 0;

	for (size_t i = 0; i < r->state.count; i++)
		unseen += r->state.entries[i].seen != r->run;
	for (; unseen > UNSEEN_MAX; unseen--) {
		size_t oldest = 0;

		for (size_t i = 1; i < r->state.count; i++)
			if (r->state.entries[i].seen < r->state.entries[oldest].seen)
				oldest = i;
		resume_state_remove(&r->state, oldest);
	}
}

int resume_prepare(struct resume *r, const struct output_place *place, struct error *err)
{
	forget(r);
	return place->temporary ? resume_state_save(&r->state, place, err) : 0;
}

int resume_commit(struct resume *r, struct error *err)
{
	return resume_state_save(&r->state, NULL, err);
}
