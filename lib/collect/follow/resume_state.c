#include "collect/follow/resume_state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "collect/follow/resume_rows.h"
#include "io/temporary.h"
#include "record/document.h"
#include "record/scan.h"

#define FORMAT "cdp-resume 1"
#define CHECK "  \"check\": \""
#define STATE_MAX ((size_t)64 << 20)

/* ---- writing ---- */

static void put_hash(struct buf *out, struct hash128 h)
{
	char hex[32];

	hash_128_hex(h, hex);
	buf_put(out, hex, sizeof hex);
}

static void put_mark(struct buf *out, const char *name, const struct resume_mark *m)
{
	buf_printf(out, ",\n     \"%s\": {\"length\": %llu, \"hash\": \"", name,
		   (unsigned long long)m->length);
	put_hash(out, m->hash);
	buf_lit(out, "\"}");
}

/* Numbers beyond 2^53 are texts, for readers that take numbers for doubles. */
static void put_entry(struct buf *out, const struct resume_entry *e)
{
	buf_lit(out, "    {\"path\": ");
	text_encode(out, span_of(e->path));
	buf_printf(out, ",\n     \"device\": \"%llu\", \"inode\": \"%llu\", \"changed\": \"%llu\", \"size\": %llu",
		   (unsigned long long)e->file.device, (unsigned long long)e->file.inode,
		   (unsigned long long)e->file.changed_ns, (unsigned long long)e->file.size);
	buf_printf(out, ",\n     \"offset\": %llu, \"line\": %llu, \"first\": %llu, \"waiting\": %llu, "
		   "\"rows_serial\": %llu, \"rows\": %llu,\n     \"seen\": %llu, \"quiet\": %s", (unsigned long long)e->offset,
		   (unsigned long long)e->line, (unsigned long long)e->first,
		   (unsigned long long)e->waiting, (unsigned long long)e->rows_serial,
		   (unsigned long long)e->rows, (unsigned long long)e->seen,
		   e->quiet ? "true" : "false");
	put_mark(out, "head", &e->head);
	put_mark(out, "tail", &e->tail);
	buf_lit(out, ",\n     \"before\": ");
	text_encode(out, span_of(e->before));
	buf_char(out, '}');
}

static void put_entries(struct buf *out, const struct resume_state *s)
{
	buf_char(out, '[');
	for (size_t i = 0; i < s->count; i++) {
		buf_text_put(out, i ? ",\n" : "\n");
		put_entry(out, &s->entries[i]);
	}
	buf_text_put(out, s->count ? "\n  ]" : "]");
}

static void put_state(struct buf *out, const struct resume_state *s,
		      const struct output_place *place)
{
	buf_printf(out, "{\n  \"format\": \"" FORMAT "\",\n  \"runs\": %llu,\n  \"files\": ",
		   (unsigned long long)s->runs);
	if (place)
		buf_span(out, buf_view(&s->old));
	else
		put_entries(out, s);
	if (place) {
		buf_lit(out, ",\n  \"pending\": {\"output\": ");
		text_encode(out, span_of(place->target));
		buf_lit(out, ", \"temporary\": ");
		text_encode(out, span_of(place->temporary));
		buf_printf(out, ", \"device\": \"%llu\", \"inode\": \"%llu\"},\n  \"pending_files\": ",
			   (unsigned long long)place->device, (unsigned long long)place->inode);
		put_entries(out, s);
	}
	buf_lit(out, ",\n");
	/* The check is of all bytes before it. */
	buf_lit(out, CHECK);
	put_hash(out, hash_128(span_sub(buf_view(out), 0, out->len - (sizeof CHECK - 1))));
	buf_lit(out, "\"\n}\n");
}

static int write_all(int fd, struct span bytes)
{
	while (bytes.len) {
		ssize_t done = write(fd, bytes.ptr, bytes.len);

		if (done < 0 && errno != EINTR)
			return -1;
		if (done > 0)
			bytes = span_sub(bytes, (size_t)done, bytes.len);
	}
	return 0;
}

static int sync_all(int fd)
{
	/* Some file systems cannot; they say so with these two. */
	return fsync(fd) && errno != EINVAL && errno != ENOTSUP ? -1 : 0;
}

/* ---- what no entry has any more ---- */

static bool is_kept(const struct resume_state *s, uint64_t serial)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->entries[i].rows_serial == serial)
			return true;
	return false;
}

/* Is NAME of a run that was killed, or of rows that no entry has any more? */
static bool is_leftover(const struct resume_state *s, const char *base, const char *name)
{
	struct span found = span_of(name);
	size_t len = strlen(base);
	uint64_t serial = resume_rows_serial(base, name);

	if (serial)
		return !is_kept(s, serial);
	return found.len == len + 12 && found.ptr[0] == '.' &&
	       !memcmp(found.ptr + 1, base, len) && found.ptr[len + 1] == '.' &&
	       span_ends(found, SPAN(".tmp"));
}

/* Nobody else writes beside the state: the lock is ours. */
static void clear_leftovers(const struct resume_state *s)
{
	const char *slash = strrchr(s->path, '/');
	const char *base = slash ? slash + 1 : s->path;
	struct buf name = BUF_INIT;
	struct dirent *entry;
	DIR *folder;

	buf_put(&name, slash ? s->path : "./", slash ? (size_t)(slash + 1 - s->path) : 2);
	folder = opendir(buf_text(&name));
	while (folder && (entry = readdir(folder)) != NULL) {
		size_t len = name.len;

		if (!is_leftover(s, base, entry->d_name))
			continue;
		buf_text_put(&name, entry->d_name);
		unlink(buf_text(&name));
		name.len = len;
	}
	if (folder)
		closedir(folder);
	buf_release(&name);
}

/* ---- writing the file ---- */

int resume_state_save(struct resume_state *s, const struct output_place *place,
		      struct error *err)
{
	struct stat mode = {.st_mode = 0600, .st_uid = geteuid(), .st_gid = getegid()};
	struct buf text = BUF_INIT;
	int fd, bad, slot = temporary_open(s->path, &mode, &fd, err);

	if (slot < 0)
		return -1;
	put_state(&text, s, place);
	bad = write_all(fd, buf_view(&text)) || sync_all(fd);
	if (bad)
		error_errno(err, "cannot write the state '%s'", s->path);
	if (close(fd) && !bad && errno != EINTR)
		bad = error_errno(err, "cannot write the state '%s'", s->path);
	buf_release(&text);
	if (bad) {
		temporary_discard(slot);
		return -1;
	}
	if (temporary_commit(slot, s->path, err))
		return -1;
	if (!place)
		clear_leftovers(s);
	return 0;
}

/* ---- reading ---- */

static int damaged(const struct resume_state *s, const char *what, struct error *err)
{
	return error_failed(err, "the state '%s' %s: bring back a good copy; without one, move it away and "
			    "all files are read from their beginning", s->path, what);
}

static bool get_number(const struct node *object, const char *key, uint64_t *out)
{
	const struct node *n = node_get(object, key);
	struct span text;
	double number;

	if (node_text(n, &text))
		return span_number(text, out);
	if (!node_number(n, &number) || number < 0 || number > 9e15)
		return false;
	*out = (uint64_t)number;
	return true;
}

static bool get_hash(const struct node *object, struct hash128 *out)
{
	struct span text;
	char copy[33];

	if (!node_text(node_get(object, "hash"), &text) || text.len != 32)
		return false;
	memcpy(copy, text.ptr, 32);
	copy[32] = '\0';
	out->low = strtoull(copy + 16, NULL, 16);
	copy[16] = '\0';
	out->high = strtoull(copy, NULL, 16);
	return true;
}

static bool get_mark(const struct node *object, const char *key, struct resume_mark *m)
{
	const struct node *n = node_get(object, key);

	return get_number(n, "length", &m->length) && get_hash(n, &m->hash);
}

static bool get_entry(const struct node *n, struct resume_entry *e)
{
	struct span path, before;

	if (!node_text(node_get(n, "before"), &before) ||
	    !get_number(n, "rows_serial", &e->rows_serial) || !get_number(n, "rows", &e->rows) ||
	    !node_text(node_get(n, "path"), &path) ||
	    !get_number(n, "changed", &e->file.changed_ns) ||
	    !get_number(n, "device", &e->file.device) ||
	    !get_number(n, "inode", &e->file.inode) ||
	    !get_number(n, "size", &e->file.size) ||
	    !get_number(n, "offset", &e->offset) || !get_number(n, "line", &e->line) ||
	    !get_number(n, "first", &e->first) || !get_number(n, "waiting", &e->waiting) ||
	    !get_number(n, "seen", &e->seen) || !node_truth(node_get(n, "quiet"), &e->quiet) ||
	    !get_mark(n, "head", &e->head) || !get_mark(n, "tail", &e->tail))
		return false;
	e->path = mem_text(path.ptr, path.len);
	e->before = mem_text(before.ptr, before.len);
	e->file.regular = true;
	return true;
}

static bool get_entries(struct resume_state *s, const struct node *array)
{
	for (size_t i = 0; i < node_count(array); i++)
		if (!get_entry(node_at(array, i), resume_state_add(s)))
			return false;
	return array != NULL;
}

static bool is_file(const char *path, uint64_t device, uint64_t inode)
{
	struct stat st;

	return !lstat(path, &st) && st.st_dev == device && st.st_ino == inode;
}

/* See the header: did the output of the killed run get its name? */
static int settle(struct resume_state *s, const struct node *root,
		  const struct node *pending, struct error *err)
{
	struct span target, temporary;
	uint64_t device, inode;
	char *path, *name;
	bool there;
	int bad;

	if (!node_text(node_get(pending, "output"), &target) ||
	    !node_text(node_get(pending, "temporary"), &temporary) ||
	    !get_number(pending, "device", &device) ||
	    !get_number(pending, "inode", &inode))
		return damaged(s, "lacks what its last run wrote", err);
	path = mem_text(temporary.ptr, temporary.len);
	name = mem_text(target.ptr, target.len);
	there = is_file(path, device, inode);
	s->doubtful = !there && !is_file(name, device, inode);
	snprintf(s->note, sizeof s->note, there ?
		 "the run before was killed before '%s' was there: what it read is read again" :
		 s->doubtful ? "the run before was killed when it had written '%s', which is not there now: was it moved? What it read is not read again" :
		 "the run before was killed just after '%s' was there", name);
	bad = !get_entries(s, node_get(root, there ? "files" : "pending_files"));
	if (bad)
		damaged(s, "holds entries that cannot be read", err);
	/* Not before the state is without the temporary may that go. */
	if (!bad)
		bad = resume_state_save(s, NULL, err);
	if (!bad && there)
		unlink(path);
	mem_free(path);
	mem_free(name);
	return bad ? -1 : 0;
}

static int read_document(struct resume_state *s, const struct document *d,
			 struct error *err)
{
	const struct node *root = document_root(d);
	const struct node *pending = node_get(root, "pending");
	struct span format;

	if (!node_text(node_get(root, "format"), &format) ||
	    !span_starts(format, SPAN("cdp-resume ")))
		return error_failed(err, "'%s' is no state of --resume: name another file", s->path);
	if (!span_equal(format, SPAN(FORMAT)))
		return error_failed(err, "the state '%s' is of format '%.*s', this cdp-ingest knows " FORMAT
				    ": use the cdp-ingest that wrote it", s->path, SPAN_ARG(format));
	if (!get_number(root, "runs", &s->runs))
		return damaged(s, "does not count its runs", err);
	if (pending)
		return settle(s, root, pending, err);
	if (!get_entries(s, node_get(root, "files")))
		return damaged(s, "holds entries that cannot be read", err);
	return 0;
}

static bool is_sound(struct span text)
{
	struct span rest = SPAN_NONE;
	char hex[32];

	for (size_t at = text.len; at-- > 0 && span_absent(rest);)
		if (span_starts(span_sub(text, at, text.len), SPAN(CHECK)))
			rest = span_sub(text, at, text.len);
	if (span_absent(rest))
		return false;
	hash_128_hex(hash_128(span_between(text.ptr, rest.ptr)), hex);
	rest = span_sub(rest, sizeof CHECK - 1, rest.len);
	return span_starts(rest, (struct span){hex, sizeof hex}) &&
	       span_equal(span_sub(rest, sizeof hex, rest.len), SPAN("\"\n}\n"));
}

static int parse(struct resume_state *s, struct span text, struct error *err)
{
	struct error why = ERROR_INIT;
	struct document *d;
	bool sound = is_sound(text);
	int bad;

	if (!sound && !span_starts(text, SPAN("{\n  \"format\": \"cdp-resume ")) && text.len)
		return error_failed(err, "'%s' is no state of --resume: name another file", s->path);
	if (!sound)
		return damaged(s, text.len ? "is damaged" : "is empty", err);
	d = document_parse(text, s->path, &why);
	if (!d)
		return damaged(s, "is damaged", err);
	bad = read_document(s, d, err);
	document_free(d);
	return bad;
}

static int load(struct resume_state *s, struct error *err)
{
	struct buf text;
	int fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t got = 1;
	int bad;

	if (fd < 0 && errno == ENOENT) {
		s->fresh = true;
		return 0;
	}
	if (fd < 0)
		return error_errno(err, "cannot open the state '%s'", s->path);
	buf_init(&text, STATE_MAX);
	while (got > 0 && buf_reserve(&text, 65536)) {
		got = read(fd, text.ptr + text.len, 65536);
		if (got > 0)
			text.len += (size_t)got;
	}
	bad = got < 0 ? error_errno(err, "cannot read the state '%s'", s->path) :
	      got > 0 ? damaged(s, "is too long for one", err) :
			parse(s, buf_view(&text), err);
	close(fd);
	buf_release(&text);
	return bad;
}

/* ---- the lock ---- */

static int take_lock(struct resume_state *s, struct error *err)
{
	struct buf name = BUF_INIT;

	buf_printf(&name, "%s.lock", s->path);
	s->lock = open(buf_text(&name), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0)
		error_errno(err, "cannot open the lock '%s'", buf_text(&name));
	else if (!flock(s->lock, LOCK_EX | LOCK_NB))
		return buf_release(&name), 0;
	else if (errno == EWOULDBLOCK)
		error_failed(err, "another run is using the state '%s': try again when it has ended", s->path);
	else
		error_errno(err, "cannot lock '%s'", buf_text(&name));
	buf_release(&name);
	return -1;
}

/* A symbolic link stays one: what it leads to is replaced. */
static char *resolved(const char *path)
{
	struct stat st;
	char *real = NULL;
	char *copy;

	if (!lstat(path, &st) && S_ISLNK(st.st_mode))
		real = realpath(path, NULL);
	if (real)
		path = real;
	copy = mem_text(path, strlen(path));
	free(real);
	return copy;
}

int resume_state_open(struct resume_state *s, const char *path, struct error *err)
{
	*s = (struct resume_state){.lock = -1};
	s->path = resolved(path);
	if (take_lock(s, err))
		return -1;
	if (load(s, err))
		return -1;
	clear_leftovers(s);
	for (size_t i = 0; i < s->count; i++)
		if (s->entries[i].rows_serial > s->serial)
			s->serial = s->entries[i].rows_serial;
	put_entries(&s->old, s);
	return 0;
}

void resume_state_release(struct resume_state *s)
{
	while (s->count)
		resume_state_remove(s, s->count - 1);
	mem_free(s->entries);
	buf_release(&s->old);
	mem_free(s->path);
	if (s->lock >= 0)
		close(s->lock);
}

struct resume_entry *resume_state_add(struct resume_state *s)
{
	s->entries = mem_room(s->entries, s->count, &s->cap, sizeof *s->entries);
	s->entries[s->count] = (struct resume_entry){0};
	return &s->entries[s->count++];
}

void resume_state_remove(struct resume_state *s, size_t i)
{
	mem_free(s->entries[i].path);
	mem_free(s->entries[i].before);
	s->count--;
	memmove(s->entries + i, s->entries + i + 1, (s->count - i) * sizeof *s->entries);
}
