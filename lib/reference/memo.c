#include "reference/memo.h"

#include "base/hash.h"
#include "base/mem.h"

#define FIRST_SLOTS 256

void memo_init(struct memo *m, size_t max)
{
	*m = (struct memo){.max = max};
}

static void release_entries(struct memo_half *h)
{
	mem_free(h->slots);
	map_release(&h->values);
	arena_release(&h->arena);
	*h = (struct memo_half){0};
}

void memo_release(struct memo *m)
{
	release_entries(&m->new);
	release_entries(&m->old);
	buf_release(&m->key);
}

/* Where KEY is, or the free slot where it would be. */
static struct memo_slot *slot_of(const struct memo_half *h, struct hash128 key)
{
	size_t at = (size_t)key.high & h->mask;

	while (h->slots[at].value &&
	       (h->slots[at].hash != key.high || h->slots[at].more != (uint32_t)key.low))
		at = (at + 1) & h->mask;
	return &h->slots[at];
}

static const struct memo_value *find_slot(const struct memo_half *h, struct hash128 key)
{
	const struct memo_slot *slot = h->slots ? slot_of(h, key) : NULL;

	return slot && slot->value ? h->values.entries[slot->value - 1].ptr : NULL;
}

/* Three quarters are full. */
static bool is_full(const struct memo_half *h)
{
	return !h->slots || h->count >= (h->mask + 1) / 4 * 3;
}

static void grow_table(struct memo_half *h)
{
	struct memo_slot *old = h->slots;
	size_t count = old ? h->mask + 1 : 0;

	h->mask = (old ? 2 * count : FIRST_SLOTS) - 1;
	h->slots = mem_zero(h->mask + 1, sizeof *h->slots);
	for (size_t i = 0; i < count; i++)
		if (old[i].value)
			*slot_of(h, (struct hash128){old[i].hash, old[i].more}) = old[i];
	mem_free(old);
}

/* What one more key may make of it, by its table. */
static size_t bytes_after_put(const struct memo_half *h)
{
	size_t slots = h->slots ? h->mask + 1 : FIRST_SLOTS;

	if (h->slots && is_full(h))
		slots *= 2;
	return slots * sizeof *h->slots + map_bytes(&h->values) + arena_size(&h->arena);
}

static bool must_turn(const struct memo *m)
{
	return m->new.count && bytes_after_put(&m->new) > m->max / 2;
}

/* The number of VALUE, kept once. */
static size_t keep_entry(struct memo *m, const struct memo_value *value)
{
	struct memo_half *h = &m->new;
	struct memo_value *kept;
	bool added;
	size_t at;

	buf_clear(&m->key);
	buf_put(&m->key, &value->bits, sizeof value->bits);
	buf_put(&m->key, &value->split, sizeof value->split);
	buf_span(&m->key, value->text);
	at = map_put(&h->values, buf_view(&m->key), &added);
	if (added) {
		struct span text = h->values.entries[at].key;

		kept = arena_alloc(&h->arena, sizeof *kept);
		*kept = *value;
		kept->text = span_sub(text, text.len - value->text.len, value->text.len);
		h->values.entries[at].ptr = kept;
	}
	return at;
}

static const struct memo_value *put_entry(struct memo *m, struct hash128 key,
					  const struct memo_value *value)
{
	struct memo_half *h = &m->new;
	size_t number;

	if (must_turn(m)) {
		release_entries(&m->old);
		m->old = m->new;
		m->new = (struct memo_half){0};
	}
	if (is_full(h))
		grow_table(h);
	number = keep_entry(m, value);
	*slot_of(h, key) = (struct memo_slot){key.high, (uint32_t)key.low, (uint32_t)number + 1};
	h->count++;
	return h->values.entries[number].ptr;
}

const struct memo_value *memo_find(struct memo *m, struct span key)
{
	struct hash128 hash = hash_128_seeded(key);
	const struct memo_value *found = find_slot(&m->new, hash);
	struct memo_value copy;

	if (found)
		return found;
	found = find_slot(&m->old, hash);
	/* What is asked for again stays, if the old half need not go for it. */
	if (!found || must_turn(m))
		return found;
	copy = *found;
	return put_entry(m, hash, &copy);
}

const struct memo_value *memo_put(struct memo *m, struct span key,
				  struct memo_value value)
{
	return put_entry(m, hash_128_seeded(key), &value);
}
