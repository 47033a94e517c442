/* A command line of any bytes: its words are what stands between NULs. */
#include "tests/fuzz/target.h"

#include <assert.h>

#include "base/mem.h"
#include "base/opt.h"

#define WORDS 32

static int run(int argc, char **argv)
{
	static const char *const formats[] = {"text", "csv", NULL};
	const char *output = NULL;
	const char *format = NULL;
	bool quiet = false;
	uint64_t jobs = 0;
	uint64_t memory = 0;
	struct opt_list sources = {0};
	const struct opt table[] = {
		{.kind = OPT_STRING, .letter = 'o', .name = "output",
		 .arg = "FILE", .help = "", .value = &output},
		{.kind = OPT_FLAG, .letter = 'q', .name = "quiet", .help = "",
		 .value = &quiet},
		{.kind = OPT_NUMBER, .letter = 'j', .name = "jobs", .arg = "N",
		 .help = "", .value = &jobs},
		{.kind = OPT_SIZE, .name = "memory", .arg = "SIZE", .help = "",
		 .value = &memory},
		{.kind = OPT_LIST, .letter = 's', .name = "source",
		 .arg = "NAME", .help = "", .value = &sources},
		{.kind = OPT_CHOICE, .letter = 'f', .name = "format",
		 .arg = "FORMAT", .help = "", .value = &format,
		 .choices = formats, .optional = true},
		{.kind = OPT_END},
	};
	struct error err = ERROR_INIT;
	int first = 0;
	int result = opt_parse(table, NULL, argc, argv, &first, &err);

	assert(result == 0 || (result == -1 && err.kind == ERROR_USAGE));
	assert((result == 0) == (err.message[0] == '\0'));
	assert(result || (first >= 1 && first <= argc));
	assert(sources.count < (size_t)argc);
	opt_list_release(&sources);
	return 0;
}

/* getopt_long only reorders ARGV, so that all of it can be freed from there. */
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static char name[] = "cdp-fuzz";
	struct span rest = {size ? (const char *)data : "", size};
	char *argv[WORDS + 2] = {name};
	int argc = 1;

	while (!span_absent(rest) && argc <= WORDS) {
		struct span word = span_cut(&rest, '\0');

		argv[argc++] = mem_text(word.ptr, word.len);
	}
	run(argc, argv);
	for (int i = 1; i < argc; i++)
		mem_free(argv[i]);
	return 0;
}
