#include "understand/predict/evaluation.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/logit.h"
#include "understand/predict/learned.h"

static struct quality_rows rows_of(const struct evaluation *e, const double *p)
{
	return (struct quality_rows){e->count, p, e->y};
}

void evaluation_init(struct evaluation *e, const unsigned char *y, const uint64_t *keys, size_t count,
		     const double *baseline, const char *baseline_name)
{
	double *same = mem_zero(count + 1, sizeof *same);
	struct quality_rows rows = {count, same, y};

	*e = (struct evaluation){.count = count, .y = y, .keys = keys, .has_baseline = baseline != NULL,
				 .baseline_name = baseline_name, .rounds = quality_rounds(count)};
	for (size_t i = 0; i < count; i++)
		e->churned += y[i];
	for (size_t i = 0; i < count; i++)
		same[i] = (double)e->churned / (double)count;
	quality_measure(&rows, &e->base);
	e->base_rounds = mem_zero(e->rounds, sizeof *e->base_rounds);
	quality_resample(&rows, EVALUATION_SEED, e->base_rounds, e->rounds);
	mem_free(same);
	if (!baseline)
		return;
	rows = rows_of(e, baseline);
	quality_measure(&rows, &e->baseline);
	e->baseline_rounds = mem_zero(e->rounds, sizeof *e->baseline_rounds);
	quality_resample(&rows, EVALUATION_SEED, e->baseline_rounds, e->rounds);
}

void evaluation_release(struct evaluation *e)
{
	for (size_t i = 0; i < e->model_count; i++) {
		mem_free(e->models[i].raw);
		mem_free(e->models[i].p);
		calibration_release(&e->models[i].calibration);
	}
	mem_free(e->baseline_rounds);
	mem_free(e->base_rounds);
	*e = (struct evaluation){0};
}

bool evaluation_enough(const struct evaluation *e)
{
	return e->churned >= EVALUATION_CLASS_LEAST && e->count - e->churned >= EVALUATION_CLASS_LEAST;
}

static size_t fold_of(const struct evaluation *e, size_t i)
{
	return (size_t)((e->keys ? e->keys[i] : i) % EVALUATION_FOLDS);
}

static int calibrate(enum calibration_kind kind, const double *odds, const unsigned char *y, size_t count,
		     struct calibration *out)
{
	*out = CALIBRATION_INIT;
	if (kind == CALIBRATION_NONE)
		return 0;
	return kind == CALIBRATION_PLATT ? calibrate_platt(out, odds, y, count, NULL) :
					   calibrate_isotonic(out, odds, y, count, NULL);
}

/* Row by row calibrated by the other folds, into P.  False where a fold cannot be. */
static bool calibrate_folds(const struct evaluation *e, enum calibration_kind kind, const double *odds, double *p)
{
	double *others = mem_zero(e->count + 1, sizeof *others);
	unsigned char *labels = mem_zero(e->count + 1, 1);
	bool good = true;

	for (size_t fold = 0; fold < EVALUATION_FOLDS && good; fold++) {
		struct calibration c;
		size_t n = 0;

		for (size_t i = 0; i < e->count; i++)
			if (fold_of(e, i) != fold) {
				others[n] = odds[i];
				labels[n++] = e->y[i];
			}
		good = !calibrate(kind, others, labels, n, &c);
		for (size_t i = 0; i < e->count && good; i++)
			if (fold_of(e, i) == fold)
				p[i] = calibrated(&c, odds[i]);
		calibration_release(&c);
	}
	mem_free(others);
	mem_free(labels);
	return good;
}

/* The best calibration of M's raw chances, and M's chances and measures by it. */
static void choose_calibration(const struct evaluation *e, struct evaluated *m)
{
	enum calibration_kind last = e->count >= EVALUATION_ISOTONIC_LEAST ? CALIBRATION_ISOTONIC : CALIBRATION_PLATT;
	double *odds = mem_zero(e->count + 1, sizeof *odds), *p = mem_zero(e->count + 1, sizeof *p);
	enum calibration_kind best = CALIBRATION_NONE;

	for (size_t i = 0; i < e->count; i++)
		odds[i] = logit_of_chance(m->raw[i]);
	for (enum calibration_kind kind = CALIBRATION_PLATT; kind <= last; kind++) {
		struct quality_rows rows = rows_of(e, p);
		struct quality q;

		if (!calibrate_folds(e, kind, odds, p))
			continue;
		quality_measure(&rows, &q);
		if (!(q.log_loss < m->quality.log_loss))
			continue;
		best = kind;
		m->quality = q;
		memcpy(m->p, p, e->count * sizeof *p);
	}
	calibrate(best, odds, e->y, e->count, &m->calibration);
	/* It leaves the ranks as they were; five of them, one a fold, only nearly. */
	m->quality.auc = m->raw_quality.auc;
	m->quality.average_precision = m->raw_quality.average_precision;
	mem_free(odds);
	mem_free(p);
}

static struct quality_interval interval_of(const struct quality *rounds, size_t count, size_t member)
{
	double *values = mem_zero(count + 1, sizeof *values);
	struct quality_interval interval;

	for (size_t i = 0; i < count; i++)
		memcpy(&values[i], (const char *)&rounds[i] + member, sizeof *values);
	interval = quality_interval(values, count);
	mem_free(values);
	return interval;
}

static void find_intervals(const struct evaluation *e, struct evaluated *m)
{
	struct quality_rows rows = rows_of(e, m->p), ranks = rows_of(e, m->raw);
	struct quality *rounds = mem_zero(e->rounds, sizeof *rounds);

	quality_resample(&rows, EVALUATION_SEED, rounds, e->rounds);
	m->log_loss = interval_of(rounds, e->rounds, offsetof(struct quality, log_loss));
	m->brier = interval_of(rounds, e->rounds, offsetof(struct quality, brier));
	for (size_t i = 0; i < e->rounds; i++)
		rounds[i].log_loss -= e->base_rounds[i].log_loss;
	m->loss_above_base = interval_of(rounds, e->rounds, offsetof(struct quality, log_loss));
	quality_resample(&ranks, EVALUATION_SEED, rounds, e->rounds);
	m->auc = interval_of(rounds, e->rounds, offsetof(struct quality, auc));
	m->average_precision = interval_of(rounds, e->rounds, offsetof(struct quality, average_precision));
	for (size_t i = 0; i < e->rounds && e->has_baseline; i++)
		rounds[i].auc -= e->baseline_rounds[i].auc;
	m->auc_above_baseline = interval_of(rounds, e->rounds, offsetof(struct quality, auc));
	mem_free(rounds);
}

size_t evaluation_add(struct evaluation *e, const char *name, const double *p, bool calibrate_it)
{
	struct evaluated *m = &e->models[e->model_count];
	struct quality_rows rows;

	*m = (struct evaluated){.name = name, .raw = mem_zero(e->count + 1, sizeof *p), .p = mem_zero(e->count + 1, sizeof *p)};
	memcpy(m->raw, p, e->count * sizeof *p);
	memcpy(m->p, p, e->count * sizeof *p);
	rows = rows_of(e, m->raw);
	quality_measure(&rows, &m->raw_quality);
	m->quality = m->raw_quality;
	if (calibrate_it)
		choose_calibration(e, m);
	find_intervals(e, m);
	return e->model_count++;
}

bool evaluation_is_better(const struct evaluation *e, size_t model)
{
	const struct evaluated *m = &e->models[model];

	return m->loss_above_base.high < 0 && !(e->has_baseline && m->auc_above_baseline.high < 0);
}

/* Is the log loss of model A above that of B beyond chance? */
static bool loses(const struct evaluation *e, size_t a, size_t b)
{
	struct quality *rounds = mem_zero(2 * e->rounds, sizeof *rounds);
	struct quality_rows rows = rows_of(e, e->models[a].p), others = rows_of(e, e->models[b].p);
	struct quality_interval difference;

	quality_resample(&rows, EVALUATION_SEED, rounds, e->rounds);
	quality_resample(&others, EVALUATION_SEED, rounds + e->rounds, e->rounds);
	for (size_t i = 0; i < e->rounds; i++)
		rounds[i].log_loss -= rounds[i + e->rounds].log_loss;
	difference = interval_of(rounds, e->rounds, offsetof(struct quality, log_loss));
	mem_free(rounds);
	return difference.low > 0;
}

size_t evaluation_choose(const struct evaluation *e)
{
	size_t least = 0;

	for (size_t i = 1; i < e->model_count; i++)
		if (e->models[i].quality.log_loss < e->models[least].quality.log_loss)
			least = i;
	for (size_t i = 0; i < least; i++)
		if (!loses(e, i, least))
			return i;
	return least;
}

bool evaluation_bands_rise(const struct evaluation *e, size_t model, double medium_from, double high_from)
{
	double rows[3] = {0}, churned[3] = {0}, before = -1;

	for (size_t i = 0; i < e->count; i++) {
		double p = e->models[model].p[i];
		size_t band = p >= high_from ? 2 : p >= medium_from ? 1 : 0;

		rows[band]++;
		churned[band] += e->y[i];
	}
	for (size_t band = 0; band < 3; band++) {
		if (rows[band] < 20)
			continue;
		if (churned[band] / rows[band] < before)
			return false;
		before = churned[band] / rows[band];
	}
	return true;
}
