#include "base/opt.h"

#include <getopt.h>
#include <string.h>

#include "base/mem.h"

/* getopt_long's value for a long option; below it are the letters. */
#define LONG_BASE 256

/* The tables as one list, and in getopt_long's terms. */
struct opts {
	const struct opt **known;
	size_t count;
	size_t cap;
	struct option *longs;
	struct buf letters;
};

static void opts_add(struct opts *o, const struct opt *table)
{
	for (; table && table->kind != OPT_END; table++) {
		if (table->kind == OPT_GROUP)
			continue;
		o->known = mem_room(o->known, o->count, &o->cap,
				    sizeof *o->known);
		o->known[o->count++] = table;
	}
}

static int takes_argument(const struct opt *opt)
{
	if (opt->kind == OPT_FLAG)
		return no_argument;
	return opt->optional ? optional_argument : required_argument;
}

static void opts_init(struct opts *o, const struct opt *a, const struct opt *b)
{
	static const char *const colons[] = {"", ":", "::"};

	*o = (struct opts){.letters = BUF_INIT};
	opts_add(o, a);
	opts_add(o, b);
	o->longs = mem_zero(o->count + 1, sizeof *o->longs);
	buf_char(&o->letters, ':');
	for (size_t i = 0; i < o->count; i++) {
		const struct opt *opt = o->known[i];

		o->longs[i] = (struct option){
			.name = opt->name,
			.has_arg = takes_argument(opt),
			.val = LONG_BASE + (int)i,
		};
		if (!opt->letter)
			continue;
		buf_char(&o->letters, opt->letter);
		buf_text_put(&o->letters, colons[takes_argument(opt)]);
	}
}

static void opts_release(struct opts *o)
{
	mem_free(o->known);
	mem_free(o->longs);
	buf_release(&o->letters);
}

static const struct opt *by_letter(const struct opts *o, int letter)
{
	for (size_t i = 0; i < o->count; i++) {
		if (o->known[i]->letter && o->known[i]->letter == letter)
			return o->known[i];
	}
	return NULL;
}

static const struct opt *by_name(const struct opts *o, struct span name)
{
	for (size_t i = 0; i < o->count; i++) {
		if (span_equal(span_of(o->known[i]->name), name))
			return o->known[i];
	}
	return NULL;
}

/* The only option that begins with NAME: what an abbreviation meant. */
static const char *by_prefix(const struct opts *o, struct span name)
{
	const char *only = NULL;

	for (size_t i = 0; i < o->count; i++) {
		if (!name.len || !span_starts(span_of(o->known[i]->name), name))
			continue;
		if (only)
			return NULL;
		only = o->known[i]->name;
	}
	return only;
}

static int unknown_long(const struct opts *o, struct span name,
			struct error *err)
{
	const char **names = mem_zero(o->count + 1, sizeof *names);
	const char *nearest = by_prefix(o, name);
	char quoted[ERROR_QUOTE_MAX];
	struct buf typed = BUF_INIT;

	for (size_t i = 0; i < o->count; i++)
		names[i] = o->known[i]->name;
	if (!nearest)
		nearest = error_suggest(name, names);
	buf_lit(&typed, "--");
	buf_span(&typed, name);
	error_quote(buf_view(&typed), quoted);
	if (nearest)
		error_usage(err, "unknown option %s; did you mean '--%s'?",
			    quoted, nearest);
	else
		error_usage(err, "unknown option %s", quoted);
	buf_release(&typed);
	mem_free(names);
	return -1;
}

/*
 * getopt_long takes abbreviations and has no switch for it.  After each step
 * the element that it read is looked at again: ELEMENT is "--name" or
 * "--name=value" when a long option was read; its name must be a whole one.
 */
static const struct opt *long_opt(const struct opts *o, const char *element,
				  struct error *err)
{
	struct span rest = span_of(element + 2);
	struct span name = span_cut(&rest, '=');
	const struct opt *opt = by_name(o, name);

	if (!opt)
		unknown_long(o, name, err);
	return opt;
}

/* FOUND is '?' or ':', ELEMENT the element of argv that was read. */
static int explain_fault(const struct opts *o, int found, const char *element,
			 struct error *err)
{
	bool is_long = optopt == 0 || optopt >= LONG_BASE;
	const struct opt *opt = is_long ? long_opt(o, element, err)
					: by_letter(o, optopt);

	if (!opt && is_long)
		return -1;
	if (!opt) {
		char letter[] = {'-', (char)optopt, '\0'};
		char quoted[ERROR_QUOTE_MAX];

		return error_usage(err, "unknown option %s",
				   error_quote(span_of(letter), quoted));
	}
	if (found == ':')
		return error_usage(err, "option '--%s' needs a value %s",
				   opt->name, opt->arg);
	return error_usage(err, "option '--%s' takes no value", opt->name);
}

static int set_number(const struct opt *opt, const char *text,
		      struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	/* UINT64_MAX is what an option that was not given has. */
	if (span_number(span_of(text), opt->value) && *(uint64_t *)opt->value != UINT64_MAX)
		return 0;
	if (*text && !text[strspn(text, "0123456789")])
		return error_usage(err, "option '--%s' takes no number so large: %s", opt->name, error_quote(span_of(text), quoted));
	return error_usage(err, "option '--%s' needs a whole number, not %s",
			   opt->name, error_quote(span_of(text), quoted));
}

static int set_size(const struct opt *opt, const char *text, struct error *err)
{
	struct error why;

	if (opt_size(text, opt->value, &why) == 0)
		return 0;
	return error_usage(err, "option '--%s': %s", opt->name, why.message);
}

static int set_choice(const struct opt *opt, const char *text,
		      struct error *err)
{
	uint64_t number;	/* 12 is no slip of the pen for 16 */
	const char *nearest = span_number(span_of(text), &number)
				? NULL : error_suggest(span_of(text), opt->choices);
	char quoted[ERROR_QUOTE_MAX];
	struct buf known = BUF_INIT;

	for (const char *const *choice = opt->choices; *choice; choice++) {
		if (!strcmp(*choice, text)) {
			*(const char **)opt->value = *choice;
			return 0;
		}
	}
	error_quote(span_of(text), quoted);
	opt_choices(opt, &known);
	if (nearest)
		error_usage(err, "option '--%s' cannot be %s; did you mean '%s'?",
			    opt->name, quoted, nearest);
	else
		error_usage(err, "option '--%s' cannot be %s; it can be %s",
			    opt->name, quoted, buf_text(&known));
	buf_release(&known);
	return -1;
}

static void list_add(struct opt_list *list, const char *text)
{
	list->values = mem_room(list->values, list->count, &list->cap,
				sizeof *list->values);
	list->values[list->count++] = text;
}

/* TEXT is NULL for a flag, and for an optional value that was not given. */
static int set_value(const struct opt *opt, const char *text, struct error *err)
{
	bool bare = !text;

	if (bare)
		text = "";
	switch (opt->kind) {
	case OPT_FLAG:
		*(bool *)opt->value = true;
		return 0;
	case OPT_STRING:
	case OPT_INPUT:
	case OPT_OUTPUT:
	case OPT_REPLACE:
	case OPT_UPDATE:
		*(const char **)opt->value = text;
		return 0;
	case OPT_LIST:
		list_add(opt->value, text);
		return 0;
	case OPT_NUMBER:
		return set_number(opt, text, err);
	case OPT_SIZE:
		return set_size(opt, text, err);
	case OPT_CHOICE:
		if (!bare)
			return set_choice(opt, text, err);
		*(const char **)opt->value = text;
		return 0;
	case OPT_END:
	case OPT_GROUP:
		break;
	}
	return 0;
}

/* One step: 1 when an option was read, 0 at the end, -1 with an error. */
static int next_opt(const struct opts *o, int argc, char **argv,
		    const char *letters, struct error *err)
{
	const struct opt *opt;
	const char *element;
	int found = getopt_long(argc, argv, letters, o->longs, NULL);

	if (found == -1)
		return 0;
	element = argv[optind - 1];
	if (found == '?' || found == ':')
		return explain_fault(o, found, element, err);
	if (found >= LONG_BASE && optarg == element)
		element = argv[optind - 2];
	opt = found >= LONG_BASE ? long_opt(o, element, err)
				 : by_letter(o, found);
	if (!opt || set_value(opt, optarg, err))
		return -1;
	return 1;
}

int opt_parse(const struct opt *a, const struct opt *b, int argc, char **argv,
	      int *first, struct error *err)
{
	struct opts o;
	int more;

	opts_init(&o, a, b);
	opterr = 0;
	optind = 0;	/* glibc: start over, even after another argv */
	do
		more = next_opt(&o, argc, argv, buf_text(&o.letters), err);
	while (more > 0);
	*first = optind;
	opts_release(&o);
	return more;
}

void opt_list_release(struct opt_list *list)
{
	mem_free(list->values);
	*list = (struct opt_list){0};
}

/* Where the help text begins, and where it ends. */
#define HELP_COLUMN 28
#define HELP_WIDTH 80

void opt_choices(const struct opt *opt, struct buf *out)
{
	for (const char *const *choice = opt->choices; *choice; choice++) {
		if (choice != opt->choices)
			buf_text_put(out, choice[1] ? ", " : " or ");
		buf_text_put(out, *choice);
	}
}

/* "  -o, --output FILE" */
static void put_usage(const struct opt *opt, struct buf *out)
{
	if (opt->letter)
		buf_printf(out, "  -%c, --%s", opt->letter, opt->name);
	else
		buf_printf(out, "      --%s", opt->name);
	if (opt->kind == OPT_FLAG)
		return;
	buf_printf(out, opt->optional ? "[=%s]" : " %s", opt->arg);
}

/* The words of TEXT from COLUMN on, later lines indented to the same one. */
static void put_wrapped(struct span text, size_t column, struct buf *out)
{
	size_t at = column;

	while (!span_absent(text)) {
		struct span word = span_cut(&text, ' ');

		if (at > HELP_COLUMN && at + 1 + word.len > HELP_WIDTH) {
			buf_printf(out, "\n%*s", HELP_COLUMN, "");
			at = HELP_COLUMN;
		} else if (at > HELP_COLUMN) {
			buf_char(out, ' ');
			at++;
		}
		buf_span(out, word);
		at += word.len;
	}
	buf_char(out, '\n');
}

static void put_help(const struct opt *opt, struct buf *out)
{
	struct buf text = BUF_INIT;
	size_t begin = out->len;
	size_t used;

	put_usage(opt, out);
	used = out->len - begin;
	if (used + 2 > HELP_COLUMN) {
		buf_char(out, '\n');
		used = 0;
	}
	buf_printf(out, "%*s", (int)(HELP_COLUMN - used), "");
	buf_text_put(&text, opt->help);
	if (opt->kind == OPT_CHOICE) {
		buf_lit(&text, ". Values: ");
		opt_choices(opt, &text);
	}
	put_wrapped(buf_view(&text), HELP_COLUMN, out);
	buf_release(&text);
}

void opt_help(const struct opt *table, struct buf *out)
{
	size_t begin = out->len;

	for (; table->kind != OPT_END; table++) {
		if (table->kind != OPT_GROUP) {
			put_help(table, out);
			continue;
		}
		if (out->len > begin)
			buf_char(out, '\n');
		buf_printf(out, "%s:\n", table->help);
	}
}

static void put_choices(const struct opt *opt, struct buf *out)
{
	for (size_t i = 0; opt->choices && opt->choices[i]; i++)
		buf_printf(out, "%s%s", i ? "|" : "", opt->choices[i]);
	if (opt->choices && opt->choices[0] && opt->kind != OPT_CHOICE)
		buf_lit(out, "|...");
}

void opt_list_all(const struct opt *table, struct buf *out)
{
	for (; table->kind != OPT_END; table++) {
		if (table->kind == OPT_GROUP)
			continue;
		buf_printf(out, "--%s\t", table->name);
		if (table->letter)
			buf_printf(out, "-%c", table->letter);
		buf_printf(out, table->optional ? "\t[%s]\t" : "\t%s\t",
			   table->arg ? table->arg : "");
		put_choices(table, out);
		buf_printf(out, "\t%s\n", table->help);
	}
}

/* The power of 1024 that a suffix stands for, or -1. */
static int size_power(struct span suffix)
{
	static const char letters[] = "KMG";
	char letter = suffix.len ? (char)(span_lower(*suffix.ptr) - 32) : '\0';
	const char *at = letter ? strchr(letters, letter) : NULL;

	if (!suffix.len)
		return 0;
	return at && suffix.len == 1 ? (int)(at - letters) + 1 : -1;
}

/* DIGITS behind the point, times UNIT, rounded down; false: not a fraction. */
static bool size_fraction(struct span digits, uint64_t unit, uint64_t *out)
{
	uint64_t number;
	uint64_t scale = 1;

	if (digits.len > 9 || !span_number(digits, &number))
		return false;
	for (size_t i = 0; i < digits.len; i++)
		scale *= 10;
	*out = number * unit / scale;
	return true;
}

int opt_size(const char *text, uint64_t *out, struct error *err)
{
	struct span rest = span_of(text);
	struct span number;
	struct span whole;
	size_t len = strspn(text, "0123456789.");
	int power = size_power(span_sub(rest, len, rest.len));
	uint64_t unit = UINT64_C(1) << (10 * (power < 0 ? 0 : power));
	uint64_t fraction = 0;
	uint64_t size;
	char quoted[ERROR_QUOTE_MAX];

	number = span_sub(rest, 0, len);
	whole = span_cut(&number, '.');
	error_quote(rest, quoted);
	if (power < 0 || !whole.len || span_find_byte(whole, '.') < whole.len)
		goto bad;
	if (!span_absent(number) &&
	    (!power || !size_fraction(number, unit, &fraction)))
		goto bad;
	if (!span_number(whole, &size) ||
	    __builtin_mul_overflow(size, unit, &size) ||
	    __builtin_add_overflow(size, fraction, &size))
		return error_usage(err, "size %s is too large", quoted);
	*out = size;
	return 0;
bad:
	return error_usage(err, "bad size %s; write a number of bytes, or one "
			   "with K, M or G such as 512M or 1.5G", quoted);
}
