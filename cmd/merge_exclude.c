#include "cmd/merge_exclude.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/key_file.h"
#include "io/input.h"

static int put(void *context, struct span bytes, struct error *err)
{
	return output_write(context, bytes, err);
}

/* The lists of who is to stay forgotten. */
static void load_suppression(struct tool *t, const struct exclude_given *g, struct merge *m)
{
	static char key[KEY_FILE_MAX + 1];
	struct span secret;

	if (!g->suppress && !g->tombstones) {
		if (g->key_file)
			tool_usage(t, "--suppress-key is the key of --suppress and --tombstones: neither is given");
		return;
	}
	if (!g->key_file)
		tool_usage(t, "%s needs --suppress-key FILE: %s", g->suppress ? "--suppress" : "--tombstones",
			   g->suppress ? "the key with which the list was made"
				       : "a key, such as (umask 077; openssl rand -hex 32 > suppress.key) makes");
	secret = key_file_read(t, "suppress-key", g->key_file, key);
	if (merge_suppress(m, g->suppress, secret, &t->err) ||
	    (g->tombstones && !access(g->tombstones, F_OK) && merge_suppress(m, g->tombstones, secret, &t->err)))
		tool_fail(t);
	if (g->tombstones)
		merge_remember(m);
}

void exclude_given_load(struct tool *t, struct exclude_given *g, struct merge *m)
{
	struct merge_sink sink = {NULL, NULL};

	if (g->path && !g->list)
		tool_usage(t, "--excluded takes the customers of a list: give it by --exclude");
	load_suppression(t, g, m);
	if (!g->list)
		return;
	if (g->path)
		sink = (struct merge_sink){put, tool_output(t, g->path, OUTPUT_RECORDS, OUTPUT_ASIDE)};
	if (merge_exclude(m, g->list, &sink, &t->err))
		tool_fail(t);
}

static void report_missing(struct tool *t, const struct merge *m, uint64_t missing)
{
	struct buf text = BUF_INIT;

	merge_tell_not_excluded(m, &text);
	tool_say(t, "%" PRIu64 " listed identifier%s held by nobody%s%s", missing, missing == 1 ? " is" : "s are",
		 missing == 1 ? ": " : ", such as ", buf_text(&text));
	buf_release(&text);
}

/* So many lines that the list lacks are named. */
#define LACKING_SHOWN 5

/* Of so many conditions it is told whom they take. */
#define CONDITIONS_SHOWN 10

static void report_condition(struct tool *t, const struct exclude_condition *c, bool shown)
{
	struct buf text = BUF_INIT;

	error_clean(span_of(c->file), &text);
	buf_printf(&text, ":%" PRIu64 ": where ", c->line);
	error_clean(c->text, &text);
	if (c->failed)
		tool_warn(t, "%s cannot be computed for %" PRIu64 " customer%s, who stay%s", buf_text(&text), c->failed,
			  c->failed == 1 ? "" : "s", c->failed == 1 ? "s" : "");
	if (shown && c->count)
		tool_say(t, "%s takes %" PRIu64 " customer%s", buf_text(&text), c->count, c->count == 1 ? "" : "s");
	else if (shown)
		tool_say(t, "%s takes nobody", buf_text(&text));
	buf_release(&text);
}

/* How many leave by each condition, and what it asks for in vain. */
static void report_conditions(struct tool *t, const struct merge *m)
{
	const struct exclude_where *w = merge_conditions(m);
	struct span warnings = buf_view(&w->warnings);

	for (size_t i = 0; i < w->count; i++)
		report_condition(t, &w->list[i], i < CONDITIONS_SHOWN);
	if (w->count > CONDITIONS_SHOWN)
		tool_say(t, "and %zu more condition%s: --stats, exclude_where", w->count - CONDITIONS_SHOWN,
			 w->count == CONDITIONS_SHOWN + 1 ? "" : "s");
	tool_say_lines(t, buf_view(&w->uses));
	while (warnings.len) {
		struct span line = span_cut(&warnings, '\n');

		tool_warn(t, "--exclude: %.*s", SPAN_ARG(line));
	}
}

static void report_lacking(struct tool *t, const struct exclude_given *g, const struct merge *m, uint64_t lacking)
{
	struct buf text = BUF_INIT;

	merge_tell_lacking(m, LACKING_SHOWN, &text);
	tool_say(t, "%s lacks %" PRIu64 " identifier%s of those who leave: %s%s; append %s, or an export "
		 "that knows them by nothing else brings them back", g->list, lacking, lacking == 1 ? "" : "s",
		 buf_text(&text), lacking > LACKING_SHOWN ? " and more (--stats, exclude_lacks)" : "",
		 lacking == 1 ? "the line" : "the lines");
	buf_release(&text);
}

/* So many lines of the ledger are named. */
#define LEDGER_SHOWN 10

static void report_ledger(struct tool *t, const struct merge *m)
{
	uint32_t *lines;
	size_t count = merge_leavers_lines(m, &lines);
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < count && i < LEDGER_SHOWN; i++)
		buf_printf(&text, "%s%" PRIu32, !i ? "" : i + 1 == count ? " and " : ", ", lines[i]);
	if (count > LEDGER_SHOWN)
		buf_lit(&text, " and more (--stats, exclude_ledger_lines)");
	if (count)
		tool_warn(t, "the ledger still names customers who leave: to forget them, delete line%s %s",
			  count == 1 ? "" : "s", buf_text(&text));
	mem_free(lines);
	buf_release(&text);
}

void exclude_given_report(struct tool *t, const struct exclude_given *g, const struct merge *m)
{
	const struct merge_report *r = merge_report(m);

	report_conditions(t, m);
	if (g->list && r->excluded_missing)
		report_missing(t, m, r->excluded_missing);
	if (g->list && r->excluded_lacking && !g->tombstones)
		report_lacking(t, g, m, r->excluded_lacking);
	if (r->returned)
		tool_say(t, "%" PRIu64 " customer%s came back under another number or name and leave%s again",
			 r->returned, r->returned == 1 ? "" : "s", r->returned == 1 ? "s" : "");
	report_ledger(t, m);
}

/* The list as it is, or its first line. */
static void copy_list(struct tool *t, const char *path, const struct merge *m, struct output *out)
{
	struct block block = BLOCK_INIT;
	struct input *in = access(path, F_OK) ? NULL : input_open(path, &t->err);
	struct buf header = BUF_INIT;
	int got = 0;

	if (!in) {
		merge_put_suppression_header(m, &header);
		if (output_write(out, buf_view(&header), &t->err))
			tool_fail(t);
		buf_release(&header);
		return;
	}
	while ((got = input_block(in, &block, &t->err)) > 0) {
		struct span text = {block.ptr, block.len};

		if (output_write(out, text, &t->err) ||
		    (!span_ends(text, SPAN("\n")) && output_write(out, SPAN("\n"), &t->err)))
			tool_fail(t);
	}
	block_release(&block);
	input_close(in);
	if (got < 0)
		tool_fail(t);
}

void exclude_given_save(struct tool *t, const struct exclude_given *g, const struct merge *m)
{
	uint64_t count;
	struct span lines = merge_tombstones(m, &count);
	struct output *out;

	if (!g->tombstones || (!count && !access(g->tombstones, F_OK)))
		return;
	out = tool_output(t, g->tombstones, OUTPUT_PLAIN, OUTPUT_STATE);
	copy_list(t, g->tombstones, m, out);
	if (output_write(out, lines, &t->err))
		tool_fail(t);
	if (count)
		tool_say_placed(t, "%" PRIu64 " tombstone%s of %" PRIu64 " customer%s who leave%s written to '%s'", count,
				count == 1 ? "" : "s", merge_report(m)->profiles_excluded,
				merge_report(m)->profiles_excluded == 1 ? "" : "s",
				merge_report(m)->profiles_excluded == 1 ? "s" : "", g->tombstones);
}

static void stat_ledger(struct tool *t, const struct merge *m)
{
	uint32_t *lines;
	size_t count = merge_leavers_lines(m, &lines);
	struct buf text = BUF_INIT;

	buf_char(&text, '[');
	for (size_t i = 0; i < count; i++)
		buf_printf(&text, "%s%" PRIu32, i ? "," : "", lines[i]);
	buf_char(&text, ']');
	if (count)
		tool_stat_value(t, "exclude_ledger_lines", buf_view(&text));
	mem_free(lines);
	buf_release(&text);
}

void exclude_given_stats(struct tool *t, const struct exclude_given *g, const struct merge *m)
{
	const struct merge_report *r = merge_report(m);
	struct buf text = BUF_INIT;

	if (g->suppress || g->tombstones) {
		tool_stat(t, "suppressed", r->suppressed);
		tool_stat(t, "exclude_returned", r->returned);
		monies_put_json(r->suppressed_money, &text);
		tool_stat_value(t, "revenue_suppressed", buf_view(&text));
		buf_release(&text);
	}
	if (!g->list && !r->returned)
		return;
	stat_ledger(t, m);
	tool_stat(t, "excluded", r->excluded);
	tool_stat(t, "profiles_excluded", r->profiles_excluded);
	tool_stat(t, "exclude_not_in_data", r->excluded_missing);
	tool_stat(t, "exclude_apart", r->excluded_apart);
	merge_put_lacking(m, &text);
	tool_stat_value(t, "exclude_lacks", buf_view(&text));
	buf_clear(&text);
	exclude_where_put(merge_conditions(m), &text);
	if (merge_conditions(m)->count)
		tool_stat_value(t, "exclude_where", buf_view(&text));
	buf_clear(&text);
	monies_put_json(&r->sums.excluded, &text);
	tool_stat_value(t, "revenue_excluded", buf_view(&text));
	buf_release(&text);
}

void exclude_given_put(const struct exclude_given *g, const struct merge *m, struct buf *out)
{
	const struct merge_report *r = merge_report(m);

	if (g->list || r->returned)
		buf_printf(out, " + %" PRIu64 " excluded in %" PRIu64 " profile%s", r->excluded,
			   r->profiles_excluded, r->profiles_excluded == 1 ? "" : "s");
	if (g->suppress || g->tombstones)
		buf_printf(out, " + %" PRIu64 " suppressed", r->suppressed);
}
