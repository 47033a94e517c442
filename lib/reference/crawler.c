#include "reference/crawler.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/hash.h"
#include "base/mem.h"
#include "reference/list.h"
#include "reference/sieve.h"
#include "io/text_file.h"

/* What is longer is no user agent. */
#define LENGTH_MAX 2048

struct crawlers {
	struct crawler *list;
	size_t count;
	size_t cap;
	struct sieve *sieve;
	char edition[8];
	struct arena texts;
};

struct crawler_scratch {
	struct sieve_scan *scan;
};

void crawlers_free(struct crawlers *c)
{
	if (!c)
		return;
	mem_free(c->list);
	sieve_free(c->sieve);
	arena_release(&c->texts);
	mem_free(c);
}

/* TEXT as a regular expression, which is what the sieve takes. */
static void add_to_sieve(struct sieve *s, struct span text)
{
	struct buf pattern = BUF_INIT;

	for (size_t i = 0; i < text.len; i++) {
		if (strchr(".^$*+?()[]{}|\\", text.ptr[i]))
			buf_char(&pattern, '\\');
		buf_char(&pattern, text.ptr[i]);
	}
	sieve_add(s, buf_view(&pattern));
	buf_release(&pattern);
}

static int take_line(void *context, struct span category, struct span text,
		     struct error *err)
{
	struct crawlers *c = context;

	(void)err;
	c->list = mem_room(c->list, c->count, &c->cap, sizeof *c->list);
	c->list[c->count++] = (struct crawler){arena_copy(&c->texts, category),
					       arena_copy(&c->texts, text)};
	add_to_sieve(c->sieve, text);
	return 0;
}

/* The user's lines, then ours, all of them in the edition. */
static int read_lists(struct crawlers *c, const char *path, struct error *err)
{
	struct span own = list_builtin("crawlers.txt");
	unsigned char digest[32];
	struct buf text = BUF_INIT;
	int bad = 0;

	if (path)
		bad = text_file_load(path, &text, err) ||
		      list_read(buf_view(&text), path, take_line, c, err);
	bad = bad || list_read(own, "crawlers.txt", take_line, c, err);
	buf_span(&text, own);
	hash_sha256(buf_view(&text), digest);
	hash_hex(digest, sizeof c->edition / 2, c->edition);
	buf_release(&text);
	return bad;
}

struct crawlers *crawlers_load(const char *path, struct error *err)
{
	struct crawlers *c = mem_zero(1, sizeof *c);

	c->sieve = sieve_new();
	if (read_lists(c, path, err)) {
		if (err && err->kind == ERROR_FAILED)
			err->kind = ERROR_USAGE;
		crawlers_free(c);
		return NULL;
	}
	sieve_build(c->sieve);
	return c;
}

struct span crawlers_edition(const struct crawlers *c)
{
	return (struct span){c->edition, sizeof c->edition};
}

struct crawler_scratch *crawler_scratch_new(const struct crawlers *c)
{
	struct crawler_scratch *s = mem_zero(1, sizeof *s);

	s->scan = sieve_scan_new(c->sieve);
	return s;
}

void crawler_scratch_free(struct crawler_scratch *s)
{
	if (!s)
		return;
	sieve_scan_free(s->scan);
	mem_free(s);
}

static bool is_letter(char c)
{
	c = span_lower(c);
	return c >= 'a' && c <= 'z';
}

static bool is_word(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

static bool stands_at(struct span text, size_t at, struct span word)
{
	size_t end = at + word.len;

	if (at && is_word(text.ptr[at - 1]) && is_word(word.ptr[0]))
		return false;
	if (end < text.len && is_letter(text.ptr[end]) && is_letter(word.ptr[word.len - 1]))
		return false;
	return span_equal_nocase(span_sub(text, at, word.len), word);
}

static bool fits_pattern(struct span text, struct span word)
{
	for (size_t at = 0; at + word.len <= text.len; at++)
		if (stands_at(text, at, word))
			return true;
	return false;
}

const struct crawler *crawler_find(const struct crawlers *c, struct crawler_scratch *s,
				   struct span agent)
{
	agent = span_sub(agent, 0, LENGTH_MAX);
	sieve_run(c->sieve, s->scan, agent);
	for (size_t i = sieve_next(s->scan, 0, c->count); i < c->count;
	     i = sieve_next(s->scan, i + 1, c->count))
		if (fits_pattern(agent, c->list[i].name))
			return &c->list[i];
	return NULL;
}

/* The first letters of the words below. */
static inline bool begins_one(char c)
{
	c = span_lower(c);
	return c == 'b' || c == 'c' || c == 'f' || c == 'h' || c == 's';
}

bool crawler_by_words(struct span agent)
{
	static const struct span words[] = {
		SPAN("bot"), SPAN("crawl"), SPAN("spider"), SPAN("slurp"), SPAN("scrape"),
		SPAN("feed"), SPAN("http://"), SPAN("https://"),
	};

	agent = span_sub(agent, 0, LENGTH_MAX);
	for (size_t at = 0; at < agent.len; at++) {
		struct span rest = {agent.ptr + at, agent.len - at};

		if (!begins_one(*rest.ptr))
			continue;
		if (span_equal_nocase(span_sub(rest, 0, 5), SPAN("cubot"))) {
			at += 4;
			continue;
		}
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (span_equal_nocase(span_sub(rest, 0, words[i].len), words[i]))
				return true;
	}
	return false;
}
