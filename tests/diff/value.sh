#!/bin/sh
# The report value, computed a second time over random profiles.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/value.py "$B/cdp-report" "${RUNS:-40}"
