/*
 * Recency by frequency: how many customers and how much revenue in each of the
 * 25 cells of quintile scores, and the thresholds that made them.  Keeps 48
 * bytes a customer until the last one has been read.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "understand/report/count.h"
#include "understand/report/partial.h"
#include "understand/segment/rfm.h"

struct part {
	struct rfm *list;
	size_t count, cap;
	uint64_t without;	/* customers without an order */
	struct rfm noted;	/* of the profile at hand */
};

struct rfm_count {
	unsigned workers;
	struct part *parts;
};

/* Of one cell, or one score. */
struct group {
	uint64_t customers;
	__int128 micro;		/* revenue */
};

static void *start(const struct count_setup *setup, struct error *err)
{
	struct rfm_count *r = mem_zero(1, sizeof *r);

	(void)err;
	r->workers = setup->workers;
	r->parts = mem_zero(setup->workers, sizeof *r->parts);
	return r;
}

static int begin(void *state, unsigned worker, const struct profile *p,
		 struct error *err)
{
	struct part *w = &((struct rfm_count *)state)->parts[worker];

	return rfm_read(p, &w->noted, err);
}

static int commit(void *state, unsigned worker, const struct profile *p,
		  struct error *err)
{
	struct part *w = &((struct rfm_count *)state)->parts[worker];

	(void)p;
	(void)err;
	if (!w->noted.known) {
		w->without++;
		return 0;
	}
	w->list = mem_room(w->list, w->count, &w->cap, sizeof *w->list);
	w->list[w->count++] = w->noted;
	return 0;
}

static struct cell money_cell(__int128 micro)
{
	struct decimal d = {micro, MONEY_SCALE};

	/* A sum has no zeros at its end. */
	return decimal_add(d, DECIMAL_ZERO, &d) ? cell_number(d) : CELL_EMPTY;
}

static void fill_grid(struct sheet *sheet, struct group cells[5][5], uint64_t customers, bool told_apart, struct span warnings)
{
	static const struct column columns[] = {
		{"recency", "Recency score", NULL, -1},
		{"f1", "F1: rarest", NULL, -1}, {"f2", "F2", NULL, -1},
		{"f3", "F3", NULL, -1}, {"f4", "F4", NULL, -1},
		{"f5", "F5: most often", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "rfm_grid", "Customers by recency and frequency", columns, 6);

	s->note = "Quintile scores, 5 is best: R5 ordered most recently, F5 most often";
	if (!customers) {
		s->empty = "no customer has an order with a date";
		return;
	}
	if (!told_apart) {
		s->note = sheet_text(sheet, "No scores: %.*s", SPAN_ARG(warnings));
		s->empty = sheet_text(sheet, "no scores: %.*s", SPAN_ARG(warnings));
		return;
	}
	while (warnings.len) {
		struct span line = span_cut(&warnings, '\n');

		if (line.len)
			s->note = sheet_text(sheet, "%s; %.*s", s->note, SPAN_ARG(line));
	}
	s->chart = CHART_HEAT;
	s->chart_value = 1;
	for (int r = 5; r >= 1; r--) {
		struct cell *row = section_row(s);

		row[0] = cell_text(span_of(sheet_text(sheet, "R%d", r)));
		for (int f = 1; f <= 5; f++)
			row[f] = cell_count(cells[r - 1][f - 1].customers);
	}
}

/* MONEY: is it all of one currency? */
static void put_score_row(struct section *s, const char *name, int score,
			  struct cell range, const struct group *g, bool money)
{
	struct cell *row = section_row(s);

	row[0] = cell_text(span_of(name));
	row[1] = cell_count((uint64_t)score);
	row[2] = range;
	row[3] = cell_count(g->customers);
	if (money)
		row[4] = money_cell(g->micro);
}

/* "> 4 to 6"; nothing where nobody can have the score. */
static struct cell range_cell(struct sheet *sheet, const struct rfm_scoring *scoring,
			      enum rfm_dimension d, int score)
{
	struct buf text = BUF_INIT;
	struct cell cell = CELL_EMPTY;

	rfm_put_range(scoring, d, score, &text);
	if (text.len)
		cell = cell_text(arena_copy(&sheet->texts, buf_view(&text)));
	buf_release(&text);
	return cell;
}

static void fill_scores(struct sheet *sheet, const struct rfm_scoring *t,
			struct group groups[3][5])
{
	struct column columns[] = {
		{"dimension", "Dimension", NULL, -1},
		{"score", "Score", NULL, -1}, {"range", "Range", NULL, -1},
		{"customers", "Customers", NULL, -1},
		{"revenue", "Net revenue", NULL, 2},
	};
	bool money = !t->currency_mixed;
	struct section *s;

	if (money && *t->currency)
		columns[4].unit = sheet_text(sheet, "%s", t->currency);
	s = sheet_add(sheet, "rfm_scores", "Scores and their thresholds", columns, 5);
	s->label_columns = 2;
	s->note = money ? "Recency in whole days, frequency in orders, monetary in net revenue" :
			  "Recency in whole days, frequency in orders; money in several currencies does not compare";
	for (size_t d = 0; d < RFM_DIMENSIONS; d++)
		for (int score = 5; score >= 1 && (money || d != RFM_MONETARY); score--)
			put_score_row(s, rfm_names[d], score, range_cell(sheet, t, (enum rfm_dimension)d, score),
				      &groups[d][score - 1], money);
}

static void add(struct group *g, const struct rfm *r)
{
	g->customers++;
	g->micro += r->money_known ? r->monetary_micro : 0;
}

static int compare_customers(const void *a, const void *b)
{
	const struct rfm *x = a, *y = b;

	if (x->recency_days != y->recency_days)
		return x->recency_days < y->recency_days ? -1 : 1;
	if (x->frequency != y->frequency)
		return x->frequency < y->frequency ? -1 : 1;
	if (x->money_known != y->money_known)
		return x->money_known ? 1 : -1;
	if (x->money_known && x->monetary_micro != y->monetary_micro)
		return x->monetary_micro < y->monetary_micro ? -1 : 1;
	return strcmp(x->currency, y->currency);
}

static void add_up(struct rfm_count *r)
{
	struct part *all = &r->parts[0];

	for (unsigned i = 1; i < r->workers; i++) {
		struct part *w = &r->parts[i];

		all->without += w->without;
		for (size_t k = 0; k < w->count; k++) {
			all->list = mem_room(all->list, all->count, &all->cap, sizeof *all->list);
			all->list[all->count++] = w->list[k];
		}
		w->count = 0;
	}
	if (all->count)
		qsort(all->list, all->count, sizeof *all->list, compare_customers);
}

/* How many customers from I on are alike. */
static size_t count_alike(const struct part *w, size_t i)
{
	size_t alike = 1;

	while (i + alike < w->count && !compare_customers(&w->list[i], &w->list[i + alike]))
		alike++;
	return alike;
}

/* Recency, frequency, money; customers alike are a row. */
static void put_customers(struct partial *p, const struct part *w)
{
	size_t rows = 0;

	for (size_t i = 0; i < w->count; i += count_alike(w, i))
		rows++;
	partial_rows(p, "customers", rows);
	for (size_t i = 0, alike; i < w->count; i += alike) {
		const struct rfm *r = &w->list[i];
		struct partial_row row = {.count = 5, .text = span_of(r->currency)};

		alike = count_alike(w, i);
		row.numbers[0] = partial_wide(r->recency_days);
		row.numbers[1] = partial_wide(r->frequency);
		row.numbers[2] = partial_wide(r->money_known);
		row.numbers[3] = partial_wide(r->money_known ? r->monetary_micro : 0);
		row.numbers[4] = partial_wide((__int128)alike);
		partial_put(p, "customers", &row);
	}
}

static void take_customers(struct partial *p, struct part *w)
{
	size_t rows = partial_rows(p, "customers", 0);
	struct partial_row row;

	while (rows-- && partial_take(p, "customers", 5, &row)) {
		struct rfm r = {.known = true};
		uint64_t alike = partial_natural(p, row.numbers[4]);

		r.recency_days = (int64_t)partial_whole(p, row.numbers[0]);
		r.frequency = (int64_t)partial_whole(p, row.numbers[1]);
		r.money_known = row.numbers[2].digits != 0;
		r.monetary_micro = partial_whole(p, row.numbers[3]);
		if (row.text.len >= sizeof r.currency)
			partial_fail(p, "a currency is too long");
		else if (row.text.len)
			memcpy(r.currency, row.text.ptr, row.text.len);
		for (; alike && !partial_failed(p); alike--) {
			w->list = mem_room(w->list, w->count, &w->cap, sizeof *w->list);
			w->list[w->count++] = r;
		}
	}
}

static void carry(void *state, struct partial *p)
{
	struct rfm_count *r = state;

	if (!partial_reads(p))
		add_up(r);
	partial_count(p, "without", &r->parts[0].without);
	if (partial_reads(p))
		take_customers(p, &r->parts[0]);
	else
		put_customers(p, &r->parts[0]);
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct rfm_count *all = state;
	struct group cells[5][5] = {{{0, 0}}}, groups[3][5] = {{{0, 0}}};
	struct buf doubt = BUF_INIT;
	struct rfm_table t;
	bool told_apart;

	(void)err;
	/* Everything is in memory already: the table never spills. */
	rfm_table_init(&t, RFM_QUANTILE, UINT64_MAX, NULL);
	for (unsigned i = 0; i < all->workers; i++)
		for (size_t k = 0; k < all->parts[i].count; k++)
			rfm_table_add(&t, &all->parts[i].list[k], NULL);
	rfm_table_finish(&t, NULL);
	told_apart = !t.customers || rfm_tells_apart(&t, false, &doubt);
	if (t.customers && told_apart)
		rfm_put_warnings(&t, false, &doubt);
	for (unsigned i = 0; i < all->workers; i++)
		for (size_t k = 0; k < all->parts[i].count; k++) {
			const struct rfm *r = &all->parts[i].list[k];
			struct rfm_scores s = rfm_score(&t.scoring, r);

			add(&cells[s.recency - 1][s.frequency - 1], r);
			add(&groups[0][s.recency - 1], r);
			add(&groups[1][s.frequency - 1], r);
			if (s.monetary)
				add(&groups[2][s.monetary - 1], r);
		}
	fill_grid(sheet, cells, t.customers, told_apart, buf_view(&doubt));
	if (t.customers && told_apart)
		fill_scores(sheet, &t.scoring, groups);
	buf_release(&doubt);
	rfm_table_release(&t);
	return 0;
}

static void free_rfm(void *state)
{
	struct rfm_count *r = state;

	for (unsigned i = 0; i < r->workers; i++)
		mem_free(r->parts[i].list);
	mem_free(r->parts);
	mem_free(r);
}

const struct counting count_rfm = {
	"rfm", false, start, begin, NULL, commit, fill, free_rfm, NULL, carry,
};
