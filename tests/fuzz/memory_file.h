/* Bytes as a file without a name, for what reads files. */
#ifndef FUZZ_MEMORY_FILE_H
#define FUZZ_MEMORY_FILE_H

#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/span.h"

/* Its descriptor, to be closed; it is open by PATH until then. */
static inline int memory_file(struct span bytes, char path[32])
{
	int fd = memfd_create("bytes", 0);
	ssize_t written = write(fd, bytes.ptr, bytes.len);

	assert(fd >= 0 && written == (ssize_t)bytes.len);
	(void)written;
	snprintf(path, 32, "/dev/fd/%d", fd);
	return fd;
}

#endif
