/* What a file is for those who take people out of it. */
#ifndef ERASE_MATTER_H
#define ERASE_MATTER_H

#include "base/span.h"

enum matter_kind {
	KIND_RECORDS,	/* a JSON value a line */
	KIND_DOCUMENT,	/* one JSON text over all lines */
	KIND_TABLE,	/* rows of cells; a cell in quotes may have several lines */
	KIND_LINES,	/* a log, a ledger, a list, any other text */
	/* A database or its dump, a page of the web, YAML, vCards, broken JSON: taking bytes out would break it; only searched. */
	KIND_CLOSED,
	KINDS,
};

/* By kind, for people: "records", ... */
extern const char *const matter_kind_names[KINDS];

/* How its characters are written. */
enum matter_width {
	WIDTH_BYTES,
	WIDTH_UTF16_LE,
	WIDTH_UTF16_BE,
};

enum matter_width matter_width(struct span head);

/* What HEAD packs in a way that cannot be looked into ("a zip archive or Excel workbook"), or NULL. */
const char *matter_packed(struct span head);

/* By the first bytes of a text (of bytes); *DELIMITER of a table. */
enum matter_kind matter_kind(struct span head, char *delimiter);

#endif
