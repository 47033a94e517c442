/*
 * Writes N orders of N/10 customers as CSV, the same for the same seed:
 *	gen_orders [N [SEED [SOURCE]]] > orders.csv
 * 13 columns, about 117 bytes a row, in no order of customers.  SOURCE 0 is a
 * shop; 1 is a second shop whose staff type e-mail addresses in their own way
 * (capitals, blanks), so that joining has something to do.  1 % of the phones are
 * shared by a household, 0.5 % of the addresses hold a typo.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static uint64_t below(uint64_t n)
{
	return mix(state++) % n;
}

static const char *const firsts[] = {
	"Anna", "Ben", "Clara", "David", "Elena", "Felix", "Greta", "Hassan",
	"Ines", "Jonas", "Karin", "Liam", "Mara", "Nadia", "Oskar", "Paula",
	"Rosa", "Samir", "Tessa", "Uwe", "Vera", "Wanda", "Yusuf", "Zoë",
	"Amir", "Birgit", "Carlos", "Dana", "Emil", "Fatima", "Georg", "Hanna",
};
static const char *const lasts[] = {
	"Adler", "Bauer", "Costa", "Dietz", "Engel", "Fischer", "Gruber",
	"Haas", "Ito", "Jansen", "Keller", "Lang", "Moreau", "Novák",
	"Okafor", "Petrov", "Quinn", "Richter", "Silva", "Thomas", "Unger",
	"Vogel", "Weber", "Yılmaz", "Zeller", "Berg", "Conrad", "Duval", "Ek",
	"Faber", "Garcia", "Holm",
};
static const char *const cities[] = {
	"Hamburg", "Köln", "Leipzig", "Wien", "Zürich", "Utrecht", "Lyon",
	"Aarhus",
};
static const char *const countries[] = {
	"DE", "DE", "DE", "AT", "CH", "NL", "FR", "DK",
};
static const char *const channels[] = {"web", "app", "shop", "phone"};
static const char *const coupons[] = {"", "", "", "SPRING10", "WELCOME"};

static void put_day(uint64_t minute)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30,
				      31, 31, 30, 31, 30, 31};
	uint64_t day = minute / 1440;
	int year = 2024, month = 0;

	for (;;) {
		int length = lengths[month] + (month == 1 && year == 2024);

		if (day < (uint64_t)length)
			break;
		day -= (uint64_t)length;
		if (++month == 12) {
			month = 0;
			year++;
		}
	}
	printf("%d-%02d-%02d %02d:%02d:%02d", year, month + 1, (int)day + 1,
	       (int)(minute % 1440 / 60), (int)(minute % 60),
	       (int)below(60));
}

static void put_email(uint64_t customer, const char *first, int source)
{
	uint64_t style = below(200);
	char name[32];
	size_t len = strcspn(first, "\xc3\xc4");

	snprintf(name, sizeof name, "%.*s", (int)len, first);
	for (char *c = name; *c; c++)
		if (!(source && style < 60) && *c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	if (!style)
		name[0] = 'x';
	printf("%s%s.%" PRIu64 "@example.%s", source && style < 20 ? " " : "",
	       name, customer, customer % 3 ? "com" : "org");
}

static void put_order(uint64_t number, uint64_t customers, int source)
{
	uint64_t customer = below(customers);
	uint64_t who = mix(customer * 7919 + 13);
	const char *first = firsts[who % 32];
	uint64_t city = who / 1024 % 8;
	uint64_t line = customer % 100 ? customer : customer / 2;

	printf("%c%07" PRIu64 ",", source ? 'B' : 'A', number);
	put_day(below(730 * 1440));
	printf(",%" PRIu64 ",", 100000 + customer);
	put_email(customer, first, source);
	printf(",+1 202 5%06" PRIu64 ",%s,%s,%s,%05" PRIu64 ",%s,", line % 1000000,
	       first, lasts[who / 32 % 32], cities[city], who % 90000 + 10000,
	       countries[city]);
	printf("%" PRIu64 ".%02" PRIu64 ",EUR,", 5 + below(195), below(100));
	printf("%s/%s\n", channels[below(4)], coupons[below(5)]);
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 2000000;
	int source = argc > 3 && argv[3][0] == '1';

	state = mix(argc > 2 ? strtoull(argv[2], NULL, 10) : 1) + (uint64_t)source;
	puts("order_id,ordered_at,customer_no,email,phone,first_name,last_name,"
	     "city,postcode,country,revenue,currency,channel");
	for (uint64_t i = 0; i < count; i++)
		put_order(i, count / 10 ? count / 10 : 1, source);
	return ferror(stdout) || fclose(stdout) ? 1 : 0;
}
