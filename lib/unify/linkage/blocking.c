#include "unify/linkage/blocking.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"

#define CANDIDATES_MAX 256

/* Up to so many pairs all records are compared with all. */
#define ALL_PAIRS_MAX 1500000

/* A rule takes at most this part of the budget. */
#define RULE_SHARE 8

/* Of more records, rules are chosen by a part of the values. */
#define LOOK_RECORDS 100000

void blocking_release(struct blocking *b)
{
	for (size_t i = 0; i < b->count; i++) {
		mem_free(b->rules[i].starts);
		mem_free(b->rules[i].members);
	}
	mem_free(b->rules);
	mem_free(b->dropped);
	mem_free(b->numbers);
	*b = (struct blocking){0};
}

void blocking_keep_rules(struct blocking *b)
{
	for (size_t i = 0; i < b->count; i++) {
		mem_free(b->rules[i].starts);
		mem_free(b->rules[i].members);
		b->rules[i].starts = b->rules[i].members = NULL;
	}
	mem_free(b->numbers);
	b->numbers = NULL;
}

static uint64_t triangle(uint64_t n)
{
	return n * (n - 1) / 2;
}

static uint64_t mix(uint64_t h, uint64_t part)
{
	h = (h ^ part) * UINT64_C(0x9E3779B97F4A7C15);
	h ^= h >> 32;
	return h * UINT64_C(0xD6E8FEB86659FD93) ^ h >> 29;
}

/* 0: the record lacks it. */
static uint64_t part_of(const struct columns *c, struct key_part part,
			size_t record)
{
	const struct column *column = &c->list[part.column];
	const uint32_t *row = columns_row(c, record);
	uint32_t word = row[part.column], other;

	if (!word)
		return 0;
	switch (part.form) {
	case KEY_SOUND:
		return column_word(column, word)->sound;
	case KEY_USER:
		return column_word(column, word)->user;
	case KEY_MONTH_DAY:
		return column_word(column, word)->day % 372 + 1;
	case KEY_PAIR:
		other = row[column->twin];
		if (!other)
			return 0;
		return word < other ? (uint64_t)word << 32 | other
				    : (uint64_t)other << 32 | word;
	default:
		return word;
	}
}

/* 64 bits of the parts: two keys in a million records collide by 1 in 10^7. */
uint64_t block_key(const struct columns *c, const struct block_rule *rule, size_t record)
{
	uint64_t key = 1;

	for (int i = 0; i < rule->part_count; i++) {
		uint64_t part = part_of(c, rule->parts[i], record);

		if (!part)
			return 0;
		key = mix(key, part);
	}
	return key | 1;
}

/* Records whose keys fall into one of these parts are numbered at a time. */
#define PART_RECORDS 8192
#define PARTS_MAX 4096

struct slot {
	uint64_t key;
	uint32_t block;
};

/* Keys by record, and the records in the order of their parts. */
struct deal {
	uint64_t *keys;
	uint32_t *records;
	uint32_t *starts;	/* by part */
	unsigned bits;
};

static size_t part_of_key(const struct deal *d, uint64_t key)
{
	return d->bits ? (size_t)(key >> (64 - d->bits)) : 0;
}

/*
 * Deals the records with a key (of every RATEth value) to parts that are small
 * enough for a table near the core.
 */
static void deal_records(struct deal *d, const struct columns *c,
			 const struct block_rule *rule, uint64_t rate)
{
	size_t parts;

	d->bits = 0;
	while (((size_t)1 << d->bits) * PART_RECORDS < c->records / rate &&
	       (size_t)1 << d->bits < PARTS_MAX)
		d->bits++;
	parts = (size_t)1 << d->bits;
	d->starts = mem_zero(parts + 2, sizeof *d->starts);
	d->keys = mem_alloc((c->records + 1) * sizeof *d->keys);
	for (size_t i = 0; i < c->records; i++) {
		uint64_t key = block_key(c, rule, i);

		d->keys[i] = rate == 1 || (key >> 8) % rate == 0 ? key : 0;
		if (d->keys[i])
			d->starts[part_of_key(d, key) + 2]++;
	}
	for (size_t i = 2; i < parts + 2; i++)
		d->starts[i] += d->starts[i - 1];
	d->records = mem_alloc(((size_t)d->starts[parts + 1] + 1) * sizeof *d->records);
	for (size_t i = 0; i < c->records; i++) {
		if (d->keys[i])
			d->records[d->starts[part_of_key(d, d->keys[i]) + 1]++] = (uint32_t)i;
	}
}

static void deal_release(struct deal *d)
{
	mem_free(d->keys);
	mem_free(d->records);
	mem_free(d->starts);
}

/* One part: each record's block, counted on from COUNT. */
static uint32_t number_part(const struct deal *d, size_t part, struct slot *slots,
			    size_t mask, uint32_t *block_of, uint32_t count)
{
	memset(slots, 0, (mask + 1) * sizeof *slots);
	for (uint32_t i = d->starts[part]; i < d->starts[part + 1]; i++) {
		uint64_t key = d->keys[d->records[i]];
		size_t at = key >> 20 & mask;

		while (slots[at].key && slots[at].key != key)
			at = (at + 1) & mask;
		if (!slots[at].key)
			slots[at] = (struct slot){key, count++};
		block_of[i] = slots[at].block;
	}
	return count;
}

/* By place in d->records: the block; returns how many there are. */
static uint32_t number_blocks(const struct deal *d, uint32_t *block_of)
{
	size_t parts = (size_t)1 << d->bits, largest = 0, mask = 1;
	struct slot *slots;
	uint32_t count = 0;

	for (size_t i = 0; i < parts; i++) {
		if (d->starts[i + 1] - d->starts[i] > largest)
			largest = d->starts[i + 1] - d->starts[i];
	}
	while (mask < 2 * largest)
		mask *= 2;
	slots = mem_zero(mask, sizeof *slots);
	for (size_t i = 0; i < parts; i++)
		count = number_part(d, i, slots, mask - 1, block_of, count);
	mem_free(slots);
	return count;
}

/* The largest block size up to which the pairs, RATE times those seen, fit into SHARE. */
static uint32_t choose_cap(const uint32_t *sizes, uint32_t count, uint64_t share,
			   uint64_t rate)
{
	uint64_t blocks[BLOCK_SIZE_MAX + 1] = {0}, pairs = 0;
	uint32_t cap = 1;

	for (uint32_t i = 0; i < count; i++) {
		if (sizes[i] <= BLOCK_SIZE_MAX)
			blocks[sizes[i]]++;
	}
	for (; cap < BLOCK_SIZE_MAX; cap++) {
		pairs += rate * blocks[cap + 1] * triangle(cap + 1);
		if (pairs > share)
			break;
	}
	return cap;
}

/* Numbers the blocks of 2 to CAP records anew; sizes[] gets the new numbers. */
static void take_blocks(struct block_rule *rule, uint32_t *sizes, uint32_t count)
{
	uint32_t at = 0;

	rule->starts = mem_zero((size_t)count + 1, sizeof *rule->starts);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t size = sizes[i];

		rule->left_out += size > rule->cap;
		sizes[i] = UINT32_MAX;
		if (size < 2 || size > rule->cap)
			continue;
		sizes[i] = rule->blocks;
		rule->starts[rule->blocks++] = at;
		rule->pairs += triangle(size);
		at += size;
	}
	rule->starts[rule->blocks] = at;
}

/* Records of a block ascend: they do in each part. */
static void fill_blocks(struct block_rule *rule, const struct deal *d,
			const uint32_t *block_of, const uint32_t *numbers)
{
	size_t parts = (size_t)1 << d->bits;
	uint32_t *next = mem_alloc(((size_t)rule->blocks + 1) * sizeof *next);

	memcpy(next, rule->starts, ((size_t)rule->blocks + 1) * sizeof *next);
	rule->members = mem_alloc(((size_t)rule->starts[rule->blocks] + 1) *
				  sizeof *rule->members);
	for (uint32_t i = 0; i < d->starts[parts]; i++) {
		uint32_t number = numbers[block_of[i]];

		if (number != UINT32_MAX)
			rule->members[next[number]++] = d->records[i];
	}
	mem_free(next);
}

struct building {
	const struct columns *columns;
	struct block_rule *rules;
	uint64_t share;
	uint64_t rate;		/* 1: build; else look at one value in so many */
};

/* Pairs and blocks left out as far as one value in RATE tells. */
static void estimate(struct block_rule *rule, const uint32_t *sizes, uint32_t count,
		     uint64_t rate)
{
	for (uint32_t i = 0; i < count; i++) {
		if (sizes[i] > rule->cap)
			rule->left_out++;
		else
			rule->pairs += rate * triangle(sizes[i]);
	}
}

static void build_rule(void *context, size_t i)
{
	struct building *b = context;
	struct block_rule *rule = &b->rules[i];
	struct deal d;
	uint32_t *block_of, *sizes, count, dealt;

	deal_records(&d, b->columns, rule, b->rate);
	dealt = d.starts[(size_t)1 << d.bits];
	block_of = mem_alloc(((size_t)dealt + 1) * sizeof *block_of);
	count = number_blocks(&d, block_of);
	sizes = mem_zero((size_t)count + 1, sizeof *sizes);
	for (uint32_t r = 0; r < dealt; r++)
		sizes[block_of[r]]++;
	rule->pairs = rule->left_out = 0;
	rule->cap = choose_cap(sizes, count, b->share, b->rate);
	if (b->rate > 1) {
		estimate(rule, sizes, count, b->rate);
	} else {
		take_blocks(rule, sizes, count);
		fill_blocks(rule, &d, block_of, sizes);
	}
	mem_free(sizes);
	mem_free(block_of);
	deal_release(&d);
}

static void build_all_pairs(struct block_rule *rule, size_t records)
{
	rule->blocks = 1;
	rule->starts = mem_zero(2, sizeof *rule->starts);
	rule->starts[1] = (uint32_t)records;
	rule->members = mem_alloc((records + 1) * sizeof *rule->members);
	for (size_t i = 0; i < records; i++)
		rule->members[i] = (uint32_t)i;
	rule->pairs = triangle(records);
	rule->cap = (uint32_t)records;
}

/* Candidates. */
struct list {
	struct block_rule *rules;
	size_t count;
	struct block_rule *dropped;	/* for the budget; without blocks */
	size_t dropped_count, dropped_cap;
};

static void add(struct list *l, int count, struct key_part a, struct key_part b,
		struct key_part c)
{
	struct block_rule *rule = &l->rules[l->count];

	if (l->count == CANDIDATES_MAX)
		return;
	*rule = (struct block_rule){.parts = {a, b, c}, .part_count = count};
	l->count++;
}

#define PART_NONE ((struct key_part){COLUMN_NONE, KEY_WORD})

static struct key_part part(size_t column, enum key_form form)
{
	return (struct key_part){(int)column, form};
}

/* Every telling column alone and with every other, and what is looser. */
static void add_candidates(struct list *l, const struct columns *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (!c->list[i].strong)
			continue;
		add(l, 1, part(i, KEY_WORD), PART_NONE, PART_NONE);
		if (c->list[i].kind == COLUMN_EMAIL)
			add(l, 1, part(i, KEY_USER), PART_NONE, PART_NONE);
		if (c->list[i].twin > (int)i)
			add(l, 1, part(i, KEY_PAIR), PART_NONE, PART_NONE);
		for (size_t j = i + 1; j < c->count; j++) {
			enum column_kind x = c->list[i].kind, y = c->list[j].kind;

			if (!c->list[j].strong)
				continue;
			add(l, 2, part(i, KEY_WORD), part(j, KEY_WORD), PART_NONE);
			if (x == COLUMN_NAME)
				add(l, 2, part(i, KEY_SOUND),
				    part(j, y == COLUMN_NAME ? KEY_SOUND : KEY_WORD),
				    PART_NONE);
			if (x == COLUMN_NAME && y == COLUMN_DATE)
				add(l, 2, part(i, KEY_SOUND), part(j, KEY_MONTH_DAY),
				    PART_NONE);
		}
	}
}

static void add_certain(struct list *l, const struct columns *c)
{
	int first = columns_find(c, SPAN("first_name"));
	int last = columns_find(c, SPAN("last_name"));
	int name = columns_find(c, SPAN("name"));
	int others[] = {
		columns_find(c, SPAN("birth_date")), columns_find(c, SPAN("address")),
	};

	for (size_t i = 0; i < c->count; i++) {
		if (c->list[i].identifier)
			add(l, 1, part(i, KEY_WORD), PART_NONE, PART_NONE);
	}
	for (int i = 0; i < 2; i++) {
		struct key_part other = {others[i], KEY_WORD};

		if (others[i] == COLUMN_NONE)
			continue;
		if (first != COLUMN_NONE && last != COLUMN_NONE)
			add(l, 3, part((size_t)first, KEY_WORD),
			    part((size_t)last, KEY_WORD), other);
		if (name != COLUMN_NONE)
			add(l, 2, part((size_t)name, KEY_WORD), other, PART_NONE);
	}
}

static void drop_rule(struct block_rule *rule)
{
	mem_free(rule->starts);
	mem_free(rule->members);
	*rule = (struct block_rule){0};
}

static bool same_part(struct key_part a, struct key_part b)
{
	/* How a name sounds follows from the name, and so on. */
	return a.column == b.column && (a.form == b.form || b.form == KEY_WORD);
}

/* Does A, which has left out nothing, bring together all that B does? */
static bool covers(const struct block_rule *a, const struct block_rule *b)
{
	if (a->left_out)
		return false;
	for (int i = 0; i < a->part_count; i++) {
		bool found = a->parts[i].form == KEY_PAIR &&
			     b->part_count == 1 &&
			     same_part(a->parts[i], b->parts[0]) &&
			     b->parts[0].form == KEY_PAIR;

		for (int j = 0; j < b->part_count && !found &&
		     a->parts[i].form != KEY_PAIR; j++)
			found = same_part(a->parts[i], b->parts[j]);
		if (!found)
			return false;
	}
	return true;
}

static int by_pairs(const void *a, const void *b)
{
	const struct block_rule *x = a, *y = b;

	if (x->pairs != y->pairs)
		return x->pairs < y->pairs ? -1 : 1;
	return memcmp(x->parts, y->parts, sizeof x->parts);
}

/* Drops the rules from which no pair comes that another one does not bring. */
static void drop_covered(struct list *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->count; i++) {
		bool covered = l->rules[i].pairs == 0;

		for (size_t j = 0; j < l->count && !covered; j++)
			covered = j != i && l->rules[j].part_count &&
				  l->rules[j].pairs && covers(&l->rules[j], &l->rules[i]);
		if (covered)
			drop_rule(&l->rules[i]);
	}
	for (size_t i = 0; i < l->count; i++) {
		if (l->rules[i].part_count)
			l->rules[kept++] = l->rules[i];
	}
	l->count = kept;
}

/* The rule is gone, but it is known that there could have been one. */
static void drop_for_budget(struct list *l, struct block_rule *rule)
{
	l->dropped = mem_room(l->dropped, l->dropped_count, &l->dropped_cap, sizeof *l->dropped);
	l->dropped[l->dropped_count] = *rule;
	l->dropped[l->dropped_count].starts = l->dropped[l->dropped_count].members = NULL;
	l->dropped_count++;
	drop_rule(rule);
}

/* As many of the tightest rules as the budget allows. */
static void keep_within(struct list *l, uint64_t budget)
{
	uint64_t pairs = 0;
	size_t kept = 0;

	while (kept < l->count && pairs + l->rules[kept].pairs <= budget)
		pairs += l->rules[kept++].pairs;
	for (size_t i = kept; i < l->count; i++)
		drop_for_budget(l, &l->rules[i]);
	l->count = kept;
}

static void number_records(struct blocking *b)
{
	b->numbers = mem_zero(b->records * b->count + 1, sizeof *b->numbers);
	for (size_t r = 0; r < b->count; r++) {
		const struct block_rule *rule = &b->rules[r];

		for (uint32_t block = 0; block < rule->blocks; block++) {
			for (uint32_t i = rule->starts[block]; i < rule->starts[block + 1]; i++)
				b->numbers[rule->members[i] * b->count + r] = block + 1;
		}
	}
}

static void build(struct list *l, const struct columns *c, uint64_t share,
		  uint64_t rate, unsigned workers)
{
	struct building building = {c, l->rules, share, rate};

	pool_each(workers, l->count, build_rule, &building);
	drop_covered(l);
	if (l->count > 1)
		qsort(l->rules, l->count, sizeof *l->rules, by_pairs);
}

static void settle(struct blocking *b, struct list *l, const struct columns *c)
{
	*b = (struct blocking){
		.rules = l->rules, .count = l->count, .records = c->records, .columns = c,
		.dropped = l->dropped, .dropped_count = l->dropped_count,
	};
	number_records(b);
}

/*
 * Many candidates are covered by others or too wide; of many records these are
 * found by looking at some of the values, all of each one's records.
 */
void blocking_choose(struct blocking *b, const struct columns *c,
		     uint64_t budget, unsigned workers)
{
	struct list l = {.rules = mem_zero(CANDIDATES_MAX + 1, sizeof *l.rules)};
	uint64_t rate = c->records / LOOK_RECORDS, share;

	add_candidates(&l, c);
	share = budget / (l.count && l.count < RULE_SHARE ? l.count : RULE_SHARE);
	if (rate > 1) {
		build(&l, c, share, rate, workers);
		keep_within(&l, budget + budget / 20);
	}
	build(&l, c, share, 1, workers);
	keep_within(&l, budget);
	if (c->records > 1 && triangle(c->records) <= ALL_PAIRS_MAX)
		build_all_pairs(&l.rules[l.count++], c->records);
	settle(b, &l, c);
}

void blocking_certain(struct blocking *b, const struct columns *c,
		      unsigned workers)
{
	struct list l = {.rules = mem_zero(CANDIDATES_MAX + 1, sizeof *l.rules)};

	add_certain(&l, c);
	build(&l, c, UINT64_MAX, 1, workers);
	settle(b, &l, c);
}

void blocking_all_pairs(struct blocking *b, const struct columns *c, size_t records)
{
	struct list l = {.rules = mem_zero(1, sizeof *l.rules), .count = 1};

	build_all_pairs(&l.rules[0], records);
	settle(b, &l, c);
}

bool block_rule_uses(const struct columns *c, const struct block_rule *rule,
		     size_t k)
{
	for (int i = 0; i < rule->part_count; i++) {
		struct key_part p = rule->parts[i];

		if (p.column == (int)k ||
		    (p.form == KEY_PAIR && c->list[p.column].twin == (int)k))
			return true;
	}
	return false;
}

void block_rule_put(const struct columns *c, const struct block_rule *rule,
		    struct buf *out)
{
	static const char *const before[] = {
		[KEY_WORD] = "", [KEY_SOUND] = "sound of ", [KEY_PAIR] = "",
		[KEY_USER] = "user of ", [KEY_MONTH_DAY] = "month and day of ",
	};

	if (!rule->part_count)
		buf_lit(out, "all pairs");
	for (int i = 0; i < rule->part_count; i++) {
		struct key_part p = rule->parts[i];
		const struct column *column = &c->list[p.column];

		if (i)
			buf_lit(out, " + ");
		buf_text_put(out, before[p.form]);
		buf_span(out, column->name);
		if (p.form != KEY_PAIR)
			continue;
		buf_lit(out, " and ");
		buf_span(out, c->list[column->twin].name);
		buf_lit(out, " in either order");
	}
}
