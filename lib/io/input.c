/*
 * Three layers: stored bytes from the file (raw), the bytes behind the
 * compression (plain_read, packed_read), and what input_peek looked at before
 * it was taken (ahead).  Nothing is read before the first of them is asked for,
 * so that opening a pipe waits for nobody.
 */
#include "io/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/block.h"
#include "io/codec.h"

#define RAW_SIZE ((size_t)256 << 10)
#define PIPE_SIZE (1 << 20)

struct input {
	char *name;
	int fd;
	bool borrowed;		/* stdin is not ours to close */
	uint64_t position;
	uint64_t size;

	char *raw;		/* RAW_SIZE bytes */
	size_t raw_at, raw_len;
	bool raw_ended;

	bool sniffed;
	const struct decoder *decoder;	/* NULL: plain */
	void *decoding;
	bool between;		/* two members; at the front of the first, too */

	struct buf ahead;
	size_t ahead_at;

	struct block_cutter cutter;
	struct error fault;	/* what failed, for every later read */
};

static int input_fail(struct input *in, struct error *err)
{
	error_place(&in->fault, in->name, 0, 0);
	if (err)
		*err = in->fault;
	return -1;
}

/* ---- stored bytes ---- */

/* One read(2): 0 at the end, -1 with the fault set. */
static ptrdiff_t read_some(struct input *in, char *bytes, size_t size)
{
	struct pollfd wait = {.fd = in->fd, .events = POLLIN};
	ssize_t got;

	while (!in->raw_ended) {
		got = read(in->fd, bytes, size);
		if (got > 0) {
			in->position += (uint64_t)got;
			return got;
		}
		if (!got)
			in->raw_ended = true;
		else if (errno == EAGAIN)
			poll(&wait, 1, -1);
		else if (errno != EINTR)
			return error_errno(&in->fault, "cannot read");
	}
	return 0;
}

/* Adds to the raw bytes once; whether more came tells raw_len. */
static int raw_fill(struct input *in)
{
	ptrdiff_t got;

	if (!in->raw)
		in->raw = mem_alloc(RAW_SIZE);
	if (in->raw_at) {
		in->raw_len -= in->raw_at;
		memmove(in->raw, in->raw + in->raw_at, in->raw_len);
		in->raw_at = 0;
	}
	got = read_some(in, in->raw + in->raw_len, RAW_SIZE - in->raw_len);
	if (got < 0)
		return -1;
	in->raw_len += (size_t)got;
	return 0;
}

static size_t raw_left(const struct input *in)
{
	return in->raw_len - in->raw_at;
}

static int sniff_codec(struct input *in)
{
	static const struct decoder *const decoders[] = {
		&decoder_gzip, &decoder_zstd,
	};

	while (raw_left(in) < DECODER_MARK && !in->raw_ended)
		if (raw_fill(in))
			return -1;
	in->sniffed = true;
	for (size_t i = 0; i < sizeof decoders / sizeof *decoders; i++) {
		if (!decoders[i]->knows(in->raw, raw_left(in)))
			continue;
		in->decoder = decoders[i];
		in->decoding = in->decoder->new();
		break;
	}
	return 0;
}

/* ---- what is behind the compression ---- */

static ptrdiff_t plain_read(struct input *in, char *bytes, size_t size)
{
	size_t left = raw_left(in);

	if (!left)
		return read_some(in, bytes, size);
	if (left > size)
		left = size;
	memcpy(bytes, in->raw + in->raw_at, left);
	in->raw_at += left;
	return (ptrdiff_t)left;
}

/*
 * Behind a member: 1 when another begins, 0 at the end of the file.  Archives
 * written to tapes and the like are filled up with zeros.
 */
static int next_member(struct input *in)
{
	const struct decoder *d = in->decoder;
	bool zeros = false;

	for (;;) {
		while (d->padded && raw_left(in) && !in->raw[in->raw_at]) {
			zeros = true;
			in->raw_at++;
		}
		if (in->raw_ended || raw_left(in) >= DECODER_MARK)
			break;
		if (raw_fill(in))
			return -1;
	}
	if (!raw_left(in))
		return 0;
	if (zeros || !d->knows(in->raw + in->raw_at, raw_left(in)))
		return error_failed(&in->fault, "garbage after the %s data: "
				    "the file is damaged", d->name);
	return 1;
}

/* One step that makes bytes, takes bytes, or reads more of them. */
static int packed_step(struct input *in, struct codec_bytes *io)
{
	const struct decoder *d = in->decoder;
	size_t room = io->out_len;
	const char *why = NULL;
	size_t taken;

	if (!raw_left(in) && raw_fill(in))
		return -1;
	io->in = in->raw + in->raw_at;
	io->in_len = raw_left(in);
	switch (d->step(in->decoding, io, &why)) {
	case DECODER_BAD:
		return error_failed(&in->fault, "%s data is damaged: %s",
				    d->name, why);
	case DECODER_END:
		in->between = true;
		break;
	case DECODER_MORE:
		break;
	}
	taken = raw_left(in) - io->in_len;
	in->raw_at += taken;
	if (in->between || taken || room > io->out_len || !in->raw_ended)
		return 0;
	return error_failed(&in->fault, "%s data ends too early: the file is "
			    "cut", d->name);
}

static ptrdiff_t packed_read(struct input *in, char *bytes, size_t size)
{
	struct codec_bytes io = {.out = bytes, .out_len = size};

	while (io.out_len == size) {
		if (in->between) {
			int more = next_member(in);

			if (more <= 0)
				return more;
			in->between = false;
		}
		if (packed_step(in, &io))
			return -1;
	}
	return (ptrdiff_t)(size - io.out_len);
}

static ptrdiff_t read_bytes(struct input *in, char *bytes, size_t size,
			    struct error *err)
{
	ptrdiff_t got = -1;

	if (!in->fault.kind && (in->sniffed || !sniff_codec(in)))
		got = in->decoder ? packed_read(in, bytes, size) :
				    plain_read(in, bytes, size);
	return got < 0 ? input_fail(in, err) : got;
}

ptrdiff_t input_read(struct input *in, char *bytes, size_t size,
		     struct error *err)
{
	size_t left = in->ahead.len - in->ahead_at;

	if (!size)
		return 0;
	if (!left)
		return read_bytes(in, bytes, size, err);
	if (left > size)
		left = size;
	memcpy(bytes, in->ahead.ptr + in->ahead_at, left);
	in->ahead_at += left;
	return (ptrdiff_t)left;
}

int input_peek(struct input *in, size_t size, struct span *out,
	       struct error *err)
{
	struct buf *ahead = &in->ahead;
	ptrdiff_t got = 1;

	if (in->ahead_at == ahead->len) {
		in->ahead_at = 0;
		buf_clear(ahead);
	}
	while (ahead->len - in->ahead_at < size && got) {
		buf_reserve(ahead, size);
		got = read_bytes(in, ahead->ptr + ahead->len, size, err);
		if (got < 0)
			return -1;
		ahead->len += (size_t)got;
	}
	*out = span_sub(buf_view(ahead), in->ahead_at, size);
	return 0;
}

/* ---- moving about ---- */

int input_identify(const struct input *in, struct input_identity *out,
		   struct error *err)
{
	struct stat st;

	if (fstat(in->fd, &st)) {
		error_errno(err, "cannot read");
		error_place(err, in->name, 0, 0);
		return -1;
	}
	*out = (struct input_identity){
		.device = st.st_dev,
		.inode = st.st_ino,
		.size = (uint64_t)st.st_size,
		/* Beyond 2262 it wraps: it is only compared. */
		.changed_ns = (uint64_t)st.st_mtim.tv_sec * 1000000000 +
			      (uint64_t)st.st_mtim.tv_nsec,
		.regular = S_ISREG(st.st_mode),
	};
	return 0;
}

bool input_is_packed(const struct input *in)
{
	return in->decoder != NULL;
}

const char *input_packing(const struct input *in)
{
	return in->decoder ? in->decoder->name : NULL;
}

int input_rewind(struct input *in, struct error *err)
{
	if (lseek(in->fd, 0, SEEK_SET) < 0) {
		error_errno(&in->fault, "cannot read again");
		return input_fail(in, err);
	}
	if (in->decoder)
		in->decoder->free(in->decoding);
	in->decoder = NULL;
	in->decoding = NULL;
	in->sniffed = in->between = in->raw_ended = false;
	in->raw_at = in->raw_len = 0;
	in->position = 0;
	buf_clear(&in->ahead);
	in->ahead_at = 0;
	return 0;
}

/* ---- opening ---- */

static int check_kind(struct input *in)
{
	struct stat st;

	if (fstat(in->fd, &st))
		return error_errno(&in->fault, "cannot read");
	if (S_ISDIR(st.st_mode))
		return error_failed(&in->fault, "is a directory");
	if (S_ISREG(st.st_mode)) {
		off_t at = lseek(in->fd, 0, SEEK_CUR);

		if (at >= 0 && at < st.st_size)
			in->size = (uint64_t)(st.st_size - at);
		posix_fadvise(in->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	} else if (S_ISFIFO(st.st_mode)) {
		/* Fewer switches between writer and reader; a wish only. */
		fcntl(in->fd, F_SETPIPE_SZ, PIPE_SIZE);
	}
	return 0;
}

static int open_file(struct input *in)
{
	if (in->borrowed) {
		in->fd = STDIN_FILENO;
		return 0;
	}
	do {
		in->fd = open(in->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	} while (in->fd < 0 && errno == EINTR);
	if (in->fd < 0)
		return error_errno(&in->fault, "cannot open");
	return 0;
}

struct input *input_open(const char *path, struct error *err)
{
	struct input *in = mem_zero(1, sizeof *in);

	in->borrowed = !path || !strcmp(path, "-");
	if (in->borrowed)
		path = "<stdin>";
	in->name = mem_text(path, strlen(path));
	in->fd = -1;
	if (open_file(in) || check_kind(in)) {
		input_fail(in, err);
		input_close(in);
		return NULL;
	}
	return in;
}

void input_close(struct input *in)
{
	if (!in)
		return;
	if (in->fd >= 0 && !in->borrowed)
		close(in->fd);
	if (in->decoder)
		in->decoder->free(in->decoding);
	block_cutter_release(&in->cutter);
	buf_release(&in->ahead);
	mem_free(in->raw);
	mem_free(in->name);
	mem_free(in);
}

const char *input_name(const struct input *in)
{
	return in->name;
}

uint64_t input_position(const struct input *in)
{
	return in->position;
}

uint64_t input_size(const struct input *in)
{
	return in->size;
}

int input_block_sized(struct input *in, struct block *b, size_t target,
		      size_t max, struct error *err)
{
	return block_cut(&in->cutter, in, b, target, max, err);
}

int input_block(struct input *in, struct block *b, struct error *err)
{
	return input_block_sized(in, b, INPUT_BLOCK, INPUT_LINE_MAX, err);
}

#define STEP 65536

int input_whole(const char *path, size_t most, struct buf *text, struct error *err)
{
	struct input *in = input_open(path, err);
	size_t from = text->len;
	ptrdiff_t got = 1;

	if (!in)
		return -1;
	while (got > 0 && text->len - from <= most) {
		buf_reserve(text, STEP);
		got = input_read(in, text->ptr + text->len, STEP, err);
		if (got > 0)
			text->len += (size_t)got;
	}
	input_close(in);
	if (text->len - from <= most)
		return got < 0 ? -1 : 0;
	error_usage(err, "is longer than %zu MiB", most >> 20);
	error_place(err, path, 0, 0);
	return -1;
}
