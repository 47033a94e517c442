/* io/spill.h */
#include "tests/unit/support.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "io/spill.h"
#include "tests/unit/scratch.h"

static struct error err;

static struct spill *open_spill(void)
{
	struct spill *s = spill_new(scratch_folder, &err);

	assert_non_null(s);
	return s;
}

static void no_name_is_ever_seen(void **state)
{
	struct spill *s = open_spill();

	(void)state;
	assert_int_equal(spill_put(s, SPAN("abc"), NULL, &err), 0);
	assert_int_equal(spill_flush(s, &err), 0);
	assert_int_equal(scratch_clear(), 0);
	spill_free(s);
	spill_free(NULL);
}

static void bytes_come_back_before_a_flush(void **state)
{
	struct spill *s = open_spill();
	uint64_t one, two;
	char bytes[8];

	(void)state;
	assert_int_equal(spill_size(s), 0);
	assert_int_equal(spill_put(s, SPAN("first"), &one, &err), 0);
	assert_int_equal(spill_put(s, SPAN("second"), &two, &err), 0);
	assert_int_equal(one, 0);
	assert_int_equal(two, 5);
	assert_int_equal(spill_size(s), 11);
	assert_int_equal(spill_get(s, two, bytes, 6, &err), 0);
	assert_memory_equal(bytes, "second", 6);
	assert_int_equal(spill_get(s, one, bytes, 5, &err), 0);
	assert_memory_equal(bytes, "first", 5);
	assert_int_equal(spill_put(s, SPAN("third"), &two, &err), 0);
	assert_int_equal(two, 11);
	assert_int_equal(spill_get(s, 4, bytes, 8, &err), 0);
	assert_memory_equal(bytes, "tsecondt", 8);
	spill_free(s);
}

/* A piece's bytes follow from its number alone. */
static void piece_fill(char *bytes, size_t len, size_t number)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(number * 31 + i * 7);
}

#define PIECES 120

struct pieces {
	struct spill *spill;
	size_t len[PIECES];
	uint64_t offset[PIECES];
	pthread_t thread;
	size_t wrong;
};

static void *read_pieces(void *context)
{
	struct pieces *p = context;
	char *got = malloc(3 << 20), *want = malloc(3 << 20);

	for (size_t i = PIECES; i-- > 0;) {
		piece_fill(want, p->len[i], i);
		if (spill_get(p->spill, p->offset[i], got, p->len[i], NULL) ||
		    memcmp(got, want, p->len[i]))
			p->wrong++;
	}
	free(got);
	free(want);
	return NULL;
}

/* Pieces around the size of the buffer and above; two threads read. */
static void pieces_of_any_size(void **state)
{
	struct pieces p = {.spill = open_spill()};
	struct pieces q;
	char *bytes = malloc(3 << 20);
	uint64_t seed = 7, total = 0;

	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		p.len[i] = i % 20 == 1 ? (size_t)1 << 20 :
			   i % 20 == 2 ? support_below(&seed, 3 << 20) :
					 support_below(&seed, 50000);
		piece_fill(bytes, p.len[i], i);
		assert_int_equal(spill_put(p.spill, (struct span){bytes, p.len[i]},
					   &p.offset[i], &err), 0);
		assert_int_equal(p.offset[i], total);
		total += p.len[i];
	}
	assert_int_equal(spill_size(p.spill), total);
	assert_int_equal(spill_flush(p.spill, &err), 0);
	q = p;
	assert_int_equal(pthread_create(&p.thread, NULL, read_pieces, &p), 0);
	read_pieces(&q);
	pthread_join(p.thread, NULL);
	assert_int_equal(p.wrong + q.wrong, 0);
	free(bytes);
	spill_free(p.spill);
}

static void reading_beyond_the_end_is_an_error(void **state)
{
	struct spill *s = open_spill();
	char bytes[10];

	(void)state;
	assert_int_equal(spill_put(s, SPAN("abc"), NULL, &err), 0);
	assert_int_equal(spill_get(s, 0, bytes, 4, &err), -1);
	assert_non_null(strstr(err.message, "ends too early"));
	assert_int_equal(err.kind, ERROR_FAILED);
	spill_free(s);
}

static void assert_refused(const char *folder, const char *reason)
{
	struct buf want = BUF_INIT;

	assert_null(spill_new(folder, &err));
	buf_printf(&want, "cannot create a scratch file in '%s': %s: set TMPDIR "
		   "to a directory that can be written", folder, reason);
	assert_error(&err, buf_text(&want));
	assert_int_equal(err.kind, ERROR_FAILED);
	buf_release(&want);
}

static void bad_folders_are_errors(void **state)
{
	(void)state;
	assert_refused(scratch_path("absent"), "No such file or directory");
	assert_refused(scratch_put("file", SPAN("")), "Not a directory");
	assert_refused("", "No such file or directory");
	scratch_clear();
}

/*
 * A file system that is full looks to us like a file that may not grow: the
 * write comes back short, then fails.  (RLIMIT_FSIZE says EFBIG, not ENOSPC.)
 */
static void a_full_disk_is_an_error(void **state)
{
	void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
	struct rlimit old, small;
	struct spill *s = open_spill();
	char *bytes = calloc(1, 3 << 20);
	struct buf want = BUF_INIT;
	char four[4];

	(void)state;
	getrlimit(RLIMIT_FSIZE, &old);
	small = (struct rlimit){(1 << 20) + 5, old.rlim_max};
	assert_int_equal(spill_put(s, SPAN("data"), NULL, &err), 0);
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(spill_put(s, (struct span){bytes, 3 << 20}, NULL, &err), -1);
	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, before);
	buf_printf(&want, "cannot write to a scratch file in '%s': File too "
		   "large: set TMPDIR to a roomier place", scratch_folder);
	assert_error(&err, buf_text(&want));
	/* What was there before is still there. */
	assert_int_equal(spill_get(s, 0, four, 4, &err), 0);
	assert_memory_equal(four, "data", 4);
	free(bytes);
	buf_release(&want);
	spill_free(s);
}

/* A flush that failed half way can be tried again: nothing is written twice. */
static void a_failed_flush_can_be_repeated(void **state)
{
	void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
	struct rlimit old, small;
	struct spill *s = open_spill();
	char bytes[1000], got[1000];

	(void)state;
	piece_fill(bytes, sizeof bytes, 3);
	getrlimit(RLIMIT_FSIZE, &old);
	small = (struct rlimit){300, old.rlim_max};
	assert_int_equal(spill_put(s, (struct span){bytes, sizeof bytes}, NULL,
				   &err), 0);
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(spill_flush(s, &err), -1);
	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, before);
	assert_int_equal(spill_size(s), sizeof bytes);
	assert_int_equal(spill_flush(s, &err), 0);
	assert_int_equal(spill_get(s, 0, got, sizeof got, &err), 0);
	assert_memory_equal(got, bytes, sizeof bytes);
	spill_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_name_is_ever_seen),
		cmocka_unit_test(bytes_come_back_before_a_flush),
		cmocka_unit_test(pieces_of_any_size),
		cmocka_unit_test(reading_beyond_the_end_is_an_error),
		cmocka_unit_test(bad_folders_are_errors),
		cmocka_unit_test(a_full_disk_is_an_error),
		cmocka_unit_test(a_failed_flush_can_be_repeated),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
