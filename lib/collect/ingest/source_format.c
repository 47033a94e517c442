/* The format of a source, and the mapping that is in force with it. */
#include "collect/ingest/recognise.h"
#include "collect/ingest/source_parts.h"

static int join_format(struct source *s, const struct format *format,
		       const struct mapping *own, struct error *err)
{
	mapping_release(&s->joined);
	s->format = format;
	if (mapping_join(&s->joined, &format->mapping, own, err))
		return -1;
	s->joined.set.format = format->mapping.set.format;
	s->mapping = &s->joined;
	return 0;
}

int format_given(struct source *s, const struct ingest_options *options,
		 struct error *err)
{
	const char *name = options->mapping->set.format;
	const struct format *format;

	s->mapping = options->mapping;
	if (!name && options->again)
		name = options->again->format;
	if (!name || format_is_kind(name) || !options->formats)
		return 0;
	format = formats_find(options->formats, name, err);
	return format ? join_format(s, format, options->mapping, err) : -1;
}

int format_recognise(struct source *s, const struct ingest_options *options, bool json,
		     char delimiter, struct error *err)
{
	const struct map_settings *set = &s->mapping->set;
	struct recognise_text text = {
		.head = source_head(s),
		.last = s->heads[0].last,
		.json = json,
		.delimiter = delimiter,
		.zone = options->zone,
	};
	const struct format *format;

	if (s->format || !options->recognise || set->format || set->delimiter ||
	    set->header || set->quotes || set->records || set->log_format)
		return 0;
	format = recognise(options->formats, &text, &s->warnings);
	if (!format)
		return 0;
	s->recognised = true;
	return join_format(s, format, options->mapping, err);
}
