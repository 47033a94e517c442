#include "text/phonetic.h"

/*
 * By letter: the digit; '0' vowels and Y, which keep equal digits apart; '-'
 * H and W, which do not.
 */
static const char digits[] = "0123012-02245501262301-202";

bool phonetic_soundex(struct span name, char out[4])
{
	int count = 1;
	char last;
	char first = name.len ? span_lower(name.ptr[0]) : 0;

	if (first < 'a' || first > 'z')
		return false;
	out[0] = (char)(first - 32);
	out[1] = out[2] = out[3] = '0';
	last = digits[first - 'a'];
	for (size_t i = 1; i < name.len && count < 4 && name.ptr[i] != ' '; i++) {
		char c = span_lower(name.ptr[i]);
		char digit = c >= 'a' && c <= 'z' ? digits[c - 'a'] : '-';

		if (digit == '-')
			continue;
		if (digit != '0' && digit != last)
			out[count++] = digit;
		last = digit;
	}
	return true;
}
