#include "unify/identity/blocked.h"

#include "base/buf.h"
#include "base/mem.h"
#include "text/regex.h"
#include "unify/identity/known_identifiers.h"
#include "unify/identity/words.h"

void blocked_release(struct blocked *b)
{
	map_release(&b->block);
	map_release(&b->allow);
	map_release(&b->exclude);
	for (size_t i = 0; i < b->pattern_count; i++)
		regex_free(b->patterns[i].regex);
	mem_free(b->patterns);
	arena_release(&b->texts);
}

/* What people put between the digits of a phone number. */
static bool is_filler(char c)
{
	return c == ' ' || c == '-' || c == '(' || c == ')' || c == '.' || c == '/';
}

static void fold_pair(struct buf *out, struct span type, struct span value)
{
	bool phone = span_ends(type, SPAN("phone"));

	value = span_trim(value);
	buf_span(out, type);
	buf_char(out, '=');
	for (size_t i = 0; i < value.len; i++) {
		if (!phone || !is_filler(value.ptr[i]))
			buf_char(out, span_lower(value.ptr[i]));
	}
}

static void list_put(struct map *list, struct span type, struct span value)
{
	struct buf key = BUF_INIT;

	fold_pair(&key, type, value);
	map_put(list, buf_view(&key), NULL);
	buf_release(&key);
}

void blocked_add(struct blocked *b, bool allow, struct span type, struct span value)
{
	list_put(allow ? &b->allow : &b->block, type, value);
}

void blocked_exclude(struct blocked *b, struct span type, struct span value)
{
	list_put(&b->exclude, type, value);
}

int blocked_add_pattern(struct blocked *b, bool allow, struct span type,
			struct span pattern, struct error *err)
{
	struct regex *regex = regex_new(pattern, err);

	if (!regex)
		return -1;
	b->patterns = mem_room(b->patterns, b->pattern_count, &b->pattern_cap,
			       sizeof *b->patterns);
	b->patterns[b->pattern_count++] = (struct blocked_pattern){
		arena_copy(&b->texts, type), arena_copy(&b->texts, pattern), regex, allow,
	};
	return 0;
}

static void put_list(const struct map *list, const char *verb, struct buf *out)
{
	for (size_t i = 0; i < list->count; i++) {
		struct span pair = list->entries[i].key;
		size_t at = span_find_byte(pair, '=');

		buf_printf(out, "%s ", verb);
		known_identifier_put(span_sub(pair, 0, at), out);
		buf_lit(out, " = ");
		words_put_value(span_sub(pair, at + 1, pair.len), out);
		buf_char(out, '\n');
	}
}

void blocked_put(const struct blocked *b, struct buf *out)
{
	put_list(&b->block, "block", out);
	put_list(&b->allow, "allow", out);
	for (size_t i = 0; i < b->pattern_count; i++) {
		buf_text_put(out, b->patterns[i].allow ? "allow " : "block ");
		known_identifier_put(b->patterns[i].type, out);
		buf_lit(out, " ~ ");
		words_put_value(b->patterns[i].text, out);
		buf_char(out, '\n');
	}
}

/* Is VALUE, of a folded PAIR, found by a pattern that allows (or blocks)?  A
 * search that takes too long has found nothing. */
static bool matches(const struct blocked *b, struct span type, struct span value, bool allow)
{
	struct arena scratch = ARENA_INIT;
	bool found = false;

	for (size_t i = 0; i < b->pattern_count && !found; i++) {
		const struct blocked_pattern *p = &b->patterns[i];

		found = p->allow == allow && span_equal(p->type, type) &&
			regex_find(p->regex, value, &scratch, NULL, NULL, NULL) > 0;
	}
	arena_release(&scratch);
	return found;
}

/* 1 the user blocks it, 0 allows it, -1 says nothing. */
static int users_word(const struct blocked *b, struct span type, struct span value)
{
	struct buf key = BUF_INIT;
	struct span folded;
	int word = -1;

	fold_pair(&key, type, value);
	folded = span_sub(buf_view(&key), type.len + 1, key.len);
	if (map_find(&b->exclude, buf_view(&key)) != MAP_NONE)
		word = 1;
	else if (map_find(&b->allow, buf_view(&key)) != MAP_NONE || matches(b, type, folded, true))
		word = 0;
	else if (map_find(&b->block, buf_view(&key)) != MAP_NONE || matches(b, type, folded, false))
		word = 1;
	buf_release(&key);
	return word;
}

int blocked_listed(const struct blocked *b, struct span type,
		   struct span value)
{
	if (!b->allow.count && !b->block.count && !b->exclude.count && !b->pattern_count)
		return -1;
	return users_word(b, type, value);
}

bool blocked_is(const struct blocked *b, struct span type, struct span value)
{
	int word = blocked_listed(b, type, value);

	return word >= 0 ? word > 0 : known_identifier_is_placeholder(type, span_trim(value));
}
