/*
 * Web logs as rows: each line a request, whose columns are the fixed ones of
 * log_format.h and those that its format names beside them.
 *
 *	common vcommon combined vcombined	Apache and nginx; the v stands for the
 *						virtual host at the front
 *	w3c cloudfront				W3C extended: a #Fields line
 *	alb elb s3				load balancers and storage of AWS
 *	haproxy squid				proxies
 *	jsonlog					JSON by any names: see log_json.h
 *
 * and any other by its notation.  Where the columns go unless a mapping
 * says it, log_column_table tells.
 */
#ifndef WEBLOG_WEBLOG_H
#define WEBLOG_WEBLOG_H

#include "collect/rows/rows.h"
#include "collect/weblog/log_format.h"

/* The names of the formats, NULL behind the last. */
extern const char *const weblog_names[];

bool weblog_is_name(const char *name);

/*
 * The format of a text that begins with HEAD: the one that most of its first lines are in, where
 * more than half of them are in any; messages of servers do not count.  NULL: it is no web
 * log that is known.  Each line is read by what it is itself, whatever the format: see log_clf.h.
 */
const char *weblog_sniff(struct span head);

struct weblog;

/*
 * By NOTATION, the text of --log-format, where it is not NULL; else the format NAME.
 * Of W3C the directives that HEAD begins with say the columns.  NULL with a
 * usage error.  Owned: weblog_free.
 */
struct weblog *weblog_new(const char *name, const char *notation,
			  struct span head, struct error *err);
void weblog_free(struct weblog *w);

const char *weblog_name(const struct weblog *w);
const struct span *weblog_columns(const struct weblog *w, size_t *count);

/* How many bytes of directives HEAD begins with. */
size_t weblog_head_len(const struct weblog *w, struct span head);

/* What a reader must know of the text before the first one. */
struct span weblog_start(const struct weblog *w);

/*
 * What a reader must know of the text before TEXT, whole lines, which is the next of the
 * file: valid as long as W.  To be called for all texts in their order.
 */
struct span weblog_before(struct weblog *w, struct span text);

/* What weblog_before would give for a text behind those so far. */
struct span weblog_state(const struct weblog *w);

/* What a reader notes of lines, without which all might not be as it seems. */
enum weblog_note {
	WEBLOG_PLAIN,		/* common in a log that is combined */
	WEBLOG_AGENTS,		/* combined in one that is common */
	WEBLOG_OTHER,		/* of another kind: JSON among text, text among JSON */
	WEBLOG_MESSAGE,		/* no requests: messages of the server, passed over */
	WEBLOG_DOUBT,		/* more than one address that may be the client's */
	WEBLOG_HOLE,		/* NUL bytes at the front, left out */
	WEBLOG_NOTES,
};

struct log_proxies;
struct weblog_reader;

/* KEY as for visitors_new.  W and CALLS are borrowed.  Owned: weblog_reader_free. */
struct weblog_reader *weblog_reader_new(const struct weblog *w, struct span key,
					const struct rows_calls *calls);
void weblog_reader_free(struct weblog_reader *r);

/* As visitors_blur. */
void weblog_reader_blur(struct weblog_reader *r, unsigned bits);

/* From now on clients are found behind these proxies: see log_client.  Borrowed. */
void weblog_reader_trust(struct weblog_reader *r, const struct log_proxies *trusted);

/* WEBLOG_NOTES notes, which weblog_read adds to; lines as its *LINE. */
struct row_note *weblog_reader_notes(struct weblog_reader *r);

/* Appends what NOTE means, for people, of N lines in a log W. */
void weblog_put_note(const struct weblog *w, enum weblog_note note, const struct row_note *n, struct buf *out);

/* The directives in force for the row at hand, kept in A, which must not be cleared before the next weblog_read. */
struct span weblog_reader_directives(struct weblog_reader *r, struct arena *a);

/* Reads TEXT, whole lines.  BEFORE by weblog_start or weblog_before; *LINE as for rows_read. */
void weblog_read(struct weblog_reader *r, struct span before, struct span text,
		 const struct census *census, uint64_t *line);

#endif
