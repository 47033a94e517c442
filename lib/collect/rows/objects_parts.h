/* The inside of objects.c and objects_nested.c; for them only. */
#ifndef ROWS_OBJECTS_PARTS_H
#define ROWS_OBJECTS_PARTS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "record/scan.h"
#include "collect/rows/objects.h"

struct node {
	struct span key;
	struct span quoted;	/* `"key":`, or empty where it would hold escapes */
	struct node **children;
	size_t count;
	size_t cap;
	size_t next;		/* where the next look-up begins */
	struct map *table;	/* key -> child number */
	int column;		/* -1: none yet */
};

struct objects {
	struct arena arena;	/* nodes, names */
	struct node *root;
	struct span *names;
	size_t count;
	size_t cap;
	const struct span *given_names;	/* columns that the caller named */
	const bool *whole;
	size_t given;
	struct cell *cells;
	bool *plains;		/* the cell's text needs no escape */
	uint64_t *stamps;	/* the row in which a cell was set last */
	size_t cells_cap;	/* of these and `touched` */
	int *touched;
	size_t touched_count;
	uint64_t rows;
	bool forgotten;		/* numbers of columns have been given anew */
	struct arena texts;	/* decoded texts of this row */
	struct arena *into;	/* where texts go: these, or those of the objects around */
	struct buf scratch;
	struct buf path;
	const struct rows_calls *calls;
	struct error *err;
	struct nesting *nesting;	/* NULL: a value is a record */
};

/* objects.c */
struct node *objects_child(const struct node *n, struct span key);
/* The cell of COLUMN becomes V; it is not noted in o->touched. */
void objects_set(struct objects *o, int column, const struct value *v);
/* Hands TEXT, one object, over as a row. */
void objects_take(struct objects *o, struct span text, struct span raw,
		  uint64_t line);
void objects_refuse(struct objects *o, struct span text, struct span raw,
		    uint64_t line, struct error *err);

/* objects_nested.c: the records inside TEXT, a document. */
void nesting_read(struct objects *o, struct span text, struct span raw,
		  uint64_t line);
/* The node `outer` is no member of a record: it is not guessed. */
void nesting_hide(struct objects *o);
void nesting_free(struct nesting *n);

#endif
