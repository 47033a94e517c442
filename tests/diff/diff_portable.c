/*
 * The codec as it is compiled without SSE2 against the codec as it is here:
 * same verdict, same place and message, same bytes.
 */
#undef __SSE2__

#define scan_start portable_scan_start
#define scan_enter portable_scan_enter
#define scan_step portable_scan_step
#define scan_key portable_scan_key
#define scan_guess portable_scan_guess
#define scan_value portable_scan_value
#define scan_member portable_scan_member
#define scan_element portable_scan_element
#define scan_finish portable_scan_finish
#define scan_whole portable_scan_whole
#define skim_container portable_skim_container
#define text_encode portable_text_encode
#define text_encode_inner portable_text_encode_inner
#define text_decode portable_text_decode
#define text_is_number portable_text_is_number
#define text_put_code portable_text_put_code

#include "lib/record/scan.c"
#include "lib/record/skim.c"
#include "lib/record/text.c"

#undef scan_whole
#undef skim_container
#undef text_encode

#include "tests/diff/mutate.h"

int scan_whole(struct span text, struct value *v, struct error *err);
const char *skim_container(const char *p, const char *end);
void text_encode(struct buf *out, struct span utf8);

#define RECORDS 300000

static void check_scan(struct span text)
{
	struct error here = ERROR_INIT;
	struct error there = ERROR_INIT;
	struct value v;
	struct value w;
	int failed = scan_whole(text, &v, &here);

	assert_int_equal(portable_scan_whole(text, &w, &there), failed);
	assert_string_equal(here.message, there.message);
	assert_int_equal(here.column, there.column);
	if (failed)
		return;
	assert_ptr_equal(v.raw.ptr, w.raw.ptr);
	assert_int_equal(v.raw.len, w.raw.len);
	assert_int_equal(v.kind, w.kind);
}

/* Both also where the text is no JSON. */
static void check_skim(struct span text)
{
	size_t at = span_find_byte(text, '[');
	const char *end = text.ptr + text.len;

	if (at < text.len)
		assert_ptr_equal(skim_container(text.ptr + at, end),
				 portable_skim_container(text.ptr + at, end));
}

static void changed_records(void **state)
{
	uint64_t seed = support_seed(7);
	struct buf text = BUF_INIT;
	struct buf here = BUF_INIT;
	struct buf there = BUF_INIT;

	(void)state;
	for (int i = 0; i < RECORDS; i++) {
		mutate(mutate_any_seed(&seed), &text, &seed);
		check_scan(buf_view(&text));
		check_skim(buf_view(&text));
		buf_clear(&here);
		buf_clear(&there);
		text_encode(&here, buf_view(&text));
		portable_text_encode(&there, buf_view(&text));
		assert_true(span_equal(buf_view(&here), buf_view(&there)));
	}
	buf_release(&text);
	buf_release(&here);
	buf_release(&there);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changed_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
