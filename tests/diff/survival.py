"""Random lifetimes: Kaplan-Meier, log-rank, Cox, its checks and distributions by naive formulas, against cdp-churn survival.

Each formula is written down as its definition says it, over all rows at each time, without a matrix library; derivatives of
the distributions' likelihood are differences.  Worlds have ties, strata, late entries, clusters, categories, and every
degenerate form: no events, one row, all censored, all at one time, constant and dependent columns, separation.

Usage: survival.py PROGRAM   (SEED names the worlds, ROUNDS how many)
"""
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile

program = os.path.abspath(sys.argv[1])
seed = int(os.environ.get("SEED", "11"))
rounds = int(os.environ.get("ROUNDS", "30"))


def fail(text):
    print(f"FAIL (SEED={seed}): {text}")
    sys.exit(1)


# ---------------------------------------------------------------- matrices

def solve(a, b):
    """x of a x = b, by elimination with the largest pivot; None where there is none."""
    n = len(a)
    m = [list(map(float, row)) + [v] for row, v in zip(a, b)]
    for i in range(n):
        p = max(range(i, n), key=lambda r: abs(m[r][i]))
        if abs(m[p][i]) < 1e-13:
            return None
        m[i], m[p] = m[p], m[i]
        for r in range(n):
            if r != i:
                f = m[r][i] / m[i][i]
                for c in range(i, n + 1):
                    m[r][c] -= f * m[i][c]
    return [m[i][n] / m[i][i] for i in range(n)]


def inverse(a):
    n = len(a)
    columns = [solve(a, [float(i == j) for i in range(n)]) for j in range(n)]
    return None if any(c is None for c in columns) else [[columns[j][i] for j in range(n)] for i in range(n)]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


# ---------------------------------------------------------------- curves

def at_risk(rows, t):
    return [r for r in rows if r["entry"] < t <= r["exit"]]


def times_of(rows):
    return sorted({r["exit"] for r in rows if r["event"]})


def kaplan_meier(rows, until):
    s, v, h, hv = 1.0, 0.0, 0.0, 0.0
    for t in times_of(rows):
        if t > until:
            break
        n, d = len(at_risk(rows, t)), sum(r["event"] and r["exit"] == t for r in rows)
        s = 0.0 if n == d else s * (1 - d / n)
        v = None if v is None or n == d else v + d / (n * (n - d))
        h, hv = h + d / n, hv + d / n ** 2
    return s, v, h, hv


def log_rank(rows, groups, weighted):
    k = len(groups)
    u, var = [0.0] * k, [[0.0] * k for _ in range(k)]
    for stratum in {r["stratum"] for r in rows}:
        mine, s = [r for r in rows if r["stratum"] == stratum], 1.0
        for t in times_of(mine):
            risk = at_risk(mine, t)
            n, dead = len(risk), [r for r in risk if r["event"] and r["exit"] == t]
            d, w = len(dead), s if weighted else 1.0
            share = [sum(r["group"] == g for r in risk) / n for g in groups]
            for i in range(k):
                u[i] += w * (sum(r["group"] == groups[i] for r in dead) - d * share[i])
                for j in range(k):
                    if n > 1:
                        var[i][j] += w * w * d * (n - d) / (n - 1) * share[i] * ((i == j) - share[j])
            s *= 1 - d / n
    used = [i for i in range(k) if var[i][i] > 1e-12][:-1]
    if not used:
        return None
    x = solve([[var[i][j] for j in used] for i in used], [u[i] for i in used])
    return x and dot(x, [u[i] for i in used])


# ---------------------------------------------------------------- Cox

def cox_sums(rows, b, g=lambda t: 1.0):
    """Efron's log-likelihood with gradient and information, each time weighted by g."""
    p = len(b)
    ll, u, info = 0.0, [0.0] * p, [[0.0] * p for _ in range(p)]
    for stratum in {r["stratum"] for r in rows}:
        mine = [r for r in rows if r["stratum"] == stratum]
        for t in times_of(mine):
            risk = [(math.exp(dot(r["x"], b)), r["x"], r["event"] and r["exit"] == t) for r in at_risk(mine, t)]
            dead = [r for r in risk if r[2]]
            d = len(dead)
            for e, x, _ in dead:
                ll += math.log(e)
                u = [a + g(t) * v for a, v in zip(u, x)]
            for l in range(d):
                w = [(e * (1 - l / d) if event else e, x) for e, x, event in risk]
                s = sum(e for e, _ in w)
                mean = [sum(e * x[i] for e, x in w) / s for i in range(p)]
                ll -= math.log(s)
                u = [a - g(t) * m for a, m in zip(u, mean)]
                for i in range(p):
                    for j in range(p):
                        info[i][j] += g(t) * (sum(e * x[i] * x[j] for e, x in w) / s - mean[i] * mean[j])
    return ll, u, info


def cox_fit(rows, p):
    b = [0.0] * p
    for _ in range(40):
        ll, u, info = cox_sums(rows, b)
        step = solve(info, u)
        if step is None:
            return None
        size = max(abs(v) for v in step)
        step = [v * min(1, 3 / size) if size else v for v in step]
        b = [x + y for x, y in zip(b, step)]
        if size < 1e-11:
            return b
        if max(abs(v) for v in b) > 25:
            return None
    return None


def cox_residuals(rows, b):
    """Score residuals by their definition: what each row adds to the gradient, step by step of each tie."""
    p = len(b)
    out = {id(r): [0.0] * p for r in rows}
    for stratum in {r["stratum"] for r in rows}:
        mine = [r for r in rows if r["stratum"] == stratum]
        for t in times_of(mine):
            risk = at_risk(mine, t)
            dead = [r for r in risk if r["event"] and r["exit"] == t]
            d = len(dead)
            for l in range(d):
                w = {id(r): math.exp(dot(r["x"], b)) * (1 - l / d if r["event"] and r["exit"] == t else 1) for r in risk}
                s = sum(w.values())
                mean = [sum(w[id(r)] * r["x"][i] for r in risk) / s for i in range(p)]
                for r in risk:
                    for i in range(p):
                        gap = r["x"][i] - mean[i]
                        out[id(r)][i] -= w[id(r)] / s * gap
                        if r["event"] and r["exit"] == t:
                            out[id(r)][i] += gap / d
    return out


def concordance(rows, b):
    wins = pairs = 0.0
    each = {id(r): [0.0, 0.0] for r in rows}
    for r in rows:
        if not r["event"]:
            continue
        for o in rows:
            later = o["exit"] > r["exit"] or (o["exit"] == r["exit"] and not o["event"])
            if o is r or o["stratum"] != r["stratum"] or not later or not o["entry"] < r["exit"]:
                continue
            gap = dot(r["x"], b) - dot(o["x"], b)
            win = 0.5 if abs(gap) < 1e-12 else float(gap > 0)
            wins, pairs = wins + win, pairs + 1
            for q in (r, o):
                each[id(q)][0] += win
                each[id(q)][1] += 1
    if not pairs:
        return None, None
    c = wins / pairs
    return c, math.sqrt(sum(((w - c * n) / pairs) ** 2 for w, n in each.values()))


def transform_of(rows, name):
    if name == "km":
        times = [t for t in times_of(rows)]
        return lambda t: 1 - kaplan_meier(rows, max([x for x in times if x < t], default=-1))[0]
    if name == "rank":
        exits = sorted(r["exit"] for r in rows)
        return lambda t: sum(e < t for e in exits) + (sum(e == t for e in exits) + 1) / 2
    return (lambda t: t) if name == "identity" else math.log


def check_hazards(rows, b, name):
    """The score test of x g(t) in a model of 2p columns, as a whole."""
    p = len(b)
    g = transform_of(rows, name)
    _, _, plain = cox_sums(rows, b)
    _, u, once = cox_sums(rows, b, g)
    _, _, twice = cox_sums(rows, b, lambda t: g(t) ** 2)
    whole = [plain[i] + once[i] for i in range(p)] + [once[i] + twice[i] for i in range(p)]
    score = [0.0] * p + u
    x = solve(whole, score)
    return x and dot(x, score)


# ---------------------------------------------------------------- distributions

def log_f_s(form, z):
    """ln f and ln S of the error."""
    if form == "weibull":
        return z - math.exp(z), -math.exp(z)
    if form == "log-normal":
        return -z * z / 2 - math.log(2 * math.pi) / 2, math.log(math.erfc(z / math.sqrt(2)) / 2)
    soft = math.log1p(math.exp(-abs(z))) + max(z, 0)
    return z - 2 * soft, -soft


def aft_likelihood(rows, form, theta):
    """theta: coefficients, constant, ln sigma."""
    total, sigma = 0.0, math.exp(theta[-1])
    for r in rows:
        at = dot(r["x"], theta[:-2]) + theta[-2]
        f, s = log_f_s(form, (math.log(r["exit"]) - at) / sigma)
        total += f - theta[-1] - math.log(r["exit"]) if r["event"] else s
        if r["entry"] > 0:
            total -= log_f_s(form, (math.log(r["entry"]) - at) / sigma)[1]
    return total


def aft_slope(rows, form, theta, i, h=1e-5):
    a, b = list(theta), list(theta)
    a[i] += h
    b[i] -= h
    return (aft_likelihood(rows, form, a) - aft_likelihood(rows, form, b)) / (2 * h)


def aft_curvature(rows, form, theta, h=1e-3):
    """The negative matrix of second differences of the likelihood."""
    n = len(theta)

    def at(i, j, si, sj):
        moved = list(theta)
        moved[i] += si * h
        moved[j] += sj * h
        return aft_likelihood(rows, form, moved)
    return [[-(at(i, j, 1, 1) - at(i, j, 1, -1) - at(i, j, -1, 1) + at(i, j, -1, -1)) / (4 * h * h)
             for j in range(n)] for i in range(n)]


# ---------------------------------------------------------------- the program

def run(text, *options):
    with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as f:
        f.write(text)
    r = subprocess.run([program, "survival", "-q", "-t", "json", "--time", "exit", "--event", "event", *options, f.name],
                       capture_output=True, text=True)
    os.unlink(f.name)
    if r.returncode not in (0, 2):
        fail(f"{options}: exit {r.returncode}: {r.stderr}\n{text[:2000]}")
    if re.search(r"\b(nan|inf)\b", r.stdout + r.stderr, re.I):
        fail(f"{options}: not a number: {r.stdout} {r.stderr}")
    return (json.loads(r.stdout) if r.returncode == 0 else None), r.stderr


def table(rows):
    lines = ["entry,exit,event,group,stratum,cluster,a,b,c"]
    for r in rows:
        lines.append(",".join(str(v) for v in (r["entry"], r["exit"], r["event"], r["group"], r["stratum"], r["cluster"],
                                              r["a"], r["b"], r["c"])))
    return "\n".join(lines) + "\n"


def same(what, got, want, rows, tolerance=2e-5):
    if want is None and got is None:
        return
    if want is None or got is None or not abs(got - want) <= tolerance * (1e-3 + abs(want)):
        fail(f"{what}: {got}, not {want}\n{table(rows)}")


def world(rng, n):
    whole, late = rng.random() < 0.5, rng.random() < 0.4
    strata = rng.choice([1, 1, 3])
    rows = []
    for i in range(n):
        a, b, c = round(rng.gauss(0, 1), 2), rng.randint(0, 1), rng.choice(["x", "y", "z"])
        scale = math.exp(-0.5 * a + 0.6 * b - (0.4 if c == "y" else 0))
        exit = rng.expovariate(1 / (6 * scale)) + 0.05
        end = rng.uniform(2, 15)
        event, exit = int(exit <= end), min(exit, end)
        exit = float(math.ceil(exit)) if whole else round(exit, 3)
        entry = round(exit * rng.uniform(0, 0.8), 2) if late and rng.random() < 0.6 else 0
        rows.append({"entry": entry if entry < exit else 0, "exit": exit, "event": event, "group": rng.choice("pqr"),
                     "stratum": rng.randint(1, strata), "cluster": rng.randint(1, max(2, n // 3)), "a": a, "b": b, "c": c})
    return rows, late


def with_x(rows):
    levels = sorted({r["c"] for r in rows})
    for r in rows:
        r["x"] = [r["a"], float(r["b"])] + [float(r["c"] == l) for l in levels[1:]]
    return len(levels) + 1


def check_curves(rows, late, rng):
    groups = sorted({r["group"] for r in rows})
    times = sorted(rng.sample(range(1, 15), 3))
    options = ["--by", "group", "--strata", "stratum", "--times", ",".join(map(str, times))]
    got, err = run(table(rows), *options, *(["--entry", "entry"] if late else []))
    if got is None:
        fail(f"curves: {err}")
    used = rows if late else [dict(r, entry=-1) for r in rows]
    for point in got["curve"]:
        mine = [r for r in used if r["group"] == point["group"]]
        s, v, h, hv = kaplan_meier(mine, point["time"])
        same("S", point["survival"], s, rows)
        same("se", point["se"], None if v is None else s * math.sqrt(v), rows)
        same("H", point["cumulative_hazard"], h, rows)
        same("se of H", point["cumulative_hazard_se"], math.sqrt(hv), rows)
        same("at risk", point["at_risk"], len(at_risk(mine, point["time"])), rows)
        if v and 0 < s < 1:
            width = 1.959963984540054 * math.sqrt(v) / -math.log(s)
            same("low", point["low"], s ** math.exp(width), rows)
            same("high", point["high"], s ** math.exp(-width), rows)
    if len(groups) > 1:
        for test, weighted in (("log-rank", False), ("peto-peto", True)):
            said = next(t for t in got["tests"] if t["test"] == test)
            same(test, said["chi_square"], log_rank(used, groups, weighted), rows, 1e-4)


def check_cox(rows, late, rng):
    p = with_x(rows)
    name = rng.choice(["km", "rank", "identity", "log"])
    options = ["--covariates", "a,b,c", "--strata", "stratum", "--check-hazards", name, "--cluster", "cluster", "--times", "5"]
    got, err = run(table(rows), *options, *(["--entry", "entry"] if late else []))
    used = rows if late else [dict(r, entry=-1) for r in rows]
    b = cox_fit(used, p) if any(r["event"] for r in rows) else None
    if got is None:
        if b is not None and max(abs(v) for v in b) < 8:
            fail(f"Cox was refused: {err} but {b}\n{table(rows)}")
        return 0
    if b is None:
        fail(f"Cox has no best fit, and got one: {got['coefficients']}\n{table(rows)}")
    ll, _, info = cox_sums(used, b)
    var = inverse(info)
    said = got["coefficients"]
    for i, c in enumerate(said):
        same(f"coefficient {c['name']}", c["coef"], b[i], rows, 1e-4)
        same(f"se {c['name']}", c["se"], math.sqrt(var[i][i]), rows, 1e-4)
    null = cox_sums(used, [0.0] * p)
    same("log-likelihood", got["model"]["log_likelihood"], ll, rows)
    same("null", got["model"]["log_likelihood_null"], null[0], rows)
    x = solve(null[2], null[1])
    same("score test", got["model"]["score_test"], dot(x, null[1]), rows)
    c, se = concordance(used, b)
    same("concordance", got["model"].get("concordance"), c, rows)
    same("its se", got["model"].get("concordance_se"), se, rows, 1e-4)
    groups, residuals = {}, cox_residuals(used, b)
    for r in used:
        sums = groups.setdefault(r["cluster"], [0.0] * p)
        for i in range(p):
            sums[i] += residuals[id(r)][i]
    influence = [[dot(row, [var[j][i] for j in range(p)]) for i in range(p)] for row in groups.values()]
    for i, c in enumerate(said):
        same(f"robust se {c['name']}", c["robust_se"], math.sqrt(sum(v[i] ** 2 for v in influence)), rows, 1e-4)
    same(f"hazards by {name}", got["hazards"][-1]["chi_square"], check_hazards(used, b, name), rows, 2e-3)
    for point in got["baseline"]:
        mine = [r for r in used if str(r["stratum"]) == point["stratum"]]
        h = 0.0
        for t in times_of(mine):
            risk = at_risk(mine, t)
            d = sum(r["event"] and r["exit"] == t for r in mine)
            for l in range(d) if t <= 5 else []:
                h += 1 / sum(math.exp(dot(r["x"], b)) * (1 - l / d if r["event"] and r["exit"] == t else 1) for r in risk)
        same("baseline", point["cumulative_hazard"], h, rows, 1e-4)
    return 1


def check_distribution(rows, late, rng):
    """At the fit no parameter has a slope, beside the curvature; and the variances are those of the curvature."""
    p = with_x(rows)
    form = rng.choice(["weibull", "log-normal", "log-logistic"])
    got, err = run(table(rows), "--covariates", "a,b,c", "--distribution", form, *(["--entry", "entry"] if late else []))
    used = rows if late else [dict(r, entry=0) for r in rows]
    if got is None:
        # Without late entries the likelihood is concave: where Cox has an answer this has one.
        b = None if late else cox_fit([dict(r, stratum=1) for r in used], p)
        if b is not None and max(abs(v) for v in b) < 5:
            fail(f"{form} was refused: {err}\n{table(rows)}")
        return 0
    late_fits.append(late)
    said = got["distribution"]
    theta = [c["coef"] for c in said]
    if said[-1]["name"] == "log(shape)":
        theta[-1] = -theta[-1]
    curvature = aft_curvature(used, form, theta)
    var = inverse(curvature)
    same("log-likelihood", got["fit"]["log_likelihood"], aft_likelihood(used, form, theta), rows)
    step = solve(curvature, [aft_slope(used, form, theta, i) for i in range(p + 2)])
    for i, c in enumerate(said):
        same(f"{form} se {c['name']}", c["se"], math.sqrt(var[i][i]), rows, 2e-3)
        if not abs(step[i]) < 1e-4 * (abs(theta[i]) + c["se"]):
            fail(f"{form}: {c['name']} {theta[i]} is not the best: it would go by {step[i]}\n{table(rows)}")
    return 1


def degenerate(rng):
    """No world has a figure that is none, whatever is asked of it; and what cannot be fitted is a sentence."""
    rows, _ = world(rng, 30)
    for what, change, refused in (
            ("no events", lambda r: r.update(event=0), True),
            ("one time", lambda r: r.update(exit=3.0, event=1, entry=0), False),
            ("constant", lambda r: r.update(a=2), True),
            ("dependent", lambda r: r.update(a=2 * r["b"] + 1), True),
            ("separated", lambda r: r.update(event=r["event"] if r["b"] else 0), True)):
        changed = [dict(r) for r in rows]
        for r in changed:
            change(r)
        for options in ([], ["--by", "group"], ["--covariates", "a,b,c"], ["--covariates", "b", "--strata", "group"],
                        ["--covariates", "b", "--distribution", "all"], ["--entry", "entry"]):
            got, err = run(table(changed), *options)
            if options == ["--covariates", "a,b,c"] and refused and (got or not err.strip()):
                fail(f"{what} is not refused: {got}")
    for n in (1, 2, 3):
        for event in (0, 1):
            few = [dict(r, event=event) for r in rows[:n]]
            for options in ([], ["--by", "group"], ["--covariates", "a"], ["--distribution", "weibull"],
                            ["--covariates", "a", "--robust", "--check-hazards", "rank"]):
                run(table(few), *options)


rng = random.Random(seed)
fits, late_fits = 0, []
for number in range(rounds):
    lifetimes, late = world(rng, rng.randint(12, 45))
    check_curves(lifetimes, late, rng)
    fits += check_cox(lifetimes, late, rng)
    fits += check_distribution(lifetimes, late, rng)
    if number % 10 == 0:
        degenerate(rng)
if fits < rounds or sum(late_fits) < rounds / 8:
    fail(f"only {fits} fits in {rounds} worlds, {sum(late_fits)} with late entries")
print(f"{rounds} worlds, {fits} fits")
