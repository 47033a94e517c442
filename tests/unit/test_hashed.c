/* activate/audience/hashed.h */
#include "tests/unit/support.h"

#include "activate/audience/hashed.h"
#include "base/hash.h"

static struct span formed(enum form form, const char *text, struct buf *out)
{
	struct arena scratch = ARENA_INIT;

	buf_clear(out);
	if (!form_put(form, span_of(text), &scratch, out))
		buf_lit(out, "(none)");
	arena_release(&scratch);
	return buf_view(out);
}

static void forms_are_those_of_the_platforms(void **state)
{
	static const struct {
		enum form form;
		const char *text, *want;
	} cases[] = {
		{FORM_EMAIL, " Anna.Lee+News@Gmail.com ", "anna.lee+news@gmail.com"},
		{FORM_GMAIL, " Anna.Lee+News@Gmail.com ", "annalee@gmail.com"},
		{FORM_GMAIL, "test.user+x@googlemail.com", "testuser@googlemail.com"},
		{FORM_GMAIL, "test.user+x@example.com", "test.user+x@example.com"},
		{FORM_GMAIL, "a.b@gmail.com.example.org", "a.b@gmail.com.example.org"},
		{FORM_GMAIL, "+x@gmail.com", "(none)"},
		{FORM_EMAIL, "no address", "(none)"}, {FORM_EMAIL, "a@b", "(none)"}, {FORM_EMAIL, "a@b@example.com", "(none)"},
		{FORM_EMAIL, "a@example.com,b@example.com", "(none)"}, {FORM_EMAIL, "", "(none)"}, {FORM_EMAIL, "@example.com", "(none)"},
		{FORM_EMAIL, "ZO\xc3\x8b@example.com", "zo\xc3\xab@example.com"},
		{FORM_PHONE, "+1 (650) 555-1212", "+16505551212"}, {FORM_PHONE, "0044 7700 900123", "+447700900123"},
		{FORM_PHONE_DIGITS, "+1 (650) 555-1212", "16505551212"},
		{FORM_PHONE, "030 123456", "(none)"}, {FORM_PHONE, "+12025550143;ext=17", "(none)"}, {FORM_PHONE, "+49", "(none)"},
		{FORM_PHONE, "+1234567890123456", "(none)"},
		{FORM_NAME, " Mary Ann ", "maryann"}, {FORM_NAME, "Zoe\xcc\x88", "zo\xc3\xab"}, {FORM_NAME, "P\xc3\x89REZ", "p\xc3\xa9rez"},
		{FORM_NAME, "STRA\xe1\xba\x9e" "E", "stra\xc3\x9f" "e"},
		{FORM_LETTERS, "O'Neil-Smith.", "oneilsmith"}, {FORM_LETTERS, "Val\xc3\xa9ry", "val\xc3\xa9ry"}, {FORM_LETTERS, "\xec\xa0\x95", "\xec\xa0\x95"},
		{FORM_LETTERS, "Mary Ann (work)", "mary ann work"}, {FORM_LETTERS, "- Lee -", "lee"}, {FORM_LETTERS, "?!", "(none)"},
		{FORM_INITIAL, " Zo\xc3\xab", "z"}, {FORM_INITIAL, "\xc3\x89va", "\xc3\xa9"},
		{FORM_CITY, "San Francisco", "sanfrancisco"}, {FORM_CITY, "K\xc3\xb6ln 1", "koln"}, {FORM_CITY, "\xd0\x9c", "(none)"},
		{FORM_STATE, " CA. ", "ca"}, {FORM_ZIP_SHORT, "94105-1234", "94105"}, {FORM_ZIP_SHORT, "94 105 - 1234", "94105"}, {FORM_ZIP_SHORT, "02134", "02134"}, {FORM_ZIP_SHORT, "SW1A 1AA", "sw1a1aa"},
		{FORM_TEXT, " 02134 ", "02134"},
		{FORM_COUNTRY, "de", "DE"}, {FORM_COUNTRY_LOWER, "DE", "de"}, {FORM_COUNTRY, "Germany", "(none)"},
		{FORM_GENDER, "Female", "f"}, {FORM_GENDER, "M", "m"}, {FORM_GENDER, "divers", "(none)"}, {FORM_GENDER, "n/a", "(none)"},
		{FORM_YEAR, "1985-03-07", "1985"}, {FORM_MONTH, "1985-03-07", "03"}, {FORM_DAY, "1985-03-07", "07"},
		{FORM_DATE, "1985-03-07T00:00:00.000Z", "19850307"}, {FORM_DATE, "7.3.85", "(none)"}, {FORM_DATE, "1985-13-07", "(none)"},
		{FORM_DEVICE, "ABCDEF00-0000-4000-8000-0123456789AB", "abcdef00-0000-4000-8000-0123456789ab"},
		{FORM_DEVICE, "00000000-0000-0000-0000-000000000000", "(none)"}, {FORM_DEVICE, "abc", "(none)"},
		{FORM_AMOUNT, "12.50", "12.50"}, {FORM_AMOUNT, "-1", "(none)"}, {FORM_DIGEST, "anna@example.com", "(none)"},
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_span(formed(cases[i].form, cases[i].text, &out), cases[i].want);
	buf_release(&out);
}

/* What the platforms publish: the value in its form, and its SHA-256. */
static void hashes_are_those_that_platforms_publish(void **state)
{
	static const struct {
		enum form form;
		const char *text, *hash;
	} cases[] = {
		{FORM_EMAIL, "John_Smith@gmail.com", "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"},
		{FORM_PHONE_DIGITS, "+1 650 555 1212", "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176"},
		{FORM_LETTERS, "Mary", "6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec"},
		{FORM_LETTERS, "\xec\xa0\x95", "8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14"},
		{FORM_LETTERS, "Val\xc3\xa9ry", "08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c"},
		{FORM_GMAIL, "Test@Gmail.com", "87924606b4131a8aceeeae8868531fbb9712aaa07a5d3a756b26ce0f5d6ca674"},
		{FORM_GMAIL, "test.user@googlemail.com", "06bfc6aa38674253530e62f2b585d63e3786cbb759b81b73df34ae80894d8813"},
		{FORM_GMAIL, "Jane.Doe+shopping@gmail.com", "d6117306485ed0e50afab3ac871e98f81699151f30281527d63ff5f233656c69"},
	};
	struct sha256 *h = sha256_new();
	struct buf value = BUF_INIT, hash = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		buf_clear(&hash);
		hashed_put(h, formed(cases[i].form, cases[i].text, &value), &hash);
		assert_span(buf_view(&hash), cases[i].hash);
		assert_true(hashed_looks(buf_view(&hash)));
	}
	buf_release(&value);
	buf_release(&hash);
	sha256_free(h);
}

static void one_context_hashes_as_many_do(void **state)
{
	struct sha256 *h = sha256_new();
	unsigned char one[32], other[32];
	char text[200];

	(void)state;
	memset(text, 'x', sizeof text);
	for (size_t len = 0; len < sizeof text; len++) {
		sha256_digest(h, (struct span){text, len}, one);
		hash_sha256((struct span){text, len}, other);
		assert_memory_equal(one, other, 32);
	}
	sha256_free(h);
}

static void a_hash_is_known_in_any_case(void **state)
{
	struct buf out = BUF_INIT;
	const char *capitals = "62A14E44F765419D10FEA99367361A727C12365E2520F32218D505ED9AA0F62F";

	(void)state;
	assert_true(hashed_looks(span_of(capitals)));
	assert_span(formed(FORM_DIGEST, capitals, &out), "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f");
	assert_false(hashed_looks(span_of(capitals + 1)));
	assert_false(hashed_looks(SPAN("g2a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f")));
	buf_release(&out);
}

static void collect(void *context, struct span spelling, bool sha256)
{
	struct buf *out = context;

	if (sha256)
		buf_printf(out, "#%.4s ", spelling.ptr);
	else
		buf_printf(out, "%.*s ", SPAN_ARG(spelling));
}

static void spellings_are_all_forms_and_their_hashes_once(void **state)
{
	struct sha256 *h = sha256_new();
	struct buf out = BUF_INIT;

	(void)state;
	hashed_spellings(SPAN("email"), SPAN("Jane.Doe@gmail.com"), NULL, collect, &out);
	assert_span(buf_view(&out), "Jane.Doe@gmail.com jane.doe@gmail.com janedoe@gmail.com ");
	buf_clear(&out);
	hashed_spellings(SPAN("phone"), SPAN("+16505551212"), h, collect, &out);
	assert_span(buf_view(&out), "+16505551212 #1e23 16505551212 #e323 ");
	buf_clear(&out);
	hashed_spellings(SPAN("email"), SPAN("janedoe@gmail.com"), h, collect, &out);
	assert_span(buf_view(&out), "janedoe@gmail.com #d611 ");
	buf_clear(&out);
	hashed_spellings(SPAN("user_id"), SPAN("u1"), NULL, collect, &out);
	assert_span(buf_view(&out), "u1 ");
	buf_release(&out);
	sha256_free(h);
}

static void every_form_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < FORM_COUNT; i++)
		assert_int_equal(form_find(span_of(form_names[i])), i);
	assert_int_equal(form_find(SPAN("sha1")), FORM_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_are_those_of_the_platforms),
		cmocka_unit_test(hashes_are_those_that_platforms_publish),
		cmocka_unit_test(one_context_hashes_as_many_do),
		cmocka_unit_test(a_hash_is_known_in_any_case),
		cmocka_unit_test(spellings_are_all_forms_and_their_hashes_once),
		cmocka_unit_test(every_form_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
