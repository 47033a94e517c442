#include "unify/golden/writer.h"

#include "base/mem.h"
#include "base/pool.h"

/* Events a job has at least: about half a megabyte of output. */
#define JOB_EVENTS 2048

/* How many events ahead the index is fetched into the cache. */
#define AHEAD 16

struct job {
	size_t from, to;	/* positions in the parts of events */
	uint32_t customer;	/* the first; the count of customers: unidentified */
	struct buf out;
	struct buf apart;	/* of customers who leave */
	struct sums sums;
	struct error err;
	bool failed;
};

/* What a thread keeps. */
struct profile_maker {
	struct profile_line profile_line;
	struct sums apart;	/* of one customer who leaves */
	struct load {
		struct moment_event *events;
		size_t count;
		size_t cap;
	} loads[2];		/* the customer at hand, and the next */
};

struct writer {
	const struct profile_inputs *profile_inputs;
	const struct partitions *partitions;
	const struct partition *open;
	struct profile_maker *makers;
	struct writer_outputs to;
	struct sums *sums;
	struct error *err;
	size_t last;		/* behind the last position of all */
	struct job *jobs;
	size_t job_count;
	size_t next_job;
};

/* The event at POSITION, and a later one's entry on its way into the cache. */
static struct moment_event event_at(const struct writer *w, size_t position)
{
	const struct partitions *p = w->partitions;
	const uint32_t *items = w->profile_inputs->customers->events.items;
	const struct entry *e;

	if (p->opened)
		return p->opened[position - w->open->from];
	e = &p->events->list[items[position]];
	if (position + AHEAD < w->last)
		__builtin_prefetch(&p->events->list[items[position + AHEAD]]);
	return (struct moment_event){e->time, partitions_at(p, e), e->source, e->fragment};
}

/* The events at [FROM, TO); what they store is on its way into the cache. */
static void load_events(const struct writer *w, struct load *l, size_t from,
			size_t to)
{
	l->count = to - from;
	if (l->count > l->cap) {
		l->events = mem_grow(l->events, l->count, sizeof *l->events);
		l->cap = l->count;
	}
	for (size_t i = 0; i < l->count; i++) {
		l->events[i] = event_at(w, from + i);
		__builtin_prefetch(l->events[i].stored);
		__builtin_prefetch((const char *)l->events[i].stored + 128);
		__builtin_prefetch((const char *)l->events[i].stored + 256);
	}
}

/* Of a customer who leaves only the money counts, and what its own file lacks. */
static int write_apart(struct profile_maker *d, struct job *j, uint32_t customer, const struct load *l)
{
	sums_clear(&d->apart);
	if (profile_line_put(&d->profile_line, customer, l->events, l->count, &d->apart, &j->apart,
			 &j->err))
		return -1;
	j->sums.omitted += d->apart.omitted;
	if (monies_add_all(&j->sums.excluded, &d->apart.revenue, &j->err))
		return -1;
	return monies_add_all(&j->sums.excluded, &d->apart.later, &j->err);
}

static int write_customers(struct writer *w, struct profile_maker *d, struct job *j)
{
	const uint32_t *starts = w->profile_inputs->customers->events.starts;

	load_events(w, &d->loads[0], j->from, starts[j->customer + 1]);
	for (uint32_t c = j->customer; starts[c] < j->to; c++) {
		struct load *l = &d->loads[(c - j->customer) % 2];

		if (starts[c + 1] < j->to)
			load_events(w, &d->loads[(c + 1 - j->customer) % 2],
				    starts[c + 1], starts[c + 2]);
		moment_events_sort(l->events, l->count, w->profile_inputs);
		if (exclude_has(w->to.leaving, c)) {
			if (write_apart(d, j, c, l))
				return -1;
			continue;
		}
		if (profile_line_put(&d->profile_line, c, l->events, l->count,
				 &j->sums, &j->out, &j->err))
			return -1;
	}
	return 0;
}

/* Money of nobody, apart where it lies later than as_of. */
static int add_unidentified(const struct writer *w, struct job *j, const struct moment_event *e)
{
	bool later = e->time > w->profile_inputs->as_of;

	if (!e->stored->has_purchase)
		return 0;
	return monies_add(later ? &j->sums.unidentified_later : &j->sums.unidentified,
			  stored_purchase(e->stored), &j->err);
}

static int write_unidentified(struct writer *w, struct profile_maker *d, struct job *j)
{
	struct load *l = &d->loads[0];

	load_events(w, l, j->from, j->to);
	if (w->to.unidentified->put)
		moment_events_sort(l->events, l->count, w->profile_inputs);
	for (size_t i = 0; i < l->count; i++) {
		const struct stored *s = l->events[i].stored;

		if (add_unidentified(w, j, &l->events[i]))
			return -1;
		if (!w->to.unidentified->put)
			continue;
		stored_put_full(s, fragments_of(w->profile_inputs->fragments,
					      l->events[i].fragment, s), &j->out);
		buf_char(&j->out, '\n');
	}
	return 0;
}

static void work(void *context, void *item, unsigned worker)
{
	struct writer *w = context;
	struct job *j = item;
	struct profile_maker *d = &w->makers[worker];

	if (j->customer == w->profile_inputs->customers->count)
		j->failed = write_unidentified(w, d, j) != 0;
	else
		j->failed = write_customers(w, d, j) != 0;
	mem_relax();
}

static int collect(void *context, void *item)
{
	struct writer *w = context;
	struct job *j = item;
	const struct merge_sink *sink = w->to.profiles;

	if (j->failed) {
		*w->err = j->err;
		return -1;
	}
	if (j->customer == w->profile_inputs->customers->count)
		sink = w->to.unidentified;
	if (j->out.len && sink->put(sink->context, buf_view(&j->out), w->err))
		return -1;
	if (j->apart.len && w->to.excluded->put &&
	    w->to.excluded->put(w->to.excluded->context, buf_view(&j->apart), w->err))
		return -1;
	return sums_add(w->sums, &j->sums, w->err);
}

static int submit_job(struct writer *w, struct pool *pool, size_t from, size_t to,
		  uint32_t customer)
{
	struct job *j = &w->jobs[w->next_job++ % w->job_count];

	j->from = from;
	j->to = to;
	j->customer = customer;
	j->failed = false;
	j->err = ERROR_INIT;
	buf_clear(&j->out);
	buf_clear(&j->apart);
	sums_clear(&j->sums);
	return pool_submit(pool, j);
}

static size_t end_of_customers(const struct customers *c, uint32_t *customer,
			       size_t to)
{
	const uint32_t *starts = c->events.starts;
	size_t from = starts[*customer];

	while (*customer < c->count && starts[*customer] < to &&
	       starts[*customer] - from < JOB_EVENTS)
		++*customer;
	return starts[*customer];
}

static size_t end_of_times(const struct writer *w, size_t from, size_t to)
{
	size_t at = from + JOB_EVENTS;

	while (at < to && event_at(w, at).time == event_at(w, at - 1).time)
		at++;
	return at < to ? at : to;
}

/* The partition that is open; *CUSTOMER is its first, then the next one's. */
static int write_partition(struct writer *w, const struct partition *f,
		       struct pool *pool, uint32_t *customer)
{
	const struct customers *c = w->profile_inputs->customers;

	w->open = f;
	for (size_t from = f->from; from < f->to;) {
		uint32_t first = *customer;
		size_t to;

		if (first < c->count)
			to = end_of_customers(c, customer, f->to);
		else
			to = end_of_times(w, from, f->to);
		if (submit_job(w, pool, from, to, first))
			return -1;
		from = to;
	}
	return pool_finish(pool);
}

static void release_writer(struct writer *w, unsigned workers)
{
	for (size_t i = 0; i < w->job_count; i++) {
		buf_release(&w->jobs[i].out);
		buf_release(&w->jobs[i].apart);
		sums_release(&w->jobs[i].sums);
	}
	for (unsigned i = 0; i < workers; i++) {
		profile_line_release(&w->makers[i].profile_line);
		sums_release(&w->makers[i].apart);
		mem_free(w->makers[i].loads[0].events);
		mem_free(w->makers[i].loads[1].events);
	}
	mem_free(w->jobs);
	mem_free(w->makers);
}

int writer_run(const struct profile_inputs *profile_inputs, struct partitions *partitions,
	       unsigned workers, const struct writer_outputs *outputs, struct sums *sums,
	       struct error *err)
{
	struct writer w = {
		.profile_inputs = profile_inputs, .partitions = partitions, .sums = sums, .err = err,
		.to = *outputs,
		.makers = mem_zero(workers, sizeof *w.makers),
		.last = profile_inputs->customers->events.starts[profile_inputs->customers->count + 1],
	};
	struct pool_calls calls = {work, collect, &w};
	struct pool *pool = pool_new(workers, &calls);
	uint32_t customer = 0;
	int status = 0;

	w.job_count = pool_capacity(pool) + 1;
	w.jobs = mem_zero(w.job_count, sizeof *w.jobs);
	for (unsigned i = 0; i < workers; i++)
		profile_line_init(&w.makers[i].profile_line, profile_inputs);
	for (size_t i = 0; i < partitions->count && !status; i++) {
		status = partitions_open(partitions, i, err);
		if (!status)
			status = write_partition(&w, &partitions->list[i], pool,
					     &customer);
	}
	if (status)
		pool_finish(pool);
	pool_free(pool);
	release_writer(&w, workers);
	return status;
}
