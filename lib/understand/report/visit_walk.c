#include "understand/report/visit_walk.h"

#include "base/mem.h"
#include "understand/report/web_arrival.h"

#define SITES_MEMORY ((size_t)4 << 20)

struct visit_walk {
	struct session_walk walk;
	struct site_finder *sites;	/* NULL: no channels */
	struct web_arrival arrival;
	struct buf channel;		/* of the visit that ended last */
	struct buf scratch;
	int64_t last;			/* event of a site or app; MOMENT_NONE: none yet */
};

struct visit_walk *visit_walk_new(const struct sites *sites)
{
	struct visit_walk *v = mem_zero(1, sizeof *v);

	if (sites)
		v->sites = site_finder_new(sites, SITES_MEMORY);
	return v;
}

void visit_walk_free(struct visit_walk *v)
{
	if (!v)
		return;
	session_release(&v->walk);
	site_finder_free(v->sites);
	web_arrival_release(&v->arrival);
	buf_release(&v->channel);
	buf_release(&v->scratch);
	mem_free(v);
}

void visit_walk_start(struct visit_walk *v)
{
	session_start(&v->walk, &session_rule_sets[0], NULL);
	web_arrival_forget(&v->arrival);
	v->last = MOMENT_NONE;
}

static struct span end_channel(struct visit_walk *v)
{
	if (!v->sites)
		return SPAN_NONE;
	buf_clear(&v->channel);
	buf_span(&v->channel, buf_view(&v->arrival.channel));
	web_arrival_forget(&v->arrival);
	return buf_view(&v->channel);
}

bool visit_walk_feed(struct visit_walk *v, const struct event *e, struct visit *ended)
{
	static const struct own_hosts none;
	struct session_event event;
	struct request r;
	bool ends;

	request_read(e, &r, &v->scratch);
	if (!session_event_of(&r, &event))
		return false;
	ends = session_feed(&v->walk, &event, &ended->session);
	if (ends)
		ended->channel = end_channel(v);
	if (v->sites)
		web_arrival_note(&v->arrival, v->sites, &none, &r);
	v->last = e->time;
	return ends;
}

bool visit_walk_inside(const struct visit_walk *v, int64_t time)
{
	return v->last != MOMENT_NONE && time - v->last <= v->walk.rules->inactivity;
}

bool visit_walk_finish(struct visit_walk *v, struct visit *ended)
{
	if (!session_finish(&v->walk, &ended->session))
		return false;
	ended->channel = end_channel(v);
	return true;
}
