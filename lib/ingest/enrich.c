#include "ingest/enrich.h"

#include <string.h>

#include "base/mem.h"
#include "facts/agent.h"
#include "ingest/enrich_parts.h"
#include "record/scan.h"

static const char *const names[] = {"ua", NULL};

/* Where the inputs are in a context. */
static const struct {
	enum section section;
	const char *key;
} places[ENRICH_INPUTS] = {
	[INPUT_USER_AGENT] = {SECTION_CONTEXT, "user_agent"},
};

/* The groups that enrichment makes. */
static const char *const groups[] = {"browser", "os", "device", "bot", "enriched"};

static int add_one(struct enrichment *e, struct span item, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	const char *near;

	if (span_equal(item, SPAN("ua"))) {
		e->ua = true;
		e->bots |= 1u << BOT_DECLARED;
		return 0;
	}
	near = error_suggest(item, names);
	if (near)
		return error_usage(err, "--enrich: unknown enrichment %s; did you mean '%s'?",
				   error_quote(item, quoted), near);
	return error_usage(err, "--enrich: unknown enrichment %s: write ua",
			   error_quote(item, quoted));
}

int enrichment_add(struct enrichment *e, const char *text, struct error *err)
{
	struct span rest = span_of(text);

	while (!span_absent(rest))
		if (add_one(e, span_trim(span_cut(&rest, ',')), err))
			return -1;
	return 0;
}

bool enrichment_wanted(const struct enrichment *e)
{
	return e->ua || e->bots;
}

int enrichment_load(struct enrichment *e, struct error *err)
{
	if (e->ua || e->bots & 1u << BOT_DECLARED) {
		e->agents = agents_load(e->agents_file ? e->agents_file : AGENTS_FILE, err);
		if (!e->agents)
			return -1;
	}
	return 0;
}

void enrichment_release(struct enrichment *e)
{
	agents_free(e->agents);
}

struct enricher *enricher_new(const struct enrichment *asked)
{
	struct enricher *e = mem_zero(1, sizeof *e);

	e->asked = asked;
	if (asked->agents)
		e->agent = agent_scratch_new(asked->agents);
	memo_init(&e->agents, asked->memory);
	return e;
}

void enricher_free(struct enricher *e)
{
	if (!e)
		return;
	agent_scratch_free(e->agent);
	memo_release(&e->agents);
	buf_release(&e->text);
	buf_release(&e->marks);
	mem_free(e);
}

static bool is_ours(struct span name)
{
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		if (span_equal(name, span_of(groups[i])))
			return true;
	return false;
}

void enricher_start(struct enricher *e, const struct plan *plan)
{
	for (size_t i = 0; i < ENRICH_INPUTS; i++)
		e->inputs[i] = plan_find(plan, places[i].section, span_of(places[i].key));
	e->clashes = false;
	for (size_t i = plan->section_at[SECTION_CONTEXT];
	     i < plan->section_at[SECTION_CONTEXT + 1]; i++) {
		struct span key = plan->targets[i].field.key;

		if (is_ours(span_sub(key, 0, span_find_byte(key, '.'))))
			e->clashes = true;
	}
}

struct span enricher_input(struct enricher *e, struct maker *m, const struct row *row,
			   enum enrich_input input)
{
	struct cell cell;
	struct span text;
	bool plain;

	if (!e->inputs[input] ||
	    value_of(m, e->inputs[input], row, &cell, &plain) != FIT_PUT ||
	    cell.kind == CELL_RAW)
		return SPAN_NONE;
	text = span_trim(cell.text);
	return text.len ? text : SPAN_NONE;
}

/* Those of MEMBERS whose names CONTEXT does not have yet. */
static void put_missing(struct enricher *e, struct span members, struct span context,
			struct buf *out)
{
	struct buf object = BUF_INIT;
	struct scan s;
	struct member m;
	struct value have;

	buf_char(&object, '{');
	buf_span(&object, span_sub(context, 1, context.len));
	buf_char(&object, '}');
	buf_char(&object, '{');
	buf_span(&object, span_sub(members, 1, members.len));
	buf_char(&object, '}');
	have = (struct value){span_sub(buf_view(&object), 0, context.len + 1), VALUE_OBJECT, false};
	if (!context.len)
		have.raw = SPAN("{}");
	scan_start(&s, span_sub(buf_view(&object), context.len ? context.len + 1 : 2, object.len));
	if (!scan_enter(&s, '{', NULL)) {
		while (scan_member(&s, &m, NULL) > 0) {
			if (value_member(have, m.key).kind != VALUE_NONE) {
				enricher_note(e, ENRICHED_KEPT);
				continue;
			}
			buf_lit(out, ",\"");
			buf_span(out, m.key);
			buf_lit(out, "\":");
			buf_span(out, m.value.raw);
		}
	}
	buf_release(&object);
}

void enricher_put(struct enricher *e, struct maker *m, const struct row *row,
		  size_t inner, struct buf *out)
{
	buf_clear(&e->text);
	buf_clear(&e->marks);
	e->done = 0;
	if (e->asked->agents)
		enrich_agent(e, enricher_input(e, m, row, INPUT_USER_AGENT));
	if (!e->marks.len)
		return;
	buf_lit(&e->text, ",\"enriched\":{");
	buf_span(&e->text, buf_since(&e->marks, 1));
	buf_char(&e->text, '}');
	if (e->clashes)
		put_missing(e, buf_view(&e->text), buf_since(out, inner), out);
	else
		buf_span(out, buf_view(&e->text));
}

void enricher_commit(struct enricher *e, struct enrich_notes *notes)
{
	for (uint64_t left = e->done; left; left &= left - 1)
		notes->counts[__builtin_ctzll(left)]++;
	e->done = 0;
}

void enrich_notes_add(struct enrich_notes *sum, const struct enrich_notes *part)
{
	for (size_t i = 0; i < ENRICH_COUNTS; i++)
		sum->counts[i] += part->counts[i];
}
