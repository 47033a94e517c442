#!/bin/sh
# Who goes out, who stays and why, beside the rules in Python.
exec python3 tests/diff/audience.py "$B/cdp-activate"
