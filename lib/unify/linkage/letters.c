#include "unify/linkage/letters.h"

#define DIGITS 52		/* the first bit of a digit */

void letters_note(struct word *w)
{
	uint64_t letters = 0;

	for (size_t i = 0; i < w->text.len; i++) {
		char c = w->text.ptr[i];

		if (c >= 'a' && c <= 'z') {
			uint64_t first = (uint64_t)1 << 2 * (c - 'a');

			letters |= letters & first ? first << 1 : first;
		} else if (c >= '0' && c <= '9') {
			letters |= (uint64_t)1 << (DIGITS + c - '0');
		}
	}
	w->letters = letters;
	w->rest = (unsigned char)(w->text.len - letters_count(letters));
}
