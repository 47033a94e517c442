/*
 * Preloaded into a tool: kills it -9 before its KILL_AT-th step, where a step is a
 * call that changes what others can see of files.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/uio.h>

static void step(void)
{
	static long left = -1;

	if (left < 0) {
		const char *at = getenv("KILL_AT");

		left = at ? strtol(at, NULL, 10) : 0;
	}
	if (left && !--left)
		raise(SIGKILL);
}

#define STEP(type, name, parameters, arguments)			\
	type name parameters					\
	{							\
		type (*real) parameters;			\
								\
		*(void **)&real = dlsym(RTLD_NEXT, #name);	\
		step();						\
		return real arguments;				\
	}

STEP(int, rename, (const char *from, const char *to), (from, to))
STEP(int, unlink, (const char *path), (path))
STEP(int, fsync, (int fd), (fd))
STEP(int, fdatasync, (int fd), (fd))
STEP(int, fchmod, (int fd, mode_t mode), (fd, mode))
STEP(int, ftruncate, (int fd, off_t size), (fd, size))
STEP(ssize_t, write, (int fd, const void *bytes, size_t size), (fd, bytes, size))
STEP(ssize_t, writev, (int fd, const struct iovec *v, int count), (fd, v, count))
STEP(int, mkostemps, (char *path, int end, int flags), (path, end, flags))
STEP(int, close, (int fd), (fd))
