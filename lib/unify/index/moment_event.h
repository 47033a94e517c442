/* An event of a customer while its profile is made. */
#ifndef INDEX_MOMENT_EVENT_H
#define INDEX_MOMENT_EVENT_H

#include <stdint.h>

#include "time/moment.h"

struct stored;

struct moment_event {
	int64_t time;		/* MOMENT_NONE when undated */
	const struct stored *stored;
	uint32_t source;
	uint32_t fragment;	/* number, or FRAGMENT_... */
};

#endif
