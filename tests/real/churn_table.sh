# IBM's telephone company and a bank's list: five folds by the number of the row, against scikit-learn's and XGBoost's figures.
. tests/real/lib.sh
need churn/telco_customer_churn.csv churn/bank_churn_modelling.csv
cdp-churn table -q --label Churn --id customerID --stats "$tmp/telco.json" --save-model "$tmp/model.json" \
	"$CDP_DATA/churn/telco_customer_churn.csv" > /dev/null || fail telco
cdp-churn table -q --label Exited --id CustomerId --stats "$tmp/bank.json" "$CDP_DATA/churn/bank_churn_modelling.csv" > /dev/null || fail bank
python3 - "$tmp" <<'PY' || bad=1
import json, sys
bad = 0
for name, kind, auc, within, loss, brier in (("telco", "logit", .845270, 1e-4, .417350, .135445), ("telco", "trees", .847122, 5e-4, .413555, .134320),
                                             ("bank", "logit", .765358, 1e-4, .429540, None), ("bank", "trees", .866829, 5e-4, .332725, None)):
    model = json.load(open(f"{sys.argv[1]}/{name}.json"))["model"]
    test = {m["model"]: m for m in model["test"]["models"]}.get(kind)
    if not test:
        print(f"{name}: no {kind} in this build")
        continue
    got = model["mean_auc_of_folds"][kind], test["log_loss_uncalibrated"], test["brier_uncalibrated"]
    if abs(got[0] - auc) > within or abs(got[1] - loss) > 5e-4 or (brier and abs(got[2] - brier) > 2e-4):
        print("FAIL:", name, kind, got)
        bad = 1
sys.exit(bad)
PY
# Every row comes back, with three columns more, and a table of another trade is refused.
cdp-churn table -q --model "$tmp/model.json" "$CDP_DATA/churn/telco_customer_churn.csv" > "$tmp/scored" || fail score
same rows "$(wc -l < "$tmp/scored")" 7044
same columns "$(head -1 "$tmp/scored" | tr , '\n' | wc -l)" 24
cdp-churn table -q --model "$tmp/model.json" "$CDP_DATA/churn/bank_churn_modelling.csv" > /dev/null 2> "$tmp/why" && fail "a bank was scored"
grep -q "needs the column 'gender'\|needs the column 'SeniorCitizen'" "$tmp/why" || fail "$(cat "$tmp/why")"
done_testing
