/* Segments by recency, frequency and monetary: see rfm.h and scheme.h. */
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "understand/segment/labeller.h"
#include "understand/segment/rfm.h"
#include "understand/segment/scheme.h"
#include "understand/segment/thresholds.h"

#define RFM_PREFIX "rfm_"
#define RFM_NAME_MAX (sizeof RFM_PREFIX + BOX_NAME_MAX)

/* Of --segments; any other is a file of boxes. */
static const char *const schemes[] = {"grid", "classic", "rfm", "shopify", NULL};

/* Of --bins, in the order of enum rfm_bins. */
static const char *const bins[] = {"quantile", "ntile", "rfm", NULL};

/* The profile at hand of one worker. */
struct scored {
	struct rfm rfm;
	struct rfm_scores scores;
	uint64_t other_currency;	/* customers whose money the thresholds are not of */
};

struct rfm_state {
	bool asked;
	const char *scheme_name;
	const char *bins_name;
	const char *load_path;
	const char *save_path;
	struct scheme scheme;
	struct rules *segments;
	size_t *boxes;		/* the segment of each box, by its number */
	struct rfm_table table;
	struct rfm_scoring scoring;	/* of the table, or loaded */
	bool told_apart;	/* else nobody has a segment but prospects */
	struct scored *scored;	/* by worker */
	unsigned workers;
};

static size_t add_options(void *state, struct opt *out)
{
	struct rfm_state *s = state;

	out[0] = (struct opt){OPT_FLAG, 0, "rfm", NULL,
			      "segments by recency, frequency and monetary quintiles",
			      &s->asked, NULL, false};
	out[1] = (struct opt){OPT_INPUT, 0, "segments", "SCHEME",
			      "names of --rfm: grid, classic, rfm, shopify or a file of boxes (default: grid)",
			      &s->scheme_name, schemes, false};
	out[2] = (struct opt){OPT_CHOICE, 0, "bins", "HOW",
			      "how --rfm cuts scores: at quantiles (default), by rank, or as the R package rfm",
			      &s->bins_name, bins, false};
	out[3] = (struct opt){OPT_OUTPUT, 0, "save-thresholds", "FILE",
			      "keep what the scores of --rfm are cut at", &s->save_path, NULL, false};
	out[4] = (struct opt){OPT_INPUT, 0, "thresholds", "FILE",
			      "cut the scores of --rfm at these: kept, or written by hand", &s->load_path, NULL, false};
	return 5;
}

static int refuse_scheme(const char *name, struct error *err)
{
	const char *near = error_suggest(span_of(name), schemes);
	char quoted[ERROR_QUOTE_MAX];

	error_quote(span_of(name), quoted);
	if (near)
		return error_usage(err, "--segments: no scheme and no file %s; did you mean '%s'?",
				   quoted, near);
	return error_usage(err, "--segments: no scheme and no file %s: write grid, classic, rfm, shopify or the name of a file of boxes",
			   quoted);
}

static struct span box_segment(const struct scheme *s, size_t box, char name[RFM_NAME_MAX])
{
	memcpy(name, RFM_PREFIX, sizeof RFM_PREFIX - 1);
	memcpy(name + sizeof RFM_PREFIX - 1, s->boxes[box].name, BOX_NAME_MAX);
	return span_of(name);
}

static enum rfm_bins bins_of(const struct rfm_state *s)
{
	size_t i = 0;

	while (s->bins_name && strcmp(bins[i], s->bins_name))
		i++;
	return (enum rfm_bins)i;
}

static int refuse_options(const struct rfm_state *s, struct error *err)
{
	if (s->load_path && s->bins_name)
		return error_usage(err, "--thresholds says where scores are cut: leave --bins out");
	if (s->load_path && s->save_path)
		return error_usage(err, "--save-thresholds keeps what is found anew: leave --thresholds out");
	if (s->save_path && bins_of(s) == RFM_NTILE)
		return error_usage(err, "--bins ntile ranks the customers of one run, which no threshold says: save those of --bins quantile");
	return 0;
}

static int find_scheme(struct rfm_state *s, const char *name, struct error *err)
{
	if (scheme_find(&s->scheme, name))
		return 0;
	if (access(name, F_OK))
		return refuse_scheme(name, err);
	return scheme_load(&s->scheme, name, err);
}

static void declare_segments(struct rfm_state *s, struct rules *segments, const char *name,
			     struct buf *warnings)
{
	char segment[RFM_NAME_MAX];
	size_t bare = scheme_uncovered(&s->scheme);

	for (size_t i = 0; i < s->scheme.count; i++) {
		rules_declare(segments, box_segment(&s->scheme, i, segment));
		if (!scheme_reachable(&s->scheme, i))
			buf_printf(warnings, "%s can never match: the segments before it take all its scores\n",
				   segment);
	}
	if (!bare)
		return;
	buf_printf(warnings, "%zu of the 125 combinations of scores have no segment in %s: ", bare, name);
	scheme_put_uncovered(&s->scheme, warnings);
	buf_char(warnings, '\n');
}

static void report_thresholds(struct rfm_state *s, struct labeller_notes *notes)
{
	rfm_put_thresholds(&s->scoring, &notes->sentences);
	buf_char(&notes->sentences, '\n');
	rfm_put_thresholds_value(&s->scoring, labeller_stat(notes, "rfm_thresholds"));
}

/* Thresholds that are there already: nothing is to be learned. */
static int load_thresholds(struct rfm_state *s, struct labeller_notes *notes, struct error *err)
{
	if (thresholds_load(&s->scoring, s->load_path, err))
		return -1;
	s->told_apart = true;
	buf_printf(&notes->sentences, "RFM by %s: ", s->load_path);
	report_thresholds(s, notes);
	if (s->scheme.reads_money && !rfm_has_money(&s->scoring))
		buf_printf(&notes->warnings, "%s has no monetary, so every RFM segment is unknown\n", s->load_path);
	return LABELLER_READY;
}

static int declare_boxes(void *state, const struct labeller_run *run,
			 struct labeller_notes *notes, struct error *err)
{
	struct rfm_state *s = state;
	const char *name = s->scheme_name ? s->scheme_name : "grid";

	if (!s->asked && !s->scheme_name && !s->bins_name && !s->load_path && !s->save_path)
		return 0;
	if (refuse_options(s, err) || find_scheme(s, name, err))
		return -1;
	declare_segments(s, run->segments, name, &notes->warnings);
	s->segments = run->segments;
	s->workers = run->workers;
	s->scored = mem_zero(run->workers, sizeof *s->scored);
	rfm_table_init(&s->table, bins_of(s), run->memory, run->scratch);
	return s->load_path ? load_thresholds(s, notes, err) : LABELLER_LEARNS;
}

static void number_boxes(void *state)
{
	struct rfm_state *s = state;
	char segment[RFM_NAME_MAX];

	s->boxes = mem_zero(s->scheme.count + 1, sizeof *s->boxes);
	for (size_t i = 0; i < s->scheme.count; i++)
		s->boxes[i] = rules_number(s->segments, box_segment(&s->scheme, i, segment));
}

/* Equal values are ranked by the customers' ids: any order of the input gives the same ranks. */
static int read_customer(const struct profile *p, struct rfm *out, struct error *err)
{
	if (rfm_read(p, out, err))
		return -1;
	out->tie = (uint32_t)hash_128(p->id.raw).high;
	return 0;
}

static int learn_rfm(void *state, unsigned worker, const struct profile *p, struct buf *out)
{
	struct rfm rfm;

	(void)state;
	(void)worker;
	if (read_customer(p, &rfm, NULL))
		return -1;
	if (rfm.known)
		buf_put(out, &rfm, sizeof rfm);
	return 0;
}

static int absorb_rfm(void *state, struct span bytes, struct error *err)
{
	struct rfm_state *s = state;
	struct rfm rfm;

	for (size_t at = 0; at < bytes.len; at += sizeof rfm) {
		memcpy(&rfm, bytes.ptr + at, sizeof rfm);
		if (rfm_table_add(&s->table, &rfm, err))
			return -1;
	}
	return 0;
}

/* Thresholds of an earlier run, which the file would still hold, are not those of this one. */
static int refuse_saving(const struct rfm_state *s, const char *why, struct error *err)
{
	if (!s->save_path)
		return 0;
	return error_usage(err, "--save-thresholds: there are none: %s", why);
}

/* What cannot be told is unknown: no label that the data does not carry. */
static int note_alike(struct rfm_state *s, struct labeller_notes *notes, struct error *err)
{
	struct buf why = BUF_INIT;
	int status = 0;

	s->told_apart = rfm_tells_apart(&s->table, s->scheme.reads_money, &why);
	if (!s->told_apart) {
		buf_printf(&notes->warnings, "no RFM segments: %s\n", buf_text(&why));
		status = refuse_saving(s, buf_text(&why), err);
	}
	buf_release(&why);
	return status;
}

/* Where there are fewer classes than five: the segments that nobody can be in. */
static void note_classes(struct rfm_state *s, struct labeller_notes *notes)
{
	size_t begin = notes->warnings.len, named = 0;
	bool possible[RFM_DIMENSIONS][5];
	char segment[RFM_NAME_MAX];

	rfm_put_warnings(&s->table, s->scheme.reads_money, &notes->warnings);
	if (notes->warnings.len == begin)
		return;
	for (size_t d = 0; d < RFM_DIMENSIONS; d++)
		for (int score = 1; score <= 5; score++)
			possible[d][score - 1] = rfm_possible(&s->table, (enum rfm_dimension)d, score);
	for (size_t i = 0; i < s->scheme.count; i++) {
		if (scheme_reachable_by(&s->scheme, i, possible) || !scheme_reachable(&s->scheme, i))
			continue;
		box_segment(&s->scheme, i, segment);
		buf_printf(&notes->warnings, "%s%s", named++ ? ", " : "with these classes nobody can be in ", segment);
	}
	if (named)
		buf_char(&notes->warnings, '\n');
}

static int settle_quintiles(void *state, struct labeller_notes *notes, struct error *err)
{
	struct rfm_state *s = state;

	if (rfm_table_finish(&s->table, err))
		return -1;
	s->scoring = s->table.scoring;
	if (!s->table.customers) {
		buf_lit(&notes->warnings, "no profile has a dated order: no RFM segments (cdp-ingest --map time=COLUMN dates orders)\n");
		return refuse_saving(s, "no profile has a dated order", err);
	}
	if (note_alike(s, notes, err))
		return -1;
	if (!s->told_apart)
		return 0;
	note_classes(s, notes);
	rfm_put_split_ties(&s->table, s->scheme.reads_money, &notes->warnings);
	buf_printf(&notes->sentences, "RFM of %llu customers with orders: ",
		   (unsigned long long)s->table.customers);
	report_thresholds(s, notes);
	if (s->scoring.currency_mixed)
		buf_printf(&notes->warnings, "customers pay in different currencies, which do not compare: monetary is unknown%s\n",
			   s->scheme.reads_money ? ", and so is every RFM segment" : "");
	if (s->save_path)
		thresholds_put(&s->scoring, labeller_file(notes, s->save_path));
	return 0;
}

/* Scores the customer at hand: his box, or the scheme's count; *KNOWN is false where there are none. */
static size_t find_box(const struct rfm_state *s, struct scored *c, bool *known)
{
	*known = c->rfm.known && s->told_apart;
	if (!*known)
		return s->scheme.count;
	c->scores = rfm_score(&s->scoring, &c->rfm);
	c->other_currency += !c->scores.monetary && c->rfm.money_known && rfm_has_money(&s->scoring);
	*known = c->scores.monetary || !s->scheme.reads_money;
	return scheme_box(&s->scheme, c->scores.recency, c->scores.frequency,
			  c->scores.monetary ? c->scores.monetary : 1);
}

/* The truth of each segment of the scheme. */
static int label_by_boxes(void *state, unsigned worker, const struct profile *p,
			  struct rules_run *run, struct error *err)
{
	struct rfm_state *s = state;
	struct scored *c = &s->scored[worker];
	size_t box, no_order = scheme_no_order(&s->scheme);
	bool known;

	c->scores = (struct rfm_scores){0};
	if (read_customer(p, &c->rfm, err))
		return -1;
	box = find_box(s, c, &known);
	if (no_order < s->scheme.count && c->rfm.none) {
		known = true;
		box = no_order;
	}
	for (size_t i = 0; i < s->scheme.count; i++)
		rules_run_set(run, s->boxes[i], known || (i == no_order && c->rfm.known) ? 0 : -1);
	if (known && box < s->scheme.count)
		rules_run_set(run, s->boxes[box], 1);
	return 0;
}

static bool explain_box(void *state, unsigned worker, struct rules_run *run,
			size_t number, struct buf *out)
{
	struct rfm_state *s = state;
	const struct scored *c = &s->scored[worker];

	(void)run;
	for (size_t i = 0; i < s->scheme.count; i++) {
		if (s->boxes[i] != number)
			continue;
		rfm_put_reason(&c->rfm, &c->scores, out);
		return true;
	}
	return false;
}

static void release_rfm(void *state)
{
	struct rfm_state *s = state;

	mem_free(s->boxes);
	mem_free(s->scored);
	rfm_table_release(&s->table);
}

static void note_currencies(void *state, struct labeller_notes *notes)
{
	struct rfm_state *s = state;
	uint64_t others = 0;

	for (unsigned i = 0; i < s->workers; i++)
		others += s->scored[i].other_currency;
	if (others)
		buf_printf(&notes->warnings, "%llu customer%s not in %s, as the thresholds of monetary are: %s unknown\n",
			   (unsigned long long)others, others == 1 ? " pays" : "s pay",
			   *s->scoring.currency ? s->scoring.currency : "an unknown currency",
			   others == 1 ? "it is" : "theirs are");
}

const struct labeller rfm_labeller = {
	sizeof(struct rfm_state), add_options, declare_boxes, number_boxes,
	learn_rfm, absorb_rfm, settle_quintiles, label_by_boxes, explain_box, note_currencies, release_rfm, true,
};
