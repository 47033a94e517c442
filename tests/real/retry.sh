# 60,000 rows of a shop and a web log, some of them rejected by a mapping that is mended then: what the
# first run had and what the retry gives have the ids of the whole, each once.
. tests/real/lib.sh
need purchases/online_retail.csv.gz weblogs/apache_combined_10k.log.gz

# trial FILE WRONG RIGHT REJECTED: by FIELD=EXPR that rejects some rows, and one that does not.
trial() {
	cdp-ingest -q -s real --type track --map "event='Seen'" --map "$2" --max-rejects 100% --rejects "$tmp/bad" "$1" \
		> "$tmp/first" 2> /dev/null || fail "$1: first run"
	cdp-ingest -q -s real --type track --map "event='Seen'" --map "$3" --max-rejects 1 --retry "$tmp/bad" \
		> "$tmp/second" 2> /dev/null || fail "$1: retry"
	cdp-ingest -q -s real --type track --map "event='Seen'" --map "$3" --max-rejects 1 "$1" \
		> "$tmp/whole" 2> /dev/null || fail "$1: whole"
	same "rejected of $1" "$(wc -l < "$tmp/bad.why")" "$4"
	for name in second whole; do
		LC_ALL=C sort "$tmp/$name" > "$tmp/$name.sorted"
	done
	same "records of the retry that the whole lacks" \
		"$(LC_ALL=C comm -23 "$tmp/second.sorted" "$tmp/whole.sorted" | wc -l)" 0
	cat "$tmp/first" "$tmp/second" | grep -o '"id":"[^"]*"' | LC_ALL=C sort > "$tmp/both.ids"
	grep -o '"id":"[^"]*"' "$tmp/whole" | LC_ALL=C sort | cmp - "$tmp/both.ids" || fail "$1: the ids are not those of the whole"
	same "ids that are there twice" "$(uniq -d "$tmp/both.ids" | wc -l)" 0
}

gzip -dc "$CDP_DATA/purchases/online_retail.csv.gz" 2> /dev/null | head -n 60000 > "$tmp/retail.csv"
negative=$(python3 -c 'import csv, sys; print(sum(r["Quantity"].startswith("-") for r in csv.DictReader(open(sys.argv[1], newline=""))))' "$tmp/retail.csv")
trial "$tmp/retail.csv" "revenue=if(starts_with(Quantity, '-'), 'bad', UnitPrice)" revenue=UnitPrice "$negative"
trial "$CDP_DATA/weblogs/apache_combined_10k.log.gz" "revenue=if(contains(path, 'blog'), 'bad', '1')" "revenue='1'" 2035
done_testing
