/* cdp-forget - one person, out of every file.  Manual: cdp-forget(1). */
#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "activate/erase/certificate.h"
#include "activate/erase/export.h"
#include "activate/erase/widen.h"
#include "base/mem.h"
#include "cmd/forget_request.h"
#include "cmd/key_file.h"
#include "cmd/tool.h"

static struct forget_request request;
static const char *key_path, *certificate_path, *suppress_path, *backup, *export_folder;
static bool dry_run, redact, texts;

static const struct opt opts[] = {
	{OPT_GROUP, 0, NULL, NULL, "Who", NULL, NULL, false},
	{OPT_LIST, 'r', "request", "TYPE=VALUE", "an identifier of the person, or a customer id; may be repeated",
	 &request.given, NULL, false},
	{OPT_INPUT, 0, "requests", "FILE", "the same, a line each; '#' begins a comment", &request.list, NULL, false},
	{OPT_INPUT, 0, "through", "PROFILES", "widen it to all that the person's profile, or the ledger of cdp-merge, has",
	 &request.through, NULL, false},
	{OPT_FLAG, 0, "with-shared", NULL, "also by identifiers that profiles of others hold, too", &request.shared, NULL, false},
	{OPT_GROUP, 0, NULL, NULL, "What is done", NULL, NULL, false},
	{OPT_FLAG, 'n', "dry-run", NULL, "search only: no file is changed", &dry_run, NULL, false},
	{OPT_FLAG, 0, "redact", NULL, "blank what is personal and keep the rows, for totals", &redact, NULL, false},
	{OPT_FLAG, 0, "texts", NULL, "blank whole texts of anybody's records that have an identifier in their middle", &texts, NULL, false},
	{OPT_STRING, 0, "backup", "DIR", "keep each original in DIR", &backup, NULL, false},
	{OPT_STRING, 0, "export", "DIR", "change nothing: write all that is known of the person to DIR, as HTML, JSON and CSV",
	 &export_folder, NULL, false},
	{OPT_GROUP, 0, NULL, NULL, "Proof", NULL, NULL, false},
	{OPT_INPUT, 0, "suppress-key", "FILE", "the key of HMACs, for the next two", &key_path, NULL, false},
	{OPT_OUTPUT, 0, "certificate", "FILE", "what was searched, taken out and left, as JSON without personal data",
	 &certificate_path, NULL, false},
	{OPT_UPDATE, 0, "suppress", "FILE", "add the identifiers to this list, for cdp-ingest and cdp-merge",
	 &suppress_path, NULL, false},
	{.kind = OPT_END},
};

/* Files are searched one after the other, by one thread, and no row of theirs is rejected. */
static const char *const without[] = {"jobs", "rejects", "max-rejects", "progress", NULL};

struct run {
	struct tool *tool;
	struct subject subject;
	struct erase_file *files;
	size_t file_count;
	struct suppressor *suppressor;	/* NULL: no key */
	uint64_t left, failed, changed, theirs, mentioned;
	struct export export;	/* of --export */
};

/* ---- what is written first ---- */

static void open_key(struct run *r)
{
	char bytes[KEY_FILE_MAX + 1];

	if ((certificate_path || suppress_path) && !key_path)
		tool_usage(r->tool, "--%s needs --suppress-key: what it holds are HMACs",
			   certificate_path ? "certificate" : "suppress");
	if (key_path)
		r->suppressor = suppressor_new(key_file_read(r->tool, "suppress-key", key_path, bytes));
}

/* The list as it is, and what it lacks; in its place before any file is changed. */
static void write_suppression(struct run *r)
{
	struct suppression known = SUPPRESSION_INIT;
	struct buf list = BUF_INIT;
	struct output *out;
	struct stat st;
	size_t count;

	if (!suppress_path || dry_run)
		return;
	if (!stat(suppress_path, &st) && !S_ISREG(st.st_mode))
		tool_usage(r->tool, "--suppress: %s is no regular file", suppress_path);
	if (access(suppress_path, F_OK)) {
		suppressor_put_header(r->suppressor, &list);
	} else if (suppression_load(&known, suppress_path, r->suppressor, &r->tool->err) ||
		   input_whole(suppress_path, SIZE_MAX, &list, &r->tool->err)) {
		tool_fail(r->tool);
	}
	if (list.len && list.ptr[list.len - 1] != '\n')
		buf_char(&list, '\n');
	count = certificate_put_entries(&r->subject, &known, r->suppressor, &list);
	out = output_open(suppress_path, OUTPUT_PLAIN, &r->tool->err);
	if (!out || output_write(out, buf_view(&list), &r->tool->err) || output_finish(out, &r->tool->err))
		tool_fail(r->tool);
	tool_say(r->tool, "%zu identifier%s added to %s", count, count == 1 ? "" : "s", suppress_path);
	suppression_release(&known);
	buf_release(&list);
}

/* ---- the files ---- */

/* A name for the file that does not depend on how it was named. */
static void put_file_number(const struct stat *st, struct buf *out)
{
	buf_clear(out);
	buf_printf(out, "%ju:%ju", (uintmax_t)st->st_dev, (uintmax_t)st->st_ino);
}

/* Before anything is changed: can all be replaced?  One that is named twice is searched once. */
static void check_operands(struct tool *t)
{
	struct map seen = MAP_INIT;
	struct buf number = BUF_INIT;
	size_t count = 0;

	for (size_t i = 0; i < t->operand_count; i++) {
		char *path = t->operands[i];
		struct stat st;
		bool added;

		if (!strcmp(path, "-"))
			tool_usage(t, "standard input cannot be replaced: name files");
		if (stat(path, &st)) {
			error_errno(&t->err, "cannot open");
			error_place(&t->err, path, 0, 0);
			tool_fail(t);
		}
		if (!S_ISREG(st.st_mode))
			tool_usage(t, "%s is %s: name files", path, S_ISDIR(st.st_mode) ? "a directory" : "no regular file");
		put_file_number(&st, &number);
		map_put(&seen, buf_view(&number), &added);
		if (added)
			t->operands[count++] = path;
	}
	t->operand_count = count;
	map_release(&seen);
	buf_release(&number);
}

/* Before the list is written. */
static void check_export(struct tool *t)
{
	if (export_folder && (redact || texts || backup || suppress_path || certificate_path))
		tool_usage(t, "--export changes nothing: leave out --%s", redact ? "redact" : texts ? "texts" :
			   backup ? "backup" : suppress_path ? "suppress" : "certificate");
}

static void check_backup(struct tool *t)
{
	struct stat st;

	if (backup && (stat(backup, &st) || !S_ISDIR(st.st_mode)))
		tool_usage(t, "--backup: there is no folder %s", backup);
}

/* The profiles that say who it is go last: a run that is killed can be run again until then. */
static void order_files(struct run *r)
{
	struct tool *t = r->tool;
	struct stat through, st;
	size_t first = 0, last = t->operand_count;

	r->files = mem_zero(t->operand_count, sizeof *r->files);
	r->file_count = t->operand_count;
	for (size_t i = 0; i < t->operand_count; i++) {
		bool is_through = request.through && !stat(request.through, &through) && !stat(t->operands[i], &st) &&
				  st.st_dev == through.st_dev && st.st_ino == through.st_ino;

		r->files[is_through ? --last : first++].path = t->operands[i];
	}
	if (request.through && last == t->operand_count)
		tool_say(t, "%s is not among the files: it still has the person", request.through);
}

static const char *row_name(const struct erase_file *f, uint64_t count)
{
	static const char *const names[KINDS][2] = {
		[KIND_RECORDS] = {"record", "records"}, [KIND_DOCUMENT] = {"record", "records"},
		[KIND_TABLE] = {"row", "rows"}, [KIND_LINES] = {"line", "lines"},
		[KIND_CLOSED] = {"place", "places"},
	};

	return names[f->kind][count != 1];
}

/* "3 rows taken out", behind what was said before. */
static void put_count(const struct erase_file *f, uint64_t count, const char *what, struct buf *out)
{
	if (!count)
		return;
	buf_text_put(out, out->len ? ", " : "");
	buf_printf(out, "%" PRIu64 " %s %s", count, row_name(f, count), what);
}

static void report_file(struct run *r, const struct erase_file *f)
{
	bool blanked = redact && f->kind != KIND_LINES;
	struct buf text = BUF_INIT, line = BUF_INIT;

	put_count(f, f->found.theirs, export_folder ? "of theirs" : dry_run ? "to go" : blanked ? "blanked" : "taken out", &text);
	put_count(f, f->found.mentioned, export_folder ? "of others that mention them" : dry_run ? "of others to lose a value" : "of others without a value that was theirs",
		  &text);
	put_count(f, f->after.left, f->kind == KIND_CLOSED ? "left: a file of this kind is only searched" :
		  "left with one in the middle of a text", &text);
	buf_printf(&line, "%s: %s", f->path, text.len ? buf_text(&text) : "nothing");
	if (f->after.left)
		buf_printf(&line, " (line %" PRIu64 ")", f->after.first_left);
	buf_char(&line, '\n');
	tool_write(r->tool, buf_view(&line));
	if (f->after.near)
		tool_warn(r->tool, "%s:%" PRIu64 ": %" PRIu64 " %s with what may be the person's phone number, without calling "
			  "code: ask for it by --request if it is", f->path, f->after.first_near, f->after.near,
			  row_name(f, f->after.near));
	buf_release(&text);
	buf_release(&line);
}

/* ---- what is known ---- */

static struct output *open_export(struct tool *t, const char *name)
{
	struct buf path = BUF_INIT;
	struct output *out;

	buf_printf(&path, "%s/%s", export_folder, name);
	out = tool_output(t, buf_text(&path), OUTPUT_PLAIN, OUTPUT_ASIDE);
	buf_release(&path);
	return out;
}

static void start_export(struct run *r, const struct record_check *j)
{
	struct tool *t = r->tool;

	if (!export_folder)
		return;
	if (mkdir(export_folder, 0700) && errno != EEXIST) {
		error_errno(&t->err, "cannot make '%s'", export_folder);
		tool_fail(t);
	}
	dry_run = true;
	r->export = (struct export){
		.html = open_export(t, "known.html"), .json = open_export(t, "known.json"), .csv = open_export(t, "known.csv"),
		.check = j,
	};
	if (export_start(&r->export, &r->subject, &t->err))
		tool_fail(t);
}

static int export_taken(void *context, uint64_t line, struct span record, struct error *err)
{
	struct run *r = context;

	return export_record(&r->export, line, record, err);
}

static void search_file(struct run *r, struct erase_file *f, struct record_check *j)
{
	r->export.file = f->path;
	r->export.kind = &f->kind;
	erase_find(f, j, r->tool->memory, export_folder ? export_taken : NULL, r);
}

static void forget_file(struct run *r, struct erase_file *f, struct record_check *j)
{
	struct tool *t = r->tool;

	search_file(r, f, j);
	if (!dry_run && erase_is_needed(f))
		erase_replace(f, j, t->memory, backup);
	if (f->state == ERASE_FAILED) {
		t->err = f->why;
		tool_lose_file(t);
		r->failed++;
		r->left += erase_left(f);
		return;
	}
	report_file(r, f);
	if (subject_search(&r->subject, MATTER_LINES, span_of(f->path), NULL) == FOUND)
		tool_warn(t, "%s: the name of the file has an identifier, too: rename it", f->path);
	r->changed += f->state == ERASE_REPLACED;
	r->theirs += f->found.theirs;
	r->mentioned += f->found.mentioned;
	r->left += erase_left(f);
}

static void forget_files(struct run *r)
{
	struct record_check check = {.subject = &r->subject, .redact = redact, .texts = texts};

	start_export(r, &check);
	for (size_t i = 0; i < r->file_count; i++)
		forget_file(r, &r->files[i], &check);
	if (export_folder && export_end(&r->export, &r->tool->err))
		tool_fail(r->tool);
	export_release(&r->export);
	record_check_release(&check);
}

/* ---- the end ---- */

static void write_certificate(struct run *r)
{
	struct certificate c = {
		.subject = &r->subject, .files = r->files, .file_count = r->file_count, .dry_run = dry_run,
		.redacted = redact,
	};
	struct output *out = tool_output(r->tool, certificate_path, OUTPUT_PLAIN, OUTPUT_ASIDE);
	char time[MOMENT_TEXT];
	struct buf text = BUF_INIT;

	if (!out)
		return;
	if (r->tool->as_of != MOMENT_NONE) {
		moment_format(r->tool->as_of, time);
		c.time = (struct span){time, MOMENT_TEXT};
	}
	certificate_put(&c, r->suppressor, &text);
	if (output_write(out, buf_view(&text), &r->tool->err))
		tool_fail(r->tool);
	buf_release(&text);
}

static void put_balance(const struct run *r, struct buf *out)
{
	const char *records = r->theirs == 1 ? "record" : "records";

	buf_printf(out, "%zu file%s searched", r->file_count, r->file_count == 1 ? "" : "s");
	if (export_folder)
		buf_printf(out, ": %" PRIu64 " %s of theirs written to %s, %" PRIu64 " of others that mention them", r->theirs,
			   records, export_folder, r->mentioned);
	else
		buf_printf(out, ", %" PRIu64 " replaced: %" PRIu64 " %s of theirs %s, %" PRIu64 " of others; %" PRIu64 " left",
			   r->changed, r->theirs, records, dry_run ? "found" : "forgotten", r->mentioned, r->left);
}

static int finish(struct run *r)
{
	struct buf balance = BUF_INIT;
	int status;

	tool_stat(r->tool, "files", r->file_count);
	tool_stat(r->tool, "replaced", r->changed);
	tool_stat(r->tool, "theirs", r->theirs);
	tool_stat(r->tool, "mentioned", r->mentioned);
	tool_stat(r->tool, "left", r->left);
	tool_stat(r->tool, "failed", r->failed);
	put_balance(r, &balance);
	r->tool->answers_1 = r->left && !export_folder;
	status = tool_finish(r->tool, "%s", buf_text(&balance));
	buf_release(&balance);
	subject_release(&r->subject);
	suppressor_free(r->suppressor);
	mem_free(r->files);
	return status;
}

int main(int argc, char **argv)
{
	struct tool tool = {
		.name = "cdp-forget",
		.synopsis = "--request TYPE=VALUE [OPTION]... FILE...",
		.summary = "Take one person out of every file, and show that nothing is left.",
		.opts = opts,
		.without = without,
		.examples = {
			{"What is known of her, and where?  No file is changed",
			 "cdp-forget --request email=rosa.unger@example.com --through customers --dry-run *.events customers"},
			{"Forget her, and see that nothing is left",
			 "cdp-forget --request email=rosa.unger@example.com --through customers *.events customers"},
			{NULL, NULL},
		},
		.output_kind = OUTPUT_PLAIN,
		.no_stdin = true,
		.expects = "files",
		.defer_output = true,
	};
	struct run run = {.tool = &tool, .left = 0};

	tool_start(&tool, argc, argv);
	if (!tool.operand_count)
		tool_usage(&tool, "no file to search: name all that may know the person");
	tool_check_operands(&tool);
	check_operands(&tool);
	check_backup(&tool);
	check_export(&tool);
	tool_open_output(&tool);
	open_key(&run);
	forget_request_read(&tool, &request, &run.subject);
	order_files(&run);
	write_suppression(&run);
	forget_files(&run);
	write_certificate(&run);
	return finish(&run);
}
