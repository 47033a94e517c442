/*
 * Which of many regular expressions could match a text: those whose literals it holds
 * (see literal.h), found in one pass over the text, whatever their number.
 *
 * The pass is an Aho-Corasick automaton (Aho and Corasick, CACM 18, 1975): a trie
 * of all literals whose failing steps are filled in, so that each byte is one look-up.
 * Bytes are classed first: those that no literal has share a column.
 *
 * A sieve does not change once it is built, and threads share it; each has a
 * sieve_scan of its own.
 */
#ifndef REFERENCE_SIEVE_H
#define REFERENCE_SIEVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct sieve;
struct sieve_scan;

struct sieve *sieve_new(void);		/* owned: sieve_free */
void sieve_free(struct sieve *s);

/* Patterns are numbered from 0 in the order that they come. */
void sieve_add(struct sieve *s, struct span pattern);

/* After the last pattern. */
void sieve_build(struct sieve *s);

struct sieve_scan *sieve_scan_new(const struct sieve *s);	/* owned */
void sieve_scan_free(struct sieve_scan *scan);

/* Looks through TEXT: patterns that are not found afterwards cannot match it. */
void sieve_run(const struct sieve *s, struct sieve_scan *scan, struct span text);

/* The first pattern from FROM on, below END, that could match; else END. */
size_t sieve_next(const struct sieve_scan *scan, size_t from, size_t end);

#endif
