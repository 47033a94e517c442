#include "scratch.h"
#include "support.h"

#include <fcntl.h>
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

static void test_grows_whole_or_not_at_all(void **state)
{
	const char *path = scratch_path("ledger");
	struct ledger l;
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	int full;

	(void)state;
	assert_int_equal(ledger_open(&l, path, SPAN_NONE, &err), 0);
	assert_int_equal(ledger_append(&l, SPAN(""), &err), 0);
	assert_int_equal(ledger_append(&l, SPAN("exclude a=b"), &err), 0);
	ledger_close(&l);
	assert_int_equal(ledger_open(&l, path, SPAN_NONE, &err), 0);
	assert_true(l.open_line);
	full = open("/dev/full", O_WRONLY);
	if (full >= 0) {
		int fd = l.fd;

		l.fd = full;
		assert_int_equal(ledger_append(&l, SPAN("exclude c=d\n"), &err), -1);
		assert_non_null(strstr(err.message, "cannot write: No space left on device"));
		l.fd = fd;
		close(full);
	}
	assert_int_equal(ledger_append(&l, SPAN("exclude c=d\n"), &err), 0);
	ledger_close(&l);
	assert_int_equal(input_whole(path, 1000, &text, &err), 0);
	assert_string_equal(buf_text(&text),
			    "# Who is who, decided: see LEDGER in cdp-identity(7).\n"
			    "exclude a=b\nexclude c=d\n");
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_pins_round_trip),
		cmocka_unit_test(test_grows_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
