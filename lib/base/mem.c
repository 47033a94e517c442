#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void (*on_failure)(size_t size);

void mem_on_failure(void (*handler)(size_t size))
{
	on_failure = handler;
}

noreturn void mem_fail(size_t size)
{
	if (on_failure)
		on_failure(size);
	abort();
}

void *mem_alloc(size_t size)
{
	void *ptr = malloc(size ? size : 1);

	if (!ptr)
		mem_fail(size);
	return ptr;
}

void *mem_zero(size_t count, size_t size)
{
	size_t bytes;
	void *ptr;

	if (__builtin_mul_overflow(count, size, &bytes))
		mem_fail(SIZE_MAX);
	ptr = calloc(bytes ? bytes : 1, 1);
	if (!ptr)
		mem_fail(bytes);
	return ptr;
}

void *mem_grow(void *ptr, size_t count, size_t size)
{
	size_t bytes;
	void *grown;

	if (__builtin_mul_overflow(count, size, &bytes))
		mem_fail(SIZE_MAX);
	grown = realloc(ptr, bytes ? bytes : 1);
	if (!grown)
		mem_fail(bytes);
	return grown;
}

char *mem_text(const char *ptr, size_t len)
{
	char *text;

	if (len == SIZE_MAX)
		mem_fail(len);
	text = mem_alloc(len + 1);
	if (len)
		memcpy(text, ptr, len);
	text[len] = '\0';
	return text;
}

void mem_free(void *ptr)
{
	free(ptr);
}

void *mem_room(void *array, size_t count, size_t *cap, size_t size)
{
	size_t wanted;

	if (count < *cap)
		return array;
	if (__builtin_mul_overflow(*cap, (size_t)2, &wanted))
		mem_fail(SIZE_MAX);
	if (wanted < 8)
		wanted = 8;
	array = mem_grow(array, wanted, size);
	*cap = wanted;
	return array;
}
