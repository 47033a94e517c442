#include "collect/follow/resume_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/output.h"
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

static void put_text(struct buf *out, const struct resume_text *t)
{
	buf_lit(out, "\n{\"path\":");
	text_encode(out, span_of(t->path));
	for (size_t i = 0; i < FIELDS; i++) {
		uint64_t number;

		memcpy(&number, (const char *)t + fields[i].at, sizeof number);
		buf_printf(out, ",\"%s\":\"%llu\"", fields[i].name, (unsigned long long)number);
	}
	buf_char(out, '}');
}

void resume_state_put(const struct resume_state *s, struct buf *out)
{
	size_t unmet = 0, written = 0;

	buf_lit(out, "{\"format\":\"" FORMAT "\",\n\"files\":[");
	for (int met = 1; met >= 0; met--)
		for (size_t i = 0; i < s->count; i++)
			if (s->texts[i].met == met && (met || unmet++ < UNMET_MAX)) {
				buf_text_put(out, written++ ? "," : "");
				put_text(out, &s->texts[i]);
			}
	buf_lit(out, "]}\n");
}

/* ---- reading ---- */

static int unreadable(const char *path, struct error *err)
{
	return error_failed(err, "'%s' is no state of --resume that this version can read: name another file, or bring back a "
			    "good copy; without one, move it away and all files are read from their beginning, with the ids they had", path);
}

static bool get_text(struct resume_state *s, const struct node *n)
{
	struct span path, text;
	struct resume_text *t;

	if (!node_text(node_get(n, "path"), &path))
		return false;
	t = resume_state_add(s, path);
	t->file.regular = true;
	for (size_t i = 0; i < FIELDS; i++) {
		uint64_t number;

		if (!node_text(node_get(n, fields[i].name), &text) || !span_number(text, &number))
			return false;
		memcpy((char *)t + fields[i].at, &number, sizeof number);
	}
	return true;
}

/* Is D a state, and are its texts in S now? */
static bool get_texts(struct resume_state *s, const struct document *d)
{
	const struct node *files;
	struct span format;
	bool good;

	if (!d || !node_text(node_get(document_root(d), "format"), &format) || !span_equal(format, SPAN(FORMAT)))
		return false;
	files = node_get(document_root(d), "files");
	good = files != NULL;
	for (size_t i = 0; i < node_count(files) && good; i++)
		good = get_text(s, node_at(files, i));
	return good;
}

static int load(struct resume_state *s, struct error *err)
{
	struct error why = ERROR_INIT;
	struct document *d;
	struct stat st;
	bool good;

	s->fresh = stat(s->path, &st) && errno == ENOENT;
	if (s->fresh)
		return 0;
	d = document_load(s->path, &why);
	good = get_texts(s, d);
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
	/* A symbolic link stays one: what it leads to is replaced. */
	*s = (struct resume_state){.lock = -1, .path = output_target(path)};
	if (!s->path)
		return error_failed(err, "the state '%s' is no file that can be written: name another", path);
	return take_lock(s, err) || load(s, err) ? -1 : 0;
}

void resume_state_release(struct resume_state *s)
{
	for (size_t i = 0; i < s->count; i++)
		mem_free(s->texts[i].path);
	mem_free(s->texts);
	mem_free(s->path);
	if (s->lock >= 0)
		close(s->lock);
}

struct resume_text *resume_state_add(struct resume_state *s, struct span path)
{
	s->texts = mem_room(s->texts, s->count, &s->cap, sizeof *s->texts);
	s->texts[s->count] = (struct resume_text){.path = mem_text(path.ptr, path.len)};
	return &s->texts[s->count++];
}
