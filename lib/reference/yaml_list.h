/*
 * YAML files that are lists of flat entries under names, as uap-core has them:
 *
 *	user_agent_parsers:
 *	  - regex: '(Firefox)/(\d+)'
 *	    family_replacement: '$1'
 *
 * Read by libyaml (only yaml_list.c knows it).
 */
#ifndef REFERENCE_YAML_LIST_H
#define REFERENCE_YAML_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"

#define YAML_MEMBERS_MAX 16

struct yaml_entry {
	struct span list;		/* "user_agent_parsers" */
	struct span keys[YAML_MEMBERS_MAX];
	struct span values[YAML_MEMBERS_MAX];
	size_t count;
	uint64_t line;			/* of its first member */
};

/* The value of KEY, or SPAN_NONE. */
struct span yaml_entry_get(const struct yaml_entry *e, const char *key);

/*
 * Calls TAKE for each entry of TEXT in its order.  0, -1 with a usage error that
 * names FILE and a place, or what TAKE returned.
 */
int yaml_list_read(struct span text, const char *file,
		   int (*take)(void *context, const struct yaml_entry *e,
			       struct error *err),
		   void *context, struct error *err);

#endif
