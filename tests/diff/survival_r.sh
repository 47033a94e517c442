#!/bin/sh
# Curves, Cox's model and distributions of random lifetimes against R's package survival; skipped (77) without it.
set -eu
command -v Rscript > /dev/null && Rscript -e 'library(survival)' > /dev/null 2>&1 || { echo "no R with the package survival"; exit 77; }
tools=$PWD/$B
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk 'BEGIN { srand(5); print "entry,exit,event,arm,site,who,age,dose"
	for (i = 0; i < 300; i++) { age = int(rand() * 50); dose = int(rand() * 8) / 2; arm = rand() < 0.5 ? "new" : "old"
		t = int(-20 * log(1 - rand()) * exp(-0.02 * age + (arm == "new" ? 0.5 : 0))) + 1; c = int(rand() * 60) + 1
		e = t <= c; if (!e) t = c; printf "%d,%d,%d,%s,s%d,%d,%d,%g\n", rand() < 0.3 ? int(t * rand() * 0.9) : 0, t, e, arm, i % 3, i % 80, age, dose } }' > "$work/t.csv"
ours() { "$tools/cdp-churn" survival -q --time exit --event event -t csv "$@" "$work/t.csv"; }
ours --by arm --times 5,20,40 | grep '^curve.*\(survival\|,se\|low\|high\|at_risk\|hazard\|hazard_se\),\|^tests.*chi' > "$work/curves"
ours --by arm --strata site | grep '^tests,log-rank,chi' >> "$work/curves"
ours --entry entry --covariates age,arm,dose --strata site --cluster who --check-hazards rank |
	grep '^coeff.*,\(coef\|se\|robust_se\),\|^model,\(log\|score_test\|wald_test\|concord\)\|^hazards.*chi' > "$work/cox"
for form in weibull log-normal log-logistic; do
	ours --covariates age,arm --distribution $form | grep '^distribution.*\(coef\|,se\),\|^fit,\(log_like\|sigma\)'
done > "$work/forms"

Rscript - "$work" << 'END'
library(survival)
work <- commandArgs(TRUE)[1]
d <- read.csv(file.path(work, "t.csv"), stringsAsFactors = FALSE)
d$arm <- factor(d$arm)
failed <- 0
compare <- function(what, file, wanted, tolerance = 5.1e-6) {
  lines <- readLines(file.path(work, file))
  got <- as.numeric(sub(".*,", "", lines))
  if (length(got) != length(wanted)) stop(what, ": ", length(got), " figures, not ", length(wanted))
  gap <- abs(got - wanted) / (1e-6 + abs(wanted))
  cat(what, ": ", length(got), " figures, greatest relative gap ", format(max(gap)), "\n", sep = "")
  if (max(gap) > tolerance) { print(data.frame(lines, got, wanted)[gap > tolerance, ]); failed <<- failed + 1 }
}
curves <- c()
for (a in levels(d$arm)) {
  s <- summary(survfit(Surv(exit, event) ~ 1, d[d$arm == a, ], conf.type = "log-log"), times = c(5, 20, 40))
  for (i in 1:3) curves <- c(curves, s$n.risk[i], s$surv[i], s$std.err[i], s$lower[i], s$upper[i], s$cumhaz[i], s$std.chaz[i])
}
curves <- c(curves, survdiff(Surv(exit, event) ~ arm, d)$chisq, survdiff(Surv(exit, event) ~ arm, d, rho = 1)$chisq,
            survdiff(Surv(exit, event) ~ arm + strata(site), d)$chisq)
compare("curves and tests", "curves", curves)
m <- coxph(Surv(entry, exit, event) ~ age + arm + dose + strata(site), d, cluster = who, control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
s <- summary(m)
cox <- c(t(s$coefficients[, c("coef", "se(coef)", "robust se")]), m$loglik, m$score, m$wald.test, s$concordance[1],
         sqrt(concordance(m, cluster = seq_len(nrow(d)))$var), cox.zph(m, "rank")$table[, "chisq"])
compare("Cox", "cox", cox, 1e-5)
forms <- c()
for (f in c("weibull", "lognormal", "loglogistic")) {
  m <- survreg(Surv(exit, event) ~ age + arm, d, dist = f, control = survreg.control(rel.tolerance = 1e-14, maxiter = 100))
  se <- sqrt(diag(vcov(m)))
  sign <- if (f == "lognormal") 1 else -1
  for (j in c(2, 3, 1)) forms <- c(forms, coef(m)[j], se[j])
  forms <- c(forms, sign * log(m$scale), se[4], m$loglik, m$scale)
}
compare("distributions", "forms", forms, 1e-5)
quit(status = failed > 0)
END
