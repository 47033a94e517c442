#!/bin/sh
# 2,000,000 generated orders through each tool and the whole pipe, beside the
# peers that are installed.  ORDERS= and RUNS= change the size and the number of
# runs; DUCKDB= names a Python that has the duckdb package.
exec python3 tests/bench/bench.py "$B"
