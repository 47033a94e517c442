#include "understand/segment/cluster_model.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "record/document.h"
#include "record/scan.h"

#define FORMAT 1

void clusters_init(struct cluster_model *m, struct features *f)
{
	memset(m, 0, sizeof *m);
	m->features = f;
}

void clusters_release(struct cluster_model *m)
{
	for (size_t f = 0; f < FEATURES_MAX; f++)
		map_release(&m->about[f].texts);
	for (size_t j = 0; j < CLUSTERS_MAX; j++)
		buf_release(&m->list[j].words);
	centres_release(&m->centres);
}

void clusters_set_shape(struct cluster_model *m)
{
	m->shape = (struct points){.count = 1, .code_weight = m->text_weight};
	for (size_t f = 0; f < m->features->count; f++) {
		m->shape.width += m->about[f].kind == FEATURE_NUMBER;
		m->shape.code_width += m->about[f].kind == FEATURE_TEXT;
	}
}

double clusters_scale(const struct cluster_feature *about, double number)
{
	if (!(about->spread > 0))
		return 0;
	return (fmin(fmax(number, about->low), about->high) - about->middle) / about->spread;
}

/* NUMBERS and CODES by feature, one after the other on the scale. */
static void scale_all(const struct cluster_model *m, const double *numbers, const uint32_t *codes,
		      double *scaled, uint32_t *coded)
{
	for (size_t f = 0; f < m->features->count; f++) {
		if (m->about[f].kind == FEATURE_NUMBER)
			*scaled++ = clusters_scale(&m->about[f], numbers[f]);
		else
			*coded++ = codes[f];
	}
}

void clusters_arrange(struct cluster_model *m)
{
	double scaled[FEATURES_MAX];
	uint32_t coded[FEATURES_MAX];

	clusters_set_shape(m);
	centres_release(&m->centres);
	centres_init(&m->centres, m->count, &m->shape);
	for (size_t j = 0; j < m->count; j++) {
		scale_all(m, m->list[j].numbers, m->list[j].codes, scaled, coded);
		centres_set(&m->centres, j, scaled, coded);
	}
}

static uint32_t code_of(const struct cluster_feature *about, const struct feature_value *v)
{
	size_t at;

	if (v->kind == FEATURE_UNKNOWN)
		return CODE_UNKNOWN;
	at = map_find(&about->texts, v->text);
	return at == MAP_NONE ? CODE_OTHER : (uint32_t)at + 1;
}

static void find_two(const struct cluster_model *m, const double *scaled, const uint32_t *coded,
		     struct cluster_place *place)
{
	double room[CENTRES_ROOM(CLUSTERS_MAX)];
	struct points point = m->shape;

	point.numbers = scaled;
	point.codes = coded;
	place->cluster = centres_nearest(&m->centres, &point, 0, room, &place->distance);
	place->next = place->cluster;
	for (size_t j = 0; j < m->count; j++)
		if (j != place->cluster &&
		    (place->next == place->cluster || room[j] < room[place->next]))
			place->next = j;
	place->next_distance = sqrt(room[place->next]);
	place->distance = sqrt(place->distance);
}

bool clusters_place(const struct cluster_model *m, const struct feature_value values[FEATURES_MAX],
		 struct cluster_place *place, size_t *missing)
{
	double scaled[FEATURES_MAX];
	uint32_t coded[FEATURES_MAX];
	bool any = false;

	for (size_t f = 0; f < m->features->count; f++) {
		*missing = f;
		if (m->about[f].kind == FEATURE_NUMBER && values[f].kind != FEATURE_NUMBER)
			return false;
		any |= values[f].kind != FEATURE_UNKNOWN;
		place->numbers[f] = values[f].number;
		place->codes[f] = code_of(&m->about[f], &values[f]);
	}
	if (!any)
		return false;
	scale_all(m, place->numbers, place->codes, scaled, coded);
	find_two(m, scaled, coded, place);
	return true;
}

/* ---- The file ---- */

static void put_number(struct buf *out, const char *name, double number)
{
	buf_printf(out, ", \"%s\": ", name);
	document_put_shortest(out, number);
}

static void put_feature(const struct cluster_model *m, size_t f, struct buf *out)
{
	const struct cluster_feature *about = &m->about[f];

	buf_lit(out, "    {\"name\": ");
	text_encode(out, m->features->list[f].name);
	buf_lit(out, ", \"expression\": ");
	text_encode(out, m->features->list[f].text);
	buf_printf(out, ", \"kind\": \"%s\"", about->kind == FEATURE_NUMBER ? "number" : "text");
	if (about->kind == FEATURE_NUMBER) {
		put_number(out, "low", about->low);
		put_number(out, "high", about->high);
		put_number(out, "middle", about->middle);
		put_number(out, "spread", about->spread);
	}
	buf_char(out, '}');
}

static void put_centre(const struct cluster_model *m, const struct cluster *c, struct buf *out)
{
	buf_lit(out, "\"centre\": [");
	for (size_t f = 0; f < m->features->count; f++) {
		if (f)
			buf_lit(out, ", ");
		if (m->about[f].kind == FEATURE_NUMBER)
			document_put_shortest(out, c->numbers[f]);
		else if (c->codes[f] == CODE_UNKNOWN)
			buf_lit(out, "null");
		else
			text_encode(out, m->about[f].texts.entries[c->codes[f] - 1].key);
	}
	buf_char(out, ']');
}

static void put_cluster(const struct cluster_model *m, const struct cluster *c, struct buf *out)
{
	buf_lit(out, "    {\"name\": ");
	text_encode(out, span_of(c->name));
	buf_printf(out, ", \"customers\": %llu,\n     \"card\": ", (unsigned long long)c->customers);
	text_encode(out, buf_view(&c->words));
	buf_lit(out, ",\n     ");
	put_centre(m, c, out);
	buf_char(out, '}');
}

void clusters_put_file(const struct cluster_model *m, uint64_t customers, struct buf *out)
{
	buf_printf(out, "{\n  \"format\": %d,\n  \"model\": \"clusters\",\n  \"customers\": %llu,\n",
		   FORMAT, (unsigned long long)customers);
	buf_printf(out, "  \"scaling\": \"%s\",\n  \"winsorize\": %llu,\n  \"text_weight\": ",
		   m->robust ? "robust" : "z", (unsigned long long)m->winsorize);
	document_put_shortest(out, m->text_weight);
	if (m->has_money) {
		buf_lit(out, ",\n  \"currency\": ");
		text_encode(out, span_of(m->currency));
	}
	buf_lit(out, ",\n  \"features\": [\n");
	for (size_t f = 0; f < m->features->count; f++) {
		put_feature(m, f, out);
		buf_text_put(out, f + 1 < m->features->count ? ",\n" : "\n");
	}
	buf_lit(out, "  ],\n  \"clusters\": [\n");
	for (size_t j = 0; j < m->count; j++) {
		put_cluster(m, &m->list[j], out);
		buf_text_put(out, j + 1 < m->count ? ",\n" : "\n");
	}
	buf_lit(out, "  ]\n}\n");
}

/* ---- Reading it: each returns -1 with a usage error that names the member. ---- */

static int need_number(const struct node *n, const char *key, double *out, struct error *err)
{
	if (node_number(node_get(n, key), out) && isfinite(*out))
		return 0;
	return error_usage(err, "is no file of --save-clusters: '%s' is no number", key);
}

static int need_text(const struct node *n, const char *key, struct span *out, struct error *err)
{
	if (node_text(node_get(n, key), out))
		return 0;
	return error_usage(err, "is no file of --save-clusters: '%s' is no text", key);
}

static int read_limits(struct cluster_feature *about, const struct node *n, struct error *err)
{
	if (need_number(n, "low", &about->low, err) || need_number(n, "high", &about->high, err) ||
	    need_number(n, "middle", &about->middle, err) || need_number(n, "spread", &about->spread, err))
		return -1;
	if (about->low > about->high || about->spread < 0)
		return error_usage(err, "has a feature whose %s", about->spread < 0 ? "'spread' is below 0" : "'low' is above its 'high'");
	return 0;
}

static int read_feature(struct cluster_model *m, const struct node *n, const char *path,
			struct error *err)
{
	struct cluster_feature *about = &m->about[m->features->count];
	struct span name, text, kind;
	char quoted[ERROR_QUOTE_MAX];

	if (need_text(n, "name", &name, err) || need_text(n, "expression", &text, err) ||
	    need_text(n, "kind", &kind, err) ||
	    features_add(m->features, name, text, path, err))
		return -1;
	if (span_equal(kind, SPAN("text"))) {
		about->kind = FEATURE_TEXT;
		return 0;
	}
	about->kind = FEATURE_NUMBER;
	if (!span_equal(kind, SPAN("number")))
		return error_usage(err, "has a feature of the unknown kind %s: number or text",
				   error_quote(kind, quoted));
	return read_limits(about, n, err);
}

static int read_place(struct cluster_model *m, struct cluster *c, const struct node *centre,
		      struct error *err)
{
	if (node_count(centre) != m->features->count)
		return error_usage(err, "has a cluster whose 'centre' has %zu values for %zu features",
				   node_count(centre), m->features->count);
	for (size_t f = 0; f < m->features->count; f++) {
		const struct node *n = node_at(centre, f);
		struct span text;

		if (m->about[f].kind == FEATURE_NUMBER) {
			if (!node_number(n, &c->numbers[f]) || !isfinite(c->numbers[f]))
				return error_usage(err, "has a cluster whose 'centre' has no number in place %zu",
						   f + 1);
		} else {
			c->codes[f] = node_text(n, &text) ?
				      (uint32_t)map_put(&m->about[f].texts, text, NULL) + 1 : CODE_UNKNOWN;
		}
	}
	return 0;
}

static int read_cluster(struct cluster_model *m, const struct node *n, struct error *err)
{
	struct cluster *c = &m->list[m->count];
	char quoted[ERROR_QUOTE_MAX];
	struct span name, card;

	if (need_text(n, "name", &name, err))
		return -1;
	if (!name.len || name.len >= CLUSTER_NAME_MAX || memchr(name.ptr, 0, name.len))
		return error_usage(err, "has the cluster name %s: 1 to %d bytes",
				   error_quote(name, quoted), CLUSTER_NAME_MAX - 1);
	memcpy(c->name, name.ptr, name.len);
	for (size_t j = 0; j < m->count; j++)
		if (!strcmp(m->list[j].name, c->name))
			return error_usage(err, "has two clusters named %s", error_quote(name, quoted));
	if (node_text(node_get(n, "card"), &card))
		buf_span(&c->words, card);
	m->count++;
	return read_place(m, c, node_get(n, "centre"), err);
}

static int read_head(struct cluster_model *m, const struct node *root, struct error *err)
{
	struct span text;
	double number;
	char quoted[ERROR_QUOTE_MAX];

	if (!node_text(node_get(root, "model"), &text) || !span_equal(text, SPAN("clusters")))
		return error_usage(err, "is no file of --save-clusters: it has no \"model\": \"clusters\"");
	if (need_number(root, "format", &number, err) ||
	    need_number(root, "text_weight", &m->text_weight, err))
		return -1;
	if (number != FORMAT)
		return error_usage(err, "has clusters of format %.6g; this program reads format %d",
				   number, FORMAT);
	if (m->text_weight < 0)
		return error_usage(err, "has a 'text_weight' below 0");
	m->has_money = node_text(node_get(root, "currency"), &text);
	if (!m->has_money)
		return 0;
	if (text.len >= sizeof m->currency)
		return error_usage(err, "has the currency %s: at most %zu bytes", error_quote(text, quoted), sizeof m->currency - 1);
	memcpy(m->currency, text.ptr, text.len);
	return 0;
}

static int read_lists(struct cluster_model *m, const struct node *root, const char *path,
		      struct error *err)
{
	const struct node *features = node_get(root, "features"), *clusters = node_get(root, "clusters");

	if (!node_count(features) || node_count(features) > FEATURES_MAX)
		return error_usage(err, "has %zu features: 1 to %d", node_count(features), FEATURES_MAX);
	if (!node_count(clusters) || node_count(clusters) > CLUSTERS_MAX)
		return error_usage(err, "has %zu clusters: 1 to %d", node_count(clusters), CLUSTERS_MAX);
	for (size_t i = 0; i < node_count(features); i++)
		if (read_feature(m, node_at(features, i), path, err))
			return -1;
	if (m->features->money.count && !m->has_money)
		return error_usage(err, "has features of money and no 'currency'");
	for (size_t i = 0; i < node_count(clusters); i++)
		if (read_cluster(m, node_at(clusters, i), err))
			return -1;
	return 0;
}

int clusters_load(struct cluster_model *m, const char *path, struct error *err)
{
	struct document *d = document_load(path, err);
	int failed;

	if (!d)
		return -1;
	failed = read_head(m, document_root(d), err) || read_lists(m, document_root(d), path, err);
	if (failed)
		error_place(err, path, 0, 0);
	document_free(d);
	if (failed)
		return -1;
	clusters_arrange(m);
	return 0;
}
