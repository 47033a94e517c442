/* cdp-segment --sizes: the table of segments, beside the profiles. */
#ifndef CMD_SEGMENT_SIZES_H
#define CMD_SEGMENT_SIZES_H

#include "cmd/tool.h"
#include "understand/report/show.h"

struct sizes_given {
	const char *path;	/* NULL: none */
	struct output *out;
	struct show how;
};

/* How a report goes to OUT at PATH (NULL: standard output), by the path's ending; a usage error
 * naming OPTION where no shape has that. */
struct show sizes_shape(struct tool *t, const char *option, const char *path, const struct output *out);

/* Opens the output, before the first profile is read. */
void sizes_open(struct tool *t, struct sizes_given *g);

/* Writes SHEET. */
void sizes_write(struct tool *t, const struct sizes_given *g, const struct sheet *sheet);

#endif
