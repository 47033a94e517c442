/*
 * Any bytes as a CSV or JSON file: the first byte, with the size, chooses the settings, the
 * rest is the file.  The balance adds up, every record is one, and blocks of
 * any size and any number of workers give the same, where the format is given.
 */
#include "tests/fuzz/target.h"

#include <assert.h>

#include "tests/unit/ingest_run.h"

static void settings(unsigned char choice, size_t size, struct mapping *m)
{
	static const char *const formats[] = {"csv", "json", "ndjson", NULL};
	static const char *const delimiters[] = {NULL, ",", "tab", "blank"};
	static const char *const quotes[] = {"none", "double", "single", "backslash"};

	m->set.format = formats[choice & 3];
	m->set.delimiter = delimiters[choice >> 2 & 3];
	m->set.dates = "dmy";
	m->set.decimal = ".";
	if (size & 1)
		mapping_add(m, "event='e'", NULL);
	if (choice & 16)
		m->set.quotes = quotes[size >> 1 & 3];
	if (choice & 32)
		m->set.encoding = "latin1";
	if (choice & 64)
		m->set.header = "order_id,email,time,amount";
	if (choice & 128)
		m->set.fold = "order_id";
}

static bool is_fixed(const struct mapping *m, struct span text)
{
	struct span s = span_trim(text);

	if (!m->set.format)
		return false;
	if (!strcmp(m->set.format, "json"))
		return s.len && *s.ptr == '[';
	return true;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const size_t blocks[] = {17, 64};
	struct mapping m = MAPPING_INIT;
	struct ingest_run whole = {0}, other = {0};
	struct span text = {(const char *)data + 1, size - 1};

	if (!size)
		return 0;
	settings(data[0], size, &m);
	ingest_run_text(text, &m, 1, 0, 3, &whole);
	ingest_run_check(&whole);
	for (size_t i = 0; i < 2 && is_fixed(&m, text); i++) {
		ingest_run_text(text, &m, (unsigned)i + 1, blocks[i], 3, &other);
		assert(ingest_run_same(&whole, &other));
	}
	ingest_run_release(&whole);
	ingest_run_release(&other);
	mapping_release(&m);
	return 0;
}
