/* The words of order_status.h, as data. */
#ifndef RECORD_ORDER_WORDS_H
#define RECORD_ORDER_WORDS_H

#include <stddef.h>

#include "record/order_status.h"

struct order_word {
	const char *word;
	enum order_status status;
};

extern const struct order_word order_status_words[];
extern const size_t order_status_word_count;

/* Of a transaction's type. */
extern const struct order_word order_type_words[];
extern const size_t order_type_word_count;

#endif
