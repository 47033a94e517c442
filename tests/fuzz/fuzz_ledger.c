/*
 * Any bytes as a ledger and as a list of who leaves: a mistake has its line, and what
 * was understood, written again, is understood the same.
 */
#include "tests/fuzz/target.h"

#include <assert.h>

#include "unify/graph/exclude.h"
#include "unify/identity/ledger.h"

static void put_link(const struct ledger *l, const char *verb, const struct ledger_link *k,
		     struct buf *out)
{
	struct span a = l->names.entries[k->a].key, b = l->names.entries[k->b].key;

	buf_printf(out, "%s ", verb);
	buf_span(out, a);
	buf_char(out, ' ');
	buf_span(out, b);
	buf_char(out, '\n');
}

static void put_ledger(const struct ledger *l, struct buf *out)
{
	for (size_t i = 0; i < l->must_count; i++)
		put_link(l, "must-link", &l->must[i], out);
	for (size_t i = 0; i < l->cannot_count; i++)
		put_link(l, "cannot-link", &l->cannot[i], out);
	for (size_t i = 0; i < l->pin_names.count; i++)
		ledger_put_pin(l->pins[i].type, l->pins[i].value, l->pins[i].id, MOMENT_NONE, out);
}

static void check_again(const struct ledger *l)
{
	struct ledger again = LEDGER_INIT;
	struct error err = ERROR_INIT;
	struct buf first = BUF_INIT, second = BUF_INIT;

	put_ledger(l, &first);
	assert(!ledger_parse(&again, buf_view(&first), "again", &err));
	put_ledger(&again, &second);
	assert(span_equal(buf_view(&first), buf_view(&second)));
	ledger_close(&again);
	buf_release(&first);
	buf_release(&second);
}

static void read_ledger(struct span text)
{
	struct ledger l = LEDGER_INIT;
	struct error err = ERROR_INIT;
	struct blocked blocked = BLOCKED_INIT;

	if (ledger_parse(&l, text, "ledger", &err)) {
		assert(err.kind == ERROR_USAGE && err.message[0] && err.line);
	} else {
		ledger_exclude(&l, &blocked);
		check_again(&l);
	}
	blocked_release(&blocked);
	ledger_close(&l);
}

static void read_list(struct span text)
{
	struct exclude x = EXCLUDE_INIT;
	struct error err = ERROR_INIT;

	if (exclude_parse(&x, text, "list", &err))
		assert(err.kind == ERROR_USAGE && err.message[0] && err.line);
	exclude_release(&x);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span text = {size ? (const char *)data : "", size};

	read_ledger(text);
	read_list(text);
	return 0;
}
