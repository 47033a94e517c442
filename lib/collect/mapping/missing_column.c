#include "collect/mapping/missing_column.h"

#include <string.h>

/* Of the columns the one that may be meant by NAME: by its spelling, its meaning, or a part of it. */
static const struct column *nearest_column(struct plan *p, struct span name)
{
	const char *near = error_suggest(name, p->scope.names(p));
	struct field wanted, field;
	unsigned rank;
	bool known = field_of_header(name, p->source, false, &p->arena, &wanted, &rank);

	for (size_t i = 0; i < p->column_count; i++)
		if (near && span_equal(p->columns[i].folded, span_of(near)))
			return &p->columns[i];
	for (size_t i = 0; known && i < p->column_count; i++)
		if (field_of_header(p->columns[i].name, p->source, false, &p->arena, &field, &rank) &&
		    field.section == wanted.section && span_equal(field.key, wanted.key))
			return &p->columns[i];
	for (size_t i = 0; name.len > 2 && i < p->column_count; i++) {
		struct span folded = p->columns[i].folded;

		if (span_find(folded, name) < folded.len ||
		    (folded.len > 2 && span_find(name, folded) < name.len))
			return &p->columns[i];
	}
	return NULL;
}

/* So many columns of the header are named. */
#define HEADER_SHOWN 12

int missing_column_refuse(struct plan *p, const struct map_rule *r, struct error *err)
{
	const struct column *near = nearest_column(p, p->missing);
	bool function = span_find(span_of(err->message), SPAN("is a function")) < strlen(err->message);
	bool text = span_find(span_of(err->message), SPAN("in quotes")) < strlen(err->message);
	char quoted[ERROR_QUOTE_MAX];
	struct buf b = BUF_INIT;

	buf_printf(&b, "no column %s for %.*s (", error_quote(p->missing, quoted), SPAN_ARG(r->name));
	if (r->file)
		buf_printf(&b, "%s:%llu:%llu", r->file, (unsigned long long)err->line,
			   (unsigned long long)err->column);
	else
		buf_printf(&b, "--map %.*s=%.*s", SPAN_ARG(r->name), SPAN_ARG(r->text));
	buf_char(&b, ')');
	if (near)
		buf_printf(&b, ": did you mean %s?", error_quote(near->name, quoted));
	else if (text)
		buf_lit(&b, ": a text stands in quotes.");
	if (function)
		buf_printf(&b, "%s function is written %.*s(...).", near || text ? " A" : ": a", SPAN_ARG(p->missing));
	buf_text_put(&b, near || text || function ? " The header has " : ": the header has ");
	for (size_t i = 0; i < p->column_count && i < HEADER_SHOWN; i++)
		buf_printf(&b, "%s%.*s", i ? ", " : "", SPAN_ARG(p->columns[i].name));
	buf_text_put(&b, p->column_count > HEADER_SHOWN ? ", ..." : "");
	*err = ERROR_INIT;
	error_usage(err, "%s", buf_text(&b));
	error_place(err, p->file, 0, 0);
	buf_release(&b);
	if (p->lacks)
		*p->lacks = true;
	return -1;
}
