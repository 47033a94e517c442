#include "record/order_status.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "record/order_words.h"
#include "text/unicode.h"

/* Longer texts are no words of a status. */
#define WORD_MAX 64

/* Between words. */
static bool is_joint(char c)
{
	return c == ' ' || c == '_' || c == '-' || c == '.' || c == '\t' || c == '/' || c == ':' ||
	       c == '\'' || c == '(' || c == ')' || c == '!';
}

/* TEXT without joints and in small letters into OUT, NUL behind it; false when it is too long. */
static bool copy_letters(struct span text, char out[WORD_MAX + 1])
{
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (is_joint(text.ptr[i]))
			continue;
		if (len == WORD_MAX || !text.ptr[i])
			return false;
		out[len++] = span_lower(text.ptr[i]);
	}
	out[len] = '\0';
	return true;
}

static bool is_ascii(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] >= 0x80)
			return false;
	return true;
}

/* Letters as the tables have them. */
static bool fold_word(struct span text, char out[WORD_MAX + 1])
{
	struct arena a = {0};
	bool fits;

	if (text.len > 4 && !strncasecmp(text.ptr, "wc-", 3))
		text = span_sub(text, 3, text.len);
	if (is_ascii(text))
		return copy_letters(text, out);
	fits = copy_letters(unicode_strip_marks(unicode_fold_case(text, &a), &a), out);
	arena_release(&a);
	return fits;
}

static int compare_word(const void *key, const void *row)
{
	return strcmp(key, ((const struct order_word *)row)->word);
}

static enum order_status find_word(struct span text, const struct order_word *words, size_t count)
{
	char folded[WORD_MAX + 1];
	const struct order_word *found;

	if (!fold_word(text, folded))
		return ORDER_STATUS_UNKNOWN;
	if (!*folded)
		return ORDER_STATUS_ABSENT;
	found = bsearch(folded, words, count, sizeof *words, compare_word);
	return found ? found->status : ORDER_STATUS_UNKNOWN;
}

/* "Cancelled - out of stock", "Refunded (by bank)": what stands before the remark. */
static struct span head_of(struct span text)
{
	for (size_t i = 1; i < text.len; i++)
		if (text.ptr[i] == '(' || text.ptr[i] == ':' || text.ptr[i] == ';' ||
		    (text.ptr[i] == '-' && text.ptr[i - 1] == ' '))
			return span_sub(text, 0, i);
	return text;
}

enum order_status order_status_of(struct span text)
{
	struct span trimmed = span_trim(text), head;
	enum order_status status;
	uint64_t number;

	/* What a server answered, or a number that only the shop knows. */
	if (span_number(trimmed, &number))
		return ORDER_STATUS_ABSENT;
	status = find_word(trimmed, order_status_words, order_status_word_count);
	if (status != ORDER_STATUS_UNKNOWN)
		return status;
	head = head_of(trimmed);
	if (head.len == trimmed.len)
		return status;
	status = find_word(head, order_status_words, order_status_word_count);
	/* "Completed - refund sent": what the remark says is not known. */
	return status > ORDER_STATUS_PARTLY ? status : ORDER_STATUS_UNKNOWN;
}

enum order_status order_status_of_type(struct span text)
{
	enum order_status status = find_word(span_trim(text), order_type_words, order_type_word_count);

	return status == ORDER_STATUS_UNKNOWN ? ORDER_STATUS_ABSENT : status;
}

/* What a property says by its value. */
enum reading {
	READ_STATUS,
	READ_TYPE,
	READ_MOMENT,	/* any: the order is undone */
	READ_UNDONE,	/* true */
	READ_TEST,
	READ_PAID,	/* false: it is not */
};

/* By length, so that a key is compared with few. */
static const struct status_key {
	struct span key;
	enum reading reading;
	bool digits;		/* 1 is yes and 0 is no; elsewhere they may be amounts */
} keys[] = {
	{SPAN("paid"), READ_PAID, false},
	{SPAN("test"), READ_TEST, true},
	{SPAN("type"), READ_TYPE, false},
	{SPAN("status"), READ_STATUS, false},
	{SPAN("voided"), READ_UNDONE, true},
	{SPAN("is_paid"), READ_PAID, true},
	{SPAN("is_test"), READ_TEST, true},
	{SPAN("deleted"), READ_UNDONE, true},
	{SPAN("captured"), READ_PAID, false},
	{SPAN("canceled"), READ_UNDONE, true},
	{SPAN("refunded"), READ_UNDONE, false},
	{SPAN("cancelled"), READ_UNDONE, true},
	{SPAN("completed"), READ_PAID, true},
	{SPAN("is_voided"), READ_UNDONE, true},
	{SPAN("voided_at"), READ_MOMENT, false},
	{SPAN("deleted_at"), READ_MOMENT, false},
	{SPAN("is_deleted"), READ_UNDONE, true},
	{SPAN("canceled_at"), READ_MOMENT, false},
	{SPAN("is_canceled"), READ_UNDONE, true},
	{SPAN("is_captured"), READ_PAID, true},
	{SPAN("is_refunded"), READ_UNDONE, true},
	{SPAN("order_state"), READ_STATUS, false},
	{SPAN("cancelled_at"), READ_MOMENT, false},
	{SPAN("is_cancelled"), READ_UNDONE, true},
	{SPAN("is_completed"), READ_PAID, true},
	{SPAN("order_status"), READ_STATUS, false},
	{SPAN("payment_state"), READ_STATUS, false},
	{SPAN("payment_status"), READ_STATUS, false},
	{SPAN("sdc_deleted_at"), READ_MOMENT, false},
	{SPAN("financial_status"), READ_STATUS, false},
	{SPAN("fivetran_deleted"), READ_UNDONE, true},
	{SPAN("transaction_type"), READ_TYPE, false},
	{SPAN("ab_cdc_deleted_at"), READ_MOMENT, false},
	{SPAN("sdc_lsn_deleted_at"), READ_MOMENT, false},
};

#define KEYS (sizeof keys / sizeof *keys)

/* Nearly all properties are none of these, and each one of each order is asked about: their looks tell first. */
static uint32_t key_lengths[256];	/* by the first byte, a bit for each length */
static bool key_ends[256];		/* by the last byte */
static _Atomic bool indexed;

static void index_keys(void)
{
	for (size_t i = 0; i < KEYS; i++) {
		struct span key = keys[i].key;

		key_lengths[(unsigned char)key.ptr[0]] |= UINT32_C(1) << key.len;
		key_ends[(unsigned char)key.ptr[key.len - 1]] = true;
	}
	atomic_store_explicit(&indexed, true, memory_order_release);
}

static inline bool may_be_key(struct span key)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (!atomic_load_explicit(&indexed, memory_order_acquire))
		pthread_once(&once, index_keys);
	return key.len && key.len < 32 && (key_lengths[(unsigned char)key.ptr[0]] >> key.len & 1) &&
	       key_ends[(unsigned char)key.ptr[key.len - 1]];
}

static int search_key(struct span key)
{
	size_t i = 0;

	while (i < KEYS && keys[i].key.len < key.len)
		i++;
	for (; i < KEYS && keys[i].key.len == key.len; i++)
		if (span_equal(keys[i].key, key))
			return (int)i;
	return -1;
}

static inline int find_key(struct span key)
{
	return may_be_key(key) ? search_key(key) : -1;
}

bool order_status_is_key(struct span key)
{
	return find_key(key) >= 0;
}

bool order_status_asks_by(struct span key)
{
	int at = find_key(key);

	return at >= 0 && !keys[at].digits && (keys[at].reading == READ_PAID || keys[at].reading == READ_UNDONE);
}

bool order_status_is_word(struct span key)
{
	int at = find_key(key);

	return at >= 0 && (keys[at].reading == READ_STATUS || keys[at].reading == READ_TYPE);
}

/* Yes and no by turns; one letter is how databases export them. */
static const struct span truths[] = {
	SPAN("true"), SPAN("false"), SPAN("yes"), SPAN("no"), SPAN("t"), SPAN("f"), SPAN("y"), SPAN("n"),
};

/* 1, 0, or -1: neither yes nor no. */
static int truth_of(const struct status_key *k, enum value_kind kind, struct span text)
{
	if (kind == VALUE_TRUE || kind == VALUE_FALSE)
		return kind == VALUE_TRUE;
	if (kind != VALUE_TEXT && kind != VALUE_NUMBER)
		return -1;
	if (k->digits && text.len == 1 && (*text.ptr == '0' || *text.ptr == '1'))
		return *text.ptr - '0';
	for (size_t i = 0; i < sizeof truths / sizeof *truths; i++)
		if (span_equal_nocase(text, truths[i]))
			return i % 2 == 0;
	return -1;
}

/* "0000-00-00", the beginning of a clock and the end of a calendar are how programs write that there is none. */
static bool is_moment(struct span text)
{
	return text.len >= 8 && text.ptr[0] >= '1' && text.ptr[0] <= '9' &&
	       !span_starts(text, SPAN("1970-01-01")) && !span_starts(text, SPAN("9999-12-31"));
}

static enum order_status when(bool holds, enum order_status status)
{
	return holds ? status : ORDER_STATUS_ABSENT;
}

static enum order_status read_as(const struct status_key *k, enum value_kind kind, struct span text)
{
	switch (k->reading) {
	case READ_STATUS:
		return kind == VALUE_TEXT ? order_status_of(text) : ORDER_STATUS_ABSENT;
	case READ_TYPE:
		return kind == VALUE_TEXT ? order_status_of_type(text) : ORDER_STATUS_ABSENT;
	case READ_MOMENT:
		return when((kind == VALUE_TEXT || kind == VALUE_NUMBER) && is_moment(text), ORDER_STATUS_UNDONE);
	case READ_UNDONE:
		return when(truth_of(k, kind, text) == 1, ORDER_STATUS_UNDONE);
	case READ_TEST:
		return when(truth_of(k, kind, text) == 1, ORDER_STATUS_FAILED);
	case READ_PAID:
		return when(truth_of(k, kind, text) == 0, ORDER_STATUS_OPEN);
	}
	return ORDER_STATUS_ABSENT;
}

enum order_status order_status_of_cell(struct span key, enum value_kind kind, struct span text)
{
	int at = find_key(key);

	return at < 0 ? ORDER_STATUS_ABSENT : read_as(&keys[at], kind, text);
}

/* Out of line: it has a buffer, which costs the others, that are nearly all, more than their test. */
static __attribute__((noinline)) enum order_status status_of_property(struct span key, struct value v)
{
	struct buf decoded = BUF_INIT;
	enum order_status status = order_status_of_cell(key, v.kind, value_text(v, &decoded));

	buf_release(&decoded);
	return status;
}

enum order_status order_status_of_property(struct span key, struct value v)
{
	return may_be_key(key) ? status_of_property(key, v) : ORDER_STATUS_ABSENT;
}
