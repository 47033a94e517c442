#!/bin/sh
# A made town of families: what matching finds against what is true.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/families.py "$B/cdp-merge"
