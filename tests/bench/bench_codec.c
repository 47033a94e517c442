/*
 * The codec's speed, beside Jansson's, over lines made here with a fixed seed:
 * medians of several rounds in one process, in MB (10^6 bytes) a second of its
 * processor time.  With an operand, only the measurements whose name holds it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "base/buf.h"
#include "record/profile.h"

#define BYTES (32u << 20)
#define ROUNDS 9

static uint64_t state = 20240301;

/* splitmix64 */
static uint64_t any(void)
{
	uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static unsigned below(unsigned limit)
{
	return (unsigned)(any() % limit);
}

static void put_time(struct buf *b)
{
	buf_printf(b, "\"2024-%02u-%02uT%02u:%02u:%02u.000Z\"", 1 + below(12),
		   1 + below(28), below(24), below(60), below(60));
}

static const char *const cities[] = {
	"Lisboa", "Zürich", "Köln", "New York", "Łódź", "São Paulo", "Leeds",
};

static void put_products(struct buf *b)
{
	unsigned count = 1 + below(3);

	buf_lit(b, "\"products\":[");
	for (unsigned i = 0; i < count; i++)
		buf_printf(b, "%s{\"product_id\":\"SKU-%05u\",\"name\":\"Lamp, "
			   "%u cm\",\"price\":%u.%02u,\"quantity\":%u}",
			   i ? "," : "", below(99999), below(90), below(300),
			   below(100), 1 + below(4));
	buf_char(b, ']');
}

/* What stands in a profile's events too. */
static void put_frame(struct buf *b, const char *event)
{
	buf_printf(b, "{\"type\":\"track\",\"id\":\"%016" PRIx64 "%016" PRIx64
		   "\",\"time\":", any(), any());
	put_time(b);
	buf_printf(b, ",\"source\":\"shop\",\"event\":\"%s\"", event);
}

static void put_body(struct buf *b)
{
	buf_printf(b, ",\"props\":{\"order_id\":\"%u\",\"revenue\":%u.%02u,"
		   "\"currency\":\"EUR\",", 100000 + below(899999), below(900),
		   below(100));
	put_products(b);
	buf_lit(b, "},\"context\":{\"page\":{\"url\":\"https://example.com/cart\","
		"\"title\":\"Cart\"},\"ip\":\"192.0.2.7\"}}");
}

static void put_event(struct buf *b)
{
	unsigned customer = below(200000);

	put_frame(b, "Order Completed");
	buf_printf(b, ",\"ids\":{\"email\":\"customer.%u@example.com\","
		   "\"shop_id\":\"%u\"},\"traits\":{\"first_name\":\"Ada\","
		   "\"last_name\":\"Quill\",\"city\":\"%s\"}", customer,
		   customer, cities[below(7)]);
	put_body(b);
	buf_char(b, '\n');
}

static void put_profile(struct buf *b)
{
	unsigned events = 1 + below(20);
	unsigned customer = below(200000);

	buf_printf(b, "{\"type\":\"profile\",\"id\":\"%016" PRIx64 "%016" PRIx64
		   "\",\"as_of\":\"2024-12-31T23:59:59.999Z\",\"ids\":{\"email\":"
		   "[\"customer.%u@example.com\"],\"shop_id\":[\"%u\"]},",
		   any(), any(), customer, customer);
	buf_printf(b, "\"traits\":{\"first_name\":\"Ada\",\"last_name\":\"Quill\","
		   "\"city\":\"%s\"},\"consent\":{\"email\":\"granted\"},"
		   "\"sources\":[\"shop\",\"crm\"],\"first_seen\":",
		   cities[below(7)]);
	put_time(b);
	buf_lit(b, ",\"last_seen\":");
	put_time(b);
	buf_printf(b, ",\"orders\":{\"count\":%u,\"revenue\":%u.%02u,\"currency\":"
		   "\"EUR\"},\"segments\":[\"loyal\",\"vip\"],\"events\":[", events,
		   below(9000), below(100));
	for (unsigned i = 0; i < events; i++) {
		if (i)
			buf_char(b, ',');
		put_frame(b, "Order Completed");
		put_body(b);
	}
	buf_lit(b, "]}\n");
}

static bool head(struct span line)
{
	struct profile p;

	return !profile_parse(&p, line, NULL) && p.skimmed;
}

static bool whole_profile(struct span line)
{
	struct profile p;

	return !profile_parse(&p, line, NULL) && !profile_validate(&p, NULL);
}

static bool walk_events(struct span line)
{
	struct profile p;
	struct profile_events w;
	struct event e;
	int got = 0;

	if (profile_parse(&p, line, NULL))
		return false;
	profile_events_start(&w, &p);
	while ((got = profile_events_next(&w, &e, NULL)) > 0)
		;
	return !got;
}

static bool whole(struct span line)
{
	struct value v;

	return !scan_whole(line, &v, NULL);
}

static bool parse_event(struct span line)
{
	struct event e;

	return !event_parse(&e, line, NULL);
}

static bool by_jansson(struct span line)
{
	json_t *j = json_loadb(line.ptr, line.len, 0, NULL);

	json_decref(j);
	return j;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double one_round(struct span text, bool (*visit)(struct span))
{
	double start = seconds();

	while (text.len) {
		struct span line = span_cut(&text, '\n');

		if (!line.len || visit(line))
			continue;
		fprintf(stderr, "bench_codec: refused: %.*s\n", SPAN_ARG(line));
		exit(1);
	}
	return seconds() - start;
}

static const char *only = "";

static void measure(const char *what, const struct buf *b,
		    bool (*visit)(struct span))
{
	int rounds = visit == by_jansson ? 3 : ROUNDS;
	double took[ROUNDS];

	if (!strstr(what, only))
		return;
	for (int i = 0; i < rounds; i++)
		took[i] = one_round(buf_view(b), visit);
	qsort(took, (size_t)rounds, sizeof *took, compare);
	printf("%-44s %8.0f MB/s\n", what,
	       (double)b->len / 1e6 / took[rounds / 2]);
}

int main(int argc, char **argv)
{
	struct buf events = BUF_INIT;
	struct buf profiles = BUF_INIT;

	if (argc > 1)
		only = argv[1];
	while (events.len < BYTES)
		put_event(&events);
	while (profiles.len < BYTES)
		put_profile(&profiles);
	measure("profile lines, the head", &profiles, head);
	measure("profile lines, every member", &profiles, whole_profile);
	measure("profile lines, each event parsed", &profiles, walk_events);
	measure("profile lines, Jansson", &profiles, by_jansson);
	measure("event lines, every member", &events, whole);
	measure("event lines, parsed into struct event", &events, parse_event);
	measure("event lines, Jansson", &events, by_jansson);
	buf_release(&events);
	buf_release(&profiles);
	return 0;
}
