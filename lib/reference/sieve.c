#include "reference/sieve.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "reference/literal.h"

/*
 * Literals are looked for by their first bytes, and states are counted in 16 bits, so
 * that most of the table stays in the processor's cache.  Patterns for whose literals there is no room are let through.
 */
#define LITERAL_BYTES 10
#define STATES_MAX 65000

/* A growing list of numbers. */
struct numbers {
	uint32_t *list;
	size_t count;
	size_t cap;
};

/* A state of the automaton. */
struct state {
	uint32_t fail;
	uint32_t literal;	/* that ends here, from 1; 0: none */
	uint32_t more;		/* the next state on the way of failing where one ends */
};

struct sieve {
	struct numbers *needs;		/* by pattern: the sets that it asks for */
	size_t patterns;
	size_t pattern_cap;
	struct map literals;		/* text -> its number */
	struct numbers *sets_of;	/* by literal: the sets that it is in */
	size_t literal_cap;
	struct map sets;		/* written out -> its number */
	struct numbers *patterns_of;	/* by set: whose rarest set it is */
	size_t set_cap;
	unsigned char class_of[256];	/* upper case is folded here, too */
	unsigned classes;
	struct state *states;
	size_t state_count;
	size_t state_cap;
	uint16_t *steps;		/* by state and class */
	size_t literal_bytes;		/* no more states than this */
	size_t steps_cap;
	struct arena arena;
};

struct sieve_scan {
	uint64_t *found;		/* a bit a pattern */
	const uint64_t *always;
	size_t words;
	bool *literal_seen;
	bool *set_seen;
	struct numbers literals;	/* seen, to be forgotten */
	struct numbers sets;
};

static void numbers_add(struct numbers *n, uint32_t number)
{
	n->list = mem_room(n->list, n->count, &n->cap, sizeof *n->list);
	n->list[n->count++] = number;
}

struct sieve *sieve_new(void)
{
	return mem_zero(1, sizeof(struct sieve));
}

void sieve_free(struct sieve *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->literals.count; i++)
		mem_free(s->sets_of[i].list);
	for (size_t i = 0; i < s->sets.count; i++)
		mem_free(s->patterns_of[i].list);
	for (size_t i = 0; i < s->patterns; i++)
		mem_free(s->needs[i].list);
	mem_free(s->sets_of);
	mem_free(s->patterns_of);
	mem_free(s->needs);
	map_release(&s->literals);
	map_release(&s->sets);
	mem_free(s->states);
	mem_free(s->steps);
	arena_release(&s->arena);
	mem_free(s);
}

/* Room for the lists of entry AT of a map. */
static struct numbers *lists_for(struct numbers *lists, size_t *cap, size_t at)
{
	if (at >= *cap) {
		size_t old = *cap;

		*cap = old ? old * 2 : 64;
		lists = mem_grow(lists, *cap, sizeof *lists);
		memset(lists + old, 0, (*cap - old) * sizeof *lists);
	}
	return lists;
}

static uint32_t literal_number(struct sieve *s, struct span literal)
{
	struct span text = span_sub(literal, 0, LITERAL_BYTES);
	bool added;
	size_t at = map_put(&s->literals, text, &added);

	if (added)
		s->literal_bytes += text.len;
	s->sets_of = lists_for(s->sets_of, &s->literal_cap, at);
	return (uint32_t)at;
}

/* The number of SET, the same for the same texts. */
static uint32_t set_number(struct sieve *s, const struct literal_set *set)
{
	struct buf name = BUF_INIT;
	bool added;
	size_t at;

	for (size_t i = 0; i < set->count; i++) {
		buf_span(&name, span_sub(set->items[i], 0, LITERAL_BYTES));
		buf_char(&name, '\0');
	}
	at = map_put(&s->sets, buf_view(&name), &added);
	buf_release(&name);
	s->patterns_of = lists_for(s->patterns_of, &s->set_cap, at);
	for (size_t i = 0; added && i < set->count; i++) {
		/* First: the lists may move. */
		uint32_t literal = literal_number(s, set->items[i]);

		numbers_add(&s->sets_of[literal], (uint32_t)at);
	}
	return (uint32_t)at;
}

void sieve_add(struct sieve *s, struct span pattern)
{
	struct literal_need need;
	struct numbers *sets;

	s->needs = lists_for(s->needs, &s->pattern_cap, s->patterns);
	sets = &s->needs[s->patterns++];
	literal_need_of(pattern, &s->arena, &need);
	for (size_t i = 0; i < need.count; i++)
		if (s->literal_bytes + need.sets[i].count * LITERAL_BYTES < STATES_MAX)
			numbers_add(sets, set_number(s, &need.sets[i]));
}

/*
 * A pattern is looked at when the set that the fewest patterns ask for is met: most
 * texts hold "android", and hundreds of patterns ask for it among other things.
 */
static void find_rarest(struct sieve *s)
{
	uint32_t *asked = mem_zero(s->sets.count + 1, sizeof *asked);

	for (size_t i = 0; i < s->patterns; i++)
		for (size_t j = 0; j < s->needs[i].count; j++)
			asked[s->needs[i].list[j]]++;
	for (size_t i = 0; i < s->patterns; i++) {
		const struct numbers *sets = &s->needs[i];
		size_t rarest = 0;

		for (size_t j = 1; j < sets->count; j++)
			if (asked[sets->list[j]] < asked[sets->list[rarest]])
				rarest = j;
		if (sets->count)
			numbers_add(&s->patterns_of[sets->list[rarest]], (uint32_t)i);
	}
	mem_free(asked);
}

static void class_bytes(struct sieve *s)
{
	for (size_t i = 0; i < s->literals.count; i++) {
		struct span text = s->literals.entries[i].key;

		for (size_t j = 0; j < text.len; j++) {
			unsigned char *class = &s->class_of[(unsigned char)text.ptr[j]];

			if (!*class)
				*class = (unsigned char)++s->classes;
		}
	}
	s->classes++;
	for (int c = 'A'; c <= 'Z'; c++)
		s->class_of[c] = s->class_of[c + 32];
}

static uint32_t state_new(struct sieve *s)
{
	size_t old = s->steps_cap;

	s->states = mem_room(s->states, s->state_count, &s->state_cap,
			     sizeof *s->states);
	s->states[s->state_count] = (struct state){0};
	if ((s->state_count + 1) * s->classes > old) {
		s->steps_cap = (s->state_count + 1) * s->classes * 2;
		s->steps = mem_grow(s->steps, s->steps_cap, sizeof *s->steps);
		memset(s->steps + old, 0, (s->steps_cap - old) * sizeof *s->steps);
	}
	return (uint32_t)s->state_count++;
}

static uint16_t *next_state(struct sieve *s, uint32_t state, unsigned class)
{
	return &s->steps[state * s->classes + class];
}

static void grow_trie(struct sieve *s)
{
	state_new(s);
	for (size_t i = 0; i < s->literals.count; i++) {
		struct span text = s->literals.entries[i].key;
		uint32_t at = 0;

		for (size_t j = 0; j < text.len; j++) {
			unsigned class = s->class_of[(unsigned char)text.ptr[j]];
			uint32_t next = *next_state(s, at, class);

			if (!next) {
				next = state_new(s);
				*next_state(s, at, class) = (uint16_t)next;
			}
			at = next;
		}
		s->states[at].literal = (uint32_t)i + 1;
	}
}

/* By width: what fails at a state goes on where the longest rest of it leads. */
static void fill_steps(struct sieve *s)
{
	uint32_t *queue = mem_zero(s->state_count, sizeof *queue);
	size_t from = 0, to = 0;

	for (unsigned c = 0; c < s->classes; c++)
		if (*next_state(s, 0, c))
			queue[to++] = *next_state(s, 0, c);
	while (from < to) {
		uint32_t at = queue[from++];
		const struct state *fail = &s->states[s->states[at].fail];

		s->states[at].more = fail->literal ? s->states[at].fail : fail->more;
		for (unsigned c = 0; c < s->classes; c++) {
			uint16_t *next = next_state(s, at, c);
			uint16_t other = *next_state(s, s->states[at].fail, c);

			if (*next) {
				s->states[*next].fail = other;
				queue[to++] = *next;
			} else {
				*next = other;
			}
		}
	}
	mem_free(queue);
}

void sieve_build(struct sieve *s)
{
	find_rarest(s);
	class_bytes(s);
	grow_trie(s);
	fill_steps(s);
}

struct sieve_scan *sieve_scan_new(const struct sieve *s)
{
	struct sieve_scan *scan = mem_zero(1, sizeof *scan);
	uint64_t *always;

	scan->words = s->patterns / 64 + 1;
	scan->found = mem_zero(scan->words, sizeof *scan->found);
	always = mem_zero(scan->words, sizeof *always);
	for (size_t i = 0; i < s->patterns; i++)
		if (!s->needs[i].count)
			always[i / 64] |= (uint64_t)1 << i % 64;
	scan->always = always;
	scan->literal_seen = mem_zero(s->literals.count + 1, sizeof *scan->literal_seen);
	scan->set_seen = mem_zero(s->sets.count + 1, sizeof *scan->set_seen);
	return scan;
}

void sieve_scan_free(struct sieve_scan *scan)
{
	if (!scan)
		return;
	mem_free(scan->found);
	mem_free((void *)scan->always);
	mem_free(scan->literal_seen);
	mem_free(scan->set_seen);
	mem_free(scan->literals.list);
	mem_free(scan->sets.list);
	mem_free(scan);
}

static void start_state(struct sieve_scan *scan)
{
	memcpy(scan->found, scan->always, scan->words * sizeof *scan->found);
	for (size_t i = 0; i < scan->literals.count; i++)
		scan->literal_seen[scan->literals.list[i]] = false;
	for (size_t i = 0; i < scan->sets.count; i++)
		scan->set_seen[scan->sets.list[i]] = false;
	scan->literals.count = scan->sets.count = 0;
}

static void meet_set(struct sieve_scan *scan, uint32_t set)
{
	if (scan->set_seen[set])
		return;
	scan->set_seen[set] = true;
	numbers_add(&scan->sets, set);
}

static bool all_seen(const struct sieve_scan *scan, const struct numbers *sets)
{
	for (size_t i = 0; i < sets->count; i++)
		if (!scan->set_seen[sets->list[i]])
			return false;
	return true;
}

static void find_patterns(const struct sieve *s, struct sieve_scan *scan)
{
	for (size_t i = 0; i < scan->sets.count; i++) {
		const struct numbers *patterns = &s->patterns_of[scan->sets.list[i]];

		for (size_t j = 0; j < patterns->count; j++) {
			uint32_t p = patterns->list[j];

			if (all_seen(scan, &s->needs[p]))
				scan->found[p / 64] |= (uint64_t)1 << p % 64;
		}
	}
}

static void meet_literal(const struct sieve *s, struct sieve_scan *scan, uint32_t literal)
{
	const struct numbers *sets = &s->sets_of[literal];

	if (scan->literal_seen[literal])
		return;
	scan->literal_seen[literal] = true;
	numbers_add(&scan->literals, literal);
	for (size_t i = 0; i < sets->count; i++)
		meet_set(scan, sets->list[i]);
}

/*
 * Two characters beyond ASCII are k and s where case does not count: U+212A (the
 * Kelvin sign) and U+017F (the long s).  *LEN gets the bytes that they have.
 */
static inline unsigned char byte_at(const unsigned char *p, const unsigned char *end,
			     size_t *len)
{
	*len = 1;
	if (*p < 0xc5)
		return *p;
	if (*p == 0xc5 && end - p > 1 && p[1] == 0xbf) {
		*len = 2;
		return 's';
	}
	if (*p == 0xe2 && end - p > 2 && p[1] == 0x84 && p[2] == 0xaa) {
		*len = 3;
		return 'k';
	}
	return *p;
}

void sieve_run(const struct sieve *s, struct sieve_scan *scan, struct span text)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	const unsigned char *end = p + text.len;
	uint32_t at = 0;
	size_t len;

	start_state(scan);
	for (; p < end; p += len) {
		unsigned char c = byte_at(p, end, &len);

		at = s->steps[at * s->classes + s->class_of[c]];
		for (uint32_t i = at; i; i = s->states[i].more)
			if (s->states[i].literal)
				meet_literal(s, scan, s->states[i].literal - 1);
	}
	find_patterns(s, scan);
}

size_t sieve_next(const struct sieve_scan *scan, size_t from, size_t end)
{
	while (from < end) {
		uint64_t word = scan->found[from / 64] >> from % 64;

		if (word) {
			from += (size_t)__builtin_ctzll(word);
			return from < end ? from : end;
		}
		from = (from / 64 + 1) * 64;
	}
	return end;
}
