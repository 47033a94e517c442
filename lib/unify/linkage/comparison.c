#include "unify/linkage/comparison.h"

#include <math.h>

static struct span text_of(const struct column *c, uint32_t word)
{
	return word ? column_word(c, word)->text : SPAN_NONE;
}

bool comparison_counts(const struct comparison *k)
{
	return k->m > 0 || k->weight != 0;
}

/* What the score falls short of the sum: two of one home agree in so much as well. */
static void add_home(struct comparisons *out)
{
	double sum = out->prior;

	for (size_t i = 0; i < out->count; i++)
		sum += out->list[i].weight + out->list[i].frequency;
	if (sum - out->score < 0.0005)
		return;
	out->list[out->count++] = (struct comparison){
		.column = SPAN("one home"), .a = SPAN_NONE, .b = SPAN_NONE,
		.level = "two people of one home agree as well", .weight = out->score - sum,
	};
}

void comparisons_make(struct comparisons *out, const struct columns *c,
		      const struct weights *w, uint32_t a, uint32_t b)
{
	uint64_t pattern = agreement_pattern(c, NULL, a, b);
	const uint32_t *x = columns_row(c, a), *y = columns_row(c, b);

	*out = (struct comparisons){.prior = w->prior};
	out->score = weights_score(w, c, pattern, a, b, &out->evidence);
	for (size_t i = 0; i < c->count; i++) {
		const struct column *column = &c->list[i];
		const struct agreement_scale *scale = agreement_scale(column->kind);
		unsigned level = agreement_level(pattern, i);
		struct comparison *to = &out->list[out->count];

		if (!x[i] && !y[i])
			continue;
		*to = (struct comparison){
			.column = column->name, .a = text_of(column, x[i]),
			.b = text_of(column, y[i]), .level = scale->names[level],
		};
		out->count++;
		if (level == AGREEMENT_NULL) {
			/* Both are there: another column has said it. */
			if (x[i] && y[i])
				to->level = "not counted twice";
			continue;
		}
		to->m = w->columns[i].m[level];
		to->u = w->columns[i].u[level];
		to->weight = w->columns[i].weight[level];
		to->frequency = weights_rarity_of(w, c, i, level, x[i], y[i]);
	}
	add_home(out);
}

double comparisons_probability(double score)
{
	return 1 / (1 + exp2(-score));
}

void comparisons_put_probability(double score, struct buf *out)
{
	double finding = 1 / (1 + exp2(score));

	if (finding >= 1e-4)
		buf_printf(out, "%.4g", comparisons_probability(score));
	else
		buf_printf(out, "%.*f", (int)fmin(ceil(-log10(finding)) + 1, 15), 1 - finding);
}
