/* Databases of places of any bytes: refused, or asked without harm. */
#include "tests/fuzz/target.h"

#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reference/place.h"
#include "tests/fuzz/place_ask.h"

/* The library (1.7) leaks a list where the metadata is damaged: not to be looked for. */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct error err = ERROR_INIT;
	int file = memfd_create("places", 0);
	struct places *p;
	char path[64];

	assert(file >= 0 && (!size || write(file, data, size) == (ssize_t)size));
	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	if (__lsan_disable)
		__lsan_disable();
	p = places_open(path, &err);
	if (__lsan_enable)
		__lsan_enable();
	if (p)
		place_ask(p);
	else
		assert(err.kind == ERROR_USAGE && err.message[0]);
	places_close(p);
	close(file);
	return 0;
}
