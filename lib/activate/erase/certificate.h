/*
 * What an erasure did, without personal data: identifiers stand as the entries of a suppression list
 * (record/suppression.h), so that who has the key can show whom it was about, and nobody else can.
 */
#ifndef ERASE_CERTIFICATE_H
#define ERASE_CERTIFICATE_H

#include "activate/erase/file.h"
#include "record/suppression.h"

struct certificate {
	const struct subject *subject;
	const struct erase_file *files;
	size_t file_count;
	bool dry_run, redacted;
	struct span time;	/* when, as RFC 3339; absent: not said */
};

/* Appends it as JSON. */
void certificate_put(const struct certificate *c, struct suppressor *r, struct buf *out);

/*
 * Appends to LIST the entries of those who are sought that it lacks; KNOWN holds what it has.  The number of
 * new ones.
 */
size_t certificate_put_entries(const struct subject *s, const struct suppression *known, struct suppressor *r,
			       struct buf *list);

#endif
