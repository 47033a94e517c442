#include "unify/graph/exclude.h"

#include "base/mem.h"
#include "io/text_file.h"

void exclude_release(struct exclude *x)
{
	map_release(&x->list);
	mem_free(x->customers);
	*x = EXCLUDE_INIT;
}

static int add_identifier(struct exclude *x, struct span line, struct buf *key, struct error *err)
{
	size_t at = span_find_byte(line, '=');
	struct span type = span_trim(span_sub(line, 0, at));
	struct span value = span_trim(span_sub(line, at + 1, SIZE_MAX));
	char quoted[ERROR_QUOTE_MAX];

	if (at == line.len || !type.len || !value.len)
		return error_usage(err, "%s is not TYPE=VALUE, like email=ann@example.com; "
				   "comments begin with #", error_quote(line, quoted));
	buf_clear(key);
	buf_span(key, type);
	buf_char(key, '\0');
	buf_span(key, value);
	map_put(&x->list, buf_view(key), NULL);
	return 0;
}

int exclude_parse(struct exclude *x, struct span text, const char *name, struct error *err)
{
	struct buf key = BUF_INIT;
	uint64_t number = 0;
	int bad = 0;

	while (!bad && !span_absent(text) && text.len) {
		struct span line = span_trim(span_cut(&text, '\n'));

		number++;
		if (!line.len || line.ptr[0] == '#')
			continue;
		bad = add_identifier(x, line, &key, err);
		if (bad)
			error_place(err, name, number, 0);
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

/* All identifiers are looked at, for a map finds only one of several copies. */
void exclude_settle(struct exclude *x, const struct identifiers *t, const struct graph *g,
		    const struct customers *c)
{
	x->customers = mem_zero(c->count + 1, sizeof *x->customers);
	for (size_t i = 0; i < identifiers_count(t) && x->list.count; i++) {
		uint32_t resolved = identifiers_resolved(t, (uint32_t)i);
		uint32_t customer = c->numbers[g->roots[resolved]];
		size_t at;

		if (customer == CUSTOMER_NONE || identifier_type_of(t, resolved)->inner)
			continue;
		at = find_listed(x, t, (uint32_t)i);
		if (at == MAP_NONE)
			continue;
		x->list.entries[at].number = 1;
		mark(x, customer, c);
	}
	x->nobodys = x->list.count;
	for (size_t i = 0; i < x->list.count; i++)
		x->nobodys -= x->list.entries[i].number;
}
