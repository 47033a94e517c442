#include "text/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"

/*
 * Steps of backtracking on one text, and memory for remembering them: a second
 * of work at most, where a sane pattern takes a few thousand steps.
 */
#define MATCH_LIMIT 1000000
#define HEAP_LIMIT_KIB 20000
#define STACK_LIMIT ((size_t)8 << 20)

struct regex {
	pcre2_code *code;
	pcre2_match_context *limits;
	uint32_t groups;
	bool jit;		/* this machine has it, for this pattern */
};

static void *take_heap(size_t size, void *unused)
{
	(void)unused;
	return mem_alloc(size);
}

static void give_heap(void *ptr, void *unused)
{
	(void)unused;
	mem_free(ptr);
}

static void *take_scratch(size_t size, void *scratch)
{
	return arena_alloc(scratch, size);
}

static void give_scratch(void *ptr, void *scratch)
{
	(void)ptr;
	(void)scratch;
}

static void *bad_pattern(struct span pattern, int code, size_t offset,
			 struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	char why[160];

	pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof(why));
	error_usage(err, "bad pattern %s: %s (at its byte %zu)",
		    error_quote(pattern, quoted), why, offset);
	return NULL;
}

static uint32_t compile_flags(const struct regex_options *o)
{
	return PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C |
	       (o->ascii ? 0 : PCRE2_UCP) | (o->caseless ? PCRE2_CASELESS : 0);
}

struct regex *regex_new(struct span pattern, struct error *err)
{
	static const struct regex_options usual = {0};

	return regex_new_with(pattern, &usual, err);
}

struct regex *regex_new_with(struct span pattern,
			     const struct regex_options *options,
			     struct error *err)
{
	pcre2_general_context *heap = pcre2_general_context_create(take_heap,
							give_heap, NULL);
	pcre2_compile_context *how = pcre2_compile_context_create(heap);
	struct regex *r = NULL;
	pcre2_code *code;
	size_t offset;
	int why;

	pcre2_set_parens_nest_limit(how, 100);
	code = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len,
			     compile_flags(options), &why, &offset, how);
	if (code) {
		r = mem_zero(1, sizeof(*r));
		r->code = code;
		r->jit = !pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
		pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &r->groups);
		r->limits = pcre2_match_context_create(heap);
		pcre2_set_match_limit(r->limits, options->steps ? options->steps :
								  MATCH_LIMIT);
		pcre2_set_heap_limit(r->limits, HEAP_LIMIT_KIB);
	}
	pcre2_compile_context_free(how);
	pcre2_general_context_free(heap);
	return r ? r : bad_pattern(pattern, why, offset, err);
}

void regex_free(struct regex *r)
{
	if (!r)
		return;
	pcre2_code_free(r->code);
	pcre2_match_context_free(r->limits);
	mem_free(r);
}

unsigned regex_groups(const struct regex *r)
{
	return r->groups;
}

static struct span piece(struct span text, const size_t *ends)
{
	if (ends[0] == PCRE2_UNSET)
		return SPAN_NONE;
	return span_sub(text, ends[0], ends[1] - ends[0]);
}

static int too_long(struct span text, int code, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	char why[160];

	pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof(why));
	return error_data(err, "the pattern gave up on %s: %s",
			  error_quote(text, quoted), why);
}

/* On a stack of its own: for the rare text that needs it. */
static int search_deep(const struct regex *r, struct span text,
		       pcre2_match_data *found)
{
	pcre2_jit_stack *stack = pcre2_jit_stack_create(1 << 16, STACK_LIMIT, NULL);
	pcre2_match_context *limits = pcre2_match_context_copy(r->limits);
	int got = PCRE2_ERROR_NOMEMORY;

	if (stack) {
		pcre2_jit_stack_assign(limits, NULL, stack);
		got = pcre2_match(r->code, (PCRE2_SPTR)text.ptr, text.len, 0, 0,
				  found, limits);
	}
	pcre2_match_context_free(limits);
	pcre2_jit_stack_free(stack);
	return got;
}

/* Compiled code runs on 32 KiB of the machine's stack where that is enough. */
static int search_from(const struct regex *r, struct span text,
		       pcre2_match_data *found)
{
	int got = pcre2_match(r->code, (PCRE2_SPTR)text.ptr, text.len, 0, 0,
			      found, r->limits);

	return got == PCRE2_ERROR_JIT_STACKLIMIT ? search_deep(r, text, found) : got;
}

/* What the search found, out of the library's memory. */
static int take_match(const struct regex *r, struct span text, int got,
		      const size_t *ends, struct span *whole,
		      struct span *group, struct error *err)
{
	if (got == PCRE2_ERROR_NOMATCH)
		return 0;
	if (got < 0)
		return too_long(text, got, err);
	if (whole)
		*whole = piece(text, ends);
	if (group)
		*group = r->groups ? piece(text, ends + 2) : SPAN_NONE;
	return 1;
}

/*
 * Compiled code takes a few bytes, from the scratch; the interpreter keeps its
 * backtracking in what it is given, so that comes from the heap and goes back.
 */
int regex_find(const struct regex *r, struct span text, struct arena *scratch,
	       struct span *whole, struct span *group, struct error *err)
{
	pcre2_general_context *memory = r->jit
		? pcre2_general_context_create(take_scratch, give_scratch, scratch)
		: pcre2_general_context_create(take_heap, give_heap, NULL);
	pcre2_match_data *found = pcre2_match_data_create(2, memory);
	int got;

	if (!text.ptr)
		text = SPAN("");
	got = take_match(r, text, search_from(r, text, found),
			 pcre2_get_ovector_pointer(found), whole, group, err);
	pcre2_match_data_free(found);
	pcre2_general_context_free(memory);
	return got;
}

struct regex_search {
	pcre2_match_data *found;
};

struct regex_search *regex_search_new(void)
{
	pcre2_general_context *heap = pcre2_general_context_create(take_heap,
							give_heap, NULL);
	struct regex_search *s = mem_zero(1, sizeof *s);

	s->found = pcre2_match_data_create(REGEX_GROUPS_MAX, heap);
	pcre2_general_context_free(heap);
	return s;
}

void regex_search_free(struct regex_search *s)
{
	if (!s)
		return;
	pcre2_match_data_free(s->found);
	mem_free(s);
}

int regex_find_groups(const struct regex *r, struct regex_search *s,
		      struct span text, struct span groups[REGEX_GROUPS_MAX],
		      struct error *err)
{
	const size_t *ends = pcre2_get_ovector_pointer(s->found);
	int got;

	if (!text.ptr)
		text = SPAN("");
	got = search_from(r, text, s->found);
	if (got < 0)
		return take_match(r, text, got, ends, NULL, NULL, err);
	/* Groups behind the last one that took part are unset, too. */
	for (uint32_t i = 0; i < REGEX_GROUPS_MAX; i++)
		groups[i] = i <= r->groups ? piece(text, ends + 2 * i) : SPAN_NONE;
	return 1;
}
