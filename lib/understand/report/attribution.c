/*
 * Attribution: which touches of a customer get the credit of his conversions, by all models of
 * credit.h side by side.
 *
 * A touch is a visit (visit_walk.h): a session by the rules ga4, and the channel it came by, as in the web report.  A conversion is an order of which something was kept,
 * worth what is left of it (one without a time has no touch), or an event of the name asked for, worth its revenue.  Its path
 * are the touches that began by then and at most the look-back before; what came before an earlier
 * conversion is on both paths, as in GA4 and Snowplow.  A conversion without a touch gets a row of its own, so
 * that each model's credits add up to all conversions and all revenue: they are counted in whole parts, a
 * millionth of a currency and 10^-9 of a conversion.
 *
 * Markov also looks at customers who never converted: their path is what lies within the look-back before their last
 * touch.  It shares out all revenue by the conversions.
 */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "expr/duration.h"
#include "journey/buying.h"
#include "record/table.h"
#include "understand/report/count.h"
#include "understand/report/credit.h"
#include "understand/report/partial.h"
#include "understand/report/visit_walk.h"

#define ONE INT64_C(1000000000)		/* the parts of a conversion */
#define ONE_DIGITS 9
#define CENT INT64_C(10000)		/* in millionths */
#define ORDER_MAX 4
#define NO_TOUCH "(no touch)"
#define STATE_END '\x1e'		/* behind a channel in the text of a state */
#define MARKOV_WORK_MAX 20000000	/* channels times steps: seconds */

enum { CONVERSION, LOOK_BACK, TOUCH, PATH, DIRECT, ORDERS, HALF_LIFE, MARKOV_ORDER, COSTS };

static const char *const touches[] = {"source", "channel", "campaign", NULL};
static const char *const paths[] = {"exposure", "unique", "first", NULL};
static const char *const directs[] = {"keep", "drop-last", "drop", NULL};
static const char *const which_orders[] = {"all", "first", "repeat", NULL};

static const struct count_option options[] = {
	[CONVERSION] = {"conversion", "EVENT", "the event that counts as a conversion; without it orders do", NULL, NULL, false},
	[LOOK_BACK] = {"look-back", "DURATION", "touches at most so long before a conversion are on its path", "30d", NULL, false},
	[TOUCH] = {"touch", "WHAT", "what touches are told apart by", "source", touches, false},
	[PATH] = {"path", "HOW", "of touches alike one behind the other keep one, all, or the first of all", "exposure", paths, false},
	[DIRECT] = {"direct", "HOW", "direct touches at the end of a path, or anywhere, unless all are", "keep", directs, false},
	[ORDERS] = {"orders", "WHICH", "conversions that count: a customer's first, or those behind it", "all", which_orders, false},
	[HALF_LIFE] = {"half-life", "DURATION", "time_decay: a touch so old counts half", "7d", NULL, false},
	[MARKOV_ORDER] = {"markov-order", "K", "markov: so many touches say what comes next, 1 to 4", "1", NULL, false},
	[COSTS] = {"costs", "FILE", "a table of costs by channel, source and medium, or campaign: adds ROAS and CPA", NULL, NULL, false},
	{0},
};

/* What is summed of a channel, or of a channel and currency. */
struct credits {
	uint64_t touches, paths;
	__int128 parts[CREDIT_MODELS];
};

struct sums {
	struct map keys;
	struct credits *list;
	size_t cap;
};

struct conversion {
	int64_t time;
	bool has_money;
	__int128 money;		/* millionths */
	char currency[CURRENCY_SIZE];
};

struct worker_part {
	struct sums channels;	/* by name */
	struct sums money;	/* by currency, NUL, name */
	struct map steps;	/* state, NUL, next -> how many paths */
	uint64_t conversions, untouched, lost_paths, without_events;

	/* Of the customer at hand. */
	struct visit_walk *visits;
	struct buying buying;
	struct credit_touch *touches;	/* `channel` is the place in `channels` */
	size_t touch_count, touch_cap;
	struct conversion *conversions_of;
	size_t conversion_count, conversion_cap;
	struct buf scratch, name, key;

	/* Of the path at hand. */
	struct credit_touch *path;
	uint64_t *weights;
	__int128 *split;
	size_t *money_at;	/* by touch: the place in `money` of its channel */
	size_t path_cap;
	uint64_t *seen;		/* by channel: the number of the last path that had it */
	size_t seen_cap;
	uint64_t path_number;
};

struct attribution {
	struct span event;	/* absent: orders */
	const char *look_back_text;
	int64_t look_back, half_life;
	int touch, path, direct, which;
	uint64_t order;
	const char *costs_path;
	struct sums costs;	/* by currency, NUL, name: parts[0], millionths */
	bool costs_bare;	/* some without a currency */
	struct sites *sites;	/* where touches are told apart by channel */
	unsigned workers;
	struct worker_part *parts;
};

static struct credits *sums_at(struct sums *s, struct span key, size_t *at)
{
	size_t had = s->cap, place = map_put(&s->keys, key, NULL);

	if (place >= s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->list = mem_grow(s->list, s->cap, sizeof *s->list);
		memset(s->list + had, 0, (s->cap - had) * sizeof *s->list);
	}
	if (at)
		*at = place;
	return &s->list[place];
}

static void sums_release(struct sums *s)
{
	map_release(&s->keys);
	mem_free(s->list);
}

/* ---- what is asked for ---- */

static int choice_of(const char *text, const char *const *choices)
{
	int i = 0;

	while (choices[i] && strcmp(choices[i], text))
		i++;
	return i;
}

static bool to_millionths(struct decimal d, __int128 *out)
{
	d = decimal_round(d, MONEY_SCALE);
	*out = d.digits;
	for (int scale = d.scale; scale < MONEY_SCALE; scale++)
		if (__builtin_mul_overflow(*out, (__int128)10, out))
			return false;
	return true;
}

/* CURRENCY and NAME as one key; valid until OUT changes. */
static struct span money_key(struct span currency, struct span name, struct buf *out)
{
	buf_clear(out);
	buf_span(out, currency);
	buf_char(out, '\0');
	buf_span(out, name);
	return buf_view(out);
}

static void put_source(struct buf *out, struct span source, struct span medium)
{
	buf_span(out, source);
	buf_lit(out, " / ");
	buf_span(out, medium.len ? medium : SPAN("(not set)"));
}

enum { COST_CHANNEL, COST_SOURCE, COST_MEDIUM, COST_CAMPAIGN, COST_COST, COST_CURRENCY, COST_COLUMNS };

static int add_cost(struct attribution *a, const struct table *t, const struct span *cells, struct buf *name, struct error *err)
{
	struct buf key = BUF_INIT;
	struct decimal cost;
	char currency[CURRENCY_SIZE];
	char quoted[ERROR_QUOTE_MAX];
	__int128 parts;

	if (!decimal_parse(cells[COST_COST], &cost) || !to_millionths(cost, &parts) || parts < 0) {
		error_usage(err, "the cost %s is no number such as 1250.00", error_quote(cells[COST_COST], quoted));
		return table_fault(t, err);
	}
	buf_clear(name);
	if (a->touch == 0)
		put_source(name, cells[COST_SOURCE], cells[COST_MEDIUM]);
	else
		buf_span(name, cells[a->touch == 1 ? COST_CHANNEL : COST_CAMPAIGN]);
	a->costs_bare |= !cells[COST_CURRENCY].len;
	currency_read(cells[COST_CURRENCY], currency);
	sums_at(&a->costs, money_key(span_of(currency), buf_view(name), &key), NULL)->parts[0] += parts;
	buf_release(&key);
	return 0;
}

static int read_costs(struct attribution *a, struct error *err)
{
	static const char *const columns[] = {"channel", "source", "medium", "campaign", "cost", "currency", NULL};
	const int needed = a->touch == 0 ? COST_SOURCE : a->touch == 1 ? COST_CHANNEL : COST_CAMPAIGN;
	struct table *t = table_open(a->costs_path, columns, err);
	struct span cells[COST_COLUMNS];
	struct buf name = BUF_INIT;
	int got = t ? 0 : -1;

	if (t && (!table_has(t, (size_t)needed) || !table_has(t, COST_COST))) {
		error_usage(err, "the costs of --touch %s need the columns %s%s and cost", touches[a->touch], columns[needed],
			    a->touch ? "" : ", medium");
		got = table_fault(t, err);
	}
	while (!got && (got = table_next(t, cells, err)) > 0)
		got = add_cost(a, t, cells, &name, err);
	table_close(t);
	buf_release(&name);
	return got < 0 ? -1 : 0;
}

static void free_attribution(void *state)
{
	struct attribution *a = state;

	for (unsigned i = 0; a->parts && i < a->workers; i++) {
		struct worker_part *w = &a->parts[i];

		sums_release(&w->channels);
		sums_release(&w->money);
		map_release(&w->steps);
		visit_walk_free(w->visits);
		buying_release(&w->buying);
		mem_free(w->touches);
		mem_free(w->conversions_of);
		mem_free(w->path);
		mem_free(w->weights);
		mem_free(w->split);
		mem_free(w->money_at);
		mem_free(w->seen);
		buf_release(&w->scratch);
		buf_release(&w->name);
		buf_release(&w->key);
	}
	sums_release(&a->costs);
	sites_free(a->sites);
	mem_free(a->parts);
	mem_free(a);
}

static int read_options(struct attribution *a, const struct count_value *given, struct error *err)
{
	a->event = given[CONVERSION].count ? span_of(given[CONVERSION].texts[0]) : SPAN_NONE;
	a->look_back_text = given[LOOK_BACK].texts[0];
	a->touch = choice_of(given[TOUCH].texts[0], touches);
	a->path = choice_of(given[PATH].texts[0], paths);
	a->direct = choice_of(given[DIRECT].texts[0], directs);
	a->which = choice_of(given[ORDERS].texts[0], which_orders);
	a->costs_path = given[COSTS].count ? given[COSTS].texts[0] : NULL;
	if (!span_absent(a->event) && (!a->event.len || !span_is_utf8(a->event)))
		return error_usage(err, "--conversion is %s: name an event", a->event.len ? "not UTF-8" : "empty");
	if (!span_number(span_of(given[MARKOV_ORDER].texts[0]), &a->order) || a->order < 1 || a->order > ORDER_MAX)
		return error_usage(err, "--markov-order: '%s' is no number from 1 to %d", given[MARKOV_ORDER].texts[0], ORDER_MAX);
	if (duration_read(a->look_back_text, "--look-back", &a->look_back, err) ||
	    duration_read(given[HALF_LIFE].texts[0], "--half-life", &a->half_life, err))
		return -1;
	if (a->half_life <= 0)
		return error_usage(err, "--half-life: must be above 0");
	if (a->touch == 1)
		a->sites = sites_load(NULL, err);
	if (a->touch == 1 && !a->sites)
		return -1;
	return a->costs_path ? read_costs(a, err) : 0;
}

static void *start(const struct count_setup *setup, struct error *err)
{
	struct attribution *a = mem_zero(1, sizeof *a);

	a->workers = setup->workers;
	if (read_options(a, setup->values, err)) {
		free_attribution(a);
		return NULL;
	}
	a->parts = mem_zero(setup->workers, sizeof *a->parts);
	for (unsigned i = 0; i < a->workers; i++)
		a->parts[i].visits = visit_walk_new(a->sites);
	return a;
}

/* ---- the touches and conversions of one customer ---- */

/* Control bytes part the channels of a state. */
static void put_clean(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		buf_char(out, (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i]);
}

static void add_touch(const struct attribution *a, struct worker_part *w, const struct visit *v)
{
	const struct touchpoint *from = &v->session.from;
	bool direct = a->touch == 1 ? span_equal(v->channel, SPAN("Direct")) : span_equal(from->source, SPAN("(direct)"));
	struct credit_touch *t;
	size_t channel;

	buf_clear(&w->scratch);
	if (a->touch == 0)
		put_source(&w->scratch, from->source, from->medium);
	else if (a->touch == 2)
		buf_span(&w->scratch, from->campaign.len ? from->campaign : SPAN("(no campaign)"));
	else
		buf_span(&w->scratch, v->channel);
	buf_clear(&w->name);
	put_clean(&w->name, buf_view(&w->scratch));
	sums_at(&w->channels, buf_view(&w->name), &channel)->touches++;
	w->touches = mem_room(w->touches, w->touch_count, &w->touch_cap, sizeof *w->touches);
	t = &w->touches[w->touch_count++];
	*t = (struct credit_touch){(uint32_t)channel, v->session.start, direct, false};
}

static void add_conversion(struct worker_part *w, int64_t time, bool has_money, struct decimal money, const char *currency)
{
	struct conversion *c;

	w->conversions_of = mem_room(w->conversions_of, w->conversion_count, &w->conversion_cap, sizeof *w->conversions_of);
	c = &w->conversions_of[w->conversion_count++];
	*c = (struct conversion){.time = time};
	c->has_money = has_money && to_millionths(money, &c->money);
	memcpy(c->currency, currency, sizeof c->currency);
}

static bool is_conversion(const struct attribution *a, const struct event *e)
{
	return e->name.kind == VALUE_TEXT ? value_is_text(e->name, a->event)
					  : e->type < EVENT_TYPES && span_equal(event_type_names[e->type], a->event);
}

static void add_event_conversion(struct worker_part *w, const struct event *e)
{
	char currency[CURRENCY_SIZE] = "";
	struct decimal money = DECIMAL_ZERO;
	struct span text;
	bool rounded, known;

	buf_clear(&w->name);
	text = value_text(value_path(e->props, SPAN("revenue")), &w->name);
	known = decimal_parse_money(text, &money, &rounded);
	buf_clear(&w->name);
	text = value_text(value_path(e->props, SPAN("currency")), &w->name);
	if (known && text.len)
		currency_read(text, currency);
	add_conversion(w, e->time, known, money, currency);
}

static int compare_conversions(const void *a, const void *b)
{
	const struct conversion *x = a, *y = b;

	return (x->time > y->time) - (x->time < y->time);
}

static int find_orders(struct worker_part *w, const struct profile *p, struct error *err)
{
	enum buying_state known;
	struct buying *b = &w->buying;

	if (buying_read_orders(b, p, &known, err))
		return -1;
	if (known != BUYING_KNOWN)
		return 0;
	for (size_t i = 0; i < b->orders.count; i++) {
		const struct order_entry *e = &b->orders.list[i];

		if (e->part == ORDER_PART_NEW && buying_is_purchase(b, e))
			add_conversion(w, e->time, e->has_net, b->left[i], e->order.currency);
	}
	if (w->conversion_count)
		qsort(w->conversions_of, w->conversion_count, sizeof *w->conversions_of, compare_conversions);
	return 0;
}

/* ---- paths ---- */

static void reserve_path(struct worker_part *w, size_t count)
{
	if (count > w->path_cap) {
		w->path_cap = 2 * count;
		w->path = mem_grow(w->path, w->path_cap, sizeof *w->path);
		w->weights = mem_grow(w->weights, w->path_cap, sizeof *w->weights);
		w->split = mem_grow(w->split, w->path_cap, sizeof *w->split);
		w->money_at = mem_grow(w->money_at, w->path_cap, sizeof *w->money_at);
	}
	if (w->channels.keys.count > w->seen_cap) {
		size_t had = w->seen_cap;

		w->seen_cap = 2 * w->channels.keys.count;
		w->seen = mem_grow(w->seen, w->seen_cap, sizeof *w->seen);
		memset(w->seen + had, 0, (w->seen_cap - had) * sizeof *w->seen);
	}
}

/* Does T go, for being direct?  END: none that is not direct follows it. */
static bool is_dropped(const struct attribution *a, const struct credit_touch *t, bool end)
{
	return t->direct && (a->direct == 2 || (a->direct == 1 && end));
}

/* The touches FROM to TO as a path, into w->path; how many.  One that stands for several has the time of the last. */
static size_t make_path(const struct attribution *a, struct worker_part *w, size_t from, size_t to)
{
	size_t count = 0, last = from;
	bool all_direct;

	reserve_path(w, to - from);
	w->path_number++;
	for (size_t i = from; i < to; i++)
		if (!w->touches[i].direct)
			last = i + 1;
	all_direct = last == from;
	for (size_t i = from; i < to; i++) {
		struct credit_touch t = w->touches[i];

		if (!all_direct && is_dropped(a, &t, i >= last))
			continue;
		t.again = w->seen[t.channel] == w->path_number;
		w->seen[t.channel] = w->path_number;
		if (a->path == 0 && count && w->path[count - 1].channel == t.channel)
			w->path[count - 1].time = t.time;
		else if (a->path != 2 || !t.again)
			w->path[count++] = t;
	}
	return count;
}

static void count_step(struct map *steps, struct span key, uint64_t count)
{
	size_t at = map_put(steps, key, NULL);

	steps->entries[at].number += count;
}

/* The steps of the path of COUNT: a state is the last channels, each ended. */
static void count_steps(const struct attribution *a, struct worker_part *w, size_t count, struct span end)
{
	struct buf *state = &w->name;

	buf_clear(state);
	for (size_t i = 0; i <= count; i++) {
		struct span next = i < count ? w->channels.keys.entries[w->path[i].channel].key : end;

		count_step(&w->steps, money_key(buf_view(state), next, &w->key), 1);
		if (i >= a->order && i < count) {
			size_t first = span_find_byte(buf_view(state), STATE_END) + 1;

			memmove(state->ptr, state->ptr + first, state->len - first);
			state->len -= first;
		}
		buf_span(state, next);
		buf_char(state, STATE_END);
	}
}

static void credit_untouched(struct worker_part *w, const struct conversion *c)
{
	struct credits *to = sums_at(&w->channels, SPAN(NO_TOUCH), NULL);

	w->untouched++;
	to->paths++;
	for (int m = 0; m < CREDIT_MODELS; m++)
		to->parts[m] += ONE;
	if (!c->has_money)
		return;
	to = sums_at(&w->money, money_key(span_of(c->currency), SPAN(NO_TOUCH), &w->key), NULL);
	for (int m = 0; m < CREDIT_MODELS; m++)
		to->parts[m] += c->money;
}

static void credit_path(const struct attribution *a, struct worker_part *w, const struct conversion *c, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct span name = w->channels.keys.entries[w->path[i].channel].key;

		w->channels.list[w->path[i].channel].paths += !w->path[i].again;
		if (c->has_money)
			sums_at(&w->money, money_key(span_of(c->currency), name, &w->key), &w->money_at[i]);
	}
	for (int m = 0; m < CREDIT_MARKOV; m++) {
		credit_weigh((enum credit_model)m, w->path, count, a->half_life, w->weights);
		credit_split(ONE, w->weights, count, w->split);
		for (size_t i = 0; i < count; i++)
			w->channels.list[w->path[i].channel].parts[m] += w->split[i];
		if (!c->has_money)
			continue;
		credit_split(c->money, w->weights, count, w->split);
		for (size_t i = 0; i < count; i++)
			w->money.list[w->money_at[i]].parts[m] += w->split[i];
	}
}

static bool is_asked(const struct attribution *a, size_t number)
{
	return a->which == 0 || (a->which == 1 && !number) || (a->which == 2 && number);
}

static void count_customer(const struct attribution *a, struct worker_part *w)
{
	size_t from = 0, to = 0;

	for (size_t i = 0; i < w->conversion_count; i++) {
		const struct conversion *c = &w->conversions_of[i];
		size_t count;

		while (to < w->touch_count && w->touches[to].time <= c->time)
			to++;
		while (from < to && c->time - w->touches[from].time > a->look_back)
			from++;
		if (!is_asked(a, i))
			continue;
		w->conversions++;
		if (from == to) {
			credit_untouched(w, c);
			continue;
		}
		count = make_path(a, w, from, to);
		credit_path(a, w, c, count);
		count_steps(a, w, count, SPAN("\x02"));
	}
	if (w->conversion_count || !w->touch_count)
		return;
	while (w->touches[w->touch_count - 1].time - w->touches[from].time > a->look_back)
		from++;
	w->lost_paths++;
	count_steps(a, w, make_path(a, w, from, w->touch_count), SPAN("\x03"));
}

/* Walks the events again, now that all are good: what half a profile counts cannot be taken back. */
static int commit(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct attribution *a = state;
	struct worker_part *w = &a->parts[worker];
	struct profile_events walk;
	struct visit ended;
	struct event e;
	int got;

	w->touch_count = w->conversion_count = 0;
	visit_walk_start(w->visits);
	profile_events_start(&walk, p);
	while ((got = profile_events_next_past(&walk, p->as_of, &e, err)) > 0) {
		if (visit_walk_feed(w->visits, &e, &ended))
			add_touch(a, w, &ended);
		if (!span_absent(a->event) && is_conversion(a, &e))
			add_event_conversion(w, &e);
	}
	if (visit_walk_finish(w->visits, &ended))
		add_touch(a, w, &ended);
	w->without_events += p->events.kind != VALUE_ARRAY || p->events_omitted.kind == VALUE_NUMBER;
	if (got < 0 || (span_absent(a->event) && find_orders(w, p, err)))
		return -1;
	count_customer(a, w);
	return 0;
}

/* ---- the figures ---- */

static void add_sums(struct sums *all, const struct sums *part)
{
	for (size_t i = 0; i < part->keys.count; i++) {
		struct credits *to = sums_at(all, part->keys.entries[i].key, NULL);

		to->touches += part->list[i].touches;
		to->paths += part->list[i].paths;
		for (int m = 0; m < CREDIT_MODELS; m++)
			to->parts[m] += part->list[i].parts[m];
	}
}

static void add_part(struct worker_part *all, const struct worker_part *part)
{
	add_sums(&all->channels, &part->channels);
	add_sums(&all->money, &part->money);
	for (size_t i = 0; i < part->steps.count; i++)
		count_step(&all->steps, part->steps.entries[i].key, part->steps.entries[i].number);
	all->conversions += part->conversions;
	all->untouched += part->untouched;
	all->lost_paths += part->lost_paths;
	all->without_events += part->without_events;
}

/* The channels in the order of the tables: by linear credit, then touches, then name; the last is that of no touch. */
struct ranked {
	struct span name;
	const struct credits *credits;
	double effect;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	bool x_none = span_equal(x->name, SPAN(NO_TOUCH)), y_none = span_equal(y->name, SPAN(NO_TOUCH));

	if (x_none != y_none)
		return x_none ? 1 : -1;
	if (x->credits->parts[CREDIT_LINEAR] != y->credits->parts[CREDIT_LINEAR])
		return x->credits->parts[CREDIT_LINEAR] < y->credits->parts[CREDIT_LINEAR] ? 1 : -1;
	if (x->credits->touches != y->credits->touches)
		return x->credits->touches < y->credits->touches ? 1 : -1;
	return span_compare(x->name, y->name);
}

static struct ranked *rank_channels(const struct sums *s, size_t *count)
{
	struct ranked *list = mem_zero(s->keys.count + 1, sizeof *list);

	*count = s->keys.count;
	for (size_t i = 0; i < *count; i++)
		list[i] = (struct ranked){s->keys.entries[i].key, &s->list[i], 0};
	qsort(list, *count, sizeof *list, compare_ranked);
	return list;
}

/* ---- Markov ---- */

struct text_step {
	struct span from, to;	/* states */
	uint64_t count;
};

static int compare_text_steps(const void *a, const void *b)
{
	const struct text_step *x = a, *y = b;
	int order = span_compare(x->from, y->from);

	return order ? order : span_compare(x->to, y->to);
}

/* The state behind FROM when NEXT comes: the last ORDER channels. */
static struct span next_state(struct span from, struct span next, uint64_t order, struct arena *texts)
{
	struct buf text = BUF_INIT;
	struct span found;
	size_t held = 0;

	for (size_t i = 0; i < from.len; i++)
		held += from.ptr[i] == STATE_END;
	buf_span(&text, held >= order ? span_sub(from, span_find_byte(from, STATE_END) + 1, SIZE_MAX) : from);
	buf_span(&text, next);
	buf_char(&text, STATE_END);
	found = arena_copy(texts, buf_view(&text));
	buf_release(&text);
	return found;
}

/* The name of the channel that came last to STATE. */
static struct span last_channel(struct span state)
{
	size_t begin = state.len - 1;

	while (begin && state.ptr[begin - 1] != STATE_END)
		begin--;
	return span_between(state.ptr + begin, state.ptr + state.len - 1);
}

static uint32_t number_state(struct map *states, struct span state)
{
	if (span_equal(state, SPAN("\x02")))
		return CREDIT_CONVERTED;
	return span_equal(state, SPAN("\x03")) ? CREDIT_LOST : (uint32_t)map_put(states, state, NULL);
}

/* All steps in the order of their texts, whoever counted them: sums of doubles depend on it. */
static struct text_step *sort_steps(const struct map *counted, uint64_t order, struct arena *texts)
{
	struct text_step *list = mem_zero(counted->count + 1, sizeof *list);

	for (size_t i = 0; i < counted->count; i++) {
		struct span key = counted->entries[i].key, from = span_cut(&key, '\0');
		bool ends = key.len == 1 && *key.ptr < ' ';

		list[i] = (struct text_step){from, ends ? key : next_state(from, key, order, texts), counted->entries[i].number};
	}
	qsort(list, counted->count, sizeof *list, compare_text_steps);
	return list;
}

/* The removal effect of each of the COUNT channels; false where that is too much work. */
static bool remove_channels(const struct attribution *a, const struct map *counted, struct ranked *channels, size_t count)
{
	struct arena texts = {0};
	struct map states = MAP_INIT, names = MAP_INIT;
	struct text_step *sorted;
	struct credit_step *steps = mem_zero(counted->count + 1, sizeof *steps);
	double *effects = mem_zero(count + 1, sizeof *effects);
	uint32_t *channel_of;
	bool light = count * counted->count <= MARKOV_WORK_MAX;

	if (light) {
		sorted = sort_steps(counted, a->order, &texts);
		map_put(&states, SPAN(""), NULL);
		for (size_t i = 0; i < count; i++)
			map_put(&names, channels[i].name, NULL);
		for (size_t i = 0; i < counted->count; i++) {
			steps[i].from = number_state(&states, sorted[i].from);
			steps[i].to = number_state(&states, sorted[i].to);
			steps[i].count = sorted[i].count;
		}
		channel_of = mem_zero(states.count + 1, sizeof *channel_of);
		for (size_t i = 1; i < states.count; i++)
			channel_of[i] = (uint32_t)map_find(&names, last_channel(states.entries[i].key));
		credit_markov(steps, counted->count, channel_of, states.count, effects, count);
		for (size_t i = 0; i < count; i++)
			channels[i].effect = effects[i];
		mem_free(channel_of);
		mem_free(sorted);
	}
	map_release(&states);
	map_release(&names);
	arena_release(&texts);
	mem_free(steps);
	mem_free(effects);
	return light;
}

/* What the COUNT channels have of TOTAL by their removal effects. */
static void share_by_effects(const struct ranked *channels, size_t count, __int128 total, __int128 *parts)
{
	double *shares = mem_zero(count + 1, sizeof *shares);

	for (size_t i = 0; i < count; i++)
		shares[i] = channels[i].effect;
	credit_share(total, shares, count, parts);
	mem_free(shares);
}

/* ---- tables ---- */

struct table_of {
	struct sheet *sheet;
	const struct ranked *channels;
	size_t count, touched;	/* of them those that are touches: the others come behind */
	bool markov;
	__int128 (*parts)[CREDIT_MODELS];	/* by channel */
};

static const struct column model_columns[CREDIT_MODELS] = {
	{"first", "First", NULL, 2}, {"last", "Last", NULL, 2}, {"last_non_direct", "Last non-direct", NULL, 2},
	{"linear", "Linear", NULL, 2}, {"time_decay", "Time decay", NULL, 2}, {"position", "Position", NULL, 2},
	{"shapley", "Shapley", NULL, 2}, {"markov", "Markov", NULL, 2},
};

/* The parts of all channels by each model: of NAMES the sums, rounded to UNIT. */
static void take_parts(struct table_of *t, const struct credits *const *of, __int128 unit)
{
	__int128 *column = mem_zero(t->count + 1, sizeof *column);

	for (int m = 0; m < CREDIT_MODELS; m++) {
		__int128 total = 0;

		for (size_t i = 0; i < t->count; i++) {
			column[i] = of[i] ? of[i]->parts[m] : 0;
			total += i < t->touched && of[i] ? of[i]->parts[CREDIT_LINEAR] : 0;
		}
		if (m == CREDIT_MARKOV)
			share_by_effects(t->channels, t->touched, total, column);
		credit_round(column, t->count, unit);
		for (size_t i = 0; i < t->count; i++)
			t->parts[i][m] = column[i];
	}
	mem_free(column);
}

/* PARTS of 10^-DIGITS. */
static struct decimal decimal_of_parts(__int128 parts, int digits)
{
	for (; digits && parts % 10 == 0; digits--)
		parts /= 10;
	return (struct decimal){parts, digits};
}

static struct cell parts_cell(const struct table_of *t, size_t channel, int model, int digits)
{
	if (model == CREDIT_MARKOV && !t->markov)
		return CELL_EMPTY;
	return cell_number(decimal_of_parts(t->parts[channel][model], digits));
}

static struct span keep(struct sheet *sheet, struct span text)
{
	return arena_copy(&sheet->texts, text);
}

static void take_conversions(struct table_of *t)
{
	const struct credits **of = mem_zero(t->count + 1, sizeof *of);

	for (size_t i = 0; i < t->count; i++)
		of[i] = t->channels[i].credits;
	take_parts(t, of, 1);
	mem_free(of);
}

static void fill_conversions(struct table_of *t, const char *note)
{
	struct column columns[3 + CREDIT_MODELS] = {
		{"channel", "Channel", NULL, -1}, {"touches", "Touches", NULL, -1}, {"paths", "Conversions touched", NULL, -1},
	};
	struct section *s;

	memcpy(columns + 3, model_columns, sizeof model_columns);
	s = sheet_add(t->sheet, "attribution", "Conversions by channel", columns, 3 + CREDIT_MODELS);
	s->note = note;
	take_conversions(t);
	for (size_t i = 0; i < t->count; i++) {
		struct cell *row = section_row(s);

		row[0] = cell_text(keep(t->sheet, t->channels[i].name));
		row[1] = cell_count(t->channels[i].credits->touches);
		row[2] = cell_count(t->channels[i].credits->paths);
		for (int m = 0; m < CREDIT_MODELS; m++)
			row[3 + m] = parts_cell(t, i, m, ONE_DIGITS);
	}
}

static int compare_spans(const void *a, const void *b)
{
	return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* The currencies of SUMS, each once, sorted; owned by the caller. */
static struct span *list_currencies(const struct sums *s, size_t *count)
{
	struct span *list = mem_zero(s->keys.count + 1, sizeof *list);
	size_t kept = 0;

	for (size_t i = 0; i < s->keys.count; i++) {
		struct span key = s->keys.entries[i].key;

		list[i] = span_cut(&key, '\0');
	}
	qsort(list, s->keys.count, sizeof *list, compare_spans);
	for (size_t i = 0; i < s->keys.count; i++)
		if (!kept || !span_equal(list[kept - 1], list[i]))
			list[kept++] = list[i];
	*count = kept;
	return list;
}

/* The parts of CURRENCY; cents, where all of it is whole ones. */
static void take_money(struct table_of *t, const struct sums *money, struct span currency)
{
	const struct credits **of = mem_zero(t->count + 1, sizeof *of);
	struct buf key = BUF_INIT;
	__int128 total = 0;

	for (size_t i = 0; i < t->count; i++) {
		size_t at = map_find(&money->keys, money_key(currency, t->channels[i].name, &key));

		of[i] = at == MAP_NONE ? NULL : &money->list[at];
		total += of[i] ? of[i]->parts[CREDIT_LINEAR] : 0;
	}
	take_parts(t, of, total % CENT ? 1 : CENT);
	mem_free(of);
	buf_release(&key);
}

static struct cell currency_cell(struct sheet *sheet, struct span currency)
{
	return cell_text(currency.len ? keep(sheet, currency) : SPAN("unknown"));
}

static void fill_revenue(struct table_of *t, const struct sums *money)
{
	struct column columns[2 + CREDIT_MODELS] = {{"currency", "Currency", NULL, -1}, {"channel", "Channel", NULL, -1}};
	struct section *s;
	struct span *currencies;
	size_t count;

	memcpy(columns + 2, model_columns, sizeof model_columns);
	s = sheet_add(t->sheet, "attribution_revenue", "Revenue by channel", columns, 2 + CREDIT_MODELS);
	s->label_columns = 2;
	s->note = "What is left of each order, to the cent; each model's column adds up to the same revenue";
	currencies = list_currencies(money, &count);
	for (size_t k = 0; k < count; k++) {
		take_money(t, money, currencies[k]);
		for (size_t i = 0; i < t->count; i++) {
			struct cell *row = section_row(s);

			row[0] = currency_cell(t->sheet, currencies[k]);
			row[1] = cell_text(keep(t->sheet, t->channels[i].name));
			for (int m = 0; m < CREDIT_MODELS; m++)
				row[2 + m] = parts_cell(t, i, m, MONEY_SCALE);
		}
	}
	mem_free(currencies);
}

static size_t find_channel(const struct table_of *t, struct span name)
{
	size_t i = 0;

	while (i < t->count && !span_equal(t->channels[i].name, name))
		i++;
	return i;
}

/* A / B, both in parts of 10^-DIGITS, as many of the first for one of the second; empty for nothing. */
static struct cell ratio_cell(__int128 a, int a_digits, __int128 b, int b_digits)
{
	struct decimal ratio;

	if (!b || !decimal_div(decimal_of_parts(a, a_digits), decimal_of_parts(b, b_digits), &ratio))
		return CELL_EMPTY;
	return cell_number(decimal_round(ratio, 4));
}

/* One table: revenue for one of cost, or cost for one conversion; T has the parts of the currency, or of conversions. */
static void put_ratios(struct table_of *t, struct section *s, struct span currency, struct span name, __int128 cost, bool roas)
{
	size_t channel = find_channel(t, name);
	struct cell *row = section_row(s);

	row[0] = currency_cell(t->sheet, currency);
	row[1] = cell_text(keep(t->sheet, name));
	row[2] = cell_number(decimal_of_parts(cost, MONEY_SCALE));
	for (int m = 0; m < CREDIT_MODELS; m++) {
		__int128 parts = channel < t->count ? t->parts[channel][m] : 0;

		if (m == CREDIT_MARKOV && !t->markov)
			continue;
		row[3 + m] = roas ? ratio_cell(parts, MONEY_SCALE, cost, MONEY_SCALE) : ratio_cell(cost, MONEY_SCALE, parts, ONE_DIGITS);
	}
}

static struct section *add_ratios(struct table_of *t, bool roas)
{
	struct column columns[3 + CREDIT_MODELS] = {
		{"currency", "Currency", NULL, -1}, {"channel", "Channel", NULL, -1}, {"cost", "Cost", NULL, 2},
	};
	struct section *s;

	memcpy(columns + 3, model_columns, sizeof model_columns);
	s = sheet_add(t->sheet, roas ? "attribution_roas" : "attribution_cpa", roas ? "Return on advertising spend" : "Cost of a conversion",
		      columns, 3 + CREDIT_MODELS);
	s->label_columns = 2;
	s->note = roas ? "Revenue in the currency of the cost, for one of the cost" : "Cost by conversion";
	return s;
}

/* ROAS (ROAS) or CPA of all costs; BARE is the currency of those that name none. */
static void fill_ratios(const struct attribution *a, struct table_of *t, const struct sums *money, struct span bare, bool roas)
{
	struct section *s = add_ratios(t, roas);
	struct span *keys = mem_zero(a->costs.keys.count + 1, sizeof *keys);

	for (size_t i = 0; i < a->costs.keys.count; i++)
		keys[i] = a->costs.keys.entries[i].key;
	qsort(keys, a->costs.keys.count, sizeof *keys, compare_spans);
	for (size_t i = 0; i < a->costs.keys.count; i++) {
		struct span name = keys[i], currency = span_cut(&name, '\0');
		__int128 cost = a->costs.list[map_find(&a->costs.keys, keys[i])].parts[0];

		currency = currency.len ? currency : bare;
		if (roas)
			take_money(t, money, currency);
		put_ratios(t, s, currency, name, cost, roas);
	}
	mem_free(keys);
}

/* Costs of channels that nobody came from are most likely written otherwise. */
static void warn_of_costs(const struct attribution *a, const struct table_of *t)
{
	uint64_t unknown = 0;
	struct span first = SPAN_NONE;
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < a->costs.keys.count; i++) {
		struct span name = a->costs.keys.entries[i].key;

		span_cut(&name, '\0');
		if (find_channel(t, name) < t->count)
			continue;
		if (!unknown++ || span_compare(name, first) < 0)
			first = name;
	}
	if (unknown)
		sheet_warn(t->sheet, "%s: costs of %llu channels that nobody came from, as %s: write them as the first column of the report does",
			   a->costs_path, (unsigned long long)unknown, error_quote(first, quoted));
}

static void fill_costs(const struct attribution *a, struct table_of *t, const struct sums *money)
{
	struct span bare = SPAN("");
	size_t count;
	struct span *currencies = list_currencies(money, &count);

	if (!a->costs_path) {
		mem_free(currencies);
		return;
	}
	if (count == 1)
		bare = *currencies;
	else if (a->costs_bare)
		sheet_warn(t->sheet, "%s: revenue is in %zu currencies, and some costs name none: give them a column currency", a->costs_path, count);
	take_conversions(t);
	fill_ratios(a, t, money, bare, false);
	fill_ratios(a, t, money, bare, true);
	warn_of_costs(a, t);
	mem_free(currencies);
}

static const char *note(const struct attribution *a, struct sheet *sheet, const struct worker_part *all)
{
	static const char *const what[] = {"orders", "first orders", "repeat orders"};
	static const char *const events[] = {"events", "first events of each customer", "events behind the first"};
	const char *text = sheet_text(sheet, "Credit for %llu conversions (%s), %llu of them without a touch in the %s before; %llu customers never converted. A touch is a session; each model's column adds up to the conversions",
				      (unsigned long long)all->conversions,
				      span_absent(a->event) ? what[a->which] : events[a->which],
				      (unsigned long long)all->untouched, a->look_back_text, (unsigned long long)all->lost_paths);

	return sheet_note_missing(sheet, text, all->without_events);
}

static void warn(const struct attribution *a, struct sheet *sheet, const struct worker_part *all, const struct table_of *t)
{
	if (!all->conversions && !span_absent(a->event))
		sheet_warn(sheet, "--conversion: no event is called '%.*s'", SPAN_ARG(a->event));
	if (!t->markov)
		sheet_warn(sheet, "markov: %zu channels and %zu steps between them are too many: take --touch channel%s", t->count,
			   all->steps.count, a->order > 1 ? ", or a lower --markov-order" : "");
}

static void add_up(struct attribution *a)
{
	for (unsigned i = 1; i < a->workers; i++)
		add_part(&a->parts[0], &a->parts[i]);
}

static void put_sums(struct partial *p, const char *of, const struct sums *s)
{
	size_t *order = partial_order(&s->keys);

	partial_rows(p, of, s->keys.count);
	for (size_t i = 0; i < s->keys.count; i++) {
		const struct credits *c = &s->list[order[i]];
		struct partial_row row = {.key = s->keys.entries[order[i]].key, .text = SPAN_NONE, .count = 2 + CREDIT_MODELS};

		row.numbers[0] = partial_wide(c->touches);
		row.numbers[1] = partial_wide(c->paths);
		for (int m = 0; m < CREDIT_MODELS; m++)
			row.numbers[2 + m] = partial_wide(c->parts[m]);
		partial_put(p, of, &row);
	}
	mem_free(order);
}

static void carry_sums(struct partial *p, const char *of, struct sums *s)
{
	struct partial_row row;
	size_t rows;

	if (!partial_reads(p)) {
		put_sums(p, of, s);
		return;
	}
	rows = partial_rows(p, of, 0);
	while (rows-- && partial_take(p, of, 2 + CREDIT_MODELS, &row)) {
		struct credits *to = sums_at(s, row.key, NULL);

		to->touches += partial_natural(p, row.numbers[0]);
		to->paths += partial_natural(p, row.numbers[1]);
		for (int m = 0; m < CREDIT_MODELS; m++)
			to->parts[m] += partial_whole(p, row.numbers[2 + m]);
	}
}

static void carry(void *state, struct partial *p)
{
	struct attribution *a = state;
	struct worker_part *all = &a->parts[0];

	if (!partial_reads(p))
		add_up(a);
	partial_count(p, "conversions", &all->conversions);
	partial_count(p, "untouched", &all->untouched);
	partial_count(p, "lost_paths", &all->lost_paths);
	partial_count(p, "without_events", &all->without_events);
	carry_sums(p, "channels", &all->channels);
	carry_sums(p, "money", &all->money);
	partial_map(p, "steps", &all->steps);
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct attribution *a = state;
	struct worker_part *all = &a->parts[0];
	struct table_of t = {.sheet = sheet};
	struct ranked *channels;

	(void)err;
	add_up(a);
	channels = rank_channels(&all->channels, &t.count);
	t.channels = channels;
	t.touched = t.count - (t.count && span_equal(channels[t.count - 1].name, SPAN(NO_TOUCH)));
	t.markov = remove_channels(a, &all->steps, channels, t.touched);
	t.parts = mem_zero(t.count + 1, sizeof *t.parts);
	fill_conversions(&t, note(a, sheet, all));
	fill_revenue(&t, &all->money);
	fill_costs(a, &t, &all->money);
	warn(a, sheet, all, &t);
	mem_free(t.parts);
	mem_free(channels);
	return 0;
}

const struct counting count_attribution = {
	"attribution", true, start, NULL, NULL, commit, fill, free_attribution, options, carry,
};
