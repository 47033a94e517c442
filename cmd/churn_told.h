/* What a back-test of cdp-churn says, of purchases and of contracts alike. */
#ifndef CMD_CHURN_TOLD_H
#define CMD_CHURN_TOLD_H

#include "cmd/tool.h"
#include "understand/predict/evaluation.h"

struct churn_told {
	struct tool *tool;
	const struct evaluation *evaluation;
	size_t chosen;		/* model of it */
	uint32_t horizon_days;
	bool compare, force, no_calibration;	/* options */
	const char *who;	/* "buyers known" so many days before the end... */
	const char *lost;	/* ..."have not bought since" */
	const char *chance;	/* p_churn is that of "no purchase" */
	const char *ranking;	/* the baseline that ranks: "recency" alone */
};

/* Four notes: whom the test is of, what was chosen, what stands beside it, what p_churn means. */
void churn_told_choice(const struct churn_told *c);

/* The whole test, as the output. */
void churn_told_print(const struct churn_told *c);

/* Is the chosen model better than the baselines, or forced?  Else a warning; INSTEAD: what there is in its place. */
bool churn_told_is_believed(const struct churn_told *c, const char *instead);

/* The rows of --stats. */
void churn_told_stats(const struct churn_told *c);

#endif
