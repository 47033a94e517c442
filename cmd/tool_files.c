/*
 * Files that options and operands name: where two of them are one, one would be
 * lost.  Two outputs are one file by the same device and inode, hard links
 * included, or by the same resolved path where nothing is there yet.  An output
 * and an input are only by that path: a rename leaves other names of the old file
 * as they were.  But a regular file that is written directly (standard output or
 * error sent there by the shell, or /dev/fd/3) is one with an input by device and
 * inode: the tool would read what it writes until the disk is full.  Devices and
 * pipes take everything, in any order.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/tool_state.h"

struct tool_file {
	const char *option;
	const char *path;	/* as it was given; NULL: stdout, unasked */
	enum opt_kind kind;
	char *target;		/* resolved; owned; NULL: not a whole file */
	bool there;		/* a regular file, by the next two */
	dev_t device;
	ino_t inode;
};

static bool is_standard(const struct tool_file *f)
{
	return !f->path || !strcmp(f->path, "-");
}

static bool is_stdout(const struct tool_file *f)
{
	return f->kind != OPT_INPUT && is_standard(f);
}

/* TARGET with its directory resolved; takes it. */
static char *real_path(char *target)
{
	struct buf path = BUF_INIT;
	char *slash = strrchr(target, '/');
	char *folder;

	if (slash)
		*slash = '\0';
	folder = realpath(!slash ? "." : *target ? target : "/", NULL);
	if (!folder && errno == ENOMEM)
		mem_fail(PATH_MAX);
	if (folder)
		buf_printf(&path, "%s/%s", folder, slash ? slash + 1 : target);
	free(folder);
	mem_free(target);
	if (!path.len)
		return NULL;
	buf_text(&path);
	return path.ptr;
}

static void look(struct tool_file *f)
{
	struct stat st;
	int standard = f->kind == OPT_INPUT ? STDIN_FILENO : STDOUT_FILENO;
	bool found = is_standard(f) ? !fstat(standard, &st) : !stat(f->path, &st);

	f->target = is_standard(f) ? NULL : output_target(f->path);
	if (f->target)
		f->target = real_path(f->target);
	f->there = found && S_ISREG(st.st_mode);
	if (!f->there)
		return;
	f->device = st.st_dev;
	f->inode = st.st_ino;
}

/* All of it lives as long as the process. */
static void add(struct tool *t, const char *option, const char *path, enum opt_kind kind)
{
	struct tool_state *s = t->state;

	s->files = mem_room(s->files, s->file_count, &s->file_cap, sizeof *s->files);
	s->files[s->file_count] = (struct tool_file){.option = option, .path = path, .kind = kind};
	look(&s->files[s->file_count++]);
}

static void add_rejects(struct tool *t, const struct opt *opt, const char *path)
{
	struct buf why = BUF_INIT;

	add(t, opt->name, path, opt->kind);
	buf_printf(&why, "%s.why", path);
	add(t, opt->name, buf_text(&why), opt->kind);
}

static void add_list(struct tool *t, const struct opt *opt)
{
	const struct opt_list *list = opt->value;

	for (size_t i = 0; i < list->count; i++)
		add(t, opt->name, list->values[i], OPT_INPUT);
}

static void gather(struct tool *t, const struct opt *opt)
{
	const char *path;

	switch (opt->kind) {
	case OPT_LIST:
		if (!strcmp(opt->arg, "FILE"))
			add_list(t, opt);
		return;
	case OPT_INPUT:
	case OPT_OUTPUT:
	case OPT_REPLACE:
	case OPT_UPDATE:
		path = *(const char *const *)opt->value;
		if (path && opt->value == &t->state->rejects_path)
			add_rejects(t, opt, path);
		/* Whoever names no output writes to stdout. */
		else if (path || opt->value == &t->state->output_path)
			add(t, opt->name, path, opt->kind);
		return;
	default:
		return;
	}
}

/* Hours of work would be lost if it showed only then that a folder is missing. */
static void check_folder(struct tool *t, const struct tool_file *f)
{
	struct buf folder = BUF_INIT;
	struct stat st;
	bool bad;

	if (is_standard(f) || f->kind == OPT_INPUT || (f->kind == OPT_UPDATE && f->there))
		return;
	if (f->target)
		buf_put(&folder, f->target, (size_t)(strrchr(f->target, '/') + 1 - f->target));
	bad = f->target ? faccessat(AT_FDCWD, buf_text(&folder), W_OK | X_OK, AT_EACCESS)
			: stat(f->path, &st);
	if (bad) {
		error_errno(&t->err, "cannot create '%s'", f->path);
		tool_fail(t);
	}
	buf_release(&folder);
}

void tool_files_gather(struct tool *t, const struct opt *table)
{
	for (; table && table->kind != OPT_END; table++)
		gather(t, table);
}

static bool same_target(const struct tool_file *a, const struct tool_file *b)
{
	return a->target && b->target && !strcmp(a->target, b->target);
}

static bool same_inode(const struct tool_file *a, const struct tool_file *b)
{
	return a->there && b->there && a->device == b->device && a->inode == b->inode;
}

static bool same_file(const struct tool_file *a, const struct tool_file *b)
{
	return same_target(a, b) || (same_inode(a, b) && (a->target || is_standard(a)) && (b->target || is_standard(b)));
}

/* Is INPUT, which is read, the regular file that OUT is written into directly? */
static bool feeds_itself(const struct tool_file *out, const struct tool_file *input)
{
	return out->kind != OPT_INPUT && !out->target && same_inode(out, input);
}

static noreturn void refuse_feeding(struct tool *t, const struct tool_file *out, const struct tool_file *input)
{
	const char *dashes = is_standard(out) ? "" : "--";
	const char *writer = is_standard(out) ? "standard output" : out->option;
	char quoted[ERROR_QUOTE_MAX];
	const char *name = is_standard(input) ? "standard input" : error_quote(span_of(input->path), quoted);

	if (out->kind == OPT_END)
		writer = "standard error";
	tool_usage(t, "%s%s goes into %s, which is read, so that the tool would read what it writes: name another file",
		   dashes, writer, name);
}

/* Where one of the outputs, messages included, is written into INPUT while it is read. */
static void check_feeding(struct tool *t, const struct tool_file *input)
{
	const struct tool_state *s = t->state;
	struct tool_file messages = {.kind = OPT_END};
	struct stat st;

	for (size_t i = 0; i < s->file_count; i++) {
		if (&s->files[i] != input && feeds_itself(&s->files[i], input))
			refuse_feeding(t, &s->files[i], input);
	}
	messages.there = !fstat(STDERR_FILENO, &st) && S_ISREG(st.st_mode);
	messages.device = st.st_dev;
	messages.inode = st.st_ino;
	if (feeds_itself(&messages, input))
		refuse_feeding(t, &messages, input);
}

/* A and B in words; both are written, or B is only read. */
static void refuse(struct tool *t, const struct tool_file *a, const struct tool_file *b)
{
	char quoted[ERROR_QUOTE_MAX];
	const char *path = error_quote(span_of(a->path ? a->path : "-"), quoted);

	if (is_stdout(a) && is_stdout(b))
		tool_usage(t, "--%s and --%s both write to standard output: name a file for one",
			   a->option, b->option);
	if (is_stdout(a) || is_stdout(b))
		tool_usage(t, "standard output is the file of --%s, %s, too: name another file",
			   is_stdout(a) ? b->option : a->option,
			   is_stdout(a) ? error_quote(span_of(b->path), quoted) : path);
	if (b->kind == OPT_INPUT)
		tool_usage(t, "--%s writes %s, which --%s reads: name another file", a->option, path, b->option);
	tool_usage(t, "--%s and --%s both write %s: name another file for one", a->option, b->option, path);
}

void tool_files_check(struct tool *t)
{
	const struct tool_state *s = t->state;

	for (size_t i = 0; i < s->file_count; i++) {
		check_folder(t, &s->files[i]);
		if (s->files[i].kind == OPT_INPUT || s->files[i].kind == OPT_UPDATE)
			check_feeding(t, &s->files[i]);
		for (size_t j = i + 1; j < s->file_count; j++) {
			const struct tool_file *a = &s->files[i], *b = &s->files[j];
			bool reads = a->kind == OPT_INPUT || b->kind == OPT_INPUT;

			if (a->kind == OPT_INPUT && b->kind == OPT_INPUT)
				continue;
			if (reads ? same_target(a, b) : same_file(a, b) || (is_stdout(a) && is_stdout(b)))
				refuse(t, a->kind == OPT_INPUT ? b : a, a->kind == OPT_INPUT ? a : b);
		}
	}
}

/* Would F take the place of OPERAND, or of what stands on stdin? */
static bool takes_place(const struct tool_file *f, const struct tool_file *operand)
{
	return operand->target ? same_target(f, operand) : f->target && same_inode(f, operand);
}

/* ...and would something be lost by that? */
static bool replaces(const struct tool *t, const struct tool_file *f, const struct tool_file *operand)
{
	return f->kind != OPT_INPUT && !(f->kind == OPT_REPLACE && t->in_place) && takes_place(f, operand);
}

static size_t operand_total(const struct tool *t)
{
	return t->operand_count ? t->operand_count : 1;
}

/* The operand at I, of which a run without any has one, stdin. */
static struct tool_file look_at_operand(const struct tool *t, size_t i)
{
	struct tool_file operand = {.path = t->operand_count ? t->operands[i] : "-", .kind = OPT_INPUT};

	look(&operand);
	return operand;
}

bool tool_files_replaces_operand(const struct tool *t, const char *path)
{
	struct tool_file out = {.path = path, .kind = OPT_OUTPUT};
	bool found = false;

	look(&out);
	for (size_t i = 0; i < operand_total(t) && !found; i++) {
		struct tool_file operand = look_at_operand(t, i);

		found = takes_place(&out, &operand);
		mem_free(operand.target);
	}
	mem_free(out.target);
	return found;
}

static void check_operand(struct tool *t, size_t number)
{
	const struct tool_state *s = t->state;
	struct tool_file operand = look_at_operand(t, number);
	char quoted[ERROR_QUOTE_MAX];

	check_feeding(t, &operand);
	for (size_t i = 0; i < s->file_count; i++) {
		if (replaces(t, &s->files[i], &operand))
			tool_usage(t, "--%s would replace %s, which is read: name another file",
				   s->files[i].option, error_quote(span_of(s->files[i].path), quoted));
	}
	mem_free(operand.target);
}

void tool_files_check_operands(struct tool *t)
{
	for (size_t i = 0; i < operand_total(t); i++)
		check_operand(t, i);
}
