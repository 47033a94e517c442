# Law 2: the same input gives the same bytes for any -j, locale and TZ.
. tests/fault/lib.sh
big 20000
pipe="cdp-ingest -q -s shop --map 'event=\"Order Completed\"' $tmp/big.csv -j @ | cdp-merge -q -j @ |
	cdp-segment -q -j @ --rfm -r $demo/segments.rules | cdp-churn -q -j @ | tee $tmp/scored.@ | cdp-report -j @ -t json"
run() {
	bash -c "set -o pipefail; $(echo "$pipe" | sed "s/@/$1/g")" > "$tmp/report.$1" || fail "the pipe fails with -j $1"
}
run 1
run 4
cmp "$tmp/scored.1" "$tmp/scored.4" || fail "records differ between -j 1 and -j 4"
cmp "$tmp/report.1" "$tmp/report.4" || fail "reports differ between -j 1 and -j 4"
# Records that are judged and hidden, and all that is counted and kept of them.
cat > "$tmp/plan" <<'END'
{"version": "1", "action": "strip", "events": {"Order Completed": {"props": {"properties": {
	"revenue": {"maximum": 60}, "note": {"pattern": "[0-8]$"}, "order_id": {"pattern": "^A00[01]"}}}},
	"Late": {"action": "block", "props": {"required": ["nothing"]}}}}
END
printf '0123456789abcdef0123456789abcdef' > "$tmp/key"
chmod 600 "$tmp/key"
for jobs in 1 4; do
	expect 0 "cd $tmp; cdp-ingest -j $jobs -s shop --map 'event=if(revenue = 5.5, \"Late\", \"Order Completed\")' --as-of 2025-12-01 \
		--schema plan --max-lateness 200d --max-future 1d --dedupe=12h --drop note --pseudonymize user_id --key-file key \
		--max-rejects 100% --rejects bad.$jobs --stats stats.$jobs big.csv big.csv > judged.$jobs; cat bad.$jobs.why bad.$jobs.retry >> bad.$jobs"
	sed 's/bad\.[14]/bad/' "$tmp/err" > "$tmp/said.$jobs"
done
for what in judged stats bad said; do
	cmp "$tmp/$what.1" "$tmp/$what.4" || fail "$what differs between -j 1 and -j 4"
	[ "$(wc -c < "$tmp/$what.1")" -gt 300 ] || fail "$what is empty"
done
localedef -i de_DE -f UTF-8 "$tmp/de_DE.UTF-8" || fail "no locale de_DE to test with: is the package locales there?"
export LOCPATH="$tmp" LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 TZ=Pacific/Apia
run 2
cmp "$tmp/scored.1" "$tmp/scored.2" || fail "locale or TZ changes records"
cmp "$tmp/report.1" "$tmp/report.2" || fail "locale or TZ changes the report"
done_testing
