#include "activate/erase/matter.h"

#include <stdbool.h>

#include "record/scan.h"

const char *const matter_kind_names[KINDS] = {"records", "JSON document", "table", "lines", "searched only"};

static const struct {
	struct span mark;
	const char *what;
} packed[] = {
	{{"PK\3\4", 4}, "a zip archive or an Excel workbook"},
	{{"BZh", 3}, "a bzip2 file"},
	{{"\xfd" "7zXZ", 5}, "an xz file"},
	{{"7z\xbc\xaf", 4}, "a 7z archive"},
	{{"PAR1\x15", 5}, "a Parquet file"},
	{{"Obj\1", 4}, "an Avro file"},
	{{"\xd0\xcf\x11\xe0", 4}, "an old Excel workbook"},
	{{"%PDF", 4}, "a PDF file"},
};

const char *matter_packed(struct span head)
{
	for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
		if (span_starts(head, packed[i].mark))
			return packed[i].what;
	return NULL;
}

/* The name of a column is no longer. */
#define NAME_MAX_BYTES 80

enum matter_width matter_width(struct span head)
{
	if (span_starts(head, (struct span){"\xff\xfe", 2}))
		return WIDTH_UTF16_LE;
	if (span_starts(head, (struct span){"\xfe\xff", 2}))
		return WIDTH_UTF16_BE;
	/* Without a mark: ASCII has a zero in each character. */
	if (head.len >= 4 && head.ptr[0] && !head.ptr[1] && head.ptr[2] && !head.ptr[3])
		return WIDTH_UTF16_LE;
	if (head.len >= 4 && !head.ptr[0] && head.ptr[1] && !head.ptr[2] && head.ptr[3])
		return WIDTH_UTF16_BE;
	return WIDTH_BYTES;
}

static bool is_name(struct span cell)
{
	bool letter = false;

	cell = span_trim(cell);
	if (cell.len > 1 && cell.ptr[0] == '"' && cell.ptr[cell.len - 1] == '"')
		cell = span_sub(cell, 1, cell.len - 2);
	for (size_t i = 0; i < cell.len; i++) {
		char c = span_lower(cell.ptr[i]);

		letter |= (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
		if (c == '@' || c == '=' || c == '"' || c == '{' || c == '[')
			return false;
	}
	return letter && cell.len <= NAME_MAX_BYTES;
}

static size_t count_cells(struct span line, char delimiter)
{
	bool quoted = false;
	size_t count = 1;

	for (size_t i = 0; i < line.len; i++) {
		quoted ^= line.ptr[i] == '"';
		count += !quoted && line.ptr[i] == delimiter;
	}
	return count;
}

/* How many names LINE has between DELIMITERs: 0 where it is no header. */
static size_t count_names(struct span line, char delimiter)
{
	size_t count = 0;

	while (!span_absent(line)) {
		if (!is_name(span_cut(&line, delimiter)))
			return 0;
		count++;
	}
	return count;
}

static struct span first_line(struct span text)
{
	struct span line = span_sub(text, 0, span_find_byte(text, '\n'));

	if (line.len == text.len)
		line.len = span_find_byte(text, '\r');
	return line.len && line.ptr[line.len - 1] == '\r' ? span_sub(line, 0, line.len - 1) : line;
}

static bool is_table(struct span head, char *delimiter)
{
	static const char delimiters[] = {',', ';', '\t', '|'};
	struct span line = first_line(head);
	struct span second = first_line(span_sub(head, line.len + 1, head.len));
	size_t most = 1;

	for (size_t i = 0; i < sizeof delimiters; i++) {
		size_t names = count_names(line, delimiters[i]);

		if (names <= most || (second.len > 1 && count_cells(second, delimiters[i]) < 2))
			continue;
		most = names;
		*delimiter = delimiters[i];
	}
	return most > 1;
}

/* Is what went wrong with TEXT only that it ends too early?  A word or a letter may be cut at its end. */
static bool is_cut(struct span text, const struct error *err)
{
	return err->column + 16 >= text.len;
}

/*
 * A value a line; or one over many lines, whose first line is no value only since it ends.  What is not JSON
 * after all, as a log of which each line begins with a bracket, is looked at line by line, too.
 */
static enum matter_kind kind_of_json(struct span text)
{
	struct span line = first_line(text);
	struct error err = ERROR_INIT;
	struct value v;

	if (!scan_whole(line, &v, &err)) {
		struct value type = value_member(v, SPAN("type"));

		/* A list or an object alone is a document, but for a stream of one record. */
		return span_trim(span_sub(text, line.len, text.len)).len || !span_absent(type.raw) ? KIND_RECORDS :
												  KIND_DOCUMENT;
	}
	if (line.len == text.len && span_starts(text, SPAN("{\"type\":")))
		return KIND_RECORDS;	/* a record longer than what is looked at */
	if (err.column <= line.len)
		return KIND_RECORDS;
	err = ERROR_INIT;
	return !scan_whole(text, &v, &err) || is_cut(text, &err) ? KIND_DOCUMENT : KIND_CLOSED;
}

/* "<html", "<?xml", "<!--"; but not the "<34>" of a line of syslog. */
static bool is_markup(struct span head)
{
	char c = head.len > 1 ? span_lower(head.ptr[1]) : ' ';

	return c == '?' || c == '!' || (c >= 'a' && c <= 'z');
}

static bool starts_nocase(struct span text, struct span mark)
{
	return text.len >= mark.len && span_equal_nocase(span_sub(text, 0, mark.len), mark);
}

/* "---", "- email: a@example.com", "customers:" with a line behind it that is further in. */
static bool is_yaml(struct span text)
{
	struct span line = first_line(text), behind = span_sub(text, span_find_byte(text, '\n') + 1, text.len);
	size_t colon = span_find_byte(line, ':');
	struct span name = span_sub(line, 0, colon);

	if (span_equal(line, SPAN("---")) || span_starts(line, SPAN("%YAML")))
		return true;
	if (span_starts(line, SPAN("- ")))
		return colon + 1 < line.len && line.ptr[colon + 1] == ' ' && is_name(span_sub(name, 2, name.len));
	return colon && colon + 1 == line.len && span_find_byte(name, ' ') == name.len && is_name(name) &&
	       (span_starts(behind, SPAN("- ")) || span_starts(behind, SPAN("  ")));
}

/* Has one line of TEXT many people, or one person many lines?  Without a line others would be lost or mixed. */
static bool is_of_no_lines(struct span text)
{
	static const struct span marks[] = {
		{"insert into ", 12}, {"replace into ", 13}, {"-- mysql dump", 13}, {"-- mariadb dump", 15},
		{"begin:vcard", 11}, {"begin:vcalendar", 15}, {"dn: ", 4}, {"dn:: ", 5},
	};

	if (is_yaml(text))
		return true;
	for (struct span rest = text; !span_absent(rest);) {
		struct span line = span_cut(&rest, '\n');

		for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
			if (starts_nocase(line, marks[i]))
				return true;
	}
	return false;
}

enum matter_kind matter_kind(struct span head, char *delimiter)
{
	*delimiter = ',';
	/* Zeros are no text, as in a database. */
	if (span_find_byte(head, '\0') < head.len)
		return KIND_CLOSED;
	if (span_starts(head, SPAN("\xef\xbb\xbf")))
		head = span_sub(head, 3, head.len);
	while (head.len && (head.ptr[0] == '\n' || head.ptr[0] == '\r' || head.ptr[0] == ' '))
		head = span_sub(head, 1, head.len);
	if (head.len && (head.ptr[0] == '{' || head.ptr[0] == '['))
		return kind_of_json(head);
	if (head.len && head.ptr[0] == '<' && is_markup(head))
		return KIND_CLOSED;
	if (is_of_no_lines(head))
		return KIND_CLOSED;
	return is_table(head, delimiter) ? KIND_TABLE : KIND_LINES;
}
