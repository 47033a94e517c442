#!/bin/sh
# What functions of events say of random histories, computed a second time.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/asking.py "$B/cdp-report" "${RUNS:-25}"
