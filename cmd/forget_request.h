/* Who cdp-forget is asked to forget. */
#ifndef CMD_FORGET_REQUEST_H
#define CMD_FORGET_REQUEST_H

#include "activate/erase/subject.h"
#include "base/opt.h"
#include "cmd/tool.h"

struct forget_request {
	struct opt_list given;	/* --request */
	const char *list;	/* --requests */
	const char *through;
	bool shared;		/* --with-shared */
};

/* Fills and builds S, and says what it found; or ends. */
void forget_request_read(struct tool *t, const struct forget_request *q, struct subject *s);

#endif
