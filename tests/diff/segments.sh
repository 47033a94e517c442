#!/bin/sh
# Segments, computed a second time the plain way over random customers.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/segments.py "$B/cdp-segment" "${RUNS:-60}"
