#include "reference/literal.h"

#include <stdbool.h>
#include <string.h>

/* Shorter literals are nearly everywhere. */
#define LITERAL_MIN 2
/* Texts that are joined grow no longer than this, and their sets no larger. */
#define LITERAL_MAX 32
#define JOINED_MAX 24
/* Lists of names such as (Googlebot|bingbot|...) are longer. */
#define LITERALS_MAX 1000
#define DEPTH_MAX 50

/*
 * A part of an expression.  EXACT: it matches the texts of `whole` and nothing
 * else.  Else `need` is what a match holds.
 */
struct part {
	bool exact;
	struct literal_set whole;
	struct literal_need need;
};

struct reader {
	struct span text;
	size_t at;
	struct arena *arena;
	bool lost;		/* met something that it does not know */
	int depth;
};

static bool has_more(const struct reader *r)
{
	return !r->lost && r->at < r->text.len;
}

static char peek_byte(const struct reader *r)
{
	return has_more(r) ? r->text.ptr[r->at] : '\0';
}

static bool take_byte(struct reader *r, char c)
{
	if (!has_more(r) || r->text.ptr[r->at] != c)
		return false;
	r->at++;
	return true;
}

static bool take_text(struct reader *r, struct span text)
{
	if (!span_starts(span_sub(r->text, r->at, r->text.len), text))
		return false;
	r->at += text.len;
	return true;
}

static void set_add(struct reader *r, struct literal_set *set, struct span text);

/* Matches TEXT and nothing else. */
static void set_exact(struct reader *r, struct part *p, struct span text)
{
	p->exact = true;
	p->whole = (struct literal_set){0};
	set_add(r, &p->whole, text);
	p->need.count = 0;
}

static void set_nothing(struct reader *r, struct part *p)
{
	set_exact(r, p, SPAN(""));
}

static void set_anything(struct part *p)
{
	p->exact = false;
	p->need.count = 0;
}

static bool holds_class(const struct literal_set *set, struct span text)
{
	for (size_t i = 0; i < set->count; i++)
		if (span_equal(set->items[i], text))
			return true;
	return false;
}

static void set_add(struct reader *r, struct literal_set *set, struct span text)
{
	if (holds_class(set, text))
		return;
	if (set->count == set->cap) {
		struct span *old = set->items;

		set->cap = set->cap ? set->cap * 2 : 2;
		set->items = arena_alloc(r->arena, set->cap * sizeof *set->items);
		if (set->count)
			memcpy(set->items, old, set->count * sizeof *old);
	}
	set->items[set->count++] = text;
}

static void set_byte(struct reader *r, struct part *p, char c)
{
	char lower = span_lower(c);

	set_exact(r, p, arena_copy(r->arena, (struct span){&lower, 1}));
}

/* SET is of use: all its literals are long enough to be rare. */
static bool is_useful(const struct literal_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->items[i].len < LITERAL_MIN)
			return false;
	return set->count > 0;
}

/* What most user agents hold; only for choosing among sets. */
static const struct span common = SPAN(
	"mozilla/5.0 (windows nt; linux; android; iphone; ipad; cpu os like mac os x; windows phone; "
	"u; intel mac os x; compatible) applewebkit/ (khtml, like gecko) version/ chrome/ mobile/ "
	"safari/ firefox/ build/ opera/ http://www. .com/");

/* How much is gained by asking for SET: its shortest literal that is not common. */
static size_t set_worth(const struct literal_set *set)
{
	size_t len = SIZE_MAX;

	for (size_t i = 0; i < set->count; i++) {
		struct span text = set->items[i];
		size_t gain = span_find(common, text) < common.len ? 0 : text.len;

		if (gain < len)
			len = gain;
	}
	return len;
}

/* A further set; where there is no room the one of least worth goes. */
static void need_add(struct literal_need *need, const struct literal_set *set)
{
	size_t worst = 0;

	if (!is_useful(set))
		return;
	if (need->count < LITERAL_SETS_MAX) {
		need->sets[need->count++] = *set;
		return;
	}
	for (size_t i = 1; i < need->count; i++)
		if (set_worth(&need->sets[i]) < set_worth(&need->sets[worst]))
			worst = i;
	if (set_worth(set) > set_worth(&need->sets[worst]))
		need->sets[worst] = *set;
}

/* What P asks for, whichever kind it is. */
static void need_of(const struct part *p, struct literal_need *need)
{
	if (p->exact)
		need_add(need, &p->whole);
	else
		for (size_t i = 0; i < p->need.count; i++)
			need_add(need, &p->need.sets[i]);
}

/* Each text of A with each of B behind it; false when that is too much. */
static bool cross_sets(struct reader *r, const struct literal_set *a,
		       const struct literal_set *b, struct literal_set *out)
{
	*out = (struct literal_set){0};
	if (a->count * b->count > JOINED_MAX)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		for (size_t j = 0; j < b->count; j++) {
			struct span x = a->items[i], y = b->items[j];
			char *text = arena_bytes(r->arena, x.len + y.len);

			if (x.len + y.len > LITERAL_MAX)
				return false;
			memcpy(text, x.ptr, x.len);
			memcpy(text + x.len, y.ptr, y.len);
			set_add(r, out, (struct span){text, x.len + y.len});
		}
	}
	return true;
}

/* SUM gets P behind it. */
static void append_piece(struct reader *r, struct part *sum, const struct part *p,
			 struct literal_set *run, bool *broken)
{
	struct literal_set joined;

	if (p->exact && cross_sets(r, run, &p->whole, &joined)) {
		*run = joined;
		return;
	}
	*broken = true;
	need_add(&sum->need, run);
	*run = (struct literal_set){0};
	if (p->exact) {
		*run = p->whole;
		return;
	}
	set_add(r, run, SPAN(""));
	need_of(p, &sum->need);
}

/* The best set of P for an alternation, or NULL. */
static const struct literal_set *keep_best(const struct part *p)
{
	const struct literal_set *found = NULL;

	if (p->exact)
		return is_useful(&p->whole) ? &p->whole : NULL;
	for (size_t i = 0; i < p->need.count; i++)
		if (!found || set_worth(&p->need.sets[i]) > set_worth(found))
			found = &p->need.sets[i];
	return found;
}

/* SUM or P. */
static void join_alternatives(struct reader *r, struct part *sum, const struct part *p)
{
	struct literal_set all = {0};
	const struct literal_set *a, *b;

	if (sum->exact && p->exact) {
		for (size_t i = 0; i < p->whole.count; i++)
			set_add(r, &sum->whole, p->whole.items[i]);
		if (sum->whole.count > LITERALS_MAX)
			set_anything(sum);
		return;
	}
	a = keep_best(sum);
	b = keep_best(p);
	for (size_t i = 0; a && b && i < a->count; i++)
		set_add(r, &all, a->items[i]);
	for (size_t i = 0; a && b && i < b->count; i++)
		set_add(r, &all, b->items[i]);
	set_anything(sum);
	if (all.count <= LITERALS_MAX)
		need_add(&sum->need, &all);
}

static void read_choice(struct reader *r, struct part *out);

/* Look-around asks for nothing here; what it holds is read and forgotten. */
static void read_group(struct reader *r, struct part *out)
{
	bool around = false;

	if (take_text(r, SPAN("?="))  || take_text(r, SPAN("?!")) ||
	    take_text(r, SPAN("?<=")) || take_text(r, SPAN("?<!")))
		around = true;
	else if (!take_text(r, SPAN("?:")) && peek_byte(r) == '?')
		r->lost = true;
	if (++r->depth > DEPTH_MAX)
		r->lost = true;
	read_choice(r, out);
	r->depth--;
	if (!take_byte(r, ')'))
		r->lost = true;
	if (around)
		set_nothing(r, out);
}

/* The bytes of a class; false when it may be more than single ASCII characters. */
static bool read_class_bytes(struct reader *r, bool bytes[128])
{
	bool known = !take_byte(r, '^');
	bool first = true;

	while (has_more(r) && (first || peek_byte(r) != ']')) {
		char c = r->text.ptr[r->at++];

		first = false;
		if (c == '[' && (peek_byte(r) == ':' || peek_byte(r) == '.' || peek_byte(r) == '='))
			r->lost = true;
		if (c == '\\' && has_more(r)) {
			c = r->text.ptr[r->at++];
			known = known && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') &&
				!(c >= '0' && c <= '9');
		} else if (c == '-') {
			known = false;	/* a range, most likely */
		}
		if ((unsigned char)c >= 128)
			known = false;
		else
			bytes[(unsigned char)span_lower(c)] = true;
	}
	if (!take_byte(r, ']'))
		r->lost = true;
	return known;
}

static void read_class(struct reader *r, struct part *out)
{
	bool bytes[128] = {false};
	bool known = read_class_bytes(r, bytes);
	size_t count = 0;

	for (int c = 0; c < 128; c++)
		count += bytes[c];
	set_anything(out);
	if (!known || !count || count > 4)
		return;
	out->exact = true;
	out->whole = (struct literal_set){0};
	for (int c = 0; c < 128; c++) {
		char byte = (char)c;

		if (bytes[c])
			set_add(r, &out->whole,
				arena_copy(r->arena, (struct span){&byte, 1}));
	}
}

static void read_escape(struct reader *r, struct part *out)
{
	char c = peek_byte(r);

	r->at++;
	set_anything(out);
	if (strchr("bBAzZG", c))
		set_nothing(r, out);
	else if (c >= '0' && c <= '9')
		return;
	else if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
		set_byte(r, out, c);
	else if (!strchr("dDwWsShHvVNR", c))
		r->lost = true;
}

static void read_atom(struct reader *r, struct part *out)
{
	char c = peek_byte(r);

	r->at++;
	switch (c) {
	case '(':
		read_group(r, out);
		break;
	case '[':
		read_class(r, out);
		break;
	case '\\':
		if (!has_more(r))
			r->lost = true;
		read_escape(r, out);
		break;
	case '.':
		set_anything(out);
		break;
	case '^':
	case '$':
		set_nothing(r, out);
		break;
	default:
		/* Bytes beyond ASCII belong together and may fold otherwise. */
		if ((unsigned char)c >= 128)
			set_anything(out);
		else
			set_byte(r, out, c);
		while (has_more(r) && (unsigned char)c >= 128 &&
		       ((unsigned char)peek_byte(r) & 0xc0) == 0x80)
			r->at++;
	}
}

/* {3}, {1,}, {,3} is none.  The smallest count in *LEAST, the largest in *MOST. */
static bool read_braces(struct reader *r, size_t *least, size_t *most)
{
	struct span rest = span_sub(r->text, r->at, r->text.len);
	struct span inner = span_sub(rest, 1, span_find_byte(rest, '}') - 1);
	struct span low = span_sub(inner, 0, span_find_byte(inner, ','));
	struct span high = span_sub(inner, low.len + 1, inner.len);
	uint64_t a, b = UINT64_MAX;

	if (!rest.len || rest.ptr[0] != '{' || !span_number(low, &a) ||
	    (high.len && !span_number(high, &b)))
		return false;
	*least = (size_t)a;
	*most = low.len == inner.len ? (size_t)a : (size_t)b;
	r->at += inner.len + 2;
	return true;
}

/* How often the atom stands there. */
static void read_repeat(struct reader *r, struct part *p)
{
	size_t least = 1, most = 1;
	struct literal_need need = {.count = 0};

	if (take_byte(r, '?'))
		least = 0;
	else if (take_byte(r, '*'))
		least = 0, most = SIZE_MAX;
	else if (take_byte(r, '+'))
		most = SIZE_MAX;
	else
		read_braces(r, &least, &most);
	if (least == 1 && most == 1)
		return;
	/* Lazy or possessive: the same texts. */
	if (!take_byte(r, '?'))
		take_byte(r, '+');
	if (least == 0 && most == 1 && p->exact) {
		set_add(r, &p->whole, SPAN(""));
		return;
	}
	if (least)
		need_of(p, &need);
	p->exact = false;
	p->need = need;
}

static void read_sequence(struct reader *r, struct part *out)
{
	struct literal_set run = {0};
	bool broken = false;

	set_add(r, &run, SPAN(""));
	out->exact = false;
	out->need.count = 0;
	while (has_more(r) && peek_byte(r) != '|' && peek_byte(r) != ')') {
		struct part atom;

		read_atom(r, &atom);
		read_repeat(r, &atom);
		append_piece(r, out, &atom, &run, &broken);
	}
	if (broken) {
		need_add(&out->need, &run);
		return;
	}
	out->exact = true;
	out->whole = run;
}

static void read_choice(struct reader *r, struct part *out)
{
	read_sequence(r, out);
	while (take_byte(r, '|')) {
		struct part next;

		read_sequence(r, &next);
		join_alternatives(r, out, &next);
	}
}

void literal_need_of(struct span pattern, struct arena *a,
		     struct literal_need *out)
{
	struct reader r = {.text = pattern, .arena = a};
	struct part whole;

	out->count = 0;
	read_choice(&r, &whole);
	if (!r.lost && r.at == pattern.len)
		need_of(&whole, out);
}
