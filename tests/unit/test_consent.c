#include "support.h"

#include "reference/consent_word.h"
#include "reference/tcf.h"

static void test_words(void **state)
{
	static const struct {
		const char *text;
		enum consent_word word;
	} cases[] = {
		{"yes", CONSENT_WORD_YES}, {" TRUE ", CONSENT_WORD_YES}, {"1", CONSENT_WORD_YES}, {"J", CONSENT_WORD_YES},
		{"WAHR", CONSENT_WORD_YES}, {"confirmed", CONSENT_WORD_YES}, {"S\xc3\x8d", CONSENT_WORD_YES}, {"\xe2\x9c\x93", CONSENT_WORD_YES},
		{"\xd0\x94\xd0\x90", CONSENT_WORD_YES}, {"\xe3\x81\xaf\xe3\x81\x84", CONSENT_WORD_YES},
		{"nein", CONSENT_WORD_NO}, {"0", CONSENT_WORD_NO}, {"N\xc3\x83O", CONSENT_WORD_NO}, {"nej", CONSENT_WORD_NO},
		{"HAYIR", CONSENT_WORD_NO}, {"hay\xc4\xb1r", CONSENT_WORD_NO}, {"FALSCH", CONSENT_WORD_NO},
		{"opted in", CONSENT_WORD_IN}, {"Opt-In", CONSENT_WORD_IN}, {"Abonn\xc3\xa9", CONSENT_WORD_IN},
		{"Unsubscribed", CONSENT_WORD_OUT}, {"OPTED_OUT", CONSENT_WORD_OUT}, {"D\xc3\xa9sinscrit", CONSENT_WORD_OUT},
		{"NEVER_SUBSCRIBED", CONSENT_WORD_OPEN}, {"not subscribed", CONSENT_WORD_OPEN},
		{"", CONSENT_WORD_NONE}, {" ", CONSENT_WORD_NONE}, {"-", CONSENT_WORD_NONE}, {"maybe", CONSENT_WORD_NONE},
		{"2", CONSENT_WORD_NONE}, {"yes no", CONSENT_WORD_NONE}, {"x", CONSENT_WORD_NONE},
		{"\xff\xfe", CONSENT_WORD_NONE},
		{"a text that is far longer than any of the words that say yes or no", CONSENT_WORD_NONE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (consent_word_of(span_of(cases[i].text)) != cases[i].word)
			fail_msg("'%s' is %d", cases[i].text, consent_word_of(span_of(cases[i].text)));
}

/* Of the public specification and of the libraries that read it; PURPOSES: bit 0 is purpose 1. */
static void test_tcf(void **state)
{
	static const struct {
		const char *text;
		bool read;
		uint32_t purposes;
	} cases[] = {
		{"COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA", true, 0x7},
		{"COxSKBCOxSKCCBcABCENAgCMAPzAAEPAAAqIDaQBQAMgAgABqAR0A2gDaQAwAMgAgANoAAA", true, 0x33f},
		{"COxR03kOxR1CqBcABCENAgCMAP_AAH_AAAqIF3EXySoGY2thI2YVFxBEIYwfJxyigMgChgQIsSwNQIeFLBoGLiAAHBGYJAQAGBAE", true, 0x3ff},
		/* Segments behind the core. */
		{"COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.IFoEUQQgAIQwgIwQABAEAAAAOIAACAIAAAAQAIAgEAACEAAAAAgAQBAAAAAAAGBAA", true, 0x7},
		{"", false, 0}, {"1YNN", false, 0}, {"COvFyGBOvFyGBAbAAAENAPCAAO", false, 0},
		/* Version 1; other letters; blanks. */
		{"BOvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA", false, 0},
		{"COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKA+A", false, 0},
		{"COvFyGBOvFyGBAbAAAENAPCAAO AAAAAAAAAAAEEUACCKAAA", false, 0},
	};
	uint32_t purposes;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(tcf_purposes(span_of(cases[i].text), &purposes), cases[i].read);
		if (cases[i].read)
			assert_int_equal(purposes, cases[i].purposes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_tcf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
