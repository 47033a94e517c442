#include <string.h>
#include <zstd.h>

#include "base/mem.h"
#include "io/codec.h"

/* RFC 8878, 3.1.1 and 3.1.2: the marks of a frame, and of one to be skipped. */
static bool zstd_knows(const char *bytes, size_t len)
{
	if (len < 4)
		return false;
	return !memcmp(bytes, "\x28\xb5\x2f\xfd", 4) ||
	       ((bytes[0] & 0xF0) == 0x50 && !memcmp(bytes + 1, "\x2a\x4d\x18", 3));
}

static void *unzstd_new(void)
{
	ZSTD_DStream *z = ZSTD_createDStream();

	if (!z)
		mem_fail(1);
	return z;
}

static enum decoder_status unzstd_step(void *state, struct codec_bytes *io,
				       const char **why)
{
	ZSTD_inBuffer in = {io->in, io->in_len, 0};
	ZSTD_outBuffer out = {io->out, io->out_len, 0};
	size_t status = ZSTD_decompressStream(state, &out, &in);

	io->in += in.pos;
	io->in_len -= in.pos;
	io->out += out.pos;
	io->out_len -= out.pos;
	if (ZSTD_isError(status)) {
		*why = ZSTD_getErrorName(status);
		return DECODER_BAD;
	}
	return status ? DECODER_MORE : DECODER_END;
}

static void unzstd_free(void *state)
{
	ZSTD_freeDStream(state);
}

const struct decoder decoder_zstd = {
	.name = "zstd", .knows = zstd_knows,
	.new = unzstd_new, .step = unzstd_step, .free = unzstd_free,
};

static void *zstd_new(void)
{
	ZSTD_CStream *z = ZSTD_createCStream();

	if (!z || ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1)))
		mem_fail(1);
	return z;
}

static bool zstd_step(void *state, struct codec_bytes *io,
		      enum encoder_goal goal)
{
	static const ZSTD_EndDirective directive[] = {
		[ENCODER_GO] = ZSTD_e_continue,
		[ENCODER_FLUSH] = ZSTD_e_flush,
		[ENCODER_END] = ZSTD_e_end,
	};
	ZSTD_inBuffer in = {io->in, io->in_len, 0};
	ZSTD_outBuffer out = {io->out, io->out_len, 0};
	size_t left = ZSTD_compressStream2(state, &out, &in, directive[goal]);

	if (ZSTD_isError(left))	/* compressing can fail for nothing else */
		mem_fail(1);
	io->in += in.pos;
	io->in_len -= in.pos;
	io->out += out.pos;
	io->out_len -= out.pos;
	return !io->in_len && (goal == ENCODER_GO || !left);
}

static void zstd_free(void *state)
{
	ZSTD_freeCStream(state);
}

const struct encoder encoder_zstd = {
	.new = zstd_new, .step = zstd_step, .free = zstd_free,
};
