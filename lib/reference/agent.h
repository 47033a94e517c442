/*
 * What a user agent says about browser, operating system and device, by the
 * regular expressions of uap-core (Debian's package of that name), as its
 * specification has them: of each list the first expression that matches anywhere
 * in the text counts; its replacements may hold $1 to $9.
 *
 * More than 1,000 expressions are tried by way of a sieve (reference/sieve.h), which leaves a few
 * of them for each text.  Backtracking is limited: an expression that does not
 * come to an end does not match.  What stands behind the first 2,048 bytes of a
 * user agent is not looked at.
 */
#ifndef REFERENCE_AGENT_H
#define REFERENCE_AGENT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/span.h"

#define AGENTS_FILE "/usr/share/uap-core/regexes.yaml"
#define AGENT_LENGTH_MAX 2048

/* Absent where nothing is known; no family: what uap-core calls "Other". */
struct agent {
	struct {
		struct span family, major, minor, patch;
	} browser;
	struct {
		struct span family, major, minor, patch, patch_minor;
	} os;
	struct {
		struct span family, brand, model;
	} device;
};

struct agents;
struct agent_scratch;

/*
 * Reads PATH, a file in the form of uap-core's regexes.yaml.  NULL with a usage error: a
 * file that cannot be read, no such list, or an expression that is none.
 * Shared by threads.  Owned: agents_free.
 */
struct agents *agents_load(const char *path, struct error *err);
void agents_free(struct agents *a);

/* The first 8 hexadecimal digits of the file's SHA-256: which edition it is. */
struct span agents_edition(const struct agents *a);

/* How many expressions there are. */
size_t agents_count(const struct agents *a);

/* For one thread.  Owned: agent_scratch_free. */
struct agent_scratch *agent_scratch_new(const struct agents *a);
void agent_scratch_free(struct agent_scratch *s);

/* *OUT borrows from TEXT, A and S, the latter until the next call. */
void agent_parse(const struct agents *a, struct agent_scratch *s,
		 struct span text, struct agent *out);

#endif
