#include "record/known.h"

#include <string.h>

#include "record/text.h"

static size_t find_plain(struct known_walk *w, struct span key)
{
	for (size_t i = 0; i < w->count; i++) {
		size_t at = w->next + i;

		if (at >= w->count)
			at -= w->count;
		if (w->table[at].key.len != key.len ||
		    memcmp(w->table[at].key.ptr, key.ptr, key.len))
			continue;
		w->next = at + 1;
		return at;
	}
	return KNOWN_NONE;
}

size_t known_find(struct known_walk *w, struct span key, bool escaped)
{
	struct buf b = BUF_INIT;
	size_t found;

	if (!escaped)
		return find_plain(w, key);
	text_decode(&b, key);
	found = find_plain(w, buf_view(&b));
	buf_release(&b);
	return found;
}

int known_fault(const struct scan *s, const char *at, struct error *err)
{
	if (err)
		err->column = (uint64_t)(at - s->begin) + 1;
	return -1;
}

static const char *kind_name(enum value_kind kind)
{
	static const char *const names[] = {
		[VALUE_NONE] = "nothing",
		[VALUE_NULL] = "null",
		[VALUE_FALSE] = "false",
		[VALUE_TRUE] = "true",
		[VALUE_NUMBER] = "a number",
		[VALUE_TEXT] = "a text",
		[VALUE_ARRAY] = "an array",
		[VALUE_OBJECT] = "an object",
	};
	return names[kind];
}

static enum value_kind lowest_kind(unsigned kinds)
{
	return (enum value_kind)__builtin_ctz(kinds);
}

static int take_other(const struct member *m, struct members *others,
		      const struct scan *s, struct error *err)
{
	if (others->count == MEMBERS_MAX) {
		error_data(err, "a record has more than %d unknown members",
			   MEMBERS_MAX);
		return known_fault(s, m->key.ptr - 1, err);
	}
	others->list[others->count++] = *m;
	return 0;
}

int known_take(struct known_walk *w, size_t which, const struct member *m,
	       void *record, struct members *others, const struct scan *s,
	       struct error *err)
{
	const struct known *k;

	if (which == KNOWN_NONE)
		return take_other(m, others, s, err);
	k = &w->table[which];
	if (w->seen >> which & 1) {
		error_data(err, "'%s' stands twice in one record", k->key.ptr);
		return known_fault(s, m->key.ptr - 1, err);
	}
	w->seen |= 1u << which;
	if (m->value.kind == VALUE_NULL)
		return 0;
	if (!(k->kinds >> m->value.kind & 1)) {
		error_data(err, "'%s' must be %s, not %s", k->key.ptr,
			   kind_name(lowest_kind(k->kinds)),
			   kind_name(m->value.kind));
		return known_fault(s, m->value.raw.ptr, err);
	}
	memcpy((char *)record + k->offset, &m->value, sizeof m->value);
	return 0;
}
