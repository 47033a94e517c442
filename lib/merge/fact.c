#include "merge/fact.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "merge/identifier.h"

#define ID_KEY ",\"id\":"
#define CONSENT_KEY ",\"consent\":"

static_assert(sizeof(struct stored) % 8 == 0, "JSON and purchases follow");
static_assert(sizeof(struct purchase) == 40, "a purchase is stored as bytes");

/* An identifier of the line; its text may stand in the maker's buffer. */
struct fact_found {
	struct span type;
	struct span value;
	size_t type_at, value_at;	/* in the buffer, when decoded */
};

struct span stored_id(const struct stored *s)
{
	struct span json = stored_json(s);
	size_t from = sizeof "{\"type\":\"" - 1;

	if (!s->id_len)
		return SPAN_NONE;
	from += span_find_byte(span_sub(json, from, json.len), '"') + 1;
	return span_sub(json, from + sizeof ID_KEY - 1, s->id_len);
}

struct span stored_traits(const struct stored *s)
{
	if (!s->traits)
		return SPAN_NONE;
	return span_sub(stored_json(s), s->traits, s->person_end - s->traits);
}

struct span stored_consent(const struct stored *s)
{
	size_t from = s->consent + sizeof CONSENT_KEY - 1;

	if (s->consent == s->consent_end)
		return SPAN_NONE;
	return span_sub(stored_json(s), from, s->consent_end - from);
}

void stored_put(const struct stored *s, bool full, struct buf *out)
{
	struct span json = stored_json(s);

	if (full) {
		buf_span(out, json);
		return;
	}
	buf_put(out, json.ptr, s->person);
	buf_put(out, json.ptr + s->person_end, s->consent - s->person_end);
	buf_put(out, json.ptr + s->consent_end, s->json - s->consent_end);
}

void fact_maker_release(struct fact_maker *m)
{
	buf_release(&m->text);
	mem_free(m->found);
}

static void pad(struct buf *out)
{
	static const char zeros[8];

	buf_put(out, zeros, -out->len & 7);
}

/* Profiles given by mistake: all lines would be rejected, one by one. */
static int refuse_profile(struct span line, struct error *err)
{
	struct scan s;
	struct member m;

	scan_start(&s, line);
	if (scan_enter(&s, '{', NULL))
		return -1;
	while (scan_member(&s, &m, NULL) > 0) {
		if (!span_equal(m.key, SPAN("type")))
			continue;
		if (value_is_text(m.value, SPAN("profile")))
			return error_failed(err, "is a profile: cdp-merge reads events");
		return -1;
	}
	return -1;
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
static void take_member(struct fact_maker *m, const struct member *member,
			struct fact_found *f)
{
	struct value key = {
		{member->key.ptr - 1, member->key.len + 2}, VALUE_TEXT, true,
	};

	f->type = member->key;
	f->type_at = f->value_at = SIZE_MAX;
	if (member->key_escaped) {
		f->type_at = m->text.len;
		value_decode(key, &m->text);
		f->type.len = m->text.len - f->type_at;
	}
	f->value = member->value.raw;
	if (member->value.escaped) {
		f->value_at = m->text.len;
		value_decode(member->value, &m->text);
		f->value.len = m->text.len - f->value_at;
	} else if (member->value.kind == VALUE_TEXT) {
		f->value = span_sub(f->value, 1, f->value.len - 2);
	}
}

static int find_identifiers(struct fact_maker *m, size_t *count,
			    struct error *err)
{
	struct scan s;
	struct member member;

	*count = 0;
	buf_clear(&m->text);
	if (m->event.ids.kind != VALUE_OBJECT)
		return 0;
	scan_start(&s, m->event.ids.raw);
	if (scan_enter(&s, '{', err))
		return -1;
	while (scan_member(&s, &member, err) > 0) {
		if (check_member(&member, err))
			return -1;
		if (member.value.kind == VALUE_NULL)
			continue;
		m->found = mem_room(m->found, *count, &m->found_cap,
				    sizeof *m->found);
		take_member(m, &member, &m->found[(*count)++]);
	}
	for (size_t i = 0; i < *count; i++) {
		struct fact_found *f = &m->found[i];

		if (f->type_at != SIZE_MAX)
			f->type.ptr = m->text.ptr + f->type_at;
		if (f->value_at != SIZE_MAX)
			f->value.ptr = m->text.ptr + f->value_at;
	}
	return 0;
}

static int by_priority(const void *a, const void *b)
{
	const struct fact_found *x = a, *y = b;
	int order = identifier_compare_types(x->type, y->type);

	return order ? order : span_compare(x->value, y->value);
}

/* Few, and mostly in order already. */
static void sort_found(struct fact_found *list, size_t count)
{
	if (count > 16) {
		qsort(list, count, sizeof *list, by_priority);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		struct fact_found f = list[i];
		size_t at = i;

		for (; at && by_priority(&list[at - 1], &f) > 0; at--)
			list[at] = list[at - 1];
		list[at] = f;
	}
}

static void put_identifier(const struct fact_found *f, struct buf *out)
{
	struct fact_identifier head = {0};
	size_t at = out->len;
	struct span key;

	buf_put(out, &head, sizeof head);
	buf_span(out, f->type);
	buf_char(out, '\0');
	buf_span(out, f->value);
	key = buf_since(out, at + sizeof head);
	head.hash = hash_64(key);
	head.len = (uint32_t)key.len;
	head.type_len = (uint32_t)f->type.len;
	memcpy(out->ptr + at, &head, sizeof head);
}

static int put_identifiers(struct fact_maker *m, const struct blocked *blocked,
			   struct fact *fact, struct buf *out, struct error *err)
{
	size_t count;

	if (find_identifiers(m, &count, err))
		return -1;
	sort_found(m->found, count);
	for (size_t i = 0; i < count; i++) {
		const struct fact_found *f = &m->found[i];
		char quoted[ERROR_QUOTE_MAX];

		if (!is_type(f->type))
			return error_data(err, "%s cannot be an identifier type",
					  error_quote(f->type, quoted));
		if (i && !by_priority(&m->found[i - 1], f))
			continue;
		if (blocked_is(blocked, f->type, f->value)) {
			fact->blocked++;
			continue;
		}
		put_identifier(f, out);
		fact->identifiers++;
	}
	return 0;
}

static void put_member(struct buf *out, const char *key, size_t len,
		       struct value v)
{
	if (v.kind == VALUE_NONE)
		return;
	buf_put(out, key, len);
	buf_span(out, v.raw);
}

#define PUT_MEMBER(out, key, v) \
	put_member(out, ",\"" key "\":", sizeof(",\"" key "\":") - 1, v)

/* Appends the canonical JSON and notes in S where its parts are. */
static void put_json(const struct event *e, struct stored *s, struct buf *out)
{
	size_t from = out->len;

	buf_lit(out, "{\"type\":\"");
	buf_span(out, event_type_names[e->type]);
	buf_char(out, '"');
	PUT_MEMBER(out, "id", e->id);
	PUT_MEMBER(out, "time", e->time_text);
	PUT_MEMBER(out, "source", e->source);
	PUT_MEMBER(out, "event", e->name);
	s->person = (uint32_t)(out->len - from);
	PUT_MEMBER(out, "ids", e->ids);
	PUT_MEMBER(out, "traits", e->traits);
	s->person_end = (uint32_t)(out->len - from);
	if (e->traits.kind == VALUE_OBJECT)
		s->traits = s->person_end - (uint32_t)e->traits.raw.len;
	PUT_MEMBER(out, "props", e->props);
	PUT_MEMBER(out, "context", e->context);
	s->consent = (uint32_t)(out->len - from);
	PUT_MEMBER(out, "consent", e->consent);
	s->consent_end = (uint32_t)(out->len - from);
	for (size_t i = 0; i < e->others.count; i++) {
		buf_lit(out, ",\"");
		buf_span(out, e->others.list[i].key);
		buf_lit(out, "\":");
		buf_span(out, e->others.list[i].value.raw);
	}
	buf_char(out, '}');
	s->json = (uint32_t)(out->len - from);
}

static void put_stored(const struct event *e, const struct purchase *p,
		       struct buf *out)
{
	struct stored s = {0};
	size_t from = out->len;

	s.has_purchase = p->kind != PURCHASE_NONE;
	s.id_len = (uint32_t)e->id.raw.len;
	buf_put(out, &s, sizeof s);
	if (s.has_purchase)
		buf_put(out, p, sizeof *p);
	put_json(e, &s, out);
	pad(out);
	s.size = (uint32_t)(out->len - from);
	memcpy(out->ptr + from, &s, sizeof s);
}

/* Consent that nobody can read is no consent: better to ask. */
static int check_consent(struct value consent, struct error *err)
{
	struct scan s;
	struct member m;
	char quoted[ERROR_QUOTE_MAX];

	if (consent.kind != VALUE_OBJECT)
		return 0;
	scan_start(&s, consent.raw);
	if (scan_enter(&s, '{', err))
		return -1;
	while (scan_member(&s, &m, err) > 0) {
		if (m.value.kind != VALUE_NULL &&
		    !value_is_text(m.value, SPAN("granted")) &&
		    !value_is_text(m.value, SPAN("denied")))
			return error_data(err, "consent is %s: write granted or denied",
					  error_quote(m.value.raw, quoted));
	}
	return 0;
}

/* Texts are in quotes, so source and id cannot run into each other. */
static void set_key(struct fact_maker *m, struct fact *fact)
{
	if (m->event.id.kind != VALUE_TEXT)
		return;
	buf_clear(&m->text);
	buf_span(&m->text, m->event.source.raw);
	buf_span(&m->text, m->event.id.raw);
	fact->key = hash_128(buf_view(&m->text));
	fact->has_key = true;
}

int fact_make(struct fact_maker *m, const struct blocked *blocked,
	      struct span line, struct buf *out, struct error *err)
{
	struct fact fact = {0};
	struct purchase purchase;
	size_t from = out->len;

	if (event_parse(&m->event, line, err)) {
		refuse_profile(line, err);
		return -1;
	}
	if (purchase_parse(&m->event, &purchase, &m->text, err) ||
	    check_consent(m->event.consent, err))
		return -1;
	buf_put(out, &fact, sizeof fact);
	fact.time = m->event.time;
	buf_clear(&m->text);
	value_decode(m->event.source, out);
	fact.source_len = (uint32_t)(out->len - from - sizeof fact);
	if (put_identifiers(m, blocked, &fact, out, err))
		return -1;
	set_key(m, &fact);
	pad(out);
	fact.stored = (uint32_t)(out->len - from);
	put_stored(&m->event, &purchase, out);
	fact.size = (uint32_t)(out->len - from);
	memcpy(out->ptr + from, &fact, sizeof fact);
	return 0;
}
