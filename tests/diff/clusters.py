"""Clusters of random worlds against a naive model: see clusters.sh.

What cdp-segment --save-clusters writes must be what plain formulas give: limits, middle and
spread of each feature; labels that are nearest; centres that are the mean (the commonest text)
of their customers; an inertia that many plain descents beat by 2 % at most (each ends in a valley
of its own); the silhouettes.
"""
import json
import math
import os
import random
import subprocess
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
SEED = int(os.environ.get("SEED", "0"))
WORLDS = int(os.environ.get("WORLDS", "30"))


def fail(world, text):
    sys.exit(f"world {world} of SEED={SEED}: {text}")


def near(a, b, eps=1e-9):
    return abs(a - b) <= eps * max(1, abs(a), abs(b))


def make_people(rng):
    places = rng.randint(2, 4)
    texts = rng.random() < 0.5
    people = []
    for i in range(rng.randint(40, 150)):
        place = rng.randrange(places)
        traits = {"x": round(rng.gauss(6 * place, 1), 3), "y": round(rng.gauss(-4 * (place % 2), 1), 3)}
        if rng.random() < 0.9:
            traits["city"] = ["Riga", "Oslo", "Bern", "Turin"][place if rng.random() < 0.7 else rng.randrange(4)]
        if rng.random() < 0.05:
            del traits["x"]
        people.append({"type": "profile", "id": f"p{i}", "traits": traits})
    return people, ["x", "y"] + ["city"] * texts


def quantile(values, share):
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = min(int(place), len(ordered) - 2)
    return ordered[below] + (place - below) * (ordered[below + 1] - ordered[below])


def scale_of(values, percent, robust):
    low, high = quantile(values, percent / 100), quantile(values, 1 - percent / 100)
    cut = [min(max(v, low), high) for v in values]
    middle = sum(cut) / len(cut)
    spread = math.sqrt(sum((v - middle) ** 2 for v in cut) / len(cut))
    if robust:
        middle = quantile(values, 0.5)
        apart = quantile(values, 0.75) - quantile(values, 0.25)
        spread = apart / 1.3489795003921634 if apart > 0 else spread
    return low, high, middle, spread


def distance(a, b, weight):
    return sum((x - y) ** 2 if isinstance(x, float) else weight * (x != y) for x, y in zip(a, b))


def centre(points):
    return tuple(sum(column) / len(column) if isinstance(column[0], float) else
                 max(sorted(set(column)), key=column.count) for column in zip(*points))


def nearest(point, centres, weight):
    return min(range(len(centres)), key=lambda j: distance(point, centres[j], weight))


def descend(points, k, weight, rng):
    """The inertia that plain turns from K points drawn by chance come to."""
    centres, labels = rng.sample(points, k), None
    for _ in range(100):
        fresh = [nearest(p, centres, weight) for p in points]
        if fresh == labels:
            break
        labels = fresh
        for j in range(k):
            own = [p for p, l in zip(points, labels) if l == j]
            centres[j] = centre(own) if own else centres[j]
    return sum(distance(p, centres[l], weight) for p, l in zip(points, labels))


def silhouette(points, labels, weight):
    total = 0
    for i, p in enumerate(points):
        sums, sizes = {}, {}
        for o, q in enumerate(points):
            sizes[labels[o]] = sizes.get(labels[o], 0) + 1
            sums[labels[o]] = sums.get(labels[o], 0) + math.sqrt(distance(p, q, weight))
        own = labels[i]
        if sizes[own] == 1:
            continue
        a = sums[own] / (sizes[own] - 1)
        b = min(sums[j] / sizes[j] for j in sizes if j != own)
        total += (b - a) / max(a, b)
    return total / len(points)


def check(world, rng, folder):
    people, names = make_people(rng)
    robust, percent, k = rng.random() < 0.3, rng.choice([0, 1, 5]), rng.choice(["auto", "2", "3"])
    lines = [json.dumps(p, separators=(",", ":")) + "\n" for p in people]
    rng.shuffle(lines)
    with open(f"{folder}/people", "w", encoding="utf-8") as f:
        f.writelines(lines)
    command = [f"{BUILD}/cdp-segment", "-q", "--clusters", k, "--features", ",".join("traits." + n for n in names),
               "--scaling", "robust" if robust else "z", "--winsorize", str(percent), "--stats", f"{folder}/stats",
               "-j", str(rng.randint(1, 3)), "--save-clusters", f"{folder}/saved", f"{folder}/people"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        fail(world, f"exit {run.returncode}: {run.stderr}")
    saved, stats = json.load(open(f"{folder}/saved")), json.load(open(f"{folder}/stats"))
    segments = {(p := json.loads(line))["id"]: p["segments"] for line in run.stdout.splitlines()}
    whole = [p for p in people if "x" in p["traits"]]
    for p in people:
        if p not in whole and segments[p["id"]]:
            fail(world, f"{p['id']} has no x and is in {segments[p['id']]}")
    columns = []
    for n, feature in zip(names, saved["features"]):
        values = [p["traits"].get(n) for p in whole]
        if n != "city":
            want = scale_of(values, percent, robust)
            got = [feature[m] for m in ("low", "high", "middle", "spread")]
            if not all(near(a, b) for a, b in zip(want, got)):
                fail(world, f"{n}: {got}, not {want}")
            values = [(min(max(v, want[0]), want[1]) - want[2]) / want[3] for v in values]
        columns.append(["" if v is None else v for v in values])
    points, weight = list(zip(*columns)), saved["text_weight"]
    compare_places(world, rng, saved, stats, segments, whole, points, weight)


def compare_places(world, rng, saved, stats, segments, whole, points, weight):
    centres = [tuple((c - f["middle"]) / f["spread"] if f["kind"] == "number" else c or ""
                     for c, f in zip(cluster["centre"], saved["features"])) for cluster in saved["clusters"]]
    names = [c["name"] for c in saved["clusters"]]
    labels = [names.index(segments[p["id"]][0]) for p in whole]
    inertia = sum(distance(p, centres[l], weight) for p, l in zip(points, labels))
    for p, l in zip(points, labels):
        best = nearest(p, centres, weight)
        if distance(p, centres[l], weight) > distance(p, centres[best], weight) + 1e-9:
            fail(world, f"{p} is in {names[l]}, and {names[best]} is nearer")
    for j, c in enumerate(saved["clusters"]):
        own = [p for p, l in zip(points, labels) if l == j]
        if len(own) != c["customers"]:
            fail(world, f"{c['name']} has {len(own)} customers, not {c['customers']}")
        for got, want in zip(centres[j], centre(own)):
            if isinstance(got, float) and not near(got, want, 1e-6):
                fail(world, f"{c['name']} is at {centres[j]}, not at {centre(own)}")
    least = min(descend(points, len(centres), weight, rng) for _ in range(10))
    if inertia > least * 1.02:
        fail(world, f"inertia {inertia}, and plain turns find {least}")
    curve = stats["clusters"]["silhouette"]
    if curve:
        want = silhouette(points, labels, weight)
        if not near(curve[str(len(centres))], want, 1e-5) or max(curve.values()) > curve[str(len(centres))] + 1e-5:
            fail(world, f"silhouette {curve}, {want} for {len(centres)}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        for world in range(WORLDS):
            check(world, random.Random(SEED * 1000003 + world), folder)
    print(f"{WORLDS} worlds")


main()
