#include "activate/erase/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/output.h"

/* For copies to another file system. */
#define COPY_SIZE ((size_t)1 << 20)

static int fail(struct erase_file *f)
{
	error_place(&f->why, f->path, 0, 0);
	f->state = ERASE_FAILED;
	return -1;
}

/* ---- the search ---- */

static int changed(struct erase_file *f)
{
	return error_failed(&f->why, "changed while it was read: it is as it was; run again when nothing writes to it");
}

static bool is_same(const struct input_identity *a, const struct input_identity *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size && a->changed_ns == b->changed_ns;
}

static int check_file(struct erase_file *f)
{
	struct stat st;

	if (stat(f->path, &st))
		return error_errno(&f->why, "cannot open");
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return error_usage(&f->why, "is no regular file: it cannot be replaced");
	return 0;
}

/* Is what IN reads, whatever its name is by now, as it was when the search began? */
static int check_old(struct erase_file *f, struct input *in)
{
	struct input_identity now;

	if (input_identify(in, &now, &f->why))
		return -1;
	return is_same(&now, &f->identity) ? 0 : changed(f);
}

int erase_find(struct erase_file *f, struct record_check *j, size_t memory,
	       int (*taken)(void *context, uint64_t line, struct span record, struct error *err), void *context)
{
	struct pass p = {.check = j, .memory = memory, .taken = taken, .context = context, .found = &f->kind};
	struct input *in;
	int bad;

	if (check_file(f))
		return fail(f);
	in = input_open(f->path, &f->why);
	if (!in)
		return fail(f);
	bad = input_identify(in, &f->identity, &f->why) || pass_run(&p, in, &f->why);
	f->packing = input_packing(in);
	f->kind = p.kind;
	f->content = p.content;
	f->found = f->after = p.counts;
	bad = bad || check_old(f, in);
	input_close(in);
	return bad ? fail(f) : 0;
}

bool erase_is_needed(const struct erase_file *f)
{
	return f->state == ERASE_FOUND && f->found.theirs + f->found.mentioned > 0;
}

uint64_t erase_left(const struct erase_file *f)
{
	return f->after.theirs + f->after.mentioned + f->after.left;
}

/* ---- the backup ---- */

static int copy_bytes(int from, int to)
{
	char *bytes = mem_alloc(COPY_SIZE);
	ssize_t got, put = 0;

	while ((got = read(from, bytes, COPY_SIZE)) > 0) {
		for (ssize_t at = 0; at < got; at += put) {
			put = write(to, bytes + at, (size_t)(got - at));
			if (put < 0)
				break;
		}
		if (put < 0)
			break;
	}
	mem_free(bytes);
	return got || put < 0 ? -1 : fsync(to);
}

static int copy_file(const char *path, const char *to)
{
	int from = open(path, O_RDONLY | O_CLOEXEC);
	int fd = from < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int bad = fd < 0 ? -1 : copy_bytes(from, fd), why = errno;

	if (from >= 0)
		close(from);
	if (fd >= 0) {
		if (close(fd))
			bad = -1;
		if (bad)
			unlink(to);
	}
	errno = why;
	return bad;
}

/* Another name for the file, in TO, where that can be: it costs nothing, and the rename leaves it alone.  Of a
 * symbolic link it is the file itself that is kept. */
static int back_up(struct erase_file *f, const char *folder, struct buf *to)
{
	const char *slash = strrchr(f->path, '/');
	int bad;

	buf_printf(to, "%s/%s", folder, slash ? slash + 1 : f->path);
	bad = linkat(AT_FDCWD, f->path, AT_FDCWD, buf_text(to), AT_SYMLINK_FOLLOW);
	if (bad && (errno == EXDEV || errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK))
		bad = copy_file(f->path, buf_text(to));
	if (bad)
		error_errno(&f->why, "cannot keep the original as '%s'", buf_text(to));
	return bad ? -1 : 0;
}

/* ---- the successor ---- */

struct successor {
	struct output *out;
	uint64_t bytes;
};

static int keep_bytes(void *context, struct span bytes, struct error *err)
{
	struct successor *s = context;

	s->bytes += bytes.len;
	return output_write(s->out, bytes, err);
}

/* Is the file of that name still the one that was read? */
static int check_unchanged(struct erase_file *f)
{
	struct input_identity now;
	struct input *in = input_open(f->path, &f->why);
	int bad;

	if (!in)
		return -1;
	bad = input_identify(in, &now, &f->why);
	input_close(in);
	if (!bad && !is_same(&now, &f->identity))
		bad = changed(f);
	return bad;
}

/* Other names of the file would keep everybody. */
static int check_names(struct erase_file *f)
{
	struct stat st;

	if (stat(f->path, &st))
		return error_errno(&f->why, "cannot open");
	if (st.st_nlink > 1)
		return error_failed(&f->why, "has %ju names (hard links), and the others would keep what is taken out: "
				    "leave one", (uintmax_t)st.st_nlink);
	return 0;
}

/* Copies IN without them to OUT.  An empty stream of records is one empty line: no bytes are a cut one. */
static int write_successor(struct erase_file *f, struct record_check *j, size_t memory, struct input *in,
			   struct output *out)
{
	struct successor to = {.out = out};
	struct pass p = {
		.check = j, .memory = memory, .kind = f->kind, .known = true, .keep = keep_bytes, .context = &to,
	};

	if (pass_run(&p, in, &f->why))
		return -1;
	if (hash_128_compare(p.content, f->content))
		return changed(f);
	if (!to.bytes && f->kind == KIND_RECORDS)
		return keep_bytes(&to, SPAN("\n"), &f->why);
	return 0;
}

/* Between the last look and the rename somebody may have written to the old file. */
static int check_lost(struct erase_file *f, struct input *in)
{
	if (!check_old(f, in))
		return 0;
	return error_failed(&f->why, "was written to in the moment in which it was replaced: what came then is lost");
}

static int replace_by(struct erase_file *f, struct record_check *j, size_t memory, const char *folder, struct output *out)
{
	struct buf backup = BUF_INIT;
	struct input *in = input_open(f->path, &f->why);
	int bad = in ? write_successor(f, j, memory, in, out) : -1;

	if (bad || output_ready(out, &f->why) || check_unchanged(f) || (folder && back_up(f, folder, &backup))) {
		output_abort(out);
		bad = -1;
	} else if (output_finish(out, &f->why)) {
		if (folder)
			unlink(buf_text(&backup));
		bad = -1;
	} else {
		f->state = ERASE_REPLACED;
		bad = check_lost(f, in);
	}
	input_close(in);
	buf_release(&backup);
	return bad;
}

/* The new file once more, by the same rules: nothing may be left of what was taken out. */
static int search_again(struct erase_file *f, struct record_check *j, size_t memory)
{
	struct pass p = {.check = j, .memory = memory, .kind = f->kind, .known = true};
	struct input *in = input_open(f->path, &f->why);
	int bad = in ? pass_run(&p, in, &f->why) : -1;

	input_close(in);
	f->after = p.counts;
	return bad;
}

int erase_replace(struct erase_file *f, struct record_check *j, size_t memory, const char *backup)
{
	struct output *out;

	if (check_names(f) || check_unchanged(f))
		return fail(f);
	out = output_replace(f->path, f->packing, &f->why);
	if (!out || replace_by(f, j, memory, backup, out))
		return fail(f);
	return search_again(f, j, memory) ? fail(f) : 0;
}
