#include "io/output_set.h"

#include "base/mem.h"
#include "io/input.h"

/* The order in which files take their names. */
enum turn {
	TURN_BRIDGE,
	TURN_ASIDE,
	TURN_RESULT,
	TURN_RESULT_INTO_INPUT,
	TURN_ASIDE_INTO_INPUT,
	TURN_STATE,
	TURNS,
};

struct output_entry {
	struct output *out;
	enum turn turn;
};

static enum turn choose_turn(enum output_role role, bool replaces_input)
{
	switch (role) {
	case OUTPUT_ASIDE:
		return replaces_input ? TURN_ASIDE_INTO_INPUT : TURN_ASIDE;
	case OUTPUT_RESULT:
		return replaces_input ? TURN_RESULT_INTO_INPUT : TURN_RESULT;
	case OUTPUT_STATE:
		break;
	}
	return TURN_STATE;
}

static void add_entry(struct output_set *s, struct output *out, enum turn turn)
{
	s->entries = mem_room(s->entries, s->count, &s->cap, sizeof *s->entries);
	s->entries[s->count++] = (struct output_entry){out, turn};
}

void output_set_add(struct output_set *s, struct output *out, enum output_role role,
		    bool replaces_input)
{
	add_entry(s, out, choose_turn(role, replaces_input && output_is_whole(out)));
}

void output_set_take(struct output_set *s, struct output *out, struct output_set *to)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->entries[i].out != out)
			continue;
		add_entry(to, out, s->entries[i].turn);
		s->entries[i] = s->entries[--s->count];
		return;
	}
}

/* ---- bridges ---- */

/* All of the file at PATH, unpacked, behind what is in OUT. */
static int copy_file(const char *path, struct output *out, struct error *err)
{
	struct input *in = input_open(path, err);
	char *bytes = mem_alloc(INPUT_BLOCK);
	ptrdiff_t got = in ? 1 : -1;

	while (got > 0) {
		got = input_read(in, bytes, INPUT_BLOCK, err);
		if (got > 0 && output_write(out, (struct span){bytes, (size_t)got}, err))
			got = -1;
	}
	mem_free(bytes);
	input_close(in);
	return got < 0 ? -1 : 0;
}

/* The file that OUT will replace, and what is ready to replace it. */
static struct output *build_bridge(struct output *out, struct error *err)
{
	struct output *bridge = output_open(output_name(out), OUTPUT_RECORDS, err);

	if (bridge && !copy_file(output_name(out), bridge, err) &&
	    !copy_file(output_temporary(out), bridge, err) && !output_ready(bridge, err))
		return bridge;
	output_abort(bridge);
	return NULL;
}

static bool has_turn(const struct output_set *s, enum turn turn)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->entries[i].turn == turn)
			return true;
	return false;
}

static int build_bridges(struct output_set *s, struct error *err)
{
	size_t count = s->count;

	if (!has_turn(s, TURN_RESULT_INTO_INPUT))
		return 0;
	for (size_t i = 0; i < count; i++) {
		struct output *bridge;

		if (s->entries[i].turn != TURN_ASIDE_INTO_INPUT)
			continue;
		bridge = build_bridge(s->entries[i].out, err);
		if (!bridge)
			return -1;
		add_entry(s, bridge, TURN_BRIDGE);
	}
	return 0;
}

/* ---- the end ---- */

/* A stream says that all went well by being complete: files first, the result's stream last. */
enum stage {
	STAGE_FILES,
	STAGE_STREAMS,
	STAGE_RESULT_STREAM,
};

static enum stage stage_of(const struct output_entry *e)
{
	if (output_is_whole(e->out))
		return STAGE_FILES;
	return e->turn == TURN_RESULT ? STAGE_RESULT_STREAM : STAGE_STREAMS;
}

static int make_ready(struct output_set *s, enum stage stage, struct error *err)
{
	for (size_t i = 0; i < s->count; i++)
		if (stage_of(&s->entries[i]) == stage && output_ready(s->entries[i].out, err))
			return -1;
	return 0;
}

int output_set_prepare(struct output_set *s, struct error *err)
{
	if (make_ready(s, STAGE_FILES, err) || build_bridges(s, err) || make_ready(s, STAGE_STREAMS, err))
		return -1;
	return make_ready(s, STAGE_RESULT_STREAM, err);
}

static void release_set(struct output_set *s)
{
	mem_free(s->entries);
	*s = OUTPUT_SET_INIT;
}

int output_set_place(struct output_set *s, struct error *err)
{
	int bad = 0;

	for (int turn = 0; turn < TURNS; turn++) {
		for (size_t i = 0; i < s->count; i++) {
			struct output_entry *e = &s->entries[i];

			if ((int)e->turn != turn)
				continue;
			/* Behind one that failed none may go: see the order. */
			if (bad)
				output_abort(e->out);
			else
				bad = output_finish(e->out, err);
		}
	}
	release_set(s);
	return bad ? -1 : 0;
}

void output_set_abort(struct output_set *s)
{
	for (size_t i = 0; i < s->count; i++)
		output_abort(s->entries[i].out);
	release_set(s);
}
