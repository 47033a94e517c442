# Law 10: a full disk is a failure on every output path of every tool.
. tests/fault/lib.sh
ingest="cdp-ingest -q -m $demo/shop.map $demo/orders.csv"
for command in "$ingest" "cdp-merge -q $tmp/events" \
	"cdp-segment -q -r $demo/segments.rules $tmp/profiles" "cdp-segment -q --rfm $tmp/profiles" "cdp-churn -q $tmp/profiles" \
	"cdp-report overview $tmp/profiles" "cdp-report -t html $tmp/profiles" "cdp-report list -t csv $tmp/profiles" \
	"cdp-recommend -q --baskets --item order_id --support 1 $tmp/profiles" "cdp-recommend -q $tmp/profiles" "cdp-activate -q --to meta --assume-consent $tmp/profiles"; do
	expect 3 "$command > /dev/full"
	said "No space left on device"
	expect 3 "$command -o /dev/full"
	said "No space left on device"
done
for command in "$ingest" "cdp-merge $tmp/events" "cdp-segment -r $demo/segments.rules $tmp/profiles" \
	"cdp-churn $tmp/profiles" "cdp-recommend --baskets $tmp/profiles"; do
	expect 3 "$command --stats /dev/full > /dev/null"
	said "No space left on device"
done
expect 3 "cdp-churn -q $tmp/profiles --save-model /dev/full > /dev/null"
said "No space left on device"
# More than one buffer, so that a write fails and not only the flush at the end.
big 20000
expect 3 "cdp-merge -q $tmp/big.events > /dev/full"
expect 3 "cdp-merge -q --unidentified /dev/full $tmp/events > /dev/null"
expect 3 "cdp-ingest -q -m $demo/shop.map --rejects /dev/full $demo/orders.csv > /dev/null"
for tool in cdp-ingest cdp-merge cdp-segment cdp-churn cdp-recommend cdp-activate cdp-report cdp-forget; do
	expect 3 "$tool --help > /dev/full"
	expect 3 "$tool --version > /dev/full"
done
done_testing
