/*
 * Telephone numbers in the form of ITU-T E.164: "+4930123456".
 *
 * A number that begins with "+" or "00" says its country itself; any other one
 * needs the region (ISO 3166-1 alpha-2) that it was written in, whose trunk
 * prefix is taken off.  Numbers are checked by calling code and length only:
 * which of them are in service is not for a table to say.
 *
 * Around a number may stand what people write there: "Tel.:", "(mobile)", an extension in
 * the usual words ("ext. 17", "x17", "Durchwahl 17"), which is kept behind the number as in
 * RFC 3966, "+12025550143;ext=17": colleagues share the number and differ by it.  A trunk zero
 * behind a calling code, "+49 (030) 23125", is taken off where that country has one.
 */
#ifndef REFERENCE_PHONE_H
#define REFERENCE_PHONE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"

struct phone_region {
	char code[3];		/* ISO 3166-1 alpha-2 */
	char calling[8];	/* calling code; of several, the first digits */
	char trunk[3];		/* dialled before national numbers; "" none */
	char abroad[5];		/* dialled before calling codes */
	unsigned char min, max;	/* digits of a national number without trunk */
};

/* So many regions there may be; ISO 3166-1 has about 250. */
#define PHONE_REGIONS_MAX 320

/* The regions of data/phone-regions.txt, by code; ends with an empty code.  For any thread. */
const struct phone_region *phone_regions(void);

/* NULL for an unknown CODE (any case). */
const struct phone_region *phone_region_find(struct span code);

/*
 * Appends TEXT in E.164 to OUT; false, with nothing appended, when it cannot be.
 * REGION may be NULL.
 */
bool phone_normal(struct span text, const struct phone_region *region,
		  struct buf *out);

/*
 * The same of a text that may hold several numbers, with ; | , / "or" or a line end between:
 * returns how many, all of which are good, and appends the first; 0 where any is none.
 */
unsigned phone_normal_first(struct span text, const struct phone_region *region,
		  struct buf *out);

#endif
