#include "collect/follow/resume.h"

#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "io/input.h"

/* So many texts that no run meets any more are remembered, and for so many runs their rows. */
#define UNSEEN_MAX 1000
#define UNSEEN_RUNS 100

/* Bytes of two texts that are compared at a time. */
#define COMPARED ((size_t)64 << 10)

struct resume {
	struct resume_state state;
	struct resume_counts counts;
	bool final;
	uint64_t run;		/* the number of this one */
	char *const *paths;	/* of the operands */
	size_t path_count;
	struct buf note;	/* about the last operand */
};

struct resume *resume_open(const char *path, bool final, char *const *operands,
			   size_t count, struct error *err)
{
	struct resume *r = mem_zero(1, sizeof *r);

	r->final = final;
	r->paths = operands;
	r->path_count = count;
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
	buf_release(&r->note);
	resume_state_release(&r->state);
	mem_free(r);
}

const char *resume_note(const struct resume *r, bool *doubtful)
{
	*doubtful = r->state.doubtful;
	return r->state.note[0] ? r->state.note : NULL;
}

const char *resume_file_note(struct resume *r)
{
	return r->note.len ? buf_text(&r->note) : NULL;
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
static int find_entry(struct resume *r, struct resume_file *file, struct span head,
		      struct resume_entry **found, struct error *err)
{
	uint64_t limit = UINT64_MAX;
	int fits = 0;

	*found = NULL;
	while (!fits) {
		struct resume_entry *e = next_candidate(r, head, limit);

		if (!e)
			break;
		fits = tail_fits(file->feed, e, err);
		if (fits > 0)
			*found = e;
		limit = e->offset;
	}
	return fits < 0 ? -1 : 0;
}

static bool is_at(const char *path, const struct resume_entry *e)
{
	struct stat st;

	return !stat(path, &st) && st.st_dev == e->file.device && st.st_ino == e->file.inode;
}

/* Where E's file is now, or NULL. */
static const char *place_of(const struct resume *r, const struct resume_entry *e)
{
	if (is_at(e->path, e))
		return e->path;
	for (size_t i = 0; i < r->path_count; i++)
		if (is_at(r->paths[i], e))
			return r->paths[i];
	return NULL;
}

/* Are all of PART's bytes the first of WHOLE's, LIMIT of them at most?  1, 0, -1. */
static int begins_with(struct feed *whole, struct feed *part, uint64_t limit,
		       struct error *err)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	int same = 1;

	if (feed_rewind(part, err))
		return -1;
	while (same > 0) {
		same = read_bytes(part, COMPARED, &a, err) ||
		       read_bytes(whole, COMPARED, &b, err) ? -1 :
		       a.len <= limit && a.len <= b.len &&
		       !memcmp(buf_view(&a).ptr, buf_view(&b).ptr, a.len);
		limit -= a.len;
		if (a.len < COMPARED)
			break;
	}
	buf_release(&a);
	buf_release(&b);
	return same;
}

/*
 * Is FILE a copy that was made of E's text before it grew?  It is shorter than what
 * was read, so that only the text itself can tell.
 */
static int is_old_copy(const struct resume *r, const struct resume_file *file,
		       const struct feed_options *options,
		       const struct resume_entry *e, struct error *err)
{
	const char *path = place_of(r, e);
	struct error ignored;
	struct feed *whole;
	int same;

	if (!path || (e->file.device == file->file.device && e->file.inode == file->file.inode))
		return 0;
	whole = feed_open(path, options, &ignored);
	if (!whole)
		return 0;
	same = begins_with(whole, file->feed, e->offset, err);
	feed_close(whole);
	return same;
}

static bool head_is_known(const struct resume_entry *e, struct span head)
{
	return head.len < e->head.length || mark_fits(&e->head, head);
}

/* 1 when FILE, which goes on from no entry, holds nothing new for all that. */
static int is_known(struct resume *r, const struct resume_file *file,
		    const struct feed_options *options, struct span head,
		    struct error *err)
{
	int known = 0;

	for (size_t i = 0; i < r->state.count && !known; i++) {
		const struct resume_entry *e = &r->state.entries[i];

		if (!head_is_known(e, head))
			continue;
		known = is_old_copy(r, file, options, e, err);
		if (!known && mark_fits(&e->head, head) && e->head.length == FEED_HEAD)
			buf_printf(&r->note, "%s begins like %s, which was read, but goes on otherwise or ends before: it is read as a new file",
				   file->path, e->path);
	}
	if (known)
		buf_clear(&r->note);
	return known;
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

/* Is there a byte behind E's text?  The feed stands there. */
static int has_more(struct resume_file *file, struct error *err)
{
	char byte;
	ptrdiff_t got = feed_read(file->feed, &byte, 1, err);

	return got < 0 ? -1 : got > 0;
}

/* FILE goes on from E: is there more? */
static int go_on(struct resume *r, struct resume_file *file, struct resume_entry *e,
		 struct error *err)
{
	int more = has_more(file, err);

	meet(r, e, file);
	file->known = true;
	file->entry = (size_t)(e - r->state.entries);
	file->offset = e->offset;
	file->first = e->first;
	file->tail = e->tail;
	file->line = e->line;
	file->rows_serial = e->rows_serial;
	file->rows = e->rows;
	file->before = e->before;
	return more;
}

static int recognise(struct resume *r, struct resume_file *file,
		     const struct feed_options *options, struct error *err)
{
	struct buf head = BUF_INIT;
	struct resume_entry *e = NULL;
	int known = read_bytes(file->feed, FEED_HEAD, &head, err);

	if (!known)
		known = find_entry(r, file, buf_view(&head), &e, err);
	if (!known && !e && head.len)
		known = is_known(r, file, options, buf_view(&head), err);
	if (!known && !e && head.len)
		r->counts.fresh++;
	buf_release(&head);
	if (known)
		return known < 0 ? -1 : 0;
	return e ? go_on(r, file, e, err) : 1;
}

int resume_begin(struct resume *r, const char *path,
		 const struct feed_options *options, struct resume_file *file,
		 struct error *err)
{
	struct input *in;
	struct resume_entry *e;
	int more;

	*file = (struct resume_file){.path = path};
	buf_clear(&r->note);
	in = open_regular(path, &file->file, err);
	if (!in)
		return -1;
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
	more = recognise(r, file, options, err);
	if (more > 0 && feed_rewind(file->feed, err))
		return -1;
	return more;
}

void resume_file_release(struct resume_file *file)
{
	feed_close(file->feed);
	*file = (struct resume_file){0};
}

int resume_load_rows(struct resume *r, const struct resume_file *file, struct ordinals *o,
		     struct resume_rows **rows, struct error *err)
{
	return resume_rows_open(r->state.path, file->rows_serial, file->rows, o, rows, err);
}

struct resume_rows *resume_new_rows(struct resume *r, uint64_t *serial, struct error *err)
{
	*serial = ++r->state.serial;
	return resume_rows_new(r->state.path, *serial, err);
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
		e->before = mem_text("", 0);
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
	e->rows_serial = at->offset < RESUME_ROWS_MIN ? 0 : at->rows_serial;
	e->rows = at->rows;
	mem_free(e->before);
	e->before = mem_text(at->before.len ? at->before.ptr : "", at->before.len);
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

bool resume_lost(struct resume *r, size_t *next, const char **path, uint64_t *offset,
		 uint64_t *waiting)
{
	while (*next < r->state.count) {
		struct resume_entry *e = &r->state.entries[(*next)++];

		if (e->seen == r->run || e->quiet || (!e->waiting && !is_operand(r, e->path)))
			continue;
		e->quiet = true;
		*path = e->path;
		*offset = e->offset;
		*waiting = e->waiting;
		return true;
	}
	return false;
}

/* Forgets the texts that were met the longest time ago. */
static void forget(struct resume *r)
{
	size_t unseen = 0;

	for (size_t i = 0; i < r->state.count; i++) {
		struct resume_entry *e = &r->state.entries[i];

		unseen += e->seen != r->run;
		if (e->seen + UNSEEN_RUNS < r->run)
			e->rows_serial = 0;
	}
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
