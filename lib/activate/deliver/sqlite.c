/* SQLite (the only file that knows it): one transaction. */
#include <sqlite3.h>

#include "activate/deliver/ways.h"
#include "base/mem.h"

struct sqlite_way {
	const struct deliver_setup *setup;
	sqlite3 *db;
	sqlite3_stmt *put, *remove;
	struct buf scratch;
	bool open;		/* a transaction is */
};

static int refuse(const struct sqlite_way *w, const char *what, struct error *err)
{
	return error_failed(err, "%s: cannot %s: %s", w->setup->url, what, w->db ? sqlite3_errmsg(w->db) : "out of memory");
}

static int execute(struct sqlite_way *w, const char *sql, const char *what, struct error *err)
{
	return sqlite3_exec(w->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : refuse(w, what, err);
}

static int prepare(struct sqlite_way *w, struct buf *sql, sqlite3_stmt **out, struct error *err)
{
	if (sqlite3_prepare_v2(w->db, buf_text(sql), -1, out, NULL) == SQLITE_OK)
		return 0;
	return refuse(w, "write to the table (--create makes it)", err);
}

static int prepare_all(struct sqlite_way *w, struct error *err)
{
	const struct target *t = w->setup->target;
	struct buf sql = BUF_INIT;
	bool any = false;
	int failed;

	way_put_insert(w->setup, &sql);
	buf_lit(&sql, "VALUES (");
	for (size_t i = 0; i < t->count; i++)
		buf_text_put(&sql, i ? ", ?" : "?");
	buf_lit(&sql, ")");
	way_put_conflict(w->setup, &sql);
	failed = prepare(w, &sql, &w->put, err);
	buf_clear(&sql);
	buf_lit(&sql, "DELETE FROM ");
	way_put_name(&sql, span_of(w->setup->table));
	buf_lit(&sql, " WHERE ");
	for (size_t i = 0; i < t->count; i++) {
		if (!t->column[i].key)
			continue;
		buf_text_put(&sql, any ? " AND " : "");
		way_put_name(&sql, t->column[i].label);
		buf_lit(&sql, " = ?");
		any = true;
	}
	failed = failed || prepare(w, &sql, &w->remove, err);
	buf_release(&sql);
	return failed ? -1 : 0;
}

static int begin(struct sqlite_way *w, struct error *err)
{
	struct buf sql = BUF_INIT;
	int failed = execute(w, "BEGIN IMMEDIATE", "begin", err);

	w->open = !failed;
	if (!failed && w->setup->create) {
		way_put_create(w->setup, &sql);
		failed = execute(w, buf_text(&sql), "create the table", err);
	}
	buf_release(&sql);
	return failed || prepare_all(w, err) ? -1 : 0;
}

static void close_way(void *way)
{
	struct sqlite_way *w = way;

	sqlite3_finalize(w->put);
	sqlite3_finalize(w->remove);
	if (w->open)
		sqlite3_exec(w->db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(w->db);
	buf_release(&w->scratch);
	mem_free(w);
}

static void *open_way(const struct deliver_setup *s, struct error *err)
{
	struct sqlite_way *w = mem_zero(1, sizeof *w);
	int flags = SQLITE_OPEN_READWRITE | (s->create ? SQLITE_OPEN_CREATE : 0);

	w->setup = s;
	if (sqlite3_open_v2(s->url + 7, &w->db, flags, NULL) != SQLITE_OK) {
		refuse(w, "open it (--create makes it)", err);
	} else {
		sqlite3_busy_timeout(w->db, 10000);
		if (!begin(w, err))
			return w;
	}
	close_way(w);
	return NULL;
}

static int put(void *way, const struct deliver_member *m, struct error *err)
{
	struct sqlite_way *w = way;
	const struct target *t = w->setup->target;
	sqlite3_stmt *statement = m->removed ? w->remove : w->put;
	struct span cells[TARGET_COLUMNS_MAX];
	int number = 0;

	way_cells(t, m->row, cells, &w->scratch);
	for (size_t i = 0; i < t->count; i++) {
		if (m->removed && !t->column[i].key)
			continue;
		number++;
		if (span_absent(cells[i]))
			sqlite3_bind_null(statement, number);
		else
			sqlite3_bind_text(statement, number, cells[i].ptr, (int)cells[i].len, SQLITE_TRANSIENT);
	}
	number = sqlite3_step(statement);
	sqlite3_reset(statement);
	return number == SQLITE_DONE ? 0 : refuse(w, "write a row", err);
}

static int finish(void *way, struct error *err)
{
	struct sqlite_way *w = way;

	if (execute(w, "COMMIT", "commit", err))
		return -1;
	w->open = false;
	return 0;
}

const struct way way_sqlite = {{"sqlite:"}, false, open_way, put, finish, close_way};
