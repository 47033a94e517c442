#!/bin/sh
# Offers to random customers against a naive model: what is due, similar and popular, and the evaluation.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/offers.py "$B/cdp-recommend"
