#include "unify/linkage/matching.h"

#include <math.h>

#include "base/mem.h"
#include "base/pool.h"
#include "record/document.h"
#include "record/scan.h"
#include "unify/linkage/household.h"
#include "unify/linkage/scorer.h"
#include "unify/linkage/blocking_walk.h"
#include "unify/linkage/training_report.h"

/* Of few records so many pairs are compared in any case. */
#define PAIRS_ENOUGH 4000000

/* One pair's say in joining, in bits. */
#define SAY_MAX 20

void matching_release(struct matching *m)
{
	columns_release(&m->columns);
	blocking_release(&m->blocking);
	weights_release(&m->weights);
	training_release(&m->training);
	mem_free(m->pairs);
	mem_free(m->close_pairs);
	contraction_release(&m->result);
	*m = MATCHING_INIT;
}

/*
 * A pair speaks for joining with its score.  It speaks against with its score,
 * too, but only as far as its values differ: two records that share no column
 * say nothing about each other, however unlikely a match is beforehand.
 */
static double say_of(double score, double evidence)
{
	if (score > 0)
		return fmin(score, SAY_MAX);
	return evidence < 0 ? fmax(evidence, -SAY_MAX) : 0;
}

static double weigh(const struct matching *m, uint64_t pattern, uint32_t a, uint32_t b)
{
	double evidence;
	double score = weights_score(&m->weights, &m->columns, pattern, a, b, &evidence);

	return say_of(score, evidence);
}

double matching_weight(const struct matching *m, uint32_t a, uint32_t b)
{
	return weigh(m, agreement_pattern(&m->columns, NULL, a, b), a, b);
}

static double weight_of(const void *context, uint32_t a, uint32_t b)
{
	return matching_weight(context, a, b);
}

/* Scoring by several threads: jobs come out in order. */
struct scoring {
	struct matching *matching;
	struct scorer scorer;
	const uint32_t *unit_of;	/* NULL: each record is a unit */
	struct agreement_cache **caches;	/* by worker */
	struct scored_job *jobs;	/* as many as are in flight */
	size_t cap;
};

struct scored_job {
	struct scoring *scoring;
	const struct block_job *pairs;
	struct agreement_cache *cache;
	struct scored_pair *list;
	size_t count;
	size_t cap;
	struct close_pair *close_pairs;
	size_t close_pair_count;
	size_t close_pair_cap;
	struct ladder ladder;
	uint64_t compared;
};

static enum ladder_label label_of(const uint32_t *labels, uint32_t a, uint32_t b)
{
	if (!labels || labels[a] == UINT32_MAX || labels[b] == UINT32_MAX)
		return LADDER_UNKNOWN;
	return labels[a] == labels[b] ? LADDER_RIGHT : LADDER_WRONG;
}

/* What is wanted of a pair besides its joining. */
static void note_pair(struct scored_job *j, uint32_t a, uint32_t b, double score)
{
	const struct matching_wishes *w = &j->scoring->matching->wishes;

	if (w->ladder)
		ladder_add(&j->ladder, score, label_of(w->labels, a, b));
	if (!w->close_pairs || fabs(score) > CLOSE_BITS)
		return;
	j->close_pairs = mem_room(j->close_pairs, j->close_pair_count, &j->close_pair_cap, sizeof *j->close_pairs);
	j->close_pairs[j->close_pair_count++] = (struct close_pair){a, b, (float)score};
}

static void score_pair(void *context, uint32_t a, uint32_t b)
{
	struct scored_job *j = context;
	const struct scoring *s = j->scoring;
	struct scorer_pair pair;

	if (s->unit_of && s->unit_of[a] == s->unit_of[b])
		return;
	j->compared++;
	if (!scorer_above(&s->scorer, j->cache, a, b, &pair))
		return;
	note_pair(j, a, b, pair.score);
	if (pair.score <= 0)
		return;
	j->list = mem_room(j->list, j->count, &j->cap, sizeof *j->list);
	j->list[j->count++] = (struct scored_pair){a, b, (float)say_of(pair.score, pair.evidence)};
}

static void score_job(void *context, void *job, unsigned worker)
{
	struct scoring *s = context;
	struct scored_job *j = job;

	if (!s->caches[worker])
		s->caches[worker] = agreement_cache_new();
	j->cache = s->caches[worker];
	j->count = j->close_pair_count = 0;
	j->compared = 0;
	j->ladder = (struct ladder){0};
	blocking_walk(&s->matching->blocking, j->pairs, true, score_pair, j);
}

static int collect_job(void *context, void *job)
{
	struct scoring *s = context;
	struct matching *m = s->matching;
	const struct scored_job *j = job;

	while (s->cap < m->pair_count + j->count) {
		s->cap = s->cap ? s->cap * 2 : 1024;
		m->pairs = mem_grow(m->pairs, s->cap, sizeof *m->pairs);
	}
	for (size_t i = 0; i < j->count; i++)
		m->pairs[m->pair_count++] = j->list[i];
	for (size_t i = 0; i < j->close_pair_count; i++) {
		m->close_pairs = mem_room(m->close_pairs, m->close_pair_count, &m->close_pair_cap,
				     sizeof *m->close_pairs);
		m->close_pairs[m->close_pair_count++] = j->close_pairs[i];
	}
	ladder_add_all(&m->ladder, &j->ladder);
	m->compared += j->compared;
	return 0;
}

static void score_all(struct matching *m, const struct contraction *u)
{
	struct scoring s = {
		.matching = m,
		.unit_of = u->units == m->columns.records ? NULL : u->unit_of,
	};
	struct pool_calls calls = {score_job, collect_job, &s};
	struct pool *pool = pool_new(u->workers, &calls);
	size_t count, ring = pool_capacity(pool) + 1;
	struct block_job *jobs = blocking_jobs(&m->blocking, &count);

	scorer_init(&s.scorer, &m->columns, &m->weights,
		    m->wishes.ladder || m->wishes.close_pairs ? LADDER_FLOOR : 0);
	s.caches = mem_zero(u->workers, sizeof *s.caches);
	s.jobs = mem_zero(ring, sizeof *s.jobs);
	for (size_t i = 0; i < count; i++) {
		struct scored_job *j = &s.jobs[i % ring];

		j->scoring = &s;
		j->pairs = &jobs[i];
		pool_submit(pool, j);
	}
	pool_finish(pool);
	pool_free(pool);
	for (size_t i = 0; i < ring; i++) {
		mem_free(s.jobs[i].list);
		mem_free(s.jobs[i].close_pairs);
	}
	for (unsigned i = 0; i < u->workers; i++)
		agreement_cache_free(s.caches[i]);
	mem_free(s.caches);
	mem_free(s.jobs);
	mem_free(jobs);
}

/* How many pairs may be compared. */
static uint64_t budget_of(const struct matching *m, size_t records)
{
	uint64_t pairs = m->wishes.pairs ? m->wishes.pairs : MATCHING_PAIRS;

	if (pairs * records > PAIRS_ENOUGH || m->wishes.pairs)
		return pairs * records;
	return PAIRS_ENOUGH;
}

static int learn(struct matching *m, unsigned workers, struct error *err)
{
	if (m->wishes.model) {
		if (weights_load(&m->weights, &m->columns, m->wishes.model, err))
			return -1;
	} else {
		training_run(&m->training, &m->weights, &m->columns, &m->blocking, workers);
		weights_round(&m->weights, &m->columns);
	}
	household_weigh(&m->weights, &m->columns, workers);
	return 0;
}

int matching_run(struct matching *m, const struct records *r,
		 const struct fragments *p, const struct blocked *blocked,
		 const uint64_t *sources, const struct contraction *u, struct error *err)
{
	struct linking linking = {u->link, sources};
	struct contraction problem = *u;

	records_fill(r, p, u->table, blocked, &m->columns, u->workers);
	columns_link(&m->columns, &linking);
	blocking_choose(&m->blocking, &m->columns,
			budget_of(m, r->count), u->workers);
	for (size_t i = 0; i < m->blocking.count; i++)
		m->blocks_left_out += m->blocking.rules[i].left_out;
	if (learn(m, u->workers, err))
		return -1;
	score_all(m, u);
	blocking_keep_rules(&m->blocking);
	problem.pairs = m->pairs;
	problem.pair_count = m->pair_count;
	problem.score = weight_of;
	problem.context = m;
	contraction_run(&problem, &m->result);
	return 0;
}

/* "; 2 of 15 training sessions do not count (too few pairs)" */
static void tell_sessions(const struct matching *m, struct buf *out)
{
	const struct training *t = &m->training;
	bool seen[SESSION_SWAPPED + 1] = {false};
	size_t off = 0;
	char before = '(';

	for (size_t i = 0; i < t->count; i++)
		off += t->sessions[i].fate != SESSION_USED;
	if (!off)
		return;
	buf_printf(out, "; %zu of %zu training session%s not count ", off, t->count,
		   t->count == 1 ? " does" : "s do");
	for (size_t i = 0; i < t->count; i++) {
		enum session_fate fate = t->sessions[i].fate;

		if (fate == SESSION_USED || seen[fate])
			continue;
		seen[fate] = true;
		buf_char(out, before);
		buf_printf(out, "%s%s", before == ',' ? " " : "", session_fates[fate]);
		before = ',';
	}
	buf_char(out, ')');
}

/* The columns of which nothing was learned, other traits or not: "city, phone". */
static size_t put_unlearned(const struct matching *m, bool other, struct buf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < m->columns.count; i++) {
		const struct column *column = &m->columns.list[i];

		if (m->training.sources[i] != LEARNED_NOTHING || column->other != other)
			continue;
		buf_text_put(out, count++ ? ", " : "");
		error_clean(column->name, out);
	}
	return count;
}

/* "; too few matches to learn from: birth_date, city weigh as is usual, plan nothing" */
static void tell_usual(const struct matching *m, struct buf *out)
{
	struct buf usual = BUF_INIT, nothing = BUF_INIT;
	size_t known = 0, other = 0;

	if (m->training.count) {
		known = put_unlearned(m, false, &usual);
		other = put_unlearned(m, true, &nothing);
	}
	if (known + other)
		buf_lit(out, "; too few matches to learn from: ");
	if (known && known + other == m->columns.count)
		buf_lit(out, "all columns");
	else
		buf_span(out, buf_view(&usual));
	if (known)
		buf_printf(out, " weigh%s as is usual%s", known == 1 ? "s" : "", other ? ", " : "");
	if (other) {
		buf_span(out, buf_view(&nothing));
		buf_printf(out, " weigh%s nothing", other == 1 ? "s" : "");
	}
	buf_release(&usual);
	buf_release(&nothing);
}

/* So many traits that are not compared are named. */
#define LEFT_OUT_SHOWN 6

static void tell_left_out(const struct matching *m, struct buf *out)
{
	const struct columns *c = &m->columns;

	for (size_t i = 0; i < c->left_out_count && i < LEFT_OUT_SHOWN; i++) {
		buf_text_put(out, i ? ", " : "\nnot compared: ");
		error_clean(c->left_out[i].name, out);
		buf_printf(out, " (%s)", c->left_out[i].why);
	}
	if (c->left_out_count > LEFT_OUT_SHOWN)
		buf_printf(out, " and %zu more (--stats, matching.not_compared)", c->left_out_count - LEFT_OUT_SHOWN);
}

static void put_left_out(const struct matching *m, struct buf *out)
{
	const struct columns *c = &m->columns;

	buf_lit(out, ",\"not_compared\":{");
	for (size_t i = 0; i < c->left_out_count; i++) {
		if (i)
			buf_char(out, ',');
		text_encode(out, c->left_out[i].name);
		buf_printf(out, ":\"%s\"", c->left_out[i].why);
	}
	buf_char(out, '}');
}

void matching_report(const struct matching *m, struct buf *out)
{
	buf_printf(out, "%zu records matched by likeness: %llu pairs compared, %llu joined",
		   m->columns.records, (unsigned long long)m->compared,
		   (unsigned long long)m->result.joined);
	if (m->result.refusal_count)
		buf_printf(out, ", %zu refused by a limit", m->result.refusal_count);
	if (m->result.ties)
		buf_printf(out, ", %llu where another record of the source fits as well",
			   (unsigned long long)m->result.ties);
	tell_sessions(m, out);
	tell_usual(m, out);
	tell_left_out(m, out);
}

static void put_refused(const struct matching *m, struct buf *out)
{
	static const char *const names[] = {"limit", "records", "ledger"};
	uint64_t counts[3] = {0};
	const char *before = "{";

	for (size_t i = 0; i < m->result.refusal_count; i++) {
		int type = m->result.refusals[i].type;

		counts[type >= 0 ? 0 : -type]++;
	}
	for (int i = 0; i < 3; i++) {
		if (!counts[i])
			continue;
		buf_printf(out, "%s\"%s\":%llu", before, names[i], (unsigned long long)counts[i]);
		before = ",";
	}
	buf_text_put(out, *before == '{' ? "{}" : "}");
}

void matching_put(const struct matching *m, struct buf *out)
{
	buf_printf(out, "{\"records\":%zu,\"pairs_compared\":%llu,\"pairs_for_joining\":%zu,"
		   "\"joined\":%llu,\"ties\":%llu,\"refused\":%zu,\"blocks_left_out\":%llu,\"refused_by_reason\":",
		   m->columns.records, (unsigned long long)m->compared, m->pair_count,
		   (unsigned long long)m->result.joined, (unsigned long long)m->result.ties,
		   m->result.refusal_count,
		   (unsigned long long)m->blocks_left_out);
	put_refused(m, out);
	if (m->columns.left_out_count)
		put_left_out(m, out);
	buf_char(out, ',');
	training_put(&m->training, &m->weights, &m->columns, &m->blocking, out);
	if (m->wishes.ladder) {
		buf_lit(out, ",\"thresholds\":");
		ladder_put(&m->ladder, out);
	}
	buf_char(out, '}');
}
