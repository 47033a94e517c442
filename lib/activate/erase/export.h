/*
 * All that the files know of a person, for a request of access: readable (HTML) and as data (JSON, CSV).
 *
 * A record of the person is given whole.  Of a record of somebody else that mentions the person only the
 * place is given: the rest is about that one.
 */
#ifndef ERASE_EXPORT_H
#define ERASE_EXPORT_H

#include "activate/erase/record_check.h"
#include "activate/erase/matter.h"
#include "base/error.h"
#include "io/output.h"

struct export {
	struct output *html, *json, *csv;	/* borrowed */
	const struct record_check *check;		/* that has just been made */
	const char *file;			/* at hand; a new one begins when it changes */
	const char *shown;			/* the file whose heading stands in html */
	const enum matter_kind *kind;		/* of the file */
	uint64_t records, mentions;
	struct buf text, name;
};

/* Writes what comes before the records: who it is about.  -1 with *ERR, here and below. */
int export_start(struct export *x, const struct subject *s, struct error *err);

/* A record at LINE that is theirs or mentions them. */
int export_record(struct export *x, uint64_t line, struct span record, struct error *err);

int export_end(struct export *x, struct error *err);
void export_release(struct export *x);

#endif
