/* The operands of a part of cdp-churn that reads plain tables: understand/table/frame.h. */
#ifndef CMD_TABLE_READING_H
#define CMD_TABLE_READING_H

#include "cmd/tool.h"
#include "understand/table/frame.h"

struct table_reading {
	/* Given by the options below; NULL: not. */
	const char *missing, *decimal, *separator;

	struct frame frame;
	struct null_words *nulls;
};

/* Rows of the part's table of options; R is the struct table_reading. */
#define TABLE_READING_OPTIONS(r) \
	{OPT_STRING, 0, "missing", "WORDS", "cells that are no value, beside those of cdp-mapping(5): 'keine,99'", \
	 &(r).missing, NULL, false}, \
	{OPT_CHOICE, 0, "decimal", "SIGN", "the decimal sign of numbers (default: a point, and a comma that can be nothing else)", \
	 &(r).decimal, table_decimal_choices, false}, \
	{OPT_STRING, 0, "separator", "CHARACTER", "what stands between cells (default: by the header; tab)", \
	 &(r).separator, NULL, false}

extern const char *const table_decimal_choices[];

/* Reads all operands (none: stdin); bad rows are rejected, everything else that is wrong ends the run.  The --stats rows. */
void table_reading_read(struct tool *t, struct table_reading *r);

/* What the options say of tables, for rows that come from elsewhere. */
void table_reading_prepare(struct tool *t, struct table_reading *r);

/* Says of column NUMBER, which the run uses, what was assumed of its cells. */
void table_reading_say(struct tool *t, struct table_reading *r, size_t number);
void table_reading_release(struct table_reading *r);

#endif
