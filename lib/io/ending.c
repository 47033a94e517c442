#include "io/ending.h"

#include <stdbool.h>
#include <stddef.h>

#define TABLE "is a table by its name, and this tool writes records, a JSON object a line: name it .ndjson; cdp-report list makes tables of profiles"
#define PAGE "is a page by its name, and this tool writes records, a JSON object a line: name it .ndjson; cdp-report makes pages of profiles"
#define PACKED "is packed by its name: outputs are compressed as .gz or .zst only"

#define BOOK "is a workbook by its name, which is not written here: cdp-report -o NAME.xlsx makes one of profiles, for Excel"
#define OTHER "is of a kind by its name that is not written here: name it for what it will hold"

struct row {
	const char *ending;
	const char *why;
};

static const struct row not_records[] = {
	{".csv", TABLE}, {".tsv", TABLE}, {".tab", TABLE},
	{".html", PAGE}, {".htm", PAGE}, {".md", PAGE}, {NULL, NULL},
};

static const struct row not_written[] = {
	{".bz2", PACKED}, {".xz", PACKED}, {".lz4", PACKED}, {".br", PACKED}, {".zip", PACKED},
	{".7z", PACKED}, {".tar", PACKED}, {".tgz", PACKED},
	{".xlsx", BOOK}, {".xls", BOOK}, {".xlsm", BOOK}, {".ods", BOOK},
	{".parquet", OTHER}, {".pdf", OTHER}, {".docx", OTHER}, {NULL, NULL},
};

static bool is_word(char c)
{
	c = span_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

struct span path_ending(struct span path)
{
	size_t dot, begin;

	if (span_ends(path, SPAN(".gz")))
		path.len -= 3;
	else if (span_ends(path, SPAN(".zst")))
		path.len -= 4;
	begin = path.len;
	while (begin && path.ptr[begin - 1] != '/')
		begin--;
	dot = path.len;
	while (dot > begin && is_word(path.ptr[dot - 1]))
		dot--;
	/* "report.2026" ends in a year. */
	if (dot == path.len || dot <= begin + 1 || path.ptr[dot - 1] != '.' ||
	    (path.ptr[dot] >= '0' && path.ptr[dot] <= '9'))
		return span_sub(path, path.len, 0);
	return span_sub(path, dot - 1, path.len);
}

static const char *find_why(const struct row *rows, struct span ending)
{
	for (; rows->ending; rows++)
		if (span_equal_nocase(ending, span_of(rows->ending)))
			return rows->why;
	return NULL;
}

const char *ending_not_records(struct span ending)
{
	return find_why(not_records, ending);
}

const char *ending_not_written(struct span ending)
{
	return find_why(not_written, ending);
}
