/*
 * Ids of records whose rows have none: 32 hexadecimal digits of a hash of the row,
 * or, with a key, of an HMAC of that hash: whoever knows all but one value of a
 * row could find that one by trying.
 */
#ifndef MAPPING_ROW_ID_H
#define MAPPING_ROW_ID_H

#include <stdint.h>

#include "base/digest.h"
#include "base/hash.h"
#include "base/span.h"

#define ROW_ID_TEXT 32

/*
 * The id of a row with HASH that equals ORDINAL rows before it.  KEY: NULL for
 * none.
 */
void row_id(struct hmac *key, struct hash128 hash, uint64_t ordinal,
	    char out[ROW_ID_TEXT]);

#endif
