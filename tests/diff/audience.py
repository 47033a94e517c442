"""Who goes out and who stays, with the reason, of customers of chance: cdp-activate beside the rules written again in
Python, with the values' own hashes; and what changed since a state, applied to it.

Usage: audience.py CDP_ACTIVATE
"""
import csv
import hashlib
import hmac
import json
import os
import random
import subprocess
import sys
import tempfile

tool = os.path.abspath(sys.argv[1])
chance = random.Random(int(os.environ.get("SEED", "0")) or 11)
os.chdir(tempfile.mkdtemp())
bad = 0


def fail(text):
    global bad
    bad = 1
    print("FAIL:", text)


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def gmail(mail):
    mail = mail.strip().lower()
    name, domain = mail.split("@")
    if domain in ("gmail.com", "googlemail.com"):
        name = name.split("+")[0].replace(".", "")
    return name + "@" + domain


def box(mail):
    """Of one person: what a plain address in a list stands for."""
    return gmail(mail).replace("@googlemail.com", "@gmail.com")


def customer(number):
    domain = chance.choice(["gmail.com", "Example.com", "googlemail.com", "example.org"])
    mails = [f"{chance.choice(['A.b', 'c', 'x+y'])}.{number}.{i}@{domain}" for i in range(chance.randrange(3))]
    phones = [f"+4930{chance.randrange(10**6, 10**7)}"] if chance.random() < 0.4 else []
    ids = {k: v for k, v in (("email", mails), ("phone", phones), ("shop_id", [f"S{number}"])) if v}
    said = {p: w for p in ("ads", "mail", "sale_of_data")
            for w in [chance.choice(["granted", "granted", "granted", "denied", "conflict", None])] if w and chance.random() < 0.9}
    if said.get("sale_of_data") == "conflict":
        del said["sale_of_data"]
    return {"type": "profile", "id": f"{number:05x}", "as_of": "2026-03-01T00:00:00.000Z", "ids": ids, "consent": said,
            "orders": {"count": number % 7}}


def listed(person, kinds):
    return {"mail": bool({box(m) for m in kinds["mail"]} & {box(m) for m in person["ids"].get("email", [])}),
            "phone": bool(kinds["phone"] & set(person["ids"].get("phone", []))),
            "id": person["ids"]["shop_id"][0] in kinds["id"],
            "hash": bool(kinds["hash"] & {sha(f(m)) for m in person["ids"].get("email", []) for f in (gmail, str.lower)})}


def reason(person, purposes, assume, kinds, share):
    answers = [person["consent"].get(p) for p in purposes]
    if "denied" in answers:
        return "denied"
    if "conflict" in answers:
        return "conflict"
    if None in answers and not assume:
        return "no_consent"
    if person["consent"].get("sale_of_data") == "denied":
        return "sale"
    if any(listed(person, kinds).values()):
        return "suppressed"
    digest = hmac.new(b"hold-out", person["id"].encode(), "sha256").digest()
    if int.from_bytes(digest[:4], "big") < int(share * 2**32):
        return "hold_out"
    return None if person["ids"].get("email") or person["ids"].get("phone") else "empty"


def cells(person):
    """A row for Google: up to three addresses and phones, each once."""
    mails = list(dict.fromkeys(sha(gmail(m)) for m in person["ids"].get("email", [])))[:3]
    phones = list(dict.fromkeys(sha(p) for p in person["ids"].get("phone", [])))[:3]
    return mails + [""] * (3 - len(mails)) + phones + [""] * (3 - len(phones)) + [""] * 4


def one(number):
    people = [customer(i) for i in range(250)]
    sample = lambda: chance.sample(people, 8)
    kinds = {"mail": {m.lower() for p in sample() for m in p["ids"].get("email", [])},
             "phone": {m for p in sample() for m in p["ids"].get("phone", [])}, "id": {p["ids"]["shop_id"][0] for p in sample()},
             "hash": {sha(chance.choice([gmail, str.lower])(m)) for p in sample() for m in p["ids"].get("email", [])}}
    with open("list", "w", encoding="utf-8") as out:
        for line in [m.upper() if chance.random() < 0.5 else m for m in kinds["mail"]] + list(kinds["phone"]) + \
                ["shop_id=" + i for i in kinds["id"]] + [h.upper() if chance.random() < 0.5 else h for h in kinds["hash"]]:
            out.write(line + "\n")
    with open("profiles", "w", encoding="utf-8") as out:
        for p in people:
            out.write(json.dumps(p, separators=(",", ":")) + "\n")
    purposes, assume, share = chance.sample(["ads", "mail"], chance.randrange(1, 3)), chance.random() < 0.3, chance.choice([0, 0.1])
    command = [tool, "--to", "google-customer-match", "--purpose", ",".join(purposes), "--suppress", "list", "--hold-out", str(share),
               "-a", "orders > 0", "--held-back", "held", "--stats", "stats", "-j", chance.choice("14"), "profiles"]
    done = subprocess.run(command + ["--assume-consent"] * assume, capture_output=True, text=True)
    named = [p for p in people if p["orders"]["count"] > 0]
    reasons = {p["id"]: reason(p, purposes, assume, kinds, share) for p in named}
    with open("held", encoding="utf-8") as lines:
        held = {h["id"]: h["reason"] for h in map(json.loads, lines)}
    rows = list(csv.reader(done.stdout.splitlines()))[1:]
    with open("stats", encoding="utf-8") as text:
        stats = json.load(text)
    if done.returncode or held != {i: r for i, r in reasons.items() if r}:
        fail(f"round {number}: {command}: {done.stderr}\n{set(held.items()) ^ {(i, r) for i, r in reasons.items() if r}}")
    if rows != [cells(p) for p in named if not reasons[p["id"]]]:
        fail(f"round {number}: other rows")
    if stats["named"] != stats["out"] + sum(stats["held_back"].values()) or stats["out"] != len(rows):
        fail(f"round {number}: the balance")


def table(path):
    with open(path, encoding="utf-8") as lines:
        return list(csv.reader(lines))[1:]


def changes():
    """Nights: what the platform has after removals and additions is the night's audience."""
    have = set()
    for night in range(8):
        people = [customer(i) for i in range(120) if chance.random() < 0.8]
        with open("profiles", "w", encoding="utf-8") as out:
            for p in people:
                out.write(json.dumps(p, separators=(",", ":")) + "\n")
        command = [tool, "-q", "--to", "google-customer-match", "--assume-consent", "--purpose", "ads", "profiles"]
        whole = subprocess.run(command, capture_output=True, text=True).stdout
        done = subprocess.run(command + ["--state", "state", "--removals", "gone", "-o", "new", "--max-change", "500%"],
                              capture_output=True, text=True)
        keys = {tuple(r[:6]) for r in table("gone")}
        have = {r for r in have if r[:6] not in keys} | {tuple(r) for r in table("new")}
        if done.returncode or have != {tuple(r) for r in list(csv.reader(whole.splitlines()))[1:]}:
            fail(f"night {night}: {done.stderr}")
        subprocess.run([tool, "-q", "--ack", "--state", "state"], check=True)


for i in range(12):
    one(i)
changes()
sys.exit(bad)
