#!/bin/sh
# Curves, tests and models of random lifetimes against the textbook's formulas, computed one by one.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/survival.py "$B/cdp-churn"
