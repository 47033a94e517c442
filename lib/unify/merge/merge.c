#include "unify/merge/merge.h"

#include <string.h>

#include "base/mem.h"
#include "unify/graph/shared_values_show.h"
#include "unify/merge/state.h"

/* Blocks in flight, buffers of the writer, the program itself. */
#define RESERVE ((size_t)40 << 20)

/* Are fragments looked at only in their order?  Matching compares them, and evidence looks for some. */
static bool is_scanned(const struct merge_options *o)
{
	return o->match == MATCH_EXACT && !o->links && !o->explains;
}

struct merge *merge_new(const struct merge_options *options)
{
	struct merge *m = mem_zero(1, sizeof *m);

	m->options = *options;
	identity_rules_init(&m->rules);
	m->shared_values.rules = &m->rules;
	m->suppressed.key = SPAN_NONE;
	m->report.suppressed_money = &m->suppressed.money;
	m->shared_values.suppressed = &m->suppressed;
	m->ledger = LEDGER_INIT;
	m->moved = MOVED_INIT;
	m->makers = mem_zero(options->workers, sizeof *m->makers);
	m->rules.profile_line = merge_take_profile_line;
	m->rules.context = m;
	fragments_init(&m->fragments, is_scanned(options) ? (size_t)options->memory : SIZE_MAX);
	store_init(&m->store, options->memory, options->scratch);
	m->reader.dropped = &m->dropped;
	return m;
}

void merge_free(struct merge *m)
{
	if (!m)
		return;
	for (unsigned i = 0; i < m->options.workers; i++)
		fact_maker_release(&m->makers[i]);
	mem_free(m->makers);
	identity_rules_release(&m->rules);
	survival_release(&m->survival);
	computed_release(&m->computed);
	identifiers_release(&m->identifiers);
	sources_release(&m->sources);
	fragments_release(&m->fragments);
	fragment_reader_release(&m->reader);
	store_release(&m->store);
	mem_free(m->numbers);
	buf_release(&m->text);
	events_release(&m->events);
	changes_release(&m->changes);
	links_release(&m->links);
	shared_values_release(&m->shared_values);
	ledger_close(&m->ledger);
	graph_release(&m->graph);
	mem_free(m->decisions.together);
	mem_free(m->decisions.apart);
	mem_free(m->decisions.records);
	joining_release(&m->joining);
	customers_release(&m->customers);
	own_types_release(&m->own_types);
	exclude_release(&m->exclude);
	suppressed_release(&m->suppressed);
	carriers_release(&m->carriers);
	tombstones_release(&m->tombstones);
	moved_release(&m->moved);
	withdrawn_release(&m->withdrawn);
	truth_release(&m->truth);
	weights_close(m->model);
	eval_release(&m->eval);
	eval_types_release(&m->eval_types);
	mem_free(m->newest);
	sums_release(&m->report.sums);
	dropped_release(&m->dropped);
	mem_free(m);
}

struct identity_rules *merge_rules(struct merge *m)
{
	return &m->rules;
}

int merge_ledger(struct merge *m, const char *path, struct span decisions, struct error *err)
{
	if (ledger_open(&m->ledger, path, decisions, err))
		return -1;
	m->report.decided = m->ledger.decided;
	ledger_exclude(&m->ledger, &m->rules.blocked);
	return 0;
}

int merge_model(struct merge *m, const char *path, struct error *err)
{
	m->model = weights_open(path, err);
	return m->model ? 0 : -1;
}

int merge_exclude(struct merge *m, const char *path, const struct merge_sink *sink,
		  struct error *err)
{
	m->excluded = *sink;
	return exclude_load(&m->exclude, path, err);
}

const struct exclude_where *merge_conditions(const struct merge *m)
{
	return &m->exclude.where;
}

int merge_suppress(struct merge *m, const char *path, struct span key, struct error *err)
{
	m->suppressed.key = key;
	return path ? suppressed_load(&m->suppressed, path, key, err) : 0;
}

void merge_remember(struct merge *m)
{
	m->remembers = true;
}

struct span merge_tombstones(const struct merge *m, uint64_t *count)
{
	*count = m->tombstones.count;
	return buf_view(&m->tombstones.lines);
}

void merge_put_suppression_header(const struct merge *m, struct buf *out)
{
	struct suppressor *r = suppressor_new(m->suppressed.key);

	suppressor_put_header(r, out);
	suppressor_free(r);
}

int merge_line(struct merge *m, unsigned worker, struct span line,
	       struct buf *out, struct error *err)
{
	return fact_make(&m->makers[worker], &m->rules, line, out, err);
}

/* The numbers of COUNT identifiers at AT, into m->numbers. */
static int number_identifiers(struct merge *m, const char *at, uint32_t count,
			      struct error *err)
{
	if (count > m->number_cap) {
		m->numbers = mem_grow(m->numbers, count, sizeof *m->numbers);
		m->number_cap = count;
	}
	for (uint32_t i = 0; i < count; i++) {
		struct identifier_head head;
		struct span key;

		memcpy(&head, at, sizeof head);
		key = (struct span){at + sizeof head, head.len};
		at = key.ptr + key.len;
		m->numbers[i] = identifiers_put_own(&m->identifiers, key, head.owner_len,
						    head.type_len, head.hash, err);
		if (m->numbers[i] == IDENTIFIER_NONE)
			return -1;
	}
	return 0;
}

/*
 * A fragment that is not in the table, whose identifiers stand at AT: put there,
 * or, when that is full, its links are remembered with the event.
 */
static int absorb_new_fragment(struct merge *m, const struct fact *fact,
			     struct span fragment, const char *at,
			     struct entry *entry, struct error *err)
{
	uint32_t count = fact->identifiers, blocked = fact->blocked;
	struct fragment_counts counts;

	/* Where some were dropped again, to see which: few fragments have such. */
	if (count == IDENTIFIERS_SKIPPED || blocked) {
		buf_clear(&m->text);
		if (fragment_identifiers(&m->reader, &m->rules, source_form(&m->sources, entry->source),
				       fragment, &m->text, &counts, err))
			return -1;
		count = counts.usable;
		blocked = counts.blocked;
		at = m->text.ptr;
	}
	if (number_identifiers(m, at, count, err))
		return -1;
	entry->fragment = fragments_add(&m->fragments, fact->fragment_key, fragment,
				    m->numbers, count, blocked, err);
	if (entry->fragment == FRAGMENT_NONE)
		return -1;
	entry->home = count ? m->numbers[0] : HOME_NONE;
	m->report.blocked += blocked;
	if (entry->fragment != FRAGMENT_INLINE)
		return 0;
	for (uint32_t i = 1; i < count; i++)
		links_add(&m->links, (uint32_t)m->events.count, m->numbers[i]);
	if (count && shared_values_is_wanted(&m->rules))
		shared_values_see(&m->shared_values, (uint32_t)m->events.count, fragment);
	return 0;
}

static int absorb_fragment(struct merge *m, const struct fact *fact,
			 struct span fragment, struct entry *entry,
			 struct error *err)
{
	entry->fragment = FRAGMENT_NONE;
	entry->home = HOME_NONE;
	if (!fragment.len)
		return 0;
	entry->fragment = fragments_find(&m->fragments, fact->fragment_key);
	if (entry->fragment == FRAGMENT_NONE)
		return absorb_new_fragment(m, fact, fragment,
					 fragment.ptr + fragment.len, entry, err);
	entry->home = m->fragments.list[entry->fragment].home;
	m->report.blocked += m->fragments.list[entry->fragment].blocked;
	return 0;
}

/* Between its marks events are of a profile. */
static int absorb_mark(struct merge *m, const struct fact *fact)
{
	if (m->options.changes)
		changes_mark(&m->changes, fact->key);
	m->withdrawn.in_profile = fact->key.high || fact->key.low;
	m->report.profiles_read += m->withdrawn.in_profile;
	return 0;
}

static int absorb_fact(struct merge *m, const char *at, const struct fact *fact,
		       struct error *err)
{
	struct entry entry = {0};
	struct span source = {at + sizeof *fact, fact->source_len};
	struct span fragment = {source.ptr + source.len, fact->fragment_len};
	struct span stored;

	stored = span_between(at + fact->stored, at + fact->size);
	entry.time = fact->time;
	entry.key = fact->key;
	entry.source = sources_put(&m->sources, source);
	if (absorb_fragment(m, fact, fragment, &entry, err))
		return -1;
	if (entry.fragment == FRAGMENT_INLINE) {
		buf_clear(&m->text);
		stored_join((const struct stored *)stored.ptr, fragment, &m->text);
		stored = buf_view(&m->text);
	}
	entry.size = (uint32_t)stored.len;
	entry.place = store_put(&m->store, stored);
	if (m->options.changes)
		changes_note(&m->changes);
	if (withdrawn_is_wanted(&m->withdrawn))
		withdrawn_note(&m->withdrawn);
	return events_add(&m->events, &entry, err);
}

/* The index now, and what settling will need beside it. */
static size_t index_bytes(const struct merge *m)
{
	size_t events = m->events.count, identifiers = m->identifiers.map.count;
	size_t links = m->links.sighting_count;

	return events_bytes(&m->events) + changes_bytes(&m->changes) +
	       identifiers_bytes(&m->identifiers) + fragments_bytes(&m->fragments) +
	       m->links.sighting_cap * sizeof(struct sighting) +
	       events * sizeof(uint32_t) + identifiers * 48 +
	       (links + m->fragments.other_count) * 40;
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

/* From the first spill on memory is for what is looked at here and there: identifiers, tables, the graph. */
static int shrink(struct merge *m, struct error *err)
{
	if (store_shrink(&m->store, room_for_events(m), err))
		return -1;
	if (!m->store.spilled || !is_scanned(&m->options))
		return 0;
	events_to_files(&m->events);
	fragments_to_files(&m->fragments);
	return 0;
}

/* An open partition is a window beside what is held. */
size_t merge_room_for_partition(const struct merge *m)
{
	return (size_t)m->options.memory / 16;
}

/* How many facts ahead the tables are fetched into the cache. */
#define AHEAD 16

/* Of one fact so many identifiers are looked for: hardly any has more. */
#define IDENTIFIERS_AHEAD 4

/* Facts come from another core, one behind the other: their bytes, too, are
 * fetched, so many ahead of the last one looked at. */
#define BYTES_AHEAD 1024

/* The facts to come: in a ring. */
struct coming {
	const char *facts[AHEAD];	/* NULL: no more */
	uint64_t count;		/* facts looked at */
	const char *next;	/* the first that has not been */
	const char *end;
};

/* Calls STEP for the identifiers of the fact at AT. */
static void fetch_identifiers(const struct merge *m, const char *at, const struct fact *fact,
			      void (*step)(const struct map *map, uint64_t hash))
{
	at += sizeof *fact + fact->source_len + fact->fragment_len;
	if (fact->identifiers == IDENTIFIERS_SKIPPED)
		return;
	for (uint32_t i = 0; i < fact->identifiers && i < IDENTIFIERS_AHEAD; i++) {
		struct identifier_head head;

		memcpy(&head, at, sizeof head);
		step(&m->identifiers.map, head.hash);
		at += sizeof head + head.len;
	}
}

/* The fact that was looked at BEFORE facts ago, when there is one. */
static const char *seen_before(const struct coming *c, unsigned before, struct fact *fact)
{
	const char *at = c->count < before ? NULL : c->facts[(c->count - before) % AHEAD];

	if (at)
		memcpy(fact, at, sizeof *fact);
	return at;
}

static void look_at(const struct merge *m, const char *at, const struct fact *fact)
{
	for (uint32_t i = 0; i < fact->size; i += 64)
		__builtin_prefetch(at + BYTES_AHEAD + i);
	fragments_prefetch(&m->fragments, fact->fragment_key);
	fetch_identifiers(m, at, fact, map_prefetch);
}

/* Fetches what a fact needs in three steps, each of which leads to the next. */
static void look_ahead(const struct merge *m, struct coming *c)
{
	struct fact fact;
	const char *at;

	at = seen_before(c, AHEAD * 3 / 4, &fact);
	if (at)
		fetch_identifiers(m, at, &fact, map_prefetch_key);
	at = seen_before(c, AHEAD / 2, &fact);
	if (at) {
		fragments_prefetch_again(&m->fragments, fact.fragment_key);
		fetch_identifiers(m, at, &fact, map_prefetch_entry);
	}
	at = c->next < c->end ? c->next : NULL;
	c->facts[c->count++ % AHEAD] = at;
	if (!at)
		return;
	memcpy(&fact, at, sizeof fact);
	look_at(m, at, &fact);
	c->next += fact.size;
}

int merge_absorb(struct merge *m, struct span facts, struct error *err)
{
	struct coming coming = {.next = facts.ptr, .end = facts.ptr + facts.len};
	struct fact fact;

	for (int i = 0; i < AHEAD; i++)
		look_ahead(m, &coming);
	for (const char *at = facts.ptr; at < coming.end; at += fact.size) {
		memcpy(&fact, at, sizeof fact);
		if (fact.is_mark ? absorb_mark(m, &fact) : absorb_fact(m, at, &fact, err))
			return -1;
		look_ahead(m, &coming);
	}
	mem_relax();
	return shrink(m, err);
}

static void count_events(struct merge *m)
{
	struct merge_report *r = &m->report;

	r->events = m->events.count;
	r->duplicates = m->duplicates.count;
	r->differing = m->duplicates.differing;
	r->profiles = m->customers.count - m->exclude.count;
	r->profiles_excluded = m->exclude.count;
	r->excluded = m->exclude.events;
	r->excluded_missing = m->exclude.nobodys;
	r->excluded_apart = m->decisions.bystander_count;
	r->excluded_lacking = m->exclude.lacking_count;
	r->unidentified = parts_size(&m->customers.events, m->customers.count);
	r->withdrawn = m->withdrawn.count;
	r->returned = m->exclude.returned;
	r->suppressed = m->suppressed.count;
	r->in_profiles = r->events - r->excluded - r->duplicates - r->unidentified - r->withdrawn - r->suppressed;
	r->unnamed = m->joining.unnamed;
	r->identifiers = identifiers_shown(&m->identifiers);
	r->refused = m->graph.refusal_count;
	r->spilled = m->store.spilled > 0;
}

/* When each identifier was in use; NULL where no limit has a window. */
static struct use *see_uses(const struct merge *m)
{
	size_t count = identifiers_count(&m->identifiers), windows = 0;
	struct use *uses;

	for (size_t i = 0; i < m->identifiers.type_names.count; i++)
		windows += m->identifiers.type_list[i].window > 0;
	if (!windows)
		return NULL;
	uses = mem_alloc((count + 1) * sizeof *uses);
	for (size_t i = 0; i < count; i++)
		uses[i] = USE_NEVER;
	links_see_uses(&m->links, &m->events, &m->fragments, uses);
	return uses;
}

static int settle_graph(struct merge *m, struct error *err)
{
	struct use *uses = see_uses(m);
	int status = links_settle(&m->links, &m->events, &m->fragments,
				  identifiers_count(&m->identifiers), err);

	if (!status) {
		exclude_find(&m->exclude, &m->identifiers, &m->suppressed);
		graph_settle(&m->graph, &m->identifiers, &m->links, &m->decisions, uses);
		bystanders_find(&m->exclude, &m->shared_values, &m->identifiers, &m->links,
				m->ledger.path ? &m->ledger : NULL, &m->graph, &m->decisions);
		if (m->decisions.bystander_count)
			graph_part(&m->graph, &m->identifiers, &m->links, &m->decisions, uses);
	}
	mem_free(uses);
	return status;
}

static int match_records(struct merge *m, const struct identity_graph *of, struct error *err)
{
	uint32_t *labels = NULL;
	int status;

	if (m->truth.count)
		labels = truth_of_records(&m->truth, &m->events, &m->joining.records);
	m->joining.matching.wishes = (struct matching_wishes){
		.labels = labels, .ladder = labels || m->options.ladder, .model = m->model,
		.pairs = m->options.pairs, .link = m->options.link,
		.close_pairs = m->options.findings,
	};
	status = joining_run(&m->joining, of, &m->rules.blocked, err);
	m->joining.matching.wishes.labels = NULL;
	mem_free(labels);
	return status;
}

void merge_snapshot(struct merge *m, struct span source)
{
	withdrawn_add_source(&m->withdrawn, source);
}

/* Of each record one version, and of a snapshot what it has. */
static int choose_events(struct merge *m, struct error *err)
{
	bool snapshots = withdrawn_is_wanted(&m->withdrawn);
	struct twins twins;
	int status = twins_find(&twins, &m->events, m->options.memory / 8, m->options.scratch, err);

	if (m->options.changes)
		changes_share(&m->changes, &twins);
	if (snapshots)
		withdrawn_share(&m->withdrawn, &twins);
	if (!status)
		status = events_choose(&m->events, &m->store, &m->fragments, &twins, &m->duplicates, err);
	twins_release(&twins);
	if (status)
		return -1;
	return snapshots ? withdrawn_take(&m->withdrawn, &m->events, &m->store, &m->sources, err) : 0;
}

/* Before anything is linked: what the ledger and shared values change in what events say. */
static int prepare_graph(struct merge *m, const struct identity_graph *of, struct error *err)
{
	bool fuzzy = m->options.match == MATCH_FUZZY;

	if (own_types_turn(&m->identifiers, &m->rules, &m->sources, &m->fragments, &m->events,
			   &m->links, err))
		return -1;
	if (suppressed_is_wanted(&m->suppressed) &&
	    suppressed_take(&m->suppressed, of, &m->rules, &m->store, err))
		return -1;
	if (m->remembers)
		carriers_take(&m->carriers, of);
	if (m->ledger.names.count && ledger_decisions_make(&m->ledger, of, &m->missing, err))
		return -1;
	m->report.decisions_missing = m->missing.count;
	links_see_fragments(&m->links, &m->events, &m->fragments);
	if (shared_values_is_wanted(&m->rules) && shared_values_find(&m->shared_values, of, !fuzzy, err))
		return -1;
	if (m->options.match != MATCH_EXACT && joining_begin(&m->joining, m->options.match, of, err))
		return -1;
	identifiers_settle(&m->identifiers, &m->rules);
	shared_values_sort(&m->shared_values, &m->identifiers);
	sources_settle(&m->sources);
	return 0;
}

static int evaluate(struct merge *m, struct error *err)
{
	if (truth_settle(&m->truth, &m->events, &m->customers, &m->identifiers, err))
		return -1;
	eval_run(&m->eval, &m->truth);
	return eval_types_run(&m->eval_types, m, err);
}

static int settle_leaving(struct merge *m, struct error *err)
{
	bool *takes;
	int status = merge_look_for_leaving(m, &takes, err);

	if (!status)
		exclude_settle(&m->exclude, &m->identifiers, &m->graph, &m->customers, &m->shared_values, takes);
	mem_free(takes);
	return status;
}

int merge_settle(struct merge *m, struct error *err)
{
	const struct identity_graph of = {
		.fragments = &m->fragments, .events = &m->events, .identifiers = &m->identifiers,
		.links = &m->links, .decisions = &m->decisions, .graph = &m->graph,
		.workers = m->options.workers,
	};

	survival_settle(&m->survival);
	if (m->store.spilled && (store_shrink(&m->store, 0, err) || spill_flush(m->store.spill, err)))
		return -1;
	if (choose_events(m, err) || prepare_graph(m, &of, err) || settle_graph(m, err))
		return -1;
	if (m->options.match != MATCH_EXACT && match_records(m, &of, err))
		return -1;
	m->report.links = m->links.count;	/* copies only show */
	if (moved_find(&m->moved, &of, &m->store, err))
		return -1;
	if (shared_values_show(&m->shared_values, &of, err))
		return -1;
	customers_settle(&m->customers, &of, &m->moved, m->options.key, m->ledger.path ? &m->ledger : NULL,
			 !m->store.spilled || m->options.links || m->options.explains);
	own_types_find(&m->own_types, &m->identifiers, &m->graph, &m->customers);
	merge_look_at_times(m);
	if (settle_leaving(m, err))
		return -1;
	if (m->remembers)
		tombstones_make(&m->tombstones, &of, &m->customers, &m->exclude, &m->shared_values, &m->carriers);
	if (m->truth.count && evaluate(m, err))
		return -1;
	count_events(m);
	return 0;
}

int merge_changes(struct merge *m, const struct merge_sink *sink, struct error *err)
{
	struct changes_view view = {&m->customers, &m->events, &m->store, &m->sources,
				    &m->exclude};

	return changes_write(&m->changes, &view, sink, err);
}

struct profile_inputs merge_profile_inputs(struct merge *m)
{
	return (struct profile_inputs){
		.identifiers = &m->identifiers,
		.customers = &m->customers,
		.sources = &m->sources,
		.fragments = &m->fragments,
		.as_of = m->report.as_of,
		.events = m->options.events,
		.full = m->options.full_events,
		.max_events = m->options.max_events,
		.survival = &m->survival,
		.blocked = &m->rules.blocked,
		.lineage = m->options.lineage,
		.computed = &m->computed,
		.zone = m->options.zone,
	};
}

int merge_write(struct merge *m, const struct merge_sink *profiles,
		const struct merge_sink *unidentified, struct error *err)
{
	struct profile_inputs profile_inputs = merge_profile_inputs(m);
	const struct writer_outputs outputs = {profiles, unidentified, &m->exclude, &m->excluded};
	struct evidence evidence;
	struct partitions partitions;
	int status;

	if (m->options.links) {
		merge_gather_evidence(m, &evidence);
		evidence.partitions = &partitions;
		profile_inputs.evidence = &evidence;
	}
	status = partitions_init(&partitions, &m->store, &m->events, &m->fragments, &m->customers,
			      m->options.links ? PARTITIONS_EVIDENCE : PARTITIONS_LAST, merge_room_for_partition(m), err);
	if (!status)
		status = writer_run(&profile_inputs, &partitions, m->options.workers, &outputs,
				    &m->report.sums, err);
	partitions_release(&partitions);
	if (m->options.links)
		evidence_release(&evidence);
	monies_sort(&m->report.sums.revenue);
	monies_sort(&m->report.sums.written);
	monies_sort(&m->report.sums.later);
	monies_sort(&m->report.sums.unidentified);
	monies_sort(&m->report.sums.unidentified_later);
	monies_sort(&m->report.sums.excluded);
	return status;
}
