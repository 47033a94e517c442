# Real samples of commerce and social formats ingest whole, recognised by content.
. tests/real/lib.sh
need events/shopify/orders.json events/stripe_fixtures3.json social/twitter_search_100.json social/airline_tweets.csv.gz
# as FILE FORMAT BALANCE: nothing said but the format.
as() {
	cdp-ingest "$CDP_DATA/$1" > "$tmp/out" 2> "$tmp/err"
	same "exit of $1" $? 0
	grep -q "recognised as $2:" "$tmp/err" || fail "$1 is not $2: $(cat "$tmp/err")"
	same "$1" "$(tail -n 1 "$tmp/err" | sed 's/.*: //')" "$3"
}
as events/shopify/orders.json shopify-orders '1 rows = 1 mapped + 0 folded + 0 duplicate + 0 rejected + 0 ignored; 1 records written'
grep -q '"revenue":597.00.*"total":598.94' "$tmp/out" || fail "money of orders.json: $(cat "$tmp/out")"
as events/shopify/order.json shopify-orders '1 rows = 1 mapped + 0 folded + 0 duplicate + 0 rejected + 0 ignored; 1 records written'
grep -q '"shopify_order_id":"450789469".*"sku":"IPOD2008BLACK"' "$tmp/out" || fail "order.json: $(cat "$tmp/out")"
as events/shopify/customer.json shopify-customers '1 rows = 1 mapped + 0 folded + 0 duplicate + 0 rejected + 0 ignored; 1 records written'
as events/shopify/customers_search.json shopify-customers '1 rows = 1 mapped + 0 folded + 0 duplicate + 0 rejected + 0 ignored; 1 records written'
as events/shopify/checkouts.json shopify-checkouts '1 rows = 1 mapped + 0 folded + 0 duplicate + 0 rejected + 0 ignored; 1 records written'
as events/shopify/refund.json shopify-refunds '1 rows = 1 mapped + 0 folded + 0 duplicate + 0 rejected + 0 ignored; 1 records written'
# Of 194 resources the customer, charge, refund, subscription and invoice make events; objects of other kinds none.
cdp-ingest -f stripe "$CDP_DATA/events/stripe_fixtures3.json" > "$tmp/out" 2> "$tmp/err" || fail "stripe: $(cat "$tmp/err")"
same "stripe events" "$(grep -o '"event":"[^"]*"' "$tmp/out" | sort | uniq -c | sed 's/^ *\([0-9]*\) "event":"\(.*\)"/\2 \1/' | tr '\n' ';')" \
	'Invoice Drafted 1;Order Refunded 1;Payment Authorized 1;Subscription Cancelled 1;Subscription Started 1;'
same "stripe customers" "$(grep -c '"type":"identify".*"stripe_id":"cus_' "$tmp/out")" 1
as social/twitter_search_100.json x-posts '100 rows = 100 mapped + 0 folded + 0 duplicate + 0 rejected + 0 ignored; 100 records written'
python3 - "$CDP_DATA/social/twitter_search_100.json" "$tmp/out" <<'PY' || bad=1
# The hashtags that the API found are those of the text.
import json, sys
posts = {json.loads(l)["props"]["post_id"]: json.loads(l) for l in open(sys.argv[2])}
for s in json.load(open(sys.argv[1]))["statuses"]:
    p = posts[s["id_str"]]["props"]
    tags = {h["text"].lower() for h in s["entities"]["hashtags"]}
    got = {t.lower() for t in p.get("hashtags", [])}
    names = {m["screen_name"].lower() for m in s["entities"]["user_mentions"]}
    said = {t.lower() for t in p.get("mentions", [])}
    if got != tags or not names <= said:
        print("FAIL:", s["id_str"], got, tags, said, names); sys.exit(1)
PY
cdp-ingest --max-rejects 2 "$CDP_DATA/social/airline_tweets.csv.gz" > "$tmp/out" 2> "$tmp/err" || fail "tweets: $(cat "$tmp/err")"
same "posts" "$(wc -l < "$tmp/out")" 14638
same "February 2015" "$(grep -c '"time":"2015-02-' "$tmp/out")" 14638
done_testing
