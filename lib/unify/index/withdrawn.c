#include "unify/index/withdrawn.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/scan.h"

void withdrawn_release(struct withdrawn *w)
{
	map_release(&w->sources);
	map_release(&w->names);
	mem_free(w->of_profile);
}

void withdrawn_add_source(struct withdrawn *w, struct span name)
{
	map_put(&w->sources, name, NULL);
}

void withdrawn_note(struct withdrawn *w)
{
	w->of_profile = mem_room(w->of_profile, w->noted, &w->cap, sizeof *w->of_profile);
	w->of_profile[w->noted++] = w->in_profile;
}

void withdrawn_share(struct withdrawn *w, const struct twins *twins)
{
	for (size_t i = 0; i < twins->count; i++) {
		bool *first = &w->of_profile[twins->list[i].first];

		*first = *first && w->of_profile[twins->list[i].again];
	}
	for (size_t i = 0; i < twins->count; i++)
		w->of_profile[twins->list[i].again] = w->of_profile[twins->list[i].first];
}

/* By source: is it a snapshot?  Owned. */
static bool *mark_sources(struct withdrawn *w, const struct events *v, const struct sources *sources)
{
	bool *snapshots = mem_zero(sources->names.count + 1, sizeof *snapshots);

	for (uint32_t i = 0; i < sources->names.count; i++)
		snapshots[i] = map_find(&w->sources, source_name(sources, i)) != MAP_NONE;
	for (size_t i = 0; i < v->count; i++) {
		uint32_t source = v->list[i].source;

		if (snapshots[source] && !w->of_profile[i])
			w->sources.entries[map_find(&w->sources, source_name(sources, source))].number = 1;
	}
	return snapshots;
}

static int check_sources(const struct withdrawn *w, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < w->sources.count; i++) {
		if (!w->sources.entries[i].number)
			return error_usage(err, "--snapshot %s: the input has no event of that source beside profiles, so all "
					   "of its records would be withdrawn",
					   error_quote(w->sources.entries[i].key, quoted));
	}
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* Keeps the first names by text. */
static void keep_names(struct withdrawn *w, struct span *list, size_t count)
{
	if (count > 1)
		qsort(list, count, sizeof *list, by_text);
	for (size_t i = 0; i < count && i < WITHDRAWN_NAMED; i++)
		map_put(&w->names, list[i], NULL);
}

static int put_name(const struct entry *e, const struct store *s, const struct sources *sources,
		    struct buf *scratch, struct buf *out, struct error *err)
{
	const struct stored *stored = store_get(s, e->place, e->size, scratch, err);
	struct value id = {stored ? stored_id(stored) : SPAN_NONE, VALUE_TEXT, true};

	if (!stored || span_absent(id.raw))
		return stored ? 0 : -1;
	buf_span(out, source_name(sources, e->source));
	buf_char(out, '/');
	value_decode(id, out);
	return 1;
}

int withdrawn_take(struct withdrawn *w, struct events *v, const struct store *s, const struct sources *sources,
		   struct error *err)
{
	bool *snapshots = mark_sources(w, v, sources);
	struct buf scratch = BUF_INIT, name = BUF_INIT;
	struct arena texts = ARENA_INIT;
	struct span *names = NULL;
	size_t cap = 0;
	int bad = check_sources(w, err);

	for (size_t i = 0; i < v->count && !bad; i++) {
		struct entry *e = &v->list[i];
		int got;

		if (e->home == HOME_DUPLICATE || !snapshots[e->source] || !w->of_profile[i])
			continue;
		buf_clear(&name);
		got = put_name(e, s, sources, &scratch, &name, err);
		bad = got < 0 ? -1 : 0;
		if (got <= 0)
			continue;
		names = mem_room(names, w->count, &cap, sizeof *names);
		names[w->count++] = arena_copy(&texts, buf_view(&name));
		e->home = HOME_DUPLICATE;
	}
	keep_names(w, names, w->count);
	mem_free(names);
	mem_free(snapshots);
	arena_release(&texts);
	buf_release(&scratch);
	buf_release(&name);
	return bad;
}
