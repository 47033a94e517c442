/* A small text file, whole: rules, schemes, lists. */
#ifndef IO_TEXT_FILE_H
#define IO_TEXT_FILE_H

#include "base/buf.h"
#include "base/error.h"

#define TEXT_FILE_MAX ((size_t)1 << 20)

/*
 * Appends the file's bytes ("-": stdin) without a byte order mark.  0; -1 with
 * a failed error for I/O, a usage error for more than TEXT_FILE_MAX bytes.
 */
int text_file_load(const char *path, struct buf *out, struct error *err);

#endif
