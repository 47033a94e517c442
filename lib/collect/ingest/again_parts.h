/* What the files of again.h share. */
#ifndef INGEST_AGAIN_PARTS_H
#define INGEST_AGAIN_PARTS_H

#include "collect/ingest/again.h"
#include "collect/ingest/survey.h"

/* Facts of a column, as numbers in this order: see again_put.c. */
#define AGAIN_FACTS 8

void again_facts_set(struct survey_column *c, const uint64_t facts[AGAIN_FACTS]);

#endif
