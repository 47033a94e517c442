#include "unify/identity/female_form.h"

/* Names of men that have a female form with an ending, by letter. */
static const struct span men[] = {
	SPAN("adrian"), SPAN("aleksandr"), SPAN("alfons"), SPAN("andre"), SPAN("anton"), SPAN("august"), SPAN("bernard"),
	SPAN("bernhard"), SPAN("bogdan"), SPAN("bohumil"), SPAN("bojan"), SPAN("carl"), SPAN("christian"), SPAN("damian"),
	SPAN("damjan"), SPAN("daniel"), SPAN("denis"), SPAN("dominik"), SPAN("dragan"), SPAN("emanuel"), SPAN("emil"), SPAN("eric"), SPAN("erik"),
	SPAN("fabian"), SPAN("ferdinand"), SPAN("francois"), SPAN("frank"), SPAN("frederic"), SPAN("frederik"), SPAN("gabriel"),
	SPAN("georg"), SPAN("gerald"), SPAN("goran"), SPAN("hans"), SPAN("hendrik"), SPAN("henri"), SPAN("henrik"),
	SPAN("ivan"), SPAN("jan"), SPAN("jaromir"), SPAN("jaroslav"), SPAN("josef"), SPAN("joseph"), SPAN("juan"), SPAN("julian"), SPAN("justin"),
	SPAN("kamil"), SPAN("karim"), SPAN("karl"), SPAN("kristian"), SPAN("leon"), SPAN("leopold"), SPAN("louis"), SPAN("luis"),
	SPAN("manuel"), SPAN("marcel"), SPAN("marian"), SPAN("martin"), SPAN("michael"), SPAN("michal"), SPAN("michel"), SPAN("mikael"),
	SPAN("milan"), SPAN("miroslav"), SPAN("noel"), SPAN("pascal"), SPAN("patrik"), SPAN("paul"), SPAN("petr"),
	SPAN("philip"), SPAN("philipp"), SPAN("radoslav"), SPAN("rafael"), SPAN("raphael"), SPAN("rene"), SPAN("robert"),
	SPAN("roman"), SPAN("samuel"), SPAN("sebastian"), SPAN("severin"), SPAN("silvan"), SPAN("simon"), SPAN("slavomir"), SPAN("stanislav"),
	SPAN("stefan"), SPAN("stephan"), SPAN("ulrik"), SPAN("valentin"), SPAN("victor"), SPAN("viktor"), SPAN("vincent"), SPAN("vladimir"),
	SPAN("vladislav"), SPAN("vlastimil"), SPAN("wilhelm"), SPAN("zoran"),
};

static const struct span endings[] = {
	SPAN("a"), SPAN("e"), SPAN("ia"), SPAN("ie"), SPAN("ina"), SPAN("ine"), SPAN("ette"), SPAN("la"), SPAN("le"), SPAN("ne"),
};

static bool is_listed(const struct span *list, size_t count, struct span word)
{
	for (size_t i = 0; i < count; i++) {
		if (span_equal(list[i], word))
			return true;
	}
	return false;
}

#define IS_LISTED(list, word) is_listed(list, sizeof(list) / sizeof *(list), word)

/* Mario and Maria, Pavlo and Pavla: of names from four letters on the last one alone differs. */
static bool is_o_for_a(struct span a, struct span b)
{
	size_t last = a.len - 1;

	return a.len == b.len && a.len >= 4 && span_equal(span_sub(a, 0, last), span_sub(b, 0, last)) &&
	       ((a.ptr[last] == 'o' && b.ptr[last] == 'a') || (a.ptr[last] == 'a' && b.ptr[last] == 'o'));
}

bool female_form_parts(struct span a, struct span b)
{
	struct span shorter = a.len < b.len ? a : b, longer = a.len < b.len ? b : a;

	return is_o_for_a(a, b) ||
	       (shorter.len >= 3 && longer.len > shorter.len && longer.len <= shorter.len + 4 && span_starts(longer, shorter) &&
		IS_LISTED(endings, span_sub(longer, shorter.len, longer.len)) && IS_LISTED(men, shorter));
}
