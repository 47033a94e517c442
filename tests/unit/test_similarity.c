#include "tests/unit/support.h"

#include "text/phonetic.h"
#include "text/similarity.h"
#include "unify/linkage/nickname.h"

/* Jaro, Jaro-Winkler, Levenshtein, Damerau-Levenshtein as DuckDB and jellyfish
 * give them. */
static const struct {
	const char *a, *b;
	double jaro, winkler;
	unsigned levenshtein, damerau;
} vectors[] = {
	{"martha", "marhta", .944444, .961111, 2, 1},
	{"dixon", "dicksonx", .766667, .813333, 4, 4},
	{"dwayne", "duane", .822222, .84, 2, 2},
	{"jones", "johnson", .790476, .832381, 4, 4},
	{"robin", "robim", .866667, .92, 1, 1},
	{"hammond", "hamond", .952381, .966667, 1, 1},
	{"abcd", "abxy", .666667, .666667, 2, 2},
	{"crate", "trace", .733333, .733333, 2, 2},
	{"shackleford", "shackelford", .969697, .981818, 2, 1},
	{"nichleson", "nichulson", .925926, .955556, 2, 2},
	{"smith", "smyth", .866667, .893333, 1, 1},
	{"katherine", "catherine", .925926, .925926, 1, 1},
	{"michelle", "michael", .869048, .921429, 3, 3},
	{"abcvwxyz", "cabvwxyz", .958333, .958333, 2, 2},
	{"ab", "ba", 0, 0, 2, 1},
	{"a", "b", 0, 0, 1, 1},
	{"ca", "abc", 0, 0, 3, 2},
	{"fvie", "ten", 0, 0, 4, 4},
};

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		struct span a = span_of(vectors[i].a), b = span_of(vectors[i].b);

		assert_close(similarity_jaro(a, b), vectors[i].jaro, 1e-6);
		assert_close(similarity_jaro(b, a), vectors[i].jaro, 1e-6);
		assert_close(similarity_winkler(a, b), vectors[i].winkler, 1e-6);
		assert_int_equal(similarity_levenshtein(a, b), vectors[i].levenshtein);
		assert_int_equal(similarity_levenshtein(b, a), vectors[i].levenshtein);
		assert_int_equal(similarity_damerau(a, b), vectors[i].damerau);
		assert_int_equal(similarity_damerau(b, a), vectors[i].damerau);
	}
}

/* Bytes are compared: before folding an accent counts as two, after it not at all. */
static void test_accents(void **state)
{
	(void)state;
	assert_close(similarity_jaro(SPAN("jose"), SPAN("jos\xc3\xa9")), .783333, 1e-6);
	assert_close(similarity_jaro(SPAN("jose"), SPAN("jose")), 1, 0);
}

static void test_empty(void **state)
{
	struct span none = SPAN(""), some = SPAN("ab");

	(void)state;
	assert_close(similarity_jaro(none, none), 1, 0);
	assert_close(similarity_jaro(none, some), 0, 0);
	assert_close(similarity_edit(none, none), 1, 0);
	assert_close(similarity_edit(none, some), 0, 0);
	assert_int_equal(similarity_levenshtein(none, some), 2);
	assert_int_equal(similarity_damerau(some, none), 2);
	assert_true(similarity_within(none, none, 1));
	assert_false(similarity_within(none, some, 1));
}

/* The textbook's table, for texts of up to 100 bytes. */
static unsigned slow_levenshtein(struct span a, struct span b)
{
	unsigned table[101][101];

	for (unsigned i = 0; i <= a.len; i++) {
		for (unsigned j = 0; j <= b.len; j++) {
			unsigned least = i && j ? table[i - 1][j - 1] + (a.ptr[i - 1] != b.ptr[j - 1])
						: i + j;

			if (i && table[i - 1][j] + 1 < least)
				least = table[i - 1][j] + 1;
			if (j && table[i][j - 1] + 1 < least)
				least = table[i][j - 1] + 1;
			table[i][j] = least;
		}
	}
	return table[a.len][b.len];
}

static struct span random_text(uint64_t *seed, char *out)
{
	size_t len = support_below(seed, support_below(seed, 4) ? 12 : 101);

	for (size_t i = 0; i < len; i++)
		out[i] = (char)('a' + support_below(seed, 4));
	return (struct span){out, len};
}

static void test_random_texts(void **state)
{
	uint64_t seed = 20261123;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char x[101], y[101];
		struct span a = random_text(&seed, x), b = random_text(&seed, y);
		unsigned damerau = similarity_damerau(a, b);

		assert_int_equal(similarity_levenshtein(a, b), slow_levenshtein(a, b));
		assert_true(damerau <= similarity_levenshtein(a, b));
		for (unsigned limit = 0; limit <= 2; limit++)
			assert_int_equal(similarity_within(a, b, limit), damerau <= limit);
		assert_close(similarity_jaro(a, b), similarity_jaro(b, a), 0.1);
	}
}

/* 64 bytes and 65: masks of positions and plain loops agree. */
static void test_long_texts(void **state)
{
	char a[300], b[300];

	(void)state;
	memset(a, 'x', sizeof a);
	memset(b, 'x', sizeof b);
	b[0] = 'y';
	for (size_t len = 63; len <= 66; len++) {
		struct span s = {a, len}, t = {b, len};
		double n = (double)len - 1;

		assert_int_equal(similarity_levenshtein(s, t), 1);
		assert_close(similarity_jaro(s, t), (n / (n + 1) * 2 + 1) / 3, 1e-12);
	}
	/* Only so much of a text counts. */
	assert_int_equal(similarity_levenshtein((struct span){a, 300}, (struct span){a, 255}), 0);
	assert_int_equal(similarity_damerau((struct span){a, 300}, (struct span){b, 300}), 1);
}

static void test_soundex(void **state)
{
	static const char *const codes[][2] = {
		{"Robert", "R163"}, {"Rupert", "R163"}, {"Ashcraft", "A261"},
		{"Tymczak", "T522"}, {"Pfister", "P236"}, {"Jackson", "J250"},
		{"Washington", "W252"}, {"Lee", "L000"}, {"Gutierrez", "G362"},
		{"rob ert", "R100"}, {"o brien", "O000"},
	};
	char code[4];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		assert_true(phonetic_soundex(span_of(codes[i][0]), code));
		assert_memory_equal(code, codes[i][1], 4);
	}
	assert_false(phonetic_soundex(SPAN(""), code));
	assert_false(phonetic_soundex(SPAN("7eleven"), code));
}

/* The vectors of the module doublemetaphone 1.2, which wraps Philips' program. */
static void test_double_metaphone(void **state)
{
	static const char *const codes[][3] = {
		{"Smith", "SM0", "XMT"}, {"Schmidt", "XMT", "SMT"}, {"Thomas", "TMS", "TMS"},
		{"Jose", "HS", "HS"}, {"Catherine", "K0RN", "KTRN"}, {"Michael", "MKL", "MXL"},
		{"Wright", "RT", "RT"}, {"Czerny", "SRN", "XRN"}, {"Caesar", "SSR", "SSR"},
		{"Chianti", "KNT", "KNT"}, {"Chemistry", "KMST", "KMST"}, {"Chore", "XR", "XR"},
		{"Orchestra", "ARKS", "ARKS"}, {"Architect", "ARKT", "ARKT"}, {"Bacher", "PKR", "PKR"},
		{"Wechsler", "AKSL", "FKSL"}, {"Tichner", "TXNR", "TKNR"}, {"McClellan", "MKLL", "MKLL"},
		{"Bertucci", "PRTX", "PRTX"}, {"Bacci", "PX", "PX"}, {"Accident", "AKST", "AKST"},
		{"Succeed", "SKST", "SKST"}, {"Pacheco", "PXK", "PKK"}, {"Knuth", "N0", "NT"},
		{"Gnome", "NM", "NM"}, {"Psalm", "SLM", "SLM"}, {"Xavier", "SF", "SFR"},
		{"Breaux", "PR", "PR"}, {"Edgar", "ATKR", "ATKR"}, {"Edge", "AJ", "AJ"},
		{"Hugh", "H", "H"}, {"Laugh", "LF", "LF"}, {"Leigh", "L", "L"},
		{"Ghislane", "JLN", "JLN"}, {"Ghost", "KST", "KST"}, {"Broughton", "PRTN", "PRTN"},
		{"Agnes", "AKNS", "ANS"}, {"Cagney", "KKN", "KKN"}, {"Bologna", "PLN", "PLKN"},
		{"Wagner", "AKNR", "FKNR"}, {"Tagliaro", "TKLR", "TLR"}, {"Gerber", "KRPR", "JRPR"},
		{"Danger", "TNJR", "TNKR"}, {"Energy", "ANRJ", "ANRK"}, {"Berger", "PRKR", "PRJR"},
		{"Getty", "KT", "KT"}, {"Rogier", "RJ", "RJR"}, {"Biaggi", "PJ", "PK"},
		{"Bajador", "PJTR", "PHTR"}, {"Yankelovich", "ANKL", "ANKL"},
		{"Jankelowicz", "JNKL", "ANKL"}, {"Hallelujah", "HLLJ", "HLLH"}, {"Hajek", "HJK", "HJK"},
		{"Cabrillo", "KPRL", "KPR"}, {"Gallegos", "KLKS", "KKS"}, {"Valle", "FL", "F"},
		{"Dumb", "TM", "TM"}, {"Plumber", "PLMR", "PLMR"}, {"Campbell", "KMPL", "KMPL"},
		{"Philipps", "FLPS", "FLPS"}, {"Hochmeier", "HKMR", "HKMR"}, {"Island", "ALNT", "ALNT"},
		{"Carlisle", "KRLL", "KRLL"}, {"Sugar", "XKR", "SKR"}, {"Oppenheim", "APNM", "APNM"},
		{"Gianassian", "JNSN", "KNSN"}, {"Snider", "SNTR", "XNTR"}, {"Schneider", "XNTR", "SNTR"},
		{"Schermerhorn", "XRMR", "SKRM"}, {"Schenker", "XNKR", "SKNK"}, {"School", "SKL", "SKL"},
		{"Schlesinger", "XLSN", "SLSN"}, {"Schwartz", "XRTS", "XFRT"}, {"Szabo", "SP", "XP"},
		{"Artois", "ART", "ARTS"}, {"Thames", "TMS", "TMS"}, {"Matthews", "M0S", "MTS"},
		{"Nation", "NXN", "NXN"}, {"Mitchell", "MXL", "MXL"}, {"Wasserman", "ASRM", "FSRM"},
		{"Whitney", "ATN", "ATN"}, {"Arnow", "ARN", "ARNF"}, {"Filipowsky", "FLPS", "FLPF"},
		{"Filipowicz", "FLPT", "FLPF"}, {"Zhao", "J", "J"}, {"Pozzi", "PS", "PTS"},
		{"Zdzislaw", "STSL", "STTS"}, {"Tymczak", "TMSK", "TMXK"}, {"Washington", "AXNK", "FXNK"},
		{"Gutierrez", "KTRS", "KTRS"}, {"Nguyen", "NKN", "NKN"}, {"Lee", "L", "L"},
		{"van der Berg", "FNTR", "FNTR"}, {"San Jacinto", "SNHS", "SNHS"},
		{"Mac Gregor", "MKRK", "MKRK"}, {"O'Brien", "APRN", "APRN"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		struct phonetic_codes c;

		assert_true(phonetic_double(span_of(codes[i][0]), &c));
		assert_span(((struct span){c.first, strnlen(c.first, 4)}), codes[i][1]);
		assert_span(((struct span){c.second, strnlen(c.second, 4)}), codes[i][2]);
	}
}

static bool sound_alike(const char *a, const char *b)
{
	struct phonetic_codes x, y;

	phonetic_double(span_of(a), &x);
	phonetic_double(span_of(b), &y);
	assert_int_equal(phonetic_alike(phonetic_pack(&x), phonetic_pack(&y)),
			 phonetic_alike(phonetic_pack(&y), phonetic_pack(&x)));
	return phonetic_alike(phonetic_pack(&x), phonetic_pack(&y));
}

/* Either code of one may be either of the other; no code is no one's. */
static void test_sound_alike(void **state)
{
	struct phonetic_codes c;

	(void)state;
	assert_true(sound_alike("Smith", "Schmidt"));
	assert_true(sound_alike("Smith", "Smyth"));
	assert_true(sound_alike("Catherine", "Kathryn"));
	assert_true(sound_alike("Wagner", "Vagner"));
	assert_false(sound_alike("Smith", "Jones"));
	assert_false(sound_alike("Schmidt", "Samuel"));
	assert_false(phonetic_double(SPAN("7"), &c));
	assert_false(phonetic_double(SPAN("h"), &c));
	assert_int_equal(phonetic_pack(&c), 0);
	assert_false(sound_alike("h", "h"));
	/* The other code of this one is empty; it is not the empty code of another. */
	assert_true(phonetic_double(SPAN("HJ"), &c));
	assert_false(sound_alike("HJ", "h"));
	assert_true(sound_alike("HJ", "HJ"));
}

/* Whatever comes, the code fits. */
static void test_codes_of_noise(void **state)
{
	uint64_t seed = 5;
	char text[200];
	struct phonetic_codes codes;

	(void)state;
	for (int run = 0; run < 20000; run++) {
		size_t len = support_below(&seed, sizeof text);

		for (size_t i = 0; i < len; i++)
			text[i] = "schphkxgntiaevwmy z"[support_below(&seed, 19)];
		phonetic_double((struct span){text, len}, &codes);
		for (int i = 0; i < 4; i++) {
			assert_true(!codes.first[i] || strchr("A0FHJKLMNPRSTX", codes.first[i]));
			assert_true(!codes.second[i] || strchr("A0FHJKLMNPRSTX", codes.second[i]));
		}
	}
}

static struct map nicknames;

static bool share(const char *a, const char *b)
{
	unsigned char x[NICKNAME_GROUPS_MAX], y[NICKNAME_GROUPS_MAX];
	int n = nickname_groups(&nicknames, span_of(a), x);
	int m = nickname_groups(&nicknames, span_of(b), y);

	for (int i = 0; i < n; i++) {
		for (int j = 0; j < m; j++) {
			if (x[i] == y[j])
				return true;
		}
	}
	return false;
}

static void test_nicknames(void **state)
{
	unsigned char three[NICKNAME_GROUPS_MAX];

	(void)state;
	nicknames_fill(&nicknames);
	assert_true(share("bob", "robert"));
	assert_true(share("rob", "bobby"));
	assert_true(share("peggy", "margaret"));
	assert_true(share("bill", "william"));
	assert_false(share("robert", "richard"));
	assert_false(share("ob", "robert"));
	assert_false(share("", ""));
	/* In more groups than fit: the first ones. */
	assert_int_equal(nickname_groups(&nicknames, SPAN("chris"), three), NICKNAME_GROUPS_MAX);
	assert_true(three[0] < three[1]);
	map_release(&nicknames);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_accents),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_random_texts),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_soundex),
		cmocka_unit_test(test_double_metaphone),
		cmocka_unit_test(test_sound_alike),
		cmocka_unit_test(test_codes_of_noise),
		cmocka_unit_test(test_nicknames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
