#include "io/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"

int scratch_failed(const char *directory, const char *verb, const char *remedy,
		   struct error *err)
{
	struct error what = ERROR_INIT;

	error_errno(&what, "cannot %s a scratch file in '%s'", verb, directory);
	return error_failed(err, "%s: set TMPDIR to %s", what.message, remedy);
}

static int cannot_write(const char *directory, struct error *err)
{
	return scratch_failed(directory, "write to", "a roomier place", err);
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

int scratch_open(const char *directory, struct error *err)
{
	int fd = open(directory, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
	int reason;

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
		fd = open_unlinked(directory);
	if (fd >= 0)
		return fd;
	reason = errno;
	scratch_failed(directory, "create", "a directory that can be written", err);
	errno = reason;
	return -1;
}

/* Where files cannot be allocated ahead, writing does it. */
static int fill_buffer(int fd, uint64_t offset, uint64_t len, const char *directory,
		       struct error *err)
{
	static const char zeros[1 << 16];

	while (len) {
		size_t some = len < sizeof zeros ? (size_t)len : sizeof zeros;

		if (scratch_write(fd, zeros, some, offset, NULL, directory, err))
			return -1;
		offset += some;
		len -= some;
	}
	return 0;
}

int scratch_reserve(int fd, uint64_t offset, uint64_t len,
		    const char *directory, struct error *err)
{
	int status;

	do {
		status = fallocate(fd, 0, (off_t)offset, (off_t)len);
	} while (status && errno == EINTR);
	if (!status)
		return 0;
	if (errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL)
		return fill_buffer(fd, offset, len, directory, err);
	return cannot_write(directory, err);
}

int scratch_write(int fd, const char *bytes, size_t len, uint64_t offset,
		  size_t *done, const char *directory, struct error *err)
{
	size_t at = 0;

	while (at < len) {
		ssize_t wrote = pwrite(fd, bytes + at, len - at,
				       (off_t)(offset + at));

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			break;
		at += (size_t)wrote;
	}
	if (done)
		*done = at;
	return at < len ? cannot_write(directory, err) : 0;
}
