/* The report on a back-test of cdp-churn, of purchases and of contracts alike. */
#ifndef CMD_CHURN_TEST_REPORT_H
#define CMD_CHURN_TEST_REPORT_H

#include "cmd/tool.h"
#include "understand/predict/evaluation.h"

struct churn_test_report {
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
void churn_test_report_choice(const struct churn_test_report *c);

/* The whole test, as the output. */
void churn_test_report_print(const struct churn_test_report *c);

/* Is the chosen model better than the baselines, or forced?  Else a warning; INSTEAD: what there is in its place. */
bool churn_test_report_is_believed(const struct churn_test_report *c, const char *instead);

/* The rows of --stats. */
void churn_test_report_stats(const struct churn_test_report *c);

#endif
