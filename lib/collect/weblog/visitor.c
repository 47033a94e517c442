/*
 * Visitors come in runs: a page brings its pictures.  So the last ones are
 * kept in a table that is looked up by a hash, two places for each; a digest is
 * computed again where three take turns on a pair.
 */
#include "collect/weblog/visitor.h"

#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/hash.h"
#include "base/mem.h"
#include "reference/address.h"

#define PLACES 2048	/* in pairs, the one used last first */
#define KEPT_MAX 472

struct place {
	unsigned short len;	/* of what; 0: free */
	char text[VISITOR_TEXT];
	char what[KEPT_MAX];
};

struct visitors {
	struct hmac *key;	/* NULL: none */
	struct buf what;
	unsigned bits;		/* see visitors_blur; 0: none */
	char text[VISITOR_TEXT];
	const struct place *last;	/* the one given last, with its whole host */
	struct place *places;		/* NULL before the first visitor: many readers only look at a file's begin */
};

struct visitors *visitors_new(struct span key)
{
	struct visitors *v = mem_zero(1, sizeof *v);

	if (key.len)
		v->key = hmac_new(key);
	return v;
}

void visitors_free(struct visitors *v)
{
	if (!v)
		return;
	mem_free(v->places);
	buf_release(&v->what);
	hmac_free(v->key);
	mem_free(v);
}

void visitors_blur(struct visitors *v, unsigned bits)
{
	v->bits = bits;
}

static void digest_visitor(const struct visitors *v, char out[VISITOR_TEXT])
{
	unsigned char bytes[32];

	if (v->key)
		hmac_sha256(v->key, buf_view(&v->what), bytes);
	else
		hash_sha256(buf_view(&v->what), bytes);
	hash_hex(bytes, VISITOR_TEXT / 2, out);
}

static const char before[] = "visitor\0";	/* HOST, a NUL and the agent follow */

static bool is_same_visitor(const struct place *p, struct span host, struct span agent)
{
	const char *at = p->what + sizeof before - 1;

	return p->len == sizeof before - 1 + host.len + 1 + agent.len &&
	       !memcmp(at, host.ptr, host.len) && !at[host.len] &&
	       !memcmp(at + host.len + 1, agent.ptr, agent.len);
}

static bool is_at(const struct visitors *v, const struct place *p)
{
	return p->len == v->what.len && !memcmp(p->what, v->what.ptr, v->what.len);
}

static void swap_places(struct place *pair)
{
	struct place first = pair[0];

	pair[0] = pair[1];
	pair[1] = first;
}

/* A new one comes first, the one before it second. */
static void take_place(struct visitors *v, struct place *pair)
{
	pair[1] = pair[0];
	digest_visitor(v, pair->text);
	memcpy(pair->what, v->what.ptr, v->what.len);
	pair->len = (unsigned short)v->what.len;
}

struct span visitors_get(struct visitors *v, struct span host, struct span agent)
{
	struct place *pair;

	if (v->last && is_same_visitor(v->last, host, agent))
		return (struct span){v->last->text, VISITOR_TEXT};
	buf_clear(&v->what);
	buf_put(&v->what, before, sizeof before - 1);
	if (!v->bits || !address_blur(host, v->bits, &v->what))
		buf_span(&v->what, host);
	buf_char(&v->what, '\0');
	buf_span(&v->what, agent);
	if (v->what.len > KEPT_MAX) {
		v->last = NULL;
		digest_visitor(v, v->text);
		return (struct span){v->text, VISITOR_TEXT};
	}
	if (!v->places)
		v->places = mem_zero(PLACES, sizeof *v->places);
	pair = &v->places[hash_64(buf_view(&v->what)) % (PLACES / 2) * 2];
	if (!is_at(v, pair)) {
		if (is_at(v, pair + 1))
			swap_places(pair);
		else
			take_place(v, pair);
	}
	v->last = v->bits ? NULL : pair;
	return (struct span){pair->text, VISITOR_TEXT};
}
