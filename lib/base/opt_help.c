#include "base/opt.h"

/* Where the help text begins, and where it ends. */
#define HELP_COLUMN 28
#define HELP_WIDTH 80

void opt_choices(const struct opt *opt, struct buf *out)
{
	for (const char *const *choice = opt->choices; *choice; choice++) {
		if (choice != opt->choices)
			buf_text_put(out, choice[1] ? ", " : " or ");
		buf_text_put(out, *choice);
	}
}

/* "  -o, --output FILE" */
static void put_usage(const struct opt *opt, struct buf *out)
{
	if (opt->letter)
		buf_printf(out, "  -%c, --%s", opt->letter, opt->name);
	else
		buf_printf(out, "      --%s", opt->name);
	if (opt->kind == OPT_FLAG)
		return;
	buf_printf(out, opt->optional ? "[=%s]" : " %s", opt->arg);
}

/* The words of TEXT from COLUMN on, later lines indented to the same one. */
static void put_wrapped(struct span text, size_t column, struct buf *out)
{
	size_t at = column;

	while (!span_absent(text)) {
		struct span word = span_cut(&text, ' ');

		if (at > HELP_COLUMN && at + 1 + word.len > HELP_WIDTH) {
			buf_printf(out, "\n%*s", HELP_COLUMN, "");
			at = HELP_COLUMN;
		} else if (at > HELP_COLUMN) {
			buf_char(out, ' ');
			at++;
		}
		buf_span(out, word);
		at += word.len;
	}
	buf_char(out, '\n');
}

static void put_help(const struct opt *opt, struct buf *out)
{
	struct buf text = BUF_INIT;
	size_t begin = out->len;
	size_t used;

	put_usage(opt, out);
	used = out->len - begin;
	if (used + 2 > HELP_COLUMN) {
		buf_char(out, '\n');
		used = 0;
	}
	buf_printf(out, "%*s", (int)(HELP_COLUMN - used), "");
	buf_text_put(&text, opt->help);
	if (opt->kind == OPT_CHOICE) {
		buf_lit(&text, ". Values: ");
		opt_choices(opt, &text);
	}
	put_wrapped(buf_view(&text), HELP_COLUMN, out);
	buf_release(&text);
}

void opt_help(const struct opt *table, struct buf *out)
{
	size_t begin = out->len;

	for (; table->kind != OPT_END; table++) {
		if (table->kind != OPT_GROUP) {
			put_help(table, out);
			continue;
		}
		if (out->len > begin)
			buf_char(out, '\n');
		buf_printf(out, "%s:\n", table->help);
	}
}

static void put_choices(const struct opt *opt, struct buf *out)
{
	for (size_t i = 0; opt->choices && opt->choices[i]; i++)
		buf_printf(out, "%s%s", i ? "|" : "", opt->choices[i]);
	if (opt->choices && opt->choices[0] && opt->kind != OPT_CHOICE)
		buf_lit(out, "|...");
}

void opt_list_all(const struct opt *table, struct buf *out)
{
	for (; table->kind != OPT_END; table++) {
		if (table->kind == OPT_GROUP)
			continue;
		buf_printf(out, "--%s\t", table->name);
		if (table->letter)
			buf_printf(out, "-%c", table->letter);
		buf_printf(out, table->optional ? "\t[%s]\t" : "\t%s\t",
			   table->arg ? table->arg : "");
		put_choices(table, out);
		buf_printf(out, "\t%s\n", table->help);
	}
}
