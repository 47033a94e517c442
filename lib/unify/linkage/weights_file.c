#include "unify/linkage/weights_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "record/document.h"

#define MODEL_TYPE "matching model"
#define MODEL_FORMAT 1
#define DIGITS 6

static double rounded(double number)
{
	char text[32];

	snprintf(text, sizeof text, "%.*g", DIGITS, number);
	return strtod(text, NULL);
}

/* Has column I level K?  Only the first of twins can be exchanged. */
static bool has_level(const struct columns *c, size_t i, unsigned k)
{
	const struct agreement_scale *scale = agreement_scale(c->list[i].kind);

	return k != scale->exchanged || c->list[i].twin > (int)i;
}

void weights_round(struct weights *w, const struct columns *c)
{
	w->lambda = rounded(w->lambda);
	w->rho = rounded(w->rho);
	for (size_t i = 0; i < c->count; i++) {
		w->agree[i] = rounded(w->agree[i]);
		for (unsigned k = 1; k < AGREEMENT_LEVELS; k++) {
			w->columns[i].m[k] = rounded(w->columns[i].m[k]);
			w->columns[i].u[k] = rounded(w->columns[i].u[k]);
		}
	}
	weights_rarity(w, c);
	weights_settle(w, c);
}

static void put_column(struct node *columns, const struct weights *w,
		       const struct columns *c, size_t i)
{
	const struct agreement_scale *scale = agreement_scale(c->list[i].kind);
	const struct level_weights *l = &w->columns[i];
	struct node *column = node_add_object(columns, NULL), *levels;

	node_add_text(column, "name", c->list[i].name);
	node_add_truth(column, "identifier", c->list[i].identifier);
	node_add_number(column, "agree", w->agree[i], DIGITS);
	levels = node_add_array(column, "levels");
	for (unsigned k = scale->count; k >= 1; k--) {
		struct node *level;

		if (!has_level(c, i, k))
			continue;
		level = node_add_object(levels, NULL);
		node_add_text(level, "level", span_of(scale->names[k]));
		node_add_number(level, "m", l->m[k], DIGITS);
		node_add_number(level, "u", l->u[k], DIGITS);
		node_add_number(level, "weight", l->weight[k], DIGITS);
	}
}

void weights_put(const struct weights *w, const struct columns *c, struct buf *out)
{
	struct document *d = document_new();
	struct node *root = document_root(d), *columns;

	node_add_text(root, "type", SPAN(MODEL_TYPE));
	node_add_integer(root, "format", MODEL_FORMAT);
	node_add_integer(root, "records", (long long)c->records);
	node_add_number(root, "lambda", w->lambda, DIGITS);
	node_add_number(root, "rho", w->rho, DIGITS);
	columns = node_add_array(root, "columns");
	for (size_t i = 0; i < c->count; i++)
		put_column(columns, w, c, i);
	document_put(d, out);
	document_free(d);
}

/* A number above LEAST, up to MOST. */
static int need_number(const struct node *object, const char *key, double most,
		       double *out, struct error *err)
{
	if (node_number(node_get(object, key), out) && *out > 0 && *out <= most)
		return 0;
	return error_usage(err, "is not a matching model: '%s' must be a number above 0, up to %g",
			   key, most);
}

static bool is_text(const struct node *object, const char *key, struct span wanted)
{
	struct span text;

	return node_text(node_get(object, key), &text) && span_equal(text, wanted);
}

/* The element of ARRAY whose KEY is NAME; NULL: none. */
static const struct node *find_named(const struct node *array, const char *key,
				     struct span name, const bool *identifier)
{
	for (size_t i = 0; i < node_count(array); i++) {
		const struct node *n = node_at(array, i);
		bool truth = false;

		if (!is_text(n, key, name))
			continue;
		if (!identifier || (node_truth(node_get(n, "identifier"), &truth) &&
				    truth == *identifier))
			return n;
	}
	return NULL;
}

static int error_column(struct error *err, struct span column, const char *what)
{
	char quoted[ERROR_QUOTE_MAX];

	return error_usage(err, "is not a matching model: column %s: %s", error_quote(column, quoted), what);
}

/* Has the model the levels by which COLUMN is compared here? */
static bool has_levels(const struct column *column, const struct node *levels)
{
	const struct agreement_scale *scale = agreement_scale(column->kind);

	for (unsigned k = 1; k <= scale->count; k++) {
		if (k != scale->exchanged &&
		    !find_named(levels, "level", span_of(scale->names[k]), NULL))
			return false;
	}
	return true;
}

/* C's column I; the document has been checked as far as it goes without. */
static int load_column(struct weights *w, const struct columns *c, size_t i,
		       const struct node *columns, struct error *err)
{
	const struct column *column = &c->list[i];
	const struct agreement_scale *scale = agreement_scale(column->kind);
	const struct node *from = find_named(columns, "name", column->name, &column->identifier);
	const struct node *levels = node_get(from, "levels");
	char quoted[ERROR_QUOTE_MAX];

	if (column->other && (!from || !has_levels(column, levels))) {
		weights_ignore(w, c, i);
		return 0;
	}
	if (!from)
		return error_usage(err, "the model does not know %s %s, which the events have: learn "
				   "another one (--model with a new file), or leave it out of the mapping",
				   column->identifier ? "identifier" : "trait",
				   error_quote(column->name, quoted));
	node_number(node_get(from, "agree"), &w->agree[i]);
	for (unsigned k = 1; k <= scale->count; k++) {
		const struct node *level = find_named(levels, "level", span_of(scale->names[k]), NULL);

		if (!has_level(c, i, k))
			continue;
		if (!level)
			return error_usage(err, "is not a matching model of this version: %s has no level '%s'",
					   error_quote(column->name, quoted), scale->names[k]);
		node_number(node_get(level, "m"), &w->columns[i].m[k]);
		node_number(node_get(level, "u"), &w->columns[i].u[k]);
	}
	return 0;
}

static int check_level(struct span column, const struct node *level, struct error *err)
{
	static const char *const keys[] = {"m", "u"};
	char of[ERROR_QUOTE_MAX], quoted[ERROR_QUOTE_MAX];
	struct span name;
	double number;

	if (!node_text(node_get(level, "level"), &name))
		return error_column(err, column, "a level has no name");
	for (int i = 0; i < 2; i++) {
		if (!node_number(node_get(level, keys[i]), &number) || !(number > 0 && number <= 1))
			return error_usage(err, "is not a matching model: '%s' of level %s of %s must be a number "
					   "above 0, up to 1", keys[i], error_quote(name, quoted),
					   error_quote(column, of));
	}
	return 0;
}

/* What can be wrong with a column whatever the events have. */
static int check_column(const struct node *column, struct error *err)
{
	const struct node *levels = node_get(column, "levels");
	double agree;
	struct span name;
	bool identifier;

	if (!node_text(node_get(column, "name"), &name))
		return error_usage(err, "is not a matching model: a column has no name");
	if (!node_truth(node_get(column, "identifier"), &identifier))
		return error_column(err, name, "'identifier' must be true or false");
	if (!node_number(node_get(column, "agree"), &agree) || !(agree >= 0 && agree <= 1))
		return error_column(err, name, "'agree' must be a number from 0 to 1");
	if (!node_count(levels))
		return error_column(err, name, "it has no levels");
	for (size_t i = 0; i < node_count(levels); i++) {
		if (check_level(name, node_at(levels, i), err))
			return -1;
	}
	return 0;
}

static int check_root(const struct node *root, double *lambda, double *records, struct error *err)
{
	const struct node *columns = node_get(root, "columns");
	double format;

	if (!is_text(root, "type", SPAN(MODEL_TYPE)))
		return error_usage(err, "is not a matching model of cdp-merge --model");
	if (!node_number(node_get(root, "format"), &format) || format != MODEL_FORMAT)
		return error_usage(err, "is a matching model of another version: learn a new one");
	if (need_number(root, "lambda", 0.5, lambda, err) ||
	    need_number(root, "records", 4294967296.0, records, err))
		return -1;
	for (size_t i = 0; i < node_count(columns); i++) {
		if (check_column(node_at(columns, i), err))
			return -1;
	}
	return 0;
}

static int load_root(struct weights *w, const struct columns *c, const struct node *root,
		     struct error *err)
{
	const struct node *columns = node_get(root, "columns");
	double records, more = 1;

	if (check_root(root, &w->lambda, &records, err))
		return -1;
	if (records > 1 && c->records > 1)
		more = (records - 1) / ((double)c->records - 1);
	w->lambda = fmin(0.5, w->lambda * more);
	if (node_get(root, "rho")) {
		if (need_number(root, "rho", 1, &w->rho, err))
			return -1;
		w->rho = fmin(0.5, w->rho * more);
	}
	for (size_t i = 0; i < c->count; i++) {
		if (load_column(w, c, i, columns, err))
			return -1;
	}
	return 0;
}

struct weights_file {
	struct document *document;
	const char *path;
};

struct weights_file *weights_open(const char *path, struct error *err)
{
	struct document *d = document_load(path, err);
	struct weights_file *f;
	double lambda, records;

	if (!d)
		return NULL;
	if (check_root(document_root(d), &lambda, &records, err)) {
		error_place(err, path, 0, 0);
		document_free(d);
		return NULL;
	}
	f = mem_alloc(sizeof *f);
	*f = (struct weights_file){d, path};
	return f;
}

void weights_close(struct weights_file *f)
{
	if (f)
		document_free(f->document);
	mem_free(f);
}

int weights_load(struct weights *w, const struct columns *c, const struct weights_file *f,
		 struct error *err)
{
	int status;

	weights_init(w, c);
	status = load_root(w, c, document_root(f->document), err);
	if (status)
		error_place(err, f->path, 0, 0);
	weights_rarity(w, c);
	weights_settle(w, c);
	return status;
}
