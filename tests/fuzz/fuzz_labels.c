/* Any bytes as a file of labels: a table of CSV or of NDJSON. */
#include "tests/fuzz/target.h"

#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "merge/truth.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char path[32];
	int fd = memfd_create("labels", 0);
	ssize_t written = write(fd, data, size);
	struct truth t = TRUTH_INIT;
	struct error err = ERROR_INIT;

	assert(fd >= 0 && written == (ssize_t)size);
	(void)written;
	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	if (truth_load(&t, path, &err))
		assert(err.kind && err.message[0] && err.file[0]);
	else
		assert(t.count && t.persons.count && t.persons.count <= t.count);
	truth_release(&t);
	close(fd);
	return 0;
}
