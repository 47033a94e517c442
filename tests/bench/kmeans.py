"""k-means over 1,000,000 points of 8 numbers beside scikit-learn's KMeans, both with two threads,
from the same centres, until these stand still by scikit-learn's rule: python3 tests/bench/kmeans.py
BUILD.  SKLEARN= names a Python that has scikit-learn; without one it says so and ends well.  POINTS=
changes the number of points, RUNS= the runs of each, of which the fastest counts.

Points lie around ten places, or evenly in a box, which has no clusters and takes a hundred turns.
"""
import os
import subprocess
import sys
import tempfile

PEER = r"""
import sys, time
import numpy as np
from sklearn.cluster import KMeans
points, centres, k = sys.argv[1], sys.argv[2], int(sys.argv[3])
x = np.fromfile(points).reshape(-1, 8)
c = np.fromfile(centres).reshape(k, 8)
KMeans(k, init=c, n_init=1, max_iter=1).fit(x[:10000])
t = time.perf_counter()
m = KMeans(k, init=c, n_init=1).fit(x)
print(time.perf_counter() - t, repr(m.inertia_), m.n_iter_, 1e-4 * x.var(axis=0).mean())
"""

WORLDS = r"""
import sys
import numpy as np
folder, count = sys.argv[1], int(sys.argv[2])
r = np.random.default_rng(7)
places = 3 * r.normal(size=(10, 8))
(places[r.integers(0, 10, count)] + r.normal(size=(count, 8))).tofile(folder + '/places')
r.random((count, 8)).tofile(folder + '/box')
for name in ('places', 'box'):
    x = np.fromfile(folder + '/' + name).reshape(-1, 8)
    x[r.choice(count, 10, replace=False)].tofile(folder + '/' + name + '.centres')
"""


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def compare(build, python, folder, world):
    points, centres = f'{folder}/{world}', f'{folder}/{world}.centres'
    runs = []
    for _ in range(int(os.environ.get('RUNS', '3'))):
        peer = [float(x) for x in run(python, '-c', PEER, points, centres, '10')]
        ours = [float(x) for x in run(f'{build}/tests/bench/kmeans_run', points, '8', '10', '2', '1',
                                      repr(peer[3]), centres)]
        runs.append((ours, peer))
    ours, peer = min(r[0] for r in runs), min(r[1] for r in runs)
    ratio = peer[0] / ours[0]
    good = ratio >= 2 and ours[1] <= peer[1] * (1 + 1e-9)
    print(f'k-means, {world}: {ours[0]:.2f} s, {ours[2]:.0f} turns, inertia {ours[1]:.2f}; '
          f'scikit-learn {peer[0]:.2f} s, {peer[2]:.0f} turns, {peer[1]:.2f}: '
          f'{ratio:.1f} times as fast (goal 2) {"ok" if good else "MISSED"}')
    return good


def main():
    build = sys.argv[1]
    python = os.environ.get('SKLEARN', sys.executable)
    if subprocess.run([python, '-c', 'import sklearn'], capture_output=True).returncode:
        print('SKIP k-means: SKLEARN= names no Python with scikit-learn')
        return 0
    with tempfile.TemporaryDirectory() as folder:
        run(python, '-c', WORLDS, folder, os.environ.get('POINTS', '1000000'))
        return 0 if all([compare(build, python, folder, world) for world in ('places', 'box')]) else 1


sys.exit(main())
