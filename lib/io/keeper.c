#include "io/keeper.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "io/paged.h"

#define STACK_SIZE ((size_t)256 << 10)
#define PAUSE_NS 1000000

struct keeper {
	uint64_t limit;
	int statm;
	uint64_t page;
	uint64_t programs;	/* bytes of program files that were mapped before */
};

/* What the process holds, in bytes. */
struct held {
	uint64_t all;
	uint64_t files;		/* of it, pages of files */
};

/* "SIZE RESIDENT SHARED ...", in pages. */
static bool look_at_process(const struct keeper *k, struct held *h)
{
	char text[128];
	ssize_t len = pread(k->statm, text, sizeof text - 1, 0);
	char *at;

	if (len <= 0)
		return false;
	text[len] = '\0';
	strtoull(text, &at, 10);
	h->all = strtoull(at, &at, 10) * k->page;
	h->files = strtoull(at, &at, 10) * k->page;
	return true;
}

/* Of the mapped pages: how many there are, and how many may be. */
static bool mapped_bytes(const struct keeper *k, uint64_t *is, uint64_t *may)
{
	struct held h;
	uint64_t others;

	if (!look_at_process(k, &h))
		return false;
	*is = h.files > k->programs ? h.files - k->programs : 0;
	others = h.all - *is;
	*may = others < k->limit ? k->limit - others : 0;
	if (*may < PAGED_LEAST)
		*may = PAGED_LEAST;
	return true;
}

/* A quarter is made free, once round at most. */
static void keep_watch(const struct keeper *k)
{
	uint64_t is, may, seen = 0, round = paged_bytes();

	if (!mapped_bytes(k, &is, &may) || is <= may)
		return;
	while (seen < round && is > may / 4 * 3) {
		size_t some = paged_drop();

		if (!some || !mapped_bytes(k, &is, &may))
			return;
		seen += some;
	}
}

static struct keeper keeper;
static atomic_bool watching;
static pthread_mutex_t looking = PTHREAD_MUTEX_INITIALIZER;

void keeper_look(void)
{
	if (!watching)
		return;
	/* Whoever has to wait for another touches nothing meanwhile. */
	pthread_mutex_lock(&looking);
	keep_watch(&keeper);
	pthread_mutex_unlock(&looking);
}

static void *keeper_main(void *context)
{
	static const struct timespec pause = {.tv_nsec = PAUSE_NS};

	for (;;) {
		keeper_look();
		nanosleep(&pause, NULL);
	}
	return context;
}

/* It lasts as long as the process, and sees no signal. */
static void start_thread(void)
{
	pthread_attr_t attr;
	sigset_t all, before;
	pthread_t thread;
	struct held h;

	keeper.limit = paged_limit();
	keeper.page = (uint64_t)sysconf(_SC_PAGESIZE);
	keeper.statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	if (keeper.statm < 0 || !look_at_process(&keeper, &h))
		return;
	keeper.programs = h.files;
	watching = true;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_create(&thread, &attr, keeper_main, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
}

void keeper_start(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, start_thread);
}
