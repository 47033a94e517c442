#include "record/stream.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "record/bytes.h"
#include "record/scan.h"
#include "text/unicode.h"

struct stream {
	char *const *paths;
	size_t count;		/* of operands, at least 1 */
	size_t operand;		/* the one being read */
	struct input *in;	/* NULL before its first block */
	bool any;		/* it has given a block */
	char **names;		/* one for each operand, for messages */
	uint64_t *sizes;	/* stored bytes; 0 is unknown */
	uint64_t passed;	/* stored bytes of the operands before it */
	bool regular;		/* all operands are regular files */
	bool allow_empty;
};

static const char *stdin_path = "-";

static bool is_stdin(const char *path)
{
	return !strcmp(path, stdin_path);
}

static const char *path_of(const struct stream *s, size_t operand)
{
	return s->paths ? s->paths[operand] : stdin_path;
}

/*
 * What can be known before reading: a missing file, a directory and the like
 * end the run before its first record, not after an hour.  FIFOs are left
 * alone: to open one twice would break its writer.
 */
static int look_at(struct stream *s, size_t operand, struct error *err)
{
	const char *path = path_of(s, operand);
	struct input *in;
	struct stat st;

	s->names[operand] = mem_text("<stdin>", 7);
	if (is_stdin(path)) {
		s->regular = false;
		return 0;
	}
	mem_free(s->names[operand]);
	s->names[operand] = mem_text(path, strlen(path));
	if (!stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		s->regular = false;
		return 0;
	}
	in = input_open(path, err);
	if (!in)
		return -1;
	s->sizes[operand] = input_size(in);
	input_close(in);
	return 0;
}

struct stream *stream_open(char *const *paths, size_t count, struct error *err)
{
	struct stream *s = mem_zero(1, sizeof *s);

	s->paths = count ? paths : NULL;
	s->count = count ? count : 1;
	s->names = mem_zero(s->count, sizeof *s->names);
	s->sizes = mem_zero(s->count, sizeof *s->sizes);
	s->regular = true;
	for (size_t i = 0; i < s->count; i++) {
		if (look_at(s, i, err)) {
			stream_close(s);
			return NULL;
		}
	}
	return s;
}

void stream_allow_empty(struct stream *s)
{
	s->allow_empty = true;
}

void stream_close(struct stream *s)
{
	if (!s)
		return;
	if (s->in)
		input_close(s->in);
	for (size_t i = 0; i < s->count; i++)
		mem_free(s->names[i]);
	mem_free(s->names);
	mem_free(s->sizes);
	mem_free(s);
}

void stream_block_release(struct stream_block *b)
{
	block_release(&b->block);
}

static int fault_cut(const struct stream *s, const struct stream_block *b,
		     struct error *err)
{
	struct span bytes = {b->block.ptr, b->block.len};

	error_failed(err, "the last line is cut: its writer did not end well");
	error_place(err, s->names[s->operand],
		    b->block.line + input_count_lines(bytes), 0);
	return -1;
}

static int fault_empty(const struct stream *s, struct error *err)
{
	error_failed(err, "the stream is empty: its writer failed (a run without "
		     "records writes an empty line), or a filter let nothing pass, "
		     "which --allow-empty takes for no records; put 'set -o pipefail' "
		     "in the script");
	error_place(err, s->names[s->operand], 0, 0);
	return -1;
}

/* How many lines of an operand are looked at before it is taken for something else. */
#define LOOKED_AT 3

static const struct span bom = SPAN("\xEF\xBB\xBF");

/* A byte order mark that editors and spreadsheets put before the first record says nothing. */
static void drop_bom(struct block *b)
{
	if (!span_starts((struct span){b->ptr, b->len}, bom))
		return;
	b->len -= bom.len;
	memmove(b->ptr, b->ptr + bom.len, b->len);
}

static int refuse_utf16(const struct stream *s, const char *encoding, struct error *err)
{
	error_failed(err, "is text in UTF-16, and records are UTF-8: convert it, as with iconv -f %s -t UTF-8", encoding);
	error_place(err, s->names[s->operand], 0, 0);
	return -1;
}

/*
 * A table or a JSON array instead of records, which would be rejected line by line: is it
 * one?  A single line may be a record that was cut.
 */
static int refuse_foreign(const struct stream *s, const struct stream_block *b, struct error *err)
{
	struct stream_lines lines;
	struct span line, first = SPAN_NONE;
	char quoted[ERROR_QUOTE_MAX];
	const char *encoding = unicode_utf16((struct span){b->block.ptr, b->block.len});
	uint64_t number;
	int count = 0;

	if (encoding)
		return refuse_utf16(s, encoding, err);
	stream_lines_start(&lines, b);
	for (; count < LOOKED_AT && stream_lines_next(&lines, &line, &number); count++) {
		line = span_trim(line);
		if (count && span_starts(first, SPAN("[")))
			break;
		if (span_starts(line, SPAN("{")))
			return 0;
		if (!count)
			first = line;
	}
	if (!first.len || (*first.ptr != '[' && count < 2))
		return 0;
	if (*first.ptr == '[')
		error_failed(err, "is a JSON array, and records are a JSON object a line: cdp-ingest makes records of it; those of this toolkit are put a line each by jq -c '.[]'");
	else
		error_failed(err, "begins with %s, which is no record (a JSON object a line): cdp-ingest makes records of tables, logs and other JSON",
			     error_quote(first, quoted));
	error_place(err, s->names[s->operand], 0, 0);
	return -1;
}

/* The operand has given all its blocks. */
static int leave_operand(struct stream *s, struct error *err)
{
	if (!s->any && !s->allow_empty)
		return fault_empty(s, err);
	input_close(s->in);
	s->in = NULL;
	s->any = false;
	s->passed += s->sizes[s->operand];
	s->operand++;
	return 0;
}

int stream_block(struct stream *s, struct stream_block *b, struct error *err)
{
	while (s->operand < s->count) {
		int got;

		if (!s->in)
			s->in = input_open(path_of(s, s->operand), err);
		if (!s->in)
			return -1;
		got = input_block(s->in, &b->block, err);
		if (got < 0) {
			if (err)
				error_place(err, s->names[s->operand], 0, 0);
			return -1;
		}
		if (got) {
			if (!s->any)
				drop_bom(&b->block);
			if (!s->any && refuse_foreign(s, b, err))
				return -1;
			s->any = true;
			b->file = s->names[s->operand];
			b->operand = s->operand;
			return b->block.open ? fault_cut(s, b, err) : 1;
		}
		if (leave_operand(s, err))
			return -1;
	}
	return 0;
}

void stream_lines_start(struct stream_lines *w, const struct stream_block *b)
{
	w->block = b;
	w->at = 0;
	w->number = b->block.line;
}

static bool is_blank(struct span line)
{
	const char *end = line.ptr + line.len;

	return blank_run(line.ptr, end) == end;
}

bool stream_lines_next(struct stream_lines *w, struct span *line,
		       uint64_t *number)
{
	const struct block *b = &w->block->block;

	while (w->at < b->len) {
		const char *begin = b->ptr + w->at;
		const char *end = memchr(begin, '\n', b->len - w->at);

		if (!end)
			end = b->ptr + b->len;
		w->at = (size_t)(end - b->ptr) + 1;
		*line = span_between(begin, end);
		*number = w->number++;
		if (!is_blank(*line))
			return true;
	}
	return false;
}

/* Does nothing but blank lines follow LINE in its operand? */
static bool is_last(const struct stream_lines *w, struct span line)
{
	const struct block *b = &w->block->block;
	const char *begin = line.ptr + line.len;

	return b->last && is_blank(span_between(begin, b->ptr + b->len));
}

static bool is_record(struct span text)
{
	struct value v;

	return !scan_whole(text, &v, NULL) && v.kind == VALUE_OBJECT;
}

/*
 * A writer that died in the middle of a record, and another one behind it:
 * the line ends with a whole record that begins like ours.  Or one record
 * after another, without the newline.  A hostile line may hold the beginning
 * very often: only the last few are tried.
 */
static bool holds_two(struct span line)
{
	static const struct span begin = SPAN("{\"type\":");
	size_t at = line.len;
	int tries = 16;
	struct scan s;
	struct value first;

	scan_start(&s, line);
	if (!scan_value(&s, &first, NULL) && first.kind == VALUE_OBJECT) {
		s.at = blank_run(s.at, s.end);
		return s.at < s.end && *s.at == '{';
	}
	while (at-- > 1) {
		struct span rest = {line.ptr + at, line.len - at};

		if (*rest.ptr != '{' || !span_starts(rest, begin))
			continue;
		if (is_record(rest))
			return true;
		if (!--tries)
			return false;
	}
	return false;
}

void stream_fault(const struct stream_lines *w, struct span line,
		  uint64_t number, struct error *err)
{
	char reason[sizeof err->message];

	error_place(err, w->block->file, number, 0);
	if (err->kind != ERROR_DATA || is_record(line))
		return;
	if (span_starts(line, bom)) {
		snprintf(err->message, sizeof err->message,
			 "a byte order mark stands before the record, as where files were joined: take it off, as with sed 's/^\\xEF\\xBB\\xBF//'");
		return;
	}
	snprintf(reason, sizeof reason, "%s", err->message);
	if (is_last(w, line))
		snprintf(err->message, sizeof err->message,
			 "the last line is cut: its writer did not end well (%.400s)",
			 reason);
	else if (holds_two(line))
		snprintf(err->message, sizeof err->message,
			 "two records on one line: the writer of the first did not "
			 "end well (%.400s)", reason);
	else
		return;
	err->kind = ERROR_FAILED;
}

uint64_t stream_position(const struct stream *s)
{
	return s->passed + (s->in ? input_position(s->in) : 0);
}

uint64_t stream_size(const struct stream *s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (!s->sizes[i])
			return 0;
		sum += s->sizes[i];
	}
	return sum;
}

bool stream_can_rewind(const struct stream *s)
{
	return s->regular;
}

int stream_rewind(struct stream *s, struct error *err)
{
	if (!s->regular)
		return error_failed(err, "a pipe cannot be read twice: "
				    "put the records into a file first");
	if (s->in)
		input_close(s->in);
	s->in = NULL;
	s->any = false;
	s->operand = 0;
	s->passed = 0;
	return 0;
}

int stream_each_line(const char *path, bool allow_empty, int (*take)(void *context, struct span line, struct error *err),
		     void *context, struct error *err)
{
	char *file = mem_text(path, strlen(path));
	struct stream *s = stream_open(&file, 1, err);
	struct stream_block block = STREAM_BLOCK_INIT;
	struct stream_lines lines;
	struct span line;
	uint64_t number;
	int got = s ? 1 : -1;

	if (s && allow_empty)
		stream_allow_empty(s);
	while (got > 0 && (got = stream_block(s, &block, err)) > 0) {
		stream_lines_start(&lines, &block);
		while (got > 0 && stream_lines_next(&lines, &line, &number)) {
			if (!take(context, line, err))
				continue;
			stream_fault(&lines, line, number, err);
			got = -1;
		}
	}
	stream_block_release(&block);
	if (s)
		stream_close(s);
	mem_free(file);
	return got;
}
