#include "understand/segment/thresholds.h"

#include <string.h>

#include "expr/assignments.h"
#include "io/text_file.h"

static const struct span alike = SPAN("alike"), unknown = SPAN("unknown");

void thresholds_put(const struct rfm_scoring *s, struct buf *out)
{
	buf_lit(out, "# RFM thresholds of cdp-segment: the greatest value of each class but the last.\n");
	if (s->bins == RFM_PACKAGE)
		buf_lit(out, "set bins = rfm\n");
	for (size_t d = 0; d < RFM_DIMENSIONS; d++) {
		bool money = d == RFM_MONETARY;

		buf_printf(out, "%s = ", rfm_names[d]);
		if (money && !rfm_has_money(s)) {
			buf_span(out, unknown);
			buf_char(out, '\n');
			continue;
		}
		if (!s->cuts[d].count)
			buf_span(out, alike);
		rfm_put_cuts(s, (enum rfm_dimension)d, " ", out);
		if (money && *s->currency)
			buf_printf(out, " %s", s->currency);
		buf_char(out, '\n');
	}
}

/* While a file is read. */
struct parse {
	struct rfm_scoring *scoring;
	const char *file;
	bool seen[RFM_DIMENSIONS];
};

/* WORD as a threshold, times ten; false when it is none. */
static bool parse_threshold(enum rfm_dimension d, struct span word, __int128 *out)
{
	int scale = d == RFM_MONETARY ? MONEY_SCALE + 1 : 1;
	struct decimal number;

	if (!decimal_parse(word, &number) || number.scale > scale)
		return false;
	for (; number.scale < scale; number.scale++)
		if (__builtin_mul_overflow(number.digits, (__int128)10, &number.digits))
			return false;
	*out = number.digits;
	return true;
}

static int refuse_word(enum rfm_dimension d, struct span word, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	return error_usage(err, "bad threshold %s: write one to four numbers with at most %d decimal%s, ascending%s, or alike",
			   error_quote(word, quoted), d == RFM_MONETARY ? MONEY_SCALE + 1 : 1,
			   d == RFM_MONETARY ? "s" : "", d == RFM_MONETARY ? ", and a currency" : "");
}

static bool take_currency(struct rfm_scoring *s, struct span word)
{
	if (word.len >= sizeof s->currency || *s->currency || (*word.ptr >= '0' && *word.ptr <= '9') ||
	    *word.ptr == '-' || *word.ptr == '.')
		return false;
	memcpy(s->currency, word.ptr, word.len);
	return true;
}

static int take_words(struct rfm_scoring *s, enum rfm_dimension d, struct span text, struct error *err)
{
	struct rfm_cuts *cuts = &s->cuts[d];
	struct span rest = span_trim(text);
	bool named = false;

	for (struct span word; rest.len; rest = span_trim(rest)) {
		__int128 *next = &cuts->at[cuts->count];

		word = span_cut(&rest, ' ');
		if (span_equal(word, alike) && !cuts->count)
			named = true;
		else if (d == RFM_MONETARY && (named || cuts->count) && take_currency(s, word))
			continue;
		else if (named || *s->currency || cuts->count == QUINTILES || !parse_threshold(d, word, next) ||
			 (cuts->count && *next < cuts->at[cuts->count - 1]))
			return refuse_word(d, word, err);
		else
			cuts->count++;
	}
	return named || cuts->count ? 0 : refuse_word(d, text, err);
}

static int take_setting(struct rfm_scoring *s, const struct assignment *a, struct error *err)
{
	if (!span_equal(a->name, SPAN("bins")) || !span_equal(span_trim(a->text), SPAN("rfm")))
		return error_usage(err, "the only setting of thresholds is: set bins = rfm");
	s->bins = RFM_PACKAGE;
	return 0;
}

static int take_line(struct parse *p, const struct assignment *a, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	size_t d = 0;

	if (a->set)
		return take_setting(p->scoring, a, err);
	while (d < RFM_DIMENSIONS && !span_equal(a->name, span_of(rfm_names[d])))
		d++;
	if (d == RFM_DIMENSIONS)
		return error_usage(err, "no thresholds of %s: write recency, frequency or monetary",
				   error_quote(a->name, quoted));
	if (p->seen[d])
		return error_usage(err, "%s is there twice", rfm_names[d]);
	p->seen[d] = true;
	if (d == RFM_MONETARY && span_equal(span_trim(a->text), unknown))
		return 0;
	p->scoring->currency_known |= d == RFM_MONETARY;
	return take_words(p->scoring, (enum rfm_dimension)d, a->text, err);
}

static int take_placed(void *context, const struct assignment *a, struct error *err)
{
	struct parse *p = context;

	if (!take_line(p, a, err))
		return 0;
	error_place(err, p->file, a->line, a->column);
	return -1;
}

int thresholds_parse(struct rfm_scoring *s, struct span text, const char *name, struct error *err)
{
	struct parse p = {.scoring = s, .file = name};

	*s = (struct rfm_scoring){.bins = RFM_QUANTILE};
	if (assignments_parse(text, name, take_placed, &p, err))
		return -1;
	if (p.seen[RFM_RECENCY] && p.seen[RFM_FREQUENCY])
		return 0;
	error_usage(err, "no thresholds of %s: write a line such as %s",
		    p.seen[RFM_RECENCY] ? "frequency" : "recency",
		    p.seen[RFM_RECENCY] ? "frequency = 1 2 4 8" : "recency = 30 90 180 365");
	error_place(err, name, 0, 0);
	return -1;
}

int thresholds_load(struct rfm_scoring *s, const char *path, struct error *err)
{
	struct buf text = BUF_INIT;
	int failed = text_file_load(path, &text, err) ||
		     thresholds_parse(s, buf_view(&text), path, err);

	buf_release(&text);
	return failed ? -1 : 0;
}
