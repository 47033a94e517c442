/* The yardstick: libcsv alone over a file, counting fields.  libcsv_parse FILE */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>

static size_t fields, rows;

static void on_field(void *bytes, size_t len, void *context)
{
	(void)bytes;
	(void)len;
	(void)context;
	fields++;
}

static void on_row(int c, void *context)
{
	(void)c;
	(void)context;
	rows++;
}

int main(int argc, char **argv)
{
	static char block[1 << 20];
	struct csv_parser parser;
	FILE *in = argc > 1 ? fopen(argv[1], "rb") : stdin;
	size_t got;

	if (!in || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI))
		return 1;
	while ((got = fread(block, 1, sizeof block, in)) > 0)
		if (csv_parse(&parser, block, got, on_field, on_row, NULL) != got)
			return 1;
	if (csv_fini(&parser, on_field, on_row, NULL))
		return 1;
	csv_free(&parser);
	printf("%zu rows, %zu fields\n", rows, fields);
	return 0;
}
