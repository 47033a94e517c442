#include "understand/churn/base_rate.h"

#include "base/mem.h"
#include "stats/quality.h"

/* A sample's groups carry days: enough is known of each customer to look back. */
struct base_rate base_rate_count(const struct sample *s, uint32_t horizon_days)
{
	struct base_rate b = {0};
	struct purchase_data data;
	struct purchase_row *rows = sample_rows(s, 1, &data);
	struct quality_interval interval;

	for (size_t i = 0; i < data.count; i++) {
		if (rows[i].T < horizon_days)
			continue;
		b.customers += (uint64_t)rows[i].weight;
		if (rows[i].T - rows[i].t_x >= horizon_days)
			b.lost += (uint64_t)rows[i].weight;
	}
	mem_free(rows);
	if (!b.customers)
		return b;
	interval = quality_share(b.lost, b.customers);
	b.low = interval.low;
	b.high = interval.high;
	b.rate = (b.low + b.high) / 2;
	return b;
}
