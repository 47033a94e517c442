#include "collect/enrich/visits.h"

#include "base/map.h"
#include "base/mem.h"
#include "record/event.h"
#include "record/rewrite.h"

struct visits {
	struct map seen;	/* the hashes of those who asked for robots.txt */
	uint64_t memory;
	uint64_t forgotten;
	struct buf out;
	struct buf bot;
};

bool visit_is_robots(struct span url)
{
	size_t scheme = span_find(url, SPAN("://"));

	if (scheme < url.len) {
		url = span_sub(url, scheme + 3, url.len);
		url = span_sub(url, span_find_byte(url, '/'), url.len);
	}
	url = span_sub(url, 0, span_find_byte(url, '?'));
	return span_equal(url, SPAN("/robots.txt"));
}

struct visits *visits_new(uint64_t memory)
{
	struct visits *v = mem_zero(1, sizeof *v);

	v->memory = memory;
	return v;
}

void visits_free(struct visits *v)
{
	if (!v)
		return;
	map_release(&v->seen);
	buf_release(&v->out);
	buf_release(&v->bot);
	mem_free(v);
}

uint64_t visits_forgotten(const struct visits *v)
{
	return v->forgotten;
}

static struct span key_of(const struct visit *visit)
{
	return (struct span){(const char *)&visit->visitor, sizeof visit->visitor};
}

/* Is it a bot's?  Remembers it where it asks for robots.txt. */
static bool is_bot_visit(struct visits *v, const struct visit *visit)
{
	if (map_find(&v->seen, key_of(visit)) != MAP_NONE)
		return true;
	if (!visit->robots)
		return false;
	if (map_bytes(&v->seen) < v->memory)
		map_put(&v->seen, key_of(visit), NULL);
	else
		v->forgotten++;
	return true;
}

/* "robots" goes behind the reasons that there are. */
static void put_bot(struct visits *v, struct value bot, struct enrich_notes *sum)
{
	struct span raw = bot.raw;
	size_t end;

	buf_clear(&v->bot);
	sum->counts[ENRICHED_BOT_REASON + BOT_ROBOTS]++;
	if (bot.kind != VALUE_OBJECT) {
		buf_lit(&v->bot, "{\"reasons\":[\"robots\"]}");
		sum->counts[ENRICHED_BOT]++;
		return;
	}
	end = span_find_byte(raw, ']');
	buf_span(&v->bot, span_sub(raw, 0, end));
	buf_lit(&v->bot, ",\"robots\"");
	buf_span(&v->bot, span_sub(raw, end, raw.len));
}

/* Is it our own bot, or one that the source had in its place? */
static bool is_ours(struct value bot)
{
	return bot.kind == VALUE_NONE ||
	       (bot.kind == VALUE_OBJECT && span_starts(bot.raw, SPAN("{\"reasons\":[\"")));
}

static void mark_record(struct visits *v, struct span line, struct enrich_notes *sum)
{
	struct event e;
	struct value bot = VALUE_ABSENT;

	/* Our own record: it can be read. */
	event_parse(&e, span_sub(line, 0, line.len - 1), NULL);
	if (e.context.kind == VALUE_OBJECT)
		bot = value_member(e.context, SPAN("bot"));
	if (!is_ours(bot)) {
		buf_span(&v->out, line);
		return;
	}
	put_bot(v, bot, sum);
	rewrite_context(&e, "bot", buf_view(&v->bot), &v->out);
	buf_char(&v->out, '\n');
}

static size_t end_of(const struct buf *records, size_t begin)
{
	struct span rest = buf_since(records, begin);

	return begin + span_find_byte(rest, '\n') + 1;
}

void visits_mark(struct visits *v, const struct enrich_notes *notes, struct buf *records,
		 struct enrich_notes *sum)
{
	size_t done = 0;
	struct buf old;

	buf_clear(&v->out);
	for (size_t i = 0; i < notes->visit_count; i++) {
		const struct visit *visit = &notes->visits[i];
		size_t end;

		if (!is_bot_visit(v, visit))
			continue;
		end = end_of(records, visit->begin);
		buf_span(&v->out, span_sub(buf_view(records), done, visit->begin - done));
		mark_record(v, span_sub(buf_view(records), visit->begin, end - visit->begin), sum);
		done = end;
	}
	if (!done)
		return;
	buf_span(&v->out, buf_since(records, done));
	old = *records;
	*records = v->out;
	v->out = old;
}
