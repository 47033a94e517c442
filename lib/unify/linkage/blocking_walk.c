#include "unify/linkage/blocking_walk.h"

#include "base/mem.h"
#include "base/pool.h"

/* Pairs of a job. */
#define JOB_PAIRS 100000

/* So many blocks ahead memory is fetched. */
#define AHEAD 3

static uint64_t triangle(uint64_t n)
{
	return n * (n - 1) / 2;
}

struct jobs {
	struct block_job *list;
	size_t count;
	size_t cap;
};

static void add_job(struct jobs *jobs, struct block_job job)
{
	jobs->list = mem_room(jobs->list, jobs->count, &jobs->cap, sizeof *jobs->list);
	jobs->list[jobs->count++] = job;
}

/* The rows of one large block in several jobs: row i has size - 1 - i pairs. */
static void add_rows(struct jobs *jobs, uint32_t rule, uint32_t block, uint32_t size)
{
	uint64_t pairs = 0;
	uint32_t from = 0;

	for (uint32_t row = 0; row < size; row++) {
		pairs += size - 1 - row;
		if (pairs < JOB_PAIRS && row + 1 < size)
			continue;
		add_job(jobs, (struct block_job){rule, block, block + 1, from, row + 1});
		from = row + 1;
		pairs = 0;
	}
}

static void add_rule_jobs(struct jobs *jobs, const struct block_rule *rule,
			  uint32_t number)
{
	uint32_t from = 0;
	uint64_t pairs = 0;

	for (uint32_t block = 0; block < rule->blocks; block++) {
		uint32_t size = rule->starts[block + 1] - rule->starts[block];

		if (triangle(size) > JOB_PAIRS) {
			if (from < block)
				add_job(jobs, (struct block_job){number, from, block, 0, UINT32_MAX});
			add_rows(jobs, number, block, size);
			from = block + 1;
			pairs = 0;
			continue;
		}
		pairs += triangle(size);
		if (pairs < JOB_PAIRS)
			continue;
		add_job(jobs, (struct block_job){number, from, block + 1, 0, UINT32_MAX});
		from = block + 1;
		pairs = 0;
	}
	if (from < rule->blocks)
		add_job(jobs, (struct block_job){number, from, rule->blocks, 0, UINT32_MAX});
}

struct block_job *blocking_jobs(const struct blocking *b, size_t *count)
{
	struct jobs jobs = {0};

	for (size_t i = 0; i < b->count; i++)
		add_rule_jobs(&jobs, &b->rules[i], (uint32_t)i);
	*count = jobs.count;
	return jobs.list;
}

static bool met_before(const struct blocking *b, uint32_t rule, uint32_t x,
		       uint32_t y)
{
	const uint32_t *p = b->numbers + x * b->count;
	const uint32_t *q = b->numbers + y * b->count;

	for (uint32_t i = 0; i < rule; i++) {
		if (p[i] && p[i] == q[i])
			return true;
	}
	return false;
}

/* What comparing the members of a block that comes soon will need. */
static void prefetch_block(const struct blocking *b, const struct block_rule *rule,
			   uint32_t block)
{
	for (uint32_t i = rule->starts[block]; i < rule->starts[block + 1]; i++) {
		__builtin_prefetch(b->numbers + rule->members[i] * b->count);
		__builtin_prefetch(columns_row(b->columns, rule->members[i]));
	}
}

void blocking_walk(const struct blocking *b, const struct block_job *job,
		   bool distinct,
		   void (*pair)(void *context, uint32_t a, uint32_t b),
		   void *context)
{
	const struct block_rule *rule = &b->rules[job->rule];
	bool linked = b->columns->linking.mode != LINK_BOTH;

	for (uint32_t block = job->from; block < job->to; block++) {
		const uint32_t *list = rule->members + rule->starts[block];
		uint32_t size = rule->starts[block + 1] - rule->starts[block];
		uint32_t end = job->row_to < size ? job->row_to : size;

		if (block + AHEAD < job->to)
			prefetch_block(b, rule, block + AHEAD);
		for (uint32_t i = job->row_from; i < end; i++) {
			for (uint32_t j = i + 1; j < size; j++) {
				if (linked && !linking_allows(&b->columns->linking, list[i], list[j]))
					continue;
				if (!distinct || !met_before(b, job->rule, list[i], list[j]))
					pair(context, list[i], list[j]);
			}
		}
	}
}

struct counting {
	const struct blocking *blocking;
	const struct block_job *jobs;
	uint64_t *counts;	/* by job */
};

static void count_pair(void *context, uint32_t a, uint32_t b)
{
	uint64_t *count = context;

	(void)a;
	(void)b;
	(*count)++;
}

static void count_job(void *context, size_t i)
{
	struct counting *c = context;
	uint64_t count = 0;

	blocking_walk(c->blocking, &c->jobs[i], true, count_pair, &count);
	c->counts[i] = count;
}

uint64_t blocking_count(const struct blocking *b, unsigned workers)
{
	size_t count;
	struct block_job *jobs = blocking_jobs(b, &count);
	struct counting c = {b, jobs, mem_zero(count + 1, sizeof *c.counts)};
	uint64_t pairs = 0;

	pool_each(workers, count, count_job, &c);
	for (size_t i = 0; i < count; i++)
		pairs += c.counts[i];
	mem_free(c.counts);
	mem_free(jobs);
	return pairs;
}
