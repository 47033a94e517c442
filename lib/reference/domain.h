/*
 * Registrable domains by the Public Suffix List (libpsl, which only domain.c knows, with
 * the list that it comes with): "example.co.uk" of "www.example.co.uk".
 */
#ifndef REFERENCE_DOMAIN_H
#define REFERENCE_DOMAIN_H

#include "base/span.h"

/*
 * HOST's part from the registrable domain on, HOST being in lower case.  A public suffix, an
 * address of the internet and a name that is too long are their own.
 */
struct span domain_of(struct span host);

/* Is HOST the DOMAIN or below it?  Both in lower case. */
bool domain_holds(struct span domain, struct span host);

#endif
