#include "collect/enrich/enrich_notes.h"

#include <string.h>

#include "base/mem.h"
#include "collect/enrich/visits.h"

void enrich_notes_clear(struct enrich_notes *n)
{
	memset(n->counts, 0, sizeof n->counts);
	n->visit_count = 0;
}

void enrich_notes_restore(struct enrich_notes *n, const struct enrich_notes *before)
{
	memcpy(n->counts, before->counts, sizeof n->counts);
	n->visit_count = before->visit_count;
}

void enrich_notes_release(struct enrich_notes *n)
{
	mem_free(n->visits);
	*n = (struct enrich_notes){0};
}

void enrich_notes_add(struct enrich_notes *sum, const struct enrich_notes *part)
{
	for (size_t i = 0; i < ENRICH_COUNTS; i++)
		sum->counts[i] += part->counts[i];
}

static void put_count(struct buf *out, const char *key, uint64_t count)
{
	buf_printf(out, "%s\"%s\":%llu", out->ptr[out->len - 1] == '{' ? "" : ",", key,
		   (unsigned long long)count);
}

void enrich_put_stats(const struct enrichment *e, const struct enrich_notes *n,
		      struct buf *out)
{
	buf_char(out, '{');
	if (e->ua) {
		put_count(out, "ua", n->counts[ENRICHED_BROWSER]);
		put_count(out, "ua_other", n->counts[ENRICHED_BROWSER_OTHER]);
	}
	if (e->geo_count) {
		put_count(out, "geo", n->counts[ENRICHED_PLACE]);
		put_count(out, "geo_unknown", n->counts[ENRICHED_PLACE_UNKNOWN]);
		put_count(out, "geo_damaged", n->counts[ENRICHED_PLACE_DAMAGED]);
	}
	if (e->referrer) {
		put_count(out, "channels", n->counts[ENRICHED_CHANNEL]);
		buf_lit(out, ",\"channels_by\":{");
		for (unsigned i = 0; i < ORIGINS; i++)
			put_count(out, origin_names[i].ptr, n->counts[ENRICHED_ORIGIN + i]);
		buf_char(out, '}');
	}
	if (e->sentiment) {
		put_count(out, "sentiment", n->counts[ENRICHED_SENTIMENT]);
		put_count(out, "sentiment_other_language", n->counts[ENRICHED_SENTIMENT_FOREIGN]);
	}
	if (e->bots) {
		put_count(out, "bots", n->counts[ENRICHED_BOT]);
		buf_lit(out, ",\"bot_reasons\":{");
		for (unsigned i = 0; i < BOT_REASONS; i++)
			if (e->bots & 1u << i)
				put_count(out, bot_reason_names[i], n->counts[ENRICHED_BOT_REASON + i]);
		buf_char(out, '}');
	}
	put_count(out, "kept", n->counts[ENRICHED_KEPT]);
	buf_char(out, '}');
}

void enrich_put_sentence(const struct enrichment *e, const struct enrich_notes *n,
			 struct buf *out)
{
	const uint64_t *c = n->counts;

	buf_printf(out, "enriched, of %llu records:", (unsigned long long)c[ENRICH_RECORDS]);
	if (e->ua)
		buf_printf(out, " ua %llu (%llu of them unknown),",
			   (unsigned long long)c[ENRICHED_BROWSER],
			   (unsigned long long)c[ENRICHED_BROWSER_OTHER]);
	if (e->geo_count)
		buf_printf(out, " geo %llu (%llu addresses unknown),",
			   (unsigned long long)c[ENRICHED_PLACE],
			   (unsigned long long)c[ENRICHED_PLACE_UNKNOWN]);
	if (e->referrer) {
		buf_printf(out, " channels %llu (", (unsigned long long)c[ENRICHED_CHANNEL]);
		for (unsigned i = 0; i < ORIGINS; i++)
			buf_printf(out, "%s%s %llu", i ? ", " : "", origin_names[i].ptr,
				   (unsigned long long)c[ENRICHED_ORIGIN + i]);
		buf_lit(out, "),");
	}
	if (e->sentiment)
		buf_printf(out, " sentiment %llu (%llu texts more are in other languages),",
			   (unsigned long long)c[ENRICHED_SENTIMENT],
			   (unsigned long long)c[ENRICHED_SENTIMENT_FOREIGN]);
	if (e->bots) {
		buf_printf(out, " bots %llu (", (unsigned long long)c[ENRICHED_BOT]);
		for (unsigned i = 0; i < BOT_REASONS; i++)
			if (e->bots & 1u << i)
				buf_printf(out, "%s %llu, ", bot_reason_names[i],
					   (unsigned long long)c[ENRICHED_BOT_REASON + i]);
		out->len -= 2;
		buf_lit(out, "),");
	}
	out->len--;
	if (c[ENRICHED_KEPT])
		buf_printf(out, "; %llu had such a group already: kept",
			   (unsigned long long)c[ENRICHED_KEPT]);
}
