/*
 * Any bytes as what cdp-activate reads beside profiles: a target, a state, its journal, a ledger of deliveries;
 * and as a value in each form.  A mistake is refused; a state that was understood, written again, is
 * understood the same; a value that has a form keeps it.
 */
#include "tests/fuzz/target.h"

#include <assert.h>

#include "activate/audience/contacts.h"
#include "activate/audience/hashed.h"
#include "activate/audience/journal.h"
#include "activate/audience/target.h"

static void read_target(struct span text)
{
	struct target t = {.name = "any"};
	struct error err = ERROR_INIT;

	if (target_parse(&t, text, "any.target", &err))
		assert(err.kind == ERROR_USAGE && err.message[0]);
	else
		assert(t.count && t.count <= TARGET_COLUMNS_MAX && t.need_count <= TARGET_NEEDS_MAX);
	target_release(&t);
}

static void read_state(struct span text)
{
	struct roster r = ROSTER_INIT, again = ROSTER_INIT;
	struct error err = ERROR_INIT;
	struct buf first = BUF_INIT, second = BUF_INIT;

	if (roster_load(&r, text, "meta", "state", &err)) {
		assert(err.kind != ERROR_NONE && err.message[0]);
	} else {
		roster_put(&r, "meta", &first);
		assert(!roster_load(&again, buf_view(&first), "meta", "again", &err));
		roster_put(&again, "meta", &second);
		assert(span_equal(buf_view(&first), buf_view(&second)));
	}
	roster_release(&r);
	roster_release(&again);
	buf_release(&first);
	buf_release(&second);
}

static void read_journal(struct span text)
{
	struct roster r = ROSTER_INIT;
	struct contacts c = {.window_ms = 0};
	struct error err = ERROR_INIT;

	if (journal_replay(&r, text, "journal", &err))
		assert(err.kind == ERROR_USAGE && err.message[0]);
	roster_release(&r);
	err = ERROR_INIT;
	if (contacts_parse(&c, text, "ledger", &err))
		assert(err.kind == ERROR_USAGE && err.line);
	contacts_release(&c);
}

static void read_value(struct span text)
{
	static const enum form kept[] = {FORM_GMAIL, FORM_PHONE, FORM_COUNTRY, FORM_DEVICE, FORM_DIGEST};
	struct arena scratch = ARENA_INIT;
	struct buf once = BUF_INIT, twice = BUF_INIT;

	for (int form = 0; form < FORM_COUNT; form++) {
		buf_clear(&once);
		assert(form_put(form, text, &scratch, &once) == (once.len > 0));
	}
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		buf_clear(&once);
		buf_clear(&twice);
		if (!form_put(kept[i], text, &scratch, &once))
			continue;
		assert(form_put(kept[i], buf_view(&once), &scratch, &twice));
		assert(span_equal(buf_view(&once), buf_view(&twice)));
	}
	arena_release(&scratch);
	buf_release(&once);
	buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span text = {size ? (const char *)data : "", size};

	read_target(text);
	read_state(text);
	read_journal(text);
	read_value(text);
	return 0;
}
