#include "understand/report/unidentified.h"

#include "base/mem.h"
#include "record/order.h"
#include "time/moment.h"
#include "understand/report/tally.h"

struct part {
	struct tally currencies;	/* counts[0] orders and refunds */
	struct tally later;		/* the same, later than as_of */
	uint64_t events;
	uint64_t later_events;
	struct buf text;
};

struct unidentified {
	unsigned workers;
	int64_t as_of;
	struct part *parts;
};

struct unidentified *unidentified_new(unsigned workers, int64_t as_of)
{
	struct unidentified *u = mem_zero(1, sizeof *u);

	u->workers = workers;
	u->as_of = as_of;
	u->parts = mem_zero(workers, sizeof *u->parts);
	return u;
}

void unidentified_free(struct unidentified *u)
{
	if (!u)
		return;
	for (unsigned i = 0; i < u->workers; i++) {
		tally_release(&u->parts[i].currencies);
		tally_release(&u->parts[i].later);
		buf_release(&u->parts[i].text);
	}
	mem_free(u->parts);
	mem_free(u);
}

int unidentified_line(struct unidentified *u, unsigned worker,
		      struct span line, struct error *err)
{
	struct part *w = &u->parts[worker];
	struct tally_row *row;
	struct order order;
	struct event e;
	bool later;

	if (event_parse(&e, line, err))
		return -1;
	if (order_read(&e, &order, &w->text, err))
		return -1;
	later = u->as_of != MOMENT_NONE && e.time > u->as_of;
	w->events += !later;
	w->later_events += later;
	if (order.kind == ORDER_NONE)
		return 0;
	row = tally_row(later ? &w->later : &w->currencies, span_of(order.currency));
	row->counts[0]++;
	return order.money_known ? tally_add_money(row, order.money, err) : 0;
}

/* ALL becomes the rows of section KEY. */
static struct section *fill_section(struct sheet *sheet, const char *key, const char *title,
				    struct tally *all)
{
	static const struct column columns[] = {
		{"currency", "Currency", NULL, -1},
		{"revenue", "Net revenue", NULL, 2},
		{"events", "Orders and refunds", NULL, -1},
	};
	struct section *s = sheet_add(sheet, key, title, columns, 3);

	tally_sort_by_count(all);
	for (size_t i = 0; i < tally_size(all); i++) {
		struct cell *row = section_row(s);

		row[0] = cell_text(all->rows[i].key.len ?
				   arena_copy(&sheet->texts, all->rows[i].key) :
				   SPAN("unknown currency"));
		row[1] = cell_number(all->rows[i].money);
		row[2] = cell_count(all->rows[i].counts[0]);
	}
	return s;
}

int unidentified_fill(struct unidentified *u, struct sheet *sheet,
		      struct error *err)
{
	struct tally all = TALLY_INIT, later = TALLY_INIT;
	uint64_t events = 0, later_events = 0;
	int status = 0;

	for (unsigned i = 0; i < u->workers && !status; i++) {
		events += u->parts[i].events;
		later_events += u->parts[i].later_events;
		status = tally_merge(&all, &u->parts[i].currencies, err) ||
			 tally_merge(&later, &u->parts[i].later, err) ? -1 : 0;
	}
	fill_section(sheet, "unidentified", "Without a customer", &all)->note =
		sheet_text(sheet, "%llu events that cdp-merge could not give to anybody",
			   (unsigned long long)events);
	if (later_events)
		fill_section(sheet, "unidentified_later", "Without a customer, later than as of", &later)->note =
			sheet_text(sheet, "%llu more events, later than the time of this report: they count in nothing",
				   (unsigned long long)later_events);
	tally_release(&all);
	tally_release(&later);
	return status;
}
