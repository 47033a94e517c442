#include "unify/identity/spelling.h"

static void put_lower(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++)
		buf_char(out, span_lower(s.ptr[i]));
}

void spelling_put_key(struct span type, struct span value, struct buf *out)
{
	put_lower(type, out);
	buf_char(out, '\0');
	spelling_put(type, value, out);
}

static size_t find_key(const struct map *wanted, struct span type, struct span value, struct buf *key)
{
	buf_clear(key);
	spelling_put_key(type, value, key);
	return map_find(wanted, buf_view(key));
}

void spelling_search(const struct identifiers *t, const struct map *wanted,
		     void (*take)(void *context, size_t entry, uint32_t identifier), void *context)
{
	struct buf key = BUF_INIT;

	for (size_t i = 0; i < identifiers_count(t) && wanted->count; i++) {
		struct span name = identifier_type_name(t, t->types[i]);
		struct span base = identifier_type_base(t, t->types[i]);
		struct span value = span_sub(t->map.entries[i].key, name.len + 1, SIZE_MAX);
		size_t at = find_key(wanted, base, value, &key);

		if (at == MAP_NONE && base.len != name.len)
			at = find_key(wanted, name, value, &key);
		if (at != MAP_NONE)
			take(context, at, (uint32_t)i);
	}
	buf_release(&key);
}
