/*
 * Names that are tracked: --track 'ours=acme,acme shop'.  A text names one where it has one of its terms as a word or
 * words of its own, whatever their case; so do #acme and @acme.
 */
#ifndef REPORT_TRACK_H
#define REPORT_TRACK_H

#include "base/arena.h"
#include "base/error.h"
#include "understand/report/count.h"

#define TRACKS_MAX 32

struct track {
	struct span name;
	struct span *terms;	/* case folded */
	size_t count;
};

struct tracks {
	struct track list[TRACKS_MAX];
	size_t count;
	struct arena texts;
};

/* -1 with a usage error that begins with REPORT. */
int tracks_read(struct tracks *t, const char *report, const struct count_value *given, struct error *err);
void tracks_release(struct tracks *t);

/* A bit for each of them that TEXT names. */
uint32_t tracks_find(const struct tracks *t, struct span text, struct arena *scratch);

#endif
