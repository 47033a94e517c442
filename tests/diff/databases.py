"""Audiences in SQLite and PostgreSQL, beside what the rows should be, night after night of chance.

Usage: databases.py sqlite:FILE | postgresql://...    (tools on PATH)
"""
import json
import os
import random
import subprocess
import sys
import tempfile

url = sys.argv[1]
chance = random.Random(4)
os.chdir(tempfile.mkdtemp())
NAMES = ["Ann", "O'Neil", 'say "hi"', "tab\there", "back\\slash", "line\nend", "Zoë", "ünï", "=1+1", "\\N", "", "a,b;c", "정"]
people, bad = {}, 0


def fail(text):
    global bad
    bad = 1
    print("FAIL:", text)


def query(sql):
    if url.startswith("sqlite:"):
        done = subprocess.run(["sqlite3", "-json", url[7:], sql], capture_output=True, text=True)
        return json.loads(done.stdout or "[]"), done
    done = subprocess.run(["psql", url, "-Atqc", f"SELECT coalesce(json_agg(t), '[]') FROM ({sql}) t"],
                          capture_output=True, text=True)
    return json.loads(done.stdout or "[]"), done


def rows():
    got, _ = query('SELECT id, email, first_name FROM "night audience" ORDER BY id')
    return {r["id"]: (r["email"], r["first_name"]) for r in got}


def profiles():
    with open("profiles", "w", encoding="utf-8") as out:
        for who, (mail, name) in people.items():
            out.write(json.dumps({"type": "profile", "id": who, "as_of": "2026-03-01T00:00:00.000Z",
                                  "ids": {"email": [mail]} if mail else {}, "traits": {"first_name": name} if name else {},
                                  "consent": {"email": "granted"}}, ensure_ascii=False, separators=(",", ":")) + "\n")


def run(*more):
    return subprocess.run(["cdp-activate", "-q", "--to", "json.target", "--purpose", "email", "--deliver", url, "--table",
                           "night audience", *more, *(["--max-change", "1000%"] if "--state" in more else []), "profiles"], capture_output=True, text=True)


with open("json.target", "w", encoding="utf-8") as out:
    out.write("set key = id\nid = id\nemail = email\nfirst_name = first_name\n")
people["c0"] = ("a@example.com", "Ann")
profiles()
missing = run("--state", "state")
if missing.returncode != 3 or "--create makes it" not in missing.stderr or os.path.exists("state"):
    fail("without a table: " + missing.stderr)
for night in range(12):
    for who in [f"c{i}" for i in range(40)]:
        luck = chance.random()
        if luck < 0.25:
            people.pop(who, None)
        elif luck < 0.6:
            people[who] = (chance.choice(["", f"{who}@example.com", f"{who}+x@example.org"]), chance.choice(NAMES))
    profiles()
    done = run("--state", "state", "--create")
    if done.returncode or rows() != {w: (m or None, (n.strip() or None)) for w, (m, n) in people.items()}:
        fail(f"night {night}: {done.stderr}\n{rows()}\n{people}")
        break
# What cannot be written whole is not written: a table that refuses one of the rows.
sql = 'CREATE TABLE "night audience" (id TEXT PRIMARY KEY, email TEXT, first_name TEXT CHECK (first_name <> \'bad\'))'
command = ["sqlite3", url[7:], sql] if url.startswith("sqlite:") else ["psql", url, "-qc", sql]
rename = 'ALTER TABLE "night audience" RENAME TO other'
subprocess.run(["sqlite3", url[7:], rename] if url.startswith("sqlite:") else ["psql", url, "-qc", rename], check=False,
               capture_output=True)
subprocess.run(command, check=True, capture_output=True)
people["c41"] = ("bad@example.com", "bad")
profiles()
with open("state", encoding="utf-8") as text:
    state = text.read()
refused = run()
with open("state", encoding="utf-8") as text:
    if refused.returncode != 3 or rows() or text.read() != state:
        fail("a row that is refused: " + refused.stderr)
# Without a state all is put again, and nothing is taken off.
people["c41"] = ("good@example.com", "good")
profiles()
again = [run().returncode, run().returncode]
if again != [0, 0] or len(rows()) != len(people):
    fail(f"without a state: {again}, {len(rows())} of {len(people)}")
sys.exit(bad)
