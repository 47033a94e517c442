/* io/paged.h, and base/mem.h where it makes use of it */
#include "tests/unit/support.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"
#include "io/paged.h"
#include "tests/unit/scratch.h"

#define MIB ((size_t)1 << 20)

static jmp_buf failed;
static struct error reason;

static void handler(size_t size, const struct error *why)
{
	(void)size;
	assert_non_null(why);
	reason = *why;
	longjmp(failed, 1);
}

static void *filler;	/* all that the heap may have */

static int fill_heap(void **state)
{
	(void)state;
	paged_start(scratch_folder, 0);
	filler = mem_alloc(mem_spare());
	assert_int_equal(paged_size(filler), 0);
	assert_int_equal(mem_spare(), 0);
	mem_on_failure(handler);
	return 0;
}

/* Everything has been given back, and no name was ever seen. */
static int empty_heap(void **state)
{
	(void)state;
	mem_on_failure(NULL);
	mem_free(filler);
	assert_int_equal(mem_held(), 0);
	assert_int_equal(paged_bytes(), 0);
	return (int)scratch_clear();
}

/* Words that tell whose they are and where they stand. */
static void put_words(uint64_t *words, size_t from, size_t to, uint64_t seed)
{
	for (size_t i = from; i < to; i++)
		words[i] = (i + 1) * (2 * seed + 1);
}

static void assert_words(const uint64_t *words, size_t count, uint64_t seed)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++)
		wrong += words[i] != (i + 1) * (2 * seed + 1);
	assert_int_equal(wrong, 0);
}

static void the_budget_is_exact(void **state)
{
	size_t spare;
	void *inside, *beyond;

	(void)state;
	mem_free(filler);
	filler = NULL;
	spare = mem_spare();
	inside = mem_alloc(spare);
	assert_int_equal(paged_size(inside), 0);
	assert_true(mem_held() >= spare);
	mem_free(inside);
	assert_int_equal(mem_spare(), spare);
	beyond = mem_alloc(spare + 1);
	assert_in_range(paged_size(beyond), spare + 1, spare + 4096);
	assert_int_equal(mem_held(), 0);
	assert_int_equal(mem_spare(), spare);
	mem_free(beyond);
}

static void small_pieces_stay_on_the_heap(void **state)
{
	void *small = mem_alloc(MEM_LARGE - 1);
	void *large = mem_alloc(MEM_LARGE);

	(void)state;
	assert_int_equal(paged_size(small), 0);
	assert_int_equal(paged_size(large), MEM_LARGE);
	mem_free(small);
	mem_free(large);
}

static void zeroed_is_zero(void **state)
{
	unsigned char *bytes = mem_zero(3, MIB);
	size_t set = 0;

	(void)state;
	assert_true(paged_size(bytes) > 0);
	for (size_t i = 0; i < 3 * MIB; i++)
		set += bytes[i];
	assert_int_equal(set, 0);
	mem_free(bytes);
}

/* From the heap into a file, and on in it; with its file open or closed. */
static void growing_keeps_what_was_there(void **state)
{
	uint64_t *grown = NULL;
	uint64_t *fixed = mem_alloc(2 * MIB);
	size_t count = 0, cap = 0;

	(void)state;
	for (; count < 3 * MIB; count++) {
		grown = mem_room(grown, count, &cap, sizeof *grown);
		put_words(grown, count, count + 1, 1);
	}
	put_words(fixed, 0, 2 * MIB / 8, 2);
	fixed = mem_grow(fixed, 5 * MIB, 1);
	put_words(fixed, 2 * MIB / 8, 5 * MIB / 8, 2);
	fixed = mem_grow(fixed, 9 * MIB + 1, 1);
	assert_int_equal(paged_size(fixed), 9 * MIB + 4096);
	assert_words(grown, count, 1);
	assert_words(fixed, 5 * MIB / 8, 2);
	grown = mem_grow(grown, 100, sizeof *grown);
	assert_words(grown, 100, 1);
	mem_free(grown);
	mem_free(fixed);
}

static void dropping_loses_nothing(void **state)
{
	uint64_t *words[3];
	size_t dropped = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		words[i] = mem_alloc(9 * MIB);
		put_words(words[i], 0, 9 * MIB / 8, (uint64_t)i);
	}
	while (dropped < 100 * MIB)
		dropped += paged_drop();
	for (int i = 0; i < 3; i++)
		assert_words(words[i], 9 * MIB / 8, (uint64_t)i);
	mem_free(words[1]);
	assert_true(paged_drop() > 0);
	mem_free(words[0]);
	mem_free(words[2]);
	assert_int_equal(paged_drop(), 0);
}

/* Pages of files that are in the process, in bytes. */
static size_t mapped_bytes(void)
{
	FILE *statm = fopen("/proc/self/statm", "r");
	size_t size = 0, resident = 0, shared = 0;

	if (!statm)
		return 0;
	assert_int_equal(fscanf(statm, "%zu %zu %zu", &size, &resident, &shared), 3);
	fclose(statm);
	return shared * (size_t)sysconf(_SC_PAGESIZE);
}

/* However long the keeper has to wait for its turn. */
static void the_keeper_takes_pages_back(void **state)
{
	static const struct timespec pause = {.tv_nsec = 10000000};
	size_t len = 6 * PAGED_LEAST;
	uint64_t *words = mem_alloc(len);
	int tries = 0;

	(void)state;
	put_words(words, 0, len / 8, 3);
	while (mapped_bytes() > 2 * PAGED_LEAST && tries++ < 3000)
		nanosleep(&pause, NULL);
	assert_true(mapped_bytes() <= 2 * PAGED_LEAST);
	assert_words(words, len / 8, 3);
	mem_free(words);
}

/* And who looks itself need not wait for it. */
static void relaxing_takes_pages_back(void **state)
{
	size_t len = 6 * PAGED_LEAST;
	uint64_t *words = mem_alloc(len);

	(void)state;
	for (size_t at = 0; at < len / 8; at += MIB / 8) {
		put_words(words, at, at + MIB / 8, 4);
		mem_relax();
		assert_true(mapped_bytes() <= 2 * PAGED_LEAST);
	}
	assert_words(words, len / 8, 4);
	mem_free(words);
}

/* What is only gone through in order is of files from the first, or from when it is said. */
static void scanned_pieces_are_of_files(void **state)
{
	uint64_t *words = mem_scanned(MIB), *others;
	struct arena arena = {.scanned = true};

	(void)state;
	mem_free(filler);
	assert_true(mem_spare() > 2 * MIB);
	others = mem_alloc(2 * MIB);
	assert_int_equal(paged_size(others), 0);
	put_words(words, 0, MIB / 8, 5);
	put_words(others, 0, MIB / 4, 6);
	others = mem_to_files(others, 2 * MIB);
	assert_int_equal(paged_size(words), MIB);
	assert_int_equal(paged_size(others), 2 * MIB);
	assert_ptr_equal(mem_to_files(others, 2 * MIB), others);
	others = mem_grow(others, 3 * MIB, 1);
	assert_int_equal(paged_size(others), 3 * MIB);
	assert_words(words, MIB / 8, 5);
	assert_words(others, MIB / 4, 6);
	for (int i = 0; i < 40; i++)
		arena_bytes(&arena, 100000);
	assert_true(paged_bytes() >= 6 * MIB);
	arena_release(&arena);
	mem_free(words);
	mem_free(others);
	/* Too small to be worth a file. */
	words = mem_to_files(mem_scanned(1000), 1000);
	assert_int_equal(paged_size(words), 0);
	mem_free(words);
	filler = mem_alloc(mem_spare());
}

/* Blocks that could grow keep a file open only while there are enough. */
static void few_descriptors_are_enough(void **state)
{
	struct rlimit before, few;
	uint64_t *words[60];

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = (struct rlimit){.rlim_cur = 24, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		words[i] = mem_grow(NULL, MIB, 1);
		put_words(words[i], 0, MIB / 8, i);
	}
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		words[i] = mem_grow(words[i], 2 * MIB, 1);
		put_words(words[i], MIB / 8, 2 * MIB / 8, i);
	}
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		assert_words(words[i], 2 * MIB / 8, i);
		assert_int_equal(paged_size(words[i]), 2 * MIB);
		mem_free(words[i]);
	}
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

/* None at all: the heap has to do. */
static void without_descriptors_it_is_the_heap(void **state)
{
	struct rlimit before, none;
	uint64_t *words;
	int next = open("/dev/null", O_RDONLY);

	(void)state;
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){.rlim_cur = (rlim_t)next, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	words = mem_alloc(MIB);
	assert_int_equal(paged_size(words), 0);
	mem_free(words);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

static void a_full_disk_is_told(void **state)
{
	struct rlimit before, small;
	uint64_t *words = mem_alloc(MIB);

	(void)state;
	words = mem_grow(words, 2 * MIB, 1);
	put_words(words, 0, 2 * MIB / 8, 5);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){.rlim_cur = 3 * MIB, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	if (!setjmp(failed)) {
		mem_alloc(4 * MIB);
		fail_msg("the disk took it");
	}
	assert_non_null(strstr(reason.message, "cannot write to a scratch file"));
	if (!setjmp(failed)) {
		mem_grow(words, 4 * MIB, 1);
		fail_msg("the disk took it");
	}
	assert_non_null(strstr(reason.message, scratch_folder));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_words(words, 2 * MIB / 8, 5);
	mem_free(words);
}

static void a_missing_directory_is_told(void **state)
{
	(void)state;
	paged_start("/nowhere/at/all", 0);
	if (!setjmp(failed)) {
		mem_alloc(4 * MIB);
		fail_msg("made in a directory that is not there");
	}
	assert_non_null(strstr(reason.message, "cannot create a scratch file in '/nowhere/at/all'"));
}

/* What the data live in goes to files: arenas and maps consist of large pieces. */
static void arenas_and_maps_move(void **state)
{
	struct arena a = ARENA_INIT;
	struct map m = MAP_INIT;
	char key[32];

	(void)state;
	for (size_t i = 0; i < 500000; i++)
		*(size_t *)arena_alloc(&a, 48) = i;
	assert_true(paged_bytes() > 20 * MIB);
	for (size_t i = 0; i < 200000; i++) {
		snprintf(key, sizeof key, "key %zu", i * 7919);
		assert_int_equal(map_put(&m, span_of(key), NULL), i);
		m.entries[i].number = i;
	}
	assert_true(paged_bytes() > 32 * MIB);
	for (size_t i = 0; i < 200000; i++) {
		snprintf(key, sizeof key, "key %zu", i * 7919);
		assert_int_equal(map_find(&m, span_of(key)), i);
		assert_int_equal(m.entries[i].number, i);
	}
	arena_release(&a);
	map_release(&m);
}

/* Blocks come, grow and go while the keeper drops and other threads do the same. */
static void *worker(void *number)
{
	uint64_t seed = (uintptr_t)number;
	uint64_t *words[8] = {0};
	size_t counts[8] = {0};

	for (int round = 0; round < 150; round++) {
		size_t i = support_below(&seed, 8);
		size_t more = MIB / 8 * (1 + support_below(&seed, 3));

		if (counts[i] > MIB) {
			assert_words(words[i], counts[i], i);
			mem_free(words[i]);
			words[i] = NULL;
			counts[i] = 0;
		}
		words[i] = mem_grow(words[i], counts[i] + more, 8);
		put_words(words[i], counts[i], counts[i] + more, i);
		counts[i] += more;
		paged_drop();
	}
	for (size_t i = 0; i < 8; i++) {
		assert_words(words[i], counts[i], i);
		mem_free(words[i]);
	}
	return NULL;
}

static void threads_do_not_meet(void **state)
{
	pthread_t threads[4];

	(void)state;
	for (uintptr_t i = 0; i < COUNT_OF(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, worker,
						(void *)(i + 1)), 0);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		pthread_join(threads[i], NULL);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fill_heap, empty_heap)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_budget_is_exact),
		CASE(small_pieces_stay_on_the_heap),
		CASE(zeroed_is_zero),
		CASE(growing_keeps_what_was_there),
		CASE(dropping_loses_nothing),
		CASE(scanned_pieces_are_of_files),
		CASE(the_keeper_takes_pages_back),
		CASE(relaxing_takes_pages_back),
		CASE(few_descriptors_are_enough),
		CASE(without_descriptors_it_is_the_heap),
		CASE(a_full_disk_is_told),
		CASE(a_missing_directory_is_told),
		CASE(arenas_and_maps_move),
		CASE(threads_do_not_meet),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
