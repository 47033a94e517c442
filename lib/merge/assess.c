#include "merge/assess.h"

#include "base/mem.h"
#include "merge/pair_evidence.h"
#include "merge/state.h"
#include "record/document.h"
#include "record/scan.h"

#define MISTAKES_TOLD 3		/* of each kind */

int merge_truth(struct merge *m, const char *path, struct error *err)
{
	return truth_load(&m->truth, path, err);
}

/* The record of a label, or RECORD_NONE. */
static uint32_t record_of(const struct merge *m, const struct label *l)
{
	uint32_t person;

	if (!merge_matching(m) || l->event == EVENTS_MAX)
		return RECORD_NONE;
	person = m->events.list[l->event].person;
	return person < PERSON_INLINE ? m->joining.records.of_person[person] : RECORD_NONE;
}

/* Both records of a mistake, the smaller first; false: there is no evidence. */
static bool find_records(const struct merge *m, struct mistake k, uint32_t *a, uint32_t *b)
{
	uint32_t x = record_of(m, &m->truth.list[k.a]), y = record_of(m, &m->truth.list[k.b]);

	*a = x < y ? x : y;
	*b = x < y ? y : x;
	return x != RECORD_NONE && y != RECORD_NONE && x != y;
}

static void tell_mistakes(const struct merge *m, const char *what,
			  const struct mistake *list, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count && i < MISTAKES_TOLD; i++) {
		uint32_t a, b;

		buf_printf(out, "%s: ", what);
		error_clean(m->truth.list[list[i].a].name, out);
		buf_lit(out, " and ");
		error_clean(m->truth.list[list[i].b].name, out);
		if (find_records(m, list[i], &a, &b)) {
			buf_lit(out, ": ");
			pair_evidence_tell(&m->joining.matching, a, b, out);
		}
		buf_char(out, '\n');
	}
}

static double ratio(double part, double whole)
{
	return whole > 0 ? part / whole : 1;
}

static void tell_ladder(const struct ladder *l, struct buf *out)
{
	static const int cuts[] = {-5, -2, 0, 2, 5, 7, 10, 15, 20};
	struct rung all = ladder_from(l, 0);

	buf_lit(out, "joined from score     pairs  expected precision  recall  labelled precision  recall\n");
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		struct rung r = ladder_from(l, cuts[i] - LADDER_FLOOR);

		buf_printf(out, "%17d %9llu %19.4f %7.4f", cuts[i], (unsigned long long)r.pairs,
			   ratio(r.matches, (double)r.pairs), ratio(r.matches, all.matches));
		if (all.labelled)
			buf_printf(out, " %19.4f %7.4f", ratio((double)r.right, (double)r.labelled),
				   ratio((double)r.right, (double)all.right));
		buf_char(out, '\n');
	}
}

void merge_tell_eval(const struct merge *m, struct buf *out)
{
	eval_tell(&m->eval, out);
	if (merge_matching(m))
		tell_ladder(&m->joining.matching.ladder, out);
	tell_mistakes(m, "joined, but two persons", m->eval.merged, m->eval.merged_count, out);
	tell_mistakes(m, "one person, but not joined", m->eval.missed, m->eval.missed_count, out);
}

static void put_mistakes(const struct merge *m, const char *key,
			 const struct mistake *list, size_t count, struct buf *out)
{
	buf_printf(out, ",\"%s\":[", key);
	for (size_t i = 0; i < count; i++) {
		uint32_t a, b;

		buf_text_put(out, i ? ",{\"records\":[" : "{\"records\":[");
		text_encode(out, m->truth.list[list[i].a].name);
		buf_char(out, ',');
		text_encode(out, m->truth.list[list[i].b].name);
		buf_char(out, ']');
		if (find_records(m, list[i], &a, &b)) {
			buf_lit(out, ",\"evidence\":");
			pair_evidence_put(&m->joining.matching, a, b, out);
		}
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

static void put_rate(struct buf *out, const char *key, double number)
{
	buf_printf(out, ",\"%s\":", key);
	document_put_number(out, number, 6);
}

static void put_ladder(const struct ladder *l, struct buf *out)
{
	struct rung all = ladder_from(l, 0);

	buf_lit(out, ",\"thresholds\":[");
	for (int i = 0; i < LADDER_RUNGS; i++) {
		struct rung r = ladder_from(l, i);

		buf_printf(out, "%s{\"score\":%d,\"pairs\":%llu", i ? "," : "", ladder_score(i),
			   (unsigned long long)r.pairs);
		put_rate(out, "expected_precision", ratio(r.matches, (double)r.pairs));
		put_rate(out, "expected_recall", ratio(r.matches, all.matches));
		if (all.labelled) {
			buf_printf(out, ",\"labelled\":%llu", (unsigned long long)r.labelled);
			put_rate(out, "precision", ratio((double)r.right, (double)r.labelled));
			put_rate(out, "recall", ratio((double)r.right, (double)all.right));
		}
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

void merge_put_eval(const struct merge *m, struct buf *out)
{
	buf_char(out, '{');
	eval_put(&m->eval, out);
	if (merge_matching(m))
		put_ladder(&m->joining.matching.ladder, out);
	put_mistakes(m, "false_merges", m->eval.merged, m->eval.merged_count, out);
	put_mistakes(m, "missed_pairs", m->eval.missed, m->eval.missed_count, out);
	buf_char(out, '}');
}
