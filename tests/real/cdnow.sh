# CDNOW from its transaction log: published parameters of BG/NBD and Gamma-Gamma.
. tests/real/lib.sh
need purchases/cdnow_sample.txt purchases/cdnow_master.txt.gz
awk '$3 <= 19970930' "$CDP_DATA/purchases/cdnow_sample.txt" |
	cdp-ingest -q -d blank --header master_id,sample_id,date,cds,dollars -m testdata/cdnow.map > "$tmp/events" || fail ingest
cdp-merge -q --as-of 1997-09-30 "$tmp/events" > "$tmp/profiles" || fail merge
same customers "$(wc -l < "$tmp/profiles")" 2357
cdp-churn -q --horizon 273d --save-model "$tmp/model.json" "$tmp/profiles" > "$tmp/scored" || fail churn
python3 - "$tmp" <<'PY' || bad=1
import json, re, sys
tmp = sys.argv[1]
numbers = [float(x) for x in re.findall(r"-?\d+\.\d+(?:[eE][-+]?\d+)?", open(tmp + "/model.json").read())]
bad = 0
for name, want, tolerance in (("r", .2426, 5e-4), ("alpha", 4.4136, 5e-4), ("a", .7929, 5e-4), ("b", 2.4259, 5e-4),
                              ("LL", -9582.4292, 1e-3), ("p", 6.2496, 5e-3), ("q", 3.7442, 5e-3), ("v", 15.4435, 2e-2)):
    if not any(abs(n - want) <= tolerance for n in numbers):
        print(f"FAIL: the model lacks {name} = {want}")
        bad = 1
# Customers 1, 2, 3 of the sample: P(alive), expected purchases, P(no purchase) in 39 weeks.
want = {"00004": (.726620311, 1.225994445, 1 - .55462795), "00021": (.212391052, .203418854, 1 - .11680624),
        "00050": (1, .194793625, 1 - .14433505)}
for line in open(tmp + "/scored"):
    p = json.loads(line)
    w = want.get(p["ids"]["user_id"][0])
    if w:
        s = p["scores"]["bgnbd"]
        got = (s["p_alive"], s["expected_purchases"], s["p_churn"])
        if any(abs(g - x) > 5e-5 for g, x in zip(got, w)):
            print("FAIL:", p["ids"], got, "wanted", w)
            bad = 1
        del want[p["ids"]["user_id"][0]]
sys.exit(bad or bool(want))
PY
# The whole cohort of 23,570 customers fits, too.
zcat "$CDP_DATA/purchases/cdnow_master.txt.gz" | tail -n +2 |
	cdp-ingest -q -d blank --header master_id,date,cds,dollars -m testdata/cdnow.map | cdp-merge -q > "$tmp/master" || fail master
same "master customers" "$(wc -l < "$tmp/master")" 23570
cdp-churn -q --save-model "$tmp/master.json" "$tmp/master" > /dev/null || fail "the master cohort does not fit"
done_testing
