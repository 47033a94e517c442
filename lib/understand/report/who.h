/*
 * Which of four a profile is: somebody who bought; somebody known who did not; an anonymous visitor,
 * of whom only a browser is known (anonymous_id, device_id); or a program that visits by itself.
 *
 * A profile without an order, whose only identifiers are such, is a program where its first event with a
 * user agent is one's: by cdp-ingest --enrich (context.bot) or the list of crawlers.
 */
#ifndef REPORT_WHO_H
#define REPORT_WHO_H

#include "base/error.h"
#include "record/event.h"
#include "record/profile.h"

enum who { WHO_BUYER, WHO_KNOWN, WHO_ANONYMOUS, WHO_CRAWLER, WHO_COUNT };

/* The lists, for all workers.  NULL with a usage error.  Owned: who_free. */
struct who_lists;
struct who_lists *who_load(struct error *err);
void who_free(struct who_lists *l);

/* For one worker; the lists are borrowed.  Owned: who_asker_free. */
struct who_asker;
struct who_asker *who_asker_new(const struct who_lists *l);
void who_asker_free(struct who_asker *a);

/* A profile: its head, then its events as they come, then the answer. */
void who_begin(struct who_asker *a, const struct profile *p);
void who_event(struct who_asker *a, const struct event *e);
enum who who_end(const struct who_asker *a);

#endif
