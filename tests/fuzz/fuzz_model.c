/*
 * Any bytes as a horizon, a NUL, a model of cdp-churn, a NUL, and a profile to score: whatever
 * the model holds, the profile is one afterwards, and a model that was written loads.
 */
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/target.h"

#include <math.h>

#include "base/mem.h"
#include "understand/churn/duration.h"
#include "understand/churn/model_calibration.h"
#include "understand/churn/model.h"
#include "understand/churn/model_file.h"
#include "understand/churn/score.h"
#include "understand/predict/learned.h"
#include "understand/survival/contract.h"

static int load(struct model *m, struct span text)
{
	struct error err = ERROR_INIT;
	char path[32];
	int fd = memory_file(text, path), bad = model_load(m, path, &err);

	assert(!bad || (err.kind && err.message[0] && err.file[0]));
	close(fd);
	return bad;
}

static void write_again(const struct model *m)
{
	struct model again;
	struct buf text = BUF_INIT;

	model_put(m, NULL, NULL, &text);
	assert(!load(&again, buf_view(&text)));
	assert(again.unit == m->unit && again.spend_count == m->spend_count);
	assert(again.kind == m->kind);
	model_release(&again);
	buf_release(&text);
}

static void check_chance(double p)
{
	assert(p >= 0 && p <= 1);
}

static void score(const struct scoring *s, const struct profile *p, const struct history *h)
{
	struct buf member = BUF_INIT, scores = BUF_INIT, line = BUF_INIT;
	struct profile_change change = {.segments = SPAN_NONE};
	struct error err = ERROR_INIT;
	struct profile again;
	struct score score;

	score_make(s, h, &score);
	check_chance(score.p_churn);
	check_chance(score.p_alive);
	score_put(s, h, &score, &member);
	value_set_member(p->scores, span_of(s->model->kind->name), buf_view(&member), &scores);
	change.scores = buf_view(&scores);
	profile_put(p, &change, &line);
	assert(!profile_parse(&again, span_sub(buf_view(&line), 0, line.len - 1), &err));
	assert(!profile_validate(&again, &err));
	buf_release(&member);
	buf_release(&scores);
	buf_release(&line);
}

static void read_profile(const struct scoring *s, struct span line)
{
	struct zone *utc = zone_load("UTC", NULL);
	struct error err = ERROR_INIT;
	struct history h;
	struct profile p;

	if (!profile_parse(&p, line, &err) && p.as_of != MOMENT_NONE) {
		if (history_read(&p, utc, UNIT_MONTH, NULL, &h, &err))
			assert(err.message[0]);
		else if (h.state == HISTORY_KNOWN)
			score(s, &p, &h);
	}
	zone_free(utc);
}

/* The same bytes as a learned model: what loads gives chances, whatever the row. */
static void read_learned(struct span file)
{
	static const double values[] = {0, NAN, -1, 1e300, -1e300, 1};
	struct error err = ERROR_INIT;
	struct document *d = document_parse(file, "model", &err);
	struct learned m = {0};

	if (d && !learned_get(&m, document_root(d), &err)) {
		double *raw = mem_zero(m.encoding.count, sizeof *raw), p;

		for (size_t i = 0; i < 6 * 6; i++) {
			for (size_t k = 0; k < m.encoding.count; k++) {
				bool code = m.encoding.columns[k].kind == ENCODING_CATEGORY && values[(i + k * (i / 6)) % 6] > 0;

				raw[k] = code ? (double)m.encoding.columns[k].level_count - 1 : values[(i + k * (i / 6)) % 6];
			}
			learned_predict(&m, raw, 1, &p);
			check_chance(p);
			check_chance(calibration_chance(&m.calibration, p));
		}
		mem_free(raw);
	} else {
		assert(err.message[0]);
	}
	learned_release(&m);
	document_free(d);
}

static void expect_payments(const struct contract *c, const struct contract_holder *h, double days)
{
	struct contract_payments pay;

	check_chance(contract_p_end(c, h, days));
	contract_expect(c, h, days, 0.1, &pay);
	assert(pay.due >= 0 && pay.expected >= 0 && pay.expected <= pay.due * 1.001);
	assert(pay.discounted >= 0 && pay.discounted <= pay.expected * 1.001);
	assert(pay.residual >= 0 && isfinite(pay.residual));
}

/* The same bytes as a model of contracts: chances and payments, whoever is looked at. */
static void read_contract(struct span file, double days)
{
	static const struct contract_holder holders[] = {
		{0, 0, -1}, {30, 45, -1}, {365.25, 400, -1}, {1, 30000, -1}, {30, 45, 20}, {7, 0, 0},
	};
	struct error err = ERROR_INIT;
	struct document *d = document_parse(file, "model", &err);
	struct contract c;

	if (d && !contract_get(&c, contract_models[0], document_root(d), &err)) {
		for (size_t i = 0; i < sizeof holders / sizeof *holders; i++)
			expect_payments(&c, &holders[i], days);
		contract_prepare(&c, 0.1);
		expect_payments(&c, &holders[1], days);
		contract_release(&c);
	} else {
		assert(err.message[0]);
	}
	document_free(d);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span text = {size ? (const char *)data : "", size};
	struct span horizon = span_cut(&text, '\0');
	struct span file = span_absent(text) ? SPAN("") : span_cut(&text, '\0');
	struct error err = ERROR_INIT;
	struct buf word = BUF_INIT;
	struct model m;
	struct scoring s = {.model = &m, .medium_from = 0.5, .high_from = 0.8};

	read_learned(file);
	buf_span(&word, horizon);
	if (horizon_days(buf_text(&word), &s.horizon_days, &err))
		s.horizon_days = 90;
	read_contract(file, s.horizon_days);
	if (!load(&m, file)) {
		/* A fitted one has 6 digits: none is so near to 1. */
		bool near = false;

		for (size_t i = 0; i < m.spend_count; i++)
			near |= !*m.spends[i].why && !(m.spends[i].fit.model.q > 1.00001);
		if (!near)
			write_again(&m);
		read_profile(&s, text);
		model_release(&m);
	}
	buf_release(&word);
	return 0;
}
