/*
 * Consent strings of IAB Europe's Transparency and Consent Framework, version 2 (TCF v2.0 to v2.2),
 * after "Consent string and vendor list formats v2" of the IAB Tech Lab: the core segment is base64url
 * without padding, fields of bits from the highest on.  Version: bits 0 to 5; PurposesConsent: 24
 * bits from bit 152 on, the first for purpose 1.
 */
#ifndef REFERENCE_TCF_H
#define REFERENCE_TCF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* Purposes 1 to 11, as the policies of 2.2 number them; 2.0 has no purpose 11. */
#define TCF_PURPOSES 11

/*
 * Bit N - 1 of *CONSENTS: consent was given to purpose N.  False for what is no string of
 * version 2 with all of its core up to there.
 */
bool tcf_purposes(struct span text, uint32_t *consents);

#endif
