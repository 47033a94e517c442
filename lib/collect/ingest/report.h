/* What a run tells about a file, in sentences. */
#ifndef INGEST_REPORT_H
#define INGEST_REPORT_H

#include "collect/ingest/ingest.h"
#include "collect/ingest/source.h"
#include "collect/mapping/maker.h"

/* Members of JSON that came after the sample; at most MAX of them by name. */
void report_late(const struct map *names, size_t max, const struct source *s,
		 const struct ingest_calls *calls);

/* Do the first rows of S call themselves orders?  See row_kind.h. */
bool report_says_orders(const struct source *s);

/* Before the first row: what became of the header. */
void report_plan(const struct source *s, const struct ingest_calls *calls);

/*
 * The text ends without a line end, with LAST in LINE (0: it has one): where the row rejected last began
 * there, the text is cut; where a number of a table ends there, it may be.
 */
void report_end_of_text(char last, uint64_t rejected, uint64_t line, const struct source *s,
			const struct ingest_calls *calls);

/* What rows were taken for, where they differ. */
void report_kinds(const struct kind_counts *counts, const struct source *s, const struct ingest_calls *calls);

/* ROWS rows that no part of the mapping makes events of. */
void report_left_out(uint64_t rows, const struct source *s,
		     const struct ingest_calls *calls);

/* ORDERS have no time: which column may say it. */
void report_undated(uint64_t orders, const struct source *s, const struct ingest_calls *calls);

/* ORDERS name nobody, though others of the file may. */
void report_ownerless(uint64_t orders, const struct source *s, const struct ingest_calls *calls);

/* What the reader of S has noted of rows. */
void report_row_notes(const struct row_note notes[READER_NOTES], const struct source *s,
		      const struct ingest_calls *calls);

#endif
