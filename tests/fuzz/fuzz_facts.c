/*
 * Any bytes as lists of user agents: expressions in the form of uap-core, a NUL, a list of crawlers, a NUL,
 * and a user agent.  The sieve leaves no expression out that fits.
 */
#include "tests/fuzz/target.h"

#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "facts/agent.h"
#include "facts/crawler.h"

/* A file without a name that holds TEXT; its path is /dev/fd/N. */
static int file_of(struct span text, char path[32])
{
	int fd = memfd_create("list", 0);
	ssize_t written = write(fd, text.ptr, text.len);

	assert(fd >= 0 && written == (ssize_t)text.len);
	(void)written;
	snprintf(path, 32, "/dev/fd/%d", fd);
	return fd;
}

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
	fd = file_of(expressions, path);
	parse(path, text);
	close(fd);
	fd = file_of(crawlers, path);
	find(path, text);
	close(fd);
	crawler_by_words(text);
	return 0;
}
