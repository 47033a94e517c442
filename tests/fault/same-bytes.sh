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
localedef -i de_DE -f UTF-8 "$tmp/de_DE.UTF-8" || fail "no locale de_DE to test with: is the package locales there?"
export LOCPATH="$tmp" LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 TZ=Pacific/Apia
run 2
cmp "$tmp/scored.1" "$tmp/scored.2" || fail "locale or TZ changes records"
cmp "$tmp/report.1" "$tmp/report.2" || fail "locale or TZ changes the report"
done_testing
