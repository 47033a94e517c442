#include "understand/predict/trees.h"

#ifdef CDP_XGBOOST

#include <math.h>
#include <string.h>

#include <xgboost/c_api.h>

#include "base/mem.h"
#include "understand/churn/model_numbers.h"

static const char *const parameters[][2] = {
	{"verbosity", "0"},	/* or it prints to stdout; first of all */
	{"nthread", "1"},
	{"seed", "0"},
	{"objective", "binary:logistic"},
	{"base_score", "0.5"},
	{"tree_method", "hist"},
	{"eta", TREES_STEP},
};

bool trees_available(void)
{
	return true;
}

static int fail(struct error *err)
{
	return error_failed(err, "XGBoost: %.200s", XGBGetLastError());
}

static int boost(BoosterHandle booster, DMatrixHandle rows, struct error *err)
{
	char depth[16];

	snprintf(depth, sizeof depth, "%d", TREES_DEPTH);
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
		if (XGBoosterSetParam(booster, parameters[i][0], parameters[i][1]))
			return fail(err);
	if (XGBoosterSetParam(booster, "max_depth", depth))
		return fail(err);
	for (int i = 0; i < TREES_ROUNDS; i++)
		if (XGBoosterUpdateOneIter(booster, i, rows))
			return fail(err);
	return 0;
}

static double number_of(const struct node *tree, const char *key, size_t i)
{
	const struct node *n = node_at(node_get(tree, key), i);
	double number = 0;
	bool truth = false;

	if (!node_number(n, &number) && node_truth(n, &truth))
		return truth;
	return number;
}

static void read_tree(struct boosted *f, const struct node *tree)
{
	size_t count = node_count(node_get(tree, "left_children"));

	boosted_tree(f);
	for (size_t i = 0; i < count; i++) {
		bool leaf = number_of(tree, "left_children", i) < 0;
		double cover = number_of(tree, "sum_hessian", i);

		model_round_number(&cover);
		boosted_add(f, (struct boosted_node){
			.feature = leaf ? -1 : (int32_t)number_of(tree, "split_indices", i),
			.left = (int32_t)number_of(tree, "left_children", i),
			.right = (int32_t)number_of(tree, "right_children", i),
			.missing_left = number_of(tree, "default_left", i) != 0,
			.value = (float)number_of(tree, "split_conditions", i),
			.cover = cover,
		});
	}
}

/* What the library saves is what it knows: its trees are read from there. */
static int read_trees(struct boosted *f, BoosterHandle booster, size_t width, struct error *err)
{
	const char *text = NULL;
	bst_ulong len = 0;
	struct document *d;
	const struct node *trees;

	if (XGBoosterSaveModelToBuffer(booster, "{\"format\":\"json\"}", &len, &text))
		return fail(err);
	d = document_parse((struct span){text, len}, "XGBoost", err);
	if (!d)
		return -1;
	trees = node_get(node_get(node_get(node_get(document_root(d), "learner"), "gradient_booster"), "model"), "trees");
	for (size_t i = 0; i < node_count(trees); i++)
		read_tree(f, node_at(trees, i));
	document_free(d);
	if (f->trees != TREES_ROUNDS || !boosted_check(f, width))
		return error_failed(err, "XGBoost: this version saves its trees in another way");
	return 0;
}

static int fit(struct boosted *f, DMatrixHandle rows, size_t width, struct error *err)
{
	BoosterHandle booster;
	int bad;

	if (XGBoosterCreate(&rows, 1, &booster))
		return fail(err);
	bad = boost(booster, rows, err) || read_trees(f, booster, width, err);
	XGBoosterFree(booster);
	return bad ? -1 : 0;
}

int trees_fit(struct boosted *f, const double *x, const unsigned char *y, size_t count, size_t width,
	      struct error *err)
{
	float *values = mem_zero(count * width + 1, sizeof *values), *labels = mem_zero(count + 1, sizeof *labels);
	DMatrixHandle rows = NULL;
	int bad;

	*f = BOOSTED_INIT;
	for (size_t i = 0; i < count * width; i++)
		values[i] = boosted_single(x[i]);
	for (size_t i = 0; i < count; i++)
		labels[i] = y[i];
	bad = XGDMatrixCreateFromMat(values, count, width, NAN, &rows) ||
	      XGDMatrixSetFloatInfo(rows, "label", labels, count);
	bad = bad ? fail(err) : fit(f, rows, width, err);
	if (rows)
		XGDMatrixFree(rows);
	mem_free(values);
	mem_free(labels);
	if (bad)
		boosted_release(f);
	return bad ? -1 : 0;
}

#else

bool trees_available(void)
{
	return false;
}

int trees_fit(struct boosted *f, const double *x, const unsigned char *y, size_t count, size_t width,
	      struct error *err)
{
	(void)x;
	(void)y;
	(void)count;
	(void)width;
	*f = BOOSTED_INIT;
	return error_failed(err, "this program was built without XGBoost, which trees need: install libxgboost-dev and build again, or take the logit");
}

#endif
