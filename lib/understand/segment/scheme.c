#include "understand/segment/scheme.h"

#include <string.h>

#include "expr/assignments.h"
#include "expr/expr.h"
#include "io/text_file.h"

#define ANY {1, 5}

static const struct box grid[] = {
	{"champions", {5, 5}, {4, 5}, ANY, {0, 0}, false},
	{"loyal", {3, 4}, {4, 5}, ANY, {0, 0}, false},
	{"potential_loyalist", {4, 5}, {2, 3}, ANY, {0, 0}, false},
	{"new", {5, 5}, {1, 1}, ANY, {0, 0}, false},
	{"promising", {4, 4}, {1, 1}, ANY, {0, 0}, false},
	{"need_attention", {3, 3}, {3, 3}, ANY, {0, 0}, false},
	{"about_to_sleep", {3, 3}, {1, 2}, ANY, {0, 0}, false},
	{"at_risk", {1, 2}, {3, 4}, ANY, {0, 0}, false},
	{"cant_lose", {1, 2}, {5, 5}, ANY, {0, 0}, false},
	{"hibernating", {1, 2}, {1, 2}, ANY, {0, 0}, false},
};

static const struct box classic[] = {
	{"champions", {4, 5}, {4, 5}, {4, 5}, {0, 0}, false},
	{"loyal", {2, 5}, {3, 5}, {3, 5}, {0, 0}, false},
	{"potential_loyalist", {3, 5}, {1, 3}, {1, 3}, {0, 0}, false},
	{"new", {4, 5}, {1, 1}, {1, 1}, {0, 0}, false},
	{"promising", {3, 4}, {1, 1}, {1, 1}, {0, 0}, false},
	{"need_attention", {2, 3}, {2, 3}, {2, 3}, {0, 0}, false},
	{"about_to_sleep", {2, 3}, {1, 2}, {1, 2}, {0, 0}, false},
	{"at_risk", {1, 2}, {2, 5}, {2, 5}, {0, 0}, false},
	{"cant_lose", {1, 1}, {4, 5}, {4, 5}, {0, 0}, false},
	{"hibernating", {1, 2}, {1, 2}, {1, 2}, {0, 0}, false},
	{"lost", {1, 2}, {1, 2}, {1, 2}, {0, 0}, false},
	{"others", ANY, ANY, ANY, {0, 0}, false},
};

static const struct box rfm[] = {
	{"champions", {5, 5}, {5, 5}, {5, 5}, {0, 0}, false},
	{"potential_loyalist", {3, 5}, {3, 5}, {2, 5}, {0, 0}, false},
	{"loyal", {2, 4}, {2, 4}, {2, 4}, {0, 0}, false},
	{"promising", {3, 4}, {1, 3}, {3, 5}, {0, 0}, false},
	{"new", {4, 5}, {1, 3}, {1, 5}, {0, 0}, false},
	{"cant_lose", {1, 2}, {3, 4}, {4, 5}, {0, 0}, false},
	{"at_risk", {1, 2}, {2, 5}, {4, 5}, {0, 0}, false},
	{"need_attention", {1, 3}, {3, 5}, {3, 5}, {0, 0}, false},
	{"about_to_sleep", {2, 3}, {1, 3}, {1, 4}, {0, 0}, false},
	{"lost", {1, 1}, {1, 5}, {1, 5}, {0, 0}, false},
	{"others", ANY, ANY, ANY, {0, 0}, false},
};

static const struct box shopify[] = {
	{"champions", {5, 5}, ANY, ANY, {8, 10}, false},
	{"loyal", {3, 4}, ANY, ANY, {8, 10}, false},
	{"active", {4, 5}, ANY, ANY, {5, 7}, false},
	{"new", {5, 5}, ANY, ANY, {2, 4}, false},
	{"promising", {3, 4}, ANY, ANY, {2, 4}, false},
	{"needs_attention", {3, 3}, ANY, ANY, {5, 7}, false},
	{"previously_loyal", {1, 2}, ANY, ANY, {9, 10}, false},
	{"at_risk", {1, 2}, ANY, ANY, {6, 8}, false},
	{"almost_lost", {2, 2}, ANY, ANY, {2, 5}, false},
	{"dormant", {1, 1}, ANY, ANY, {2, 5}, false},
	{"prospects", ANY, ANY, ANY, {0, 0}, true},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct {
	const char *name;
	const struct box *boxes;
	size_t count;
} schemes[] = {
	{"grid", grid, COUNT(grid)},
	{"classic", classic, COUNT(classic)},
	{"rfm", rfm, COUNT(rfm)},
	{"shopify", shopify, COUNT(shopify)},
};

static void add(struct scheme *s, const struct box *box)
{
	s->boxes[s->count++] = *box;
	if (box->monetary.low > 1 || box->monetary.high < 5 || box->both.high)
		s->reads_money = true;
}

bool scheme_find(struct scheme *s, const char *name)
{
	*s = (struct scheme){.count = 0};
	for (size_t i = 0; i < COUNT(schemes); i++) {
		if (strcmp(schemes[i].name, name))
			continue;
		for (size_t k = 0; k < schemes[i].count; k++)
			add(s, &schemes[i].boxes[k]);
		return true;
	}
	return false;
}

/* "4-5" or "3". */
static bool parse_range(struct span text, struct range *out)
{
	if (text.len != 1 && (text.len != 3 || text.ptr[1] != '-'))
		return false;
	out->low = (unsigned char)(text.ptr[0] - '0');
	out->high = (unsigned char)(text.ptr[text.len - 1] - '0');
	return out->low >= 1 && out->low <= out->high && out->high <= 5;
}

/* The next word of *REST, which is absent behind the last. */
static struct span next_word(struct span *rest)
{
	*rest = span_trim(*rest);
	return span_cut(rest, ' ');
}

static int take_box(void *context, const struct assignment *a,
		    struct error *err)
{
	struct scheme *s = context;
	struct span rest = a->text;
	char quoted[ERROR_QUOTE_MAX];
	struct box box = {.name = ""};

	if (a->set)
		return error_usage(err, "a scheme has no settings: write name = R F M");
	if (!a->name.len || a->name.len >= BOX_NAME_MAX)
		return error_usage(err, "a segment's name has 1 to %d bytes",
				   BOX_NAME_MAX - 1);
	if (s->count == SCHEME_BOXES_MAX)
		return error_usage(err, "more than %d boxes", SCHEME_BOXES_MAX);
	memcpy(box.name, a->name.ptr, a->name.len);
	if (!parse_range(next_word(&rest), &box.recency) ||
	    !parse_range(next_word(&rest), &box.frequency) ||
	    !parse_range(next_word(&rest), &box.monetary) ||
	    !span_absent(rest))
		return error_usage(err, "bad scores %s: write three ranges from 1 to 5 for recency, frequency and monetary, such as 4-5 3 1-5",
				   error_quote(span_trim(a->text), quoted));
	add(s, &box);
	return 0;
}

struct placed {
	struct scheme *scheme;
	const char *file;
};

static int take_placed(void *context, const struct assignment *a,
		       struct error *err)
{
	struct placed *p = context;

	if (!take_box(p->scheme, a, err))
		return 0;
	error_place(err, p->file, a->line, a->column);
	return -1;
}

int scheme_parse(struct scheme *s, struct span text, const char *name,
		 struct error *err)
{
	struct placed p = {s, name};

	*s = (struct scheme){.count = 0};
	if (assignments_parse(text, name, take_placed, &p, err))
		return -1;
	if (s->count)
		return 0;
	error_usage(err, "names no segments: write lines such as champions = 5 4-5 1-5");
	error_place(err, name, 0, 0);
	return -1;
}

int scheme_load(struct scheme *s, const char *path, struct error *err)
{
	struct buf text = BUF_INIT;
	int failed = text_file_load(path, &text, err) ||
		     scheme_parse(s, buf_view(&text), path, err);

	buf_release(&text);
	return failed ? -1 : 0;
}

static bool within(struct range r, int score)
{
	return score >= r.low && score <= r.high;
}

static bool holds(const struct box *box, int recency, int frequency, int monetary)
{
	return !box->no_order && within(box->recency, recency) && within(box->frequency, frequency) &&
	       within(box->monetary, monetary) &&
	       (!box->both.high || within(box->both, frequency + monetary));
}

size_t scheme_box(const struct scheme *s, int recency, int frequency,
		  int monetary)
{
	size_t i = 0;

	while (i < s->count && !holds(&s->boxes[i], recency, frequency, monetary))
		i++;
	return i;
}

size_t scheme_no_order(const struct scheme *s)
{
	size_t i = 0;

	while (i < s->count && !s->boxes[i].no_order)
		i++;
	return i;
}

/* How many of the triples that are POSSIBLE (NULL: all 125) fall into box NUMBER. */
static size_t triples(const struct scheme *s, size_t number, const bool (*possible)[5])
{
	size_t count = 0;

	for (int r = 1; r <= 5; r++)
		for (int f = 1; f <= 5; f++)
			for (int m = 1; m <= 5; m++)
				count += (!possible || (possible[0][r - 1] && possible[1][f - 1] && possible[2][m - 1])) &&
					 scheme_box(s, r, f, m) == number;
	return count;
}

size_t scheme_uncovered(const struct scheme *s)
{
	return triples(s, s->count, NULL);
}

bool scheme_reachable(const struct scheme *s, size_t number)
{
	return s->boxes[number].no_order || triples(s, number, NULL) > 0;
}

bool scheme_reachable_by(const struct scheme *s, size_t number, const bool possible[3][5])
{
	return s->boxes[number].no_order || triples(s, number, possible) > 0;
}

/* Cells without a box, as few words as say it. */
#define CELLS_NAMED 10

struct cells {
	const struct scheme *scheme;
	struct buf *out;
	size_t named;
	size_t left;		/* cells behind those named */
};

/* Frequencies LOW to HIGH and monetaries M_LOW to M_HIGH of R: are all bare? */
static bool all_bare(const struct scheme *s, int r, int f_low, int f_high, int m_low, int m_high)
{
	for (int f = f_low; f <= f_high; f++)
		for (int m = m_low; m <= m_high; m++)
			if (scheme_box(s, r, f, m) < s->count)
				return false;
	return true;
}

static void name_cell(struct cells *c, size_t cells, int r, int f, int m)
{
	if (c->named == CELLS_NAMED) {
		c->left += cells;
		return;
	}
	buf_printf(c->out, "%sR%d", c->named++ ? ", " : "", r);
	if (f)
		buf_printf(c->out, " F%d", f);
	if (m)
		buf_printf(c->out, " M%d", m);
}

static void name_frequency(struct cells *c, int r, int f)
{
	if (all_bare(c->scheme, r, f, f, 1, 5)) {
		name_cell(c, 5, r, f, 0);
		return;
	}
	for (int m = 1; m <= 5; m++)
		if (all_bare(c->scheme, r, f, f, m, m))
			name_cell(c, 1, r, f, m);
}

void scheme_put_uncovered(const struct scheme *s, struct buf *out)
{
	struct cells c = {.scheme = s, .out = out};

	for (int r = 1; r <= 5; r++) {
		if (all_bare(s, r, 1, 5, 1, 5)) {
			name_cell(&c, 25, r, 0, 0);
			continue;
		}
		for (int f = 1; f <= 5; f++)
			name_frequency(&c, r, f);
	}
	if (c.left)
		buf_printf(out, " and %zu more", c.left);
}
