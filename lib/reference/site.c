#include "reference/site.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "reference/domain.h"
#include "reference/list.h"
#include "reference/memo.h"
#include "io/text_file.h"

/* Shorter first parts of hosts are no names: t of t.co. */
#define NAME_MIN 3

static const char *const kinds[SITE_KINDS] = {
	[SITE_OTHER] = "other", [SITE_SEARCH] = "search", [SITE_SOCIAL] = "social",
	[SITE_VIDEO] = "video", [SITE_SHOPPING] = "shopping", [SITE_MAIL] = "mail",
	[SITE_ASSISTANT] = "assistant",
};

struct sites {
	struct map hosts;	/* "example.com", "example.*" -> struct site */
	struct map names;	/* "example" -> the same */
	struct site **list;
	size_t count;
	size_t cap;
	char edition[8];
	struct arena arena;
};

struct site_finder {
	const struct sites *sites;
	struct memo hosts;	/* bits: number of the site; split: length of the domain */
};

void sites_free(struct sites *s)
{
	if (!s)
		return;
	map_release(&s->hosts);
	map_release(&s->names);
	mem_free(s->list);
	arena_release(&s->arena);
	mem_free(s);
}

/* What came first stays. */
static void put_site(struct map *m, struct span key, struct site *site)
{
	bool added;
	size_t at = map_put(m, key, &added);

	if (added)
		m->entries[at].ptr = site;
}

static int kind_of(struct span word, enum site_kind *kind, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	for (int k = SITE_OTHER; k < SITE_KINDS; k++) {
		if (span_equal(word, span_of(kinds[k]))) {
			*kind = (enum site_kind)k;
			return 0;
		}
	}
	return error_usage(err, "unknown kind %s: write search, social, video, shopping, mail, assistant or other",
			   error_quote(word, quoted));
}

/* "HOST" or "HOST NAME", in lower case. */
static struct span lower_of(struct span text, struct arena *a)
{
	char *to = arena_bytes(a, text.len);

	for (size_t i = 0; i < text.len; i++)
		to[i] = text.ptr[i] == '\t' ? ' ' : span_lower(text.ptr[i]);
	return (struct span){to, text.len};
}

/* Does LABEL, the first part of HOST, name it?  Not search of search.yahoo.com. */
static bool is_name(struct span label, struct span host)
{
	return label.len >= NAME_MIN && domain_of(host).len == host.len &&
	       /* Programs for Android: com.example.reader */
	       !span_equal(label, SPAN("com")) && !span_equal(label, SPAN("org"));
}

static int take_line(void *context, struct span word, struct span text, struct error *err)
{
	struct sites *s = context;
	struct span rest = lower_of(text, &s->arena);
	struct span host = span_cut(&rest, ' ');
	struct site *site = arena_zero(&s->arena, sizeof *site);
	struct span label;

	if (kind_of(word, &site->kind, err))
		return -1;
	s->list = mem_room(s->list, s->count, &s->cap, sizeof *s->list);
	s->list[s->count++] = site;
	site->number = (uint32_t)s->count;
	site->name = span_absent(rest) ? SPAN_NONE : span_trim(rest);
	label = span_sub(host, 0, span_find_byte(host, '.'));
	if (label.len < host.len)
		put_site(&s->hosts, host, site);
	if (label.len == host.len || is_name(label, host))
		put_site(&s->names, label, site);
	return 0;
}

static int read_lists(struct sites *s, const char *path, struct error *err)
{
	struct span own = list_builtin("sites.txt");
	unsigned char digest[32];
	struct buf text = BUF_INIT;
	int bad = 0;

	if (path)
		bad = text_file_load(path, &text, err) ||
		      list_read(buf_view(&text), path, take_line, s, err);
	bad = bad || list_read(own, "sites.txt", take_line, s, err);
	buf_span(&text, own);
	hash_sha256(buf_view(&text), digest);
	hash_hex(digest, sizeof s->edition / 2, s->edition);
	buf_release(&text);
	return bad;
}

struct sites *sites_load(const char *path, struct error *err)
{
	struct sites *s = mem_zero(1, sizeof *s);

	if (!read_lists(s, path, err))
		return s;
	if (err && err->kind == ERROR_FAILED)
		err->kind = ERROR_USAGE;
	sites_free(s);
	return NULL;
}

struct span sites_edition(const struct sites *s)
{
	return (struct span){s->edition, sizeof s->edition};
}

static const struct site *find_host(const struct map *m, struct span key)
{
	size_t at = map_find(m, key);

	return at == MAP_NONE ? NULL : m->entries[at].ptr;
}

/* DOMAIN with any suffix. */
static const struct site *find_any(const struct sites *s, struct span domain)
{
	char text[256];
	size_t len = span_find_byte(domain, '.');

	if (len == domain.len || len > sizeof text - 2)
		return NULL;
	memcpy(text, domain.ptr, len);
	memcpy(text + len, ".*", 2);
	return find_host(&s->hosts, (struct span){text, len + 2});
}

static const struct site *search_sites(const struct sites *s, struct span host, struct span domain)
{
	const struct site *found = NULL;

	for (;;) {
		size_t dot = span_find_byte(host, '.');

		found = find_host(&s->hosts, host);
		/* Or one level above: blogspot.de is a public suffix itself. */
		if (!found && host.len <= domain.len)
			found = find_any(s, host);
		if (found || dot == host.len || host.len < domain.len)
			return found;
		host = span_sub(host, dot + 1, host.len);
	}
}

struct site_finder *site_finder_new(const struct sites *s, size_t memory)
{
	struct site_finder *f = mem_zero(1, sizeof *f);

	f->sites = s;
	memo_init(&f->hosts, memory);
	return f;
}

void site_finder_free(struct site_finder *f)
{
	if (!f)
		return;
	memo_release(&f->hosts);
	mem_free(f);
}

struct host_facts site_of_host(struct site_finder *f, struct span host)
{
	const struct memo_value *known = memo_find(&f->hosts, host);
	struct host_facts facts;

	if (known) {
		facts.domain = span_sub(host, host.len - known->split, known->split);
		facts.site = known->bits ? f->sites->list[known->bits - 1] : NULL;
		return facts;
	}
	facts.domain = domain_of(host);
	facts.site = search_sites(f->sites, host, facts.domain);
	memo_put(&f->hosts, host, (struct memo_value){
		.text = SPAN(""), .bits = facts.site ? facts.site->number : 0,
		.split = (uint32_t)facts.domain.len,
	});
	return facts;
}

const struct site *site_of_source(struct site_finder *f, struct span source)
{
	if (span_find_byte(source, '.') == source.len)
		return find_host(&f->sites->names, source);
	return site_of_host(f, source).site;
}
