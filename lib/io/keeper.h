/*
 * The thread that keeps the mapped pages of paged memory to what the rest of the
 * process leaves of the limit: paged.h says how.
 */
#ifndef IO_KEEPER_H
#define IO_KEEPER_H

/* Starts it, the first time.  Where there can be no thread, it is done without. */
void keeper_start(void);

/* Does now, on the caller's thread, what the keeper does every millisecond, if it was started. */
void keeper_look(void);

#endif
