#include "collect/follow/resume_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

#define BUFFER_SIZE ((size_t)1 << 20)
#define ROW_SIZE sizeof(struct hash128)

struct resume_rows {
	int fd;
	char *name;
	uint64_t count;		/* with those in the buffer */
	struct buf buffer;
};

static struct resume_rows *rows_at(const char *state, uint64_t serial)
{
	struct resume_rows *r = mem_zero(1, sizeof *r);
	struct buf name = BUF_INIT;

	buf_printf(&name, "%s.rows.%llu", state, (unsigned long long)serial);
	r->name = mem_text(name.ptr, name.len);
	r->fd = -1;
	buf_release(&name);
	return r;
}

static int failed(const struct resume_rows *r, const char *what, struct error *err)
{
	return error_errno(err, "cannot %s '%s'", what, r->name);
}

struct resume_rows *resume_rows_new(const char *state, uint64_t serial, struct error *err)
{
	struct resume_rows *r = rows_at(state, serial);

	r->fd = open(r->name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (r->fd >= 0)
		return r;
	failed(r, "create", err);
	resume_rows_close(r);
	return NULL;
}

/* Up to SIZE bytes, fewer only at the end; -1 with errno. */
static ptrdiff_t read_some(int fd, char *bytes, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = read(fd, bytes + done, size - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -1 : (ptrdiff_t)done;
		done += (size_t)got;
	}
	return (ptrdiff_t)done;
}

static int load(struct resume_rows *r, uint64_t count, struct ordinals *o,
		struct error *err)
{
	uint64_t left = count * ROW_SIZE;

	buf_reserve(&r->buffer, BUFFER_SIZE);
	while (left) {
		size_t size = left < BUFFER_SIZE ? (size_t)left : BUFFER_SIZE;

		if (read_some(r->fd, r->buffer.ptr, size) != (ptrdiff_t)size)
			return failed(r, "read", err);
		for (size_t i = 0; i < size; i += ROW_SIZE) {
			struct hash128 h;
			uint64_t ordinal;

			memcpy(&h, r->buffer.ptr + i, sizeof h);
			if (ordinals_take(o, h, &ordinal, err))
				return -1;
		}
		left -= size;
	}
	return 0;
}

int resume_rows_open(const char *state, uint64_t serial, uint64_t count,
		     struct ordinals *o, struct resume_rows **rows, struct error *err)
{
	struct resume_rows *r = rows_at(state, serial);
	struct stat st;

	*rows = NULL;
	r->fd = open(r->name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (r->fd < 0 || fstat(r->fd, &st) || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size / ROW_SIZE < count) {
		resume_rows_close(r);
		return 0;
	}
	r->count = count;
	if (ftruncate(r->fd, (off_t)(count * ROW_SIZE)))
		failed(r, "cut", err);
	else if (!load(r, count, o, err))
		*rows = r;
	if (*rows)
		return 0;
	resume_rows_close(r);
	return -1;
}

static int flush(struct resume_rows *r, struct error *err)
{
	struct span bytes = buf_view(&r->buffer);

	while (bytes.len) {
		ssize_t done = write(r->fd, bytes.ptr, bytes.len);

		if (done < 0 && errno != EINTR)
			return failed(r, "write", err);
		if (done > 0)
			bytes = span_sub(bytes, (size_t)done, bytes.len);
	}
	buf_clear(&r->buffer);
	return 0;
}

int resume_rows_put(struct resume_rows *r, struct hash128 h, struct error *err)
{
	buf_put(&r->buffer, &h, sizeof h);
	r->count++;
	return r->buffer.len >= BUFFER_SIZE ? flush(r, err) : 0;
}

int resume_rows_sync(struct resume_rows *r, uint64_t *count, struct error *err)
{
	if (flush(r, err))
		return -1;
	if (fdatasync(r->fd) && errno != EINVAL && errno != ENOTSUP)
		return failed(r, "write", err);
	*count = r->count;
	return 0;
}

void resume_rows_close(struct resume_rows *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	buf_release(&r->buffer);
	mem_free(r->name);
	mem_free(r);
}

uint64_t resume_rows_serial(const char *base, const char *entry)
{
	struct span name = span_of(entry);
	size_t len = strlen(base);
	uint64_t serial;

	if (!span_starts(name, span_of(base)))
		return 0;
	name = span_sub(name, len, name.len);
	if (!span_starts(name, SPAN(".rows.")))
		return 0;
	name = span_sub(name, 6, name.len);
	return span_number(name, &serial) ? serial : 0;
}
