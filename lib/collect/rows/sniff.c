#include "collect/rows/sniff.h"

#include <string.h>

#include "collect/rows/objects.h"
#include "collect/rows/split.h"

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
