/* Segments that k-means finds: see cluster_find.h and cluster_model.h. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "expr/profile_asked.h"
#include "understand/segment/cluster_find.h"
#include "understand/segment/labeller.h"

#define DEFAULT_FEATURES "recency, log(orders), log(revenue)"
#define DEFAULT_WINSORIZE 1
#define WINSORIZE_MAX 25
#define NOT_GIVEN UINT64_MAX

static const char *const counts[] = {"auto", "gap", NULL};
static const char *const scalings[] = {"z", "robust", NULL};

/* What one thread keeps. */
struct clusters_worker {
	struct feature_run run;
	struct feature_value values[FEATURES_MAX];
	struct cluster_place place;	/* of the profile labelled last */
	bool placed;
	uint64_t missing[FEATURES_MAX];	/* customers without a place for want of it */
	uint64_t foreign;		/* that pay in another currency than the model's */
	uint64_t customers;
};

struct clusters_state {
	const char *clusters;
	const char *list;
	const char *scaling;
	const char *save_path;
	uint64_t winsorize;
	bool loaded;			/* from a file: nothing to learn */
	struct cluster_asked asked;
	struct features features;
	struct cluster_model model;
	struct cluster_table table;
	struct rules *segments;
	size_t declared;
	size_t numbers[CLUSTERS_MAX];	/* the segment of each cluster */
	uint64_t memory;		/* that learning may take */
	struct clusters_worker *workers;
	unsigned worker_count;
};

static size_t add_options(void *state, struct opt *out)
{
	struct clusters_state *s = state;

	s->winsorize = NOT_GIVEN;
	out[0] = (struct opt){OPT_INPUT, 0, "clusters", "K",
			      "segments by K clusters (k-means), as many as there are (auto, gap), or those of a FILE of --save-clusters",
			      &s->clusters, counts, false};
	out[1] = (struct opt){OPT_STRING, 0, "features", "LIST",
			      "what --clusters looks at, expressions (default: " DEFAULT_FEATURES ")",
			      &s->list, NULL, false};
	out[2] = (struct opt){OPT_CHOICE, 0, "scaling", "HOW",
			      "scale of numbers: deviation from the mean, or from the median by quartiles (default: z)",
			      &s->scaling, scalings, false};
	out[3] = (struct opt){OPT_NUMBER, 0, "winsorize", "P",
			      "cut numbers at their quantiles of P and 100 - P % (default: 1; 0: not)",
			      &s->winsorize, NULL, false};
	out[4] = (struct opt){OPT_OUTPUT, 0, "save-clusters", "FILE",
			      "write the clusters to FILE as JSON, for --clusters FILE", &s->save_path,
			      NULL, false};
	return 5;
}

static const char *other_option(const struct clusters_state *s)
{
	return s->list ? "--features" : s->scaling ? "--scaling" :
	       s->winsorize != NOT_GIVEN ? "--winsorize" : s->save_path ? "--save-clusters" : NULL;
}

static int refuse_count(const char *text, struct error *err)
{
	const char *near = error_suggest(span_of(text), counts);
	char quoted[ERROR_QUOTE_MAX];

	error_quote(span_of(text), quoted);
	if (near)
		return error_usage(err, "--clusters: no file %s; did you mean '%s'?", quoted, near);
	return error_usage(err, "--clusters: no file %s: write a number from 2 to %d, auto, gap or the name of a file of --save-clusters",
			   quoted, CLUSTERS_MAX);
}

static int load_clusters(struct clusters_state *s, struct error *err)
{
	const char *other = other_option(s);

	if (other)
		return error_usage(err, "%s: the file of --clusters says it; leave it out, or write --clusters auto",
				   other);
	s->loaded = true;
	if (clusters_load(&s->model, s->clusters, err))
		return -1;
	s->declared = s->model.count;
	return 0;
}

/* 1 where there is a file, 0 where clusters are to be found, -1 with *ERR. */
static int read_count(struct clusters_state *s, struct error *err)
{
	uint64_t k;

	s->asked.choice = !strcmp(s->clusters, "gap") ? CHOICE_GAP : CHOICE_SILHOUETTE;
	s->declared = CLUSTERS_AUTO_MAX;
	if (!strcmp(s->clusters, "auto") || !strcmp(s->clusters, "gap"))
		return 0;
	if (!span_number(span_of(s->clusters), &k)) {
		if (access(s->clusters, F_OK))
			return refuse_count(s->clusters, err);
		return load_clusters(s, err) ? -1 : 1;
	}
	if (k < 2 || k > CLUSTERS_MAX)
		return error_usage(err, "--clusters: %s is not from 2 to %d; auto finds how many there are",
				   s->clusters, CLUSTERS_MAX);
	s->asked.choice = CHOICE_GIVEN;
	s->asked.k = s->declared = k;
	return 0;
}

static int read_options(struct clusters_state *s, struct error *err)
{
	int loaded = read_count(s, err);

	if (loaded)
		return loaded;
	if (s->winsorize == NOT_GIVEN)
		s->winsorize = DEFAULT_WINSORIZE;
	if (s->winsorize > WINSORIZE_MAX)
		return error_usage(err, "--winsorize: at most %d %% at either end", WINSORIZE_MAX);
	s->model.winsorize = s->winsorize;
	s->model.robust = s->scaling && !strcmp(s->scaling, "robust");
	return features_parse(&s->features, span_of(s->list ? s->list : DEFAULT_FEATURES),
			      "--features", err);
}

/* Names of a file are anybody's, and may be those of another labeller. */
static int declare_names(struct clusters_state *s, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	for (size_t j = 0; j < s->declared; j++) {
		if (!s->loaded)
			snprintf(s->model.list[j].name, CLUSTER_NAME_MAX, "cluster_%zu", j + 1);
		if (rules_is_taken(s->segments, span_of(s->model.list[j].name))) {
			error_quote(span_of(s->model.list[j].name), quoted);
			error_usage(err, "the cluster's name %s belongs to a segment that another option makes: change it in the file", quoted);
			error_place(err, s->clusters, 0, 0);
			return -1;
		}
		rules_declare(s->segments, span_of(s->model.list[j].name));
	}
	return 0;
}

static void release_clusters(void *state)
{
	struct clusters_state *s = state;

	for (unsigned i = 0; i < s->worker_count; i++)
		feature_run_release(&s->workers[i].run);
	mem_free(s->workers);
	table_release(&s->table);
	clusters_release(&s->model);
	features_release(&s->features);
}

static int declare_clusters(void *state, const struct labeller_run *run,
			    struct labeller_notes *notes, struct error *err)
{
	struct clusters_state *s = state;

	(void)notes;
	if (!s->clusters && other_option(s))
		return error_usage(err, "%s: say how many, too: --clusters auto, or a number", other_option(s));
	if (!s->clusters)
		return 0;
	features_init(&s->features);
	clusters_init(&s->model, &s->features);
	s->segments = run->segments;
	s->asked.workers = run->workers;
	s->memory = run->all_memory;
	if (read_options(s, err) < 0 || declare_names(s, err)) {
		release_clusters(s);
		return -1;
	}
	table_init(&s->table, &s->features);
	s->workers = mem_zero(run->workers, sizeof *s->workers);
	s->worker_count = run->workers;
	for (unsigned i = 0; i < run->workers; i++)
		feature_run_init(&s->workers[i].run, &s->features, run->zone);
	return s->loaded ? LABELLER_READY : LABELLER_LEARNS;
}

static void number_clusters(void *state)
{
	struct clusters_state *s = state;

	for (size_t j = 0; j < s->declared; j++)
		s->numbers[j] = rules_number(s->segments, span_of(s->model.list[j].name));
}

static int learn_features(void *state, unsigned worker, const struct profile *p, struct buf *out)
{
	struct clusters_state *s = state;

	return table_encode(&s->workers[worker].run, p, out);
}

/* The points stay in memory: each turn reads all of them. */
static int absorb_features(void *state, struct span bytes, struct error *err)
{
	struct clusters_state *s = state;
	uint64_t most = s->memory / table_row_bytes(&s->features);

	if (s->table.count >= most)
		return error_usage(err, "--clusters: more than %llu customers of %zu feature%s do not fit into --memory, at %llu bytes each: raise it, or --save-clusters of a part (shuf -n %llu) and label all by --clusters FILE",
				   (unsigned long long)most, s->features.count, s->features.count == 1 ? "" : "s",
				   (unsigned long long)table_row_bytes(&s->features), (unsigned long long)most);
	table_add(&s->table, bytes);
	return 0;
}

/* Amounts of several currencies have no distance. */
static int refuse_currencies(const struct clusters_state *s, struct error *err)
{
	const struct money_seen **seen = mem_zero(s->worker_count, sizeof *seen);
	struct buf lines = BUF_INIT;
	struct span rest, first;
	int status = 0;

	for (unsigned i = 0; i < s->worker_count; i++)
		seen[i] = &s->workers[i].run.money;
	money_put(&s->features.money, seen, s->worker_count, &lines);
	rest = buf_view(&lines);
	first = span_cut(&rest, '\n');
	if (first.len)
		status = error_usage(err, "--features: %.*s", SPAN_ARG(first));
	buf_release(&lines);
	mem_free(seen);
	return status;
}

/* The warning says why there are none. */
static int refuse_saving(const struct labeller_notes *notes, struct error *err)
{
	struct span rest = buf_view(&notes->warnings), line = SPAN("no clusters"), next;

	while (rest.len) {
		next = span_cut(&rest, '\n');
		line = next.len ? next : line;
	}
	return error_usage(err, "--save-clusters: %.*s", SPAN_ARG(line));
}

/* A feature of --features that nobody has, most likely misspelt. */
static int refuse_unknown(const struct clusters_state *s, struct error *err)
{
	const struct profile_row **rows = mem_zero(s->worker_count, sizeof *rows);
	struct buf lines = BUF_INIT;
	struct span rest, doubt;
	char quoted[ERROR_QUOTE_MAX];
	int status = 0;

	for (unsigned i = 0; i < s->worker_count; i++)
		rows[i] = &s->workers[i].run.row;
	asked_put(profile_scope_asked(s->features.scope), rows, s->worker_count, &lines);
	rest = buf_view(&lines);
	doubt = span_cut(&rest, '\n');
	for (size_t f = 0; f < s->features.count && s->table.count && !status; f++) {
		if (s->table.columns[f].unknown < s->table.count)
			continue;
		error_quote(s->features.list[f].name, quoted);
		status = doubt.len ? error_usage(err, "--features: %s: %.*s", quoted, SPAN_ARG(doubt)) :
			 error_usage(err, "--features: %s is unknown for all %zu customers: leave it out",
				     quoted, s->table.count);
	}
	buf_release(&lines);
	mem_free(rows);
	return status;
}

static int settle_clusters(void *state, struct labeller_notes *notes, struct error *err)
{
	struct clusters_state *s = state;
	struct cluster_model *m = &s->model;

	if (refuse_currencies(s, err) || (s->list && refuse_unknown(s, err)) ||
	    table_settle(&s->table, m, s->asked.workers, err))
		return -1;
	m->has_money = s->features.money.count > 0;
	if (!s->table.currency_mixed)
		memcpy(m->currency, s->table.currency, sizeof m->currency);
	clusters_find(&s->table, &s->asked, m, notes);
	for (size_t j = m->count; j < s->declared; j++)
		rules_void(s->segments, s->numbers[j]);
	if (s->save_path && m->count)
		clusters_put_file(m, s->table.points.count, labeller_file(notes, s->save_path));
	else if (s->save_path)
		return refuse_saving(notes, err);
	table_release(&s->table);
	table_init(&s->table, &s->features);
	return 0;
}

/* Does P pay in another currency than the customers of the model? */
static int is_foreign(const struct cluster_model *m, const struct profile *p, bool *foreign,
		      struct error *err)
{
	struct rfm rfm;

	*foreign = false;
	if (!m->has_money)
		return 0;
	if (rfm_read(p, &rfm, err))
		return -1;
	*foreign = rfm.money_known && memcmp(rfm.currency, m->currency, sizeof m->currency) != 0;
	return 0;
}

static int label_by_clusters(void *state, unsigned worker, const struct profile *p,
			     struct rules_run *run, struct error *err)
{
	struct clusters_state *s = state;
	struct clusters_worker *w = &s->workers[worker];
	size_t missing = 0;
	bool foreign;

	if (features_read(&w->run, p, w->values, err) || is_foreign(&s->model, p, &foreign, err))
		return -1;
	w->customers++;
	w->foreign += foreign;
	w->placed = s->model.count && !foreign &&
		    clusters_place(&s->model, w->values, &w->place, &missing);
	if (!w->placed && !foreign && s->model.count)
		w->missing[missing]++;
	for (size_t j = 0; j < s->declared; j++)
		rules_run_set(run, s->numbers[j], j >= s->model.count || w->placed ? 0 : -1);
	if (w->placed)
		rules_run_set(run, s->numbers[w->place.cluster], 1);
	return 0;
}

static void put_value(const struct clusters_state *s, const struct clusters_worker *w, size_t f,
		      struct buf *out)
{
	const struct cluster *c = &s->model.list[w->place.cluster];
	struct span text = w->values[f].text;

	buf_span(out, s->features.list[f].name);
	if (s->model.about[f].kind == FEATURE_NUMBER) {
		buf_printf(out, " %.6g (centre %.6g)", w->values[f].number, c->numbers[f]);
		return;
	}
	buf_char(out, ' ');
	buf_span(out, w->values[f].kind == FEATURE_TEXT ? text : SPAN("unknown"));
	buf_lit(out, " (centre ");
	buf_span(out, c->codes[f] == CODE_UNKNOWN ? SPAN("unknown") :
		 s->model.about[f].texts.entries[c->codes[f] - 1].key);
	buf_char(out, ')');
}

static bool explain_cluster(void *state, unsigned worker, struct rules_run *run, size_t number,
			    struct buf *out)
{
	struct clusters_state *s = state;
	const struct clusters_worker *w = &s->workers[worker];
	size_t j = 0;

	(void)run;
	while (j < s->declared && s->numbers[j] != number)
		j++;
	if (j == s->declared)
		return false;
	if (!w->placed) {
		buf_lit(out, "a feature is unknown");
		return true;
	}
	buf_printf(out, "distance %.3g", w->place.distance);
	if (w->place.next != w->place.cluster)
		buf_printf(out, ", next %s %.3g", s->model.list[w->place.next].name,
			   w->place.next_distance);
	for (size_t f = 0; f < s->features.count; f++) {
		buf_text_put(out, f ? ", " : ": ");
		put_value(s, w, f, out);
	}
	return true;
}

static void put_missing(const struct clusters_state *s, uint64_t none, uint64_t foreign,
			const uint64_t *missing, struct buf *out)
{
	bool any = false;

	buf_printf(out, none == 1 ? "%llu customer is in no cluster" : "%llu customers are in no cluster",
		   (unsigned long long)none);
	for (size_t f = 0; f < s->features.count; f++) {
		if (!missing[f])
			continue;
		buf_text_put(out, any ? ", " : ": ");
		any = true;
		error_clean(s->features.list[f].name, out);
		buf_printf(out, " is unknown for %llu", (unsigned long long)missing[f]);
	}
	if (any)
		buf_lit(out, " (coalesce(FEATURE, VALUE) gives it a value)");
	if (foreign)
		buf_printf(out, "%s money in another currency than %s for %llu", any ? ";" : ":",
			   *s->model.currency ? s->model.currency : "the unnamed one of the clusters",
			   (unsigned long long)foreign);
	buf_char(out, '\n');
}

static void report_missing(void *state, struct labeller_notes *notes)
{
	const struct clusters_state *s = state;
	uint64_t missing[FEATURES_MAX] = {0}, none = 0, foreign = 0, all = 0;

	for (unsigned i = 0; i < s->worker_count; i++) {
		foreign += s->workers[i].foreign;
		all += s->workers[i].customers;
		for (size_t f = 0; f < s->features.count; f++) {
			missing[f] += s->workers[i].missing[f];
			none += s->workers[i].missing[f];
		}
	}
	none += foreign;
	if (none)
		put_missing(s, none, foreign, missing,
			    none > all / 2 ? &notes->warnings : &notes->sentences);
}

const struct labeller clusters_labeller = {
	sizeof(struct clusters_state), add_options, declare_clusters, number_clusters,
	learn_features, absorb_features, settle_clusters, label_by_clusters, explain_cluster,
	report_missing, release_clusters, false,
};
