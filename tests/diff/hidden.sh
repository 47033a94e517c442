#!/bin/sh
# Tables that leave the house (cdp-report table --k), attacked by who has nothing but the table.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/hidden.py "$B/cdp-report" "${RUNS:-40}"
