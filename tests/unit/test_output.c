/* io/output.h */
#include "tests/unit/support.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>

#include "io/output.h"
#include "tests/unit/scratch.h"

static struct error err;

static struct output *open_plain(const char *name)
{
	struct output *out = output_open(scratch_path(name), OUTPUT_PLAIN, &err);

	assert_non_null(out);
	return out;
}

static void put(struct output *out, const char *text)
{
	assert_int_equal(output_write(out, span_of(text), &err), 0);
}

static void finish(struct output *out)
{
	assert_int_equal(output_finish(out, &err), 0);
}

static void assert_file(const char *name, const char *text)
{
	struct buf bytes = BUF_INIT;

	assert_span(scratch_get(name, &bytes), text);
	buf_release(&bytes);
}

static bool exists(const char *name)
{
	struct stat st;

	return !lstat(scratch_path(name), &st);
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(scratch_path(name), &st), 0);
	return st.st_mode & 07777;
}

/* The temporary that stands in the folder; NULL when there is none. */
static const char *temporary_name(void)
{
	static char name[256];
	DIR *folder = opendir(scratch_folder);
	struct dirent *entry;

	name[0] = '\0';
	for (entry = readdir(folder); entry; entry = readdir(folder))
		if (span_ends(span_of(entry->d_name), SPAN(".cdp-tmp")))
			snprintf(name, sizeof name, "%s", entry->d_name);
	closedir(folder);
	return name[0] ? name : NULL;
}

/* Where the file system can, the temporary has no name of its own. */
static void assert_hidden(void)
{
	const char *name = temporary_name();

	assert_true(!name || span_starts(span_of(name), SPAN(".a.txt.")));
	assert_true(!name || mode_of(name) == 0600);
}

static void new_file_appears_when_finished(void **state)
{
	struct output *out = open_plain("a.txt");

	(void)state;
	assert_string_equal(output_name(out), scratch_path("a.txt"));
	assert_false(output_is_terminal(out));
	put(out, "one\n");
	assert_int_equal(output_flush(out, &err), 0);
	assert_false(exists("a.txt"));
	assert_hidden();
	put(out, "two\n");
	assert_int_equal(output_ready(out, &err), 0);
	assert_hidden();
	assert_non_null(temporary_name());
	assert_file(temporary_name(), "one\ntwo\n");
	assert_false(exists("a.txt"));
	finish(out);
	assert_file("a.txt", "one\ntwo\n");
	assert_int_equal(scratch_clear(), 1);
}

static mode_t new_mode(enum output_kind kind, mode_t mask)
{
	struct output *out;
	mode_t before = umask(mask), mode;

	out = output_open(scratch_path("a"), kind, &err);
	assert_non_null(out);
	finish(out);
	umask(before);
	mode = mode_of("a");
	scratch_clear();
	return mode;
}

/* Customers stand in it, so that no umask makes it readable for others. */
static void new_file_is_private(void **state)
{
	(void)state;
	assert_int_equal(new_mode(OUTPUT_PLAIN, 0), 0600);
	assert_int_equal(new_mode(OUTPUT_RECORDS, 022), 0600);
	assert_int_equal(new_mode(OUTPUT_RECORDS, 0277), 0400);
	assert_int_equal(new_mode(OUTPUT_FIGURES, 027), 0640);
}

static void old_file_keeps_its_mode(void **state)
{
	static const mode_t modes[] = {0600, 0664, 0755};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(modes); i++) {
		struct output *out;

		scratch_put("a", SPAN("old"));
		assert_int_equal(chmod(scratch_path("a"), modes[i]), 0);
		out = open_plain("a");
		put(out, "new");
		assert_file("a", "old");
		finish(out);
		assert_file("a", "new");
		assert_int_equal(mode_of("a"), modes[i]);
	}
	assert_int_equal(scratch_clear(), 1);
}

static void abort_leaves_the_old_file(void **state)
{
	struct output *out;

	(void)state;
	scratch_put("a", SPAN("old"));
	out = open_plain("a");
	put(out, "new");
	assert_int_equal(output_flush(out, &err), 0);
	output_abort(out);
	output_abort(NULL);
	assert_file("a", "old");
	assert_int_equal(scratch_clear(), 1);
}

static void abort_leaves_nothing(void **state)
{
	(void)state;
	output_abort(open_plain("a"));
	output_abort(open_plain("a.gz"));
	assert_int_equal(scratch_clear(), 0);
}

static void symlinks_are_followed(void **state)
{
	struct output *out;

	(void)state;
	assert_int_equal(symlink("link2", scratch_path("link")), 0);
	assert_int_equal(symlink(scratch_path("target"), scratch_path("link2")), 0);
	for (int i = 0; i < 2; i++) {	/* missing, then there */
		out = open_plain("link");
		put(out, i ? "second" : "first");
		finish(out);
		assert_file("target", i ? "second" : "first");
	}
	assert_int_equal(scratch_clear(), 3);
}

static void symlink_loop_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(symlink("b", scratch_path("a")), 0);
	assert_int_equal(symlink("a", scratch_path("b")), 0);
	assert_null(output_open(scratch_path("a"), OUTPUT_PLAIN, &err));
	assert_non_null(strstr(err.message, "Too many levels of symbolic links"));
	scratch_clear();
}

static void refused(const char *path, const char *what, const char *reason)
{
	struct buf want = BUF_INIT;

	err = ERROR_INIT;
	assert_null(output_open(path, OUTPUT_PLAIN, &err));
	buf_printf(&want, "cannot %s '%s': %s", what, path, reason);
	assert_error(&err, buf_text(&want));
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_null(output_open(path, OUTPUT_PLAIN, NULL));
	buf_release(&want);
}

static void bad_paths_are_errors(void **state)
{
	(void)state;
	scratch_put("file", SPAN("x"));
	refused(scratch_path("missing/a"), "create", "No such file or directory");
	refused(scratch_path("file/a"), "write to", "Not a directory");
	refused(scratch_folder, "write to",
		"it is a directory: name a file in it");
	refused("/proc/sys/absent", "create", "No such file or directory");
	refused("", "write to", "No such file or directory");
	refused("/dev/fd/987", "write to", "Bad file descriptor");
	assert_int_equal(scratch_clear(), 1);
}

/* A rename would replace it all the same.  Root becomes somebody else for this,
 * since root may write everything. */
static void write_protected_file_is_kept(void **state)
{
	bool root = !geteuid();

	(void)state;
	scratch_put("a", SPAN("old"));
	assert_int_equal(chmod(scratch_path("a"), 0444), 0);
	assert_int_equal(chmod(scratch_folder, 0711), 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	refused(scratch_path("a"), "write to", "Permission denied");
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(scratch_clear(), 1);
}

static void long_names_fit(void **state)
{
	char name[256];
	struct output *out;

	(void)state;
	memset(name, 'n', 255);
	name[255] = '\0';
	out = open_plain(name);
	put(out, "x");
	finish(out);
	assert_true(exists(name));
	assert_int_equal(scratch_clear(), 1);
}

static void handler_removes_unfinished_files(void **state)
{
	struct output *a = open_plain("a");
	struct output *b = open_plain("b.gz");
	struct output *done = open_plain("c");

	(void)state;
	finish(done);
	put(a, "x");
	assert_int_equal(output_ready(b, &err), 0);
	assert_non_null(temporary_name());
	output_remove_temporaries();
	assert_null(temporary_name());
	output_abort(a);
	output_abort(b);
	assert_int_equal(scratch_clear(), 1);
}

static void too_many_outputs_is_an_error(void **state)
{
	struct output *all[64];
	size_t count = 0;
	char name[16];

	(void)state;
	for (; count < COUNT_OF(all); count++) {
		snprintf(name, sizeof name, "%zu", count);
		all[count] = output_open(scratch_path(name), OUTPUT_PLAIN, &err);
		if (!all[count])
			break;
	}
	assert_int_equal(count, 32);
	assert_non_null(strstr(err.message, "more than 32 unfinished output files"));
	while (count)
		output_abort(all[--count]);
	finish(open_plain("a"));
	assert_int_equal(scratch_clear(), 1);
}

/* The rename fails: a directory has taken the name. */
static void failed_rename_leaves_nothing(void **state)
{
	struct output *out = open_plain("a");

	(void)state;
	assert_int_equal(mkdir(scratch_path("a"), 0700), 0);
	assert_int_equal(output_finish(out, &err), -1);
	assert_non_null(strstr(err.message, "cannot rename the finished file to"));
	assert_int_equal(scratch_clear(), 1);
}

static int locked(int fd)
{
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	return fd;
}

/* Those of processes that are gone; not what somebody holds, or has named otherwise. */
static void leftovers_are_removed(void **state)
{
	static const char *const stay[] = {".live.aaaaaa.cdp-tmp", ".b.aaaaaa.cdp-tmp.mine", ".b.aaaaaa.tmp",
					   "b.aaaaaa.cdp-tmp", ".aaaaaa.cdp-tmp", ".baaaaaa.cdp-tmp"};
	int fd;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(stay); i++)
		scratch_put(stay[i], SPAN("x"));
	scratch_put(".a.aaaaaa.cdp-tmp", SPAN("x"));
	scratch_put(".other.Zz09aa.cdp-tmp", SPAN("x"));
	assert_int_equal(mkdir(scratch_path(".d.aaaaaa.cdp-tmp"), 0700), 0);
	assert_int_equal(symlink("b.aaaaaa.cdp-tmp", scratch_path(".l.aaaaaa.cdp-tmp")), 0);
	fd = locked(open(scratch_path(stay[0]), O_RDWR));
	finish(open_plain("a"));
	close(fd);
	assert_false(exists(".a.aaaaaa.cdp-tmp"));
	assert_false(exists(".other.Zz09aa.cdp-tmp"));
	assert_true(exists(".d.aaaaaa.cdp-tmp"));
	assert_true(exists(".l.aaaaaa.cdp-tmp"));
	for (size_t i = 0; i < COUNT_OF(stay); i++)
		assert_true(exists(stay[i]));
	finish(open_plain("a"));
	assert_false(exists(stay[0]));
	scratch_clear();
}

/* One output does not take another's temporary for a leftover. */
static void outputs_leave_each_other_alone(void **state)
{
	struct output *a = open_plain("a"), *b;

	(void)state;
	assert_int_equal(output_ready(a, &err), 0);
	b = open_plain("b");
	assert_int_equal(output_ready(b, &err), 0);
	finish(b);
	finish(a);
	assert_int_equal(scratch_clear(), 2);
}

/* ---- failures while writing ---- */

static void assert_full(struct output *out, const char *name, size_t times)
{
	char message[128];
	int status = 0;

	for (size_t i = 0; i < times && !status; i++)
		status = output_write(out, SPAN("0123456789abcdef"), &err);
	snprintf(message, sizeof message,
		 "cannot write to '%s': No space left on device", name);
	if (status)	/* and so does all that follows */
		assert_int_equal(output_flush(out, NULL), -1);
	err = ERROR_INIT;
	assert_int_equal(output_finish(out, &err), -1);
	assert_error(&err, message);
	assert_int_equal(err.kind, ERROR_FAILED);
}

static void full_disk_is_noticed(void **state)
{
	static const enum output_kind kinds[] = {OUTPUT_PLAIN, OUTPUT_RECORDS};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		assert_full(output_open("/dev/full", kinds[i], &err), "/dev/full", 1);
		assert_full(output_open("/dev/full", kinds[i], &err), "/dev/full",
			    100000);
	}
	/* Without a record there is still the empty line. */
	assert_full(output_open("/dev/full", OUTPUT_RECORDS, &err), "/dev/full", 0);
}

static void full_disk_is_noticed_when_packed(void **state)
{
	static const char *const names[] = {"full.gz", "full.zst"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *path = scratch_path(names[i]);

		assert_int_equal(symlink("/dev/full", path), 0);
		assert_full(output_open(path, OUTPUT_PLAIN, &err), path, 0);
		assert_full(output_open(path, OUTPUT_PLAIN, &err), path, 1);
	}
	scratch_clear();
}

/* Runs BODY with stdout (and nothing else) replaced by FD. */
static void with_stdout(int fd, void (*body)(void))
{
	int saved = dup(STDOUT_FILENO);

	fflush(stdout);
	assert_true(saved >= 0);
	if (fd >= 0)
		assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
	else
		close(STDOUT_FILENO);
	body();
	assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
	close(saved);
}

static void write_to_stdout(void)
{
	struct output *out = output_open("-", OUTPUT_PLAIN, &err);

	assert_non_null(out);
	assert_string_equal(output_name(out), "<stdout>");
	put(out, "x");
	assert_full(out, "<stdout>", 1);
}

static void full_stdout_is_noticed(void **state)
{
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	with_stdout(fd, write_to_stdout);
	close(fd);
}

static void open_stdout(void)
{
	err = ERROR_INIT;
	assert_null(output_open(NULL, OUTPUT_PLAIN, &err));
}

static void closed_stdout_is_an_error(void **state)
{
	(void)state;
	with_stdout(-1, open_stdout);
	assert_error(&err, "cannot write to '<stdout>': Bad file descriptor");
}

static int twice[2];

static void write_twice(void)
{
	struct output *out = output_open(NULL, OUTPUT_PLAIN, &err);

	put(out, "one\n");
	finish(out);
	out = output_open("/dev/stdout", OUTPUT_PLAIN, &err);
	put(out, "two\n");
	finish(out);
}

/* Finishing one output leaves stdout open for the next. */
static void stdout_stays_open(void **state)
{
	char bytes[20];

	(void)state;
	assert_int_equal(pipe(twice), 0);
	with_stdout(twice[1], write_twice);
	close(twice[1]);
	assert_int_equal(read(twice[0], bytes, sizeof bytes), 8);
	assert_memory_equal(bytes, "one\ntwo\n", 8);
	close(twice[0]);
}

/* A descriptor is written where it stands, not from its file's beginning. */
static void dev_fd_is_the_descriptor(void **state)
{
	char path[64];
	struct output *out;
	int fd = open(scratch_put("a", SPAN("old\n")), O_WRONLY | O_APPEND);

	(void)state;
	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	out = output_open(path, OUTPUT_PLAIN, &err);
	assert_non_null(out);
	put(out, "new\n");
	finish(out);
	assert_int_equal(close(fd), 0);
	assert_file("a", "old\nnew\n");
	assert_int_equal(scratch_clear(), 1);
}

static void broken_pipe_is_an_error(void **state)
{
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	struct output *out;
	char path[64];
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	snprintf(path, sizeof path, "/dev/fd/%d", fds[1]);
	out = output_open(path, OUTPUT_RECORDS, &err);
	put(out, "{}\n");
	close(fds[0]);
	assert_int_equal(output_finish(out, &err), -1);
	assert_non_null(strstr(err.message, ": Broken pipe"));
	close(fds[1]);
	signal(SIGPIPE, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_file_appears_when_finished),
		cmocka_unit_test(new_file_is_private),
		cmocka_unit_test(old_file_keeps_its_mode),
		cmocka_unit_test(abort_leaves_the_old_file),
		cmocka_unit_test(abort_leaves_nothing),
		cmocka_unit_test(symlinks_are_followed),
		cmocka_unit_test(symlink_loop_is_an_error),
		cmocka_unit_test(bad_paths_are_errors),
		cmocka_unit_test(write_protected_file_is_kept),
		cmocka_unit_test(long_names_fit),
		cmocka_unit_test(handler_removes_unfinished_files),
		cmocka_unit_test(too_many_outputs_is_an_error),
		cmocka_unit_test(failed_rename_leaves_nothing),
		cmocka_unit_test(leftovers_are_removed),
		cmocka_unit_test(outputs_leave_each_other_alone),
		cmocka_unit_test(full_disk_is_noticed),
		cmocka_unit_test(full_disk_is_noticed_when_packed),
		cmocka_unit_test(full_stdout_is_noticed),
		cmocka_unit_test(closed_stdout_is_an_error),
		cmocka_unit_test(stdout_stays_open),
		cmocka_unit_test(dev_fd_is_the_descriptor),
		cmocka_unit_test(broken_pipe_is_an_error),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
