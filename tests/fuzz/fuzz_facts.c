/*
 * Any bytes as lists of user agents: expressions in the form of uap-core, a NUL, a list of crawlers, a NUL,
 * and a user agent.  The sieve leaves no expression out that fits.
 */
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/target.h"

#include "reference/agent.h"
#include "reference/crawler.h"

static void parse(const char *path, struct span text)
{
	struct error err = ERROR_INIT;
	struct agents *list = agents_load(path, &err);
	struct agent_scratch *scratch;
	struct agent found;

	if (!list) {
		assert(err.kind && err.message[0]);
		return;
	}
	scratch = agent_scratch_new(list);
	agent_parse(list, scratch, text, &found);
	agent_scratch_free(scratch);
	agents_free(list);
}

static void find(const char *path, struct span text)
{
	struct error err = ERROR_INIT;
	struct crawlers *list = crawlers_load(path, &err);
	struct crawler_scratch *scratch;

	if (!list) {
		assert(err.kind && err.message[0]);
		return;
	}
	scratch = crawler_scratch_new(list);
	crawler_find(list, scratch, text);
	crawler_scratch_free(scratch);
	crawlers_free(list);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span text = {size ? (const char *)data : "", size};
	struct span expressions = span_cut(&text, '\0');
	struct span crawlers = span_absent(text) ? SPAN("") : span_cut(&text, '\0');
	char path[32];
	int fd;

	text = span_absent(text) ? SPAN("") : text;
	fd = memory_file(expressions, path);
	parse(path, text);
	close(fd);
	fd = memory_file(crawlers, path);
	find(path, text);
	close(fd);
	crawler_by_words(text);
	return 0;
}
