# The groceries of arules: its itemsets and rules, to the last one; and the baskets of Online Retail.
. tests/real/lib.sh
need purchases/groceries_baskets.csv.gz purchases/online_retail.csv.gz
groceries=$CDP_DATA/purchases/groceries_baskets.csv.gz
zcat "$groceries" | awk -F, 'NR > 1 { if ($1 != last) printf "%s", (NR > 2 ? "\n" : ""); else printf ","; printf "%s", $2; last = $1 }
	END { print "" }' > "$tmp/lists"
for case in 0.01:333:88,213,32 0.005:1001:120,605,264,12 0.001:13492:157,2981,6831,3137,376,10 \
	0.0005:49580:164,4782,19226,18597,5988,785,38; do
	support=${case%%:*} rest=${case#*:}
	cdp-recommend -q --baskets --support "$support" -t csv "$groceries" > "$tmp/sets" || fail "--support $support"
	same "itemsets at $support" "$(tail -n +2 "$tmp/sets" | wc -l)" "${rest%:*}"
	same "their lengths" "$(tail -n +2 "$tmp/sets" | cut -d, -f2 | sort -n | uniq -c | awk '{ printf "%s%s", (NR > 1 ? "," : ""), $1 }')" \
		"${rest#*:}"
	cdp-recommend -q --baskets --support "$support" -t csv -j 3 "$tmp/lists" | cmp - "$tmp/sets" || fail "lists and lines differ"
done
for case in 0.01:0.5:15 0.001:0.8:410 0.001:0.5:5668 0.01:0.2:231 0.006:0.25:463 0.001:0.2:21633; do
	rest=${case#*:}
	cdp-recommend -q --rules --support "${case%%:*}" --confidence "${rest%:*}" -t csv "$groceries" > "$tmp/rules" || fail "$case"
	same "rules at $case" "$(tail -n +2 "$tmp/rules" | wc -l)" "${rest#*:}"
	[ "$case" != 0.001:0.8:410 ] || cp "$tmp/rules" "$tmp/best"
	[ "$case" != 0.01:0.5:15 ] || cp "$tmp/rules" "$tmp/common"
done
same "confidence of 4 in 5" "$(cut -d, -f5 "$tmp/best" | grep -cx 0.8)" 39
same "the best rule" "$(sed -n 2p "$tmp/best")" \
	"red/blush wine;liquor,bottled beer,19,0.00193188,0.904762,0.00213523,11.2353,0.00175993,9.65445,2.40324e-19,9.8396e-15"
same "root vegetables and citrus fruit" "$(grep '^root vegetables;citrus fruit,other' "$tmp/common" | cut -d, -f1-7)" \
	"root vegetables;citrus fruit,other vegetables,102,0.0103711,0.586207,0.0176919,3.02961"

# Lines of invoices: the counts by SQL, without what was cancelled as a whole or line by line.
zcat "$CDP_DATA/purchases/online_retail.csv.gz" > "$tmp/retail.csv"
cdp-ingest -q -m testdata/retail.map "$tmp/retail.csv" 2> "$tmp/err" | cdp-merge -q -o "$tmp/profiles" 2>> "$tmp/err" ||
	fail "merge: $(cat "$tmp/err")"
cdp-recommend --rules --support 0.01 --confidence 0.5 -t csv --stats "$tmp/stats" "$tmp/profiles" > "$tmp/rules" 2> "$tmp/err" ||
	fail "rules: $(cat "$tmp/err")"
same orders "$(sed -n 's/.*"orders": \(.*\),/\1/p' "$tmp/stats")" 18536
same "the best rule" "$(sed -n 2p "$tmp/rules" | cut -d, -f1-5)" "23172,23171,REGENCY TEA PLATE PINK,REGENCY TEA PLATE GREEN,201"
done_testing
