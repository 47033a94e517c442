#include "unify/golden/golden_value.h"

#include <string.h>

#include "base/decimal.h"
#include "time/date_text.h"

/* A text that is a moment whatever zone one is in. */
static bool read_moment(struct span text, int64_t *out)
{
	struct civil civil;

	if (text.len < 17 || text.ptr[4] != '-' ||
	    !date_parse(text, DATES_ISO, &civil) ||
	    !civil.has_time || !civil.has_offset)
		return false;
	*out = moment_from_civil(&civil);
	return true;
}

static void put_text(struct span text, struct buf *out)
{
	int64_t moment;

	if (read_moment(text, &moment)) {
		buf_char(out, 'm');
		buf_put(out, &moment, sizeof moment);
		return;
	}
	buf_char(out, 't');
	buf_span(out, text);
}

void golden_value_meaning(struct value v, struct buf *out)
{
	struct buf decoded = BUF_INIT;
	struct decimal number;

	switch (v.kind) {
	case VALUE_TEXT:
		put_text(value_text(v, &decoded), out);
		break;
	case VALUE_NUMBER:
		buf_char(out, 'n');
		if (decimal_parse(v.raw, &number))
			decimal_put(out, number);
		else
			buf_span(out, v.raw);
		break;
	case VALUE_TRUE:
	case VALUE_FALSE:
		buf_char(out, 'b');
		buf_span(out, v.raw);
		break;
	default:
		buf_char(out, 'j');
		buf_span(out, v.raw);
	}
	buf_release(&decoded);
}

static struct span text_of(const struct golden_value *v)
{
	return span_sub(v->meaning, 1, v->meaning.len);
}

/* Numbers stand before times, these before all else. */
enum class {
	CLASS_NUMBER,
	CLASS_TIME,
	CLASS_TEXT,
};

/* A day stands for its begin in UTC. */
static enum class classify(const struct golden_value *v, struct decimal *number,
			   int64_t *time)
{
	struct span text = text_of(v);
	struct civil civil;

	if (v->meaning.ptr[0] == 'm') {
		memcpy(time, text.ptr, sizeof *time);
		return CLASS_TIME;
	}
	if (v->meaning.ptr[0] != 'n' && v->meaning.ptr[0] != 't')
		return CLASS_TEXT;
	if (decimal_parse(text, number))
		return CLASS_NUMBER;
	if (text.len < 10 || text.ptr[4] != '-' || !date_parse(text, DATES_ISO, &civil))
		return CLASS_TEXT;
	*time = moment_from_civil(&civil);
	return CLASS_TIME;
}

int golden_value_compare(const struct golden_value *x, const struct golden_value *y, int *classes)
{
	struct decimal p, q;
	int64_t s = 0, t = 0;
	enum class a = classify(x, &p, &s), b = classify(y, &q, &t);

	*classes = (a > b) - (a < b);
	if (*classes)
		return *classes;
	if (a == CLASS_NUMBER)
		return decimal_compare(p, q);
	if (a == CLASS_TIME)
		return (s > t) - (s < t);
	return span_compare(text_of(x), text_of(y));
}

size_t golden_value_length(const struct golden_value *v)
{
	size_t count = 0;

	if (v->meaning.ptr[0] != 't')
		return v->value.raw.len;
	for (size_t i = 1; i < v->meaning.len; i++)
		count += ((unsigned char)v->meaning.ptr[i] & 0xc0) != 0x80;
	return count;
}

int golden_value_truth(const struct golden_value *v)
{
	static const char *const words[2][5] = {
		{"false", "no", "n", "off", "0"}, {"true", "yes", "y", "on", "1"},
	};
	struct span text = text_of(v);

	if (v->meaning.ptr[0] == 'm' || v->meaning.ptr[0] == 'j')
		return -1;
	for (int truth = 0; truth < 2; truth++) {
		for (int i = 0; i < 5; i++) {
			if (span_equal_nocase(text, span_of(words[truth][i])))
				return truth;
		}
	}
	return -1;
}
