#include "text/html.h"

#include "base/error.h"

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_put(struct buf *out, struct span text)
{
	struct buf clean = BUF_INIT;

	error_clean(text, &clean);
	for (size_t i = 0; i < clean.len; i++) {
		const char *entity = entity_of(clean.ptr[i]);

		if (entity)
			buf_text_put(out, entity);
		else
			buf_char(out, clean.ptr[i]);
	}
	buf_release(&clean);
}
