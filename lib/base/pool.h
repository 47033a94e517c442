/*
 * A pool of workers with ordered output.
 *
 * The caller submits jobs one after another; workers run `work` on them in any
 * order, on any thread; `collect` is called for each job in the order of
 * submission, on the caller's thread, from inside pool_submit and pool_finish.
 * So what collect sees does not depend on the number of workers.  With one
 * worker no thread is started: work and collect run inside pool_submit.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

struct pool;

struct pool_calls {
	/* WORKER is 0 .. workers - 1, for scratch memory a worker keeps. */
	void (*work)(void *context, void *job, unsigned worker);
	/* 0 to go on; anything else ends the run: pool_submit returns it. */
	int (*collect)(void *context, void *job);
	void *context;
};

/* Owned: pool_free.  At most 4 jobs a worker are in flight. */
struct pool *pool_new(unsigned workers, const struct pool_calls *calls);

/*
 * Submits JOB.  Blocks while the ring is full, collecting the oldest.  The
 * job's memory belongs to the caller again once it has been collected.
 * 0, or what collect returned.
 */
int pool_submit(struct pool *p, void *job);

/* Collects what is left.  After a collect that failed, jobs still in flight
 * are waited for but not collected. */
int pool_finish(struct pool *p);
void pool_free(struct pool *p);

/* How many jobs can be in flight: so many job structs a caller needs to cycle. */
size_t pool_capacity(const struct pool *p);

/* Runs RUN(context, i) for i in 0 .. count - 1 on WORKERS threads; returns
 * when all are done.  For phases without output. */
void pool_each(unsigned workers, size_t count,
	       void (*run)(void *context, size_t i), void *context);

#endif
