#!/bin/sh
# Clusters of random customers against a naive model in Python: scale, places, labels, the
# least inertia of many plain descents, silhouette, gap and stability.  SEED= and WORLDS= change which and
# how many.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/clusters.py "$B"
