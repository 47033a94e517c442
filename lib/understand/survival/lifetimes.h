/*
 * Lifetimes: how long each of many was watched, and whether it ended then.  One row is (entry, exit]: watched from behind
 * ENTRY to EXIT, where the event came or the watching stopped (censored).  Times are in whatever unit the caller has.
 */
#ifndef SURVIVAL_LIFETIMES_H
#define SURVIVAL_LIFETIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lifetimes {
	size_t count;
	double *entry;		/* NULL: everybody was watched from the beginning */
	double *exit;		/* > entry, finite */
	unsigned char *event;	/* 1: the event, 0: censored */
};

/*
 * The rows 0 .. COUNT - 1 in rising order of KEYS (finite); equal keys in rising order of rows.  By radix, in
 * time and memory that grow with COUNT.  Owned: mem_free.
 */
uint32_t *lifetimes_order(const double *keys, size_t count);

#endif
