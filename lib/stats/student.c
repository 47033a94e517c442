#include "stats/student.h"

#include <math.h>

/* For whole degrees of freedom a finite sum: Abramowitz and Stegun 26.7.3 and 26.7.4. */
double student_within(double t, int df)
{
	double angle = atan(t / sqrt(df)), square = cos(angle) * cos(angle);
	double term = df % 2 ? cos(angle) : 1, sum = df > 1 ? term : 0;

	for (int k = df % 2 ? 3 : 2; k < df; k += 2) {
		term *= square * (k - 1) / k;
		sum += term;
	}
	if (df % 2)
		return 2 / M_PI * (angle + sin(angle) * sum);
	return sin(angle) * sum;
}

double student_quantile(double p, int df)
{
	double low = 0, high = 1;

	while (1 - student_within(high, df) > p && high < 1e300)
		high *= 2;
	for (int i = 0; i < 64; i++) {
		double middle = (low + high) / 2;

		if (1 - student_within(middle, df) > p)
			low = middle;
		else
			high = middle;
	}
	return high;
}
