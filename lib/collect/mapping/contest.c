#include "collect/mapping/contest.h"

static bool is_empty_object(struct span raw)
{
	return raw.ptr[0] == '{' && !span_trim(span_sub(raw, 1, raw.len - 2)).len;
}

bool contest_fills(const struct cell *c)
{
	return c->kind != CELL_NONE && c->text.len &&
	       (c->text.ptr[0] > ' ' || span_trim(c->text).len);
}

bool contest_means(const struct cell *c, unsigned nothing, const struct null_words *nulls)
{
	if (!contest_fills(c))
		return false;
	if (c->kind == CELL_RAW)
		return !is_empty_object(c->text);
	return !nulls || c->kind != CELL_TEXT || !null_words_suspect_any(nulls, c->text) ||
	       !(null_words_kinds(nulls, c->text) & nothing);
}

static const struct cell *cell_of(const struct row *row, int column)
{
	static const struct cell none = {.kind = CELL_NONE};

	return (size_t)column < row->count ? &row->cells[column] : &none;
}

int contest_winner(const struct contest *c, const struct row *row, const struct null_words *nulls)
{
	for (size_t i = 0; i < c->before_count; i++)
		if (contest_means(cell_of(row, c->before[i]), c->nothing, nulls))
			return c->before[i];
	return -1;
}

bool contest_counts(const struct contest *c, const struct row *row, const struct null_words *nulls)
{
	return (contest_winner(c, row, nulls) >= 0) == c->fallback;
}

size_t contest_place(const struct contest *c, const struct row *row, const struct null_words *nulls)
{
	size_t place = 0;

	for (size_t i = 0; i < c->holder_count && !place; i++)
		place = contest_fills(cell_of(row, c->holders[i]));
	for (size_t i = 0; i < c->namesake_count; i++) {
		const struct namesake *n = &c->namesakes[i];

		place += contest_fills(cell_of(row, n->column)) &&
			 (!n->contest || contest_counts(n->contest, row, nulls));
	}
	return place;
}
