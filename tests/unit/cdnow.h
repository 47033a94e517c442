/*
 * CDNOW's sample of 2,357 customers (Fader and Hardie), by 1997-09-30, where its file is
 * there: $CDP_DATA/purchases/cdnow_sample.txt.
 */
#ifndef TEST_CDNOW_H
#define TEST_CDNOW_H

#include "tests/unit/support.h"

#include <math.h>

#include "understand/churn/sample.h"

#define CDNOW_CUSTOMERS 2357

struct customer {
	int days[64];		/* of purchases, from the first; merged */
	double spend[64];
	int count;
	int first;
};

static struct customer customers[CDNOW_CUSTOMERS + 1];

static int day_of(int date)
{
	static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243};

	return before[date / 100 % 100 - 1] + date % 100;
}

/* " 00004 0001 19970101  2   29.33": sample ids are 1 to 2,357. */
static bool cdnow_load(const char *name)
{
	const char *folder = getenv("CDP_DATA");
	char path[512];
	char line[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/purchases/cdnow_sample.txt",
		 folder ? folder : "../shared/data");
	f = fopen(path, "r");
	if (!f) {
		print_message("SKIP %s: %s is not there\n", name, path);
		return false;
	}
	memset(customers, 0, sizeof customers);
	while (fgets(line, sizeof line, f)) {
		int id, date, number;
		double amount;
		struct customer *c;

		if (sscanf(line, "%*d %d %d %d %lf", &id, &date, &number, &amount) != 4 ||
		    date > 19970930 || id < 1 || id > CDNOW_CUSTOMERS)
			continue;
		c = &customers[id];
		if (!c->count || c->days[c->count - 1] != day_of(date)) {
			assert_in_range(c->count, 0, 63);
			c->days[c->count++] = day_of(date);
		}
		c->spend[c->count - 1] += amount;
	}
	fclose(f);
	return true;
}

static struct history cdnow_history(int id)
{
	const struct customer *c = &customers[id];
	struct history h = {
		.state = HISTORY_KNOWN, .repeats = c->count - 1,
		.last = c->days[c->count - 1] - c->days[0],
		.age = day_of(19970930) - c->days[0],
		.spend_known = c->count > 1,
	};

	for (int i = 1; i < c->count; i++)
		h.spend += c->spend[i] / h.repeats;
	for (int i = 1; i < c->count; i++) {
		h.gap_before = h.gap;
		h.gap = c->days[i] - c->days[i - 1];
		h.log_gaps += llround(log(h.gap) * HISTORY_LOG_UNIT);
	}
	return h;
}

static struct sample cdnow_sample(bool backwards)
{
	struct sample s = SAMPLE_INIT;

	for (int i = 1; i <= CDNOW_CUSTOMERS; i++) {
		const struct history h =
			cdnow_history(backwards ? CDNOW_CUSTOMERS + 1 - i : i);

		sample_add(&s, &h);
	}
	return s;
}

#endif
