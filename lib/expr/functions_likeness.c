/* Functions of how alike texts are, in sound and in letters. */
#include <stdio.h>
#include <string.h>

#include "expr/builtin.h"
#include "text/phonetic.h"
#include "text/similarity.h"
#include "text/unicode.h"

/* Without case and accents, as matching compares. */
static struct span folded(const struct datum *d, struct expr_run *run)
{
	return unicode_strip_marks(unicode_fold_case(span_trim(d->text), run->scratch), run->scratch);
}

static struct datum code(const char *text, size_t len, struct expr_run *run)
{
	struct span s = {text, len};

	return len ? datum_text(arena_copy(run->scratch, s)) : (struct datum){.type = TYPE_UNKNOWN};
}

static int call_soundex(const struct node *n, struct expr_run *run,
			const struct datum *args, struct datum *out,
			struct error *err)
{
	char text[4];

	(void)n;
	(void)err;
	*out = code(text, phonetic_soundex(folded(&args[0], run), text) ? 4 : 0, run);
	return 0;
}

static struct span code_of(const char letters[4])
{
	return (struct span){letters, strnlen(letters, 4)};
}

/* Both codes, or the one that they are. */
static int call_double_metaphone(const struct node *n, struct expr_run *run,
				 const struct datum *args, struct datum *out,
				 struct error *err)
{
	struct phonetic_codes codes;
	struct span first, second;
	char both[10];

	(void)n;
	(void)err;
	phonetic_double(folded(&args[0], run), &codes);
	first = code_of(codes.first);
	second = code_of(codes.second);
	*out = code(first.ptr, first.len, run);
	if (!second.len || span_equal(first, second))
		return 0;
	*out = code(both, (size_t)snprintf(both, sizeof both, "%.4s %.4s", codes.first, codes.second), run);
	return 0;
}

static int call_sounds_alike(const struct node *n, struct expr_run *run,
			     const struct datum *args, struct datum *out,
			     struct error *err)
{
	struct phonetic_codes a, b;

	(void)n;
	(void)err;
	*out = (struct datum){.type = TYPE_UNKNOWN};
	if (phonetic_double(folded(&args[0], run), &a) && phonetic_double(folded(&args[1], run), &b))
		*out = datum_truth(phonetic_alike(phonetic_pack(&a), phonetic_pack(&b)));
	return 0;
}

static int call_levenshtein(const struct node *n, struct expr_run *run,
			    const struct datum *args, struct datum *out,
			    struct error *err)
{
	(void)n;
	(void)err;
	*out = datum_number(decimal_of(similarity_levenshtein(folded(&args[0], run),
							      folded(&args[1], run))));
	return 0;
}

static int call_jaro_winkler(const struct node *n, struct expr_run *run,
			     const struct datum *args, struct datum *out,
			     struct error *err)
{
	struct decimal d;

	(void)n;
	(void)err;
	if (!decimal_from_double(similarity_winkler(folded(&args[0], run), folded(&args[1], run)), &d))
		*out = (struct datum){.type = TYPE_UNKNOWN};
	else
		*out = datum_number(decimal_round(d, 4));
	return 0;
}

const struct builtin likeness_functions[] = {
	{"soundex", "t", TYPE_TEXT, 0, call_soundex, NULL, NULL},
	{"double_metaphone", "t", TYPE_TEXT, 0, call_double_metaphone, NULL, NULL},
	{"sounds_alike", "tt", TYPE_TRUTH, 0, call_sounds_alike, NULL, NULL},
	{"levenshtein", "tt", TYPE_NUMBER, 0, call_levenshtein, NULL, NULL},
	{"jaro_winkler", "tt", TYPE_NUMBER, 0, call_jaro_winkler, NULL, NULL},
	{NULL, NULL, 0, 0, NULL, NULL, NULL},
};
