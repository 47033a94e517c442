#include "io/spill.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/scratch.h"

#define BUFFER_SIZE ((size_t)1 << 20)

struct spill {
	int fd;
	char *directory;
	char *bytes;		/* BUFFER_SIZE; appended, not yet written */
	size_t len;
	uint64_t written;	/* where BYTES will begin in the file */
};

struct spill *spill_new(const char *directory, struct error *err)
{
	struct spill *s = mem_zero(1, sizeof *s);

	s->directory = mem_text(directory, strlen(directory));
	s->fd = scratch_open(directory, err);
	if (s->fd < 0) {
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
	size_t done;
	int status = scratch_write(s->fd, ptr, len, s->written, &done,
				   s->directory, err);

	s->written += done;
	return status;
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
			return scratch_failed(s->directory, "read",
					      "a sound disk", err);
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
