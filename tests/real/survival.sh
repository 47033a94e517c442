# Survival: the sets of every textbook, to the digits that R and lifelines print for them.
. tests/real/lib.sh
need churn/survival_rossi.csv churn/survival_lung.csv churn/survival_larynx.csv churn/survival_stanford_heart.csv \
	churn/survival_waltons.csv churn/survival_lymphoma.csv churn/telco_customer_churn.csv
data=$CDP_DATA/churn

# run NAME OPTIONS...: the table NAME as rows in $tmp/out
run() {
	table=$data/$1
	shift
	cdp-churn survival -q -t csv "$@" "$table" > "$tmp/out" || fail "$* on $table"
	if grep -qi 'nan\|inf[,]' "$tmp/out"; then fail "not a number: $*"; fi
}

# values SECTION COLUMN [ROW]...: the column of these rows, or all
values() {
	awk -F, -v s="$1" -v c="$2" '$1 == s && $3 == c { printf "%s%s", (n++ ? " " : ""), $4 }' "$tmp/out"
}
value() { sed -n "s/^$1,$2,$3,//p" "$tmp/out"; }

# R stops a little before the best: prio has 0.02864854996 there, and 0.02864855007 when it goes on.
rossi="--time week --event arrest --covariates fin,age,race,wexp,mar,paro,prio"
run survival_rossi.csv $rossi --robust --check-hazards km --times 52
same "Rossi" "$(values coefficients coef)" "-0.379422 -0.0574377 0.3139 -0.149796 -0.433704 -0.0848711 0.0914971"
same "standard errors" "$(values coefficients se)" "0.191379 0.0219995 0.307993 0.212224 0.381868 0.195757 0.0286486"
same "robust ones" "$(values coefficients robust_se)" "0.195542 0.0253361 0.292329 0.21806 0.380244 0.199201 0.0289746"
same "the likelihoods" "$(value model log_likelihood_null value) $(value model log_likelihood value)" "-675.381 -658.748"
same "the tests" "$(value model likelihood_ratio value) $(value model score_test value)" "33.2659 33.5287"
same "concordance" "$(value model concordance value) $(value model concordance_se value)" "0.640329 0.0266581"
same "AIC" "$(value model aic value)" 1331.5
same "proportional hazards" "$(value hazards age chi_square) $(value hazards age p) $(value hazards wexp chi_square) $(value hazards '(all)' chi_square)" \
	"5.97398 0.0145185 4.2246 17.6944"
same "the baseline" "$(value baseline 'all 52' cumulative_hazard)" 0.956499
same "KM at 52" "$(value curve 'all 52' survival) $(value curve 'all 52' se)" "0.736111 0.0212051"
run survival_rossi.csv --time week --event arrest --covariates fin,age,prio --strata race,paro,mar,wexp
same "Rossi in strata" "$(values coefficients coef) $(value model log_likelihood value)" "-0.335496 -0.0589825 0.100163 -436.934"
same "concordance in strata" "$(value model concordance value) $(value model concordance_se value)" "0.58867 0.0333069"
# R's survreg; flexsurv, which lifelines quotes, stops 5e-4 before the best.
run survival_rossi.csv $rossi --distribution weibull
same "Weibull" "$(values distribution coef)" \
	"0.272163 0.0407138 -0.224802 0.106557 0.311273 0.0588273 -0.0658169 3.99013 0.339108"
same "its likelihood" "$(value fit log_likelihood value) $(value fit likelihood_ratio value)" "-679.917 33.4157"
run survival_rossi.csv $rossi --distribution log-normal
same "log-normal" "$(values distribution coef) $(value fit sigma value) $(value fit log_likelihood value)" \
	"0.342848 0.0272018 -0.36316 0.268132 0.460353 0.0558794 -0.0655175 4.26767 0.258179 1.29457 -683.235"
run survival_rossi.csv $rossi --distribution log-logistic
same "log-logistic" "$(values distribution coef) $(value fit sigma value) $(value fit log_likelihood value)" \
	"0.288876 0.0363656 -0.279149 0.178424 0.347304 0.0507982 -0.0691822 3.9183 0.435201 0.647135 -679.938"

run survival_lung.csv --time time --event status --times 100,180,365,730 --restrict 365
same "lung, median" "$(value groups all median) $(value groups all median_low) $(value groups all median_high)" "310 285 363"
same "lung, S" "$(values curve survival)" "0.863969 0.721671 0.409242 0.115693"
same "lung, se" "$(values curve se)" "0.0227102 0.0298124 0.0358236 0.0282982"
same "lung, limits" "$(value curve 'all 365' low) $(value curve 'all 365' high)" "0.338714 0.478381"
same "lung, mean up to 365" "$(value groups all mean) $(value groups all mean_se)" "263.222 7.79886"
same "lung, Nelson-Aalen" "$(value curve 'all 180' cumulative_hazard)" 0.324828
run survival_lung.csv --time time --event status --by sex
same "lung by sex" "$(values groups median) $(values groups median_low) $(values groups median_high)" "270 426 212 348 310 550"
same "lung, tests" "$(values tests chi_square)" "10.3267 12.7142"
run survival_lung.csv --time time --event status --covariates age,sex,ph.ecog
same "lung, Cox" "$(values coefficients coef) $(values coefficients se)" "0.0110668 -0.552612 0.463728 0.00926741 0.167739 0.113577"
same "lung, likelihoods" "$(value model log_likelihood_null value) $(value model log_likelihood value) $(value model rows value)" "-744.48 -729.23 227"
run survival_lung.csv --time time --event status --covariates age,sex
same "lung, age and sex" "$(values coefficients coef) $(value model log_likelihood value)" "0.0170453 -0.513219 -742.848"

run survival_larynx.csv --time time --event death --covariates age,Stage_II,Stage_III,Stage_IV
same "larynx" "$(values coefficients se)" "0.0142584 0.462486 0.356111 0.421913"
run survival_stanford_heart.csv --entry start --time stop --event event --covariates age,year,surgery,transplant --cluster id --check-hazards rank
same "Stanford heart" "$(values coefficients coef)" "0.0271666 -0.146346 -0.63721 -0.0102508"
same "Stanford heart, se" "$(values coefficients se)" "0.0137141 0.070468 0.367226 0.313755"
same "Stanford heart, robust se" "$(values coefficients robust_se)" "0.0138919 0.0730799 0.35821 0.316882"
same "Stanford heart, tests" "$(value model likelihood_ratio value) $(value model likelihood_ratio_p value) $(value model wald_test value)" "15.1115 0.0044755 16.833"
same "Stanford heart, hazards" "$(values hazards chi_square)" "0.830716 1.05187 0.00384786 0.252438 2.68433"
run survival_waltons.csv --time T --event E --by group
same "Walton's flies" "$(values groups median) $(values groups median_low) $(values groups median_high)" "58 26 56 22 60 29"
same "their log-rank" "$(value tests log-rank chi_square)" 122.249
run survival_waltons.csv --time T --event E
same "all flies" "$(values groups median)" 56
run survival_lymphoma.csv --time Time --event Censor --by Stage_group
same "lymphoma" "$(value tests log-rank chi_square) $(value tests log-rank p)" "6.70971 0.00958893"

# Telco: those with a tenure, and the contrasts of the reference.
awk -F, 'NR == 1 || $6 > 0 { print $6 "," $(NF - 2) "," $3 "," ($16 == "One year") "," ($16 == "Two year") "," ($9 == "Fiber optic") "," $NF }' \
	"$data/telco_customer_churn.csv" | tr -d '\r' | sed '1s/.*/tenure,charges,senior,one,two,fibre,churn/' > "$tmp/telco.csv"
cdp-churn survival -q -t csv --time tenure --event churn --covariates charges,senior,one,two,fibre \
	--times 1,12,24,36,48,60,72 "$tmp/telco.csv" > "$tmp/out" || fail "Telco"
same "Telco, S" "$(values curve survival)" "0.945961 0.8432 0.788736 0.748545 0.70884 0.664404 0.59279"
same "Telco, median" "$(value groups all median) $(value groups all rows)" " 7032"
same "Telco, Cox" "$(values coefficients coef)" "-0.0183053 -0.0337409 -2.04497 -4.02493 1.23402"
same "Telco, likelihoods" "$(value model log_likelihood_null value) $(value model log_likelihood value) $(value model concordance value)" \
	"-15653 -14260.7 0.816307"
done_testing
