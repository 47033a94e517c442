/* The shapes of a sheet, one function each; show_sheet chooses.  Not for others. */
#ifndef REPORT_SHOW_PARTS_H
#define REPORT_SHOW_PARTS_H

#include "report/show.h"

void show_text(const struct show *how, const struct sheet *s, struct buf *out);
void show_delimited(const struct show *how, const struct sheet *s,
		    struct buf *out);
void show_json(const struct sheet *s, struct buf *out);
void show_markdown(const struct sheet *s, struct buf *out);
void show_html(const struct sheet *s, struct buf *out);

/* A cell as one CSV field.  SCRATCH is overwritten. */
void show_field(const struct show *how, const struct cell *c, struct buf *out,
		struct buf *scratch);

/* One table of aligned columns, with header, for people. */
void text_table(const struct show *how, const struct section *s,
		struct buf *out);
void markdown_table(const struct section *s, struct buf *out);

#endif
