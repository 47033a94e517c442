#!/bin/sh
# The report compare, computed a second time over random pairs of runs.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/compare.py "$B/cdp-report" "${RUNS:-40}"
