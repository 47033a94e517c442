/*
 * The main of a fuzz target where there is no libFuzzer: each operand is a
 * file, or a folder whose files are taken in the order of their names; the
 * target gets the bytes of each.  Replays the corpus in "make check", and a
 * crash that "make fuzz" found.
 */
#include "tests/fuzz/target.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"

static bool is_folder(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int read_file(const char *path, struct buf *content)
{
	FILE *file = fopen(path, "rb");
	size_t count;

	if (!file)
		return -1;
	do {
		buf_reserve(content, 65536);
		count = fread(content->ptr + content->len, 1, 65536, file);
		content->len += count;
	} while (count > 0);
	if (ferror(file)) {
		fclose(file);
		return -1;
	}
	return fclose(file);
}

/*
 * The target gets a copy of exactly its size, so that the sanitizers see the
 * first byte read past it.  The name is told first: a crash then names it.
 */
static bool replay_file(const char *path)
{
	struct buf content = BUF_INIT;
	unsigned char *exact;

	if (read_file(path, &content) != 0) {
		perror(path);
		buf_release(&content);
		return false;
	}
	printf("%s\n", path);
	fflush(stdout);
	exact = mem_alloc(content.len);
	if (content.len)
		memcpy(exact, content.ptr, content.len);
	LLVMFuzzerTestOneInput(exact, content.len);
	mem_free(exact);
	buf_release(&content);
	return true;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Adds the number of files to *DONE. */
static bool replay_folder(const char *folder, unsigned long *done)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_visible, alphasort);
	struct buf path = BUF_INIT;
	bool good = count >= 0;

	if (!good)
		perror(folder);
	for (int i = 0; i < count; i++) {
		buf_clear(&path);
		buf_printf(&path, "%s/%s", folder, entries[i]->d_name);
		free(entries[i]);
		if (is_folder(buf_text(&path)))
			continue;
		if (replay_file(buf_text(&path)))
			++*done;
		else
			good = false;
	}
	if (count >= 0)
		free(entries);
	buf_release(&path);
	return good;
}

/* Without a single input nothing was tested, and that is a failure. */
int main(int argc, char **argv)
{
	unsigned long done = 0;
	bool good = true;

	for (int i = 1; i < argc; i++) {
		if (is_folder(argv[i]))
			good = replay_folder(argv[i], &done) && good;
		else if (replay_file(argv[i]))
			done++;
		else
			good = false;
	}
	printf("%lu inputs\n", done);
	return good && done ? EXIT_SUCCESS : EXIT_FAILURE;
}
