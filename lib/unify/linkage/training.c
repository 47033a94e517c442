#include "unify/linkage/training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "unify/linkage/home.h"
#include "unify/linkage/patterns.h"
#include "unify/linkage/blocking_walk.h"

#define SAMPLE_RECORDS 1500	/* all their pairs are compared, for u */
#define SESSION_PAIRS 300000	/* of one rule */
#define LOOK_PAIRS 3000000	/* of all rules, for lambda */
#define RECALL 0.7		/* share of matches that are nearly proven */
#define HOMES_MORE 1.5		/* where homes explain what agrees by chance, too */
#define DOUBLES 0.2		/* matches a record, where nothing is proven */
#define PROVEN 10		/* pairs that are enough to go by */
#define ROUNDS 3		/* of u, sessions and lambda */
#define EM_ROUNDS 100
#define EM_CLOSE 1e-5
#define PSEUDO 2.0		/* matches that the start of m is worth in a session */
#define PSEUDO_REST 10.0	/* and where all pairs together say it */

/* A session is sound between these shares of matches. */
#define LAMBDA_LEAST 0.01
#define LAMBDA_MOST 0.9999
#define PAIRS_LEAST 20
#define MATCHES_LEAST 10
#define EXCESS 1.5		/* matches beyond what lambda allows */
#define SPREAD_MOST 0.2		/* of m from the middle of all sessions */
#define LONE_LEAST 0.2		/* m of the exact level in a column's only session */

const char *const session_fates[] = {
	[SESSION_USED] = "used", [SESSION_FEW] = "too few pairs",
	[SESSION_CHANCE] = "hardly a match in its blocks",
	[SESSION_MANY] = "more matches than there can be",
	[SESSION_SWAPPED] = "its matches disagree",
};

const char *const learned_names[] = {
	[LEARNED_NOTHING] = "usual", [LEARNED_SESSIONS] = "sessions", [LEARNED_PAIRS] = "all pairs",
};

void training_release(struct training *t)
{
	mem_free(t->sessions);
	*t = (struct training){0};
}

/* Jobs whose patterns are counted together. */
struct task {
	const struct blocking *blocking;
	struct block_job job;
	bool distinct;
	size_t group;
	struct patterns found;
};

struct tasks {
	const struct columns *columns;
	struct task *list;
	size_t count;
	size_t cap;
};

struct counter {
	const struct columns *columns;
	struct agreement_cache *cache;
	struct patterns *patterns;
};

static void add_task(struct tasks *t, const struct blocking *b, struct block_job job,
		     bool distinct, size_t group)
{
	t->list = mem_room(t->list, t->count, &t->cap, sizeof *t->list);
	t->list[t->count++] = (struct task){b, job, distinct, group, PATTERNS_INIT};
}

static void count_pair(void *context, uint32_t a, uint32_t b)
{
	struct counter *c = context;

	patterns_add(c->patterns, agreement_pattern(c->columns, c->cache, a, b), 1);
}

static void count_task(void *context, size_t i)
{
	struct tasks *t = context;
	struct task *task = &t->list[i];
	struct counter counter = {t->columns, agreement_cache_new(), &task->found};

	blocking_walk(task->blocking, &task->job, task->distinct, count_pair, &counter);
	agreement_cache_free(counter.cache);
}

/* The sorted patterns of each group, into GROUPS; T is empty again. */
static void count_tasks(struct tasks *t, struct patterns *groups, size_t group_count,
			unsigned workers)
{
	pool_each(workers, t->count, count_task, t);
	for (size_t i = 0; i < t->count; i++) {
		patterns_add_all(&groups[t->list[i].group], &t->list[i].found);
		patterns_release(&t->list[i].found);
	}
	for (size_t i = 0; i < group_count; i++)
		patterns_sort(&groups[i]);
	mem_free(t->list);
	*t = (struct tasks){.columns = t->columns};
}

/* All pairs of the first records: their order is that of a hash. */
static void add_sample(struct tasks *t, const struct blocking *sample, size_t group)
{
	size_t count;
	struct block_job *jobs = blocking_jobs(sample, &count);

	for (size_t i = 0; i < count; i++)
		add_task(t, sample, jobs[i], false, group);
	mem_free(jobs);
}

static double probability(double score)
{
	return 1 / (1 + exp2(-score));
}

/* Expected counts of levels, among matches and others. */
struct tally {
	double match[COLUMNS_MAX][AGREEMENT_LEVELS];
	double other[COLUMNS_MAX][AGREEMENT_LEVELS];
	double matches;
	double homes;		/* two of one home */
};

/* OFF has a bit for each column that does not count. */
static double evidence_of(const struct weights *w, const struct columns *c,
			  uint64_t pattern, uint32_t off)
{
	double sum = 0;

	for (size_t i = 0; i < c->count; i++) {
		if (!(off >> i & 1))
			sum += w->columns[i].weight[agreement_level(pattern, i)];
	}
	return sum;
}

static void take_tally(struct tally *t, const struct weights *w,
		       const struct columns *c, const struct patterns *p,
		       double prior, uint32_t off)
{
	*t = (struct tally){0};
	for (size_t g = 0; g < p->count; g++) {
		uint64_t pattern = p->list[g].pattern;
		double n = (double)p->list[g].count;
		double home = w->home_prior + home_evidence(w, c, pattern, off);
		double apart = prior + evidence_of(w, c, pattern, off);
		double match = n * probability(home_combine(apart, home));

		t->matches += match;
		t->homes += match * exp2(-home);
		for (size_t i = 0; i < c->count; i++) {
			t->match[i][agreement_level(pattern, i)] += match;
			t->other[i][agreement_level(pattern, i)] += n - match;
		}
	}
}

/*
 * u of the sample without its matches.  The exact level is counted over all
 * records, and the matches among them are taken off; but so small a difference
 * is not to be trusted, so a twentieth stays.
 */
static void learn_u(struct weights *w, const struct columns *c,
		    const struct patterns *sample)
{
	struct tally t;

	take_tally(&t, w, c, sample, w->prior, 0);
	for (size_t i = 0; i < c->count; i++) {
		const struct agreement_scale *scale = agreement_scale(c->list[i].kind);
		struct level_weights *l = &w->columns[i];
		double all = 0, exact = w->agree[i] - w->lambda * l->m[scale->exact];

		exact = fmax(exact, fmax(w->agree[i] / 20, 1e-9));
		for (unsigned k = 1; k <= scale->count; k++)
			all += k == scale->exact ? 0 : t.other[i][k] + 0.5;
		for (unsigned k = 1; k <= scale->count; k++)
			l->u[k] = (t.other[i][k] + 0.5) / all * (1 - exact);
		l->u[scale->exact] = exact;
		/* By chance two names are exchanged no more than they agree. */
		if (scale->exchanged && c->list[i].twin > (int)i)
			l->u[scale->exchanged] = fmax(1e-6, w->agree[i] * w->agree[c->list[i].twin]);
	}
	weights_settle(w, c);
}

/* What one has for himself differs as home.h says, until many pairs say otherwise, and never
 * often. */
static void expect_own(struct level_weights *l, const struct agreement_scale *scale, double all,
		       double homes)
{
	double before = l->m[AGREEMENT_ELSE], seen = HOME_SEEN + homes;
	double after = fmin(HOME_DIFFERENT_MOST, (all * before + seen * HOME_DIFFERENT) / (all + seen));

	l->m[AGREEMENT_ELSE] = after;
	for (unsigned k = 2; k <= scale->count; k++)
		l->m[k] *= (1 - after) / (1 - before);
}

/* m of column I from the expected MATCHES by level, and PSEUDO such as START has them. */
static void learn_m(struct weights *w, const struct columns *c, size_t i, const double *matches,
		    const struct weights *start, double pseudo)
{
	const struct agreement_scale *scale = agreement_scale(c->list[i].kind);
	double all = pseudo;

	for (unsigned k = 1; k <= scale->count; k++)
		all += matches[k];
	for (unsigned k = 1; k <= scale->count; k++)
		w->columns[i].m[k] = (matches[k] + pseudo * start->columns[i].m[k]) / all;
	if (w->own >> i & 1)
		expect_own(&w->columns[i], scale, all, w->home_pairs);
}

static uint32_t columns_of_rule(const struct columns *c, const struct block_rule *rule)
{
	uint32_t off = 0;

	for (size_t i = 0; i < c->count; i++)
		off |= (uint32_t)block_rule_uses(c, rule, i) << i;
	return off;
}

/* One session: W is a copy that learns m and the block's lambda. */
static void maximise(struct session *s, struct weights *w, const struct weights *start,
		     const struct columns *c, const struct patterns *p,
		     uint32_t off, struct tally *t)
{
	double lambda = 0.5;

	w->lambda = lambda;
	w->rho = 0.1;
	weights_settle(w, c);
	for (int round = 0; round < EM_ROUNDS; round++) {
		double before = lambda;

		take_tally(t, w, c, p, log2(lambda / (1 - lambda)), off);
		lambda = t->matches / (double)p->pairs;
		lambda = fmax(1e-9, fmin(1 - 1e-9, lambda));
		w->lambda = lambda;
		w->rho = fmax(1e-9, t->homes / (double)p->pairs);
		for (size_t i = 0; i < c->count; i++) {
			if (!(off >> i & 1))
				learn_m(w, c, i, t->match[i], start, PSEUDO);
		}
		weights_settle(w, c);
		if (fabs(lambda - before) < EM_CLOSE)
			break;
	}
	s->lambda = lambda;
	s->pairs = p->pairs;
}

/* Do the matches that a session found agree more than the others? */
static bool is_swapped(const struct columns *c, const struct weights *w, uint32_t off)
{
	size_t better = 0, worse = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct level_weights *l = &w->columns[i];
		unsigned exact = agreement_scale(c->list[i].kind)->exact;

		if (off >> i & 1)
			continue;
		better += l->m[exact] > l->u[exact] &&
			  l->m[AGREEMENT_ELSE] < l->u[AGREEMENT_ELSE];
		worse += l->m[exact] < l->u[exact];
	}
	return worse >= better;
}

static enum session_fate judge_session(const struct session *s, const struct columns *c,
			       const struct block_rule *rule, const struct weights *w,
			       double most, uint32_t off)
{

	if (s->pairs < PAIRS_LEAST || s->lambda * (double)s->pairs < MATCHES_LEAST)
		return SESSION_FEW;
	if (s->lambda < LAMBDA_LEAST)
		return SESSION_CHANCE;
	if (s->lambda * (double)rule->pairs > most)
		return SESSION_MANY;
	return is_swapped(c, w, off) ? SESSION_SWAPPED : SESSION_USED;
}

/* One session, its findings and its fate. */
static void run_session(struct session *s, const struct weights *w,
			const struct weights *start, const struct columns *c,
			const struct block_rule *rule, const struct patterns *p,
			struct tally *found)
{
	struct weights own = *w;

	*found = (struct tally){0};
	s->off = columns_of_rule(c, rule);
	s->fate = SESSION_FEW;
	s->odd = 0;
	if (!p->pairs)
		return;
	maximise(s, &own, start, c, p, s->off, found);
	s->fate = judge_session(s, c, rule, &own, EXCESS * w->lambda * c->pairs / RECALL, s->off);
	for (size_t i = 0; i < c->count; i++)
		s->exact[i] = own.columns[i].m[agreement_scale(c->list[i].kind)->exact];
}

/* Does session S say something of column I? */
static bool is_informative(const struct session *s, size_t i)
{
	return s->fate == SESSION_USED && !(s->off >> i & 1);
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The middle of what the sessions say of column I's exact level. */
static double middle_of(const struct training *t, size_t i)
{
	double *list = mem_alloc((t->count + 1) * sizeof *list), middle = 0;
	size_t count = 0;

	for (size_t r = 0; r < t->count; r++) {
		if (is_informative(&t->sessions[r], i))
			list[count++] = t->sessions[r].exact[i];
	}
	if (count > 1)
		qsort(list, count, sizeof *list, by_size);
	if (count)
		middle = (list[(count - 1) / 2] + list[count / 2]) / 2;
	mem_free(list);
	return middle;
}

/* What the matches of all pairs say of column I. */
static void note_rest(struct training *t, size_t i, const double *match)
{
	double seen = 0;

	for (unsigned k = 1; k < AGREEMENT_LEVELS; k++)
		seen += t->matches[i][k] = match[k];
	t->sources[i] = seen >= MATCHES_LEAST ? LEARNED_PAIRS : LEARNED_NOTHING;
}

/*
 * Do the sessions that count say enough of column I?  A lone one that sees hardly a
 * pair agree does not: of records that have one slip each, those with the same name
 * are those whose date of birth has it.
 */
static enum learned judge_column(const struct training *t, size_t i, unsigned exact)
{
	size_t count = 0;
	double seen = 0;

	for (size_t r = 0; r < t->count; r++)
		count += is_informative(&t->sessions[r], i) && !(t->sessions[r].odd >> i & 1);
	for (unsigned k = 1; k < AGREEMENT_LEVELS; k++)
		seen += t->matches[i][k];
	if (seen < MATCHES_LEAST || (count < 2 && t->matches[i][exact] < LONE_LEAST * seen))
		return LEARNED_NOTHING;
	return LEARNED_SESSIONS;
}

static void learn_column(struct training *t, struct weights *w, const struct weights *start,
			 const struct columns *c, size_t i)
{
	static const double nothing[AGREEMENT_LEVELS];
	bool said;

	t->sources[i] = judge_column(t, i, agreement_scale(c->list[i].kind)->exact);
	said = t->sources[i] == LEARNED_SESSIONS;
	learn_m(w, c, i, said ? t->matches[i] : nothing, start, PSEUDO);
}

/*
 * What all sound sessions say of m.  One that is far from the others in a column
 * learned it from a rule that goes with it (a town and its postcode), and does
 * not count there.
 */
static void run_sessions(struct training *t, struct weights *w,
			 const struct weights *start, const struct columns *c,
			 const struct blocking *b, const struct patterns *patterns)
{
	struct tally *found = mem_alloc((t->count + 1) * sizeof *found);

	memset(t->matches, 0, sizeof t->matches);
	for (size_t r = 0; r < t->count; r++) {
		t->sessions[r].rule = (uint32_t)r;
		run_session(&t->sessions[r], w, start, c, &b->rules[r], &patterns[r], &found[r]);
	}
	for (size_t i = 0; i < c->count; i++) {
		double middle = middle_of(t, i);

		for (size_t r = 0; r < t->count; r++) {
			struct session *s = &t->sessions[r];

			if (!is_informative(s, i))
				continue;
			if (fabs(s->exact[i] - middle) > SPREAD_MOST) {
				s->odd |= (uint32_t)1 << i;
				continue;
			}
			for (unsigned k = 1; k < AGREEMENT_LEVELS; k++)
				t->matches[i][k] += found[r].match[i][k];
		}
		learn_column(t, w, start, c, i);
	}
	mem_free(found);
	weights_settle(w, c);
}

/*
 * lambda with m and u as they are: matches among all that may match.  Of many
 * records the model sees too many, because chance agreements grow with the
 * square; so what is nearly proven is a bound, too.  Columns of which no session
 * said enough learn their m at the same time: see the essay above.
 */
static void learn_rest(struct training *t, struct weights *w, const struct weights *start,
		       const struct columns *c, const struct patterns *p, double share)
{
	double all = c->pairs;
	struct tally y;

	for (int round = 0; round < EM_ROUNDS; round++) {
		double before = w->lambda;

		take_tally(&y, w, c, p, w->prior, 0);
		w->lambda = fmin(t->most, fmax(1, y.matches / share) / all);
		w->rho = y.homes / share / all;
		home_limit(w, c);
		for (size_t i = 0; i < c->count; i++) {
			if (t->sources[i] != LEARNED_SESSIONS)
				learn_m(w, c, i, y.match[i], start, PSEUDO_REST);
		}
		weights_settle(w, c);
		if (fabs(w->lambda - before) <= 1e-6 * before)
			break;
	}
	for (size_t i = 0; i < c->count; i++) {
		if (t->sources[i] != LEARNED_SESSIONS)
			note_rest(t, i, y.match[i]);
	}
}

/* lambda from the pairs that are nearly proven; where there are none, from what is usual. */
static void start_lambda(struct training *t, struct weights *w,
			 const struct columns *c, unsigned workers)
{
	double all = c->pairs, proven, doubles;
	struct blocking certain;

	blocking_certain(&certain, c, workers);
	t->certain = blocking_count(&certain, workers);
	proven = (double)t->certain;
	doubles = DOUBLES * (double)c->records * exp(-proven / PROVEN);
	w->lambda = fmin(0.5, fmax(doubles, fmax(1, proven) / RECALL) / all);
	t->most = fmin(0.5, w->lambda * (w->homes ? HOMES_MORE : 1));
	weights_settle(w, c);
	blocking_release(&certain);
}

/* The first jobs of RULE, up to SESSION_PAIRS; jobs of a rule are in a row. */
static void add_rule(struct tasks *t, const struct blocking *b,
		     const struct block_job *jobs, size_t count, size_t rule)
{
	size_t from = 0, to;
	uint64_t pairs = b->rules[rule].pairs;
	size_t most;

	while (from < count && jobs[from].rule != rule)
		from++;
	for (to = from; to < count && jobs[to].rule == rule; to++)
		;
	most = pairs > SESSION_PAIRS
	       ? (size_t)((double)(to - from) * SESSION_PAIRS / (double)pairs) + 1 : to - from;
	for (size_t i = from; i < to && i - from < most; i++)
		add_task(t, b, jobs[i], false, rule);
}

/* Distinct pairs of evenly chosen jobs of all rules; returns their share. */
static double add_look(struct tasks *t, const struct blocking *b,
		       const struct block_job *jobs, size_t count, size_t group)
{
	uint64_t pairs = 0;
	size_t step, kept = 0;

	for (size_t i = 0; i < b->count; i++)
		pairs += b->rules[i].pairs;
	step = (size_t)(pairs / LOOK_PAIRS) + 1;
	for (size_t i = 0; i < count; i += step, kept++)
		add_task(t, b, jobs[i], true, group);
	return count ? (double)kept / (double)count : 1;
}

/* Other traits of which nothing could be learned weigh nothing. */
static void forget_others(const struct training *t, struct weights *w, const struct columns *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->list[i].other && t->sources[i] == LEARNED_NOTHING)
			weights_ignore(w, c, i);
	}
	weights_settle(w, c);
}

void training_run(struct training *t, struct weights *w,
		  const struct columns *c, const struct blocking *b,
		  unsigned workers)
{
	size_t job_count, groups = b->count + 2;
	struct block_job *jobs = blocking_jobs(b, &job_count);
	struct patterns *patterns = mem_zero(groups, sizeof *patterns);
	const struct patterns *sample = &patterns[b->count], *look = sample + 1;
	struct tasks tasks = {.columns = c};
	struct blocking first;
	struct weights start;
	double share;

	weights_init(w, c);
	start_lambda(t, w, c, workers);
	start = *w;
	blocking_all_pairs(&first, c, c->records < SAMPLE_RECORDS ? c->records : SAMPLE_RECORDS);
	for (size_t r = 0; r < b->count; r++)
		add_rule(&tasks, b, jobs, job_count, r);
	add_sample(&tasks, &first, b->count);
	share = add_look(&tasks, b, jobs, job_count, b->count + 1);
	count_tasks(&tasks, patterns, groups, workers);
	t->count = b->count;
	t->sessions = mem_zero(b->count + 1, sizeof *t->sessions);
	t->sampled = sample->pairs;
	t->looked_at = look->pairs;
	for (int round = 0; round < ROUNDS; round++) {
		learn_u(w, c, sample);
		run_sessions(t, w, &start, c, b, patterns);
		learn_rest(t, w, &start, c, look, share);
	}
	forget_others(t, w, c);
	for (size_t r = 0; r < groups; r++)
		patterns_release(&patterns[r]);
	mem_free(patterns);
	mem_free(jobs);
	blocking_release(&first);
}
