#include <assert.h>
#include <limits.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "io/codec.h"

/* zlib: 15 bits of window, and 16 for a gzip header and trailer. */
#define WINDOW_GZIP (15 + 16)
#define MEMORY_LEVEL 8

/* zlib counts in unsigned int. */
static unsigned at_most(size_t len)
{
	return len > UINT_MAX ? UINT_MAX : (unsigned)len;
}

static void lend_memory(z_stream *z, const struct codec_bytes *io)
{
	z->next_in = (Bytef *)(uintptr_t)io->in;
	z->avail_in = at_most(io->in_len);
	z->next_out = (Bytef *)io->out;
	z->avail_out = at_most(io->out_len);
}

static void settle_member(const z_stream *z, struct codec_bytes *io)
{
	size_t taken = (size_t)((const char *)z->next_in - io->in);
	size_t made = (size_t)((char *)z->next_out - io->out);

	io->in += taken;
	io->in_len -= taken;
	io->out += made;
	io->out_len -= made;
}

static bool gzip_knows(const char *bytes, size_t len)
{
	return len >= 2 && !memcmp(bytes, "\x1f\x8b", 2);
}

static void *gunzip_new(void)
{
	z_stream *z = mem_zero(1, sizeof *z);

	if (inflateInit2(z, WINDOW_GZIP) != Z_OK)
		mem_fail(sizeof *z);
	return z;
}

static enum decoder_status gunzip_step(void *state, struct codec_bytes *io,
				       const char **why)
{
	z_stream *z = state;
	int status;

	lend_memory(z, io);
	status = inflate(z, Z_NO_FLUSH);
	settle_member(z, io);
	switch (status) {
	case Z_OK:
	case Z_BUF_ERROR:	/* nothing to take, or no room: no fault yet */
		return DECODER_MORE;
	case Z_STREAM_END:
		inflateReset(z);
		return DECODER_END;
	case Z_MEM_ERROR:
		mem_fail(1 << 15);
	default:
		*why = z->msg ? z->msg : "not understood";
		return DECODER_BAD;
	}
}

static void gunzip_free(void *state)
{
	inflateEnd(state);
	mem_free(state);
}

const struct decoder decoder_gzip = {
	.name = "gzip", .padded = true, .knows = gzip_knows,
	.new = gunzip_new, .step = gunzip_step, .free = gunzip_free,
};

/* The header that deflate writes by itself has no name and no time. */
static void *gzip_new(void)
{
	z_stream *z = mem_zero(1, sizeof *z);

	if (deflateInit2(z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW_GZIP,
			 MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		mem_fail(sizeof *z);
	return z;
}

static bool gzip_step(void *state, struct codec_bytes *io,
		      enum encoder_goal goal)
{
	static const int flush[] = {
		[ENCODER_GO] = Z_NO_FLUSH,
		[ENCODER_FLUSH] = Z_SYNC_FLUSH,
		[ENCODER_END] = Z_FINISH,
	};
	z_stream *z = state;
	bool whole = io->in_len <= UINT_MAX;
	int status;

	lend_memory(z, io);
	status = deflate(z, whole ? flush[goal] : Z_NO_FLUSH);
	settle_member(z, io);
	assert(status != Z_STREAM_ERROR);
	if (goal == ENCODER_END)
		return status == Z_STREAM_END;
	return !io->in_len && (goal == ENCODER_GO || io->out_len);
}

static void gzip_free(void *state)
{
	deflateEnd(state);
	mem_free(state);
}

const struct encoder encoder_gzip = {
	.new = gzip_new, .step = gzip_step, .free = gzip_free,
};
