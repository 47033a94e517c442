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

	if (span_number(span_of(text), opt->value))
		return 0;
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
