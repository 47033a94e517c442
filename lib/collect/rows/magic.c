#include "collect/rows/magic.h"

#include <stddef.h>

static const struct magic {
	struct span bytes;
	const char *what;
} magics[] = {
	{SPAN("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an old Excel workbook: try 'xls2csv FILE | cdp-ingest', or export it as CSV UTF-8"},
	{SPAN("%PDF-"), "a PDF document: export the table behind it as CSV"},
	{SPAN("SQLite format 3"), "an SQLite database: write a query with 'sqlite3 -csv -header FILE QUERY'"},
	{SPAN("PAR1"), "a Parquet file: export it as CSV or NDJSON"},
	{SPAN("ORC"), "an ORC file: export it as CSV or NDJSON"},
	{SPAN("Obj\x01"), "an Avro file: export it as NDJSON"},
	{SPAN("BZh"), "compressed by bzip2: pipe it through 'bzip2 -dc'"},
	{SPAN("\xfd" "7zXZ"), "compressed by xz: pipe it through 'xz -dc'"},
	{SPAN("7z\xbc\xaf\x27\x1c"), "a 7z archive: unpack it first"},
	{SPAN("Rar!"), "a RAR archive: unpack it first"},
	{SPAN("\x7f" "ELF"), "a program"},
	{SPAN("\x89PNG"), "a picture"},
	{SPAN("\xff\xd8\xff"), "a picture"},
	{SPAN("GIF8"), "a picture"},
	{SPAN("<!DOCTYPE html"), "a web page: export the table in it as CSV"},
	{SPAN("<html"), "a web page: export the table in it as CSV"},
	{SPAN("<?xml"), "an XML document: export it as CSV or JSON"},
	{SPAN("{\\rtf"), "a word processor's document: export its table as CSV"},
};

static int refuse_kind(struct error *err, const char *what)
{
	return error_failed(err, "is %s", what);
}

/* Every second byte is NUL in UTF-16 of Latin letters. */
static bool looks_wide(struct span head)
{
	size_t nuls = 0;

	for (size_t i = 0; i < head.len; i++)
		nuls += !head.ptr[i];
	return head.len >= 4 && nuls * 5 > head.len * 2 && nuls * 5 < head.len * 3;
}

static bool looks_binary(struct span head, bool *hole)
{
	size_t odd = 0, parts = 0, nuls = 0;

	for (size_t i = 0; i < head.len; i++) {
		unsigned char c = (unsigned char)head.ptr[i];

		odd += c < 0x20 && c != '\n' && c != '\r' && c != '\t' &&
		       c != '\f' && c != 0x1b;
		nuls += !c;
		/* They part the columns of some exports. */
		parts += c == 0x01 || c == 0x02 || c == 0x1f;
	}
	odd -= 2 * parts < head.len ? parts : 0;
	*hole = nuls == odd && nuls > 512;
	return odd * 10 > head.len;
}

/* A log that was copied and truncated begins with a hole of NUL bytes: text may stand behind it. */
static struct span skip_hole(struct span head)
{
	size_t len = 0;

	while (len < head.len && !head.ptr[len])
		len++;
	return len < 64 ? head : span_sub(head, len, head.len);
}

static int refuse_hole(struct error *err)
{
	return error_failed(err, "holds many NUL bytes, as a log does that was copied and then truncated: "
			    "take them out by tr -d '\\000' < FILE");
}

int magic_check(struct span head, bool encoded, struct error *err)
{
	bool hole;

	if (head.len && !encoded) {
		head = skip_hole(head);
		if (!head.len)
			return refuse_hole(err);
	}
	for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
		if (span_starts(head, magics[i].bytes))
			return refuse_kind(err, magics[i].what);
	if (span_starts(head, SPAN("PK\x03\x04"))) {
		bool book = span_find(head, SPAN("[Content_Types]")) < head.len ||
			    span_find(head, SPAN("xl/")) < head.len;

		if (span_find(head, SPAN("opendocument.spreadsheet")) < head.len)
			return refuse_kind(err, "an OpenDocument spreadsheet: try 'ssconvert FILE fd://1 --export-type "
					   "Gnumeric_stf:stf_csv | cdp-ingest', or export it as CSV UTF-8");
		return refuse_kind(err, book ? "an Excel workbook: try 'xlsx2csv FILE | cdp-ingest', or "
				   "export it as CSV UTF-8" :
				   "a zip archive: pipe it through 'unzip -p'");
	}
	if (encoded || span_starts(head, SPAN("\xff\xfe")) ||
	    span_starts(head, SPAN("\xfe\xff")))
		return 0;
	if (looks_wide(head))
		return refuse_kind(err, "text in UTF-16 without a byte order mark: name it with --encoding utf-16le or utf-16be");
	if (looks_binary(head, &hole))
		return hole ? refuse_hole(err) : refuse_kind(err, "a binary file, not text");
	return 0;
}
