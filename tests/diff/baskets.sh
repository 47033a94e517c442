#!/bin/sh
# Itemsets and rules of random baskets against a naive model that counts everything.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/baskets.py "$B/cdp-recommend"
