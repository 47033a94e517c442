#include "understand/survival/subscriptions.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "understand/report/month.h"
#include "understand/survival/subscription_event.h"

#define NO_CURRENCY SPAN("")

/* Something that happens to a subscription. */
struct change {
	int64_t moment, day;
	size_t number;		/* in the order of the events */
	size_t subscription;	/* number of it; SIZE_MAX: all */
	enum subscription_kind kind;
	bool ahead;		/* an end that was announced before */
	bool priced;
	struct decimal mrr;
	size_t currency;
	struct value props;
};

struct subscription {
	bool seen, alive, paused;
	struct decimal mrr;
	size_t currency;
	size_t touched;		/* the number of the last event that keeps it */
	double period;		/* days, of the last event that names an interval; 0 */
	struct value terms, coin;	/* properties of the last event that names an interval, a currency */
};

/* An end that lies behind as_of. */
struct ahead {
	size_t subscription;	/* as of a change */
	size_t number;
	int64_t moment;
};

/* The customer at hand. */
struct subscription_reading {
	struct ahead *aheads;
	size_t ahead_count, ahead_cap;
	struct change *changes;
	size_t change_count, change_cap;
	struct map ids;		/* subscription_id -> its number */
	struct subscription *list;
	size_t list_cap;
	struct decimal *before, *after;	/* by currency */
	size_t currency_cap;
	struct buf scratch;
};

/*
 * Events.
 */

static size_t find_currency(struct subscriptions *s, struct subscription *one, struct value props)
{
	static const char *const names[] = {"currency", NULL};
	struct span code;
	size_t number;
	bool added;

	buf_clear(&s->reading->scratch);
	code = subscription_property(props, names, &s->reading->scratch);
	if (span_absent(code))
		code = subscription_property(one->coin, names, &s->reading->scratch);
	else
		one->coin = props;
	number = map_put(&s->currencies, span_absent(code) ? NO_CURRENCY : code, &added);
	if (added) {
		s->money = mem_room(s->money, number, &s->money_cap, sizeof *s->money);
		s->money[number] = mem_zero(s->month_count + 1, sizeof **s->money);
	}
	return number;
}

/* Which one an event is of: by its id; without, the only one there is, or all where it ends. */
static size_t find_subscription(struct subscriptions *s, struct value props, enum subscription_kind kind)
{
	static const char *const names[] = {"subscription_id", "membership_id", "contract_id", NULL};
	struct subscription_reading *r = s->reading;
	struct span id;
	size_t number;
	bool added;

	buf_clear(&r->scratch);
	id = subscription_property(props, names, &r->scratch);
	if (span_absent(id) && kind == SUBSCRIPTION_ENDED)
		return SIZE_MAX;
	if (span_absent(id) && kind != SUBSCRIPTION_STARTED && r->ids.count == 1)
		return 0;
	number = map_put(&r->ids, span_absent(id) ? SPAN("") : id, &added);
	if (added) {
		r->list = mem_room(r->list, number, &r->list_cap, sizeof *r->list);
		r->list[number] = (struct subscription){0};
	}
	return number;
}

/* An amount that names no interval, and no currency, has those of its subscription before. */
static void set_price(struct subscriptions *s, struct change *c)
{
	struct subscription *one = &s->reading->list[c->subscription];
	enum subscription_price price = subscription_price(c->props, c->props, &c->mrr);
	double period = subscription_period(c->props);

	if (period > 0)
		one->period = period;
	if (price == PRICE_KNOWN)
		one->terms = c->props;
	else if (price == PRICE_ASSUMED)
		price = subscription_price(c->props, one->terms, &c->mrr);
	c->priced = price == PRICE_KNOWN || price == PRICE_ASSUMED;
	s->counts.assumed += price == PRICE_ASSUMED;
	s->counts.odd_interval += price == PRICE_ODD;
	s->counts.unpriced += c->kind == SUBSCRIPTION_STARTED && !c->priced;
	c->currency = c->priced ? find_currency(s, one, c->props) : 0;
}

static void note_ahead(struct subscription_reading *r, const struct change *c)
{
	r->aheads = mem_room(r->aheads, r->ahead_count, &r->ahead_cap, sizeof *r->aheads);
	r->aheads[r->ahead_count++] = (struct ahead){c->subscription, c->number, c->moment};
}

static void add_change(struct subscriptions *s, const struct event *e, enum subscription_kind kind, int64_t as_of)
{
	struct subscription_reading *r = s->reading;
	struct change c = {
		.moment = e->time, .kind = kind, .number = r->change_count + r->ahead_count + 1, .props = e->props,
		.subscription = find_subscription(s, e->props, kind),
	};

	if (kind == SUBSCRIPTION_ENDED) {
		bool odd;
		int64_t end = subscription_end(e->props, s->zone, &odd);

		s->counts.odd_end += odd;
		c.ahead = end != MOMENT_NONE && end > e->time;
		c.moment = c.ahead ? end : e->time;
		if (c.moment > as_of) {
			note_ahead(r, &c);
			return;
		}
	}
	c.day = zone_day(s->zone, c.moment);
	r->changes = mem_room(r->changes, r->change_count, &r->change_cap, sizeof *r->changes);
	r->changes[r->change_count++] = c;
}

/* The first in the order of text is the example, whichever worker has it. */
static void note_odd_name(struct subscriptions *s, struct span name)
{
	s->counts.odd_names++;
	if (!s->odd_name.len || span_compare(name, s->odd_name) < 0)
		s->odd_name = arena_copy(&s->texts, name);
}

static int compare_changes(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	if (x->moment != y->moment)
		return x->moment < y->moment ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static int read_changes(struct subscriptions *s, const struct profile *p, struct error *err)
{
	struct subscription_reading *r = s->reading;
	struct profile_events walk;
	struct event e;
	int got;

	profile_events_start(&walk, p);
	while ((got = profile_events_next(&walk, &e, err)) > 0) {
		enum subscription_kind kind;
		struct span name;

		if (e.type != EVENT_TRACK || e.time == MOMENT_NONE || e.time > p->as_of)
			continue;
		buf_clear(&r->scratch);
		name = value_text(e.name, &r->scratch);
		kind = subscription_kind(name);
		if (kind != SUBSCRIPTION_NONE)
			add_change(s, &e, kind, p->as_of);
		else if (subscription_named_oddly(name))
			note_odd_name(s, name);
	}
	if (r->change_count > 1)
		qsort(r->changes, r->change_count, sizeof *r->changes, compare_changes);
	for (size_t i = 0; i < r->change_count; i++)
		if (r->changes[i].kind != SUBSCRIPTION_ENDED)
			set_price(s, &r->changes[i]);
	return got;
}

/*
 * What they do to a subscription.
 */

static void end_subscription(struct subscription *one, const struct change *c)
{
	if (!c->ahead || one->touched < c->number)
		one->alive = false;
}

static void end_all(struct subscriptions *s, const struct change *c)
{
	struct subscription_reading *r = s->reading;
	bool any = false;

	for (size_t i = 0; i < r->ids.count; i++) {
		any |= r->list[i].seen;
		if (r->list[i].seen)
			end_subscription(&r->list[i], c);
	}
	s->counts.unseen_ends += !any;
}

/* An event that shows a subscription to be there. */
static void keep_subscription(struct subscriptions *s, struct subscription *one, const struct change *c)
{
	if (c->kind != SUBSCRIPTION_STARTED && !one->seen)
		s->counts.by_renewal++;
	if (c->kind != SUBSCRIPTION_CHANGED || !one->seen)
		one->alive = true;
	one->seen = true;
	if (c->kind == SUBSCRIPTION_PAUSED)
		one->paused = true;
	else if (c->kind != SUBSCRIPTION_CHANGED)
		one->paused = false;
	if (c->kind != SUBSCRIPTION_PAUSED && c->kind != SUBSCRIPTION_CHANGED)
		one->touched = c->number;
	if (c->priced) {
		one->mrr = c->mrr;
		one->currency = c->currency;
	}
}

static void apply(struct subscriptions *s, const struct change *c)
{
	if (c->subscription == SIZE_MAX)
		end_all(s, c);
	else if (c->kind != SUBSCRIPTION_ENDED)
		keep_subscription(s, &s->reading->list[c->subscription], c);
	else if (s->reading->list[c->subscription].seen)
		end_subscription(&s->reading->list[c->subscription], c);
	else
		s->counts.unseen_ends++;
}

static bool is_customer(const struct subscription_reading *r)
{
	for (size_t i = 0; i < r->ids.count; i++)
		if (r->list[i].alive)
			return true;
	return false;
}

static void sum_money(struct subscriptions *s, struct decimal *out)
{
	struct subscription_reading *r = s->reading;

	for (size_t c = 0; c < s->currencies.count; c++)
		out[c] = DECIMAL_ZERO;
	for (size_t i = 0; i < r->ids.count; i++) {
		const struct subscription *one = &r->list[i];

		if (one->alive && !one->paused && s->currencies.count)
			decimal_add(out[one->currency], one->mrr, &out[one->currency]);
	}
}

/*
 * Months and spells.
 */

/* Room for MONTH, in the tables of all currencies. */
static size_t reach_month(struct subscriptions *s, int month)
{
	size_t count = s->month_count, before = 0, now;

	if (!count)
		s->first_month = month;
	if (month < s->first_month)
		before = (size_t)(s->first_month - month);
	now = count + before;
	if ((size_t)(month - s->first_month + (int)before) >= now)
		now = (size_t)(month - s->first_month + (int)before) + 1;
	if (now == count)
		return (size_t)(month - s->first_month);
	s->months = mem_grow(s->months, now, sizeof *s->months);
	memmove(s->months + before, s->months, count * sizeof *s->months);
	memset(s->months, 0, before * sizeof *s->months);
	memset(s->months + before + count, 0, (now - before - count) * sizeof *s->months);
	for (size_t c = 0; c < s->currencies.count; c++) {
		struct subscription_money *money = mem_zero(now + 1, sizeof *money);

		if (count)
			memcpy(money + before, s->money[c], count * sizeof *money);
		mem_free(s->money[c]);
		s->money[c] = money;
	}
	s->first_month -= (int)before;
	s->month_count = now;
	return (size_t)(month - s->first_month);
}

static void add_money(struct decimal *to, struct decimal amount)
{
	decimal_add(*to, amount, to);
}

/* What the day did to the money, as what it did to the customer. */
static void count_money(struct subscriptions *s, size_t month, bool before, bool after, bool first)
{
	struct subscription_reading *r = s->reading;

	for (size_t c = 0; c < s->currencies.count; c++) {
		struct subscription_money *m = &s->money[c][month];
		struct decimal gain;

		decimal_sub(r->after[c], r->before[c], &gain);
		if (!before && after)
			add_money(first ? &m->started : &m->back, gain);
		else if (before && !after)
			add_money(&m->ended, decimal_negate(gain));
		else if (gain.digits > 0)
			add_money(&m->more, gain);
		else
			add_money(&m->less, decimal_negate(gain));
	}
}

static void open_spell(struct subscriptions *s, const struct profile *p, const struct change *c)
{
	struct buf text = BUF_INIT;
	struct spell *spell;

	s->spells = mem_room(s->spells, s->spell_count, &s->spell_cap, sizeof *s->spells);
	spell = &s->spells[s->spell_count++];
	*spell = (struct spell){
		.customer = arena_copy(&s->texts, value_text(p->id, &text)), .start = c->day,
		.props = arena_copy(&s->texts, c->props.raw), .traits = arena_copy(&s->texts, p->traits.raw),
		.mrr = c->mrr, .currency = SPAN(""), .period = s->reading->list[c->subscription].period,
	};
	if (c->priced)
		spell->currency = arena_copy(&s->texts, s->currencies.entries[c->currency].key);
	buf_release(&text);
}

static void close_spell(struct subscriptions *s, int64_t day)
{
	struct spell *spell = &s->spells[s->spell_count - 1];

	spell->ended = true;
	spell->end = day;
}

/* The changes FROM .. TO - 1, all of one day. */
static void take_day(struct subscriptions *s, const struct profile *p, size_t from, size_t to, size_t first_spell)
{
	struct subscription_reading *r = s->reading;
	const struct change *start = NULL;
	bool before = is_customer(r), after, first = s->spell_count == first_spell;
	size_t month = reach_month(s, month_of(s->zone, r->changes[from].moment));

	sum_money(s, r->before);
	for (size_t i = from; i < to; i++) {
		bool there = is_customer(r);

		apply(s, &r->changes[i]);
		if (!start && !there && is_customer(r))
			start = &r->changes[i];
	}
	after = is_customer(r);
	sum_money(s, r->after);
	count_money(s, month, before, after, first);
	if (!before && start) {
		open_spell(s, p, start);
		s->months[month].started += first;
		s->months[month].back += !first;
	}
	if (!after && (before || start)) {
		close_spell(s, r->changes[from].day);
		s->months[month].ended++;
	}
}

static void clear_customer(struct subscriptions *s)
{
	struct subscription_reading *r = s->reading;

	if (!r)
		r = s->reading = mem_zero(1, sizeof *s->reading);
	r->change_count = 0;
	r->ahead_count = 0;
	map_clear(&r->ids);
}

static void take_changes(struct subscriptions *s, const struct profile *p)
{
	struct subscription_reading *r = s->reading;
	size_t first_spell = s->spell_count;

	if (r->currency_cap < s->currencies.count + 1) {
		r->currency_cap = s->currencies.count + 8;
		r->before = mem_grow(r->before, r->currency_cap, sizeof *r->before);
		r->after = mem_grow(r->after, r->currency_cap, sizeof *r->after);
	}
	for (size_t i = 0, next; i < r->change_count; i = next) {
		for (next = i; next < r->change_count && r->changes[next].day == r->changes[i].day; next++)
			;
		take_day(s, p, i, next, first_spell);
	}
	if (s->spell_count > first_spell && !s->spells[s->spell_count - 1].ended)
		s->spells[s->spell_count - 1].end = zone_day(s->zone, p->as_of);
	if (s->spell_count == first_spell)
		s->counts.without++;
}

int subscriptions_add(struct subscriptions *s, const struct profile *p, struct error *err)
{
	double omitted = 0;

	if (p->events.kind != VALUE_ARRAY) {
		s->counts.no_events++;
		return 0;
	}
	if (value_double(p->events_omitted, &omitted) && omitted > 0) {
		s->counts.omitted++;
		return 0;
	}
	clear_customer(s);
	if (read_changes(s, p, err) < 0)
		return -1;
	take_changes(s, p);
	return 0;
}

/*
 * One customer at a time.
 */

/* Is an end of ONE, number I, announced and not taken back?  The last that was. */
static bool find_ahead(const struct subscription_reading *r, size_t i, int64_t *moment)
{
	size_t last = 0;

	for (size_t k = 0; k < r->ahead_count; k++) {
		const struct ahead *a = &r->aheads[k];

		if ((a->subscription != i && a->subscription != SIZE_MAX) || a->number < r->list[i].touched || a->number < last)
			continue;
		last = a->number;
		*moment = a->moment;
	}
	return last > 0;
}

/* A customer leaves when the last of the subscriptions does. */
static void find_leaving(const struct subscriptions *s, struct subscriber *out)
{
	const struct subscription_reading *r = s->reading;
	int64_t last = INT64_MIN, moment = 0;

	for (size_t i = 0; i < r->ids.count; i++) {
		if (!r->list[i].alive)
			continue;
		if (!find_ahead(r, i, &moment))
			return;
		if (moment > last)
			last = moment;
	}
	out->leaves = last > INT64_MIN;
	if (out->leaves)
		out->leaves_on = zone_day(s->zone, last);
}

static void find_price(const struct subscriptions *s, struct subscriber *out)
{
	const struct subscription_reading *r = s->reading;
	size_t currency = SIZE_MAX;

	out->mrr = DECIMAL_ZERO;
	for (size_t i = 0; i < r->ids.count; i++) {
		const struct subscription *one = &r->list[i];

		if (!one->alive || one->mrr.digits <= 0)
			continue;
		if (currency != SIZE_MAX && currency != one->currency)
			return;
		currency = one->currency;
		decimal_add(out->mrr, one->mrr, &out->mrr);
	}
	out->priced = currency != SIZE_MAX;
	if (out->priced)
		out->currency = s->currencies.entries[currency].key;
}

int subscriptions_read(struct subscriptions *s, const struct profile *p, struct subscriber *out, struct error *err)
{
	s->spell_count = 0;
	s->odd_name = SPAN_NONE;
	arena_clear(&s->texts);
	*out = (struct subscriber){.known = false};
	if (subscriptions_add(s, p, err))
		return -1;
	if (!s->spell_count)
		return 0;
	out->known = true;
	out->there = !s->spells[s->spell_count - 1].ended;
	out->since = s->spells[s->spell_count - 1].start;
	out->period = s->spells[s->spell_count - 1].period;
	if (!out->there)
		return 0;
	find_leaving(s, out);
	find_price(s, out);
	return 0;
}

bool subscriptions_likely(const struct profile *p)
{
	static const char *const parts[] = {"ubscription", "embership", "ontract", "onverted",
					    "UBSCRIPTION", "EMBERSHIP", "ONTRACT", "ONVERTED"};

	if (p->events.kind != VALUE_ARRAY)
		return false;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (memmem(p->events.raw.ptr, p->events.raw.len, parts[i], strlen(parts[i])))
			return true;
	return false;
}

/*
 * All workers.
 */

static void add_counts(struct subscription_counts *to, const struct subscription_counts *from)
{
	to->without += from->without;
	to->no_events += from->no_events;
	to->omitted += from->omitted;
	to->by_renewal += from->by_renewal;
	to->unseen_ends += from->unseen_ends;
	to->unpriced += from->unpriced;
	to->assumed += from->assumed;
	to->odd_interval += from->odd_interval;
	to->odd_end += from->odd_end;
	to->odd_names += from->odd_names;
}

static void add_months(struct subscriptions *to, const struct subscriptions *from)
{
	for (size_t m = 0; m < from->month_count; m++) {
		size_t month = reach_month(to, from->first_month + (int)m);

		to->months[month].started += from->months[m].started;
		to->months[month].back += from->months[m].back;
		to->months[month].ended += from->months[m].ended;
	}
	for (size_t c = 0; c < from->currencies.count; c++) {
		bool added;
		size_t number = map_put(&to->currencies, from->currencies.entries[c].key, &added);

		if (added) {
			to->money = mem_room(to->money, number, &to->money_cap, sizeof *to->money);
			to->money[number] = mem_zero(to->month_count + 1, sizeof **to->money);
		}
		for (size_t m = 0; m < from->month_count; m++) {
			const struct subscription_money *part = &from->money[c][m];
			struct subscription_money *sum = &to->money[number][from->first_month - to->first_month + (int)m];

			add_money(&sum->started, part->started);
			add_money(&sum->back, part->back);
			add_money(&sum->more, part->more);
			add_money(&sum->less, part->less);
			add_money(&sum->ended, part->ended);
		}
	}
}

static void add_spells(struct subscriptions *to, const struct subscriptions *from)
{
	for (size_t i = 0; i < from->spell_count; i++) {
		struct spell spell = from->spells[i];

		spell.customer = arena_copy(&to->texts, spell.customer);
		spell.props = arena_copy(&to->texts, spell.props);
		spell.traits = arena_copy(&to->texts, spell.traits);
		spell.currency = arena_copy(&to->texts, spell.currency);
		to->spells = mem_room(to->spells, to->spell_count, &to->spell_cap, sizeof *to->spells);
		to->spells[to->spell_count++] = spell;
	}
}

static int compare_spells(const void *a, const void *b)
{
	const struct spell *x = a, *y = b;
	int by_customer = span_compare(x->customer, y->customer);

	return by_customer ? by_customer : (x->start > y->start) - (x->start < y->start);
}

void subscriptions_join(struct subscriptions *list, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		add_counts(&list->counts, &list[i].counts);
		add_months(list, &list[i]);
		add_spells(list, &list[i]);
		if (list[i].odd_name.len && (!list->odd_name.len || span_compare(list[i].odd_name, list->odd_name) < 0))
			list->odd_name = arena_copy(&list->texts, list[i].odd_name);
		subscriptions_release(&list[i]);
	}
	if (list->spell_count > 1)
		qsort(list->spells, list->spell_count, sizeof *list->spells, compare_spells);
}

void subscriptions_release(struct subscriptions *s)
{
	struct subscription_reading *r = s->reading;

	if (r) {
		mem_free(r->changes);
		mem_free(r->aheads);
		mem_free(r->list);
		mem_free(r->before);
		mem_free(r->after);
		map_release(&r->ids);
		buf_release(&r->scratch);
	}
	for (size_t c = 0; c < s->currencies.count; c++)
		mem_free(s->money[c]);
	mem_free(r);
	mem_free(s->money);
	mem_free(s->months);
	mem_free(s->spells);
	map_release(&s->currencies);
	arena_release(&s->texts);
	*s = (struct subscriptions){0};
}
