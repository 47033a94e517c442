/*
 * Any bytes as a mapping file, and behind the first NUL the rows that it maps: the balance adds up,
 * every record is one, and blocks of any size and any number of workers give the
 * same, where the format does not depend on what the first block shows.
 */
#include "tests/fuzz/target.h"

#include <assert.h>

#include "tests/unit/ingest_run.h"

/* What else would be asked, or be decided by the first rows. */
static void settle(struct mapping *m)
{
	struct map_settings *set = &m->set;

	set->dates = set->dates ? set->dates : "dmy";
	set->decimal = set->decimal ? set->decimal : ".";
}

static bool is_fixed(const struct map_settings *set, struct span text)
{
	struct span s = span_trim(text);

	if (!set->format)
		return false;
	if (!strcmp(set->format, "json"))
		return s.len && *s.ptr == '[' && !set->records;
	return !strcmp(set->format, "ndjson") ||
	       (!strcmp(set->format, "csv") && set->delimiter);
}

static void run(const struct mapping *m, struct span text)
{
	static const size_t blocks[] = {17, 64};
	struct ingest_run whole = {0}, other = {0};

	ingest_run_text(text, m, 1, 0, 3, &whole);
	ingest_run_check(&whole);
	for (size_t i = 0; i < 2 && is_fixed(&m->set, text); i++) {
		ingest_run_text(text, m, (unsigned)i + 1, blocks[i], 3, &other);
		assert(ingest_run_same(&whole, &other));
	}
	ingest_run_release(&whole);
	ingest_run_release(&other);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span text = {size ? (const char *)data : "", size};
	struct span rules = span_cut(&text, '\0');
	struct mapping own = MAPPING_INIT, format = {.lenient = true}, joined = MAPPING_INIT;
	struct error err = ERROR_INIT;

	if (mapping_parse(&own, rules, "own", &err)) {
		assert(err.kind == ERROR_USAGE && err.message[0] && err.line);
	} else if (!span_absent(text)) {
		settle(&own);
		run(&own, text);
		/* As a format, too, whose columns a file need not have. */
		assert(!mapping_parse(&format, rules, "format", &err));
		assert(!mapping_join(&joined, &format, &own, &err));
		settle(&joined);
		run(&joined, text);
	}
	mapping_release(&joined);
	mapping_release(&format);
	mapping_release(&own);
	return 0;
}
