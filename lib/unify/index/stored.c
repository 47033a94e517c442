#include "unify/index/stored.h"

#include <assert.h>
#include <string.h>

#define ID_KEY ",\"id\":"
#define VERSION_KEY ",\"version\":"
#define CONSENT_KEY ",\"consent\":"

static_assert(sizeof(struct stored) % 8 == 0, "a purchase follows");
static_assert(sizeof(struct purchase) == 56, "a purchase is stored as bytes");

/* Where the type's member ends. */
static size_t end_of_type(struct span json)
{
	size_t from = sizeof "{\"type\":\"" - 1;

	return from + span_find_byte(span_sub(json, from, json.len), '"') + 1;
}

struct span stored_id(const struct stored *s)
{
	struct span json = stored_json(s);

	if (!s->id_len)
		return SPAN_NONE;
	return span_sub(json, end_of_type(json) + sizeof ID_KEY - 1, s->id_len);
}

/* Where the member "version" begins, or would. */
static size_t version_at(const struct stored *s)
{
	return end_of_type(stored_json(s)) + (s->id_len ? sizeof ID_KEY - 1 + s->id_len : 0);
}

struct value stored_version(const struct stored *s)
{
	struct value v = VALUE_ABSENT;
	struct scan scan;

	if (!s->version_len)
		return v;
	scan_start(&scan, span_sub(stored_json(s), version_at(s) + sizeof VERSION_KEY - 1,
				   s->version_len - (sizeof VERSION_KEY - 1)));
	return scan_value(&scan, &v, NULL) ? VALUE_ABSENT : v;
}

struct span stored_consent(const struct stored *s)
{
	size_t from = s->consent + sizeof CONSENT_KEY - 1;

	if (s->consent == s->consent_end)
		return SPAN_NONE;
	return span_sub(stored_json(s), from, s->consent_end - from);
}

static void put_member(struct buf *out, struct span key, struct value v)
{
	if (v.kind == VALUE_NONE)
		return;
	buf_span(out, key);
	buf_span(out, v.raw);
}

#define PUT_MEMBER(out, key, v) put_member(out, SPAN(",\"" key "\":"), v)

static void put_json(const struct event *e, struct stored *s, struct buf *out)
{
	size_t from = out->len;

	buf_lit(out, "{\"type\":\"");
	buf_span(out, event_type_names[e->type]);
	buf_char(out, '"');
	put_member(out, SPAN(ID_KEY), e->id);
	put_member(out, SPAN(VERSION_KEY), e->version);
	PUT_MEMBER(out, "time", e->time_text);
	PUT_MEMBER(out, "source", e->source);
	PUT_MEMBER(out, "event", e->name);
	s->fragment = (uint32_t)(out->len - from);
	PUT_MEMBER(out, "props", e->props);
	PUT_MEMBER(out, "context", e->context);
	s->consent = (uint32_t)(out->len - from);
	put_member(out, SPAN(CONSENT_KEY), e->consent);
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

/* Pads to a multiple of 8 and writes the head at FROM. */
static void finish(struct stored *s, size_t from, struct buf *out)
{
	static const char zeros[8];

	buf_put(out, zeros, -out->len & 7);
	s->size = (uint32_t)(out->len - from);
	memcpy(out->ptr + from, s, sizeof *s);
}

void stored_make(const struct event *e, const struct purchase *p,
		 struct buf *out)
{
	struct stored s = {0};
	size_t from = out->len;

	s.has_purchase = p->kind != ORDER_NONE;
	s.id_len = (uint32_t)e->id.raw.len;
	if (e->version.kind != VALUE_NONE)
		s.version_len = (uint32_t)(e->version.raw.len + sizeof VERSION_KEY - 1) & INT32_MAX;
	buf_put(out, &s, sizeof s);
	if (s.has_purchase)
		buf_put(out, p, sizeof *p);
	put_json(e, &s, out);
	finish(&s, from, out);
}

void stored_make_fragment(const struct event *e, struct buf *out)
{
	PUT_MEMBER(out, "ids", e->ids);
	PUT_MEMBER(out, "traits", e->traits);
}

void stored_join(const struct stored *s, struct span fragment, struct buf *out)
{
	struct stored joined = *s;
	struct span json = stored_json(s);

	buf_span(out, span_between((const char *)s, json.ptr + json.len));
	buf_span(out, fragment);
	joined.fragment_len = (uint32_t)fragment.len;
	finish(&joined, 0, out);
}

/* The JSON from its begin up to END, but for the version. */
static void put_unversioned(const struct stored *s, size_t end, struct buf *out)
{
	struct span json = stored_json(s);
	size_t at;

	if (!s->version_len) {
		buf_put(out, json.ptr, end);
		return;
	}
	at = version_at(s);
	buf_put(out, json.ptr, at);
	at += s->version_len;
	buf_put(out, json.ptr + at, end - at);
}

void stored_put(const struct stored *s, struct buf *out)
{
	struct span json = stored_json(s);

	put_unversioned(s, s->consent, out);
	buf_put(out, json.ptr + s->consent_end, s->json - s->consent_end);
}

void stored_put_full(const struct stored *s, struct span fragment,
		     struct buf *out)
{
	struct span json = stored_json(s);

	buf_put(out, json.ptr, s->fragment);
	buf_span(out, fragment);
	buf_put(out, json.ptr + s->fragment, s->json - s->fragment);
}

void stored_put_unversioned(const struct stored *s, struct span fragment, struct buf *out)
{
	struct span json = stored_json(s);

	put_unversioned(s, s->fragment, out);
	buf_span(out, fragment);
	buf_put(out, json.ptr + s->fragment, s->json - s->fragment);
}
