#!/bin/sh
# The logistic regression of cdp-churn table on random tables, its measures and its chances against a naive model in
# Python; and against scikit-learn, where that is installed (PYTHON= names the interpreter that has it).
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec "${PYTHON:-python3}" tests/diff/logit.py "$B"
