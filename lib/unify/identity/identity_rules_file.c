/* Reading of rules files: see identity_rules.h. */
#include "io/input.h"
#include "unify/identity/identity_rules.h"
#include "unify/identity/known_identifiers.h"
#include "unify/identity/words.h"

#define FILE_MAX ((size_t)16 << 20)
#define TYPES_MAX 100

/* What messages name as the place of a rule of its own. */
#define RULE_OPTION "--rule"

struct reader {
	struct identity_rules *rules;
	struct words words;
	const char *file;
	uint64_t line;
	struct error *err;
};

static int refuse(struct reader *r, const struct token *at, const char *want)
{
	char quoted[ERROR_QUOTE_MAX];

	if (at->text.len)
		error_usage(r->err, "%s instead of %s", want, error_quote(at->text, quoted));
	else
		error_usage(r->err, "%s is missing", want);
	if (r->err)
		r->err->column = at->column;
	return -1;
}

/* A text that is not a sign; WANT says what, for messages. */
static int take_name(struct reader *r, const char *want, struct token *out)
{
	int got = words_next(&r->words, out, r->err);

	if (got < 0)
		return -1;
	if (!got || out->sign || !out->text.len)
		return refuse(r, out, want);
	return 0;
}

static int take_sign(struct reader *r, char sign)
{
	char want[] = "'='";
	struct token w;
	int got = words_next(&r->words, &w, r->err);

	want[1] = sign;
	if (got < 0)
		return -1;
	return got && w.sign == sign ? 0 : refuse(r, &w, want);
}

static int take_end(struct reader *r)
{
	struct token w;
	int got = words_next(&r->words, &w, r->err);

	if (got <= 0)
		return got;
	return refuse(r, &w, "the end of the line");
}

/* A slip of the pen is refused; who means it writes it in quotes. */
static int check_type(struct reader *r, const struct token *type)
{
	const struct known_identifier *near = type->quoted ? NULL : known_identifier_near(type->text);
	char quoted[ERROR_QUOTE_MAX];

	if (!near)
		return 0;
	error_usage(r->err, "unknown type of identifier %s; did you mean '%.*s'? (in quotes it is taken as it is)",
		    error_quote(type->text, quoted), SPAN_ARG(near->name));
	if (r->err)
		r->err->column = type->column;
	return -1;
}

static int take_type(struct reader *r, struct token *out)
{
	return take_name(r, "a type", out) || check_type(r, out) ? -1 : 0;
}

/* Types with commas between them, to the end of the line. */
static int take_types(struct reader *r, struct span *types, size_t *count)
{
	struct token w;
	int got;

	*count = 0;
	do {
		if (take_type(r, &w))
			return -1;
		if (*count == TYPES_MAX)
			return refuse(r, &w, "no more types");
		types[(*count)++] = w.text;
		got = words_next(&r->words, &w, r->err);
		if (got > 0 && w.sign != ',')
			return refuse(r, &w, "','");
	} while (got > 0);
	return got;
}

static int take_number(struct reader *r, uint32_t *out)
{
	struct token w;
	uint64_t number;

	if (take_name(r, "a number", &w))
		return -1;
	if (!span_number(w.text, &number) || !number || number >= LIMIT_NONE)
		return refuse(r, &w, "a number from 1");
	*out = (uint32_t)number;
	return 0;
}

static int take_word(struct reader *r, struct span a, struct span b, const char *want)
{
	struct token w;

	if (take_name(r, want, &w))
		return -1;
	if (span_equal(w.text, a))
		return 1;
	if (span_equal(w.text, b))
		return 0;
	return refuse(r, &w, want);
}

static int read_priority(struct reader *r)
{
	struct span types[TYPES_MAX];
	size_t count;

	if (take_sign(r, '=') || take_types(r, types, &count))
		return -1;
	identity_rules_set_priority(r->rules, types, count);
	return 0;
}

static int read_shared(struct reader *r)
{
	struct span types[TYPES_MAX];
	size_t count;

	if (take_sign(r, '=') || take_types(r, types, &count))
		return -1;
	for (size_t i = 0; i < count; i++)
		identity_rules_add_shared(r->rules, types[i]);
	return 0;
}

/* "person" behind "or one". */
static int take_person(struct reader *r, struct type_limit *out)
{
	if (take_word(r, SPAN("one"), SPAN("one"), "'one person'") < 0 ||
	    take_word(r, SPAN("person"), SPAN("person"), "'person'") < 0)
		return -1;
	out->person = true;
	return take_end(r);
}

/* "none", "N", "N per 30d" or "N or one person". */
static int take_limit(struct reader *r, struct type_limit *out)
{
	struct words before = r->words;
	struct token w;
	int got;

	*out = (struct type_limit){LIMIT_NONE, 0, false};
	if (take_name(r, "a number or none", &w))
		return -1;
	if (span_equal(w.text, SPAN("none")))
		return take_end(r);
	r->words = before;
	if (take_number(r, &out->limit))
		return -1;
	got = words_next(&r->words, &w, r->err);
	if (got <= 0)
		return got;
	if (span_equal(w.text, SPAN("or")))
		return take_person(r, out);
	if (!span_equal(w.text, SPAN("per")))
		return refuse(r, &w, "'per'");
	if (take_name(r, "a time like 30d", &w))
		return -1;
	if (!identity_rules_window(w.text, &out->window))
		return refuse(r, &w, "a time like 30d, 2w, 6mo, 1y or 12h");
	return take_end(r);
}

static int read_limit(struct reader *r)
{
	struct type_limit limit;
	struct token type;

	if (take_type(r, &type) || take_sign(r, '=') || take_limit(r, &limit))
		return -1;
	identity_rules_set_limit(r->rules, type.text, limit);
	return 0;
}

/* "none", or "10 records, 3 people". */
static int read_generic(struct reader *r)
{
	struct generic_rule rule = {LIMIT_NONE, LIMIT_NONE};
	struct words before;
	struct token type, w;

	if (take_type(r, &type) || take_sign(r, '='))
		return -1;
	before = r->words;
	if (take_name(r, "a number or none", &w))
		return -1;
	if (!span_equal(w.text, SPAN("none"))) {
		r->words = before;
		if (take_number(r, &rule.records) ||
		    take_word(r, SPAN("records"), SPAN("record"), "'records'") < 0 ||
		    take_sign(r, ',') || take_number(r, &rule.people) ||
		    take_word(r, SPAN("people"), SPAN("person"), "'people'") < 0)
			return -1;
	}
	if (take_end(r))
		return -1;
	identity_rules_set_generic(r->rules, type.text, rule);
	return 0;
}

static int read_household(struct reader *r)
{
	int on;

	if (take_sign(r, '='))
		return -1;
	on = take_word(r, SPAN("on"), SPAN("off"), "on or off");
	if (on < 0 || take_end(r))
		return -1;
	r->rules->household = on;
	return 0;
}

/* What follows block and allow: TYPE = VALUE or TYPE ~ PATTERN. */
static int read_value(struct reader *r, bool allow)
{
	struct token type, sign, value;
	int got;

	if (take_type(r, &type))
		return -1;
	got = words_next(&r->words, &sign, r->err);
	if (got < 0)
		return -1;
	if (!got || (sign.sign != '=' && sign.sign != '~'))
		return refuse(r, &sign, "'=' and a value, or '~' and a pattern,");
	got = words_value(&r->words, &value, r->err);
	if (got <= 0 || !value.text.len)
		return got < 0 ? -1 : refuse(r, &value, "a value");
	if (take_end(r))
		return -1;
	if (sign.sign == '=') {
		blocked_add(&r->rules->blocked, allow, type.text, value.text);
		return 0;
	}
	if (!blocked_add_pattern(&r->rules->blocked, allow, type.text, value.text, r->err))
		return 0;
	if (r->err)
		r->err->column = value.column;
	return -1;
}

static int read_block(struct reader *r)
{
	return read_value(r, false);
}

static int read_allow(struct reader *r)
{
	return read_value(r, true);
}

/* To the end of the line, or to a comment outside of quotes. */
static struct span rest_of_line(struct reader *r, size_t *column)
{
	struct span rest = span_sub(r->words.line, r->words.at, r->words.line.len);
	char quote = 0;

	for (size_t i = 0; i < rest.len; i++) {
		char c = rest.ptr[i];

		if (c == '\\' && quote)
			i++;
		else if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'' || c == '`')
			quote = c;
		else if (c == '#')
			rest.len = i;
	}
	rest = span_trim(rest);
	*column = (size_t)(rest.ptr - r->words.line.ptr) + 1;
	return rest;
}

static int read_profile_line(struct reader *r, const char *word)
{
	struct identity_rules *rules = r->rules;
	size_t column;
	struct span rest = rest_of_line(r, &column);

	if (!rules->profile_line)
		return error_usage(r->err, "'%s' is no rule of identity", word);
	return rules->profile_line(rules->context, span_of(word), rest, r->file, r->line, column, r->err);
}

static int read_survive(struct reader *r)
{
	return read_profile_line(r, "survive");
}

static int read_trait(struct reader *r)
{
	return read_profile_line(r, "trait");
}

/* A rule is a row here, and a line of identity_rules_put. */
static const struct {
	const char *name;
	int (*read)(struct reader *r);	/* what stands behind the name */
} rows[] = {
	{"priority", read_priority},
	{"limit", read_limit},
	{"shared", read_shared},
	{"generic", read_generic},
	{"household", read_household},
	{"block", read_block},
	{"allow", read_allow},
	{"survive", read_survive},
	{"trait", read_trait},
};

#define RULES (sizeof rows / sizeof *rows)

static int refuse_name(struct reader *r, const struct token *name)
{
	const char *names[RULES + 1] = {NULL}, *near;
	char quoted[ERROR_QUOTE_MAX];
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < RULES; i++) {
		names[i] = rows[i].name;
		buf_text_put(&all, !i ? "" : i + 1 < RULES ? ", " : " and ");
		buf_text_put(&all, names[i]);
	}
	near = error_suggest(name->text, names);
	error_quote(name->text, quoted);
	if (near)
		error_usage(r->err, "unknown rule %s; did you mean '%s'?", quoted, near);
	else
		error_usage(r->err, "unknown rule %s: %s are rules", quoted, buf_text(&all));
	buf_release(&all);
	if (r->err)
		r->err->column = name->column;
	return -1;
}

static int read_rule(struct reader *r)
{
	struct token name;
	int got = words_next(&r->words, &name, r->err);

	if (got <= 0)
		return got;
	for (size_t i = 0; i < RULES; i++) {
		if (span_equal(name.text, span_of(rows[i].name)))
			return rows[i].read(r);
	}
	return refuse_name(r, &name);
}

/* One rule, which stands in line NUMBER of NAME; 0: NAME has no lines. */
static int read_line(struct identity_rules *rules, struct span line, const char *name,
		     uint64_t number, struct error *err)
{
	struct reader r = {.rules = rules, .file = name, .line = number, .err = err};

	words_start(&r.words, line, &rules->texts);
	if (!read_rule(&r))
		return 0;
	error_place(err, name, number, err ? err->column : 0);
	return -1;
}

int identity_rules_parse(struct identity_rules *rules, struct span text,
			 const char *name, struct error *err)
{
	for (uint64_t number = 1; !span_absent(text) && text.len; number++) {
		if (read_line(rules, span_cut(&text, '\n'), name, number, err))
			return -1;
	}
	return 0;
}

int identity_rules_load(struct identity_rules *r, const char *path, struct error *err)
{
	struct buf text = BUF_INIT;
	int bad = input_whole(path, FILE_MAX, &text, err);

	if (!bad)
		bad = identity_rules_parse(r, buf_view(&text), path, err);
	buf_release(&text);
	return bad;
}

int identity_rules_add(struct identity_rules *r, struct span text, struct error *err)
{
	struct span rest = span_trim(text);

	if (!rest.len || rest.ptr[0] == '#')
		return error_usage(err, RULE_OPTION ": a rule is missing, like 'limit email = 3'");
	return read_line(r, text, RULE_OPTION, 0, err);
}
