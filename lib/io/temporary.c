#include "io/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* So many outputs can be unfinished at once; a tool has a handful. */
#define SLOTS 32

/* Of a long name so much goes into the temporary's, which has a limit of 255. */
#define BASE_SHOWN 200

enum slot_state {
	SLOT_FREE,
	SLOT_CLAIMED,	/* the path is being written */
	SLOT_IN_USE,	/* a handler may unlink the path */
	SLOT_KEPT,	/* it may not */
};

/* Fixed memory, because a handler may not meet a pointer that is being freed. */
static struct slot {
	atomic_int state;
	char path[PATH_MAX];
} slots[SLOTS];

static int slot_claim(void)
{
	for (int i = 0; i < SLOTS; i++) {
		int state = SLOT_FREE;

		if (atomic_compare_exchange_strong(&slots[i].state, &state,
						   SLOT_CLAIMED))
			return i;
	}
	return -1;
}

static void slot_free(int i)
{
	atomic_store(&slots[i].state, SLOT_FREE);
}

static int failed(struct error *err, const char *target)
{
	return error_errno(err, "cannot create '%s'", target);
}

/* The permissions that open(2) would give a new file. */
static mode_t new_mode(void)
{
	mode_t mask = umask(077);

	umask(mask);
	return 0666 & ~mask;
}

/*
 * The group's permissions go with the group: where it cannot be kept, they are
 * not given to another one.
 */
static int set_mode(int fd, const struct stat *old)
{
	mode_t mode = old ? old->st_mode & 0777 : new_mode();
	struct stat now;

	if (!old)
		return fchmod(fd, mode);
	if (fstat(fd, &now))
		return -1;
	if (now.st_gid != old->st_gid && fchown(fd, (uid_t)-1, old->st_gid))
		mode &= ~(mode_t)070;
	if (now.st_uid != old->st_uid && fchown(fd, old->st_uid, (gid_t)-1))
		errno = 0;	/* only root can: the file is then ours */
	return fchmod(fd, mode);
}

int temporary_open(const char *target, const struct stat *old, int *fd,
		   struct error *err)
{
	const char *slash = strrchr(target, '/');
	const char *base = slash ? slash + 1 : target;
	int slot = slot_claim();
	char *path;
	int len;

	if (slot < 0)
		return error_failed(err, "cannot create '%s': more than %d "
				    "unfinished output files", target, SLOTS);
	path = slots[slot].path;
	len = snprintf(path, PATH_MAX, "%.*s.%.*s.XXXXXX.tmp",
		       (int)(base - target), target, BASE_SHOWN, base);
	if (len >= PATH_MAX) {
		errno = ENAMETOOLONG;
		slot_free(slot);
		return failed(err, target);
	}
	/* In use before the file exists: so no signal comes between. */
	atomic_store(&slots[slot].state, SLOT_IN_USE);
	*fd = mkostemps(path, 4, O_CLOEXEC);
	if (*fd < 0) {
		slot_free(slot);
		return failed(err, target);
	}
	if (set_mode(*fd, old)) {
		failed(err, target);
		close(*fd);
		temporary_discard(slot);
		return -1;
	}
	return slot;
}

/*
 * The name is durable once the directory is.  Some file systems cannot sync
 * one; the rename has happened either way, so this is no failure.
 */
static void sync_directory(const char *target)
{
	const char *slash = strrchr(target, '/');
	char *name = slash ? mem_text(target, (size_t)(slash + 1 - target)) :
			     mem_text(".", 1);
	int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	mem_free(name);
}

int temporary_commit(int slot, const char *target, struct error *err)
{
	if (rename(slots[slot].path, target)) {
		error_errno(err, "cannot rename the finished file to '%s'",
			    target);
		if (atomic_load(&slots[slot].state) == SLOT_KEPT)
			slot_free(slot);
		else
			temporary_discard(slot);
		return -1;
	}
	slot_free(slot);
	sync_directory(target);
	return 0;
}

const char *temporary_path(int slot)
{
	return slots[slot].path;
}

void temporary_keep(int slot)
{
	atomic_store(&slots[slot].state, SLOT_KEPT);
}

void temporary_discard(int slot)
{
	if (slot < 0)
		return;
	unlink(slots[slot].path);
	slot_free(slot);
}

void temporary_discard_all(void)
{
	int saved = errno;

	for (int i = 0; i < SLOTS; i++)
		if (atomic_load(&slots[i].state) == SLOT_IN_USE)
			unlink(slots[i].path);
	errno = saved;
}
