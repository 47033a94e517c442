#include "understand/survival/subscription_count.h"

#include "base/mem.h"
#include "understand/survival/subscriptions.h"

struct counted {
	unsigned workers;
	struct subscriptions *list;
	uint64_t *without_as_of;	/* by worker: profiles, which count in nothing */
	int64_t *as_of;			/* by worker; MOMENT_NONE: no profile yet */
};

static void *start(const struct count_setup *setup, struct error *err)
{
	struct counted *c = mem_zero(1, sizeof *c);

	(void)err;
	c->workers = setup->workers;
	c->list = mem_zero(setup->workers, sizeof *c->list);
	c->without_as_of = mem_zero(setup->workers, sizeof *c->without_as_of);
	c->as_of = mem_zero(setup->workers, sizeof *c->as_of);
	for (unsigned i = 0; i < setup->workers; i++) {
		c->list[i].zone = setup->zone;
		c->as_of[i] = MOMENT_NONE;
	}
	return c;
}

static void free_counted(void *state)
{
	struct counted *c = state;

	for (unsigned i = 0; i < c->workers; i++)
		subscriptions_release(&c->list[i]);
	mem_free(c->list);
	mem_free(c->without_as_of);
	mem_free(c->as_of);
	mem_free(c);
}

static int commit(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct counted *c = state;

	c->without_as_of[worker] += p->as_of == MOMENT_NONE;
	if (p->as_of == MOMENT_NONE)
		return 0;
	c->as_of[worker] = p->as_of;
	return subscriptions_add(&c->list[worker], p, err);
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct counted *c = state;
	struct subscriptions *all = c->list;
	uint64_t without_as_of = 0;
	int64_t as_of = 0;	/* without profiles there are no months, either */

	(void)err;
	for (unsigned i = 0; i < c->workers; i++) {
		without_as_of += c->without_as_of[i];
		as_of = c->as_of[i] == MOMENT_NONE ? as_of : c->as_of[i];
	}
	subscriptions_join(all, c->workers);
	subscriptions_add_now(all, as_of, sheet);
	subscriptions_add_months(all, as_of, sheet);
	subscriptions_put_warnings(all, &sheet->warnings);
	if (all->counts.odd_names)
		sheet_warn(sheet, "%llu event%s, such as '%.*s', %s not taken as a subscription's: only names such as 'Subscription Cancelled' are",
			   (unsigned long long)all->counts.odd_names, all->counts.odd_names == 1 ? "" : "s",
			   SPAN_ARG(all->odd_name), all->counts.odd_names == 1 ? "is" : "are");
	else if (!all->month_count)
		sheet_warn(sheet, "subscriptions: no profile has an event such as 'Subscription Started'");
	if (without_as_of)
		sheet_warn(sheet, "subscriptions: %llu profile%s no as_of, and count%s nowhere", (unsigned long long)without_as_of,
			   without_as_of == 1 ? " has" : "s have", without_as_of == 1 ? "s" : "");
	return 0;
}

const struct counting count_subscriptions = {
	"subscriptions", true, start, NULL, NULL, commit, fill, free_counted, NULL, NULL,
};
