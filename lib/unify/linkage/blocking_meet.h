/*
 * Why two records were compared, or not: for explaining, when all pairs are done.
 */
#ifndef LINKAGE_BLOCKING_MEET_H
#define LINKAGE_BLOCKING_MEET_H

#include "unify/linkage/blocking.h"

/*
 * How two records come together: by a rule that has both in one block and was
 * taken; by one that was left out for the budget; only in blocks that are too
 * large; by no rule at all.  The later kinds go before the earlier ones.
 */
enum meeting_kind { MEETING_NONE, MEETING_TOO_LARGE, MEETING_LEFT_OUT, MEETING_MET };

struct meeting {
	enum meeting_kind kind;
	const struct block_rule *rule;	/* of B; NULL with MEETING_NONE */
	uint32_t size;			/* of the block, in records */
};

/* Of records X and Y, also after blocking_keep_rules: looks at all records. */
struct meeting blocking_meeting(const struct blocking *b, uint32_t x, uint32_t y);

#endif
