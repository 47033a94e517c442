/*
 * The golden record where every trait goes by recency: the most recent value
 * that says something (validity.h).  Values keep the bytes that their source
 * wrote.
 *
 * Offer the newest event's traits first: what came first stays.  Where traits of
 * one unit came from several events `mixed` says so, and golden.h has to
 * choose.
 */
#ifndef GOLDEN_TRAITS_H
#define GOLDEN_TRAITS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/span.h"
#include "unify/golden/survival.h"

struct blocked;
struct dropped;

struct trait {
	struct span key;	/* as JSON, without quotes */
	struct span value;	/* raw */
};

/* One for each thread, reused.  Spans are borrowed from what was offered. */
struct traits {
	struct trait *list;
	size_t count;
	size_t cap;
	size_t next;		/* the guess: events name traits in one order */
	struct map map;		/* key -> number, once there are many */
	size_t mapped;
	struct arena keys;	/* of those that were written with escapes */
	const struct blocked *blocked;
	struct dropped *dropped;	/* NULL: what says nothing is not noted */
	size_t doubtful;	/* the trait that has a doubtful value, from 1; 0: none */
	const struct survival *survival;	/* NULL: there are no units */
	bool mixed;
	size_t offers;
	size_t unit_offer;	/* that gave the first trait of a unit; 0: none */
};

#define TRAITS_INIT ((struct traits){0})

void traits_release(struct traits *t);
void traits_clear(struct traits *t);

/* OBJECT is raw and has been validated. */
void traits_offer(struct traits *t, struct span object);

/* Appends the object, by key; sorts what T holds. */
void traits_put(struct traits *t, struct buf *out);

/* RAW as a key without escapes that need not be, copied to A. */
struct span key_canonical(struct span raw, struct arena *a);

#endif
