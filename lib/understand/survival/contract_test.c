#include "understand/survival/contract_test.h"

#include <stdlib.h>

#include "base/mem.h"

void contract_test_release(struct contract_test *t)
{
	evaluation_release(&t->evaluation);
	contract_sample_release(&t->then);
	mem_free(t->rows);
	mem_free(t->left);
	mem_free(t->keys);
	*t = (struct contract_test){0};
}

static bool is_kept(const struct contract_test *t, uint64_t key)
{
	return !t->halvings || !(key >> (64 - t->halvings));
}

void contract_test_add(struct contract_test *t, const struct contract_row *row)
{
	size_t kept = 0;

	if (!is_kept(t, row->key))
		return;
	t->rows = mem_room(t->rows, t->count, &t->cap, sizeof *t->rows);
	t->rows[t->count++] = *row;
	if (t->count <= CONTRACT_ROWS_MAX || t->halvings >= 40)
		return;
	t->halvings++;
	for (size_t i = 0; i < t->count; i++)
		if (is_kept(t, t->rows[i].key))
			t->rows[kept++] = t->rows[i];
	t->count = kept;
}

static int compare_rows(const void *a, const void *b)
{
	const struct contract_row *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->holder.age > y->holder.age) - (x->holder.age < y->holder.age);
}

int contract_test_begin(struct contract_test *t, struct error *err)
{
	double *newness;
	uint64_t left;

	if (!t->count)
		return error_failed(err, "nobody subscribed %u day%s before the end of the data", t->horizon_days,
				    t->horizon_days == 1 ? "" : "s");
	newness = mem_zero(t->count, sizeof *newness);
	if (t->count > 1)
		qsort(t->rows, t->count, sizeof *t->rows, compare_rows);
	t->left = mem_zero(t->count + 1, 1);
	t->keys = mem_zero(t->count + 1, sizeof *t->keys);
	for (size_t i = 0; i < t->count; i++) {
		t->left[i] = (unsigned char)t->rows[i].left;
		t->keys[i] = t->rows[i].key;
		newness[i] = -t->rows[i].holder.age;
	}
	evaluation_init(&t->evaluation, t->left, t->keys, t->count, newness, "tenure");
	mem_free(newness);
	if (evaluation_enough(&t->evaluation))
		return 0;
	left = t->evaluation.churned;
	return error_failed(err, "of %zu customer%s who subscribed %u day%s before the end of the data %llu %s left since and %llu %s not: %d of each are needed to tell how good a model is",
			    t->count, t->count == 1 ? "" : "s", t->horizon_days, t->horizon_days == 1 ? "" : "s",
			    (unsigned long long)left, left == 1 ? "has" : "have", (unsigned long long)(t->count - left), t->count - left == 1 ? "has" : "have",
			    EVALUATION_CLASS_LEAST);
}

int contract_test_model(struct contract_test *t, const struct contract_model *kind, struct error *err)
{
	struct contract c;
	double *p;
	int number;

	if (contract_fit(&c, kind, &t->then, err))
		return -1;
	p = mem_zero(t->count + 1, sizeof *p);
	for (size_t i = 0; i < t->count; i++)
		p[i] = contract_p_end(&c, &t->rows[i].holder, t->horizon_days);
	number = (int)evaluation_add(&t->evaluation, kind->name, p, t->calibrate);
	contract_release(&c);
	mem_free(p);
	return number;
}

uint64_t contract_test_share(const struct contract_test *t, uint64_t *left, struct quality_interval *share)
{
	*left = 0;
	for (size_t i = 0; i < t->count; i++)
		*left += t->rows[i].left;
	if (t->count)
		*share = quality_share(*left, t->count);
	return t->count;
}
