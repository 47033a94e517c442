#include "cmd/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* To the end of FD, at most SIZE bytes: a pipe brings a key in as many pieces as were written. */
static ssize_t read_to_end(int fd, char *bytes, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t got = read(fd, bytes + len, size - len);

		if (!got)
			break;
		if (got > 0)
			len += (size_t)got;
		else if (errno != EINTR)
			return -1;
	}
	return (ssize_t)len;
}

struct span key_file_read(struct tool *t, const char *option, const char *path,
			  char bytes[KEY_FILE_MAX + 1])
{
	struct stat st;
	ssize_t len;
	int fd;

	/* Opening a pipe waits for its writer, and may be interrupted. */
	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	if (fd < 0 || fstat(fd, &st)) {
		error_errno(&t->err, "cannot open key file '%s'", path);
		tool_fail(t);
	}
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		tool_usage(t, "--%s: others can read '%s': chmod 600 it, and use a new key",
			   option, path);
	len = read_to_end(fd, bytes, KEY_FILE_MAX + 1);
	if (len < 0) {
		error_errno(&t->err, "cannot read key file '%s'", path);
		tool_fail(t);
	}
	close(fd);
	len -= len && bytes[len - 1] == '\n';
	if (len < KEY_FILE_MIN || len > KEY_FILE_MAX)
		tool_usage(t, "--%s: a key has %d to %d bytes, that in '%s' has %s%zd",
			   option, KEY_FILE_MIN, KEY_FILE_MAX, path,
			   len > KEY_FILE_MAX ? "at least " : "", len);
	return (struct span){bytes, (size_t)len};
}
