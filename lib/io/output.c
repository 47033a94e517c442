/*
 * Bytes gather in a buffer; what leaves it goes through the encoder, if there is
 * one, to the descriptor.  A record stream's last two bytes stay in the buffer
 * whatever happens, until output_finish: so no write ends with a record's end
 * but the last one.  Large spans go round the buffer.
 *
 * A writer that is killed in the middle of a write leaves a part of it in the
 * pipe, which could end with a record by chance.  Therefore records go into a
 * pipe in pieces of at most PIPE_BUF bytes, which POSIX (write, "Pipes") promises
 * to be written whole or not at all, none of which ends with a newline.  Such
 * small writes were measured at 4.6 GB/s, against 5.6 GB/s for large ones.
 */
#include "io/output.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/codec.h"
#include "io/temporary.h"

#define BUFFER_SIZE ((size_t)256 << 10)
#define PACKED_SIZE ((size_t)128 << 10)
#define PIPE_SIZE (1 << 20)
#define WITHHELD 2

/* As the kernel: so many symbolic links in a row are a loop. */
#define LINKS_MAX 40

struct output {
	char *name;
	enum output_kind kind;
	int fd;
	bool terminal;
	bool pieces;		/* records into a pipe */
	bool started;		/* a byte was written to us */
	bool completed;		/* all is out, synced and closed */

	char *bytes;		/* BUFFER_SIZE; not yet handed on */
	size_t len;

	const struct encoder *encoder;	/* NULL: plain */
	void *encoding;
	char *packed;		/* PACKED_SIZE */

	char *target;		/* what the temporary will be called, or NULL */
	int temporary;

	struct error fault;	/* what failed, for every later call */
};

/* ---- to the descriptor ---- */

static int cannot_write(struct output *out)
{
	return error_errno(&out->fault, "cannot write to '%s'", out->name);
}

static void vec_advance(struct iovec **vec, int *count, size_t done)
{
	while (*count && done >= (*vec)->iov_len) {
		done -= (*vec)->iov_len;
		(*vec)++;
		(*count)--;
	}
	if (!*count)
		return;
	(*vec)->iov_base = (char *)(*vec)->iov_base + done;
	(*vec)->iov_len -= done;
}

static int write_all(struct output *out, struct iovec *vec, int count)
{
	struct pollfd wait = {.fd = out->fd, .events = POLLOUT};

	vec_advance(&vec, &count, 0);
	while (count) {
		ssize_t done = writev(out->fd, vec, count);

		if (done >= 0)
			vec_advance(&vec, &count, (size_t)done);
		else if (errno == EAGAIN)
			poll(&wait, 1, -1);
		else if (errno != EINTR)
			return cannot_write(out);
	}
	return 0;
}

static int encode(struct output *out, const char *ptr, size_t len,
		  enum encoder_goal goal)
{
	struct codec_bytes io = {.in = ptr, .in_len = len};
	bool reached;

	do {
		struct iovec vec = {.iov_base = out->packed};

		io.out = out->packed;
		io.out_len = PACKED_SIZE;
		reached = out->encoder->step(out->encoding, &io, goal);
		vec.iov_len = PACKED_SIZE - io.out_len;
		if (write_all(out, &vec, 1))
			return -1;
	} while (!reached);
	return 0;
}

/* Moves what TO has room for from the front of *FROM; its length. */
static size_t move_some(char *to, size_t room, struct span *from)
{
	size_t len = from->len < room ? from->len : room;

	if (len)
		memcpy(to, from->ptr, len);
	*from = span_sub(*from, len, from->len);
	return len;
}

/* See the top: only the last piece may end with a newline. */
static int write_pieces(struct output *out, struct span first, struct span second)
{
	char piece[PIPE_BUF];
	size_t len = 0;

	while (len + first.len + second.len) {
		struct iovec vec = {.iov_base = piece};
		size_t end;

		len += move_some(piece + len, sizeof piece - len, &first);
		len += move_some(piece + len, sizeof piece - len, &second);
		end = len;
		while (first.len + second.len && end > 1 && piece[end - 1] == '\n')
			end--;
		vec.iov_len = end;
		if (write_all(out, &vec, 1))
			return -1;
		len -= end;
		memmove(piece, piece + end, len);
	}
	return 0;
}

/* Hands on two runs of bytes, the buffer's and the caller's. */
static int put_out(struct output *out, struct span first, struct span second)
{
	struct iovec vec[] = {
		{(char *)(uintptr_t)first.ptr, first.len},
		{(char *)(uintptr_t)second.ptr, second.len},
	};

	if (out->pieces)
		return write_pieces(out, first, second);
	if (!out->encoder)
		return write_all(out, vec, 2);
	if (encode(out, first.ptr, first.len, ENCODER_GO))
		return -1;
	return encode(out, second.ptr, second.len, ENCODER_GO);
}

/* ---- the buffer ---- */

static size_t withheld(const struct output *out)
{
	return out->kind == OUTPUT_RECORDS ? WITHHELD : 0;
}

static void keep(struct output *out, struct span bytes)
{
	if (bytes.len)
		memcpy(out->bytes + out->len, bytes.ptr, bytes.len);
	out->len += bytes.len;
}

/*
 * Empties the buffer and BYTES behind it but for the last KEEP bytes of both.
 * After this the buffer holds KEEP bytes, or fewer when there were no more.
 */
static int drain(struct output *out, struct span bytes, size_t kept)
{
	size_t all = out->len + bytes.len;
	size_t gone = all > kept ? all - kept : 0;
	size_t first = gone < out->len ? gone : out->len;
	size_t second = gone - first;

	if (put_out(out, (struct span){out->bytes, first},
		    (struct span){bytes.ptr, second}))
		return -1;
	memmove(out->bytes, out->bytes + first, out->len - first);
	out->len -= first;
	keep(out, span_sub(bytes, second, bytes.len));
	return 0;
}

static int report(const struct output *out, struct error *err)
{
	if (!out->fault.kind)
		return 0;
	if (err)
		*err = out->fault;
	return -1;
}

int output_write(struct output *out, struct span bytes, struct error *err)
{
	if (out->fault.kind || !bytes.len)
		return report(out, err);
	out->started = true;
	if (bytes.len <= BUFFER_SIZE - out->len)
		keep(out, bytes);
	else
		drain(out, bytes, withheld(out));
	return report(out, err);
}

int output_flush(struct output *out, struct error *err)
{
	if (!out->fault.kind && !drain(out, SPAN(""), withheld(out)) &&
	    out->encoder)
		encode(out, "", 0, ENCODER_FLUSH);
	return report(out, err);
}

/* ---- opening ---- */

/* What "/dev/stdout" and "/dev/fd/3" stand for; -1 for every other path. */
static int path_descriptor(const char *path)
{
	static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
	uint64_t number;

	if (!strcmp(path, "/dev/stdout"))
		return STDOUT_FILENO;
	if (!strcmp(path, "/dev/stderr"))
		return STDERR_FILENO;
	for (size_t i = 0; i < 2; i++) {
		struct span s = span_of(path);

		if (!span_starts(s, span_of(folders[i])))
			continue;
		s = span_sub(s, strlen(folders[i]), s.len);
		if (span_number(s, &number) && number <= INT16_MAX)
			return (int)number;
	}
	return -1;
}

/* A copy, so that its close tells whether all arrived and the original stays. */
static int open_descriptor(struct output *out, int fd)
{
	out->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return out->fd < 0 ? cannot_write(out) : 0;
}

/* One step along a symbolic link; the directory it stands in stays in front. */
static char *link_target(const char *path)
{
	char text[4096];
	ssize_t len = readlink(path, text, sizeof text);
	const char *slash = strrchr(path, '/');
	struct buf next = BUF_INIT;

	if (len < 0 || len == (ssize_t)sizeof text)
		return NULL;
	if (slash && text[0] != '/')
		buf_put(&next, path, (size_t)(slash + 1 - path));
	buf_put(&next, text, (size_t)len);
	buf_char(&next, '\0');
	return next.ptr;
}

/* Follows PATH to what a rename must replace; owned, NULL with errno. */
static char *resolve(const char *path)
{
	char *at = mem_text(path, strlen(path));

	for (int i = 0; i < LINKS_MAX; i++) {
		struct stat st;
		char *next;

		if (lstat(at, &st) || !S_ISLNK(st.st_mode))
			return at;
		next = link_target(at);
		mem_free(at);
		if (!next)
			return NULL;
		at = next;
	}
	mem_free(at);
	errno = ELOOP;
	return NULL;
}

char *output_target(const char *path)
{
	struct stat st;

	if (!path || !strcmp(path, "-") || path_descriptor(path) >= 0)
		return NULL;
	if (stat(path, &st) ? errno != ENOENT : !S_ISREG(st.st_mode))
		return NULL;
	return resolve(path);
}

/* A missing or regular file, to be replaced as a whole. */
static int open_whole(struct output *out, const struct stat *old)
{
	out->target = resolve(out->name);
	if (!out->target)
		return cannot_write(out);
	/* A rename would not mind that the old file is write-protected. */
	if (old && faccessat(AT_FDCWD, out->target, W_OK, AT_EACCESS))
		return cannot_write(out);
	out->temporary = temporary_open_mode(out->target, old, out->kind == OUTPUT_FIGURES ? 0666 : 0600,
					     &out->fd, &out->fault);
	return out->temporary < 0 ? -1 : 0;
}

static int open_directly(struct output *out)
{
	do {
		out->fd = open(out->name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	} while (out->fd < 0 && errno == EINTR);
	return out->fd < 0 ? cannot_write(out) : 0;
}

static int open_path(struct output *out)
{
	int fd = path_descriptor(out->name);
	struct stat st;

	if (fd >= 0)
		return open_descriptor(out, fd);
	if (stat(out->name, &st)) {
		if (errno != ENOENT || !out->name[0])
			return cannot_write(out);
		return open_whole(out, NULL);
	}
	if (S_ISDIR(st.st_mode))
		return error_failed(&out->fault, "cannot write to '%s': it is a "
				    "directory: name a file in it", out->name);
	return S_ISREG(st.st_mode) ? open_whole(out, &st) : open_directly(out);
}

static const struct encoder *encoder_of_name(struct span name)
{
	if (span_ends(name, SPAN(".gz")))
		return &encoder_gzip;
	return span_ends(name, SPAN(".zst")) ? &encoder_zstd : NULL;
}

static const struct encoder *encoder_of_packing(const char *packing)
{
	if (!packing)
		return NULL;
	return strcmp(packing, decoder_gzip.name) ? &encoder_zstd : &encoder_gzip;
}

static void open_encoder(struct output *out, const struct encoder *encoder)
{
	out->encoder = encoder;
	if (!encoder)
		return;
	out->encoding = encoder->new();
	out->packed = mem_alloc(PACKED_SIZE);
}

static void output_free(struct output *out)
{
	if (out->fd >= 0)
		close(out->fd);
	temporary_discard(out->temporary);
	if (out->encoder)
		out->encoder->free(out->encoding);
	mem_free(out->packed);
	mem_free(out->bytes);
	mem_free(out->target);
	mem_free(out->name);
	mem_free(out);
}

static struct output *open_plain(const char *path, enum output_kind kind, struct error *err)
{
	struct output *out = mem_zero(1, sizeof *out);
	bool to_stdout = !path || !strcmp(path, "-");
	struct stat st;

	if (to_stdout)
		path = "<stdout>";
	out->name = mem_text(path, strlen(path));
	out->kind = kind;
	out->fd = -1;
	out->temporary = TEMPORARY_NONE;
	if (to_stdout ? open_descriptor(out, STDOUT_FILENO) : open_path(out)) {
		report(out, err);
		output_free(out);
		return NULL;
	}
	out->bytes = mem_alloc(BUFFER_SIZE);
	out->terminal = isatty(out->fd);
	if (!fstat(out->fd, &st) && S_ISFIFO(st.st_mode)) {
		fcntl(out->fd, F_SETPIPE_SZ, PIPE_SIZE);
		out->pieces = kind == OUTPUT_RECORDS;
	}
	return out;
}

struct output *output_open(const char *path, enum output_kind kind,
			   struct error *err)
{
	struct output *out = open_plain(path, kind, err);

	if (out && path && strcmp(path, "-")) {
		open_encoder(out, encoder_of_name(span_of(path)));
		out->pieces = out->pieces && !out->encoder;
	}
	return out;
}

struct output *output_replace(const char *path, const char *packing, struct error *err)
{
	struct output *out = open_plain(path, OUTPUT_PLAIN, err);

	if (out)
		open_encoder(out, encoder_of_packing(packing));
	return out;
}

/* ---- the end ---- */

/* Some file systems cannot sync a file; they say so with these two. */
static int sync_file(struct output *out)
{
	while (fsync(out->fd)) {
		if (errno == EINVAL || errno == ENOTSUP)
			return 0;
		if (errno != EINTR)
			return cannot_write(out);
	}
	return 0;
}

/* Network file systems tell a full disk only now. */
static int close_file(struct output *out)
{
	int fd = out->fd;

	out->fd = -1;
	return close(fd) && errno != EINTR ? cannot_write(out) : 0;
}

/* All is with the system, and on the disk where it is a file. */
static int complete(struct output *out)
{
	if (out->kind == OUTPUT_RECORDS && !out->started)
		keep(out, SPAN("\n"));
	if (drain(out, SPAN(""), 0))
		return -1;
	if (out->encoder && encode(out, "", 0, ENCODER_END))
		return -1;
	return out->temporary >= 0 ? sync_file(out) : 0;
}

/* Named before it is closed: a file without a name would be gone with that. */
static int make_ready(struct output *out)
{
	if (out->fault.kind)
		return -1;
	if (out->completed)
		return 0;
	if (complete(out))
		return -1;
	if (out->temporary >= 0 && temporary_name(out->temporary, &out->fault))
		return -1;
	if (close_file(out))
		return -1;
	out->completed = true;
	return 0;
}

int output_ready(struct output *out, struct error *err)
{
	make_ready(out);
	return report(out, err);
}

const char *output_temporary(const struct output *out)
{
	return temporary_path(out->temporary);
}

static int finish(struct output *out)
{
	int slot = out->temporary;

	if (make_ready(out))
		return -1;
	if (slot < 0)
		return 0;
	out->temporary = TEMPORARY_NONE;
	return temporary_commit(slot, out->target, &out->fault);
}

int output_finish(struct output *out, struct error *err)
{
	int status = finish(out);

	assert(!status == !out->fault.kind);
	report(out, err);
	output_free(out);
	return status;
}

void output_abort(struct output *out)
{
	if (out)
		output_free(out);
}

const char *output_name(const struct output *out)
{
	return out->name;
}

bool output_is_terminal(const struct output *out)
{
	return out->terminal;
}

bool output_is_whole(const struct output *out)
{
	return out->temporary >= 0;
}

void output_remove_temporaries(void)
{
	temporary_discard_all();
}
