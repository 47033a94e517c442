/* The tables of functions as one. */
#include <stdbool.h>

#include "expr/builtin.h"

static const struct builtin *const tables[] = {
	text_functions, pattern_functions, number_functions, date_functions,
	choice_functions, social_functions, json_functions,
	likeness_functions,
};

#define TABLES (sizeof(tables) / sizeof(tables[0]))

const struct builtin *builtin_find(struct span name)
{
	const struct builtin *b;
	size_t i;

	for (i = 0; i < TABLES; i++) {
		for (b = tables[i]; b->name; b++) {
			if (span_equal_nocase(name, span_of(b->name)))
				return b;
		}
	}
	return NULL;
}

/* Kept in step with the tables by test_expr_manual. */
const char *const *builtin_names(size_t *count)
{
	static const char *const names[] = {
		"lower", "upper", "trim", "length", "concat", "join",
		"starts_with", "ends_with", "contains", "replace", "substr",
		"split", "split_part", "text", "url_param",
		"soundex", "double_metaphone", "sounds_alike",
		"levenshtein", "jaro_winkler",
		"matches", "extract",
		"number", "short_number", "abs", "round", "floor", "ceil", "log",
		"date", "days_since", "days", "year", "month", "day",
		"weekday", "hour", "date_trunc", "epoch",
		"if", "switch", "coalesce", "nullif", "min", "max",
		"json", "object", "get", "lookup", "entries", "members", "without", "map", "where",
		"total", "hashtags", "mentions", "plain_text", "sentiment", "language", NULL
	};

	*count = sizeof(names) / sizeof(names[0]) - 1;
	return names;
}

const char *builtin_synonym(struct span name)
{
	static const char *const synonyms[][2] = {
		{"len", "length"}, {"char_length", "length"},
		{"substring", "substr"}, {"mid", "substr"}, {"left", "substr"},
		{"right", "substr"}, {"lcase", "lower"}, {"ucase", "upper"},
		{"strip", "trim"}, {"btrim", "trim"}, {"ifnull", "coalesce"},
		{"nvl", "coalesce"}, {"isnull", "coalesce"}, {"iif", "if"},
		{"case", "if"}, {"when", "if"}, {"to_number", "number"},
		{"cast", "number"}, {"parse_date", "date"},
		{"to_date", "date"}, {"to_timestamp", "date"},
		{"strptime", "date"}, {"str", "text"}, {"to_char", "text"},
		{"string", "text"}, {"regexp_matches", "matches"},
		{"regexp_like", "matches"}, {"regexp_match", "matches"},
		{"regexp_extract", "extract"}, {"regexp_substr", "extract"},
		{"like", "contains"}, {"instr", "contains"},
		{"position", "contains"}, {"strpos", "contains"},
		{"ln", "log"}, {"greatest", "max"}, {"least", "min"}, {"ceiling", "ceil"},
		{"trunc", "floor"}, {"int", "floor"}, {"dow", "weekday"},
		{"dayofweek", "weekday"}, {"datediff", "days_since"},
		{"concat_ws", "join"}, {"prefix", "starts_with"},
		{"suffix", "ends_with"}, {"begins_with", "starts_with"},
		{"decode", "switch"}, {"from_unixtime", "epoch"},
		{"timestamp_millis", "epoch"}, {"timestamp_micros", "epoch"},
		{"parse_json", "json"}, {"json_extract", "get"},
		{"json_value", "get"}, {"filter", "where"}, {"pluck", "map"},
		{"strip_tags", "plain_text"}, {"html_to_text", "plain_text"},
	};
	size_t i;

	for (i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++) {
		if (span_equal_nocase(name, span_of(synonyms[i][0])))
			return synonyms[i][1];
	}
	return NULL;
}
