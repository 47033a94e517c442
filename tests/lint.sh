#!/bin/sh
# The house, held to its plan.
exec python3 tests/lint.py "$B"
