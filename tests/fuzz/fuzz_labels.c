/* Any bytes as a file of labels: a table of CSV or of NDJSON. */
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/target.h"

#include "unify/measure/truth.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char path[32];
	int fd = memory_file((struct span){(const char *)data, size}, path);
	struct truth t = TRUTH_INIT;
	struct error err = ERROR_INIT;

	if (truth_load(&t, path, &err))
		assert(err.kind && err.message[0] && err.file[0]);
	else
		assert(t.count && t.fragments.count && t.fragments.count <= t.count);
	truth_release(&t);
	close(fd);
	return 0;
}
