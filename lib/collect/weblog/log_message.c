#include "collect/weblog/log_message.h"

#include "time/date_text.h"

/* 2024/03/01 09:30:00 [error] 77#77: ... */
static bool is_nginx_error(struct span line)
{
	struct civil civil;

	return line.len > 22 && line.ptr[4] == '/' && line.ptr[7] == '/' && line.ptr[10] == ' ' &&
	       line.ptr[20] == '[' && date_parse(span_sub(line, 0, 19), DATES_ISO, &civil);
}

/* [Fri Mar 01 09:30:00.123456 2024] [core:error] [pid 77] ... */
static bool is_apache_error(struct span line)
{
	static const char days[] = "Mon Tue Wed Thu Fri Sat Sun";
	size_t close = span_find_byte(line, ']');
	bool day = false;

	if (line.len < 30 || *line.ptr != '[' || close + 2 >= line.len || line.ptr[close + 2] != '[')
		return false;
	for (const char *p = days; p < days + sizeof days; p += 4)
		day = day || span_equal(span_sub(line, 1, 3), (struct span){p, 3});
	return day;
}

static bool is_level(struct span word)
{
	static const char *const levels[] = {"TRC", "DBG", "INF", "WRN", "ERR", "FTL", "TRACE", "DEBUG", "INFO",
					     "NOTICE", "WARN", "WARNING", "ERROR", "FATAL"};

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (span_equal_nocase(word, span_of(levels[i])))
			return true;
	return false;
}

/* Is one of the next words a level, in brackets or not? */
static bool has_level(struct span rest)
{
	for (int i = 0; i < 3 && !span_absent(rest); i++) {
		struct span word = span_cut(&rest, ' ');

		if (word.len > 2 && *word.ptr == '[' && word.ptr[word.len - 1] == ']')
			word = span_sub(word, 1, word.len - 2);
		if (is_level(word))
			return true;
	}
	return false;
}

/*
 * 2024-03-01T09:30:00Z INF ..., 2024-03-01 09:30:00,123 [main] INFO ... and
 * time="2024-03-01T09:30:00Z" level=info ...
 */
static bool is_of_program(struct span line)
{
	struct span rest = line, time = span_cut(&rest, ' ');
	struct civil civil;

	if (span_starts(line, SPAN("time=\"")))
		return span_find(line, SPAN(" level=")) < line.len;
	if (span_absent(rest) || time.len < 10 || !date_parse(time, DATES_ISO, &civil))
		return false;
	if (time.len == 10) {
		time = span_cut(&rest, ' ');
		if (time.len < 8 || time.ptr[2] != ':' || time.ptr[5] != ':')
			return false;
	}
	return has_level(rest);
}

/* What HAProxy says of itself. */
static bool is_haproxy(struct span line)
{
	return span_starts(line, SPAN("Proxy ")) || span_starts(line, SPAN("Server ")) ||
	       span_starts(line, SPAN("Connect from ")) || span_starts(line, SPAN("backend "));
}

bool log_is_message(struct span line)
{
	return is_nginx_error(line) || is_apache_error(line) || is_of_program(line) ||
	       is_haproxy(line) || span_starts(line, SPAN("/docker-entrypoint"));
}
