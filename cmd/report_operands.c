#include "cmd/report_operands.h"

#include <string.h>
#include <unistd.h>

static bool is_file(const char *operand)
{
	return !strcmp(operand, "-") || !access(operand, F_OK);
}

/* What the shell cuts an unquoted condition into. */
static bool is_sign(const char *operand)
{
	static const char *const signs[] = {
		"=", "==", "!=", "<>", ">=", "<=", ">", "<", "+", "*", "/", "and", "or", "not",
		"in", "is", "between", "AND", "OR", "NOT", "IN", "IS", "&&", "||", NULL,
	};

	for (size_t i = 0; signs[i]; i++)
		if (!strcmp(operand, signs[i]))
			return true;
	return false;
}

static void refuse_condition(struct tool *t, const char *where, const char *sign)
{
	if (where)
		tool_usage(t, "--where got '%s' alone, and '%s' is no file: put the whole condition in quotes, as in --where 'country = \"DE\"'",
			   where, sign);
	tool_usage(t, "'%s' is no file: a condition goes with --where, the whole of it in quotes, as in --where 'country = \"DE\"'",
		   sign);
}

static void refuse_report(struct tool *t, const char *const *reports, const char *operand)
{
	const char *near = error_suggest(span_of(operand), reports);
	char quoted[ERROR_QUOTE_MAX];

	if (near && !strcmp(near, operand))
		tool_usage(t, "'%s' is a report, and no file: reports stand before the files", operand);
	if (near)
		tool_usage(t, "no report and no file %s; did you mean '%s'?",
			   error_quote(span_of(operand), quoted), near);
}

void report_operands_check(struct tool *t, const char *const *reports, bool rows,
			   const char *where)
{
	for (size_t i = 0; i < t->operand_count; i++) {
		if (is_file(t->operands[i]))
			continue;
		if (is_sign(t->operands[i]))
			refuse_condition(t, where, t->operands[i]);
		if (!rows)
			refuse_report(t, reports, t->operands[i]);
	}
}

/* Keys are what stands before the first file; where none is one, the first alone. */
static size_t take_keys(struct tool *t)
{
	size_t count = 1;

	while (count < t->operand_count && !is_file(t->operands[count]))
		count++;
	if (count == t->operand_count)
		count = 1;
	t->operands += count;
	t->operand_count -= count;
	return count;
}

size_t report_operands_keys(struct tool *t)
{
	const char *key = t->operand_count ? *t->operands : NULL;
	const char *next = t->operand_count > 1 ? t->operands[1] : NULL;

	if (!key)
		tool_usage(t, "customer: which one? Name an e-mail address, phone, or any identifier");
	if (strcmp(key, "-") && is_file(key) && !next)
		tool_usage(t, "customer: which one? '%s' is a file: name an e-mail address, phone, or any identifier before it",
			   key);
	if (is_file(key) && next && !is_file(next) && t->operand_count == 2)
		tool_usage(t, "customer: '%s' is a file: the identifier comes first, as in cdp-report customer %s %s",
			   key, next, key);
	return take_keys(t);
}
