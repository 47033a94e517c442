#include "text/url.h"

#include <string.h>

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = span_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int url_hex_byte(const char *p, const char *end)
{
	int high = end - p >= 2 ? hex(p[0]) : -1;
	int low = high >= 0 ? hex(p[1]) : -1;

	return low < 0 ? -1 : high * 16 + low;
}

bool url_is_text(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 127)
			return false;
	return span_is_utf8(s);
}

/* Into OUT, which has room for TEXT; how many bytes it becomes. */
static size_t decode_byte(struct span text, char *out)
{
	const char *p = text.ptr, *end = p + text.len;
	size_t len = 0;

	while (p < end) {
		int byte = *p == '%' ? url_hex_byte(p + 1, end) : -1;

		out[len++] = byte >= 0 ? (char)byte : *p == '+' ? ' ' : *p;
		p += byte >= 0 ? 3 : 1;
	}
	return len;
}

void url_decode_raw(struct span text, struct buf *out)
{
	if (!text.len || !buf_reserve(out, text.len))
		return;
	out->len += decode_byte(text, out->ptr + out->len);
}

struct span url_decode(struct span text, struct arena *a)
{
	struct span plain;
	char *room;

	if (!text.len || (!memchr(text.ptr, '%', text.len) && !memchr(text.ptr, '+', text.len)))
		return text;
	room = arena_bytes(a, text.len);
	plain = (struct span){room, decode_byte(text, room)};
	return url_is_text(plain) ? plain : text;
}

/* How many bytes of S stand before the first of the bytes STOPS. */
static size_t before(struct span s, const char *stops)
{
	size_t at = 0;

	while (at < s.len && !strchr(stops, s.ptr[at]))
		at++;
	return at;
}

/* Where the authority begins, or URL's length. */
static size_t authority(struct span url)
{
	size_t at = before(url, ":/?#");

	if (at < url.len && url.ptr[at] == ':')
		at++;
	if (!span_starts(span_sub(url, at, 2), SPAN("//")))
		return url.len;
	/* "//host" goes, "path//x" does not. */
	return at && url.ptr[at - 1] != ':' ? url.len : at + 2;
}

struct span url_host(struct span url)
{
	size_t at = authority(url);
	struct span host = span_sub(url, at, url.len);
	size_t sign;

	if (at == url.len)
		return SPAN_NONE;
	host = span_sub(host, 0, before(host, "/?#\\"));
	sign = host.len;
	while (sign && host.ptr[sign - 1] != '@')
		sign--;
	host = span_sub(host, sign, host.len);
	if (host.len && host.ptr[0] == '[')
		return span_sub(host, 1, span_find_byte(host, ']') - 1);
	host = span_sub(host, 0, span_find_byte(host, ':'));
	if (host.len && host.ptr[host.len - 1] == '.')
		host.len--;
	return host;
}

struct span host_without_www(struct span host)
{
	bool www = host.len > 4 && span_equal_nocase(span_sub(host, 0, 4), SPAN("www."));

	return www ? span_sub(host, 4, host.len) : host;
}

struct span url_path(struct span url)
{
	size_t at = authority(url);
	struct span rest = span_sub(url, at, url.len);

	return at == url.len ? url : span_sub(rest, before(rest, "/?#"), rest.len);
}

struct span url_query(struct span url)
{
	struct span whole = span_sub(url, 0, span_find_byte(url, '#'));
	size_t mark = span_find_byte(whole, '?');

	return mark == whole.len ? SPAN_NONE : span_sub(whole, mark + 1, whole.len);
}

bool url_param_next(struct span *query, struct span *name, struct span *value)
{
	while (!span_absent(*query)) {
		struct span pair = span_cut(query, '&');
		size_t equal = span_find_byte(pair, '=');

		if (!pair.len)
			continue;
		*name = span_sub(pair, 0, equal);
		*value = equal < pair.len ? span_sub(pair, equal + 1, pair.len) : SPAN_NONE;
		return true;
	}
	return false;
}
