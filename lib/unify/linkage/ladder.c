#include "unify/linkage/ladder.h"

#include <math.h>

#include "record/document.h"

void ladder_add(struct ladder *l, double score, enum ladder_label label)
{
	int i = (int)floor(score) - LADDER_FLOOR;
	struct rung *r = &l->rungs[i < 0 ? 0 : i < LADDER_RUNGS ? i : LADDER_RUNGS - 1];
	double match = 1 / (1 + exp2(-score));

	r->pairs++;
	r->labelled += label != LADDER_UNKNOWN;
	r->right += label == LADDER_RIGHT;
	r->matches += match;
	r->labelled_matches += label != LADDER_UNKNOWN ? match : 0;
}

static void add(struct rung *r, const struct rung *more)
{
	r->pairs += more->pairs;
	r->labelled += more->labelled;
	r->right += more->right;
	r->matches += more->matches;
	r->labelled_matches += more->labelled_matches;
}

void ladder_add_all(struct ladder *l, const struct ladder *more)
{
	for (int i = 0; i < LADDER_RUNGS; i++)
		add(&l->rungs[i], &more->rungs[i]);
}

struct rung ladder_from(const struct ladder *l, int from)
{
	struct rung sum = {0};

	for (int i = LADDER_RUNGS; i-- > from;)
		add(&sum, &l->rungs[i]);
	return sum;
}

static double ratio(double part, double whole)
{
	return whole > 0 ? part / whole : 1;
}

/* Labelled pairs above the cut that are enough to judge by. */
#define LABELS_ENOUGH 20
#define OVER_MOST 0.05
#define UNDER_MOST 0.1

/* A difference of fewer standard errors is chance. */
#define ERRORS_LEAST 2

bool ladder_is_off(const struct ladder *l)
{
	struct rung joined = ladder_from(l, -LADDER_FLOOR);
	double n = (double)joined.labelled, expected = ratio(joined.labelled_matches, n);
	double over = expected - ratio((double)joined.right, n);

	if (joined.labelled < LABELS_ENOUGH ||
	    fabs(over) < ERRORS_LEAST * sqrt(expected * (1 - expected) / n))
		return false;
	return over > OVER_MOST || -over > UNDER_MOST;
}

void ladder_describe(const struct ladder *l, struct buf *out)
{
	static const int cuts[] = {-5, -2, 0, 2, 5, 7, 10, 15, 20};
	struct rung all = ladder_from(l, 0);
	bool off = ladder_is_off(l);

	if (off)
		buf_lit(out, "what the model expects of itself is not shown: it is far from the labels\n");
	buf_lit(out, "joined from score     pairs");
	buf_text_put(out, off ? "" : "  expected precision  recall");
	buf_text_put(out, all.labelled ? "  labelled precision  recall\n" : "\n");
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		struct rung r = ladder_from(l, cuts[i] - LADDER_FLOOR);

		buf_printf(out, "%17d %9llu", cuts[i], (unsigned long long)r.pairs);
		if (!off)
			buf_printf(out, " %19.4f %7.4f", ratio(r.matches, (double)r.pairs),
				   ratio(r.matches, all.matches));
		if (all.labelled)
			buf_printf(out, " %19.4f %7.4f", ratio((double)r.right, (double)r.labelled),
				   ratio((double)r.right, (double)all.right));
		buf_char(out, '\n');
	}
}

static void put_rate(struct buf *out, const char *key, double number)
{
	buf_printf(out, ",\"%s\":", key);
	document_put_number(out, number, 6);
}

void ladder_put(const struct ladder *l, struct buf *out)
{
	struct rung all = ladder_from(l, 0);
	bool off = ladder_is_off(l);

	buf_char(out, '[');
	for (int i = 0; i < LADDER_RUNGS; i++) {
		struct rung r = ladder_from(l, i);

		buf_printf(out, "%s{\"score\":%d,\"pairs\":%llu", i ? "," : "", ladder_score(i),
			   (unsigned long long)r.pairs);
		if (!off) {
			put_rate(out, "expected_precision", ratio(r.matches, (double)r.pairs));
			put_rate(out, "expected_recall", ratio(r.matches, all.matches));
		}
		if (all.labelled) {
			buf_printf(out, ",\"labelled\":%llu", (unsigned long long)r.labelled);
			put_rate(out, "precision", ratio((double)r.right, (double)r.labelled));
			put_rate(out, "recall", ratio((double)r.right, (double)all.right));
		}
		buf_char(out, '}');
	}
	buf_char(out, ']');
}
