/* A warning where profiles of one customer come several times: record/again.h. */
#ifndef CMD_REPEATED_H
#define CMD_REPEATED_H

#include "cmd/tool.h"
#include "record/again.h"

/* By worker; owned: repeated_report frees it. */
struct again *repeated_new(const struct tool *t);

/* Behind the last profile. */
void repeated_report(struct tool *t, struct again *workers);

#endif
