"""A made shop, night after night, by the script of cdp(7), against what its maker knows.

Usage: nights.py TOOLS SCRIPT NIGHTS PEOPLE SEED

Families share an address and a landline; six sources send files that overlap, are corrected, late, cut
off, sent twice; somebody joins two people by mistake and undoes it; some ask to be forgotten, and the
sources go on sending them; and some nights the script is killed, and run again.  Held against a second computation: money to the cent, who is whom (pairs of
records), ids and the feed of changes, that nobody who was forgotten comes back and nobody else goes, and
that the nightly rebuild is what increments make.
"""
import collections
import csv
import datetime
import decimal
import io
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

TOOLS, SCRIPT, NIGHTS, PEOPLE, SEED = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), *map(int, sys.argv[3:6])
ERASURES = {NIGHTS // 3, NIGHTS // 2, *({NIGHTS * 2 // 3, NIGHTS * 4 // 5} if NIGHTS > 20 else ())}
DAY = datetime.timedelta(days=1)
START = datetime.date(2025, 9, 1)
FIRST = "Ada Ben Cia Dov Eva Finn Gro Hugo Ida Jon Kaja Lars Mona Nils Olga Per Rita Sven Tone Ulf Vera Wim Yngve Zoe".split()
LAST = "Berg Dahl Eide Falk Gran Holm Iversen Jensen Krog Lund Moen Ness Olsen Prydz Rask Sand Thorsen Vik".split()
CITIES = "Bergen Oslo Bodo Molde Hamar Narvik".split()
MAPS = {
    "shop": "source = shop|id: order_no|event: \"Order Completed\"|time: ordered_at|version: updated_at|order_id: order_no|"
            "revenue: total|currency: currency|shop_id: customer_no|email: email",
    "till": "source = till|id: receipt|event: \"Order Completed\"|time: at|order_id: receipt|revenue: total|currency: \"EUR\"|"
            "phone: phone|email: email",
    "crm": "source = crm|type = identify|id: contact_no|version: updated_at|time: updated_at|crm_id: contact_no|"
           "first_name: first_name|last_name: last_name|birth_date: birth_date|email: email|phone: phone|city: city|address: street",
    "news": "source = news|type = identify|id: email|time: subscribed_at|email: email|first_name: first_name",
    "web": "source = web|id: messageId|time: timestamp|event: event|anonymous_id: anonymousId|email: traits.email",
    "desk": "source = desk|id: ticket|event: \"Ticket Opened\"|time: opened_at|email: email|phone: phone|props.subject: subject",
}


class Person:
    def __init__(self, n, family, rng):
        self.n, self.family = n, family
        self.first = rng.choice(FIRST)
        self.birth = datetime.date(1950, 1, 1) + datetime.timedelta(days=rng.randrange(20000))
        self.email = f"{self.first.lower()}.{family.last.lower()}{n}@example.com"
        self.mobile = f"+47900{n:05d}" if rng.random() < .6 else ""
        self.cookies = [f"c{n}-{i}" for i in range(rng.choice((0, 1, 1, 2)))]
        self.in_crm, self.in_news = rng.random() < .7, rng.random() < .4
        self.left = False

    def phone(self, rng):
        return self.family.landline if not self.mobile or rng.random() < .15 else self.mobile


class Family:
    def __init__(self, n, rng):
        self.last, self.city = rng.choice(LAST), rng.choice(CITIES)
        self.street, self.landline = f"Street {n} {rng.randrange(1, 90)}", f"+47220{n:05d}"


class World:
    """People, and what each source knows on a day.  Truth: whose each record is, what each order cost last."""

    def __init__(self, rng):
        self.rng, self.people, self.orders, self.truth = rng, [], [], {}
        self.waiting, self.tickets, self.receipts, self.known = {}, 0, {}, set()
        self.payers = {}
        while len(self.people) < PEOPLE:
            family = Family(len(self.people), rng)
            for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
                self.people.append(Person(len(self.people), family, rng))

    def mark(self, source, record, person):
        self.truth[f"{source}/{record}"] = person.n
        return record

    def shop(self, day):
        """The orders of the last three days; one in ten was corrected since."""
        for _ in range(max(2, PEOPLE // 25)):
            p = self.rng.choice(self.people)
            self.orders.append({"order_no": f"S{len(self.orders)}", "ordered_at": f"{day} 1{self.rng.randrange(10)}:00",
                                "updated_at": f"{day} 20:00", "total": f"{self.rng.randrange(500, 20000) / 100:.2f}", "currency": "EUR",
                                "customer_no": f"{1000 + p.n}", "email": p.email, "person": p, "day": day})
        for o in self.orders:
            if day - 2 * DAY <= o["day"] < day and self.rng.random() < .1:
                o["total"], o["updated_at"] = f"{float(o['total']) / 2:.2f}", f"{day} 21:00"
        rows = [o for o in self.orders if o["day"] > day - 3 * DAY]
        for o in rows:
            self.mark("shop", o["order_no"], o["person"])
        return table("order_no ordered_at updated_at total currency customer_no email".split(), rows)

    def till(self, day):
        rows = []
        for i in range(max(1, PEOPLE // 40)):
            p = self.rng.choice(self.people)
            by_phone = self.rng.random() < .5
            rows.append({"receipt": self.mark("till", f"T{day}-{i}", p), "at": f"{day} 12:0{i % 10}",
                         "total": f"{self.rng.randrange(100, 5000) / 100:.2f}",
                         "phone": p.mobile if by_phone else "", "email": "" if by_phone and p.mobile else p.email})
            self.receipts[rows[-1]["receipt"]] = decimal.Decimal(rows[-1]["total"])
            self.payers[rows[-1]["receipt"]] = p
        return table("receipt at total phone email".split(), rows)

    def crm(self, day):
        rows = [{"contact_no": self.mark("crm", f"K{p.n}", p), "updated_at": f"{START - DAY}", "first_name": p.first,
                 "last_name": p.family.last, "birth_date": p.birth, "email": p.email if p.n % 16 else "", "phone": p.phone(random.Random(p.n)),
                 "city": p.family.city, "street": p.family.street} for p in self.people if p.in_crm]
        return table("contact_no updated_at first_name last_name birth_date email phone city street".split(), rows)

    def news(self, day):
        rows = [{"email": self.mark("news", p.email, p), "first_name": p.first, "subscribed_at": f"{START - DAY}"}
                for p in self.people if p.in_news]
        return table("email first_name subscribed_at".split(), rows)

    def web(self, day):
        lines = []
        for i in range(max(2, PEOPLE // 15)):
            p = self.rng.choice([p for p in self.people if p.cookies])
            call = {"type": "track", "messageId": self.mark("web", f"m{day}-{i}", p), "timestamp": f"{day}T09:{i % 60:02d}:00Z",
                    "event": "Product Viewed", "anonymousId": self.rng.choice(p.cookies)}
            if call["anonymousId"] not in self.known or self.rng.random() < .2:
                self.known.add(call["anonymousId"])
                call["traits"] = {"email": p.email}
            lines.append(json.dumps(call) + "\n")
        return "".join(lines)

    def desk(self, day):
        rows = []
        for _ in range(max(1, PEOPLE // 60)):
            p = self.rng.choice(self.people)
            self.tickets += 1
            rows.append({"ticket": self.mark("desk", f"Q{self.tickets}", p), "opened_at": f"{day} 15:00", "email": p.email,
                         "phone": p.mobile, "subject": "a question, \"urgent\""})
        return table("ticket opened_at email phone subject".split(), rows)

    def money(self):
        return sum(decimal.Decimal(o["total"]) for o in self.orders if not o["person"].left) + \
            sum(self.receipts[r] for r, p in self.payers.items() if not p.left)


def table(names, rows):
    out = io.StringIO()
    w = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\n")
    w.writeheader()
    w.writerows(rows)
    return out.getvalue()


def put(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def write_maps():
    os.makedirs("maps")
    for name, text in MAPS.items():
        put(f"maps/{name}.map", "".join("set " + l + "\n" if " = " in l and ": " not in l else l.replace(": ", " = ", 1) + "\n"
                                        for l in text.split("|")))
    put("segments.rules", "buyer = orders > 0\nwin_back = days_since(\"Order Completed\") > 5\n")


def deliver(world, night, day):
    """The files of a night: some late, one cut off and sent again, one sent twice."""
    for source in MAPS:
        if source in ("crm", "news") and night % 3:
            continue
        name, text = f"{source}-{day}.{'ndjson' if source == 'web' else 'csv'}", getattr(world, source)(day)
        if source == "till" and night % 5 == 2:
            world.waiting[name] = text          # comes with the next night's
            continue
        if source == "shop" and night % 6 == 3:
            world.waiting[name] = text
            text = text[:text.rindex(",", 0, len(text) * 2 // 3)]    # the whole file comes tomorrow
        put(f"spool/{name}", text)
    late, world.waiting = world.waiting, {n: t for n, t in world.waiting.items() if str(day) in n}
    for name, text in late.items():
        if str(day) not in name:
            put(f"spool/{name}", text)
    if night % 4 == 2:
        put(f"spool/desk-again-{day}.csv", open(sorted(p.path for p in os.scandir("done") if p.name.startswith("desk-"))[0]).read())


def run(*command):
    r = subprocess.run(command, text=True, capture_output=True)
    assert r.returncode == 0, (command, r.returncode, r.stderr)
    return r.stdout


def run_killed(took, rng, *command):
    """All processes of the run die somewhere in it."""
    p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(took * rng.random())
    os.killpg(p.pid, signal.SIGKILL)
    p.wait()
    run("flock", "lock", "true")    # the last of them may not be gone yet


def profiles(text):
    return [json.loads(l) for l in text.splitlines()]


def customers(day):
    return profiles(run("zstdcat", f"out/{day}/customers.ndjson.zst"))


def revenue(ps):
    return sum(decimal.Decimal(str(p["orders"]["revenue"] or 0)) for p in ps)


def records(ps):
    return {f"{e['source']}/{e['id']}": p["id"] for p in ps for e in p["events"]}


def pairs(groups):
    members = collections.defaultdict(list)
    for record, group in groups.items():
        members[group].append(record)
    return {frozenset(c) for m in members.values() for c in itertools.combinations(sorted(m), 2)}


def f1(ps, truth):
    found = records(ps)
    ours, theirs = pairs(found), pairs({r: truth[r] for r in found})
    both = len(ours & theirs)
    return 2 * both / (len(ours) + len(theirs))


def check_changes(day, before, after):
    """Each id that went or came is in the feed."""
    feed = [json.loads(l) for l in open(f"out/{day}/changes") if l.strip()]
    gone = {c["id"] for c in feed if c["change"] == "retired"}
    come = {c["id"] for c in feed if c["change"] in ("created", "split")} | \
        {i for c in feed if c["change"] == "split" for i in c["to"]}
    assert before - after <= gone, (day, "ids went in silence", before - after - gone)
    assert after - before <= come, (day, "ids came in silence", after - before - come)


def undo(night, world):
    """Night 3 two strangers are joined by hand, night 5 the line is taken out."""
    a, b = [p for p in world.people if p.in_news][:2]
    line = f"must-link email={a.email} email={b.email}\n"
    if night == 3:
        put("ledger", open("ledger").read() + line)
    if night == 5:
        put("ledger", open("ledger").read().replace(line, ""))
    return a, b


def erase(night, world):
    """Two nights, or four, somebody of a family asks to be forgotten, by the address."""
    if night not in ERASURES:
        return
    families = collections.Counter(p.family for p in world.people)
    candidates = [p for p in world.people if families[p.family] > 1 and p.in_crm and not p.left and not p.in_news]
    gone = candidates[(night * 7) % len(candidates)]
    gone.left = True
    with open("leaving", "a") as f:
        f.write(f"email={gone.email.upper() if night % 2 else gone.email}\n")


def check_forgotten(ps, world, before):
    """Nothing of them is there, and everybody else is."""
    text = json.dumps(ps)
    for p in world.people:
        if p.left:
            for said in [p.email, p.mobile, f'"{1000 + p.n}"', f'"K{p.n}"', *(f'"{c}"' for c in p.cookies)]:
                assert not said or said not in text, (p.n, said, "is there again")
    emails = {e for p in ps for e in p["ids"].get("email", [])}
    lost = {e for e in before - emails if not any(p.left and p.email == e for p in world.people)}
    assert not lost, ("went along", lost)
    return emails


def holder(ps, email):
    return [p["id"] for p in ps if email in p["ids"].get("email", [])]


def main():
    world, kills, took = World(random.Random(SEED)), random.Random(SEED), 0
    os.environ["PATH"] = TOOLS + ":" + os.environ["PATH"]
    write_maps()
    for folder in ("spool", "done"):
        os.makedirs(folder)
    os.umask(0o077)
    put("left.key", "a key of the made shop, 32 bytes")
    before, seen, emails = None, set(), set()
    for night in range(NIGHTS):
        day = START + night * DAY
        deliver(world, night, day)
        erase(night, world)
        if night > 2:
            a, b = undo(night, world)
        for _ in range(3 if night and night % 4 == 1 else 0):
            run_killed(took, kills, "bash", SCRIPT, str(day))
        start = time.monotonic()
        run("bash", SCRIPT, str(day))
        took = time.monotonic() - start
        now = customers(day)
        ids = {p["id"] for p in now}
        emails = check_forgotten(now, world, emails)
        if before is not None:
            check_changes(day, before, ids)
        if night in (3, 4):
            assert holder(now, a.email) == holder(now, b.email), "a must-link joins"
        increment(day, seen)
        before = ids
    final(world, day, now)


def increment(day, seen):
    """Yesterday's profiles and the events that are new."""
    now = {f"events/{n}": open(f"events/{n}", "rb").read() for n in sorted(os.listdir("events"))}
    new = [n for n, text in now.items() if (n, text) not in seen]
    seen.update(now.items())
    old = [f for f in ("inc", "inc.un") if os.path.exists(f)]
    put("inc.ledger", open("ledger").read())
    leave = ("--exclude", "leaving", "--tombstones", "inc.left", "--suppress-key", "left.key") if os.path.exists("leaving") else ()
    run("cdp-merge", "-q", "--as-of", str(day), "--tz", "Europe/Berlin", "--full-events", "--ledger", "inc.ledger", "-u", "inc.un",
        "-o", "inc", *leave, *old, *new)
    if leave:
        assert open("inc.left").read() == open("left").read(), (day, "tombstones of increments are not those of the rebuild")


def final(world, day, now):
    left = sum(decimal.Decimal(str(json.loads(l)["props"].get("revenue", 0))) for l in open(f"out/{day}/unidentified") if l.strip())
    wanted = world.money() - sum(world.receipts[n] for n in missing(world) if not world.payers[n].left)
    assert revenue(now) + left == wanted, ("money", revenue(now), left, wanted)
    leave = ("--exclude", "leaving", "--tombstones", "left", "--suppress-key", "left.key")
    run("cdp-merge", "-q", "--as-of", str(day), "--tz", "Europe/Berlin", "--full-events", "--ledger", "ledger", "-o", "whole", *leave,
        *(f"events/{n}" for n in sorted(os.listdir("events"))))
    assert open("whole").read() == open("inc").read(), "increments are not the rebuild"
    a, b = undo(-1, world)
    assert holder(now, a.email) != holder(now, b.email), "what was undone is apart"
    exact = f1(now, world.truth)
    both = f1(profiles(run("cdp-merge", "-q", "--match", "both", "--full-events", *leave, *(f"events/{n}" for n in sorted(os.listdir("events"))))),
              world.truth)
    print(f"{sum(p.left for p in world.people)} forgotten; {len(world.truth)} records of {len(world.people)} people in {NIGHTS} nights: {len(now)} customers, "
          f"{revenue(now)} EUR, pairs F1 exact {exact:.3f}, both {both:.3f}")
    assert exact >= .96, "identity"


def missing(world):
    """Receipts of files that are still to come."""
    return [r for r in world.receipts if any(f"till-{r[1:11]}" in n for n in world.waiting)]


with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    main()
