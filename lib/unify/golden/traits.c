#include "unify/golden/traits.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/scan.h"
#include "unify/index/validity.h"

/* Up to so many traits a walk over the list is as fast as a table. */
#define FEW 12

void traits_release(struct traits *t)
{
	mem_free(t->list);
	map_release(&t->map);
	arena_release(&t->keys);
	*t = TRAITS_INIT;
}

void traits_clear(struct traits *t)
{
	t->count = t->next = 0;
	t->offers = t->unit_offer = t->doubtful = 0;
	t->mixed = false;
	if (t->mapped)
		map_clear(&t->map);
	t->mapped = 0;
	if (arena_size(&t->keys))
		arena_clear(&t->keys);
}

struct span key_canonical(struct span raw, struct arena *a)
{
	struct value text = {{raw.ptr - 1, raw.len + 2}, VALUE_TEXT, true};
	struct buf decoded = BUF_INIT, encoded = BUF_INIT;
	struct span key;

	value_decode(text, &decoded);
	text_encode_inner(&encoded, buf_view(&decoded));
	key = arena_copy(a, buf_view(&encoded));
	buf_release(&decoded);
	buf_release(&encoded);
	return key;
}

/* The table has every key from MAPPED on only after the first FEW. */
static bool find_mapped(struct traits *t, struct span key)
{
	for (; t->mapped < t->count; t->mapped++)
		map_put(&t->map, t->list[t->mapped].key, NULL);
	return map_find(&t->map, key) != MAP_NONE;
}

static bool is_known(struct traits *t, struct span key)
{
	if (t->next < t->count && span_equal(t->list[t->next].key, key)) {
		t->next++;
		return true;
	}
	if (t->count > FEW)
		return find_mapped(t, key);
	for (size_t i = 0; i < t->count; i++) {
		if (!span_equal(t->list[i].key, key))
			continue;
		t->next = i + 1;
		return true;
	}
	return false;
}

/* A new trait of KEY: is it of a unit that another event has begun? */
static void note_unit(struct traits *t, struct span key)
{
	size_t place;
	size_t rule;

	if (!t->survival || t->mixed)
		return;
	rule = survival_of(t->survival, key, &place);
	if (t->survival->rules[rule].how != &rule_best_record)
		return;
	if (!t->unit_offer)
		t->unit_offer = t->offers;
	t->mixed = t->unit_offer != t->offers;
}

/* Does M give way to nothing?  Then what it says is noted. */
static bool says_nothing(struct traits *t, struct span key, struct value v)
{
	if (validity_empty(v))
		return true;
	if (!validity_invalid(t->blocked, key, v))
		return false;
	if (t->dropped)
		validity_note(t->dropped, t->blocked, key, v);
	return true;
}

/* An older value of KEY takes the place of a doubtful one. */
static void replace_doubtful(struct traits *t, struct span key, struct value v)
{
	struct trait *doubtful = &t->list[t->doubtful - 1];

	if (!span_equal(doubtful->key, key) || validity_doubtful(key, v) || says_nothing(t, key, v))
		return;
	doubtful->value = v.raw;
	t->doubtful = 0;
}

void traits_offer(struct traits *t, struct span object)
{
	struct scan s;
	struct member m;

	scan_start(&s, object);
	if (scan_enter(&s, '{', NULL))
		return;
	t->next = 0;
	t->offers++;
	while (scan_member(&s, &m, NULL) > 0) {
		struct span key = m.key;

		if (m.key_escaped)
			key = key_canonical(key, &t->keys);
		if (is_known(t, key)) {
			if (t->doubtful)
				replace_doubtful(t, key, m.value);
			continue;
		}
		if (says_nothing(t, key, m.value))
			continue;
		note_unit(t, key);
		t->list = mem_room(t->list, t->count, &t->cap, sizeof *t->list);
		t->list[t->count++] = (struct trait){key, m.value.raw};
		if (!t->doubtful && validity_doubtful(key, m.value))
			t->doubtful = t->count;
		t->next = t->count;
	}
}

static int by_key(const void *a, const void *b)
{
	const struct trait *x = a, *y = b;

	return span_compare(x->key, y->key);
}

void traits_put(struct traits *t, struct buf *out)
{
	if (t->count > 1)
		qsort(t->list, t->count, sizeof *t->list, by_key);
	buf_char(out, '{');
	for (size_t i = 0; i < t->count; i++) {
		if (i)
			buf_char(out, ',');
		buf_char(out, '"');
		buf_span(out, t->list[i].key);
		buf_lit(out, "\":");
		buf_span(out, t->list[i].value);
	}
	buf_char(out, '}');
}
