#include "base/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

#define BUFFER_SIZE ((size_t)1 << 20)

struct spill {
	int fd;
	char *directory;
	char *bytes;		/* BUFFER_SIZE; appended, not yet written */
	size_t len;
	uint64_t written;	/* where BYTES will begin in the file */
};

static int failed(const struct spill *s, const char *verb, const char *remedy,
		  struct error *err)
{
	struct error what = ERROR_INIT;

	error_errno(&what, "cannot %s a scratch file in '%s'", verb,
		    s->directory);
	return error_failed(err, "%s: set TMPDIR to %s", what.message, remedy);
}

static int cannot_write(const struct spill *s, struct error *err)
{
	return failed(s, "write to", "a roomier place", err);
}

/* For file systems without O_TMPFILE: named for the blink of an eye. */
static int open_unlinked(const char *directory)
{
	struct buf path = BUF_INIT;
	int fd;

	buf_printf(&path, "%s/.cdp.XXXXXX", directory);
	fd = mkostemp(path.ptr, O_CLOEXEC);
	if (fd >= 0)
		unlink(path.ptr);
	buf_release(&path);
	return fd;
}

struct spill *spill_new(const char *directory, struct error *err)
{
	struct spill *s = mem_zero(1, sizeof *s);

	s->directory = mem_text(directory, strlen(directory));
	s->fd = open(directory, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
	if (s->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR ||
			  errno == EINVAL))
		s->fd = open_unlinked(directory);
	if (s->fd < 0) {
		failed(s, "create", "a directory that can be written", err);
		spill_free(s);
		return NULL;
	}
	s->bytes = mem_alloc(BUFFER_SIZE);
	return s;
}

void spill_free(struct spill *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	mem_free(s->bytes);
	mem_free(s->directory);
	mem_free(s);
}

static int write_all(struct spill *s, const char *ptr, size_t len,
		     struct error *err)
{
	while (len) {
		ssize_t done = pwrite(s->fd, ptr, len, (off_t)s->written);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return cannot_write(s, err);
		ptr += done;
		len -= (size_t)done;
		s->written += (uint64_t)done;
	}
	return 0;
}

/*
 * After a failure the buffer keeps what it has, from the first byte that was
 * not written: so a second try is right, and never writes anything twice.
 */
int spill_flush(struct spill *s, struct error *err)
{
	uint64_t before = s->written;
	int status = write_all(s, s->bytes, s->len, err);
	size_t done = (size_t)(s->written - before);

	memmove(s->bytes, s->bytes + done, s->len - done);
	s->len -= done;
	return status;
}

int spill_put(struct spill *s, struct span bytes, uint64_t *offset,
	      struct error *err)
{
	if (bytes.len > BUFFER_SIZE - s->len && spill_flush(s, err))
		return -1;
	if (offset)
		*offset = s->written + s->len;
	if (bytes.len >= BUFFER_SIZE)
		return write_all(s, bytes.ptr, bytes.len, err);
	if (bytes.len)
		memcpy(s->bytes + s->len, bytes.ptr, bytes.len);
	s->len += bytes.len;
	return 0;
}

int spill_get(struct spill *s, uint64_t offset, char *bytes, size_t len,
	      struct error *err)
{
	if (offset + len > s->written && s->len && spill_flush(s, err))
		return -1;
	while (len) {
		ssize_t got = pread(s->fd, bytes, len, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return failed(s, "read", "a sound disk", err);
		if (!got)
			return error_failed(err, "a scratch file in '%s' ends "
					    "too early", s->directory);
		bytes += got;
		len -= (size_t)got;
		offset += (uint64_t)got;
	}
	return 0;
}

uint64_t spill_size(const struct spill *s)
{
	return s->written + s->len;
}
