#!/bin/sh
# The identity graph computed a second time, over random events and rules.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/merge_graph.py "$B/cdp-merge" "${RUNS:-200}"
