#include <stdlib.h>
#include <string.h>

#include "base/disjoint.h"
#include "base/mem.h"
#include "time/moment.h"
#include "understand/report/cell.h"
#include "understand/report/compare.h"
#include "understand/report/figures.h"
#include "understand/report/words.h"

#define SEGMENTS_SAID 3		/* in words */

/* What became of a case. */
enum fate { KNOWN, NEW, GONE };

/* Customers of both runs: before + new - gone - merged + split = now. */
struct people {
	uint64_t before, now, new, gone, merged, split;
};

/* Revenue of one currency, and why it differs. */
struct why {
	struct decimal before, now, change;
	struct decimal new, orders, refunds, gone;	/* these add up to `change` */
	uint64_t customers;	/* entries */
};

/* A case whose revenue changed. */
struct mover {
	uint32_t unit, currency;
	struct decimal before, now, change;
};

struct filling {
	struct compare_report *r;
	struct sheet *sheet;
	struct people people;
	struct compare_unit *cases;	/* by root of a set: its customers and its name */
	struct why *why;		/* by currency */
	uint32_t *order;		/* of currencies, the commonest first */
	struct mover *movers;
	size_t mover_count, mover_cap;
};

static enum fate fate_of(const struct compare_unit *u)
{
	return !u->customers[COMPARE_BEFORE] ? NEW : !u->customers[COMPARE_NOW] ? GONE : KNOWN;
}

/* ---- Cases. ---- */

static void join_unit(struct compare_unit *to, const struct compare_unit *u)
{
	bool named = u->customers[COMPARE_NOW] > 0, was_named = to->customers[COMPARE_NOW] > 0;

	if (span_absent(to->id) || named > was_named || (named == was_named && span_compare(u->id, to->id) < 0)) {
		to->id = u->id;
		to->label = u->label;
	}
	for (int run = 0; run < COMPARE_RUNS; run++)
		to->customers[run] += u->customers[run];
}

static void count_case(struct people *p, const struct compare_unit *c)
{
	uint64_t before = c->customers[COMPARE_BEFORE], now = c->customers[COMPARE_NOW];

	p->before += before;
	p->now += now;
	switch (fate_of(c)) {
	case NEW:
		p->new += now;
		break;
	case GONE:
		p->gone += before;
		break;
	case KNOWN:
		p->merged += before > now ? before - now : 0;
		p->split += now > before ? now - before : 0;
		break;
	}
}

static void find_cases(struct filling *f)
{
	struct compare_report *r = f->r;

	f->cases = mem_zero(r->unit_count + 1, sizeof *f->cases);
	for (uint32_t i = 0; i < r->unit_count; i++)
		join_unit(&f->cases[disjoint_find(r->sets, i)], &r->units[i]);
	for (uint32_t i = 0; i < r->unit_count; i++) {
		if (r->sets[i] == i)
			count_case(&f->people, &f->cases[i]);
		if (!r->units[i].customers[COMPARE_NOW] && fate_of(&f->cases[disjoint_find(r->sets, i)]) == GONE)
			r->bands[(int)r->units[i].band][BAND_ABSENT]++;
	}
}

/* ---- Money. ---- */

static int add(struct decimal *to, struct decimal money, struct error *err)
{
	return decimal_add(*to, money, to) ? 0 : error_failed(err, "a sum of money has more than 38 digits");
}

static int take_off(struct decimal *to, struct decimal money, struct error *err)
{
	return add(to, decimal_negate(money), err);
}

/* What an entry says of why its currency's revenue differs. */
static int count_why(struct why *w, const struct compare_money *m, enum fate fate, struct error *err)
{
	bool now = m->run == COMPARE_NOW;
	struct decimal gross = m->net;

	w->customers++;
	if (add(now ? &w->now : &w->before, m->net, err) || (now ? add : take_off)(&w->change, m->net, err))
		return -1;
	if (fate == NEW)
		return add(&w->new, m->net, err);
	if (fate == GONE)
		return take_off(&w->gone, m->net, err);
	if (add(&gross, m->refunded, err) || (now ? add : take_off)(&w->orders, gross, err))
		return -1;
	return (now ? take_off : add)(&w->refunds, m->refunded, err);
}

static int compare_money(const void *a, const void *b)
{
	const struct compare_money *p = a, *q = b;

	if (p->unit != q->unit)
		return p->unit < q->unit ? -1 : 1;
	return p->currency < q->currency ? -1 : p->currency > q->currency;
}

static void keep_mover(struct filling *f, const struct mover *m)
{
	if (!m->change.digits)
		return;
	f->movers = mem_room(f->movers, f->mover_count, &f->mover_cap, sizeof *m);
	f->movers[f->mover_count++] = *m;
}

static int count_money(struct filling *f, struct error *err)
{
	struct compare_report *r = f->r;
	size_t next;

	f->why = mem_zero(r->currencies.count + 1, sizeof *f->why);
	for (size_t i = 0; i < r->money_count; i++) {
		struct compare_money *m = &r->money[i];

		m->unit = disjoint_find(r->sets, m->unit);
		if (count_why(&f->why[m->currency], m, fate_of(&f->cases[m->unit]), err))
			return -1;
	}
	if (r->money_count)
		qsort(r->money, r->money_count, sizeof *r->money, compare_money);
	for (size_t i = 0; i < r->money_count; i = next) {
		struct mover mover = {r->money[i].unit, r->money[i].currency, DECIMAL_ZERO, DECIMAL_ZERO, DECIMAL_ZERO};

		for (next = i; next < r->money_count && !compare_money(&r->money[i], &r->money[next]); next++)
			if (add(r->money[next].run == COMPARE_NOW ? &mover.now : &mover.before, r->money[next].net, err))
				return -1;
		mover.change = mover.now;
		if (take_off(&mover.change, mover.before, err))
			return -1;
		keep_mover(f, &mover);
	}
	return 0;
}

static int compare_currencies(const void *a, const void *b, void *context)
{
	const struct filling *f = context;
	uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;

	if (f->why[p].customers != f->why[q].customers)
		return f->why[p].customers < f->why[q].customers ? 1 : -1;
	return span_compare(f->r->currencies.entries[p].key, f->r->currencies.entries[q].key);
}

/* By currency as the tables show them, then the largest change. */
static int compare_movers(const void *a, const void *b, void *context)
{
	const struct filling *f = context;
	const struct mover *p = a, *q = b;
	int order = p->currency == q->currency ? 0 : compare_currencies(&p->currency, &q->currency, context);

	if (!order)
		order = decimal_compare(decimal_abs(q->change), decimal_abs(p->change));
	return order ? order : span_compare(f->cases[p->unit].id, f->cases[q->unit].id);
}

static void sort_money(struct filling *f)
{
	size_t count = f->r->currencies.count;

	f->order = mem_zero(count + 1, sizeof *f->order);
	for (uint32_t i = 0; i < count; i++)
		f->order[i] = i;
	qsort_r(f->order, count, sizeof *f->order, compare_currencies, f);
	if (f->mover_count)
		qsort_r(f->movers, f->mover_count, sizeof *f->movers, compare_movers, f);
}

/* ---- Words. ---- */

static struct span currency_name(struct sheet *sheet, struct span currency)
{
	return currency.len ? arena_copy(&sheet->texts, currency) : SPAN("unknown currency");
}

static void put_money(struct buf *out, struct decimal money, bool sign)
{
	static const struct column column = {"money", NULL, NULL, 2};
	struct cell c = cell_number(money);

	if (sign && money.digits > 0)
		buf_char(out, '+');
	cell_put_people(out, &c, &column, NULL);
}

static void put_count(struct buf *out, uint64_t count)
{
	struct cell c = cell_count(count);

	cell_put_people(out, &c, NULL, NULL);
}

static const char *keep_text(struct sheet *sheet, struct buf *text)
{
	const char *kept = sheet_text(sheet, "%s", buf_text(text));

	buf_release(text);
	return kept;
}

static void say(struct section *s, const char *what, int direction, const char *detail)
{
	struct cell *row = section_row(s);

	row[FINDING_WHAT] = cell_text(span_of(what));
	row[FINDING_DIRECTION] = cell_text(direction > 0 ? SPAN("up") : direction < 0 ? SPAN("down") : SPAN("note"));
	row[FINDING_DETAIL] = cell_text(span_of(detail));
}

static int sign_of(struct decimal d)
{
	return (d.digits > 0) - (d.digits < 0);
}

/* ", 12 gone" */
static void put_some(struct buf *out, uint64_t count, const char *what)
{
	if (!count)
		return;
	if (out->len)
		buf_lit(out, ", ");
	put_count(out, count);
	buf_printf(out, " %s", what);
}

static void say_customers(struct filling *f, struct section *s)
{
	const struct people *p = &f->people;
	struct buf what = BUF_INIT, detail = BUF_INIT;

	buf_lit(&what, "Customers ");
	put_count(&what, p->before);
	buf_lit(&what, " before, ");
	put_count(&what, p->now);
	buf_lit(&what, " now");
	put_some(&detail, p->new, "new");
	put_some(&detail, p->gone, "gone");
	put_some(&detail, p->merged, "merged into others");
	put_some(&detail, p->split, "split off");
	if (!detail.len)
		buf_lit(&detail, "the same");
	say(s, keep_text(f->sheet, &what), (p->now > p->before) - (p->now < p->before), keep_text(f->sheet, &detail));
}

static void put_part(struct buf *out, const char *what, struct decimal money)
{
	if (!money.digits)
		return;
	if (out->len)
		buf_lit(out, ", ");
	buf_printf(out, "%s ", what);
	put_money(out, money, true);
}

static void say_revenue(struct filling *f, struct section *s, uint32_t currency)
{
	const struct why *w = &f->why[currency];
	struct buf what = BUF_INIT, detail = BUF_INIT;

	buf_lit(&what, "Revenue ");
	put_money(&what, w->change, true);
	buf_printf(&what, " %.*s", SPAN_ARG(currency_name(f->sheet, f->r->currencies.entries[currency].key)));
	buf_lit(&detail, "from ");
	put_money(&detail, w->before, false);
	buf_lit(&detail, " to ");
	put_money(&detail, w->now, false);
	put_part(&detail, "new customers", w->new);
	put_part(&detail, "orders of known ones", w->orders);
	put_part(&detail, "their refunds", w->refunds);
	put_part(&detail, "customers who are gone", w->gone);
	say(s, keep_text(f->sheet, &what), sign_of(w->change), keep_text(f->sheet, &detail));
}

/* Those that most entered or left. */
static void say_segments(struct filling *f, struct section *s)
{
	struct previous_count n, best[SEGMENTS_SAID];
	size_t count = 0, at;

	for (size_t i = 0; previous_count(f->r->segments, i, &n); i++) {
		if (!n.entered && !n.left)
			continue;
		at = count < SEGMENTS_SAID ? count++ : SEGMENTS_SAID;
		for (; at && n.entered + n.left > best[at - 1].entered + best[at - 1].left; at--)
			if (at < SEGMENTS_SAID)
				best[at] = best[at - 1];
		if (at < SEGMENTS_SAID)
			best[at] = n;
	}
	for (size_t i = 0; i < count; i++) {
		struct buf detail = BUF_INIT;

		put_some(&detail, best[i].entered, "entered");
		put_some(&detail, best[i].left, "left");
		buf_lit(&detail, ", ");
		put_count(&detail, best[i].now);
		buf_lit(&detail, " are in it");
		say(s, sheet_text(f->sheet, "Segment %.*s", SPAN_ARG(best[i].name)), (best[i].entered > best[i].left) - (best[i].entered < best[i].left),
		    keep_text(f->sheet, &detail));
	}
}

static uint64_t band_total(const struct compare_report *r, int band, int run)
{
	uint64_t sum = 0;

	for (int other = 0; other < BAND_COUNT; other++)
		sum += run == COMPARE_NOW ? r->bands[other][band] : r->bands[band][other];
	return sum;
}

/* Who was in BAND before, of the earlier run itself: merged and split customers are none of the matrix. */
static uint64_t band_before(const struct compare_report *r, int band)
{
	uint64_t count = 0;

	for (size_t i = 0; i < r->unit_count; i++)
		count += r->units[i].customers[COMPARE_BEFORE] && r->units[i].band == band;
	return count;
}

static void say_risk(struct filling *f, struct section *s)
{
	const struct compare_report *r = f->r;
	uint64_t before = band_before(r, BAND_HIGH), now = band_total(r, BAND_HIGH, COMPARE_NOW), stayed = r->bands[BAND_HIGH][BAND_HIGH];
	struct buf what = BUF_INIT, detail = BUF_INIT;

	if (!r->totals[COMPARE_BEFORE].scored || !r->totals[COMPARE_NOW].scored)
		return;
	buf_lit(&what, "Customers of high risk ");
	put_count(&what, before);
	buf_lit(&what, " before, ");
	put_count(&what, now);
	buf_lit(&what, " now");
	put_some(&detail, now - stayed, "came to it");
	put_some(&detail, band_total(r, BAND_HIGH, COMPARE_BEFORE) - stayed, "left it");
	if (!detail.len)
		buf_lit(&detail, "the same");
	/* More at risk is the bad direction; the arrow says where the number went. */
	say(s, keep_text(f->sheet, &what), (now > before) - (now < before), keep_text(f->sheet, &detail));
}

static void say_mover(struct filling *f, struct section *s)
{
	const struct mover *m = &f->movers[0];
	struct buf what = BUF_INIT, detail = BUF_INIT;

	if (!f->mover_count)
		return;
	buf_lit(&what, "The largest change is that of ");
	buf_span(&what, f->cases[m->unit].label);
	put_money(&detail, m->change, true);
	buf_printf(&detail, " %.*s, from ", SPAN_ARG(currency_name(f->sheet, f->r->currencies.entries[m->currency].key)));
	put_money(&detail, m->before, false);
	buf_lit(&detail, " to ");
	put_money(&detail, m->now, false);
	say(s, keep_text(f->sheet, &what), sign_of(m->change), keep_text(f->sheet, &detail));
}

static const char *period_text(const struct filling *f)
{
	struct buf text = BUF_INIT;

	if (f->r->totals[COMPARE_BEFORE].as_of == MOMENT_NONE || f->r->totals[COMPARE_NOW].as_of == MOMENT_NONE)
		return "Between the two runs";
	buf_lit(&text, "Between ");
	words_put_time(&text, f->r->totals[COMPARE_BEFORE].as_of, f->sheet->zone);
	buf_lit(&text, " and ");
	words_put_time(&text, f->r->totals[COMPARE_NOW].as_of, f->sheet->zone);
	return keep_text(f->sheet, &text);
}

static void fill_words(struct filling *f)
{
	static const struct column columns[FINDING_COLUMNS] = {
		{"finding", "Finding", NULL, -1}, {"direction", "Direction", NULL, -1}, {"detail", "Detail", NULL, -1},
	};
	struct section *s = sheet_add(f->sheet, "what_changed", "What changed", columns, FINDING_COLUMNS);

	s->look = LOOK_FINDINGS;
	s->note = period_text(f);
	say_customers(f, s);
	for (size_t i = 0; i < f->r->currencies.count; i++)
		say_revenue(f, s, f->order[i]);
	if (previous_has_segments(f->r->segments))
		say_segments(f, s);
	say_risk(f, s);
	say_mover(f, s);
}

/* ---- Tables. ---- */

/* NOW less BEFORE. */
static struct cell change_cell(uint64_t before, uint64_t now)
{
	return cell_number(decimal_of((int64_t)(now - before)));
}

static void put_figure(struct section *s, const char *name, uint64_t before, uint64_t now)
{
	struct cell *row = section_row(s);

	row[0] = cell_text(span_of(name));
	row[1] = cell_count(before);
	row[2] = cell_count(now);
	row[3] = change_cell(before, now);
}

static void fill_figures(struct filling *f)
{
	static const struct column columns[] = {
		{"figure", "Figure", NULL, -1}, {"before", "Before", NULL, -1}, {"now", "Now", NULL, -1}, {"change", "Change", NULL, -1},
	};
	static const struct column moves[] = {{"what", "What", NULL, -1}, {"customers", "Customers", NULL, -1}};
	const struct compare_totals *before = &f->r->totals[COMPARE_BEFORE], *now = &f->r->totals[COMPARE_NOW];
	const struct people *p = &f->people;
	const struct {
		const char *name;
		uint64_t count;
	} list[] = {{"before", p->before}, {"new", p->new}, {"gone", p->gone}, {"merged into others", p->merged}, {"split off", p->split}, {"now", p->now}};
	struct section *s = sheet_add(f->sheet, "figures", "Before and now", columns, 4);

	put_figure(s, "customers", before->customers, now->customers);
	put_figure(s, "buyers", before->buyers, now->buyers);
	put_figure(s, "orders", before->orders, now->orders);
	put_figure(s, "refunds", before->refunds, now->refunds);
	s = sheet_add(f->sheet, "customers", "Customers who came and went", moves, 2);
	s->note = "Now are those before, and who is new or split off, less who is gone or merged";
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct cell *row = section_row(s);

		row[0] = cell_text(span_of(list[i].name));
		row[1] = cell_count(list[i].count);
	}
}

static void fill_revenue(struct filling *f)
{
	static const struct column columns[] = {
		{"currency", "Currency", NULL, -1}, {"before", "Before", NULL, 2}, {"new_customers", "New customers", NULL, 2},
		{"orders", "Orders of known ones", NULL, 2}, {"refunds", "Their refunds", NULL, 2}, {"gone", "Who is gone", NULL, 2},
		{"now", "Now", NULL, 2}, {"change", "Change", NULL, 2},
	};
	struct section *s = sheet_add(f->sheet, "revenue", "Revenue", columns, 8);

	s->note = "Less refunds, by the order summaries; before and the four behind it add up to now";
	s->empty = "nobody has an order in either run";
	for (size_t i = 0; i < f->r->currencies.count; i++) {
		const struct why *w = &f->why[f->order[i]];
		const struct decimal cells[] = {w->before, w->new, w->orders, w->refunds, w->gone, w->now, w->change};
		struct cell *row = section_row(s);

		row[0] = cell_text(currency_name(f->sheet, f->r->currencies.entries[f->order[i]].key));
		for (size_t k = 0; k < sizeof cells / sizeof *cells; k++)
			row[k + 1] = cell_number(cells[k]);
	}
}

static void put_mover(struct filling *f, struct section *s, const struct mover *m)
{
	static const struct span fates[] = {[KNOWN] = SPAN("known"), [NEW] = SPAN("new"), [GONE] = SPAN("gone")};
	const struct compare_unit *c = &f->cases[m->unit];
	struct cell *row = section_row(s);

	row[0] = cell_text(arena_copy(&f->sheet->texts, c->id));
	row[1] = cell_text(arena_copy(&f->sheet->texts, c->label));
	row[2] = cell_text(fates[fate_of(c)]);
	row[3] = cell_text(currency_name(f->sheet, f->r->currencies.entries[m->currency].key));
	row[4] = cell_number(m->before);
	row[5] = cell_number(m->now);
	row[6] = cell_number(m->change);
}

static void fill_movers(struct filling *f)
{
	static const struct column columns[] = {
		{"id", "Id", NULL, -1}, {"customer", "Customer", NULL, -1}, {"what", "Who is", NULL, -1}, {"currency", "Currency", NULL, -1},
		{"before", "Before", NULL, 2}, {"now", "Now", NULL, 2}, {"change", "Change", NULL, 2},
	};
	struct section *s = sheet_add(f->sheet, "movers", "Whose revenue changed most", columns, 7);
	uint64_t shown = 0;

	s->label_columns = 4;
	s->note = "Customers who merged or split are one row";
	s->empty = "nobody's revenue changed";
	for (size_t i = 0; i < f->mover_count; i++) {
		shown = i && f->movers[i].currency == f->movers[i - 1].currency ? shown + 1 : 0;
		if (shown < f->r->limit)
			put_mover(f, s, &f->movers[i]);
		else
			s->left_out++;
	}
}

static void fill_bands(struct filling *f)
{
	static const struct column columns[] = {
		{"from", "From", NULL, -1}, {"to", "To", NULL, -1}, {"customers", "Customers", NULL, -1},
	};
	struct section *s = sheet_add(f->sheet, "risk_moves", "Risk before and now", columns, 3);

	s->label_columns = 2;
	s->note = "Customers of now, and who is gone, by the first model that names a risk; a customer of several before by its own id";
	for (int from = 0; from < BAND_COUNT; from++)
		for (int to = 0; to < BAND_COUNT; to++) {
			struct cell *row;

			if (!f->r->bands[from][to])
				continue;
			row = section_row(s);
			row[0] = cell_text(span_of(compare_bands[from]));
			row[1] = cell_text(span_of(compare_bands[to]));
			row[2] = cell_count(f->r->bands[from][to]);
		}
}

static struct decimal at_risk_of(const struct compare_totals *t, struct span currency)
{
	size_t i = map_find(&t->at_risk.keys, currency);

	return i == MAP_NONE ? DECIMAL_ZERO : t->at_risk.rows[i].money;
}

static int fill_at_risk(struct filling *f, struct error *err)
{
	static const struct column columns[] = {
		{"currency", "Currency", NULL, -1}, {"before", "Before", NULL, 2}, {"now", "Now", NULL, 2}, {"change", "Change", NULL, 2},
	};
	const struct compare_totals *before = &f->r->totals[COMPARE_BEFORE], *now = &f->r->totals[COMPARE_NOW];
	struct section *s = sheet_add(f->sheet, "value_at_risk", "Value at risk", columns, 4);
	struct tally all = TALLY_INIT;
	int failed = tally_merge(&all, &before->at_risk, err) || tally_merge(&all, &now->at_risk, err) ? -1 : 0;

	tally_sort_by_count(&all);
	s->empty = "no score says a value at risk";
	for (size_t i = 0; !failed && i < tally_size(&all); i++) {
		struct decimal was = at_risk_of(before, all.rows[i].key), is = at_risk_of(now, all.rows[i].key), change = is;
		struct cell *row = section_row(s);

		failed = take_off(&change, was, err);
		row[0] = cell_text(currency_name(f->sheet, all.rows[i].key));
		row[1] = cell_number(was);
		row[2] = cell_number(is);
		row[3] = cell_number(change);
	}
	tally_release(&all);
	return failed;
}

static void warn_of_order(const struct filling *f)
{
	int64_t before = f->r->totals[COMPARE_BEFORE].as_of, now = f->r->totals[COMPARE_NOW].as_of;

	if (before != MOMENT_NONE && now != MOMENT_NONE && before > now)
		sheet_warn(f->sheet, "compare: the first file is the later one by its as_of: the earlier run comes first");
}

/* Who is gone and new under one name most likely has another id now. */
static void warn_of_ids(const struct filling *f)
{
	struct map gone = MAP_INIT;
	size_t both = 0;

	for (uint32_t i = 0; i < f->r->unit_count; i++)
		if (f->cases[i].id.len && fate_of(&f->cases[i]) == GONE && !span_equal(f->cases[i].id, f->cases[i].label))
			map_put(&gone, f->cases[i].label, NULL);
	for (uint32_t i = 0; i < f->r->unit_count; i++)
		both += f->cases[i].id.len && fate_of(&f->cases[i]) == NEW && map_find(&gone, f->cases[i].label) != MAP_NONE;
	map_release(&gone);
	if (both)
		sheet_warn(f->sheet, "compare: %zu of the new customers %s of the gone: their ids changed; --since FILE, "
			   "the feed of cdp-merge --changes, tells which", both, both == 1 ? "has the name of one" : "have the names of some");
}

static int fill_sections(struct filling *f, struct error *err)
{
	find_cases(f);
	if (count_money(f, err))
		return -1;
	sort_money(f);
	warn_of_order(f);
	warn_of_ids(f);
	fill_words(f);
	fill_figures(f);
	fill_revenue(f);
	fill_movers(f);
	if (!f->r->totals[COMPARE_BEFORE].scored && !f->r->totals[COMPARE_NOW].scored)
		return 0;
	fill_bands(f);
	return fill_at_risk(f, err);
}

int compare_fill(struct compare_report *r, struct sheet *sheet, struct error *err)
{
	struct filling f = {.r = r, .sheet = sheet};
	int failed = fill_sections(&f, err);

	mem_free(f.cases);
	mem_free(f.why);
	mem_free(f.order);
	mem_free(f.movers);
	return failed;
}
