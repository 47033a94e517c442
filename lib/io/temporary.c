#include "io/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/mem.h"

/* So many outputs can be unfinished at once; a tool has a handful. */
#define SLOTS 32

/* Of a long name so much goes into the temporary's, which has a limit of 255. */
#define BASE_SHOWN 200

#define RANDOM_LEN 6
#define UNFINISHED ".cdp-tmp"

/* A name that is taken, or that a run which tidies up takes for a leftover, is tried again. */
#define TRIES 100

enum slot_state {
	SLOT_FREE,
	SLOT_CLAIMED,	/* the path is being written, or means no file yet */
	SLOT_IN_USE,	/* a handler may unlink the path */
	SLOT_ADOPTED,	/* it may, while the file is empty */
};

/* Fixed memory, because a handler may not meet a pointer that is being freed. */
static struct slot {
	atomic_int state;
	char path[PATH_MAX];
	size_t stem;	/* path up to here is folder, ".BASE." */
	int fd;		/* a second one of the file: holds the lock, sets the mode */
	mode_t mode;	/* what it will have */
} slots[SLOTS];

static int slot_claim(void)
{
	for (int i = 0; i < SLOTS; i++) {
		int state = SLOT_FREE;

		if (atomic_compare_exchange_strong(&slots[i].state, &state,
						   SLOT_CLAIMED)) {
			slots[i].fd = -1;
			return i;
		}
	}
	return -1;
}

static void slot_free(int i)
{
	if (slots[i].fd >= 0)
		close(slots[i].fd);
	atomic_store(&slots[i].state, SLOT_FREE);
}

static int fail_to_create(struct error *err, const char *target)
{
	return error_errno(err, "cannot create '%s'", target);
}

/*
 * "DIRECTORY/" of PATH.  No memory is asked for: files take their names when nothing may
 * fail any more.
 */
static void put_folder(const char *path, char out[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash + 1 - path) : 2;

	memcpy(out, slash ? path : "./", len < PATH_MAX ? len : PATH_MAX - 1);
	out[len < PATH_MAX ? len : PATH_MAX - 1] = '\0';
}

/* ---- what killed processes have left ---- */

static bool is_leftover_name(const char *name)
{
	size_t len = strlen(name), end = sizeof UNFINISHED - 1;

	return name[0] == '.' && len > 2 + RANDOM_LEN + end && !strcmp(name + len - end, UNFINISHED) &&
	       name[len - end - RANDOM_LEN - 1] == '.';
}

/* The lock is free only when nobody writes the file any more. */
static void remove_leftover(int folder, const char *name)
{
	struct stat st;
	int fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && !flock(fd, LOCK_EX | LOCK_NB))
		unlinkat(folder, name, 0);
	close(fd);
}

static void remove_leftovers(const char *target)
{
	char name[PATH_MAX];
	struct dirent *entry;
	DIR *folder;

	put_folder(target, name);
	folder = opendir(name);

	while (folder && (entry = readdir(folder)) != NULL)
		if (is_leftover_name(entry->d_name))
			remove_leftover(dirfd(folder), entry->d_name);
	if (folder)
		closedir(folder);
}

/* ---- making one ---- */

static mode_t without_umask(mode_t mode)
{
	mode_t mask = umask(077);

	umask(mask);
	return mode & ~mask;
}

/*
 * Hands the file to the owner of OLD; the mode it will have.  The group's permissions go
 * with the group: where it cannot be kept, they are not given to another one.
 */
static int take_owner(int fd, const struct stat *old, mode_t *mode)
{
	struct stat now;

	*mode = old->st_mode & 0777;
	if (fstat(fd, &now))
		return -1;
	if (now.st_gid != old->st_gid && fchown(fd, (uid_t)-1, old->st_gid))
		*mode &= ~(mode_t)070;
	if (now.st_uid != old->st_uid && fchown(fd, old->st_uid, (gid_t)-1))
		errno = 0;	/* only root can: the file is then ours */
	return 0;
}

static void put_descriptor_path(char *out, size_t size, int fd)
{
	snprintf(out, size, "/proc/self/fd/%d", fd);
}

/* A file without a name, if it can be given one later; else -1. */
static int open_nameless(const char *target)
{
	char folder[PATH_MAX], link[64];
	int fd;

	put_folder(target, folder);
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	put_descriptor_path(link, sizeof link, fd);
	if (!access(link, F_OK))
		return fd;
	close(fd);
	return -1;
}

static void put_end(struct slot *s, const char *middle, const char *end)
{
	snprintf(s->path + s->stem, sizeof s->path - s->stem, "%s%s", middle, end);
}

/* False: somebody who tidies up came before the lock, and has removed it or will. */
static bool lock_named(int fd)
{
	struct stat st;

	if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return false;
	return fstat(fd, &st) || st.st_nlink;
}

static int open_named(struct slot *s)
{
	for (int i = 0; i < TRIES; i++) {
		int fd;

		put_end(s, "XXXXXX", UNFINISHED);
		/* In use before the file exists: so no signal comes between. */
		atomic_store(&s->state, SLOT_IN_USE);
		fd = mkostemps(s->path, sizeof UNFINISHED - 1, O_CLOEXEC);
		if (fd < 0)
			return -1;
		if (lock_named(fd))
			return fd;
		close(fd);
	}
	errno = EAGAIN;
	return -1;
}

static int open_either(struct slot *s, const char *target)
{
	int fd = open_nameless(target);

	if (fd >= 0) {
		flock(fd, LOCK_EX | LOCK_NB);
		return fd;
	}
	return open_named(s);
}

/* Writes "FOLDER/.BASE." */
static int start_path(struct slot *s, const char *target)
{
	const char *slash = strrchr(target, '/');
	const char *base = slash ? slash + 1 : target;
	int len = snprintf(s->path, PATH_MAX, "%.*s.%.*s.", (int)(base - target), target, BASE_SHOWN, base);

	if (len >= PATH_MAX - RANDOM_LEN - (int)sizeof UNFINISHED) {
		errno = ENAMETOOLONG;
		return -1;
	}
	s->stem = (size_t)len;
	return 0;
}

int temporary_open_mode(const char *target, const struct stat *old, mode_t mode, int *fd,
			struct error *err)
{
	int slot = slot_claim();
	struct slot *s;

	if (slot < 0)
		return error_failed(err, "cannot create '%s': more than %d "
				    "unfinished output files", target, SLOTS);
	s = &slots[slot];
	*fd = -1;
	s->mode = without_umask(mode);
	if (!start_path(s, target)) {
		remove_leftovers(target);
		*fd = open_either(s, target);
	}
	if (*fd < 0) {
		fail_to_create(err, target);
		slot_free(slot);
		return -1;
	}
	s->fd = fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (s->fd < 0 || (old && take_owner(*fd, old, &s->mode))) {
		fail_to_create(err, target);
		close(*fd);
		temporary_discard(slot);
		return -1;
	}
	return slot;
}

int temporary_open(const char *target, const struct stat *old, int *fd,
		   struct error *err)
{
	return temporary_open_mode(target, old, 0600, fd, err);
}

/* ---- its names ---- */

/*
 * The name is durable once the directory is.  Some file systems cannot sync
 * one; the rename has happened either way, so this is no failure.
 */
static void sync_directory(const char *target)
{
	char name[PATH_MAX];
	int fd;

	put_folder(target, name);
	fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
}

static void put_random(char out[RANDOM_LEN + 1])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	unsigned char bytes[RANDOM_LEN] = {0};

	if (getrandom(bytes, sizeof bytes, 0) < 0)
		errno = 0;	/* the name that is taken is tried again */
	for (size_t i = 0; i < RANDOM_LEN; i++)
		out[i] = letters[bytes[i] % (sizeof letters - 1)];
	out[RANDOM_LEN] = '\0';
}

/* Links the nameless file. */
static int link_nameless(struct slot *s)
{
	char from[64], middle[RANDOM_LEN + 1];

	put_descriptor_path(from, sizeof from, s->fd);
	for (int i = 0; i < TRIES; i++) {
		put_random(middle);
		put_end(s, middle, UNFINISHED);
		atomic_store(&s->state, SLOT_IN_USE);
		if (!linkat(AT_FDCWD, from, AT_FDCWD, s->path, AT_SYMLINK_FOLLOW))
			return 0;
		/* The name may be another's: no handler may remove it. */
		atomic_store(&s->state, SLOT_CLAIMED);
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

int temporary_name(int slot, struct error *err)
{
	struct slot *s = &slots[slot];

	if (atomic_load(&s->state) == SLOT_CLAIMED && link_nameless(s))
		return error_errno(err, "cannot name the finished file '%s'", s->path);
	return 0;
}

const char *temporary_path(int slot)
{
	return slots[slot].path;
}

int temporary_commit(int slot, const char *target, struct error *err)
{
	struct slot *s = &slots[slot];
	int bad = temporary_name(slot, err);

	/* Only now: as long as it is hidden it is its owner's alone. */
	if (!bad && (fchmod(s->fd, s->mode) || rename(s->path, target)))
		bad = error_errno(err, "cannot rename the finished file to '%s'", target);
	if (bad) {
		temporary_discard(slot);
		return -1;
	}
	slot_free(slot);
	sync_directory(target);
	return 0;
}

/* ---- the end of one ---- */

/* Async-signal-safe. */
static void remove_slot(const struct slot *s)
{
	int state = atomic_load(&s->state);
	struct stat st;

	if (state == SLOT_IN_USE || (state == SLOT_ADOPTED && !lstat(s->path, &st) && !st.st_size))
		unlink(s->path);
}

void temporary_discard(int slot)
{
	if (slot < 0)
		return;
	remove_slot(&slots[slot]);
	slot_free(slot);
}

int temporary_adopt(const char *path)
{
	int slot = slot_claim();

	if (slot < 0)
		return -1;
	if (strlen(path) >= PATH_MAX) {
		slot_free(slot);
		return -1;
	}
	memcpy(slots[slot].path, path, strlen(path) + 1);
	atomic_store(&slots[slot].state, SLOT_ADOPTED);
	return slot;
}

void temporary_release(int slot)
{
	if (slot >= 0)
		slot_free(slot);
}

void temporary_discard_all(void)
{
	int saved = errno;

	for (int i = 0; i < SLOTS; i++)
		remove_slot(&slots[i]);
	errno = saved;
}
