/* io/output.h: streams of records, pipes and compression */
#include "tests/unit/support.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "io/input.h"
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

static bool exists(const char *name)
{
	struct stat st;

	return !lstat(scratch_path(name), &st);
}

struct stream {
	int from, to;
	char path[64];
};

static struct output *open_stream(struct stream *s, enum output_kind kind)
{
	struct output *out;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	s->from = fds[0];
	s->to = fds[1];
	snprintf(s->path, sizeof s->path, "/dev/fd/%d", fds[1]);
	out = output_open(s->path, kind, &err);
	assert_non_null(out);
	close(s->to);
	return out;
}

/* What has arrived by now: nothing more comes while the writer waits. */
static void assert_arrived(const struct stream *s, const char *text)
{
	char bytes[4096];
	ssize_t got;

	fcntl(s->from, F_SETFL, O_NONBLOCK);
	got = read(s->from, bytes, sizeof bytes);
	assert_true(got >= 0 || errno == EAGAIN);
	assert_span(((struct span){bytes, got < 0 ? 0 : (size_t)got}), text);
}

static void records_keep_back_two_bytes(void **state)
{
	struct stream s;
	struct output *out = open_stream(&s, OUTPUT_RECORDS);

	(void)state;
	put(out, "{\"a\":1}\n");
	assert_int_equal(output_flush(out, &err), 0);
	assert_arrived(&s, "{\"a\":1");
	assert_int_equal(output_flush(out, &err), 0);
	assert_arrived(&s, "");
	put(out, "{\"a\":2}\n");
	assert_int_equal(output_flush(out, &err), 0);
	assert_arrived(&s, "}\n{\"a\":2");
	finish(out);
	assert_arrived(&s, "}\n");
	close(s.from);
}

static void aborted_records_stay_cut(void **state)
{
	struct stream s;
	struct output *out = open_stream(&s, OUTPUT_RECORDS);

	(void)state;
	put(out, "{\"a\":1}\n");
	assert_int_equal(output_flush(out, &err), 0);
	put(out, "{\"a\":2}\n");
	output_abort(out);
	assert_arrived(&s, "{\"a\":1");
	close(s.from);
	output_abort(open_stream(&s, OUTPUT_RECORDS));
	assert_arrived(&s, "");
	close(s.from);
}

static void no_record_is_an_empty_line(void **state)
{
	struct stream s;
	struct output *out = open_stream(&s, OUTPUT_RECORDS);

	(void)state;
	put(out, "");
	finish(out);
	assert_arrived(&s, "\n");
	close(s.from);
	finish(open_stream(&s, OUTPUT_PLAIN));
	assert_arrived(&s, "");
	close(s.from);
}

static void plain_flush_hands_on_everything(void **state)
{
	struct stream s;
	struct output *out = open_stream(&s, OUTPUT_PLAIN);

	(void)state;
	put(out, "a\n");
	assert_int_equal(output_flush(out, &err), 0);
	assert_arrived(&s, "a\n");
	finish(out);
	close(s.from);
}

/* A reader of the other end. */
struct reader {
	int fd;
	struct buf bytes;
};

static void *reader_main(void *context)
{
	struct reader *r = context;
	char some[70000];
	struct timespec nap = {0, 5000000};
	ssize_t got;

	nanosleep(&nap, NULL);	/* until the pipe is full */
	for (got = read(r->fd, some, sizeof some); got > 0;
	     got = read(r->fd, some, sizeof some))
		buf_put(&r->bytes, some, (size_t)got);
	return NULL;
}

/* A line of 2 to about LIMIT bytes. */
static void random_record(struct buf *line, uint64_t *seed, size_t limit)
{
	size_t len = support_below(seed, limit);

	buf_clear(line);
	buf_char(line, '{');
	while (len--)
		buf_char(line, (char)('a' + support_below(seed, 26)));
	buf_lit(line, "}\n");
}

static void on_alarm(int number)
{
	(void)number;
}

/* Signals that interrupt whatever waits, MICROS apart; 0 ends them. */
static void interrupt_every(int micros)
{
	struct sigaction action = {.sa_handler = on_alarm};
	struct itimerval timer = {{0, micros}, {0, micros}};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* Through short and interrupted writes, and a reader that is interrupted not. */
static void any_sizes_come_out_the_same(void **state)
{
	static const size_t limits[] = {10, 3000, 600000};
	sigset_t alarm;

	(void)state;
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		struct stream s;
		struct output *out = open_stream(&s, OUTPUT_RECORDS);
		struct reader r = {.fd = s.from};
		struct buf line = BUF_INIT, all = BUF_INIT;
		uint64_t seed = i;
		pthread_t thread;

		pthread_sigmask(SIG_BLOCK, &alarm, NULL);
		pthread_create(&thread, NULL, reader_main, &r);
		pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
		interrupt_every(300);
		while (all.len < 3000000) {
			random_record(&line, &seed, limits[i]);
			buf_span(&all, buf_view(&line));
			assert_int_equal(output_write(out, buf_view(&line), &err), 0);
		}
		finish(out);
		interrupt_every(0);
		pthread_join(thread, NULL);
		assert_true(span_equal(buf_view(&all), buf_view(&r.bytes)));
		close(s.from);
		buf_release(&line);
		buf_release(&all);
		buf_release(&r.bytes);
	}
}

/*
 * A writer killed at any moment leaves a stream that is cut within a line.  The
 * shortest records make it likely that a page of the pipe would end with one.
 */
static void killed_writers_leave_a_cut(void **state)
{
	struct buf records = BUF_INIT;
	size_t seen = 0;

	(void)state;
	while (records.len < 3000)
		buf_lit(&records, "{}\n");
	for (size_t round = 0; round < 20; round++) {
		struct timespec nap = {0, 2000000};
		struct stream s;
		struct output *out = open_stream(&s, OUTPUT_RECORDS);
		struct reader r = {.fd = s.from};
		char some[4096];
		pid_t writer = fork();

		assert_true(writer >= 0);
		if (!writer)
			while (!output_write(out, buf_view(&records), NULL))
				continue;
		output_abort(out);
		nanosleep(&nap, NULL);	/* until the pipe is full */
		for (size_t i = 0; i < round; i++)
			assert_true(read(s.from, some, sizeof some) > 0);
		kill(writer, SIGKILL);
		waitpid(writer, NULL, 0);
		reader_main(&r);
		if (r.bytes.len)
			assert_int_not_equal(r.bytes.ptr[r.bytes.len - 1], '\n');
		seen += r.bytes.len;
		buf_release(&r.bytes);
		close(s.from);
	}
	assert_true(seen > 0);
	buf_release(&records);
}

static void fifo_is_written_directly(void **state)
{
	struct reader r = {0};
	struct output *out;
	pthread_t thread;

	(void)state;
	assert_int_equal(mkfifo(scratch_path("fifo"), 0600), 0);
	r.fd = open(scratch_path("fifo"), O_RDWR);
	out = open_plain("fifo");
	close(r.fd);
	r.fd = open(scratch_path("fifo"), O_RDONLY | O_NONBLOCK);
	fcntl(r.fd, F_SETFL, 0);
	put(out, "through\n");
	pthread_create(&thread, NULL, reader_main, &r);
	finish(out);
	pthread_join(thread, NULL);
	assert_span(buf_view(&r.bytes), "through\n");
	assert_true(exists("fifo"));
	assert_int_equal(scratch_clear(), 1);
	close(r.fd);
	buf_release(&r.bytes);
}

/* ---- compression ---- */

static const char *const packed_names[] = {"a.gz", "a.zst"};

static void packed_files_are_reproducible(void **state)
{
	struct buf first = BUF_INIT, second = BUF_INIT, line = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(packed_names); i++) {
		for (int run = 0; run < 2; run++) {
			struct output *out = open_plain(packed_names[i]);
			uint64_t seed = 9;

			for (int j = 0; j < 3000; j++) {
				random_record(&line, &seed, 500);
				output_write(out, buf_view(&line), &err);
			}
			finish(out);
			scratch_get(packed_names[i], run ? &second : &first);
		}
		assert_true(first.len > 0);
		assert_true(span_equal(buf_view(&first), buf_view(&second)));
	}
	scratch_clear();
	buf_release(&first);
	buf_release(&second);
	buf_release(&line);
}

/* An aborted stream through a FIFO or device: the reader finds it cut. */
static void aborted_packed_stream_is_cut(void **state)
{
	static const char *const messages[] = {
		"gzip data ends too early: the file is cut",
		"zstd data ends too early: the file is cut",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(packed_names); i++) {
		const char *path = scratch_path(packed_names[i]);
		char bytes[200];
		struct output *out;
		struct input *in;
		int keep;

		assert_int_equal(mkfifo(path, 0600), 0);
		keep = open(path, O_RDWR);
		out = output_open(path, OUTPUT_RECORDS, &err);
		in = input_open(path, &err);
		assert_non_null(in);
		close(keep);
		put(out, "{\"a\":1}\n");
		assert_int_equal(output_flush(out, &err), 0);
		assert_int_equal(input_read(in, bytes, sizeof bytes, &err), 6);
		assert_memory_equal(bytes, "{\"a\":1", 6);
		output_abort(out);
		assert_int_equal(input_read(in, bytes, sizeof bytes, &err), -1);
		assert_error(&err, messages[i]);
		input_close(in);
		scratch_clear();
	}
}

static void packed_records_end_well(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(packed_names); i++) {
		const char *path = scratch_path(packed_names[i]);
		struct output *out = output_open(path, OUTPUT_RECORDS, &err);
		struct input *in;
		char bytes[100];

		if (i) {
			put(out, "{}\n");
			assert_int_equal(output_flush(out, &err), 0);
			put(out, "{}\n");
		}
		finish(out);
		in = input_open(path, &err);
		assert_int_equal(input_read(in, bytes, sizeof bytes, &err),
				 i ? 6 : 1);
		assert_memory_equal(bytes, i ? "{}\n{}\n" : "\n", i ? 6 : 1);
		input_close(in);
	}
	scratch_clear();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_keep_back_two_bytes),
		cmocka_unit_test(aborted_records_stay_cut),
		cmocka_unit_test(no_record_is_an_empty_line),
		cmocka_unit_test(plain_flush_hands_on_everything),
		cmocka_unit_test(any_sizes_come_out_the_same),
		cmocka_unit_test(killed_writers_leave_a_cut),
		cmocka_unit_test(fifo_is_written_directly),
		cmocka_unit_test(packed_files_are_reproducible),
		cmocka_unit_test(aborted_packed_stream_is_cut),
		cmocka_unit_test(packed_records_end_well),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
