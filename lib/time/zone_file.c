/* Loading a zone: fixed offsets, and TZif files (RFC 8536). */
#include "time/zone_file.h"
#include "time/zone_suggest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "time/date_scan.h"
#include "time/zone_alias.h"
#include "time/zone_rule.h"

#define HEADER 44
#define FILE_MAX (1 << 20)

/* The six counts of a header, in the file's order. */
struct counts {
	uint32_t isut, isstd, leap, time, type, chars;
};

struct reader {
	const unsigned char *p;
	const unsigned char *end;
};

static struct zone *new_zone(const char *name)
{
	struct zone *z = mem_zero(1, sizeof *z);

	z->name = mem_text(name, strlen(name));
	z->end = INT64_MAX;
	return z;
}

static void add_span(struct zone *z, size_t *cap, int64_t begin,
		     int64_t offset)
{
	/* Of two at one moment the later counts: daylight all the year. */
	if (z->count && z->spans[z->count - 1].begin == begin)
		z->count--;
	z->spans = mem_room(z->spans, z->count, cap, sizeof *z->spans);
	z->spans[z->count++] = (struct zone_span){begin, offset};
}

static uint32_t big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static int64_t read_time(const unsigned char *p, size_t size)
{
	if (size == 4)
		return (int32_t)big_endian(p);
	return (int64_t)((uint64_t)big_endian(p) << 32 | big_endian(p + 4));
}

/* Takes the header off; false when it is none or a count is absurd. */
static bool read_header(struct reader *r, struct counts *n, int *version)
{
	uint32_t *fields[] = {&n->isut, &n->isstd, &n->leap,
			      &n->time, &n->type, &n->chars};

	if (r->end - r->p < HEADER || memcmp(r->p, "TZif", 4))
		return false;
	*version = r->p[4];
	for (int i = 0; i < 6; i++) {
		*fields[i] = big_endian(r->p + 20 + 4 * i);
		if (*fields[i] > FILE_MAX)
			return false;
	}
	r->p += HEADER;
	return n->type >= 1 && n->type <= 256;
}

/* The length of the data behind a header whose times have SIZE bytes. */
static size_t data_length(const struct counts *n, size_t size)
{
	return n->time * (size + 1) + n->type * (size_t)6 + n->chars +
	       n->leap * (size + 4) + n->isstd + n->isut;
}

/* Offset of type I in milliseconds; RFC 8536 allows -25 to 26 hours. */
static bool read_type(const unsigned char *types, const struct counts *n,
		      unsigned i, int64_t *offset)
{
	int32_t seconds;

	if (i >= n->type)
		return false;
	seconds = (int32_t)big_endian(types + 6 * (size_t)i);
	*offset = seconds * INT64_C(1000);
	return seconds > -25 * 3600 && seconds < 26 * 3600;
}

/* The transitions; R stands at the data block. */
static bool read_data(struct reader *r, const struct counts *n, size_t size,
		      struct zone *z, size_t *cap)
{
	const unsigned char *indexes, *types;
	int64_t offset, last = INT64_MIN;

	if ((size_t)(r->end - r->p) < data_length(n, size))
		return false;
	indexes = r->p + n->time * size;
	types = indexes + n->time;
	if (!read_type(types, n, 0, &offset))
		return false;
	add_span(z, cap, INT64_MIN, offset);
	for (uint32_t i = 0; i < n->time; i++) {
		int64_t at = read_time(r->p + i * size, size);

		if (!read_type(types, n, indexes[i], &offset))
			return false;
		/* Some files begin at the Big Bang: before year 1 is all one. */
		if (at < MOMENT_MIN / 1000 - 86400)
			at = MOMENT_MIN / 1000 - 86400;
		if (at > MOMENT_MAX / 1000 + 86400 || at < last)
			return false;
		last = at;
		add_span(z, cap, at * 1000, offset);
	}
	r->p += data_length(n, size);
	return true;
}

/* Writes the rule out, from the year of the last transition on. */
static void expand_rule(struct zone *z, size_t *cap,
			const struct zone_rule *rule)
{
	int64_t last = z->spans[z->count - 1].begin;
	int64_t at[2], offset[2];
	int year = 1970, month, day;

	if (z->count > 1)
		moment_civil_date(last / DAY_MS, &year, &month, &day);
	for (int y = year; y < year + 402; y++) {
		bool later;

		zone_rule_year(rule, y, &at[0], &at[1]);
		offset[0] = rule->daylight;
		offset[1] = rule->standard;
		later = at[1] < at[0];	/* south of the equator */
		for (int i = 0; i < 2; i++) {
			int k = i ^ later;

			if (at[k] * 1000 > last &&
			    at[k] * 1000 >= z->spans[z->count - 1].begin)
				add_span(z, cap, at[k] * 1000,
					 offset[k] * INT64_C(1000));
		}
	}
	z->end = moment_days(year + 402, 1, 1) * DAY_MS;
}

/* The footer: a newline, the rule (it may be empty), a newline. */
static bool read_footer(struct reader *r, struct zone *z, size_t *cap)
{
	struct zone_rule rule;
	const unsigned char *begin = r->p + 1, *end;

	if (r->p == r->end || *r->p != '\n')
		return false;
	end = memchr(begin, '\n', (size_t)(r->end - begin));
	if (!end)
		return false;
	if (end == begin)
		return true;
	if (!zone_rule_parse(span_between((const char *)begin,
					  (const char *)end), &rule))
		return false;
	if (rule.has_daylight)
		expand_rule(z, cap, &rule);
	return true;
}

static bool read_tzif(struct reader r, struct zone *z)
{
	struct counts n;
	size_t cap = 0;
	int version;

	if (!read_header(&r, &n, &version))
		return false;
	if (version == 0)
		return !n.leap && read_data(&r, &n, 4, z, &cap);
	if ((size_t)(r.end - r.p) < data_length(&n, 4))
		return false;
	r.p += data_length(&n, 4);
	if (!read_header(&r, &n, &version) || n.leap)
		return false;
	return read_data(&r, &n, 8, z, &cap) && read_footer(&r, z, &cap);
}

struct zone *zone_parse(const char *name, struct span tzif, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	const unsigned char *p = (const unsigned char *)tzif.ptr;
	struct zone *z = new_zone(name);

	if (tzif.len && read_tzif((struct reader){p, p + tzif.len}, z))
		return z;
	zone_free(z);
	error_failed(err, "the file of time zone %s is damaged, or counts leap "
		     "seconds; install the package tzdata anew",
		     error_quote(span_of(name), quoted));
	return NULL;
}

static int open_file(const char *path)
{
	int fd;

	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/* At most FILE_MAX bytes and a little; -1 with errno. */
static int read_file(int fd, struct buf *out)
{
	while (out->len < FILE_MAX) {
		ssize_t got;

		buf_reserve(out, 1 << 14);
		got = read(fd, out->ptr + out->len, 1 << 14);
		if (!got)
			break;
		if (got > 0)
			out->len += (size_t)got;
		else if (errno != EINTR)
			return -1;
	}
	return 0;
}

int zone_read_file(const char *name, struct buf *out)
{
	struct buf path = BUF_INIT;
	int fd, bad, why;

	buf_printf(&path, "%s%s", ZONE_DIRECTORY, name);
	fd = open_file(buf_text(&path));
	why = errno;
	buf_release(&path);
	errno = why;
	if (fd < 0)
		return -1;
	bad = read_file(fd, out);
	why = errno;
	close(fd);
	errno = why;
	return bad;
}

/* "Europe/Berlin", "Etc/GMT+5": no way out of the directory. */
static bool is_safe(const char *name)
{
	struct span s = span_of(name);

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && !(c >= '0' && c <= '9') && !strchr("/_+-", c))
			return false;
	}
	return s.len && s.len < 100 && s.ptr[0] != '/';
}

/* "+02:00", "-0530", "Z", "UTC", "UTC+01": the sign is that of ISO 8601. */
static bool fixed_offset(const char *name, int *minutes)
{
	struct span s = span_of(name);
	struct cursor c = {s.ptr, s.ptr + s.len};
	struct civil civil = {0};

	if (*name != '+' && *name != '-' && strncmp(name, "UTC", 3) &&
	    strncmp(name, "GMT", 3) && strcmp(name, "Z"))
		return false;
	if (!cursor_offset(&c, &civil) || !cursor_at_end(&c))
		return false;
	*minutes = civil.offset_minutes;
	return true;
}

/* By errno: there is no such zone (a folder is none), or its file cannot be read now. */
static void fail_to_read(const char *name, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	if (errno == ENOENT || errno == ENOTDIR || errno == EISDIR)
		zone_unknown(name, err);
	else
		error_errno(err, "cannot read the file of time zone %s", error_quote(span_of(name), quoted));
}

struct zone *zone_load(const char *name, struct error *err)
{
	struct buf content = BUF_INIT;
	struct zone *z = NULL;
	const char *alias = zone_alias(span_of(name)), *file = alias ? alias : name;
	int minutes;

	if (fixed_offset(name, &minutes)) {
		size_t cap = 0;

		z = new_zone(name);
		add_span(z, &cap, INT64_MIN, minutes * INT64_C(60000));
		return z;
	}
	if (!is_safe(file))
		zone_unknown(name, err);
	else if (zone_read_file(file, &content))
		fail_to_read(name, err);
	else if (!span_starts(buf_view(&content), SPAN("TZif")))
		zone_unknown(name, err);
	else
		z = zone_parse(name, buf_view(&content), err);
	buf_release(&content);
	return z;
}
