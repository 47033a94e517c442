#include "collect/follow/resume.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/input.h"

/* Bytes that are hashed at a time. */
#define PIECE ((size_t)64 << 10)

struct resume *resume_open(const char *path, bool final, char *const *operands,
			   size_t count, struct error *err)
{
	struct resume *r = mem_zero(1, sizeof *r);

	r->final = final;
	r->paths = operands;
	r->path_count = count;
	if (!resume_state_open(&r->state, path, err))
		return r;
	resume_close(r);
	return NULL;
}

void resume_close(struct resume *r)
{
	if (!r)
		return;
	resume_state_release(&r->state);
	mem_free(r);
}

/* ---- which text is it? ---- */

static int compare_offsets(const void *a, const void *b)
{
	const struct resume_text *const *x = a, *const *y = b;

	return ((*x)->offset > (*y)->offset) - ((*x)->offset < (*y)->offset);
}

/* The texts of the state, those that were read least far first.  Owned: mem_free. */
static struct resume_text **sort_texts(struct resume *r)
{
	struct resume_text **sorted = mem_zero(r->state.count + 1, sizeof(*sorted));

	for (size_t i = 0; i < r->state.count; i++)
		sorted[i] = &r->state.texts[i];
	qsort(sorted, r->state.count, sizeof *sorted, compare_offsets);
	return sorted;
}

/* The text of FEED from *AT up to END into H.  1; 0: it ends before; -1 with *ERR. */
static int hash_text(struct feed *feed, struct hash_stream *h, uint64_t *at, uint64_t end,
		     struct error *err)
{
	char bytes[PIECE];
	ptrdiff_t got = 1;

	while (*at < end && got > 0) {
		got = feed_read(feed, bytes, end - *at < PIECE ? (size_t)(end - *at) : PIECE, err);
		if (got > 0) {
			hash_stream_add(h, (struct span){bytes, (size_t)got});
			*at += (uint64_t)got;
		}
	}
	return got < 0 ? -1 : *at == end;
}

/* *FOUND: the text that FEED goes on from, or NULL.  1: there is more behind it, 0: there is not. */
static int find_text(struct resume *r, struct feed *feed, struct resume_text **found,
		     struct error *err)
{
	struct resume_text **sorted = sort_texts(r);
	struct hash_stream *h = hash_stream_new();
	uint64_t at = 0;
	int got = 1;

	*found = NULL;
	for (size_t i = 0; i < r->state.count && got > 0; i++) {
		got = hash_text(feed, h, &at, sorted[i]->offset, err);
		if (got > 0 && !hash_128_compare(hash_stream_digest(h), sorted[i]->hash))
			*found = sorted[i];
	}
	if (got > 0)
		got = hash_text(feed, h, &at, at + 1, err);
	hash_stream_free(h);
	mem_free(sorted);
	return got < 0 ? -1 : at > (*found ? (*found)->offset : 0);
}

static bool is_same_file(const struct input_identity *a, const struct input_identity *b)
{
	return a->device == b->device && a->inode == b->inode;
}

/* The text of a file that is what it was, or NULL. */
static struct resume_text *find_unchanged(struct resume *r, const struct input_identity *file)
{
	for (size_t i = 0; i < r->state.count; i++) {
		struct resume_text *t = &r->state.texts[i];

		if (is_same_file(&t->file, file) && t->file.size == file->size &&
		    t->file.changed_ns == file->changed_ns)
			return t;
	}
	return NULL;
}

/* T is in FILE, which holds nothing new. */
static void meet(struct resume *r, struct resume_text *t, const struct resume_file *file)
{
	if (strcmp(t->path, file->path)) {
		mem_free(t->path);
		t->path = mem_text(file->path, strlen(file->path));
	}
	t->file = file->file;
	t->met = true;
	t->grew = t->waiting > 0;
	r->counts.known += t->offset;
}

/* What FILE held before is not in it any more: should nobody have it, that is reported. */
static void note_rewritten(struct resume *r, const struct resume_file *file)
{
	for (size_t i = 0; i < r->state.count; i++)
		if (is_same_file(&r->state.texts[i].file, &file->file) &&
		    !strcmp(r->state.texts[i].path, file->path))
			r->state.texts[i].grew = 1;
}

static int recognise(struct resume *r, struct resume_file *file, struct error *err)
{
	struct resume_text *t;
	int more = find_text(r, file->feed, &t, err);

	if (more < 0)
		return -1;
	if (!t) {
		r->counts.fresh += (uint64_t)more;
		note_rewritten(r, file);
		return 1;
	}
	meet(r, t, file);
	file->known = true;
	file->text = (size_t)(t - r->state.texts);
	file->offset = t->offset;
	file->hash = t->hash;
	file->first = t->first;
	return more;
}

/* ---- an operand ---- */

static int open_regular(struct resume_file *file, const struct feed_options *options,
			struct error *err)
{
	if (!file->path || !strcmp(file->path, "-"))
		return error_usage(err, "--resume follows files: standard input has no position to go on from");
	file->feed = feed_open(file->path, options, err);
	if (!file->feed || input_identify(feed_input(file->feed), &file->file, err))
		return -1;
	if (file->file.regular)
		return 0;
	error_usage(err, "--resume follows regular files: this is none");
	error_place(err, file->path, 0, 0);
	return -1;
}

int resume_begin(struct resume *r, const char *path, const struct feed_options *options,
		 struct resume_file *file, struct error *err)
{
	struct resume_text *t;
	int more;

	*file = (struct resume_file){.path = path};
	if (open_regular(file, options, err))
		return -1;
	r->counts.files++;
	file->final = r->final || input_is_packed(feed_input(file->feed));
	t = find_unchanged(r, &file->file);
	if (t && !(t->waiting && file->final)) {
		meet(r, t, file);
		r->counts.waiting += t->waiting;
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

void resume_end(struct resume *r, const struct resume_file *file, uint64_t offset,
		struct hash128 hash, uint64_t waiting)
{
	struct resume_text *t;

	r->counts.waiting += waiting;
	if (!offset)
		return;
	t = file->known ? &r->state.texts[file->text] : resume_state_add(&r->state, span_of(file->path));
	if (!file->known)
		t->first = offset;
	t->file = file->file;
	t->offset = offset;
	t->hash = hash;
	t->waiting = waiting;
	t->grew = !input_is_packed(feed_input(file->feed)) && (offset > file->offset || waiting);
	t->met = true;
	r->counts.read += offset - file->offset;
}

/* ---- the end ---- */

static bool is_operand(const struct resume *r, const char *path)
{
	for (size_t i = 0; i < r->path_count; i++)
		if (!strcmp(r->paths[i], path))
			return true;
	return false;
}

const struct resume_text *resume_lost(struct resume *r, size_t *next)
{
	while (*next < r->state.count) {
		struct resume_text *t = &r->state.texts[(*next)++];

		if (t->met || !t->grew || (!t->waiting && !is_operand(r, t->path)))
			continue;
		t->grew = 0;
		return t;
	}
	return NULL;
}
