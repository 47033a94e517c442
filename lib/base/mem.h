/*
 * Memory that does not fail in the caller's hands.  Every allocation of the
 * toolkit goes through here, and none returns NULL: when there is no memory,
 * or a size overflows, the program's handler is called.  It reports, removes
 * unfinished output and ends the program with status 3; so thousands of call
 * sites need no error path that nobody would ever walk.
 *
 * A program that is to keep to so much memory says so once, by mem_limit.  From
 * then on large pieces (MEM_LARGE and more: the arrays, tables and arenas that
 * whatever remembers consists of) take of the heap at most seven eighths of it, or 16 MiB;
 * what comes or grows beyond that is taken from where the program says: of unlinked
 * files in the scratch directory (io/paged.h).  So nothing fails for want of memory while the disk has
 * room, and no caller has to know.
 *
 * What is touched of such files counts as the process's own until it is let go of.  Whoever goes through
 * a large array, or does one job of many, calls mem_pace or mem_relax on the way: then that is looked
 * at, and kept to the limit, whenever the program gets its turn.
 *
 * Not counted are smaller pieces, of which no table that grows with the data
 * consists.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

struct error;

#define MEM_LARGE ((size_t)1 << 20)

/*
 * HANDLER must not return; size is what could not be had, WHY is not NULL when
 * what lies beyond the limit is the reason.  Default: abort.  Any thread may call it.
 */
void mem_on_failure(void (*handler)(size_t size, const struct error *why));

/* Calls the handler: for memory that a library could not get for us. */
noreturn void mem_fail(size_t size);

/*
 * Large pieces beyond the limit.  `take` gives SIZE bytes, the first LEN of them
 * from BYTES and the others zero; `grow` the piece anew with SIZE bytes.  Both
 * may give NULL: with *ERR of kind ERROR_NONE the heap is tried instead, else
 * the program's handler is called with it.  `size` is 0 for what is no such piece.
 */
struct mem_overflow {
	void *(*take)(size_t size, const void *bytes, size_t len, bool grows,
		      struct error *err);
	void *(*grow)(void *ptr, size_t size, struct error *err);
	void (*free)(void *ptr);
	size_t (*size)(const void *ptr);
	void (*relax)(void);
};

/* Before there are threads.  BEYOND is borrowed for the rest of the run. */
void mem_limit(uint64_t bytes, const struct mem_overflow *beyond);

/* Lets go of what lies beyond the limit, when too much of it is held.  Any thread may call it. */
void mem_relax(void);

/* In a loop over a large array, with the number of the element. */
static inline void mem_pace(size_t number)
{
	if (!(number & 0xffff))
		mem_relax();
}

/* What large pieces take of the heap, and what they still may: for tests. */
size_t mem_held(void);
size_t mem_spare(void);

void *mem_alloc(size_t size);			 /* owned: mem_free */
/* The same, but never of files: for a window on what lies in files, whose size the caller keeps small. */
void *mem_window(size_t size);
/*
 * Of files whatever memory is left, where there is a limit and SIZE is large: for what is only gone
 * through in order, so that what is looked at here and there keeps the heap.
 */
void *mem_scanned(size_t size);
/* PTR, of SIZE bytes, is such from now on, and grows as such: where it is now. */
void *mem_to_files(void *ptr, size_t size);
void *mem_zero(size_t count, size_t size);	 /* owned, zeroed */
void *mem_grow(void *ptr, size_t count, size_t size); /* realloc to count * size */
char *mem_text(const char *ptr, size_t len);	 /* owned NUL-terminated copy */
void mem_free(void *ptr);

/*
 * Room for one more: when COUNT has reached *CAP, doubles ARRAY (of elements
 * of SIZE bytes) and *CAP, or beyond 64 MiB adds a quarter; returns the array, perhaps moved.
 *	list = mem_room(list, count, &cap, sizeof *list);
 *	list[count++] = thing;
 */
void *mem_room(void *array, size_t count, size_t *cap, size_t size);

#endif
