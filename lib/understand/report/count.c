#include "understand/report/count.h"

static int give_event(const struct counting *const *list, void *const *states,
		      unsigned worker, const struct profile *p,
		      const struct event *e, struct error *err)
{
	for (size_t i = 0; list[i]; i++)
		if (list[i]->event &&
		    list[i]->event(states[i], worker, p, e, err))
			return -1;
	return 0;
}

static int walk_events(const struct counting *const *list, void *const *states,
		       unsigned worker, const struct profile *p,
		       struct error *err)
{
	struct profile_events walk;
	int64_t last = MOMENT_NONE;
	struct event e;
	int got;

	profile_events_start(&walk, p);
	while ((got = profile_events_next(&walk, &e, err)) > 0) {
		if (e.time < last && e.time != MOMENT_NONE)
			return error_data(err, "the events of a profile must be oldest first: run cdp-merge again");
		if (e.time != MOMENT_NONE)
			last = e.time;
		if (give_event(list, states, worker, p, &e, err))
			return -1;
	}
	return got;
}

int count_profile(const struct counting *const *list, void *const *states,
		  unsigned worker, const struct profile *p, struct error *err)
{
	bool reads_events = false;

	for (size_t i = 0; list[i]; i++) {
		reads_events = reads_events || list[i]->reads_events;
		if (list[i]->begin && list[i]->begin(states[i], worker, p, err))
			return -1;
	}
	if (reads_events && walk_events(list, states, worker, p, err))
		return -1;
	for (size_t i = 0; list[i]; i++)
		if (list[i]->commit(states[i], worker, p, err))
			return -1;
	return 0;
}
