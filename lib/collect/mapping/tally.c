#include "collect/mapping/tally.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"

struct tally **tallies_new(size_t count)
{
	return mem_zero(count, sizeof(struct tally *));
}

static void free_tally(struct tally *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < TALLY_KINDS; i++)
		mem_free(t->samples[i]);
	mem_free(t);
}

void tallies_clear(struct tally **tallies, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free_tally(tallies[i]);
		tallies[i] = NULL;
	}
}

void tallies_free(struct tally **tallies, size_t count)
{
	if (tallies)
		tallies_clear(tallies, count);
	mem_free(tallies);
}

static struct tally *made(struct tally **tally)
{
	if (!*tally)
		*tally = mem_zero(1, sizeof **tally);
	return *tally;
}

void tally_note(struct tally **tally, enum tally_kind kind, struct span text)
{
	struct tally *t = made(tally);
	char quoted[ERROR_QUOTE_MAX];

	if (t->counts[kind]++)
		return;
	error_quote(text, quoted);
	t->samples[kind] = mem_text(quoted, strlen(quoted));
}

void tally_note_differing(struct tally **tally, int winner)
{
	struct tally *t = made(tally);

	if (!t->counts[TALLY_DIFFERS]++)
		t->winner = winner;
}

void tally_add(struct tally **sum, const struct tally *part)
{
	struct tally *t;

	if (!part)
		return;
	t = made(sum);
	if (!t->counts[TALLY_DIFFERS])
		t->winner = part->winner;
	for (size_t i = 0; i < TALLY_KINDS; i++) {
		t->counts[i] += part->counts[i];
		if (!t->samples[i] && part->samples[i])
			t->samples[i] = mem_text(part->samples[i], strlen(part->samples[i]));
	}
}
