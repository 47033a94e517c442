#include "reference/tcf.h"

#include <string.h>

#define CORE_BITS 230		/* before the vendors */
#define PURPOSES_AT 152
#define POLICY_AT 132		/* TcfPolicyVersion */

static int digit_of(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Six bits a digit. */
static unsigned bit_at(struct span core, unsigned at)
{
	return (unsigned)digit_of(core.ptr[at / 6]) >> (5 - at % 6) & 1;
}

static unsigned number_at(struct span core, unsigned at, unsigned bits)
{
	unsigned number = 0;

	while (bits--)
		number = number << 1 | bit_at(core, at++);
	return number;
}

bool tcf_purposes(struct span text, uint32_t *consents)
{
	struct span core = span_cut(&text, '.');

	if (core.len * 6 < CORE_BITS)
		return false;
	for (size_t i = 0; i < core.len; i++)
		if (digit_of(core.ptr[i]) < 0)
			return false;
	/* Version 1 has version 1 there, and policies begin with 2. */
	if (number_at(core, 0, 6) != 2 || number_at(core, POLICY_AT, 6) < 2)
		return false;
	*consents = 0;
	for (unsigned i = 0; i < TCF_PURPOSES; i++)
		*consents |= (uint32_t)bit_at(core, PURPOSES_AT + i) << i;
	return true;
}
