/*
 * Lines in the formats of Apache and nginx: common and combined, behind a virtual host or
 * not, as they are found in the field: see log_front.h for what stands before the time,
 * log_envelope.h for what a line is carried in.  Which of the formats a line is in, the line says itself.
 */
#ifndef WEBLOG_LOG_CLF_H
#define WEBLOG_LOG_CLF_H

#include "collect/weblog/log_line.h"

struct log_clf {
	struct log_format combined;
	struct log_format common;
	bool vhost;		/* the format says that a virtual host comes first */
	bool agents;		/* ... and that referrer and user agent come last */
};

/* By NAME: combined, common, vcombined or vcommon. */
void log_clf_init(struct log_clf *f, const char *name);
void log_clf_release(struct log_clf *f);

/*
 * Was L, cut by a notation, a line with nothing special about it?  Then log_clf_cut
 * would give the same.
 */
bool log_clf_is_usual(struct log_line *l);

/* Cuts TEXT into the cells of L, which has been started.  -1 with a data error; 1: it has no time in brackets, nothing is said. */
int log_clf_cut(struct log_line *l, const struct log_clf *f, struct span text, struct error *err);

/* Fields behind those of the format, LOG_EXTRA: a list of forwarded addresses in quotes, Traefik's duration. */
void log_clf_take_extra(struct log_line *l);

#endif
