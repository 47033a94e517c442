/*
 * JSON documents in memory, by Jansson (which only document.c knows): models,
 * rules, reference tables.  Not for the record stream.  Repeated keys are an
 * error; every error has line and column.
 */
#ifndef RECORD_DOCUMENT_H
#define RECORD_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"

struct document;	/* owned: document_free */
struct node;		/* borrowed from its document; NULL is absent */

/* Models and lists are far shorter; an endless device is none. */
#define DOCUMENT_MAX ((size_t)64 << 20)

/* PATH ("-": stdin) of at most DOCUMENT_MAX bytes.  NULL: *ERR is a usage error with its place, or that
 * of input.h.  Owned. */
struct document *document_load(const char *path, struct error *err);
struct document *document_parse(struct span text, const char *name,
				struct error *err);
struct document *document_new(void);	/* {} */
void document_free(struct document *d);

struct node *document_root(const struct document *d);

struct node *node_get(const struct node *object, const char *key);
struct node *node_at(const struct node *array, size_t i);
bool node_is_array(const struct node *n);
size_t node_count(const struct node *n);	/* elements or members */
const char *node_key(const struct node *object, size_t i);
bool node_text(const struct node *n, struct span *out);
bool node_number(const struct node *n, double *out);
bool node_truth(const struct node *n, bool *out);

/* Building: each adds to an object (KEY) or array (KEY NULL). */
struct node *node_add_object(struct node *parent, const char *key);
struct node *node_add_array(struct node *parent, const char *key);
void node_add_text(struct node *parent, const char *key, struct span utf8);
void node_add_integer(struct node *parent, const char *key, long long number);
/* Printed with DIGITS significant digits; null when not finite. */
void node_add_number(struct node *parent, const char *key, double number,
		     int digits);
void node_add_truth(struct node *parent, const char *key, bool truth);

/* Appends it, indented by two, keys in order, with a final newline. */
void document_put(const struct document *d, struct buf *out);

/* A double as JSON with DIGITS significant digits ("null" when not finite). */
void document_put_number(struct buf *out, double number, int digits);

/* The same with as few digits (15 to 17) as read back to NUMBER. */
void document_put_shortest(struct buf *out, double number);

#endif
