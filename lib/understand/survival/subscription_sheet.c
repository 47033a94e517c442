#include "understand/survival/subscriptions.h"

#include "base/mem.h"
#include "text/delimited.h"
#include "time/moment.h"
#include "understand/report/month.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define NONE SIZE_MAX

/*
 * Spells as a table.
 */

static const char *const own[] = {"customer", "started", "days", "ended", "mrr", "currency", NULL};

/* The columns behind ours: names of the table, by the member's key. */
struct attributes {
	struct map props, traits;	/* key -> number of its column */
	struct map names;
};

static bool is_single(struct value v)
{
	return v.kind == VALUE_TEXT || v.kind == VALUE_NUMBER || v.kind == VALUE_TRUE || v.kind == VALUE_FALSE;
}

static bool is_own(struct span key)
{
	for (size_t i = 0; own[i]; i++)
		if (span_equal(key, span_of(own[i])))
			return true;
	return false;
}

static void name_column(struct attributes *a, struct map *map, struct span key, const char *prefix)
{
	struct buf name = BUF_INIT;
	bool added;
	size_t at = map_put(map, key, &added);

	if (!added)
		return;
	if (is_own(key) || map_find(&a->names, key) != MAP_NONE)
		buf_printf(&name, "%s.", prefix);
	buf_span(&name, key);
	map->entries[at].number = map_put(&a->names, buf_view(&name), NULL);
	buf_release(&name);
}

static void name_members(struct attributes *a, struct map *map, struct span object, const char *prefix)
{
	struct buf key = BUF_INIT;
	struct scan s;
	struct member m;

	if (!object.len)
		return;
	scan_start(&s, object);
	if (!scan_enter(&s, '{', NULL))
		while (scan_member(&s, &m, NULL) > 0) {
			struct span name;

			buf_clear(&key);
			name = member_key(&m, &key);
			/* The money stands in columns of ours. */
			if (is_single(m.value) && !(map == &a->props && is_own(name)))
				name_column(a, map, name, prefix);
		}
	buf_release(&key);
}

/* The columns of all spells, properties first. */
static void name_columns(struct attributes *a, const struct subscriptions *s)
{
	for (size_t i = 0; i < s->spell_count; i++)
		name_members(a, &a->props, s->spells[i].props, "props");
	for (size_t i = 0; i < s->spell_count; i++)
		name_members(a, &a->traits, s->spells[i].traits, "traits");
}

static void fill_members(const struct map *map, struct span object, struct span *cells, struct arena *texts)
{
	struct buf key = BUF_INIT, text = BUF_INIT;
	struct scan s;
	struct member m;

	if (!object.len)
		return;
	scan_start(&s, object);
	if (!scan_enter(&s, '{', NULL))
		while (scan_member(&s, &m, NULL) > 0) {
			size_t at;

			buf_clear(&key);
			buf_clear(&text);
			at = map_find(map, member_key(&m, &key));
			if (at != MAP_NONE && is_single(m.value))
				cells[map->entries[at].number] = arena_copy(texts, value_text(m.value, &text));
		}
	buf_release(&key);
	buf_release(&text);
}

static void put_spell(const struct spell *spell, struct buf *out)
{
	char day[MOMENT_TEXT];

	moment_format(spell->start * DAY_MS, day);
	delimited_put(out, spell->customer, false);
	buf_printf(out, ",%.10s,%lld,%d,", day, (long long)(spell->end - spell->start), spell->ended);
	decimal_put(out, spell->mrr);
	buf_char(out, ',');
	delimited_put(out, spell->currency, false);
}

void subscriptions_put_table(const struct subscriptions *s, struct buf *out)
{
	struct attributes a = {0};
	struct arena texts = ARENA_INIT;
	struct span *cells;

	name_columns(&a, s);
	cells = mem_zero(a.names.count + 1, sizeof *cells);
	for (size_t i = 0; own[i]; i++)
		buf_printf(out, "%s%s", i ? "," : "", own[i]);
	for (size_t i = 0; i < a.names.count; i++) {
		buf_char(out, ',');
		delimited_put(out, a.names.entries[i].key, false);
	}
	buf_char(out, '\n');
	for (size_t i = 0; i < s->spell_count; i++) {
		for (size_t c = 0; c < a.names.count; c++)
			cells[c] = SPAN("");
		fill_members(&a.props, s->spells[i].props, cells, &texts);
		fill_members(&a.traits, s->spells[i].traits, cells, &texts);
		put_spell(&s->spells[i], out);
		for (size_t c = 0; c < a.names.count; c++) {
			buf_char(out, ',');
			delimited_put(out, cells[c], false);
		}
		buf_char(out, '\n');
		arena_clear(&texts);
	}
	mem_free(cells);
	map_release(&a.props);
	map_release(&a.traits);
	map_release(&a.names);
	arena_release(&texts);
}

/*
 * Months.
 */

static struct cell month_cell(struct sheet *sheet, const struct subscriptions *s, int month, int64_t as_of)
{
	char text[MONTH_TEXT];
	struct cell cell;

	month_text(month, text);
	cell = cell_text(span_of(sheet_text(sheet, "%s", text)));
	cell.open = month >= month_open(s->zone, as_of);
	return cell;
}

static size_t months_until(const struct subscriptions *s, int64_t as_of)
{
	int last = month_of(s->zone, as_of);

	return s->month_count && last >= s->first_month ? (size_t)(last - s->first_month) + 1 : 0;
}

static struct cell rate(double part, double whole)
{
	return whole > 0 ? cell_real(part / whole) : CELL_EMPTY;
}

#define EXACT(key, label) {key, label, NULL, COLUMN_EXACT}
#define MONEY(key, label) {key, label, NULL, 2}

static void add_customers(const struct subscriptions *s, int64_t as_of, struct sheet *sheet)
{
	static const struct column columns[] = {
		EXACT("month", "Month"), EXACT("at_start", "At start"), EXACT("new", "New"), EXACT("back", "Back"),
		EXACT("ended", "Ended"), EXACT("at_end", "At end"), EXACT("churn", "Churn"),
	};
	struct section *section = sheet_add(sheet, "months", "Customers by month", columns, COUNT_OF(columns));
	uint64_t there = 0;

	section->note = "Ended: the last subscription ended; who starts again on the same day has not left. Churn: these, by those at the start.";
	for (size_t m = 0; m < months_until(s, as_of); m++) {
		static const struct subscription_month nothing;
		const struct subscription_month *one = m < s->month_count ? &s->months[m] : &nothing;
		struct cell month = month_cell(sheet, s, s->first_month + (int)m, as_of);
		struct cell *cell = section_row(section);

		*cell++ = month;
		*cell++ = cell_count(there);
		*cell++ = cell_count(one->started);
		*cell++ = cell_count(one->back);
		*cell++ = cell_count(one->ended);
		*cell++ = cell_count(there + one->started + one->back - one->ended);
		*cell = rate((double)one->ended, (double)there);
		there += one->started + one->back - one->ended;
	}
}

static void put_money(struct section *section, struct cell month, struct cell currency, struct decimal *there,
		      const struct subscription_money *m)
{
	double start = decimal_double(*there), less = decimal_double(m->less) + decimal_double(m->ended);
	struct cell *cell = section_row(section);

	*cell++ = month;
	*cell++ = currency;
	*cell++ = cell_number(*there);
	*cell++ = cell_number(m->started);
	*cell++ = cell_number(m->back);
	*cell++ = cell_number(m->more);
	*cell++ = cell_number(m->less);
	*cell++ = cell_number(m->ended);
	decimal_add(*there, m->started, there);
	decimal_add(*there, m->back, there);
	decimal_add(*there, m->more, there);
	decimal_sub(*there, m->less, there);
	decimal_sub(*there, m->ended, there);
	*cell++ = cell_number(*there);
	*cell++ = rate(less, start);
	*cell = rate(start - less + decimal_double(m->more), start);
}

static void add_money(const struct subscriptions *s, size_t currency, int64_t as_of, struct section *section, struct sheet *sheet)
{
	struct span code = s->currencies.entries[currency].key;
	struct cell name = cell_text(code.len ? span_of(sheet_text(sheet, "%.*s", SPAN_ARG(code))) : SPAN_NONE);
	struct decimal there = DECIMAL_ZERO;

	for (size_t m = 0; m < months_until(s, as_of); m++) {
		static const struct subscription_money nothing;
		struct cell month = month_cell(sheet, s, s->first_month + (int)m, as_of);

		put_money(section, month, name, &there,
			  m < s->month_count ? &s->money[currency][m] : &nothing);
	}
}

/* The currencies in the order of their codes. */
static size_t next_currency(const struct subscriptions *s, size_t last)
{
	size_t next = NONE;

	for (size_t c = 0; c < s->currencies.count; c++) {
		struct span code = s->currencies.entries[c].key;

		if (last != NONE && span_compare(code, s->currencies.entries[last].key) <= 0)
			continue;
		if (next == NONE || span_compare(code, s->currencies.entries[next].key) < 0)
			next = c;
	}
	return next;
}

void subscriptions_add_months(const struct subscriptions *s, int64_t as_of, struct sheet *sheet)
{
	static const struct column columns[] = {
		EXACT("month", "Month"), EXACT("currency", "Currency"), MONEY("at_start", "At start"), MONEY("new", "New"),
		MONEY("back", "Back"), MONEY("more", "More"), MONEY("less", "Less"), MONEY("ended", "Ended"),
		MONEY("at_end", "At end"), EXACT("churn", "Churn"), EXACT("retention", "Retention"),
	};
	struct section *section;

	add_customers(s, as_of, sheet);
	if (!s->currencies.count)
		return;
	section = sheet_add(sheet, "mrr", "Money a month (MRR)", columns, COUNT_OF(columns));
	section->label_columns = 2;
	section->note = "Less: cheaper plans and pauses. Churn: what ended or became less, by what there was at the start; retention: what those of the start pay at the end, by that.";
	for (size_t c = next_currency(s, NONE); c != NONE; c = next_currency(s, c))
		add_money(s, c, as_of, section, sheet);
}

/* The sums of the twelve months that end with that of AS_OF, and what there is behind them. */
static void sum_year(const struct subscriptions *s, size_t currency, int64_t as_of, struct subscription_money *year, struct decimal *now)
{
	size_t months = months_until(s, as_of);

	*year = (struct subscription_money){0};
	*now = DECIMAL_ZERO;
	for (size_t m = 0; m < months && m < s->month_count; m++) {
		const struct subscription_money *one = &s->money[currency][m];

		decimal_add(*now, one->started, now);
		decimal_add(*now, one->back, now);
		decimal_add(*now, one->more, now);
		decimal_sub(*now, one->less, now);
		decimal_sub(*now, one->ended, now);
		if (m + 12 < months)
			continue;
		decimal_add(year->started, one->started, &year->started);
		decimal_add(year->back, one->back, &year->back);
		decimal_add(year->more, one->more, &year->more);
		decimal_add(year->less, one->less, &year->less);
		decimal_add(year->ended, one->ended, &year->ended);
	}
}

static void put_now(const struct subscriptions *s, size_t currency, int64_t as_of, struct section *section, struct sheet *sheet)
{
	struct span code = s->currencies.entries[currency].key;
	struct subscription_money year;
	struct decimal now, times;
	struct cell *cell = section_row(section);

	sum_year(s, currency, as_of, &year, &now);
	*cell++ = cell_text(code.len ? span_of(sheet_text(sheet, "%.*s", SPAN_ARG(code))) : SPAN_NONE);
	*cell++ = cell_number(now);
	*cell++ = decimal_mul(now, decimal_of(12), &times) ? cell_number(times) : CELL_EMPTY;
	*cell++ = cell_number(year.started);
	*cell++ = cell_number(year.back);
	*cell++ = cell_number(year.more);
	*cell++ = cell_number(year.less);
	*cell++ = cell_number(year.ended);
	*cell = rate(decimal_double(year.started) + decimal_double(year.back) + decimal_double(year.more),
		     decimal_double(year.less) + decimal_double(year.ended));
}

void subscriptions_add_now(const struct subscriptions *s, int64_t as_of, struct sheet *sheet)
{
	static const struct column columns[] = {
		EXACT("currency", "Currency"), MONEY("mrr", "MRR"), MONEY("arr", "ARR"), MONEY("new", "New"), MONEY("back", "Back"),
		MONEY("more", "More"), MONEY("less", "Less"), MONEY("ended", "Ended"), EXACT("quick_ratio", "Quick ratio"),
	};
	struct section *section = sheet_add(sheet, "subscriptions", "Subscriptions", columns, COUNT_OF(columns));

	section->note = "MRR: what is paid a month now; ARR: twelve times that; the rest is of the last twelve months, this one with them. Quick ratio: what was gained by what was lost.";
	for (size_t c = next_currency(s, NONE); c != NONE; c = next_currency(s, c))
		put_now(s, c, as_of, section, sheet);
}

/*
 * Doubts.
 */

static void put_doubt(struct buf *out, uint64_t count, const char *what, const char *remedy)
{
	if (count)
		buf_printf(out, "%s: %llu; %s\n", what, (unsigned long long)count, remedy);
}

void subscriptions_put_warnings(const struct subscriptions *s, struct buf *out)
{
	const struct subscription_counts *c = &s->counts;

	put_doubt(out, c->no_events, "profiles without events", "nothing is known of their subscriptions: run cdp-merge without --no-events");
	put_doubt(out, c->omitted, "profiles whose older events were left out", "they count in nothing: raise --max-events of cdp-merge");
	put_doubt(out, c->by_renewal, "subscriptions first seen in another event than their start", "they count from there, which is too short");
	put_doubt(out, c->unseen_ends, "ends of subscriptions that never began", "they count in nothing: is 'subscription_id' the same in all events?");
	put_doubt(out, c->unpriced, "starts without money ('mrr', or 'value' with an 'interval')", "the MRR is too low");
	put_doubt(out, c->assumed, "amounts without an 'interval' beside them", "they are taken as a month's");
	put_doubt(out, c->odd_interval, "amounts by an 'interval' that is not understood (month, year, quarter, week, day)", "they count as no money");
	put_doubt(out, c->odd_end, "ends by a date that is not understood (2024-05-31)", "they count from their event on");
}
