/*
 * Any bytes as a file of unknown format: whichever of the formats it is taken for, the balance
 * adds up and every record is one.
 */
#include "tests/fuzz/target.h"

#include "collect/mapping/format.h"
#include "tests/unit/ingest_run.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct formats *formats;
	struct mapping m = {.set = {.dates = "dmy", .decimal = "."}};
	struct ingest_run run = {0};
	struct span text = {size ? (const char *)data : "", size};

	if (!formats)
		formats = formats_new(NULL);
	ingest_run_text_options(text, (struct ingest_options){
		.mapping = &m, .jobs = 1, .formats = formats, .recognise = true, .sample = 3,
	}, &run);
	ingest_run_check(&run);
	ingest_run_release(&run);
	mapping_release(&m);
	return 0;
}
