#include "understand/segment/labelling.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "record/scan.h"
#include "understand/segment/explain.h"
#include "understand/segment/overlaps.h"

/* In the order in which they label; rules last. */
static const struct labeller *const labellers[] = {
	&rfm_labeller,
	&lifecycle_labeller,
	&abc_labeller,
	&cohort_labeller,
	&clusters_labeller,	/* behind those whose names a file of clusters may not take */
	&rules_labeller,
};
#define LABELLERS (sizeof labellers / sizeof *labellers)

/* What one thread keeps; counts add up in any order. */
struct labelling_worker {
	struct rules_run run;
	struct buf segments;
	struct buf why;
	struct buf reason;
	struct buf line;
	uint64_t *in;		/* by segment: how many are in it... */
	uint64_t *unknown;	/* ...and of how many nobody knows */
	uint64_t labelled;
	struct overlaps overlaps;
};

/* What a labeller learned of one profile goes to the other thread behind this. */
struct learned {
	uint32_t labeller;
	uint32_t len;
};

void labelling_init(struct labelling *l)
{
	*l = (struct labelling){.segments = rules_new()};
	l->states = mem_zero(LABELLERS, sizeof *l->states);
	l->asked = mem_zero(LABELLERS, sizeof *l->asked);
	for (size_t i = 0; i < LABELLERS; i++)
		l->states[i] = mem_zero(1, labellers[i]->state_size);
}

static void release_worker(struct labelling_worker *w)
{
	rules_run_release(&w->run);
	buf_release(&w->segments);
	buf_release(&w->why);
	buf_release(&w->reason);
	buf_release(&w->line);
	mem_free(w->in);
	mem_free(w->unknown);
	overlaps_release(&w->overlaps);
}

static void clear_notes(struct labeller_notes *n)
{
	buf_clear(&n->sentences);
	buf_clear(&n->warnings);
	while (n->stat_count)
		buf_release(&n->stats[--n->stat_count].text);
	while (n->file_count)
		buf_release(&n->files[--n->file_count].text);
	while (n->table_count)
		buf_release(&n->tables[--n->table_count].cells);
}

static void release_notes(struct labeller_notes *n)
{
	clear_notes(n);
	buf_release(&n->sentences);
	buf_release(&n->warnings);
}

static struct buf *add_part(struct labeller_part *parts, size_t *count, const char *name)
{
	assert(*count < LABELLER_PARTS_MAX);
	parts[*count] = (struct labeller_part){.name = name};
	return &parts[(*count)++].text;
}

struct buf *labeller_stat(struct labeller_notes *notes, const char *name)
{
	return add_part(notes->stats, &notes->stat_count, name);
}

struct buf *labeller_file(struct labeller_notes *notes, const char *path)
{
	return add_part(notes->files, &notes->file_count, path);
}

struct labeller_table *labeller_table(struct labeller_notes *notes, const char *key, const char *title)
{
	struct labeller_table *t = &notes->tables[notes->table_count++];

	assert(notes->table_count <= LABELLER_TABLES_MAX);
	*t = (struct labeller_table){.key = key, .title = title};
	return t;
}

void labelling_release(struct labelling *l)
{
	for (unsigned i = 0; i < l->worker_count; i++)
		release_worker(&l->workers[i]);
	for (size_t i = 0; i < LABELLERS; i++) {
		if (l->asked[i])
			labellers[i]->release(l->states[i]);
		mem_free(l->states[i]);
	}
	mem_free(l->workers);
	mem_free(l->states);
	mem_free(l->asked);
	release_notes(&l->notes);
	rules_free(l->segments);
	*l = (struct labelling){0};
}

/* The last labeller's first: --help begins with rules. */
size_t labelling_options(struct labelling *l, struct opt *out)
{
	size_t count = 0;

	for (size_t i = LABELLERS; i-- > 0; )
		count += labellers[i]->options(l->states[i], out + count);
	return count;
}

static int link_all(struct labelling *l, struct error *err)
{
	if (rules_link(l->segments, err))
		return -1;
	for (size_t i = 0; i < LABELLERS; i++)
		if (l->asked[i] && labellers[i]->link)
			labellers[i]->link(l->states[i]);
	return 0;
}

/* All may be asked for at once: each that keeps to memory has the same share of it. */
static uint64_t memory_share(uint64_t memory)
{
	uint64_t sharers = 0;

	for (size_t i = 0; i < LABELLERS; i++)
		sharers += labellers[i]->keeps_memory;
	return memory / sharers;
}

int labelling_declare(struct labelling *l, struct labeller_run *run, struct error *err)
{
	bool any = false;

	run->segments = l->segments;
	run->memory = memory_share(run->memory);
	for (size_t i = 0; i < LABELLERS; i++) {
		int asked = labellers[i]->declare(l->states[i], run, &l->notes, err);

		if (asked < 0)
			return -1;
		l->asked[i] = asked;
		any |= l->asked[i];
	}
	if (!any || link_all(l, err))
		return any ? -1 : 0;
	return 1;
}

static bool learns(const struct labelling *l, size_t i)
{
	return l->asked[i] == LABELLER_LEARNS && labellers[i]->learn;
}

bool labelling_learns(const struct labelling *l)
{
	for (size_t i = 0; i < LABELLERS; i++)
		if (learns(l, i))
			return true;
	return false;
}

int labelling_learn(const struct labelling *l, unsigned worker, const struct profile *p,
		    struct buf *out)
{
	size_t begin = out->len;

	for (size_t i = 0; i < LABELLERS; i++) {
		struct learned head = {.labeller = (uint32_t)i};
		size_t at = out->len;

		if (!learns(l, i))
			continue;
		buf_put(out, &head, sizeof head);
		if (labellers[i]->learn(l->states[i], worker, p, out)) {
			out->len = begin;
			return -1;
		}
		head.len = (uint32_t)(out->len - at - sizeof head);
		if (head.len)
			memcpy(out->ptr + at, &head, sizeof head);
		else
			out->len = at;
	}
	return 0;
}

int labelling_absorb(struct labelling *l, struct span bytes, struct error *err)
{
	while (bytes.len) {
		struct learned head;

		memcpy(&head, bytes.ptr, sizeof head);
		bytes = span_sub(bytes, sizeof head, bytes.len - sizeof head);
		if (labellers[head.labeller]->absorb(l->states[head.labeller],
						     span_sub(bytes, 0, head.len), err))
			return -1;
		bytes = span_sub(bytes, head.len, bytes.len - head.len);
	}
	return 0;
}

int labelling_settle(struct labelling *l, struct error *err)
{
	size_t before = rules_count(l->segments);

	clear_notes(&l->notes);
	for (size_t i = 0; i < LABELLERS; i++)
		if (learns(l, i) && labellers[i]->settle &&
		    labellers[i]->settle(l->states[i], &l->notes, err))
			return -1;
	/* A labeller may have learned which segments it has. */
	return rules_count(l->segments) > before ? link_all(l, err) : 0;
}

void labelling_start(struct labelling *l, const struct zone *zone, unsigned workers)
{
	size_t count = rules_count(l->segments) + 1;

	l->workers = mem_zero(workers, sizeof *l->workers);
	l->worker_count = workers;
	for (unsigned i = 0; i < workers; i++) {
		struct labelling_worker *w = &l->workers[i];

		rules_run_init(&w->run, l->segments, zone);
		w->in = mem_zero(count, sizeof *w->in);
		w->unknown = mem_zero(count, sizeof *w->unknown);
		if (l->overlaps)
			overlaps_init(&w->overlaps, count - 1);
	}
}

/* Why the profile is in segment NUMBER, by the labeller that decided it. */
static void put_reason(struct labelling *l, unsigned worker, size_t number)
{
	struct labelling_worker *w = &l->workers[worker];

	buf_clear(&w->reason);
	for (size_t i = 0; i < LABELLERS; i++)
		if (l->asked[i] &&
		    labellers[i]->explain(l->states[i], worker, &w->run, number, &w->reason))
			return;
}

static void put_why(struct labelling *l, unsigned worker)
{
	struct labelling_worker *w = &l->workers[worker];
	bool any = false;

	buf_clear(&w->why);
	buf_char(&w->why, '{');
	for (size_t i = 0; i < rules_count(l->segments); i++) {
		if (w->run.truths[i] != 1)
			continue;
		if (any)
			buf_char(&w->why, ',');
		any = true;
		text_encode(&w->why, rules_name(l->segments, i));
		buf_char(&w->why, ':');
		put_reason(l, worker, i);
		text_encode(&w->why, buf_view(&w->reason));
	}
	buf_char(&w->why, '}');
}

static void count_truths(struct labelling_worker *w, size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		w->in[i] += w->run.truths[i] == 1;
		w->unknown[i] += w->run.truths[i] < 0;
		any |= w->run.truths[i] == 1;
	}
	w->labelled += any;
	overlaps_note(&w->overlaps, w->run.truths);
}

/* The profile with its segments, and why, goes to OUT. */
static int put_line(struct labelling *l, unsigned worker, const struct profile *p,
		    struct buf *out, struct error *err)
{
	struct labelling_worker *w = &l->workers[worker];
	struct profile_change change = {.scores = SPAN_NONE};

	buf_clear(&w->segments);
	rules_put_segments(&w->run, &w->segments);
	change.segments = buf_view(&w->segments);
	if (!l->explain) {
		profile_put(p, &change, out);
		return 0;
	}
	put_why(l, worker);
	buf_clear(&w->line);
	profile_put(p, &change, &w->line);
	w->line.len--;
	return explain_put(buf_view(&w->line), buf_view(&w->why), out, err);
}

static int decide(struct labelling *l, unsigned worker, const struct profile *p,
		  struct error *err)
{
	struct labelling_worker *w = &l->workers[worker];

	for (size_t i = 0; i < LABELLERS; i++)
		if (l->asked[i] && labellers[i]->label(l->states[i], worker, p, &w->run, err))
			return -1;
	return 0;
}

static int label_profile(struct labelling *l, unsigned worker, const struct profile *p,
			 struct buf *out, struct error *err)
{
	struct labelling_worker *w = &l->workers[worker];

	if (decide(l, worker, p, err) || put_line(l, worker, p, out, err))
		return -1;
	count_truths(w, rules_count(l->segments));
	return 0;
}

/* Reasons of an earlier run go first. */
int labelling_label(struct labelling *l, unsigned worker, const struct profile *p,
		    struct buf *out, struct error *err)
{
	struct buf fresh = BUF_INIT;
	struct profile cut;
	int failed;

	if (!explain_stale(p))
		return label_profile(l, worker, p, out, err);
	explain_cut(p, &fresh);
	failed = profile_parse(&cut, buf_view(&fresh), err) ||
		 label_profile(l, worker, &cut, out, err);
	buf_release(&fresh);
	return failed ? -1 : 0;
}

/* A part of a rule, on its way to the caller of labelling_parts. */
struct part_way {
	struct label_part part;
	void (*put)(void *context, const struct label_part *part);
	void *context;
};

static void pass_part(void *context, struct span part, int held, struct span values)
{
	struct part_way *way = context;

	way->part.part = part;
	way->part.held = held;
	way->part.values = values;
	way->put(way->context, &way->part);
}

int labelling_parts(struct labelling *l, unsigned worker, const struct profile *p,
		    void (*put)(void *context, const struct label_part *part), void *context,
		    struct error *err)
{
	struct labelling_worker *w = &l->workers[worker];
	struct part_way way = {.put = put, .context = context};

	if (decide(l, worker, p, err))
		return -1;
	for (size_t i = 0; i < rules_count(l->segments); i++) {
		way.part.segment = rules_name(l->segments, i);
		way.part.in = w->run.truths[i];
		if (rules_is_rule(l->segments, i))
			rules_put_parts(&w->run, i, pass_part, &way);
		if (rules_is_rule(l->segments, i) || !way.part.in)
			continue;
		put_reason(l, worker, i);
		pass_part(&way, buf_view(&w->reason), way.part.in, SPAN_NONE);
	}
	return 0;
}

/* Files of values and rates that rules used. */
static void put_uses(struct labelling *l)
{
	const struct rules_run **runs = mem_zero(l->worker_count + 1, sizeof *runs);

	for (unsigned i = 0; i < l->worker_count; i++)
		runs[i] = &l->workers[i].run;
	rules_put_uses(l->segments, runs, l->worker_count, &l->notes.sentences);
	mem_free(runs);
}

void labelling_finish(struct labelling *l)
{
	clear_notes(&l->notes);
	for (size_t i = 0; i < LABELLERS; i++)
		if (l->asked[i] && labellers[i]->finish)
			labellers[i]->finish(l->states[i], &l->notes);
	put_uses(l);
}

void labelling_put_warnings(const struct labelling *l, struct buf *out)
{
	const struct rules_run **runs = mem_zero(l->worker_count + 1, sizeof *runs);

	for (unsigned i = 0; i < l->worker_count; i++)
		runs[i] = &l->workers[i].run;
	rules_put_warnings(l->segments, runs, l->worker_count, out);
	mem_free(runs);
}

/* The number of the segment that is number I of those that are. */
static size_t find_segment(const struct labelling *l, size_t i)
{
	size_t number = 0;

	for (; number < rules_count(l->segments); number++)
		if (!rules_is_void(l->segments, number) && !i--)
			break;
	return number;
}

bool labelling_count(const struct labelling *l, size_t i, struct label_count *out)
{
	i = find_segment(l, i);
	if (i >= rules_count(l->segments))
		return false;
	*out = (struct label_count){.name = rules_name(l->segments, i)};
	for (unsigned k = 0; k < l->worker_count; k++) {
		out->customers += l->workers[k].in[i];
		out->unknown += l->workers[k].unknown[i];
	}
	return true;
}

bool labelling_overlap(const struct labelling *l, size_t a, size_t b, uint64_t *customers)
{
	*customers = 0;
	a = find_segment(l, a);
	b = find_segment(l, b);
	for (unsigned i = 0; i < l->worker_count; i++) {
		if (!l->workers[i].overlaps.pairs)
			return false;
		*customers += overlaps_of(&l->workers[i].overlaps, a, b);
	}
	return true;
}

uint64_t labelling_labelled(const struct labelling *l)
{
	uint64_t all = 0;

	for (unsigned i = 0; i < l->worker_count; i++)
		all += l->workers[i].labelled;
	return all;
}
