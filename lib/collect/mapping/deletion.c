#include "collect/mapping/deletion.h"

#include "collect/mapping/plan.h"
#include "text/null_word.h"

static bool is_name(struct span folded)
{
	static const struct span names[] = {
		SPAN("deleted"), SPAN("is_deleted"), SPAN("isdeleted"), SPAN("deleted_at"), SPAN("deletedat"), SPAN("date_deleted"),
		SPAN("is_removed"), SPAN("removed_at"), SPAN("fivetran_deleted"), SPAN("sdc_deleted_at"), SPAN("sdc_lsn_deleted_at"), SPAN("ab_cdc_deleted_at"),
		SPAN("hard_deleted"), SPAN("soft_deleted"), SPAN("geloescht"), SPAN("geloscht"), SPAN("supprime"), SPAN("eliminado"),
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (span_equal(folded, names[i]))
			return true;
	return false;
}

static bool says_deletion(const struct plan *p, const struct target *t)
{
	if (t->column >= 0 && (size_t)t->column < p->column_count)
		return is_name(p->columns[t->column].folded);
	return t->field.section == SECTION_PROPS && span_equal(t->field.key, SPAN("deleted"));
}

void deletions_find(struct plan *p)
{
	p->deletions = arena_alloc(&p->arena, (p->target_count + 1) * sizeof *p->deletions);
	for (size_t i = 0; p->type == EVENT_IDENTIFY && i < p->target_count; i++)
		if (says_deletion(p, &p->targets[i]))
			p->deletions[p->deletion_count++] = (unsigned)i;
}

static bool is_one_of(struct span v, const struct span *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (span_equal_nocase(v, words[i]))
			return true;
	return false;
}

enum deletion deletion_of(const struct cell *c)
{
	static const struct span no[] = {SPAN("false"), SPAN("no"), SPAN("n"), SPAN("f"), SPAN("0"), SPAN("nein"), SPAN("non"), SPAN("active")};
	static const struct span yes[] = {SPAN("true"), SPAN("yes"), SPAN("y"), SPAN("t"), SPAN("1"), SPAN("ja"), SPAN("oui"), SPAN("deleted")};
	struct span v = span_trim(c->text);

	if (c->kind == CELL_NONE || !v.len || (c->kind == CELL_TEXT && null_word_kinds(v) & (NULL_CELL | NULL_FORM)))
		return DELETION_UNSAID;
	if (is_one_of(v, no, sizeof no / sizeof *no))
		return DELETION_NO;
	return is_one_of(v, yes, sizeof yes / sizeof *yes) ? DELETION_YES : DELETION_DAY;
}
