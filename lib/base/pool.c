/*
 * The jobs stand in a ring in the order of submission, between `collected` and
 * `submitted`.  Workers take them from the front (`taken`), finish them in any
 * order and mark them done; the caller only ever waits for the oldest.  Jobs are
 * blocks of a megabyte, so one mutex is enough.
 *
 *	collected <= taken <= submitted <= collected + capacity
 */
#include "base/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"

#define JOBS_A_WORKER 4

struct slot {
	void *job;
	bool done;
};

struct worker {
	struct pool *pool;
	unsigned number;
	pthread_t thread;
};

struct pool {
	struct pool_calls calls;
	struct worker *workers;
	unsigned count;		/* threads; 0: the caller does the work */
	int failed;		/* what collect returned */

	pthread_mutex_t mutex;	/* guards all below */
	pthread_cond_t work;	/* a job was submitted, or stop */
	pthread_cond_t oldest;	/* the oldest job is done */
	struct slot *ring;
	size_t capacity;
	uint64_t submitted, taken, collected;
	bool stop;
};

static struct slot *slot_at(const struct pool *p, uint64_t sequence)
{
	return &p->ring[sequence % p->capacity];
}

static void do_next(struct pool *p, unsigned number)
{
	uint64_t sequence = p->taken++;
	struct slot *slot = slot_at(p, sequence);

	pthread_mutex_unlock(&p->mutex);
	p->calls.work(p->calls.context, slot->job, number);
	pthread_mutex_lock(&p->mutex);
	slot->done = true;
	if (sequence == p->collected)
		pthread_cond_signal(&p->oldest);
}

static void *worker_main(void *context)
{
	struct worker *w = context;
	struct pool *p = w->pool;

	pthread_mutex_lock(&p->mutex);
	for (;;) {
		while (p->taken == p->submitted && !p->stop)
			pthread_cond_wait(&p->work, &p->mutex);
		if (p->taken == p->submitted)
			break;
		do_next(p, w->number);
	}
	pthread_mutex_unlock(&p->mutex);
	return NULL;
}

/* Signals are for the thread that called: workers never see one. */
static bool start_thread(pthread_t *thread, void *(*start)(void *), void *context)
{
	sigset_t all, before;
	int status;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	status = pthread_create(thread, NULL, start, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return !status;
}

struct pool *pool_new(unsigned workers, const struct pool_calls *calls)
{
	struct pool *p = mem_zero(1, sizeof *p);

	p->calls = *calls;
	pthread_mutex_init(&p->mutex, NULL);
	pthread_cond_init(&p->work, NULL);
	pthread_cond_init(&p->oldest, NULL);
	p->capacity = 1;
	if (workers <= 1)
		return p;
	p->capacity = (size_t)workers * JOBS_A_WORKER;
	p->ring = mem_zero(p->capacity, sizeof *p->ring);
	p->workers = mem_zero(workers, sizeof *p->workers);
	/* Where the system gives fewer threads, fewer do the same work. */
	while (p->count < workers) {
		struct worker *w = &p->workers[p->count];

		*w = (struct worker){.pool = p, .number = p->count};
		if (!start_thread(&w->thread, worker_main, w))
			break;
		p->count++;
	}
	return p;
}

/* Under the mutex, which collect does without. */
static void collect_oldest(struct pool *p)
{
	struct slot *slot = slot_at(p, p->collected);
	void *job;

	while (!slot->done)
		pthread_cond_wait(&p->oldest, &p->mutex);
	job = slot->job;
	slot->done = false;
	p->collected++;
	if (p->failed)
		return;
	pthread_mutex_unlock(&p->mutex);
	p->failed = p->calls.collect(p->calls.context, job);
	pthread_mutex_lock(&p->mutex);
	if (p->failed)	/* what no worker has begun is not worth it */
		p->submitted = p->taken;
}

/*
 * Fewer than CAPACITY jobs stay in flight after this, so that a caller with
 * as many job structs can fill the next; those that are done leave at once.
 */
int pool_submit(struct pool *p, void *job)
{
	if (p->failed)
		return p->failed;
	if (!p->count) {
		p->calls.work(p->calls.context, job, 0);
		p->failed = p->calls.collect(p->calls.context, job);
		return p->failed;
	}
	pthread_mutex_lock(&p->mutex);
	*slot_at(p, p->submitted++) = (struct slot){.job = job};
	pthread_cond_signal(&p->work);
	while (p->submitted - p->collected >= p->capacity ||
	       (p->submitted > p->collected && slot_at(p, p->collected)->done))
		collect_oldest(p);
	pthread_mutex_unlock(&p->mutex);
	return p->failed;
}

int pool_finish(struct pool *p)
{
	pthread_mutex_lock(&p->mutex);
	while (p->submitted > p->collected)
		collect_oldest(p);
	pthread_mutex_unlock(&p->mutex);
	return p->failed;
}

static void stop_threads(struct pool *p)
{
	pthread_mutex_lock(&p->mutex);
	p->submitted = p->taken;
	p->stop = true;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->mutex);
	for (unsigned i = 0; i < p->count; i++)
		pthread_join(p->workers[i].thread, NULL);
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	stop_threads(p);
	pthread_cond_destroy(&p->oldest);
	pthread_cond_destroy(&p->work);
	pthread_mutex_destroy(&p->mutex);
	mem_free(p->workers);
	mem_free(p->ring);
	mem_free(p);
}

size_t pool_capacity(const struct pool *p)
{
	return p->capacity;
}

struct each {
	void (*run)(void *context, size_t i);
	void *context;
	size_t count;
	atomic_size_t next;
};

static void *each_main(void *context)
{
	struct each *e = context;

	for (;;) {
		size_t i = atomic_fetch_add(&e->next, 1);

		if (i >= e->count)
			return NULL;
		e->run(e->context, i);
		mem_relax();
	}
}

void pool_each(unsigned workers, size_t count,
	       void (*run)(void *context, size_t i), void *context)
{
	struct each e = {.run = run, .context = context, .count = count};
	size_t helpers = workers < count ? workers : count;
	pthread_t *threads = mem_zero(helpers + 1, sizeof *threads);
	size_t started = 0;

	/* The caller is one of the workers. */
	while (started + 1 < helpers &&
	       start_thread(&threads[started], each_main, &e))
		started++;
	each_main(&e);
	while (started)
		pthread_join(threads[--started], NULL);
	mem_free(threads);
}
