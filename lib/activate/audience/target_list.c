/* Targets by name: built in, in directories, by a path. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "activate/audience/target.h"
#include "base/mem.h"
#include "io/text_file.h"

#define ENDING SPAN(".target")

struct named {
	const char *name;
	const char *path;	/* NULL: built in */
	const char *text;	/* of a built-in one */
};

struct all {
	struct named *list;
	size_t count, cap;
	struct arena texts;
};

static const struct named *find_named(const struct all *l, struct span name)
{
	for (size_t i = 0; i < l->count; i++)
		if (span_equal(span_of(l->list[i].name), name))
			return &l->list[i];
	return NULL;
}

static void add(struct all *l, struct span name, const char *path, const char *text)
{
	if (find_named(l, name))
		return;
	l->list = mem_room(l->list, l->count, &l->cap, sizeof *l->list);
	l->list[l->count++] = (struct named){arena_copy(&l->texts, name).ptr, path, text};
}

static void add_directory(struct all *l, const char *directory)
{
	DIR *d = opendir(directory);
	struct buf path = BUF_INIT;
	struct dirent *entry;

	if (!d)
		return;
	for (entry = readdir(d); entry; entry = readdir(d)) {
		struct span name = span_of(entry->d_name);

		if (!span_ends(name, ENDING) || name.len == ENDING.len || name.ptr[0] == '.')
			continue;
		buf_clear(&path);
		buf_printf(&path, "%s/%s", directory, entry->d_name);
		add(l, span_sub(name, 0, name.len - ENDING.len), arena_copy(&l->texts, buf_view(&path)).ptr, NULL);
	}
	closedir(d);
	buf_release(&path);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static void find_all(struct all *l, const char *directories)
{
	struct span rest = span_of(directories);

	while (!span_absent(rest)) {
		struct span one = span_cut(&rest, ':');

		if (one.len)
			add_directory(l, arena_copy(&l->texts, one).ptr);
	}
	for (const struct builtin_target *b = builtin_targets; b->name; b++)
		add(l, span_of(b->name), NULL, b->text);
	qsort(l->list, l->count, sizeof *l->list, by_name);
}

static void release_all(struct all *l)
{
	mem_free(l->list);
	arena_release(&l->texts);
}

static int load_path(struct target *t, const char *path, struct error *err)
{
	struct buf text = BUF_INIT;
	int failed = text_file_load(path, &text, err) || target_parse(t, buf_view(&text), path, err);

	t->path = arena_copy(&t->texts, span_of(path)).ptr;
	buf_release(&text);
	return failed ? -1 : 0;
}

/* The file name of PATH, without its ending. */
static struct span base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct span name = span_of(slash ? slash + 1 : path);

	return span_ends(name, ENDING) ? span_sub(name, 0, name.len - ENDING.len) : name;
}

static int refuse_unknown(const struct all *l, struct span name, struct error *err)
{
	const char **names = mem_zero(l->count + 1, sizeof *names);
	char quoted[ERROR_QUOTE_MAX];
	const char *near;

	for (size_t i = 0; i < l->count; i++)
		names[i] = l->list[i].name;
	near = error_suggest(name, names);
	error_quote(name, quoted);
	if (near)
		error_usage(err, "unknown target %s; did you mean '%s'?", quoted, near);
	else
		error_usage(err, "unknown target %s: --list-targets shows all", quoted);
	mem_free(names);
	return -1;
}

int target_find(struct target *t, const char *name, const char *directories, struct error *err)
{
	struct all l = {0};
	const struct named *found;
	struct buf file = BUF_INIT;
	int failed;

	*t = (struct target){0};
	t->name = arena_copy(&t->texts, base_name(name)).ptr;
	if (strchr(name, '/') || span_ends(span_of(name), ENDING))
		return load_path(t, name, err);
	find_all(&l, directories);
	found = find_named(&l, span_of(name));
	buf_printf(&file, "%s.target", name);
	if (!found)
		failed = refuse_unknown(&l, span_of(name), err);
	else if (found->path)
		failed = load_path(t, found->path, err);
	else
		failed = target_parse(t, span_of(found->text), buf_text(&file), err);
	buf_release(&file);
	release_all(&l);
	return failed;
}

/* What the first line of TEXT says, without its '#'. */
static struct span about_text(struct span text)
{
	struct span line = span_cut(&text, '\n');

	return span_starts(line, SPAN("#")) ? span_trim(span_sub(line, 1, line.len)) : SPAN("");
}

void target_list(const char *directories, struct buf *out)
{
	struct all l = {0};
	struct buf text = BUF_INIT;

	find_all(&l, directories);
	for (size_t i = 0; i < l.count; i++) {
		struct span about;

		buf_clear(&text);
		if (l.list[i].text)
			about = about_text(span_of(l.list[i].text));
		else
			about = text_file_load(l.list[i].path, &text, NULL) ? SPAN("") : about_text(buf_view(&text));
		buf_printf(out, "%s\t", l.list[i].name);
		error_clean(about, out);
		buf_char(out, '\n');
	}
	buf_release(&text);
	release_all(&l);
}
