#!/bin/sh
# The purchase models' predictions, likelihoods and optima against a second computation by other routes:
# in plain floats, for up to 5,000 purchases, and by mpmath's hypergeometric function where Python has it.
set -eu
PYTHON=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$PYTHON" tests/diff/purchase_models.py "$PWD/$B/cdp-churn" "$work" plain
if "$PYTHON" -c 'import mpmath' 2> /dev/null; then
	"$PYTHON" tests/diff/purchase_models.py "$PWD/$B/cdp-churn" "$work" exact
else
	echo 'SKIP exact: no Python package mpmath (PYTHON=... names another interpreter)'
fi
