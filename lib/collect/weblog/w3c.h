/*
 * The extended log format of the W3C, as IIS and CloudFront write it: lines that begin
 * with # are directives, of which #Fields names the fields of the lines behind
 * it, and may come again with others.
 */
#ifndef WEBLOG_W3C_H
#define WEBLOG_W3C_H

#include "collect/weblog/log_line.h"

struct w3c {
	struct log_item *items;		/* a column of -1: in the extra, by its name */
	struct span *names;
	size_t count;
	bool dated;			/* a field is the date */
	struct span date;		/* of the last #Date, else absent */
	struct arena arena;
};

#define W3C_INIT ((struct w3c){0})

void w3c_release(struct w3c *w);

/*
 * Takes LINE, a directive without its line end.  Columns are those of F; fields that it
 * does not have become columns of GROWING, which is F or NULL.
 */
void w3c_take(struct w3c *w, const struct log_format *f,
	      struct log_format *growing, struct span line);

/* As log_line_cut. */
int w3c_cut(const struct w3c *w, struct log_line *l, struct span text,
	    struct error *err);

/*
 * The directives in force behind TEXT, whole lines, where BEFORE were those before
 * it: into OUT, which is other memory.
 */
void w3c_pass(struct span before, struct span text, struct buf *out);

#endif
