#include "unify/index/fragment.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "record/scan.h"
#include "text/unicode.h"

#define IDS_KEY ",\"ids\":"
#define TRAITS_KEY ",\"traits\":"

/* An identifier; its texts stand in the fragment or in the reader's buffer. */
struct found {
	struct span type;
	struct span value;
	size_t type_at, value_at;	/* in the buffer, when decoded */
	bool own;			/* the source's own */
};

struct fragment_key fragment_key(struct span fragment)
{
	return (struct fragment_key){hash_64(fragment), hash_128(fragment).low};
}

struct span fragment_ids(struct span fragment)
{
	struct scan s;
	struct value v;

	if (!span_starts(fragment, SPAN(IDS_KEY)))
		return SPAN_NONE;
	scan_start(&s, span_sub(fragment, sizeof IDS_KEY - 1, fragment.len));
	return scan_value(&s, &v, NULL) ? SPAN_NONE : v.raw;
}

struct span fragment_traits(struct span fragment)
{
	struct span ids = fragment_ids(fragment);
	struct span rest = fragment;

	if (!span_absent(ids))
		rest = span_between(ids.ptr + ids.len, fragment.ptr + fragment.len);
	if (!span_starts(rest, SPAN(TRAITS_KEY)))
		return SPAN_NONE;
	return span_sub(rest, sizeof TRAITS_KEY - 1, rest.len);
}

void fragment_reader_release(struct fragment_reader *r)
{
	buf_release(&r->text);
	mem_free(r->found);
	buf_release(&r->name);
}

/* Types become keys of profiles and names in options and messages. */
static bool is_type(struct span type)
{
	for (size_t i = 0; i < type.len; i++) {
		unsigned char c = (unsigned char)type.ptr[i];

		if (c < ' ' || c == 127 || c == ':' || c == '=')
			return false;
	}
	return type.len > 0;
}

static int check_member(const struct member *m, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	if (m->value.kind == VALUE_TEXT || m->value.kind == VALUE_NUMBER ||
	    m->value.kind == VALUE_NULL)
		return 0;
	return error_data(err, "identifier %s is not a text",
			  error_quote(m->key, quoted));
}

/* Decodes what has escapes; offsets, because the buffer may move. */
static void take_member(struct fragment_reader *r, const struct member *member,
			struct found *f)
{
	struct value key = {
		{member->key.ptr - 1, member->key.len + 2}, VALUE_TEXT, true,
	};

	f->type = member->key;
	f->type_at = f->value_at = SIZE_MAX;
	if (member->key_escaped) {
		f->type_at = r->text.len;
		value_decode(key, &r->text);
		f->type.len = r->text.len - f->type_at;
	}
	f->value = member->value.raw;
	if (member->value.escaped) {
		f->value_at = r->text.len;
		value_decode(member->value, &r->text);
		f->value.len = r->text.len - f->value_at;
	} else if (member->value.kind == VALUE_TEXT) {
		f->value = span_sub(f->value, 1, f->value.len - 2);
	}
}

static void settle_texts(struct fragment_reader *r, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct found *f = &r->found[i];

		if (f->type_at != SIZE_MAX)
			f->type.ptr = r->text.ptr + f->type_at;
		if (f->value_at != SIZE_MAX)
			f->value.ptr = r->text.ptr + f->value_at;
	}
}

/* Is TYPE one that each source gives by itself, and not named by SOURCE? */
static bool is_own(const struct identity_rules *rules, struct span type, struct span source)
{
	return !identity_rules_is_shared(rules, type) &&
	       !(type.len == source.len + 3 && span_starts(type, source));
}

static int find_all(struct fragment_reader *r, const struct identity_rules *rules,
		    struct span source, struct span ids, size_t *count, struct error *err)
{
	struct scan s;
	struct member member;
	int got;

	*count = 0;
	buf_clear(&r->text);
	scan_start(&s, ids);
	if (scan_enter(&s, '{', err))
		return -1;
	while ((got = scan_member(&s, &member, err)) > 0) {
		if (check_member(&member, err))
			return -1;
		if (member.value.kind == VALUE_NULL)
			continue;
		r->found = mem_room(r->found, *count, &r->found_cap,
				    sizeof *r->found);
		take_member(r, &member, &r->found[(*count)++]);
	}
	settle_texts(r, *count);
	for (size_t i = 0; i < *count; i++)
		r->found[i].own = is_own(rules, r->found[i].type, source);
	return got;
}

static int by_priority(const void *a, const void *b, void *rules)
{
	const struct found *x = a, *y = b;
	int order = identity_rules_compare(rules, x->type, y->type);

	return order ? order : span_compare(x->value, y->value);
}

/* Few, and mostly in order already. */
static void sort_found(struct found *list, size_t count, const struct identity_rules *rules)
{
	void *context = (void *)(uintptr_t)rules;

	if (count > 16) {
		qsort_r(list, count, sizeof *list, by_priority, context);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		struct found f = list[i];
		size_t at = i;

		for (; at && by_priority(&list[at - 1], &f, context) > 0; at--)
			list[at] = list[at - 1];
		list[at] = f;
	}
}

static void put_identifier(const struct found *f, struct span source, struct buf *out)
{
	struct identifier_head head = {0};
	size_t at = out->len;
	struct span key;

	buf_put(out, &head, sizeof head);
	if (f->own) {
		buf_span(out, source);
		buf_char(out, '.');
		head.owner_len = (uint32_t)source.len + 1;
	}
	buf_span(out, f->type);
	buf_char(out, '\0');
	buf_span(out, f->value);
	key = buf_since(out, at + sizeof head);
	head.hash = hash_64(key);
	head.len = (uint32_t)key.len;
	head.type_len = (uint32_t)f->type.len + head.owner_len;
	memcpy(out->ptr + at, &head, sizeof head);
}

/* What lists say of the source's own value goes before what they say of all. */
static bool is_blocked(struct fragment_reader *r, const struct blocked *blocked,
		       struct span source, const struct found *f)
{
	int listed = -1;
	bool nobody;

	if (f->own) {
		buf_clear(&r->name);
		buf_span(&r->name, source);
		buf_char(&r->name, '.');
		buf_span(&r->name, f->type);
		listed = blocked_listed(blocked, buf_view(&r->name), f->value);
	}
	if (listed >= 0)
		return listed > 0;
	nobody = blocked_is(blocked, f->type, f->value);
	if (nobody && r->dropped && blocked_listed(blocked, f->type, f->value) < 0)
		dropped_note(r->dropped, f->type, f->value);
	return nobody;
}

int fragment_identifiers(struct fragment_reader *r, const struct identity_rules *rules,
		       struct span source, struct span fragment, struct buf *out,
		       struct fragment_counts *counts, struct error *err)
{
	struct span ids = fragment_ids(fragment);
	size_t found = 0;

	*counts = (struct fragment_counts){0};
	if (span_absent(ids))
		return 0;
	if (find_all(r, rules, source, ids, &found, err))
		return -1;
	sort_found(r->found, found, rules);
	for (size_t i = 0; i < found; i++) {
		const struct found *f = &r->found[i];
		char quoted[ERROR_QUOTE_MAX];

		if (!is_type(f->type))
			return error_data(err, "%s cannot be an identifier type",
					  error_quote(f->type, quoted));
		if (i && span_equal(f->type, r->found[i - 1].type) &&
		    span_equal(f->value, r->found[i - 1].value))
			continue;
		counts->own = counts->own || f->own;
		if (is_blocked(r, &rules->blocked, source, f)) {
			counts->blocked++;
			continue;
		}
		put_identifier(f, source, out);
		counts->usable++;
	}
	return 0;
}
