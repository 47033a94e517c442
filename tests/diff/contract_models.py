"""A second computation of cdp-churn's contract models: shares of customers by the recursions that the papers print, over
customers drawn here, and their chances to leave within a horizon.

Usage: contract_models.py CDP_CHURN FOLDER
"""
import calendar, datetime, json, math, random, subprocess, sys

churn, folder = sys.argv[1:3]
R = random.Random(20261130)
AS_OF = datetime.date(2024, 12, 28)
failed = compared = 0
worst = 0.0


def add_months(day, months):
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def draw(count, alpha, beta, shape):
    """(start, renewals lived through, ended): each leaves at the n-th renewal by his own chance, to the power that SHAPE says."""
    customers = []
    for _ in range(count):
        start, chance, n = datetime.date(2021, 1, 1) + datetime.timedelta(R.randrange(1400)), R.betavariate(alpha, beta), 0
        while True:
            if add_months(start, n + 1) > AS_OF:
                customers.append((start, n, False))
                break
            if R.random() > (1 - chance) ** ((n + 1) ** shape - n ** shape):
                customers.append((start, n, True))
                break
            n += 1
    return customers


def write(path, customers):
    def event(day, name):
        return {"type": "track", "time": f"{day}T12:00:00.000Z", "event": name, "props": {"interval": "month", "value": 10}}
    with open(path, "w") as out:
        for i, (start, n, ended) in enumerate(customers):
            events = [event(start, "Subscription Started")] + [event(add_months(start, k), "Subscription Renewed") for k in range(1, n + 1)]
            if ended:
                events.append(event(add_months(start, n + 1), "Subscription Cancelled"))
            print(json.dumps({"type": "profile", "id": f"c{i:05}", "as_of": f"{AS_OF}T23:59:59.999Z", "events": events},
                             separators=(",", ":")), file=out)


def shares(p, most):
    """S(0 .. most) and the chances to leave at each renewal."""
    a, b, c = p["alpha"], p["beta"], p.get("c", 1)
    if c == 1:
        s, leave = [1.0], [0.0, a / (a + b)]
        for t in range(2, most + 1):
            leave.append(leave[-1] * (b + t - 2) / (a + b + t - 1))
        for t in range(1, most + 1):
            s.append(s[-1] - leave[t])
        return s, leave
    lg = math.lgamma
    s = [math.exp(lg(b + t ** c) - lg(a + b + t ** c) - lg(b) + lg(a + b)) for t in range(most + 1)]
    return s, [0.0] + [s[t - 1] - s[t] for t in range(1, most + 1)]


def periods(days):
    """Renewals behind somebody after so many days: a month is not always as long."""
    return math.floor(days / (365.25 / 12) + .1)


def likelihood(p, customers):
    s, leave = shares(p, 60)
    return sum(math.log(leave[n + 1] if ended else s[periods((AS_OF - start).days)]) for start, n, ended in customers)


def compare(what, ours, theirs, tolerance):
    global failed, compared, worst
    compared += 1
    gap = abs(ours - theirs) / max(abs(theirs), 1e-3)
    worst = max(worst, gap)
    if gap > tolerance:
        failed += 1
        print(f"FAIL {what}: {ours}, and {theirs} here")


for alpha, beta, shape in ((.7, 3, 1), (2, 9, 1), (.6, 6, 1.6), (1.5, 5, .7)):
    customers = draw(700, alpha, beta, shape)
    write(f"{folder}/customers", customers)
    for kind in ("sbg", "bdw"):
        run = subprocess.run([churn, "-q", "--force", "--no-calibration", "--model-kind", kind, "--horizon", "100d", "--save-model", f"{folder}/model",
                              f"{folder}/customers"], capture_output=True, text=True, check=True)
        with open(f"{folder}/model") as f:
            period = json.load(f)["periods"][0]
        p = period["parameters"]
        top = likelihood(p, customers)
        compare(f"{kind} log-likelihood", period["log_likelihood"], top, 1e-5)
        for name in p:
            for factor in (.98, 1.02):
                if likelihood({**p, name: p[name] * factor}, customers) > top + 1e-4:
                    failed += 1
                    print(f"FAIL {kind}: {name} = {p[name]} is not at the top")
        s, _ = shares(p, 90)
        for (start, n, ended), line in zip(customers, run.stdout.splitlines()):
            score = json.loads(line).get("scores", {}).get("churn")
            if (score is None) != ended:
                failed += 1
                print(f"FAIL {kind}: {start}, {n}: scored {score}")
            if ended or score is None:
                continue
            age = (AS_OF - start).days
            compare(f"{kind} p_churn", score["p_churn"], 1 - s[periods(age + 100)] / s[periods(age)], 1e-4)
print(f"{compared} figures; greatest relative gap {worst:.1e}")
sys.exit(failed > 0)
