/*
 * Operands of cdp-report that are no files: the name of a report misspelt, a condition
 * without quotes, a KEY that was forgotten.  Each ends the run with a usage error that
 * says what to type.
 */
#ifndef CMD_REPORT_OPERANDS_H
#define CMD_REPORT_OPERANDS_H

#include "cmd/tool.h"

/* Behind the report's name.  REPORTS, ended by NULL, are all their names; ROWS: the
 * report shows rows or customers, and no other stands beside it; WHERE: that option, or NULL. */
void report_operands_check(struct tool *t, const char *const *reports, bool rows,
			   const char *where);

/* Takes the KEYs of the report customer, the first operands, off them: how many they are. */
size_t report_operands_keys(struct tool *t);

#endif
