#include "facts/memo.h"

#include "base/hash.h"

void memo_init(struct memo *m, size_t max)
{
	*m = (struct memo){.max = max};
}

static void release(struct memo_half *h)
{
	map_release(&h->map);
	arena_release(&h->values);
	*h = (struct memo_half){0};
}

void memo_release(struct memo *m)
{
	release(&m->new);
	release(&m->old);
}

static const struct memo_value *put(struct memo *m, struct span key, uint64_t hash,
				    const struct memo_value *value)
{
	struct memo_value *kept;
	size_t at;

	if (map_bytes(&m->new.map) + arena_size(&m->new.values) > m->max / 2) {
		release(&m->old);
		m->old = m->new;
		m->new = (struct memo_half){0};
	}
	kept = arena_alloc(&m->new.values, sizeof *kept);
	*kept = *value;
	kept->text = arena_copy(&m->new.values, value->text);
	at = map_put_hashed(&m->new.map, key, hash, NULL);
	m->new.map.entries[at].ptr = kept;
	return kept;
}

const struct memo_value *memo_find(struct memo *m, struct span key)
{
	uint64_t hash = hash_64(key);
	size_t at = map_find_hashed(&m->new.map, key, hash);
	struct memo_value found;

	if (at != MAP_NONE)
		return m->new.map.entries[at].ptr;
	at = map_find_hashed(&m->old.map, key, hash);
	if (at == MAP_NONE)
		return NULL;
	/* What is asked for again stays; the old half may go while it is copied. */
	found = *(const struct memo_value *)m->old.map.entries[at].ptr;
	if (map_bytes(&m->new.map) + arena_size(&m->new.values) > m->max / 2)
		return m->old.map.entries[at].ptr;
	return put(m, key, hash, &found);
}

const struct memo_value *memo_put(struct memo *m, struct span key,
				  struct memo_value value)
{
	return put(m, key, hash_64(key), &value);
}
