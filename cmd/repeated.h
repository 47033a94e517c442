/* A warning where profiles of one customer come several times: record/again.h. */
#ifndef CMD_REPEATED_H
#define CMD_REPEATED_H

#include "cmd/tool.h"
#include "record/again.h"
#include "understand/report/partial.h"

/* By worker; owned: repeated_report frees it. */
struct again *repeated_new(const struct tool *t);

/* Those of a run over a part, or added to those of others (understand/report/partial.h): a sample. */
void repeated_carry(const struct tool *t, struct again *workers, struct partial *p);

/* Behind the last profile. */
void repeated_report(struct tool *t, struct again *workers);

#endif
