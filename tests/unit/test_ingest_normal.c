/* Addresses, phone numbers, names, consent, countries: made comparable or refused. */
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "reference/country.h"
#include "reference/normal.h"
#include "reference/phone.h"
#include "tests/unit/support.h"

struct pair {
	const char *from;
	const char *to;		/* NULL: refused */
};

static void check(const struct pair *list, size_t count,
		  bool (*make)(struct span text, struct buf *out))
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < count; i++) {
		bool made;

		buf_clear(&out);
		buf_lit(&out, "<");
		made = make(span_of(list[i].from), &out);
		if (made != !!list[i].to ||
		    (made && strcmp(buf_text(&out) + 1, list[i].to)) ||
		    (!made && out.len != 1))
			fail_msg("'%s' gives '%s'", list[i].from, buf_text(&out));
	}
	buf_release(&out);
}

static struct arena scratch;

static bool make_email(struct span text, struct buf *out)
{
	return normal_email(text, &scratch, out);
}

static void test_email(void **state)
{
	static const struct pair list[] = {
		{"rosa@example.com", "rosa@example.com"},
		{"  Rosa.Unger+shop@Example.COM ", "rosa.unger+shop@example.com"},
		{"Rosa Unger <Rosa@example.com>", "rosa@example.com"},
		{"MAILTO:a@b.example.org", "a@b.example.org"},
		{"Zoë@example.com", "zoë@example.com"},
		{"o'hara_1=2@example.com", "o'hara_1=2@example.com"},
		{"rosa", NULL}, {"@example.com", NULL}, {"rosa@", NULL},
		{"rosa@example", NULL}, {"a@b@example.com", NULL},
		{"a b@example.com", NULL}, {".a@example.com", NULL},
		{"a.@example.com", NULL}, {"a..b@example.com", NULL},
		{"a@.example.com", NULL}, {"a@example.com.", NULL},
		{"a@-example.com", NULL}, {"a@example-", NULL},
		{"a\"b@example.com", NULL}, {"a,b@example.com", NULL},
		{"", NULL}, {"<>", NULL},
		{"123456789012345678901234567890123456789012345678901234567890abcde@example.com", NULL},
	};

	(void)state;
	check(list, COUNT_OF(list), make_email);
	arena_release(&scratch);
}

static void test_gmail(void **state)
{
	static const struct {
		const char *text, *wanted;
	} list[] = {
		{"j.o.e+shop@gmail.com", "joe@gmail.com"}, {"joe@googlemail.com", "joe@gmail.com"},
		{"j.oe+@googlemail.com", "joe@gmail.com"}, {"joe@gmail.com", "joe@gmail.com"},
		{"j.oe+x@example.com", "j.oe+x@example.com"}, {"+x@gmail.com", "+x@gmail.com"},
		{"j.oe@gmail.com.example", "j.oe@gmail.com.example"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(list); i++) {
		struct buf out = BUF_INIT;

		buf_printf(&out, "x.%s", list[i].text);
		normal_gmail(&out, 2);
		assert_string_equal(buf_text(&out) + 2, list[i].wanted);
		buf_release(&out);
	}
}

static const struct phone_region *region;

static bool make_phone(struct span text, struct buf *out)
{
	return phone_normal(text, region, out);
}

static void test_phone_without_region(void **state)
{
	static const struct pair list[] = {
		{"+1 202 555 0143", "+12025550143"},
		{"+44 (0)20 7946 0018", "+442079460018"},
		{"0044 20 7946 0018", "+442079460018"},
		{"tel:+49-30-23125-000", "+493023125000"},
		{"+33\xc2\xa0" "1.99.00.12.34", "+33199001234"},
		{"202 555 0143", NULL}, {"+1 202 555 014", NULL},
		{"+1 102 555 0143", NULL}, {"+999 1234567", NULL},
		{"+1 202 555 0143 ext 5", "+12025550143;ext=5"}, {"+1 202 555 0143 x18", "+12025550143;ext=18"},
		{"+1 (202) 555-0143 Ext. 1234", "+12025550143;ext=1234"}, {"+12025550143,,17#", "+12025550143;ext=17"},
		{"+12025550143,,17", "+12025550143;ext=17"}, {"+12025550143#17", "+12025550143;ext=17"},
		{"+12025550143;ext=17", "+12025550143;ext=17"}, {"tel:+1-202-555-0143;ext=17", "+12025550143;ext=17"},
		{"+44 20 7946 0018 (ext 17)", "+442079460018;ext=17"}, {"+44 20 7946 0018 extension: 17", "+442079460018;ext=17"},
		{"+49 30 23125 Durchwahl 17", "+493023125;ext=17"}, {"+33 1 99 00 12 34 poste 12", "+33199001234;ext=12"},
		{"+7 495 555 01 43 \xd0\xb4\xd0\xbe\xd0\xb1. 12", "+74955550143;ext=12"},
		{"+44 20 7946 0018 fax 17", NULL}, {"+12025550143 ext", "+12025550143"}, {"+12025550143 x12345678", NULL},
		{"ext 17", NULL}, {"x18", NULL},
		/* Words and marks around. */
		{"Tel.: +44 20 7946 0018", "+442079460018"}, {"M: +447700900123", "+447700900123"},
		{"+44 7700 900123 (mobile)", "+447700900123"}, {"+44 7700 900123 home", "+447700900123"},
		{"\xe2\x80\xaa+44 7700\xe2\x80\x91" "900123\xe2\x80\xac", "+447700900123"},
		{"\xef\xbc\x8b\xef\xbc\x94\xef\xbc\x94 7700 900123", "+447700900123"},
		{"00447700900123.0", "+447700900123"}, {"+447700900123.0", "+447700900123"},
		/* The trunk zero behind a calling code. */
		{"0049 (0)30 23125000", "+493023125000"}, {"+49 (030) 23125000", "+493023125000"},
		{"+44 07700 900123", "+447700900123"}, {"+39 06 1234 5678", "+390612345678"}, {"+7 812 555 01 43", "+78125550143"},
		{"++12025550143", NULL},
		{"", NULL}, {"n/a", NULL}, {"+", NULL},
		{"+49123456789012345678", NULL},
	};

	(void)state;
	region = NULL;
	check(list, COUNT_OF(list), make_phone);
}

static void test_phone_of_a_region(void **state)
{
	static const struct {
		const char *region;
		struct pair pair;
	} list[] = {
		{"DE", {"030 23125 000", "+493023125000"}},
		{"de", {"(0171) 39200-01", "+491713920001"}},
		{"US", {"(202) 555-0143", "+12025550143"}},
		{"US", {"1-202-555-0143", "+12025550143"}},
		{"US", {"011 44 20 7946 0018", "+442079460018"}},
		{"US", {"555-0143", NULL}},
		{"US", {"202-555-0143 x18", "+12025550143;ext=18"}},
		{"US", {"2025550143.0", "+12025550143"}},
		{"DE", {"301234567.0", "+49301234567"}},
		{"DE", {"Tel. 030/23125-000", "+493023125000"}},
		{"GB", {"020 7946 0018", "+442079460018"}},
		{"IT", {"06 1234 5678", "+390612345678"}},
		{"FR", {"01 99 00 12 34", "+33199001234"}},
		{"FR", {"1 99 00", NULL}},
		{"AU", {"0011 44 20 7946 0018", "+442079460018"}},
		{"HU", {"06 1 234 5678", "+3612345678"}},
		{"BB", {"555 0143", "+12465550143"}},
		{"ES", {"912 34 56 78", "+34912345678"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(list); i++) {
		region = phone_region_find(span_of(list[i].region));
		assert_non_null(region);
		check(&list[i].pair, 1, make_phone);
	}
	assert_null(phone_region_find(SPAN("XY")));
	assert_null(phone_region_find(SPAN("DEU")));
}

static void test_several_phones(void **state)
{
	static const struct {
		const char *region, *text;
		unsigned count;
		const char *first;
	} list[] = {
		{"DE", "+12025550105;+12025550106", 2, "+12025550105"}, {"DE", "030 23125 / 0171 3920001", 2, "+493023125"},
		{"DE", "030/23125000, 0171/3920001", 2, "+493023125000"}, {"US", "202-555-0105 or 202-555-0106 x7", 2, "+12025550105"},
		{"US", "202-555-0105 | 202-555-0106;202-555-0107", 3, "+12025550105"}, {"GB", "07700 900123\n07700 900124", 2, "+447700900123"},
		{"GB", "07700 900123;", 1, "+447700900123"}, {"GB", "07700 900123 / 124", 0, NULL}, {"GB", ";,;", 0, NULL},
		{"GB", "07700 900123, n/a", 0, NULL}, {"GB", "07700 900123", 1, "+447700900123"}, {"GB", "", 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(list); i++) {
		struct buf out = BUF_INIT;

		buf_lit(&out, "x");
		assert_int_equal(phone_normal_first(span_of(list[i].text), phone_region_find(span_of(list[i].region)), &out),
				 list[i].count);
		assert_string_equal(buf_text(&out) + 1, list[i].first ? list[i].first : "");
		buf_release(&out);
	}
}

/* Codes in order, calling codes of digits, and sane lengths. */
static void test_phone_regions_are_sane(void **state)
{
	size_t count = 0;

	(void)state;
	for (const struct phone_region *r = phone_regions(); r->code[0]; r++, count++) {
		if (r > phone_regions())
			assert_true(strcmp(r[-1].code, r->code) < 0);
		assert_true(strspn(r->calling, "0123456789") == strlen(r->calling));
		assert_true(r->calling[0] && r->min && r->min <= r->max);
		assert_true(strspn(r->trunk, "0123456789") == strlen(r->trunk));
		assert_true(r->abroad[0] && strspn(r->abroad, "0123456789") == strlen(r->abroad));
		assert_true(strlen(r->calling) + r->max <= 15);
	}
	assert_true(count > 240 && count < PHONE_REGIONS_MAX);
}

static bool make_name(struct span text, struct buf *out)
{
	struct buf name = BUF_INIT;

	normal_name(text, &scratch, &name);
	buf_span(out, buf_view(&name));
	if (span_equal(text, buf_view(&name)) && text.len)
		assert_true(normal_name_is(text) || name.ptr[0] & 0x80);
	else
		assert_false(normal_name_is(text));
	buf_release(&name);
	return true;
}

static void test_name(void **state)
{
	static const struct pair list[] = {
		{"Rosa", "Rosa"}, {"  Rosa \t Unger\n", "Rosa Unger"},
		{"van der Berg", "van der Berg"},
		{"Jose\xcc\x81", "Jos\xc3\xa9"}, {"Rosa\xc2\xa0Unger", "Rosa Unger"},
		{"", ""}, {"   ", ""},
	};

	(void)state;
	check(list, COUNT_OF(list), make_name);
	arena_release(&scratch);
}

static void test_spoiled(void **state)
{
	static const struct {
		const char *text;
		enum spoiled how;
	} list[] = {
		{"17850.0", SPOILED_FRACTION}, {"17850,00", SPOILED_FRACTION},
		{"4.9E+11", SPOILED_EXPONENT}, {"5E+11", SPOILED_EXPONENT},
		{"570306133677760000", SPOILED_ROUNDED},
		{"1234567890123456000", SPOILED_NOT},
		{"570306133677760123", SPOILED_NOT}, {"100000", SPOILED_NOT},
		{"17850.5", SPOILED_NOT}, {"1.000", SPOILED_NOT},
		{"A17850.0", SPOILED_NOT}, {"", SPOILED_NOT},
		{"1.2.3", SPOILED_NOT}, {"12E+11x", SPOILED_NOT},
		{"00042", SPOILED_NOT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(list); i++)
		if (normal_spoiled(span_of(list[i].text)) != list[i].how)
			fail_msg("%s", list[i].text);
}

static void check_country(const struct country_table *t, const char *text,
			  const char *code)
{
	struct span got = country_code(t, span_of(text));

	if (code ? !span_equal(got, span_of(code)) : !span_absent(got))
		fail_msg("'%s' gives '%.*s'", text, SPAN_ARG(got));
}

static void test_country(void **state)
{
	static const char path[] = "/usr/share/iso-codes/json/iso_3166-1.json";
	struct country_table *t = country_table_load(path);

	(void)state;
	check_country(t, "DE", "DE");
	check_country(t, "de", "DE");
	check_country(t, "Germany", "DE");
	check_country(t, "Deutschland", "DE");
	check_country(t, "UK", "GB");
	check_country(t, "U.S.A.", "US");
	check_country(t, "EIRE", "IE");
	check_country(t, "XX", NULL);
	check_country(t, "Narnia", NULL);
	check_country(t, "", NULL);
	if (access(path, R_OK) == 0) {
		check_country(t, "ARW", NULL);
		check_country(t, "ABW", "AW");
		check_country(t, "533", "AW");
		check_country(t, "Islamic Republic of Afghanistan", "AF");
	}
	country_table_free(t);
	/* Without a document the usual names are still known, and without a table codes. */
	t = country_table_load("/nowhere/iso.json");
	check_country(t, "germany", "DE");
	check_country(t, "Aruba", NULL);
	country_table_free(t);
	check_country(NULL, "fr", "FR");
	check_country(NULL, "France", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_email),
		cmocka_unit_test(test_phone_without_region),
		cmocka_unit_test(test_phone_of_a_region),
		cmocka_unit_test(test_gmail),
		cmocka_unit_test(test_several_phones),
		cmocka_unit_test(test_phone_regions_are_sane),
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_spoiled),
		cmocka_unit_test(test_country),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
