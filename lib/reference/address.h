/* Addresses of the internet made less exact: their last bits become zero. */
#ifndef REFERENCE_ADDRESS_H
#define REFERENCE_ADDRESS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Appends TEXT, an IPv4 or IPv6 address, without its last bits and without a port, brackets and zone.  An IPv4 address inside an IPv6 one
 * (::ffff:192.0.2.1) loses the bits of IPv4.  False, with nothing appended: it is
 * no address.  BITS are 8, 16 or 24 of IPv4, which take with them 64, 80 or 96 of
 * IPv6, as GoAccess has its levels.
 */
bool address_blur(struct span text, unsigned bits, struct buf *out);

#endif
