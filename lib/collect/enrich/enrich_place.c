/* Where an address is, once for each address. */
#include "collect/enrich/enrich_parts.h"
#include "collect/reference/place.h"
#include "record/document.h"
#include "record/scan.h"

/* Beside the group in the memo. */
#define PLACE_DAMAGED 1

static void put_degrees(struct buf *out, const char *key, double degrees)
{
	buf_printf(out, ",\"%s\":", key);
	document_put_shortest(out, degrees);
}

/* The members, each with a comma before it; nothing where nothing is known. */
static void put_place(struct buf *out, const struct place *p)
{
	enrich_put_text(out, "country", p->country);
	enrich_put_text(out, "region", p->region);
	enrich_put_text(out, "city", p->city);
	enrich_put_text(out, "postcode", p->postcode);
	if (p->located) {
		put_degrees(out, "latitude", p->latitude);
		put_degrees(out, "longitude", p->longitude);
	}
	enrich_put_text(out, "time_zone", p->time_zone);
	if (p->asn)
		buf_printf(out, ",\"asn\":%lu", (unsigned long)p->asn);
	enrich_put_text(out, "organization", p->organization);
}

static const struct memo_value *look_up_place(struct enricher *e, struct span ip)
{
	const struct memo_value *known = memo_find(&e->places, ip);
	struct memo_value value = {0};
	struct buf text = BUF_INIT;
	struct place place = {.asn = 0};

	if (known)
		return known;
	for (size_t i = 0; i < e->asked->geo_count; i++)
		if (place_find(e->asked->places[i], ip, &place) < 0)
			value.bits |= PLACE_DAMAGED;
	put_place(&text, &place);
	value.text = buf_view(&text);
	known = memo_put(&e->places, ip, value);
	buf_release(&text);
	return known;
}

static void mark_geo_data(struct enricher *e)
{
	buf_lit(&e->marks, ",\"geo\":");
	buf_clear(&e->key);
	for (size_t i = 0; i < e->asked->geo_count; i++) {
		if (i)
			buf_lit(&e->key, ", ");
		buf_span(&e->key, places_edition(e->asked->places[i]));
	}
	text_encode(&e->marks, buf_view(&e->key));
}

void enrich_place(struct enricher *e, struct span ip)
{
	const struct memo_value *known;

	if (span_absent(ip))
		return;
	known = look_up_place(e, ip);
	if (known->bits & PLACE_DAMAGED)
		enricher_note(e, ENRICHED_PLACE_DAMAGED);
	enricher_note(e, known->text.len ? ENRICHED_PLACE : ENRICHED_PLACE_UNKNOWN);
	if (known->text.len) {
		buf_lit(&e->text, ",\"geo\":{");
		buf_span(&e->text, span_sub(known->text, 1, known->text.len));
		buf_char(&e->text, '}');
	}
	mark_geo_data(e);
}
