/*
 * A line of a log as cells: cut by its format, then what can be derived from
 * the fields.
 */
#ifndef WEBLOG_LOG_LINE_H
#define WEBLOG_LOG_LINE_H

#include "base/buf.h"
#include "base/decimal.h"
#include "collect/rows/cell.h"
#include "collect/weblog/log_address.h"
#include "collect/weblog/log_clock.h"
#include "collect/weblog/visitor.h"

/* The cells of one line after the other; one for each worker. */
struct log_line {
	struct cell *cells;		/* by column */
	struct cell *blank;		/* all of them missing */
	bool *plains;			/* as a row has them: pieces of a plain line */
	size_t count;
	struct arena texts;		/* of the line at hand */
	struct log_clock clock;
	char time[MOMENT_TEXT];
	struct span date;		/* LOG_DATE of this line */
	struct decimal parts;		/* sum of LOG_PART */
	bool has_parts;
	bool part_missing;
	struct buf extra;
	struct visitors *visitors;
	struct span plain;		/* the line, where all its cells are plain; or empty */
	size_t quotes;			/* so many does the format write around fields */
	const struct log_proxies *trusted;	/* see log_client */
	bool doubtful;			/* of this line: see log_client */
	bool resolved;			/* ... and whether the server has looked behind proxies itself */
	bool has_agents;		/* ... and see log_clf.h: it is combined... */
	bool has_vhost;			/* ... behind a virtual host */
	char seen_host[64];		/* the host that was asked for last... */
	size_t seen_len;
	struct span host;		/* ...of this line... */
	enum host_kind host_kind;	/* ...and what it is */
	/* Of the text that the lines are from. */
	bool has_escapes;		/* a backslash is somewhere */
	bool unclean;			/* bytes that are not UTF-8, or NUL */
};

/* COUNT columns; KEY as for visitors_new. */
void log_line_init(struct log_line *l, size_t count, struct span key);
void log_line_release(struct log_line *l);

/*
 * Forgets the line before and begins with TEXT, which is to be cut as it is returned:
 * bytes that are no text are written as \xhh there.
 */
struct span log_line_start(struct log_line *l, struct span text);

/*
 * Cuts TEXT, a line without its end, by F.  -1 with a data error, which says
 * where it leaves the format.
 */
int log_line_cut(struct log_line *l, const struct log_format *f,
		 struct span text, struct error *err);

/* The same of TEXT, which begins with item FIRST of F. */
int log_line_cut_from(struct log_line *l, const struct log_format *f, size_t first,
		      struct span text, struct error *err);

/* Is HOST, bare, an address or a name? */
bool log_line_is_host(struct log_line *l, struct span host);

/* PARTS one behind another, kept until the next line. */
struct span log_line_join(struct log_line *l, const struct span *parts, size_t count);

/* TEXT is the value of ITEM.  "-" and nothing are missing values. */
int log_line_put(struct log_line *l, const struct log_item *item,
		 struct span text, struct error *err);

/*
 * Makes the derived columns of those that are there.  -1 with a data error: a
 * request without time, a host that is neither an address nor a name.
 */
int log_line_derive(struct log_line *l, struct error *err);

/* Column COLUMN is TEXT, or missing where that is empty. */
static inline void log_line_set(struct log_line *l, int column, struct span text)
{
	if (!text.len)
		return;
	l->cells[column] = (struct cell){text, CELL_TEXT};
	l->plains[column] = (uintptr_t)text.ptr - (uintptr_t)l->plain.ptr < l->plain.len;
}

static inline bool log_line_has(const struct log_line *l, int column)
{
	return l->cells[column].kind != CELL_NONE;
}

#endif
