/*
 * Preloaded into a tool: the FAIL_AT-th call of a kind (FAIL_CALL: malloc, read, write, open,
 * close, fsync, rename or mmap; FAIL_AT from 1, counted from main() on) fails with the errno
 * FAIL_ERRNO, and all others succeed.  FAIL_SPARE: the names of libraries that do not look whether they got memory,
 * so that their own calls for it are left alone.  FAIL_LOG is a file: it gets a line when the call has failed,
 * else the number of calls when the program ends.  FAIL_TRACE: the calls that led there, on stderr.
 *
 * Messages on descriptor 2 are left alone, as they say what failed.  stdio and the C library's own
 * calls do not come past here, save fopen and memory.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *wanted;
static long wanted_at, wanted_errno;
static atomic_long calls;
static atomic_bool armed;

/* Straight to the kernel: our own calls are none of the program's. */
static void log_line(const char *text)
{
	const char *path = getenv("FAIL_LOG");
	int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;

	if (fd < 0)
		return;
	syscall(SYS_write, fd, text, strlen(text));
	syscall(SYS_close, fd);
}

static void show_trace(void)
{
	void *at[40];

	if (getenv("FAIL_TRACE"))
		backtrace_symbols_fd(at, backtrace(at, 40), 2);
}

/* Shall this call of KIND fail?  If so, errno says why. */
static int fails(const char *kind)
{
	if (!armed || strcmp(kind, wanted) || atomic_fetch_add(&calls, 1) + 1 != wanted_at)
		return 0;
	armed = 0;
	log_line("failed\n");
	show_trace();
	errno = (int)wanted_errno;
	return 1;
}

/* Is CALLER in a library that is spared? */
static int spared(void *caller)
{
	const char *spare = getenv("FAIL_SPARE");
	char name[64];
	Dl_info info;

	if (!armed || !spare || !dladdr(caller, &info) || !info.dli_fname || !strrchr(info.dli_fname, '/'))
		return 0;
	snprintf(name, sizeof name, "%s", strrchr(info.dli_fname, '/') + 1);
	name[strcspn(name, ".")] = '\0';
	return strstr(spare, name) != NULL;
}

static void *next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

/* The program's main(), with the counting begun. */
static int (*real_main)(int, char **, char **);

static int begin(int argc, char **argv, char **env)
{
	const char *at = getenv("FAIL_AT"), *why = getenv("FAIL_ERRNO");

	wanted = getenv("FAIL_CALL");
	wanted_at = at ? strtol(at, NULL, 10) : 0;
	wanted_errno = why ? strtol(why, NULL, 10) : EIO;
	armed = wanted != NULL;
	return real_main(argc, argv, env);
}

int __libc_start_main(int (*run)(int, char **, char **), int argc, char **argv, void (*init)(void),
		      void (*fini)(void), void (*end)(void), void *stack);
int __libc_start_main(int (*run)(int, char **, char **), int argc, char **argv, void (*init)(void),
		      void (*fini)(void), void (*end)(void), void *stack)
{
	int (*real)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
		    void (*)(void), void *) = next("__libc_start_main");

	real_main = run;
	return real(begin, argc, argv, init, fini, end, stack);
}

static void __attribute__((destructor)) tell_count(void)
{
	char text[32];

	if (!armed)
		return;
	armed = 0;
	snprintf(text, sizeof text, "%ld\n", (long)calls);
	log_line(text);
}

/* Memory comes from glibc by its other names: dlsym() itself may ask for some. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t align, size_t size);

void *malloc(size_t size)
{
	return !spared(__builtin_return_address(0)) && fails("malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return !spared(__builtin_return_address(0)) && fails("malloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return !spared(__builtin_return_address(0)) && fails("malloc") ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t align, size_t size)
{
	return fails("malloc") ? NULL : __libc_memalign(align, size);
}

int posix_memalign(void **out, size_t align, size_t size)
{
	void *got = fails("malloc") ? NULL : __libc_memalign(align, size);

	if (!got)
		return ENOMEM;
	*out = got;
	return 0;
}

#define CALL(type, kind, name, parameters, arguments)			\
	type name parameters						\
	{								\
		type (*real) parameters;				\
									\
		if (fails(kind))					\
			return (type)-1;				\
		*(void **)&real = next(#name);				\
		return real arguments;					\
	}

CALL(ssize_t, "read", read, (int fd, void *to, size_t size), (fd, to, size))
CALL(ssize_t, "read", pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
CALL(ssize_t, "read", pread64, (int fd, void *to, size_t size, off64_t at), (fd, to, size, at))
CALL(ssize_t, "read", readv, (int fd, const struct iovec *v, int count), (fd, v, count))
CALL(ssize_t, "write", pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
CALL(ssize_t, "write", pwrite64, (int fd, const void *from, size_t size, off64_t at), (fd, from, size, at))
CALL(int, "fsync", fsync, (int fd), (fd))
CALL(int, "fsync", fdatasync, (int fd), (fd))
CALL(int, "rename", rename, (const char *from, const char *to), (from, to))
CALL(int, "rename", renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
CALL(int, "rename", linkat, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags))
CALL(int, "open", mkostemp, (char *path, int flags), (path, flags))
CALL(int, "open", mkostemps, (char *path, int end, int flags), (path, end, flags))
CALL(void *, "mmap", mmap, (void *at, size_t size, int prot, int flags, int fd, off_t from),
     (at, size, prot, flags, fd, from))
CALL(void *, "mmap", mmap64, (void *at, size_t size, int prot, int flags, int fd, off64_t from),
     (at, size, prot, flags, fd, from))

ssize_t write(int fd, const void *from, size_t size)
{
	return fd != 2 && fails("write") ? -1 : syscall(SYS_write, fd, from, size);
}

ssize_t writev(int fd, const struct iovec *v, int count)
{
	return fd != 2 && fails("write") ? -1 : syscall(SYS_writev, fd, v, count);
}

/* Linux closes the descriptor whatever it answers. */
int close(int fd)
{
	int failed = fails("close"), why = errno, got = (int)syscall(SYS_close, fd);

	if (!failed)
		return got;
	errno = why;
	return -1;
}

static int open_at(int folder, const char *path, int flags, va_list more)
{
	mode_t mode = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(more, mode_t) : 0;

	return fails("open") ? -1 : (int)syscall(SYS_openat, folder, path, flags, mode);
}

#define OPEN(name, parameters, folder)					\
	int name parameters						\
	{								\
		va_list more;						\
		int fd;							\
									\
		va_start(more, flags);					\
		fd = open_at(folder, path, flags, more);		\
		va_end(more);						\
		return fd;						\
	}

OPEN(open, (const char *path, int flags, ...), AT_FDCWD)
OPEN(open64, (const char *path, int flags, ...), AT_FDCWD)
OPEN(openat, (int at, const char *path, int flags, ...), at)
OPEN(openat64, (int at, const char *path, int flags, ...), at)

#define FOPEN(name)							\
	FILE *name(const char *path, const char *mode)			\
	{								\
		FILE *(*real)(const char *, const char *);		\
									\
		if (fails("open"))					\
			return NULL;					\
		*(void **)&real = next(#name);				\
		return real(path, mode);				\
	}

FOPEN(fopen)
FOPEN(fopen64)
