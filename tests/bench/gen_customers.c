/*
 * Writes N records of customers whose truth is known, as events for cdp-merge,
 * and the truth as CSV (record,person), the same for the same seed:
 *	gen_customers N SEED TRUTH > events
 *
 * A person has 1 to 12 records (geometric, 2.3 on average), scattered over the
 * file and over three sources.  First names, last names and towns have a long
 * tail (Zipf), the names themselves are made of syllables.  An address of mail
 * is first.last## at one of twelve domains, so that people of one name collide.
 * One person in 40 lives with the one before: last name, postcode and phone are
 * the same, and half of them share the address of mail.
 *
 * Slips, by record: a typo in the first name 15 %, in the last 12 %, in the date
 * of birth 8 %; moved 25 %; another address of mail or phone 30 % each; names
 * exchanged 3 %; missing: date of birth 15 %, postcode 20 %, mail 35 %, phone 40 %.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRSTS 4000
#define LASTS 120000
#define POSTCODES 40000
#define RECORDS_MOST 12
#define ANOTHER 0.44		/* chance that a person has one more record */

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static uint64_t next(uint64_t *state)
{
	return mix((*state)++);
}

static uint64_t below(uint64_t *state, uint64_t n)
{
	return next(state) % n;
}

static int chance(uint64_t *state, unsigned percent)
{
	return below(state, 100) < percent;
}

static double uniform(uint64_t *state)
{
	return (double)(next(state) >> 11) / 9007199254740992.0;
}

/* Cumulated chances of ranks: 1 / (rank + shift). */
struct tail {
	double *sums;
	size_t count;
};

static struct tail firsts, lasts, postcodes;

static struct tail tail_new(size_t count, double shift)
{
	struct tail t = {malloc(count * sizeof *t.sums), count};
	double sum = 0;

	if (!t.sums)
		exit(3);
	for (size_t i = 0; i < count; i++)
		t.sums[i] = sum += 1 / ((double)i + shift);
	return t;
}

static size_t tail_pick(const struct tail *t, uint64_t *state)
{
	double at = uniform(state) * t->sums[t->count - 1];
	size_t from = 0, to = t->count - 1;

	while (from < to) {
		size_t middle = (from + to) / 2;

		if (t->sums[middle] < at)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static const char *const onsets[] = {
	"b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t",
	"v", "w", "br", "cl", "dr", "fr", "gr", "kr", "sh", "st", "th", "tr",
};
static const char *const vowels[] = {"a", "e", "i", "o", "u", "ai", "ei", "ia"};
static const char *const codas[] = {
	"", "", "", "n", "r", "l", "s", "m", "t", "nd", "rt", "ck",
};

#define COUNT(list) (sizeof (list) / sizeof *(list))

/* A name for RANK: the same always, two or three syllables. */
static void put_name(char *out, size_t room, uint64_t kind, size_t rank)
{
	uint64_t state = mix(kind) + (uint64_t)rank * 977;
	int syllables = 2 + chance(&state, rank > 3000 ? 60 : 30);

	*out = '\0';
	for (int i = 0; i < syllables; i++) {
		strncat(out, onsets[below(&state, COUNT(onsets))], room - strlen(out) - 1);
		strncat(out, vowels[below(&state, COUNT(vowels))], room - strlen(out) - 1);
		if (i + 1 == syllables || chance(&state, 25))
			strncat(out, codas[below(&state, COUNT(codas))], room - strlen(out) - 1);
	}
}

struct human {
	char first[40];
	char last[40];
	int year, month, day;
	size_t postcode;
	char email[120];
	char phone[16];
};

static void put_email(char *out, size_t room, const struct human *p, uint64_t *state)
{
	unsigned number = (unsigned)below(state, 100);
	uint64_t a = below(state, 12), b = below(state, 12);

	snprintf(out, room, "%s.%s%02u@mail%u.example.com", p->first, p->last,
		 number, (unsigned)(a < b ? a : b));
}

static void put_phone(char *out, size_t room, uint64_t *state)
{
	/* Country code 999 is nobody's. */
	snprintf(out, room, "+999%08u", (unsigned)below(state, 100000000));
}

/* Person NUMBER as they are; one in 40 shares with the one before. */
static void make_human(struct human *p, uint64_t seed, uint64_t number)
{
	uint64_t state = mix(seed ^ mix(number));
	uint64_t home = mix(seed + 77) + number;
	int shares = number && mix(home) % 40 == 0;

	put_name(p->first, sizeof p->first, 1, tail_pick(&firsts, &state));
	put_name(p->last, sizeof p->last, 2, tail_pick(&lasts, &state));
	p->year = 1930 + (int)below(&state, 76);
	p->month = 1 + (int)below(&state, 12);
	p->day = 1 + (int)below(&state, 28);
	p->postcode = tail_pick(&postcodes, &state);
	put_email(p->email, sizeof p->email, p, &state);
	put_phone(p->phone, sizeof p->phone, &state);
	if (shares) {
		struct human other;

		make_human(&other, seed, number - 1);
		memcpy(p->last, other.last, sizeof p->last);
		memcpy(p->phone, other.phone, sizeof p->phone);
		p->postcode = other.postcode;
		if (chance(&state, 50))
			memcpy(p->email, other.email, sizeof p->email);
		else
			put_email(p->email, sizeof p->email, p, &state);
	}
}

/* One slip of the hand: a letter goes, comes, changes or two are exchanged. */
static void slip(char *text, size_t room, uint64_t *state)
{
	size_t len = strlen(text), at = below(state, len);
	char letter = (char)('a' + below(state, 26));

	switch (below(state, 4)) {
	case 0:
		if (len > 2)
			memmove(text + at, text + at + 1, len - at);
		break;
	case 1:
		if (len + 2 < room) {
			memmove(text + at + 1, text + at, len - at + 1);
			text[at] = letter;
		}
		break;
	case 2:
		text[at] = letter;
		break;
	default:
		if (at + 1 < len) {
			char swap = text[at];

			text[at] = text[at + 1];
			text[at + 1] = swap;
		}
	}
}

static void slip_date(struct human *p, uint64_t *state)
{
	int swap = p->day;

	switch (below(state, 4)) {
	case 0:
		p->year += chance(state, 50) ? 1 : -1;
		break;
	case 1:
		p->month = 1 + (int)below(state, 12);
		break;
	case 2:
		p->day = 1 + (int)below(state, 28);
		break;
	default:
		if (p->day <= 12) {
			p->day = p->month;
			p->month = swap;
		}
	}
}

/* What a record makes of a person. */
static void spoil(struct human *p, uint64_t *state)
{
	struct human was = *p;

	if (chance(state, 15))
		slip(p->first, sizeof p->first, state);
	if (chance(state, 12))
		slip(p->last, sizeof p->last, state);
	if (chance(state, 8))
		slip_date(p, state);
	if (chance(state, 25))
		p->postcode = tail_pick(&postcodes, state);
	if (chance(state, 30))
		put_email(p->email, sizeof p->email, &was, state);
	if (chance(state, 30))
		put_phone(p->phone, sizeof p->phone, state);
	if (chance(state, 3)) {
		char swap[sizeof p->first];

		memcpy(swap, p->first, sizeof swap);
		memcpy(p->first, p->last, sizeof swap);
		memcpy(p->last, swap, sizeof swap);
	}
	if (chance(state, 15))
		p->year = 0;
	if (chance(state, 20))
		p->postcode = POSTCODES;
	if (chance(state, 35))
		*p->email = '\0';
	if (chance(state, 40))
		*p->phone = '\0';
}

static void put_record(const struct human *p, uint64_t number, const char *source,
		       uint64_t *state)
{
	printf("{\"type\":\"identify\",\"id\":\"r%" PRIu64 "\",\"time\":\"2025-%02d-%02dT%02d:00:00.000Z\","
	       "\"source\":\"%s\",\"ids\":{", number, 1 + (int)below(state, 12),
	       1 + (int)below(state, 28), (int)below(state, 24), source);
	if (*p->email)
		printf("\"email\":\"%s\"", p->email);
	if (*p->phone)
		printf("%s\"phone\":\"%s\"", *p->email ? "," : "", p->phone);
	printf("},\"traits\":{\"first_name\":\"%s\",\"last_name\":\"%s\"", p->first, p->last);
	if (p->year)
		printf(",\"birth_date\":\"%04d-%02d-%02d\"", p->year, p->month, p->day);
	if (p->postcode < POSTCODES)
		printf(",\"postcode\":\"%05zu\"", 10000 + p->postcode * 2);
	puts("}}");
}

/* By record: its person, scattered. */
static uint32_t *deal(uint64_t count, uint64_t seed)
{
	uint32_t *people = malloc((count + 1) * sizeof *people);
	uint64_t state = mix(seed + 1), made = 0;

	if (!people)
		exit(3);
	for (uint32_t person = 0; made < count; person++) {
		int records = 1;

		while (records < RECORDS_MOST && uniform(&state) < 1 - ANOTHER)
			records++;
		while (records-- && made < count)
			people[made++] = person;
	}
	for (uint64_t i = count; i > 1; i--) {
		uint64_t j = below(&state, i);
		uint32_t swap = people[i - 1];

		people[i - 1] = people[j];
		people[j] = swap;
	}
	return people;
}

int main(int argc, char **argv)
{
	static const char *const sources[] = {"crm", "shop", "web"};
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	FILE *truth = argc > 3 ? fopen(argv[3], "w") : NULL;
	uint32_t *people;

	if (!truth || !count)
		return fputs("usage: gen_customers N SEED TRUTH\n", stderr), 2;
	firsts = tail_new(FIRSTS, 30);
	lasts = tail_new(LASTS, 60);
	postcodes = tail_new(POSTCODES, 3000);
	people = deal(count, seed);
	fputs("record,person\n", truth);
	for (uint64_t i = 0; i < count; i++) {
		uint64_t state = mix(seed + 2) ^ mix(i);
		const char *source = sources[below(&state, 3)];
		struct human p;

		make_human(&p, seed, people[i]);
		spoil(&p, &state);
		put_record(&p, i, source, &state);
		fprintf(truth, "%s/r%" PRIu64 ",p%" PRIu32 "\n", source, i, people[i]);
	}
	free(people);
	return ferror(stdout) || fclose(stdout) || ferror(truth) || fclose(truth) ? 1 : 0;
}
