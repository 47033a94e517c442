/* Student's t distribution. */
#ifndef STATS_STUDENT_H
#define STATS_STUDENT_H

/* The chance that a t variable of DF degrees of freedom (>= 1) is within T of 0. */
double student_within(double t, int df);

/* The T that a t variable of DF degrees of freedom is further from 0 than with chance P (0 < P < 1). */
double student_quantile(double p, int df);

#endif
