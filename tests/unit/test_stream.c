#include "tests/unit/support.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "io/output.h"
#include "record/event.h"
#include "record/stream.h"

static char folder[] = "/tmp/test_stream_XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return !mkdtemp(folder);
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

/* A file with these bytes; its name in PATH, unlinked by drop. */
struct file {
	char path[64];
};

static struct file make(const char *name, struct span bytes)
{
	struct file f;
	FILE *out;

	snprintf(f.path, sizeof f.path, "%s/%s", folder, name);
	out = fopen(f.path, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, out), bytes.len);
	assert_int_equal(fclose(out), 0);
	return f;
}

static void drop(const struct file *f)
{
	assert_int_equal(unlink(f->path), 0);
}

/*
 * Reads all lines, each as an event: "file:line " for each into SEEN, without
 * the folder.  What stream_block says at last, or -1 at the first bad line.
 */
static int read_all(struct stream *s, struct buf *seen, struct error *err)
{
	struct stream_block b = STREAM_BLOCK_INIT;
	struct stream_lines w;
	struct event e;
	struct span line;
	uint64_t number;
	int got;

	while ((got = stream_block(s, &b, err)) > 0) {
		stream_lines_start(&w, &b);
		while (stream_lines_next(&w, &line, &number)) {
			if (event_parse(&e, line, err)) {
				stream_fault(&w, line, number, err);
				stream_block_release(&b);
				return -1;
			}
			buf_printf(seen, "%s:%d ", strrchr(b.file, '/') + 1,
				   (int)number);
		}
	}
	stream_block_release(&b);
	return got;
}

#define E "{\"type\":\"track\"}"

static void check(struct span bytes, int want, const char *seen,
		  const char *message)
{
	struct file f = make("a", bytes);
	char *paths[] = {f.path};
	struct error err = ERROR_INIT;
	struct stream *s = stream_open(paths, 1, &err);
	struct buf got = BUF_INIT;

	assert_non_null(s);
	assert_int_equal(read_all(s, &got, &err), want);
	assert_span(buf_view(&got), seen);
	assert_error(&err, message);
	stream_close(s);
	buf_release(&got);
	drop(&f);
}

static void whole_streams(void **state)
{
	(void)state;
	check(SPAN(E "\n" E "\n"), 0, "a:1 a:2 ", "");
	check(SPAN("\n"), 0, "", "");
	check(SPAN("\n" E "\n \t\r\n" E "\n\n"), 0, "a:2 a:4 ", "");
	check(SPAN(E "\r\n" E "\r\n"), 0, "a:1 a:2 ", "");
}

#define EMPTY "the stream is empty: its writer failed (a run without records " \
	"writes an empty line), or a filter let nothing pass, which --allow-empty " \
	"takes for no records; put 'set -o pipefail' in the script"
#define CUT "the last line is cut: its writer did not end well"

static void cut_streams(void **state)
{
	(void)state;
	check(SPAN(""), -1, "", EMPTY);
	check(SPAN(E), -1, "", CUT);
	check(SPAN(E "\n{\"type\":\"tr"), -1, "", CUT);
	check(SPAN(E "\n" E "\n{\"type\":\"track\""), -1, "", CUT);
	check(SPAN(E "\n{\"type\":\"track\"\n"), -1, "a:1 ",
	      CUT " (not JSON: ',' or '}' expected, found the end of the line)");
	check(SPAN(E "\n{\"type\":\"track\"\n\n \n"), -1, "a:1 ",
	      CUT " (not JSON: ',' or '}' expected, found the end of the line)");
}

/* What is no stream of records is refused whole. */
static void other_files(void **state)
{
	static const struct {
		struct span bytes;
		const char *message;
	} cases[] = {
		{SPAN("id,email\n1,a@example.com\n"), "begins with 'id,email', which is no record "
		 "(a JSON object a line): cdp-ingest makes records of tables, logs and other JSON"},
		{SPAN("\n\nid,email\n\n1,a@example.com"), "begins with 'id,email', which is no record "
		 "(a JSON object a line): cdp-ingest makes records of tables, logs and other JSON"},
		{SPAN("[\n" E ",\n" E "]\n"), "is a JSON array, and records are a JSON object a line: "
		 "cdp-ingest makes records of it; those of this toolkit are put a line each by jq -c '.[]'"},
		{SPAN("[" E "]"), "is a JSON array, and records are a JSON object a line: "
		 "cdp-ingest makes records of it; those of this toolkit are put a line each by jq -c '.[]'"},
	};
	struct stream_block b = STREAM_BLOCK_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct file f = make("a", cases[i].bytes);
		char *paths[] = {f.path};
		struct error err = ERROR_INIT;
		struct stream *s = stream_open(paths, 1, &err);

		assert_int_equal(stream_block(s, &b, &err), -1);
		assert_error(&err, cases[i].message);
		assert_int_equal(err.kind, ERROR_FAILED);
		stream_close(s);
		drop(&f);
	}
	stream_block_release(&b);
}

static void no_bytes_allowed(void **state)
{
	struct file f = make("a", SPAN(""));
	char *paths[] = {f.path};
	struct error err = ERROR_INIT;
	struct stream *s = stream_open(paths, 1, &err);
	struct stream_block b = STREAM_BLOCK_INIT;

	(void)state;
	stream_allow_empty(s);
	assert_int_equal(stream_block(s, &b, &err), 0);
	stream_close(s);
	drop(&f);
	stream_block_release(&b);
}

#define TWO "two records on one line: the writer of the first did not end well "

static void two_records_on_a_line(void **state)
{
	(void)state;
	check(SPAN(E E "\n" E "\n"), -1, "",
	      TWO "(not JSON: the end of the line expected, found '{')");
	check(SPAN("{\"type\":\"track\",\"id\":\"x" E "\n" E "\n"), -1, "",
	      TWO "(not JSON: ',' or '}' expected, found 't')");
	check(SPAN("{\"type\":\"track\",\"props\":{\"a\":1}" E "\n" E "\n"), -1, "",
	      TWO "(not JSON: ',' or '}' expected, found '{')");
}

/* A bad line that is neither the last nor two records costs that line. */
static void bad_lines_are_data(void **state)
{
	static const struct {
		struct span bytes;
		const char *message;
		enum error_kind kind;
	} cases[] = {
		{SPAN("nonsense\n" E "\n"),
		 "not an object: '{' expected, found 'n'", ERROR_DATA},
		{SPAN("{\"type\":\"track\"\n" E "\n"),
		 "not JSON: ',' or '}' expected, found the end of the line", ERROR_DATA},
		{SPAN("{\"type\":\"other\"}\n"), "unknown record type 'other'", ERROR_DATA},
		{SPAN("{\"a\":{\"type\":x}}{\n" E "\n"),
		 "not JSON: a value expected, found 'x'", ERROR_DATA},
		{SPAN("17\n"), CUT " (not an object: '{' expected, found '1')", ERROR_FAILED},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct file f = make("a", cases[i].bytes);
		char *paths[] = {f.path};
		struct error err = ERROR_INIT;
		struct stream *s = stream_open(paths, 1, &err);
		struct buf seen = BUF_INIT;

		assert_int_equal(read_all(s, &seen, &err), -1);
		assert_error(&err, cases[i].message);
		assert_int_equal(err.kind, cases[i].kind);
		assert_int_equal(err.line, 1);
		assert_string_equal(err.file, f.path);
		stream_close(s);
		buf_release(&seen);
		drop(&f);
	}
}

static void places_of_cuts(void **state)
{
	struct file f = make("a", SPAN(E "\n" E "\n{"));
	struct file g = make("b", SPAN(""));
	char *cut[] = {f.path};
	char *empty[] = {g.path};
	struct error err = ERROR_INIT;
	struct stream *s = stream_open(cut, 1, &err);
	struct buf seen = BUF_INIT;

	(void)state;
	assert_int_equal(read_all(s, &seen, &err), -1);
	assert_string_equal(err.file, f.path);
	assert_int_equal(err.line, 3);
	assert_int_equal(err.kind, ERROR_FAILED);
	stream_close(s);
	err = ERROR_INIT;
	s = stream_open(empty, 1, &err);
	assert_int_equal(read_all(s, &seen, &err), -1);
	assert_string_equal(err.file, g.path);
	assert_int_equal(err.line, 0);
	assert_int_equal(err.kind, ERROR_FAILED);
	/* The same again: an end that was not good stays so. */
	assert_int_equal(read_all(s, &seen, NULL), -1);
	stream_close(s);
	buf_release(&seen);
	drop(&f);
	drop(&g);
}

/* Each operand is checked by itself, and in its turn. */
static void operands_are_checked_each(void **state)
{
	struct file f = make("a", SPAN(E "\n" E "\n"));
	struct file g = make("b", SPAN(""));
	struct file h = make("c", SPAN(E "\n"));
	char *good[] = {f.path, h.path, f.path};
	char *bad[] = {f.path, g.path, h.path};
	struct error err = ERROR_INIT;
	struct stream *s = stream_open(good, 3, &err);
	struct buf seen = BUF_INIT;

	(void)state;
	assert_int_equal(read_all(s, &seen, &err), 0);
	assert_span(buf_view(&seen), "a:1 a:2 c:1 a:1 a:2 ");
	stream_close(s);
	buf_clear(&seen);
	s = stream_open(bad, 3, &err);
	assert_int_equal(read_all(s, &seen, &err), -1);
	assert_span(buf_view(&seen), "a:1 a:2 ");
	assert_error(&err, EMPTY);
	assert_string_equal(err.file, g.path);
	stream_close(s);
	buf_release(&seen);
	drop(&f);
	drop(&g);
	drop(&h);
}

/* Before the first record, whichever operand it is. */
static void missing_operands_are_told_at_once(void **state)
{
	struct file f = make("a", SPAN(E "\n"));
	char absent[] = "/nonexistent/x.ndjson";
	char *paths[] = {f.path, absent};
	char *folders[] = {folder};
	struct error err = ERROR_INIT;

	(void)state;
	assert_null(stream_open(paths, 2, &err));
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_non_null(strstr(err.message, "No such file or directory"));
	err = ERROR_INIT;
	assert_null(stream_open(folders, 1, &err));
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_non_null(strstr(err.message, "irectory"));
	drop(&f);
}

static void compressed_operands(void **state)
{
	char path[64];
	char *paths[] = {path};
	struct error err = ERROR_INIT;
	struct buf seen = BUF_INIT;
	struct stat st;
	struct stream *s;
	struct output *out;

	(void)state;
	snprintf(path, sizeof path, "%s/z.gz", folder);
	out = output_open(path, OUTPUT_RECORDS, &err);
	assert_int_equal(output_write(out, SPAN(E "\n" E "\n"), &err), 0);
	assert_int_equal(output_finish(out, &err), 0);
	assert_int_equal(stat(path, &st), 0);
	s = stream_open(paths, 1, &err);
	assert_non_null(s);
	assert_int_equal(stream_size(s), st.st_size);
	assert_int_equal(read_all(s, &seen, &err), 0);
	assert_span(buf_view(&seen), "z.gz:1 z.gz:2 ");
	assert_int_equal(stream_position(s), st.st_size);
	stream_close(s);
	/* Its end cut off, the archive itself tells. */
	assert_int_equal(truncate(path, st.st_size - 4), 0);
	s = stream_open(paths, 1, &err);
	assert_int_equal(read_all(s, &seen, &err), -1);
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_non_null(strstr(err.message, "cut"));
	stream_close(s);
	buf_release(&seen);
	assert_int_equal(unlink(path), 0);
}

static void standard_input(void **state)
{
	struct file f = make("in", SPAN(""));
	int saved = dup(0);
	struct error err = ERROR_INIT;
	struct buf seen = BUF_INIT;
	struct stream *s;

	(void)state;
	close(0);
	assert_int_equal(open(f.path, O_RDONLY), 0);
	s = stream_open(NULL, 0, &err);
	assert_non_null(s);
	assert_false(stream_can_rewind(s));
	assert_int_equal(stream_size(s), 0);
	assert_int_equal(read_all(s, &seen, &err), -1);
	assert_error(&err, EMPTY);
	assert_string_equal(err.file, "<stdin>");
	err = ERROR_INIT;
	assert_int_equal(stream_rewind(s, &err), -1);
	assert_error(&err, "a pipe cannot be read twice: put the records into "
		     "a file first");
	stream_close(s);
	assert_int_equal(dup2(saved, 0), 0);
	close(saved);
	buf_release(&seen);
	drop(&f);
}

static void *write_once(void *path)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, E "\n" E "\n", 2 * sizeof E) < 0)
		return path;
	close(fd);
	return NULL;
}

/* A FIFO is opened once only: its writer would not come again. */
static void named_pipes(void **state)
{
	char path[64];
	char *paths[] = {path};
	struct error err = ERROR_INIT;
	struct buf seen = BUF_INIT;
	struct stream *s;
	pthread_t writer;
	void *failed;

	(void)state;
	snprintf(path, sizeof path, "%s/p", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(pthread_create(&writer, NULL, write_once, path), 0);
	s = stream_open(paths, 1, &err);
	assert_non_null(s);
	assert_false(stream_can_rewind(s));
	assert_int_equal(read_all(s, &seen, &err), 0);
	assert_span(buf_view(&seen), "p:1 p:2 ");
	assert_int_equal(pthread_join(writer, &failed), 0);
	assert_null(failed);
	stream_close(s);
	buf_release(&seen);
	assert_int_equal(unlink(path), 0);
}

static void rewind_starts_again(void **state)
{
	struct file f = make("a", SPAN(E "\n"));
	struct file g = make("b", SPAN(E "\n" E "\n"));
	char *paths[] = {f.path, g.path};
	struct error err = ERROR_INIT;
	struct stream *s = stream_open(paths, 2, &err);
	struct stream_block b = STREAM_BLOCK_INIT;
	struct buf seen = BUF_INIT;

	(void)state;
	assert_true(stream_can_rewind(s));
	assert_int_equal(stream_size(s), 3 * sizeof E);
	assert_int_equal(stream_block(s, &b, &err), 1);
	assert_int_equal(b.operand, 0);
	assert_int_equal(stream_rewind(s, &err), 0);
	assert_int_equal(stream_position(s), 0);
	assert_int_equal(read_all(s, &seen, &err), 0);
	assert_int_equal(stream_position(s), 3 * sizeof E);
	assert_int_equal(stream_rewind(s, &err), 0);
	assert_int_equal(read_all(s, &seen, &err), 0);
	assert_span(buf_view(&seen), "a:1 b:1 b:2 a:1 b:1 b:2 ");
	stream_block_release(&b);
	stream_close(s);
	stream_close(NULL);
	buf_release(&seen);
	drop(&f);
	drop(&g);
}

/* Line numbers go on from block to block. */
static void many_blocks(void **state)
{
	enum { LINES = 150000 };
	struct buf text = BUF_INIT;
	struct file f;
	char *paths[] = {f.path};
	struct error err = ERROR_INIT;
	struct stream *s;
	struct stream_block b = STREAM_BLOCK_INIT;
	struct stream_lines w;
	struct span line;
	uint64_t number;
	uint64_t count = 0;
	int blocks = 0;

	(void)state;
	for (int i = 0; i < LINES; i++)
		buf_lit(&text, E "\n");
	f = make("a", buf_view(&text));
	s = stream_open(paths, 1, &err);
	while (stream_block(s, &b, &err) > 0) {
		blocks++;
		stream_lines_start(&w, &b);
		while (stream_lines_next(&w, &line, &number))
			assert_int_equal(number, ++count);
	}
	assert_int_equal(count, LINES);
	assert_true(blocks > 1);
	stream_block_release(&b);
	stream_close(s);
	buf_release(&text);
	drop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_streams),
		cmocka_unit_test(cut_streams),
		cmocka_unit_test(other_files),
		cmocka_unit_test(no_bytes_allowed),
		cmocka_unit_test(two_records_on_a_line),
		cmocka_unit_test(bad_lines_are_data),
		cmocka_unit_test(places_of_cuts),
		cmocka_unit_test(operands_are_checked_each),
		cmocka_unit_test(missing_operands_are_told_at_once),
		cmocka_unit_test(compressed_operands),
		cmocka_unit_test(standard_input),
		cmocka_unit_test(named_pipes),
		cmocka_unit_test(rewind_starts_again),
		cmocka_unit_test(many_blocks),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
