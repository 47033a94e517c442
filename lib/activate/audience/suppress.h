/*
 * Who asked not to be contacted: lists that people keep, and lists of cdp-forget.
 *
 * A list of people has identifiers, one a line, or a table of them as mail platforms export it: each
 * cell that is an address, a phone number that says its country, or the SHA-256 of either in any
 * platform's form, small letters or capitals, counts.  Addresses of one box of Gmail are one.
 * "TYPE=VALUE" names any other identifier; so does a line of one word.  A list of cdp-forget is known by its first line and needs its key.
 */
#ifndef AUDIENCE_SUPPRESS_H
#define AUDIENCE_SUPPRESS_H

#include "activate/audience/hashed.h"
#include "base/map.h"
#include "record/profile.h"
#include "record/suppression.h"

struct suppress {
	struct map values;	/* "email NUL value" by spelling; "id NUL value" of any type */
	struct map digests;	/* 64 small letters */
	struct map hashes;	/* the same, of listed addresses and numbers: profiles may have these */
	struct sha256 *sha256;	/* while a list is read */
	struct suppression forgotten;
	bool keyed;		/* there are such */
	uint64_t unread;	/* lines in which nothing was found */
	uint64_t unread_line;	/* the first */
};

/* What one thread needs; zeroed at the start. */
struct suppress_worker {
	struct sha256 *sha256;
	struct suppressor *suppressor;
	struct buf text;
	struct buf spelling;
	bool found;
	const struct suppress *list;
};

void suppress_release(struct suppress *s);

/* Adds the file PATH; KEY: of cdp-forget's lists, may be absent.  -1 with *ERR. */
int suppress_load(struct suppress *s, const char *path, struct span key, struct error *err);

/* Before W looks anything up. */
void suppress_worker_start(struct suppress_worker *w, const struct suppress *s, struct span key);
void suppress_worker_release(struct suppress_worker *w);

/* Is P, or an identifier of it, listed? */
bool suppress_has(struct suppress_worker *w, const struct profile *p);

#endif
