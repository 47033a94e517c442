#include "collect/weblog/log_clock.h"
#include "time/date_format.h"
#include "time/date_text.h"

#include <string.h>

static bool all_digits(const char *p, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if ((unsigned char)(p[i] - '0') > 9)
			return false;
	return true;
}

static int two_digits(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

/* dd/Mon/yyyy:hh:mm:ss +zzzz with digits where they must be. */
static bool is_common(struct span s)
{
	const char *p = s.ptr;

	return s.len == 26 && p[2] == '/' && p[6] == '/' && p[11] == ':' &&
	       p[14] == ':' && p[17] == ':' && p[20] == ' ' &&
	       all_digits(p + 12, 2) && all_digits(p + 15, 2) && all_digits(p + 18, 2);
}

/* Hour, minute and second of the day that is remembered. */
static bool read_same_day(struct log_clock *c, const char *p)
{
	int hour = two_digits(p + 12), minute = two_digits(p + 15), second = two_digits(p + 18);

	/* The day and the zone are those of last time. */
	if (memcmp(p, c->text, 12) || memcmp(p + 20, c->text + 20, 6) ||
	    hour > 23 || minute > 59 || second > 59)
		return false;
	if (!memcmp(p + 22, "0000", 4)) {
		memcpy(c->moment + 11, p + 12, 8);
		return true;
	}
	moment_format(c->midnight + (hour * 3600 + minute * 60 + second) * 1000,
		      c->moment);
	return true;
}

static bool read_common(struct log_clock *c, struct span text)
{
	struct civil civil;
	int64_t moment;

	if (c->text[0] && !memcmp(text.ptr, c->text, sizeof c->text))
		return true;
	if (c->text[0] && read_same_day(c, text.ptr)) {
		memcpy(c->text, text.ptr, sizeof c->text);
		return true;
	}
	c->text[0] = '\0';
	if (!date_parse(text, DATES_ISO, &civil) || !civil.has_offset)
		return false;
	moment = moment_from_civil(&civil);
	moment_format(moment, c->moment);
	/* Second 60 and the like are read anew each time. */
	if (two_digits(text.ptr + 18) > 59 || two_digits(text.ptr + 12) > 23)
		return true;
	memcpy(c->text, text.ptr, sizeof c->text);
	c->midnight = moment - (civil.hour * 3600 + civil.minute * 60 +
				civil.second) * 1000;
	return true;
}

static struct span format_civil(const struct civil *civil, char out[MOMENT_TEXT])
{
	struct civil local = *civil;

	if (civil->has_offset) {
		moment_format(moment_from_civil(civil), out);
		return (struct span){out, MOMENT_TEXT};
	}
	local.has_offset = false;
	moment_format(moment_from_civil(&local), out);
	return (struct span){out, MOMENT_TEXT - 1};
}

struct span log_clock_read(struct log_clock *c, struct span text,
			   const struct log_item *item, char out[MOMENT_TEXT])
{
	struct civil civil;

	if (item->form == LOG_WHEN && is_common(text) && read_common(c, text)) {
		memcpy(out, c->moment, MOMENT_TEXT);
		return (struct span){out, MOMENT_TEXT};
	}
	if (item->form == LOG_WHEN_PATTERN)
		return date_parse_format(text, item->pattern, &civil) ?
			format_civil(&civil, out) : SPAN_NONE;
	/* Behind milliseconds the last digits are too many: of micro- and nanoseconds since 1970. */
	if (item->form == LOG_WHEN_MICROS)
		text.len -= text.len > 3 ? 3 : 0;
	else if ((text.len == 16 || text.len == 19) && all_digits(text.ptr, text.len))
		text.len = 13;
	return date_parse(text, DATES_ISO, &civil) ?
		format_civil(&civil, out) : SPAN_NONE;
}
