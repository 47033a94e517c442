"""Clusters of random worlds against a naive model: see clusters.sh.

What cdp-segment --save-clusters writes must be what plain formulas give: limits, middle and
spread of each feature; labels that are nearest; centres that are the mean (the commonest text)
of their customers; an inertia that many plain descents beat by 2 % at most (each ends in a valley
of its own); the silhouettes.  The gap statistic is computed from the draws that random.h names, with
the least inertia there is on a line; stability is that of many other halves, within its standard error.
"""
import json
import math
import os
import random
import re
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


# ---- The gap statistic and stability, along one line or in a plane. ----

MASK = (1 << 64) - 1


def draws(seed, number):
    """The uniform numbers of part NUMBER of SEED: lib/stats/random.h."""
    def mix(z):
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        return z ^ z >> 31
    golden = 0x9E3779B97F4A7C15
    state = mix(((seed ^ (number + 1) * 0xD1B54A32D192ED03 & MASK) + golden) & MASK)
    while True:
        state = state + golden & MASK
        yield (mix(state) >> 11) / 2 ** 53


def best_cuts(values, most):
    """Of numbers on a line: for 1 to MOST clusters the least inertia there is, and the means of its clusters."""
    v = sorted(values)
    n, one, two = len(v), [0], [0]
    for x in v:
        one.append(one[-1] + x)
        two.append(two[-1] + x * x)

    def cost(a, b):
        return max(0, two[b] - two[a] - (one[b] - one[a]) ** 2 / (b - a))
    least, cuts, found = [0] + [math.inf] * n, [], []
    for k in range(1, most + 1):
        fresh, at = [math.inf] * (n + 1), [0] * (n + 1)
        for b in range(k, n + 1):
            fresh[b], at[b] = min((least[a] + cost(a, b), a) for a in range(k - 1, b))
        least = fresh
        cuts.append(at)
        ends, b = [], n
        for j in range(k, 0, -1):
            ends.append((cuts[j - 1][b], b))
            b = cuts[j - 1][b]
        found.append((least[n], [(one[b] - one[a]) / (b - a) for a, b in ends]))
    return found


def gaps(own, references):
    """Gap(k) and s(k) of ln W by k."""
    curve = []
    for k, log in enumerate(own):
        logs = [r[k] for r in references]
        mean = sum(logs) / len(logs)
        curve.append((mean - log, math.sqrt(sum((x - mean) ** 2 for x in logs) / len(logs) * (1 + 1 / len(logs)))))
    return curve


def cluster_plain(folder, people, names, k):
    with open(f"{folder}/plain", "w", encoding="utf-8") as f:
        f.writelines(json.dumps(p, separators=(",", ":")) + "\n" for p in people)
    run = subprocess.run([f"{BUILD}/cdp-segment", "--clusters", k, "--features", ",".join("traits." + n for n in names), "--winsorize", "0",
                          "--scaling", "robust", "--stats", f"{folder}/stats", f"{folder}/plain"], capture_output=True, text=True, check=False)
    if run.returncode:
        fail("plain", run.stderr)
    said = re.search(r"gap by number of clusters: (.*)", run.stderr)
    said = {int(k): (float(gap), float(error)) for k, gap, error in re.findall(r"(\d+) (-?[\d.]+) \+- ([\d.]+)", said[1])} if said else {}
    return [json.loads(line)["segments"] for line in run.stdout.splitlines()], json.load(open(f"{folder}/stats"))["clusters"], said


def choose(curve):
    """As gap.h says it: 1 where no k beats one cluster."""
    better = [k for k in range(1, len(curve)) if curve[k][0] - curve[k][1] > curve[0][0]]
    if not better:
        return 1
    return next((k + 1 for k in better if k + 1 < len(curve) and curve[k][0] >= curve[k + 1][0] - curve[k + 1][1]), len(curve))


def check_gap_on_line(world, rng, folder):
    places = rng.randint(1, 4)
    values = [round(rng.gauss(9 * (i % places), 1), 4) for i in range(rng.randint(32, 45))]
    labels, stats, said = cluster_plain(folder, [{"type": "profile", "id": f"p{i}", "traits": {"x": v}} for i, v in enumerate(values)], ["x"], "gap")
    low, high, references = min(values), max(values), []
    for r in range(20):
        stream = draws(1, r)
        references.append([math.log(w) for w, _ in best_cuts([low + next(stream) * (high - low) for _ in values], 10)])
    curve = gaps([math.log(w) for w, _ in best_cuts(values, 10)], references)
    for k, (gap, error) in enumerate(curve[:2], 1):
        # Three starts need not find the best of more centres.
        slack = (1e-5, 0.06)[k - 1]
        if abs(stats["gap"][str(k)] - gap) > slack or abs(said[k][1] - error) > slack + 5e-4:
            fail(world, f"gap of {k}: {stats['gap'], said}, not {gap} +- {error}")
    if any(abs(stats["gap"][str(k)] - gap) > 6e-4 for k, (gap, _) in said.items()):
        fail(world, f"gaps {stats['gap']}, said {said}")
    want, got = choose([said[k] for k in sorted(said)]), len(set(map(tuple, labels)))
    if want != got or (want == 1) != (labels[0] == []):
        fail(world, f"{got} clusters of {said}, not {want}")
    return want


def check_gap_in_plane(world, rng, folder):
    """Of one and two clusters: the box of the references stands along the principal axes."""
    points = []
    for _ in range(40):
        x = rng.gauss(0, 2) + rng.choice([0, 12])
        points.append((round(x, 4), round(rng.choice([0.8, 1]) * x + rng.gauss(0, 1), 4)))
    people = [{"type": "profile", "id": f"p{i}", "traits": {"x": x, "y": y}} for i, (x, y) in enumerate(points)]
    _, stats, said = cluster_plain(folder, people, ["x", "y"], "2")
    scales = [scale_of(c, 0, True) for c in zip(*points)]
    points = [tuple((v - middle) / spread for v, (_, _, middle, spread) in zip(p, scales)) for p in points]
    points = [tuple(v - m for v, m in zip(p, centre(points))) for p in points]
    columns = list(zip(*points))
    xx, yy, xy = (sum(a * b for a, b in zip(columns[i], columns[j])) for i, j in ((0, 0), (1, 1), (0, 1)))
    turn = 0.5 * math.atan2(2 * xy, xx - yy)
    turn -= round(turn / (math.pi / 2)) * math.pi / 2       # the axis nearest to x comes first
    axes = [[x * math.cos(turn) + y * math.sin(turn) for x, y in points], [y * math.cos(turn) - x * math.sin(turn) for x, y in points]]

    def logs(points):
        middle = centre(points)
        one = sum(distance(p, middle, 0) for p in points)
        return [math.log(one), math.log(min(descend(points, 2, 0, rng) for _ in range(6)))]
    references = []
    for r in range(20):
        stream = draws(1, r)
        references.append(logs([tuple(min(a) + next(stream) * (max(a) - min(a)) for a in axes) for _ in points]))
    for k, (gap, _) in enumerate(gaps(logs(points), references), 1):
        if abs(stats["gap"][str(k)] - gap) > (1e-5, 0.02)[k - 1]:
            fail(world, f"gap of {k} in a plane: {stats['gap']}, not {gap}")


def check_stability(world, rng, folder):
    """The mean over other halves, many of them: how far the tool's is from it, in standard errors of its 20."""
    places, k = rng.randint(1, 4), rng.randint(2, 4)
    values = [round(rng.gauss(rng.choice([3, 5, 9]) * (i % places), 1), 4) for i in range(rng.randint(32, 50))]
    segments, stats, _ = cluster_plain(folder, [{"type": "profile", "id": f"p{i}", "traits": {"x": v}} for i, v in enumerate(values)], ["x"], str(k))
    clusters = [{i for i, s in enumerate(segments) if s == [c["name"]]} for c in stats["clusters"]]
    found = [[] for _ in clusters]
    for _ in range(120):
        means = best_cuts(rng.sample(values, (len(values) + 1) // 2), k)[-1][1]
        halves = [set() for _ in means]
        for i, v in enumerate(values):
            halves[min(range(k), key=lambda j: abs(v - means[j]))].add(i)
        for mine, own in zip(found, clusters):
            mine.append(max(len(own & h) / len(own | h) for h in halves))
    apart = []
    for c, mine in zip(stats["clusters"], found):
        mean = sum(mine) / len(mine)
        error = math.sqrt(sum((x - mean) ** 2 for x in mine) / len(mine) * (1 / 20 + 1 / len(mine)))
        if abs(c["stability"] - mean) > 5 * error + 0.02:
            fail(world, f"stability of {c}: {mean} +- {error}")
        if error > 0.005:
            apart.append((c["stability"] - mean) / error)
    return apart


def main():
    apart, chosen = [], set()
    with tempfile.TemporaryDirectory() as folder:
        for world in range(WORLDS):
            rng = random.Random(SEED * 1000003 + world)
            check(world, rng, folder)
            apart += check_stability(world, rng, folder)
            if world % 5 == 0:
                chosen.add(check_gap_on_line(world, rng, folder))
            if world % 10 == 0:
                check_gap_in_plane(world, rng, folder)
    mean = sum(apart) / max(1, len(apart))
    if abs(mean) > 5 / math.sqrt(max(1, len(apart))):
        fail("all", f"stability is {mean} standard errors off in {len(apart)} clusters")
    if WORLDS >= 30 and (len(apart) < 30 or len(chosen) < 2):
        fail("all", f"the worlds are too poor: {len(apart)} clusters, {chosen}")
    print(f"{WORLDS} worlds")


main()
