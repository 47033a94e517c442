#include "unify/graph/exclude_where.h"

#include "base/mem.h"
#include "expr/profile_asked.h"
#include "record/text.h"

bool exclude_where_is(struct span line, struct span *text)
{
	struct span word = SPAN("where");

	if (!span_equal_nocase(span_sub(line, 0, word.len), word) || line.len == word.len ||
	    (line.ptr[word.len] != ' ' && line.ptr[word.len] != '\t'))
		return false;
	*text = span_trim(span_sub(line, word.len, SIZE_MAX));
	return true;
}

void exclude_where_release(struct exclude_where *w)
{
	for (size_t i = 0; i < w->count; i++)
		expr_free(w->list[i].expr);
	mem_free(w->list);
	money_watches_release(&w->money);
	money_seen_release(&w->seen);
	profile_scope_free(w->scope);
	arena_release(&w->texts);
	buf_release(&w->warnings);
	buf_release(&w->uses);
	*w = (struct exclude_where){0};
}

int exclude_where_add(struct exclude_where *w, struct span text, const char *file, uint64_t line, uint64_t column,
		      struct error *err)
{
	struct exclude_condition new = {.line = line};
	struct buf canonical = BUF_INIT;
	struct expr_scope names;

	if (!w->scope)
		w->scope = profile_scope_new();
	names = profile_scope_names(w->scope);
	new.expr = expr_compile(text, file, line, column, &names, TYPE_TRUTH, err);
	if (!new.expr)
		return -1;
	expr_put(new.expr, &canonical);
	new.text = arena_copy(&w->texts, buf_view(&canonical));
	new.file = arena_copy(&w->texts, span_of(file)).ptr;
	buf_clear(&canonical);
	buf_lit(&canonical, "where ");
	error_clean(new.text, &canonical);
	money_watch(&w->money, new.expr, MONEY_COMPARED, arena_copy(&w->texts, buf_view(&canonical)));
	buf_release(&canonical);
	w->list = mem_room(w->list, w->count, &w->cap, sizeof *w->list);
	w->list[w->count++] = new;
	return 0;
}

bool exclude_where_reads_events(const struct exclude_where *w)
{
	return w->count && profile_scope_reads_events(w->scope);
}

bool exclude_where_takes(struct exclude_where *w, struct expr_run *run)
{
	bool takes = false;

	for (size_t i = 0; i < w->count; i++) {
		int truth = expr_test(w->list[i].expr, run, NULL);

		w->list[i].count += truth == 1;
		w->list[i].failed += truth == -2;
		takes = takes || truth == 1;
	}
	profile_row_note(run);
	money_note(&w->money, &w->seen, run, true);
	return takes;
}

void exclude_where_end(struct exclude_where *w, const struct profile_row *row)
{
	const struct money_seen *seen = &w->seen;

	asked_put(profile_scope_asked(w->scope), &row, 1, &w->warnings);
	money_put(&w->money, &seen, 1, &w->warnings);
	profile_scope_put_lists(w->scope, &row, 1, &w->uses);
}

void exclude_where_put(const struct exclude_where *w, struct buf *out)
{
	buf_char(out, '[');
	for (size_t i = 0; i < w->count; i++) {
		buf_text_put(out, i ? ",{\"where\":" : "{\"where\":");
		text_encode(out, w->list[i].text);
		buf_printf(out, ",\"line\":%llu,\"profiles\":%llu}", (unsigned long long)w->list[i].line,
			   (unsigned long long)w->list[i].count);
	}
	buf_char(out, ']');
}
