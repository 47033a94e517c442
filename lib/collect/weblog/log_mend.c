#include "collect/weblog/log_mend.h"

#include <stdbool.h>

#include "text/url.h"

/* A text on its way: in is where reading it has come to. */
struct mending {
	const char *in;
	const char *end;
	char *out;
	bool inside;	/* a text */
	bool high;	/* \xhh beyond ASCII becomes the byte, not the four characters */
};

static void put_text(struct mending *m, const char *text)
{
	while (*text)
		*m->out++ = *text++;
}

static void put_byte(struct mending *m, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";

	if (c == '"' || c == '\\')
		*m->out++ = '\\';
	if (c >= 0x20) {
		*m->out++ = (char)c;
		return;
	}
	put_text(m, "\\u00");
	*m->out++ = digits[c >> 4];
	*m->out++ = digits[c & 15];
}

static void take_escape(struct mending *m)
{
	char next = m->in + 1 < m->end ? m->in[1] : '\0';
	int byte = next == 'x' ? url_hex_byte(m->in + 2, m->end) : -1;

	if (byte >= 0 && (byte < 0x80 || m->high)) {
		put_byte(m, (unsigned char)byte);
		m->in += 4;
	} else if (next && memchr("\"\\/bfnrtu", next, 9)) {
		*m->out++ = '\\';
		*m->out++ = next;
		m->in += 2;
	} else {
		put_text(m, "\\\\");
		m->in++;
	}
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* Behind a text stands a colon, the end, or a comma and the next text or value. */
static bool ends_text(const char *p, const char *end)
{
	p = skip_blanks(p, end);
	if (p == end || *p == ':' || *p == '}' || *p == ']')
		return true;
	if (*p != ',')
		return false;
	p = skip_blanks(p + 1, end);
	return p < end && (*p == '"' || *p == '{' || *p == '[');
}

static void take_inside(struct mending *m)
{
	if (*m->in == '\\') {
		take_escape(m);
	} else if (*m->in == '"' && ends_text(m->in + 1, m->end)) {
		m->inside = false;
		*m->out++ = *m->in++;
	} else {
		put_byte(m, (unsigned char)*m->in++);
	}
}

static struct span mend(struct span line, bool high, struct arena *a)
{
	char *to = arena_bytes(a, 6 * line.len);
	struct mending m = {.in = line.ptr, .end = line.ptr + line.len, .out = to, .high = high};

	while (m.in < m.end) {
		if (m.inside) {
			take_inside(&m);
			continue;
		}
		m.inside = *m.in == '"';
		*m.out++ = *m.in++;
	}
	return span_between(to, m.out);
}

struct span log_json_mend(struct span line, struct arena *a)
{
	struct span text = mend(line, true, a);

	return span_is_utf8(text) ? text : mend(line, false, a);
}
