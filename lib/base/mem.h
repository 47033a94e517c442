/*
 * Memory that does not fail in the caller's hands.  Every allocation of the
 * toolkit goes through here, and none returns NULL: when there is no memory,
 * or a size overflows, the program's handler is called.  It reports, removes
 * unfinished output and ends the program with status 3; so thousands of call
 * sites need no error path that nobody would ever walk.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

/* HANDLER must not return; size is what could not be had.  Default: abort. */
void mem_on_failure(void (*handler)(size_t size));

/* Calls the handler: for memory that a library could not get for us. */
noreturn void mem_fail(size_t size);

void *mem_alloc(size_t size);			 /* owned: mem_free */
void *mem_zero(size_t count, size_t size);	 /* owned, zeroed */
void *mem_grow(void *ptr, size_t count, size_t size); /* realloc to count * size */
char *mem_text(const char *ptr, size_t len);	 /* owned NUL-terminated copy */
void mem_free(void *ptr);

/*
 * Room for one more: when COUNT has reached *CAP, doubles ARRAY (of elements
 * of SIZE bytes) and *CAP; returns the array, perhaps moved.
 *	list = mem_room(list, count, &cap, sizeof *list);
 *	list[count++] = thing;
 */
void *mem_room(void *array, size_t count, size_t *cap, size_t size);

#endif
