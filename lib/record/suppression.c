#include "record/suppression.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/mem.h"
#include "io/input.h"
#include "text/spelling.h"

#define HEADER "# cdp-suppression "
#define FORMAT "1 check="
#define CHECK_DIGITS 32
#define ENTRY_DIGITS 64
#define SHARED "shared "

struct suppressor {
	struct hmac *hmac;
	struct buf text;	/* of the identifier at hand */
	struct buf name, value;	/* of one in a record */
	char check[CHECK_DIGITS];
};

struct suppressor *suppressor_new(struct span key)
{
	struct suppressor *r = mem_zero(1, sizeof *r);
	unsigned char digest[32];

	r->hmac = hmac_new(key);
	/* No type holds a blank, so no identifier has this digest. */
	hmac_sha256(r->hmac, SPAN("cdp suppression: the key"), digest);
	hash_hex(digest, CHECK_DIGITS / 2, r->check);
	return r;
}

void suppressor_free(struct suppressor *r)
{
	if (!r)
		return;
	hmac_free(r->hmac);
	buf_release(&r->text);
	buf_release(&r->name);
	buf_release(&r->value);
	mem_free(r);
}

static void digest_identifier(struct suppressor *r, struct span type, struct span value,
			      unsigned char out[32])
{
	buf_clear(&r->text);
	for (size_t i = 0; i < type.len; i++)
		buf_char(&r->text, span_lower(type.ptr[i]));
	buf_char(&r->text, ':');
	if (spelling_is_sure(type))
		spelling_put(type, value, &r->text);
	else
		buf_span(&r->text, span_trim(value));
	hmac_sha256(r->hmac, buf_view(&r->text), out);
}

void suppressor_put_header(struct suppressor *r, struct buf *out)
{
	buf_lit(out, HEADER FORMAT);
	buf_put(out, r->check, CHECK_DIGITS);
	buf_char(out, '\n');
}

void suppressor_put_entry(struct suppressor *r, struct span type, struct span value, struct buf *out)
{
	unsigned char digest[32];
	char digits[ENTRY_DIGITS];

	digest_identifier(r, type, value, digest);
	hash_hex(digest, sizeof digest, digits);
	buf_put(out, digits, sizeof digits);
	buf_char(out, '\n');
}

void suppressor_put_share(struct suppressor *r, struct span type, struct span value,
			  const struct suppression_share *share, struct buf *out)
{
	unsigned char digest[32];
	char digits[ENTRY_DIGITS];

	digest_identifier(r, type, value, digest);
	hash_hex(digest, sizeof digest, digits);
	buf_lit(out, SHARED);
	buf_put(out, digits, sizeof digits);
	buf_printf(out, " people=%u records=%u%s%s\n", share->people, share->records,
		   share->household ? " household" : "", share->listed ? " listed" : "");
}

struct hash128 suppressor_entry(struct suppressor *r, struct span type, struct span value)
{
	unsigned char digest[32];
	char digits[32];
	struct hash128 entry;

	digest_identifier(r, type, value, digest);
	hash_hex(digest, 16, digits);
	hash_128_parse((struct span){digits, sizeof digits}, &entry);
	return entry;
}

/* ---- reading ---- */

void suppression_release(struct suppression *s)
{
	mem_free(s->entries);
	mem_free(s->shares);
	*s = SUPPRESSION_INIT;
}

static void add_entry(struct suppression *s, struct hash128 entry)
{
	s->entries = mem_room(s->entries, s->count, &s->cap, sizeof *s->entries);
	s->entries[s->count++] = entry;
}

static int check_header(const struct suppressor *r, struct span line, struct error *err)
{
	struct span rest = span_sub(line, sizeof HEADER - 1, line.len);

	if (!span_starts(rest, SPAN(FORMAT)))
		return error_usage(err, "a suppression list of another version: this program reads version 1");
	if (!span_equal(span_trim(span_sub(rest, sizeof FORMAT - 1, rest.len)), (struct span){r->check, CHECK_DIGITS}))
		return error_usage(err, "the suppression list was made with another key: give the key file "
				   "with which it was written");
	return 0;
}

/* The entry of LINE, without what is for people; false: it is none. */
static bool parse_entry(struct span line, struct hash128 *out)
{
	struct hash128 rest;
	struct span digits = span_trim(span_sub(line, 0, span_find_byte(line, '#')));

	return digits.len == ENTRY_DIGITS && hash_128_parse(span_sub(digits, 0, 32), out) &&
	       hash_128_parse(span_sub(digits, 32, 32), &rest);
}

/* The number of WORD "people=1"; false: it is another word. */
static bool read_number(struct span word, struct span name, uint32_t *out)
{
	uint32_t number = 0;

	if (!span_starts(word, name) || word.len == name.len || word.len > name.len + 9)
		return false;
	for (size_t i = name.len; i < word.len; i++) {
		if (word.ptr[i] < '0' || word.ptr[i] > '9')
			return false;
		number = number * 10 + (uint32_t)(word.ptr[i] - '0');
	}
	*out = number;
	return true;
}

static bool read_share_word(struct span word, struct suppression_share *out)
{
	if (span_equal(word, SPAN("household")))
		out->household = true;
	else if (span_equal(word, SPAN("listed")))
		out->listed = true;
	else
		return read_number(word, SPAN("people="), &out->people) ||
		       read_number(word, SPAN("records="), &out->records);
	return true;
}

/* TEXT, behind "shared ". */
static bool add_share(struct suppression *s, struct span text)
{
	struct suppression_share share = {0};
	struct span digits;

	text = span_trim(span_sub(text, 0, span_find_byte(text, '#')));
	digits = span_cut(&text, ' ');
	if (!parse_entry(digits, &share.entry))
		return false;
	while (!span_absent(text)) {
		if (!read_share_word(span_cut(&text, ' '), &share))
			return false;
	}
	s->shares = mem_room(s->shares, s->share_count, &s->share_cap, sizeof *s->shares);
	s->shares[s->share_count++] = share;
	return true;
}

static int read_line(struct suppression *s, const struct suppressor *r, struct span line, bool first,
		     struct error *err)
{
	struct hash128 entry;
	struct span text = span_trim(line);

	if (span_starts(line, SPAN(HEADER)))
		return check_header(r, line, err);
	if (first)
		return error_usage(err, "no suppression list: its first line would begin with '" HEADER "'");
	if (!text.len || text.ptr[0] == '#')
		return 0;
	if (span_starts(text, SPAN(SHARED)) && add_share(s, span_sub(text, sizeof SHARED - 1, text.len)))
		return 0;
	if (!parse_entry(line, &entry))
		return error_usage(err, "no entry of a suppression list: that is 64 hexadecimal digits");
	add_entry(s, entry);
	return 0;
}

static int read_block(struct suppression *s, const struct suppressor *r, const struct block *b,
		      struct error *err)
{
	struct span rest = {b->ptr, b->len};

	for (uint64_t number = b->line; rest.len; number++) {
		struct span line = span_sub(rest, 0, span_find_byte(rest, '\n'));

		if (read_line(s, r, line, number == 1, err)) {
			error_place(err, NULL, number, 0);
			return -1;
		}
		rest = span_sub(rest, line.len + 1, rest.len);
	}
	return 0;
}

static int compare_entries(const void *a, const void *b)
{
	return hash_128_compare(*(const struct hash128 *)a, *(const struct hash128 *)b);
}

static int compare_shares(const void *a, const void *b)
{
	const struct suppression_share *x = a, *y = b;

	return hash_128_compare(x->entry, y->entry);
}

/* Of several exclusions at one value the numbers add up. */
static void unite_shares(struct suppression *s)
{
	size_t kept = 0;

	if (s->share_count)
		qsort(s->shares, s->share_count, sizeof *s->shares, compare_shares);
	for (size_t i = 0; i < s->share_count; i++) {
		struct suppression_share *last = kept ? &s->shares[kept - 1] : NULL, *at = &s->shares[i];

		if (!last || compare_shares(last, at)) {
			s->shares[kept++] = *at;
			continue;
		}
		last->people += at->people;
		last->records += at->records;
		last->household |= at->household;
		last->listed |= at->listed;
	}
	s->share_count = kept;
}

static int read_blocks(struct suppression *s, const struct suppressor *r, struct input *in,
		       struct error *err)
{
	struct block block = BLOCK_INIT;
	bool any = false;
	int got;

	while ((got = input_block(in, &block, err)) > 0) {
		any = true;
		if (read_block(s, r, &block, err)) {
			got = -1;
			break;
		}
	}
	block_release(&block);
	if (!got && !any)
		return error_usage(err, "an empty file is no suppression list: it would suppress nobody");
	return got;
}

int suppression_load(struct suppression *s, const char *path, struct suppressor *r, struct error *err)
{
	struct input *in = input_open(path, err);
	int bad;

	if (!in)
		return -1;
	bad = read_blocks(s, r, in, err);
	if (bad)
		error_place(err, input_name(in), 0, 0);
	input_close(in);
	if (s->count)
		qsort(s->entries, s->count, sizeof *s->entries, compare_entries);
	unite_shares(s);
	return bad;
}

/* ---- asking ---- */

bool suppression_has_entry(const struct suppression *s, struct hash128 entry)
{
	return s->count && bsearch(&entry, s->entries, s->count, sizeof entry, compare_entries);
}

const struct suppression_share *suppression_share_of(const struct suppression *s, struct hash128 entry)
{
	struct suppression_share wanted = {.entry = entry};

	return s->share_count ? bsearch(&wanted, s->shares, s->share_count, sizeof wanted, compare_shares) : NULL;
}

bool suppression_has(const struct suppression *s, struct suppressor *r, struct span type,
		     struct span value)
{
	return s->count && span_trim(value).len && suppression_has_entry(s, suppressor_entry(r, type, value));
}

static bool has_value(const struct suppression *s, struct suppressor *r, struct span source,
		      struct span type, struct span value)
{
	if (suppression_has(s, r, type, value))
		return true;
	if (!source.len)
		return false;
	buf_clear(&r->name);
	buf_span(&r->name, source);
	buf_char(&r->name, '.');
	buf_span(&r->name, type);
	return suppression_has(s, r, buf_view(&r->name), value);
}

/* One value, or any of an array. */
static bool has_any(const struct suppression *s, struct suppressor *r, struct span source,
		    struct span type, struct value v)
{
	struct scan scan;
	struct value element;

	if (v.kind != VALUE_ARRAY) {
		buf_clear(&r->value);
		return has_value(s, r, source, type, value_text(v, &r->value));
	}
	scan_start(&scan, v.raw);
	if (scan_enter(&scan, '[', NULL))
		return false;
	while (scan_element(&scan, &element, NULL) > 0)
		if (element.kind != VALUE_ARRAY && has_any(s, r, source, type, element))
			return true;
	return false;
}

static bool is_browser(struct span type)
{
	return span_equal(type, SPAN("anonymous_id")) || span_equal(type, SPAN("device_id"));
}

bool suppression_has_ids(const struct suppression *s, struct suppressor *r, struct span source,
			 struct value ids)
{
	bool browser = false, found = false, other = false;
	struct buf key = BUF_INIT;
	struct scan scan;
	struct member m;

	if (!s->count || ids.kind != VALUE_OBJECT)
		return false;
	scan_start(&scan, ids.raw);
	if (scan_enter(&scan, '{', NULL))
		return false;
	while (!found && scan_member(&scan, &m, NULL) > 0) {
		struct span type;
		bool listed;

		buf_clear(&key);
		type = member_key(&m, &key);
		listed = has_any(s, r, source, type, m.value);
		if (is_browser(type))
			browser = browser || listed;
		else if (listed)
			found = true;
		else
			other = other || !(span_equal(type, SPAN("phone")) || m.value.kind == VALUE_NULL);
	}
	buf_release(&key);
	return found || (browser && !other);
}

#define RECORD_TYPE SPAN("the record")
#define RECORD_DIGITS 32

void suppressor_put_record(struct suppressor *r, struct hash128 key, struct buf *out)
{
	char digits[RECORD_DIGITS];

	hash_128_hex(key, digits);
	suppressor_put_entry(r, RECORD_TYPE, (struct span){digits, sizeof digits}, out);
}

bool suppression_has_record_key(const struct suppression *s, struct suppressor *r, struct hash128 key)
{
	char digits[RECORD_DIGITS];

	hash_128_hex(key, digits);
	return suppression_has(s, r, RECORD_TYPE, (struct span){digits, sizeof digits});
}

bool suppression_has_record(const struct suppression *s, struct suppressor *r, struct span source,
			    struct span id)
{
	if (span_absent(source) || span_absent(id))
		return false;
	buf_clear(&r->name);
	buf_span(&r->name, source);
	buf_span(&r->name, id);
	return suppression_has_record_key(s, r, hash_128(buf_view(&r->name)));
}
