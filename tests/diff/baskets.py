"""Random baskets: all sets of items and all rules, counted one by one, against cdp-recommend.

Usage: baskets.py PROGRAM   (SEED names the worlds)
"""
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction as F
from math import ceil, comb

program = os.path.abspath(sys.argv[1])
seed = int(os.environ.get("SEED", "7"))


def fail(text):
    print(f"FAIL (SEED={seed}): {text}")
    sys.exit(1)


def world(rng):
    """Baskets of few items; some worlds hold the same baskets again and again, others one long one."""
    items = [rng.choice("abcdefghij") + str(i) for i in range(rng.randint(1, 9))]
    weights = [rng.random() ** 2 + 0.01 for _ in items]
    baskets = [rng.choices(items, weights, k=rng.randint(1, 7)) for _ in range(rng.randint(1, 60))]
    if rng.random() < 0.3:
        baskets = [rng.choice(baskets[:5]) for _ in range(40)]
    if rng.random() < 0.3:
        baskets.append(items * 2)
    return baskets


def sets_of(baskets, least, longest):
    items = sorted({i for b in baskets for i in b})
    found = {}
    for n in range(1, longest + 1):
        for s in itertools.combinations(items, n):
            count = sum(set(s) <= b for b in baskets)
            if count >= least:
                found[frozenset(s)] = count
    return found


def chance(n, a, b, both):
    return sum(F(comb(a, i) * comb(n - a, b - i), comb(n, b)) for i in range(both, min(a, b) + 1) if b - i <= n - a)


def rules_of(baskets, sets, confidence):
    n, rules, tried = len(baskets), {}, 0
    for s, count in sets.items():
        for right in s if len(s) > 1 else ():
            tried += 1
            a, b = sets[s - {right}], sets[frozenset([right])]
            if F(count, a) >= confidence:
                rules[(s - {right}, right)] = (count, F(count, n), F(count, a), F(a, n), F(n * count, a * b),
                                              F(count, n) - F(a * b, n * n),
                                              None if count == a else F(n - b, n) / (1 - F(count, a)), chance(n, a, b, count))
    return rules, tried


def holm(rules, tried):
    most, out = 0, {}
    for i, (key, rule) in enumerate(sorted(rules.items(), key=lambda r: r[1][7])):
        most = max(most, rule[7] * (tried - i))
        out[key] = min(1, most)
    return out


def run(folder, *args):
    ran = subprocess.run([program, "-q", "--allow-empty", "-t", "json", *args], cwd=folder, capture_output=True, text=True)
    if ran.returncode:
        fail(f"exit {ran.returncode}: {args}: {ran.stderr}")
    return [json.loads(line) for line in ran.stdout.splitlines()], ran.stdout


def near(got, want):
    return got is None if want is None else abs(got - float(want)) <= 1e-5 * abs(float(want)) + 1e-12


def check(rng, folder):
    baskets = world(rng)
    with open(folder + "/lists", "w") as f:
        f.writelines(",".join(b) + "\n" for b in baskets)
    rows = [f"{i},{item}\n" for i, b in enumerate(baskets) for item in b]
    rng.shuffle(rows)
    with open(folder + "/lines", "w") as f:
        f.writelines(["basket,item\n", *rows])
    baskets = [frozenset(b) for b in baskets]
    support = F(rng.randint(1, rng.choice([10, 60])), 100)
    confidence = F(rng.randint(0, 20), 20)
    longest = rng.randint(1, 6)
    sets = sets_of(baskets, max(1, ceil(support * len(baskets))), longest)
    args = ("--support", f"{float(support):.2f}", "--max-length", str(longest))
    got, text = run(folder, "--baskets", "--from", "lists", *args, "lists")
    if {frozenset(r["items"]): r["count"] for r in got} != sets or len(got) != len(sets):
        fail(f"sets of {baskets}: {got}, wanted {sets}")
    for jobs in "1", "3":
        if run(folder, "--baskets", "-j", jobs, *args, "lines")[1] != text:
            fail("lines in another order, or other workers, give other sets")
    args += ("--confidence", f"{float(confidence):.2f}")
    rules, tried = rules_of(baskets, sets, confidence)
    adjusted = holm(rules, tried)
    sort = rng.choice(["lift", "confidence", "support", "leverage", "p"])
    got, text = run(folder, "--rules", "--from", "lists", "--sort", sort, *args, "lists")
    if {(frozenset(r["left"]), r["right"]) for r in got} != set(rules) or len(got) != len(rules):
        fail(f"rules of {baskets}: {got}, wanted {rules}")
    for r in got:
        key = (frozenset(r["left"]), r["right"])
        names = ("count", "support", "confidence", "coverage", "lift", "leverage", "conviction", "p")
        for name, want in (*zip(names, rules[key]), ("p_holm", adjusted[key])):
            if not near(r[name], want):
                fail(f"{name} of {key} is {r[name]}, wanted {want}")
    order = [r[sort] for r in got]
    if order != sorted(order, reverse=sort != "p"):
        fail(f"the rules do not stand by {sort}")
    if run(folder, "--rules", "--sort", sort, "-j", "3", *args, "lines")[1] != text:
        fail("lines in another order give other rules")
    return len(sets), len(rules)


rng = random.Random(seed)
with tempfile.TemporaryDirectory() as folder:
    found = [check(rng, folder) for _ in range(int(os.environ.get("ROUNDS", "60")))]
if sum(s for s, _ in found) < 300 or sum(r for _, r in found) < 300:
    fail(f"the worlds are too poor: {found}")
