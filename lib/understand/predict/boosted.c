#include "understand/predict/boosted.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

#define SINGLE_MAX 1e37	/* well below FLT_MAX: XGBoost doubles the largest value for its last cut */

float boosted_single(double value)
{
	if (value > SINGLE_MAX)
		return (float)SINGLE_MAX;
	return (float)(value < -SINGLE_MAX ? -SINGLE_MAX : value);
}

void boosted_release(struct boosted *f)
{
	mem_free(f->nodes);
	mem_free(f->roots);
	*f = BOOSTED_INIT;
}

void boosted_tree(struct boosted *f)
{
	f->roots = mem_room(f->roots, f->trees, &f->tree_cap, sizeof *f->roots);
	f->roots[f->trees++] = f->count;
}

void boosted_add(struct boosted *f, struct boosted_node node)
{
	int32_t first = (int32_t)f->roots[f->trees - 1];

	f->nodes = mem_room(f->nodes, f->count, &f->cap, sizeof *f->nodes);
	if (node.feature >= 0) {
		node.left += first;
		node.right += first;
	}
	f->nodes[f->count++] = node;
}

static size_t end_of(const struct boosted *f, size_t tree)
{
	return tree + 1 < f->trees ? f->roots[tree + 1] : f->count;
}

/* A broken file may lead to a node by two ways: the longer counts. */
static void deepen(unsigned char *depths, int32_t node, unsigned char parent)
{
	if (depths[node] <= parent)
		depths[node] = (unsigned char)(parent + 1);
}

static bool check_tree(const struct boosted *f, size_t tree, size_t width, unsigned char *depths)
{
	size_t end = end_of(f, tree);

	if (f->roots[tree] >= end)
		return false;
	depths[f->roots[tree]] = 0;
	for (size_t i = f->roots[tree]; i < end; i++) {
		const struct boosted_node *n = &f->nodes[i];

		if (!isfinite(n->value) || !(n->cover >= 0))
			return false;
		if (n->feature < 0)
			continue;
		if ((size_t)n->feature >= width || n->left <= (int32_t)i || n->right <= (int32_t)i ||
		    (size_t)n->left >= end || (size_t)n->right >= end || n->left == n->right ||
		    depths[i] >= BOOSTED_DEPTH_MAX)
			return false;
		deepen(depths, n->left, depths[i]);
		deepen(depths, n->right, depths[i]);
	}
	return true;
}

bool boosted_check(const struct boosted *f, size_t width)
{
	unsigned char *depths = mem_zero(f->count + 1, 1);
	bool good = true;

	for (size_t i = 0; i < f->trees && good; i++)
		good = check_tree(f, i, width, depths);
	mem_free(depths);
	return good;
}

static int32_t next_node(const struct boosted_node *n, const double *x)
{
	double value = x[n->feature];

	if (isnan(value) ? n->missing_left : boosted_single(value) < n->value)
		return n->left;
	return n->right;
}

double boosted_odds(const struct boosted *f, const double *x)
{
	double odds = 0;

	for (size_t i = 0; i < f->trees; i++) {
		const struct boosted_node *n = &f->nodes[f->roots[i]];

		while (n->feature >= 0)
			n = &f->nodes[next_node(n, x)];
		odds += n->value;
	}
	return odds;
}

/*
 * TreeSHAP.  A path is the features asked so far; element i keeps the share of rows that go this way
 * without the feature (zero), with it (one), and the weight of all subsets of i other features.
 */
struct step {
	int32_t feature;
	double zero, one, weight;
};

static void extend(struct step *path, size_t depth, double zero, double one, int32_t feature)
{
	path[depth] = (struct step){feature, zero, one, depth ? 0 : 1};
	for (size_t i = depth; i-- > 0;) {
		path[i + 1].weight += one * path[i].weight * (double)(i + 1) / (double)(depth + 1);
		path[i].weight = zero * path[i].weight * (double)(depth - i) / (double)(depth + 1);
	}
}

/* Takes element AT out of a path of DEPTH + 1. */
static void unwind(struct step *path, size_t depth, size_t at)
{
	double one = path[at].one, zero = path[at].zero, next = path[depth].weight;

	for (size_t i = depth; i-- > 0;) {
		double weight = path[i].weight;

		if (one > 0) {
			path[i].weight = next * (double)(depth + 1) / ((double)(i + 1) * one);
			next = weight - path[i].weight * zero * (double)(depth - i) / (double)(depth + 1);
		} else {
			path[i].weight = weight * (double)(depth + 1) / (zero * (double)(depth - i));
		}
	}
	for (size_t i = at; i < depth; i++) {
		path[i].feature = path[i + 1].feature;
		path[i].zero = path[i + 1].zero;
		path[i].one = path[i + 1].one;
	}
}

static double unwound_sum(const struct step *path, size_t depth, size_t at)
{
	struct step copy[BOOSTED_DEPTH_MAX + 2];
	double sum = 0;

	memcpy(copy, path, (depth + 1) * sizeof *copy);
	unwind(copy, depth, at);
	for (size_t i = 0; i < depth; i++)
		sum += copy[i].weight;
	return sum;
}

struct explanation {
	const struct boosted *boosted;
	const double *x;
	double *out;
};

static void explain_leaf(const struct explanation *e, const struct step *path, size_t depth, double value)
{
	for (size_t i = 1; i <= depth; i++)
		e->out[path[i].feature] += unwound_sum(path, depth, i) * (path[i].one - path[i].zero) * value;
}

/* DEPTH is the length of the parent's path; the element that leads here is put behind it. */
static void explain_node(const struct explanation *e, int32_t number, const struct step *parent, size_t depth,
			 struct step by)
{
	const struct boosted_node *n = &e->boosted->nodes[number];
	struct step path[BOOSTED_DEPTH_MAX + 2];
	int32_t hot;
	double zero = 1, one = 1;

	if (depth)
		memcpy(path, parent, depth * sizeof *path);
	extend(path, depth, by.zero, by.one, by.feature);
	if (n->feature < 0) {
		explain_leaf(e, path, depth, n->value);
		return;
	}
	hot = next_node(n, e->x);
	for (size_t i = 1; i <= depth; i++)
		if (path[i].feature == n->feature) {
			zero = path[i].zero;
			one = path[i].one;
			unwind(path, depth--, i);
			break;
		}
	for (int side = 0; side < 2; side++) {
		int32_t child = side ? n->right : n->left;
		double share = n->cover > 0 ? e->boosted->nodes[child].cover / n->cover : 0.5;

		/* A way that no row took says nothing, and has no part. */
		if (share > 0 || child == hot)
			explain_node(e, child, path, depth + 1,
				     (struct step){n->feature, zero * fmax(share, 1e-12), child == hot ? one : 0, 0});
	}
}

static double expected_of(const struct boosted *f, int32_t number)
{
	const struct boosted_node *n = &f->nodes[number];
	double left;

	if (n->feature < 0)
		return n->value;
	left = n->cover > 0 ? f->nodes[n->left].cover / n->cover : 0.5;
	return left * expected_of(f, n->left) + (1 - left) * expected_of(f, n->right);
}

double boosted_explain(const struct boosted *f, const double *x, double *out)
{
	const struct explanation e = {f, x, out};
	double expected = 0;

	for (size_t i = 0; i < f->trees; i++) {
		expected += expected_of(f, (int32_t)f->roots[i]);
		explain_node(&e, (int32_t)f->roots[i], NULL, 0, (struct step){-1, 1, 1, 0});
	}
	return expected;
}

/* As many digits as bring a float back. */
enum { FLOAT_DIGITS = 9, COVER_DIGITS = 6 };

static void put_node(const struct boosted_node *n, int32_t first, struct node *tree)
{
	struct node *list = node_add_array(tree, NULL);

	if (n->feature >= 0)
		node_add_integer(list, NULL, n->feature);
	node_add_number(list, NULL, n->value, FLOAT_DIGITS);
	if (n->feature >= 0) {
		node_add_integer(list, NULL, n->left - first);
		node_add_integer(list, NULL, n->right - first);
		node_add_truth(list, NULL, n->missing_left);
	}
	node_add_number(list, NULL, n->cover, COVER_DIGITS);
}

void boosted_put(const struct boosted *f, struct node *root, const char *key)
{
	struct node *trees = node_add_array(root, key);

	for (size_t i = 0; i < f->trees; i++) {
		struct node *tree = node_add_array(trees, NULL);

		for (size_t k = f->roots[i]; k < end_of(f, i); k++)
			put_node(&f->nodes[k], (int32_t)f->roots[i], tree);
	}
}

static bool get_number(const struct node *list, size_t i, double *out)
{
	return node_number(node_at(list, i), out) && fabs(*out) < 1e9;
}

static bool get_node(const struct node *list, struct boosted_node *out)
{
	double feature = -1, value, left = 0, right = 0, cover;
	bool leaf = node_count(list) == 2;

	*out = (struct boosted_node){.feature = -1};
	if (!leaf && !(node_count(list) == 6 && get_number(list, 0, &feature) && feature >= 0 &&
		       get_number(list, 2, &left) && get_number(list, 3, &right) &&
		       node_truth(node_at(list, 4), &out->missing_left)))
		return false;
	if (!get_number(list, leaf ? 0 : 1, &value) || !node_number(node_at(list, leaf ? 1 : 5), &cover))
		return false;
	out->feature = (int32_t)feature;
	out->left = (int32_t)left;
	out->right = (int32_t)right;
	out->value = (float)value;
	out->cover = cover;
	return true;
}

int boosted_get(struct boosted *f, const struct node *trees, size_t width, struct error *err)
{
	bool good = node_count(trees) > 0;

	for (size_t i = 0; i < node_count(trees) && good; i++) {
		const struct node *tree = node_at(trees, i);

		boosted_tree(f);
		for (size_t k = 0; k < node_count(tree) && good; k++) {
			struct boosted_node node;

			good = get_node(node_at(tree, k), &node);
			if (good)
				boosted_add(f, node);
		}
	}
	if (good && boosted_check(f, width))
		return 0;
	boosted_release(f);
	return error_usage(err, "is not a model of cdp-churn: its trees are none");
}
