/*
 * What a record has to do with those who are sought.
 *
 * It is THEIRS where it names them: an event or a profile by its identifiers or as one of their events, a
 * row, a line and any other object by any value that is an identifier of theirs.  But an object that has such
 * values only in objects of a list, as a page of customers has, is not: its elements are looked at by themselves.  An event or a profile of
 * somebody else that has such a value, as a friend's address in a referral, MENTIONS them: that
 * value goes, the record stays.  Where an identifier stands in the middle of a text, as in a note, nobody
 * can say whose record it is: it is LEFT, and said.
 */
#ifndef ERASE_RECORD_CHECK_H
#define ERASE_RECORD_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "activate/erase/subject.h"
#include "base/buf.h"

enum relation {
	RELATION_NONE,
	RELATION_LEFT,
	RELATION_MENTIONED,
	RELATION_NESTED,		/* only elements of a list in it are: nested.h */
	RELATION_THEIRS,
};

/* Bytes of a record that are blanked. */
struct record_edit {
	size_t begin, end;
};

struct record_check {
	const struct subject *subject;
	bool redact;		/* what is theirs is blanked, too */
	bool texts;		/* so is a text that has an identifier in its middle, whoever's record it is in */
	char delimiter;		/* of a table */
	struct span *columns;	/* their names; borrowed */
	size_t column_count;

	/* Of the record checked last. */
	enum relation relation;
	uint32_t who;		/* an identifier that it has; SUBJECT_NONE: one of their events */
	bool inside;		/* it has one as a part of another value */
	bool near;		/* it has what may be their phone number */
	bool profile;
	struct record_edit *edits;	/* ascending, apart */
	size_t edit_count, edit_cap;
	struct buf text;
	struct buf rest;
};

void record_check_release(struct record_check *j);

/* RECORD: a JSON value; a row of a table; a line.  Each without its line end. */
void record_check_json(struct record_check *j, struct span record);
void record_check_row(struct record_check *j, struct span record);
void record_check_line(struct record_check *j, struct span record);

/* Appends RECORD with its edits blanked: in JSON by null, in a table by nothing. */
void record_check_put_blanked(const struct record_check *j, struct span record, bool json, struct buf *out);

/* Cuts the next cell off *ROW: its text without quotes, in SCRATCH where it had any.  False: no more. */
bool record_check_cell(struct span *row, char delimiter, struct span *raw, struct span *text, struct buf *scratch);

#endif
