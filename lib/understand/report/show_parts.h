/* The shapes of a sheet, one function each; show_sheet chooses.  Not for others. */
#ifndef REPORT_SHOW_PARTS_H
#define REPORT_SHOW_PARTS_H

#include "understand/report/show.h"

void show_text(const struct show *how, const struct sheet *s, struct buf *out);
void show_delimited(const struct show *how, const struct sheet *s,
		    struct buf *out);
void show_json(const struct sheet *s, struct buf *out);
void show_markdown(const struct sheet *s, struct buf *out);
void show_html(const struct sheet *s, struct buf *out);

/*
 * For a terminal: JSON written behind FROM keeps its meaning, but controls that
 * JSON allows as they are (DEL, C1, bidi overrides) become escapes.
 */
void clean_json(struct buf *out, size_t from);

/* A cell as one CSV field.  SCRATCH is overwritten. */
void show_field(const struct show *how, const struct cell *c, struct buf *out,
		struct buf *scratch);

/* One table of aligned columns, with header, for people. */
void text_table(const struct show *how, const struct section *s,
		struct buf *out);
void markdown_table(const struct section *s, struct buf *out);
void markdown_rows(const struct section *s, struct buf *out);

/* The same in steps: text_table is open, rows, close. */
struct text_layout;
struct text_layout *text_open(const struct show *how, const struct section *s,
			      struct buf *out);
void text_rows(const struct show *how, const struct text_layout *l,
	       const struct section *s, struct buf *out);
void text_close(struct text_layout *l);

#endif
