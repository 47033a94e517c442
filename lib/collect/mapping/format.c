#include "collect/mapping/format.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/input.h"

struct formats {
	struct format **list;	/* by name */
	size_t count;
	size_t cap;
	struct format **paths;	/* loaded by their path */
	size_t path_count;
	size_t path_cap;
	const char **names;	/* for suggestions */
	struct arena arena;
};

const struct format_kind format_kinds[] = {
	{"csv", "Rows with a header line"},
	{"json", "JSON objects, one behind another or in an array"},
	{"ndjson", "JSON objects, one a line"},
	{"combined", "Web log of Apache or nginx, with referrer and user agent"},
	{"common", "Web log of Apache"},
	{"vcombined", "combined behind the name of the virtual host"},
	{"vcommon", "common behind the name of the virtual host"},
	{"w3c", "Web log in the extended format of the W3C, as of IIS"},
	{"cloudfront", "Web log of AWS CloudFront"},
	{"jsonlog", "Web log in JSON, a request a line, as of nginx, Caddy, Traefik, Cloudflare"},
	{"alb", "Web log of the Application Load Balancer of AWS"},
	{"elb", "Web log of the Classic Load Balancer of AWS"},
	{"s3", "Web log of a bucket of AWS S3"},
	{"haproxy", "Web log of HAProxy (option httplog)"},
	{"squid", "Web log of Squid, in the format that it has by default"},
	{NULL, NULL},
};
#define KINDS (sizeof format_kinds / sizeof *format_kinds)

bool format_is_kind(const char *name)
{
	for (size_t i = 0; format_kinds[i].name; i++)
		if (!strcmp(format_kinds[i].name, name))
			return true;
	return false;
}

static struct format *find_format(const struct formats *f, struct span name)
{
	for (size_t i = 0; i < f->count; i++)
		if (span_equal(span_of(f->list[i]->name), name))
			return f->list[i];
	return NULL;
}

/* The first line of TEXT without its '#'. */
static const char *about_of(struct formats *f, struct span text)
{
	struct span line = span_cut(&text, '\n');

	if (!span_starts(line, SPAN("#")))
		return "";
	return arena_copy(&f->arena, span_trim(span_sub(line, 1, line.len))).ptr;
}

static void add_format(struct formats *f, struct span name, const char *path,
		       const char *about)
{
	struct format *format;

	if (find_format(f, name))
		return;
	format = mem_zero(1, sizeof *format);
	format->name = arena_copy(&f->arena, name).ptr;
	format->path = path;
	format->about = about;
	f->list = mem_room(f->list, f->count, &f->cap, sizeof(struct format *));
	f->list[f->count++] = format;
}

/* What stands in the first line of PATH; "" where it cannot be read. */
static const char *about_file(struct formats *f, const char *path)
{
	struct input *in = input_open(path, NULL);
	struct span head = SPAN("");
	const char *about = "";

	if (in && !input_peek(in, 4096, &head, NULL))
		about = about_of(f, head);
	input_close(in);
	return about;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The files NAME.map of DIRECTORY, in the order of their names. */
static void add_directory(struct formats *f, const char *directory)
{
	DIR *d = opendir(directory);
	const char **names = NULL;
	size_t count = 0, cap = 0;
	struct dirent *entry;
	struct buf path = BUF_INIT;

	if (!d)
		return;
	for (entry = readdir(d); entry; entry = readdir(d)) {
		struct span name = span_of(entry->d_name);

		if (!span_ends(name, SPAN(".map")) || name.len == 4 || name.ptr[0] == '.')
			continue;
		names = mem_room(names, count, &cap, sizeof *names);
		names[count++] = arena_copy(&f->arena, name).ptr;
	}
	closedir(d);
	if (count)
		qsort(names, count, sizeof *names, by_text);
	for (size_t i = 0; i < count; i++) {
		struct span name = span_of(names[i]);
		const char *at;

		buf_clear(&path);
		buf_printf(&path, "%s/%s", directory, names[i]);
		at = arena_copy(&f->arena, buf_view(&path)).ptr;
		add_format(f, span_sub(name, 0, name.len - 4), at, about_file(f, at));
	}
	buf_release(&path);
	mem_free(names);
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct format *const *)a)->name, (*(struct format *const *)b)->name);
}

struct formats *formats_new(const char *directories)
{
	struct formats *f = mem_zero(1, sizeof *f);
	struct span rest = span_of(directories);

	while (!span_absent(rest)) {
		struct span one = span_cut(&rest, ':');

		if (one.len)
			add_directory(f, arena_copy(&f->arena, one).ptr);
	}
	for (const struct builtin_format *b = builtin_formats; b->name; b++)
		add_format(f, span_of(b->name), NULL, about_of(f, span_of(b->text)));
	if (f->count)
		qsort(f->list, f->count, sizeof(struct format *), by_name);
	return f;
}

static void free_format(struct format *format)
{
	mapping_release(&format->mapping);
	mem_free(format);
}

void formats_free(struct formats *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->count; i++)
		free_format(f->list[i]);
	for (size_t i = 0; i < f->path_count; i++)
		free_format(f->paths[i]);
	mem_free(f->list);
	mem_free(f->paths);
	mem_free(f->names);
	arena_release(&f->arena);
	mem_free(f);
}

struct format *const *formats_list(struct formats *f, size_t *count)
{
	*count = f->count;
	return f->list;
}

static struct span builtin_text(const char *name)
{
	for (const struct builtin_format *b = builtin_formats; b->name; b++)
		if (!strcmp(b->name, name))
			return span_of(b->text);
	return SPAN("");
}

int formats_load(struct format *format, struct error *err)
{
	struct buf file = BUF_INIT;
	int bad;

	if (format->loaded && !format->broken)
		return 0;
	mapping_release(&format->mapping);
	format->mapping.lenient = true;
	if (format->path) {
		bad = mapping_load(&format->mapping, format->path, err);
	} else {
		buf_printf(&file, "%s.map", format->name);
		bad = mapping_parse(&format->mapping, builtin_text(format->name),
				    buf_text(&file), err);
	}
	buf_release(&file);
	format->loaded = true;
	format->broken = bad != 0;
	return bad;
}

static struct format *by_path(struct formats *f, const char *path,
			      struct error *err)
{
	struct format *format = mem_zero(1, sizeof *format);
	const char *slash = strrchr(path, '/');
	struct span name = span_of(slash ? slash + 1 : path);

	if (span_ends(name, SPAN(".map")))
		name.len -= 4;
	format->name = arena_copy(&f->arena, name).ptr;
	format->path = arena_copy(&f->arena, span_of(path)).ptr;
	format->about = "";
	f->paths = mem_room(f->paths, f->path_count, &f->path_cap, sizeof(struct format *));
	f->paths[f->path_count++] = format;
	return formats_load(format, err) ? NULL : format;
}

/* All that -f knows, for a suggestion. */
static const char *nearest_format(struct formats *f, struct span name)
{
	size_t count = 0;

	f->names = mem_grow(f->names, f->count + KINDS, sizeof *f->names);
	for (size_t i = 0; i < f->count; i++)
		f->names[count++] = f->list[i]->name;
	for (size_t i = 0; format_kinds[i].name; i++)
		f->names[count++] = format_kinds[i].name;
	f->names[count] = NULL;
	return error_suggest(name, f->names);
}

struct format *formats_find(struct formats *f, const char *name,
			    struct error *err)
{
	struct span text = span_of(name);
	struct format *format;
	char quoted[ERROR_QUOTE_MAX];
	const char *near;

	if (strchr(name, '/') || span_ends(text, SPAN(".map")))
		return by_path(f, name, err);
	format = find_format(f, text);
	if (format)
		return formats_load(format, err) ? NULL : format;
	near = nearest_format(f, text);
	error_quote(text, quoted);
	if (near)
		error_usage(err, "unknown format %s; did you mean '%s'?", quoted, near);
	else
		error_usage(err, "unknown format %s: --list-formats shows all", quoted);
	return NULL;
}
