#include "record/document.h"

#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/input.h"
#include "record/scan.h"

struct document {
	json_t *root;
};

/* A node is Jansson's value: the two names never meet but here. */
static json_t *tree_of(const struct node *n)
{
	return (json_t *)(uintptr_t)n;
}

static struct node *node_of(const json_t *j)
{
	return (struct node *)(uintptr_t)j;
}

static void use_mem(void)
{
	json_set_alloc_funcs(mem_alloc, mem_free);
}

static void prepare_text(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, use_mem);
}

static struct document *document_of(json_t *root)
{
	struct document *d = mem_zero(1, sizeof *d);

	d->root = root;
	return d;
}

/* Jansson counts characters; the place is in bytes, as everywhere. */
static uint64_t column_of(struct span text, int position)
{
	size_t at = position > 0 ? (size_t)position : 0;
	size_t begin;

	if (at > text.len)
		at = text.len;
	begin = at ? at - 1 : 0;
	while (begin && text.ptr[begin - 1] != '\n')
		begin--;
	return at ? at - begin : 1;
}

static void fault_at(struct span text, const char *name, const json_error_t *why,
		     struct error *err)
{
	struct buf clean = BUF_INIT;

	error_clean(span_of(why->text), &clean);
	error_usage(err, "not JSON: %s", buf_text(&clean));
	error_place(err, name, why->line > 0 ? (uint64_t)why->line : 1,
		    column_of(text, why->position));
	buf_release(&clean);
}

struct document *document_parse(struct span text, const char *name,
				struct error *err)
{
	json_error_t why;
	json_t *root;

	prepare_text();
	root = json_loadb(text.len ? text.ptr : "", text.len,
			  JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (root)
		return document_of(root);
	if (err)
		fault_at(text, name, &why, err);
	return NULL;
}

struct document *document_load(const char *path, struct error *err)
{
	struct document *d = NULL;
	struct buf b = BUF_INIT;

	if (!input_whole(path, DOCUMENT_MAX, &b, err))
		d = document_parse(buf_view(&b), strcmp(path, "-") ? path : "<stdin>", err);
	buf_release(&b);
	return d;
}

struct document *document_new(void)
{
	prepare_text();
	return document_of(json_object());
}

void document_free(struct document *d)
{
	if (!d)
		return;
	json_decref(d->root);
	mem_free(d);
}

struct node *document_root(const struct document *d)
{
	return node_of(d->root);
}

struct node *node_get(const struct node *object, const char *key)
{
	return node_of(json_object_get(tree_of(object), key));
}

struct node *node_at(const struct node *array, size_t i)
{
	return node_of(json_array_get(tree_of(array), i));
}

bool node_is_array(const struct node *n)
{
	return json_is_array(tree_of(n));
}

size_t node_count(const struct node *n)
{
	json_t *j = tree_of(n);

	return json_is_object(j) ? json_object_size(j) : json_array_size(j);
}

const char *node_key(const struct node *object, size_t i)
{
	void *iter = json_object_iter(tree_of(object));

	while (iter && i--)
		iter = json_object_iter_next(tree_of(object), iter);
	return iter ? json_object_iter_key(iter) : NULL;
}

bool node_text(const struct node *n, struct span *out)
{
	json_t *j = tree_of(n);

	if (!json_is_string(j))
		return false;
	*out = (struct span){json_string_value(j), json_string_length(j)};
	return true;
}

bool node_number(const struct node *n, double *out)
{
	if (!json_is_number(tree_of(n)))
		return false;
	*out = json_number_value(tree_of(n));
	return true;
}

bool node_truth(const struct node *n, bool *out)
{
	if (!json_is_boolean(tree_of(n)))
		return false;
	*out = json_is_true(tree_of(n));
	return true;
}

/* Jansson refuses bytes that are not UTF-8: the encoder replaces them. */
static json_t *repaired(struct span text)
{
	struct buf b = BUF_INIT;
	json_t *j;

	text_encode(&b, text);
	j = json_loadb(b.ptr, b.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	buf_release(&b);
	return j;
}

/* The parent takes VALUE. */
static struct node *add_member(struct node *parent, const char *key, json_t *value)
{
	json_t *name = NULL;

	if (key && !span_is_utf8(span_of(key))) {
		name = repaired(span_of(key));
		key = json_string_value(name);
	}
	if (key)
		json_object_set_new(tree_of(parent), key, value);
	else
		json_array_append_new(tree_of(parent), value);
	json_decref(name);
	return node_of(value);
}

struct node *node_add_object(struct node *parent, const char *key)
{
	return add_member(parent, key, json_object());
}

struct node *node_add_array(struct node *parent, const char *key)
{
	return add_member(parent, key, json_array());
}

void node_add_text(struct node *parent, const char *key, struct span utf8)
{
	json_t *j = json_stringn(utf8.len ? utf8.ptr : "", utf8.len);

	add_member(parent, key, j ? j : repaired(utf8));
}

void node_add_integer(struct node *parent, const char *key, long long number)
{
	add_member(parent, key, json_integer(number));
}

/* Kept as the double nearest to its DIGITS digits, which prints as them. */
void node_add_number(struct node *parent, const char *key, double number,
		     int digits)
{
	struct buf b = BUF_INIT;

	if (!isfinite(number)) {
		add_member(parent, key, json_null());
		return;
	}
	document_put_number(&b, number, digits);
	add_member(parent, key, json_real(strtod(buf_text(&b), NULL)));
	buf_release(&b);
}

void node_add_truth(struct node *parent, const char *key, bool truth)
{
	add_member(parent, key, json_boolean(truth));
}

static void put_break(struct buf *out, int indent)
{
	buf_char(out, '\n');
	for (int i = 0; i < indent; i++)
		buf_lit(out, "  ");
}

static void put_value(const json_t *j, int indent, struct buf *out);

static void put_object(json_t *object, int indent, struct buf *out)
{
	const char *key;
	json_t *value;
	bool any = false;

	buf_char(out, '{');
	json_object_foreach(object, key, value) {
		if (any)
			buf_char(out, ',');
		any = true;
		put_break(out, indent + 1);
		text_encode(out, span_of(key));
		buf_lit(out, ": ");
		put_value(value, indent + 1, out);
	}
	if (any)
		put_break(out, indent);
	buf_char(out, '}');
}

static void put_array(const json_t *array, int indent, struct buf *out)
{
	size_t count = json_array_size(array);

	buf_char(out, '[');
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(out, ',');
		put_break(out, indent + 1);
		put_value(json_array_get(array, i), indent + 1, out);
	}
	if (count)
		put_break(out, indent);
	buf_char(out, ']');
}

static void put_value(const json_t *j, int indent, struct buf *out)
{
	switch (json_typeof(j)) {
	case JSON_OBJECT:
		put_object(tree_of(node_of(j)), indent, out);
		break;
	case JSON_ARRAY:
		put_array(j, indent, out);
		break;
	case JSON_STRING:
		text_encode(out, (struct span){json_string_value(j),
					       json_string_length(j)});
		break;
	case JSON_INTEGER:
		buf_i64(out, json_integer_value(j));
		break;
	case JSON_REAL:
		document_put_shortest(out, json_real_value(j));
		break;
	default:
		buf_text_put(out, json_is_null(j) ? "null" :
			     json_is_true(j) ? "true" : "false");
		break;
	}
}

void document_put(const struct document *d, struct buf *out)
{
	put_value(d->root, 0, out);
	buf_char(out, '\n');
}

/* Doubles as JSON, by their decimal digits. */

#define DIGITS_MAX 17	/* enough for any double */

/* Zeros at the end of LEN digits say nothing. */
static size_t significant(const char *digits, size_t len)
{
	while (len > 1 && digits[len - 1] == '0')
		len--;
	return len;
}

/* 0.digits, digits.digits or digits000; the point stands behind POINT digits. */
static void put_plain(struct buf *out, const char *digits, int len, int point)
{
	if (point <= 0) {
		buf_lit(out, "0.");
		for (int i = point; i < 0; i++)
			buf_char(out, '0');
		buf_put(out, digits, (size_t)len);
		return;
	}
	for (int i = 0; i < len || i < point; i++) {
		if (i == point)
			buf_char(out, '.');
		buf_char(out, i < len ? digits[i] : '0');
	}
}

void document_put_number(struct buf *out, double number, int digits)
{
	char text[DIGITS_MAX + 16];
	char *mantissa;
	int exponent;
	size_t len;

	if (!isfinite(number)) {
		buf_lit(out, "null");
		return;
	}
	if (digits < 1 || digits > DIGITS_MAX)
		digits = DIGITS_MAX;
	/* "-d.ddde-xx": the first digit then stands behind the point's place. */
	snprintf(text, sizeof text, "%.*e", digits - 1, fabs(number));
	exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	mantissa = text;
	if (digits > 1) {
		text[1] = text[0];
		mantissa = text + 1;
	}
	len = significant(mantissa, (size_t)digits);
	if (number < 0)
		buf_char(out, '-');
	if (exponent >= -5 && exponent < 15) {
		put_plain(out, mantissa, (int)len, exponent + 1);
		return;
	}
	put_plain(out, mantissa, (int)len, 1);
	buf_printf(out, "e%d", exponent);
}

void document_put_shortest(struct buf *out, double number)
{
	struct buf b = BUF_INIT;
	int digits = 15;

	while (digits < DIGITS_MAX) {
		buf_clear(&b);
		document_put_number(&b, number, digits);
		if (!isfinite(number) || strtod(buf_text(&b), NULL) == number)
			break;
		digits++;
	}
	buf_release(&b);
	document_put_number(out, number, digits);
}
