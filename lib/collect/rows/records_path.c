#include "collect/rows/records_path.h"

#include "collect/rows/objects.h"

static void add_part(struct records_path *r, struct span part)
{
	bool array = span_ends(part, SPAN("[]"));

	r->array[r->count] = array;
	r->parts[r->count++] = span_sub(part, 0, part.len - (array ? 2 : 0));
}

void records_paths_parse(struct records_paths *p, struct span text)
{
	p->count = 0;
	while (!span_absent(text) && p->count < RECORDS_PATHS_MAX) {
		struct span path = span_trim(span_cut(&text, ','));
		struct records_path *r = &p->list[p->count++];

		r->count = 0;
		while (!span_absent(path) && r->count < RECORDS_DEPTH_MAX)
			add_part(r, span_cut(&path, '.'));
	}
}

bool records_part_is(const struct records_path *p, size_t part, struct span key)
{
	return span_equal(p->parts[part], SPAN("*")) || span_equal(p->parts[part], key);
}

/* A cursor over text that may end anywhere. */
struct cursor {
	const char *p;
	const char *end;
};

static char look_for_paths(struct cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t' || *c->p == '\n' ||
				 *c->p == '\r'))
		c->p++;
	return c->p < c->end ? *c->p : '\0';
}

/* Over one value: false when the text ends first. */
static bool skip_value(struct cursor *c)
{
	const char *next = objects_value_end(c->p, c->end);

	if (next == c->end)
		return false;
	c->p = next + (next == c->p);
	return true;
}

/* A key and its colon. */
static bool take_key(struct cursor *c, struct span *key)
{
	const char *begin = c->p;

	if (!skip_value(c))
		return false;
	*key = span_between(begin + 1, c->p > begin + 1 ? c->p - 1 : begin + 1);
	if (look_for_paths(c) != ':')
		return false;
	c->p++;
	return look_for_paths(c) != '\0';
}

static enum records_found find_in_object(const struct records_path *list, size_t count,
					 size_t part, struct cursor *c,
					 const char **array, size_t *depth);

/* The value of KEY at C: looked into where a path leads there, else skipped. */
static enum records_found find_in_value(const struct records_path *list, size_t count,
					size_t part, struct span key, struct cursor *c,
					const char **array, size_t *depth)
{
	for (size_t i = 0; i < count; i++) {
		const struct records_path *r = &list[i];
		bool last = part + 1 == r->count;

		if (part >= r->count || !records_part_is(r, part, key) ||
		    (r->array[part] && *c->p != '['))
			continue;
		if (*c->p == '[' && last) {
			*array = c->p + 1;
			*depth = part + 1;
			return RECORDS_ARRAY;
		}
		if (*c->p == '[' || (*c->p == '{' && last)) {
			/* An array on the way, or one record: not in pieces. */
			c->p = c->end;
			return RECORDS_NONE;
		}
		if (*c->p == '{') {
			struct cursor inner = *c;
			enum records_found found = find_in_object(r, 1, part + 1, &inner,
								  array, depth);

			if (found != RECORDS_NONE || inner.p == inner.end) {
				c->p = inner.p;
				return found;
			}
		}
	}
	return skip_value(c) ? RECORDS_NONE : RECORDS_MORE;
}

/* RECORDS_NONE with the cursor at the end of the text: the search is over. */
static enum records_found find_in_object(const struct records_path *list, size_t count,
					 size_t part, struct cursor *c,
					 const char **array, size_t *depth)
{
	c->p++;
	for (;;) {
		enum records_found found;
		struct span key;
		char mark = look_for_paths(c);

		if (mark == ',') {
			c->p++;
			continue;
		}
		if (mark == '}') {
			c->p++;
			return RECORDS_NONE;
		}
		if (mark != '"') {
			/* Not JSON: the reader of the whole says so. */
			if (!mark)
				return RECORDS_MORE;
			c->p = c->end;
			return RECORDS_NONE;
		}
		if (!take_key(c, &key))
			return RECORDS_MORE;
		found = find_in_value(list, count, part, key, c, array, depth);
		if (found != RECORDS_NONE || c->p == c->end)
			return found;
	}
}

enum records_found records_find(const struct records_paths *p, const char *begin,
				const char *end, const char **array, size_t *depth)
{
	struct cursor c = {begin, end};

	return find_in_object(p->list, p->count, 0, &c, array, depth);
}
