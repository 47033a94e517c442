#!/bin/sh
# Contract models (sBG, beta-discrete-Weibull): optima, likelihoods and chances against a second computation.
set -eu
PYTHON=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$PYTHON" tests/diff/contract_models.py "$PWD/$B/cdp-churn" "$work"
