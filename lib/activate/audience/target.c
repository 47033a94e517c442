#include "activate/audience/target.h"

#include <string.h>

#include "base/mem.h"
#include "expr/assignments.h"

const char *const target_shape_names[] = {"csv", "json", "excel", NULL};

struct parsing {
	struct target *t;
	const char *file;
	/* Settings that name columns, for when all are known. */
	struct assignment key, needs;
};

void target_release(struct target *t)
{
	mem_free(t->column);
	arena_release(&t->texts);
}

static int refuse(const struct parsing *p, const struct assignment *a, struct error *err)
{
	error_place(err, p->file, a->line, a->column);
	return -1;
}

static int choose(struct span value, const char *const *names, const struct parsing *p,
		  const struct assignment *a, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct buf all = BUF_INIT;

	for (int i = 0; names[i]; i++) {
		if (span_equal(value, span_of(names[i]))) {
			buf_release(&all);
			return i;
		}
		buf_printf(&all, "%s%s", i ? ", " : "", names[i]);
	}
	error_usage(err, "%.*s is %s, not one of %s", SPAN_ARG(a->name), error_quote(value, quoted), buf_text(&all));
	buf_release(&all);
	return refuse(p, a, err);
}

static const char *const yes_no[] = {"no", "yes", NULL};

static int set_number(uint64_t *out, struct span value, const struct parsing *p, const struct assignment *a,
		      struct error *err)
{
	if (span_number(value, out))
		return 0;
	error_usage(err, "%.*s is a whole number", SPAN_ARG(a->name));
	return refuse(p, a, err);
}

/* "newest", "rows", or "columns 3". */
static int set_several(struct target *t, struct span value, const struct parsing *p, const struct assignment *a,
		       struct error *err)
{
	static const char *const names[] = {"newest", "columns", "rows", NULL};
	uint64_t columns = 0;
	int which;

	if (span_starts(value, SPAN("columns "))) {
		struct span number = span_trim(span_sub(value, 8, value.len));

		if (!span_number(number, &columns) || columns < 1 || columns > 9) {
			error_usage(err, "several = columns N has an N from 1 to 9");
			return refuse(p, a, err);
		}
		value = SPAN("columns");
	}
	which = choose(value, names, p, a, err);
	if (which < 0)
		return -1;
	t->several = which;
	t->columns = columns ? columns : 3;
	return 0;
}

static const char *const setting_names[] = {
	"shape", "header", "sale", "several", "least", "batch", "key", "needs", NULL,
};

static int take_setting(struct parsing *p, const struct assignment *a, struct span value, struct error *err)
{
	struct target *t = p->t;
	char quoted[ERROR_QUOTE_MAX];
	const char *near;
	int which = -1, chosen;

	for (int i = 0; setting_names[i]; i++)
		if (span_equal(a->name, span_of(setting_names[i])))
			which = i;
	switch (which) {
	case 0:
		chosen = choose(value, target_shape_names, p, a, err);
		t->shape = chosen < 0 ? 0 : chosen;
		return chosen < 0 ? -1 : 0;
	case 1:
	case 2:
		chosen = choose(value, yes_no, p, a, err);
		*(which == 1 ? &t->header : &t->sale) = chosen > 0;
		return chosen < 0 ? -1 : 0;
	case 3: return set_several(t, value, p, a, err);
	case 4: return set_number(&t->least, value, p, a, err);
	case 5: return set_number(&t->batch, value, p, a, err);
	case 6: p->key = *a; return 0;
	case 7: p->needs = *a; return 0;
	}
	near = error_suggest(a->name, setting_names);
	error_usage(err, "unknown setting %s%s%s%s", error_quote(a->name, quoted), near ? "; did you mean '" : "",
		    near ? near : "", near ? "'?" : "");
	return refuse(p, a, err);
}

/* Where the last " as " of TEXT stands that no quote holds; text.len: nowhere. */
static size_t find_as(struct span text)
{
	size_t found = text.len;
	char quote = 0;

	for (size_t i = 0; i + 4 <= text.len; i++) {
		char c = text.ptr[i];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '\'' || c == '"' || c == '`')
			quote = c;
		else if (!memcmp(text.ptr + i, " as ", 4))
			found = i;
	}
	return found;
}

/* "form", "form sha256" or "sha256". */
static int take_form(struct parsing *p, struct target_column *c, const struct assignment *a, struct span words,
		     struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	const char *near;

	words = span_trim(words);
	if (span_ends(words, SPAN("sha256")) && (words.len == 6 || words.ptr[words.len - 7] == ' ')) {
		c->hashed = true;
		words = span_trim(span_sub(words, 0, words.len - 6));
	}
	c->form = words.len ? form_find(words) : FORM_TEXT;
	if (c->form == FORM_DIGEST && c->hashed) {
		error_usage(err, "a digest is not hashed again: leave out sha256");
		return refuse(p, a, err);
	}
	if (c->form != FORM_COUNT)
		return 0;
	near = error_suggest(words, form_names);
	error_usage(err, "unknown form %s%s%s%s", error_quote(words, quoted), near ? "; did you mean '" : "",
		    near ? near : "", near ? "'?" : "");
	return refuse(p, a, err);
}

static int take(void *context, const struct assignment *a, struct error *err)
{
	struct parsing *p = context;
	struct target *t = p->t;
	struct target_column c = {.line = a->line, .column = a->column};
	struct buf value = BUF_INIT;
	size_t as = find_as(a->text);
	int failed;

	if (a->set) {
		failed = assignment_value(a, p->file, &value, err) || take_setting(p, a, buf_view(&value), err);
		buf_release(&value);
		return failed ? -1 : 0;
	}
	if (t->count == TARGET_COLUMNS_MAX) {
		error_usage(err, "more than %d columns", TARGET_COLUMNS_MAX);
		return refuse(p, a, err);
	}
	c.label = arena_copy(&t->texts, a->name);
	c.text = arena_copy(&t->texts, span_trim(span_sub(a->text, 0, as)));
	if (as < a->text.len && take_form(p, &c, a, span_sub(a->text, as + 4, a->text.len), err))
		return -1;
	t->column = mem_room(t->column, t->count, &t->cap, sizeof *t->column);
	t->column[t->count++] = c;
	return 0;
}

/* The next word group of *REST before WORD (" or ", " and ", ","). */
static struct span cut_before(struct span *rest, struct span word)
{
	size_t at = span_find(*rest, word);
	struct span piece = span_trim(span_sub(*rest, 0, at));

	*rest = at < rest->len ? span_sub(*rest, at + word.len, rest->len) : SPAN_NONE;
	return piece;
}

static int find_column(const struct parsing *p, const struct assignment *a, struct span label, uint64_t *bits,
		       struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	bool found = false;

	for (size_t i = 0; i < p->t->count; i++) {
		if (!span_equal(p->t->column[i].label, label))
			continue;
		*bits |= UINT64_C(1) << i;
		found = true;
	}
	if (found)
		return 0;
	error_usage(err, "no column %s in this target", error_quote(label, quoted));
	return refuse(p, a, err);
}

static int settle_key(struct parsing *p, struct error *err)
{
	struct span rest = p->key.text;
	uint64_t bits = 0;

	if (!p->key.line)
		return 0;
	while (!span_absent(rest))
		if (find_column(p, &p->key, cut_before(&rest, SPAN(",")), &bits, err))
			return -1;
	for (size_t i = 0; i < p->t->count; i++)
		p->t->column[i].key = bits >> i & 1;
	p->t->keyed = true;
	return 0;
}

static int settle_needs(struct parsing *p, struct error *err)
{
	struct span rest = p->needs.text;

	if (!p->needs.line)
		return 0;
	while (!span_absent(rest)) {
		struct span group = cut_before(&rest, SPAN(" or "));

		if (p->t->need_count == TARGET_NEEDS_MAX) {
			error_usage(err, "needs has at most %d alternatives", TARGET_NEEDS_MAX);
			return refuse(p, &p->needs, err);
		}
		while (!span_absent(group))
			if (find_column(p, &p->needs, cut_before(&group, SPAN(" and ")),
					&p->t->needs[p->t->need_count], err))
				return -1;
		p->t->need_count++;
	}
	return 0;
}

int target_parse(struct target *t, struct span text, const char *file, struct error *err)
{
	struct parsing p = {.t = t, .file = file};
	struct span rest = text, first = span_cut(&rest, '\n');

	t->about = "";
	t->header = t->sale = true;
	t->batch = 1000;
	if (span_starts(first, SPAN("#")))
		t->about = arena_copy(&t->texts, span_trim(span_sub(first, 1, first.len))).ptr;
	/* Settings that wait for the columns point into the text. */
	text = arena_copy(&t->texts, text);
	if (assignments_parse(text, file, take, &p, err))
		return -1;
	if (!t->count) {
		error_usage(err, "a target without columns: write 'NAME = expression as form'");
		error_place(err, file, 0, 0);
		return -1;
	}
	return settle_key(&p, err) || settle_needs(&p, err) ? -1 : 0;
}
