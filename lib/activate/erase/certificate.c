#include "activate/erase/certificate.h"

#include <inttypes.h>

#include "record/text.h"

static const char *const uses[] = {
	[SUBJECT_ASKED] = "asked for", [SUBJECT_WIDENED] = "of the profile",
	[SUBJECT_SHARED] = "others hold it too: not searched for",
};

static const char *state_of(const struct certificate *c, const struct erase_file *f)
{
	if (f->state == ERASE_FAILED)
		return "failed";
	if (f->state == ERASE_REPLACED)
		return "replaced";
	return c->dry_run && f->found.theirs + f->found.mentioned ? "searched" : "unchanged";
}

static void put_identifiers(const struct certificate *c, struct suppressor *r, struct buf *out)
{
	for (size_t i = 0; i < c->subject->count; i++) {
		const struct subject_identifier *id = &c->subject->list[i];

		buf_text_put(out, i ? ",\n    {\"type\": " : "\n    {\"type\": ");
		text_encode(out, id->type);
		buf_lit(out, ", \"hmac\": \"");
		suppressor_put_entry(r, id->type, id->value, out);
		out->len--;	/* its newline */
		buf_printf(out, "\", \"use\": \"%s\"}", uses[id->use]);
	}
}

/* A name may hold an identifier, too. */
static void put_path(const struct certificate *c, const char *path, struct buf *out)
{
	bool theirs = subject_search(c->subject, MATTER_LINES, span_of(path), NULL) != FOUND_NOTHING;

	text_encode(out, theirs ? SPAN("(a name that holds an identifier)") : span_of(path));
}

static void put_file(const struct certificate *c, const struct erase_file *f, struct buf *out)
{
	buf_lit(out, "{\"file\": ");
	put_path(c, f->path, out);
	buf_printf(out, ", \"what\": \"%s\", \"state\": \"%s\", \"bytes\": %" PRIu64 ", \"theirs\": %" PRIu64
		   ", \"mentioned\": %" PRIu64 ", \"left\": %" PRIu64 ", \"in_other_values\": %" PRIu64 "}",
		   matter_kind_names[f->kind], state_of(c, f), f->found.bytes, f->found.theirs, f->found.mentioned,
		   erase_left(f),
		   f->after.inside);
}

static void put_totals(const struct certificate *c, struct buf *out)
{
	uint64_t theirs = 0, mentioned = 0, left = 0, failed = 0;

	for (size_t i = 0; i < c->file_count; i++) {
		const struct erase_file *f = &c->files[i];

		theirs += f->found.theirs;
		mentioned += f->found.mentioned;
		left += erase_left(f);
		failed += f->state == ERASE_FAILED;
	}
	buf_printf(out, "  \"theirs\": %" PRIu64 ",\n  \"mentioned\": %" PRIu64 ",\n  \"left\": %" PRIu64
		   ",\n  \"failed_files\": %" PRIu64 ",\n  \"complete\": %s\n", theirs, mentioned, left, failed,
		   left || failed || c->dry_run ? "false" : "true");
}

void certificate_put(const struct certificate *c, struct suppressor *r, struct buf *out)
{
	struct buf header = BUF_INIT;
	struct span check;

	suppressor_put_header(r, &header);
	check = buf_view(&header);
	check = span_sub(check, span_find(check, SPAN("check=")) + 6, 32);
	buf_printf(out, "{\n  \"certificate\": \"cdp-forget 1\",\n  \"what\": \"%s\",\n",
		   c->dry_run ? "search" : c->redacted ? "redaction" : "erasure");
	if (!span_absent(c->time))
		buf_printf(out, "  \"time\": \"%.*s\",\n", SPAN_ARG(c->time));
	buf_printf(out, "  \"key_check\": \"%.*s\",\n  \"identifiers\": [", SPAN_ARG(check));
	put_identifiers(c, r, out);
	buf_lit(out, "\n  ],\n  \"spellings\": [\"any case\", \"percent-encoded\", \"JSON and HTML escapes\", "
		"\"phone with and without plus and signs\", \"SHA-256\", \"MD5\", \"base64\", \"UTF-16\"],\n  \"files\": [");
	for (size_t i = 0; i < c->file_count; i++) {
		buf_text_put(out, i ? ",\n    " : "\n    ");
		put_file(c, &c->files[i], out);
	}
	buf_lit(out, "\n  ],\n");
	put_totals(c, out);
	buf_lit(out, "}\n");
	buf_release(&header);
}

size_t certificate_put_entries(const struct subject *s, const struct suppression *known, struct suppressor *r,
			       struct buf *list)
{
	size_t count = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct subject_identifier *id = &s->list[i];

		if (id->use == SUBJECT_SHARED || span_equal(id->type, SPAN(SUBJECT_CUSTOMER_ID)) ||
		    suppression_has(known, r, id->type, id->value))
			continue;
		suppressor_put_entry(r, id->type, id->value, list);
		count++;
	}
	return count;
}
