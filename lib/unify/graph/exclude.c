#include "unify/graph/exclude.h"

#include "base/mem.h"
#include "io/text_file.h"
#include "unify/identity/spelling.h"

void exclude_release(struct exclude *x)
{
	map_release(&x->list);
	mem_free(x->lines);
	arena_release(&x->texts);
	mem_free(x->customers);
	*x = EXCLUDE_INIT;
}

static int add_identifier(struct exclude *x, struct span line, struct exclude_line place,
			  struct buf *key, struct error *err)
{
	size_t at = span_find_byte(line, '=');
	struct span type = span_trim(span_sub(line, 0, at));
	struct span value = span_trim(span_sub(line, at + 1, SIZE_MAX));
	char quoted[ERROR_QUOTE_MAX];
	bool added;

	if (at == line.len || !type.len || !value.len)
		return error_usage(err, "%s is not TYPE=VALUE, like email=ann@example.com; "
				   "comments begin with #", error_quote(line, quoted));
	buf_clear(key);
	buf_span(key, type);
	buf_char(key, '\0');
	buf_span(key, value);
	at = map_put(&x->list, buf_view(key), &added);
	if (!added)
		return 0;
	x->lines = mem_room(x->lines, at, &x->line_cap, sizeof *x->lines);
	x->lines[at] = place;
	return 0;
}

int exclude_parse(struct exclude *x, struct span text, const char *name, struct error *err)
{
	struct exclude_line place = {arena_copy(&x->texts, span_of(name)).ptr, 0, IDENTIFIER_NONE};
	struct buf key = BUF_INIT;
	int bad = 0;

	while (!bad && !span_absent(text) && text.len) {
		struct span line = span_trim(span_cut(&text, '\n'));

		place.line++;
		if (!line.len || line.ptr[0] == '#')
			continue;
		bad = add_identifier(x, line, place, &key, err);
		if (bad)
			error_place(err, name, place.line, 0);
	}
	buf_release(&key);
	return bad;
}

int exclude_load(struct exclude *x, const char *path, struct error *err)
{
	struct buf text = BUF_INIT;
	int bad = text_file_load(path, &text, err) ||
		  exclude_parse(x, buf_view(&text), path, err);

	if (bad)
		error_place(err, path, 0, 0);
	buf_release(&text);
	return bad ? -1 : 0;
}

static void mark(struct exclude *x, uint32_t customer, const struct customers *c)
{
	if (x->customers[customer])
		return;
	x->customers[customer] = true;
	x->count++;
	x->events += parts_size(&c->events, customer);
}

/* The place in the list of identifier NUMBER, as it is or without its source. */
static size_t find_listed(const struct exclude *x, const struct identifiers *t, uint32_t number)
{
	struct span key = t->map.entries[number].key;
	size_t owner = t->type_names.entries[t->types[number]].number;
	size_t at = map_find(&x->list, key);

	return at == MAP_NONE && owner ? map_find(&x->list, span_sub(key, owner, SIZE_MAX)) : at;
}

struct settling {
	struct exclude *x;
	const struct identifiers *identifiers;
	const struct graph *graph;
	const struct customers *customers;
	struct map wanted;	/* keys of spellings -> the first entry of that spelling */
};

/* Whose NUMBER is; CUSTOMER_NONE: nobody's. */
static uint32_t holder_of(const struct settling *s, uint32_t number)
{
	uint32_t resolved = identifiers_resolved(s->identifiers, number);

	if (identifier_type_of(s->identifiers, resolved)->inner)
		return CUSTOMER_NONE;
	return s->customers->numbers[s->graph->roots[resolved]];
}

static void take_out(struct settling *s, size_t entry, uint32_t customer)
{
	s->x->list.entries[entry].number = 1;
	mark(s->x, customer, s->customers);
}

static struct span listed_type(const struct exclude *x, size_t entry)
{
	return span_sub(x->list.entries[entry].key, 0, span_find_byte(x->list.entries[entry].key, '\0'));
}

static struct span listed_value(const struct exclude *x, size_t entry)
{
	return span_sub(x->list.entries[entry].key, listed_type(x, entry).len + 1, SIZE_MAX);
}

static void take_spelled(void *context, size_t wanted, uint32_t number)
{
	struct settling *s = context;
	size_t entry = s->wanted.entries[wanted].number;
	uint32_t customer = holder_of(s, number);
	struct exclude_line *line = &s->x->lines[entry];

	if (customer == CUSTOMER_NONE)
		return;
	if (spelling_is_sure(listed_type(s->x, entry)))
		take_out(s, entry, customer);
	else if (line->near == IDENTIFIER_NONE ||
		 span_compare(identifier_value(s->identifiers, number),
			      identifier_value(s->identifiers, line->near)) < 0)
		line->near = number;
}

/* Identifiers as somebody may have written them: addresses and numbers in all spellings, others that
 * nobody has as they are listed. */
static void take_spellings(struct settling *s)
{
	const struct map *list = &s->x->list;
	struct buf key = BUF_INIT;

	for (size_t i = 0; i < list->count; i++) {
		bool added;
		size_t at;

		if (list->entries[i].number && !spelling_is_sure(listed_type(s->x, i)))
			continue;
		buf_clear(&key);
		spelling_put_key(listed_type(s->x, i), listed_value(s->x, i), &key);
		at = map_put(&s->wanted, buf_view(&key), &added);
		if (added)
			s->wanted.entries[at].number = i;
	}
	spelling_search(s->identifiers, &s->wanted, take_spelled, s);
	for (size_t i = 0; i < list->count; i++) {
		size_t at;

		buf_clear(&key);
		spelling_put_key(listed_type(s->x, i), listed_value(s->x, i), &key);
		at = map_find(&s->wanted, buf_view(&key));
		if (at != MAP_NONE && list->entries[s->wanted.entries[at].number].number)
			list->entries[i].number = 1;
	}
	buf_release(&key);
}

/* Does TEXT fit PATTERN, where '*' stands for any text? */
static bool fits(struct span pattern, struct span text)
{
	size_t star = span_find_byte(pattern, '*');
	struct span piece = span_sub(pattern, 0, star);

	if (star == pattern.len)
		return span_equal(pattern, text);
	if (!span_starts(text, piece))
		return false;
	text = span_sub(text, star, text.len);
	pattern = span_sub(pattern, star + 1, pattern.len);
	while ((star = span_find_byte(pattern, '*')) < pattern.len) {
		size_t at = span_find(text, span_sub(pattern, 0, star));

		if (at == text.len && star)
			return false;
		text = span_sub(text, at + star, text.len);
		pattern = span_sub(pattern, star + 1, pattern.len);
	}
	return span_ends(text, pattern);
}

/* All identifiers of the type of ENTRY that fit it. */
static void take_pattern(struct settling *s, size_t entry)
{
	const struct identifiers *t = s->identifiers;
	struct span type = listed_type(s->x, entry);
	struct buf pattern = BUF_INIT, value = BUF_INIT;

	spelling_put(SPAN("email"), listed_value(s->x, entry), &pattern);
	for (uint32_t i = 0; i < identifiers_count(t); i++) {
		uint32_t customer = holder_of(s, i);

		if (customer == CUSTOMER_NONE ||
		    (!span_equal(type, identifier_type_base(t, t->types[i])) &&
		     !span_equal(type, identifier_type_name(t, t->types[i]))))
			continue;
		buf_clear(&value);
		spelling_put(SPAN("email"), identifier_value(t, i), &value);
		if (fits(buf_view(&pattern), buf_view(&value)))
			take_out(s, entry, customer);
	}
	buf_release(&pattern);
	buf_release(&value);
}

static void take_others(struct settling *s)
{
	take_spellings(s);
	for (size_t i = 0; i < s->x->list.count; i++) {
		struct span value = listed_value(s->x, i);

		if (!s->x->list.entries[i].number && span_find_byte(value, '*') < value.len && value.len > 1)
			take_pattern(s, i);
	}
}

bool exclude_put_nobodys(const struct exclude *x, const struct identifiers *t, struct buf *out)
{
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < x->list.count; i++) {
		const struct exclude_line *l = &x->lines[i];

		if (x->list.entries[i].number)
			continue;
		error_clean(listed_type(x, i), out);
		buf_printf(out, " %s (", error_quote(listed_value(x, i), quoted));
		error_clean(span_of(l->file), out);
		buf_printf(out, ":%llu", (unsigned long long)l->line);
		if (l->near != IDENTIFIER_NONE)
			buf_printf(out, "; the data have %s", error_quote(identifier_value(t, l->near), quoted));
		buf_char(out, ')');
		return true;
	}
	return false;
}

/* All identifiers are looked at, for a map finds only one of several copies. */
void exclude_settle(struct exclude *x, const struct identifiers *t, const struct graph *g,
		    const struct customers *c)
{
	struct settling s = {.x = x, .identifiers = t, .graph = g, .customers = c};

	x->customers = mem_zero(c->count + 1, sizeof *x->customers);
	for (uint32_t i = 0; i < identifiers_count(t) && x->list.count; i++) {
		uint32_t customer = holder_of(&s, i);
		size_t at = customer == CUSTOMER_NONE ? MAP_NONE : find_listed(x, t, i);

		if (at != MAP_NONE)
			take_out(&s, at, customer);
	}
	if (x->list.count)
		take_others(&s);
	map_release(&s.wanted);
	x->nobodys = x->list.count;
	for (size_t i = 0; i < x->list.count; i++)
		x->nobodys -= x->list.entries[i].number;
}
