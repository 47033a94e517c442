/*
 * The report compare: what changed since an earlier run, customer by customer.  The earlier file is read whole before
 * the first line of this one; each customer of both is kept, with the name it is shown by and its money: some 200
 * bytes.  Ids that merged or split in between are followed by the feed of cdp-merge --changes, as cdp-segment
 * --previous follows them.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/disjoint.h"
#include "base/mem.h"
#include "record/stream.h"
#include "time/moment.h"
#include "understand/report/compare.h"
#include "understand/report/customer.h"
#include "understand/report/segments.h"
#include "understand/report/summary.h"

#define MOVERS 10

struct compare_state {
	struct compare_report r;
	pthread_mutex_t lock;	/* of all of it: customers of this run are matched one by one */
	struct buf text, label;
	/* The customer at hand. */
	uint32_t unit;
	int run;
};

enum { PREVIOUS, SINCE, LIMIT };

static const struct count_option options[] = {
	[PREVIOUS] = {"previous", "FILE", "the profiles of the earlier run: what the first of two files is", NULL, NULL, false},
	[SINCE] = {"since", "FILE", "follow ids that changed since --previous by FILE, the feed of cdp-merge --changes", NULL, NULL, false},
	[LIMIT] = {"limit", "N", "at most N customers whose revenue changed, of each currency; default: 10", NULL, NULL, false},
	{0},
};

const char *const compare_bands[] = {"high", "medium", "low", "(no risk named)", "(not there)", NULL};

static void free_report(void *state)
{
	struct compare_state *s = state;
	struct compare_report *r = &s->r;

	for (int run = 0; run < COMPARE_RUNS; run++)
		tally_release(&r->totals[run].at_risk);
	previous_free(r->segments);
	if (r->units_of)
		key_map_free(r->units_of);
	mem_free(r->units);
	mem_free(r->sets);
	mem_free(r->money);
	map_release(&r->currencies);
	arena_release(&r->texts);
	pthread_mutex_destroy(&s->lock);
	buf_release(&s->text);
	buf_release(&s->label);
	mem_free(s);
}

/* ---- One customer of either run. ---- */

static void name_unit(struct compare_state *s, struct compare_unit *u, const struct profile *p)
{
	buf_clear(&s->text);
	u->id = arena_copy(&s->r.texts, value_text(p->id, &s->text));
	buf_clear(&s->label);
	u->label = arena_copy(&s->r.texts, customer_label(p, &s->label));
}

static uint32_t add_unit(struct compare_state *s, const struct profile *p)
{
	struct compare_report *r = &s->r;
	uint32_t i = (uint32_t)r->unit_count++;

	r->units = mem_room(r->units, i, &r->unit_cap, sizeof *r->units);
	r->sets = mem_room(r->sets, i, &r->set_cap, sizeof *r->sets);
	r->units[i] = (struct compare_unit){.band = BAND_ABSENT};
	r->sets[i] = i;
	name_unit(s, &r->units[i], p);
	return i;
}

static enum compare_band band_of(struct span name)
{
	for (int band = BAND_HIGH; band < BAND_NONE; band++)
		if (span_equal(name, span_of(compare_bands[band])))
			return (enum compare_band)band;
	return BAND_NONE;
}

static int add_at_risk(struct compare_state *s, struct value score, struct error *err)
{
	struct value currency = value_member(score, SPAN("currency"));
	struct tally_row *row;
	struct decimal money;

	if (!value_decimal(value_member(score, SPAN("value_at_risk")), &money))
		return 0;
	buf_clear(&s->text);
	row = tally_row(&s->r.totals[s->run].at_risk, currency.kind == VALUE_TEXT ? value_text(currency, &s->text) : SPAN(""));
	row->counts[0]++;
	return tally_add_money(row, decimal_round(money, MONEY_SCALE), err);
}

/* The band that the first model by name says, of those that name one. */
static int read_band(struct compare_state *s, struct value scores, signed char *band, struct error *err)
{
	struct value chosen = {.kind = VALUE_NONE};
	struct span name = SPAN_NONE;
	struct member m;
	struct scan scan;

	*band = BAND_NONE;
	if (scores.kind != VALUE_OBJECT)
		return 0;
	scan_start(&scan, scores.raw);
	if (scan_enter(&scan, '{', NULL))
		return 0;
	while (scan_member(&scan, &m, NULL) > 0)
		if (value_member(m.value, SPAN("risk")).kind == VALUE_TEXT && (span_absent(name) || span_compare(m.key, name) < 0)) {
			name = m.key;
			chosen = m.value;
		}
	if (span_absent(name))
		return 0;
	s->r.totals[s->run].scored = true;
	buf_clear(&s->text);
	*band = (signed char)band_of(value_text(value_member(chosen, SPAN("risk")), &s->text));
	return add_at_risk(s, chosen, err);
}

static int add_money(void *context, struct span currency, const struct summary_money *money, struct error *err)
{
	struct compare_state *s = context;
	struct compare_report *r = &s->r;

	(void)err;
	r->money = mem_room(r->money, r->money_count, &r->money_cap, sizeof *r->money);
	r->money[r->money_count++] = (struct compare_money){
		money->revenue, money->refunded, s->unit, (uint32_t)map_put(&r->currencies, currency, NULL), (unsigned char)s->run,
	};
	return 0;
}

/* P counts for the unit at hand. */
static int count_customer(struct compare_state *s, const struct profile *p, struct error *err)
{
	struct compare_totals *t = &s->r.totals[s->run];
	uint64_t orders = summary_count(p->orders, SPAN("count"));

	t->customers++;
	t->buyers += orders > 0;
	t->orders += orders;
	t->refunds += summary_count(p->orders, SPAN("refunds"));
	t->as_of = p->as_of > t->as_of ? p->as_of : t->as_of;
	s->r.units[s->unit].customers[s->run]++;
	return summary_walk(p->orders, add_money, s, &s->text, err);
}

static struct hash128 key_of(struct compare_state *s, const struct profile *p)
{
	buf_clear(&s->text);
	return hash_128(value_text(p->id, &s->text));
}

/* ---- The earlier run. ---- */

/* Of a customer who comes twice the first counts, as with segments. */
static int take_before(void *context, struct span line, struct error *err)
{
	struct compare_state *s = context;
	struct hash128 key;
	struct profile p;
	int64_t number;
	int known;

	if (profile_parse(&p, line, err))
		return -1;
	key = key_of(s, &p);
	known = key_map_get(s->r.units_of, key, &number, err);
	if (known)
		return known < 0 ? -1 : 0;
	s->unit = add_unit(s, &p);
	if (key_map_put(s->r.units_of, key, s->unit, err) || count_customer(s, &p, err))
		return -1;
	return read_band(s, p.scores, &s->r.units[s->unit].band, err);
}

static int read_before(struct compare_state *s, const struct count_setup *setup, struct error *err)
{
	const char *feed = setup->values[SINCE].count ? setup->values[SINCE].texts[0] : NULL;

	s->r.units_of = key_map_new(setup->memory / 4, setup->scratch);
	s->r.segments = previous_open(NULL, s->r.path, feed, setup->allow_empty, setup->memory / 4, setup->scratch, err);
	s->run = COMPARE_BEFORE;
	return s->r.segments ? stream_each_line(s->r.path, setup->allow_empty, take_before, s, err) : -1;
}

static void *start(const struct count_setup *setup, struct error *err)
{
	struct compare_state *s = mem_zero(1, sizeof *s);
	const struct count_value *limit = &setup->values[LIMIT];
	bool given = setup->values[PREVIOUS].count > 0;

	pthread_mutex_init(&s->lock, NULL);
	s->r.limit = MOVERS;
	s->r.totals[COMPARE_BEFORE].as_of = s->r.totals[COMPARE_NOW].as_of = MOMENT_NONE;
	s->r.path = given ? setup->values[PREVIOUS].texts[0] : NULL;
	if (!given)
		error_usage(err, "compare: of what with what? Name the profiles of the earlier run, then those of this one");
	else if (limit->count && !span_number(span_of(limit->texts[0]), &s->r.limit))
		error_usage(err, "compare: --limit %s: a number", limit->texts[0]);
	else if (!read_before(s, setup, err)) {
		s->run = COMPARE_NOW;
		return s;
	}
	free_report(s);
	return NULL;
}

/* ---- This run. ---- */

/* Units of the earlier run that went on in the customer at hand. */
struct origins {
	struct compare_state *s;
	uint32_t first;		/* the customer's own id, else the first of the file */
	bool any, own;
};

static int take_origin(void *context, struct hash128 key, struct error *err)
{
	struct origins *o = context;
	int64_t unit;
	int known = key_map_get(o->s->r.units_of, key, &unit, err);

	if (known <= 0)
		return known;
	if (o->any)
		disjoint_unite(o->s->r.sets, o->first, (uint32_t)unit);
	if (!o->any || (!o->own && (uint32_t)unit < o->first))
		o->first = (uint32_t)unit;
	o->any = true;
	return 0;
}

/* The name is that of the smallest id that a unit has now. */
static void rename_unit(struct compare_state *s, const struct profile *p)
{
	struct compare_unit *u = &s->r.units[s->unit];

	buf_clear(&s->text);
	if (!u->customers[COMPARE_NOW] || span_compare(value_text(p->id, &s->text), u->id) < 0)
		name_unit(s, u, p);
}

static int count_now(struct compare_state *s, const struct profile *p, struct error *err)
{
	struct origins o = {s, 0, false, false};
	signed char band;

	if (take_origin(&o, key_of(s, p), err))
		return -1;
	o.own = o.any;
	buf_clear(&s->label);
	if (previous_each_old(s->r.segments, value_text(p->id, &s->label), take_origin, &o, err))
		return -1;
	s->unit = o.any ? o.first : add_unit(s, p);
	if (o.any)
		rename_unit(s, p);
	if (read_band(s, p->scores, &band, err))
		return -1;
	s->r.bands[(int)s->r.units[s->unit].band][(int)band]++;
	return count_customer(s, p, err) || previous_note(s->r.segments, p, NULL, err) ? -1 : 0;
}

static int commit(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct compare_state *s = state;
	int failed;

	(void)worker;
	pthread_mutex_lock(&s->lock);
	failed = count_now(s, p, err);
	pthread_mutex_unlock(&s->lock);
	return failed;
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct compare_report *r = &((struct compare_state *)state)->r;

	if (previous_gone(r->segments, NULL, err) || compare_fill(r, sheet, err))
		return -1;
	if (previous_has_segments(r->segments))
		segments_changes_fill(r->segments, sheet);
	return 0;
}

const struct counting count_compare = {
	"compare", false, start, NULL, NULL, commit, fill, free_report, options, NULL,
};
