#include "reference/list.h"

#include <assert.h>
#include <string.h>

struct span list_builtin(const char *name)
{
	const struct builtin_list *l = builtin_lists;

	while (l->name && strcmp(l->name, name))
		l++;
	assert(l->name);
	return span_of(l->text);
}

static size_t word_end(struct span line)
{
	size_t at = 0;

	while (at < line.len && line.ptr[at] != ' ' && line.ptr[at] != '\t')
		at++;
	return at;
}

int list_read(struct span text, const char *file,
	      int (*take)(void *context, struct span word, struct span text,
			  struct error *err),
	      void *context, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	uint64_t number = 0;
	int bad = 0;

	while (!bad && !span_absent(text)) {
		struct span line = span_trim(span_cut(&text, '\n'));
		size_t end = word_end(line);
		struct span rest = span_trim(span_sub(line, end, line.len));

		number++;
		if (!line.len || line.ptr[0] == '#')
			continue;
		bad = rest.len ? take(context, span_sub(line, 0, end), rest, err) :
			error_usage(err, "expected a word and a text, not %s",
				    error_quote(line, quoted));
	}
	if (bad)
		error_place(err, file, number, 0);
	return bad;
}
