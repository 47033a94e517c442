/*
 * Preloaded into a tool: kills it -9 before its KILL_AT-th step, where a step is a
 * call that changes what others can see of files.  STOP_AT: before that step it stops until somebody sends
 * SIGCONT.  FAIL_AT: that step fails, as on a
 * full disk.  NO_TMPFILE: a file system where every file has a name.  OPEN_FAILS and
 * READ_FAILS: a part of a path; opening it for reading, or reading it, fails with the errno of
 * FAILS_WITH, the first time if that is EINTR.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>

static long number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : 0;
}

/* Shall this step fail? */
static int step(void)
{
	static long steps;

	steps++;
	if (steps == number("KILL_AT"))
		raise(SIGKILL);
	if (steps == number("STOP_AT"))
		raise(SIGSTOP);
	if (steps != number("FAIL_AT"))
		return 0;
	errno = ENOSPC;
	return 1;
}

#define STEP(type, name, parameters, arguments)			\
	type name parameters					\
	{							\
		type (*real) parameters;			\
								\
		*(void **)&real = dlsym(RTLD_NEXT, #name);	\
		return step() ? (type)-1 : real arguments;	\
	}

STEP(int, rename, (const char *from, const char *to), (from, to))
STEP(int, linkat, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags))
STEP(int, fallocate, (int fd, int mode, off_t at, off_t size), (fd, mode, at, size))
STEP(int, unlink, (const char *path), (path))
STEP(int, fsync, (int fd), (fd))
STEP(int, fdatasync, (int fd), (fd))
STEP(int, fchmod, (int fd, mode_t mode), (fd, mode))
STEP(int, ftruncate, (int fd, off_t size), (fd, size))
STEP(ssize_t, write, (int fd, const void *bytes, size_t size), (fd, bytes, size))
STEP(ssize_t, writev, (int fd, const struct iovec *v, int count), (fd, v, count))
STEP(int, mkostemps, (char *path, int end, int flags), (path, end, flags))
STEP(int, close, (int fd), (fd))

/* The descriptor of the file of READ_FAILS. */
static int marked = -1;

static int fails(void)
{
	static int times;

	errno = (int)number("FAILS_WITH");
	return errno != EINTR || !times++;
}

static int is_part(const char *variable, const char *path)
{
	const char *part = getenv(variable);

	return part && strstr(path, part);
}

ssize_t read(int fd, void *bytes, size_t size)
{
	ssize_t (*real)(int, void *, size_t);

	if (fd == marked && fails())
		return -1;
	*(void **)&real = dlsym(RTLD_NEXT, "read");
	return real(fd, bytes, size);
}

static int open_file(const char *path, int flags, mode_t mode)
{
	int (*real)(const char *, int, ...);
	int fd;

	if (number("NO_TMPFILE") && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	if (is_part("OPEN_FAILS", path) && fails())
		return -1;
	*(void **)&real = dlsym(RTLD_NEXT, "open");
	fd = real(path, flags, mode);
	if (is_part("READ_FAILS", path))
		marked = fd;
	return fd;
}

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	return open_file(path, flags, mode);
}

/* What open is called with when the compiler hardens calls. */
int __open_2(const char *path, int flags)
{
	return open_file(path, flags, 0);
}
