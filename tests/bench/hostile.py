#!/usr/bin/env python3
"""Events that a careless or hostile source sends to cdp-merge: time and memory must grow
with their number, not with its square.

Usage: hostile.py BUILD_FOLDER [full]
Each case runs at a size and at four times that.  Processor time may grow by 8 (the square
would be 16), memory by 5; a case that is too slow is tried twice more, for other programs
slow it down.  Without `full` that is in exact and fuzzy mode; with it also in both, sizes are ten times
larger, and figures are printed.  CASES is a part of the names of cases to run.
"""
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile

build = os.path.abspath(sys.argv[1])
full = len(sys.argv) > 2
folder = tempfile.mkdtemp(dir=os.environ.get("TMPDIR"))
MODES = ("exact", "fuzzy", "both")
LEAST = 0.1     # seconds: below, only starting counts
ROOM = 24       # MiB: the program itself


def path(name):
    return os.path.join(folder, name)


def day(hours):
    return f"{2000 + hours // 8640:04}-{hours // 720 % 12 + 1:02}-{hours // 24 % 28 + 1:02}T{hours % 24:02}:00:00.000Z"


def event(number, ids, traits=None, **more):
    record = {"type": "identify", "id": f"h{number}", "source": "crm", "ids": ids, "traits": traits or {}} | more
    return json.dumps(record, separators=(",", ":")) + "\n"


def people(i):
    return {"first_name": f"f{i * 7919 % 9973}", "last_name": f"l{i * 104729 % 9967}"}


def till(n):
    return (event(i, {"email": "till@example.com", "user_id": f"u{i}"}, people(i)) for i in range(n))


def family(n):
    """Two people of one address; each record says something else besides."""
    for i in range(n):
        yield event(i, {"email": "us@example.com"}, {
            "first_name": ("Ida", "Otto")[i % 2], "last_name": "Berg", "birth_date": ("1950-01-02", "1987-11-30")[i % 2],
            "address": f"{i} Lane", "postcode": f"{i}"})


def chain(n):
    return (event(i, {"email": f"e{i // 2}@example.com", "device_id": f"d{(i + 1) // 2}"}, time=day(i % 200000)) for i in range(n))


def star(n):
    return (event(i, {"user_id": "u", "email": f"e{i}@example.com"}, time=day(i % 200000)) for i in range(n))


def crowd(n):
    return (event(i, {"user_id": f"u{i}", "device_id": "kiosk", "email": f"e{i // 2}@example.com"}, time=day(i % 200000)) for i in range(n))


def buyer(n):
    """One customer, who buys all the time."""
    for i in range(n):
        yield event(i, {"user_id": "u", "order_id": f"o{i}"}, {"nick": f"n{i}", f"t{i % 500}": i}, type="track",
                    event="Order Completed", time=day(i % 200000), source=f"s{i % 40}",
                    props={"order_id": f"o{i}", "revenue": 1.5, "currency": "EUR"}, consent={f"c{i % 300}": "granted"})


def again(n):
    return (event(7, {"user_id": f"u{i % 5}"}, {"note": f"{i}"}, time=day(i % 200000)) for i in range(n))


def sources(n):
    return (event(i, {"user_id": "u", "email": f"e{i % 3}@example.com"}, {"nick": f"n{i}"}, source=f"s{i}",
                  consent={"mail": "granted"}) for i in range(n))


def lean(n):
    return (event(i, {"email": f"e{i}@example.com"}) for i in range(n))


def bare(n):
    """Other traits in each, so that each is a person of its own."""
    return (event(i, {"user_id": "u"}, {f"t{i}": "x"}) for i in range(n))


def two_hubs(n):
    """A user with N addresses, a device with as many, and one event with both."""
    for i in range(n // 2):
        yield event(2 * i, {"user_id": "u", "email": f"e{i}@example.com"})
        yield event(2 * i + 1, {"device_id": "d", "email": f"f{i}@example.com"})
    yield event(n, {"user_id": "u", "device_id": "d"})


def agents(n):
    """One who writes for everybody: so many shared addresses show on one profile."""
    for i in range(n // 13):
        for k in range(12):
            yield event(f"{i}-{k}", {"user_id": f"u{i}-{k}", "email": f"e{i}@example.com"})
        yield event(i, {"user_id": "agent", "email": f"e{i}@example.com"})


def ledger(text):
    """A ledger of N lines."""
    def write(n):
        with open(path("ledger"), "w") as out:
            out.writelines(text(i) for i in range(n))
        return ["--ledger", path("ledger")]
    return write


def pairs(i):
    return f"must-link email=e{2 * i}@example.com email=e{2 * i + 1}@example.com\n"


def decided(n):
    """A ledger of N lines, and a list that decides all of them once more, and N more."""
    with open(path("answers"), "w") as out:
        out.write("decision,record_a,record_b\n")
        out.writelines(f"must-link,email=e{2 * i}@example.com,email=e{2 * i + 1}@example.com\n" for i in range(2 * n))
    return ledger(pairs)(n) + ["--decide", path("answers")]


def crossed(n):
    """Pairs that the ledger ties, and that it keeps from all others of a chain."""
    return ledger(lambda i: pairs(i) + f"cannot-link email=e{2 * i}@example.com email=e{2 * i + 2}@example.com\n")(n // 2)


def shared(n):
    """One value on the profiles of all, whose links limits refuse."""
    for i in range(n):
        yield event(i, {"user_id": f"u{i}", "email": "till@example.com", "phone": f"+44770090{i % 10000:04}{i}"})


def rules(text):
    def write(_):
        with open(path("rules"), "w") as out:
            out.write(text)
        return ["--rules", path("rules")]
    return write


FREE = "limit others = none\ngeneric others = none\ngeneric device_id = none\n"

def large(n):
    """Identifiers, traits and a type's name that are far too long."""
    for i in range(n):
        yield event(i, {"email": f"{i // 2}" + "x" * (1 << 20), "user_id": f"u{i // 2}"},
                    {"first_name": "a" * (1 << 20), "last_name": f"l{i}", "note": "b" * (1 << 20)})
    yield event(n, {"t" * 70000: "v"})


# name: events, size, modes, options
CASES = {
    "one e-mail in all records": (till, 4000, MODES, None),
    "one e-mail, nothing shared by too many": (till, 2000, MODES, rules(FREE)),
    "all names equal": (lambda n: (event(i, {"user_id": f"u{i}"}, {"first_name": "Ann", "last_name": "Lee"} | (
        {"city": f"t{i % 50}"} if i % 2 else {})) for i in range(n)), 2500, MODES, None),
    "all names equal, no identifiers": (lambda n: (event(i, {}, {"first_name": "Ann", "last_name": "Lee", "note": i})
                                                   for i in range(n)), 2500, MODES, None),
    "all fields null": (lambda n: (event(i, {"user_id": f"u{i}", "email": None}, {"first_name": None, "last_name": None, "birth_date": ""})
                                   for i in range(n)), 4000, MODES, None),
    "values of 1 MiB": (large, 3, MODES, None),
    "two people of one address": (family, 4000, MODES, None),
    "a chain": (chain, 5000, MODES, None),
    "a chain without limits": (chain, 5000, MODES, rules(FREE)),
    "a star": (star, 5000, MODES, None),
    "a star without limits": (star, 5000, MODES, rules(FREE)),
    "a star with a window": (star, 5000, MODES, rules(FREE + "limit email = 3 per 3h\n")),
    "a star, explained": (star, 4000, ("exact",), lambda n: rules(FREE)(n) + ["--links"]),
    "a star, explained, without room": (star, 4000, ("exact",), lambda n: rules(FREE)(n) + ["--links", "--memory", "64K"]),
    "many shared values of one, explained": (agents, 10000, ("exact",), lambda _: ["--links"]),
    "one device of many": (crowd, 5000, MODES, None),
    "one device of many, nothing shared": (crowd, 5000, MODES, rules(FREE)),
    "one customer": (buyer, 25000, MODES, None),
    "one customer, all told": (buyer, 3000, ("exact", "both"), lambda n: [
        "--links", "--lineage", "--full-events", "--rule", "survive nick = union", "--rule", "survive * = most_frequent"]),
    "one record again and again": (again, 5000, ("exact",), None),
    "each from its own source": (sources, 5000, MODES, None),
    "each with its own trait": (bare, 3000, MODES, None),
    "a ledger that parts one from all": (lean, 3000, MODES, ledger(lambda i: f"cannot-link email=e0@example.com email=e{i + 1}@example.com\n")),
    "a ledger that ties all": (lean, 3000, MODES, ledger(lambda i: f"must-link email=e{i}@example.com email=e{i + 1}@example.com\n")),
    "a ledger between two hubs": (two_hubs, 4000, MODES, lambda n: rules(FREE)(n) + ledger(
        lambda i: f"cannot-link email=e{i}@example.com email=f{i}@example.com\n")(n // 2)),
    "a ledger of pairs, explained": (lean, 10000, ("exact",), lambda n: ledger(pairs)(n // 2) + ["--links"]),
    "a ledger of pairs, all asked for": (shared, 5000, ("exact",), lambda n: ledger(
        lambda i: f"must-link user_id=u{2 * i} user_id=u{2 * i + 1}\n")(n // 2) + ["--explain", "till@example.com"]),
    "a ledger of pins that begin alike": (lean, 20000, ("exact",), ledger(
        lambda i: f"pin email=e{i}@example.com 0000000000000000{(1 << 40) - i:016x}\n")),
    "a ledger that is decided again": (lean, 5000, ("exact",), decided),
    "a ledger that ties and parts": (lean, 4000, ("exact", "both"), crossed),
    "a ledger of records": (star, 3000, MODES, ledger(lambda i: f"cannot-link crm/h{i} user_id=u\n")),
}


def run(mode, size, make, options):
    """Processor seconds and MiB of one run."""
    with open(path("events"), "w") as out:
        out.writelines(make(size))
    more = options(size) if options else []
    command = [os.path.join(build, "cdp-merge"), "-q", "-j", "2", "--match", mode, *more, path("events")]
    with open(path("profiles"), "w") as out:
        process = subprocess.Popen(command, stdout=out)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit {process.returncode}: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(name, mode):
    make, size, _, options = CASES[name]
    size *= 10 if full else 1
    for _ in range(3):
        small, large = run(mode, size, make, options), run(mode, 4 * size, make, options)
        slow = large[0] > 8 * max(small[0], LEAST)
        big = large[1] > 5 * small[1] + ROOM
        if not slow:
            break
    told = f"{name:40} {mode:6} {size:8} {small[0]:7.2f} s {small[1]:6.0f} MiB   x4: {large[0]:7.2f} s {large[1]:6.0f} MiB"
    if full or slow or big:
        print(told + ("  GROWS TOO FAST" if slow or big else ""), flush=True)
    return slow or big


def refuse_chain(count):
    """A cannot-link of both ends of a long chain of must-links is refused at once, with the chain."""
    with open(path("ledger"), "w") as out:
        out.write(f"cannot-link email=e0@example.com email=e{count}@example.com\n")
        out.writelines(f"must-link email=e{i}@example.com email=e{i + 1}@example.com\n" for i in range(count))
    with open(path("events"), "w") as out:
        out.writelines(lean(1))
    start = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([os.path.join(build, "cdp-merge"), "-q", "--ledger", path("ledger"), "-o", path("profiles"),
                           path("events")], capture_output=True, text=True)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime
    good = done.returncode == 2 and f"lines 2 and 3 and 4" in done.stderr and seconds < 2
    if full or not good:
        print(f"a chain of {count}: exit {done.returncode} after {seconds:.2f} s: {done.stderr.strip()[:200]}", flush=True)
    return not good


def refuse_types(count):
    """As many types as values are refused at once, whatever follows."""
    with open(path("events"), "w") as out:
        out.writelines(event(i, {f"t{i}": "v"}) for i in range(count))
    start = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([os.path.join(build, "cdp-merge"), "-q", "-o", path("profiles"), path("events")],
                          capture_output=True, text=True)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime
    good = done.returncode in (2, 3) and "more than 1000 identifier types" in done.stderr and seconds < 2
    if full or not good:
        print(f"{count} types: exit {done.returncode} after {seconds:.2f} s: {done.stderr.strip()}", flush=True)
    return not good


def main():
    wanted = os.environ.get("CASES")
    bad = refuse_types(1000000 if full else 20000) + refuse_chain(1000000 if full else 100000)
    for name in CASES:
        if wanted and wanted not in name:
            continue
        for mode in CASES[name][2] if full else CASES[name][2][:2]:
            bad += compare(name, mode)
    shutil.rmtree(folder)
    sys.exit(bad > 0)


resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
main()
