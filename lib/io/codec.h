/*
 * Compression for input.c and output.c: gzip and zstd behind one small
 * interface, one file for each library.  Bytes go through in steps: a step
 * takes what it can from the input, puts what it can into the room for output,
 * and moves both along.
 */
#ifndef IO_CODEC_H
#define IO_CODEC_H

#include <stdbool.h>
#include <stddef.h>

struct codec_bytes {
	const char *in;
	size_t in_len;
	char *out;
	size_t out_len;
};

enum decoder_status {
	DECODER_MORE,	/* go on: with more input, or more room */
	DECODER_END,	/* a gzip member or zstd frame is complete */
	DECODER_BAD,	/* *why says what is wrong with the data */
};

/* The longest mark at the front of a compressed file. */
#define DECODER_MARK 4

struct decoder {
	const char *name;	/* for messages: "gzip" */
	bool padded;		/* zeros may follow the data (tapes, blocks) */

	/* Does a file with these first bytes hold such data? */
	bool (*knows)(const char *bytes, size_t len);

	void *(*new)(void);
	/* After DECODER_END the next step begins the next member. */
	enum decoder_status (*step)(void *state, struct codec_bytes *io,
				    const char **why);
	void (*free)(void *state);
};

extern const struct decoder decoder_gzip;
extern const struct decoder decoder_zstd;

enum encoder_goal {
	ENCODER_GO,	/* compress as it suits */
	ENCODER_FLUSH,	/* all input so far must be readable from the output */
	ENCODER_END,	/* complete the member or frame */
};

/*
 * The bytes depend on the input and the places of the flushes alone: no time,
 * no name and no machine is written into them.
 */
struct encoder {
	void *(*new)(void);
	/* True when the goal is reached; false: call again with more room (for
	 * ENCODER_GO the goal is that all input is taken). */
	bool (*step)(void *state, struct codec_bytes *io,
		     enum encoder_goal goal);
	void (*free)(void *state);
};

extern const struct encoder encoder_gzip;
extern const struct encoder encoder_zstd;

#endif
