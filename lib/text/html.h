/*
 * Text of data in a page of HTML or SVG, between tags and in attributes.
 * Data never goes anywhere else: no script, no style, no URL.
 */
#ifndef TEXT_HTML_H
#define TEXT_HTML_H

#include "base/buf.h"
#include "base/span.h"

/*
 * Appends TEXT, cleaned as by error_clean ('?' for a control character or a
 * bidi override), with entities for & < > " and '.
 */
void html_put(struct buf *out, struct span text);

#endif
