/*
 * Any bytes as rules of identity: what is printed reads as the same rules, and a mistake
 * has its place.
 */
#include "tests/fuzz/target.h"

#include <assert.h>

#include "unify/identity/identity_rules.h"

static void check_print(const struct identity_rules *r)
{
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct error err = ERROR_INIT;
	struct identity_rules again;

	identity_rules_put(r, &first);
	identity_rules_init(&again);
	assert(!identity_rules_parse(&again, buf_view(&first), "again", &err));
	identity_rules_put(&again, &second);
	assert(span_equal(buf_view(&first), buf_view(&second)));
	identity_rules_release(&again);
	buf_release(&first);
	buf_release(&second);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span text = {size ? (const char *)data : "", size};
	struct error err = ERROR_INIT;
	struct identity_rules r;

	identity_rules_init(&r);
	if (identity_rules_parse(&r, text, "rules", &err))
		assert(err.kind == ERROR_USAGE && err.message[0] && err.line);
	else
		check_print(&r);
	identity_rules_add(&r, text, &err);
	check_print(&r);
	blocked_is(&r.blocked, SPAN("email"), text);
	identity_rules_release(&r);
	return 0;
}
