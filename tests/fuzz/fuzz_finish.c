/*
 * What records go through, with records and tracking plans of any bytes: a plan, a NUL, a
 * record.  Whatever becomes of a record is a record; what was stripped violates
 * nothing more than that it lacks something; what was dropped is gone.
 */
#include "tests/fuzz/target.h"

#include <assert.h>
#include <string.h>

#include "collect/ingest/finish.h"

static void check_again(const struct schema *s, struct span line)
{
	struct schema_scratch k = {.count = 0};
	struct schema_counts counts = {0};
	struct buf out = BUF_INIT, mark = BUF_INIT;
	struct error err;
	struct event e;

	assert(!event_parse(&e, line, &err));
	schema_check(s, &k, &e, &out, &mark, &counts, &err);
	for (size_t i = 0; i < k.count; i++) {
		struct span word = k.list[i].keyword;

		/* The mark itself may be more than the plan allows. */
		assert(span_equal(word, SPAN("required")) ||
		       span_equal(word, SPAN("unplanned")) ||
		       span_ends(word, SPAN("Items")) ||
		       span_starts(k.list[i].field, SPAN("context")));
	}
	buf_release(&out);
	buf_release(&mark);
	schema_counts_release(&counts);
	schema_scratch_release(&k);
}

static void pass(const struct finish_steps *steps, struct span record, struct buf *out)
{
	struct finisher *g = finisher_new(steps);
	struct finish_counts counts = FINISH_COUNTS_INIT;
	struct error err = ERROR_INIT;
	struct event e;

	buf_span(out, record);
	buf_char(out, '\n');
	if (finisher_run(g, out, 0, &counts, &err))
		assert(err.kind == ERROR_DATA && !out->len);
	else
		assert(!event_parse(&e, span_sub(buf_view(out), 0, out->len - 1), &err));
	finish_counts_release(&counts);
	finisher_free(g);
}

static void hide(struct span record)
{
	struct privacy p = {.address_bits = 8};
	struct finish_steps steps = {.privacy = &p};
	struct buf out = BUF_INIT;
	struct event e;

	assert(!privacy_add(&p, PRIVACY_DROP, "secret", NULL));
	assert(!privacy_add(&p, PRIVACY_MASK, "email", NULL));
	assert(!privacy_add(&p, PRIVACY_PSEUDONYMIZE, "props.a.b", NULL));
	privacy_set_key(&p, SPAN("0123456789abcdef0123456789abcdef"));
	pass(&steps, record, &out);
	if (out.len && !event_parse(&e, span_sub(buf_view(&out), 0, out.len - 1), NULL)) {
		assert(value_member(e.ids, SPAN("email")).kind == VALUE_NONE);
		assert(value_member(e.props, SPAN("secret")).kind == VALUE_NONE);
	}
	buf_release(&out);
}

static void check(struct span plan, struct span record)
{
	struct error err = ERROR_INIT;
	struct schema *s = schema_parse(plan, "plan", &err);
	struct finish_steps steps = {.schema = s};
	struct buf out = BUF_INIT;

	if (!s) {
		assert(err.kind == ERROR_USAGE);
		return;
	}
	pass(&steps, record, &out);
	if (out.len && span_find(plan, SPAN("strip")) < plan.len &&
	    span_find(plan, SPAN("allow")) == plan.len)
		check_again(s, span_sub(buf_view(&out), 0, out.len - 1));
	buf_release(&out);
	schema_free(s);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span text = {(const char *)data, size};
	size_t cut = span_find_byte(text, '\0');
	struct span record = span_sub(text, cut + 1, size);
	struct event e;

	if (cut == size || event_parse(&e, record, NULL))
		record = SPAN("{\"type\":\"track\",\"id\":\"1\",\"source\":\"s\",\"event\":\"A\","
			      "\"props\":{\"x\":1,\"secret\":[\"?secret=1\"]}}");
	check(span_sub(text, 0, cut), record);
	hide(record);
	return 0;
}
