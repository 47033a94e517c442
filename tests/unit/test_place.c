/*
 * Databases of places, made by tests/mmdb.py from the lists of the golden case
 * ingest-enrich-geo: what they say; cut at each length, and with bytes changed, they do
 * no harm.
 */
#include "tests/unit/support.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "reference/place.h"
#include "io/text_file.h"
#include "tests/fuzz/place_ask.h"

#define CITY "tests/fuzz/corpus/place/city.mmdb"
#define ASN "tests/fuzz/corpus/place/asn.mmdb"

static void test_find(void **state)
{
	struct error err;
	struct places *city = places_open(CITY, &err), *asn = places_open(ASN, &err);
	struct place p = {.asn = 0};

	(void)state;
	assert_non_null(city);
	assert_non_null(asn);
	assert_span(places_edition(city), "Test-City 2024-03-01");
	assert_int_equal(place_find(city, SPAN("192.0.2.16"), &p), 1);
	assert_int_equal(place_find(asn, SPAN("192.0.2.16"), &p), 1);
	assert_span(p.country, "DE");
	assert_span(p.region, "Bavaria");
	assert_span(p.city, "Munich");
	assert_span(p.postcode, "80331");
	assert_span(p.time_zone, "Europe/Berlin");
	assert_span(p.organization, "Acme Networks");
	assert_int_equal(p.asn, 64496);
	assert_true(p.located);
	assert_close(p.latitude, 48.1374, 1e-12);
	assert_close(p.longitude, 11.5755, 1e-12);
	p = (struct place){.asn = 0};
	/* A number where a text should stand, and degrees that are none. */
	assert_int_equal(place_find(city, SPAN("2001:db8::7"), &p), 1);
	assert_true(span_absent(p.postcode));
	assert_int_equal(place_find(city, SPAN("203.0.113.7"), &p), 1);
	assert_false(p.located);
	/* A database of IPv4 knows nothing of IPv6. */
	assert_int_equal(place_find(asn, SPAN("2001:db8::7"), &p), 0);
	assert_int_equal(place_find(city, SPAN("10.0.0.1"), &p), 0);
	assert_int_equal(place_find(city, SPAN("host.example.com"), &p), 0);
	assert_int_equal(place_find(city, SPAN("192.0.2.16\0x"), &p), 0);
	places_close(city);
	places_close(asn);
}

/* Asks a database of BYTES, which FILE holds for so long, what it knows. */
static size_t ask(int file, struct span bytes)
{
	struct error err = ERROR_INIT;
	struct places *p;
	size_t answer = 0;
	char path[64];

	assert_int_equal(ftruncate(file, 0), 0);
	assert_int_equal(pwrite(file, bytes.ptr, bytes.len, 0), bytes.len);
	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	p = places_open(path, &err);
	if (p)
		answer = place_ask(p);
	else
		assert_int_equal(err.kind, ERROR_USAGE);
	places_close(p);
	return answer;
}

/*
 * The library (1.7) leaks a list where the metadata is damaged, once an opening: the leak
 * checker, where there is one, is not to look at what is opened here.
 */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

static void test_damage(void **state)
{
	int file = memfd_create("places", 0);
	struct buf bytes = BUF_INIT;
	uint64_t seed = 20240301;
	size_t whole, changed = 0;

	(void)state;
	assert_true(file >= 0);
	assert_int_equal(text_file_load(CITY, &bytes, NULL), 0);
	whole = ask(file, buf_view(&bytes));
	assert_true(whole > 0);
	if (__lsan_disable)
		__lsan_disable();
	for (size_t len = 0; len < bytes.len; len++)
		ask(file, span_sub(buf_view(&bytes), 0, len));
	for (int i = 0; i < 4000; i++) {
		size_t at = support_below(&seed, bytes.len);
		char old = bytes.ptr[at];

		bytes.ptr[at] = (char)support_random(&seed);
		changed += ask(file, buf_view(&bytes)) != whole;
		bytes.ptr[at] = old;
	}
	if (__lsan_enable)
		__lsan_enable();
	assert_true(changed > 100);
	close(file);
	buf_release(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
