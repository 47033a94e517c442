/*
 * The inside of the expression language, for the files of lib/expr only.
 *
 * A text goes through four steps: the lexer cuts tokens, the parser builds a
 * tree of what was written, the checker finds names, gives every node its type
 * and its eval function and puts conversions between nodes, and evaluation calls
 * those functions.  A node whose arguments are constants is computed once, by
 * the checker; it stays in the tree, for printing.
 */
#ifndef EXPR_TREE_H
#define EXPR_TREE_H

#include "time/date_text.h"
#include "time/moment.h"
#include "expr/expr.h"

enum token_kind {
	TOKEN_END,
	TOKEN_NUMBER,
	TOKEN_DURATION,
	TOKEN_TEXT,
	TOKEN_NAME,
	TOKEN_QUOTED,	/* `a name` */
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	TOKEN_IN,
	TOKEN_IS,
	TOKEN_NULL,
	TOKEN_BETWEEN,
	TOKEN_TRUE,
	TOKEN_FALSE,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA,
	TOKEN_PLUS,
	TOKEN_MINUS,
	TOKEN_TIMES,
	TOKEN_DIVIDE,
	TOKEN_MODULO,
	TOKEN_EQUAL,
	TOKEN_UNEQUAL,
	TOKEN_LESS,
	TOKEN_AT_MOST,
	TOKEN_MORE,
	TOKEN_AT_LEAST,
	TOKEN_RANGE,	/* ..: only in windows */
};

struct token {
	enum token_kind kind;
	size_t at;			/* offset of its first byte */
	size_t end;
	struct span text;		/* decoded text, or name */
	struct decimal number;
	struct duration duration;
};

enum node_kind {
	NODE_CONSTANT,	/* as written: number, duration, text, truth, null */
	NODE_NAME,
	NODE_CALL,	/* of a builtin or of the scope's functions */
	NODE_AND,	/* two arguments or more */
	NODE_OR,
	NODE_NOT,
	NODE_NEGATE,
	NODE_ARITHMETIC,
	NODE_COMPARE,
	NODE_IN,	/* args[0] in the others; `negated` */
	NODE_BETWEEN,
	NODE_IS_NULL,
	NODE_CONVERT,	/* put in by the checker; not printed */
};

struct node;
struct sub;
struct builtin;
struct regex;

typedef int eval_function(const struct node *n, struct expr_run *run,
			  struct datum *out, struct error *err);

struct node {
	enum node_kind kind;
	enum datum_type type;
	eval_function *eval;
	struct node **args;
	size_t count;
	size_t at;			/* where it stands in the text */
	unsigned depth;
	bool constant;			/* `value` is its value */
	bool negated;			/* not in, not between, is not null */
	bool quoted;			/* a name in backticks */
	bool lenient;			/* conversions: as the scope says */
	char point;
	enum token_kind sign;		/* of arithmetic and comparison */
	enum datum_type compared;	/* both sides; TYPE_ANY: decided a row */
	int slot;			/* of a name, which FETCH reads */
	int (*fetch)(struct expr_run *run, int slot, struct datum *out,
		     struct error *err);
	struct span name;		/* of a name or call */
	const struct builtin *builtin;
	const struct expr_function *function;
	struct regex *regex;		/* of a pattern; owned by the expr */
	struct civil civil;		/* of a date literal without offset */
	int choice;			/* what a builtin's check found out */
	struct span pattern;		/* likewise: a format */
	struct sub *subs;		/* likewise: expressions over elements */
	struct node *filter;		/* of a call: the condition behind `where` */
	struct node *file;		/* of `in file("...")`: that call, which is not evaluated */
	const struct value_list *values; /* likewise: the scope's */
	struct datum value;
};

struct expr {
	struct arena arena;		/* nodes, names, constants */
	struct node *root;
	struct regex **regexes;
	size_t regex_count;
	size_t regex_cap;
	struct expr **inner;		/* compiled with it, see functions_json.c */
	size_t inner_count;
	size_t inner_cap;
};

/* Compiling: the text and where we are in it. */
struct compiler {
	struct span text;
	const char *file;
	uint64_t line;
	uint64_t column;
	const struct expr_scope *scope;
	struct expr *e;
	size_t at;			/* the lexer's place */
	struct token token;		/* the one to read next */
	unsigned depth;
	struct error *err;
};

/* Deeper trees are refused: evaluation recurses. */
#define EXPR_DEPTH_MAX 200
/* Arguments of a builtin. */
#define CALL_ARGS_MAX 64

/* -1: a usage error at offset AT of the text. */
int compile_error(struct compiler *c, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* expr.c: INNER is freed with E. */
void expr_adopt(struct expr *e, struct expr *inner);

/* lexer.c: the next token into c->token. */
int lexer_next(struct compiler *c);
/* How the token's kind is shown in messages: "')'". */
const char *token_name(enum token_kind kind);
/* Does NAME need backticks when printed? */
bool lexer_is_plain_name(struct span name);

/* parser.c: the whole text as a tree; NULL with *c->err. */
struct node *parser_parse(struct compiler *c);
struct node *node_new(struct compiler *c, enum node_kind kind, size_t at);

/* check.c: types of N and below, which may be replaced. */
int check_node(struct compiler *c, struct node **n);
/*
 * Makes *N give WANT, by a conversion where there is one.  WHAT says in the
 * message who wants it: "'+'".
 */
int check_coerce(struct compiler *c, struct node **n, enum datum_type want,
		 const char *what);
/* One type for nodes that are alternatives: the results of if(), coalesce(). */
int check_unify(struct compiler *c, struct node **nodes, size_t count,
		const char *what, enum datum_type *type);
/* Evaluates N now when all its arguments are constants. */
int check_fold(struct compiler *c, struct node *n);

/* check_name.c: names and calls. */
int check_name(struct compiler *c, struct node *n);
int check_call(struct compiler *c, struct node *n);

/* Does a function NAME of the scope take an argument of TYPE?  And `where`? */
bool check_takes(const struct compiler *c, struct span name, enum datum_type type);
bool check_takes_filter(const struct compiler *c, struct span name);

/* Makes N, a constant text, the window that it names. */
int check_period(struct compiler *c, struct node *n);

/* eval.c */
eval_function eval_constant, eval_name, eval_and, eval_or, eval_not,
	eval_negate, eval_arithmetic, eval_compare, eval_in, eval_between,
	eval_is_null, eval_in_file, eval_builtin, eval_function_call;

static inline int node_eval(const struct node *n, struct expr_run *run,
			    struct datum *out, struct error *err)
{
	return n->eval(n, run, out, err);
}

/* convert.c: the conversions as eval functions, with one argument. */
eval_function convert_number, convert_text, convert_time, convert_truth,
	convert_list, convert_civil;

/* A text as a number in the manner of N's scope; unknown when it is blank. */
int convert_text_number(const struct node *n, struct span text,
			struct datum *out, struct error *err);
int convert_text_time(const struct node *n, struct span text,
		      enum date_order order, const struct zone *zone,
		      struct datum *out, struct error *err);

/* compare.c: truth of A sign B, or unknown. */
struct datum compare_datums(const struct datum *a, const struct datum *b,
			    enum token_kind sign, const struct node *n,
			    const struct zone *zone);

/* datum.c */
static inline struct datum datum_text(struct span text)
{
	return (struct datum){.type = TYPE_TEXT, .text = text};
}

static inline struct datum datum_number(struct decimal number)
{
	return (struct datum){.type = TYPE_NUMBER, .number = number};
}

static inline struct datum datum_time(int64_t time)
{
	return (struct datum){.type = TYPE_TIME, .time = time};
}

static inline struct datum datum_truth(bool truth)
{
	return (struct datum){.type = TYPE_TRUTH, .truth = truth};
}

/* D's text: a text's own bytes, else made in SCRATCH. */
struct span datum_text_of(const struct datum *d, struct arena *scratch);
/* With an article, for messages: "a number", "an unknown value". */
const char *datum_type_article(enum datum_type type);

/* A month counts as 30.436875 days where durations are compared. */
int64_t duration_ms(struct duration d);
void duration_put(struct buf *out, struct duration d);
/*
 * MOMENT plus (SIGN 1) or minus (-1) D: months by the calendar of ZONE, with the
 * day cut to the month's last.  False when it leaves the years 1 to 9999.
 */
bool duration_add(int64_t moment, struct duration d, int sign,
		  const struct zone *zone, int64_t *out);

#endif
