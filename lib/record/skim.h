/* Passing a container by its brackets alone; private to lib/record. */
#ifndef RECORD_SKIM_H
#define RECORD_SKIM_H

/*
 * P is at an opening bracket.  Returns the place behind the bracket that closes
 * it, or NULL when there is none before END.  Validates nothing: the kind of
 * the brackets, and what stands between them, may be anything.
 */
const char *skim_container(const char *p, const char *end);

#endif
