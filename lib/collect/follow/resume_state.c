#include "collect/follow/resume_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "record/document.h"
#include "record/scan.h"

#define FORMAT "cdp-resume 2"

/* So many texts that no run meets any more are remembered. */
#define UNMET_MAX 1000

/* Of a text, in the file.  As texts, for readers that take numbers for doubles. */
static const struct field {
	const char *name;
	size_t at;
} fields[] = {
	{"device", offsetof(struct resume_text, file.device)},
	{"inode", offsetof(struct resume_text, file.inode)},
	{"size", offsetof(struct resume_text, file.size)},
	{"changed", offsetof(struct resume_text, file.changed_ns)},
	{"offset", offsetof(struct resume_text, offset)},
	{"hash_high", offsetof(struct resume_text, hash.high)},
	{"hash_low", offsetof(struct resume_text, hash.low)},
	{"first", offsetof(struct resume_text, first)},
	{"waiting", offsetof(struct resume_text, waiting)},
	{"grew", offsetof(struct resume_text, grew)},
};

#define FIELDS (sizeof fields / sizeof *fields)

/* ---- writing ---- */

static void put_number(struct buf *out, const char *name, uint64_t number)
{
	buf_printf(out, ",\"%s\":\"%llu\"", name, (unsigned long long)number);
}

static void put_text(struct buf *out, const struct resume_text *t)
{
	buf_lit(out, "\n{\"path\":");
	text_encode(out, span_of(t->path));
	for (size_t i = 0; i < FIELDS; i++) {
		uint64_t number;

		memcpy(&number, (const char *)t + fields[i].at, sizeof number);
		put_number(out, fields[i].name, number);
	}
	buf_char(out, '}');
}

static void put_state(struct buf *out, const struct resume_state *s,
		      const struct output_place *place)
{
	size_t unmet = 0, written = 0;

	buf_lit(out, "{\"format\":\"" FORMAT "\"");
	if (place->temporary) {
		buf_lit(out, ",\n\"output\":");
		text_encode(out, span_of(place->target));
		buf_lit(out, ",\"temporary\":");
		text_encode(out, span_of(place->temporary));
		put_number(out, "device", place->device);
		put_number(out, "inode", place->inode);
	}
	buf_lit(out, ",\n\"files\":[");
	for (int met = 1; met >= 0; met--)
		for (size_t i = 0; i < s->count; i++)
			if (s->texts[i].met == met && (met || unmet++ < UNMET_MAX)) {
				buf_text_put(out, written++ ? "," : "");
				put_text(out, &s->texts[i]);
			}
	buf_lit(out, "]}\n");
}

int resume_state_prepare(struct resume_state *s, const struct output_place *place,
			 struct error *err)
{
	struct output *out = output_open(s->next, OUTPUT_PLAIN, err);
	struct buf text = BUF_INIT;
	int bad;

	if (!out)
		return -1;
	put_state(&text, s, place);
	bad = output_write(out, buf_view(&text), err);
	buf_release(&text);
	if (bad)
		output_abort(out);
	else
		bad = output_finish(out, err);
	/* Where it has its name after all, it must not count: the output will not get its own. */
	if (bad)
		unlink(s->next);
	return bad;
}

int resume_state_commit(struct resume_state *s, struct error *err)
{
	return rename(s->next, s->path) ? error_errno(err, "cannot write the state '%s'", s->path) : 0;
}

/* ---- reading ---- */

static int unreadable(const char *path, struct error *err)
{
	return error_failed(err, "'%s' is no state of --resume that this version can read: name another file, or bring back a "
			    "good copy; without one, move it away and all files are read from their beginning, with the ids they had", path);
}

static bool get_number(const struct node *object, const char *key, uint64_t *out)
{
	struct span text;

	return node_text(node_get(object, key), &text) && span_number(text, out);
}

static bool get_text(struct resume_state *s, const struct node *n)
{
	struct span path;
	struct resume_text *t;

	if (!node_text(node_get(n, "path"), &path))
		return false;
	t = resume_state_add(s, path);
	t->file.regular = true;
	for (size_t i = 0; i < FIELDS; i++) {
		uint64_t number;

		if (!get_number(n, fields[i].name, &number))
			return false;
		memcpy((char *)t + fields[i].at, &number, sizeof number);
	}
	return true;
}

/* 1 with *D, 0: there is none; -1 with *ERR. */
static int read_state(const char *path, struct document **d, struct error *err)
{
	struct error why = ERROR_INIT;
	struct stat st;
	struct span format;

	if (stat(path, &st) && errno == ENOENT)
		return 0;
	*d = document_load(path, &why);
	if (*d && node_text(node_get(document_root(*d), "format"), &format) && span_equal(format, SPAN(FORMAT)))
		return 1;
	document_free(*d);
	return unreadable(path, err);
}

static bool is_file(const char *path, uint64_t device, uint64_t inode)
{
	struct stat st;

	return !lstat(path, &st) && st.st_dev == device && st.st_ino == inode;
}

/* See the header: which state counts, as ROOT, that of STATE.next, has it? */
static int choose(struct resume_state *s, const struct node *root, struct error *err)
{
	struct span target = SPAN_NONE, temporary = SPAN_NONE;	/* C texts, as all of a document */
	uint64_t device = 0, inode = 0;
	bool whole = get_number(root, "device", &device) && get_number(root, "inode", &inode) &&
		     node_text(node_get(root, "output"), &target) &&
		     node_text(node_get(root, "temporary"), &temporary);
	bool there = whole && is_file(temporary.ptr, device, inode);

	if (whole && !there) {
		s->doubtful = !is_file(target.ptr, device, inode);
		snprintf(s->note, sizeof s->note, s->doubtful ?
			 "the run before was killed when it had written '%s', which is not there now: was it moved? What it read is not read again" :
			 "the run before was killed just after '%s' was there", target.ptr);
		return resume_state_commit(s, err);
	}
	snprintf(s->note, sizeof s->note, "the run before was killed before '%s' was there: what it read is read again",
		 whole ? target.ptr : "its output");
	/* Not before STATE.next is gone may the temporary go. */
	if (unlink(s->next))
		return error_errno(err, "cannot remove '%s'", s->next);
	if (there)
		unlink(temporary.ptr);
	return 0;
}

static int settle(struct resume_state *s, struct error *err)
{
	struct document *d;
	int bad = read_state(s->next, &d, err);

	if (bad <= 0)
		return bad;
	bad = choose(s, document_root(d), err);
	document_free(d);
	return bad;
}

static int load(struct resume_state *s, struct error *err)
{
	struct document *d;
	int got = read_state(s->path, &d, err);
	const struct node *files;
	bool good = true;

	s->fresh = !got;
	if (got <= 0)
		return got;
	files = node_get(document_root(d), "files");
	for (size_t i = 0; i < node_count(files) && good; i++)
		good = get_text(s, node_at(files, i));
	document_free(d);
	return good ? 0 : unreadable(s->path, err);
}

/* ---- the lock ---- */

static int take_lock(struct resume_state *s, struct error *err)
{
	struct buf name = BUF_INIT;
	int bad = 0;

	buf_printf(&name, "%s.lock", s->path);
	s->lock = open(buf_text(&name), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0)
		bad = error_errno(err, "cannot open the lock '%s'", buf_text(&name));
	else if (flock(s->lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		bad = error_failed(err, "another run is using the state '%s': try again when it has ended", s->path);
	buf_release(&name);
	return bad;
}

int resume_state_open(struct resume_state *s, const char *path, struct error *err)
{
	struct buf name = BUF_INIT;

	/* A symbolic link stays one: what it leads to is replaced. */
	*s = (struct resume_state){.lock = -1, .path = output_target(path)};
	if (!s->path)
		return error_failed(err, "the state '%s' is no file that can be written: name another", path);
	buf_printf(&name, "%s.next", s->path);
	s->next = mem_text(name.ptr, name.len);
	buf_release(&name);
	return take_lock(s, err) || settle(s, err) || load(s, err) ? -1 : 0;
}

void resume_state_release(struct resume_state *s)
{
	for (size_t i = 0; i < s->count; i++)
		mem_free(s->texts[i].path);
	mem_free(s->texts);
	mem_free(s->path);
	mem_free(s->next);
	if (s->lock >= 0)
		close(s->lock);
}

struct resume_text *resume_state_add(struct resume_state *s, struct span path)
{
	s->texts = mem_room(s->texts, s->count, &s->cap, sizeof *s->texts);
	s->texts[s->count] = (struct resume_text){.path = mem_text(path.ptr, path.len)};
	return &s->texts[s->count++];
}
