/*
 * The ledger: what people have decided about who is who, and which ids are
 * given, in a plain text file that both read and edit.  A line an entry, with
 * reason, author and date behind '#':
 *
 *	must-link crm/17 email=anna@example.com   # called us; Kim; 2026-03-01
 *	cannot-link crm/17 crm/18                 # father and son; Kim; 2026-03-02
 *	exclude phone=+12025550199                # the till's; Ada; 2026-03-05
 *	pin email=anna@example.com 0d64d4c520156f05be1cb06af3220872
 *
 * What is linked is an identifier, type=value, or a record, source/id.  Words
 * with blanks or quotes stand in quotes (unify/identity/words.h).  To undo an entry is
 * to delete its line.
 *
 * must-link and cannot-link outrank all rules, also through others: who must be
 * one of one that cannot be another, cannot either.  Both of the same is an
 * error that names the lines.  `exclude` is a value that means nobody.
 *
 * A pin gives the customer who holds an identifier its id, whatever its anchor;
 * of several the one whose identifier is the oldest.  The tool appends a pin for
 * each customer without: so ids stay.  A pin that gave way, since two customers are one
 * now, is appended again with the id that stands: that decision, too, stays, whichever
 * identifier is the older one later.
 *
 * The file is locked from ledger_open to ledger_close, and grows whole or not
 * at all, at the end of a run: ledger_add only collects lines, ledger_prepare finds
 * out what stands against them (a full disk, another file under the name), and
 * ledger_commit writes them once all other files have their names.
 */
#ifndef IDENTITY_LEDGER_H
#define IDENTITY_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"
#include "unify/identity/blocked.h"

/* What an entry links: an identifier, or a record. */
struct ledger_end {
	struct span type, value;	/* absent type: a record */
	struct span source, id;
	uint32_t line;		/* where it stands first */
};

struct ledger_link {
	uint32_t a, b;		/* ends */
	uint32_t line;
	struct span reason;	/* what stands behind '#'; may be absent */
};

struct pin {
	struct span type, value;
	struct hash128 id;
	bool again;		/* an earlier line gave another id */
};

/* A line of a pin, of which an identifier can have several. */
struct pin_line {
	uint32_t pin, line;
	struct hash128 id;	/* that this line gives */
};

struct ledger {
	const char *path;	/* borrowed */
	int fd;
	uint64_t size;		/* bytes read */
	uint64_t decided;	/* lines that ledger_open has added */
	bool open_line;		/* the last one has no newline */
	int made;		/* the slot (io/temporary.h) of a file that was not there */
	struct buf added;	/* lines for ledger_commit... */
	struct buf ready;	/* ...as ledger_prepare has made them ready */
	struct arena texts;
	struct map names;	/* of ends, as they are written canonically */
	struct ledger_end *ends;
	size_t end_cap;
	struct ledger_link *must, *cannot;
	size_t must_count, must_cap, cannot_count, cannot_cap;
	struct map pin_names;	/* type NUL value -> the last pin */
	struct pin *pins;
	size_t pin_cap;
	struct pin_line *pin_lines;	/* in their order */
	size_t pin_line_count, pin_line_cap;
	struct map excludes;	/* type NUL value */
};

/* What stands behind a decision that a list of --review brought. */
#define LEDGER_DECIDED "  # --review"

#define LEDGER_INIT ((struct ledger){.fd = -1, .made = -1})

/*
 * Opens PATH, locks and reads it.  The lines DECISIONS that it has not are read
 * behind it, and added as by ledger_add.  A missing file is made, for its lock; it goes
 * again where nothing is committed.  -1: a usage error with its line, or the file
 * cannot be had.
 */
int ledger_open(struct ledger *l, const char *path, struct span decisions, struct error *err);
void ledger_close(struct ledger *l);

/* The same for a text: without a file. */
int ledger_parse(struct ledger *l, struct span text, const char *name, struct error *err);

/* The values that mean nobody, into B. */
void ledger_exclude(const struct ledger *l, struct blocked *b);

/* The key of the record that END names, as an event's in the index (unify/index/fact.c). */
struct hash128 ledger_record_key(const struct ledger_end *end);

/* Whole LINES, for ledger_commit. */
void ledger_add(struct ledger *l, struct span lines);

/*
 * Makes the lines ready, so that nothing but writing is left.  -1 with *ERR: they cannot be written, since the disk is full, or since the file
 * that was read is not the one of that name any more (as editors and sed -i do it).
 */
int ledger_prepare(struct ledger *l, struct error *err);

/* Behind ledger_prepare: writes the lines added; the file is then as before, or with all of them. */
int ledger_commit(struct ledger *l, struct error *err);

/* Appends END, type=value or source/id, so that it is read back. */
void ledger_put_end(const struct ledger_end *end, struct buf *out);

/* Appends the line of a pin; AS_OF: MOMENT_NONE for none. */
void ledger_put_pin(struct span type, struct span value, struct hash128 id, int64_t as_of,
		    struct buf *out);

#endif
