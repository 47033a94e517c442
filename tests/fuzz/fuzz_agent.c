/* Files of regular expressions of any bytes: refused, or tried on some user agents. */
#include "tests/fuzz/target.h"

#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reference/agent.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const char *const texts[] = {
		"", "a", "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
		"\xff\xfe", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
	};
	struct error err = ERROR_INIT;
	int file = memfd_create("regexes", 0);
	struct agents *agents;
	char path[64];

	assert(file >= 0 && (!size || write(file, data, size) == (ssize_t)size));
	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	agents = agents_load(path, &err);
	if (agents) {
		struct agent_scratch *s = agent_scratch_new(agents);
		struct agent a;

		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
			agent_parse(agents, s, span_of(texts[i]), &a);
		agent_scratch_free(s);
	} else {
		assert(err.kind == ERROR_USAGE && err.message[0]);
	}
	agents_free(agents);
	close(file);
	return 0;
}
