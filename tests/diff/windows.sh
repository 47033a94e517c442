#!/bin/sh
# Two routes to the same figures: cdp-merge's summary of purchases against the event
# functions over a window that holds everything, on 100,000 real rows.
set -eu
file=${CDP_DATA:-../shared/data}/purchases/online_retail.csv.gz
if ! [ -f "$file" ]; then
	echo "no $file"
	exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
PATH=$PWD/$B:$PATH
cat > "$folder/map" <<'END'
event = if(starts_with(InvoiceNo, "C"), "Order Refunded", "Order Completed")
time = InvoiceDate
ids.user_id = CustomerID
props.order_id = InvoiceNo
props.revenue = Quantity * UnitPrice
END
gzip -dc "$file" 2>/dev/null | head -n 100001 |
	cdp-ingest -q -s shop -m "$folder/map" | cdp-merge -q > "$folder/profiles"

# Rows of the report where CONDITION holds, without its header.
count() {
	cdp-report list --columns id --where "$1" -t csv "$folder/profiles" | tail -n +2 | wc -l
}

all=$(wc -l < "$folder/profiles")
agree=$(count 'revenue = revenue(9999d) and orders = orders(9999d) and
	last_order = last("Order Completed") and recency = days_since("Order Completed")')
never=$(count 'orders = 0 and revenue = revenue(9999d) and not did("Order Completed")')
echo "$all profiles: $agree agree, $never never bought"
[ "$all" -gt 1000 ] && [ "$((agree + never))" -eq "$all" ]
