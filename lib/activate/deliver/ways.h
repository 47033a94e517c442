/* The ways of deliver.h from the inside: one file each; for lib/activate/deliver alone. */
#ifndef DELIVER_WAYS_H
#define DELIVER_WAYS_H

#include "activate/deliver/deliver.h"
#include "base/buf.h"

struct way {
	const char *schemes[3];		/* "sqlite:"; ends with NULL */
	bool endpoint;
	void *(*open)(const struct deliver_setup *s, struct error *err);
	int (*put)(void *way, const struct deliver_member *m, struct error *err);
	int (*finish)(void *way, struct error *err);
	void (*close)(void *way);
};

extern const struct way way_sqlite, way_postgres, way_http;

/*
 * The cells of the JSON object ROW by the columns of T, texts behind what is in SCRATCH; absent where
 * it has none.  A key cell is "" then.
 */
void way_cells(const struct target *t, struct span row, struct span cells[TARGET_COLUMNS_MAX], struct buf *scratch);

/* Appends NAME as an SQL identifier. */
void way_put_name(struct buf *out, struct span name);

/* The statements that both databases share, behind what is in OUT. */
void way_put_create(const struct deliver_setup *s, struct buf *out);
/* "INSERT INTO t (columns) " / " ON CONFLICT (keys) DO UPDATE SET ..." */
void way_put_insert(const struct deliver_setup *s, struct buf *out);
void way_put_conflict(const struct deliver_setup *s, struct buf *out);

#endif
