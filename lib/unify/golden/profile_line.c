#include "unify/golden/profile_line.h"

#include <stdlib.h>

#include "base/mem.h"
#include "io/input.h"

/* What `,"events_omitted":N,"events":[]}` and a newline need at most. */
#define TAIL_MAX 64

void sums_release(struct sums *s)
{
	monies_release(&s->revenue);
	monies_release(&s->written);
	monies_release(&s->later);
	monies_release(&s->unidentified);
	monies_release(&s->unidentified_later);
	monies_release(&s->excluded);
	findings_release(&s->findings);
	dropped_release(&s->nothing);
	*s = (struct sums){0};
}

void sums_clear(struct sums *s)
{
	struct sums empty = {0};

	empty.revenue = s->revenue;
	empty.written = s->written;
	empty.later = s->later;
	empty.unidentified = s->unidentified;
	empty.unidentified_later = s->unidentified_later;
	empty.excluded = s->excluded;
	empty.findings = s->findings;
	empty.nothing = s->nothing;
	*s = empty;
	dropped_clear(&s->nothing);
	findings_clear(&s->findings);
	s->revenue.count = s->written.count = s->later.count = s->unidentified.count = 0;
	s->excluded.count = s->unidentified_later.count = 0;
}

int sums_add(struct sums *to, const struct sums *more, struct error *err)
{
	to->later_events += more->later_events;
	to->omitted += more->omitted;
	to->moneyless += more->moneyless;
	for (int i = 0; i < ORDER_MONIES; i++)
		to->monies[i] += more->monies[i];
	to->rounded += more->rounded;
	to->several_currencies += more->several_currencies;
	findings_add(&to->findings, &more->findings);
	dropped_add(&to->nothing, &more->nothing);
	to->doubtful += more->doubtful;
	to->replaced += more->replaced;
	to->uncomputed += more->uncomputed;
	if (monies_add_all(&to->revenue, &more->revenue, err) ||
	    monies_add_all(&to->written, &more->written, err) ||
	    monies_add_all(&to->later, &more->later, err) ||
	    monies_add_all(&to->excluded, &more->excluded, err) ||
	    monies_add_all(&to->unidentified, &more->unidentified, err))
		return -1;
	return monies_add_all(&to->unidentified_later, &more->unidentified_later, err);
}

static int compare_events(const void *a, const void *b, void *context)
{
	const struct profile_inputs *s = context;
	const struct moment_event *x = a, *y = b;
	int order;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->source != y->source)
		return s->sources->orders[x->source] <
		       s->sources->orders[y->source] ? -1 : 1;
	order = span_compare(stored_id(x->stored), stored_id(y->stored));
	if (order)
		return order;
	order = span_compare(stored_json(x->stored), stored_json(y->stored));
	if (order || (x->fragment == y->fragment && x->fragment < FRAGMENT_INLINE))
		return order;
	return span_compare(fragments_of(s->fragments, x->fragment, x->stored),
			    fragments_of(s->fragments, y->fragment, y->stored));
}

/* Most customers have a handful of events. */
void moment_events_sort(struct moment_event *list, size_t count,
			const struct profile_inputs *profile_inputs)
{
	void *context = (void *)(uintptr_t)profile_inputs;

	if (count > 24) {
		qsort_r(list, count, sizeof *list, compare_events, context);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		struct moment_event e = list[i];
		size_t at = i;

		for (; at && compare_events(&list[at - 1], &e, context) > 0; at--)
			list[at] = list[at - 1];
		list[at] = e;
	}
}

void profile_line_init(struct profile_line *p, const struct profile_inputs *s)
{
	size_t sources = s->sources->names.count + 1;

	*p = (struct profile_line){.profile_inputs = s};
	p->traits.survival = s->survival;
	p->traits.blocked = s->blocked;
	computing_init(&p->computing, s->computed, s->as_of, s->zone);
	golden_init(&p->golden, s->survival, s->blocked, s->fragments, s->sources);
	p->seen = mem_zero(sources, sizeof *p->seen);
	p->sources = mem_zero(sources, sizeof *p->sources);
}

void profile_line_release(struct profile_line *p)
{
	traits_release(&p->traits);
	golden_release(&p->golden);
	computing_release(&p->computing);
	forest_release(&p->forest);
	buf_release(&p->draft);
	consents_release(&p->consents);
	purchases_release(&p->purchases);
	mem_free(p->ids);
	mem_free(p->seen);
	mem_free(p->sources);
}

/* Byte for byte, whether a fragment has a number or, for want of memory, stands with its event. */
static bool says_the_same(const struct fragments *f, const struct moment_event *x,
			  const struct moment_event *y)
{
	return (x->fragment == y->fragment && x->fragment < FRAGMENT_INLINE) ||
	       span_equal(fragments_of(f, x->fragment, x->stored), fragments_of(f, y->fragment, y->stored));
}

/* Unless the event after it has said the same. */
static void offer_traits(struct profile_line *p, const struct moment_event *e,
			 const struct moment_event *after)
{
	struct span traits;

	if (e->fragment == FRAGMENT_NONE ||
	    (after && says_the_same(p->profile_inputs->fragments, e, after)))
		return;
	traits = fragment_traits(fragments_of(p->profile_inputs->fragments, e->fragment,
					  e->stored));
	if (!span_absent(traits))
		traits_offer(&p->traits, traits);
}

/* Recency mostly decides; where it does not, the rules do. */
static void choose_traits(struct profile_line *p, const struct moment_event *events,
			  size_t count, struct sums *sums)
{
	p->by_rules = p->profile_inputs->survival->given || p->profile_inputs->lineage;
	traits_clear(&p->traits);
	p->traits.dropped = &sums->nothing;
	p->golden.dropped = p->by_rules ? &sums->nothing : NULL;
	for (size_t i = count; i-- > 0 && !p->by_rules;)
		offer_traits(p, &events[i], i + 1 < count ? &events[i + 1] : NULL);
	p->by_rules = p->by_rules || p->traits.mixed;
	if (p->by_rules)
		golden_choose(&p->golden, events, count);
	sums->doubtful += p->by_rules ? golden_is_doubtful(&p->golden) : p->traits.doubtful > 0;
}

/* Consent and sources. */
static void gather_events(struct profile_line *p, const struct moment_event *events,
		   size_t count)
{
	consents_clear(&p->consents);
	p->source_count = 0;
	for (size_t i = count; i-- > 0;) {
		const struct moment_event *e = &events[i];
		struct span consent = stored_consent(e->stored);

		if (!span_absent(consent))
			consents_add(&p->consents, consent, e->source, e->time);
		if (!p->seen[e->source]) {
			p->seen[e->source] = true;
			p->sources[p->source_count++] = e->source;
		}
	}
	for (size_t i = 0; i < p->source_count; i++)
		p->seen[p->sources[i]] = false;
}

/* What an event says was paid back, where its purchase has it. */
static struct decimal read_refunded(const struct stored *s, const struct purchase *p)
{
	struct value json = {stored_json(s), VALUE_OBJECT, false};

	return p->has_refunded ? order_refunded(value_member(json, SPAN("props"))) : DECIMAL_ZERO;
}

static void count_money(struct sums *sums, const struct purchase *b)
{
	sums->moneyless += !b->has_money;
	sums->rounded += b->rounded;
	if (b->has_money || (b->kind == ORDER_COMPLETED && b->status != ORDER_STATUS_UNDONE))
		sums->monies[b->from]++;
}

static int add_up(struct profile_line *p, const struct moment_event *events,
		  size_t count, struct sums *sums, struct error *err)
{
	purchases_clear(&p->purchases);
	for (size_t i = 0; i < count; i++) {
		const struct purchase *b = stored_purchase(events[i].stored);

		if (!b)
			continue;
		count_money(sums, b);
		if (purchases_add(&p->purchases, b, events[i].source, events[i].time, (uint32_t)i,
				  read_refunded(events[i].stored, b), err))
			return -1;
	}
	if (purchases_settle(&p->purchases, err))
		return -1;
	findings_collect(&sums->findings, &p->purchases, events, p->profile_inputs->sources);
	sums->several_currencies += p->purchases.monies.count > 1;
	if (monies_add_all(&sums->written, &p->purchases.written, err))
		return -1;
	return monies_add_all(&sums->revenue, &p->purchases.monies, err);
}

static int add_later(const struct moment_event *events, size_t count,
		     struct sums *sums, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct purchase *b = stored_purchase(events[i].stored);

		if (b && monies_add(&sums->later, b, err))
			return -1;
	}
	sums->later_events += count;
	return 0;
}

/* Newest first within a type; ties by text. */
static int compare_ids(const void *a, const void *b, void *context)
{
	const struct profile_inputs *s = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	uint32_t xt = identifier_type_of(s->identifiers, x)->group;
	uint32_t yt = identifier_type_of(s->identifiers, y)->group;
	int64_t xl = s->customers->seen[x].last;
	int64_t yl = s->customers->seen[y].last;

	if (xt != yt)
		return xt < yt ? -1 : 1;
	if (xl != yl)
		return xl > yl ? -1 : 1;
	return identifier_compare(s->identifiers, x, y);
}

/* Is the text of LIST[AT] there already, as another source's of the same base? */
static bool is_repeated(const struct identifiers *t, const uint32_t *list, size_t at)
{
	const struct identifier_type *type = identifier_type_of(t, list[at]);

	for (size_t i = at; type->base.len < type->name.len && i--;) {
		if (identifier_type_of(t, list[i])->group != type->group)
			return false;
		if (t->types[list[i]] != t->types[list[at]] &&
		    span_equal(identifier_value(t, list[i]), identifier_value(t, list[at])))
			return true;
	}
	return false;
}

/* COUNT identifiers by type and time; returns how many are left. */
static size_t drop_repeated(const struct identifiers *t, uint32_t *list, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		list[kept] = list[i];
		kept += !is_repeated(t, list, kept);
	}
	return kept;
}

static void put_ids(struct profile_line *p, uint32_t customer, struct buf *out)
{
	const struct profile_inputs *s = p->profile_inputs;
	const struct parts *all = &s->customers->identifiers;
	size_t count = parts_size(all, customer), shown = 0;

	if (count > p->id_cap) {
		p->ids = mem_grow(p->ids, count, sizeof *p->ids);
		p->id_cap = count;
	}
	for (size_t i = 0; i < parts_size(all, customer); i++) {
		uint32_t number = all->items[all->starts[customer] + i];

		if (!identifier_type_of(s->identifiers, number)->inner)
			p->ids[shown++] = number;
	}
	count = shown;
	if (count > 1)
		qsort_r(p->ids, count, sizeof *p->ids, compare_ids,
			(void *)(uintptr_t)s);
	count = drop_repeated(s->identifiers, p->ids, count);
	buf_lit(out, ",\"ids\":{");
	for (size_t i = 0; i < count; i++) {
		const struct identifier_type *type = identifier_type_of(s->identifiers, p->ids[i]);

		if (i && type->group == identifier_type_of(s->identifiers, p->ids[i - 1])->group) {
			buf_char(out, ',');
		} else {
			buf_put(out, "],", i ? 2 : 0);
			text_encode(out, type->base);
			buf_lit(out, ":[");
		}
		text_encode(out, identifier_value(s->identifiers, p->ids[i]));
	}
	buf_text_put(out, count ? "]}" : "}");
}

static int compare_sources(const void *a, const void *b, void *context)
{
	const struct sources *s = context;
	uint32_t x = s->orders[*(const uint32_t *)a];
	uint32_t y = s->orders[*(const uint32_t *)b];

	return x < y ? -1 : x > y;
}

static void put_sources(struct profile_line *p, struct buf *out)
{
	const struct sources *s = p->profile_inputs->sources;
	bool any = false;

	if (p->source_count > 1)
		qsort_r(p->sources, p->source_count, sizeof *p->sources,
			compare_sources, (void *)(uintptr_t)s);
	buf_lit(out, ",\"sources\":[");
	for (size_t i = 0; i < p->source_count; i++) {
		if (!source_name(s, p->sources[i]).len)
			continue;
		if (any)
			buf_char(out, ',');
		text_encode(out, source_name(s, p->sources[i]));
		any = true;
	}
	buf_char(out, ']');
}

static void put_time(struct buf *out, const char *key, int64_t time)
{
	if (time == MOMENT_NONE)
		return;
	buf_lit(out, ",\"");
	buf_text_put(out, key);
	buf_lit(out, "\":\"");
	moment_put(out, time);
	buf_char(out, '"');
}

/* COUNT events are not later than as_of; undated ones stand first. */
static void put_seen(const struct moment_event *events, size_t count,
		     struct buf *out)
{
	size_t dated = 0;

	while (dated < count && events[dated].time == MOMENT_NONE)
		dated++;
	if (dated == count)
		return;
	put_time(out, "first_seen", events[dated].time);
	put_time(out, "last_seen", events[count - 1].time);
}

/* The newest events that fit: at most MOST, and into ROOM bytes. */
static size_t first_kept(const struct profile_line *p,
			 const struct moment_event *events, size_t count,
			 uint64_t most, bool full, size_t room)
{
	size_t first = count;

	while (first && count - first < most) {
		const struct moment_event *e = &events[first - 1];
		size_t size = e->stored->json + 1;

		if (full)
			size += fragments_of(p->profile_inputs->fragments, e->fragment,
					   e->stored).len;
		if (size > room)
			break;
		room -= size;
		first--;
	}
	return first;
}

/* The newest events, at most MOST, behind the head in OUT; returns how many
 * were left out. */
static size_t put_event_list(const struct profile_line *p, const struct moment_event *events,
			     size_t count, uint64_t most, bool full, size_t head, struct buf *out)
{
	size_t first = first_kept(p, events, count, most, full, INPUT_LINE_MAX - TAIL_MAX - head);

	if (first) {
		buf_lit(out, ",\"events_omitted\":");
		buf_u64(out, first);
	}
	buf_lit(out, ",\"events\":[");
	for (size_t i = first; i < count; i++) {
		if (i > first)
			buf_char(out, ',');
		if (full)
			stored_put_full(events[i].stored,
					fragments_of(p->profile_inputs->fragments,
						   events[i].fragment,
						   events[i].stored), out);
		else
			stored_put(events[i].stored, out);
	}
	buf_char(out, ']');
	return first;
}

static int check_head(size_t head, struct error *err)
{
	if (head <= INPUT_LINE_MAX - TAIL_MAX)
		return 0;
	return error_failed(err, "a profile without its events is longer than %zu MiB, "
			    "the longest line that the tools read",
			    INPUT_LINE_MAX >> 20);
}

/* *TRAITS: where the object begins and ends. */
static void put_head(struct profile_line *p, uint32_t customer,
		     const struct moment_event *events, size_t count,
		     size_t traits[2], struct buf *out)
{
	char id[32];

	hash_128_hex(p->profile_inputs->customers->ids[customer], id);
	buf_lit(out, "{\"type\":\"profile\",\"id\":\"");
	buf_put(out, id, sizeof id);
	buf_char(out, '"');
	put_time(out, "as_of", p->profile_inputs->as_of);
	put_ids(p, customer, out);
	buf_lit(out, ",\"traits\":");
	traits[0] = out->len;
	if (p->by_rules)
		golden_put(&p->golden, out);
	else
		traits_put(&p->traits, out);
	traits[1] = out->len;
	buf_lit(out, ",\"consent\":");
	consents_put(&p->consents, out);
	put_sources(p, out);
	put_seen(events, count, out);
	buf_lit(out, ",\"orders\":");
	purchases_put(&p->purchases, out);
}

/*
 * Computes traits over the profile whose head stands in OUT from FROM on, and
 * puts them among those at TRAITS.
 */
static void put_computed(struct profile_line *p, const struct moment_event *events,
			 size_t count, size_t from, const size_t traits[2],
			 struct sums *sums, struct buf *out)
{
	struct buf *draft = &p->draft;

	buf_clear(draft);
	buf_span(draft, buf_since(out, from));
	if (computed_reads_events(p->profile_inputs->computed))
		put_event_list(p, events, count, UINT64_MAX, false, draft->len, draft);
	buf_char(draft, '}');
	sums->uncomputed += computing_run(&p->computing, buf_view(draft));
	buf_clear(draft);
	buf_span(draft, buf_since(out, traits[0]));
	out->len = traits[0];
	sums->replaced += computing_put(&p->computing, span_sub(buf_view(draft), 0, traits[1] - traits[0]),
					out);
	buf_span(out, buf_since(draft, traits[1] - traits[0]));
}

/* The members lineage and links. */
static int put_origin(struct profile_line *p, uint32_t customer, struct buf *out, struct error *err)
{
	if (p->profile_inputs->lineage) {
		buf_lit(out, ",\"lineage\":");
		golden_put_lineage(&p->golden, p->profile_inputs->computed, out);
	}
	if (!p->profile_inputs->evidence)
		return 0;
	if (forest_grow(&p->forest, p->profile_inputs->evidence, customer, err))
		return -1;
	buf_lit(out, ",\"links\":");
	return forest_put(&p->forest, p->profile_inputs->evidence, out, err);
}

int profile_line_put(struct profile_line *p, uint32_t customer,
		 const struct moment_event *events, size_t count,
		 struct sums *sums, struct buf *out, struct error *err)
{
	size_t from = out->len, traits[2];
	size_t past = count;

	while (past && events[past - 1].time > p->profile_inputs->as_of)
		past--;
	choose_traits(p, events, past, sums);
	gather_events(p, events, past);
	if (add_up(p, events, past, sums, err) ||
	    add_later(events + past, count - past, sums, err))
		return -1;
	put_head(p, customer, events, past, traits, out);
	if (check_head(out->len - from, err))
		return -1;
	if (p->profile_inputs->computed->count)
		put_computed(p, events, count, from, traits, sums, out);
	if (put_origin(p, customer, out, err) || check_head(out->len - from, err))
		return -1;
	if (p->profile_inputs->events)
		sums->omitted += put_event_list(p, events, count, p->profile_inputs->max_events,
						p->profile_inputs->full, out->len - from, out);
	buf_lit(out, "}\n");
	return 0;
}
