/*
 * k-means over a file of doubles: tests/bench/kmeans.py compares it.
 *	kmeans_run FILE WIDTH K WORKERS RESTARTS REST [CENTRES]
 * CENTRES is a file of K rows to begin with.  Prints seconds, inertia and turns.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/mem.h"
#include "stats/kmeans.h"

static double *read_doubles(const char *path, size_t *count)
{
	FILE *f = fopen(path, "rb");
	double *numbers;
	struct stat about;

	if (!f || fstat(fileno(f), &about))
		exit(2);
	numbers = mem_alloc((size_t)about.st_size + 1);
	*count = fread(numbers, sizeof *numbers, (size_t)about.st_size / sizeof *numbers, f);
	fclose(f);
	return numbers;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
	static const uint32_t none;
	struct points p = {.codes = &none};
	struct kmeans asked = {.seed = 1};
	struct kmeans_fit fit;
	struct centres start;
	size_t count, start_count;
	double *numbers, begin;

	if (argc < 7)
		return 2;
	numbers = read_doubles(argv[1], &count);
	p.width = strtoul(argv[2], NULL, 10);
	p.count = count / p.width;
	p.numbers = numbers;
	asked.k = strtoul(argv[3], NULL, 10);
	asked.workers = (unsigned)strtoul(argv[4], NULL, 10);
	asked.restarts = (unsigned)strtoul(argv[5], NULL, 10);
	asked.rest = strtod(argv[6], NULL);
	if (argc > 7) {
		double *at = read_doubles(argv[7], &start_count);

		centres_init(&start, asked.k, &p);
		for (size_t j = 0; j < asked.k; j++)
			centres_set(&start, j, at + j * p.width, &none);
		asked.start = &start;
		mem_free(at);
	}
	begin = seconds();
	kmeans_fit(&p, &asked, &fit);
	printf("%.4f %.17g %u\n", seconds() - begin, fit.inertia, fit.turns);
	kmeans_release(&fit);
	if (asked.start)
		centres_release(&start);
	mem_free(numbers);
	return 0;
}
