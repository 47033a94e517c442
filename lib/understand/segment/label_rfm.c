/* Segments by recency, frequency and monetary: see rfm.h and scheme.h. */
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "understand/segment/labeller.h"
#include "understand/segment/rfm.h"
#include "understand/segment/scheme.h"

#define RFM_PREFIX "rfm_"
#define RFM_NAME_MAX (sizeof RFM_PREFIX + BOX_NAME_MAX)

/* Of --segments; any other is a file of boxes. */
static const char *const schemes[] = {"grid", "classic", "rfm", NULL};

/* The profile at hand of one worker. */
struct scored {
	struct rfm rfm;
	struct rfm_scores scores;
};

struct rfm_state {
	bool asked;
	const char *scheme_name;
	struct scheme scheme;
	struct rules *segments;
	size_t *boxes;		/* the segment of each box, by its number */
	struct rfm_table table;
	bool told_apart;	/* else nobody has a segment */
	struct scored *scored;	/* by worker */
};

static size_t add_options(void *state, struct opt *out)
{
	struct rfm_state *s = state;

	out[0] = (struct opt){OPT_FLAG, 0, "rfm", NULL,
			      "segments by recency, frequency and monetary quintiles",
			      &s->asked, NULL, false};
	out[1] = (struct opt){OPT_INPUT, 0, "segments", "SCHEME",
			      "names of --rfm: grid, classic, rfm or a file of boxes (default: grid)",
			      &s->scheme_name, schemes, false};
	return 2;
}

static int refuse_scheme(const char *name, struct error *err)
{
	const char *near = error_suggest(span_of(name), schemes);
	char quoted[ERROR_QUOTE_MAX];

	error_quote(span_of(name), quoted);
	if (near)
		return error_usage(err, "--segments: no scheme and no file %s; did you mean '%s'?",
				   quoted, near);
	return error_usage(err, "--segments: no scheme and no file %s: write grid, classic, rfm or the name of a file of boxes",
			   quoted);
}

static struct span box_segment(const struct scheme *s, size_t box, char name[RFM_NAME_MAX])
{
	memcpy(name, RFM_PREFIX, sizeof RFM_PREFIX - 1);
	memcpy(name + sizeof RFM_PREFIX - 1, s->boxes[box].name, BOX_NAME_MAX);
	return span_of(name);
}

static int declare_boxes(void *state, const struct labeller_run *run,
			 struct labeller_notes *notes, struct error *err)
{
	struct rfm_state *s = state;
	const char *name = s->scheme_name ? s->scheme_name : "grid";
	char segment[RFM_NAME_MAX];
	size_t bare;

	if (!s->asked && !s->scheme_name)
		return 0;
	if (!scheme_find(&s->scheme, name)) {
		if (access(name, F_OK))
			return refuse_scheme(name, err);
		if (scheme_load(&s->scheme, name, err))
			return -1;
	}
	for (size_t i = 0; i < s->scheme.count; i++) {
		rules_declare(run->segments, box_segment(&s->scheme, i, segment));
		if (!scheme_reachable(&s->scheme, i))
			buf_printf(&notes->warnings, "%s can never match: the segments before it take all its scores\n",
				   segment);
	}
	bare = scheme_uncovered(&s->scheme);
	if (bare)
		buf_printf(&notes->warnings, "%zu of the 125 combinations of scores have no segment in %s\n",
			   bare, name);
	s->segments = run->segments;
	s->scored = mem_zero(run->workers, sizeof *s->scored);
	rfm_table_init(&s->table, run->memory, run->scratch);
	return 1;
}

static void number_boxes(void *state)
{
	struct rfm_state *s = state;
	char segment[RFM_NAME_MAX];

	s->boxes = mem_zero(s->scheme.count + 1, sizeof *s->boxes);
	for (size_t i = 0; i < s->scheme.count; i++)
		s->boxes[i] = rules_number(s->segments, box_segment(&s->scheme, i, segment));
}

static int learn_rfm(void *state, unsigned worker, const struct profile *p, struct buf *out)
{
	struct rfm rfm;

	(void)state;
	(void)worker;
	if (rfm_read(p, &rfm, NULL))
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

/* What cannot be told is unknown: no label that the data does not carry. */
static void note_alike(struct rfm_state *s, struct labeller_notes *notes)
{
	struct buf why = BUF_INIT;

	s->told_apart = rfm_tells_apart(&s->table, s->scheme.reads_money, &why);
	if (!s->told_apart)
		buf_printf(&notes->warnings, "no RFM segments: %s\n", buf_text(&why));
	buf_release(&why);
}

/* Where many share the least frequency, and that is not 1, F1 is no sign of a newcomer. */
static void note_frequent(const struct rfm_table *t, struct labeller_notes *notes)
{
	const __int128 *at = t->frequency_at;

	if (at[0] != at[1] || at[0] != 5 * t->frequency_range.least || t->frequency_range.least == 1)
		return;
	buf_lit(&notes->warnings, "so many customers have ordered ");
	decimal_put(&notes->warnings, ranking_decimal(at[0], 0));
	buf_lit(&notes->warnings, " times that frequency tells few apart: a low score does not mean a newcomer\n");
}

static int settle_quintiles(void *state, struct labeller_notes *notes, struct error *err)
{
	struct rfm_state *s = state;

	if (rfm_table_finish(&s->table, err))
		return -1;
	if (!s->table.customers) {
		buf_lit(&notes->warnings, "no profile has a dated order: no RFM segments (cdp-ingest --map time=COLUMN dates orders)\n");
		return 0;
	}
	note_alike(s, notes);
	if (!s->told_apart)
		return 0;
	note_frequent(&s->table, notes);
	buf_printf(&notes->sentences, "RFM of %llu customers with orders: ",
		   (unsigned long long)s->table.customers);
	rfm_put_thresholds(&s->table, &notes->sentences);
	buf_char(&notes->sentences, '\n');
	if (s->table.currency_mixed)
		buf_printf(&notes->warnings, "customers pay in different currencies, which do not compare: monetary is unknown%s\n",
			   s->scheme.reads_money ? ", and so is every RFM segment" : "");
	rfm_put_thresholds_value(&s->table, labeller_stat(notes, "rfm_thresholds"));
	return 0;
}

/* The truth of each segment of the scheme. */
static int label_by_boxes(void *state, unsigned worker, const struct profile *p,
			  struct rules_run *run, struct error *err)
{
	struct rfm_state *s = state;
	struct scored *c = &s->scored[worker];
	size_t box = s->scheme.count;
	bool known;

	c->scores = (struct rfm_scores){0};
	if (rfm_read(p, &c->rfm, err))
		return -1;
	known = c->rfm.known && s->told_apart;
	if (known) {
		c->scores = rfm_score(&s->table, &c->rfm);
		known = c->scores.monetary || !s->scheme.reads_money;
		box = scheme_box(&s->scheme, c->scores.recency, c->scores.frequency,
				 c->scores.monetary ? c->scores.monetary : 1);
	}
	for (size_t i = 0; i < s->scheme.count; i++)
		rules_run_set(run, s->boxes[i], known ? 0 : -1);
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

const struct labeller rfm_labeller = {
	sizeof(struct rfm_state), add_options, declare_boxes, number_boxes,
	learn_rfm, absorb_rfm, settle_quintiles, label_by_boxes, explain_box, NULL, release_rfm,
};
