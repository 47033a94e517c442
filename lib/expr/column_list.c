#include "expr/column_list.h"

#include <stdbool.h>
#include <string.h>

struct span column_list_next(struct span *rest)
{
	struct span s = *rest;
	int depth = 0;
	char quote = 0;
	size_t i;

	for (i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '\'' || c == '"' || c == '`')
			quote = c;
		else if (c == '(' || c == '[')
			depth++;
		else if (c == ')' || c == ']')
			depth--;
		else if (c == ',' && depth <= 0)
			break;
	}
	*rest = i < s.len ? span_sub(s, i + 1, s.len) : SPAN_NONE;
	return span_trim(span_sub(s, 0, i));
}

struct span column_list_label(struct span *item)
{
	for (size_t i = 0; i < item->len; i++) {
		char c = item->ptr[i];
		bool double_sign = i + 1 < item->len && item->ptr[i + 1] == '=';

		if (c == '=' && i && !double_sign) {
			struct span label = span_trim(span_sub(*item, 0, i));

			*item = span_trim(span_sub(*item, i + 1, item->len));
			return label;
		}
		if (strchr("=<>!()[]'\"`", c))
			break;
	}
	return SPAN_NONE;
}
