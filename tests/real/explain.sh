# Every mistake on real duplicates is explained, by --eval as by --explain, and as text.
. tests/real/lib.sh
need identity/splink_fake_1000.csv
fake=$CDP_DATA/identity/splink_fake_1000.csv
cut -d, -f1-6 "$fake" > "$tmp/fake.csv" # the label would be compared
cdp-ingest -q -s fake --type identify --map id=unique_id --map traits.first_name=first_name --map traits.last_name=surname \
	--map traits.birth_date=dob --map traits.city=city --map ids.email=email "$tmp/fake.csv" > "$tmp/events" || fail "ingest"
awk -F, 'BEGIN {print "record,person"} NR > 1 {print "fake/" $1 "," $NF}' "$fake" | tr -d '\r' > "$tmp/labels"
for match in exact both fuzzy; do
	cdp-merge -q --match $match --eval "$tmp/labels" --stats "$tmp/stats" "$tmp/events" -o /dev/null || fail "$match: merge"
	python3 - "$tmp" $match <<'PY' || bad=1
import json, subprocess, sys
tmp, match = sys.argv[1:]
told = json.load(open(f"{tmp}/stats"))["eval"]
def explain(keys, *more):
    asked = [a for k in keys for a in ("--explain", k)]
    return subprocess.run(["cdp-merge", "-q", "--match", match, *asked, *more, f"{tmp}/events"],
                          capture_output=True, text=True, check=True).stdout
def check(what, wanted):
    if not wanted:
        sys.exit(f"FAIL: {match}: {what}")
for kind, joined in ("false_merges", True), ("missed_pairs", False):
    for item in told[kind]:
        check(f"{item['keys']} is no {kind}", item["joined"] == joined)
        check(f"nothing is known of {item['keys']}", item.get("links") if joined else item["reasons"])
        for link in item.get("links", []) + [r[k] for r in item.get("reasons", []) for k in ("best", "worst") if k in r]:
            if link["kind"] == "score":
                bits = link["prior"] + sum(c.get("weight", 0) + c.get("frequency", 0) for c in link["comparisons"])
                check(f"{bits} bits of {link}", abs(bits - link["score"]) < 1e-3)
    for item in told[kind][:5]:
        check(f"--eval and --explain differ: {item['keys']}", json.loads(explain(item["keys"], "-t", "json")) == item)
        text = explain(item["keys"])
        check(f"no words for {item['keys']}: {text}", ("one customer" if joined else "two customers") in text or "unidentified" in text)
PY
done

# Two of a household whom likeness makes one are not said to stay apart.
cdp-merge --match both "$tmp/events" 2> "$tmp/told" > "$tmp/profiles" || fail "both"
grep -q 'are not joined by identifiers: they are two of a household, but are joined by likeness (customer ' "$tmp/told" || fail "no word of a household"
! grep -E '(stay apart|are not joined).*customers ([0-9a-f]{32}) and \1\)' "$tmp/told" || fail "one customer stays apart from itself"
done_testing
