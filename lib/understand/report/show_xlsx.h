/*
 * Sheets as an Excel workbook: the first sheet, "asked", says what was asked and what each of the others shows, with
 * its definition; then each section is a sheet of its own, named by its key, with typed cells, and a chart where the
 * page has one.
 */
#ifndef REPORT_SHOW_XLSX_H
#define REPORT_SHOW_XLSX_H

#include "text/xlsx.h"
#include "understand/report/sheet.h"

struct show_book;

/* As xlsx_new.  Owned: show_book_finish. */
struct show_book *show_book_new(const struct xlsx_setup *setup, struct error *err);

/* A whole sheet more. */
void show_book_put(struct show_book *b, const struct sheet *s);

/* One section whose rows come in turns: a sheet with the rows that S has, then more, of the same columns. */
void show_book_begin(struct show_book *b, const struct section *s);
void show_book_rows(struct show_book *b, const struct section *s);
/* Behind the last: ABOUT is its sheet, S the section itself. */
void show_book_end(struct show_book *b, const struct sheet *about, const struct section *s);

/* Texts that were cut, and sheets that others go on in; before show_book_finish. */
uint64_t show_book_cut(const struct show_book *b);
size_t show_book_further(const struct show_book *b);

/* As xlsx_finish. */
int show_book_finish(struct show_book *b, struct output *out, struct error *err);

#endif
