#include "collect/ingest/reader.h"

#include "collect/ingest/source.h"

const struct row_reader *const row_readers[] = {
	&log_reader,
	&json_lines_reader,
	&json_reader,
	&csv_reader,
	NULL,
};

int reader_choose(struct source *s, const struct map_settings *set, struct error *err)
{
	int is_it = 0;

	for (size_t i = 0; row_readers[i] && !is_it; i++) {
		s->reader = row_readers[i];
		is_it = s->reader->recognise(s, set, err);
	}
	return is_it < 0 ? -1 : 0;
}
