#!/bin/sh
# Our BG/NBD and Gamma-Gamma against the Python package lifetimes, on the same
# histories: parameters, P(alive) and expected purchases of every customer.
# PYTHON names an interpreter that has lifetimes; skipped (77) without.
set -eu
PYTHON=${PYTHON:-python3}
tools=$PWD/$B
"$PYTHON" -c 'import lifetimes' 2> /dev/null || {
	echo "no Python package lifetimes (PYTHON=... names another interpreter)"
	exit 77
}
log=${CDP_DATA:-../shared/data}/purchases/cdnow_sample.txt
[ -f "$log" ] || { echo "no $log"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$PYTHON" - "$log" "$work" << 'END'
import collections, datetime, json, sys
days = collections.defaultdict(lambda: collections.defaultdict(float))
for line in open(sys.argv[1]):
    cell = line.split()
    if len(cell) == 5 and cell[2] <= "19970930":
        days[cell[1]][datetime.date(int(cell[2][:4]), int(cell[2][4:6]), int(cell[2][6:]))] += float(cell[4])
with open(sys.argv[2] + "/profiles", "w") as out:
    for customer, spend in days.items():
        events = [{"type": "track", "time": f"{d}T12:00:00.000Z", "event": "Order Completed",
                   "props": {"revenue": round(spend[d], 2)}} for d in sorted(spend)]
        print(json.dumps({"type": "profile", "id": customer, "as_of": "1997-09-30T23:59:59.999Z", "events": events},
                         separators=(",", ":")), file=out)
END
"$tools/cdp-churn" -q --horizon 39w --save-model "$work/model" "$work/profiles" > "$work/scored"

"$PYTHON" -W ignore - "$work" << 'END'
import datetime, json, sys
import numpy as np
from lifetimes import BetaGeoFitter, GammaGammaFitter
model = json.load(open(sys.argv[1] + "/model"))
x, recency, T, spend, scores = [], [], [], [], []
for line in open(sys.argv[1] + "/scored"):
    p = json.loads(line)
    d = [datetime.date.fromisoformat(e["time"][:10]) for e in p["events"]]
    x.append(len(d) - 1)
    recency.append((d[-1] - d[0]).days / 7)
    T.append((datetime.date(1997, 9, 30) - d[0]).days / 7)
    spend.append(sum(e["props"]["revenue"] for e in p["events"][1:]) / max(1, len(d) - 1))
    scores.append(p["scores"]["bgnbd"])
x, recency, T, spend = map(np.array, (x, recency, T, spend))
failed = 0

def close(what, ours, theirs, tolerance):
    global failed
    gap = float(np.max(np.abs(np.asarray(ours) - np.asarray(theirs)) / (1e-3 + np.abs(np.asarray(theirs)))))
    print(f"{what}: greatest relative gap {gap:.2g}")
    failed += not gap <= tolerance

theirs = BetaGeoFitter().fit(x, recency, T)
for name, value in theirs.params_.items():
    close(name, model["parameters"][name], value, 1e-3)
close("P(alive)", [s["p_alive"] for s in scores], theirs.conditional_probability_alive(x, recency, T), 2e-3)
close("expected purchases", [s["expected_purchases"] for s in scores],
      theirs.conditional_expected_number_of_purchases_up_to_time(39, x, recency, T), 2e-3)
paid = (x > 0) & (spend > 0)
gamma = GammaGammaFitter().fit(x[paid], spend[paid])
for ours, name in (("p", "p"), ("q", "q"), ("gamma", "v")):
    close("Gamma-Gamma " + ours, model["spend"]["parameters"][ours], gamma.params_[name], 2e-3)
close("expected order value", np.array([s["expected_order_value"] for s in scores])[paid],
      gamma.conditional_expected_average_profit(x, spend)[paid], 2e-3)
sys.exit(failed > 0)
END
