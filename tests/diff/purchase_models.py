"""A second computation of cdp-churn's purchase models, by other routes: sums over purchases instead of
Euler's series, the published hypergeometric forms (mpmath) or Simpson's rule instead of Gauss and Legendre.

Usage: purchase_models.py CDP_CHURN FOLDER [plain|exact]
"""
import datetime, json, math, random, subprocess, sys

try:
    import mpmath
    mpmath.mp.dps = 30
except ImportError:
    mpmath = None

churn, folder, how = sys.argv[1:4]
R = random.Random(20261130)
AS_OF = datetime.date(2024, 12, 31)
lg = math.lgamma


def lbeta(a, b):
    return lg(a) + lg(b) - lg(a + b)


def logsum(terms):
    top = max(terms)
    return top + math.log(sum(math.exp(t - top) for t in terms))


# ---- histories -------------------------------------------------------------------------------------------

def history(x, T):
    """Days of purchases, the first at 0: x more, evenly strewn."""
    if x >= T:
        return list(range(x + 1))
    return [0] + sorted(R.sample(range(1, T + 1), x))


def write_profiles(path, histories):
    with open(path, "w") as out:
        for number, (days, T) in enumerate(histories):
            first = AS_OF - datetime.timedelta(T)
            events = [{"type": "track", "time": f"{first + datetime.timedelta(d)}T12:00:00.000Z", "event": "Order Completed",
                       "props": {"order_id": f"{number}-{d}"}} for d in days]
            print(json.dumps({"type": "profile", "id": f"c{number:04}", "as_of": f"{AS_OF}T23:59:59.999Z", "events": events},
                             separators=(",", ":")), file=out)


# ---- BG/NBD and its variations ---------------------------------------------------------------------------

def ticks(p, x, t_x, T):
    """The logarithm of each number of ticks since the last purchase, and their sum."""
    r, alpha, k = p["r"], p["alpha"], p["k"]
    n, q = r + k * x, (T - t_x) / (alpha + T)
    return [lg(n + j) - lg(n) - lg(j + 1) + (j * math.log(q) if q > 0 else 0 if j == 0 else -math.inf) for j in range(k)]


def left_and_stayed(p, x, t_x, T):
    """ln of the two parts of the likelihood, without what they share."""
    n, m = p["r"] + p["k"] * x, p["m"]
    stayed = logsum(ticks(p, x, t_x, T)) - n * math.log(p["alpha"] + T)
    if p["nbd"]:
        return -math.inf, stayed
    stayed += lbeta(p["a"], p["b"] + x + m) - lbeta(p["a"], p["b"])
    if x + m == 0:
        return -math.inf, stayed
    return lbeta(p["a"] + 1, p["b"] + x + m - 1) - lbeta(p["a"], p["b"]) - n * math.log(p["alpha"] + t_x), stayed


def bg_likelihood(p, x, t_x, T):
    n = p["r"] + p["k"] * x
    return logsum(left_and_stayed(p, x, t_x, T)) + lg(n) - lg(p["r"]) + p["r"] * math.log(p["alpha"])


def bg_predict(p, x, t_x, T, t):
    left, stayed = left_and_stayed(p, x, t_x, T)
    alive = 1 / (1 + math.exp(min(left - stayed, 700)))
    weights, k = ticks(p, x, t_x, T), p["k"]
    total = logsum(weights)
    none = expected = 0.0
    for j in range(k):
        weight = math.exp(weights[j] - total)
        if weight == 0:
            continue
        n, u = p["r"] + k * x + j, t / (p["alpha"] + T + t)
        log_p = [n * math.log1p(-u)]
        mean = n * u / (1 - u)
        most = int(mean + 40 * math.sqrt(mean / (1 - u) + 1) + 60 / (1 - u) + 60)
        for i in range(most):
            log_p.append(log_p[-1] + math.log((n + i) / (i + 1) * u))
        none += weight * sum(math.exp(v) for v in log_p[:k - j])
        # P(N >= nk - j) times the chance to have stayed until then, over the purchases n.
        tail = [0.0] * (len(log_p) + 1)
        for i in range(len(log_p) - 1, -1, -1):
            tail[i] = tail[i + 1] + math.exp(log_p[i])
        stay, number = 1.0, 1
        while number * k - j < len(log_p):
            expected += weight * stay * tail[number * k - j]
            if not p["nbd"]:
                b = p["b"] + x + p["m"] + number - 1
                stay *= b / (p["a"] + b)
            number += 1
    return alive, 1 - alive + alive * none, alive * expected


def bg_exact(p, x, t_x, T, t):
    """k = 1: the published form with 2F1(r+x, b+x; a+b+x-1; u)."""
    M = mpmath.mpf
    r, alpha, a, b, m = M(p["r"]), M(p["alpha"]), M(p["a"]), M(p["b"]), p["m"]
    x, t_x, T, t = M(x), M(t_x), M(T), M(t)
    z = a / (b + x - 1 + m) * ((alpha + T) / (alpha + t_x)) ** (r + x) if x + m > 0 else M(0)
    alive = 1 / (1 + z)
    c = a + b + x - 1 + m
    E = c / (a - 1) * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x) *
                       mpmath.hyp2f1(r + x, b + x + m, c, t / (alpha + T + t)))
    none = 1 - alive * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x))
    return alive, none, alive * E


# ---- Pareto/NBD ------------------------------------------------------------------------------------------

def log_integral(A, p, B, q, length):
    """ln of the integral of (1+y/A)^-p (1+y/B)^-q from 0 to length: Simpson's rule in ln(1 + y/s), s small."""
    if length == 0:
        return -math.inf
    s = min(A, B, A / p if p > 1 else A, B / q if q > 1 else B)
    end, steps = math.log1p(length / s), 3000
    values = []
    for i in range(steps + 1):
        v = end * i / steps
        y = s * math.expm1(v)
        values.append(math.log(1 if i in (0, steps) else 4 if i % 2 else 2) + v - p * math.log1p(y / A) - q * math.log1p(y / B))
    return logsum(values) + math.log(s * end / (3 * steps))


def pareto_parts(p, x, t_x, T, integral):
    r, alpha, s, beta = p["r"], p["alpha"], p["a"], p["b"]
    stayed = -(r + x) * math.log(alpha + T) - s * math.log(beta + T)
    left = (math.log(s) - (r + x) * math.log(alpha + t_x) - (s + 1) * math.log(beta + t_x) +
            integral(alpha + t_x, r + x, beta + t_x, s + 1, T - t_x))
    return left, stayed


def pareto_likelihood(p, x, t_x, T):
    r, alpha, s, beta = p["r"], p["alpha"], p["a"], p["b"]
    return (lg(r + x) - lg(r) + r * math.log(alpha) + s * math.log(beta) +
            logsum([v for v in pareto_parts(p, x, t_x, T, log_integral) if v > -math.inf]))


def exact_integral(A, p, B, q, length):
    if length == 0:
        return -math.inf
    A, p, B, q, length = map(mpmath.mpf, (A, p, B, q, length))
    s = min(A, B, A / p, B / q if q > 0 else B)
    end = mpmath.log1p(length / s)
    pieces = [end * i / 12 for i in range(13)]
    f = lambda v: mpmath.exp(v) * (1 + s * mpmath.expm1(v) / A) ** -p * (1 + s * mpmath.expm1(v) / B) ** -q
    return float(mpmath.log(s * mpmath.quad(f, pieces, maxdegree=5)))


def pareto_predict(p, x, t_x, T, t, integral=log_integral):
    r, alpha, s, beta = p["r"], p["alpha"], p["a"], p["b"]
    left, stayed = pareto_parts(p, x, t_x, T, integral)
    alive = 1 / (1 + math.exp(min(left - stayed, 700)))
    some = (r + x) / (alpha + T) * math.exp(integral(alpha + T, r + x + 1, beta + T, s, t))
    w = math.log1p(t / (beta + T))
    expected = (r + x) * (beta + T) / (alpha + T) * (w if s == 1 else -math.expm1((1 - s) * w) / (s - 1))
    return alive, 1 - alive * some, alive * expected


# ---- BG/BB: the published sums, term by term ---------------------------------------------------------------

def bb_parts(p, x, t_x, T):
    """ln of being active at T, and of having left before each occasion behind t_x."""
    A, B, G, D = p["r"], p["alpha"], p["a"], p["b"]
    one, two = lbeta(A, B), lbeta(G, D)
    return (lbeta(A + x, B + T - x) - one + lbeta(G, D + T) - two,
            [lbeta(A + x, B + t_x - x + i) - one + lbeta(G + 1, D + t_x + i) - two for i in range(T - t_x)])


def bb_likelihood(p, x, t_x, T):
    active, left = bb_parts(p, x, t_x, T)
    return logsum([active] + left)


def bb_predict(p, x, t_x, T, t):
    A, B, G, D = p["r"], p["alpha"], p["a"], p["b"]
    active, left = bb_parts(p, x, t_x, T)
    alive = math.exp(active - logsum([active] + left))
    silent = [math.exp(lbeta(A + x, B + T - x + j) - lbeta(A + x, B + T - x)) for j in range(t + 1)]
    leaves = [math.exp(lbeta(G + 1, D + T + j) - lbeta(G, D + T)) for j in range(t)]
    stays = [math.exp(lbeta(G, D + T + j) - lbeta(G, D + T)) for j in range(t + 1)]
    none = math.fsum(a * b for a, b in zip(silent, leaves)) + silent[t] * stays[t]
    return alive, 1 - alive + alive * none, alive * (A + x) / (A + B + T) * math.fsum(stays[1:])


def predict(kind, p, x, t_x, T, t):
    if kind == "bgbb":
        return bb_predict(p, x, t_x, T, t)
    exact = how == "exact" and x <= 400
    if kind == "pareto_nbd":
        return pareto_predict(p, x, t_x, T, t, exact_integral if exact else log_integral)
    if exact and p["k"] == 1 and not p["nbd"]:
        return tuple(map(float, bg_exact(p, x, t_x, T, t)))
    return bg_predict(p, x, t_x, T, t)


# ---- comparing -------------------------------------------------------------------------------------------

def between(low, high):
    return float(f"{low * (high / low) ** R.random():.6g}")


def draw(kind):
    p = {"r": between(.05, 20), "alpha": between(1, 800), "a": between(.05, 20), "b": between(.1, 200),
         "m": int(kind in ("mbgnbd", "mbgcnbd")), "k": R.randrange(2, 13) if "cnbd" in kind else 1, "nbd": kind == "nbd"}
    if kind == "pareto_nbd":
        p["a"], p["b"] = between(.05, 8), between(1, 3000)
    if kind == "bgbb":
        p["alpha"] = between(.1, 200)
    return p


NAMES = {"pareto_nbd": ("r", "alpha", "s", "beta"), "bgbb": ("alpha", "beta", "gamma", "delta")}


def model_text(kind, p):
    names = NAMES.get(kind, ("r", "alpha", "a", "b"))
    parameters = dict(zip(names, (p["r"], p["alpha"], p["a"], p["b"])))
    model = {"format": 1, "model": kind, "as_of": f"{AS_OF}T23:59:59.999Z", "time_zone": "UTC", "time_unit": "day",
             "parameters": parameters, "spend": []}
    if "cnbd" in kind:
        model["k"] = p["k"]
    return json.dumps(model)


KINDS = ("bgnbd", "mbgnbd", "pareto_nbd", "bgcnbd", "mbgcnbd", "nbd", "bgbb")
failed = compared = 0
worst = {}


def compare(kind, what, ours, theirs, p, where):
    global failed, compared
    compared += 1
    gap = 0 if abs(theirs) < 1e-12 and ours == 0 else abs(ours - theirs) / (abs(theirs) + 1e-9)  # less is written as 0
    worst[kind] = max(worst.get(kind, 0), gap)
    if not gap <= 1e-5:
        failed += 1
        if failed < 20:
            print(f"FAIL {kind} {what}: {ours} here, {theirs} there; {p} {where}")


def check_predictions():
    exact = how == "exact"
    histories = [(history(x, T), T) for x, T in ((0, 0), (0, 1), (0, 700), (1, 3), (1, 400), (2, 700), (5, 30), (12, 1500), (40, 900),
                                                  (300, 400), (300, 3000)) + (() if exact else ((5000, 5200),))]
    histories += [(history(6, 60), 400), (history(90, 200), 230)]
    write_profiles(f"{folder}/profiles", histories)
    for kind in KINDS[:3] if exact else KINDS:
        for _ in range(1 if exact else 2):
            p, t = draw(kind), R.choice((1, 30, 90, 365))
            with open(f"{folder}/model", "w") as f:
                f.write(model_text(kind, p))
            run = subprocess.run([churn, "-q", "--model", f"{folder}/model", "--horizon", f"{t}d", f"{folder}/profiles"],
                                 capture_output=True, text=True, check=True)
            for (days, T), line in zip(histories, run.stdout.splitlines()):
                score = json.loads(line)["scores"][kind]
                x, t_x = len(days) - 1, days[-1]
                want = predict(kind, p, x, t_x, T, t)
                for what, theirs in zip(("p_alive", "p_churn", "expected_purchases"), want):
                    compare(kind, what, score[what], theirs, p, (x, t_x, T, t))


def check_fits():
    """What is fitted is where this likelihood has its top, and has the value that was printed."""
    customers = []
    for _ in range(150):
        T, day, days = R.randrange(200, 400), 0, [0]
        gap, stays = R.gammavariate(2, 12) + 2, R.betavariate(3, 1)
        while R.random() < stays:
            day += max(1, round(R.gammavariate(3, gap / 3)))
            if day > T:
                break
            days.append(day)
        customers.append((days, T))
    write_profiles(f"{folder}/fit", customers)
    for kind in KINDS:
        subprocess.run([churn, "-q", "--unit", "day", "--model-kind", kind.replace("_", "-"), "--save-model", f"{folder}/fitted", "-o", "/dev/null",
                        f"{folder}/fit"], check=True)
        with open(f"{folder}/fitted") as f:
            model = json.load(f)
        v = list(model["parameters"].values())
        base = {"r": v[0], "alpha": v[1], "a": v[2] if len(v) > 2 else 1, "b": v[3] if len(v) > 2 else 1,
                "m": int(kind in ("mbgnbd", "mbgcnbd")), "k": model.get("k", 1), "nbd": len(v) == 2}

        def likelihood(p):
            of_row = bb_likelihood if kind == "bgbb" else pareto_likelihood if kind == "pareto_nbd" and not p["nbd"] else bg_likelihood
            k = p["k"]
            gaps = sum(math.log(b - a) for days, _ in customers for a, b in zip(days, days[1:]))
            return (sum(of_row(p, len(days) - 1, days[-1], T) for days, T in customers) +
                    (k - 1) * gaps - sum(len(days) - 1 for days, _ in customers) * lg(k))

        top = likelihood(base)
        compare(kind, "log-likelihood", model["log_likelihood"], top, base, "fit")
        for name in ("r", "alpha") if base["nbd"] else ("r", "alpha", "a", "b"):
            for factor in (.99, 1.01):
                if likelihood({**base, name: base[name] * factor}) > top + 1e-5:
                    globals()["failed"] += 1
                    print(f"FAIL {kind}: {name} = {base[name]} is not at the top")
        if "cnbd" in kind and model["k"] < 2:
            globals()["failed"] += 1
            print(f"FAIL {kind}: k = {model['k']} of even buyers")


check_predictions()
if how == "plain":
    check_fits()
print(f"{how}: {compared} figures; greatest relative gap " + ", ".join(f"{k} {v:.1e}" for k, v in worst.items()))
sys.exit(failed > 0)
