#!/bin/sh
# Reports of summaries (cdp-report --partial, --combine) beside those of one run, over random customers cut into parts.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/partial.py "$B/cdp-report" "${RUNS:-16}"
