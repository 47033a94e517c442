#include <string.h>

#include "expr/tree.h"
#include "text/unicode.h"

static const struct {
	const char *word;
	enum token_kind kind;
} keywords[] = {
	{"and", TOKEN_AND}, {"or", TOKEN_OR}, {"not", TOKEN_NOT},
	{"in", TOKEN_IN}, {"is", TOKEN_IS}, {"null", TOKEN_NULL},
	{"between", TOKEN_BETWEEN}, {"true", TOKEN_TRUE},
	{"false", TOKEN_FALSE},
};

/* Longer signs before their beginnings. */
static const struct {
	const char *sign;
	enum token_kind kind;
} signs[] = {
	{"==", TOKEN_EQUAL}, {"!=", TOKEN_UNEQUAL}, {"<>", TOKEN_UNEQUAL},
	{"<=", TOKEN_AT_MOST}, {">=", TOKEN_AT_LEAST}, {"&&", TOKEN_AND},
	{"||", TOKEN_OR}, {"..", TOKEN_RANGE}, {"=", TOKEN_EQUAL}, {"<", TOKEN_LESS},
	{">", TOKEN_MORE}, {"!", TOKEN_NOT}, {"(", TOKEN_OPEN},
	{")", TOKEN_CLOSE}, {",", TOKEN_COMMA}, {"+", TOKEN_PLUS},
	{"-", TOKEN_MINUS}, {"*", TOKEN_TIMES}, {"/", TOKEN_DIVIDE},
	{"%", TOKEN_MODULO},
};

/* Signs of other languages, and ours for them. */
static const char *const foreign[][2] = {
	{"=>", ">="}, {"=<", "<="}, {"=~", "matches(text, 'pattern')"},
	{"!~", "not matches(text, 'pattern')"}, {"&", "and"}, {"|", "or"},
	{"\xe2\x89\xa4", "<="}, {"\xe2\x89\xa5", ">="}, {"\xe2\x89\xa0", "!="},
	{"\xe2\x88\x92", "-"},
	{"\xe2\x80\x98", "'"}, {"\xe2\x80\x99", "'"},
	{"\xe2\x80\x9c", "\""}, {"\xe2\x80\x9d", "\""}, {"\xe2\x80\x9e", "\""},
};

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

const char *token_name(enum token_kind kind)
{
	static const char *const names[] = {
		[TOKEN_END] = "the end", [TOKEN_NUMBER] = "a number",
		[TOKEN_DURATION] = "a duration", [TOKEN_TEXT] = "a text",
		[TOKEN_NAME] = "a name", [TOKEN_QUOTED] = "a name",
		[TOKEN_AND] = "'and'", [TOKEN_OR] = "'or'",
		[TOKEN_NOT] = "'not'", [TOKEN_IN] = "'in'",
		[TOKEN_IS] = "'is'", [TOKEN_NULL] = "'null'",
		[TOKEN_BETWEEN] = "'between'", [TOKEN_TRUE] = "'true'",
		[TOKEN_FALSE] = "'false'", [TOKEN_OPEN] = "'('",
		[TOKEN_CLOSE] = "')'", [TOKEN_COMMA] = "','",
		[TOKEN_PLUS] = "'+'", [TOKEN_MINUS] = "'-'",
		[TOKEN_TIMES] = "'*'", [TOKEN_DIVIDE] = "'/'",
		[TOKEN_MODULO] = "'%'", [TOKEN_EQUAL] = "'='",
		[TOKEN_UNEQUAL] = "'!='", [TOKEN_LESS] = "'<'",
		[TOKEN_AT_MOST] = "'<='", [TOKEN_MORE] = "'>'",
		[TOKEN_AT_LEAST] = "'>='", [TOKEN_RANGE] = "'..'",
	};

	return names[kind];
}

static struct span rest_of_text(const struct compiler *c)
{
	return span_sub(c->text, c->at, c->text.len);
}

static char peek_byte(const struct compiler *c, size_t ahead)
{
	return c->at + ahead < c->text.len ? c->text.ptr[c->at + ahead] : '\0';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The length of a character that a name can hold (FIRST: begin with), or 0. */
static size_t name_char(struct span s, bool first)
{
	uint32_t point;
	size_t n = span_utf8_char(s, &point);

	if (!n)
		return 0;
	if (point == '_')
		return 1;
	if (first && (is_digit(s.ptr[0]) || unicode_is_mark(point)))
		return 0;
	return unicode_is_letter_or_digit(point) ? n : 0;
}

/* The length of the word that S begins with. */
static size_t word_length(struct span s, bool first)
{
	size_t len = 0, n;

	while ((n = name_char(span_sub(s, len, 4), first)) > 0) {
		len += n;
		first = false;
	}
	return len;
}

/* The length of the name: words joined by dots, each perhaps with "[]". */
static size_t name_length(struct span s)
{
	size_t len = word_length(s, true), more;

	if (!len)
		return 0;
	for (;;) {
		if (span_starts(span_sub(s, len, 2), SPAN("[]")))
			len += 2;
		if (len >= s.len || s.ptr[len] != '.')
			return len;
		more = word_length(span_sub(s, len + 1, s.len), false);
		if (!more)
			return len;
		len += 1 + more;
	}
}

bool lexer_is_plain_name(struct span name)
{
	size_t i;

	for (i = 0; i < LENGTH(keywords); i++) {
		if (span_equal_nocase(name, span_of(keywords[i].word)))
			return false;
	}
	return name.len && name_length(name) == name.len;
}

static void skip_blanks(struct compiler *c)
{
	for (; c->at < c->text.len; c->at++) {
		char b = c->text.ptr[c->at];

		if (b == '#')
			c->at += span_find_byte(rest_of_text(c), '\n');
		else if (span_starts(rest_of_text(c), SPAN("\xc2\xa0")))
			c->at++;
		else if (b != ' ' && (b < '\t' || b > '\r'))
			return;
	}
	c->at = c->text.len;
}

static int read_name(struct compiler *c, size_t len)
{
	struct span name = span_sub(c->text, c->at, len);
	size_t i;

	c->token.kind = TOKEN_NAME;
	c->token.text = name;
	c->at += len;
	for (i = 0; i < LENGTH(keywords); i++) {
		if (span_equal_nocase(name, span_of(keywords[i].word)))
			c->token.kind = keywords[i].kind;
	}
	return 0;
}

static int read_quoted(struct compiler *c)
{
	struct span inside = span_sub(c->text, c->at + 1, c->text.len);
	size_t len = span_find_byte(inside, '`');

	if (len == inside.len)
		return compile_error(c, c->at, "this name does not end: close it with `");
	if (!len)
		return compile_error(c, c->at, "a name in backticks is empty");
	if (!span_is_utf8(span_sub(inside, 0, len)))
		return compile_error(c, c->at, "this name is not UTF-8");
	c->token.kind = TOKEN_QUOTED;
	c->token.text = span_sub(inside, 0, len);
	c->at += len + 2;
	return 0;
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c = span_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \uXXXX: a code point other than NUL and the surrogates. */
static int read_code_point(struct compiler *c, struct buf *out)
{
	uint32_t point = 0;
	size_t i;

	for (i = 0; i < 4; i++) {
		int digit = hex_value(peek_byte(c, 2 + i));

		if (digit < 0)
			return compile_error(c, c->at, "\\u wants four hexadecimal digits");
		point = point * 16 + (uint32_t)digit;
	}
	if (!point || (point >= 0xd800 && point < 0xe000))
		return compile_error(c, c->at, "\\u%04x is no character", point);
	if (point < 0x80) {
		buf_char(out, (char)point);
	} else if (point < 0x800) {
		buf_char(out, (char)(0xc0 | point >> 6));
		buf_char(out, (char)(0x80 | (point & 63)));
	} else {
		buf_char(out, (char)(0xe0 | point >> 12));
		buf_char(out, (char)(0x80 | (point >> 6 & 63)));
		buf_char(out, (char)(0x80 | (point & 63)));
	}
	c->at += 6;
	return 0;
}

/*
 * A backslash.  Those that mean nothing to us stay, with the backslash, so that
 * a pattern such as '\d+' can be written as it is.
 */
static int read_escape(struct compiler *c, struct buf *out)
{
	static const char from[] = "\\'\"ntr", to[] = "\\'\"\n\t\r";
	char b = peek_byte(c, 1);
	const char *known = b ? strchr(from, b) : NULL;

	if (b == 'u')
		return read_code_point(c, out);
	if (known) {
		buf_char(out, to[known - from]);
		c->at += 2;
	} else {
		buf_char(out, '\\');
		c->at++;
	}
	return 0;
}

static int read_text_body(struct compiler *c, char quote, struct buf *out)
{
	size_t begin = c->at++;

	while (c->at < c->text.len) {
		char b = peek_byte(c, 0);

		if (b == quote && peek_byte(c, 1) != quote) {
			c->at++;
			return 0;
		}
		if (b == '\n')
			break;
		if (b == '\\') {
			if (read_escape(c, out))
				return -1;
			continue;
		}
		buf_char(out, b);
		c->at += b == quote ? 2 : 1;
	}
	return compile_error(c, begin,
			     "this text does not end on its line: close it with %c", quote);
}

static int read_text(struct compiler *c, char quote)
{
	struct buf out = BUF_INIT;
	size_t at = c->at;
	int failed = read_text_body(c, quote, &out);

	c->token.kind = TOKEN_TEXT;
	c->token.text = arena_copy(&c->e->arena, buf_view(&out));
	buf_release(&out);
	if (!failed && !span_is_utf8(c->token.text))
		return compile_error(c, at, "this text is not UTF-8");
	return failed;
}

/* The unit UNIT of a duration, as months or milliseconds; false: none. */
static bool duration_unit(struct span unit, struct duration *one)
{
	static const struct {
		const char *name;
		struct duration one;
	} units[] = {
		{"ms", {0, 1}}, {"s", {0, 1000}}, {"min", {0, 60000}},
		{"h", {0, 3600000}}, {"d", {0, DAY_MS}},
		{"w", {0, 7 * (int64_t)DAY_MS}}, {"mo", {1, 0}}, {"y", {12, 0}},
	};
	size_t i;

	for (i = 0; i < LENGTH(units); i++) {
		if (span_equal(unit, span_of(units[i].name))) {
			*one = units[i].one;
			return true;
		}
	}
	return false;
}

static int bad_unit(struct compiler *c, size_t at, struct span number,
		    struct span unit)
{
	static const char *const words[] = {
		"milliseconds", "seconds", "minutes", "hours", "days", "weeks",
		"months", "years", "sec", "min", "hrs", "day", "week", "month",
		"year", "hour", "minute", "second", NULL
	};
	static const char *const ours[] = {
		"ms", "s", "min", "h", "d", "w", "mo", "y", "s", "min", "h",
		"d", "w", "mo", "y", "h", "min", "s"
	};
	char quoted[ERROR_QUOTE_MAX];
	const char *near = error_suggest(unit, words);
	size_t i = 0;

	if (span_equal(unit, SPAN("m")) || span_equal(unit, SPAN("M")))
		return compile_error(c, at,
				     "'%.*sm' could be minutes or months: write %.*smin or %.*smo",
				     SPAN_ARG(number), SPAN_ARG(number), SPAN_ARG(number));
	error_quote(unit, quoted);
	if (!near)
		return compile_error(c, at,
				     "unknown unit %s: durations are written 10s 30min 12h 7d "
				     "4w 6mo 1y", quoted);
	while (words[i] != near)
		i++;
	return compile_error(c, at, "unknown unit %s; did you mean '%.*s%s'?",
			     quoted, SPAN_ARG(number), ours[i]);
}

#define DURATION_MONTHS_MAX (12 * 10000)
#define DURATION_MS_MAX ((int64_t)10000 * 366 * DAY_MS)

/* Adds NUMBER units to the token's duration. */
static int add_duration(struct compiler *c, size_t at, struct span number,
			struct span unit)
{
	struct duration one, *sum = &c->token.duration;
	uint64_t count;

	if (!duration_unit(unit, &one))
		return bad_unit(c, at, number, unit);
	if (!span_number(number, &count))
		return compile_error(c, at,
				     "a duration has whole numbers: '%.*s' is none",
				     SPAN_ARG(number));
	if (count > DURATION_MS_MAX || (one.months && count > DURATION_MONTHS_MAX) ||
	    (one.ms && (int64_t)count > DURATION_MS_MAX / one.ms))
		return compile_error(c, at, "this duration is longer than 10000 years");
	sum->months += one.months * (int32_t)count;
	sum->ms += one.ms * (int64_t)count;
	if (sum->months > DURATION_MONTHS_MAX || sum->ms > DURATION_MS_MAX)
		return compile_error(c, at, "this duration is longer than 10000 years");
	return 0;
}

/* 90d, or several after another: 1y6mo. */
static int read_duration(struct compiler *c, struct span number)
{
	size_t at = c->at - number.len;

	c->token.kind = TOKEN_DURATION;
	c->token.duration = (struct duration){0};
	for (;;) {
		size_t len = 0, from;

		while (len < c->text.len - c->at &&
		       name_char(span_sub(c->text, c->at + len, 4), true))
			len += name_char(span_sub(c->text, c->at + len, 4), true);
		if (add_duration(c, at, number, span_sub(c->text, c->at, len)))
			return -1;
		c->at += len;
		at = from = c->at;
		while (is_digit(peek_byte(c, 0)))
			c->at++;
		if (c->at == from)
			return 0;
		number = span_sub(c->text, from, c->at - from);
	}
}

static void skip_digits(struct compiler *c)
{
	while (is_digit(peek_byte(c, 0)))
		c->at++;
}

static bool at_exponent(const struct compiler *c)
{
	size_t sign = peek_byte(c, 1) == '+' || peek_byte(c, 1) == '-';

	return span_lower(peek_byte(c, 0)) == 'e' && is_digit(peek_byte(c, 1 + sign));
}

static int read_number(struct compiler *c)
{
	size_t begin = c->at;
	struct span digits;
	char quoted[ERROR_QUOTE_MAX];

	skip_digits(c);
	if (peek_byte(c, 0) == '.' && is_digit(peek_byte(c, 1))) {
		c->at++;
		skip_digits(c);
	}
	if (!at_exponent(c) && name_char(rest_of_text(c), true))
		return read_duration(c, span_sub(c->text, begin, c->at - begin));
	if (at_exponent(c)) {
		c->at += 2;
		skip_digits(c);
	}
	digits = span_sub(c->text, begin, c->at - begin);
	if (name_char(rest_of_text(c), false) || (peek_byte(c, 0) == '.' && peek_byte(c, 1) != '.'))
		return compile_error(c, begin,
				     "a number ends in %s",
				     error_quote(span_sub(c->text, c->at, 1), quoted));
	c->token.kind = TOKEN_NUMBER;
	c->token.text = digits;
	if (!decimal_parse(digits, &c->token.number))
		return compile_error(c, begin,
				     "%s has more digits than a number can hold (38, at most 18 "
				     "of them decimals)",
				     error_quote(digits, quoted));
	return 0;
}

static int bad_character(struct compiler *c)
{
	char quoted[ERROR_QUOTE_MAX];
	uint32_t point;
	size_t n = span_utf8_char(rest_of_text(c), &point);

	if (!n)
		return compile_error(c, c->at, "a byte that is not UTF-8");
	error_quote(span_sub(c->text, c->at, n), quoted);
	if (point == '[')
		return compile_error(c, c->at,
				     "unexpected %s: lists stand in round brackets", quoted);
	if (point == '$' || point == '@')
		return compile_error(c, c->at,
				     "unexpected %s: names are written without it", quoted);
	if (point == ';')
		return compile_error(c, c->at,
				     "unexpected %s: arguments are separated by ','", quoted);
	return compile_error(c, c->at, "unexpected character %s", quoted);
}

static int read_sign(struct compiler *c)
{
	size_t i;

	for (i = 0; i < LENGTH(foreign); i++) {
		struct span sign = span_of(foreign[i][0]);

		if (!span_starts(rest_of_text(c), sign) ||
		    (sign.len == 1 && peek_byte(c, 1) == sign.ptr[0]))
			continue;
		return compile_error(c, c->at, "unknown sign '%s'; did you mean %s?",
				     foreign[i][0], foreign[i][1]);
	}
	for (i = 0; i < LENGTH(signs); i++) {
		struct span sign = span_of(signs[i].sign);

		if (!span_starts(rest_of_text(c), sign))
			continue;
		c->token.kind = signs[i].kind;
		c->at += sign.len;
		return 0;
	}
	return bad_character(c);
}

static int read_token(struct compiler *c)
{
	char b = peek_byte(c, 0);
	size_t len;

	if (c->at == c->text.len) {
		c->token.kind = TOKEN_END;
		return 0;
	}
	if (b == '\'' || b == '"')
		return read_text(c, b);
	if (b == '`')
		return read_quoted(c);
	if (is_digit(b))
		return read_number(c);
	len = name_length(rest_of_text(c));
	if (len)
		return read_name(c, len);
	return read_sign(c);
}

int lexer_next(struct compiler *c)
{
	int failed;

	skip_blanks(c);
	c->token = (struct token){.at = c->at};
	failed = read_token(c);
	c->token.end = c->at;
	return failed;
}
