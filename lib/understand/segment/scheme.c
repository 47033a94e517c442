#include "understand/segment/scheme.h"

#include <string.h>

#include "expr/assignments.h"
#include "expr/expr.h"
#include "io/text_file.h"

#define ANY {1, 5}

static const struct box grid[] = {
	{"champions", {5, 5}, {4, 5}, ANY},
	{"loyal", {3, 4}, {4, 5}, ANY},
	{"potential_loyalist", {4, 5}, {2, 3}, ANY},
	{"new", {5, 5}, {1, 1}, ANY},
	{"promising", {4, 4}, {1, 1}, ANY},
	{"need_attention", {3, 3}, {3, 3}, ANY},
	{"about_to_sleep", {3, 3}, {1, 2}, ANY},
	{"at_risk", {1, 2}, {3, 4}, ANY},
	{"cant_lose", {1, 2}, {5, 5}, ANY},
	{"hibernating", {1, 2}, {1, 2}, ANY},
};

static const struct box classic[] = {
	{"champions", {4, 5}, {4, 5}, {4, 5}},
	{"loyal", {2, 5}, {3, 5}, {3, 5}},
	{"potential_loyalist", {3, 5}, {1, 3}, {1, 3}},
	{"new", {4, 5}, {1, 1}, {1, 1}},
	{"promising", {3, 4}, {1, 1}, {1, 1}},
	{"need_attention", {2, 3}, {2, 3}, {2, 3}},
	{"about_to_sleep", {2, 3}, {1, 2}, {1, 2}},
	{"at_risk", {1, 2}, {2, 5}, {2, 5}},
	{"cant_lose", {1, 1}, {4, 5}, {4, 5}},
	{"hibernating", {1, 2}, {1, 2}, {1, 2}},
	{"lost", {1, 2}, {1, 2}, {1, 2}},
	{"others", ANY, ANY, ANY},
};

static const struct box rfm[] = {
	{"champions", {5, 5}, {5, 5}, {5, 5}},
	{"potential_loyalist", {3, 5}, {3, 5}, {2, 5}},
	{"loyal", {2, 4}, {2, 4}, {2, 4}},
	{"promising", {3, 4}, {1, 3}, {3, 5}},
	{"new", {4, 5}, {1, 3}, {1, 5}},
	{"cant_lose", {1, 2}, {3, 4}, {4, 5}},
	{"at_risk", {1, 2}, {2, 5}, {4, 5}},
	{"need_attention", {1, 3}, {3, 5}, {3, 5}},
	{"about_to_sleep", {2, 3}, {1, 3}, {1, 4}},
	{"lost", {1, 1}, {1, 5}, {1, 5}},
	{"others", ANY, ANY, ANY},
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
};

static void add(struct scheme *s, const struct box *box)
{
	s->boxes[s->count++] = *box;
	if (box->monetary.low > 1 || box->monetary.high < 5)
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

size_t scheme_box(const struct scheme *s, int recency, int frequency,
		  int monetary)
{
	size_t i = 0;

	while (i < s->count && !(within(s->boxes[i].recency, recency) &&
				 within(s->boxes[i].frequency, frequency) &&
				 within(s->boxes[i].monetary, monetary)))
		i++;
	return i;
}

/* How many of the 125 triples fall into box NUMBER. */
static size_t triples(const struct scheme *s, size_t number)
{
	size_t count = 0;

	for (int r = 1; r <= 5; r++)
		for (int f = 1; f <= 5; f++)
			for (int m = 1; m <= 5; m++)
				count += scheme_box(s, r, f, m) == number;
	return count;
}

size_t scheme_uncovered(const struct scheme *s)
{
	return triples(s, s->count);
}

bool scheme_reachable(const struct scheme *s, size_t number)
{
	return triples(s, number) > 0;
}
