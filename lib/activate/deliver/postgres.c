/*
 * PostgreSQL by libpq (the only file that knows it): rows go by COPY into a temporary table, which is
 * then merged into the audience's in the same transaction.
 */
#include <libpq-fe.h>

#include <string.h>

#include "activate/deliver/ways.h"
#include "base/mem.h"

#define STAGE "cdp_activate_staging"
#define COPY_BYTES ((size_t)1 << 16)

struct postgres_way {
	const struct deliver_setup *setup;
	PGconn *db;
	struct buf lines;	/* of COPY, not sent yet */
	struct buf scratch;
};

/* The server's words, in one line. */
static int refuse(const struct postgres_way *w, const char *what, struct error *err)
{
	struct span said = span_trim(span_of(PQerrorMessage(w->db)));
	char text[400];
	size_t len = said.len < sizeof text - 1 ? said.len : sizeof text - 1;

	memcpy(text, said.ptr, len);
	text[len] = '\0';
	for (size_t i = 0; i < len; i++)
		text[i] = text[i] == '\n' ? ' ' : text[i];
	return error_failed(err, "PostgreSQL: cannot %s: %s", what, text);
}

static int execute(struct postgres_way *w, const char *sql, ExecStatusType wanted, const char *what, struct error *err)
{
	PGresult *result = PQexec(w->db, sql);
	bool good = PQresultStatus(result) == wanted;

	PQclear(result);
	return good ? 0 : refuse(w, what, err);
}

static int execute_text(struct postgres_way *w, struct buf *sql, const char *what, struct error *err)
{
	int failed = execute(w, buf_text(sql), PGRES_COMMAND_OK, what, err);

	buf_release(sql);
	return failed;
}

/* A table of the columns, and whether the row is one to remove. */
static void put_stage(const struct target *t, struct buf *sql)
{
	buf_lit(sql, "CREATE TEMPORARY TABLE " STAGE " (cdp_removed boolean NOT NULL");
	for (size_t i = 0; i < t->count; i++) {
		buf_lit(sql, ", ");
		way_put_name(sql, t->column[i].label);
		buf_lit(sql, " TEXT");
	}
	buf_lit(sql, ") ON COMMIT DROP");
}

static int begin(struct postgres_way *w, struct error *err)
{
	struct buf create = BUF_INIT, stage = BUF_INIT;

	if (execute(w, "BEGIN", PGRES_COMMAND_OK, "begin", err) ||
	    execute(w, "SET LOCAL client_min_messages = warning", PGRES_COMMAND_OK, "begin", err))
		return -1;
	way_put_create(w->setup, &create);
	if (w->setup->create && execute_text(w, &create, "create the table", err))
		return -1;
	buf_release(&create);
	put_stage(w->setup->target, &stage);
	return execute_text(w, &stage, "create a temporary table", err) ||
	       execute(w, "COPY " STAGE " FROM STDIN", PGRES_COPY_IN, "begin to copy", err) ? -1 : 0;
}

static void close_way(void *way)
{
	struct postgres_way *w = way;

	PQfinish(w->db);	/* what is not committed is rolled back */
	buf_release(&w->lines);
	buf_release(&w->scratch);
	mem_free(w);
}

static void ignore_notice(void *context, const char *message)
{
	(void)context;
	(void)message;
}

static void *open_way(const struct deliver_setup *s, struct error *err)
{
	struct postgres_way *w = mem_zero(1, sizeof *w);

	w->setup = s;
	w->db = PQconnectdb(s->url);
	PQsetNoticeProcessor(w->db, ignore_notice, NULL);
	if (PQstatus(w->db) != CONNECTION_OK)
		refuse(w, "connect", err);
	else if (PQsetClientEncoding(w->db, "UTF8"))
		refuse(w, "speak UTF-8", err);
	else if (!begin(w, err))
		return w;
	close_way(w);
	return NULL;
}

/* A text of COPY: no tab, line end or backslash as it is; NUL is none to PostgreSQL. */
static void put_cell(struct buf *out, struct span cell)
{
	if (span_absent(cell)) {
		buf_lit(out, "\\N");
		return;
	}
	for (size_t i = 0; i < cell.len; i++) {
		const char *special = "\\\t\n\r", *letters = "\\tnr";
		const char *found = cell.ptr[i] ? strchr(special, cell.ptr[i]) : NULL;

		if (found)
			buf_char(out, '\\');
		if (cell.ptr[i])
			buf_char(out, found ? letters[found - special] : cell.ptr[i]);
	}
}

static int send_lines(struct postgres_way *w, struct error *err)
{
	int sent = PQputCopyData(w->db, w->lines.ptr, (int)w->lines.len);

	buf_clear(&w->lines);
	return sent == 1 ? 0 : refuse(w, "copy", err);
}

static int put(void *way, const struct deliver_member *m, struct error *err)
{
	struct postgres_way *w = way;
	const struct target *t = w->setup->target;
	struct span cells[TARGET_COLUMNS_MAX];

	way_cells(t, m->row, cells, &w->scratch);
	buf_char(&w->lines, m->removed ? 't' : 'f');
	for (size_t i = 0; i < t->count; i++) {
		buf_char(&w->lines, '\t');
		put_cell(&w->lines, cells[i]);
	}
	buf_char(&w->lines, '\n');
	return w->lines.len >= COPY_BYTES ? send_lines(w, err) : 0;
}

static int end_copy(struct postgres_way *w, struct error *err)
{
	PGresult *result;
	bool good;

	if (w->lines.len && send_lines(w, err))
		return -1;
	if (PQputCopyEnd(w->db, NULL) != 1)
		return refuse(w, "end to copy", err);
	result = PQgetResult(w->db);
	good = PQresultStatus(result) == PGRES_COMMAND_OK;
	PQclear(result);
	while ((result = PQgetResult(w->db)))
		PQclear(result);
	return good ? 0 : refuse(w, "copy", err);
}

static void put_merge(const struct deliver_setup *s, struct buf *sql)
{
	way_put_insert(s, sql);
	buf_lit(sql, "SELECT ");
	for (size_t i = 0; i < s->target->count; i++) {
		buf_text_put(sql, i ? ", " : "");
		way_put_name(sql, s->target->column[i].label);
	}
	buf_lit(sql, " FROM " STAGE " WHERE NOT cdp_removed");
	way_put_conflict(s, sql);
}

static void put_delete(const struct deliver_setup *s, struct buf *sql)
{
	buf_lit(sql, "DELETE FROM ");
	way_put_name(sql, span_of(s->table));
	buf_lit(sql, " AS old USING " STAGE " AS gone WHERE gone.cdp_removed");
	for (size_t i = 0; i < s->target->count; i++) {
		if (!s->target->column[i].key)
			continue;
		buf_lit(sql, " AND old.");
		way_put_name(sql, s->target->column[i].label);
		buf_lit(sql, " = gone.");
		way_put_name(sql, s->target->column[i].label);
	}
}

static int finish(void *way, struct error *err)
{
	struct postgres_way *w = way;
	struct buf gone = BUF_INIT, merge = BUF_INIT;

	if (end_copy(w, err))
		return -1;
	put_delete(w->setup, &gone);
	if (execute_text(w, &gone, "remove from the table (--create makes it)", err))
		return -1;
	put_merge(w->setup, &merge);
	return execute_text(w, &merge, "write to the table (--create makes it)", err) ||
	       execute(w, "COMMIT", PGRES_COMMAND_OK, "commit", err) ? -1 : 0;
}

const struct way way_postgres = {{"postgresql://", "postgres://"}, false, open_way, put, finish, close_way};
