#!/usr/bin/env python3
"""cdp-churn table against plain Python: coefficients, scores, AUC, log loss, drift.

Usage: logit.py BUILD_FOLDER    (SEED= and WORLDS= change which tables and how many)
"""
import csv
import json
import math
import os
import random
import subprocess
import sys
import tempfile

TOOL = os.path.join(os.getcwd(), sys.argv[1], "cdp-churn")
WORLDS = int(os.environ.get("WORLDS", "6"))
SEED = int(os.environ.get("SEED", "0") or 0) + 1
problems = 0


def fail(*what):
    global problems
    problems += 1
    print("FAIL:", *what)


def make(rng, rows):
    """Rows of numbers and categories, some missing, some columns alike, one constant but for a row."""
    table = []
    for i in range(rows):
        a, b = rng.gauss(50, 20), rng.expovariate(0.01)
        level = rng.choice(["x", "y", "z"])
        odds = (a - 50) / 20 + (1 if level == "x" else -0.5) - math.log(b + 1) / 4 + rng.gauss(0, 1)
        row = {"a": "%.3f" % a, "twice": "%.3f" % (2 * a), "b": "%.4g" % b, "level": level,
               "rare": "1" if i == 7 else "0", "label": str(int(rng.random() < 1 / (1 + math.exp(-odds))))}
        for column in ("b", "level"):
            if rng.random() < 0.05:
                row[column] = ""
        table.append(row)
    return table


def encode(table, learned):
    """Rows of numbers, by scales and levels of LEARNED: the definition in cdp-models(7)."""
    out = [[] for _ in table]
    for column in ("a", "twice", "b", "level", "rare"):
        there = [r[column] for r in learned if r[column]]
        missing = len(there) < len(learned)
        if column == "level":
            for level in sorted(set(there)):
                for row, r in zip(out, table):
                    row.append(float(r[column] == level))
        else:
            values = [float(x) for x in there]
            mean = sum(values) / len(values)
            deviation = math.sqrt(sum((x - mean) ** 2 for x in values) / len(values)) or 1
            for row, r in zip(out, table):
                row.append((float(r[column]) - mean) / deviation if r[column] else 0.0)
        if missing:
            for row, r in zip(out, table):
                row.append(float(not r[column]))
    return out


def solve(a, b):
    """Gauss with pivots."""
    n = len(b)
    m = [row[:] + [x] for row, x in zip(a, b)]
    for i in range(n):
        best = max(range(i, n), key=lambda k: abs(m[k][i]))
        m[i], m[best] = m[best], m[i]
        for k in range(i + 1, n):
            f = m[k][i] / m[i][i]
            for j in range(i, n + 1):
                m[k][j] -= f * m[i][j]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (m[i][n] - sum(m[i][j] * x[j] for j in range(i + 1, n))) / m[i][i]
    return x


def chance(w, row):
    return 1 / (1 + math.exp(-(w[-1] + sum(p * q for p, q in zip(w, row)))))


def fit(x, y):
    """Newton's method for sum of losses + half the squares of the weights, the intercept last and free."""
    n = len(x[0]) + 1
    w = [0.0] * n
    for _ in range(30):
        g = [w[j] if j < n - 1 else 0.0 for j in range(n)]
        h = [[float(i == j and i < n - 1) for j in range(n)] for i in range(n)]
        for row, label in zip(x, y):
            p, full = chance(w, row), row + [1.0]
            for i in range(n):
                g[i] += (p - label) * full[i]
                for j in range(n):
                    h[i][j] += p * (1 - p) * full[i] * full[j]
        w = [a - b for a, b in zip(w, solve(h, g))]
    return w


def auc(p, y):
    up = [a for a, b in zip(p, y) if b]
    down = [a for a, b in zip(p, y) if not b]
    return sum(1.0 if a > b else 0.5 if a == b else 0.0 for a in up for b in down) / len(up) / len(down)


def write(path, table):
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.DictWriter(f, list(table[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(table)


def close(got, want, relative=2e-5, absolute=2e-5):
    return abs(got - want) <= absolute + relative * abs(want)


def world(number, tmp):
    rng = random.Random(SEED * 1000 + number)
    table = make(rng, rng.choice([230, 260, 300]))
    y = [int(r["label"]) for r in table]
    path, model = os.path.join(tmp, "table.csv"), os.path.join(tmp, "model.json")
    write(path, table)
    subprocess.run([TOOL, "table", "-q", "--label", "label", "--model-kind", "logit", "--force", "--save-model", model, path],
                   check=True, stdout=subprocess.DEVNULL)
    said = json.load(open(model, encoding="utf-8"))
    x = encode(table, table)
    w = fit(x, y)
    got = said["coefficients"]["of_features"] + [said["coefficients"]["intercept"]]
    if len(got) != len(w) or not all(close(a, b) for a, b in zip(got, w)):
        fail(number, "coefficients", got, w)
    folds, losses, out = [], 0, [0.0] * len(table)
    for fold in range(5):
        learned = [i for i in range(len(table)) if i % 5 != fold]
        asked = [i for i in range(len(table)) if i % 5 == fold]
        rows = [table[i] for i in learned]
        v = fit(encode(rows, rows), [y[i] for i in learned])
        for i, row in zip(asked, encode([table[i] for i in asked], rows)):
            out[i] = chance(v, row)
            losses -= math.log(out[i] if y[i] else 1 - out[i])
        folds.append(auc([out[i] for i in asked], [y[i] for i in asked]))
    test = said["test"]["models"][0]
    # Rounded coefficients may turn a pair of nearly equal chances round.
    if not close(said["mean_auc_of_folds"]["logit"], sum(folds) / 5, 0, 1e-3) or not close(test["auc"]["value"], auc(out, y), 0, 1e-3):
        fail(number, "AUC", said["mean_auc_of_folds"], sum(folds) / 5, test["auc"], auc(out, y))
    if not close(test["log_loss_uncalibrated"], losses / len(table)):
        fail(number, "log loss", test["log_loss_uncalibrated"], losses / len(table))
    scored = subprocess.run([TOOL, "table", "-q", "--model", model, path], check=True, capture_output=True, text=True).stdout
    calibration = said.get("calibration")
    for row, r in zip(x, csv.DictReader(scored.splitlines())):
        p = chance(w, row)
        if calibration:
            z = calibration["a"] * math.log(p / (1 - p)) + calibration["b"]
            p = min(max(1 / (1 + math.exp(z)), calibration["least"]), 1 - calibration["least"])
        if not close(float(r["p_churn"]), p, 1e-4):
            fail(number, "score", r, p)
            break
    return x, y, w


def compare_with_sklearn(x, y, w):
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        print("scikit-learn is not installed: not compared with it")
        return
    m = LogisticRegression(C=1, tol=1e-10, max_iter=10000).fit(x, y)
    theirs = list(m.coef_[0]) + [m.intercept_[0]]
    if not all(close(a, b, 1e-4, 1e-4) for a, b in zip(theirs, w)):
        fail("scikit-learn", theirs, w)


with tempfile.TemporaryDirectory() as folder:
    for world_number in range(WORLDS):
        last = world(world_number, folder)
    compare_with_sklearn(*last)
print(WORLDS, "tables")
sys.exit(bool(problems))
