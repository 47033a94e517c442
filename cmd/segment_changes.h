/*
 * cdp-segment --previous: who entered and who left each segment since an earlier run, and
 * --changes, the same as records.
 */
#ifndef CMD_SEGMENT_CHANGES_H
#define CMD_SEGMENT_CHANGES_H

#include "cmd/tool.h"
#include "understand/segment/labelling.h"
#include "understand/segment/previous.h"

struct compare_given {
	const char *previous, *feed, *path;	/* of --previous, --since and --changes */
	struct output *out;
	struct previous *v;			/* NULL: not asked for */
	struct buf records;
};

/* A usage error where --previous PATH is a pipe: it is read twice, for its segments, and for who is gone. */
void compare_check_file(struct tool *t, const char *path);

/* Usage errors, and opens the output; before the first profile is read. */
void compare_open(struct tool *t, struct compare_given *g);

/* Once segments are declared: reads the earlier run. */
void compare_read(struct tool *t, struct compare_given *g, const struct labelling *l);

/* LINES are profiles with their segments, whole lines. */
int compare_note(struct compare_given *g, struct span lines, struct error *err);

/* Behind the last profile: reports. */
void compare_finish(struct tool *t, struct compare_given *g);
void compare_release(struct compare_given *g);

#endif
