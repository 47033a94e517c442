#include "understand/segment/cluster_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "record/scan.h"
#include "stats/sum.h"

/* More kinds of a text than that are no kinds of customers. */
#define TEXTS_MAX 1000
/* What is kept of a customer, and of each feature of one: a row and k-means' own, values as read and as scaled. */
#define ROW_BYTES 100
#define FEATURE_BYTES 17
/* The quartiles of a normal distribution are that many standard deviations apart. */
#define QUARTILES_APART 1.3489795003921634

/* What a profile's bytes begin with; a value each follows. */
struct row_head {
	struct hash128 key;
	__int128 revenue_micro;
	bool has_revenue;
	char currency[RFM_CURRENCY_MAX];
};

struct value_head {
	enum feature_kind kind;
	uint32_t len;		/* of the text behind it */
	double number;
	bool truth;
};

void table_init(struct cluster_table *t, struct features *f)
{
	*t = (struct cluster_table){.features = f};
}

void table_release(struct cluster_table *t)
{
	for (size_t f = 0; f < FEATURES_MAX; f++)
		map_release(&t->columns[f].codes);
	mem_free(t->rows);
	mem_free(t->values);
	mem_free(t->kinds);
	mem_free(t->complete);
	mem_free(t->numbers);
	mem_free(t->coded);
}

static int put_head(const struct profile *p, struct buf *out)
{
	struct row_head head;
	struct rfm rfm;

	if (rfm_read(p, &rfm, NULL))
		return -1;
	memset(&head, 0, sizeof head);
	head.key = hash_128(p->id.raw);
	head.has_revenue = rfm.money_known;
	head.revenue_micro = rfm.monetary_micro;
	memcpy(head.currency, rfm.currency, sizeof head.currency);
	buf_put(out, &head, sizeof head);
	return 0;
}

int table_encode(struct feature_run *run, const struct profile *p, struct buf *out)
{
	struct feature_value values[FEATURES_MAX];
	size_t unknown = 0;

	if (put_head(p, out) || features_read(run, p, values, NULL))
		return -1;
	for (size_t f = 0; f < run->features->count; f++) {
		struct value_head head;

		memset(&head, 0, sizeof head);
		head.kind = values[f].kind;
		head.number = values[f].number;
		head.truth = values[f].truth;
		head.len = values[f].kind == FEATURE_TEXT ? (uint32_t)values[f].text.len : 0;
		buf_put(out, &head, sizeof head);
		buf_put(out, head.len ? values[f].text.ptr : "", head.len);
		unknown += values[f].kind == FEATURE_UNKNOWN;
	}
	if (!unknown)
		features_note_money(run);
	return 0;
}

static void take_head(struct cluster_table *t, const struct row_head *head)
{
	t->rows = mem_room(t->rows, t->count, &t->cap, sizeof *t->rows);
	t->rows[t->count] = (struct table_row){
		head->key, head->revenue_micro, head->has_revenue, t->count,
	};
	if (!head->has_revenue)
		return;
	if (!t->currency_known)
		memcpy(t->currency, head->currency, sizeof t->currency);
	t->currency_known = true;
	t->currency_mixed |= memcmp(t->currency, head->currency, sizeof t->currency) != 0;
}

static double take_value(struct table_column *c, const struct value_head *head, struct span text)
{
	switch (head->kind) {
	case FEATURE_NUMBER:
		c->numbers++;
		c->truths += head->truth;
		return head->number;
	case FEATURE_TEXT:
		c->texts++;
		return (double)map_put(&c->codes, text, NULL);
	default:
		c->unknown++;
		return 0;
	}
}

/* Room for the values of one more row. */
static size_t make_room(struct cluster_table *t)
{
	size_t at = t->count * t->features->count;

	while (t->value_cap < at + t->features->count) {
		size_t cap = t->value_cap ? 2 * t->value_cap : 1024;

		t->values = mem_grow(t->values, cap, sizeof *t->values);
		t->kinds = mem_grow(t->kinds, cap, sizeof *t->kinds);
		t->value_cap = cap;
	}
	return at;
}

uint64_t table_row_bytes(const struct features *f)
{
	return ROW_BYTES + FEATURE_BYTES * f->count;
}

void table_add(struct cluster_table *t, struct span bytes)
{
	struct row_head row;
	size_t at = make_room(t);

	memcpy(&row, bytes.ptr, sizeof row);
	bytes = span_sub(bytes, sizeof row, bytes.len);
	for (size_t f = 0; f < t->features->count; f++) {
		struct value_head head;

		memcpy(&head, bytes.ptr, sizeof head);
		t->values[at + f] = take_value(&t->columns[f], &head,
					       span_sub(bytes, sizeof head, head.len));
		t->kinds[at + f] = (unsigned char)head.kind;
		bytes = span_sub(bytes, sizeof head + head.len, bytes.len);
	}
	take_head(t, &row);
	t->count++;
}

/* ---- Kinds ---- */

static int refuse_mixture(const struct feature *feature, const struct table_column *c,
			  struct error *err)
{
	char name[ERROR_QUOTE_MAX], sample[ERROR_QUOTE_MAX];
	struct span least = c->codes.entries[0].key;

	for (size_t i = 1; i < c->codes.count; i++)
		if (span_compare(c->codes.entries[i].key, least) < 0)
			least = c->codes.entries[i].key;
	return error_usage(err, "--features: %s is now a number (customers: %llu), now a text (%llu, such as %s): write number(%.*s), or text(%.*s)",
			   error_quote(feature->name, name), (unsigned long long)c->numbers,
			   (unsigned long long)c->texts, error_quote(least, sample),
			   SPAN_ARG(feature->text), SPAN_ARG(feature->text));
}

static int refuse_texts(const struct feature *feature, const struct table_column *c,
			struct error *err)
{
	char name[ERROR_QUOTE_MAX];

	return error_usage(err, "--features: %s has %zu different texts for %llu customers, which make no kinds of them: write something broader, such as country or if(...)",
			   error_quote(feature->name, name), c->codes.count,
			   (unsigned long long)c->texts);
}

/* k-prototypes' weight of a text is half the deviation of a number, which is 1. */
static int find_kinds(const struct cluster_table *t, struct cluster_model *m, struct error *err)
{
	m->text_weight = 1;
	for (size_t f = 0; f < t->features->count; f++) {
		const struct table_column *c = &t->columns[f];

		if (c->numbers && c->texts)
			return refuse_mixture(&t->features->list[f], c, err);
		if (c->codes.count > TEXTS_MAX || (c->codes.count > 20 && c->codes.count > c->texts / 2))
			return refuse_texts(&t->features->list[f], c, err);
		m->about[f].kind = c->texts || expr_type(t->features->list[f].expr) == TYPE_TEXT ?
				   FEATURE_TEXT : FEATURE_NUMBER;
		if (m->about[f].kind == FEATURE_NUMBER)
			m->text_weight = 0.5;
	}
	return 0;
}

static int compare_entries(const void *a, const void *b)
{
	return span_compare(((const struct map_entry *)a)->key, ((const struct map_entry *)b)->key);
}

/* Codes in the order of bytes, behind the one for "unknown": no matter who came first. */
static void number_texts(struct cluster_table *t, struct cluster_feature *about, size_t f)
{
	struct map *codes = &t->columns[f].codes;
	struct map_entry *sorted = mem_alloc((codes->count + 1) * sizeof *sorted);

	if (codes->count) {
		memcpy(sorted, codes->entries, codes->count * sizeof *sorted);
		qsort(sorted, codes->count, sizeof *sorted, compare_entries);
	}
	for (size_t i = 0; i < codes->count; i++)
		codes->entries[map_find(codes, sorted[i].key)].number =
			map_put(&about->texts, sorted[i].key, NULL) + 1;
	for (size_t r = 0; r < t->count; r++) {
		double *value = &t->values[r * t->features->count + f];

		if (t->kinds[r * t->features->count + f] == FEATURE_TEXT)
			*value = (double)codes->entries[(size_t)*value].number;
	}
	mem_free(sorted);
}

/* ---- Points ---- */


/* Lines of one id, and those that say the same of it, stay in any order. */
static int compare_rows(const void *a, const void *b, void *context)
{
	const struct table_row *x = a, *y = b;
	const struct cluster_table *t = context;
	size_t width = t->features->count;
	int order = hash_128_compare(x->key, y->key);

	if (!order)
		order = memcmp(t->kinds + x->at * width, t->kinds + y->at * width, width);
	if (!order)
		order = memcmp(t->values + x->at * width, t->values + y->at * width,
			       width * sizeof *t->values);
	return order ? order : (x->revenue_micro > y->revenue_micro) - (x->revenue_micro < y->revenue_micro);
}

static bool is_complete(const struct cluster_table *t, const struct cluster_model *m, size_t at)
{
	size_t width = t->features->count;
	bool any = false;

	for (size_t f = 0; f < width; f++) {
		enum feature_kind kind = (enum feature_kind)t->kinds[at * width + f];

		if (m->about[f].kind == FEATURE_NUMBER && kind != FEATURE_NUMBER)
			return false;
		any |= kind != FEATURE_UNKNOWN;
	}
	return any;
}

static void list_complete(struct cluster_table *t, const struct cluster_model *m)
{
	t->complete = mem_alloc((t->count + 1) * sizeof *t->complete);
	for (size_t r = 0; r < t->count; r++)
		if (is_complete(t, m, t->rows[r].at))
			t->complete[t->points.count++] = r;
}

static double value_at(const struct cluster_table *t, size_t point, size_t f)
{
	return t->values[t->rows[t->complete[point]].at * t->features->count + f];
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* By linear interpolation (type 7 of Hyndman and Fan), SORTED not empty. */
static double quantile(const double *sorted, size_t count, double share)
{
	double place = share * (double)(count - 1);
	size_t below = (size_t)place;
	double rest = place - (double)below;

	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] + rest * (sorted[below + 1] - sorted[below]);
}

static void measure_deviation(struct cluster_feature *about, const double *sorted, size_t count)
{
	struct sum sum = SUM_ZERO, squares = SUM_ZERO;

	for (size_t i = 0; i < count; i++)
		sum_add(&sum, fmin(fmax(sorted[i], about->low), about->high));
	about->middle = sum_value(&sum) / (double)count;
	for (size_t i = 0; i < count; i++) {
		double apart = fmin(fmax(sorted[i], about->low), about->high) - about->middle;

		sum_add(&squares, apart * apart);
	}
	about->spread = sqrt(sum_value(&squares) / (double)count);
}

struct scaling {
	struct cluster_table *table;
	struct cluster_model *model;
};

/* Where a quarter of the customers has one value, quartiles can be equal: then the deviation. */
static void scale_column(void *context, size_t f)
{
	struct scaling *s = context;
	struct cluster_feature *about = &s->model->about[f];
	size_t count = s->table->points.count;
	double *sorted, share = (double)s->model->winsorize / 100;

	if (about->kind != FEATURE_NUMBER || !count)
		return;
	sorted = mem_alloc(count * sizeof *sorted);
	for (size_t i = 0; i < count; i++)
		sorted[i] = value_at(s->table, i, f);
	qsort(sorted, count, sizeof *sorted, compare_doubles);
	about->low = quantile(sorted, count, share);
	about->high = quantile(sorted, count, 1 - share);
	measure_deviation(about, sorted, count);
	if (s->model->robust) {
		double apart = quantile(sorted, count, 0.75) - quantile(sorted, count, 0.25);

		about->middle = quantile(sorted, count, 0.5);
		if (apart > 0)
			about->spread = apart / QUARTILES_APART;
	}
	if (!(about->low < about->high))
		about->spread = 0;
	mem_free(sorted);
}

static void fill_points(struct cluster_table *t, const struct cluster_model *m)
{
	struct points *p = &t->points;
	size_t number = 0, code = 0;

	p->width = m->shape.width;
	p->code_width = m->shape.code_width;
	p->code_weight = m->text_weight;
	t->numbers = mem_alloc((p->count * p->width + 1) * sizeof *t->numbers);
	t->coded = mem_alloc((p->count * p->code_width + 1) * sizeof *t->coded);
	for (size_t f = 0; f < t->features->count; f++) {
		bool is_number = m->about[f].kind == FEATURE_NUMBER;

		for (size_t i = 0; i < p->count; i++) {
			if (is_number)
				t->numbers[i * p->width + number] = clusters_scale(&m->about[f], value_at(t, i, f));
			else
				t->coded[i * p->code_width + code] = (uint32_t)value_at(t, i, f);
		}
		if (!is_number)
			t->code_counts[code] = (uint32_t)m->about[f].texts.count + 1;
		number += is_number;
		code += !is_number;
	}
	p->numbers = t->numbers;
	p->codes = t->coded;
	p->code_counts = t->code_counts;
}

int table_settle(struct cluster_table *t, struct cluster_model *m, unsigned workers,
		 struct error *err)
{
	struct scaling scaling = {t, m};

	if (find_kinds(t, m, err))
		return -1;
	for (size_t f = 0; f < t->features->count; f++)
		if (m->about[f].kind == FEATURE_TEXT)
			number_texts(t, &m->about[f], f);
	if (t->count)
		qsort_r(t->rows, t->count, sizeof *t->rows, compare_rows, t);
	list_complete(t, m);
	pool_each(workers, t->features->count, scale_column, &scaling);
	clusters_set_shape(m);
	fill_points(t, m);
	return 0;
}
