/* What cdp-activate is given, and its run; for cmd/activate_*.c and cmd/cdp-activate.c. */
#ifndef CMD_ACTIVATE_H
#define CMD_ACTIVATE_H

#include "activate/audience/audience.h"
#include "activate/audience/contacts.h"
#include "activate/audience/delta.h"
#include "cmd/as_of.h"
#include "cmd/tool.h"
#include "text/xlsx.h"

#define NO_LIMIT UINT64_MAX

struct activate_given {
	const char *to, *audience, *name;
	struct opt_list purposes, suppress;
	bool assume_consent, dry_run, list_targets, ack;
	const char *suppress_key;
	const char *hold_out, *hold_out_key;
	uint64_t limit;
	const char *by;
	const char *ledger, *cap;
	const char *held_back, *manifest;
	const char *state, *removals, *max_change;
};

#define SAMPLES 3

struct activate {
	struct tool *tool;
	struct activate_given *given;
	struct target target;
	struct audience_setup setup;
	struct audience *audience;
	struct suppress suppress;
	struct contacts contacts;
	struct buf ledger;		/* as it was read, and what is added */
	struct as_of_check now;
	struct output *held_back;
	struct output *removals;
	struct xlsx *book;		/* the output, where it is one */
	struct xlsx_sheet *sheet;
	uint64_t profiles;
	uint64_t held[HELD_COUNT];	/* of those named; HELD_NOT is out */
	uint64_t rows;			/* written */
	struct buf samples;
	unsigned sample_count;
	/* Kept until the last profile: for a limit, and for what changed. */
	struct kept {
		struct span id, rows;
		struct decimal rank;
		bool ranked;
	} *kept;
	size_t kept_count, kept_cap;
	struct kept *controls;		/* held out, for the ledger: those who would have gone out */
	size_t control_count, control_cap;
	struct arena texts;
	struct roster before, after;
	bool first;			/* there was no state */
	struct map customers;		/* of the state */
	size_t members;			/* of the state, without what a run that was killed delivered */
	bool delivers;			/* --deliver: no rows to the output */
	struct delta delta;
	char key[4100];
	struct buf text;
};

/* The ledger of deliveries, and --cap "N/DURATION" of it. */
void activate_read_ledger(struct activate *a);
void activate_write_ledger(struct activate *a);
/* The customer ID goes out, or is held out of what would have reached it: a line of the ledger. */
void activate_note(struct activate *a, struct span id, bool held_out);

/* The state: read before the first profile; compared, asked about and written behind the last. */
void activate_read_state(struct activate *a);
void activate_compare(struct activate *a);
/* --ack: what was delivered is the state now.  The exit status. */
int activate_acknowledge(struct tool *t, const struct activate_given *g);

/*
 * The output: a workbook by its name, else what the target writes.  Check it when the target is known; open it with
 * the target's HEADER; rows go to it; and finish it behind the last.
 */
void activate_book_check(struct activate *a);
void activate_book_open(struct activate *a, struct span header);
void activate_put(struct activate *a, struct span rows);
void activate_book_finish(struct activate *a);

/* One that goes out, or not. */
void activate_hold(struct activate *a, enum held why, struct span id);
void activate_out(struct activate *a, struct span id);

/* Behind the last profile: messages, --stats, --manifest.  The exit status. */
int activate_report(struct activate *a);

/* "5%" or "0.05" of OPTION, as a share of 1. */
double activate_share(struct tool *t, const char *option, const char *text);

#endif
