#include "unify/graph/exclude.h"

#include <stdlib.h>

#include "base/mem.h"
#include "io/text_file.h"
#include "unify/identity/spelling.h"

void exclude_release(struct exclude *x)
{
	map_release(&x->list);
	exclude_where_release(&x->where);
	mem_free(x->lines);
	mem_free(x->matches);
	mem_free(x->listed);
	mem_free(x->lacking);
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
		return error_usage(err, "%s is not TYPE=VALUE, like email=ann@example.com, and no "
				   "condition, like where country = 'DE'; comments begin with #", error_quote(line, quoted));
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
	struct exclude_line place = {arena_copy(&x->texts, span_of(name)).ptr, 0, IDENTIFIER_NONE, 0};
	struct buf key = BUF_INIT;
	int bad = 0;

	while (!bad && !span_absent(text) && text.len) {
		struct span raw = span_cut(&text, '\n'), line = span_trim(raw), condition;

		place.line++;
		if (!line.len || line.ptr[0] == '#')
			continue;
		if (exclude_where_is(line, &condition)) {
			bad = exclude_where_add(&x->where, condition, name, place.line,
						(uint64_t)(condition.ptr - raw.ptr) + 1, err);
			continue;
		}
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

static struct span listed_type(const struct exclude *x, size_t entry)
{
	return span_sub(x->list.entries[entry].key, 0, span_find_byte(x->list.entries[entry].key, '\0'));
}

static struct span listed_value(const struct exclude *x, size_t entry)
{
	return span_sub(x->list.entries[entry].key, listed_type(x, entry).len + 1, SIZE_MAX);
}

struct finding {
	struct exclude *x;
	const struct identifiers *identifiers;
	bool *found;		/* by entry: the data have it */
	struct map wanted;	/* keys of spellings -> the first entry of that spelling */
};

static void take_match(struct finding *f, size_t entry, uint32_t number)
{
	struct exclude *x = f->x;

	x->matches = mem_room(x->matches, x->match_count, &x->match_cap, sizeof *x->matches);
	x->matches[x->match_count++] = (struct exclude_match){number, (uint32_t)entry};
	x->listed[number] = x->listed[identifiers_resolved(f->identifiers, number)] = true;
	f->found[entry] = true;
}

/* Identifiers as they are listed, with their source or without. */
static void find_exact(struct finding *f)
{
	const struct identifiers *t = f->identifiers;
	const struct map *list = &f->x->list;

	for (uint32_t i = 0; i < f->x->listed_count; i++) {
		struct span key = t->map.entries[i].key;
		size_t owner = t->type_names.entries[t->types[i]].number;
		size_t at = map_find(list, key);

		if (at == MAP_NONE && owner)
			at = map_find(list, span_sub(key, owner, SIZE_MAX));
		if (at != MAP_NONE && !identifier_type_of(t, i)->inner)
			take_match(f, at, i);
	}
}

static void take_spelled(void *context, size_t wanted, uint32_t number)
{
	struct finding *f = context;
	size_t entry = f->wanted.entries[wanted].number;
	struct exclude_line *line = &f->x->lines[entry];

	if (identifier_type_of(f->identifiers, number)->inner)
		return;
	if (spelling_is_sure(listed_type(f->x, entry)))
		take_match(f, entry, number);
	else if (line->near == IDENTIFIER_NONE ||
		 span_compare(identifier_value(f->identifiers, number),
			      identifier_value(f->identifiers, line->near)) < 0)
		line->near = number;
}

/* Identifiers as somebody may have written them: addresses and numbers in all spellings, others that
 * the data do not have as they are listed. */
static void find_spelled(struct finding *f)
{
	const struct map *list = &f->x->list;
	struct buf key = BUF_INIT;

	for (size_t i = 0; i < list->count; i++) {
		bool added;
		size_t at;

		f->x->lines[i].spelled = (uint32_t)i;
		if (f->found[i] && !spelling_is_sure(listed_type(f->x, i)))
			continue;
		buf_clear(&key);
		spelling_put_key(listed_type(f->x, i), listed_value(f->x, i), &key);
		at = map_put(&f->wanted, buf_view(&key), &added);
		if (added)
			f->wanted.entries[at].number = i;
		f->x->lines[i].spelled = (uint32_t)f->wanted.entries[at].number;
	}
	spelling_search(f->identifiers, &f->wanted, take_spelled, f);
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
static void find_pattern(struct finding *f, size_t entry)
{
	const struct identifiers *t = f->identifiers;
	struct span type = listed_type(f->x, entry);
	struct buf pattern = BUF_INIT, value = BUF_INIT;

	spelling_put(SPAN("email"), listed_value(f->x, entry), &pattern);
	for (uint32_t i = 0; i < f->x->listed_count; i++) {
		if (identifier_type_of(t, i)->inner ||
		    (!span_equal(type, identifier_type_base(t, t->types[i])) &&
		     !span_equal(type, identifier_type_name(t, t->types[i]))))
			continue;
		buf_clear(&value);
		spelling_put(SPAN("email"), identifier_value(t, i), &value);
		if (fits(buf_view(&pattern), buf_view(&value)))
			take_match(f, entry, i);
	}
	buf_release(&pattern);
	buf_release(&value);
}

static void find_patterns(struct finding *f)
{
	const struct exclude *x = f->x;

	for (size_t i = 0; i < x->list.count; i++) {
		struct span value = listed_value(x, i);

		if (!f->found[x->lines[i].spelled] && span_find_byte(value, '*') < value.len && value.len > 1)
			find_pattern(f, i);
	}
}

static int by_identifier(const void *a, const void *b)
{
	const struct exclude_match *p = a, *q = b;

	if (p->identifier != q->identifier)
		return p->identifier < q->identifier ? -1 : 1;
	return (p->entry > q->entry) - (p->entry < q->entry);
}

/* Lines that an earlier exclusion has settled: nobody who left is missed, and who shared a value with them
 * stays. */
static void drop_done(struct exclude *x, const struct suppressed *s)
{
	struct suppressor *r = suppressor_new(s->key);
	size_t kept = 0;

	for (size_t i = 0; i < x->list.count; i++) {
		struct hash128 entry = suppressor_entry(r, listed_type(x, i), listed_value(x, i));

		x->list.entries[i].number = suppression_has_entry(&s->list, entry);
	}
	for (size_t i = 0; i < x->match_count; i++) {
		struct exclude_match m = x->matches[i];
		const struct suppression_share *share = suppressed_share_of(s, m.identifier);

		if (!share || !share->listed) {
			x->matches[kept++] = m;
			continue;
		}
		x->listed[m.identifier] = false;
		x->list.entries[m.entry].number = 1;
	}
	x->match_count = kept;
	suppressor_free(r);
}

void exclude_each_held(const struct exclude *x, const bool *skip, void (*take)(void *context, struct span type, struct span value),
		       void *context)
{
	for (size_t i = 0; i < x->list.count; i++) {
		struct span value = listed_value(x, i);

		if (x->list.entries[i].number && !skip[i] && span_find_byte(value, '*') == value.len)
			take(context, listed_type(x, i), value);
	}
}

void exclude_find(struct exclude *x, const struct identifiers *t, const struct suppressed *s)
{
	struct finding f = {.x = x, .identifiers = t};

	if (!x->list.count)
		return;
	x->listed_count = identifiers_count(t);
	x->listed = mem_zero(x->listed_count + 1, sizeof *x->listed);
	f.found = mem_zero(x->list.count, sizeof *f.found);
	find_exact(&f);
	find_spelled(&f);
	find_patterns(&f);
	if (suppressed_is_wanted(s))
		drop_done(x, s);
	if (x->match_count > 1)
		qsort(x->matches, x->match_count, sizeof *x->matches, by_identifier);
	mem_free(f.found);
	map_release(&f.wanted);
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

struct settling {
	struct exclude *x;
	const struct identifiers *identifiers;
	const struct graph *graph;
	const struct customers *customers;
	const struct shared_values *values;
};

/* Whose NUMBER is; CUSTOMER_NONE: nobody's. */
static uint32_t holder_of(const struct settling *s, uint32_t number)
{
	uint32_t resolved = identifiers_resolved(s->identifiers, number);

	if (identifier_type_of(s->identifiers, resolved)->inner)
		return CUSTOMER_NONE;
	return s->customers->numbers[s->graph->roots[resolved]];
}

/* What the data have: NUMBER, or what it is a copy of. */
static uint32_t original_of(const struct settling *s, uint32_t number)
{
	const struct identifiers *t = s->identifiers;

	return identifier_rank(t, number) < 2 ? number : (uint32_t)map_find(&t->map, t->map.entries[number].key);
}

static void take_out(struct exclude *x, uint32_t customer, const struct customers *c)
{
	if (x->customers[customer])
		return;
	x->customers[customer] = true;
	x->count++;
	x->events += parts_size(&c->events, customer);
}

/* The entries that ORIGINAL fits are held by somebody. */
static void note_held(struct exclude *x, uint32_t original)
{
	size_t from = 0, to = x->match_count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (x->matches[middle].identifier < original)
			from = middle + 1;
		else
			to = middle;
	}
	for (; from < x->match_count && x->matches[from].identifier == original; from++)
		x->list.entries[x->matches[from].entry].number = 1;
}

/* All identifiers are looked at, for those who share a listed one have copies. */
static void take_holders(struct settling *s)
{
	for (uint32_t i = 0; i < identifiers_count(s->identifiers); i++) {
		uint32_t original = original_of(s, i), customer = CUSTOMER_NONE;

		if (exclude_is_listed(s->x, original))
			customer = holder_of(s, i);
		if (customer == CUSTOMER_NONE)
			continue;
		take_out(s->x, customer, s->customers);
		note_held(s->x, original);
	}
}

/* Has CUSTOMER nothing but browsers? */
static bool is_nobody(const struct settling *s, uint32_t customer)
{
	const struct parts *p = &s->customers->identifiers;

	for (uint32_t i = p->starts[customer]; i < p->starts[customer + 1]; i++) {
		if (!suppressed_is_browser(s->identifiers, p->items[i]))
			return false;
	}
	return true;
}

/* Does number or name NUMBER of CUSTOMER, which is no copy, bring somebody back? */
static bool brings_back(const struct settling *s, uint32_t number, uint32_t customer, struct suppressor *r)
{
	const struct suppressed *list = s->values->suppressed;
	const struct identifiers *t = s->identifiers;

	if (number < list->mark_count)
		return list->marks[number] & SUPPRESSED_BESIDE && !suppressed_share_of(list, number) &&
		       (number >= s->values->kind_count || !s->values->kinds[number]) &&
		       (!suppressed_is_browser(t, number) || is_nobody(s, customer));
	return span_ends(identifier_type_name(t, t->types[number]), SPAN(NAMED_SUFFIX)) &&
	       suppression_has(&list->list, r, identifier_type_name(t, t->types[number]), identifier_value(t, number));
}

/* A pin says who is somebody else, but not for a name. */
static void take_returned(struct settling *s)
{
	struct suppressor *r = suppressor_new(s->values->suppressed->key);

	for (uint32_t i = 0; i < identifiers_count(s->identifiers); i++) {
		uint32_t customer = s->customers->numbers[s->graph->roots[i]];

		if (customer == CUSTOMER_NONE || original_of(s, i) != i || exclude_has(s->x, customer) ||
		    !brings_back(s, i, customer, r))
			continue;
		if (s->customers->pinned[customer] && i < s->values->suppressed->mark_count)
			continue;
		take_out(s->x, customer, s->customers);
		s->x->returned++;
	}
	suppressor_free(r);
}

static void count_nobodys(struct exclude *x)
{
	for (size_t i = 0; i < x->list.count; i++) {
		struct map_entry *e = &x->list.entries[i];

		e->number = e->number || x->list.entries[x->lines[i].spelled].number;
		x->nobodys += !e->number;
	}
}

#define OF_LEAVING 1
#define OF_STAYING 2

/* By identifier that is no copy: who holds it. */
static unsigned char *find_whose(const struct settling *s)
{
	size_t count = identifiers_count(s->identifiers);
	unsigned char *whose = mem_zero(count + 1, sizeof *whose);

	for (uint32_t i = 0; i < count; i++) {
		uint32_t customer = holder_of(s, i);

		if (customer != CUSTOMER_NONE)
			whose[original_of(s, i)] |= exclude_has(s->x, customer) ? OF_LEAVING : OF_STAYING;
	}
	return whose;
}

struct spellings {
	struct map keys;	/* of addresses and numbers of those who leave */
	const unsigned char *whose;
	bool *stays;		/* by key: somebody who stays holds it */
};

static void note_staying(void *context, size_t key, uint32_t number)
{
	struct spellings *p = context;

	p->stays[key] = p->stays[key] || p->whose[number] & OF_STAYING;
}

/* The key of x->lacking[NUMBER] for all its spellings; false: it has one. */
static bool put_spelling(const struct settling *s, size_t number, struct buf *key)
{
	const struct identifiers *t = s->identifiers;
	uint32_t identifier = s->x->lacking[number];
	struct span base = identifier_type_base(t, t->types[identifier]);

	buf_clear(key);
	if (spelling_is_sure(base))
		spelling_put_key(base, identifier_value(t, identifier), key);
	return key->len > 0;
}

/* A line takes all who have its value in any spelling: none where one of them stays. */
static void drop_spellings(struct settling *s, const unsigned char *whose)
{
	struct exclude *x = s->x;
	struct spellings p = {.whose = whose};
	struct buf key = BUF_INIT;
	size_t kept = 0;

	for (size_t i = 0; i < x->lacking_count; i++) {
		if (put_spelling(s, i, &key))
			map_put(&p.keys, buf_view(&key), NULL);
	}
	p.stays = mem_zero(p.keys.count + 1, sizeof *p.stays);
	spelling_search(s->identifiers, &p.keys, note_staying, &p);
	for (size_t i = 0; i < x->lacking_count; i++) {
		if (!put_spelling(s, i, &key) || !p.stays[map_find(&p.keys, buf_view(&key))])
			x->lacking[kept++] = x->lacking[i];
	}
	x->lacking_count = kept;
	map_release(&p.keys);
	mem_free(p.stays);
	buf_release(&key);
}

/* What only those who leave hold, and the list lacks. */
static void gather_lacking(struct settling *s)
{
	unsigned char *whose = find_whose(s);
	struct exclude *x = s->x;

	for (uint32_t i = 0; i < identifiers_count(s->identifiers); i++) {
		if (whose[i] != OF_LEAVING || exclude_is_listed(x, i) || identifiers_resolved(s->identifiers, i) != i)
			continue;
		x->lacking = mem_room(x->lacking, x->lacking_count, &x->lacking_cap, sizeof *x->lacking);
		x->lacking[x->lacking_count++] = i;
	}
	drop_spellings(s, whose);
	mem_free(whose);
}

static int by_priority(const void *a, const void *b, void *identifiers)
{
	return identifier_compare(identifiers, *(const uint32_t *)a, *(const uint32_t *)b);
}

/* Who leaves by the list of identifiers, and what it lacks. */
static void settle_listed(struct settling *s)
{
	struct exclude *x = s->x;

	if (!x->list.count)
		return;
	take_holders(s);
	count_nobodys(x);
	if (x->count)
		gather_lacking(s);
	if (x->lacking_count > 1)
		qsort_r(x->lacking, x->lacking_count, sizeof *x->lacking, by_priority,
			(void *)(uintptr_t)s->identifiers);
}

void exclude_settle(struct exclude *x, const struct identifiers *t, const struct graph *g,
		    const struct customers *c, const struct shared_values *v, const bool *takes)
{
	struct settling s = {.x = x, .identifiers = t, .graph = g, .customers = c, .values = v};

	x->customers = mem_zero(c->count + 1, sizeof *x->customers);
	if (suppressed_is_wanted(v->suppressed))
		take_returned(&s);
	settle_listed(&s);
	for (uint32_t i = 0; takes && i < c->count; i++) {
		if (takes[i])
			take_out(x, i, c);
	}
}

void exclude_put_lacking(const struct exclude *x, const struct identifiers *t, size_t number,
			 struct buf *out)
{
	buf_span(out, identifier_type_of(t, x->lacking[number])->name);
	buf_char(out, '=');
	buf_span(out, identifier_value(t, x->lacking[number]));
}
