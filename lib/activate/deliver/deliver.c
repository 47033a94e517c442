#include "activate/deliver/deliver.h"

#include <string.h>

#include "activate/deliver/ways.h"
#include "base/mem.h"
#include "record/scan.h"

static const struct way *const ways[] = {&way_sqlite, &way_postgres, &way_http};

struct delivery {
	const struct way *how;
	void *way;
};

static const struct way *find_way(const char *url)
{
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		for (size_t j = 0; j < 3 && ways[i]->schemes[j]; j++)
			if (span_starts(span_of(url), span_of(ways[i]->schemes[j])))
				return ways[i];
	return NULL;
}

/* "//user:password@host": others see command lines. */
static bool has_password(const char *url)
{
	const char *host = strstr(url, "//");
	struct span authority;
	size_t at, colon;

	if (!host)
		return strstr(url, "password=") != NULL;
	host += 2;
	authority = (struct span){host, strcspn(host, "/?#")};
	at = span_find_byte(authority, '@');
	colon = span_find_byte(authority, ':');
	return (at < authority.len && colon < at) || strstr(url, "password=") != NULL;
}

/* Is the host of http://HOST this machine? */
static bool is_local(const char *url)
{
	static const struct span hosts[] = {SPAN("localhost"), SPAN("127.0.0.1"), SPAN("[::1]")};
	struct span host = {url + 7, strcspn(url + 7, "/?#")};

	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		if (span_starts(host, hosts[i]) && (host.len == hosts[i].len || host.ptr[hosts[i].len] == ':'))
			return true;
	return false;
}

int deliver_check(const char *url, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	if (!find_way(url))
		return error_usage(err, "--deliver: %s is none of sqlite:FILE, postgresql://..., https://...",
				   error_quote(span_of(url), quoted));
	if (has_password(url))
		return error_usage(err, "--deliver: a password on the command line is seen by everybody: a database takes it from PGPASSFILE, an endpoint from --secrets FILE");
	if (span_starts(span_of(url), SPAN("http://")) && !is_local(url))
		return error_usage(err, "--deliver: http:// would send people's data for all to read: use https://");
	return 0;
}

bool deliver_is_endpoint(const char *url)
{
	const struct way *way = find_way(url);

	return way && way->endpoint;
}

struct delivery *deliver_open(const struct deliver_setup *setup, struct error *err)
{
	const struct way *how = find_way(setup->url);
	void *way = how->open(setup, err);
	struct delivery *d;

	if (!way)
		return NULL;
	d = mem_zero(1, sizeof *d);
	d->how = how;
	d->way = way;
	return d;
}

int deliver_put(struct delivery *d, const struct deliver_member *m, struct error *err)
{
	return d->how->put(d->way, m, err);
}

int deliver_finish(struct delivery *d, struct error *err)
{
	return d->how->finish(d->way, err);
}

void deliver_close(struct delivery *d)
{
	if (!d)
		return;
	d->how->close(d->way);
	mem_free(d);
}

void way_cells(const struct target *t, struct span row, struct span cells[TARGET_COLUMNS_MAX], struct buf *scratch)
{
	struct value object = VALUE_ABSENT;
	size_t from[TARGET_COLUMNS_MAX], len[TARGET_COLUMNS_MAX];

	scan_whole(span_trim(row), &object, NULL);
	buf_clear(scratch);
	for (size_t i = 0; i < t->count; i++) {
		struct value v = value_member(object, t->column[i].label);

		from[i] = scratch->len;
		if (v.kind == VALUE_TEXT)
			value_decode(v, scratch);
		else if (v.kind != VALUE_NULL && v.kind != VALUE_NONE)
			buf_span(scratch, v.raw);
		len[i] = v.kind == VALUE_NULL || v.kind == VALUE_NONE ? SIZE_MAX : scratch->len - from[i];
	}
	for (size_t i = 0; i < t->count; i++) {
		cells[i] = len[i] == SIZE_MAX ? SPAN_NONE : span_sub(buf_view(scratch), from[i], len[i]);
		if (span_absent(cells[i]) && t->column[i].key)
			cells[i] = SPAN("");
	}
}

void way_put_name(struct buf *out, struct span name)
{
	buf_char(out, '"');
	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] == '"')
			buf_char(out, '"');
		buf_char(out, name.ptr[i]);
	}
	buf_char(out, '"');
}

/* The columns, all or (KEYS) those of the key, with TAIL behind each. */
static void put_columns(const struct target *t, bool keys, const char *tail, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < t->count; i++) {
		if (keys && !t->column[i].key)
			continue;
		if (any)
			buf_lit(out, ", ");
		any = true;
		way_put_name(out, t->column[i].label);
		buf_text_put(out, tail);
	}
}

void way_put_create(const struct deliver_setup *s, struct buf *out)
{
	const struct target *t = s->target;

	buf_lit(out, "CREATE TABLE IF NOT EXISTS ");
	way_put_name(out, span_of(s->table));
	buf_lit(out, " (");
	for (size_t i = 0; i < t->count; i++) {
		way_put_name(out, t->column[i].label);
		buf_text_put(out, t->column[i].key ? " TEXT NOT NULL, " : " TEXT, ");
	}
	buf_lit(out, "PRIMARY KEY (");
	put_columns(t, true, "", out);
	buf_lit(out, "))");
}

void way_put_insert(const struct deliver_setup *s, struct buf *out)
{
	buf_lit(out, "INSERT INTO ");
	way_put_name(out, span_of(s->table));
	buf_lit(out, " (");
	put_columns(s->target, false, "", out);
	buf_lit(out, ") ");
}

void way_put_conflict(const struct deliver_setup *s, struct buf *out)
{
	const struct target *t = s->target;
	bool any = false;

	buf_lit(out, " ON CONFLICT (");
	put_columns(t, true, "", out);
	buf_lit(out, ") DO ");
	for (size_t i = 0; i < t->count; i++) {
		if (t->column[i].key)
			continue;
		buf_text_put(out, any ? ", " : "UPDATE SET ");
		any = true;
		way_put_name(out, t->column[i].label);
		buf_lit(out, " = excluded.");
		way_put_name(out, t->column[i].label);
	}
	if (!any)
		buf_lit(out, "NOTHING");
}
