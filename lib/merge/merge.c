#include "merge/merge.h"

#include "base/mem.h"
#include "merge/state.h"

/* Blocks in flight, buffers of the writer, the program itself. */
#define RESERVE ((size_t)40 << 20)

struct merge *merge_new(const struct merge_options *options)
{
	struct merge *m = mem_zero(1, sizeof *m);

	m->options = *options;
	m->makers = mem_zero(options->workers, sizeof *m->makers);
	store_init(&m->store, options->memory, options->scratch);
	return m;
}

void merge_free(struct merge *m)
{
	if (!m)
		return;
	for (unsigned i = 0; i < m->options.workers; i++)
		fact_maker_release(&m->makers[i]);
	mem_free(m->makers);
	blocked_release(&m->blocked);
	identifiers_release(&m->identifiers);
	sources_release(&m->sources);
	store_release(&m->store);
	events_release(&m->events);
	links_release(&m->links);
	graph_release(&m->graph);
	customers_release(&m->customers);
	mem_free(m->newest);
	sums_release(&m->report.sums);
	mem_free(m);
}

int merge_limit(struct merge *m, struct span text, struct error *err)
{
	return identifiers_limit(&m->identifiers, text, err);
}

int merge_block(struct merge *m, struct span pair, struct error *err)
{
	return blocked_block(&m->blocked, pair, err);
}

int merge_allow(struct merge *m, struct span pair, struct error *err)
{
	return blocked_allow(&m->blocked, pair, err);
}

int merge_line(struct merge *m, unsigned worker, struct span line,
	       struct buf *out, struct error *err)
{
	return fact_make(&m->makers[worker], &m->blocked, line, out, err);
}

/* The identifiers of FACT at AT: the first is home, the others are links. */
static int absorb_identifiers(struct merge *m, const struct fact *fact,
			      const char *at, uint32_t *home, struct error *err)
{
	*home = HOME_NONE;
	for (uint32_t i = 0; i < fact->identifiers; i++) {
		struct fact_identifier head;
		struct span key;
		uint32_t number;

		memcpy(&head, at, sizeof head);
		key = (struct span){at + sizeof head, head.len};
		at = key.ptr + key.len;
		number = identifiers_put(&m->identifiers, key, head.type_len,
					 head.hash, err);
		if (number == IDENTIFIER_NONE)
			return -1;
		if (!i)
			*home = number;
		else
			links_add(&m->links, (uint32_t)m->events.count, number);
	}
	return 0;
}

static int absorb_fact(struct merge *m, const char *at, uint32_t *size,
		       struct error *err)
{
	struct fact fact;
	struct entry entry = {0};
	const char *source = at + sizeof fact;
	struct span stored;

	memcpy(&fact, at, sizeof fact);
	stored = span_between(at + fact.stored, at + fact.size);
	*size = fact.size;
	m->report.blocked += fact.blocked;
	entry.time = fact.time;
	entry.key = fact.key;
	entry.size = (uint32_t)stored.len;
	entry.source = sources_put(&m->sources,
				   (struct span){source, fact.source_len});
	if (absorb_identifiers(m, &fact, source + fact.source_len, &entry.home,
			       err))
		return -1;
	entry.place = store_put(&m->store, stored);
	return events_add(&m->events, &entry, fact.has_key, err);
}

/* The index now, and what settling will need beside it. */
static size_t index_bytes(const struct merge *m)
{
	size_t events = m->events.count, identifiers = m->identifiers.map.count;
	size_t links = m->links.sighting_count;

	return events_bytes(&m->events) + identifiers_bytes(&m->identifiers) +
	       m->links.sighting_cap * sizeof(struct sighting) +
	       events * sizeof(uint32_t) + identifiers * 48 + links * 24;
}

/* What the events may take: all that is left, but some in any case. */
static size_t room_for_events(const struct merge *m)
{
	uint64_t memory = m->options.memory;
	uint64_t taken = index_bytes(m) +
			 (memory / 4 < RESERVE ? memory / 4 : RESERVE);
	uint64_t least = memory / 8;

	return (size_t)(taken + least < memory ? memory - taken : least);
}

int merge_absorb(struct merge *m, struct span facts, struct error *err)
{
	const char *end = facts.ptr + facts.len;
	uint32_t size;

	for (const char *at = facts.ptr; at < end; at += size) {
		if (absorb_fact(m, at, &size, err))
			return -1;
	}
	return store_shrink(&m->store, room_for_events(m), err);
}

static void count_events(struct merge *m)
{
	struct merge_report *r = &m->report;

	r->events = m->events.count;
	r->duplicates = m->duplicates.count;
	r->differing = m->duplicates.differing;
	r->profiles = m->customers.count;
	r->unidentified = parts_size(&m->customers.events, m->customers.count);
	r->in_profiles = r->events - r->duplicates - r->unidentified;
	r->identifiers = identifiers_count(&m->identifiers);
	r->links = m->links.count;
	r->refused = m->graph.refusal_count;
	r->spilled = m->store.spilled > 0;
}

int merge_settle(struct merge *m, struct error *err)
{
	if (m->store.spill && spill_flush(m->store.spill, err))
		return -1;
	if (events_judge(&m->events, &m->store, &m->duplicates, err))
		return -1;
	identifiers_settle(&m->identifiers);
	sources_settle(&m->sources);
	links_settle(&m->links, &m->events, identifiers_count(&m->identifiers));
	graph_settle(&m->graph, &m->identifiers, &m->links);
	customers_settle(&m->customers, &m->identifiers, &m->links, &m->graph,
			 &m->events, m->options.key, m->options.workers);
	merge_look_at_times(m);
	count_events(m);
	return 0;
}

int merge_write(struct merge *m, const struct merge_sink *profiles,
		const struct merge_sink *unidentified, struct error *err)
{
	struct studio studio = {
		.identifiers = &m->identifiers,
		.customers = &m->customers,
		.sources = &m->sources,
		.as_of = m->report.as_of,
		.events = m->options.events,
		.full = m->options.full_events,
		.max_events = m->options.max_events,
	};
	struct shelves shelves;
	int status;

	status = shelves_init(&shelves, &m->store, &m->events, &m->customers,
			      room_for_events(m) / 2, err);
	if (!status)
		status = writer_run(&studio, &shelves, m->options.workers,
				    profiles, unidentified, &m->report.sums,
				    err);
	shelves_release(&shelves);
	monies_sort(&m->report.sums.revenue);
	monies_sort(&m->report.sums.later);
	monies_sort(&m->report.sums.unidentified);
	return status;
}
