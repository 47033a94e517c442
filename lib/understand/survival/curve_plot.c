#include "understand/survival/curve_plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

#define HEIGHT 11		/* lines: 100 % to 0 % */
#define WIDTH 60

struct plot {
	char marks[HEIGHT][WIDTH];
	double end;		/* the last time, at the right edge */
};

static double last_time(const struct curves *s)
{
	double end = 0;

	for (size_t g = 0; g < s->count; g++)
		if (s->list[g].count)
			end = fmax(end, s->list[g].points[s->list[g].count - 1].time);
	return end;
}

static int line_of(double survival)
{
	return (int)lround((1 - survival) * (HEIGHT - 1));
}

/* A curve ends where nobody was watched any longer; where it falls by several lines within a column all are marked. */
static void draw(struct plot *p, const struct curve *c, char mark)
{
	double end = c->count ? c->points[c->count - 1].time : 0;
	int before = 0;

	for (int x = 0; x < WIDTH; x++) {
		double from = p->end * x / WIDTH, to = p->end * (x + 1) / WIDTH;
		const struct curve_point *at = curve_at(c, to * (1 - 1e-12));
		int line = line_of(at ? at->survival : 1);

		if (from > end)
			break;
		for (int y = before; y <= line; y++)
			if (p->marks[y][x] == ' ' && (y == line || y > before || x == 0))
				p->marks[y][x] = mark;
		before = line;
	}
}

static void put_axis(const struct plot *p, bool unicode, struct buf *out)
{
	char middle[32];
	size_t width;

	buf_text_put(out, unicode ? "        \u2514" : "        +");
	for (int x = 0; x < WIDTH; x++)
		buf_text_put(out, unicode ? "\u2500" : "-");
	snprintf(middle, sizeof middle, "%.4g", p->end / 2);
	width = strlen(middle);
	buf_printf(out, "\n         0%*s%*.4g\n", (int)(WIDTH / 2 - 1 + (int)width / 2), middle,
		   (int)(WIDTH / 2 - (int)width / 2), p->end);
}

static void put_names(const struct curves *s, struct buf *out)
{
	if (!s->names)
		return;
	buf_lit(out, "        ");
	for (size_t g = 0; g < s->count; g++) {
		buf_printf(out, " %c: ", (char)('a' + g));
		error_clean(s->names[g], out);
	}
	buf_char(out, '\n');
}

void curves_put_plot(const struct curves *s, bool unicode, struct buf *out)
{
	struct plot p = {.end = last_time(s)};

	if (s->count > CURVE_PLOT_GROUPS || !(p.end > 0))
		return;
	memset(p.marks, ' ', sizeof p.marks);
	for (size_t g = 0; g < s->count; g++)
		draw(&p, &s->list[g], s->names ? (char)('a' + g) : '*');
	buf_char(out, '\n');
	for (int y = 0; y < HEIGHT; y++) {
		int width = WIDTH;

		while (width && p.marks[y][width - 1] == ' ')
			width--;
		buf_printf(out, "  %3d %% %s%.*s\n", 100 - y * 100 / (HEIGHT - 1), unicode ? "\u2502" : "|", width, p.marks[y]);
	}
	put_axis(&p, unicode, out);
	put_names(s, out);
}
