# What enrichment says of real access logs, held against counts by awk and grep.
. tests/real/lib.sh
need weblogs/apache_combined_10k.log.gz weblogs/apache_extended_10k.log.gz
log=$CDP_DATA/weblogs/apache_combined_10k.log.gz

cdp-ingest -q -s web --max-rejects 1 --enrich ua,bots --stats "$tmp/stats" "$log" > "$tmp/out" 2> "$tmp/err" ||
	fail "exit $?: $(cat "$tmp/err")"
same "records" "$(wc -l < "$tmp/out")" 9999
# Without what was added it is what comes without enrichment.
cdp-ingest -q -s web --max-rejects 1 "$log" 2> "$tmp/err" > "$tmp/plain"
sed 's/,"\(browser\|bot\|enriched\)":{.*}}}$/}}/' "$tmp/out" | cmp - "$tmp/plain" || fail "more than additions"
for j in 1 3; do
	cdp-ingest -q -s web --max-rejects 1 --enrich ua,bots -j $j "$log" 2> /dev/null | cmp - "$tmp/out" || fail "-j $j"
done

# The line that is cut short is no record.
zcat "$log" | sed 8899d | awk -F'"' '{print $6}' > "$tmp/agents"
has() { grep -c "\"reasons\":\[[^]]*\"$1\"" "$tmp/out"; }
same "empty" "$(has empty)" "$(grep -cx -- - "$tmp/agents")"
# 24.1 % of the requests.
same "words" "$(has words)" "$(grep -ci 'bot\|crawl\|spider\|slurp\|scrape\|feed\|https\{0,1\}://' "$tmp/agents")"
same "robots" "$(has robots)" "$(zcat "$log" | sed 8899d | awk -F'"' '
	{ split($1, a, " "); who = a[1] "\t" $6 }
	$2 ~ /^[A-Z]* \/robots\.txt[ ?]/ { seen[who] = 1 }
	who in seen { n++ }
	END { print n }')"
# GoAccess leaves out 17.1 % as crawlers, a published list of patterns finds 19.6 %, and
# misses the 364 requests of UniversalFeedParser.
all=$(grep -c '"bot":{"reasons"' "$tmp/out")
listed=$(has list)
echo "bots: $all of 9999 (declared $(has declared), list $listed, empty $(has empty), words $(has words), robots $(has robots))"
[ "$listed" -ge 2300 ] && [ "$listed" -le 2700 ] || fail "the list has $listed"
[ "$all" -ge 2800 ] && [ "$all" -le 3100 ] || fail "$all bots"
same "feed parser" "$(grep -c '"name":"UniversalFeedParser","category":"feed"' "$tmp/out")" "$(grep -c UniversalFeedParser "$tmp/agents")"

# A browser that nobody doubts.
same "Firefox 27 on Ubuntu" "$(grep -c '"browser":{"name":"Firefox","version":"27.0"},"os":{"name":"Ubuntu"}' "$tmp/out")" \
	"$(grep -c 'Ubuntu.*rv:27.0) Gecko/20100101 Firefox/27.0$' "$tmp/agents")"
done_testing
