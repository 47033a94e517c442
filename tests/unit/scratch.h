/*
 * A folder of its own for tests that need files: group setup and teardown for
 * cmocka, and files written and read whole.
 */
#ifndef UNIT_SCRATCH_H
#define UNIT_SCRATCH_H

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "io/output.h"
#include "tests/unit/support.h"

static char scratch_folder[256];

/* NAME in the folder; good until the eighth call from now. */
static inline const char *scratch_path(const char *name)
{
	static char paths[8][512];
	static unsigned next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof paths[0], "%s/%s", scratch_folder, name);
	return path;
}

static inline int scratch_setup(void **state)
{
	const char *parent = getenv("TMPDIR");

	(void)state;
	snprintf(scratch_folder, sizeof scratch_folder, "%s/cdp-unit-XXXXXX",
		 parent ? parent : "/tmp");
	return mkdtemp(scratch_folder) ? 0 : -1;
}

/* Removes what is in the folder, and says how much that was. */
static inline size_t scratch_clear(void)
{
	DIR *folder = opendir(scratch_folder);
	size_t count = 0;
	struct dirent *entry;

	assert_non_null(folder);
	for (entry = readdir(folder); entry; entry = readdir(folder)) {
		const char *name = entry->d_name;

		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		count++;
		if (unlink(scratch_path(name)))
			rmdir(scratch_path(name));
	}
	closedir(folder);
	return count;
}

static inline int scratch_teardown(void **state)
{
	(void)state;
	scratch_clear();
	return rmdir(scratch_folder);
}

static inline const char *scratch_put(const char *name, struct span bytes)
{
	const char *path = scratch_path(name);
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
	assert_int_equal(fclose(file), 0);
	return path;
}

/* The same, compressed as NAME's ending says. */
static inline const char *scratch_pack(const char *name, struct span bytes)
{
	const char *path = scratch_path(name);
	struct error err = ERROR_INIT;
	struct output *out = output_open(path, OUTPUT_PLAIN, &err);

	assert_non_null(out);
	assert_int_equal(output_write(out, bytes, &err), 0);
	assert_int_equal(output_finish(out, &err), 0);
	return path;
}

/* Adds lines of many lengths (about one in eight is empty) up to BYTES. */
static inline void scratch_lines(struct buf *text, uint64_t *seed, size_t bytes)
{
	while (text->len < bytes) {
		size_t len = support_below(seed, 8) * support_below(seed, 40);

		while (len--)
			buf_char(text, (char)('a' + support_below(seed, 26)));
		buf_char(text, '\n');
	}
}

/* The file's bytes into *OUT, which is cleared first. */
static inline struct span scratch_get(const char *name, struct buf *out)
{
	FILE *file = fopen(scratch_path(name), "rb");
	char some[4096];
	size_t got;

	assert_non_null(file);
	buf_clear(out);
	do {
		got = fread(some, 1, sizeof some, file);
		buf_put(out, some, got);
	} while (got);
	fclose(file);
	return buf_view(out);
}

#endif
