#include "cmd/table_reading.h"

#include <string.h>

const char *const table_decimal_choices[] = {".", ",", NULL};

static void lose_row(void *context, struct span row, const struct error *why)
{
	tool_reject(context, row, why);
}

static void keep_header(void *context, struct span row)
{
	tool_reject_header(context, row);
}

static char read_separator(struct tool *t, const char *text)
{
	if (!text)
		return 0;
	if (!strcmp(text, "tab") || !strcmp(text, "\\t"))
		return '\t';
	if (strlen(text) != 1 || strchr("\"\n\r", *text))
		tool_usage(t, "--separator: '%s' is no separator: write one character, or tab", text);
	return *text;
}

void table_reading_prepare(struct tool *t, struct table_reading *r)
{
	r->nulls = null_words_new(r->missing);
	r->frame = (struct frame){
		.separator = read_separator(t, r->separator), .decimal = r->decimal ? *r->decimal : 0, .nulls = r->nulls,
		.fault = lose_row, .header = keep_header, .context = t,
	};
}

void table_reading_read(struct tool *t, struct table_reading *r)
{
	static char stdin_name[] = "-";
	static char *only_stdin[] = {stdin_name};
	char **operands = t->operand_count ? t->operands : only_stdin;
	size_t count = t->operand_count ? t->operand_count : 1;

	table_reading_prepare(t, r);
	for (size_t i = 0; i < count; i++)
		if (frame_read(&r->frame, operands[i], &t->err))
			tool_fail(t);
	tool_rows(t, r->frame.row_count + r->frame.rejected);
	tool_stat(t, "rows", r->frame.row_count);
	tool_stat(t, "rejected", r->frame.rejected);
	tool_stat(t, "blank", r->frame.blank);
	if (!r->frame.row_count && !r->frame.rejected)
		tool_usage(t, "%s has a header and no rows", t->operand_count ? operands[0] : "the input");
}

void table_reading_say(struct tool *t, struct table_reading *r, size_t number)
{
	const struct frame_column *c = frame_column(&r->frame, number);
	char quoted[ERROR_QUOTE_MAX];

	if (c->decimal_comma)
		tool_say(t, "column '%.*s': its commas are decimal signs", SPAN_ARG(c->name));
	if (c->kind == FRAME_CATEGORY && c->told)
		tool_say(t, "column '%.*s': %zu cell%s say%s %s, which is a category of its own here: where it stands for no value, --missing names it",
			  SPAN_ARG(c->name), c->told, c->told == 1 ? "" : "s", c->told == 1 ? "s" : "",
			  error_quote(frame_cell(&r->frame, c->told_row, number), quoted));
}

void table_reading_release(struct table_reading *r)
{
	frame_release(&r->frame);
	null_words_free(r->nulls);
}
