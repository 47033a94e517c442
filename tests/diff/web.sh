#!/bin/sh
# The web report, computed a second time over random visits.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/web.py "$B/cdp-report" "${RUNS:-40}"
