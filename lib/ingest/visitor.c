/*
 * Visitors come in runs: a page brings its pictures.  So the last ones are
 * kept in a table that is looked up by a hash, one place each; a digest is
 * computed again where two take turns on a place.
 */
#include "ingest/visitor.h"

#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "ingest/address.h"

#define PLACES 1024
#define KEPT_MAX 472

struct place {
	unsigned short len;	/* of what; 0: free */
	char text[VISITOR_TEXT];
	char what[KEPT_MAX];
};

struct visitors {
	struct span key;
	struct buf what;
	unsigned bits;		/* see visitors_blur; 0: none */
	char text[VISITOR_TEXT];
	struct place places[PLACES];
};

struct visitors *visitors_new(struct span key)
{
	struct visitors *v = mem_zero(1, sizeof *v);

	v->key = key;
	return v;
}

void visitors_free(struct visitors *v)
{
	if (!v)
		return;
	buf_release(&v->what);
	mem_free(v);
}

void visitors_blur(struct visitors *v, unsigned bits)
{
	v->bits = bits;
}

static void digest(const struct visitors *v, char out[VISITOR_TEXT])
{
	unsigned char bytes[32];

	if (v->key.len)
		hash_hmac_sha256(v->key, buf_view(&v->what), bytes);
	else
		hash_sha256(buf_view(&v->what), bytes);
	hash_hex(bytes, VISITOR_TEXT / 2, out);
}

struct span visitors_get(struct visitors *v, struct span host, struct span agent)
{
	struct place *place;

	buf_clear(&v->what);
	buf_lit(&v->what, "visitor\0");
	if (!v->bits || !address_blur(host, v->bits, &v->what))
		buf_span(&v->what, host);
	buf_char(&v->what, '\0');
	buf_span(&v->what, agent);
	if (v->what.len > KEPT_MAX) {
		digest(v, v->text);
		return (struct span){v->text, VISITOR_TEXT};
	}
	place = &v->places[hash_64(buf_view(&v->what)) % PLACES];
	if (place->len != v->what.len ||
	    memcmp(place->what, v->what.ptr, v->what.len)) {
		digest(v, place->text);
		memcpy(place->what, v->what.ptr, v->what.len);
		place->len = (unsigned short)v->what.len;
	}
	return (struct span){place->text, VISITOR_TEXT};
}
