/* Keys of HMAC, which stand in files that nobody else can read. */
#ifndef CMD_KEY_FILE_H
#define CMD_KEY_FILE_H

#include "cmd/tool.h"

/*
 * The key in the file PATH, 16 to 4096 bytes without a newline at the end.  Does not
 * return where there is none: OPTION names what asked for it.  Owned: mem_free
 * of its pointer.
 */
struct span key_file_read(struct tool *t, const char *option, const char *path);

#endif
