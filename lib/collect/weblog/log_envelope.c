#include "collect/weblog/log_envelope.h"

#include "collect/weblog/log_address.h"

static bool is_digit(char c)
{
	return (unsigned char)(c - '0') <= 9;
}

static bool all_digits(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.ptr[i]))
			return false;
	return s.len > 0;
}

/* Cuts a word and the blanks behind it off *REST. */
static struct span take_word(struct span *rest)
{
	size_t len = span_find_byte(*rest, ' ');
	struct span word = span_sub(*rest, 0, len);

	while (len < rest->len && rest->ptr[len] == ' ')
		len++;
	*rest = span_sub(*rest, len, rest->len);
	return word;
}

/* hh:mm:ss, and what may stand behind it: a fraction, a zone. */
static bool is_clock(struct span s)
{
	return s.len >= 8 && all_digits(span_sub(s, 0, 2)) && s.ptr[2] == ':' &&
	       all_digits(span_sub(s, 3, 2)) && s.ptr[5] == ':' && all_digits(span_sub(s, 6, 2));
}

/* 2024-03-01T09:30:00 */
static bool is_iso_time(struct span s)
{
	return s.len >= 19 && all_digits(span_sub(s, 0, 4)) && s.ptr[4] == '-' &&
	       all_digits(span_sub(s, 5, 2)) && s.ptr[7] == '-' && all_digits(span_sub(s, 8, 2)) &&
	       s.ptr[10] == 'T' && is_clock(span_sub(s, 11, s.len));
}

static bool is_month(struct span s)
{
	static const char names[] = "jan feb mar apr may jun jul aug sep oct nov dec";

	for (const char *p = names; s.len == 3 && p < names + sizeof names - 1; p += 4)
		if (span_equal_nocase(s, (struct span){p, 3}))
			return true;
	return false;
}

/* "Mar  1 09:30:00 ", with or without a year, off *REST. */
static bool take_bsd_time(struct span *rest)
{
	struct span at = *rest, day;

	if (!is_month(take_word(&at)))
		return false;
	day = take_word(&at);
	if (!all_digits(day) || day.len > 2)
		return false;
	if (span_find_byte(span_sub(at, 0, 5), ' ') == 4 && all_digits(span_sub(at, 0, 4)))
		take_word(&at);
	if (!is_clock(take_word(&at)))
		return false;
	*rest = at;
	return true;
}

static bool take_time(struct span *rest)
{
	struct span at = *rest;

	if (at.len > 19 && is_digit(*at.ptr) && is_iso_time(take_word(&at))) {
		*rest = at;
		return true;
	}
	return take_bsd_time(rest);
}

/* <190> off *REST. */
static bool take_priority(struct span *rest)
{
	size_t close = span_find_byte(span_sub(*rest, 0, 6), '>');

	if (!rest->len || *rest->ptr != '<' || close > 4 ||
	    !all_digits(span_sub(*rest, 1, close - 1)))
		return false;
	*rest = span_sub(*rest, close + 1, rest->len);
	return true;
}

/* [id name="value" ...][...] or -, off *REST. */
static bool take_structured(struct span *rest)
{
	const char *p = rest->ptr, *end = p + rest->len;
	bool quoted = false;

	if (p < end && *p == '-') {
		take_word(rest);
		return true;
	}
	while (p < end && *p == '[') {
		for (; p < end && (quoted || *p != ']'); p++) {
			if (quoted && *p == '\\' && p + 1 < end)
				p++;
			else if (*p == '"')
				quoted = !quoted;
		}
		if (p == end)
			return false;
		p++;
	}
	if (p == rest->ptr || p == end || *p != ' ')
		return false;
	*rest = span_between(p + 1, end);
	return true;
}

/* 1 TIME HOST PROGRAM PROCESS MESSAGE-ID [DATA] LINE */
static struct span inside_5424(struct span rest)
{
	static const struct span mark = SPAN("\xef\xbb\xbf");
	struct span time;

	if (!span_starts(rest, SPAN("1 ")))
		return SPAN_NONE;
	take_word(&rest);
	time = take_word(&rest);
	if (!is_iso_time(time) && !span_equal(time, SPAN("-")))
		return SPAN_NONE;
	for (int i = 0; i < 4; i++)
		if (!take_word(&rest).len)
			return SPAN_NONE;
	if (!take_structured(&rest))
		return SPAN_NONE;
	return span_starts(rest, mark) ? span_sub(rest, mark.len, rest.len) : rest;
}

/* What a request can begin with: an address, or an object. */
static bool begins_line(struct span rest)
{
	struct span word = take_word(&rest);

	if (word.len && word.ptr[word.len - 1] == ',')
		word.len--;
	return word.len && (*word.ptr == '{' || log_host_kind(log_host_bare(word)) == HOST_ADDRESS);
}

/* Behind the time: HOST PROGRAM[77]: LINE, and what leaves some of it out. */
static struct span inside_syslog(struct span rest)
{
	struct span at = rest;

	for (int i = 0; i < 3; i++) {
		struct span word = take_word(&at);

		if (word.len > 1 && word.ptr[word.len - 1] == ':' &&
		    log_host_kind(word) != HOST_ADDRESS)
			return at;
	}
	at = rest;
	for (int i = 0; i < 3; i++) {
		if (i && begins_line(at))
			return at;
		take_word(&at);
	}
	return begins_line(rest) ? rest : SPAN_NONE;
}

/* stdout F LINE */
static bool take_stream(struct span *rest, bool *piece)
{
	struct span at = *rest, stream = take_word(&at), tag;

	if (!span_equal(stream, SPAN("stdout")) && !span_equal(stream, SPAN("stderr")))
		return false;
	tag = take_word(&at);
	if (tag.len != 1 || (*tag.ptr != 'F' && *tag.ptr != 'P'))
		return false;
	*piece = *tag.ptr == 'P';
	*rest = at;
	return true;
}

/* web-1  | LINE */
static bool take_service(struct span *rest)
{
	struct span at = *rest, name = take_word(&at);

	if (!name.len || !span_starts(at, SPAN("| ")))
		return false;
	*rest = span_sub(at, 2, at.len);
	return true;
}

/* [pod/web-1/nginx] LINE */
static bool take_pod(struct span *rest)
{
	size_t close = span_find_byte(*rest, ']');

	if (!span_starts(*rest, SPAN("[pod/")) || close + 1 >= rest->len)
		return false;
	*rest = span_sub(*rest, close + 2, rest->len);
	return true;
}

static struct span take_envelope(struct span line, bool *piece)
{
	struct span rest = line;
	bool taken = take_service(&rest) || take_pod(&rest);
	bool priority = take_priority(&rest);
	struct span inside = priority ? inside_5424(rest) : SPAN_NONE;

	*piece = false;
	if (!span_absent(inside))
		return inside;
	if (!take_time(&rest))
		return taken || priority ? rest : SPAN_NONE;
	if (take_stream(&rest, piece) || taken)
		return rest;
	return inside_syslog(rest);
}

struct span log_envelope_inside(struct span line)
{
	bool piece;

	return take_envelope(line, &piece);
}

bool log_envelope_is_piece(struct span line)
{
	bool piece;

	take_envelope(line, &piece);
	return piece;
}
