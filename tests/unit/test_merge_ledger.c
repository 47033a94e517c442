#include "scratch.h"
#include "support.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "io/input.h"
#include "unify/identity/ledger.h"

static void test_entries(void **state)
{
	static const char text[] =
		"\n# ours\n"
		"must-link crm/17 email=a@example.com user_id=\"u 1\" # one; Kim\n"
		"cannot-link \"my shop\"/\"a b\" 'x/y'=z\n"
		"exclude email=Info@Example.com\r\n"
		"pin email=a=b#c 000000000000000100000000000000ff # 2025-01-01\n"
		"pin email=a=b#c 00000000000000020000000000000001";
	struct ledger l = LEDGER_INIT;
	struct blocked blocked = BLOCKED_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(ledger_parse(&l, span_of(text), "f", &err), 0);
	assert_int_equal(l.must_count, 2);
	assert_int_equal(l.names.count, 5);
	assert_span(l.ends[0].source, "crm");
	assert_span(l.ends[0].id, "17");
	assert_span(l.ends[2].value, "u 1");
	assert_span(l.must[1].reason, "one; Kim");
	assert_int_equal(l.cannot_count, 1);
	assert_span(l.ends[3].source, "my shop");
	assert_span(l.ends[3].id, "a b");
	assert_span(l.ends[4].type, "x/y");
	assert_int_equal(l.cannot[0].line, 4);
	assert_int_equal(l.pin_names.count, 1);
	assert_span(l.pins[0].value, "a=b#c");
	assert_true(l.pins[0].id.high == 2 && l.pins[0].id.low == 1);
	ledger_exclude(&l, &blocked);
	blocked_add(&blocked, true, SPAN("email"), SPAN("info@example.com"));
	assert_true(blocked_is(&blocked, SPAN("email"), SPAN("info@example.com")));
	blocked_release(&blocked);
	ledger_close(&l);
}

/* What is put is read back, whatever the bytes. */
static void test_pins_round_trip(void **state)
{
	static const char *const texts[] = {
		"a@example.com", "a b", "\"", "#x", "a\nb", "\\n", "'", "a=b", "a/b", "", "x#y ",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		for (size_t j = 0; j < COUNT_OF(texts); j++) {
			struct ledger l = LEDGER_INIT;
			struct hash128 id = {i, j};
			struct error err = ERROR_INIT;
			struct buf line = BUF_INIT;

			if (!*texts[i])
				continue;
			ledger_put_pin(span_of(texts[i]), span_of(texts[j]), id, 0, &line);
			assert_int_equal(ledger_parse(&l, buf_view(&line), "f", &err), 0);
			assert_span(l.pins[0].type, texts[i]);
			assert_span(l.pins[0].value, texts[j]);
			assert_true(l.pins[0].id.high == i && l.pins[0].id.low == j);
			buf_release(&line);
			ledger_close(&l);
		}
	}
}

/* Good for all of a test. */
static const char *ledger_path(void)
{
	static char path[512];

	snprintf(path, sizeof path, "%s", scratch_path("ledger"));
	return path;
}

static void assert_text(const char *path, const char *wanted)
{
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(input_whole(path, 1000, &text, &err), 0);
	assert_string_equal(buf_text(&text), wanted);
	buf_release(&text);
}

/* Opens PATH and adds LINES. */
static struct ledger open_with(const char *path, const char *lines)
{
	struct ledger l;
	struct error err = ERROR_INIT;

	assert_int_equal(ledger_open(&l, path, SPAN_NONE, &err), 0);
	ledger_add(&l, span_of(lines));
	return l;
}

static void commit(struct ledger *l)
{
	struct error err = ERROR_INIT;

	assert_int_equal(ledger_prepare(l, &err), 0);
	assert_int_equal(ledger_commit(l, &err), 0);
	ledger_close(l);
}

#define HEAD "# Who is who, decided: see LEDGER in cdp-identity(7).\n"

static void test_grows_whole_or_not_at_all(void **state)
{
	const char *path = ledger_path();
	struct ledger l = open_with(path, "exclude a=b\n");
	struct error err = ERROR_INIT;
	int full;

	(void)state;
	commit(&l);
	assert_text(path, HEAD "exclude a=b\n");
	/* As an editor may leave it. */
	assert_int_equal(truncate(path, sizeof HEAD - 1 + 11), 0);
	l = open_with(path, "exclude c=d\n");
	assert_true(l.open_line);
	full = open("/dev/full", O_WRONLY);
	if (full >= 0) {
		int fd = l.fd;

		assert_int_equal(ledger_prepare(&l, &err), 0);
		l.fd = full;
		assert_int_equal(ledger_commit(&l, &err), -1);
		assert_non_null(strstr(err.message, "cannot write: No space left on device"));
		l.fd = fd;
		close(full);
	}
	commit(&l);
	assert_text(path, HEAD "exclude a=b\nexclude c=d\n");
	scratch_clear();
}

/* A run that fails leaves no line, and no file where none was. */
static void test_nothing_without_commit(void **state)
{
	const char *path = ledger_path();
	struct error err = ERROR_INIT;
	struct ledger l = open_with(path, "exclude a=b\n");

	(void)state;
	assert_int_equal(ledger_prepare(&l, &err), 0);
	ledger_close(&l);
	assert_int_equal(scratch_clear(), 0);
	scratch_put("ledger", SPAN("# mine\n"));
	assert_int_equal(ledger_open(&l, path, SPAN("exclude a=b\n"), &err), 0);
	assert_int_equal(l.decided, 1);
	assert_int_equal(ledger_prepare(&l, &err), 0);
	ledger_close(&l);
	assert_text(path, "# mine\n");
	scratch_clear();
}

/* What somebody wrote into the file since it was read stays. */
static void test_edited_in_place(void **state)
{
	const char *path = ledger_path();
	struct ledger l;

	(void)state;
	scratch_put("ledger", SPAN("exclude a=b\n"));
	l = open_with(path, "exclude c=d\n");
	scratch_put("ledger", SPAN("exclude e=f # a longer line"));
	commit(&l);
	assert_text(path, "exclude e=f # a longer line\nexclude c=d\n");
	scratch_clear();
}

/* sed -i and editors give the name to another file: lines for the old one would be lost. */
static void test_replaced_file_is_refused(void **state)
{
	const char *path = ledger_path();
	struct error err = ERROR_INIT;
	struct ledger l;

	(void)state;
	for (int gone = 0; gone < 2; gone++) {
		scratch_put("ledger", SPAN("exclude a=b\n"));
		l = open_with(path, "exclude c=d\n");
		if (gone) {
			assert_int_equal(unlink(path), 0);
		} else {
			scratch_put("new", SPAN("exclude e=f\n"));
			assert_int_equal(rename(scratch_path("new"), path), 0);
		}
		assert_int_equal(ledger_prepare(&l, &err), -1);
		assert_non_null(strstr(err.message, "is another file than the one that this run read"));
		ledger_close(&l);
		if (!gone)
			assert_text(path, "exclude e=f\n");
		assert_int_equal(scratch_clear(), !gone);
	}
}

static void *replace_soon(void *context)
{
	struct ledger *holder = context;

	usleep(100000);
	scratch_put("new", SPAN("exclude e=f\n"));
	assert_int_equal(rename(scratch_path("new"), holder->path), 0);
	ledger_close(holder);
	return NULL;
}

/* Replaced while a run waits for the lock: the new file is what it reads, and writes. */
static void test_replaced_while_waiting(void **state)
{
	const char *path = ledger_path();
	struct ledger holder, l;
	pthread_t thread;

	(void)state;
	scratch_put("ledger", SPAN("exclude a=b\n"));
	holder = open_with(path, "");
	assert_int_equal(pthread_create(&thread, NULL, replace_soon, &holder), 0);
	l = open_with(path, "exclude c=d\n");
	pthread_join(thread, NULL);
	assert_int_equal(l.excludes.count, 1);
	assert_int_equal(l.excludes.entries[0].key.ptr[0], 'e');
	commit(&l);
	assert_text(path, "exclude e=f\nexclude c=d\n");
	scratch_clear();
}

static void *close_soon(void *context)
{
	usleep(100000);
	ledger_close(context);
	return NULL;
}

/* A run that fails takes away the file that it made while another waits for it. */
static void test_made_file_goes_while_waiting(void **state)
{
	const char *path = ledger_path();
	struct ledger holder = open_with(path, "exclude a=b\n"), l;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, close_soon, &holder), 0);
	l = open_with(path, "exclude c=d\n");
	pthread_join(thread, NULL);
	commit(&l);
	assert_text(path, HEAD "exclude c=d\n");
	assert_int_equal(scratch_clear(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_pins_round_trip),
		cmocka_unit_test(test_grows_whole_or_not_at_all),
		cmocka_unit_test(test_nothing_without_commit),
		cmocka_unit_test(test_edited_in_place),
		cmocka_unit_test(test_replaced_file_is_refused),
		cmocka_unit_test(test_replaced_while_waiting),
		cmocka_unit_test(test_made_file_goes_while_waiting),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
