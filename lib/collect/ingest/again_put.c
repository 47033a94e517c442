/* How a source was understood, for the rejects to be read in the same way. */
#include <string.h>

#include "collect/ingest/again_parts.h"
#include "collect/ingest/source.h"
#include "collect/rows/census.h"
#include "collect/rows/encoding.h"
#include "collect/rows/split.h"
#include "record/scan.h"

/* Of each column: how many values are so. */
static void facts_get(const struct survey_column *c, uint64_t facts[AGAIN_FACTS])
{
	const uint64_t all[AGAIN_FACTS] = {
		c->filled, c->day_first.count, c->month_first.count,
		c->either.count, c->point.count, c->comma.count, c->mark.count,
		c->types,
	};

	memcpy(facts, all, sizeof all);
}

/* The samples, which questions quote, are those of the first run. */
void again_facts_set(struct survey_column *c, const uint64_t facts[AGAIN_FACTS])
{
	*c = (struct survey_column){.filled = facts[0], .types = facts[7]};
	c->day_first = (struct survey_case){facts[1], SPAN("(not kept)")};
	c->month_first = (struct survey_case){facts[2], SPAN("(not kept)")};
	c->either = (struct survey_case){facts[3], SPAN("(not kept)")};
	c->point = (struct survey_case){facts[4], SPAN("(not kept)")};
	c->comma = (struct survey_case){facts[5], SPAN("(not kept)")};
	c->mark = (struct survey_case){facts[6], SPAN("(not kept)")};
}

static void put_survey(const struct survey *y, struct buf *out)
{
	uint64_t facts[AGAIN_FACTS];

	buf_printf(out, ",\"sample\":%llu,\"survey\":[", (unsigned long long)y->rows);
	for (size_t i = 0; i < y->count; i++) {
		facts_get(&y->columns[i], facts);
		for (size_t k = 0; k < AGAIN_FACTS; k++)
			buf_printf(out, "%s%llu", k ? "," : i ? ",[" : "[",
				   (unsigned long long)facts[k]);
		buf_char(out, ']');
	}
	buf_char(out, ']');
}

/* By which --format the rejects are read; NULL: by none. */
static const char *kind_of(const struct source *s)
{
	if (s->reader == &json_lines_reader)
		return "ndjson";
	return s->reader->keyword ? s->reader->keyword : s->reader->format_name(s);
}

static void put_text(struct buf *out, const char *key, struct span text)
{
	buf_printf(out, ",\"%s\":", key);
	text_encode(out, text);
}

/* Is what is kept of it in another encoding than the file? */
static bool is_recoded(const struct source *s)
{
	struct encoding *e = feed_encoding(s->feed);
	struct buf b = BUF_INIT;
	bool kept = e && encoding_encode(e, SPAN("a"), &b);

	buf_release(&b);
	return s->recoded || (e && !kept);
}

/* Of a document only LF and CR LF end lines that count. */
static uint64_t count_lines(const struct source *s, struct span text)
{
	uint64_t lines = 0;

	if (s->reader != &json_lines_reader)
		return census_lines(text);
	for (size_t i = 0; i < text.len; i++)
		lines += text.ptr[i] == '\n';
	return lines;
}

uint64_t again_lines(const struct source *s, struct span original)
{
	bool open = original.len && original.ptr[original.len - 1] != '\n' &&
		    original.ptr[original.len - 1] != '\r';

	return count_lines(s, original) + (open || !original.len);
}

void again_put(const struct source *s, struct buf *out)
{
	const struct plan *p = s->plan;
	const char *kind = kind_of(s);

	buf_lit(out, "{\"file\":");
	text_encode(out, span_of(p->file));
	put_text(out, "source", p->source);
	if (s->recognised)
		put_text(out, "format", span_of(s->format->name));
	if (kind)
		put_text(out, "kind", span_of(kind));
	if (s->reader == &csv_reader)
		put_text(out, "delimiter", s->delimiter == SPLIT_BLANK ? SPAN("blank") :
			 (struct span){&s->delimiter, 1});
	if (is_recoded(s))
		buf_lit(out, ",\"utf8\":true");
	if (p->json) {
		buf_lit(out, ",\"columns\":[");
		for (size_t i = 0; i < s->named; i++) {
			if (i)
				buf_char(out, ',');
			text_encode(out, p->columns[i].name);
		}
		buf_char(out, ']');
	}
	put_survey(&s->survey, out);
	buf_char(out, '}');
}
