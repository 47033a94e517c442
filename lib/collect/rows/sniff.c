#include "collect/rows/sniff.h"

#include <string.h>

#include "collect/rows/census.h"
#include "collect/rows/objects.h"
#include "collect/rows/split.h"

#define LINES_MAX 50

bool sniff_is_json(struct span text)
{
	struct span s = span_trim(text);

	if (s.len && s.ptr[0] == OBJECTS_SEPARATOR)
		s = span_trim(span_sub(s, 1, s.len - 1));
	if (!s.len || (s.ptr[0] != '{' && s.ptr[0] != '['))
		return false;
	if (s.ptr[0] == '{')
		return true;
	s = span_trim(span_sub(s, 1, s.len - 1));
	return !s.len || strchr("{[]\"-0123456789tfn", s.ptr[0]);
}

#define ASSIGNMENT_MAX 256

size_t sniff_assignment(struct span text)
{
	struct span line = span_sub(text, 0, ASSIGNMENT_MAX);
	size_t at;

	if (!span_starts(line, SPAN("window.")))
		return 0;
	at = span_find_byte(line, '=');
	if (at == line.len || memchr(line.ptr, '\n', at) ||
	    !sniff_is_json(span_sub(text, at + 1, text.len)))
		return 0;
	return at + 1;
}

/* How often DELIMITER stands in LINE outside quotes. */
static size_t count_outside(struct span line, char delimiter, bool *quoted)
{
	size_t count = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] == '"')
			*quoted = !*quoted;
		else if (line.ptr[i] == delimiter && !*quoted)
			count++;
	}
	return count;
}

/* How many lines have as many delimiters as the first; 0 when that has none. */
static size_t delimiter_score(struct span text, char delimiter)
{
	const char *p = text.ptr;
	const char *end = p + text.len;
	size_t wanted = 0, agree = 0;
	bool quoted = false;

	for (int i = 0; p < end && i < LINES_MAX; i++) {
		const char *next = census_line_end(p, end);
		size_t count = count_outside(span_between(p, next), delimiter,
					     &quoted);

		if (!i && !count)
			return 0;
		if (!i)
			wanted = count;
		agree += count == wanted;
		p = next;
	}
	return agree;
}

char sniff_delimiter(struct span text)
{
	static const char candidates[] = {',', ';', '\t', '|'};
	char best = ',';
	size_t best_score = 0;

	for (size_t i = 0; i < sizeof candidates; i++) {
		size_t s = delimiter_score(text, candidates[i]);

		if (s > best_score) {
			best_score = s;
			best = candidates[i];
		}
	}
	return best;
}

int sniff_delimiter_named(const char *name, char *out, struct error *err)
{
	static const struct {
		const char *name;
		char delimiter;
	} names[] = {
		{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},
		{"\\t", '\t'}, {"pipe", '|'}, {"blank", SPLIT_BLANK},
	};
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!strcmp(name, names[i].name)) {
			*out = names[i].delimiter;
			return 0;
		}
	}
	if (strlen(name) == 1 && !strchr("\"\r\n", *name)) {
		*out = *name;
		return 0;
	}
	return error_usage(err, "--delimiter: %s is neither a character nor comma, semicolon, tab, pipe or blank",
			   error_quote(span_of(name), quoted));
}
