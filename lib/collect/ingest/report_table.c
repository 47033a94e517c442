#include "collect/ingest/report_table.h"

#include "collect/rows/feed.h"

static void say_line(const struct source *s, const struct ingest_calls *calls, struct buf *text)
{
	struct buf line = BUF_INIT;

	buf_printf(&line, "%s: ", feed_name(s->feed));
	buf_span(&line, buf_view(text));
	calls->say(calls->context, buf_text(&line));
	buf_release(&line);
	buf_clear(text);
}

static void report_above(const struct source *s, const struct ingest_calls *calls,
			 struct buf *text)
{
	const struct layout *l = &s->layout;
	uint64_t lines = l->lines_above - l->separator;
	char quoted[ERROR_QUOTE_MAX];

	if (!lines)
		return;
	buf_printf(text, "the %s in line %llu; %llu line%s above do%s not count",
		   s->mapping->set.header ? "first row is" : "header is",
		   (unsigned long long)l->lines_above + 1, (unsigned long long)lines,
		   lines == 1 ? "" : "s", lines == 1 ? "es" : "");
	if (s->title.len)
		buf_printf(text, ": %s", error_quote(buf_view(&s->title), quoted));
	say_line(s, calls, text);
}

void report_layout(const struct source *s, const struct ingest_calls *calls)
{
	struct buf text = BUF_INIT;

	if (!s->reader->table)
		return;
	report_above(s, calls, &text);
	if (!s->mapping->set.quotes && s->layout.dialect.quote == '\'') {
		buf_lit(&text, "fields stand in single quotes ('set quotes = double': they do not)");
		say_line(s, calls, &text);
	}
	if (!s->mapping->set.quotes && s->layout.dialect.backslash) {
		buf_lit(&text, "quotes inside fields stand behind backslashes ('set quotes = double': they do not)");
		say_line(s, calls, &text);
	}
	buf_release(&text);
}

static const struct {
	const char *one;
	const char *many;
} sentences[TABLE_NOTES] = {
	[TABLE_REPEATED] = {"1 row is the header again: left out",
			    "rows are the header again: left out"},
	[TABLE_LITERAL] = {"1 row begins a field with a quote that does not end with it: a character, "
			   "as with --no-quotes",
			   "rows begin a field with a quote that does not end with it: a character, "
			   "as with --no-quotes"},
	[TABLE_WRAPPED] = {"1 row has a field written for a spreadsheet, like =\"00123\": read as 00123",
			   "rows have a field written for a spreadsheet, like =\"00123\": read as 00123"},
	[TABLE_SHORT] = {"1 row ends before the last column: what is missing is empty",
			 "rows end before the last column: what is missing is empty"},
	[TABLE_LONG] = {"1 row goes on behind the last column, with nothing",
			"rows go on behind the last column, with nothing"},
	[TABLE_TOTAL] = {"1 row is a total of others: left out",
			 "rows are totals of others: left out"},
	[TABLE_REMARK] = {"1 line draws the table or is a remark below it, and no row: left out",
			  "lines draw the table or are remarks below it, and no rows: left out"},
	[TABLE_HEADING] = {"1 row holds nothing but a column without a name, as a heading does: left out, and what it says of "
			   "the rows below is in none of them (export the list without groups)",
			   "rows hold nothing but a column without a name, as headings do: left out, and what they say of the "
			   "rows below is in none of them (export the list without groups)"},
};

void report_put_table_note(size_t i, const struct row_note *note, struct buf *out)
{
	bool many = note->rows > 1;

	if (many)
		buf_printf(out, "%llu ", (unsigned long long)note->rows);
	buf_printf(out, "%s (%sline %llu)", many ? sentences[i].many : sentences[i].one,
		   many ? "the first: " : "", (unsigned long long)note->line);
}
