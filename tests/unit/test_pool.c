/* base/pool.h */
#include "tests/unit/support.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/pool.h"

struct job {
	size_t number;
	uint64_t answer;
	unsigned worker;
	bool collected;
};

struct run {
	unsigned workers;
	struct job *jobs;
	size_t next;		/* the number that collect must see */
	size_t fail_at;		/* where collect ends the run */
	pthread_t caller;
	uint64_t seed;
	bool slow;
	atomic_size_t worked;
	atomic_size_t in_flight, most_in_flight;
	atomic_uint busy[16];	/* by worker: never two at once */
	atomic_size_t clashes;
};

static uint64_t answer_to(size_t number)
{
	uint64_t state = number;

	return support_random(&state);
}

static void work(void *context, void *job, unsigned worker)
{
	struct run *r = context;
	struct job *j = job;
	uint64_t seed = j->number;
	struct timespec nap = {0, (long)support_below(&seed, 300000)};

	if (worker >= r->workers || atomic_fetch_add(&r->busy[worker], 1))
		atomic_fetch_add(&r->clashes, 1);
	if (r->slow)
		nanosleep(&nap, NULL);
	j->answer = answer_to(j->number);
	j->worker = worker;
	atomic_fetch_add(&r->worked, 1);
	atomic_fetch_sub(&r->busy[worker], 1);
}

static int collect(void *context, void *job)
{
	struct run *r = context;
	struct job *j = job;

	assert_true(pthread_equal(r->caller, pthread_self()));
	assert_int_equal(j->number, r->next++);
	assert_true(j->answer == answer_to(j->number));
	j->collected = true;
	return j->number == r->fail_at ? 42 : 0;
}

/* Cycles pool_capacity jobs, and finds each free when its turn comes. */
static int run_jobs(struct run *r, size_t count)
{
	struct pool_calls calls = {work, collect, r};
	struct pool *p = pool_new(r->workers, &calls);
	size_t capacity = pool_capacity(p);
	int status = 0;

	r->caller = pthread_self();
	r->jobs = mem_zero(capacity, sizeof *r->jobs);
	for (size_t i = 0; i < count && !status; i++) {
		struct job *j = &r->jobs[i % capacity];

		assert_true(i < capacity || j->collected);
		*j = (struct job){.number = i};
		status = pool_submit(p, j);
	}
	if (status) {
		assert_int_equal(pool_submit(p, NULL), status);
		assert_int_equal(pool_finish(p), status);
	} else {
		status = pool_finish(p);
	}
	pool_free(p);
	mem_free(r->jobs);
	assert_int_equal(r->clashes, 0);
	return status;
}

static void results_come_in_order(void **state)
{
	(void)state;
	for (unsigned workers = 0; workers <= 9; workers++)
		for (int slow = 0; slow < 2; slow++) {
			size_t count = slow ? 200 : 3000;
			struct run r = {
				.workers = workers ? workers : 1,
				.fail_at = SIZE_MAX, .slow = slow,
			};

			assert_int_equal(run_jobs(&r, count), 0);
			assert_int_equal(r.next, count);
			assert_int_equal(r.worked, count);
		}
}

static void no_jobs_no_trouble(void **state)
{
	struct run r = {.fail_at = SIZE_MAX};

	(void)state;
	for (r.workers = 1; r.workers < 5; r.workers++)
		assert_int_equal(run_jobs(&r, 0), 0);
}

static void few_jobs_are_all_collected(void **state)
{
	(void)state;
	for (size_t count = 1; count < 20; count++) {
		struct run r = {.workers = 3, .fail_at = SIZE_MAX};

		assert_int_equal(run_jobs(&r, count), 0);
		assert_int_equal(r.next, count);
	}
}

/* Nothing is collected after the one that failed. */
static void a_failing_collect_ends_the_run(void **state)
{
	(void)state;
	for (unsigned workers = 1; workers < 5; workers++)
		for (size_t at = 0; at < 40; at++) {
			struct run r = {
				.workers = workers, .fail_at = at,
				.slow = at % 2,
			};

			assert_int_equal(run_jobs(&r, 100), 42);
			assert_int_equal(r.next, at + 1);
		}
	/* In the last ones, that only pool_finish collects. */
	for (size_t at = 0; at < 3; at++) {
		struct run r = {.workers = 2, .fail_at = at, .slow = true};

		assert_int_equal(run_jobs(&r, 3), 42);
		assert_int_equal(r.next, at + 1);
	}
}

static void free_without_finish_waits(void **state)
{
	struct run r = {.workers = 4, .fail_at = SIZE_MAX, .slow = true};
	struct pool_calls calls = {work, collect, &r};

	(void)state;
	r.caller = pthread_self();
	for (int round = 0; round < 20; round++) {
		struct job jobs[5] = {{0}};
		struct pool *p = pool_new(r.workers, &calls);

		r.next = 0;
		for (size_t i = 0; i < COUNT_OF(jobs); i++) {
			jobs[i].number = i;
			assert_int_equal(pool_submit(p, &jobs[i]), 0);
		}
		pool_free(p);
	}
	pool_free(NULL);
}

static void a_pool_can_go_on_after_finish(void **state)
{
	struct run r = {.workers = 2, .fail_at = SIZE_MAX};
	struct pool_calls calls = {work, collect, &r};
	struct pool *p = pool_new(r.workers, &calls);
	struct job job = {0};

	(void)state;
	r.caller = pthread_self();
	for (; job.number < 50; job.number++) {
		assert_int_equal(pool_submit(p, &job), 0);
		assert_int_equal(pool_finish(p), 0);
		assert_int_equal(r.next, job.number + 1);
	}
	pool_free(p);
}

static void one_worker_is_the_caller(void **state)
{
	struct run r = {.workers = 1, .fail_at = SIZE_MAX};
	struct pool_calls calls = {work, collect, &r};
	struct pool *p = pool_new(1, &calls);
	struct job job = {0};

	(void)state;
	r.caller = pthread_self();
	assert_int_equal(pool_capacity(p), 1);
	assert_int_equal(pool_submit(p, &job), 0);
	assert_true(job.collected);
	pool_free(p);
}

static void ring_is_four_jobs_a_worker(void **state)
{
	struct pool_calls calls = {work, collect, NULL};
	struct pool *p = pool_new(3, &calls);

	(void)state;
	assert_int_equal(pool_capacity(p), 12);
	pool_free(p);
}

/* ---- pool_each ---- */

struct each {
	atomic_uint seen[1000];
};

static void see(void *context, size_t i)
{
	struct each *e = context;

	atomic_fetch_add(&e->seen[i], 1);
}

static void each_index_once(void **state)
{
	static const size_t counts[] = {0, 1, 2, 3, 1000};

	(void)state;
	for (unsigned workers = 0; workers < 6; workers++)
		for (size_t c = 0; c < COUNT_OF(counts); c++) {
			struct each *e = mem_zero(1, sizeof *e);

			pool_each(workers, counts[c], see, e);
			for (size_t i = 0; i < 1000; i++)
				assert_int_equal(e->seen[i], i < counts[c]);
			mem_free(e);
		}
}

static void note_mask(void *context, size_t i)
{
	sigset_t *masks = context;
	struct timespec nap = {0, 2000000};

	pthread_sigmask(SIG_SETMASK, NULL, &masks[i]);
	nanosleep(&nap, NULL);
}

/* A handler that removes files must run once, on the caller's thread. */
static void signals_are_for_the_caller(void **state)
{
	sigset_t masks[40];
	size_t open = 0;

	(void)state;
	pool_each(1, 1, note_mask, masks);
	assert_false(sigismember(&masks[0], SIGTERM));
	pool_each(4, COUNT_OF(masks), note_mask, masks);
	for (size_t i = 0; i < COUNT_OF(masks); i++)
		open += !sigismember(&masks[i], SIGTERM);
	assert_true(open < COUNT_OF(masks));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_come_in_order),
		cmocka_unit_test(no_jobs_no_trouble),
		cmocka_unit_test(few_jobs_are_all_collected),
		cmocka_unit_test(a_failing_collect_ends_the_run),
		cmocka_unit_test(free_without_finish_waits),
		cmocka_unit_test(a_pool_can_go_on_after_finish),
		cmocka_unit_test(one_worker_is_the_caller),
		cmocka_unit_test(ring_is_four_jobs_a_worker),
		cmocka_unit_test(each_index_once),
		cmocka_unit_test(signals_are_for_the_caller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
