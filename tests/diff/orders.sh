#!/bin/sh
# What orders add up to, computed a second time over random order events.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/orders.py "$B/cdp-merge" "${RUNS:-40}"
