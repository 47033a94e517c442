#!/bin/sh
# 2,000,000 generated orders through each tool and the whole pipe, as CSV, as events and
# as many lines of a web log, beside the peers that are installed, and each goal's share;
# then matching on records of known truth, events that are hard on purpose, clusters, survival, baskets and offers.  ORDERS=,
# RECORDS= and RUNS= change sizes and the number of runs; DUCKDB= names a Python that has
# the duckdb package, SKLEARN= one that has scikit-learn, LIFELINES= one that has lifelines, PEERS= one
# that has pyfim and scipy, CDP_DATA= where the real web log
# is; BENCH=large adds ten million records (3 GB of disk).
set -e
python3 tests/bench/bench.py "$B"
python3 tests/bench/matching.py "$B"
python3 tests/bench/hostile.py "$B" full
python3 tests/bench/kmeans.py "$B"
python3 tests/bench/survival.py "$B"
python3 tests/bench/offers.py "$B"
python3 tests/bench/activate.py "$B"
