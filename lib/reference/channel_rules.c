#include "reference/channel_rules.h"

#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/hash.h"
#include "base/mem.h"
#include "expr/assignments.h"
#include "expr/expr.h"
#include "io/text_file.h"
#include "time/moment.h"

struct rule {
	struct span name;
	struct expr *condition;
};

struct channel_rules {
	struct rule *list;
	size_t count;
	size_t cap;
	const char *file;
	struct zone *zone;	/* expressions want one */
	char edition[8];
	struct arena texts;
};

enum slot { SLOT_SOURCE, SLOT_MEDIUM, SLOT_CAMPAIGN, SLOT_TERM, SLOT_CONTENT, SLOT_BY,
	    SLOT_CHANNEL, SLOT_REFERRER_HOST, SLOT_PATH, SLOTS };

static const char *const names[SLOTS + 1] = {
	"source", "medium", "campaign", "term", "content", "by", "channel", "referrer_host",
	"path", NULL,
};

static int find_view_name(void *context, struct span name, bool quoted, enum datum_type *type)
{
	(void)context;
	(void)quoted;
	*type = TYPE_TEXT;
	for (int i = 0; i < SLOTS; i++)
		if (span_equal(name, span_of(names[i])))
			return i;
	return -1;
}

static const char *const *all_names(void *context)
{
	(void)context;
	return names;
}

static struct span slot_text(const struct channel_view *v, int slot)
{
	switch ((enum slot)slot) {
	case SLOT_SOURCE:
		return v->origin->source;
	case SLOT_MEDIUM:
		return v->origin->medium;
	case SLOT_CAMPAIGN:
		return v->origin->campaign;
	case SLOT_TERM:
		return v->origin->term;
	case SLOT_CONTENT:
		return v->origin->content;
	case SLOT_BY:
		return origin_names[v->origin->by];
	case SLOT_CHANNEL:
		return v->channel;
	case SLOT_REFERRER_HOST:
		return v->referrer_host;
	case SLOT_PATH:
		return v->path;
	case SLOTS:
		break;
	}
	return SPAN_NONE;
}

static int fetch_view_value(struct expr_run *run, int slot, struct datum *out, struct error *err)
{
	struct span text = slot_text(run->row, slot);

	(void)err;
	*out = DATUM_UNKNOWN;
	if (span_absent(text))
		return 0;
	out->type = TYPE_TEXT;
	out->text = text;
	return 0;
}

static const struct expr_scope scope = {
	.find = find_view_name,
	.names = all_names,
	.fetch = fetch_view_value,
	.hint = "a condition knows source, medium, campaign, term, content, by, channel, referrer_host, path",
	.lenient = true,
};

static int refuse_line(const struct channel_rules *r, const struct assignment *a,
		       struct error *err)
{
	error_place(err, r->file, a->line, a->name_column);
	return -1;
}

static int take_rule(void *context, const struct assignment *a, struct error *err)
{
	struct channel_rules *r = context;
	char quoted[ERROR_QUOTE_MAX];
	struct expr *condition;

	if (a->set) {
		error_usage(err, "a file of channels has no settings, such as %s",
			    error_quote(a->name, quoted));
		return refuse_line(r, a, err);
	}
	condition = expr_compile(a->text, r->file, a->line, a->column, &scope, TYPE_TRUTH, err);
	if (!condition)
		return -1;
	r->list = mem_room(r->list, r->count, &r->cap, sizeof *r->list);
	r->list[r->count++] = (struct rule){arena_copy(&r->texts, a->name), condition};
	return 0;
}

struct channel_rules *channel_rules_load(const char *path, struct error *err)
{
	struct channel_rules *r = mem_zero(1, sizeof *r);
	struct buf text = BUF_INIT;
	unsigned char digest[32];
	int bad;

	r->file = path;
	r->zone = zone_load("UTC", err);
	bad = !r->zone || text_file_load(path, &text, err) ||
	      assignments_parse(buf_view(&text), path, take_rule, r, err);
	hash_sha256(buf_view(&text), digest);
	hash_hex(digest, sizeof r->edition / 2, r->edition);
	buf_release(&text);
	if (!bad)
		return r;
	if (err && err->kind == ERROR_FAILED)
		err->kind = ERROR_USAGE;
	channel_rules_free(r);
	return NULL;
}

void channel_rules_free(struct channel_rules *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		expr_free(r->list[i].condition);
	mem_free(r->list);
	if (r->zone)
		zone_free(r->zone);
	arena_release(&r->texts);
	mem_free(r);
}

struct span channel_rules_edition(const struct channel_rules *r)
{
	return (struct span){r->edition, sizeof r->edition};
}

struct span channel_rules_find(const struct channel_rules *r, const struct channel_view *view,
			       struct arena *scratch)
{
	struct expr_run run = {
		.row = view, .scratch = scratch, .as_of = MOMENT_NONE, .zone = r->zone,
	};
	struct error ignored;

	for (size_t i = 0; i < r->count; i++)
		if (expr_test(r->list[i].condition, &run, &ignored) == 1)
			return r->list[i].name;
	return SPAN_NONE;
}
