/*
 * Who leaves by a condition.  That must be known before changes, pins and tombstones are made, so the
 * profiles are made once ahead, looked at and dropped.
 */
#include "base/mem.h"
#include "unify/merge/state.h"

struct looking {
	struct exclude *exclude;
	bool *takes;		/* by customer */
	size_t customer;	/* the next */
	struct profile_row row;
	struct profile profile;
	struct arena scratch;
	struct expr_run run;
};

/* Profiles come in the order of customers. */
static int look_at_lines(void *context, struct span bytes, struct error *err)
{
	struct looking *k = context;

	while (bytes.len) {
		struct span line = span_cut(&bytes, '\n');

		arena_clear(&k->scratch);
		if (profile_parse(&k->profile, line, err))
			return -1;
		profile_row_set(&k->row, &k->profile);
		k->takes[k->customer++] = exclude_where_takes(&k->exclude->where, &k->run);
	}
	return 0;
}

static int make_profiles(struct merge *m, const struct merge_sink *sink, struct error *err)
{
	static const struct exclude nobody;
	static const struct merge_sink nowhere;
	struct profile_inputs inputs = merge_profile_inputs(m);
	const struct writer_outputs outputs = {sink, &nowhere, &nobody, &nowhere};
	struct partitions partitions;
	struct sums sums = {0};
	int status;

	inputs.events = exclude_where_reads_events(&m->exclude.where);
	inputs.full = inputs.lineage = false;
	inputs.max_events = UINT64_MAX;
	status = partitions_init(&partitions, &m->store, &m->events, &m->fragments, &m->customers, PARTITIONS_AHEAD,
				 merge_room_for_partition(m), err);
	if (!status)
		status = writer_run(&inputs, &partitions, m->options.workers, &outputs, &sums, err);
	partitions_release(&partitions);
	sums_release(&sums);
	return status;
}

int merge_look_for_leaving(struct merge *m, bool **takes, struct error *err)
{
	struct looking k = {.exclude = &m->exclude};
	const struct merge_sink sink = {look_at_lines, &k};
	int status;

	*takes = NULL;
	if (!m->exclude.where.count)
		return 0;
	*takes = k.takes = mem_zero(m->customers.count + 1, sizeof *k.takes);
	profile_row_init(&k.row, m->exclude.where.scope);
	k.run = (struct expr_run){.row = &k.row, .scratch = &k.scratch, .as_of = m->report.as_of, .zone = m->options.zone};
	status = make_profiles(m, &sink, err);
	if (!status)
		exclude_where_end(&m->exclude.where, &k.row);
	profile_row_release(&k.row);
	arena_release(&k.scratch);
	return status;
}
