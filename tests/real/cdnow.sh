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
# The back-test of a quarter: a logistic regression that learns from two cutoffs, and BG/NBD, against scikit-learn's
# figures on the same split.
cdp-churn --compare --no-calibration --horizon 91d --stats "$tmp/test.json" "$tmp/master" > "$tmp/test" 2> "$tmp/said" || fail back-test
python3 - "$tmp/test.json" <<'PY' || bad=1
import json, sys
test = json.load(open(sys.argv[1]))["back_test"]["test"]
got = {m["model"]: m for m in test["models"]}
bad = 0
for name, auc, loss, brier in (("logit", .83987, .29792, .08876), ("bgnbd", .83021, .30428, .08983)):
    m = got[name]
    if abs(m["auc"]["value"] - auc) > 1e-3 or abs(m["log_loss"]["value"] - loss) > 1e-3 or abs(m["brier"]["value"] - brier) > 5e-4:
        print("FAIL:", name, m)
        bad = 1
if "trees" in got and abs(got["trees"]["auc"]["value"] - .83876) > 3e-3:
    print("FAIL: trees", got["trees"])
    bad = 1
if test["rows"] != 23570 or abs(test["churned"] / 23570 - (1 - .140730)) > 1e-6 or abs(test["baseline"]["auc"] - .82792) > 1e-5:
    print("FAIL:", test)
    bad = 1
sys.exit(bad)
PY
done_testing
