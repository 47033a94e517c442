#include "expr/expr.h"

#include <stdarg.h>
#include <string.h>

#include "base/mem.h"
#include "expr/tree.h"
#include "text/regex.h"
#include "text/unicode.h"

/* Where offset AT of the text stands in its file. */
static void place(struct compiler *c, size_t at)
{
	uint64_t line = c->line, column = c->column;
	size_t i, begin = 0;

	for (i = 0; i < at && i < c->text.len; i++) {
		if (c->text.ptr[i] == '\n') {
			line += c->line > 0;
			column = 1;
			begin = i + 1;
		}
	}
	error_place(c->err, c->file, line, column + (at - begin));
}

int compile_error(struct compiler *c, size_t at, const char *format, ...)
{
	struct buf message = BUF_INIT;
	va_list ap;

	va_start(ap, format);
	buf_vprintf(&message, format, ap);
	va_end(ap);
	error_usage(c->err, "%s", buf_text(&message));
	buf_release(&message);
	if (c->err)
		place(c, at);
	return -1;
}

struct expr *expr_compile(struct span text, const char *file, uint64_t line,
			  uint64_t column, const struct expr_scope *scope,
			  enum datum_type want, struct error *err)
{
	struct expr *e = mem_zero(1, sizeof(*e));
	struct compiler c = {
		.text = text.ptr ? text : SPAN(""),
		.file = file,
		.line = line,
		.column = column ? column : 1,
		.scope = scope,
		.e = e,
		.err = err,
	};

	e->root = parser_parse(&c);
	if (e->root && !check_node(&c, &e->root) &&
	    !check_coerce(&c, &e->root, want, "this place"))
		return e;
	expr_free(e);
	return NULL;
}

void expr_free(struct expr *e)
{
	size_t i;

	if (!e)
		return;
	for (i = 0; i < e->regex_count; i++)
		regex_free(e->regexes[i]);
	mem_free(e->regexes);
	for (i = 0; i < e->inner_count; i++)
		expr_free(e->inner[i]);
	mem_free(e->inner);
	arena_release(&e->arena);
	mem_free(e);
}

void expr_adopt(struct expr *e, struct expr *inner)
{
	e->inner = mem_room(e->inner, e->inner_count, &e->inner_cap,
			    sizeof(struct expr *));
	e->inner[e->inner_count++] = inner;
}

enum datum_type expr_type(const struct expr *e)
{
	return e->root->type;
}

int expr_column(const struct expr *e)
{
	return e->root->kind == NODE_NAME ? e->root->slot : -1;
}

bool expr_constant(const struct expr *e, struct datum *out)
{
	if (e->root->constant)
		*out = e->root->value;
	return e->root->constant;
}

static void visit_slots(const struct node *n,
			void (*visit)(void *context, int slot), void *context)
{
	size_t i;

	if (n->kind == NODE_NAME)
		visit(context, n->slot);
	for (i = 0; i < n->count; i++)
		visit_slots(n->args[i], visit, context);
}

void expr_slots(const struct expr *e, void (*visit)(void *context, int slot),
		void *context)
{
	visit_slots(e->root, visit, context);
}

#define DEMANDS_MAX 64

/* Slots that N demands, all different, behind the COUNT in SLOTS; how many then. */
static size_t demands(const struct node *n, int *slots, size_t count)
{
	size_t i, best = DEMANDS_MAX + 1;

	if (n->kind == NODE_NAME) {
		for (i = 0; i < count; i++)
			if (slots[i] == n->slot)
				return count;
		if (count < DEMANDS_MAX)
			slots[count++] = n->slot;
		return count;
	}
	if (n->kind != NODE_OR) {
		for (i = 0; i < n->count; i++) {
			count = demands(n->args[i], slots, count);
			if (n->function && count < DEMANDS_MAX)
				slots[count++] = -1;
		}
		return count;
	}
	for (i = 0; i < n->count; i++) {
		int other[DEMANDS_MAX];
		size_t with;

		memcpy(other, slots, count * sizeof *slots);
		with = demands(n->args[i], other, count);
		best = with < best ? with : best;
	}
	/* Which slots those are is not kept: only their number counts. */
	while (count < best && count < DEMANDS_MAX)
		slots[count++] = -1;
	return count;
}

size_t expr_demands(const struct expr *e)
{
	int slots[DEMANDS_MAX];

	return demands(e->root, slots, 0);
}

int expr_eval(const struct expr *e, struct expr_run *run, struct datum *out,
	      struct error *err)
{
	return node_eval(e->root, run, out, err);
}

int expr_test(const struct expr *e, struct expr_run *run, struct error *err)
{
	struct datum truth;

	if (node_eval(e->root, run, &truth, err))
		return -2;
	return truth.type == TYPE_TRUTH ? truth.truth : -1;
}

/* Appends one character of a header as a name has it. */
static void fold_char(struct span one, bool *gap, size_t from, struct buf *out)
{
	uint32_t point;

	if (!span_utf8_char(one, &point) || !unicode_is_letter_or_digit(point)) {
		*gap = true;
		return;
	}
	if (*gap && out->len > from)
		buf_char(out, '_');
	*gap = false;
	buf_span(out, one);
}

/* The same of a whole header of ASCII, as nearly all are; false, and nothing is appended: it is none. */
static bool fold_ascii(struct span s, struct buf *out)
{
	char *begin, *to;
	bool gap = false;

	if (!buf_reserve(out, s.len))
		return true;
	begin = to = out->ptr + out->len;
	for (size_t i = 0; i < s.len; i++) {
		char c = span_lower(s.ptr[i]);

		if ((unsigned char)c >= 0x80)
			return false;
		if ((unsigned char)(c - 'a') >= 26 && (unsigned char)(c - '0') >= 10) {
			gap = true;
			continue;
		}
		if (gap && to > begin)
			*to++ = '_';
		gap = false;
		*to++ = c;
	}
	out->len = (size_t)(to - out->ptr);
	return true;
}

static void fold_unicode(struct span header, struct buf *out)
{
	struct arena scratch = ARENA_INIT;
	struct span s = unicode_lower(unicode_nfc(header, &scratch), &scratch);
	size_t from = out->len, n;
	bool gap = false;
	uint32_t point;

	for (; s.len; s = span_sub(s, n, s.len)) {
		n = span_utf8_char(s, &point);
		n = n ? n : 1;
		fold_char(span_sub(s, 0, n), &gap, from, out);
	}
	arena_release(&scratch);
}

void expr_fold_name(struct span header, struct buf *out)
{
	if (header.len && !fold_ascii(header, out))
		fold_unicode(header, out);
}
