#!/bin/sh
# The story of the demo: three sources become customers, segments, predictions, offers
# and a report, a web log becomes visits, and posts become what people say.  Prints each command before it runs.  B is the build folder.
set -eu
root=$PWD
tools=$root/$B
PATH=$tools:$PATH
out=$root/build/demo
mkdir -p "$out"
cd "$root/testdata/demo"

step() {
	printf '\n\033[1m# %s\033[0m\n' "$1"
	printf '$ %s\n' "$2"
	status=0
	bash -c "set -o pipefail; out=$out; $2" || status=$?
	# 1 says: complete, but some rows were rejected.  The shop has one such row.
	[ "$status" -le 1 ] || exit "$status"
}
[ -t 1 ] || step() {
	printf '\n# %s\n$ %s\n' "$1" "$2"
	status=0
	bash -c "set -o pipefail; out=$out; $2" || status=$?
	[ "$status" -le 1 ] || exit "$status"
}

step "The shop: 950 orders and refunds; one has an impossible date" \
	'cdp-ingest -m shop.map orders.csv -o $out/shop.events --rejects $out/rejects.csv'
step "The newsletter: German headers, semicolons, day-first dates, consent" \
	'cdp-ingest -m newsletter.map newsletter.csv -o $out/newsletter.events'
step "The sales team: a JSON array with nested names" \
	'cdp-ingest -m crm.map crm.json -o $out/crm.events'
step "One profile per customer, across the three" \
	'cdp-merge $out/*.events -o $out/customers --unidentified $out/till-sales'
step "Segments: RFM quintiles and our own rules" \
	'cdp-segment --rfm -r segments.rules $out/customers -o $out/segmented'
step "Who will not buy again within 90 days, and what is at stake?" \
	'cdp-churn --horizon 90d $out/segmented --save-model $out/model.json -o $out/scored'
step "The next mailing: two things to offer each customer, of what is in stock, with a reason" \
	'cdp-recommend -n 2 --products products.csv --stock products.csv $out/scored -o $out/offered'
step "How good are such offers, against each customer's last day?" 'cdp-recommend --evaluate -n 2 $out/scored'
step "The mailing's first rows: who may be written to" \
	"cdp-report list --where 'consent.newsletter = \"granted\"' --columns 'Email=email,Offer=offers.0.name,Why=offers.0.reason,Second=offers.1.name' --limit 5 \$out/offered"
step "The overview" 'cdp-report overview $out/scored'
step "The five customers with the most at stake, as a table for the shop team" \
	"cdp-report list --columns 'Email=email,Orders=orders,Revenue=revenue,Churn=scores.bgnbd.p_churn,At risk=scores.bgnbd.value_at_risk,Why=scores.bgnbd.reason' --sort -scores.bgnbd.value_at_risk --limit 5 \$out/scored"
step "The web site: visits of people from the server's log, without programs" \
	'cdp-ingest -q access.log -o $out/visits && cdp-merge -q $out/visits | cdp-report web --limit 5'
step "What the same people say in public: who is unhappy and waits, what moved the sentiment, a bad evening" \
	'cdp-ingest posts.csv -o $out/posts && cdp-merge -q $out/*.events $out/posts | cdp-report social --track "ours=hearth" --track "rival=rival roast" --own @hearth --period week --limit 5'
step "The win-back campaign: who agreed to the newsletter, a tenth held out to measure against" \
	"cdp-activate --to brevo --audience 'in_segment(\"win_back\")' --purpose newsletter --hold-out 10% \$out/scored -o \$out/win-back.csv"
step "Everything in one HTML file: the customers with their visits and what they say" \
	'cdp-merge -q $out/*.events $out/visits $out/posts | cdp-segment -q --rfm -r segments.rules | cdp-churn -q --horizon 90d |
	cdp-report overview rfm cohorts web social --own-host shop.example.com --track "ours=hearth" --track "rival=rival roast" --own @hearth -o $out/report.html'
step "A customer asks what is known of her, then to be forgotten" \
	'cdp-forget -q -r email=rosa.unger@example.com --through $out/customers --export $out/known $out/*.events $out/customers
	cdp-forget -r email=rosa.unger@example.com --through $out/customers $out/*.events $out/segmented $out/scored $out/customers'
echo
echo "The report: build/demo/report.html; the audience: build/demo/win-back.csv"
