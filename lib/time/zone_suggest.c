#include "time/zone_suggest.h"

#include <string.h>

#include "base/mem.h"
#include "time/zone_file.h"

struct names {
	const char **list;
	size_t count;
	size_t cap;
};

static void add_name(struct names *names, struct span name)
{
	names->list = mem_room(names->list, names->count, &names->cap,
			       sizeof *names->list);
	names->list[names->count++] = span_absent(name) ? NULL
				    : mem_text(name.ptr, name.len);
}

/* tzdata.zi: "Z Europe/Berlin ..." is a zone, "L target name" a link. */
static struct span compact_name(struct span line)
{
	struct span kind = span_cut(&line, ' ');
	struct span name;

	if (!span_equal(kind, SPAN("Z")) && !span_equal(kind, SPAN("L")))
		return SPAN_NONE;
	name = span_cut(&line, ' ');
	return kind.ptr[0] == 'Z' ? name : span_cut(&line, ' ');
}

/* zone1970.tab: countries, coordinates, name, remark, between tabs. */
static struct span table_name(struct span line)
{
	if (span_starts(line, SPAN("#")))
		return SPAN_NONE;
	span_cut(&line, '\t');
	if (!span_absent(line))
		span_cut(&line, '\t');
	return span_absent(line) ? SPAN_NONE : span_cut(&line, '\t');
}

static void read_names(const char *file, struct span (*name_of)(struct span),
		       struct names *names)
{
	struct buf content = BUF_INIT;
	struct span rest;

	if (!zone_read_file(file, &content)) {
		rest = buf_view(&content);
		while (!span_absent(rest)) {
			struct span name = name_of(span_cut(&rest, '\n'));

			if (!span_absent(name) && name.len)
				add_name(names, name);
		}
	}
	buf_release(&content);
}

/* The name itself in another case, or the city alone: "berlin". */
static const char *same_city(struct span word, const char *const *list)
{
	for (; *list; list++) {
		const char *slash = strrchr(*list, '/');

		if (span_equal_nocase(word, span_of(*list)) ||
		    (slash && span_equal_nocase(word, span_of(slash + 1))))
			return *list;
	}
	return NULL;
}

void zone_unknown(const char *name, struct error *err)
{
	struct names names = {0};
	struct span word = span_of(name);
	char quoted[ERROR_QUOTE_MAX];
	const char *near;

	error_quote(word, quoted);
	read_names("tzdata.zi", compact_name, &names);
	if (!names.count)
		read_names("zone1970.tab", table_name, &names);
	add_name(&names, SPAN_NONE);
	near = same_city(word, names.list);
	if (!near)
		near = error_suggest(word, names.list);
	if (near)
		error_usage(err, "unknown time zone %s; did you mean '%s'?",
			    quoted, near);
	else if (names.count > 1)
		error_usage(err, "unknown time zone %s; names are like "
			    "'Europe/Berlin', 'UTC' or '+02:00'", quoted);
	else
		error_usage(err, "unknown time zone %s: there are no zones in "
			    ZONE_DIRECTORY "; install the package tzdata",
			    quoted);
	for (size_t i = 0; i + 1 < names.count; i++)
		mem_free((char *)names.list[i]);
	mem_free(names.list);
}
