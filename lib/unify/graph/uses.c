#include "unify/graph/uses.h"

struct use_mark {
	int64_t time;
	int32_t step;		/* +1 goes before -1 of the same time */
	uint32_t rank;		/* of the heap: random, but the same every time */
	int32_t sum;		/* of all below, with this one */
	int32_t most;		/* the greatest sum from the left; 0 of none */
	struct use_mark *left, *right;
};

void use_add(struct use *u, int64_t time)
{
	if (time == MOMENT_NONE) {
		u->undated = true;
		return;
	}
	if (u->first == MOMENT_NONE || time < u->first)
		u->first = time;
	if (time > u->last)
		u->last = time;
}

static int32_t sum_of(const struct use_mark *m)
{
	return m ? m->sum : 0;
}

static int32_t most_of(const struct use_mark *m)
{
	return m ? m->most : 0;
}

static void recount(struct use_mark *m)
{
	int32_t here = sum_of(m->left) + m->step, most = here + most_of(m->right);

	m->sum = here + sum_of(m->right);
	m->most = most > most_of(m->left) ? most : most_of(m->left);
}

static bool goes_before(const struct use_mark *x, const struct use_mark *y)
{
	return x->time != y->time ? x->time < y->time : x->step > y->step;
}

/* What stands before M goes to *LEFT, the rest to *RIGHT. */
static void split(struct use_mark *root, const struct use_mark *m, struct use_mark **left,
		  struct use_mark **right)
{
	if (!root) {
		*left = *right = NULL;
		return;
	}
	if (goes_before(root, m)) {
		split(root->right, m, &root->right, right);
		*left = root;
	} else {
		split(root->left, m, left, &root->left);
		*right = root;
	}
	recount(root);
}

static struct use_mark *insert(struct use_mark *root, struct use_mark *m)
{
	if (!root || m->rank > root->rank) {
		split(root, m, &m->left, &m->right);
		recount(m);
		return m;
	}
	if (goes_before(m, root))
		root->left = insert(root->left, m);
	else
		root->right = insert(root->right, m);
	recount(root);
	return root;
}

/* Spreads numbers evenly (the finish of MurmurHash3). */
static uint32_t mix(uint32_t n)
{
	n = (n ^ n >> 16) * UINT32_C(0x85EBCA6B);
	n = (n ^ n >> 13) * UINT32_C(0xC2B2AE35);
	return n ^ n >> 16;
}

static void add_mark(struct uses *u, int64_t time, int32_t step, uint32_t number,
		     struct arena *a)
{
	struct use_mark *m = arena_alloc(a, sizeof *m);

	*m = (struct use_mark){.time = time, .step = step, .rank = mix(number * 2 + (step > 0))};
	u->root = insert(u->root, m);
}

void uses_make(struct uses *out, const struct use *u, int64_t window, uint32_t number,
	       struct arena *a)
{
	*out = (struct uses){.undated = u->undated};
	if (u->first == MOMENT_NONE)
		return;
	out->count = 1;
	add_mark(out, u->first - window + 1, 1, number, a);
	add_mark(out, u->last, -1, number, a);
}

/* From one mark of the smaller to the next: how many of it there are, and what of
 * the larger is in between, both ends with it. */
struct look {
	const struct use_mark *larger;
	int64_t from, to;
	int32_t depth;
	int32_t most;
};

/* Of the larger's spans, how many are there at FROM. */
static int32_t depth_at(const struct use_mark *m, int64_t from)
{
	int32_t depth = 0;

	while (m) {
		if (m->time > from || (m->time == from && m->step < 0)) {
			m = m->left;
			continue;
		}
		depth += sum_of(m->left) + m->step;
		m = m->right;
	}
	return depth;
}

/* The greatest sum, with BASE, behind marks below M that lie in (from, to]; AFTER
 * and UNTIL: all that is below does, as far as that end goes. */
static void peak_within(struct look *l, const struct use_mark *m, int32_t base, bool after,
			bool until, int32_t *peak)
{
	bool behind, ahead;

	if (!m)
		return;
	if (after && until) {
		*peak = base + m->most > *peak ? base + m->most : *peak;
		return;
	}
	behind = after || m->time > l->from || (m->time == l->from && m->step < 0);
	ahead = until || m->time < l->to || (m->time == l->to && m->step > 0);
	if (behind)
		peak_within(l, m->left, base, after, until || ahead, peak);
	base += sum_of(m->left) + m->step;
	if (behind && ahead && base > *peak)
		*peak = base;
	if (ahead)
		peak_within(l, m->right, base, after || behind, until, peak);
}

static void look_at(struct look *l, const struct use_mark *m)
{
	if (!m)
		return;
	look_at(l, m->left);
	l->to = m->time;
	if (l->depth > 0) {
		int32_t peak = depth_at(l->larger, l->from);

		peak_within(l, l->larger, 0, false, false, &peak);
		if (peak > 0 && l->depth + peak > l->most)
			l->most = l->depth + peak;
	}
	l->depth += m->step;
	l->from = m->time;
	look_at(l, m->right);
}

uint32_t uses_most(const struct uses *x, const struct uses *y)
{
	bool less = x->count < y->count;
	struct look l = {.larger = less ? y->root : x->root};
	uint32_t undated = x->undated && y->undated ? x->undated + y->undated : 0;

	look_at(&l, less ? x->root : y->root);
	return undated > (uint32_t)l.most ? undated : (uint32_t)l.most;
}

static void pour(struct use_mark **into, struct use_mark *m)
{
	struct use_mark *right;

	if (!m)
		return;
	pour(into, m->left);
	right = m->right;
	*into = insert(*into, m);
	pour(into, right);
}

void uses_unite(struct uses *into, struct uses *more)
{
	struct use_mark *smaller = into->count < more->count ? into->root : more->root;

	if (into->count < more->count)
		into->root = more->root;
	pour(&into->root, smaller);
	into->count += more->count;
	into->undated += more->undated;
}

uint32_t uses_peak(const struct uses *u)
{
	uint32_t most = (uint32_t)most_of(u->root);

	return u->undated > most ? u->undated : most;
}
