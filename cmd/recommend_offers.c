#include "cmd/recommend_offers.h"

#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "cmd/as_of.h"
#include "cmd/repeated.h"
#include "cmd/showing.h"
#include "time/moment.h"
#include "understand/churn/duration.h"
#include "understand/recommend/evaluate.h"

/* The usual --shrink. */
#define COSINE_SHRINK 10
#define EASE_SHRINK 100

struct worker {
	struct bought bought;
	struct offers_scratch scratch;
	struct liking *likings;
	size_t cap;
	struct buf json;
	uint32_t *segments;
	size_t segment_cap;
	uint64_t orders, nameless, no_events, omitted;
	uint64_t with_offers;
	uint64_t kinds[4];	/* offers by enum offer_kind */
};

struct run {
	struct tool *tool;
	const struct offers_given *given;
	struct worker *workers;
	struct history_part *parts;
	struct again *again;
	struct as_of_check now;
	struct histories_asked how;
	struct offers_asked asked;
	struct histories histories;
	struct likeness likeness;
	struct catalog catalog;
	struct offers offers;
	uint64_t profiles;
};

/*
 * What is asked for.
 */

static void check_products(struct run *run)
{
	const struct offers_given *g = run->given;
	struct tool *t = run->tool;

	if (!g->products && (g->only || g->per_category != UINT64_MAX || g->price_band))
		tool_usage(t, "--%s needs --products FILE, a table with the %s of each item",
			   g->only ? "only" : g->price_band ? "price-band" : "per-category",
			   g->only ? "columns" : g->price_band ? "price" : "category");
}

static void read_price_band(struct run *run)
{
	struct decimal factor;

	if (!run->given->price_band)
		return;
	if (!decimal_parse(span_of(run->given->price_band), &factor) || decimal_compare(factor, decimal_of(1)) < 0)
		tool_usage(run->tool, "--price-band: '%s' is no factor from 1 up: 2 is from half to twice what the customer pays",
			   run->given->price_band);
	run->asked.price_band = decimal_double(factor);
}

static void read_model(struct run *run)
{
	const char *model = run->given->model;

	for (int i = 0; model && offer_model_names[i]; i++)
		if (!strcmp(model, offer_model_names[i]))
			run->asked.model = (enum offer_model)i;
}

static void read_given(struct run *run)
{
	const struct offers_given *g = run->given;
	struct tool *t = run->tool;

	if (g->offers < 1 || g->offers > OFFERS_MAX)
		tool_usage(t, "--offers: from 1 to %d", OFFERS_MAX);
	if (g->neighbours < 1 || g->neighbours > 10000)
		tool_usage(t, "--neighbours: from 1 to 10000");
	if (g->per_category < 1)
		tool_usage(t, "--per-category: from 1 on; for any number of one category leave it out");
	if (g->max_items < 1 || g->max_items > 100000)
		tool_usage(t, "--max-items: from 1 to 100000");
	check_products(run);
	read_price_band(run);
	if (g->half_life && horizon_days(g->half_life, &run->how.half_life_days, &t->err))
		tool_usage(t, "--half-life: '%s' is not a duration: write 90d, 13w, 6mo or 1y", g->half_life);
	read_model(run);
	if (g->similar && !offer_model_is_likeness(run->asked.model))
		tool_usage(t, "--similar goes by --model cosine, bm25 or ease");
	if (g->shrink > 1000000 && g->shrink != UINT64_MAX)
		tool_usage(t, "--shrink: from 0 to 1000000 customers");
	if (!g->shrink && run->asked.model == MODEL_EASE)
		tool_usage(t, "--shrink: from 1 on with --model ease");
	run->how.items_max = (uint32_t)g->max_items;
	run->how.hold_out = g->evaluate;
	run->asked.most = (uint32_t)g->offers;
	run->asked.per_category = g->per_category < UINT32_MAX ? (uint32_t)g->per_category : UINT32_MAX;
}

/*
 * First pass: what everybody bought.  Bad lines are told of in the second, where there is one.
 */

static int read_line(struct run *run, unsigned number, struct span line, struct profile *p, struct error *err)
{
	struct worker *w = &run->workers[number];

	if (profile_parse(p, line, err))
		return -1;
	return bought_read(&w->bought, p, p->as_of, span_of(run->given->item), err);
}

static int learn_line(void *context, unsigned number, struct span line, struct buf *out, struct error *err)
{
	struct run *run = context;
	struct worker *w = &run->workers[number];
	bool table = run->given->similar || run->given->evaluate;
	struct decimal omitted;
	struct profile p;

	if (read_line(run, number, line, &p, table ? err : NULL))
		return table ? -1 : 0;
	if (as_of_put(out, p.as_of, err))
		return -1;
	if (table)
		again_note(&run->again[number], &p);
	w->orders += w->bought.orders;
	w->nameless += w->bought.nameless;
	w->no_events += p.events.kind != VALUE_ARRAY;
	w->omitted += value_decimal(p.events_omitted, &omitted) && omitted.digits > 0;
	history_part_add(&run->parts[number], &w->bought, &p);
	return 0;
}

static int absorb_lines(void *context, struct span bytes, struct error *err)
{
	struct run *run = context;

	return as_of_take(&run->now, &bytes, err);
}

static void learn_all(struct run *run)
{
	struct tool *t = run->tool;
	const struct tool_pass pass = {learn_line, absorb_lines, run};

	run->parts = mem_zero(t->jobs, sizeof *run->parts);
	run->workers = mem_zero(t->jobs, sizeof *run->workers);
	for (unsigned i = 0; i < t->jobs; i++)
		run->workers[i].bought.signals = true;
	if (!run->given->similar && !run->given->evaluate)
		tool_keep_input(t);
	run->profiles = tool_pass(t, &pass);
	histories_join(&run->histories, run->parts, t->jobs, &run->how);
	mem_free(run->parts);
}

static void learn_likeness(struct run *run)
{
	struct likeness_asked asked = {
		.kind = run->asked.model == MODEL_BM25 ? LIKENESS_BM25 :
			run->asked.model == MODEL_EASE ? LIKENESS_EASE : LIKENESS_COSINE,
		.most = (uint32_t)run->given->neighbours, .shrink = (double)run->given->shrink,
		.memory = run->tool->memory / 2, .wanted = run->catalog.wanted, .workers = run->tool->jobs,
	};
	uint32_t items = run->histories.items.count;

	if (run->given->shrink == UINT64_MAX)
		asked.shrink = asked.kind == LIKENESS_EASE ? EASE_SHRINK : COSINE_SHRINK;

	run->offers = (struct offers){.h = &run->histories, .catalog = &run->catalog, .asked = &run->asked};
	if (!offer_model_is_likeness(run->asked.model))
		return;
	likeness_learn(&run->likeness, &run->histories, &asked);
	if (run->likeness.learned < items)
		tool_warn(run->tool, "ease: of %u items the %u that most customers bought are learned, as each pair takes 8 bytes of --memory; the others are offered as due or popular: all need --memory %lluM, or take --model cosine",
			  items, run->likeness.learned, (unsigned long long)items * items * 16 / 1048576 + 1);
	run->offers.likeness = &run->likeness;
}

/* What the model stands on, and what is odd about it. */
static void report_learning(struct run *run)
{
	const struct histories *h = &run->histories;
	struct tool *t = run->tool;
	uint64_t orders = 0, nameless = 0, no_events = 0, omitted = 0, repeats = 0;

	for (unsigned i = 0; i < t->jobs; i++) {
		orders += run->workers[i].orders;
		nameless += run->workers[i].nameless;
		no_events += run->workers[i].no_events;
		omitted += run->workers[i].omitted;
	}
	for (uint32_t i = 0; i < h->items.count; i++)
		repeats += offers_is_repeat(h, i);
	tool_stat(t, "orders", orders);
	tool_stat(t, "orders_without_items", nameless);
	tool_stat(t, "customers_with_items", h->customers);
	tool_stat(t, "buyers", h->buyers);
	tool_stat(t, "items", h->items.count);
	tool_stat(t, "items_bought_again", repeats);
	tool_stat(t, "items_offered", run->catalog.left);
	tool_stat(t, "customers_capped", h->capped);
	tool_say(t, "learned (%s) from %u customers who bought, of %u items, of which %u may be offered and %llu are bought again and again",
		 offer_model_names[run->asked.model], h->buyers, h->items.count, run->catalog.left, (unsigned long long)repeats);
	if (h->capped)
		tool_say(t, "%llu customers have more than %u items: their newest count", (unsigned long long)h->capped, run->how.items_max);
	if (no_events)
		tool_warn(t, "%llu profiles carry no events, so nothing is known of what they bought: run cdp-merge without --no-events",
			  (unsigned long long)no_events);
	if (omitted)
		tool_warn(t, "%llu profiles had older events left out, and what they bought then: raise --max-events of cdp-merge",
			  (unsigned long long)omitted);
	if (nameless)
		tool_warn(t, "%llu of %llu orders name no item%s: map sku, product_id or products when cdp-ingest reads them",
			  (unsigned long long)nameless, (unsigned long long)orders, run->given->item ? " by that property" : "");
	if (run->given->products && run->catalog.unknown)
		tool_say(t, "%llu of %llu products are of items that nobody has", (unsigned long long)run->catalog.unknown,
			 (unsigned long long)run->catalog.rows);
	if (!h->buyers && (!run->given->evaluate || orders == nameless))
		tool_warn(t, "no offers: %s", orders ? "no order names an item" : "no profile shows an order");
	else if (!run->catalog.left)
		tool_warn(t, "no offers: none of the items that were bought may be offered by --only and --stock");
}

/*
 * Second pass: offers.
 */

/* The segments of P that were there in the first pass; how many. */
static size_t find_segments(struct run *run, struct worker *w, const struct profile *p)
{
	struct buf text = BUF_INIT;
	struct scan s;
	struct value v;
	size_t count = 0;

	if (p->segments.kind != VALUE_ARRAY)
		return 0;
	scan_start(&s, p->segments.raw);
	scan_enter(&s, '[', NULL);
	while (scan_element(&s, &v, NULL) > 0) {
		size_t at;

		buf_clear(&text);
		at = map_find(&run->histories.segment_names, value_text(v, &text));
		if (at == MAP_NONE)
			continue;
		w->segments = mem_room(w->segments, count, &w->segment_cap, sizeof *w->segments);
		w->segments[count++] = (uint32_t)at;
	}
	buf_release(&text);
	return count;
}

/* What the customer with LINE has; read anew where the first pass learned nothing of it. */
static int find_likings(struct run *run, struct worker *w, unsigned number, struct span line, struct profile *p,
			const struct liking **list, size_t *count, struct error *err)
{
	*list = histories_of_line(&run->histories, line, count);
	if (*list)
		return profile_parse(p, line, err);
	if (read_line(run, number, line, p, err))
		return -1;
	if (w->bought.count > w->cap) {
		w->cap = w->bought.count * 2;
		mem_free(w->likings);
		w->likings = mem_alloc(w->cap * sizeof *w->likings);
	}
	*count = histories_likings(&run->histories, &run->how, &w->bought, p->as_of, w->likings);
	*list = w->likings;
	return 0;
}

static int offer_line(void *context, unsigned number, struct span line, struct buf *out, struct error *err)
{
	struct run *run = context;
	struct worker *w = &run->workers[number];
	struct profile_change change = {.offers = SPAN_NONE};
	struct offer list[OFFERS_MAX];
	const struct liking *likings;
	struct profile p;
	size_t count, segments;

	if (find_likings(run, w, number, line, &p, &likings, &count, err) || as_of_put(out, p.as_of, err))
		return -1;
	segments = find_segments(run, w, &p);
	count = offers_make(&run->offers, &w->scratch, likings, count, w->segments, segments, list);
	buf_clear(&w->json);
	offers_put(&run->offers, list, count, &w->json);
	change.offers = buf_view(&w->json);
	profile_put(&p, &change, out);
	w->with_offers += count > 0;
	for (size_t i = 0; i < count; i++)
		w->kinds[list[i].kind]++;
	again_note(&run->again[number], &p);
	return 0;
}

static int write_lines(void *context, struct span bytes, struct error *err)
{
	struct run *run = context;

	return as_of_write(&run->now, run->tool, bytes, err);
}

static void offer_all(struct run *run)
{
	const struct tool_pass pass = {offer_line, write_lines, run};

	for (unsigned i = 0; i < run->tool->jobs; i++)
		offers_scratch_init(&run->workers[i].scratch, &run->histories);
	run->profiles = tool_pass(run->tool, &pass);
}

/*
 * Tables.
 */

static void show_table(struct run *run, struct sheet *sheet)
{
	struct tool *t = run->tool;
	struct show how = {0};
	struct buf out = BUF_INIT;

	showing_choose(t, run->given->shape, &how);
	sheet->zone = t->zone;
	show_sheet(&how, sheet, &out);
	tool_write(t, buf_view(&out));
	showing_finish(t, &how);
	buf_release(&out);
	sheet_release(sheet);
}

/* The code or name that is most like ASKED; absent where none is. */
static struct span suggest_item(const struct items *items, struct span asked)
{
	struct span best = SPAN_NONE;
	size_t least = SIZE_MAX;

	for (uint32_t i = 0; i < items->count; i++) {
		struct span names[] = {items->list[i].text, items->list[i].label};

		for (size_t k = 0; k < 2 && !span_absent(names[k]); k++) {
			size_t edits = error_edits(asked, names[k]);

			if (edits < least) {
				least = edits;
				best = names[k];
			}
		}
	}
	return best;
}

static noreturn void refuse_item(struct run *run, struct span asked)
{
	struct span near = suggest_item(&run->histories.items, asked);
	char quoted[ERROR_QUOTE_MAX], near_quoted[ERROR_QUOTE_MAX];

	if (!span_absent(near))
		tool_usage(run->tool, "--similar: nobody has an item %s; did you mean %s?", error_quote(asked, quoted),
			   error_quote(near, near_quoted));
	tool_usage(run->tool, "--similar: nobody has an item %s: write its code or its whole name, as --baskets --max-length 1 shows them",
		   error_quote(asked, quoted));
}

/* The item that --similar names, by its text or its only label. */
static uint32_t find_asked(struct run *run)
{
	const struct items *items = &run->histories.items;
	struct span asked = span_of(run->given->similar);
	uint32_t found = items_find(items, asked), labelled = 0;

	if (found != UINT32_MAX)
		return found;
	for (uint32_t i = 0; i < items->count; i++)
		if (span_equal_nocase(items->list[i].label, asked)) {
			found = i;
			labelled++;
		}
	if (labelled > 1)
		tool_usage(run->tool, "--similar: %u items are called '%s': name one by its code", labelled, run->given->similar);
	if (!labelled)
		refuse_item(run, asked);
	return found;
}

static void show_similar(struct run *run)
{
	static const struct column columns[] = {
		{"item", "Item", NULL, -1}, {"name", "Name", NULL, -1}, {"score", "Score", NULL, -1},
		{"both", "Bought both", NULL, -1}, {"buyers", "Bought it", NULL, -1},
	};
	const struct items *items = &run->histories.items;
	const struct likeness *like = &run->likeness;
	struct sheet sheet = {.title = "Similar items", .as_of = run->now.any ? run->now.as_of : MOMENT_NONE};
	struct section *s = sheet_add(&sheet, "similar", "Similar items", columns, 5);
	uint32_t asked = find_asked(run);

	for (uint32_t k = 0; k < like->counts[asked] && k < run->given->limit; k++) {
		const struct neighbour *n = &like->list[(size_t)asked * like->most + k];
		struct cell *row = section_row(s);

		row[0] = cell_text(items->list[n->item].text);
		row[1] = cell_text(items->list[n->item].label);
		row[2] = cell_real((double)n->score);
		row[3] = cell_count(n->both);
		row[4] = cell_count(items->list[n->item].count);
	}
	if (!like->counts[asked])
		tool_warn(run->tool, "nobody who has '%s' has anything else", run->given->similar);
	show_table(run, &sheet);
}

static void judge_model(struct run *run, const struct evaluation *e)
{
	const struct quality *better = evaluate_unbeaten(e);
	const char *model = offer_model_names[run->asked.model];
	struct tool *t = run->tool;

	if (run->histories.undated)
		tool_warn(t, "%llu customers bought at no known time: they have no last day to hold out",
			  (unsigned long long)run->histories.undated);
	if (e->customers < EVALUATE_LEAST)
		tool_warn(t, "%u customers bought on two days: fewer than %d say nothing about a model", e->customers, EVALUATE_LEAST);
	else if (better)
		tool_warn(t, "the model %s does not beat %s (ndcg %.4g against %.4g): take --model %s", model,
			  offer_model_names[better->model], e->list[0].ndcg, better->ndcg, offer_model_names[better->model]);
	else
		tool_say(t, "the model %s beats %s%s%s by ndcg", model, offer_model_names[e->list[1].model],
			 e->count > 2 ? " and " : "", e->count > 2 ? offer_model_names[e->list[2].model] : "");
}

static void show_evaluation(struct run *run)
{
	static const struct column columns[] = {
		{"model", "Model", NULL, -1}, {"customers", "Customers", NULL, -1}, {"offers", "Offers", NULL, -1},
		{"precision", "Precision", NULL, -1}, {"recall", "Recall", NULL, -1}, {"ndcg", "NDCG", NULL, -1},
		{"mrr", "MRR", NULL, -1}, {"coverage", "Coverage", NULL, -1}, {"novelty", "Novelty", NULL, -1},
	};
	struct sheet sheet = {.title = "Evaluation", .as_of = run->now.any ? run->now.as_of : MOMENT_NONE};
	struct section *s = sheet_add(&sheet, "evaluation", "Evaluation", columns, 9);
	struct evaluation e;

	evaluate(&e, &run->offers, run->tool->jobs);
	for (size_t i = 0; i < e.count && e.customers; i++) {
		const struct quality *q = &e.list[i];
		struct cell *row = section_row(s);

		row[0] = cell_text(span_of(offer_model_names[q->model]));
		row[1] = cell_count(e.customers);
		row[2] = cell_count(run->asked.most);
		row[3] = cell_real(q->precision);
		row[4] = cell_real(q->recall);
		row[5] = cell_real(q->ndcg);
		row[6] = cell_real(q->mrr);
		row[7] = cell_real(q->coverage);
		row[8] = cell_real(q->novelty);
	}
	tool_stat(run->tool, "customers_held_out", e.customers);
	show_table(run, &sheet);
	judge_model(run, &e);
}

/*
 * The run.
 */

static void release(struct run *run)
{
	for (unsigned i = 0; i < run->tool->jobs; i++) {
		struct worker *w = &run->workers[i];

		bought_release(&w->bought);
		offers_scratch_release(&w->scratch);
		buf_release(&w->json);
		mem_free(w->likings);
		mem_free(w->segments);
	}
	mem_free(run->workers);
	likeness_release(&run->likeness);
	catalog_release(&run->catalog);
	histories_release(&run->histories);
}

/* Nobody gets an offer although there is something to offer. */
static void report_nothing(struct run *run)
{
	struct tool *t = run->tool;

	if (!run->histories.buyers || !run->catalog.left)
		return;
	tool_warn(t, "no offers: nothing is due again, and what may be offered, %u item%s, everybody has%s",
		  run->catalog.left, run->catalog.left == 1 ? "" : "s",
		  run->given->price_band ? ", or it is outside of --price-band" : "");
}

static int finish(struct run *run)
{
	struct tool *t = run->tool;
	struct worker sum = {0};
	struct buf text = BUF_INIT;
	uint64_t without;

	for (unsigned i = 0; i < t->jobs; i++) {
		sum.with_offers += run->workers[i].with_offers;
		for (size_t k = 0; k < 4; k++)
			sum.kinds[k] += run->workers[i].kinds[k];
	}
	tool_stat(t, "profiles", run->profiles);
	tool_stat(t, "rejected", t->rejected);
	if (run->now.any && run->now.as_of != MOMENT_NONE) {
		moment_put(&text, run->now.as_of);
		tool_stat_text(t, "as_of", buf_view(&text));
	}
	buf_release(&text);
	if (!run->given->similar && !run->given->evaluate && !sum.with_offers && run->profiles > t->rejected)
		report_nothing(run);
	repeated_report(t, run->again);
	release(run);
	if (run->given->similar || run->given->evaluate)
		return tool_finish(t, "%llu profiles read, %llu rejected", (unsigned long long)run->profiles,
				   (unsigned long long)t->rejected);
	without = run->profiles - t->rejected - sum.with_offers;
	tool_stat(t, "with_offers", sum.with_offers);
	tool_stat(t, "without_offers", without);
	tool_stat(t, "offers_due", sum.kinds[OFFER_DUE]);
	tool_stat(t, "offers_similar", sum.kinds[OFFER_SIMILAR]);
	tool_stat(t, "offers_popular", sum.kinds[OFFER_POPULAR]);
	tool_stat(t, "offers_again", sum.kinds[OFFER_AGAIN]);
	return tool_finish(t, "%llu profiles = %llu with offers + %llu without + %llu rejected; offers: %llu due again, %llu similar, %llu popular",
			   (unsigned long long)run->profiles, (unsigned long long)sum.with_offers, (unsigned long long)without,
			   (unsigned long long)t->rejected, (unsigned long long)(sum.kinds[OFFER_DUE] + sum.kinds[OFFER_AGAIN]),
			   (unsigned long long)sum.kinds[OFFER_SIMILAR], (unsigned long long)sum.kinds[OFFER_POPULAR]);
}

int offers_show(struct tool *t, const struct offers_given *g)
{
	struct run run = {.tool = t, .given = g};
	const struct catalog_asked asked = {g->products, g->only, g->stock, g->price_band};

	read_given(&run);
	tool_open_output(t);
	if (t->as_of != MOMENT_NONE)
		as_of_agree(&run.now, t->as_of, &t->err);
	run.again = repeated_new(t);
	learn_all(&run);
	if (catalog_load(&run.catalog, &run.histories.items, &asked, t->zone, &t->err))
		tool_fail(t);
	tool_warn_lines(t, buf_view(&run.catalog.warnings));
	learn_likeness(&run);
	report_learning(&run);
	if (g->similar)
		show_similar(&run);
	else if (g->evaluate)
		show_evaluation(&run);
	else
		offer_all(&run);
	return finish(&run);
}
