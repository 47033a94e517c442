#!/bin/sh
# The grouped table, computed a second time over random customers.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/table.py "$B/cdp-report" "${RUNS:-40}"
