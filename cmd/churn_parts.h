/*
 * Parts of cdp-churn with options of their own: the first word on the command line names one, as in
 * `cdp-churn survival --time months --event left table.csv`.  Each has its own --help, and its section in cdp-churn(1).
 * ARGV begins with that word.  The exit status.
 */
#ifndef CMD_CHURN_PARTS_H
#define CMD_CHURN_PARTS_H

int churn_survival(int argc, char **argv);
int churn_table(int argc, char **argv);

#endif
