/* Keys of HMAC, which stand in files that nobody else can read. */
#ifndef CMD_KEY_FILE_H
#define CMD_KEY_FILE_H

#include "cmd/tool.h"

#define KEY_FILE_MIN 16		/* bytes of a key that is worth the name */
#define KEY_FILE_MAX 4096

/*
 * The key in the file PATH, without a newline at the end, in BYTES.  Does not return
 * where there is none: OPTION names what asked for it.
 */
struct span key_file_read(struct tool *t, const char *option, const char *path,
			  char bytes[KEY_FILE_MAX + 1]);

#endif
